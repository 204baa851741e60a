//! A recipient's browser: it keeps the cookie, and says where a form was shown.

use std::net::{IpAddr, Ipv4Addr};

use lambda_http::{Body, http};
use shomei_core::{badge::BadgeId, ports::MailKind};
use shomei_http::{Peer, Request};
use shomei_pages::claim::CONSENT_VERSION;

use crate::site::Site;

/// Where our pages are.
pub(crate) const ORIGIN: &str = "https://badges.example.jp";

/// Where whoever asked for a sign-in link is told to look for it.
pub(crate) const SIGN_IN_MAILED: &str = "/wallet/sign-in-mailed";

/// The name of the session's cookie.
pub(crate) const COOKIE: &str = "__Host-wallet";

/// An answer, read to its end.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn of(response: shomei_http::Response) -> Self {
        let (head, body) = response.into_parts();
        let header = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            (name.to_string(), value.to_str().unwrap().to_owned())
        };
        let headers = head.headers.iter().map(header).collect();
        let body = match body {
            Body::Text(text) => text.into_bytes(),
            Body::Binary(bytes) => bytes,
            _ => Vec::new(),
        };
        Self { status: head.status.as_u16(), headers, body }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Where it leads on.
    pub(crate) fn location(&self) -> &str {
        assert_eq!(self.status, 303, "{}", self.text());
        self.header("location").unwrap()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn shows(&self, text: &str) -> bool {
        self.text().contains(text)
    }

    /// It leads on to this path.
    pub(crate) fn leads_to(self, path: &str) -> Self {
        assert_eq!(self.location(), path);
        self
    }

    /// A page with this in it.
    pub(crate) fn page(self, status: u16, text: &str) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        assert!(self.shows(text), "{text} is not on this page: {}", self.text());
        self
    }
}

/// A request, from this address on the network.
pub(crate) fn request(
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    form: &str,
    network: IpAddr,
) -> Request {
    let mut request = http::Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = if form.is_empty() { Body::Empty } else { Body::from(form) };
    let mut request = request.body(body).unwrap();
    request.extensions_mut().insert(Peer(network));
    request
}

pub(crate) struct Browser<'a> {
    site: &'a Site,
    /// The token of the session, if it was given one.
    pub(crate) session: Option<String>,
    pub(crate) network: IpAddr,
    language: &'static str,
}

impl<'a> Browser<'a> {
    /// Nobody is signed in with it. It reads English.
    pub(crate) fn new(site: &'a Site) -> Self {
        Self { site, session: None, network: IpAddr::V4(Ipv4Addr::new(203, 0, 113, 9)), language: "en" }
    }

    /// One whose owner is signed in by the mails to this address.
    pub(crate) async fn signed_in(site: &'a Site, address: &str) -> Self {
        let mut browser = Self::new(site);
        browser.sign_in(address).await;
        browser
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, "").await
    }

    /// Sends a form from a page of ours.
    pub(crate) async fn post(&mut self, path: &str, form: &str) -> Answer {
        self.send("POST", path, form).await
    }

    async fn send(&mut self, method: &str, path: &str, form: &str) -> Answer {
        let cookie = self.session.as_ref().map(|session| format!("theme=dark; {COOKIE}={session}"));
        let mut headers = vec![("accept", "text/html"), ("accept-language", self.language)];
        if method == "POST" {
            headers.extend([("origin", ORIGIN), ("content-type", "application/x-www-form-urlencoded")]);
        }
        headers.extend(cookie.as_deref().map(|cookie| ("cookie", cookie)));
        let request = request(method, path, &headers, form, self.network);
        let answer = if path.starts_with("/reissue") {
            self.site.reissue.handle(request).await
        } else {
            self.site.claim.handle(request).await
        };
        let answer = Answer::of(answer);
        let given: Vec<_> = answer.headers.iter().filter(|(name, _)| name == "set-cookie").collect();
        assert!(given.len() <= 1, "{given:?}");
        for (_, cookie) in given {
            self.session = kept(cookie);
        }
        answer
    }

    /// Asks for a link, opens it from the mail, and confirms.
    pub(crate) async fn sign_in(&mut self, address: &str) {
        self.ask_for_sign_in(address).await.leads_to(SIGN_IN_MAILED);
        self.site.deliver().await;
        let link = self.site.link(MailKind::SignIn, address);
        self.get(&link).await.page(200, "Open your wallet");
        assert_eq!(self.post(&link, "").await.location(), "/wallet?done=signed-in");
        assert!(self.session.is_some());
    }

    pub(crate) async fn ask_for_sign_in(&mut self, address: &str) -> Answer {
        self.post("/wallet/sign-in", &format!("address={address}")).await
    }

    /// Accepts the badge that was announced to an address.
    pub(crate) async fn accept(&mut self, address: &str, visibility: &str) -> Answer {
        self.post(&self.site.claim_link(address), &choice(visibility)).await
    }

    /// Deletes a badge of the wallet that is signed in.
    pub(crate) async fn delete(&mut self, badge: &BadgeId) {
        let page = format!("/wallet/badges/{badge}");
        self.post(&format!("{page}/delete"), "confirm=delete").await.leads_to(&page);
        self.get(&page).await.page(200, "Badge deleted").page(200, "5,500");
    }

    /// Adds an address to the wallet that is signed in, by the link mailed to it.
    pub(crate) async fn add_address(&mut self, address: &str) {
        let asked = self.post("/wallet/addresses", &format!("address={address}")).await;
        assert_eq!(asked.location(), "/wallet/addresses?done=proof-sent");
        self.site.deliver().await;
        let link = self.site.link(MailKind::AddressProof, address);
        assert_eq!(self.post(&link, "").await.location(), "/wallet?done=address-added");
    }
}

/// The form that accepts a badge, shows it or hides it.
pub(crate) fn choice(visibility: &str) -> String {
    format!("visibility={visibility}&consent={CONSENT_VERSION}")
}

/// The session in a cookie, as a browser keeps it for this host only (RFC 6265bis, section 4.1.3.2). None: it is to be
/// forgotten.
fn kept(cookie: &str) -> Option<String> {
    let mut parts = cookie.split(';').map(str::trim);
    let (name, value) = parts.next().unwrap().split_once('=').unwrap();
    let mut attributes: Vec<_> = parts.collect();
    attributes.sort_unstable();
    assert_eq!(name, COOKIE);
    let age = if value.is_empty() { "Max-Age=0" } else { "Max-Age=2592000" };
    assert_eq!(attributes, ["HttpOnly", age, "Path=/", "SameSite=Lax", "Secure"]);
    (!value.is_empty()).then(|| value.to_owned())
}
