//! Nothing that was changed after signing is ever called valid, and nothing unchecked is ever called anything.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod members;
#[path = "../sample/mod.rs"]
mod sample;
mod status;

use jiff::Timestamp;
use openbadges::{
    bake::{Artwork, unbake},
    credential::AchievementCredential,
    did::{DidDocument, MultibaseKey, did_document},
    keys::SecretKey,
    proof::SignedDocument,
    status::{StatusList, StatusListCredential},
    verify::{Check, Outcome, Reason, Report, StatusKnowledge, Verdict, verify_credential},
};
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

use crate::sample::{INDEX, ISSUER, LIST, credential, date, did, iri, key, list, options, sign};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn day() -> Timestamp {
    at("2026-11-03T00:00:00Z")
}

fn signed() -> Value {
    serde_json::from_str(sign(credential()).text()).unwrap()
}

fn verify(text: &[u8]) -> Report {
    let list = sign(list(&[1, 2, 3]));
    verify_credential(text, &did(), day(), StatusKnowledge::List(list.text().as_bytes()))
}

/// Checks a text against a list that is already signed.
struct Verifier {
    did: DidDocument,
    list: String,
}

impl Verifier {
    fn new() -> Self {
        Self { did: did(), list: sign(list(&[1, 2, 3])).text().to_owned() }
    }

    fn verdict(&self, text: &[u8]) -> Verdict {
        verify_credential(text, &self.did, day(), StatusKnowledge::List(self.list.as_bytes())).verdict()
    }
}

#[test]
fn the_sample_is_valid() {
    let report = verify(sign(credential()).text().as_bytes());
    assert_eq!(report.verdict(), Verdict::Valid, "{report:?}");
    assert_eq!(report.badge.unwrap().document, credential());
}

#[test]
fn no_single_byte_can_be_changed_left_out_or_put_in() {
    let verifier = Verifier::new();
    let text = sign(credential()).text().as_bytes().to_vec();
    for place in 0..text.len() {
        let original = text[place];
        for byte in [original ^ 0x01, original ^ 0x20, original ^ 0x80, b' ', b'0', b'"', b'\\', 0] {
            if byte != original {
                let mut changed = text.clone();
                changed[place] = byte;
                assert_ne!(verifier.verdict(&changed), Verdict::Valid, "byte {place} as {byte:#04x}");
            }
        }
        let mut shorter = text.clone();
        shorter.remove(place);
        assert_ne!(verifier.verdict(&shorter), Verdict::Valid, "without byte {place}");
        let mut longer = text.clone();
        longer.insert(place, b'x');
        assert_ne!(verifier.verdict(&longer), Verdict::Valid, "x before byte {place}");
        assert_ne!(verifier.verdict(&text[..place]), Verdict::Valid, "cut off at {place}");
    }
}

/// Identifiers that occur twice would let statements change places: a name of the evidence could become the name of
/// the achievement, and the signature would still fit, because both speak of the same node.
#[test]
fn statements_cannot_change_places_between_parts_of_the_same_identifier() {
    let places = [
        "/id",
        "/issuer/id",
        "/credentialSubject/achievement/id",
        "/credentialSubject/achievement/criteria/id",
        "/evidence/0/id",
        "/evidence/1/id",
    ];
    let original = signed();
    for one in places {
        for other in places {
            // Criteria say nothing that another part says, except evidence.
            let apart =
                |one: &str, other: &str| one.ends_with("/criteria/id") && !other.starts_with("/evidence");
            if one == other || apart(one, other) || apart(other, one) {
                continue;
            }
            let mut shared = original.clone();
            let identifier = shared.pointer(one).unwrap().clone();
            *shared.pointer_mut(other).unwrap() = identifier;
            assert!(
                SignedDocument::<AchievementCredential>::parse(shared.to_string().as_bytes()).is_err(),
                "{one} = {other}"
            );
        }
    }
}

/// What JSON and RDF call the same stays the same: the order of members and of key words, white space, escapes.
#[test]
fn the_same_statements_in_another_order_stay_valid() {
    let verifier = Verifier::new();
    let original = signed();
    let mut reordered = original.clone();
    reordered.pointer_mut("/credentialSubject/achievement/tag").unwrap().as_array_mut().unwrap().reverse();
    reordered.pointer_mut("/evidence").unwrap().as_array_mut().unwrap().reverse();
    for same in [
        original.to_string(),
        reordered.to_string(),
        serde_json::to_string_pretty(&original).unwrap(),
        original.to_string().replace("\"issuer\"", "\"\\u0069ssuer\"").replace("情報", "\\u60c5\\u5831"),
    ] {
        assert_eq!(verifier.verdict(same.as_bytes()), Verdict::Valid, "{same}");
    }
}

#[test]
fn two_proofs_or_none_are_refused() {
    let verifier = Verifier::new();
    let original = signed();
    let proof = original["proof"][0].clone();
    for proofs in [json!([]), json!([proof, proof]), proof.clone(), json!([proof, null]), json!([[proof]])] {
        let mut changed = original.clone();
        changed["proof"] = proofs.clone();
        assert_eq!(verifier.verdict(changed.to_string().as_bytes()), Verdict::NotValid, "{proofs}");
    }
}

#[test]
fn every_proof_option_is_signed() {
    let verifier = Verifier::new();
    let original = signed();
    let other = did_document(
        "https://badges.example",
        &[sample::listed("key-1", &key().public()), sample::listed("key-2", &key().public())],
    )
    .unwrap();
    for (name, value) in [
        ("created", json!("2026-11-01T00:00:01Z")),
        ("created", json!("2026-11-01T00:00:00+00:00")),
        ("verificationMethod", json!("did:web:badges.example#key-2")),
        ("proofPurpose", json!("authentication")),
        ("cryptosuite", json!("eddsa-jcs-2022")),
        ("type", json!("Ed25519Signature2020")),
        ("challenge", json!("x")),
        ("domain", json!("badges.example")),
        ("expires", json!("2030-01-01T00:00:00Z")),
    ] {
        let mut changed = original.clone();
        changed["proof"][0][name] = value.clone();
        let text = changed.to_string();
        assert_eq!(verifier.verdict(text.as_bytes()), Verdict::NotValid, "{name}: {value}");
        // The same key under another name does not help.
        let report = verify_credential(text.as_bytes(), &other, day(), StatusKnowledge::Unavailable);
        assert_eq!(report.verdict(), Verdict::NotValid, "{name}: {value}");
    }
}

#[test]
fn only_a_key_of_the_issuer_counts() {
    let text = sign(credential()).text().to_owned();
    let verdict = |issuer: &DidDocument| {
        let report = verify_credential(text.as_bytes(), issuer, day(), StatusKnowledge::Unavailable);
        (report.verdict(), report.outcome(Check::Signature).clone())
    };
    let other_key = SecretKey::from_seed(&[8; 32]).unwrap().public();
    let mut other = did();
    other.verification_method[0].public_key_multibase = MultibaseKey(other_key);
    assert_eq!(verdict(&other), (Verdict::NotValid, Outcome::Failed(Reason::Signature)));

    let mut foreign = did();
    foreign.verification_method[0].controller = iri("did:web:evil.example");
    assert!(matches!(verdict(&foreign), (Verdict::NotValid, Outcome::Failed(Reason::ForeignKey { .. }))));

    // Someone else's document that names our issuer as the controller of a key.
    let mut usurped = did();
    usurped.id = iri("did:web:evil.example");
    assert!(matches!(verdict(&usurped), (Verdict::NotValid, Outcome::Failed(Reason::ForeignKey { .. }))));

    let mut retired = did();
    retired.assertion_method.clear();
    assert!(matches!(verdict(&retired), (Verdict::NotValid, Outcome::Failed(Reason::UnknownKey(_)))));

    let mut unlisted = did();
    unlisted.verification_method.clear();
    assert!(matches!(verdict(&unlisted), (Verdict::NotValid, Outcome::Failed(Reason::UnknownKey(_)))));
}

#[test]
fn a_key_that_is_not_the_issuers_signs_nothing() {
    use openbadges::proof::{ProofError, Unsigned};
    for method in [
        "did:web:evil.example#key-1",
        "did:web:badges.example",
        "did:web:badges.example#",
        "did:web:badges.example.evil.example#key-1",
    ] {
        let mut options = options();
        options.verification_method = iri(method);
        let refused = Unsigned::new(credential(), options);
        assert!(matches!(refused, Err(ProofError::ForeignKey { .. })), "{method}");
    }
    let unsigned = Unsigned::new(credential(), options()).unwrap();
    let foreign = SecretKey::from_seed(&[8; 32]).unwrap().sign(unsigned.hash_data());
    assert!(matches!(unsigned.attach_verified(foreign, &key().public()), Err(ProofError::Signature(_))));
}

fn png_with(body: Vec<u8>) -> Vec<u8> {
    [b"\x89PNG\r\n\x1a\n".to_vec(), body].concat()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_without_panic(bytes in vec(any::<u8>(), 0..600)) {
        let _ = SignedDocument::<AchievementCredential>::parse(&bytes);
        let _ = SignedDocument::<StatusListCredential>::parse(&bytes);
        let _ = unbake(&bytes);
        let _ = Artwork::parse(&bytes);
        let png = png_with(bytes);
        let _ = unbake(&png);
        let _ = Artwork::parse(&png);
        if let Ok(artwork) = Artwork::from_checked(png) {
            artwork.bake("{}");
        }
    }

    #[test]
    fn any_text_is_read_without_panic(text in any::<String>(), base64 in "u[A-Za-z0-9_-]{0,200}", gzip in "uH4sI[A-Za-z0-9_-]{0,200}") {
        for text in [text, base64, gzip] {
            let _ = StatusList::decode(&text);
            let _ = SignedDocument::<AchievementCredential>::parse(text.as_bytes());
            let _ = openbadges::keys::PublicKey::from_multibase(&text);
            let _ = openbadges::DateTime::parse(text.as_str());
            let _ = openbadges::did::did_web(&text);
        }
    }

    /// Several bytes at once, anywhere.
    #[test]
    fn no_several_bytes_can_be_changed(changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let text = sign(credential()).text().as_bytes().to_vec();
        let mut changed = text.clone();
        for (place, byte) in changes {
            let place = place.index(changed.len());
            changed[place] = byte;
        }
        if changed != text {
            prop_assert_ne!(verify(&changed).verdict(), Verdict::Valid);
        }
    }
}
