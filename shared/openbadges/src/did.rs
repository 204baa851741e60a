//! `did:web`: the issuer's identifier and the document that lists its keys (did:web method; Controlled Identifiers 1.0).

use serde::{Deserialize, Serialize};

use crate::{
    DateTime, Iri,
    keys::{KeyError, PublicKey},
    marker::markers,
    shape::{objects, present},
};

markers! {
    /// The contexts of a DID document with Multikeys.
    DidContext = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"];
    /// The type of a key.
    Multikey = "Multikey";
}

/// An origin has no `did:web` form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DidError {
    /// It does not begin with `https://`, or with `http://` for one machine.
    #[error("the address must begin with https:// (or http:// for localhost)")]
    Scheme,
    /// It is more than a host and a port.
    #[error("the address must be a host, with a port at most")]
    NotAnOrigin,
    /// A key's fragment holds other characters than letters, digits and hyphens.
    #[error("a key's name must be letters, digits and hyphens")]
    Fragment,
}

/// The identifier of an origin: `https://badges.example:8443` is `did:web:badges.example%3A8443`.
///
/// # Errors
/// [`DidError`] if it is not an origin.
pub fn did_web(base_url: &str) -> Result<Iri, DidError> {
    let host = match base_url.strip_prefix("https://") {
        Some(host) => host,
        None => base_url
            .strip_prefix("http://")
            .filter(|host| matches!(host.split(':').next(), Some("localhost" | "127.0.0.1")))
            .ok_or(DidError::Scheme)?,
    };
    let (name, port) = host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port)));
    let name_fits = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte));
    let port_fits =
        port.is_none_or(|port| port.parse::<u16>().is_ok_and(|number| number.to_string() == port));
    if !name_fits || !port_fits {
        return Err(DidError::NotAnOrigin);
    }
    let identifier = port.map_or_else(|| name.to_owned(), |port| format!("{name}%3A{port}"));
    Iri::parse(format!("did:web:{identifier}")).map_err(|_| DidError::NotAnOrigin)
}

/// The document at `/.well-known/did.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct DidDocument {
    /// Fixed.
    #[serde(rename = "@context")]
    pub context: DidContext,
    /// The issuer.
    pub id: Iri,
    /// Its keys, retired ones too.
    #[serde(deserialize_with = "objects")]
    pub verification_method: Vec<VerificationMethod>,
    /// The keys that may sign credentials, by their full addresses.
    pub assertion_method: Vec<Iri>,
}

/// One key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct VerificationMethod {
    /// Its full address.
    pub id: Iri,
    /// Fixed.
    pub r#type: Multikey,
    /// Whose key it is.
    pub controller: Iri,
    /// From when on its signatures are refused: somebody else may have it (Controlled Identifiers 1.0, "Verification Methods").
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub revoked: Option<DateTime>,
    /// The key.
    pub public_key_multibase: MultibaseKey,
}

/// A public key that is written as Multikey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct MultibaseKey(pub PublicKey);

impl From<MultibaseKey> for String {
    fn from(key: MultibaseKey) -> Self {
        key.0.multibase()
    }
}

impl TryFrom<String> for MultibaseKey {
    type Error = KeyError;

    fn try_from(text: String) -> Result<Self, KeyError> {
        PublicKey::from_multibase(&text).map(Self)
    }
}

/// A key as its owner lists it.
#[derive(Debug, Clone, Copy)]
pub struct ListedKey<'a> {
    /// The fragment of its address.
    pub fragment: &'a str,
    /// The key.
    pub public: &'a PublicKey,
    /// See [`VerificationMethod::revoked`].
    pub revoked: Option<&'a DateTime>,
}

/// The document of an origin and its keys.
///
/// # Errors
/// [`DidError`] if the origin or a fragment does not fit.
pub fn did_document(base_url: &str, keys: &[ListedKey<'_>]) -> Result<DidDocument, DidError> {
    let id = did_web(base_url)?;
    let verification_method = keys
        .iter()
        .map(|ListedKey { fragment, public, revoked }| {
            let fits = !fragment.is_empty()
                && fragment.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            if !fits {
                return Err(DidError::Fragment);
            }
            Ok(VerificationMethod {
                id: Iri::parse(format!("{id}#{fragment}")).map_err(|_| DidError::Fragment)?,
                r#type: Multikey,
                controller: id.clone(),
                revoked: revoked.cloned(),
                public_key_multibase: MultibaseKey((*public).clone()),
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    let assertion_method = verification_method.iter().map(|method| method.id.clone()).collect();
    Ok(DidDocument { context: DidContext, id, verification_method, assertion_method })
}

impl DidDocument {
    /// The key of this address, if it may sign credentials for its controller.
    pub fn assertion_key(&self, address: &Iri) -> Option<&VerificationMethod> {
        self.assertion_method
            .contains(address)
            .then(|| self.verification_method.iter().find(|method| method.id == *address))
            .flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_has_one_identifier() {
        for (origin, expected) in [
            ("https://badges.example.jp", Ok("did:web:badges.example.jp")),
            ("http://localhost:8080", Ok("did:web:localhost%3A8080")),
            ("https://badges.example:8443", Ok("did:web:badges.example%3A8443")),
            ("http://badges.example", Err(DidError::Scheme)),
            ("http://localhost.evil.example", Err(DidError::Scheme)),
            ("https://badges.example/path", Err(DidError::NotAnOrigin)),
            ("https://Badges.example", Err(DidError::NotAnOrigin)),
            ("https://badges.example:", Err(DidError::NotAnOrigin)),
            ("https://badges.example:08443", Err(DidError::NotAnOrigin)),
            ("https://", Err(DidError::NotAnOrigin)),
        ] {
            assert_eq!(
                did_web(origin).as_ref().map(Iri::as_str).map_err(|error| *error),
                expected,
                "{origin}"
            );
        }
    }
}
