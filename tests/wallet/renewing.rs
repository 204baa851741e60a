//! A renewal in the holder's eyes and in strangers': the older badge leads to the newer one where both are shown alike.

use shomei_core::badge::BadgeId;
use shomei_tests::month::OCTOBER;

use crate::{
    browser::{Browser, choice},
    site::{DAY, Site},
    strangers::visit,
};

const NEWER: &str = "See the newer badge";

/// One person with an older and a newer badge of one achievement, both accepted and private; signed in.
async fn renewed() -> (Site, [BadgeId; 2]) {
    let site = Site::of_one_person(2).await;
    let mut browser = Browser::new(&site);
    for token in site.world.outbox.tokens().remove("ichiro@example.jp").unwrap() {
        let answer = browser.post(&format!("/claim/{}", token.text()), &choice("private")).await;
        assert_eq!(answer.status, 200);
    }
    let badges = site.badges("ichiro@example.jp").await.try_into().unwrap();
    (site, badges)
}

async fn show(browser: &mut Browser<'_>, badge: &BadgeId, visibility: &str) {
    let answer = browser.post(&format!("/wallet/badges/{badge}/visibility"), &choice(visibility)).await;
    assert_eq!(answer.status, 303);
}

#[tokio::test]
async fn the_page_of_the_older_badge_leads_to_the_newer_where_both_are_shown_alike() {
    let (site, [older, newer]) = renewed().await;
    let mut browser = Browser::signed_in(&site, "ichiro@example.jp").await;
    let (old_page, new_page) = (format!("/badges/{older}"), format!("/badges/{newer}"));
    for (of_older, of_newer, leads) in [
        ("public", "private", false),
        ("public", "public", true),
        // A pointer would tell the name of whoever left it out, or that both have one holder.
        ("public", "public-without-name", false),
        ("public-without-name", "public-without-name", true),
        ("public-without-name", "public", false),
        ("public-without-name", "private", false),
        ("public", "public", true),
    ] {
        show(&mut browser, &older, of_older).await;
        show(&mut browser, &newer, of_newer).await;
        let page = visit(&site, &old_page).await.page(200, "This badge is valid");
        assert_eq!(page.shows(NEWER), leads, "{of_older}, {of_newer}");
        assert_eq!(page.shows(&newer.to_string()), leads, "{of_older}, {of_newer}");
        if of_newer != "private" {
            assert!(!visit(&site, &new_page).await.shows(NEWER), "the newest leads nowhere");
        }
        site.is_sound().await;
    }
}

#[tokio::test]
async fn the_order_of_publishing_does_not_matter() {
    let (site, [older, newer]) = renewed().await;
    let mut browser = Browser::signed_in(&site, "ichiro@example.jp").await;
    show(&mut browser, &newer, "public").await;
    show(&mut browser, &older, "public").await;
    assert!(visit(&site, &format!("/badges/{older}")).await.shows(&newer.to_string()));
    show(&mut browser, &newer, "private").await;
    assert!(!visit(&site, &format!("/badges/{older}")).await.shows(&newer.to_string()));
    site.is_sound().await;
}

#[tokio::test]
async fn the_holder_sees_which_badge_was_renewed() {
    let (site, [older, newer]) = renewed().await;
    let mut browser = Browser::signed_in(&site, "ichiro@example.jp").await;
    let (old_page, new_page) = (format!("/wallet/badges/{older}"), format!("/wallet/badges/{newer}"));
    browser.get(&old_page).await.page(200, NEWER).page(200, &new_page);
    assert!(!browser.get(&new_page).await.shows(NEWER));
    let wallet = browser.get("/wallet").await.page(200, "Renewed since").text();
    let place = |badge: &BadgeId| wallet.find(&badge.to_string()).unwrap();
    assert!(place(&newer) < place(&older), "the newest stands first");

    // A deleted badge renews nothing: what is left is the holder's newest.
    browser.delete(&newer).await;
    assert!(!browser.get(&old_page).await.page(200, "Delete").shows(NEWER));
    assert!(!browser.get("/wallet").await.page(200, "Deleted").shows("Renewed since"));
    site.is_sound().await;
}

#[tokio::test]
async fn an_expired_badge_says_so_and_is_not_called_forged() {
    let site = Site::valid_for(OCTOBER, Some(36)).await;
    let mut browser = Browser::new(&site);
    assert_eq!(browser.accept("ichiro@example.jp", "public").await.status, 200);
    let badge = site.badge("ichiro@example.jp").await;
    let page = format!("/badges/{badge}");
    visit(&site, &page).await.page(200, "This badge is valid");
    site.world.clock.jump(4 * 366 * DAY);
    assert!(!visit(&site, &page).await.page(200, "This badge has expired").shows("not authentic"));
    browser.sign_in("ichiro@example.jp").await;
    browser.get("/wallet").await.page(200, "Expired");
    browser.get(&format!("/wallet/badges/{badge}")).await.page(200, "Expired");
}
