//! Every route of the office, one after the other. A route that is added to the table is walked by itself.

use lambda_http::http::Method;
use shomei_core::{
    office::{Role, session},
    token::Token,
};
use shomei_http::{Audience, Route};
use shomei_intake::{Operation, ROUTES};

use crate::site::{Answer, DOOR, HOUR, ORIGIN, SESSION, Site, cookie};

/// Every route that needs a session, with the least role that may come by it.
fn desk() -> impl Iterator<Item = (&'static Route<Operation>, Role)> {
    ROUTES.iter().filter_map(|route| match route.operation {
        Operation::Desk(operation) => Some((route, operation.role())),
        _ => None,
    })
}

/// The path of a route, with something in the place of its parameter: nobody gets so far as to read it.
fn path(route: &Route<Operation>) -> String {
    let parts = route.path.split('/').map(|part| if part.starts_with('{') { "x" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// What a route is asked by: a `GET` is also asked by `HEAD`.
fn methods(route: &Route<Operation>) -> Vec<Method> {
    if route.method == Method::GET { vec![Method::GET, Method::HEAD] } else { vec![route.method.clone()] }
}

async fn from_our_page(site: &Site, method: &Method, path: &str, cookie: &str) -> Answer {
    let headers = [("accept", "application/json"), ("origin", ORIGIN), ("cookie", cookie)];
    site.send(method, path, &headers).await
}

#[test]
fn whatever_is_of_the_office_is_for_the_office_but_its_door() {
    let before_the_desk = ["/office/sign-in", "/office/sign-in/start", "/office/sign-in/finish"];
    let mut walked = 0;
    for route in ROUTES {
        let expected = match route.path {
            path if before_the_desk.contains(&path) => Audience::Public,
            "/office/enter/{token}" => Audience::Bearer,
            path if path == "/office" || path.starts_with("/office/") => Audience::Office,
            _ => Audience::Staff,
        };
        assert_eq!(route.audience, expected, "{}", route.key());
        let at_the_desk = matches!(route.operation, Operation::Desk(_));
        assert_eq!(at_the_desk, expected == Audience::Office, "{}", route.key());
        walked += usize::from(at_the_desk);
    }
    assert!(walked >= 2, "the walks below would prove nothing");
}

#[tokio::test]
async fn nobody_comes_in_without_a_good_session() {
    let site = Site::new().await;
    let signed_out = site.session(Role::Approver).await;
    session::sign_out(site.ports(), &signed_out.hash()).await.unwrap();
    let expired = site.session(Role::Approver).await;
    site.world.clock.jump(10 * HOUR);
    let good = site.session(Role::Approver).await;
    let link = site.link("hanako", Role::Approver).await;
    let of_link = link.rsplit('/').next().unwrap();
    let unknown = Token::mint(&site.world.entropy);
    let text = good.text();
    let before = site.contents().await;
    for (what, cookie) in [
        ("no cookie", String::new()),
        ("an unknown one", format!("{SESSION}={}", unknown.text())),
        ("an empty one", format!("{SESSION}=")),
        ("no token at all", format!("{SESSION}=../../x")),
        ("a part of a good one", format!("{SESSION}={}", text.get(..42).unwrap())),
        ("the hash of a good one", format!("{SESSION}={}", good.hash())),
        ("a good one under other names", format!("office={text}; __Secure-office={text}; {DOOR}={text}")),
        ("a wallet's", format!("__Host-wallet={text}")),
        ("a printed link's", format!("{SESSION}={of_link}")),
        ("an expired one", cookie(&expired)),
        ("a signed-out one", cookie(&signed_out)),
    ] {
        for (route, _) in desk() {
            for method in methods(route) {
                let answer = from_our_page(&site, &method, &path(route), &cookie).await;
                let told = (answer.status, answer.header("location"));
                if method == Method::POST {
                    assert_eq!((answer.status, answer.code().as_str()), (401, "signed-out"), "{what}");
                } else {
                    assert_eq!(told, (303, Some("/office/sign-in")), "{} with {what}", route.key());
                }
                assert_eq!(answer.header("set-cookie"), None, "{} with {what}", route.key());
                assert_eq!(answer.header("cache-control"), Some("no-store"), "{}", route.key());
                assert_eq!(site.contents().await, before, "{} with {what}", route.key());
            }
        }
    }
    // Without this, the refusals would prove nothing.
    assert_eq!(from_our_page(&site, &Method::GET, "/office", &cookie(&good)).await.status, 200);
}

#[tokio::test]
async fn a_role_does_nothing_that_needs_a_higher_one() {
    let site = Site::new().await;
    for role in Role::ALL {
        let cookie = cookie(&site.session(role).await);
        let before = site.contents().await;
        for (route, least) in desk().filter(|(_, least)| role < *least) {
            for method in methods(route) {
                let answer = from_our_page(&site, &method, &path(route), &cookie).await;
                let told = (answer.status, answer.code());
                assert_eq!(told.0, 403, "{} as {role}, which needs {least}", route.key());
                assert!(method == Method::HEAD || told.1 == "role-missing", "{} as {role}", route.key());
                assert_eq!(site.contents().await, before, "{} as {role}", route.key());
            }
        }
        assert_eq!(from_our_page(&site, &Method::GET, "/office", &cookie).await.status, 200, "{role}");
    }
}

#[tokio::test]
async fn a_form_from_elsewhere_is_refused_whoever_is_signed_in() {
    let site = Site::new().await;
    let cookie = cookie(&site.session(Role::Approver).await);
    let before = site.contents().await;
    let elsewhere: [&[(&str, &str)]; 6] = [
        &[],
        &[("origin", "null")],
        &[("origin", "https://evil.example")],
        &[("origin", "http://badges.example.jp")],
        &[("origin", "https://badges.example.jp.evil.example")],
        &[("sec-fetch-site", "same-site")],
    ];
    for (route, _) in desk().filter(|(route, _)| route.method == Method::POST) {
        for from in elsewhere {
            let mut headers = vec![("accept", "application/json"), ("cookie", cookie.as_str())];
            headers.extend(from);
            let answer = site.send(&Method::POST, &path(route), &headers).await;
            let told = (answer.status, answer.code());
            assert_eq!(told, (403, "foreign-origin".to_owned()), "{} from {from:?}", route.key());
            assert_eq!(site.contents().await, before, "{} from {from:?}", route.key());
        }
    }
}
