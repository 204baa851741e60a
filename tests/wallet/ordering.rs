//! Ordering a deleted badge: who may, what it costs, and what the holder is told.

use shomei_core::{badge::BadgeId, order::AnyOrder, ports::MailKind};
use shomei_issuance::Step;
use shomei_pages::reissue::ORDER_WORDING;
use shomei_tests::audit::Census;

use crate::{
    browser::Browser,
    site::{DAY, Site},
};

const ICHIRO: &str = "ichiro@example.jp";

/// October, and the first recipient's browser; the badge is deleted.
pub(crate) async fn deleted(site: &Site) -> (Browser<'_>, BadgeId) {
    assert_eq!(Browser::new(site).accept(ICHIRO, "public").await.status, 200);
    let badge = site.badge(ICHIRO).await;
    let mut browser = Browser::signed_in(site, ICHIRO).await;
    browser.delete(&badge).await;
    site.deliver().await;
    (browser, badge)
}

/// What the order's page sends.
pub(crate) fn order_form(addressee: &str) -> String {
    format!("addressee={}&consent={ORDER_WORDING}&price=5500", addressee.replace(' ', "+"))
}

/// Orders a badge, and gives the path of its order.
pub(crate) async fn order(browser: &mut Browser<'_>, badge: &BadgeId) -> String {
    let answer = browser.post(&format!("/reissue/badges/{badge}"), &order_form("Mihon Ltd.")).await;
    answer.location().strip_suffix("?done=placed").unwrap().to_owned()
}

/// The one order there is.
pub(crate) async fn only_order(site: &Site) -> AnyOrder {
    let orders = Census::take(&site.world.store).await.orders;
    assert_eq!(orders.len(), 1);
    orders.into_values().next().unwrap()
}

#[tokio::test]
async fn a_deleted_badge_is_ordered_after_its_price_was_shown() {
    let site = Site::valid_for(shomei_tests::month::OCTOBER, Some(36)).await;
    let (mut browser, badge) = deleted(&site).await;
    let form = format!("/reissue/badges/{badge}");
    browser.get(&format!("/wallet/badges/{badge}")).await.page(200, &form);
    let page = browser.get(&form).await.page(200, "5,500").page(200, "30 September 2029");
    assert!(page.shows("見本 一郎"), "the addressee is there to be changed");
    let before = site.contents().await;
    for (wrong, status) in [
        (order_form(""), 400),
        (order_form("+"), 400),
        (order_form(&"x".repeat(101)), 400),
        (order_form("two%0Alines"), 400),
        ("addressee=x".to_owned(), 400),
        ("addressee=x&consent=another&price=5500".to_owned(), 400),
        (order_form("x").replace("5500", "4400"), 400),
        (String::new(), 400),
    ] {
        assert_eq!(browser.post(&form, &wrong).await.status, status, "{wrong}");
    }
    assert_eq!(site.contents().await, before);

    let order = order(&mut browser, &badge).await;
    let AnyOrder::Awaiting(stored) = only_order(&site).await else { panic!("it awaits its payment") };
    let reference = stored.terms.reference.to_string();
    let page = browser.get(&order).await.page(200, &reference).page(200, "5,500").page(200, "Mihon Ltd.");
    assert!(page.shows("0123456") && page.shows("ミホンシカクキヨウカイ"), "the bank account");
    let link = format!("https://buy.example.com/reissue?client_reference_id={}", stored.terms.id);
    assert!(page.shows(&link), "the payment service's page knows the order, and nothing of the person");
    let mails = site.deliver().await;
    let [mail] = mails.as_slice() else { panic!("one mail says how to pay") };
    assert_eq!((mail.kind, mail.to.as_str()), (MailKind::OrderPlaced, ICHIRO));
    assert!(mail.text.contains(&reference) && mail.text.contains("5,500"), "{}", mail.text);
    assert!(!mail.text.contains("見本 一郎") && !mail.text.contains("Mihon"), "{}", mail.text);
    site.is_sound().await;
}

#[tokio::test]
async fn who_orders_twice_finds_the_first_order() {
    let site = Site::october().await;
    let (mut browser, badge) = deleted(&site).await;
    let first = order(&mut browser, &badge).await;
    let form = format!("/reissue/badges/{badge}");
    assert_eq!(browser.get(&form).await.location(), first);
    assert_eq!(order(&mut browser, &badge).await, first);
    browser.get(&format!("/wallet/badges/{badge}")).await.page(200, &first);
    assert_eq!(only_order(&site).await.state(), "awaiting");
    site.is_sound().await;
}

#[tokio::test]
async fn what_cannot_be_ordered_says_why() {
    let site = Site::valid_for(shomei_tests::month::OCTOBER, Some(1)).await;
    assert_eq!(Browser::new(&site).accept("futaba@example.jp", "private").await.status, 200);
    let live = site.badge("futaba@example.jp").await;
    let mut futaba = Browser::signed_in(&site, "futaba@example.jp").await;
    let form = format!("/reissue/badges/{live}");
    futaba.get(&form).await.page(409, "not been deleted");
    futaba.post(&form, &order_form("x")).await.page(409, "not been deleted");

    let site = Site::valid_for(shomei_tests::month::OCTOBER, Some(2)).await;
    let (mut browser, badge) = deleted(&site).await;
    // To the end of November: an expired badge is not sold again.
    site.world.clock.jump(28 * DAY);
    site.world.clock.jump(2 * DAY);
    let mut browser = {
        browser.sign_in(ICHIRO).await;
        browser
    };
    browser.get(&format!("/reissue/badges/{badge}")).await.page(409, "expired");
    browser.post(&format!("/reissue/badges/{badge}"), &order_form("x")).await.page(409, "expired");
    assert!(Census::take(&site.world.store).await.orders.is_empty());
}

#[tokio::test]
async fn an_order_is_its_wallets_own() {
    let site = Site::october().await;
    let (mut browser, badge) = deleted(&site).await;
    let order = order(&mut browser, &badge).await;
    assert_eq!(Browser::new(&site).accept("shiki@example.jp", "private").await.status, 200);
    let mut other = Browser::signed_in(&site, "shiki@example.jp").await;
    let before = site.contents().await;
    for path in [order.clone(), format!("{order}/receipt"), format!("{order}/credit-note")] {
        assert_eq!(other.get(&path).await.status, 404, "{path}");
        Browser::new(&site).get(&path).await.leads_to("/wallet/sign-in");
    }
    assert_eq!(other.post(&format!("{order}/addressee"), "addressee=x").await.status, 404);
    assert_eq!(other.post(&format!("/reissue/badges/{badge}"), &order_form("x")).await.status, 404);
    assert_eq!(site.contents().await, before);
}

#[tokio::test]
async fn the_addressee_can_be_changed_until_the_receipt_is_issued() {
    let site = Site::october().await;
    let (mut browser, badge) = deleted(&site).await;
    let order = order(&mut browser, &badge).await;
    let path = format!("{order}/addressee");
    assert_eq!(browser.post(&path, "addressee=").await.status, 400);
    assert_eq!(
        browser.post(&path, "addressee=Mihon+Holdings").await.location(),
        format!("{order}?done=addressee-changed")
    );
    browser.get(&order).await.page(200, "Mihon Holdings");
    crate::paying::transfer(&site, 5_500).await;
    assert_eq!(browser.post(&path, "addressee=Somebody+else").await.status, 409);
    browser.get(&format!("{order}/receipt")).await.page(200, "Mihon Holdings");
    site.is_sound().await;
}

#[tokio::test]
async fn an_order_that_nobody_pays_ends_after_thirty_days() {
    let site = Site::october().await;
    let (mut browser, badge) = deleted(&site).await;
    let order = order(&mut browser, &badge).await;
    site.deliver().await;
    site.world.clock.jump(30 * DAY);
    let sweep = || Step::Sweep { scheduled: shomei_core::ports::Clock::now(&site.world.clock) };
    site.step(sweep()).await;
    assert_eq!(only_order(&site).await.state(), "awaiting");
    // The last day ends in Japan.
    site.world.clock.jump(DAY);
    let before = site.world.outbox.mails().len();
    site.step(sweep()).await;
    assert_eq!(only_order(&site).await.state(), "expired");
    site.deliver().await;
    let mails = site.world.outbox.mails().split_off(before);
    assert!(mails.iter().any(|mail| mail.kind == MailKind::OrderExpired), "the holder is told");
    browser.sign_in(ICHIRO).await;
    let form = format!("/reissue/badges/{badge}");
    browser.get(&order).await.page(200, &form);
    browser.get(&form).await.page(200, "5,500");
    site.is_sound().await;
}
