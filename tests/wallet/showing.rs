//! Showing a badge to strangers, with the name or without, and hiding it again.

use shomei_core::{
    badge::{BadgeId, Visibility},
    ports::Clock,
};
use shomei_pages::claim::CONSENT_VERSION;
use shomei_tests::audit::Census;

use crate::{
    browser::{Browser, choice},
    site::{HOUR, Site},
    strangers::{forms, statuses, visit},
};

const NAME: &str = "見本 一郎";

/// October; the first recipient has a private badge and is signed in.
async fn site() -> (Site, BadgeId) {
    let site = Site::october().await;
    assert_eq!(Browser::new(&site).accept("ichiro@example.jp", "private").await.status, 200);
    let badge = site.badge("ichiro@example.jp").await;
    (site, badge)
}

async fn show(browser: &mut Browser<'_>, badge: &BadgeId, visibility: &str) {
    let answer = browser.post(&format!("/wallet/badges/{badge}/visibility"), &choice(visibility)).await;
    let done = if visibility == "private" { "hidden" } else { "published" };
    assert_eq!(answer.location(), format!("/wallet/badges/{badge}?done={done}"));
}

#[tokio::test]
async fn the_preview_is_what_strangers_will_see() {
    let (site, badge) = site().await;
    let mut browser = Browser::signed_in(&site, "ichiro@example.jp").await;
    for (visibility, named) in [("public", true), ("public-without-name", false)] {
        let path = format!("/wallet/badges/{badge}/preview?visibility={visibility}");
        let preview = browser.get(&path).await.page(200, "This badge is valid");
        assert_eq!(preview.shows(NAME), named);
        assert!(preview.shows(&format!("name=\"visibility\" value=\"{visibility}\"")), "{}", preview.text());
        assert_eq!(
            visit(&site, &format!("/badges/{badge}")).await.status,
            404,
            "a preview publishes nothing"
        );
        show(&mut browser, &badge, visibility).await;
        let page = visit(&site, &format!("/badges/{badge}")).await.page(200, "This badge is valid");
        assert_eq!(page.shows(NAME), named);
        let facts = |page: String| {
            let begin = page.find("<article").unwrap();
            page.get(begin..begin + page.get(begin..).unwrap().find("</article>").unwrap())
                .unwrap()
                .to_owned()
        };
        assert_eq!(facts(preview.text()), facts(page.text()), "{visibility}");
        show(&mut browser, &badge, "private").await;
    }
    for nothing in ["private", "everyone", ""] {
        let path = format!("/wallet/badges/{badge}/preview?visibility={nothing}");
        assert!([400, 404].contains(&browser.get(&path).await.status), "{nothing}");
    }
}

#[tokio::test]
async fn hiding_works_at_once_on_every_form() {
    let (site, badge) = site().await;
    let mut browser = Browser::signed_in(&site, "ichiro@example.jp").await;
    let unknown = visit(&site, "/badges/6e0b5d8f-5cf0-4c2c-9d51-27a7a0d6d7f1").await;
    for visibility in ["public", "public-without-name"] {
        show(&mut browser, &badge, visibility).await;
        let forms = forms(&site, &badge).await;
        assert_eq!(statuses(&site, &forms).await, [200; 5], "{visibility}");
        browser.get(&format!("/wallet/badges/{badge}/share")).await.page(200, "Share your badge");
        show(&mut browser, &badge, "private").await;
        assert_eq!(statuses(&site, &forms).await, [404; 5], "{visibility}");
        let [page, ..] = &forms;
        assert_eq!(visit(&site, page).await, unknown, "a hidden badge looks like an unknown one");
        let shared = browser.get(&format!("/wallet/badges/{badge}/share")).await;
        assert_eq!(shared.location(), format!("/wallet/badges/{badge}"), "there is nothing to share");
    }
    site.is_sound().await;
}

#[tokio::test]
async fn the_name_can_be_left_out_later_and_is_gone_from_every_form() {
    let (site, badge) = site().await;
    let mut browser = Browser::signed_in(&site, "ichiro@example.jp").await;
    show(&mut browser, &badge, "public").await;
    let named = forms(&site, &badge).await;
    show(&mut browser, &badge, "public-without-name").await;
    let unnamed = forms(&site, &badge).await;
    let ([.., named_preview], [.., unnamed_preview]) = (&named, &unnamed);
    assert_ne!(named_preview, unnamed_preview, "the picture has a new address");
    let (old, new) = (visit(&site, named_preview).await, visit(&site, unnamed_preview).await);
    assert_eq!(old.body, new.body, "the old address shows no more than the new one");
    for form in &unnamed {
        assert!(!visit(&site, form).await.shows(NAME), "{form}");
    }
}

#[tokio::test]
async fn what_the_holder_agreed_to_is_kept_with_its_time() {
    let (site, badge) = site().await;
    let mut browser = Browser::signed_in(&site, "ichiro@example.jp").await;
    site.world.clock.jump(HOUR / 4);
    show(&mut browser, &badge, "public").await;
    let agreed = site.claimed(&badge).await.state;
    assert_eq!(agreed.visibility, Visibility::Public);
    let given = (agreed.consent.version.0.as_str(), agreed.consent.at);
    assert_eq!(given, (CONSENT_VERSION, site.world.clock.now()));
    // A wording that is not today's cannot have been on the page.
    let stale = browser
        .post(
            &format!("/wallet/badges/{badge}/visibility"),
            "visibility=public-without-name&consent=publication-1",
        )
        .await;
    assert_eq!(stale.status, 400);
    site.world.clock.jump(HOUR / 4);
    show(&mut browser, &badge, "private").await;
    let hidden = site.claimed(&badge).await.state;
    assert_eq!(hidden.consent, agreed.consent, "hiding needs no consent: the last one stays on record");
    assert!(Census::take(&site.world.store).await.public.is_empty());
}
