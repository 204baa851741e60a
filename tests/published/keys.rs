//! Keys over time: retired ones stay listed, and one that somebody else may have is marked with a time.

use openbadges::DateTime;
use shomei_core::{badge::Visibility, programme::IssuerKey};
use shomei_tests::world::{KEY, World, programme};

use super::{announced, another_key, claimed, get, json, verify};

/// The world, with a second key and the first one marked.
fn marked(world: &mut World, since: Option<&str>) {
    let first = world.programme.keys().first().unwrap().clone();
    let revoked = since.map(|since| DateTime::parse(since).unwrap());
    let second = IssuerKey { fragment: "key-2".to_owned(), public: another_key().public(), revoked: None };
    world.programme = programme(vec![IssuerKey { revoked, ..first }, second]);
}

#[tokio::test]
async fn what_was_signed_before_the_mark_stays_valid_and_later_signatures_are_refused() {
    let mut world = announced(false).await;
    let badge = claimed(&world, "ichiro@example.jp", Visibility::Public).await;
    let created = json(&get(&verify(&world), &format!("/badges/{badge}.json")).await)["proof"][0]["created"]
        .as_str()
        .unwrap()
        .to_owned();
    for (since, words) in [
        (None, "有効なバッジです"),
        (Some("2026-11-02T00:00:01Z"), "有効なバッジです"),
        (Some(created.as_str()), "正しいバッジと認められません"),
        (Some("2026-10-01T00:00:00Z"), "正しいバッジと認められません"),
    ] {
        marked(&mut world, since);
        let verify = verify(&world);
        let listed = json(&get(&verify, "/.well-known/did.json").await);
        assert_eq!(listed["verificationMethod"].as_array().unwrap().len(), 2, "did.json shows all");
        assert_eq!(listed["verificationMethod"][0]["id"], format!("did:web:badges.example.jp#{KEY}"));
        assert_eq!(listed["verificationMethod"][0]["revoked"].as_str(), since);
        let page = get(&verify, &format!("/badges/{badge}")).await;
        assert!(String::from_utf8(page.body().to_vec()).unwrap().contains(words), "{since:?}");
    }
    assert_eq!(created, "2026-11-02T00:00:00Z");
}
