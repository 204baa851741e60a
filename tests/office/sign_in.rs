//! Signing in at a service, without the service: what the browser must bring back, and what becomes of it. With a real service
//! `tests/sign-in/run` does the same.

use lambda_http::http::Method;
use shomei_core::{
    office::{Role, session},
    ports::{Cause, SignInError},
    token::Token,
};

use crate::site::{Answer, DOOR, SESSION, Site, cookie};

/// A browser that has set out for the service: what it keeps, and the state that must come back.
struct Begun {
    door: String,
    state: String,
}

impl Begun {
    async fn at(site: &Site) -> Self {
        let answer = site.send(&Method::GET, "/office/sign-in/start", &[]).await;
        assert_eq!(answer.status, 303);
        let [(name, door, attributes)] = answer.cookies().try_into().unwrap();
        assert_eq!(name, DOOR);
        assert_eq!(attributes, ["HttpOnly", "Max-Age=900", "Path=/", "SameSite=Lax", "Secure"]);
        let location = answer.header("location").unwrap();
        assert!(!location.contains(&door), "the cookie's value goes nowhere");
        Self { door, state: location.rsplit('=').next().unwrap().to_owned() }
    }

    fn cookie(&self) -> String {
        format!("{DOOR}={}", self.door)
    }

    async fn back(&self, site: &Site, more: &str) -> Answer {
        let path = format!("/office/sign-in/finish?code=the-code&state={}{more}", self.state);
        site.send(&Method::GET, &path, &[("cookie", &self.cookie()), ("accept-language", "en")]).await
    }
}

const REFUSED: &str = "The sign-in could not be confirmed";

#[tokio::test]
async fn whoever_comes_back_to_where_they_began_is_signed_in() {
    let site = Site::new().await;
    for role in Role::ALL {
        let (begun, before) = (Begun::at(&site).await, site.contents().await);
        assert_eq!(site.contents().await, before, "nothing is stored of a sign-in that is not finished");
        site.service.names("staff-7", &["everyone", role.name()]);
        let answer = begun.back(&site, "").await;
        assert_eq!((answer.status, answer.header("location")), (303, Some("/office")));
        assert_eq!(answer.cookie(DOOR).as_deref(), Some(""));
        let (_, token, attributes) = answer.cookies().into_iter().find(|(name, ..)| name == SESSION).unwrap();
        assert_eq!(attributes, ["HttpOnly", "Max-Age=36000", "Path=/", "SameSite=Lax", "Secure"]);
        let session =
            session::signed_in(site.ports(), &Token::parse(&token).unwrap()).await.unwrap().unwrap();
        assert_eq!((session.subject.as_str(), session.role), ("staff-7", role));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}

#[tokio::test]
async fn the_way_back_leads_only_from_the_browser_that_set_out() {
    let site = Site::new().await;
    let (mine, others) = (Begun::at(&site).await, Begun::at(&site).await);
    site.service.names("staff-7", &["clerk"]);
    let before = site.contents().await;
    let finish = |query: String, cookie: String| {
        let site = &site;
        async move {
            let path = format!("/office/sign-in/finish{query}");
            site.send(&Method::GET, &path, &[("cookie", &cookie), ("accept-language", "en")]).await
        }
    };
    let (state, foreign) = (&mine.state, &others.state);
    for (what, query, cookie) in [
        ("no cookie", format!("?code=c&state={state}"), String::new()),
        ("another browser's cookie", format!("?code=c&state={state}"), others.cookie()),
        ("another browser's state", format!("?code=c&state={foreign}"), mine.cookie()),
        ("no state", "?code=c".to_owned(), mine.cookie()),
        ("an empty state", "?code=c&state=".to_owned(), mine.cookie()),
        ("the cookie as the state", format!("?code=c&state={}", mine.door), mine.cookie()),
        ("two states", format!("?code=c&state={state}&state={foreign}"), mine.cookie()),
        ("two codes", format!("?code=c&code=d&state={state}"), mine.cookie()),
        ("nothing", String::new(), mine.cookie()),
        ("a cookie that is no token", format!("?code=c&state={state}"), format!("{DOOR}=x")),
        ("a session for a cookie", format!("?code=c&state={state}"), format!("{SESSION}={}", mine.door)),
    ] {
        let answer = finish(query, cookie).await;
        assert_eq!(answer.status, 401, "{what}");
        assert!(answer.body.contains(REFUSED), "{what}");
        assert_eq!(answer.cookies(), [], "{what}: whoever sends others here stops no sign-in of theirs");
        assert_eq!(site.contents().await, before, "{what}");
    }
    assert!(site.service.codes().is_empty(), "no code is shown to the service for a stranger");
    let head = format!("/office/sign-in/finish?code=the-code&state={state}");
    assert_eq!(site.send(&Method::HEAD, &head, &[("cookie", &mine.cookie())]).await.status, 401);
    assert!(site.service.codes().is_empty(), "nobody is signed in by a HEAD");
    assert_eq!(mine.back(&site, "").await.status, 303);
}

#[tokio::test]
async fn a_sign_in_that_fails_says_why_and_is_over() {
    let site = Site::new().await;
    let cause = || Cause::new("planned");
    let nobody: &[&str] = &["everyone", "clerk-of-others", "Clerk", ""];
    for (what, answer, status, words) in [
        ("refused", Some(SignInError::Refused(cause())), 401, REFUSED),
        ("unavailable", Some(SignInError::Unavailable(cause())), 502, "does not answer"),
        ("without a role", None, 403, "has no role in the office"),
    ] {
        let begun = Begun::at(&site).await;
        match answer {
            Some(error) => site.service.fails(error),
            None => site.service.names("staff-7", nobody),
        }
        let before = site.contents().await;
        let answer = begun.back(&site, "").await;
        assert_eq!(answer.status, status, "{what}");
        assert!(answer.body.contains(words), "{what}: {}", answer.body);
        assert!(answer.body.contains("href=\"/office/sign-in/start\""), "{what}: one can try again");
        assert!(!answer.body.contains("the-code") && !answer.body.contains(&begun.state), "{what}");
        assert_eq!(answer.cookie(DOOR).as_deref(), Some(""), "{what}");
        assert!(answer.cookie(SESSION).unwrap_or_default().is_empty(), "{what}");
        assert_eq!(site.contents().await, before, "{what}");
    }
}

#[tokio::test]
async fn what_the_service_says_instead_of_a_code_is_told() {
    let site = Site::new().await;
    for (error, status) in
        [("access_denied", 401), ("temporarily_unavailable", 502), ("server_error", 502), ("%3Cb%3E", 401)]
    {
        let begun = Begun::at(&site).await;
        let path =
            format!("/office/sign-in/finish?error={error}&error_description=staff-7&state={}", begun.state);
        let answer = site.send(&Method::GET, &path, &[("cookie", &begun.cookie())]).await;
        assert_eq!(answer.status, status, "{error}");
        assert_eq!(answer.cookie(DOOR).as_deref(), Some(""), "{error}");
        assert!(!answer.body.contains("staff-7") && !answer.body.contains("<b>"), "{error}");
    }
    assert!(site.service.codes().is_empty());
}

#[tokio::test]
async fn whoever_loses_a_role_loses_it_with_the_next_sign_in() {
    let site = Site::new().await;
    for (roles, status) in [(&["viewer"][..], 303), (&[], 403)] {
        let before = site.session(Role::Approver).await;
        let begun = Begun::at(&site).await;
        site.service.names("staff-1", roles);
        let path = format!("/office/sign-in/finish?code=the-code&state={}", begun.state);
        let both = format!("{}; {}", cookie(&before), begun.cookie());
        let answer = site.send(&Method::GET, &path, &[("cookie", &both)]).await;
        assert_eq!(answer.status, status);
        assert!(session::signed_in(site.ports(), &before).await.unwrap().is_none(), "{roles:?}");
        assert_ne!(answer.cookie(SESSION).as_deref(), Some(before.text()), "nobody's token is used again");
        assert_eq!(answer.cookie(SESSION) == Some(String::new()), roles.is_empty());
    }
}

#[tokio::test]
async fn without_a_service_nobody_sets_out() {
    let site = Site::new().await;
    let intake = site.intake.with_sign_in(None);
    for (path, status) in [
        ("/office/sign-in", 200),
        ("/office/sign-in/start", 303),
        ("/office/sign-in/finish?code=c&state=s", 303),
    ] {
        let request = lambda_http::http::Request::builder().uri(path).body(lambda_http::Body::Empty).unwrap();
        let answer = intake.handle(request).await;
        assert_eq!(answer.status(), status, "{path}");
        assert!(!answer.headers().contains_key("set-cookie"), "{path}");
        if status == 303 {
            assert_eq!(answer.headers()["location"], "/office/sign-in", "{path}");
        }
    }
}
