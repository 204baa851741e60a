//! Signatures: what was signed, how, and by which key.

use std::{borrow::Cow, sync::Arc};

use aws_lc_rs::digest::{SHA256, SHA384, digest};
use jiff::Timestamp;

use crate::{
    issuer::{Lookup, look_up},
    keys::Key,
    report::Finding,
    session::Session,
};

/// How a key is named beside a signature.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum KeyName {
    /// Its absolute address.
    Address(String),
    /// A `kid` that is no address.
    Kid(String),
    /// Not at all, or only by being there (`jwk`).
    Unnamed,
}

/// The bytes under a signature.
#[derive(Debug, Clone)]
pub(crate) enum Message {
    /// As they are.
    Bytes(Vec<u8>),
    /// Configuration and document, each hashed, in this order (Data Integrity). The curve of the key says with what.
    Halves {
        configuration: String,
        document: Arc<str>,
        /// The document for a key on P-384, if that is another text: SHA-384 then labels its unnamed parts, too.
        document_384: Option<Arc<str>>,
    },
}

/// A signature that can be checked.
#[derive(Debug, Clone)]
pub(crate) struct Signature {
    /// Such as `eddsa-rdfc-2022`.
    pub(crate) suite: &'static str,
    /// Whether the suite goes with this kind of key.
    pub(crate) fits: fn(&Key) -> bool,
    pub(crate) key: KeyName,
    /// The key that came along. It proves nothing by itself.
    pub(crate) given: Option<Key>,
    /// When it was made, as it says itself.
    pub(crate) made: Option<Timestamp>,
    pub(crate) message: Message,
    pub(crate) value: Vec<u8>,
}

/// The lines that a signature makes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Vouched {
    pub(crate) signature: Finding,
    pub(crate) issuer: Finding,
}

impl Signature {
    fn key_address(&self) -> String {
        match &self.key {
            KeyName::Address(address) => address.clone(),
            KeyName::Kid(kid) => kid.clone(),
            KeyName::Unnamed => String::new(),
        }
    }

    /// Whether this key made it.
    pub(crate) fn is_of(&self, key: &Key) -> bool {
        (self.fits)(key) && key.verify(&self.bytes(key), &self.value)
    }

    fn check(&self, key: &Key, address: String) -> Finding {
        if !(self.fits)(key) {
            return Finding::BadProof(format!("{} with a key of another kind ({key:?})", self.suite));
        }
        let suite = self.suite.to_owned();
        if key.verify(&self.bytes(key), &self.value) {
            Finding::SignatureFits { suite, key: address }
        } else {
            Finding::SignatureDoesNotFit { suite, key: address }
        }
    }

    fn bytes(&self, key: &Key) -> Cow<'_, [u8]> {
        match &self.message {
            Message::Bytes(bytes) => Cow::Borrowed(bytes),
            Message::Halves { configuration, document, document_384 } => {
                let (algorithm, document) = match key {
                    Key::P384(_) => (&SHA384, document_384.as_ref().unwrap_or(document)),
                    _ => (&SHA256, document),
                };
                let half = |text: &str| digest(algorithm, text.as_bytes());
                Cow::Owned([half(configuration).as_ref(), half(document).as_ref()].concat())
            }
        }
    }
}

/// Checks every signature. All must fit, and one must be the issuer's own.
pub(crate) async fn vouch(signatures: &[Signature], issuer: &str, session: &mut Session<'_>) -> Vouched {
    let mut best: Option<Vouched> = None;
    let mut worst: Option<Vouched> = None;
    for signature in signatures {
        let Lookup { key, address, finding } = look_up(signature, issuer, session).await;
        let address = address.unwrap_or_else(|| signature.key_address());
        let checked = match key.as_ref().or(signature.given.as_ref()) {
            Some(key) => signature.check(key, address),
            None => Finding::NoKey,
        };
        let vouched = Vouched { signature: checked, issuer: finding };
        if !matches!(vouched.signature, Finding::SignatureFits { .. }) {
            worst.get_or_insert(vouched);
        } else if matches!(vouched.issuer, Finding::KeyListed { .. }) || best.is_none() {
            best = Some(vouched);
        }
    }
    let unsigned = Vouched { signature: Finding::NotSigned, issuer: Finding::Unread };
    worst.or(best).unwrap_or(unsigned)
}
