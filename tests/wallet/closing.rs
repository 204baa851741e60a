//! Closing a wallet: its badges are deleted, its addresses and sessions erased; what was never accepted stays.

use shomei_core::{badge::AnyBadge, ports::MailKind};
use shomei_tests::audit::Census;

use crate::{
    browser::{Browser, SIGN_IN_MAILED, choice},
    site::Site,
    strangers::{forms, statuses},
};

#[tokio::test]
async fn closing_deletes_every_badge_and_forgets_the_wallet() {
    let site = Site::of_one_person(4).await;
    let mut browser = Browser::new(&site);
    let tokens = site.world.outbox.tokens().remove("ichiro@example.jp").unwrap();
    for token in tokens.iter().take(3) {
        let answer = browser.post(&format!("/claim/{}", token.text()), &choice("public")).await;
        assert_eq!(answer.status, 200);
    }
    browser.sign_in("ichiro@example.jp").await;
    browser.add_address("new@example.jp").await;
    site.deliver().await;
    let census = Census::take(&site.world.store).await;
    let public: Vec<_> = census.public.keys().cloned().collect();
    let mut shown = Vec::new();
    for badge in &public {
        shown.extend(forms(&site, badge).await);
    }
    // One of the three was deleted before.
    let [first, ..] = public.as_slice() else { panic!("three are public") };
    browser.delete(first).await;
    site.deliver().await;

    browser.get("/wallet/close").await.page(200, "Close the wallet").page(200, "2");
    let before = site.contents().await;
    for wrong in ["confirm=", "confirm=delete", "confirm=yes"] {
        browser.post("/wallet/close", wrong).await.page(400, "Close the wallet");
    }
    assert_eq!(site.contents().await, before);
    let kept = browser.session.clone();
    browser.post("/wallet/close", "confirm=close").await.page(200, "Wallet closed");
    assert_eq!(browser.session, None, "the browser is told to forget the session");
    let mails = site.deliver().await;
    let mut told: Vec<_> = mails.iter().map(|mail| (mail.kind, mail.to.as_str())).collect();
    told.sort_by_key(|(_, to)| *to);
    assert_eq!(
        told,
        [(MailKind::WalletClosed, "ichiro@example.jp"), (MailKind::WalletClosed, "new@example.jp")]
    );

    assert!(statuses(&site, &shown).await.iter().all(|status| *status == 410));
    let census = Census::take(&site.world.store).await;
    assert_eq!((census.wallets.len(), census.owners.len(), census.holdings.len()), (0, 0, 0));
    assert_eq!(census.revoked.len(), 3);
    let deleted = census.badges.values().filter(|badge| matches!(badge, AnyBadge::Deleted(_))).count();
    assert_eq!((deleted, census.badges.len()), (3, 4));
    site.is_sound().await;

    // Nobody is signed in, and the address opens nothing, until its owner accepts the badge that was left.
    browser.session = kept;
    assert_eq!(browser.get("/wallet").await.location(), "/wallet/sign-in");
    browser.ask_for_sign_in("ichiro@example.jp").await.leads_to(SIGN_IN_MAILED);
    assert_eq!(site.deliver().await.len(), 0);
    let left = tokens.last().unwrap();
    let answer = browser.post(&format!("/claim/{}", left.text()), &choice("private")).await;
    answer.page(200, "You have accepted the badge");
    browser.sign_in("ichiro@example.jp").await;
    let wallet = browser.get("/wallet").await.page(200, "Your wallet");
    assert!(!wallet.shows("Deleted on"), "the new wallet is empty but for that badge");
    site.is_sound().await;
}

#[tokio::test]
async fn every_session_and_link_of_a_closed_wallet_is_over() {
    let site = Site::october().await;
    assert_eq!(Browser::new(&site).accept("ichiro@example.jp", "private").await.status, 200);
    let mut phone = Browser::signed_in(&site, "ichiro@example.jp").await;
    let mut desk = Browser::signed_in(&site, "ichiro@example.jp").await;
    desk.ask_for_sign_in("ichiro@example.jp").await.leads_to(SIGN_IN_MAILED);
    phone.post("/wallet/addresses", "address=new@example.jp").await.location();
    site.deliver().await;
    let sign_in = site.link(MailKind::SignIn, "ichiro@example.jp");
    let proof = site.link(MailKind::AddressProof, "new@example.jp");
    phone.post("/wallet/close", "confirm=close").await.page(200, "Wallet closed");
    assert_eq!(desk.get("/wallet").await.location(), "/wallet/sign-in");
    assert_eq!(desk.post(&sign_in, "").await.status, 410);
    assert_eq!(desk.get(&proof).await.status, 410);
    site.is_sound().await;
}
