//! Claim: the mailed link shows an offer (GET), and accepting it is a POST. Opening the link changes nothing.
#![warn(missing_docs)]

use std::sync::Arc;

use lambda_http::{
    Body,
    http::{Method, StatusCode, header},
};
use serde::Deserialize;
use shomei_core::{
    badge::{Badge, Claimed, ConsentVersion, Visibility},
    calendar,
    claim::{self, Accepted, Offer, Opened},
    ports::{Clock, Entropy, Table},
    programme::Programme,
    token::Token,
};
use shomei_http::{
    Audience, Cache, Found, Problem, Request, Response, Route, Router,
    metrics::{self, Metric},
};
use shomei_pages::{Language, RenderError, claim as pages};

/// What a recipient can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// See what the link is about.
    Open,
    /// Accept the badge.
    Accept,
}

/// The routes of this function.
pub static ROUTES: &[Route<Operation>] = &[
    Route::new(Method::GET, "/claim/{token}", Audience::Bearer, Operation::Open),
    Route::new(Method::POST, "/claim/{token}", Audience::Bearer, Operation::Accept),
];

/// The function with its ports.
pub struct Claim {
    table: Arc<dyn Table>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    programme: Arc<Programme>,
    router: Router<Operation>,
}

impl std::fmt::Debug for Claim {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Claim")
    }
}

/// The form of the offer's page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Acceptance {
    visibility: Visibility,
    consent: ConsentVersion,
}

impl Claim {
    /// The function on these ports.
    pub fn new(
        table: Arc<dyn Table>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        programme: Arc<Programme>,
    ) -> Self {
        Self { table, clock, entropy, programme, router: Router::new(ROUTES) }
    }

    /// Answers one request.
    pub async fn handle(&self, request: Request) -> Response {
        let (operation, token) = match self.router.find(request.method(), request.uri().path()) {
            Found::Route(route, token) => (route.operation, token),
            Found::WrongMethod(allowed) => return Problem::wrong_method(allowed).reply(&request),
            Found::Nothing => return Problem::not_found().reply(&request),
        };
        let language = shomei_http::language(&request);
        let answer = match operation {
            Operation::Open => self.open(&token, language).await,
            Operation::Accept => self.accept(&request, &token, language).await,
        };
        answer.unwrap_or_else(|problem| problem.reply(&request))
    }

    async fn open(&self, token: &str, language: Language) -> Result<Response, Problem> {
        let Some(token) = Token::parse(token) else { return self.unknown(language) };
        match claim::open(&*self.table, &*self.clock, &token).await? {
            Opened::Offer(offer) => {
                page(StatusCode::OK, language, self.offer(&token, &offer).render(language))
            }
            Opened::Claimed(badge) => self.claimed(&badge, false, language),
            Opened::Expired => self.expired(language),
            Opened::Unknown => self.unknown(language),
        }
    }

    async fn accept(&self, request: &Request, token: &str, language: Language) -> Result<Response, Problem> {
        if !self.is_from_our_page(request) {
            return Err(Problem::foreign_origin());
        }
        let form = acceptance(request)?;
        let Some(token) = Token::parse(token) else { return self.unknown(language) };
        let accepted =
            claim::accept(&*self.table, &*self.clock, &*self.entropy, &token, form.visibility, form.consent)
                .await?;
        match accepted {
            Accepted::Now(badge) => {
                metrics::count(Metric::Claimed, 1);
                self.claimed(&badge, true, language)
            }
            Accepted::Before(badge) => self.claimed(&badge, false, language),
            Accepted::Expired => self.expired(language),
            Accepted::Unknown => self.unknown(language),
        }
    }

    /// A browser names the origin of the page that holds the form. Programs that name none carry no one's cookies.
    fn is_from_our_page(&self, request: &Request) -> bool {
        let origin = request.headers().get(header::ORIGIN).map(header::HeaderValue::as_bytes);
        origin.is_none_or(|origin| origin == self.programme.base_url().as_bytes())
    }

    fn offer(&self, token: &Token, offer: &Offer) -> pages::Offer {
        pages::Offer {
            achievement: offer.badge.wording.name.clone().into(),
            description: offer.badge.wording.description.clone().into(),
            picture_url: self.programme.artwork_url(&offer.badge.artwork),
            issuer: self.programme.issuer_name.clone().into(),
            kind: offer.badge.kind.into(),
            date: offer.badge.date,
            valid_until: offer.badge.valid_until.map(calendar::japan_date),
            holder_name: offer.badge.holder_name.as_str().to_owned(),
            action: format!("/claim/{}", token.text()),
            link_expires: calendar::japan_date(offer.expires),
            contact: self.programme.contact.clone(),
        }
    }

    fn claimed(
        &self,
        badge: &Badge<Claimed>,
        just_now: bool,
        language: Language,
    ) -> Result<Response, Problem> {
        let public = matches!(badge.state.visibility, Visibility::Public);
        let view = pages::Claimed {
            just_now,
            achievement: badge.wording.name.clone().into(),
            picture_url: self.programme.artwork_url(&badge.artwork),
            issuer: self.programme.issuer_name.clone().into(),
            claimed_on: calendar::japan_date(badge.state.claimed_at),
            badge_url: public.then(|| self.programme.badge_url(&badge.id)),
            contact: self.programme.contact.clone(),
        };
        page(StatusCode::OK, language, view.render(language))
    }

    fn expired(&self, language: Language) -> Result<Response, Problem> {
        let view = pages::Expired { contact: self.programme.contact.clone() };
        page(StatusCode::GONE, language, view.render(language))
    }

    fn unknown(&self, language: Language) -> Result<Response, Problem> {
        let view = pages::Unknown { contact: self.programme.contact.clone() };
        page(StatusCode::NOT_FOUND, language, view.render(language))
    }
}

fn acceptance(request: &Request) -> Result<Acceptance, Problem> {
    let text = match request.body() {
        Body::Text(text) => text.as_bytes(),
        Body::Binary(bytes) => bytes.as_slice(),
        _ => &[],
    };
    let form: Acceptance = serde_urlencoded::from_bytes(text).map_err(|_| {
        Problem::malformed(
            "メールのリンクからページを開き直し、公開・非公開を選んでください。",
            "Please open the page again from the link in your mail and choose private or public.",
        )
    })?;
    // Only a wording that was really shown can have been agreed to.
    if form.consent.0 != pages::CONSENT_VERSION {
        return Err(Problem::malformed(
            "ページの内容が新しくなりました。メールのリンクから開き直してください。",
            "The page has changed. Please open it again from the link in your mail.",
        ));
    }
    Ok(form)
}

fn page(
    status: StatusCode,
    language: Language,
    page: Result<String, RenderError>,
) -> Result<Response, Problem> {
    shomei_http::page(status, language, page, Cache::Private)
}
