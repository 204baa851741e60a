//! The holder's address as a salted hash (Open Badges 3.0, "`IdentityObject`"; the hash as in Open Badges 2.0).
//!
//! Whoever holds the credential can test guesses, because the salt is in it: put an address here, never a name.
//! The specification does not say how an address is written before hashing. Here the caller decides, and must always
//! decide the same way.

use aws_lc_rs::digest;
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::{Text, marker::markers};

markers! {
    /// The type of an identity object.
    IdentityObjectType = "IdentityObject";
    /// The identity is hashed.
    Hashed = true;
    /// The identity is a mail address.
    EmailAddress = "emailAddress";
}

/// Whose badge it is, for whoever already knows the address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct IdentityObject {
    /// Fixed.
    pub r#type: IdentityObjectType,
    /// Fixed.
    pub hashed: Hashed,
    /// The hash.
    pub identity_hash: IdentityHash,
    /// Fixed.
    pub identity_type: EmailAddress,
    /// What was hashed along.
    pub salt: Salt,
}

impl IdentityObject {
    /// The identity of an address, hashed with a salt.
    pub fn address(address: &str, salt: Salt) -> Self {
        Self {
            r#type: IdentityObjectType,
            hashed: Hashed,
            identity_hash: IdentityHash::of(address, &salt),
            identity_type: EmailAddress,
            salt,
        }
    }

    /// Whether it is this address, written the same way.
    pub fn is(&self, address: &str) -> bool {
        self.identity_hash == IdentityHash::of(address, &self.salt)
    }
}

/// `sha256$` and 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct IdentityHash(Text);

impl IdentityHash {
    /// SHA-256 of the identity followed by the salt, both in UTF-8.
    pub fn of(identity: &str, salt: &Salt) -> Self {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(identity.as_bytes());
        context.update(salt.0.as_str().as_bytes());
        Self(Text::plain(format!("sha256${}", hex::encode(context.finish()))))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(crate) fn as_text(&self) -> &Text {
        &self.0
    }
}

impl<'de> Deserialize<'de> for IdentityHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(deserializer)?;
        let digits = text.as_str().strip_prefix("sha256$").unwrap_or_default();
        if digits.len() == 64 && digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')) {
            Ok(Self(text))
        } else {
            Err(de::Error::custom("an identity hash is sha256$ and 64 hexadecimal digits"))
        }
    }
}

/// A salt: any text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Salt(Text);

impl Salt {
    /// A salt from 16 random bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Text::plain(hex::encode(bytes)))
    }

    /// A salt that someone else chose.
    pub fn from_text(text: Text) -> Self {
        Self(text)
    }

    pub(crate) fn as_text(&self) -> &Text {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the Open Badges specification.
    #[test]
    fn the_hash_is_the_one_of_the_specification() {
        let salt = Salt::from_text(Text::parse("Kosher").unwrap());
        assert_eq!(
            IdentityHash::of("a@example.com", &salt).as_str(),
            "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"
        );
        let identity = IdentityObject::address("a@example.com", salt);
        assert!(identity.is("a@example.com") && !identity.is("b@example.com"));
    }
}
