//! Documents of strangers, not signed yet.

use std::io::Write;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use flate2::{
    Compression,
    write::{GzEncoder, ZlibEncoder},
};
use serde_json::{Value, json};

use super::keys::Pair;

pub(crate) const ISSUER: &str = "did:web:stranger.example";
pub(crate) const ISSUER_URL: &str = "https://stranger.example/.well-known/did.json";
pub(crate) const BADGE: &str = "https://stranger.example/badges/1";
pub(crate) const LIST: &str = "https://stranger.example/lists/1";
pub(crate) const HOLDER: &str = "taro@example.jp";

/// A badge that is not of the closed shape.
pub(crate) fn badge(issuer: &str) -> Value {
    json!({
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
        ],
        "id": BADGE,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": issuer, "type": ["Profile"], "name": "Stranger University"},
        "validFrom": "2026-10-01T00:00:00Z",
        "validUntil": "2027-10-01T00:00:00Z",
        "name": "Teamwork",
        "credentialSubject": {
            "id": "urn:uuid:8b1c2f0e-2f3f-4b53-8f55-9a4f1f1f2a6a",
            "type": ["AchievementSubject"],
            "identifier": [{
                "type": "IdentityObject",
                "hashed": true,
                "identityHash": format!("sha256${}", sha256_hex(&format!("{HOLDER}pepper"))),
                "identityType": "emailAddress",
                "salt": "pepper"
            }],
            "achievement": {
                "id": "https://stranger.example/achievements/teamwork",
                "type": ["Achievement"],
                "name": "Teamwork",
                "description": "Works well with others.",
                "criteria": {"narrative": "Nominated by peers."}
            }
        }
    })
}

pub(crate) fn sha256_hex(text: &str) -> String {
    hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()))
}

/// The same in the terms of VC Data Model 1.1.
pub(crate) fn old_badge(issuer: &str) -> Value {
    let mut badge = badge(issuer);
    badge["@context"] = json!([
        "https://www.w3.org/2018/credentials/v1",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
        "https://w3id.org/security/data-integrity/v1",
        "https://w3id.org/security/suites/ed25519-2020/v1"
    ]);
    let members = badge.as_object_mut().unwrap();
    let (from, until) = (members.remove("validFrom").unwrap(), members.remove("validUntil").unwrap());
    members.insert("issuanceDate".to_owned(), from);
    members.insert("expirationDate".to_owned(), until);
    badge
}

/// The badge with a place in a list.
pub(crate) fn badge_with_status(issuer: &str, index: usize, purpose: &str) -> Value {
    let mut badge = badge(issuer);
    badge["credentialStatus"] = json!({
        "id": format!("{LIST}#{index}"),
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": index.to_string(),
        "statusListCredential": LIST
    });
    badge
}

pub(crate) fn gzip(bytes: &[u8]) -> String {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    URL_SAFE_NO_PAD.encode(encoder.finish().unwrap())
}

pub(crate) fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A list in which these places are marked.
pub(crate) fn list(issuer: &str, purpose: &str, marked: &[usize]) -> Value {
    let mut bytes = vec![0_u8; 16_384];
    for index in marked {
        bytes[index / 8] |= 0x80 >> (index % 8);
    }
    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": LIST,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": "2026-11-01T00:00:00Z",
        "validUntil": "2026-11-08T00:00:00Z",
        "credentialSubject": {
            "id": format!("{LIST}#list"),
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": format!("u{}", gzip(&bytes))
        }
    })
}

/// A DID document with these methods, all for signing credentials.
pub(crate) fn did_document(id: &str, methods: &[Value]) -> Value {
    let assertions: Vec<_> = methods.iter().map(|method| method["id"].clone()).collect();
    json!({
        "@context": ["https://www.w3.org/ns/did/v1"],
        "id": id,
        "verificationMethod": methods,
        "assertionMethod": assertions
    })
}

/// The document of [`ISSUER`] with one key.
pub(crate) fn stranger(pair: &Pair) -> Value {
    did_document(ISSUER, &[pair.method(&format!("{ISSUER}#key-1"), ISSUER)])
}

/// A PNG of one pixel with further chunks.
pub(crate) fn png(chunks: &[([u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut append = |kind: [u8; 4], data: &[u8]| {
        file.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        let whole = [&kind, data].concat();
        file.extend(&whole);
        file.extend(crc32fast::hash(&whole).to_be_bytes());
    };
    append(*b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
    for (kind, data) in chunks {
        append(*kind, data);
    }
    append(*b"IDAT", &zlib(&[0, 0]));
    append(*b"IEND", &[]);
    file
}

pub(crate) fn itxt(keyword: &str, text: &str) -> ([u8; 4], Vec<u8>) {
    (*b"iTXt", [keyword.as_bytes(), &[0; 5], text.as_bytes()].concat())
}

/// The claims of a token in the way of Open Badges 3.0.
pub(crate) fn payload(badge: &Value) -> Value {
    let mut payload = badge.clone();
    payload["iss"] = badge["issuer"]["id"].clone();
    payload["jti"] = badge["id"].clone();
    payload["sub"] = badge["credentialSubject"]["id"].clone();
    payload["nbf"] = json!(1_790_812_800);
    payload["exp"] = json!(1_822_348_800);
    payload
}

pub(crate) const ASSERTION: &str = "https://old.example/assertions/1";
pub(crate) const CLASS: &str = "https://old.example/badges/1";
pub(crate) const PROFILE: &str = "https://old.example/issuer";

/// An assertion, its badge class and its issuer's profile, as Open Badges 2.0 has them.
pub(crate) fn hosted() -> [Value; 3] {
    let context = "https://w3id.org/openbadges/v2";
    [
        json!({
            "@context": context, "id": ASSERTION, "type": "Assertion",
            "recipient": {
                "type": "email", "hashed": true, "salt": "pepper",
                "identity": format!("sha256${}", sha256_hex(&format!("{HOLDER}pepper")))
            },
            "badge": CLASS, "verification": {"type": "HostedBadge"},
            "issuedOn": "2026-10-01T00:00:00Z", "expires": "2027-10-01T00:00:00Z"
        }),
        json!({
            "@context": context, "id": CLASS, "type": "BadgeClass", "name": "Old badge",
            "description": "An old one.", "image": "https://old.example/badge.png",
            "criteria": {"narrative": "Do it."}, "issuer": PROFILE
        }),
        json!({
            "@context": context, "id": PROFILE, "type": "Profile", "name": "Old school",
            "url": "https://old.example", "email": "office@old.example"
        }),
    ]
}
