//! Every route of the tables, one after the other: who may call it, and what it never does. A route that is added to a table is
//! walked by itself; what its form holds must be said here, or this does not compile.

use std::net::{IpAddr, Ipv4Addr};

use lambda_http::http::Method;
use shomei_claim::{ByLink, InWallet, Operation, ROUTES};
use shomei_core::{badge::BadgeId, ports::MailKind, token::Token};
use shomei_http::{Audience, Route, staff::StaffGate};
use shomei_intake::Intake;
use shomei_tests::audit::Census;

use crate::{
    browser::{Answer, Browser, COOKIE, ORIGIN, SIGN_IN_MAILED, choice, request},
    site::{DAY, Site},
};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const OWNER: &str = "ichiro@example.jp";

/// A wallet with everything that a route could be about, and the secrets that open them.
struct Furnished {
    site: Site,
    session: String,
    badge: BadgeId,
    claim: String,
    sign_in: String,
    proof: String,
}

impl Furnished {
    async fn new() -> Self {
        let site = Site::october().await;
        let mut browser = Browser::new(&site);
        assert_eq!(browser.accept(OWNER, "public").await.status, 200);
        browser.sign_in(OWNER).await;
        browser.add_address("second@example.jp").await;
        browser.ask_for_sign_in(OWNER).await.leads_to(SIGN_IN_MAILED);
        browser.post("/wallet/addresses", "address=third@example.jp").await.location();
        site.deliver().await;
        let secret = |path: String| path.rsplit('/').next().unwrap().to_owned();
        Self {
            badge: site.badge(OWNER).await,
            session: browser.session.clone().unwrap(),
            claim: secret(site.claim_link("futaba@example.jp")),
            sign_in: secret(site.link(MailKind::SignIn, OWNER)),
            proof: secret(site.link(MailKind::AddressProof, "third@example.jp")),
            site,
        }
    }

    /// The same, in a store of its own.
    async fn copy(&self) -> Self {
        let [session, claim, sign_in, proof] =
            [&self.session, &self.claim, &self.sign_in, &self.proof].map(Clone::clone);
        Self { site: self.site.copy().await, badge: self.badge.clone(), session, claim, sign_in, proof }
    }

    /// The route's path with everything in it that makes it work.
    fn path(&self, route: &Route<Operation>) -> String {
        let token = match route.operation {
            Operation::Anyone(ByLink::LookSignIn | ByLink::SignIn) => &self.sign_in,
            Operation::Anyone(ByLink::LookProof) | Operation::Owner(InWallet::Prove) => &self.proof,
            _ => &self.claim,
        };
        let shown = route.operation == Operation::Owner(InWallet::Preview);
        let query = if shown { "?visibility=public-without-name" } else { "" };
        let path = route.path.replace("{token}", token).replace("{badge}", &self.badge.to_string());
        assert!(!path.contains('{'), "{path}: what stands for this parameter?");
        path + query
    }

    async fn send(&self, method: &Method, path: &str, headers: &[(&str, &str)], form: &str) -> Answer {
        let mut all = vec![("accept", "application/json")];
        all.extend(headers);
        Answer::of(self.site.claim.handle(request(method.as_str(), path, &all, form, HERE)).await)
    }

    fn cookie(&self) -> String {
        format!("{COOKIE}={}", self.session)
    }
}

/// What the form of a route holds when it is filled in as it should be.
fn form(operation: Operation) -> String {
    match operation {
        Operation::Anyone(ByLink::Accept) => choice("public"),
        Operation::Anyone(ByLink::AskSignIn) => format!("address={OWNER}"),
        Operation::Owner(InWallet::ChooseVisibility) => choice("private"),
        Operation::Owner(InWallet::ChooseNameMatch) => "allowed=yes".to_owned(),
        Operation::Owner(InWallet::SignOut) => "where=everywhere".to_owned(),
        Operation::Owner(InWallet::ChooseLanguage) => "language=en".to_owned(),
        Operation::Owner(InWallet::AddAddress) => "address=fourth@example.jp".to_owned(),
        Operation::Owner(InWallet::MakeMain | InWallet::RemoveAddress) => {
            "address=second@example.jp".to_owned()
        }
        Operation::Owner(InWallet::Delete) => "confirm=delete".to_owned(),
        Operation::Owner(InWallet::Close) => "confirm=close".to_owned(),
        // The form was shown on the day before.
        Operation::Anyone(ByLink::Inquire) => "topic=other&message=x&address=visitor@example.net&\
            form=1793534400-0102030405064708890a0b0c0d0e0f10"
            .to_owned(),
        Operation::Anyone(
            ByLink::Open
            | ByLink::MailLink
            | ByLink::MailSignIn
            | ByLink::LinkMailed
            | ByLink::SignInForm
            | ByLink::SignInMailed
            | ByLink::LookSignIn
            | ByLink::SignIn
            | ByLink::LookProof
            | ByLink::InquiryForm,
        )
        | Operation::Owner(
            InWallet::Join
            | InWallet::Prove
            | InWallet::Overview
            | InWallet::Addresses
            | InWallet::Badge
            | InWallet::Preview
            | InWallet::Share
            | InWallet::DeleteForm
            | InWallet::Export
            | InWallet::CloseForm,
        ) => String::new(),
    }
}

fn routes(method: &Method) -> impl Iterator<Item = &'static Route<Operation>> {
    ROUTES.iter().filter(move |route| route.method == *method)
}

fn code(answer: &Answer) -> String {
    let problem: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    problem.get("code").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn every_form_that_is_filled_in_as_it_should_be_does_something() {
    // Without this, the refusals below would prove nothing.
    let furnished = Furnished::new().await;
    for route in routes(&Method::POST) {
        let own = furnished.copy().await;
        let before = own.site.contents().await;
        let (cookie, form) = (own.cookie(), form(route.operation));
        let answer = own
            .send(&route.method, &own.path(route), &[("origin", ORIGIN), ("cookie", &cookie)], &form)
            .await;
        assert!([200, 303].contains(&answer.status), "{}: {} {}", route.key(), answer.status, answer.text());
        assert_ne!(own.site.contents().await, before, "{} changed nothing", route.key());
        own.site.is_sound().await;
    }
}

#[tokio::test]
async fn a_form_from_elsewhere_is_refused_on_every_route() {
    let own = Furnished::new().await;
    let before = own.site.contents().await;
    let cookie = own.cookie();
    let elsewhere: [&[(&str, &str)]; 8] = [
        &[],
        &[("origin", "null")],
        &[("origin", "https://evil.example")],
        &[("origin", "http://badges.example.jp")],
        &[("origin", "https://badges.example.jp.evil.example")],
        &[("origin", "https://badges.example.jp:8443")],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")],
    ];
    for route in routes(&Method::POST) {
        for from in elsewhere {
            let mut headers = vec![("cookie", cookie.as_str())];
            headers.extend(from);
            let answer = own.send(&route.method, &own.path(route), &headers, &form(route.operation)).await;
            let told = (answer.status, code(&answer));
            assert_eq!(told, (403, "foreign-origin".to_owned()), "{} from {from:?}", route.key());
            assert_eq!(answer.header("set-cookie"), None);
            assert_eq!(own.site.contents().await, before, "{} from {from:?}", route.key());
        }
    }
}

#[tokio::test]
async fn what_needs_a_session_is_refused_without_a_good_one() {
    let furnished = Furnished::new().await;
    let cookie = furnished.cookie();
    let token = Token::mint(&furnished.site.world.entropy);
    let unknown = format!("{COOKIE}={}", token.text());
    let under_another_name = format!("wallet={0}; __Secure-wallet={0}", furnished.session);
    for (what, cookie) in [
        ("no cookie", ""),
        ("an unknown one", &unknown),
        ("an empty one", "__Host-wallet="),
        ("no token at all", "__Host-wallet=../../x"),
        ("another cookie", &under_another_name),
    ] {
        are_refused(&furnished, what, cookie).await;
    }

    let expired = furnished.copy().await;
    expired.site.world.clock.jump(30 * DAY);
    are_refused(&expired, "an expired one", &cookie).await;

    let signed_out = furnished.copy().await;
    let form = [("origin", ORIGIN), ("cookie", cookie.as_str())];
    let answer = signed_out.send(&Method::POST, "/wallet/sign-out", &form, "where=here").await;
    assert_eq!(answer.status, 303);
    are_refused(&signed_out, "a signed-out one", &cookie).await;

    let another_round = furnished.copy().await;
    let mut other = Browser::signed_in(&another_round.site, "second@example.jp").await;
    assert_eq!(other.post("/wallet/sign-out", "where=everywhere").await.status, 303);
    let stored = Census::take(&another_round.site.world.store).await.sessions.len();
    assert_eq!(stored, 2, "the sessions themselves are still stored");
    are_refused(&another_round, "one of another round", &cookie).await;

    let closed = furnished.copy().await;
    assert_eq!(closed.send(&Method::POST, "/wallet/close", &form, "confirm=close").await.status, 200);
    are_refused(&closed, "one of a closed wallet", &cookie).await;
}

async fn are_refused(own: &Furnished, what: &str, cookie: &str) {
    let before = own.site.contents().await;
    let mut walked = 0;
    for route in ROUTES.iter().filter(|route| route.audience == Audience::Session) {
        let headers = [("origin", ORIGIN), ("cookie", cookie)];
        let answer = own.send(&route.method, &own.path(route), &headers, &form(route.operation)).await;
        if route.method == Method::POST {
            let told = (answer.status, code(&answer));
            assert_eq!(told, (401, "signed-out".to_owned()), "{} with {what}", route.key());
        } else {
            assert_eq!(answer.location(), "/wallet/sign-in", "{} with {what}", route.key());
        }
        assert!(!answer.shows("@example.jp"), "{} with {what}", route.key());
        assert_eq!(own.site.contents().await, before, "{} with {what}", route.key());
        walked += 1;
    }
    assert!(walked > 10);
}

#[tokio::test]
async fn an_unknown_token_changes_nothing() {
    let own = Furnished::new().await;
    let before = own.site.contents().await;
    let cookie = own.cookie();
    let unknown = Token::mint(&own.site.world.entropy);
    let half = own.claim.get(..21).unwrap();
    for route in routes(&Method::POST).filter(|route| route.path.contains("{token}")) {
        // Also a secret of another kind, and with a session: neither opens what it was not made for.
        let others = [&own.claim, &own.sign_in, &own.proof, &own.session];
        let of_other_kinds =
            others.into_iter().map(String::as_str).filter(|token| !own.path(route).contains(token));
        for token in [unknown.text(), half, "x"].into_iter().chain(of_other_kinds) {
            let path = route.path.replace("{token}", token);
            let headers = [("origin", ORIGIN), ("cookie", cookie.as_str())];
            let answer = own.send(&route.method, &path, &headers, &form(route.operation)).await;
            assert!([200, 303, 404, 410].contains(&answer.status), "{}: {}", route.key(), answer.status);
            assert_eq!(answer.header("set-cookie"), None, "{}", route.key());
            assert_eq!(own.site.contents().await, before, "{}", route.key());
        }
    }
}

#[tokio::test]
async fn no_page_changes_anything_by_being_opened() {
    let own = Furnished::new().await;
    let before = own.site.contents().await;
    let cookie = own.cookie();
    for headers in [&[][..], &[("cookie", cookie.as_str())]] {
        for route in routes(&Method::GET) {
            for method in [Method::GET, Method::HEAD] {
                let answer = own.send(&method, &own.path(route), headers, &form(route.operation)).await;
                let expected =
                    if route.audience == Audience::Session && headers.is_empty() { 303 } else { 200 };
                assert_eq!(answer.status, expected, "{}: {}", route.key(), answer.text());
                assert_eq!(answer.header("set-cookie"), None, "{}", route.key());
                assert_eq!(answer.header("cache-control"), Some("no-store"), "{}", route.key());
                assert_eq!(own.site.contents().await, before, "{}", route.key());
            }
        }
    }
    for route in shomei_verify::ROUTES {
        assert_eq!(route.audience, Audience::Public, "{}", route.key());
        for value in [own.badge.to_string(), format!("{}.png", own.badge), "pm-foundation".to_owned()] {
            let segments = route.path.split('/');
            let segments = segments.map(|part| if part.starts_with('{') { value.as_str() } else { part });
            let path = segments.collect::<Vec<_>>().join("/");
            own.site
                .verify
                .handle(request(route.method.as_str(), &path, &[("cookie", &cookie)], "link=x", HERE))
                .await;
            assert_eq!(own.site.contents().await, before, "{}", route.key());
        }
    }
}

#[tokio::test]
async fn what_is_for_staff_is_refused_to_everyone_else() {
    let own = Furnished::new().await;
    let before = own.site.contents().await;
    let table = std::sync::Arc::new(own.site.world.store.table.clone());
    let clock = std::sync::Arc::new(shomei_tests::world::TestClock::at("2026-11-02T00:00:00Z"));
    let entropy = std::sync::Arc::new(shomei_tests::world::TestEntropy::default());
    let programme = std::sync::Arc::new(own.site.world.programme.clone());
    let intake = Intake::new(table, clock, entropy, programme, StaffGate::token("the staff's own"));
    let (cookie, session) = (own.cookie(), format!("Bearer {}", own.session));
    let for_programs = |route: &&Route<_>| route.audience == Audience::Staff;
    for route in shomei_intake::ROUTES.iter().filter(for_programs) {
        for headers in [
            &[][..],
            &[("cookie", cookie.as_str()), ("origin", ORIGIN)],
            &[("authorization", session.as_str())],
            &[("authorization", "Bearer ")],
            &[("authorization", "Basic the staff's own")],
        ] {
            let list = shomei_tests::month::OCTOBER.replace("A-", "B-");
            let request = request(route.method.as_str(), route.path, headers, &list, HERE);
            assert_eq!(intake.handle(request).await.status(), 401, "{} with {headers:?}", route.key());
            assert_eq!(own.site.contents().await, before, "{}", route.key());
        }
    }
}
