//! Nothing that was changed after signing is ever valid: each byte, each member, of each form.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

#[path = "../../openbadges/tests/sample/mod.rs"]
mod sample;
mod world;

use serde_json::{Value, json};
use verifier::report::Verdict;

use crate::world::{
    World, assert_valid,
    documents::{ISSUER, ISSUER_URL, badge_with_status, hosted, list, payload, stranger},
    keys::Pair,
};

const KEY: &str = "did:web:stranger.example#key-1";

/// The samples, and a web on which they are valid.
fn samples() -> (World, [(&'static str, String); 4]) {
    let pair = Pair::ed25519(31);
    let mut world = World::default();
    world.json("https://badges.example/.well-known/did.json", &serde_json::to_value(sample::did()).unwrap());
    world.answer(sample::LIST, 200, "", sample::sign(sample::list(&[7])).text());
    world.json(ISSUER_URL, &stranger(&pair));
    world.host(&pair.prove(&list(ISSUER, "revocation", &[]), "eddsa-jcs-2022", KEY));
    let badge = badge_with_status(ISSUER, 7, "revocation");
    let samples = [
        ("closed", sample::sign(sample::credential()).text().to_owned()),
        ("linked data", pair.prove(&badge, "eddsa-rdfc-2022", KEY).to_string()),
        ("JCS", pair.prove(&badge, "eddsa-jcs-2022", KEY).to_string()),
        ("token", pair.token(&json!({"kid": KEY}), &payload(&badge))),
    ];
    for (form, sample) in &samples {
        assert_valid(&world.judge(sample), form);
    }
    (world, samples)
}

#[test]
fn no_byte_can_be_changed_or_left_out() {
    let (world, samples) = samples();
    let mut attempts = 0;
    for (form, sample) in &samples {
        let sample = sample.as_bytes();
        // What JSON says stays the same without a space that is none; there is none here.
        for place in 0..sample.len() {
            for bit in [0x01, 0x20] {
                let mut changed = sample.to_vec();
                changed[place] ^= bit;
                assert_ne!(
                    world.judge(&changed).verdict(),
                    Verdict::Valid,
                    "{form}: byte {place} ^ {bit:#04x}"
                );
            }
            let mut shorter = sample.to_vec();
            shorter.remove(place);
            assert_ne!(world.judge(&shorter).verdict(), Verdict::Valid, "{form}: without byte {place}");
            attempts += 3;
        }
    }
    assert!(attempts > 20_000, "{attempts}");
}

/// The pointers of all members and items.
fn places(value: &Value, at: &str, places: &mut Vec<String>) {
    let mut inside = |name: &str, value: &Value| {
        let place = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
        self::places(value, &place, places);
        places.push(place);
    };
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(name, item)| inside(&name.to_string(), item));
        }
        Value::Object(members) => members.iter().for_each(|(name, member)| inside(name, member)),
        _ => {}
    }
}

fn remove(document: &mut Value, place: &str) {
    let (parent, name) = place.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap() {
        Value::Array(items) => _ = items.remove(name.parse().unwrap()),
        object => _ = object.as_object_mut().unwrap().remove(name).unwrap(),
    }
}

#[test]
fn no_member_can_be_left_out_replaced_or_put_in() {
    let (world, samples) = samples();
    let mut attempts = 0;
    for (form, sample) in &samples[..3] {
        let original: Value = serde_json::from_str(sample).unwrap();
        let mut all = Vec::new();
        places(&original, "", &mut all);
        for place in &all {
            let value = original.pointer(place).unwrap();
            let mut variants = Vec::new();
            let mut without = original.clone();
            remove(&mut without, place);
            variants.push(without);
            let text = value.as_str().unwrap_or_default();
            for other in [
                json!(null),
                json!(""),
                json!(0),
                json!(false),
                json!({}),
                json!({"id": "https://evil.example/"}),
                json!(format!("{text}x")),
                json!([value, "https://evil.example/"]),
            ] {
                let mut changed = original.clone();
                *changed.pointer_mut(place).unwrap() = other;
                variants.push(changed);
            }
            if value.is_object() {
                let mut more = original.clone();
                more.pointer_mut(place).unwrap()["name2"] = json!("x");
                variants.push(more);
            }
            for changed in variants {
                assert_ne!(
                    world.judge(changed.to_string()).verdict(),
                    Verdict::Valid,
                    "{form}: {place}: {changed}"
                );
                attempts += 1;
            }
        }
    }
    assert!(attempts > 1000, "{attempts}");
}

#[test]
fn no_bit_of_a_list_or_a_key_document_can_be_changed_to_hide_a_revocation() {
    let mut world = World::default();
    let badge = sample::sign(sample::credential());
    world.json("https://badges.example/.well-known/did.json", &serde_json::to_value(sample::did()).unwrap());
    let list = sample::sign(sample::list(&[sample::INDEX])).text().as_bytes().to_vec();
    for place in 0..list.len() {
        let mut changed = list.clone();
        changed[place] ^= 0x01;
        world.answer(sample::LIST, 200, "", changed);
        assert_ne!(world.judge(badge.text()).verdict(), Verdict::Valid, "byte {place} of the list");
    }
}

/// What is given beside an address must be the issuer's word, too.
#[test]
fn nothing_is_added_to_a_hosted_badge() {
    let [assertion, class, profile] = hosted();
    let mut world = World::default();
    for document in [&assertion, &class, &profile] {
        world.host(document);
    }
    assert_valid(&world.judge(assertion.to_string()), "as it is hosted");
    let mut image = assertion.clone();
    image["image"] = json!("https://stranger.example/picture.png");
    world.host(&image);
    assert_valid(&world.judge(image.to_string()), "with a picture");
    let mut captioned = image.clone();
    captioned["image"] = json!({"id": image["image"], "caption": "Awarded as grand master"});
    assert_ne!(world.judge(captioned.to_string()).verdict(), Verdict::Valid, "a caption");
    let mut spread = image.clone();
    spread["badge"] = class.clone();
    assert_valid(&world.judge(spread.to_string()), "with the class in place");
    spread["badge"]["issuer"] = profile.clone();
    assert_valid(&world.judge(spread.to_string()), "with the issuer in place");
    spread["badge"]["issuer"]["name"] = json!("Ministry of Everything");
    assert_ne!(world.judge(spread.to_string()).verdict(), Verdict::Valid, "another issuer's name");
}
