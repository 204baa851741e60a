//! Signing in to the office and out of it.
//!
//! What the sign-in service must bring back is derived from one random token, which the browser keeps in a cookie meanwhile: nothing is
//! stored of a sign-in that is not finished, and nobody can finish one in a browser that did not begin it.

use std::sync::Arc;

use aws_lc_rs::digest;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use lambda_http::http::{HeaderValue, StatusCode, header};
use serde::Deserialize;
use shomei_core::{
    office::{
        Member, RoleNames,
        session::{self, SESSION_VALIDITY},
    },
    ports::{IdentityProvider, SignInError, SignInSecrets},
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

/// What the service appends to the way back (RFC 6749, sections 4.1.2 and 4.1.2.1). A code and a state are secrets: nothing here is
/// printed.
#[derive(Deserialize)]
struct Returned {
    code: Option<String>,
    state: Option<String>,
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
        let Some(sign_in) = &self.sign_in else { return Ok(redirect("/office/sign-in")) };
        let token = Token::mint(&*self.entropy);
        match sign_in.provider.begin(&secrets(&token)).await {
            Ok(url) => keep(redirect(&url), DOOR_COOKIE, token.text(), DOOR_SECONDS),
            Err(error) => self.failed(request, &error),
        }
    }

    pub(super) async fn finish_sign_in(&self, request: &Request) -> Result<Response, Problem> {
        let Some(sign_in) = &self.sign_in else { return Ok(redirect("/office/sign-in")) };
        let refused = || self.sign_in_page(request, StatusCode::UNAUTHORIZED, Some(SignInFailed::Refused));
        let Some(token) = shomei_http::cookie(request, DOOR_COOKIE).and_then(Token::parse) else {
            return refused();
        };
        let secrets = secrets(&token);
        let returned: Option<Returned> = shomei_http::query(request);
        let Some(Returned { code: Some(code), state: Some(state) }) = returned else { return refused() };
        if !bool::from(state.as_bytes().ct_eq(secrets.state.as_bytes())) {
            return refused();
        }
        let identity = match sign_in.provider.finish(&code, &secrets).await {
            Ok(identity) => identity,
            Err(error) => return self.failed(request, &error),
        };
        let Some(role) = sign_in.roles.role_of(identity.roles.iter().map(String::as_str)) else {
            return self.sign_in_page(request, StatusCode::FORBIDDEN, Some(SignInFailed::NoRole));
        };
        let member = Member { subject: identity.subject, role };
        let browser = session::begin(self.claim_ports(), &member).await?;
        let entered = entered(&browser)?;
        keep(entered, DOOR_COOKIE, "", 0)
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
            Some(browser) => entered(&browser),
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
