//! Credentials as signed tokens, and the keys and signatures around them.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use openbadges::jwt::{TokenKey, es256_from_der, key_name};
use serde_json::Value;
use verifier::report::{Check, Finding, Form};

use crate::world::{World, honest, nothing_is_forged, token};

/// Keys and signatures have one form, names are where the header says, and a token is judged by what was signed.
pub fn examine(bytes: &[u8]) {
    if let Ok(key) = TokenKey::from_spki(bytes) {
        assert_eq!(key.spki(), bytes, "a key has one form");
        assert!(key.verify(bytes, &[1; 64]).is_err() && key.verify(bytes, bytes).is_err());
    }
    if let Ok(signature) = es256_from_der(bytes) {
        assert_eq!(der(&signature), bytes, "a signature has one form");
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        if let Some(name) = key_name(text) {
            let header = URL_SAFE_NO_PAD.decode(text.split('.').next().unwrap_or_default());
            // In members that are passed over, more goes than in JSON.
            if let Ok(header) = serde_json::from_slice::<Value>(&header.expect("base64")) {
                assert_eq!(header["kid"], name);
            }
        }
        nothing_is_forged(bytes);
        World::of(bytes).judge(bytes);
    }

    // Signed by the stranger, whatever it says.
    let signed = token(bytes);
    let report = honest().judge(signed.as_bytes());
    if let (Finding::Badge(form), Some(claims)) = (report.finding(Check::Form), &report.claims) {
        assert_eq!(*form, Form::Jwt);
        let payload: Value = serde_json::from_slice(bytes).expect("a token's payload is JSON");
        let text = payload.to_string();
        let signature = report.finding(Check::Signature);
        assert!(!matches!(signature, Finding::SignatureDoesNotFit { .. }), "{report:#?}");
        for said in
            [Some(&claims.name), claims.id.as_ref(), claims.description.as_ref()].into_iter().flatten()
        {
            let said = serde_json::to_string(said).expect("text");
            assert!(text.contains(said.trim_matches('"')), "{said} was not signed");
        }
    }
    // Anybody's header and signature around it.
    let parts: Vec<_> =
        bytes.splitn(3, |byte| *byte == b'\n').map(|part| URL_SAFE_NO_PAD.encode(part)).collect();
    if parts.len() == 3 {
        nothing_is_forged(parts.join(".").as_bytes());
    }
}

/// Two numbers of 32 bytes in DER, written in the only way.
fn der(signature: &[u8; 64]) -> Vec<u8> {
    let number = |half: &[u8]| {
        let start = half.iter().position(|byte| *byte != 0).expect("no number is zero");
        let sign: &[u8] = if half[start] >= 0x80 { &[0] } else { &[] };
        let content = [sign, &half[start..]].concat();
        [&[2, u8::try_from(content.len()).expect("at most 33")], content.as_slice()].concat()
    };
    let both = [number(&signature[..32]), number(&signature[32..])].concat();
    [&[0x30, u8::try_from(both.len()).expect("at most 70")], both.as_slice()].concat()
}
