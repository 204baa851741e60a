//! Where the key of a token may stand, and which one is meant.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod world;

use serde_json::{Value, json};
use verifier::report::{Check, Finding, Verdict};

use crate::world::{
    World, assert_finding, assert_valid,
    documents::{ISSUER, ISSUER_URL, badge, did_document, payload},
    keys::Pair,
};

/// Without a name, any key of the issuer's may be meant that goes with the algorithm, so each is tried.
#[test]
fn a_token_that_names_no_key_is_valid_with_any_of_the_issuers() {
    let [one, two, other, forger] = [Pair::p256(), Pair::p256(), Pair::ed25519(3), Pair::p256()];
    let id = |place: usize| format!("{ISSUER}#key-{place}");
    let lists = |pairs: &[&Pair]| {
        let methods: Vec<_> =
            pairs.iter().enumerate().map(|(place, pair)| pair.method(&id(place), ISSUER)).collect();
        did_document(ISSUER, &methods)
    };
    let judge = |document: &Value, token: &str| {
        let mut world = World::default();
        world.json(ISSUER_URL, document);
        world.judge(token)
    };
    let token = |pair: &Pair| pair.token(&json!({}), &payload(&badge(ISSUER)));
    let all = lists(&[&other, &one, &two]);
    for (pair, place) in [(&other, 0), (&one, 1), (&two, 2)] {
        let report = judge(&all, &token(pair));
        assert_valid(&report, &id(place));
        let fits =
            |finding: &Finding| matches!(finding, Finding::SignatureFits { key, .. } if *key == id(place));
        assert!(fits(report.finding(Check::Signature)), "{report:#?}");
    }

    let does_not_fit = |keys: &[usize]| Finding::SignatureDoesNotFit {
        suite: "ES256".to_owned(),
        key: keys.iter().map(|place| id(*place)).collect::<Vec<_>>().join(", "),
    };
    let report = judge(&all, &token(&forger));
    assert_finding(&report, Check::Signature, &does_not_fit(&[1, 2]), "a stranger's");
    assert_eq!(report.verdict(), Verdict::NotValid);
    let report = judge(&lists(&[&other, &Pair::rsa()]), &token(&one));
    let kind = Finding::BadProof("ES256 with a key of another kind (Ed25519)".to_owned());
    assert_finding(&report, Check::Signature, &kind, "no key of its kind");
    assert_eq!(report.verdict(), Verdict::NotValid);

    let mut unlisted = all.clone();
    unlisted["assertionMethod"] = json!([id(0), id(1)]);
    let report = judge(&unlisted, &token(&two));
    let not_listed = |key: String| Finding::KeyNotListed { issuer: ISSUER.to_owned(), key };
    assert_finding(&report, Check::Issuer, &not_listed(id(2)), "not for credentials");
    assert_eq!(report.verdict(), Verdict::NotValid);
    let mut revoked = all.clone();
    revoked["verificationMethod"][2]["revoked"] = json!("2026-01-01T00:00:00Z");
    let report = judge(&revoked, &token(&two));
    assert!(
        matches!(report.finding(Check::Issuer), Finding::KeyRevoked { key, .. } if *key == id(2)),
        "{report:#?}"
    );
    assert_eq!(report.verdict(), Verdict::NotValid);

    // What a document withdraws, no key set brings back; nor does listing it a second time.
    let mut twice = all.clone();
    let mut again = two.method(&id(3), ISSUER);
    again["revoked"] = json!("2026-01-01T00:00:00Z");
    twice["verificationMethod"].as_array_mut().unwrap().push(again);
    for document in [&unlisted, &revoked, &twice] {
        let mut world = World::default();
        world.json(ISSUER_URL, document);
        world.json("https://stranger.example/.well-known/jwks.json", &json!({"keys": [two.jwk()]}));
        assert_eq!(world.judge(token(&two)).verdict(), Verdict::NotValid, "{document}");
    }

    // No honest issuer makes its readers try more.
    let many: Vec<Pair> = (0..8).map(|_| Pair::p256()).collect();
    let last: Vec<&Pair> = many[..7].iter().chain([&one, &two]).collect();
    assert_valid(&judge(&lists(&last), &token(&one)), "the eighth");
    let report = judge(&lists(&last), &token(&two));
    assert_finding(&report, Check::Signature, &does_not_fit(&[0, 1, 2, 3, 4, 5, 6, 7]), "the ninth");

    // What the document does not list may stand in the key set of its origin.
    let mut world = World::default();
    world.json(ISSUER_URL, &lists(&[&one]));
    world.json("https://stranger.example/.well-known/jwks.json", &json!({"keys": [forger.jwk(), two.jwk()]}));
    assert_valid(&world.judge(token(&two)), "in the key set");
}

/// On a host of many, everybody can put a key somewhere.
#[test]
fn a_key_elsewhere_on_a_shared_host_is_nobodys() {
    let pair = Pair::p256();
    let issuer = "https://pages.example/uni/badges/issuer.json";
    for url in [
        "https://pages.example/evil/key.json",
        "https://pages.example/uni/badges-of-evil/key.json",
        "https://pages.example/uni/badges/../../evil/key.json",
    ] {
        let token = pair.token(&json!({"kid": url}), &payload(&badge(issuer)));
        let mut world = World::default();
        world.json(url, &pair.jwk());
        world.json("https://pages.example/evil/key.json", &pair.jwk());
        world.json(issuer, &json!({"id": issuer, "type": "Profile", "name": "University"}));
        let report = world.judge(&token);
        assert_ne!(report.verdict(), Verdict::Valid, "{url}: {report:?}");
    }
}

#[test]
fn a_key_of_a_token_may_stand_on_the_issuers_own_origin() {
    let (pair, other) = (Pair::p256(), Pair::p256());
    let issuer = "https://school.example/issuers/1";
    let url = "https://school.example/issuers/token";
    let token = pair.token(&json!({"kid": url}), &payload(&badge(issuer)));
    let mut named = pair.jwk();
    named["kid"] = json!("token");
    let mut unrelated = other.jwk();
    unrelated["kid"] = json!("other");
    let mut world = World::default();
    world.json(url, &pair.jwk());
    assert_valid(&world.judge(&token), "JWK");
    world.json(url, &pair.method(url, issuer));
    assert_valid(&world.judge(&token), "method");
    world.json(url, &json!({"keys": [unrelated, named]}));
    let token = pair.token(&json!({"kid": format!("{url}#token")}), &payload(&badge(issuer)));
    assert_valid(&world.judge(&token), "JWKS with a fragment");

    // A kid without an address is looked for in the origin's set.
    let mut world = World::default();
    world.json("https://school.example/.well-known/jwks.json", &json!({"keys": [unrelated, named]}));
    let token = pair.token(&json!({"kid": "token"}), &payload(&badge(issuer)));
    assert_valid(&world.judge(&token), "JWKS of the origin");
    // A key that came along counts if the issuer lists it.
    let token = pair.token(&json!({"jwk": pair.jwk()}), &payload(&badge(issuer)));
    assert_valid(&world.judge(&token), "jwk");

    // Elsewhere, a key counts if the issuer's document names it.
    let elsewhere = "https://keys.example/1";
    let mut world = World::default();
    world.json(issuer, &json!({"id": issuer, "type": "Profile", "assertionMethod": [elsewhere]}));
    world.json(elsewhere, &pair.method(elsewhere, issuer));
    let token = pair.token(&json!({"kid": elsewhere}), &payload(&badge(issuer)));
    assert_valid(&world.judge(&token), "named elsewhere");
}
