//! Lists and dates that cannot be relied on.

use super::*;

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
