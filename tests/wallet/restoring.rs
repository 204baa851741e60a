//! Who closed the wallet, and wants the badge again: by the body's own number and the address on record.

use shomei_core::ports::MailKind;
use shomei_tests::audit::Census;

use crate::{
    browser::Browser,
    ordering::{deleted, only_order, order},
    paying::transfer,
    site::{HOUR, Site},
};

const ICHIRO: &str = "ichiro@example.jp";

#[tokio::test]
async fn a_closed_wallet_is_restored_by_number_and_address() {
    let site = Site::october().await;
    let (mut browser, badge) = deleted(&site).await;
    assert_eq!(browser.post("/wallet/close", "confirm=close").await.status, 200);
    site.deliver().await;
    let census = Census::take(&site.world.store).await;
    assert!(census.wallets.is_empty() && census.holdings.is_empty());

    let mut browser = Browser::new(&site);
    browser.get("/reissue/ask").await.page(200, "number");
    for (form, status) in
        [("number=&address=x@example.jp", 400), ("number=A-1&address=x", 400), ("number=A-1", 400)]
    {
        assert_eq!(browser.post("/reissue/ask", form).await.status, status, "{form}");
    }
    // The same answer whether or not the two belong together.
    let known = browser.post("/reissue/ask", "number=A-1&address=ichiro@example.jp").await;
    let strange = [
        browser.post("/reissue/ask", "number=A-2&address=ichiro@example.jp").await,
        browser.post("/reissue/ask", "number=A-1&address=nobody@example.jp").await,
        browser.post("/reissue/ask", "number=Z-9&address=nobody@example.jp").await,
    ];
    assert!(strange.iter().all(|answer| *answer == known));
    browser.get(known.location()).await.page(200, "number");
    let mails = site.deliver().await;
    assert_eq!(mails.len(), 1, "only the right pair is written to");
    assert_eq!((mails[0].kind, mails[0].to.as_str()), (MailKind::RestoreWallet, ICHIRO));

    let link = site.link(MailKind::RestoreWallet, ICHIRO);
    let before = site.contents().await;
    browser.get(&link).await.page(200, ICHIRO);
    assert_eq!(site.contents().await, before, "opening a link changes nothing");
    browser.post(&link, "").await.leads_to("/wallet");
    assert!(browser.session.is_some());
    browser.get("/wallet").await.page(200, &badge.to_string());
    Browser::new(&site).post(&link, "").await.page(410, "/reissue/ask");
    order(&mut browser, &badge).await;
    transfer(&site, 5_500).await;
    assert_eq!(only_order(&site).await.state(), "reissued");
    assert_eq!(site.holder(&site.badge(ICHIRO).await).await, [ICHIRO]);
    site.is_sound().await;
}

#[tokio::test]
async fn a_link_that_restores_a_wallet_is_short_lived_and_few() {
    let site = Site::october().await;
    let (mut browser, _) = deleted(&site).await;
    assert_eq!(browser.post("/wallet/close", "confirm=close").await.status, 200);
    let mut browser = Browser::new(&site);
    for (time, status) in [303, 303, 303, 303, 303, 429].into_iter().enumerate() {
        let answer = browser.post("/reissue/ask", "number=A-1&address=ichiro@example.jp").await;
        assert_eq!(answer.status, status, "time {time}");
    }
    site.deliver().await;
    let link = site.link(MailKind::RestoreWallet, ICHIRO);
    site.world.clock.jump(HOUR);
    browser.get(&link).await.page(410, "/reissue/ask");
    assert_eq!(browser.post(&link, "").await.status, 410);
    assert!(browser.session.is_none());
    assert!(Census::take(&site.world.store).await.wallets.is_empty());
}

#[tokio::test]
async fn an_order_of_a_closed_wallet_comes_into_the_restored_one() {
    let site = Site::october().await;
    let (mut browser, badge) = deleted(&site).await;
    let page = order(&mut browser, &badge).await;
    assert_eq!(browser.post("/wallet/close", "confirm=close").await.status, 200);
    let mut browser = Browser::new(&site);
    browser.post("/reissue/ask", "number=A-1&address=ichiro@example.jp").await;
    site.deliver().await;
    browser.post(&site.link(MailKind::RestoreWallet, ICHIRO), "").await.leads_to("/wallet");
    assert_eq!(browser.get(&format!("/reissue/badges/{badge}")).await.location(), page);
    transfer(&site, 5_500).await;
    browser.get(&page).await.page(200, "/receipt");
    browser.get(&format!("{page}/receipt")).await.page(200, "R2026-000001");
    site.is_sound().await;
}

/// Two wallets may have proof of one badge, and become one wallet all the same.
#[tokio::test]
async fn wallets_with_proof_of_the_same_badge_are_merged() {
    let site = Site::october().await;
    let (mut browser, badge) = deleted(&site).await;
    browser.add_address("second@example.jp").await;
    let main = browser.post("/wallet/addresses/main", "address=second@example.jp").await;
    assert_eq!(main.status, 303);
    assert_eq!(browser.post("/wallet/addresses/remove", "address=ichiro@example.jp").await.status, 303);
    site.deliver().await;
    let mut second = Browser::signed_in(&site, "second@example.jp").await;
    let mut restored = Browser::new(&site);
    restored.post("/reissue/ask", "number=A-1&address=ichiro@example.jp").await;
    site.deliver().await;
    restored.post(&site.link(MailKind::RestoreWallet, ICHIRO), "").await.leads_to("/wallet");
    let page = order(&mut restored, &badge).await;
    second.add_address(ICHIRO).await;
    second.get(&page).await.page(200, "5,500");
    transfer(&site, 5_500).await;
    assert_eq!(only_order(&site).await.state(), "reissued");
    site.is_sound().await;
}
