//! Signing in by mail, staying signed in, and signing out.

use shomei_core::ports::MailKind;
use shomei_tests::audit::Census;

use crate::{
    browser::{Browser, SIGN_IN_MAILED, choice},
    site::{DAY, MINUTE, Site},
};

const DEAD: &str = "This sign-in link does not work";

/// October, and the first recipient has a wallet.
async fn site() -> Site {
    let site = Site::october().await;
    assert_eq!(Browser::new(&site).accept("ichiro@example.jp", "private").await.status, 200);
    site
}

async fn mailed_link(site: &Site) -> String {
    Browser::new(site).ask_for_sign_in("ichiro@example.jp").await.leads_to(SIGN_IN_MAILED);
    assert_eq!(site.deliver().await.len(), 1);
    site.link(MailKind::SignIn, "ichiro@example.jp")
}

#[tokio::test]
async fn a_sign_in_link_shows_whose_wallet_it_opens_and_opens_it_once() {
    let site = site().await;
    let link = mailed_link(&site).await;
    let mut browser = Browser::new(&site);
    // A scanner may look as often as it likes, and nobody is signed in by looking.
    for _ in 0..3 {
        let page = browser.get(&link).await.page(200, "Open your wallet").page(200, "ichiro@example.jp");
        assert_eq!(page.header("set-cookie"), None);
    }
    assert_eq!(browser.get("/wallet").await.location(), "/wallet/sign-in");
    assert_eq!(browser.post(&link, "").await.location(), "/wallet?done=signed-in");
    browser.get("/wallet").await.page(200, "ichiro@example.jp");

    let mut second = Browser::new(&site);
    for answer in [second.get(&link).await, second.post(&link, "").await] {
        let page = answer.page(410, DEAD);
        assert!(!page.shows("ichiro@"), "a dead link names nobody");
    }
    assert_eq!(second.session, None);
    // Only hashes are stored.
    let token = browser.session.clone().unwrap();
    assert!(!format!("{:?}", site.contents().await).contains(&token));
}

#[tokio::test]
async fn of_two_who_use_one_sign_in_link_at_once_one_is_signed_in() {
    let site = site().await;
    let link = mailed_link(&site).await;
    let (mut one, mut other) = (Browser::new(&site), Browser::new(&site));
    let (first, second) = tokio::join!(one.post(&link, ""), other.post(&link, ""));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 410]);
    assert_eq!(Census::take(&site.world.store).await.sessions.len(), 1);
}

#[tokio::test]
async fn a_sign_in_link_works_for_half_an_hour() {
    let site = site().await;
    let (early, late) = (mailed_link(&site).await, mailed_link(&site).await);
    let mut browser = Browser::new(&site);
    site.world.clock.jump(30 * MINUTE - 1);
    assert_eq!(browser.post(&early, "").await.location(), "/wallet?done=signed-in");
    site.world.clock.jump(1);
    let mut other = Browser::new(&site);
    other.get(&late).await.page(410, DEAD);
    other.post(&late, "").await.page(410, DEAD);
    assert_eq!(other.session, None);
    // Whoever is signed in needs no link.
    browser.get(&late).await.leads_to("/wallet");
}

#[tokio::test]
async fn a_session_lasts_thirty_days() {
    let site = site().await;
    let mut browser = Browser::signed_in(&site, "ichiro@example.jp").await;
    site.world.clock.jump(30 * DAY - 1);
    assert_eq!(browser.get("/wallet").await.status, 200);
    site.world.clock.jump(1);
    assert_eq!(browser.get("/wallet").await.location(), "/wallet/sign-in");
    assert_eq!(browser.post("/wallet/language", "language=en").await.status, 401);
}

#[tokio::test]
async fn signing_out_here_ends_this_session_only() {
    let site = site().await;
    let mut phone = Browser::signed_in(&site, "ichiro@example.jp").await;
    let mut desk = Browser::signed_in(&site, "ichiro@example.jp").await;
    let token = phone.session.clone();
    assert_eq!(phone.post("/wallet/sign-out", "where=here").await.location(), "/wallet/sign-in");
    assert_eq!(phone.session, None, "the browser is told to forget it");
    phone.session = token;
    assert_eq!(phone.get("/wallet").await.location(), "/wallet/sign-in", "a kept copy is worth nothing");
    assert_eq!(desk.get("/wallet").await.status, 200);
}

#[tokio::test]
async fn signing_out_everywhere_ends_all_sessions() {
    let site = site().await;
    let mut phone = Browser::signed_in(&site, "ichiro@example.jp").await;
    let mut desk = Browser::signed_in(&site, "ichiro@example.jp").await;
    assert_eq!(desk.post("/wallet/sign-out", "where=everywhere").await.location(), "/wallet/sign-in");
    for browser in [&mut phone, &mut desk] {
        assert_eq!(browser.get("/wallet").await.location(), "/wallet/sign-in");
    }
    phone.sign_in("ichiro@example.jp").await;
    assert_eq!(phone.get("/wallet").await.status, 200);
}

#[tokio::test]
async fn the_language_that_was_chosen_goes_before_the_browser_s() {
    let site = site().await;
    let mut browser = Browser::signed_in(&site, "ichiro@example.jp").await;
    browser.get("/wallet").await.page(200, "Your wallet");
    assert_eq!(browser.post("/wallet/language", "language=fr").await.status, 400);
    assert_eq!(
        browser.post("/wallet/language", "language=ja").await.location(),
        "/wallet?done=language-changed"
    );
    let page = browser.get("/wallet?done=language-changed").await.page(200, "表示言語を変更しました。");
    assert_eq!(page.header("content-language"), Some("ja"));
    // In every browser of the wallet's owner, and on the pages behind a link as well.
    let mut other = Browser::signed_in(&site, "ichiro@example.jp").await;
    other.get(&site.claim_link("futaba@example.jp")).await.page(200, "バッジを受け取る");
    assert_eq!(browser.post("/wallet/language", "language=en").await.status, 303);
    browser.get("/wallet").await.page(200, "Your wallet");
}

#[tokio::test]
async fn a_badge_that_was_accepted_leads_to_a_sign_in_by_mail() {
    let site = site().await;
    let link = site.claim_link("ichiro@example.jp");
    let mut browser = Browser::new(&site);
    browser.post(&link, &choice("private")).await.page(200, "Mail me a link to my wallet");
    browser.post(&format!("{link}/sign-in"), "").await.leads_to(SIGN_IN_MAILED);
    assert!(!browser.get(SIGN_IN_MAILED).await.page(200, "Check your mail").shows("ichiro@"));
    let mails = site.deliver().await;
    assert_eq!(mails.len(), 1);
    let [mail] = mails.as_slice() else { panic!("one mail") };
    assert_eq!((mail.kind, mail.to.as_str()), (MailKind::SignIn, "ichiro@example.jp"));
}
