//! Verify: everything that anyone may read, and verdicts on anyone's badges. It holds a table to read, the clock, and a guarded
//! way to the web for badges of strangers. All it writes is how often names were compared with a badge's.
//!
//! A private, an unclaimed and an unknown badge give the same answer after the same read: only `PUB#` items are read.
#![warn(missing_docs)]

mod badge;
mod help;
mod judge;
mod name_match;
mod own;
mod picture;
mod published;

use std::sync::Arc;

use lambda_http::http::{Method, StatusCode};
use shomei_core::{
    achievement::ArtworkId,
    calendar,
    candidate::AchievementId,
    ports::{Clock, Entropy, NameMatchKey, Table},
    programme::Programme,
    status::{LIST_TTL_MILLISECONDS, StatusListId},
    verify,
};
use shomei_http::{Audience, Cache, Found, Problem, Request, Response, Route, Router, accepts};
use shomei_pages::{
    ICON, ICON_PATH, ICON_PNG, SCRIPT, SCRIPT_PATH, STYLESHEET, STYLESHEET_PATH, UPLOAD_SCRIPT,
    UPLOAD_SCRIPT_PATH, VERIFY_SCRIPT, VERIFY_SCRIPT_PATH, achievement::AchievementPage, help::HelpView,
    home::HomePage, issuer::IssuerPage,
};
use verifier::web::Outside;

use crate::{
    badge::{Wanted, suffix},
    name_match::NameMatch,
};

/// What anyone can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// What this site is.
    Home,
    /// The list of help pages.
    HelpIndex,
    /// One of them, or all as one document.
    Help,
    /// A badge: page, `.json`, `.v2.json`, `.jwt`, `.png`, `.qr.png`, and the picture for link previews.
    Badge,
    /// Whether a name is that of a badge's holder.
    NameMatch,
    /// An achievement: page, `.json`, `.v2.json`.
    Achievement,
    /// A picture that no badge is baked into.
    Artwork,
    /// The issuer: page or JSON.
    Issuer,
    /// The issuer as an Open Badges 2.0 profile.
    HostedIssuer,
    /// A status list.
    StatusList,
    /// The issuer's keys for badges.
    DidDocument,
    /// The issuer's keys for tokens.
    TokenKeys,
    /// One of them.
    TokenKey,
    /// The form to have a badge judged, anyone's.
    Ask,
    /// The verdict.
    Judge,
    /// The schema of a verdict.
    Schema,
    /// The stylesheet, the scripts and the icon of all pages.
    Asset,
    /// The icon where browsers look for it unasked.
    Favicon,
}

/// The routes of this function.
pub static ROUTES: &[Route<Operation>] = &[
    Route::new(Method::GET, "/", Audience::Public, Operation::Home),
    Route::new(Method::GET, "/help", Audience::Public, Operation::HelpIndex),
    Route::new(Method::GET, "/help/{topic}", Audience::Public, Operation::Help),
    Route::new(Method::GET, "/badges/{document}", Audience::Public, Operation::Badge),
    Route::new(Method::POST, "/badges/{document}/name-match", Audience::Public, Operation::NameMatch),
    Route::new(Method::GET, "/achievements/{document}", Audience::Public, Operation::Achievement),
    Route::new(Method::GET, "/artwork/{file}", Audience::Public, Operation::Artwork),
    Route::new(Method::GET, "/issuer", Audience::Public, Operation::Issuer),
    Route::new(Method::GET, "/issuer.v2.json", Audience::Public, Operation::HostedIssuer),
    Route::new(Method::GET, "/status/{list}", Audience::Public, Operation::StatusList),
    Route::new(Method::GET, "/.well-known/did.json", Audience::Public, Operation::DidDocument),
    Route::new(Method::GET, "/.well-known/jwks.json", Audience::Public, Operation::TokenKeys),
    Route::new(Method::GET, "/keys/{key}", Audience::Public, Operation::TokenKey),
    Route::new(Method::GET, "/verify", Audience::Public, Operation::Ask),
    Route::new(Method::POST, "/verify", Audience::Public, Operation::Judge).across_origins(),
    Route::new(Method::GET, "/verify/schema.json", Audience::Public, Operation::Schema),
    Route::new(Method::GET, "/assets/{file}", Audience::Public, Operation::Asset),
    Route::new(Method::GET, "/favicon.ico", Audience::Public, Operation::Favicon),
];

/// Names under which programs ask for other documents.
const JSON_TYPES: [&str; 2] = ["application/ld+json", "application/json"];

/// For documents that may change, but not on a recipient's wish. A status list says the same in its `ttl`.
#[expect(clippy::cast_possible_truncation, reason = "five minutes in seconds")]
pub(crate) const SHORT: Cache = Cache::Seconds((LIST_TTL_MILLISECONDS / 1000) as u32);

/// For a file that changes only with the programme, under an address that does not change with it.
const DAY: Cache = Cache::Seconds(86_400);

/// The function with its ports.
pub struct Verify {
    table: Arc<dyn Table>,
    clock: Arc<dyn Clock>,
    programme: Arc<Programme>,
    outside: Arc<dyn Outside>,
    name_match: Option<NameMatch>,
    router: Router<Operation>,
}

impl std::fmt::Debug for Verify {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Verify")
    }
}

impl Verify {
    /// The function on these ports. `outside` is the web that a stranger's badge makes us ask.
    pub fn new(
        table: Arc<dyn Table>,
        clock: Arc<dyn Clock>,
        programme: Arc<Programme>,
        outside: Arc<dyn Outside>,
    ) -> Self {
        Self { table, clock, programme, outside, name_match: None, router: Router::new(ROUTES) }
    }

    /// The same function, where a name can be compared with that of a badge's holder, if there is a key for it.
    #[must_use]
    pub fn with_name_match(self, key: Option<Arc<dyn NameMatchKey>>, entropy: Arc<dyn Entropy>) -> Self {
        Self { name_match: key.map(|key| NameMatch { key, entropy }), ..self }
    }

    /// Answers one request.
    pub async fn handle(&self, request: Request) -> Response {
        let response = match self.router.options(&request) {
            Some(preflight) => preflight,
            None => self.answer(&request).await,
        };
        shomei_http::representation(&request, response)
    }

    /// The whole reply, whatever of it is sent.
    pub(crate) async fn answer(&self, request: &Request) -> Response {
        let (operation, parameter) = match self.router.find(request.method(), request.uri().path()) {
            Found::Route(route, parameter) => (route.operation, parameter),
            Found::WrongMethod(allowed) => return Problem::wrong_method(allowed).reply(request),
            Found::Nothing => return Problem::not_found().reply(request),
        };
        let answer = match operation {
            Operation::Home => self.home(request),
            Operation::HelpIndex => self.help(request, HelpView::Index),
            Operation::Help => HelpView::parse(&parameter)
                .ok_or_else(Problem::not_found)
                .and_then(|view| self.help(request, view)),
            Operation::Badge => self.badge(request, &parameter).await,
            Operation::NameMatch => self.name_match(request, &parameter).await,
            Operation::Achievement => self.achievement(request, &parameter).await,
            Operation::Artwork => self.artwork(&parameter).await,
            Operation::Issuer => self.issuer(request),
            Operation::HostedIssuer => published::hosted_issuer(&self.programme),
            Operation::StatusList => self.status_list(&parameter).await,
            Operation::DidDocument => published::did_document(&self.programme),
            Operation::TokenKeys => published::token_keys(&self.programme),
            Operation::TokenKey => published::token_key(&self.programme, &parameter),
            Operation::Ask => self.ask(request),
            Operation::Judge => self.judge(request).await,
            Operation::Schema => Ok(Self::schema()),
            Operation::Asset => asset(&parameter),
            Operation::Favicon => Ok(shomei_http::png(ICON_PNG.to_vec(), DAY)),
        };
        let response = answer.unwrap_or_else(|problem| problem.reply(request));
        // Programs on other sites may read what went wrong, too; of addresses that are not ours to answer they learn nothing.
        if response.status().is_client_error() { shomei_http::readable_anywhere(response) } else { response }
    }

    fn home(&self, request: &Request) -> Result<Response, Problem> {
        let language = shomei_http::language(request);
        let page = HomePage {
            issuer: self.programme.issuer_name.clone().into(),
            contact: self.programme.contact.clone(),
        };
        shomei_http::page(StatusCode::OK, language, page.render(language), SHORT)
    }

    async fn achievement(&self, request: &Request, document: &str) -> Result<Response, Problem> {
        if let Some((id, version)) = published::version(document) {
            let said = verify::wording(&*self.table, &id, version).await?;
            return published::badge_class_of_version(&self.programme, &said.ok_or_else(Problem::not_found)?);
        }
        let (id, wanted) = suffix(document);
        let id = AchievementId::parse(id).ok_or_else(Problem::not_found)?;
        let achievement = verify::achievement(&*self.table, &id).await?.ok_or_else(Problem::not_found)?;
        match wanted {
            Wanted::Version2 => published::badge_class(&self.programme, &achievement),
            Wanted::Json => published::achievement(&self.programme, &achievement),
            Wanted::Negotiated if accepts(request, &JSON_TYPES) => {
                published::achievement(&self.programme, &achievement)
            }
            Wanted::Negotiated => {
                let language = shomei_http::language(request);
                let changed_on =
                    achievement.is_changed().then(|| calendar::japan_date(achievement.changed_at));
                let page = AchievementPage {
                    picture_url: self.programme.artwork_url(&achievement.artwork),
                    name: achievement.name.into(),
                    description: achievement.description.into(),
                    criteria: achievement.criteria.into(),
                    validity_months: achievement.validity_months,
                    closed: achievement.closed,
                    changed_on,
                    issuer: self.programme.issuer_name.clone().into(),
                    issuer_url: self.programme.issuer_page_url(),
                    url: self.programme.achievement_url(&id),
                };
                shomei_http::page(StatusCode::OK, language, page.render(language), SHORT)
            }
            Wanted::Token | Wanted::Png | Wanted::Preview | Wanted::Qr => Err(Problem::not_found()),
        }
    }

    async fn artwork(&self, file: &str) -> Result<Response, Problem> {
        let id = file.strip_suffix(".png").and_then(ArtworkId::parse).ok_or_else(Problem::not_found)?;
        let file = verify::artwork(&*self.table, &id).await?.ok_or_else(Problem::not_found)?;
        Ok(shomei_http::png(file.png, Cache::Immutable))
    }

    fn issuer(&self, request: &Request) -> Result<Response, Problem> {
        let programme = &self.programme;
        if accepts(request, &JSON_TYPES) {
            return published::issuer(programme);
        }
        let language = shomei_http::language(request);
        let page = IssuerPage {
            name: programme.issuer_name.clone().into(),
            url: programme.issuer_url.clone(),
            contact: programme.contact.clone(),
            did: programme.did().to_string(),
            did_url: format!("{}/.well-known/did.json", programme.base_url()),
            keys: programme
                .keys()
                .iter()
                .map(|key| (programme.key_url(&key.fragment), key.public.multibase()))
                .collect(),
        };
        shomei_http::page(StatusCode::OK, language, page.render(language), SHORT)
    }

    async fn status_list(&self, list: &str) -> Result<Response, Problem> {
        let id = StatusListId::parse(list).ok_or_else(Problem::not_found)?;
        let list = verify::status_list(&*self.table, &id).await?.ok_or_else(Problem::not_found)?;
        Ok(shomei_http::json(StatusCode::OK, "application/vc+ld+json", list.signed, SHORT))
    }
}

fn asset(file: &str) -> Result<Response, Problem> {
    let assets = [
        (STYLESHEET_PATH, "text/css; charset=utf-8", STYLESHEET),
        (SCRIPT_PATH, "text/javascript; charset=utf-8", SCRIPT),
        (VERIFY_SCRIPT_PATH, "text/javascript; charset=utf-8", VERIFY_SCRIPT),
        (UPLOAD_SCRIPT_PATH, "text/javascript; charset=utf-8", UPLOAD_SCRIPT),
        (ICON_PATH, "image/svg+xml", ICON),
    ];
    assets
        .into_iter()
        .find(|(path, ..)| path.strip_prefix("/assets/") == Some(file))
        .map(|(_, media_type, text)| shomei_http::text_reply(media_type, text, Cache::Immutable))
        .ok_or_else(Problem::not_found)
}
