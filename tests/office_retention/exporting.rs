//! What is stored of a person, handed out.

use std::collections::BTreeSet;

use serde_json::Value;
use shomei_core::{
    badge::Ground,
    delivery,
    issuance::{self, Call},
    office::{
        Role,
        audit::Deed,
        revocation::{Decision, Draft, ProposalId, Raised, decide, execute, propose},
        rights::export,
    },
    order::Reason,
    ports::Clock,
};
use shomei_pages::office::export_readme;
use shomei_tests::{
    audit::{Census, contents},
    faults::Faulty,
    mails,
    month::claim_ports,
    world::World,
};

use crate::lives::*;

async fn exported(world: &World, of: Person) -> Value {
    let found = person(world, of).await.unwrap();
    let ports = Faulty::new(world, None);
    let export = export::export(ports.reissue(), &member(Role::Clerk), &found).await.unwrap();
    assert_eq!(export.at, world.clock.now());
    assert!(format!("{export:?} {found:?}").find(of.number).is_none());
    serde_json::from_str(&export.records).unwrap()
}

#[tokio::test]
async fn an_export_holds_what_is_stored_of_a_person() {
    let world = lived().await;
    let order = order(&world, FUTABA).await;
    pay(&world, &order).await;
    let old = badge_id(&world, FUTABA).await;
    issue_again(&world, &order).await;
    let new = badge_id(&world, FUTABA).await;
    let records = exported(&world, FUTABA).await;
    let text = |pointer: &str| {
        records.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer}: {records:#}"))
    };
    assert_eq!(text("/number"), FUTABA.number);
    assert_eq!(text("/occasions/0/months/0"), "2026-10");
    assert_eq!(text("/register/0/candidate/state"), "issued");
    let registered =
        ["name", "kana", "roman", "address"].map(|it| text(&format!("/register/0/candidate/details/{it}")));
    assert_eq!(registered, [FUTABA.name, FUTABA.kana, FUTABA.roman, FUTABA.address]);
    assert_eq!(text("/register/0/badge/id"), new.to_string());
    assert_eq!(text("/register/0/badge/holderName"), FUTABA.name);
    assert!(records.pointer("/register/0/mailSent/sentAt").is_some());
    assert_eq!(text("/orders/0/order/id"), order.to_string());
    assert_eq!(text("/orders/0/order/addressee"), "見本商事");
    assert_eq!(text("/orders/0/replaces/id"), old.to_string());
    assert_eq!(text("/orders/0/payments/0/id"), "card-cs_1");
    assert_eq!(text("/orders/0/receipt/addressee"), "見本商事");
    assert_eq!(records["orders"][0]["trail"].as_array().unwrap().len(), 3);
    let told: Vec<_> = records["letters"].as_array().unwrap().iter().map(|letter| &letter["about"]).collect();
    assert!(told.contains(&&Value::from("badge-reissued")), "{told:?}");
    // The audit's line of this very copy is written after it; the next copy has it.
    assert_eq!(records["office"], serde_json::json!([]));
    assert_eq!(exported(&world, FUTABA).await["office"][0]["deed"], "person-exported");
    let lines = Census::take(&world.store).await.deeds();
    assert!(lines.iter().all(
        |line| matches!(&line.deed, Deed::PersonExported { candidate } if *candidate == occasion(FUTABA))
    ));
    assert_eq!(lines.len(), 2);
}

/// Why the staff want to revoke, in words that are theirs.
const STAFF_REASON: &str = "本人以外の受験の疑い（調査中）";

async fn propose_revocation(world: &World, of: &[Person]) {
    let mut badges = Vec::new();
    for person in of {
        badges.push(badge_id(world, *person).await);
    }
    let reason = Reason::parse(STAFF_REASON).unwrap();
    let draft = Draft { id: ProposalId::random(&world.entropy), badges, ground: Ground::Misconduct, reason };
    let ports = Faulty::new(world, None);
    let proposer = shomei_core::office::Member { subject: "proposer-7".to_owned(), role: Role::Clerk };
    let raised = propose(ports.reissue(), &proposer, &draft).await.unwrap();
    assert_eq!(raised, Raised::Proposal(draft.id));
}

#[tokio::test]
async fn what_the_staff_say_among_themselves_of_a_revocation_stays_with_them() {
    let world = lived().await;
    propose_revocation(&world, &[ICHIRO, MITSU]).await;
    let records = exported(&world, ICHIRO).await;
    let proposed_at = world.clock.now().to_string();
    let badge = badge_id(&world, ICHIRO).await.to_string();
    let told = serde_json::json!([{ "badge": badge, "ground": "misconduct", "proposedAt": proposed_at }]);
    assert_eq!(records["revocations"], told);
    let whole = records.to_string();
    assert!(!whole.contains(STAFF_REASON) && !whole.contains("proposer-7"), "{whole}");
}

/// The names that a copy uses, those of the parts of its lists too: `register`, `register/badge`.
fn names_in(records: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (name, value) in records.as_object().unwrap() {
        names.insert(name.clone());
        let parts = value.as_array().into_iter().flatten().filter(|_| EXPLAINED.contains(&name.as_str()));
        for part in parts.filter_map(Value::as_object).flat_map(|part| part.keys()) {
            names.insert(format!("{name}/{part}"));
        }
    }
    names
}

/// The lists whose parts are explained one by one.
const EXPLAINED: [&str; 3] = ["register", "orders", "revocations"];

/// The names that the explanation has a line for.
fn names_explained(japanese: &str) -> BTreeSet<String> {
    let (mut names, mut list) = (BTreeSet::new(), "");
    for line in japanese.lines().filter(|line| line.starts_with("  ")) {
        let words = line.trim_start().split([' ', '　']).next().unwrap();
        let names_of_line = words.split('・').map(|word| word.trim_end_matches(|it: char| !it.is_ascii()));
        if line.starts_with("    ") {
            names.extend(names_of_line.map(|name| format!("{list}/{name}")));
        } else {
            list = words;
            names.extend(names_of_line.map(str::to_owned));
        }
    }
    names
}

#[tokio::test]
async fn the_explanation_has_a_line_for_all_that_a_copy_holds() {
    let world = lived().await;
    // A reminder is owed to whoever has not accepted.
    world.clock.jump(8 * 24 * 3_600);
    let reminding = Faulty::new(&world, None);
    issuance::remind(reminding.issuance(), world.clock.now(), &Call::default()).await.unwrap();
    let futaba = order(&world, FUTABA).await;
    propose_revocation(&world, &[ICHIRO, MITSU]).await;
    let mail = world.outbox.mails().into_iter().find(|mail| mail.to.as_str() == MITSU.address).unwrap();
    let back = mails::event(&mail, "m-1", world.clock.now(), mails::hard(world.clock.now()));
    delivery::apply(claim_ports(world.table(), &world), &back).await.unwrap();
    let mut held = names_in(&exported(&world, ICHIRO).await);
    held.extend(names_in(&exported(&world, MITSU).await));
    // Agreed, so that there is an outcome.
    let proposal = Census::take(&world.store).await.proposals.into_keys().next().unwrap();
    let ports = Faulty::new(&world, None);
    decide(ports.reissue(), &member(Role::Approver), &proposal, Decision::Agree).await.unwrap();
    execute(ports.reissue(), &proposal, None).await.1.unwrap();
    held.extend(names_in(&exported(&world, ICHIRO).await));
    // The order at every step, with a receipt in one life and its money given back in the other.
    held.extend(names_in(&exported(&world, FUTABA).await));
    pay(&world, &futaba).await;
    held.extend(names_in(&exported(&world, FUTABA).await));
    let returned = world.copy().await;
    refund(&returned, &futaba).await;
    held.extend(names_in(&exported(&returned, FUTABA).await));
    issue_again(&world, &futaba).await;
    held.extend(names_in(&exported(&world, FUTABA).await));

    let text =
        export_readme(&world.programme.issuer_name.clone().into(), "x", "y", world.clock.now()).unwrap();
    let (japanese, english) = text.split_once("-----").unwrap();
    assert_eq!(names_explained(japanese), held);
    let words: Vec<_> = english.split(|it: char| !it.is_ascii_alphanumeric()).collect();
    for name in held {
        let name = name.rsplit('/').next().unwrap();
        assert!(words.contains(&name), "{name} is not explained in English");
    }
}

/// Where something of a person's is stored that an export leaves out on purpose: what is the holder's own, and secrets.
const LEFT_OUT: [&str; 6] = ["ADDRESS", "AUDIT", "CLAIM", "HOLDING", "STATUS", "WALLET"];

#[tokio::test]
async fn nothing_stored_of_a_person_is_left_out_and_nothing_of_others_is_in_it() {
    let world = lived().await;
    for of in EVERYBODY {
        let records = exported(&world, of).await;
        let whole = records.to_string();
        for other in EVERYBODY.into_iter().filter(|other| *other != of) {
            for text in
                [other.number, other.name, other.kana, other.roman, other.address, &occasion(other).id]
            {
                assert!(!whole.contains(text), "{text} in the copy of {}", of.number);
            }
        }
        // Whatever item names the person, or the person's badge, has its share in the copy.
        let mut texts: Vec<String> =
            [of.number, of.name, of.kana, of.roman, of.address].map(str::to_owned).into();
        texts.push(occasion(of).id);
        if candidate(&world, of)
            .await
            .is_some_and(|it| matches!(it, shomei_core::candidate::AnyCandidate::Issued(_)))
        {
            texts.push(badge_id(&world, of).await.to_string());
        }
        let mut kinds = BTreeSet::new();
        for ((partition, sort), attributes) in contents(&world.store.client()).await {
            let item = format!("{partition} {sort} {attributes:?}");
            let kind = partition.split('#').next().unwrap().to_owned();
            if texts.iter().any(|text| item.contains(text.as_str())) && !LEFT_OUT.contains(&kind.as_str()) {
                kinds.insert(kind);
            }
        }
        let has = |pointer: &str| records.pointer(pointer).is_some_and(|value| *value != Value::Bool(false));
        let mut copied = BTreeSet::from(["PERSON", "CANDIDATE"]);
        for (kind, pointer) in [
            ("DUE", "/register/0/due"),
            ("BADGE", "/register/0/badge"),
            ("PUB", "/register/0/public"),
            ("SENT", "/register/0/mailSent"),
            ("OWED", "/register/0/mailOwed"),
            ("LETTER", "/letters/0"),
        ] {
            if has(pointer) {
                copied.insert(kind);
            }
        }
        assert_eq!(kinds, copied.into_iter().map(str::to_owned).collect(), "{}", of.number);
    }
}
