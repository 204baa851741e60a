//! Whether a badge was awarded to an address.

use aws_lc_rs::digest::{SHA256, digest};
use openbadges::identity::IdentityObject;
use serde_json::Value;

use crate::{
    json::{items, member, text},
    report::Finding,
};

/// A mail address as a badge names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Identity {
    /// Of a badge of the closed shape.
    Closed(Box<IdentityObject>),
    /// SHA-256 in hexadecimal digits, of the address followed by the salt.
    Hashed { hash: String, salt: String },
    /// In clear.
    Plain(String),
}

impl Identity {
    /// The identity objects of an Open Badges 3.0 subject that are mail addresses.
    pub(crate) fn of_subject(subject: &Value) -> Vec<Self> {
        let identity = |object: &Value| {
            let is_mail = matches!(text(object, "identityType"), Some("emailAddress" | "email"));
            is_mail.then(|| Self::read(object, "identityHash")).flatten()
        };
        items(subject.get("identifier")).iter().filter_map(identity).collect()
    }

    /// The recipient of an Open Badges 2.0 assertion, if it is a mail address.
    pub(crate) fn of_recipient(recipient: &Value) -> Option<Self> {
        (text(recipient, "type") == Some("email")).then(|| Self::read(recipient, "identity")).flatten()
    }

    /// No other hash than SHA-256 is read: MD5, which old badges may have, proves nothing.
    fn read(object: &Value, name: &str) -> Option<Self> {
        let value = text(object, name)?;
        let hash = value.strip_prefix("sha256$");
        let hashed = match member(object, "hashed") {
            Some(hashed) => hashed.as_bool()?,
            None => hash.is_some(),
        };
        if !hashed {
            return Some(Self::Plain(value.to_owned()));
        }
        let salt = text(object, "salt").unwrap_or_default().to_owned();
        Some(Self::Hashed { hash: hash?.to_owned(), salt })
    }

    fn is(&self, address: &str) -> bool {
        match self {
            Self::Closed(identity) => identity.is(address),
            Self::Plain(value) => value.eq_ignore_ascii_case(address),
            Self::Hashed { hash, salt } => {
                let found = digest(&SHA256, [address, salt].concat().as_bytes());
                hash.eq_ignore_ascii_case(&hex::encode(found))
            }
        }
    }
}

/// Compares the address as it was typed, without the spaces around it, and written in small ASCII letters. The
/// standards do not say how an address is written before it is hashed; these are the two ways that are common.
pub(crate) fn check(identities: &[Identity], asked: Option<&str>) -> Finding {
    let Some(address) = asked.map(str::trim).filter(|address| !address.is_empty()) else {
        return Finding::NotAsked;
    };
    let lower = address.to_ascii_lowercase();
    if identities.is_empty() {
        Finding::NoRecipient
    } else if identities.iter().any(|identity| identity.is(address) || identity.is(&lower)) {
        Finding::RecipientMatches
    } else {
        Finding::RecipientDiffers
    }
}
