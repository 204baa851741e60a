//! A recipient's browser in front of claim: it keeps the cookie, and says where a form was shown.

use shomei_claim::Claim;
use shomei_core::token::Token;
use shomei_http::Response;
use shomei_reissue::Reissue;

use super::request::request;

/// Where our pages are.
pub(crate) const ORIGIN: &str = "https://badges.example.jp";

/// A browser.
pub(crate) struct Browser<'a> {
    claim: &'a Claim,
    reissue: Option<&'a Reissue>,
    /// `NAME=VALUE`, if it was given one.
    cookie: Option<String>,
}

impl<'a> Browser<'a> {
    /// Nobody is signed in with it.
    pub(crate) fn new(claim: &'a Claim) -> Self {
        Self { claim, reissue: None, cookie: None }
    }

    /// Somebody is signed in with it.
    pub(crate) fn keeping(claim: &'a Claim, session: &Token) -> Self {
        Self { claim, reissue: None, cookie: Some(format!("__Host-wallet={}", session.text())) }
    }

    /// The same, in front of reissue too.
    #[allow(dead_code, reason = "not every test that has a browser orders a badge")]
    pub(crate) fn ordering(self, reissue: &'a Reissue) -> Self {
        Self { reissue: Some(reissue), ..self }
    }

    /// Opens a page.
    pub(crate) async fn open(&mut self, path: &str) -> Response {
        self.send("GET", path, "").await
    }

    /// Sends a form from a page of ours.
    pub(crate) async fn post(&mut self, path: &str, form: &str) -> Response {
        self.send("POST", path, form).await
    }

    /// The token of its session, if it is signed in.
    pub(crate) fn session(&self) -> Option<Token> {
        Token::parse(self.cookie.as_deref()?.split('=').nth(1)?)
    }

    async fn send(&mut self, method: &str, path: &str, form: &str) -> Response {
        let cookie = self.cookie.clone();
        let mut headers = vec![("accept", "text/html"), ("accept-language", "ja")];
        if method == "POST" {
            headers.extend([("origin", ORIGIN), ("content-type", "application/x-www-form-urlencoded")]);
        }
        headers.extend(cookie.as_deref().map(|cookie| ("cookie", cookie)));
        let request = request(method, path, &headers, form.as_bytes());
        let response = match self.reissue {
            Some(reissue) if path.starts_with("/reissue") => reissue.handle(request).await,
            _ => self.claim.handle(request).await,
        };
        if let Some(set) = response.headers().get("set-cookie") {
            let kept = set.to_str().unwrap().split(';').next().unwrap().to_owned();
            self.cookie = (!kept.ends_with('=')).then_some(kept);
        }
        response
    }
}

/// The form that accepts a badge, or shows or hides it.
pub(crate) fn choice(visibility: &str) -> String {
    format!("visibility={visibility}&consent={}", shomei_pages::claim::CONSENT_VERSION)
}
