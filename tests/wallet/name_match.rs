//! Comparing a name with the holder's: only where the holder allows it, only so often, and without anybody learning the name.

use std::net::IpAddr;

use shomei_core::{
    badge::{BadgeId, PublicBadge},
    claim::Client,
    name_match::{
        Compared, NAMES_BY_A_CLIENT, NAMES_FOR_A_BADGE, NAMES_FOR_A_BADGE_BY_A_CLIENT, Ports, compare,
    },
    store,
};
use shomei_tests::{audit::Census, faults::Faulty, world::TestNameMatchKey};

use crate::{
    browser::{Answer, Browser, choice, request},
    site::{HOUR, Site},
    strangers::visit,
};

/// With an old form of a character, a reading, and a Latin form.
const LIST: &str = "資格コード,区分,日付,氏名,フリガナ,ローマ字,メールアドレス,会員番号\n\
    pm-foundation,合格,2026/10/1,澤田 一郎,サワダ イチロウ,SAWADA Ichiro,ichiro@example.jp,A-1\n\
    pm-foundation,合格,2026/10/5,見本 二葉,,,futaba@example.jp,A-2\n";
const ICHIRO: &str = "ichiro@example.jp";

/// The first recipient's badge is public without the name.
async fn site() -> (Site, BadgeId) {
    let site = Site::of(LIST).await;
    Browser::new(&site).accept(ICHIRO, "public-without-name").await.page(200, "");
    let badge = site.badge(ICHIRO).await;
    (site, badge)
}

async fn choose(browser: &mut Browser<'_>, badge: &BadgeId, allowed: &str) {
    let answer =
        browser.post(&format!("/wallet/badges/{badge}/name-match"), &format!("allowed={allowed}")).await;
    let done = if allowed == "yes" { "name-match-allowed" } else { "name-match-stopped" };
    assert_eq!(answer.location(), format!("/wallet/badges/{badge}?done={done}"));
}

/// As a verifier asks, from this place in a network.
async fn ask(site: &Site, badge: &BadgeId, name: &str, accept: &str, from: u8) -> Answer {
    let headers = [
        ("accept", accept),
        ("accept-language", "en"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let form = serde_urlencoded::to_string([("name", name)]).unwrap();
    let network = IpAddr::from([198, 51, 100, from]);
    let path = format!("/badges/{badge}/name-match");
    Answer::of(site.verify.handle(request("POST", &path, &headers, &form, network)).await)
}

async fn matches(site: &Site, badge: &BadgeId, name: &str) -> bool {
    // A client for each name: this is not about how often.
    let from = name.bytes().fold(0_u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte));
    let answer = ask(site, badge, name, "application/json", from).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")), "{}", answer.text());
    let json: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    let fields: Vec<_> = json.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["checkedAt", "matches"]);
    json.get("matches").unwrap().as_bool().unwrap()
}

#[tokio::test]
async fn every_registered_form_matches_in_every_spelling_of_it_and_nothing_else_does() {
    let (site, badge) = site().await;
    let mut browser = Browser::signed_in(&site, ICHIRO).await;
    choose(&mut browser, &badge, "yes").await;
    for name in [
        "澤田 一郎",
        "沢田一郎",
        "澤田\u{3000}一郎",
        "さわだ いちろう",
        "ｻﾜﾀﾞ ｲﾁﾛｳ",
        "Ichiro Sawada",
        "sawada, ichirō",
    ] {
        assert!(matches(&site, &badge, name).await, "{name}");
    }
    for name in ["澤田", "沢田 二郎", "見本 二葉", "いちろう", "Sawada", "Jiro Sawada", "1"] {
        assert!(!matches(&site, &badge, name).await, "{name}");
    }
    site.is_sound().await;
}

#[tokio::test]
async fn the_page_says_what_was_compared_and_never_the_name_itself() {
    let (site, badge) = site().await;
    let page = format!("/badges/{badge}");
    let form = format!("action=\"https://badges.example.jp{page}/name-match\"");
    assert!(!visit(&site, &page).await.shows("name-match"), "not unless the holder allows it");
    let mut browser = Browser::signed_in(&site, ICHIRO).await;
    choose(&mut browser, &badge, "yes").await;
    let public = visit(&site, &page).await;
    assert!(public.shows("name-match") && !public.shows("澤田"), "{form}: {}", public.text());
    let yes = ask(&site, &badge, "沢田 一郎", "text/html", 1).await;
    assert!(yes.status == 200 && yes.shows("沢田 一郎") && !yes.shows("澤田"), "{}", yes.text());
    let no = ask(&site, &badge, "<b>見本</b>", "text/html", 1).await;
    assert!(
        no.status == 200 && no.shows("見本") && !no.shows("<b>見本") && !no.shows("沢田"),
        "{}",
        no.text()
    );
    for unreadable in [" \u{3000}", &"あ".repeat(201)] {
        assert_eq!(ask(&site, &badge, unreadable, "text/html", 1).await.status, 400);
        let problem = ask(&site, &badge, unreadable, "application/json", 1).await;
        assert!(problem.status == 400 && problem.shows("name-unreadable"), "{}", problem.text());
    }
    for answer in [yes, no] {
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}

#[tokio::test]
async fn only_an_allowing_holders_public_badge_answers() {
    let (site, badge) = site().await;
    let offered = async |badge: &BadgeId| ask(&site, badge, "澤田 一郎", "application/json", 2).await;
    let refused = offered(&badge).await;
    assert!(refused.status == 403 && refused.shows("name-match-not-offered"), "{}", refused.text());
    let mut browser = Browser::signed_in(&site, ICHIRO).await;
    choose(&mut browser, &badge, "yes").await;
    assert_eq!(offered(&badge).await.status, 200);

    // Hidden, it is as if it were not there; shown again, what the holder allowed holds.
    let nothing = offered(&BadgeId::of_nothing()).await;
    let unclaimed = offered(&site.badge("futaba@example.jp").await).await;
    let show = format!("/wallet/badges/{badge}/visibility");
    browser.post(&show, &choice("private")).await;
    let hidden = offered(&badge).await;
    assert_eq!((&hidden, hidden.status), (&nothing, 404));
    assert_eq!(unclaimed, nothing);
    browser.post(&show, &choice("public")).await;
    assert_eq!(offered(&badge).await.status, 200);

    choose(&mut browser, &badge, "no").await;
    assert_eq!(offered(&badge).await.status, 403);
    let stored = store::load::<PublicBadge>(site.world.table(), &PublicBadge::key_of(&badge)).await.unwrap();
    assert_eq!(stored.unwrap().record.name_marks, None, "nothing is left of the name");
    site.is_sound().await;
}

/// Somebody turned the key off since: nobody is told that the holder forbids it, and the holder can still end it.
#[tokio::test]
async fn without_a_key_nothing_is_offered_and_what_was_allowed_can_be_ended() {
    let (mut site, badge) = site().await;
    let mut browser = Browser::signed_in(&site, ICHIRO).await;
    choose(&mut browser, &badge, "yes").await;
    let session = browser.session;
    site.turn_name_match_off();
    assert!(!visit(&site, &format!("/badges/{badge}")).await.shows("name-match"));
    assert_eq!(ask(&site, &badge, "澤田 一郎", "application/json", 2).await.status, 403);
    let mut browser = Browser::new(&site);
    browser.session = session;
    let page = format!("/wallet/badges/{badge}");
    assert!(browser.get(&page).await.shows("name-match"));
    choose(&mut browser, &badge, "no").await;
    assert!(!browser.get(&page).await.shows("name-match"));
    assert_eq!(browser.post(&format!("{page}/name-match"), "allowed=yes").await.status, 404);
    assert_eq!(site.claimed(&badge).await.state.name_marks, None);
}

#[tokio::test]
async fn nobody_allows_it_for_another() {
    let (site, badge) = site().await;
    let path = format!("/wallet/badges/{badge}/name-match");
    assert_eq!(Browser::new(&site).post(&path, "allowed=yes").await.status, 401);
    Browser::new(&site).accept("futaba@example.jp", "public").await.page(200, "");
    let mut other = Browser::signed_in(&site, "futaba@example.jp").await;
    for form in ["allowed=yes", "allowed=no"] {
        assert_eq!(other.post(&path, form).await.status, 404);
    }
    let mut browser = Browser::signed_in(&site, ICHIRO).await;
    for form in ["", "allowed=", "allowed=maybe", "allowed=yes&allowed=no", "allowed=yes&name=x"] {
        assert_eq!(browser.post(&path, form).await.status, 400, "{form}");
    }
    assert_eq!(site.claimed(&badge).await.state.name_marks, None);
}

#[tokio::test]
async fn whoever_asks_too_often_waits_even_with_the_right_name() {
    let (site, badge) = site().await;
    let mut browser = Browser::signed_in(&site, ICHIRO).await;
    choose(&mut browser, &badge, "yes").await;
    for number in 1..=NAMES_FOR_A_BADGE_BY_A_CLIENT {
        assert_eq!(ask(&site, &badge, "見本", "application/json", 1).await.status, 200, "number {number}");
    }
    let refused = ask(&site, &badge, "澤田 一郎", "application/json", 1).await;
    assert!(refused.status == 429 && refused.shows("too-many-names"), "{}", refused.text());
    assert_eq!(refused.header("retry-after"), Some("3600"));
    let page = ask(&site, &badge, "澤田 一郎", "text/html", 1).await;
    assert_eq!((page.status, page.header("retry-after")), (429, Some("3600")));
    // Others are not concerned, until the badge itself is asked too often.
    for number in 1..=NAMES_FOR_A_BADGE - NAMES_FOR_A_BADGE_BY_A_CLIENT {
        let from = u8::try_from(number).unwrap() + 1;
        assert_eq!(ask(&site, &badge, "見本", "application/json", from).await.status, 200, "number {number}");
    }
    assert_eq!(ask(&site, &badge, "澤田 一郎", "application/json", 200).await.status, 429);
    site.world.clock.jump(HOUR);
    assert!(matches(&site, &badge, "澤田 一郎").await);
}

#[tokio::test]
async fn a_client_that_asks_about_many_badges_waits_as_well() {
    let badges = usize::try_from(NAMES_BY_A_CLIENT / NAMES_FOR_A_BADGE_BY_A_CLIENT).unwrap() + 1;
    let site = Site::of_one_person(badges).await;
    let client = Client::of("203.0.113.77");
    accept_all(&site).await;
    let mut browser = Browser::signed_in(&site, ICHIRO).await;
    let ports = Faulty::new(&site.world, None);
    let mut compared = Vec::new();
    for badge in site.badges(ICHIRO).await {
        choose(&mut browser, &badge, "yes").await;
        for _ in 0..NAMES_FOR_A_BADGE_BY_A_CLIENT {
            compared
                .push(compare(ports.name_match(), &badge, "見本", &client).await.unwrap().unwrap().compared);
        }
    }
    let (answered, refused) = compared.split_at(NAMES_BY_A_CLIENT as usize);
    assert!(answered.iter().all(|one| *one == Compared::Differs), "{answered:?}");
    assert!(!refused.is_empty() && refused.iter().all(|one| *one == Compared::TooMany), "{refused:?}");
}

#[tokio::test]
async fn what_is_stored_tells_no_name_without_the_key_and_differs_from_badge_to_badge() {
    let site = Site::of_one_person(2).await;
    accept_all(&site).await;
    let mut browser = Browser::signed_in(&site, ICHIRO).await;
    let mut marks = Vec::new();
    for badge in site.badges(ICHIRO).await {
        choose(&mut browser, &badge, "yes").await;
        marks.push(serde_json::to_value(site.claimed(&badge).await.state.name_marks).unwrap());
        let ports = Faulty::new(&site.world, None);
        let other = Ports { key: &TestNameMatchKey([8; 32]), ..ports.name_match() };
        let failure = compare(other, &badge, "見本 一郎", &Client::of("1")).await.unwrap_err();
        assert_eq!(
            failure.kind(),
            "NeedsPerson",
            "another key would say of everyone that it is not the holder"
        );
    }
    let [one, other] = marks.as_slice() else { panic!("two badges") };
    assert_ne!(one, other, "the same name under two badges can be told to be the same");
    for badge in Census::take(&site.world.store).await.badges.values() {
        assert!(
            !format!("{badge:?}").contains(one.get("nothing").unwrap().as_str().unwrap()),
            "a hash is printed"
        );
    }
}

async fn accept_all(site: &Site) {
    for token in site.world.outbox.tokens().get(ICHIRO).unwrap() {
        let link = format!("/claim/{}", token.text());
        assert_eq!(Browser::new(site).post(&link, &choice("public")).await.status, 200);
    }
}
