//! The mailed link: three ways into a wallet, and whoever else opens it.

use futures::future::join_all;
use shomei_core::{badge::Visibility, ports::MailKind};
use shomei_tests::audit::Census;

use crate::{
    browser::{Browser, SIGN_IN_MAILED, choice},
    site::{DAY, Site},
};

const NOW: &str = "You have accepted the badge";
const BEFORE: &str = "This badge has already been accepted";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_thousand_acceptances_at_once_exactly_one_counts() {
    let site = Site::october().await;
    let accept = |place: usize| {
        let site = &site;
        async move {
            let visibility = if place.is_multiple_of(2) { "public" } else { "private" };
            Browser::new(site).accept("ichiro@example.jp", visibility).await
        }
    };
    let answers = join_all((0..1_000).map(accept)).await;
    let wrong: Vec<_> = answers.iter().filter(|answer| answer.status != 200).collect();
    assert!(wrong.is_empty(), "{} were not answered kindly, such as by {:?}", wrong.len(), wrong.first());
    let told = |words: &str| answers.iter().filter(|answer| answer.shows(words)).count();
    assert_eq!((told(NOW), told(BEFORE)), (1, 999));
    let census = Census::take(&site.world.store).await;
    assert_eq!((census.wallets.len(), census.holdings.len(), census.owners.len()), (1, 1, 1));
    // What the one who was first chose is what all are told.
    let public = census.public.len();
    assert_eq!(told("This badge is private"), 1_000 * (1 - public));
    site.is_sound().await;
}

#[tokio::test]
async fn the_first_badge_of_an_address_opens_a_wallet_for_it() {
    let site = Site::october().await;
    let mut browser = Browser::new(&site);
    let link = site.claim_link("ichiro@example.jp");
    for _ in 0..3 {
        browser.get(&link).await.page(200, "Accept your badge");
    }
    browser.accept("ichiro@example.jp", "private").await.page(200, NOW);
    assert_eq!(browser.session, None, "a claim link opens no wallet");
    let badge = site.badge("ichiro@example.jp").await;
    assert_eq!(site.holder(&badge).await, ["ichiro@example.jp"]);
    site.is_sound().await;
}

#[tokio::test]
async fn further_badges_of_an_address_come_into_its_wallet() {
    let site = Site::of_one_person(2).await;
    let links: Vec<_> = site.world.outbox.tokens().remove("ichiro@example.jp").unwrap();
    let mut browser = Browser::new(&site);
    for (place, token) in links.iter().enumerate() {
        let link = format!("/claim/{}", token.text());
        let offer = browser.get(&link).await.page(200, "Accept your badge");
        // Whoever is signed in is told which wallet it is; nobody else sees an address.
        assert_eq!(offer.shows("ichiro@example.jp"), place == 1, "{}", offer.text());
        browser.post(&link, &choice("private")).await.page(200, NOW);
        browser.sign_in("ichiro@example.jp").await;
    }
    for badge in site.badges("ichiro@example.jp").await {
        assert_eq!(site.holder(&badge).await, ["ichiro@example.jp"]);
    }
    assert_eq!(Census::take(&site.world.store).await.wallets.len(), 1);
    site.is_sound().await;
}

#[tokio::test]
async fn a_badge_joins_another_wallet_once_both_addresses_are_proven() {
    let site = Site::october().await;
    let mut browser = Browser::new(&site);
    browser.accept("ichiro@example.jp", "public").await.page(200, NOW);
    browser.sign_in("ichiro@example.jp").await;
    let link = site.claim_link("futaba@example.jp");
    let badge = site.badge("futaba@example.jp").await;
    let offer = browser.get(&link).await.page(200, "Put this badge into my wallet");
    assert!(!offer.shows("futaba@example.jp"), "the address of the badge is not shown");
    assert_eq!(browser.post(&format!("{link}/join"), "").await.location(), "/wallet?done=proof-sent");
    assert_eq!(site.holder(&badge).await, [""; 0], "the second address is not proven yet");
    let mails = site.deliver().await;
    assert_eq!(mails.len(), 1);
    let proof = site.link(MailKind::AddressProof, "futaba@example.jp");
    browser.get(&proof).await.page(200, "Badge accepted").page(200, "futaba@example.jp");
    assert_eq!(site.holder(&badge).await, [""; 0], "looking changes nothing");
    assert_eq!(browser.post(&proof, "").await.location(), "/wallet?done=address-added");
    assert_eq!(site.holder(&badge).await, ["ichiro@example.jp", "futaba@example.jp"]);
    assert_eq!(site.claimed(&badge).await.state.visibility, Visibility::Private);
    assert_eq!(Census::take(&site.world.store).await.wallets.len(), 1);
    browser.post(&proof, "").await.page(410, "This link does not work");
    site.is_sound().await;
}

#[tokio::test]
async fn a_forwarded_link_gives_nothing_to_whoever_opens_it() {
    let site = Site::october().await;
    let mut stranger = Browser::new(&site);
    stranger.accept("shiki@example.jp", "private").await.page(200, NOW);
    stranger.sign_in("shiki@example.jp").await;
    let link = site.claim_link("ichiro@example.jp");
    let badge = site.badge("ichiro@example.jp").await;

    // Whoever asks for it to come into their own wallet gets nothing: the mail goes to the recipient.
    stranger.post(&format!("{link}/join"), "").await.location();
    let mails = site.deliver().await;
    assert_eq!(mails.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["ichiro@example.jp"]);
    assert_eq!(site.holder(&badge).await, [""; 0]);
    // The recipient, who is not signed in to the stranger's wallet, cannot give it away by opening that mail.
    let proof = site.link(MailKind::AddressProof, "ichiro@example.jp");
    let mut recipient = Browser::new(&site);
    let page = recipient.get(&proof).await.page(200, "not signed in to the wallet");
    assert!(!page.shows("shiki@example.jp") && !page.shows("<form"), "{}", page.text());
    assert_eq!(recipient.post(&proof, "").await.status, 401);

    // Whoever accepts it by the forwarded link accepts it for the recipient.
    let page = stranger.post(&link, &choice("private")).await.page(200, NOW);
    assert!(!page.shows("Open in my wallet"));
    assert_eq!(site.holder(&badge).await, ["ichiro@example.jp"]);
    let own = format!("/wallet/badges/{badge}");
    for path in [own.clone(), format!("{own}/preview?visibility=public"), format!("{own}/share")] {
        assert_eq!(stranger.get(&path).await.status, 404, "{path}");
    }
    assert_eq!(stranger.post(&format!("{own}/visibility"), &choice("public")).await.status, 404);
    stranger.post(&format!("{own}/delete"), "confirm=delete").await.leads_to(&own);
    // And a sign-in that is asked for with it is mailed to the recipient as well.
    stranger.post(&format!("{link}/sign-in"), "").await.leads_to(SIGN_IN_MAILED);
    let mails = site.deliver().await;
    assert_eq!(mails.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["ichiro@example.jp"]);

    // The stranger's proof link is worth nothing to the recipient's own wallet either.
    recipient.sign_in("ichiro@example.jp").await;
    assert_eq!(recipient.post(&proof, "").await.status, 409);
    assert_eq!(site.holder(&badge).await, ["ichiro@example.jp"]);
    site.is_sound().await;
}

#[tokio::test]
async fn a_badge_that_is_accepted_says_so_with_the_day_and_no_address() {
    let site = Site::october().await;
    let mut browser = Browser::new(&site);
    browser.accept("ichiro@example.jp", "private").await.page(200, NOW);
    site.world.clock.jump(3 * DAY);
    let link = site.claim_link("ichiro@example.jp");
    for answer in [browser.get(&link).await, browser.accept("ichiro@example.jp", "public").await] {
        let page =
            answer.page(200, BEFORE).page(200, "2 November 2026").page(200, "Mail me a link to my wallet");
        for personal in ["ichiro@", "見本 一郎", "/badges/"] {
            assert!(!page.shows(personal), "{personal}");
        }
    }
    let badge = site.badge("ichiro@example.jp").await;
    assert_eq!(site.claimed(&badge).await.state.visibility, Visibility::Private, "the first choice stands");
    // It offers to sign in, and shows the way to those who are.
    browser.post(&format!("{link}/sign-in"), "").await.leads_to(SIGN_IN_MAILED);
    site.deliver().await;
    let sign_in = site.link(MailKind::SignIn, "ichiro@example.jp");
    browser.post(&sign_in, "").await.location();
    browser.get(&link).await.page(200, &format!("/wallet/badges/{badge}"));
}

#[tokio::test]
async fn an_expired_link_is_followed_by_a_fresh_one() {
    let site = Site::october().await;
    let mut browser = Browser::new(&site);
    let old = site.claim_link("ichiro@example.jp");
    site.world.clock.jump(180 * DAY);
    let page = browser.get(&old).await.page(410, "This link has expired");
    assert!(!page.shows("ichiro@"));
    browser.accept("ichiro@example.jp", "private").await.page(410, "This link has expired");
    browser.post(&format!("{old}/mail"), "").await.leads_to("/wallet/link-mailed");
    let told = browser.get("/wallet/link-mailed").await.page(200, "A new link is on its way");
    assert!(!told.shows("ichiro@"));
    assert_eq!(site.deliver().await.len(), 1);
    let fresh = site.link(MailKind::ClaimLink, "ichiro@example.jp");
    assert_ne!(fresh, old);
    browser.post(&fresh, &choice("private")).await.page(200, NOW);
    // The old one answers kindly again: it belongs to a badge that is accepted.
    browser.get(&old).await.page(200, BEFORE);
    site.is_sound().await;
}

#[tokio::test]
async fn only_a_choice_that_was_shown_is_taken() {
    let site = Site::october().await;
    let before = site.contents().await;
    let mut browser = Browser::new(&site);
    let link = site.claim_link("ichiro@example.jp");
    for form in [
        "",
        "visibility=public",
        "visibility=everyone&consent=publication-2",
        "visibility=public&consent=other",
    ] {
        assert_eq!(browser.post(&link, form).await.status, 400, "{form}");
    }
    assert_eq!(site.contents().await, before);
}
