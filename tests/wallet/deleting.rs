//! Deleting a badge: only when it is asked for in words, and then for good.

use aws_sdk_dynamodb::types::AttributeValue;
use openbadges::status::StatusList;
use serde_json::Value;
use shomei_core::{
    badge::{AnyBadge, Badge, Claimed, DeletedBadge},
    ports::MailKind,
    status::{StaleList, StatusListId},
};
use shomei_issuance::{Outcome, Step};
use shomei_tests::audit::{Census, Contents};

use crate::{
    browser::{Browser, choice},
    site::Site,
    strangers::{forms, statuses, visit},
};

const NAME: &str = "見本 一郎";

/// October; the first recipient has a public badge.
async fn site() -> (Site, Badge<Claimed>) {
    let site = Site::october().await;
    assert_eq!(Browser::new(&site).accept("ichiro@example.jp", "public").await.status, 200);
    let badge = site.claimed(&site.badge("ichiro@example.jp").await).await;
    (site, badge)
}

#[tokio::test]
async fn a_badge_is_deleted_by_the_typed_word_only() {
    let (site, badge) = site().await;
    let mut browser = Browser::signed_in(&site, "ichiro@example.jp").await;
    let path = format!("/wallet/badges/{}/delete", badge.id);
    browser.get(&path).await.page(200, "Delete a badge").page(200, "5,500");
    let before = site.contents().await;
    for wrong in
        ["confirm=", "confirm=yes", "confirm=delete+it", "confirm=close", "confirm=%E3%81%AF%E3%81%84"]
    {
        browser.post(&path, wrong).await.page(400, "Delete a badge");
    }
    for broken in ["", "delete", "confirm=delete&badge=other"] {
        assert_eq!(browser.post(&path, broken).await.status, 400, "{broken}");
    }
    assert_eq!(site.contents().await, before);
    // In Japanese, with a space at the end.
    let page = format!("/wallet/badges/{}", badge.id);
    browser.post(&path, "confirm=%E5%89%8A%E9%99%A4+").await.leads_to(&page);
    // It is gone for its holder as well; whoever sends the form twice is told the same.
    for gone in [page.clone(), path.clone()] {
        assert!(!browser.get(&gone).await.page(200, "Badge deleted").shows(NAME), "{gone}");
    }
    assert_eq!(browser.get(&format!("{page}/share")).await.status, 404);
    assert_eq!(browser.get(&format!("{page}/preview?visibility=public")).await.status, 404);
    let after = site.contents().await;
    browser.post(&path, "confirm=delete").await.leads_to(&page);
    assert_eq!(site.contents().await, after);
    let again = browser.post(&format!("/wallet/badges/{}/visibility", badge.id), &choice("public")).await;
    assert_eq!(again.status, 404, "a deleted badge never comes back");
    browser.get("/wallet").await.page(200, "Deleted on").page(200, "2 November 2026");
    site.is_sound().await;
}

#[tokio::test]
async fn a_deleted_badge_is_gone_at_once_and_revoked_in_the_list() {
    let (site, badge) = site().await;
    let forms = forms(&site, &badge.id).await;
    let link = site.claim_link("ichiro@example.jp");
    let mut browser = Browser::signed_in(&site, "ichiro@example.jp").await;
    assert!(!is_revoked(&site, &badge).await);
    browser.delete(&badge.id).await;
    assert_eq!(statuses(&site, &forms).await, [410; 5], "strangers have seen it");
    // Claim signs nothing: the bit and the mark are committed, and issuance publishes the list.
    let census = Census::take(&site.world.store).await;
    let place = (badge.list.clone(), badge.index);
    assert!(census.revoked.iter().any(|bit| (bit.list.clone(), bit.index) == place));
    assert_eq!(census.stale, [StaleList { list: badge.list.clone(), index: badge.index }]);
    assert!(!is_revoked(&site, &badge).await);
    assert_eq!(site.step(Step::Publish).await, Outcome::Published { lists: 1 });
    assert!(is_revoked(&site, &badge).await);
    assert!(Census::take(&site.world.store).await.stale.is_empty());
    // Its links lead nowhere.
    browser.get(&link).await.page(404, "We do not know this link");
    let accepted = browser.post(&link, &choice("private")).await;
    accepted.page(404, "We do not know this link");
    site.is_sound().await;
}

/// Whether the published list says so.
async fn is_revoked(site: &Site, badge: &Badge<Claimed>) -> bool {
    let list: &StatusListId = &badge.list;
    let answer = visit(site, &format!("/status/{list}")).await;
    let document: Value = serde_json::from_slice(&answer.body).unwrap();
    let encoded = document.pointer("/credentialSubject/encodedList").and_then(Value::as_str).unwrap();
    StatusList::decode(encoded).unwrap().contains(badge.index)
}

#[tokio::test]
async fn nothing_personal_of_a_deleted_badge_is_left() {
    let (site, badge) = site().await;
    let mut browser = Browser::signed_in(&site, "ichiro@example.jp").await;
    let document: Value = serde_json::from_str(&badge.signed).unwrap();
    let of_signed = |pointer: &str| document.pointer(pointer).and_then(Value::as_str).unwrap().to_owned();
    let signed = [
        badge.signed.clone(),
        of_signed("/credentialSubject/identifier/0/identityHash"),
        of_signed("/credentialSubject/identifier/0/salt"),
        of_signed("/proof/0/proofValue"),
    ];
    let person = [badge.holder_name.as_str().to_owned(), badge.address.as_str().to_owned()];
    for fact in signed.iter().chain(&person) {
        assert!(!holding(&site.contents().await, fact).is_empty(), "{fact} is looked for where it is not");
    }
    browser.delete(&badge.id).await;
    let mails = site.deliver().await;
    let [mail] = mails.as_slice() else { panic!("one mail says so") };
    assert_eq!((mail.kind, mail.to.as_str()), (MailKind::BadgeDeleted, "ichiro@example.jp"));
    site.step(Step::Publish).await;

    let contents = site.contents().await;
    for fact in &signed {
        assert_eq!(holding(&contents, fact), Vec::<String>::new(), "{fact}");
    }
    // The register keeps who passed, and the wallet the address by which its owner signs in.
    let register = ["CANDIDATE", "PERSON"];
    let [name, address] = person.map(|fact| holding(&contents, &fact));
    assert!(name.iter().all(|kind| register.contains(&kind.as_str())), "{name:?}");
    assert!(address.iter().all(|kind| register.contains(&kind.as_str()) || kind == "WALLET"), "{address:?}");
    let census = Census::take(&site.world.store).await;
    assert!(census.grants.iter().all(|grant| grant.badge != badge.id));
    match census.badges.get(&badge.id) {
        Some(AnyBadge::Deleted(DeletedBadge { candidate, .. })) => assert_eq!(*candidate, badge.candidate),
        other => panic!("{other:?}"),
    }
}

/// The kinds of items that hold a text anywhere.
fn holding(contents: &Contents, text: &str) -> Vec<String> {
    let kind = |partition: &str| partition.split('#').next().unwrap().to_owned();
    contents
        .iter()
        .filter(|((partition, sort), item)| {
            partition.contains(text) || sort.contains(text) || item.values().any(|value| holds(value, text))
        })
        .map(|((partition, _), _)| kind(partition))
        .collect()
}

fn holds(value: &AttributeValue, text: &str) -> bool {
    match value {
        AttributeValue::S(string) => string.contains(text),
        AttributeValue::L(list) => list.iter().any(|value| holds(value, text)),
        AttributeValue::M(map) => map.iter().any(|(name, value)| name.contains(text) || holds(value, text)),
        AttributeValue::B(bytes) => String::from_utf8_lossy(bytes.as_ref()).contains(text),
        _ => false,
    }
}

#[tokio::test]
async fn a_badge_with_many_links_is_deleted_with_all_of_them() {
    let (site, badge) = site().await;
    // As many fresh links as a very forgetful recipient asks for.
    let world = &site.world;
    let mut writes = Vec::new();
    for _ in 0..45 {
        use shomei_core::{store, token};
        let token = token::Token::mint(&world.entropy).hash();
        let expires = badge.issued_at;
        let grant = token::ClaimGrant { token: token.clone(), badge: badge.id.clone(), expires };
        let listed = token::GrantOfBadge { badge: badge.id.clone(), token, expires };
        writes.extend([store::create(&grant).unwrap(), store::create(&listed).unwrap()]);
    }
    shomei_core::store::commit(world.table(), &world.entropy, writes).await.unwrap();
    let mut browser = Browser::signed_in(&site, "ichiro@example.jp").await;
    browser.delete(&badge.id).await;
    let census = Census::take(&world.store).await;
    assert_eq!(census.grants.iter().filter(|grant| grant.badge == badge.id).count(), 0);
    site.is_sound().await;
}

#[tokio::test]
async fn a_badge_of_another_wallet_cannot_be_deleted() {
    let (site, badge) = site().await;
    assert_eq!(Browser::new(&site).accept("shiki@example.jp", "private").await.status, 200);
    let mut other = Browser::signed_in(&site, "shiki@example.jp").await;
    let before = site.contents().await;
    for id in [badge.id.to_string(), "nonsense".to_owned(), "6e0b5d8f-5cf0-4c2c-9d51-27a7a0d6d7f1".to_owned()]
    {
        let page = format!("/wallet/badges/{id}");
        let answer = other.post(&format!("{page}/delete"), "confirm=delete").await;
        assert!(answer.status == 404 || answer.location() == page, "{id}");
        assert_eq!(other.get(&page).await.status, 404, "{id}");
    }
    assert_eq!(site.contents().await, before);
}
