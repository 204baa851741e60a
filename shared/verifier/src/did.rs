//! Identifiers of issuers, and where their keys are read.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use url::Url;

use crate::{
    json,
    keys::Key,
    session::{is_this_machine, origin, without_fragment},
};

/// What an issuer's identifier says about its keys.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Identity {
    /// It is a key (`did:key`, `did:jwk`); the second is its address.
    Key(Key, String),
    /// Its keys are listed at this address.
    Listed(String),
    /// Nothing that is known here.
    Unknown,
}

pub(crate) fn identity(issuer: &str) -> Identity {
    if let Some((key, address)) = own_key(issuer) {
        return Identity::Key(key, address);
    }
    let url = if issuer.starts_with("did:") {
        did_web_url(issuer)
    } else {
        origin(issuer).map(|_| without_fragment(issuer).to_owned())
    };
    url.map_or(Identity::Unknown, Identity::Listed)
}

/// The key that an identifier spells out, and its full address.
pub(crate) fn own_key(did: &str) -> Option<(Key, String)> {
    if let Some(multibase) = did.strip_prefix("did:key:") {
        return Some((Key::from_multibase(multibase)?, format!("{did}#{multibase}")));
    }
    let jwk = URL_SAFE_NO_PAD.decode(did.strip_prefix("did:jwk:")?).ok()?;
    Some((Key::from_jwk(&json::read(&jwk).ok()?)?, format!("{did}#0")))
}

/// Where the document of a `did:web` is (did:web method, "Read").
fn did_web_url(did: &str) -> Option<String> {
    let mut parts = did.strip_prefix("did:web:")?.split(':');
    let authority = parts.next()?;
    let (host, port) = match authority.split_once("%3A").or_else(|| authority.split_once("%3a")) {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let host_fits = !host.is_empty()
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
        && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|number| number.to_string() == port));
    let path: Vec<&str> = parts.collect();
    let path_fits = path.iter().all(|part| {
        !matches!(*part, "" | "." | "..")
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte))
    });
    if !host_fits || !path_fits {
        return None;
    }
    let scheme = if is_this_machine(host) { "http" } else { "https" };
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    let place = if path.is_empty() { ".well-known".to_owned() } else { path.join("/") };
    Some(format!("{scheme}://{host}{port}/{place}/did.json"))
}

/// The origin that speaks for an issuer.
pub(crate) fn issuer_origin(issuer: &str) -> Option<String> {
    match identity(issuer) {
        Identity::Listed(url) => origin(&url),
        Identity::Key(..) | Identity::Unknown => None,
    }
}

/// Whether only the issuer can put a document at this address, as far as an address can tell. Whose identifier has a path may share
/// its host with others: then only its own directory counts, and what the host itself says of all (RFC 8615).
pub(crate) fn is_own_address(issuer: &str, address: &str) -> bool {
    if issuer.strip_prefix("did:web:").is_some_and(|rest| rest.contains(':')) {
        return false;
    }
    let same_origin = origin(address).is_some() && origin(address) == issuer_origin(issuer);
    let Ok(own) = Url::parse(issuer) else { return false };
    let directory = match own.scheme() {
        "https" | "http" => own.path().rsplit_once('/').map_or("/", |(directory, _)| directory),
        _ => "",
    };
    let inside = |path: &str| {
        path.starts_with("/.well-known/")
            || path.strip_prefix(directory).is_some_and(|rest| directory == "/" || rest.starts_with('/'))
    };
    same_origin && Url::parse(address).is_ok_and(|address| inside(address.path()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_did_web_is_one_address() {
        for (did, expected) in [
            ("did:web:example.com", Some("https://example.com/.well-known/did.json")),
            ("did:web:example.com:user:alice", Some("https://example.com/user/alice/did.json")),
            ("did:web:example.com%3A3000:user", Some("https://example.com:3000/user/did.json")),
            ("did:web:localhost%3A8080", Some("http://localhost:8080/.well-known/did.json")),
            ("did:web:", None),
            ("did:web:example.com:", None),
            ("did:web:example.com:..", None),
            ("did:web:example.com%2Fevil", None),
            ("did:web:user@example.com", None),
            ("did:web:example.com/evil", None),
            ("did:web:example.com%3A99999", None),
            ("did:ion:abc", None),
        ] {
            assert_eq!(did_web_url(did).as_deref(), expected, "{did}");
        }
    }
}
