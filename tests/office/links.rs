//! Printed links: each lets one person in, once, within a quarter of an hour, and only by the button.

use futures::future::join_all;
use lambda_http::http::Method;
use shomei_core::{
    office::{
        Role,
        session::{self, LINK_VALIDITY},
    },
    token::Token,
};

use crate::site::{Answer, MINUTE, ORIGIN, SESSION, Site, cookie};

const IN_ENGLISH: (&str, &str) = ("accept-language", "en");

async fn enter(site: &Site, link: &str) -> Answer {
    site.send(&Method::POST, link, &[("origin", ORIGIN), IN_ENGLISH]).await
}

#[tokio::test]
async fn a_link_lets_one_person_in_once() {
    let site = Site::new().await;
    for role in Role::ALL {
        let link = site.link("hanako", role).await;
        let page = site.send(&Method::GET, &link, &[IN_ENGLISH]).await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains("hanako") && page.body.contains(role.name()), "{}", page.body);
        assert!(page.body.contains("noindex"), "{}", page.body);

        let answer = enter(&site, &link).await;
        assert_eq!((answer.status, answer.header("location")), (303, Some("/office")));
        let [(name, token, attributes)] = answer.cookies().try_into().unwrap();
        assert_eq!(name, SESSION);
        assert_eq!(attributes, ["HttpOnly", "Max-Age=36000", "Path=/", "SameSite=Lax", "Secure"]);
        let session =
            session::signed_in(site.ports(), &Token::parse(&token).unwrap()).await.unwrap().unwrap();
        assert_eq!((session.subject.as_str(), session.role), ("hanako", role));

        let before = site.contents().await;
        for method in [Method::GET, Method::POST] {
            let dead = site.send(&method, &link, &[("origin", ORIGIN), IN_ENGLISH]).await;
            assert_eq!(dead.status, 404);
            assert!(dead.body.contains("This link does not work") && !dead.body.contains("hanako"));
            assert_eq!(dead.header("set-cookie"), None);
        }
        assert_eq!(site.contents().await, before);
    }
}

#[tokio::test]
async fn looking_at_a_link_changes_nothing_and_does_not_use_it_up() {
    let site = Site::new().await;
    let link = site.link("hanako", Role::Approver).await;
    let before = site.contents().await;
    for _ in 0..3 {
        for method in [Method::GET, Method::HEAD] {
            let answer = site.send(&method, &link, &[]).await;
            assert_eq!(answer.status, 200);
            assert_eq!(answer.header("set-cookie"), None);
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            assert_eq!(site.contents().await, before);
        }
    }
    assert_eq!(enter(&site, &link).await.status, 303);
}

#[tokio::test]
async fn a_link_from_elsewhere_is_not_used_up() {
    let site = Site::new().await;
    let link = site.link("hanako", Role::Approver).await;
    let before = site.contents().await;
    for from in [&[][..], &[("origin", "https://evil.example")], &[("sec-fetch-site", "cross-site")]] {
        let answer = site.send(&Method::POST, &link, from).await;
        assert_eq!((answer.status, answer.header("set-cookie")), (403, None));
        assert_eq!(site.contents().await, before);
    }
    assert_eq!(enter(&site, &link).await.status, 303);
}

#[tokio::test]
async fn a_link_dies_after_a_quarter_of_an_hour() {
    let site = Site::new().await;
    assert_eq!(LINK_VALIDITY.as_secs(), 15 * MINUTE);
    let (first, second) = (site.link("hanako", Role::Clerk).await, site.link("taro", Role::Clerk).await);
    site.world.clock.jump(15 * MINUTE - 1);
    assert_eq!(enter(&site, &first).await.status, 303);
    site.world.clock.jump(1);
    let before = site.contents().await;
    assert_eq!(site.send(&Method::GET, &second, &[]).await.status, 404);
    assert_eq!(enter(&site, &second).await.status, 404);
    assert_eq!(site.contents().await, before);
}

#[tokio::test]
async fn of_many_at_once_one_is_let_in() {
    let site = Site::new().await;
    let link = site.link("hanako", Role::Clerk).await;
    let answers = join_all((0..8).map(|_| enter(&site, &link))).await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 404, 404, 404, 404, 404, 404, 404]);
}

#[tokio::test]
async fn what_is_no_link_lets_nobody_in() {
    let site = Site::new().await;
    let session = site.session(Role::Approver).await;
    let unknown = Token::mint(&site.world.entropy);
    let before = site.contents().await;
    for token in ["x", "", "%2e%2e", unknown.text(), session.text()] {
        let link = format!("/office/enter/{token}");
        for method in [Method::GET, Method::POST] {
            let answer = site.send(&method, &link, &[("origin", ORIGIN)]).await;
            assert_eq!((answer.status, answer.header("set-cookie")), (404, None), "{method} {link}");
            assert_eq!(site.contents().await, before);
        }
    }
}

#[tokio::test]
async fn whoever_was_signed_in_with_the_browser_before_is_so_no_more() {
    let site = Site::new().await;
    let before = site.session(Role::Approver).await;
    let sent = cookie(&before);
    let dead = site.link("taro", Role::Viewer).await;
    let headers = [("origin", ORIGIN), ("cookie", sent.as_str())];
    assert_eq!(site.send(&Method::POST, &dead, &headers).await.status, 303);
    assert!(session::signed_in(site.ports(), &before).await.unwrap().is_none());

    let still = site.session(Role::Approver).await;
    let sent = cookie(&still);
    let headers = [("origin", ORIGIN), ("cookie", sent.as_str())];
    assert_eq!(site.send(&Method::POST, &dead, &headers).await.status, 404);
    assert!(session::signed_in(site.ports(), &still).await.unwrap().is_some(), "a dead link ends nothing");
}
