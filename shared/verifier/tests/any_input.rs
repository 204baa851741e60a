//! Whatever comes, there is a report.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod world;

use proptest::{collection::vec, prelude::*};
use serde_json::{Map, Value, json};
use verifier::report::Verdict;

use crate::world::{
    World,
    documents::{ASSERTION, BADGE, ISSUER, ISSUER_URL, LIST, badge_with_status, hosted, itxt, payload, png},
    keys::{Pair, part},
};

fn any_json() -> impl Strategy<Value = Value> {
    let words = prop_oneof![
        Just("VerifiableCredential"),
        Just("OpenBadgeCredential"),
        Just("https://www.w3.org/ns/credentials/v2"),
        Just("https://w3id.org/openbadges/v2"),
        Just("DataIntegrityProof"),
        Just("eddsa-rdfc-2022"),
        Just("eddsa-jcs-2022"),
        Just("assertionMethod"),
        Just("2026-11-01T00:00:00Z"),
        Just("HostedBadge"),
        Just(ISSUER),
        Just(ASSERTION),
        Just(BADGE),
        Just("z"),
        Just("#"),
    ];
    let names = prop_oneof![
        Just("@context"),
        Just("type"),
        Just("id"),
        Just("issuer"),
        Just("proof"),
        Just("credentialSubject"),
        Just("credentialStatus"),
        Just("validFrom"),
        Just("verificationMethod"),
        Just("proofValue"),
        Just("@id"),
        Just("@graph"),
        Just("badge"),
        Just("verification"),
        Just("vc"),
        Just("assertionMethod"),
        Just("keys"),
        Just("publicKeyJwk"),
        Just("kty"),
        Just("encodedList"),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(|number| json!(number)),
        any::<f64>().prop_map(|number| json!(number)),
        words.prop_map(|word| json!(word)),
        any::<String>().prop_map(Value::String),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        let names = prop_oneof![4 => names.clone().prop_map(str::to_owned), 1 => any::<String>()];
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::Array),
            vec((names, inner), 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// A web on which anything stands where keys, lists and parts are looked for.
fn world(anything: &[u8]) -> World {
    let mut world = World::default();
    for url in [ISSUER_URL, LIST, ASSERTION, BADGE, "https://stranger.example/.well-known/jwks.json"] {
        world.answer(url, 200, "", anything);
    }
    world
}

/// A document with some of its members replaced.
fn merged(mut document: Value, other: &Value) -> Value {
    for (name, value) in other.as_object().into_iter().flatten() {
        document[name] = value.clone();
    }
    document
}

fn never_valid(file: impl AsRef<[u8]>, anything: &[u8]) {
    let file = file.as_ref();
    let world = world(anything);
    assert_ne!(world.judge(file).verdict(), Verdict::Valid);
    world.judge_for(file, world::DAY, Some("a@example.com"));
    let _ = world.judge_address(BADGE);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2048, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in vec(any::<u8>(), 0..400), text in any::<String>(), token in "ey[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,40}") {
        never_valid(&bytes, &bytes);
        never_valid([b"\x89PNG\r\n\x1a\n".as_slice(), &bytes].concat(), &bytes);
        for kind in [*b"iTXt", *b"zTXt", *b"tEXt"] {
            never_valid(png(&[(kind, [b"openbadges\0".as_slice(), &bytes].concat())]), &bytes);
        }
        never_valid(&text, text.as_bytes());
        never_valid(png(&[itxt("openbadgecredential", &text)]), text.as_bytes());
        never_valid(format!("<svg><openbadges:credential>{text}</openbadges:credential></svg>"), text.as_bytes());
        never_valid(format!("<svg {text}"), format!("<html><link {text}").as_bytes());
        never_valid(&token, token.as_bytes());
    }

    #[test]
    fn any_json_anywhere(one in any_json(), other in any_json()) {
        let pair = Pair::ed25519(41);
        let key = format!("{ISSUER}#key-1");
        let anything = other.to_string();
        never_valid(one.to_string(), anything.as_bytes());
        let badge = badge_with_status(ISSUER, 7, "revocation");
        never_valid(merged(pair.prove(&badge, "eddsa-jcs-2022", &key), &one).to_string(), anything.as_bytes());
        let [assertion, ..] = hosted();
        never_valid(merged(assertion, &one).to_string(), anything.as_bytes());
        never_valid(format!("{}.{}.AA", part(&one), part(&other)), anything.as_bytes());
        never_valid(pair.token(&json!({"kid": key}), &merged(payload(&badge), &one)), anything.as_bytes());
        let did = pair.did_key();
        let own = format!("{did}#{}", pair.multibase());
        let signed = pair.prove(&merged(badge_with_status(&did, 7, "revocation"), &one), "eddsa-jcs-2022", &own);
        world(anything.as_bytes()).judge(signed.to_string());
    }
}
