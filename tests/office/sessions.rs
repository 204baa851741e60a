//! Sessions: how long, and how they end.

use lambda_http::http::Method;
use shomei_core::{
    office::{
        Role,
        session::{self, SESSION_VALIDITY},
    },
    token::Token,
};

use crate::site::{HOUR, ORIGIN, SESSION, Site, cookie};

#[tokio::test]
async fn a_session_is_of_one_person_for_a_working_day() {
    let site = Site::new().await;
    assert_eq!(SESSION_VALIDITY.as_secs(), 10 * HOUR);
    for role in Role::ALL {
        let token = site.session(role).await;
        let session = session::signed_in(site.ports(), &token).await.unwrap().unwrap();
        assert_eq!((session.subject.as_str(), session.role), ("staff-1", role));
        assert_eq!((session.member().subject.as_str(), session.member().role), ("staff-1", role));
    }
    let token = site.session(Role::Clerk).await;
    site.world.clock.jump(10 * HOUR - 1);
    assert!(session::signed_in(site.ports(), &token).await.unwrap().is_some());
    site.world.clock.jump(1);
    assert!(session::signed_in(site.ports(), &token).await.unwrap().is_none(), "looking does not prolong it");
    let unknown = Token::mint(&site.world.entropy);
    assert!(session::signed_in(site.ports(), &unknown).await.unwrap().is_none());
}

#[tokio::test]
async fn only_the_hash_of_a_session_is_stored() {
    let site = Site::new().await;
    let token = site.session(Role::Clerk).await;
    let link = site.link("hanako", Role::Viewer).await;
    let stored = format!("{:?}", site.contents().await);
    assert!(!stored.contains(token.text()) && !stored.contains(link.rsplit('/').next().unwrap()));
    assert!(stored.contains(&token.hash().to_string()), "the search finds something");
}

#[tokio::test]
async fn signing_out_ends_one_session_for_good() {
    let site = Site::new().await;
    let (token, other) = (site.session(Role::Viewer).await, site.session(Role::Viewer).await);
    let sent = cookie(&token);
    let form = [("origin", ORIGIN), ("cookie", sent.as_str())];
    let answer = site.send(&Method::POST, "/office/sign-out", &form).await;
    assert_eq!((answer.status, answer.header("location")), (303, Some("/office/sign-in")));
    let attributes = ["HttpOnly", "Max-Age=0", "Path=/", "SameSite=Lax", "Secure"].map(str::to_owned);
    assert_eq!(answer.cookies(), [(SESSION.to_owned(), String::new(), attributes.to_vec())]);
    assert!(session::signed_in(site.ports(), &token).await.unwrap().is_none());
    assert!(session::signed_in(site.ports(), &other).await.unwrap().is_some());
    session::sign_out(site.ports(), &token.hash()).await.unwrap();
    assert_eq!(site.send(&Method::POST, "/office/sign-out", &form).await.status, 401);
}
