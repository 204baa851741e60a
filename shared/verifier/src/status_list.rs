//! Lists of bits that are credentials themselves (Bitstring Status List 1.0). They are never taken on trust: their own
//! signature, issuer and time are checked as a badge's are.

use std::io::Read;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use flate2::read::GzDecoder;
use openbadges::{
    credential::Revocation,
    status::{LIST_BITS, StatusListCredential},
};
use serde_json::Value;

use crate::{
    credential,
    dates::Term,
    faithful,
    file::{self, Carried},
    json::{self, items, member, names, one, reference, text},
    jwt, proof,
    report::{Finding, Unavailable},
    session::Session,
    signature::{Signature, vouch},
    status::{Kind, Place, Purpose, unavailable},
};

/// The longest list that is inflated: 33 million places.
const MAX_LIST_BYTES: usize = 4 << 20;

/// What a list says.
struct List {
    /// It may be left out. If it is there, it must be the address (section 2.2).
    id: Option<String>,
    issuer: String,
    term: Term,
    purposes: Vec<String>,
    encoded: String,
    signatures: Vec<Signature>,
}

/// Looks a place up.
pub(crate) async fn look_up(place: &Place, issuer: &str, session: &mut Session<'_>) -> Finding {
    let url = &place.list;
    let answer = match session.get(url).await {
        Ok(answer) if answer.status == 200 => answer,
        Ok(answer) => return unavailable(url, Unavailable::Status(answer.status)),
        Err(why) => return unavailable(url, Unavailable::Web(why)),
    };
    let found = match read(&answer.body, place.kind, session) {
        Ok(list) => bit(&list, place, issuer, session).await,
        Err(why) => Err(why),
    };
    match (found, place.purpose) {
        (Err(why), _) => Finding::StatusUnreliable { url: url.clone(), why },
        (Ok(false), _) => Finding::NotRevoked { source: url.clone(), index: Some(place.index.to_string()) },
        (Ok(true), Purpose::Revocation) => Finding::Revoked { source: url.clone(), reason: None },
        (Ok(true), Purpose::Suspension) => Finding::Suspended { source: url.clone() },
    }
}

fn read(body: &[u8], kind: Kind, session: &Session<'_>) -> Result<List, String> {
    if kind == Kind::Bitstring
        && let Some((list, signature)) = proof::closed::<StatusListCredential>(body)
    {
        return Ok(of_closed(&list, signature));
    }
    let not_a_list = |what: &str| format!("it is not a status list: {what}");
    let (document, signatures) = match file::read(body) {
        Ok(Carried::Json(text)) => {
            let document = json::read(&text).map_err(|_| not_a_list("JSON"))?;
            let proven = proof::read(document, session.at);
            let hidden = proven.canonical.as_ref().and_then(|text| faithful::check(&proven.document, text));
            if let Some(finding) = proven.form.or(hidden).or(proven.refused) {
                return Err(format!("its signature cannot be checked: {finding:?}"));
            }
            (proven.document, proven.signatures)
        }
        Ok(Carried::Token(token)) => {
            let token = jwt::read(&token, session).map_err(|_| not_a_list("JWT"))?;
            if let Some(finding) = token.form {
                return Err(not_a_list(&format!("{finding:?}")));
            }
            let signature =
                token.signature.map_err(|finding| format!("its signature cannot be checked: {finding:?}"))?;
            (token.document, vec![signature])
        }
        Ok(Carried::Address(_)) | Err(_) => return Err(not_a_list("neither JSON nor JWT")),
    };
    of(&document, kind, signatures).map_err(not_a_list)
}

fn of_closed(list: &StatusListCredential, signature: Signature) -> List {
    let Revocation = list.credential_subject.status_purpose;
    List {
        id: Some(list.id.as_str().to_owned()),
        issuer: list.issuer.as_str().to_owned(),
        term: Term {
            from: list.valid_from.timestamp(),
            until: list.valid_until.as_ref().map(openbadges::DateTime::timestamp),
        },
        purposes: vec![Purpose::Revocation.name().to_owned()],
        encoded: list.credential_subject.encoded_list.as_str().to_owned(),
        signatures: vec![signature],
    }
}

fn of(document: &Value, kind: Kind, signatures: Vec<Signature>) -> Result<List, &'static str> {
    let (credential_type, list_type) = match kind {
        Kind::Bitstring => ("BitstringStatusListCredential", "BitstringStatusList"),
        Kind::List2021 => ("StatusList2021Credential", "StatusList2021"),
    };
    let subject = one(document, "credentialSubject").ok_or("credentialSubject")?;
    if !names(document, "type", credential_type) || !names(subject, "type", list_type) {
        return Err("type");
    }
    // A list of several bits a place is read otherwise.
    if member(subject, "statusSize").is_some_and(|size| size.as_u64() != Some(1)) {
        return Err("statusSize");
    }
    let purposes = items(subject.get("statusPurpose")).iter().filter_map(Value::as_str).map(str::to_owned);
    Ok(List {
        id: text(document, "id").map(str::to_owned),
        issuer: reference(document, "issuer").ok_or("issuer")?.to_owned(),
        term: credential::term(document)?,
        purposes: purposes.collect(),
        encoded: text(subject, "encodedList").ok_or("encodedList")?.to_owned(),
        signatures,
    })
}

/// The bit, if the list is the one that is named, by the same issuer, well signed and in its time. Its `ttl` says how
/// long a copy may be kept; this one was just fetched.
async fn bit(list: &List, place: &Place, issuer: &str, session: &mut Session<'_>) -> Result<bool, String> {
    if let Some(id) = list.id.as_ref().filter(|id| **id != place.list) {
        return Err(format!("it is the list {id}"));
    }
    if list.issuer != issuer {
        return Err(format!("it was issued by {}", list.issuer));
    }
    if !list.purposes.iter().any(|purpose| purpose == place.purpose.name()) {
        return Err(format!("its purpose is {}", list.purposes.join(", ")));
    }
    match list.term.check(session.at) {
        Finding::InForce { .. } => {}
        Finding::Expired(until) => return Err(format!("it expired at {until}")),
        _ => return Err(format!("it is valid only from {}", list.term.from)),
    }
    let vouched = vouch(&list.signatures, issuer, session).await;
    for finding in [&vouched.signature, &vouched.issuer] {
        if !matches!(finding, Finding::SignatureFits { .. } | Finding::KeyListed { .. }) {
            return Err(format!("its signature does not count: {finding:?}"));
        }
    }
    let bytes = inflate(&list.encoded, place.kind)?;
    let byte = bytes.get(place.index / 8).ok_or_else(|| format!("it has no place {}", place.index))?;
    // Bit 0 is the left-most.
    Ok(byte & (0b1000_0000 >> (place.index % 8)) != 0)
}

fn inflate(encoded: &str, kind: Kind) -> Result<Vec<u8>, String> {
    let not_bits = || "its bits cannot be read".to_owned();
    let encoded = match (encoded.strip_prefix('u'), kind) {
        (Some(encoded), Kind::Bitstring) => encoded,
        (None, Kind::Bitstring) => return Err(not_bits()),
        (_, Kind::List2021) => encoded,
    };
    let compressed = URL_SAFE_NO_PAD.decode(encoded.trim_end_matches('=')).map_err(|_| not_bits())?;
    let limit = u64::try_from(MAX_LIST_BYTES + 1).unwrap_or(u64::MAX);
    let mut bytes = Vec::with_capacity(LIST_BITS / 8 + 1);
    GzDecoder::new(compressed.as_slice()).take(limit).read_to_end(&mut bytes).map_err(|_| not_bits())?;
    if bytes.len() > MAX_LIST_BYTES {
        return Err("it is too long".to_owned());
    }
    // A shorter one would give its holders away (section 6.1).
    if bytes.len() < LIST_BITS / 8 {
        return Err(format!("it has only {} places", bytes.len() * 8));
    }
    Ok(bytes)
}
