//! Every finding is reached: one trouble a case, and what the report says of it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::too_many_lines, reason = "tests")]

mod form;
mod hosted;
mod signed;
mod standing;
#[path = "../world/mod.rs"]
mod world;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use verifier::{
    report::{Check, Finding, Outcome, Report, Unavailable, Verdict},
    web::WebError,
};

use crate::world::{
    World, assert_valid,
    documents::{BADGE, HOLDER, ISSUER, ISSUER_URL, badge, list, payload, stranger},
    keys::Pair,
};

const SUITE: &str = "eddsa-jcs-2022";

/// A stranger with a key and a web.
struct Stranger {
    pair: Pair,
    world: World,
    seen: BTreeSet<String>,
}

impl Stranger {
    fn new() -> Self {
        let pair = Pair::ed25519(11);
        let mut world = World::default();
        world.json(ISSUER_URL, &stranger(&pair));
        world.host(&pair.prove(&list(ISSUER, "revocation", &[100]), SUITE, &method()));
        Self { pair, world, seen: BTreeSet::new() }
    }

    fn sign(&self, badge: &Value) -> String {
        self.pair.prove(badge, SUITE, &method()).to_string()
    }

    fn sign_linked(&self, badge: &Value) -> Value {
        self.pair.prove(badge, "eddsa-rdfc-2022", &method())
    }

    fn see(&mut self, report: &Report) {
        for line in &report.lines {
            let debug = format!("{:?}", line.finding);
            self.seen.insert(debug.split(|next: char| !next.is_alphanumeric()).next().unwrap().to_owned());
        }
    }

    fn expect(&mut self, report: &Report, check: Check, expected: &Finding) {
        self.see(report);
        assert_eq!(report.finding(check), expected, "{report:#?}");
        match expected.outcome() {
            Outcome::Failed => assert_eq!(report.verdict(), Verdict::NotValid),
            Outcome::CouldNotCheck => assert_ne!(report.verdict(), Verdict::Valid),
            Outcome::Passed | Outcome::NotApplicable => {}
        }
    }

    fn expect_file(&mut self, file: impl AsRef<[u8]>, check: Check, expected: &Finding) {
        let report = self.world.judge(file);
        self.expect(&report, check, expected);
    }
}

fn method() -> String {
    format!("{ISSUER}#key-1")
}

fn with(mut document: Value, pointer: &str, value: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap() {
        Value::Array(items) => items[name.parse::<usize>().unwrap()] = value,
        object => object[name] = value,
    }
    document
}

fn without(mut document: Value, pointer: &str) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    document.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name).unwrap();
    document
}

#[test]
fn every_finding_is_reached() {
    let mut stranger = Stranger::new();
    let plain = || badge(ISSUER);
    let report = stranger.world.judge_for(stranger.sign(&plain()), world::DAY, Some(HOLDER));
    assert_valid(&report, "the sample");
    stranger.see(&report);
    form::form(&mut stranger, &plain());
    signed::signature(&mut stranger, &plain());
    signed::issuer(&mut stranger, &plain());
    standing::dates_and_recipient(&mut stranger, &plain());
    standing::revocation(&mut stranger);
    hosted::hosted_badges(&mut stranger);
    let all: BTreeSet<String> = include_str!("../../src/report.rs")
        .split_once("pub enum Finding {")
        .and_then(|(_, rest)| rest.split_once("\n}\n"))
        .map(|(body, _)| body.lines())
        .unwrap()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.starts_with(|first: char| first.is_ascii_uppercase()))
        .map(|line| line.split(|next: char| !next.is_alphanumeric()).next().unwrap().to_owned())
        .collect();
    assert!(all.len() > 40);
    assert_eq!(stranger.seen, all);
}

#[test]
fn claims_of_a_token_agree_with_its_members() {
    let pair = Pair::p256();
    let mut world = World::default();
    world.json(ISSUER_URL, &stranger(&pair));
    let kid = json!({"kid": method()});
    assert_valid(&world.judge(pair.token(&kid, &payload(&badge(ISSUER)))), "all agree");
    for (claim, value) in [
        ("iss", json!("did:web:evil.example")),
        ("jti", json!("https://stranger.example/badges/2")),
        ("sub", json!("urn:uuid:0")),
        ("nbf", json!(1_790_812_801)),
        ("exp", json!(1_822_348_801)),
        ("exp", json!("1822348800")),
        ("nbf", json!(1e300)),
    ] {
        let report =
            world.judge(pair.token(&kid, &with(payload(&badge(ISSUER)), &format!("/{claim}"), value)));
        assert_eq!(report.verdict(), Verdict::NotValid, "{claim}: {report:#?}");
    }
    assert_eq!(
        world.judge(pair.token(&kid, &payload(&badge(ISSUER)))).claims.unwrap().id.as_deref(),
        Some(BADGE)
    );
}

#[test]
fn only_so_much_is_fetched_and_nothing_twice() {
    let pair = Pair::ed25519(12);
    let mut badge = badge(ISSUER);
    let entry = |number: usize| {
        let list = format!("https://stranger.example/lists/{number}");
        json!({
            "id": format!("{list}#7"), "type": "BitstringStatusListEntry", "statusPurpose": "revocation",
            "statusListIndex": "7", "statusListCredential": list
        })
    };
    badge["credentialStatus"] = (0..8).chain(0..1).map(entry).collect();
    let mut world = World::default();
    world.json(ISSUER_URL, &stranger(&pair));
    for number in 0..8 {
        let url = format!("https://stranger.example/lists/{number}");
        let list = with(list(ISSUER, "revocation", &[]), "/id", json!(url));
        world.host(&pair.prove(&list, SUITE, &method()));
    }
    let report = world.judge(pair.prove(&badge, SUITE, &method()).to_string());
    assert_eq!(report.finding(Check::Revocation), &Finding::TooComplex, "nine entries");
    badge["credentialStatus"].as_array_mut().unwrap().pop();
    let report = world.judge(pair.prove(&badge, SUITE, &method()).to_string());
    let list = "https://stranger.example/lists/7".to_owned();
    let too_many = Finding::StatusUnavailable { url: list, why: Unavailable::Web(WebError::TooMany) };
    assert_eq!(report.finding(Check::Revocation), &too_many);
    // The first report fetched nothing but the keys; the second eight addresses.
    assert_eq!(world.asked.lock().unwrap().len(), 1 + 8);
    badge["credentialStatus"].as_array_mut().unwrap().pop();
    badge["credentialStatus"].as_array_mut().unwrap().push(entry(0));
    assert_valid(&world.judge(pair.prove(&badge, SUITE, &method()).to_string()), "one list twice");
}
