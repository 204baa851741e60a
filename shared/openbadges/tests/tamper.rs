//! Nothing that was changed after signing is ever called valid, and nothing unchecked is ever called anything.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod sample;

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

/// The addresses of all values in a document.
fn places(value: &Value) -> Vec<String> {
    fn walk(value: &Value, here: &str, places: &mut Vec<String>) {
        places.push(here.to_owned());
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    walk(member, &format!("{here}/{name}"), places);
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    walk(item, &format!("{here}/{index}"), places);
                }
            }
            _ => {}
        }
    }
    let mut all = Vec::new();
    walk(value, "", &mut all);
    all
}

/// Shapes that a JSON-LD processor may take for the same or drop, and plain nonsense.
fn other_shapes(value: &Value) -> Vec<Value> {
    let mut shapes = vec![
        Value::Null,
        json!(true),
        json!(false),
        json!(0),
        json!(""),
        json!("x"),
        json!([]),
        json!({}),
        json!([value]),
        json!([[value]]),
        json!({ "@value": value }),
        json!({ "@id": value }),
        json!({ "id": value }),
        json!({ "@set": [value] }),
        json!({ "@list": [value] }),
    ];
    match value {
        Value::String(text) => shapes.extend([
            json!({ text: null }),
            json!(format!("{text} ")),
            json!(format!(" {text}")),
            json!(text.to_uppercase()),
            json!(format!("{text}\u{200b}")),
            json!(text.trim_start_matches("https:").trim_start_matches("did:")),
        ]),
        Value::Array(items) => {
            shapes.extend(items.first().cloned());
            shapes.push(with_item(items, Value::Null));
            shapes.push(with_item(items, json!("x")));
            shapes.push(with_item(items, json!({})));
            shapes.push(Value::Array(items.iter().skip(1).cloned().collect()));
        }
        Value::Object(members) => {
            shapes.push(members.values().cloned().collect());
            shapes.push(json!(members.iter().map(|(name, value)| json!([name, value])).collect::<Vec<_>>()));
            shapes.extend(members.get("id").cloned());
        }
        Value::Number(number) => shapes.push(json!(number.to_string())),
        Value::Bool(flag) => shapes.push(json!(flag.to_string())),
        Value::Null => {}
    }
    shapes
}

fn with_item(items: &[Value], item: Value) -> Value {
    items.iter().cloned().chain([item]).collect()
}

#[test]
fn no_value_can_be_changed_or_take_another_shape() {
    let (verifier, original) = (Verifier::new(), signed());
    for place in places(&original) {
        for shape in other_shapes(original.pointer(&place).unwrap()) {
            let mut changed = original.clone();
            *changed.pointer_mut(&place).unwrap() = shape.clone();
            if changed != original {
                let verdict = verifier.verdict(changed.to_string().as_bytes());
                assert_ne!(verdict, Verdict::Valid, "{place} as {shape}");
            }
        }
    }
}

#[test]
fn no_member_can_be_left_out() {
    let (verifier, original) = (Verifier::new(), signed());
    for place in places(&original) {
        let (parent, name) = place.rsplit_once('/').unwrap_or_default();
        let mut changed = original.clone();
        if let Some(Value::Object(members)) = changed.pointer_mut(parent)
            && members.remove(name).is_some()
        {
            assert_ne!(verifier.verdict(changed.to_string().as_bytes()), Verdict::Valid, "without {place}");
        }
    }
}

#[test]
fn no_member_can_be_put_in() {
    let verifier = Verifier::new();
    // A smaller badge has members that it could have and has not.
    let mut small = credential();
    small.description = None;
    small.valid_until = None;
    small.awarded_date = None;
    small.credential_status = None;
    small.evidence.clear();
    small.issuer.image = None;
    small.issuer.url = None;
    small.issuer.email = None;
    small.issuer.description = None;
    let achievement = &mut small.credential_subject.achievement;
    achievement.tag.clear();
    achievement.image = None;
    achievement.in_language = None;
    achievement.achievement_type = None;
    achievement.criteria.narrative = None;
    let small: Value = serde_json::from_str(sign(small).text()).unwrap();
    assert_eq!(verifier.verdict(small.to_string().as_bytes()), Verdict::Valid);
    let known: Vec<String> = places(&signed())
        .iter()
        .filter_map(|place| place.rsplit_once('/').map(|(_, name)| name.to_owned()))
        .chain(
            ["x", "@type", "@id", "@graph", "@included", "@index", "termsOfUse", "refreshService", "related"]
                .map(str::to_owned),
        )
        .collect();
    for original in [signed(), small] {
        for place in places(&original) {
            let Some(Value::Object(members)) = original.pointer(&place) else { continue };
            for name in known.iter().filter(|name| !members.contains_key(*name)) {
                for value in [
                    json!("x"),
                    Value::Null,
                    json!([]),
                    json!({}),
                    json!("https://badges.example/"),
                    json!([null]),
                ] {
                    let mut changed = original.clone();
                    changed.pointer_mut(&place).unwrap()[name] = value.clone();
                    let verdict = verifier.verdict(changed.to_string().as_bytes());
                    assert_ne!(verdict, Verdict::Valid, "{name}: {value} in {place:?}");
                }
            }
        }
    }
}

/// Every member once more, before and after, with the same and with another value.
#[test]
fn no_member_can_be_doubled() {
    let (verifier, original) = (Verifier::new(), signed());
    for place in places(&original) {
        let (parent, name) = place.rsplit_once('/').unwrap_or_default();
        let Some(Value::Object(members)) = original.pointer(parent) else { continue };
        for value in [original.pointer(&place).unwrap().clone(), json!("x"), Value::Null] {
            let first = json!({ name: value }).to_string();
            let rest = Value::Object(members.clone()).to_string();
            let inside = rest.trim_start_matches('{');
            let doubled = format!("{},{inside}", first.trim_end_matches('}'));
            let doubled_after =
                format!("{{{},{}", inside.strip_suffix('}').unwrap(), first.trim_start_matches('{'));
            for object in [doubled, doubled_after] {
                let mut changed = original.clone();
                *changed.pointer_mut(parent).unwrap() = json!("PLACEHOLDER");
                let text = changed.to_string().replace("\"PLACEHOLDER\"", &object);
                assert_ne!(verifier.verdict(text.as_bytes()), Verdict::Valid, "{name} twice in {parent:?}");
            }
        }
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
    let other =
        did_document("https://badges.example", &[("key-1", key().public()), ("key-2", key().public())])
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

fn status(list: &[u8]) -> (Verdict, Outcome) {
    status_at(list, day())
}

fn status_at(list: &[u8], at: Timestamp) -> (Verdict, Outcome) {
    let text = sign(credential());
    let report = verify_credential(text.text().as_bytes(), &did(), at, StatusKnowledge::List(list));
    (report.verdict(), report.outcome(Check::Revocation).clone())
}

#[test]
fn a_set_bit_is_a_revocation() {
    let revoked = (Verdict::NotValid, Outcome::Failed(Reason::Revoked));
    assert_eq!(status(sign(list(&[INDEX])).text().as_bytes()), revoked);
    assert_eq!(status(sign(list(&[])).text().as_bytes()), (Verdict::Valid, Outcome::Passed));
    let neighbours = sign(list(&[INDEX - 1, INDEX + 1, INDEX - 8, INDEX + 8]));
    assert_eq!(status(neighbours.text().as_bytes()), (Verdict::Valid, Outcome::Passed));
}

#[test]
fn a_badge_without_status_has_nothing_to_check() {
    let mut badge = credential();
    badge.credential_status = None;
    let report =
        verify_credential(sign(badge).text().as_bytes(), &did(), day(), StatusKnowledge::Unavailable);
    assert_eq!(
        (report.verdict(), report.outcome(Check::Revocation)),
        (Verdict::Valid, &Outcome::NotApplicable)
    );
}

#[test]
fn a_list_that_cannot_be_relied_on_says_nothing() {
    let text = sign(credential());
    let report = verify_credential(text.text().as_bytes(), &did(), day(), StatusKnowledge::Unavailable);
    assert_eq!(report.verdict(), Verdict::CouldNotCheck);
    assert_eq!(report.outcome(Check::Revocation), &Outcome::CouldNotCheck(Reason::StatusUnavailable));

    let other_list = StatusListCredential { id: iri("https://badges.example/status/2"), ..list(&[INDEX]) };
    let changed = |change: fn(&mut Value)| {
        let mut value: Value = serde_json::from_str(sign(list(&[])).text()).unwrap();
        change(&mut value);
        value.to_string()
    };
    let foreign = {
        let other = SecretKey::from_seed(&[8; 32]).unwrap();
        let unsigned = openbadges::proof::Unsigned::new(list(&[]), options()).unwrap();
        let signature = other.sign(unsigned.hash_data());
        unsigned.attach_verified(signature, &other.public()).unwrap().text().to_owned()
    };
    let other_issuer = {
        let document = StatusListCredential { issuer: iri("did:web:other.example"), ..list(&[]) };
        let mut options = options();
        options.verification_method = iri("did:web:other.example#key-1");
        let unsigned = openbadges::proof::Unsigned::new(document, options).unwrap();
        let signature = key().sign(unsigned.hash_data());
        unsigned.attach_verified(signature, &key().public()).unwrap().text().to_owned()
    };
    let mut stub = list(&[]);
    stub.credential_subject.encoded_list = sample::text("uH4sIAAAAAAAA");
    for (why, list) in [
        ("empty", String::new()),
        ("no list", "{}".to_owned()),
        ("a badge", sign(credential()).text().to_owned()),
        ("another list", sign(other_list).text().to_owned()),
        ("another key", foreign),
        ("another issuer", other_issuer),
        ("not a list", sign(stub).text().to_owned()),
        (
            "tampered",
            changed(|value| {
                value["credentialSubject"]["encodedList"] = json!(StatusList::new().encode() + "A");
            }),
        ),
        ("another ttl", changed(|value| value["credentialSubject"]["ttl"] = json!(300_001))),
        ("ttl as a float", changed(|value| value["credentialSubject"]["ttl"] = json!(300_000.0))),
        ("longer validity", changed(|value| value["validUntil"] = json!("2036-11-08T00:00:00Z"))),
        ("null", changed(|value| value["description"] = Value::Null)),
        (
            "an array for an object",
            changed(|value| {
                value["credentialSubject"] =
                    value["credentialSubject"].as_object().unwrap().values().cloned().collect();
            }),
        ),
        ("too long", format!("{}{}", sign(self::list(&[])).text(), " ".repeat(256 * 1024))),
    ] {
        let (verdict, outcome) = status(list.as_bytes());
        assert_eq!(verdict, Verdict::CouldNotCheck, "{why}: {outcome:?}");
        assert!(matches!(outcome, Outcome::CouldNotCheck(Reason::StatusUnreliable(_))), "{why}: {outcome:?}");
    }
    assert_eq!(LIST, self::list(&[]).id.as_str());
    assert_eq!(ISSUER, self::list(&[]).issuer.as_str());
}

#[test]
fn no_byte_of_a_list_can_be_changed() {
    let text = sign(list(&[INDEX])).text().as_bytes().to_vec();
    for place in 0..text.len() {
        for byte in [text[place] ^ 0x01, text[place] ^ 0x20, b'A', b'"'] {
            if byte != text[place] {
                let mut changed = text.clone();
                changed[place] = byte;
                assert_eq!(status(&changed).0, Verdict::CouldNotCheck, "byte {place} as {byte:#04x}");
            }
        }
    }
}

/// A list without end, so that only the badge's own dates count.
fn dates_at(moment: &str) -> (Verdict, Outcome) {
    let list = sign(StatusListCredential { valid_until: None, ..list(&[]) });
    let text = sign(credential());
    let report = verify_credential(
        text.text().as_bytes(),
        &did(),
        at(moment),
        StatusKnowledge::List(list.text().as_bytes()),
    );
    (report.verdict(), report.outcome(Check::Dates).clone())
}

#[test]
fn dates_are_exact_to_the_second() {
    let from = date("2026-11-01T00:00:00Z").timestamp();
    let until = date("2029-10-31T23:59:59+09:00").timestamp();
    // Before the badge is valid, its list is not yet valid either: the failed check decides.
    let early = (Verdict::NotValid, Outcome::Failed(Reason::NotYetValid(from)));
    assert_eq!(dates_at("2026-10-31T23:59:59Z"), early);
    assert_eq!(dates_at("2026-10-31T23:59:59.999999999Z"), early);
    assert_eq!(dates_at("2026-11-01T00:00:00Z"), (Verdict::Valid, Outcome::Passed));
    assert_eq!(dates_at("2029-10-31T14:59:59Z"), (Verdict::Valid, Outcome::Passed));
    assert_eq!(dates_at("2029-10-31T14:59:59.999Z"), (Verdict::Valid, Outcome::Passed));
    let late = (Verdict::NotValid, Outcome::Failed(Reason::Expired(until)));
    assert_eq!(dates_at("2029-10-31T15:00:00Z"), late);
}

#[test]
fn the_dates_of_a_list_are_exact_to_the_second() {
    let list = sign(list(&[INDEX]));
    let at_moment = |moment: &str| status_at(list.text().as_bytes(), at(moment)).1;
    assert_eq!(at_moment("2026-11-08T00:00:00Z"), Outcome::Failed(Reason::Revoked));
    assert!(matches!(at_moment("2026-11-08T00:00:01Z"), Outcome::CouldNotCheck(Reason::StatusUnreliable(_))));
    assert!(matches!(at_moment("2026-10-31T23:59:59Z"), Outcome::CouldNotCheck(Reason::StatusUnreliable(_))));
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
