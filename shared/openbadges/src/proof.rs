//! Data Integrity proofs with the cryptosuite `eddsa-rdfc-2022` (Data Integrity EdDSA Cryptosuites 1.0, section 3.2).
//!
//! The signer is remote, so signing has two halves: [`Unsigned`] gives out the 64 bytes to sign, and takes the
//! signature back. What it gives for it is [`Signed`]: text that verified.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, DeserializeSeed, IntoDeserializer, MapAccess, Visitor, value::MapAccessDeserializer},
};

use crate::{
    DateTime, Iri,
    canon::{self, Document, Node, Quads},
    keys::{PublicKey, SignatureError, decode_base58, encode_base58},
    marker::markers,
    shape::Object,
};

markers! {
    /// The type of a proof.
    ProofType = "DataIntegrityProof";
    /// How it is made.
    Cryptosuite = "eddsa-rdfc-2022";
    /// What it is for.
    ProofPurpose = "assertionMethod";
}

/// What a proof says besides its signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ProofOptions {
    /// The full address of the key. Its controller must be the document's issuer.
    pub verification_method: Iri,
    /// When it was signed.
    pub created: DateTime,
}

impl ProofOptions {
    /// The canonical N-Quads of the proof configuration.
    pub fn canonical_n_quads(&self) -> String {
        self.quads().to_canonical()
    }

    fn quads(&self) -> Quads {
        let mut quads = Quads::default();
        quads.typed(Node::Blank, canon::SECURITY, "DataIntegrityProof");
        quads.literal(
            Node::Blank,
            canon::SECURITY,
            "cryptosuite",
            "eddsa-rdfc-2022",
            "https://w3id.org/security#cryptosuiteString",
        );
        quads.literal(
            Node::Blank,
            canon::DUBLIN_CORE,
            "created",
            self.created.as_str(),
            canon::XSD_DATE_TIME,
        );
        quads.link(Node::Blank, canon::SECURITY, "verificationMethod", &self.verification_method);
        quads.link_to(
            Node::Blank,
            canon::SECURITY,
            "proofPurpose",
            "https://w3id.org/security#assertionMethod",
        );
        quads
    }
}

/// The 64 bytes that are signed: SHA-256 of the configuration, then SHA-256 of the document (section 3.2.4).
fn hash_data(document: &impl Document, options: &ProofOptions) -> [u8; 64] {
    let mut quads = Quads::default();
    document.write_quads(&mut quads);
    let mut data = [0; 64];
    let halves = options.quads().sha256().into_iter().chain(quads.sha256());
    data.iter_mut().zip(halves).for_each(|(place, byte)| *place = byte);
    data
}

/// A proof as it stands in a signed document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Proof {
    /// Fixed.
    pub r#type: ProofType,
    /// Fixed.
    pub cryptosuite: Cryptosuite,
    /// When it was signed.
    pub created: DateTime,
    /// The full address of the key.
    pub verification_method: Iri,
    /// Fixed.
    pub proof_purpose: ProofPurpose,
    /// The signature.
    pub proof_value: ProofValue,
}

impl Proof {
    fn options(&self) -> ProofOptions {
        ProofOptions { verification_method: self.verification_method.clone(), created: self.created.clone() }
    }
}

/// 64 bytes of Ed25519 signature, written as multibase base58btc.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ProofValue(pub [u8; 64]);

impl fmt::Debug for ProofValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&encode_base58(&self.0))
    }
}

impl From<ProofValue> for String {
    fn from(value: ProofValue) -> Self {
        encode_base58(&value.0)
    }
}

impl TryFrom<String> for ProofValue {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let mut bytes = [0; 64];
        match decode_base58(&text, &mut bytes) {
            Some(64) => Ok(Self(bytes)),
            _ => Err("a proof value is z and 64 bytes in base58"),
        }
    }
}

/// A document could not become a signed one.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// The signature is not this key's over this document. Nothing was given out.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// The key does not belong to the document's issuer.
    #[error("the key {key} does not belong to the issuer {issuer}")]
    ForeignKey {
        /// The key's address.
        key: Iri,
        /// The document's issuer.
        issuer: Iri,
    },
    /// Two parts of the document have the same identifier, and what is said of one could be said of the other.
    #[error("the identifier {0} stands for two parts of the document")]
    SharedIdentifier(Iri),
    /// The document has no JSON form.
    #[error("the document has no JSON form: {0}")]
    Json(#[from] serde_json::Error),
}

/// A document on its way to the signer.
#[derive(Debug, Clone)]
pub struct Unsigned<D> {
    document: D,
    options: ProofOptions,
    hash_data: [u8; 64],
}

impl<D: Document> Unsigned<D> {
    /// Canonicalises and hashes.
    ///
    /// # Errors
    /// [`ProofError::ForeignKey`] if the key is not one of the issuer's, [`ProofError::SharedIdentifier`] if statements
    /// could change places: no verifier would accept it.
    pub fn new(document: D, options: ProofOptions) -> Result<Self, ProofError> {
        if !belongs(&options.verification_method, document.issuer()) {
            return Err(ProofError::ForeignKey {
                key: options.verification_method,
                issuer: document.issuer().clone(),
            });
        }
        if let Some(shared) = document.shared_identifier() {
            return Err(ProofError::SharedIdentifier(shared.clone()));
        }
        let hash_data = hash_data(&document, &options);
        Ok(Self { document, options, hash_data })
    }

    /// What the signer must sign, as it is (pure Ed25519).
    pub fn hash_data(&self) -> &[u8; 64] {
        &self.hash_data
    }

    /// Puts the signature in, after verifying it: the only way to a [`Signed`].
    ///
    /// # Errors
    /// [`ProofError::Signature`] if it does not verify with this key.
    pub fn attach_verified(self, signature: [u8; 64], key: &PublicKey) -> Result<Signed, ProofError> {
        key.verify(&self.hash_data, &signature)?;
        let proof = Proof {
            r#type: ProofType,
            cryptosuite: Cryptosuite,
            created: self.options.created,
            verification_method: self.options.verification_method,
            proof_purpose: ProofPurpose,
            proof_value: ProofValue(signature),
        };
        let mut text = String::with_capacity(4 * 1024);
        text.push_str(&serde_json::to_string(&self.document)?);
        // A document is a JSON object with at least one member: its last byte closes it.
        text.pop();
        text.push_str(",\"proof\":");
        text.push_str(&serde_json::to_string(&[proof])?);
        text.push('}');
        Ok(Signed { text })
    }
}

/// Whether a key's address is the issuer's DID with a fragment.
fn belongs(key: &Iri, issuer: &Iri) -> bool {
    key.as_str()
        .strip_prefix(issuer.as_str())
        .and_then(|rest| rest.strip_prefix('#'))
        .is_some_and(|fragment| !fragment.is_empty())
}

/// The JSON text of a signed document whose signature verified. It is kept to the byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    text: String,
}

impl Signed {
    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// A signed document as it was read. Nothing is known of its signature yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedDocument<D> {
    /// What is signed.
    pub document: D,
    /// By whom.
    pub proof: Proof,
}

impl<D: Document> SignedDocument<D> {
    /// Reads a document of the closed shape with exactly one proof. Members that are unknown, doubled or `null` are
    /// refused: nobody signed them. So are identifiers that stand for two parts: their statements could change places.
    ///
    /// # Errors
    /// The place and kind of the first thing that is not as it must be.
    pub fn parse(text: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(text)
    }

    /// Whether the signature is this key's over this document.
    ///
    /// # Errors
    /// [`SignatureError`] if not.
    pub fn verify(&self, key: &PublicKey) -> Result<(), SignatureError> {
        key.verify(&hash_data(&self.document, &self.proof.options()), &self.proof.proof_value.0)
    }
}

/// Takes `proof` out of the object while the document reads the rest, so that the document's own type stays closed.
impl<'de, D: Document> Deserialize<'de> for SignedDocument<D> {
    fn deserialize<T: Deserializer<'de>>(deserializer: T) -> Result<Self, T::Error> {
        deserializer.deserialize_map(SignedVisitor(PhantomData))
    }
}

struct SignedVisitor<D>(PhantomData<D>);

impl<'de, D: Document> Visitor<'de> for SignedVisitor<D> {
    type Value = SignedDocument<D>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a signed document")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let mut proof = None;
        let document = D::deserialize(MapAccessDeserializer::new(WithoutProof { map, proof: &mut proof }))?;
        let proof = proof.ok_or_else(|| de::Error::missing_field("proof"))?;
        if document.shared_identifier().is_some() {
            return Err(de::Error::custom("one identifier stands for two parts of the document"));
        }
        Ok(SignedDocument { document, proof })
    }
}

struct WithoutProof<'a, A> {
    map: A,
    proof: &'a mut Option<Proof>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for WithoutProof<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        while let Some(name) = self.map.next_key::<String>()? {
            if name != "proof" {
                return seed.deserialize(name.into_deserializer()).map(Some);
            }
            if self.proof.is_some() {
                return Err(de::Error::duplicate_field("proof"));
            }
            let [Object(proof)] = self.map.next_value::<[Object<Proof>; 1]>()?;
            *self.proof = Some(proof);
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}
