//! How many mails may be asked for, and that no answer tells which addresses are known.

use std::net::{IpAddr, Ipv4Addr};

use shomei_core::{
    address::MailAddress,
    claim::{Client, MAILS_BY_A_CLIENT, MAILS_TO_AN_ADDRESS, session},
    ports::MailKind,
};
use shomei_tests::{faults::Faulty, month};

use crate::{
    browser::{Browser, SIGN_IN_MAILED},
    site::{HOUR, Site},
};

const KNOWN: &str = "ichiro@example.jp";
const UNKNOWN: &str = "nobody@example.jp";

/// October, and the first recipient has a wallet.
async fn site() -> Site {
    let site = Site::october().await;
    assert_eq!(Browser::new(&site).accept(KNOWN, "private").await.status, 200);
    site
}

/// A browser somewhere else.
fn elsewhere(site: &Site, number: u8) -> Browser<'_> {
    let mut browser = Browser::new(site);
    browser.network = IpAddr::V4(Ipv4Addr::new(198, 51, 100, number));
    browser
}

#[tokio::test]
async fn a_known_address_is_answered_like_an_unknown_one_to_the_byte() {
    let site = site().await;
    let mut browser = Browser::new(&site);
    // One after the other until there are too many, from clients of their own.
    for asked in 1..=MAILS_TO_AN_ADDRESS + 2 {
        let known = browser.ask_for_sign_in(KNOWN).await;
        let unknown = browser.ask_for_sign_in(UNKNOWN).await;
        assert_eq!(known, unknown, "number {asked}");
        assert_eq!(known.status, if asked <= MAILS_TO_AN_ADDRESS { 303 } else { 429 }, "number {asked}");
    }
    let mails = site.deliver().await;
    assert_eq!(mails.len(), MAILS_TO_AN_ADDRESS as usize);
    assert!(mails.iter().all(|mail| mail.to.as_str() == KNOWN && mail.kind == MailKind::SignIn));
}

#[tokio::test]
async fn a_known_address_costs_the_same_work_as_an_unknown_one() {
    let site = site().await;
    let client = Client::of("198.51.100.7");
    for asked in 1..=MAILS_TO_AN_ADDRESS + 1 {
        let mut work = Vec::new();
        for address in [KNOWN, UNKNOWN] {
            let ports = Faulty::new(&site.world, None);
            let address = MailAddress::mend(address).unwrap().address;
            session::ask(month::claim_ports(&ports, &site.world), &address, &client).await.unwrap();
            work.push(ports.operations());
        }
        let [known, unknown] = work.as_slice() else { panic!("two") };
        assert_eq!(known, unknown, "number {asked}");
        assert_eq!(known.contains(&"transact"), asked <= MAILS_TO_AN_ADDRESS, "number {asked}");
    }
}

#[tokio::test]
async fn the_sixth_mail_for_an_address_waits_for_the_next_hour() {
    let site = site().await;
    for number in 1..=5 {
        // However it is written, and wherever it is asked for.
        let mut browser = elsewhere(&site, number);
        browser.ask_for_sign_in("Ichiro@EXAMPLE.jp").await.leads_to(SIGN_IN_MAILED);
    }
    let mut browser = elsewhere(&site, 6);
    let refused = browser.ask_for_sign_in(KNOWN).await.page(429, "Too many mails were asked for");
    assert_eq!(refused.header("retry-after"), Some("3600"));
    // The claim link's own ways to a mail count as well.
    let link = site.claim_link(KNOWN);
    assert_eq!(browser.post(&format!("{link}/sign-in"), "").await, refused);
    assert_eq!(site.deliver().await.len(), 5);
    let others = browser.ask_for_sign_in("futaba@example.jp").await;
    assert_eq!(others.status, 303, "another address is not concerned");
    site.world.clock.jump(HOUR);
    browser.ask_for_sign_in(KNOWN).await.leads_to(SIGN_IN_MAILED);
    assert_eq!(site.deliver().await.len(), 1);
}

#[tokio::test]
async fn a_client_that_asks_for_many_addresses_waits_as_well() {
    let site = site().await;
    let mut browser = elsewhere(&site, 1);
    for number in 1..=MAILS_BY_A_CLIENT {
        let answer = browser.ask_for_sign_in(&format!("guess{number}@example.jp")).await;
        assert_eq!(answer.status, 303, "number {number}");
    }
    let known = browser.ask_for_sign_in(KNOWN).await.page(429, "Too many mails were asked for");
    let unknown = browser.ask_for_sign_in(UNKNOWN).await;
    assert_eq!(known, unknown);
    assert_eq!(known.header("retry-after"), Some("3600"));
    assert_eq!(elsewhere(&site, 2).ask_for_sign_in(KNOWN).await.status, 303, "others are not concerned");
    site.world.clock.jump(HOUR);
    assert_eq!(browser.ask_for_sign_in(KNOWN).await.status, 303);
}

#[tokio::test]
async fn every_way_to_a_mail_counts_and_purposes_are_counted_apart() {
    let site = site().await;
    let mut browser = Browser::signed_in(&site, KNOWN).await;
    let waiting = site.claim_link("futaba@example.jp");
    let [mail, sign_in, join] = ["mail", "sign-in", "join"].map(|way| (format!("{waiting}/{way}"), ""));
    let add = ("/wallet/addresses".to_owned(), "address=futaba@example.jp");
    let ask = ("/wallet/sign-in".to_owned(), "address=futaba@example.jp");
    // Two ways to one purpose share its count.
    for [one, other] in [[&mail, &mail], [&sign_in, &ask], [&join, &add]] {
        for (path, form) in [one, other, one, other, one] {
            assert_eq!(browser.post(path, form).await.status, 303, "{path}");
        }
        for (path, form) in [one, other] {
            browser.post(path, form).await.page(429, "Too many mails were asked for");
        }
    }
    // Nobody has a wallet to sign in to at that address.
    let mut mails = site.deliver().await;
    mails.sort_by_key(|mail| mail.kind.name());
    let kinds: Vec<_> = mails.iter().map(|mail| mail.kind).collect();
    assert_eq!(kinds, [[MailKind::AddressProof; 5], [MailKind::ClaimLink; 5]].concat());
}

#[tokio::test]
async fn who_asks_is_stored_as_a_hash_only() {
    let site = site().await;
    elsewhere(&site, 77).ask_for_sign_in(UNKNOWN).await.leads_to(SIGN_IN_MAILED);
    let contents = site.contents().await;
    assert!(contents.keys().any(|(partition, _)| partition.starts_with("LIMIT#CLIENT#")));
    let stored = format!("{contents:?}");
    assert!(!stored.contains("198.51.100.77") && !stored.contains(UNKNOWN));
}
