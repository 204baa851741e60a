//! Documents to begin with.
#![allow(dead_code, reason = "each test uses its part")]
#![allow(clippy::unwrap_used, reason = "a path that leads nowhere is a failure of the test")]

use serde_json::{Value, json};

pub(crate) const CREDENTIALS: &str = "https://www.w3.org/ns/credentials/v2";
pub(crate) const OPEN_BADGES: &str = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json";
pub(crate) const EXTENSIONS: &str = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json";

/// A badge as another issuer might write it.
pub(crate) fn badge() -> Value {
    json!({
        "@context": [CREDENTIALS, OPEN_BADGES, EXTENSIONS],
        "id": "urn:uuid:0d4a6a3c-3d6c-4c52-9a9b-0b1d0d1f5a11",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {
            "id": "did:web:college.example", "type": ["Profile"], "name": "The College", "url": "https://college.example/",
            "address": {"type": ["Address"], "addressLocality": "Kyoto", "geo": {"type": ["GeoCoordinates"], "latitude": 35.01, "longitude": 135.5}},
        },
        "validFrom": "2026-04-01T00:00:00Z",
        "name": "Welding",
        "credentialSubject": {
            "id": "did:key:z6Mk", "type": ["AchievementSubject"],
            "identifier": [{"type": "IdentityObject", "hashed": true, "identityHash": "sha256$00", "identityType": "emailAddress", "salt": "x"}],
            "result": [{"type": ["Result"], "resultDescription": "urn:uuid:5d8d7f5c-5d5c-4a0e-8f0e-0d2f8e6a1a11", "value": "A"}],
            "achievement": {
                "id": "https://college.example/welding", "type": ["Achievement"], "name": "Welding",
                "description": "Can weld.\n\"Well\".", "criteria": {"narrative": "Welded."}, "tag": ["metal", "heat"],
                "creditsAvailable": 2.5, "achievementType": "Certificate",
                "image": {"id": "https://college.example/w.png", "type": "Image"},
                "alignment": [{"type": ["Alignment"], "targetName": "ISO", "targetUrl": "https://iso.example/1"}],
                "resultDescription": [{
                    "id": "urn:uuid:5d8d7f5c-5d5c-4a0e-8f0e-0d2f8e6a1a11", "type": ["ResultDescription"], "name": "Grade",
                    "resultType": "LetterGrade", "allowedValue": ["A", "B", "C", "B"],
                }],
            },
        },
        "evidence": [{"id": "https://college.example/e/1", "type": ["Evidence"], "name": "Seam"}, {"type": ["Evidence"], "narrative": "Oral"}],
        "credentialSchema": [{"id": "https://college.example/schema.json", "type": "1EdTechJsonSchemaValidator2019"}],
        "proof": [proof()],
    })
}

pub(crate) fn proof() -> Value {
    json!({
        "type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "created": "2026-04-01T00:00:00Z",
        "verificationMethod": "did:web:college.example#key-1", "proofPurpose": "assertionMethod", "proofValue": "z0",
    })
}

/// A badge of Open Badges 2.0.
pub(crate) fn assertion() -> Value {
    json!({
        "@context": "https://w3id.org/openbadges/v2", "type": "Assertion", "id": "https://college.example/a/1",
        "recipient": {"type": "email", "hashed": true, "salt": "x", "identity": "sha256$00"},
        "badge": {
            "type": "BadgeClass", "id": "https://college.example/b/1", "name": "Welding", "description": "Can weld.",
            "image": "https://college.example/w.png", "criteria": {"narrative": "Welded."},
            "issuer": "https://college.example/", "alignment": [{"targetName": "ISO", "targetUrl": "https://iso.example/1"}],
        },
        "verification": {"type": "HostedBadge"}, "issuedOn": "2026-04-01T00:00:00Z",
        "evidence": [{"id": "https://college.example/e/1", "narrative": "Seam"}, {"narrative": "Oral"}],
    })
}

/// A credential of version 1, with the proof of its time.
pub(crate) fn version_1() -> Value {
    json!({
        "@context": ["https://www.w3.org/2018/credentials/v1", "https://w3id.org/security/suites/ed25519-2020/v1"],
        "type": ["VerifiableCredential"], "issuer": "did:web:college.example", "issuanceDate": "2020-04-01T00:00:00Z",
        "credentialSubject": {"id": "did:key:z6Mk"},
        "proof": {
            "type": "Ed25519Signature2020", "created": "2020-04-01T00:00:00Z", "proofPurpose": "assertionMethod",
            "verificationMethod": "did:web:college.example#key-1", "proofValue": "z0",
        },
    })
}

/// A document of keys.
pub(crate) fn keys() -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": "did:web:college.example", "assertionMethod": ["did:web:college.example#key-1"],
        "verificationMethod": [{
            "id": "did:web:college.example#key-1", "type": "Multikey", "controller": "did:web:college.example",
            "publicKeyMultibase": "z6Mk",
        }],
    })
}

/// The member at a path of names and positions.
pub(crate) fn at<'v>(document: &'v mut Value, path: &str) -> &'v mut Value {
    document.pointer_mut(path).unwrap()
}
