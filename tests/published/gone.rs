//! What was public and is gone says so; everything else looks as if it had never been.

use lambda_http::Body;
use serde_json::json;
use shomei_core::{
    badge::{BadgeId, ConsentVersion, Visibility},
    claim::{deletion, visibility},
};
use shomei_tests::{audit::Census, faults::Faulty, month, world::World};

use super::{announced, claimed, get, json, send, verify};

const FORMS: [&str; 7] = ["", ".json", ".v2.json", ".jwt", ".png", ".qr.png", ".preview-1.png"];

async fn wallet_of(world: &World, badge: &BadgeId) -> shomei_core::wallet::WalletId {
    let census = Census::take(&world.store).await;
    let holding = census.holdings.iter().find(|holding| holding.badge == *badge).unwrap();
    holding.wallet.clone()
}

pub(super) async fn delete(world: &World, badge: &BadgeId) {
    let ports = Faulty::new(world, None);
    let wallet = wallet_of(world, badge).await;
    assert!(deletion::delete(month::claim_ports(&ports, world), &wallet, badge).await.unwrap().is_some());
}

async fn hide(world: &World, badge: &BadgeId) {
    let ports = Faulty::new(world, None);
    let wallet = wallet_of(world, badge).await;
    let wording = ConsentVersion("test".to_owned());
    let ports = month::claim_ports(&ports, world);
    assert!(visibility::choose(ports, &wallet, badge, Visibility::Private, &wording).await.unwrap());
}

async fn statuses(world: &World, badge: &BadgeId) -> Vec<u16> {
    let verify = verify(world);
    let mut statuses = Vec::new();
    for form in FORMS {
        statuses.push(get(&verify, &format!("/badges/{badge}{form}")).await.status().as_u16());
    }
    statuses
}

#[tokio::test]
async fn only_what_was_public_once_and_is_deleted_is_gone() {
    let world = announced(true).await;
    let public = claimed(&world, "ichiro@example.jp", Visibility::Public).await;
    let hidden = claimed(&world, "futaba@example.jp", Visibility::PublicWithoutName).await;
    let private = claimed(&world, "shiki@example.jp", Visibility::Private).await;
    for (badge, status) in [(&public, 200), (&hidden, 200), (&private, 404)] {
        assert_eq!(statuses(&world, badge).await, [status; 7]);
    }
    hide(&world, &hidden).await;
    assert_eq!(statuses(&world, &hidden).await, [404; 7], "hidden is not gone");
    for badge in [&public, &hidden, &private] {
        delete(&world, badge).await;
    }
    assert_eq!(statuses(&world, &public).await, [410; 7]);
    assert_eq!(statuses(&world, &hidden).await, [410; 7], "it was public once");
    assert_eq!(statuses(&world, &private).await, [404; 7], "nobody ever saw it");
}

#[tokio::test]
async fn a_gone_assertion_holds_four_members_and_the_page_nothing_of_the_badge() {
    let world = announced(false).await;
    let badge = claimed(&world, "ichiro@example.jp", Visibility::Public).await;
    delete(&world, &badge).await;
    let verify = verify(&world);
    let body = json(&get(&verify, &format!("/badges/{badge}.v2.json")).await);
    let expected = json!({
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Assertion",
        "id": format!("https://badges.example.jp/badges/{badge}.v2.json"),
        "revoked": true,
    });
    assert_eq!(body, expected);
    let page =
        send(&verify, "GET", &format!("/badges/{badge}"), &[("accept", "text/html")], Body::Empty).await;
    let page = String::from_utf8(page.body().to_vec()).unwrap();
    assert!(page.contains("効力がありません"));
    for personal in ["見本 一郎", "基礎", "ichiro"] {
        assert!(!page.contains(personal), "{personal}");
    }
}
