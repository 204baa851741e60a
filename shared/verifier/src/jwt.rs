//! Credentials as signed tokens (RFC 7515, RFC 7519; Open Badges 3.0, section 8.2; VC Data Model 1.1, section 6.3.1).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    dates::moment,
    json::{self, JsonError, identifier, member, one, text},
    keys::Key,
    report::Finding,
    session::Session,
    signature::{KeyName, Message, Signature},
};

/// A token that was read.
#[derive(Debug)]
pub(crate) struct Token {
    /// The credential, with the members that only claims say.
    pub(crate) document: Value,
    /// Its signature, or why it cannot be relied on.
    pub(crate) signature: Result<Signature, Finding>,
    /// Why the document cannot be relied on whatever its signature is.
    pub(crate) form: Option<Finding>,
}

/// Reads a compact token.
pub(crate) fn read(token: &str, session: &Session<'_>) -> Result<Token, Finding> {
    let mut parts = token.split('.');
    let (Some(header), Some(payload), Some(value), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Finding::NotReadable);
    };
    let signed = token.len().saturating_sub(value.len() + 1);
    let signed = token.as_bytes().get(..signed).unwrap_or_default();
    let (header, payload) = (part(header)?, part(payload)?);
    let (document, form) = credential(payload.clone());
    let signature = signature(&header, &payload, signed, value, session.at);
    Ok(Token { document, signature, form })
}

fn part(part: &str) -> Result<Value, Finding> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| Finding::NotReadable)?;
    let value = json::read(&bytes).map_err(|error| match error {
        JsonError::TooLong => Finding::TooLong,
        JsonError::Malformed => Finding::NotReadable,
    })?;
    if value.is_object() { Ok(value) } else { Err(Finding::NotReadable) }
}

fn signature(
    header: &Value,
    payload: &Value,
    signed: &[u8],
    value: &str,
    at: Timestamp,
) -> Result<Signature, Finding> {
    let bad = |why: &str| Err(Finding::BadProof(why.to_owned()));
    let (suite, fits): (_, fn(&Key) -> bool) = match text(header, "alg") {
        Some("RS256") => ("RS256", |key| matches!(key, Key::Rsa { .. })),
        Some("ES256") => ("ES256", |key| matches!(key, Key::P256(_))),
        Some("ES384") => ("ES384", |key| matches!(key, Key::P384(_))),
        Some("EdDSA" | "Ed25519") => ("EdDSA", |key| matches!(key, Key::Ed25519(_))),
        // Not signed at all, or with a secret that the reader would have to know.
        Some(alg) if alg.eq_ignore_ascii_case("none") || alg.to_ascii_uppercase().starts_with("HS") => {
            return bad(&format!("alg {alg}"));
        }
        Some(other) => return Err(Finding::UnknownSuite(other.to_owned())),
        None => return bad("alg"),
    };
    // Neither extensions that must be understood, nor another form of the payload.
    for name in ["crit", "b64", "zip"] {
        if header.get(name).is_some() {
            return bad(name);
        }
    }
    let given = match header.get("jwk") {
        None => None,
        Some(jwk) => match Key::from_jwk(jwk) {
            Some(key) => Some(key),
            None => return bad("jwk"),
        },
    };
    let key = match header.get("kid") {
        None => KeyName::Unnamed,
        Some(Value::String(kid)) if kid.starts_with('#') || is_address(kid) => KeyName::Address(kid.clone()),
        Some(Value::String(kid)) => KeyName::Kid(kid.clone()),
        Some(_) => return bad("kid"),
    };
    let Ok(value) = URL_SAFE_NO_PAD.decode(value) else { return bad("signature") };
    // `iat` says when it was made; without it, it cannot have been made before it became valid to be used.
    let made = match (numeric_date(payload, "iat"), numeric_date(payload, "nbf")) {
        (Err(()), _) | (_, Err(())) => return bad("iat"),
        (Ok(issued), Ok(not_before)) => issued.or(not_before),
    };
    if made.is_some_and(|made| made > at) && payload.get("iat").is_some() {
        return bad("iat");
    }
    Ok(Signature { suite, fits, key, given, made, message: Message::Bytes(signed.to_vec()), value })
}

fn is_address(kid: &str) -> bool {
    kid.starts_with("did:") || kid.starts_with("https://") || kid.starts_with("http://")
}

/// Seconds since 1970 (RFC 7519, section 2), cut to whole ones.
fn numeric_date(payload: &Value, name: &str) -> Result<Option<Timestamp>, ()> {
    let Some(value) = payload.get(name) else { return Ok(None) };
    let seconds = match (value.as_i64(), value.as_f64()) {
        (Some(seconds), _) => seconds,
        (None, Some(seconds)) if seconds.abs() < 1e12 => {
            #[expect(clippy::cast_possible_truncation, reason = "the fraction is what is cut off")]
            let seconds = seconds.floor() as i64;
            seconds
        }
        _ => return Err(()),
    };
    Timestamp::from_second(seconds).map(Some).map_err(|_| ())
}

/// The credential of a payload. What claims and members both say must agree; what only claims say becomes members.
fn credential(mut payload: Value) -> (Value, Option<Finding>) {
    let wrapped = payload.as_object_mut().and_then(|members| members.remove("vc"));
    let Some(mut document) = wrapped else {
        let mut document = payload.clone();
        let form = agree(&payload, &mut document).err();
        return (document, form);
    };
    // Two credentials in one token: which one would be meant?
    if payload.get("credentialSubject").is_some() || !document.is_object() {
        return (document, Some(Finding::NotABadge("vc".to_owned())));
    }
    let form = agree(&payload, &mut document).err();
    (document, form)
}

fn agree(claims: &Value, document: &mut Value) -> Result<(), Finding> {
    let wrong = |name: &str| Err(Finding::NotABadge(name.to_owned()));
    for (claim, name) in [("iss", "issuer"), ("jti", "id")] {
        let Some(claimed) = claims.get(claim) else { continue };
        let agrees = match member(document, name) {
            Some(stated) => claimed.is_string() && identifier(stated) == claimed.as_str(),
            None => set(document, name, claimed.clone()),
        };
        if !agrees {
            return wrong(claim);
        }
    }
    if let Some(claimed) = claims.get("sub") {
        let subject = one(document, "credentialSubject").and_then(|subject| text(subject, "id"));
        if claimed.as_str().is_none_or(|claimed| subject.is_some_and(|subject| subject != claimed)) {
            return wrong("sub");
        }
    }
    for (claim, names) in [("nbf", ["validFrom", "issuanceDate"]), ("exp", ["validUntil", "expirationDate"])]
    {
        let Ok(claimed) = numeric_date(claims, claim) else { return wrong(claim) };
        let Some(claimed) = claimed else { continue };
        let mut stated = names.iter().filter_map(|name| member(document, name)).peekable();
        let agrees = if stated.peek().is_none() {
            let [name, _] = names;
            set(document, name, json!(claimed.to_string()))
        } else {
            stated.all(|date| {
                date.as_str().and_then(moment).is_some_and(|date| date.as_second() == claimed.as_second())
            })
        };
        if !agrees {
            return wrong(claim);
        }
    }
    Ok(())
}

fn set(document: &mut Value, name: &str, value: Value) -> bool {
    document.as_object_mut().map(|members| members.insert(name.to_owned(), value)).is_some()
}
