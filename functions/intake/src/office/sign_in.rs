//! Signing in to the office and out of it.
//!
//! What the sign-in service must bring back is derived from one random token, which the browser keeps in a cookie meanwhile: nothing is
//! stored of a sign-in that is not finished, and nobody can finish one in a browser that did not begin it.

use std::sync::Arc;

use aws_lc_rs::digest;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use lambda_http::http::{HeaderValue, Method, StatusCode, header};
use serde::Deserialize;
use shomei_core::{
    office::{
        Member, RoleNames,
        session::{self, SESSION_VALIDITY},
    },
    ports::{Cause, IdentityProvider, Returned, SignInError, SignInSecrets},
    token::Token,
};
use shomei_http::{Cache, Problem, Request, Response, redirect};
use shomei_pages::office::{OfficeEnter, OfficeEnterDead, OfficeSignIn, SignInFailed};
use subtle::ConstantTimeEq;

use super::{COOKIE, Colleague};
use crate::Intake;

/// The cookie of a sign-in that is not finished.
const DOOR_COOKIE: &str = "__Host-office-door";

/// How long a person may take at the sign-in service, in seconds.
const DOOR_SECONDS: i64 = 15 * 60;

/// The body's sign-in service, and what it must list of a person.
pub struct SignIn {
    /// The service.
    pub provider: Arc<dyn IdentityProvider>,
    /// Which of its roles are ours.
    pub roles: RoleNames,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SignIn")
    }
}

/// What the service appends to the way back (RFC 6749, sections 4.1.2 and 4.1.2.1; RFC 9207). A code and a state are secrets: nothing
/// here is printed.
#[derive(Deserialize)]
struct WayBack {
    state: String,
    code: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

impl Intake {
    pub(super) fn sign_in_form(&self, request: &Request) -> Result<Response, Problem> {
        self.sign_in_page(request, StatusCode::OK, None)
    }

    fn sign_in_page(
        &self,
        request: &Request,
        status: StatusCode,
        failed: Option<SignInFailed>,
    ) -> Result<Response, Problem> {
        let language = shomei_http::language(request);
        let page = OfficeSignIn { issuer: self.issuer(), service: self.sign_in.is_some(), failed };
        shomei_http::page(status, language, page.render(language), Cache::Private)
    }

    pub(super) async fn start_sign_in(&self, request: &Request) -> Result<Response, Problem> {
        // Only whoever goes on to the service needs to know where it is.
        let Some(sign_in) = self.sign_in.as_ref().filter(|_| request.method() != Method::HEAD) else {
            return Ok(redirect("/office/sign-in"));
        };
        let token = Token::mint(&*self.entropy);
        match sign_in.provider.begin(&secrets(&token)).await {
            Ok(url) => keep(redirect(&url), DOOR_COOKIE, token.text(), DOOR_SECONDS),
            Err(error) => self.failed(request, &error),
        }
    }

    pub(super) async fn finish_sign_in(&self, request: &Request) -> Result<Response, Problem> {
        let Some(sign_in) = &self.sign_in else { return Ok(redirect("/office/sign-in")) };
        let Some((way_back, secrets)) = begun_here(request) else {
            return self.sign_in_page(request, StatusCode::UNAUTHORIZED, Some(SignInFailed::Refused));
        };
        // Whatever comes of it, nobody finishes this sign-in a second time.
        let answer = self.finish(request, sign_in, &way_back, &secrets).await?;
        keep(answer, DOOR_COOKIE, "", 0)
    }

    async fn finish(
        &self,
        request: &Request,
        sign_in: &SignIn,
        way_back: &WayBack,
        secrets: &SignInSecrets,
    ) -> Result<Response, Problem> {
        let identity = match &way_back.code {
            Some(code) => {
                let returned = Returned { code, issuer: way_back.iss.as_deref() };
                sign_in.provider.finish(&returned, secrets).await
            }
            None => Err(without_code(way_back.error.as_deref())),
        };
        let identity = match identity {
            Ok(identity) => identity,
            Err(error) => return self.failed(request, &error),
        };
        // Whoever was signed in with this browser before is so no more, also if it was the same person with another role.
        self.end_session(request).await?;
        let Some(role) = sign_in.roles.role_of(identity.roles.iter().map(String::as_str)) else {
            let page = self.sign_in_page(request, StatusCode::FORBIDDEN, Some(SignInFailed::NoRole))?;
            return keep(page, COOKIE, "", 0);
        };
        let member = Member { subject: identity.subject, role };
        entered(&session::begin(self.claim_ports(), &member).await?)
    }

    async fn end_session(&self, request: &Request) -> Result<(), Problem> {
        if let Some(token) = shomei_http::cookie(request, COOKIE).and_then(Token::parse) {
            session::sign_out(self.claim_ports(), &token.hash()).await?;
        }
        Ok(())
    }

    fn failed(&self, request: &Request, error: &SignInError) -> Result<Response, Problem> {
        tracing::warn!(cause = %error, "nobody could be signed in to the office");
        let (status, failed) = match error {
            SignInError::Unavailable(_) => (StatusCode::BAD_GATEWAY, SignInFailed::Unavailable),
            SignInError::Refused(_) => (StatusCode::UNAUTHORIZED, SignInFailed::Refused),
        };
        self.sign_in_page(request, status, Some(failed))
    }

    pub(super) async fn look_link(&self, request: &Request, token: &str) -> Result<Response, Problem> {
        let language = shomei_http::language(request);
        let member = match Token::parse(token) {
            Some(token) => session::look(self.claim_ports(), &token).await?,
            None => None,
        };
        let Some(member) = member else { return self.dead_link(request) };
        let page = OfficeEnter {
            issuer: self.issuer(),
            subject: member.subject,
            role: member.role,
            action: format!("/office/enter/{token}"),
        };
        shomei_http::page(StatusCode::OK, language, page.render(language), Cache::Private)
    }

    pub(super) async fn enter(&self, request: &Request, token: &str) -> Result<Response, Problem> {
        let Some(token) = Token::parse(token) else { return self.dead_link(request) };
        match session::enter(self.claim_ports(), &token).await? {
            Some(browser) => {
                self.end_session(request).await?;
                entered(&browser)
            }
            None => self.dead_link(request),
        }
    }

    fn dead_link(&self, request: &Request) -> Result<Response, Problem> {
        let language = shomei_http::language(request);
        let page = OfficeEnterDead { issuer: self.issuer() };
        shomei_http::page(StatusCode::NOT_FOUND, language, page.render(language), Cache::Private)
    }

    pub(super) async fn sign_out(&self, colleague: &Colleague) -> Result<Response, Problem> {
        session::sign_out(self.claim_ports(), &colleague.session.token).await?;
        keep(redirect("/office/sign-in"), COOKIE, "", 0)
    }
}

/// What the service sent back, if this very browser set out for it, and its secrets. A `HEAD` brings nothing: it is no browser's.
fn begun_here(request: &Request) -> Option<(WayBack, SignInSecrets)> {
    if request.method() == Method::HEAD {
        return None;
    }
    let token = shomei_http::cookie(request, DOOR_COOKIE).and_then(Token::parse)?;
    let (secrets, way_back) = (secrets(&token), shomei_http::query::<WayBack>(request)?);
    let same = way_back.state.as_bytes().ct_eq(secrets.state.as_bytes());
    bool::from(same).then_some((way_back, secrets))
}

/// The service gave no code (RFC 6749, section 4.1.2.1).
fn without_code(error: Option<&str>) -> SignInError {
    match error {
        Some("server_error" | "temporarily_unavailable") => {
            SignInError::Unavailable(Cause::new("it says so itself"))
        }
        _ => SignInError::Refused(Cause::new("the service gave no code")),
    }
}

/// Three values of one token: whoever learns one of them learns nothing of the others.
fn secrets(token: &Token) -> SignInSecrets {
    let derived = |purpose: &str| {
        let text = format!("{purpose}\n{}", token.text());
        BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, text.as_bytes()))
    };
    SignInSecrets { state: derived("state"), nonce: derived("nonce"), verifier: derived("verifier") }
}

fn entered(browser: &Token) -> Result<Response, Problem> {
    keep(redirect("/office"), COOKIE, browser.text(), SESSION_VALIDITY.as_secs())
}

/// Gives the browser a token to keep for so many seconds; zero makes it forget. `Lax`: the way back from the sign-in service begins on
/// another site.
fn keep(mut response: Response, name: &str, token: &str, seconds: i64) -> Result<Response, Problem> {
    let cookie = format!("{name}={token}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Lax");
    let cookie = HeaderValue::from_str(&cookie).map_err(|_| Problem::internal())?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}
