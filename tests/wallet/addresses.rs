//! The addresses of a wallet: each change is mailed to all of them, and none joins before its mail was read.

use shomei_core::ports::{Mail, MailKind};
use shomei_tests::audit::Census;

use crate::{
    browser::{Browser, SIGN_IN_MAILED},
    site::{HOUR, MINUTE, Site},
};

const PAGE: &str = "/wallet/addresses";

/// October, and the first recipient is signed in.
async fn site() -> Site {
    let site = Site::october().await;
    assert_eq!(Browser::new(&site).accept("ichiro@example.jp", "private").await.status, 200);
    site
}

/// Who was told of a change of addresses, in order.
fn told(mails: &[Mail]) -> Vec<&str> {
    let mut told: Vec<_> = mails
        .iter()
        .map(|mail| {
            assert_eq!(mail.kind, MailKind::AddressesChanged);
            mail.to.as_str()
        })
        .collect();
    told.sort_unstable();
    told
}

async fn addresses(site: &Site) -> Vec<String> {
    let badge = site.badge("ichiro@example.jp").await;
    site.holder(&badge).await
}

#[tokio::test]
async fn every_change_of_addresses_is_mailed_to_all_of_them() {
    let site = site().await;
    let mut browser = Browser::signed_in(&site, "ichiro@example.jp").await;
    browser.add_address("new@example.jp").await;
    assert_eq!(addresses(&site).await, ["ichiro@example.jp", "new@example.jp"]);
    let mails = site.deliver().await;
    assert_eq!(told(&mails), ["ichiro@example.jp", "new@example.jp"]);
    assert!(mails.iter().all(|mail| mail.text.contains("new@example.jp")));
    browser.get(PAGE).await.page(200, "ichiro@example.jp").page(200, "new@example.jp");

    // However it is written, it is the same address.
    let made = browser.post(&format!("{PAGE}/main"), "address=New@EXAMPLE.jp").await;
    assert_eq!(made.location(), "/wallet/addresses?done=main-address-changed");
    assert_eq!(addresses(&site).await, ["new@example.jp", "ichiro@example.jp"]);
    assert_eq!(told(&site.deliver().await), ["ichiro@example.jp", "new@example.jp"]);

    assert_eq!(browser.post(&format!("{PAGE}/remove"), "address=new@example.jp").await.status, 409);
    let removed = browser.post(&format!("{PAGE}/remove"), "address=ichiro@example.jp").await;
    assert_eq!(removed.location(), "/wallet/addresses?done=address-removed");
    // Also the one that was removed: its owner must hear of it.
    assert_eq!(told(&site.deliver().await), ["ichiro@example.jp", "new@example.jp"]);
    assert_eq!(addresses(&site).await, ["new@example.jp"], "the badge stays");
    // Whoever signed in by the address that is gone has to do so by another one.
    assert_eq!(browser.get(PAGE).await.location(), "/wallet/sign-in");
    browser.sign_in("new@example.jp").await;
    assert_eq!(browser.post(&format!("{PAGE}/remove"), "address=new@example.jp").await.status, 409);
    for action in ["main", "remove"] {
        let answer = browser.post(&format!("{PAGE}/{action}"), "address=nobody@example.jp").await;
        assert_eq!(answer.status, 409, "{action}");
    }
    assert_eq!(site.deliver().await.len(), 0);
    site.is_sound().await;
}

#[tokio::test]
async fn an_address_that_was_removed_opens_nothing_any_more() {
    let site = site().await;
    let mut browser = Browser::signed_in(&site, "ichiro@example.jp").await;
    browser.add_address("new@example.jp").await;
    site.deliver().await;
    // One link is in the old mailbox already, another one is still to be sent.
    let mut thief = Browser::new(&site);
    thief.ask_for_sign_in("new@example.jp").await.leads_to(SIGN_IN_MAILED);
    site.deliver().await;
    let link = site.link(MailKind::SignIn, "new@example.jp");
    thief.get(&link).await.page(200, "Open your wallet");
    thief.ask_for_sign_in("new@example.jp").await.leads_to(SIGN_IN_MAILED);
    assert_eq!(browser.post(&format!("{PAGE}/remove"), "address=new@example.jp").await.status, 303);

    site.deliver().await;
    for link in [link, site.link(MailKind::SignIn, "new@example.jp")] {
        thief.get(&link).await.page(410, "This sign-in link does not work");
        thief.post(&link, "").await.page(410, "This sign-in link does not work");
    }
    thief.ask_for_sign_in("new@example.jp").await.leads_to(SIGN_IN_MAILED);
    assert_eq!(site.deliver().await.len(), 0);
}

#[tokio::test]
async fn an_address_is_added_by_its_own_mail_in_time_once_and_by_its_wallet_only() {
    let site = site().await;
    let mut browser = Browser::signed_in(&site, "ichiro@example.jp").await;
    assert_eq!(Browser::new(&site).accept("shiki@example.jp", "private").await.status, 200);
    let mut other = Browser::signed_in(&site, "shiki@example.jp").await;

    browser.post(PAGE, "address=new@example.jp").await.location();
    let mails = site.deliver().await;
    assert_eq!(mails.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["new@example.jp"]);
    let link = site.link(MailKind::AddressProof, "new@example.jp");
    browser.get(&link).await.page(200, "new@example.jp").page(200, "ichiro@example.jp").page(200, "<form");
    assert!(!other.get(&link).await.shows("<form"));
    assert_eq!(other.post(&link, "").await.status, 409);
    assert_eq!(addresses(&site).await, ["ichiro@example.jp"]);
    site.world.clock.jump(30 * MINUTE);
    browser.get(&link).await.page(410, "This link does not work");
    browser.post(&link, "").await.page(410, "This link does not work");
    assert_eq!(addresses(&site).await, ["ichiro@example.jp"]);

    browser.add_address("new@example.jp").await;
    browser.post(&link, "").await.page(410, "This link does not work");
    site.deliver().await;
    // Proving an address again that is known changes nothing, and nobody is told.
    browser.add_address("new@example.jp").await;
    assert_eq!(addresses(&site).await, ["ichiro@example.jp", "new@example.jp"]);
    assert_eq!(site.deliver().await.len(), 0);
    for nonsense in ["", "address=", "address=ichiro", "address=a@b.example&main=yes"] {
        assert_eq!(browser.post(PAGE, nonsense).await.status, 400, "{nonsense}");
    }
    site.is_sound().await;
}

#[tokio::test]
async fn two_wallets_of_one_person_become_one() {
    let site = Site::october().await;
    let mut browser = Browser::new(&site);
    for (address, visibility) in
        [("ichiro@example.jp", "public"), ("futaba@example.jp", "public-without-name")]
    {
        assert_eq!(browser.accept(address, visibility).await.status, 200);
    }
    let mut other = Browser::signed_in(&site, "futaba@example.jp").await;
    other.add_address("work@example.jp").await;
    browser.sign_in("ichiro@example.jp").await;
    site.deliver().await;

    browser.post(PAGE, "address=futaba@example.jp").await.location();
    site.deliver().await;
    let link = site.link(MailKind::AddressProof, "futaba@example.jp");
    // A wallet that others may use by another address is not taken from them.
    let before = site.contents().await;
    for answer in [browser.get(&link).await, browser.post(&link, "").await] {
        assert_eq!(answer.status, 409);
        assert!(!answer.shows("work@"));
    }
    assert_eq!(site.contents().await, before);
    assert_eq!(other.post(&format!("{PAGE}/remove"), "address=work@example.jp").await.status, 303);
    site.deliver().await;
    browser.get(&link).await.page(200, "Badges moved");
    assert_eq!(browser.post(&link, "").await.location(), "/wallet?done=address-added");
    assert_eq!(
        told(&site.deliver().await),
        ["futaba@example.jp", "ichiro@example.jp"],
        "all addresses of both"
    );
    let expected = ["ichiro@example.jp", "futaba@example.jp"];
    for address in ["ichiro@example.jp", "futaba@example.jp"] {
        assert_eq!(site.holder(&site.badge(address).await).await, expected);
    }
    let census = Census::take(&site.world.store).await;
    assert_eq!((census.wallets.len(), census.public.len()), (1, 2), "what is public stays so");
    // Sessions of the wallet that is gone are over; its addresses open the one that is left.
    assert_eq!(other.get("/wallet").await.location(), "/wallet/sign-in");
    other.sign_in("futaba@example.jp").await;
    let badge = site.badge("ichiro@example.jp").await;
    other.get(&format!("/wallet/badges/{badge}")).await.page(200, "見本 一郎");
    site.is_sound().await;
}

#[tokio::test]
async fn a_wallet_knows_ten_addresses_at_the_most() {
    let site = site().await;
    let mut browser = Browser::signed_in(&site, "ichiro@example.jp").await;
    for number in 2..=10 {
        browser.add_address(&format!("new{number}@example.jp")).await;
    }
    assert!(!browser.get(PAGE).await.shows("Mail me a link"), "the page offers no more");
    site.world.clock.jump(HOUR);
    browser.post(PAGE, "address=new11@example.jp").await.location();
    site.deliver().await;
    let link = site.link(MailKind::AddressProof, "new11@example.jp");
    let before = site.contents().await;
    assert_eq!(browser.post(&link, "").await.status, 409);
    assert_eq!(site.contents().await, before);
    // With room again, the same link works.
    assert_eq!(browser.post(&format!("{PAGE}/remove"), "address=new2@example.jp").await.status, 303);
    assert_eq!(browser.post(&link, "").await.status, 303);
    site.is_sound().await;
}
