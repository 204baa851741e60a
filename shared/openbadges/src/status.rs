//! Bitstring Status List 1.0: which credentials are revoked, as one signed list of bits.

use std::{
    fmt,
    io::{Read, Write},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{
    DateTime, Iri, Text,
    canon::{self, Document, Node, Quads, sealed},
    credential::Revocation,
    marker::markers,
    shape::{object, present},
};

/// How many credentials one list covers: the least that the specification allows, for the holders' privacy (section 6.1).
pub const LIST_BITS: usize = 131_072;
const LIST_BYTES: usize = LIST_BITS / 8;

markers! {
    /// A status list has no further context.
    ListContext = ["https://www.w3.org/ns/credentials/v2"];
    /// The type of a list's credential.
    ListCredentialType = ["VerifiableCredential", "BitstringStatusListCredential"];
    /// The type of a list.
    ListType = "BitstringStatusList";
}

/// A place in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StatusIndex(u32);

impl StatusIndex {
    /// The place, if the list has it.
    pub fn new(index: u32) -> Option<Self> {
        (usize::try_from(index).ok()? < LIST_BITS).then_some(Self(index))
    }

    /// The place that a random number falls on. Uniform, because the length of a list is a power of two.
    pub fn wrapping(random: u64) -> Self {
        // The mask leaves 17 bits.
        Self(u32::try_from(random & 0x1_ffff).unwrap_or_default())
    }

    /// The place as a number.
    pub fn value(self) -> u32 {
        self.0
    }

    /// Byte and bit: bit 0 of the list is the left-most one of the first byte.
    fn place(self) -> (usize, u8) {
        (usize::try_from(self.0 / 8).unwrap_or(usize::MAX), 0b1000_0000 >> (self.0 % 8))
    }
}

impl fmt::Display for StatusIndex {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// A decimal text, as the specification wants it.
impl Serialize for StatusIndex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for StatusIndex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse()
            .ok()
            .and_then(Self::new)
            .filter(|index| index.to_string() == text)
            .ok_or_else(|| de::Error::custom("a status index is a decimal number below 131072"))
    }
}

/// The bits.
#[derive(Clone, PartialEq, Eq)]
pub struct StatusList {
    bytes: Vec<u8>,
}

/// An encoded list cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// Not `u` and base64url.
    #[error("the list is not multibase base64url")]
    Encoding,
    /// Not gzip, or not exactly as long as it must be.
    #[error("the list is not the compressed form of 131072 bits")]
    Content,
}

impl StatusList {
    /// Nothing revoked.
    pub fn new() -> Self {
        Self { bytes: vec![0; LIST_BYTES] }
    }

    /// Marks the credential at this place. There is no way back: revocation is final.
    pub fn set(&mut self, index: StatusIndex) {
        let (byte, bit) = index.place();
        if let Some(byte) = self.bytes.get_mut(byte) {
            *byte |= bit;
        }
    }

    /// Whether the credential at this place is marked.
    pub fn contains(&self, index: StatusIndex) -> bool {
        let (byte, bit) = index.place();
        self.bytes.get(byte).is_some_and(|byte| byte & bit != 0)
    }

    /// gzip, then base64url without padding, then the prefix `u` (section 3.3). The same bits give the same text.
    pub fn encode(&self) -> String {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        // Writing to memory cannot fail.
        let _ = encoder.write_all(&self.bytes);
        let compressed = encoder.finish().unwrap_or_default();
        format!("u{}", URL_SAFE_NO_PAD.encode(compressed))
    }

    /// Reads an encoded list of exactly [`LIST_BITS`]; inflates no further than that.
    ///
    /// # Errors
    /// [`ListError`] saying which layer is wrong.
    pub fn decode(text: &str) -> Result<Self, ListError> {
        let encoded = text.strip_prefix('u').ok_or(ListError::Encoding)?;
        let compressed = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| ListError::Encoding)?;
        let mut bytes = Vec::with_capacity(LIST_BYTES + 1);
        let limit = u64::try_from(LIST_BYTES + 1).unwrap_or(u64::MAX);
        GzDecoder::new(compressed.as_slice())
            .take(limit)
            .read_to_end(&mut bytes)
            .map_err(|_| ListError::Content)?;
        if bytes.len() == LIST_BYTES { Ok(Self { bytes }) } else { Err(ListError::Content) }
    }
}

impl Default for StatusList {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for StatusList {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set: u32 = self.bytes.iter().map(|byte| byte.count_ones()).sum();
        write!(formatter, "StatusList({set} of {LIST_BITS} set)")
    }
}

/// The credential that carries a list (section 2.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct StatusListCredential {
    /// Fixed.
    #[serde(rename = "@context")]
    pub context: ListContext,
    /// Where it is published.
    pub id: Iri,
    /// Fixed.
    pub r#type: ListCredentialType,
    /// Who vouches for it: the issuer of the credentials that it covers.
    pub issuer: Iri,
    /// When it was made.
    pub valid_from: DateTime,
    /// Until when it may be used, if that is limited.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub valid_until: Option<DateTime>,
    /// The list.
    #[serde(deserialize_with = "object")]
    pub credential_subject: ListSubject,
}

/// The list itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ListSubject {
    /// The credential's address with a fragment.
    pub id: Iri,
    /// Fixed.
    pub r#type: ListType,
    /// Fixed.
    pub status_purpose: Revocation,
    /// The bits; see [`StatusList::encode`].
    pub encoded_list: Text,
    /// How long a copy may be used, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub ttl: Option<Milliseconds>,
}

/// A number of milliseconds that every JSON reader takes for the same integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Milliseconds(u64);

impl Milliseconds {
    /// Below 2^53.
    pub fn new(milliseconds: u64) -> Option<Self> {
        (milliseconds < 1 << 53).then_some(Self(milliseconds))
    }
}

impl<'de> Deserialize<'de> for Milliseconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(u64::deserialize(deserializer)?).ok_or_else(|| de::Error::custom("a ttl below 2^53"))
    }
}

impl StatusListCredential {
    /// The credential of a list.
    ///
    /// # Errors
    /// [`ListError::Encoding`] if the address cannot carry a fragment or the ttl is too large.
    pub fn new(
        id: Iri,
        issuer: Iri,
        valid_from: DateTime,
        list: &StatusList,
        ttl_milliseconds: Option<u64>,
    ) -> Result<Self, ListError> {
        let ttl =
            ttl_milliseconds.map(|ttl| Milliseconds::new(ttl).ok_or(ListError::Encoding)).transpose()?;
        Ok(Self {
            context: ListContext,
            credential_subject: ListSubject {
                id: Iri::parse(format!("{id}#list")).map_err(|_| ListError::Encoding)?,
                r#type: ListType,
                status_purpose: Revocation,
                encoded_list: Text::parse(list.encode()).map_err(|_| ListError::Encoding)?,
                ttl,
            },
            id,
            r#type: ListCredentialType,
            issuer,
            valid_from,
            valid_until: None,
        })
    }
}

impl sealed::Sealed for StatusListCredential {}

impl Document for StatusListCredential {
    fn issuer(&self) -> &Iri {
        &self.issuer
    }

    fn write_quads(&self, quads: &mut Quads) {
        let node = Node::Iri(&self.id);
        quads.typed(node, canon::VC, "VerifiableCredential");
        quads.typed(node, canon::STATUS, "BitstringStatusListCredential");
        quads.link(node, canon::VC, "issuer", &self.issuer);
        quads.literal(node, canon::VC, "validFrom", self.valid_from.as_str(), canon::XSD_DATE_TIME);
        if let Some(valid_until) = &self.valid_until {
            quads.literal(node, canon::VC, "validUntil", valid_until.as_str(), canon::XSD_DATE_TIME);
        }
        let subject = &self.credential_subject;
        quads.link(node, canon::VC, "credentialSubject", &subject.id);
        let list = Node::Iri(&subject.id);
        quads.typed(list, canon::STATUS, "BitstringStatusList");
        quads.plain(list, canon::STATUS, "statusPurpose", "revocation");
        quads.literal(
            list,
            canon::STATUS,
            "encodedList",
            subject.encoded_list.as_str(),
            "https://w3id.org/security#multibase",
        );
        if let Some(Milliseconds(ttl)) = subject.ttl {
            quads.literal(list, canon::STATUS, "ttl", &ttl.to_string(), canon::XSD_INTEGER);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bit_zero_is_the_left_most() {
        let mut list = StatusList::new();
        list.set(StatusIndex::new(0).unwrap());
        list.set(StatusIndex::new(131_071).unwrap());
        assert_eq!((list.bytes[0], list.bytes[LIST_BYTES - 1]), (0x80, 0x01));
        let read = StatusList::decode(&list.encode()).unwrap();
        assert_eq!(read, list);
        assert!(read.contains(StatusIndex::new(0).unwrap()) && !read.contains(StatusIndex::new(1).unwrap()));
        assert!(StatusIndex::new(131_072).is_none());
    }

    #[test]
    fn a_bomb_and_a_stub_are_refused() {
        let gzip = |bytes: &[u8]| {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(bytes).unwrap();
            format!("u{}", URL_SAFE_NO_PAD.encode(encoder.finish().unwrap()))
        };
        assert_eq!(StatusList::decode(&gzip(&vec![0; 64 << 20])), Err(ListError::Content));
        assert_eq!(StatusList::decode(&gzip(&[0; 100])), Err(ListError::Content));
        assert_eq!(StatusList::decode("uAAAA"), Err(ListError::Content));
        assert_eq!(StatusList::decode("AAAA"), Err(ListError::Encoding));
    }
}
