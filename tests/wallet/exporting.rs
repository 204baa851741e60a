//! Everything the system holds about a wallet's owner, as a file; and wallets of many badges, page by page.

use std::{
    collections::BTreeSet,
    io::{Cursor, Read as _},
};

use openbadges::bake::unbake;
use serde_json::Value;
use shomei_core::badge::{AnyBadge, BadgeId};
use shomei_tests::audit::Census;
use zip::ZipArchive;

use crate::{
    browser::{Answer, Browser, choice},
    site::Site,
    strangers::visit,
};

/// One person with so many badges, all accepted.
async fn accepted(badges: usize, visibility: &str) -> Site {
    let site = Site::of_one_person(badges).await;
    let mut browser = Browser::new(&site);
    for token in site.world.outbox.tokens().remove("ichiro@example.jp").unwrap() {
        let answer = browser.post(&format!("/claim/{}", token.text()), &choice(visibility)).await;
        assert_eq!(answer.status, 200);
    }
    site
}

/// The files of an archive, in order.
fn files(answer: &Answer) -> Vec<(String, Vec<u8>)> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("application/zip"));
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"open-badges.zip\""));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let mut archive = ZipArchive::new(Cursor::new(&answer.body)).unwrap();
    let mut files = Vec::new();
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        files.push((file.name().to_owned(), content));
    }
    files
}

#[tokio::test]
async fn an_export_holds_everything_to_the_byte() {
    let site = accepted(2, "public").await;
    let mut browser = Browser::signed_in(&site, "ichiro@example.jp").await;
    browser.add_address("new@example.jp").await;
    let badges = site.badges("ichiro@example.jp").await;
    let [older, newer] = badges.as_slice() else { panic!("two badges") };
    browser.delete(older).await;

    let files = files(&browser.get("/wallet/export").await);
    let names: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["records.json", &format!("badges/{newer}.json"), &format!("badges/{newer}.png")]);
    let [(_, records), (_, credential), (_, picture)] = files.as_slice() else { panic!("three files") };
    let badge = site.claimed(newer).await;
    assert_eq!(credential, badge.signed.as_bytes());
    assert_eq!(unbake(picture).unwrap().unwrap(), badge.signed);
    // The hosted form verifies only while the badge is public; a kept file outlives that.
    let baked = |picture: &[u8]| picture.windows(11).any(|bytes| bytes == b"openbadges\0");
    let public = visit(&site, &format!("/badges/{newer}.png")).await.body;
    assert!(baked(&public) && !baked(picture), "only what strangers get holds the hosted form");

    let records: Value = serde_json::from_slice(records).unwrap();
    let text = |pointer: &str| {
        records.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer}: {records:#}"))
    };
    assert_eq!((&records["page"], &records["pages"]), (&1.into(), &1.into()));
    assert_eq!(text("/wallet/addresses/0/address"), "ichiro@example.jp");
    assert_eq!(text("/wallet/addresses/1/address"), "new@example.jp");
    assert!(records.pointer("/session/since").is_some());
    // The newer badge stands first; then what is left of the deleted one.
    assert_eq!(text("/badges/0/badge/state"), "claimed");
    assert_eq!(text("/badges/0/badge/visibility"), "public");
    assert_eq!(text("/badges/0/badge/consent/version"), shomei_pages::claim::CONSENT_VERSION);
    assert_eq!(text("/badges/0/badge/signed"), badge.signed);
    assert_eq!(text("/badges/0/registered/name"), "見本 一郎");
    assert_eq!(text("/badges/0/registered/number"), "A-2");
    assert!(records.pointer("/badges/0/mailSent/sent_at").is_some(), "{records:#}");
    assert_eq!(text("/badges/1/badge/state"), "deleted");
    assert_eq!(text("/badges/1/registered/number"), "A-1");
    // The session itself is a secret of the browser.
    assert!(!records.to_string().contains(browser.session.as_deref().unwrap()));
}

#[tokio::test]
async fn a_large_export_has_pages_that_hold_each_badge_once() {
    let site = accepted(13, "private").await;
    let mut browser = Browser::signed_in(&site, "ichiro@example.jp").await;
    let offered = browser.get("/wallet").await.page(200, "3/3");
    assert!(!offered.shows("page=4"));
    let mut exported = Vec::new();
    for page in 1..=3 {
        for (name, content) in files(&browser.get(&format!("/wallet/export?page={page}")).await) {
            if let Some(id) = name.strip_prefix("badges/").and_then(|name| name.strip_suffix(".json")) {
                let id = BadgeId::parse(id).unwrap();
                assert_eq!(content, site.claimed(&id).await.signed.into_bytes());
                exported.push(id);
            }
        }
    }
    assert_eq!(exported.len(), 13);
    let distinct: BTreeSet<_> = exported.into_iter().collect();
    assert_eq!(distinct, site.badges("ichiro@example.jp").await.into_iter().collect());
    for nowhere in ["4", "0", "99999999999"] {
        assert_eq!(browser.get(&format!("/wallet/export?page={nowhere}")).await.status, 404, "{nowhere}");
    }
}

#[tokio::test]
async fn a_wallet_of_many_badges_has_pages_that_show_each_badge_once() {
    let site = accepted(31, "private").await;
    let mut browser = Browser::signed_in(&site, "ichiro@example.jp").await;
    let all = site.badges("ichiro@example.jp").await;
    let (mut page, mut shown) = (Some("/wallet".to_owned()), Vec::new());
    while let Some(path) = page {
        let text = browser.get(&path).await.page(200, "Your wallet").text();
        let here: Vec<_> = all.iter().filter(|badge| text.contains(&badge.to_string())).cloned().collect();
        assert!(!here.is_empty() && here.len() <= 30, "{path} shows {}", here.len());
        shown.extend(here);
        page = text.split('"').find(|part| part.starts_with("/wallet?page=")).map(str::to_owned);
    }
    shown.sort();
    let mut all = all;
    all.sort();
    assert_eq!(shown, all);
}

#[tokio::test]
async fn an_export_holds_nothing_of_others() {
    let site = Site::october().await;
    for address in ["ichiro@example.jp", "futaba@example.jp"] {
        assert_eq!(Browser::new(&site).accept(address, "private").await.status, 200);
    }
    let mut browser = Browser::signed_in(&site, "ichiro@example.jp").await;
    let whole: Vec<u8> =
        files(&browser.get("/wallet/export").await).into_iter().flat_map(|(_, content)| content).collect();
    let whole = String::from_utf8_lossy(&whole);
    assert!(whole.contains("見本 一郎"));
    let census = Census::take(&site.world.store).await;
    for badge in census.badges.values() {
        if let AnyBadge::Claimed(badge) = badge {
            assert_eq!(whole.contains(&badge.id.to_string()), badge.address.as_str() == "ichiro@example.jp");
        }
    }
    assert!(!whole.contains("futaba") && !whole.contains("見本 二葉"));
}
