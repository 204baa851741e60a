//! Verify: everything that anyone may read. Read-only: it holds a table to read and no other port but the clock.
//!
//! A private, an unclaimed and an unknown badge give the same answer after the same read: only `PUB#` items are read.
#![warn(missing_docs)]

mod badge;
mod picture;

use std::sync::Arc;

use lambda_http::http::{Method, StatusCode};
use serde_json::json;
use shomei_core::{
    achievement::ArtworkId,
    badge::BadgeId,
    candidate::AchievementId,
    ports::{Clock, Table},
    programme::Programme,
    status::{LIST_TTL_MILLISECONDS, StatusListId},
    verify,
};
use shomei_http::{
    Audience, Cache, Found, Problem, Request, Response, Route, Router, accepts,
    metrics::{self, Metric},
};
use shomei_pages::{
    ICON, ICON_PATH, ICON_PNG, Language, SCRIPT, SCRIPT_PATH, STYLESHEET, STYLESHEET_PATH,
    achievement::AchievementPage, home::HomePage, issuer::IssuerPage,
};

/// What anyone can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// What this site is.
    Home,
    /// A badge: page, `.json`, `.png`, `.qr.png`, and the picture for link previews.
    Badge,
    /// An achievement: page, `.json`.
    Achievement,
    /// A picture that no badge is baked into.
    Artwork,
    /// The issuer: page or JSON.
    Issuer,
    /// A status list.
    StatusList,
    /// The issuer's keys.
    DidDocument,
    /// The stylesheet and the icon of all pages.
    Asset,
    /// The icon where browsers look for it unasked.
    Favicon,
}

/// The routes of this function.
pub static ROUTES: &[Route<Operation>] = &[
    Route::new(Method::GET, "/", Audience::Public, Operation::Home),
    Route::new(Method::GET, "/badges/{document}", Audience::Public, Operation::Badge),
    Route::new(Method::GET, "/achievements/{document}", Audience::Public, Operation::Achievement),
    Route::new(Method::GET, "/artwork/{file}", Audience::Public, Operation::Artwork),
    Route::new(Method::GET, "/issuer", Audience::Public, Operation::Issuer),
    Route::new(Method::GET, "/status/{list}", Audience::Public, Operation::StatusList),
    Route::new(Method::GET, "/.well-known/did.json", Audience::Public, Operation::DidDocument),
    Route::new(Method::GET, "/assets/{file}", Audience::Public, Operation::Asset),
    Route::new(Method::GET, "/favicon.ico", Audience::Public, Operation::Favicon),
];

/// Names under which programs ask for a credential.
const CREDENTIAL_TYPES: [&str; 4] =
    ["application/vc+ld+json", "application/vc", "application/ld+json", "application/json"];

/// Names under which programs ask for other documents.
const JSON_TYPES: [&str; 2] = ["application/ld+json", "application/json"];

/// For documents that may change, but not on a recipient's wish. A status list says the same in its `ttl`.
#[expect(clippy::cast_possible_truncation, reason = "five minutes in seconds")]
const SHORT: Cache = Cache::Seconds((LIST_TTL_MILLISECONDS / 1000) as u32);

/// For a file that changes only with the programme, under an address that does not change with it.
const DAY: Cache = Cache::Seconds(86_400);

/// The function with its ports.
pub struct Verify {
    table: Arc<dyn Table>,
    clock: Arc<dyn Clock>,
    programme: Arc<Programme>,
    router: Router<Operation>,
}

impl std::fmt::Debug for Verify {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Verify")
    }
}

impl Verify {
    /// The function on these ports.
    pub fn new(table: Arc<dyn Table>, clock: Arc<dyn Clock>, programme: Arc<Programme>) -> Self {
        Self { table, clock, programme, router: Router::new(ROUTES) }
    }

    /// Answers one request.
    pub async fn handle(&self, request: Request) -> Response {
        let (operation, parameter) = match self.router.find(request.method(), request.uri().path()) {
            Found::Route(route, parameter) => (route.operation, parameter),
            Found::WrongMethod(allowed) => return Problem::wrong_method(allowed).reply(&request),
            Found::Nothing => return Problem::not_found().reply(&request),
        };
        let answer = match operation {
            Operation::Home => self.home(&request),
            Operation::Badge => self.badge(&request, &parameter).await,
            Operation::Achievement => self.achievement(&request, &parameter).await,
            Operation::Artwork => self.artwork(&parameter).await,
            Operation::Issuer => self.issuer(&request),
            Operation::StatusList => self.status_list(&parameter).await,
            Operation::DidDocument => self.did_document(),
            Operation::Asset => asset(&parameter),
            Operation::Favicon => Ok(shomei_http::png(ICON_PNG.to_vec(), DAY)),
        };
        answer.unwrap_or_else(|problem| problem.reply(&request))
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
        let (id, wanted) = suffix(document);
        let id = AchievementId::parse(id).ok_or_else(Problem::not_found)?;
        let achievement = verify::achievement(&*self.table, &id).await?.ok_or_else(Problem::not_found)?;
        let url = self.programme.achievement_url(&id);
        let picture_url = self.programme.artwork_url(&achievement.artwork);
        match wanted {
            Wanted::Json => {}
            Wanted::Negotiated if accepts(request, &JSON_TYPES) => {}
            Wanted::Png | Wanted::Preview | Wanted::Qr => return Err(Problem::not_found()),
            Wanted::Negotiated => {
                let language = shomei_http::language(request);
                let page = AchievementPage {
                    name: achievement.name.into(),
                    description: achievement.description.into(),
                    criteria: achievement.criteria.into(),
                    picture_url,
                    validity_months: achievement.validity_months,
                    issuer: self.programme.issuer_name.clone().into(),
                    issuer_url: self.programme.issuer_page_url(),
                    url,
                };
                return shomei_http::page(StatusCode::OK, language, page.render(language), SHORT);
            }
        }
        Ok(document_reply(&json!({
            "id": url,
            "type": ["Achievement"],
            "achievementType": "Certification",
            "name": achievement.name.ja,
            "description": achievement.description.ja,
            "criteria": { "id": format!("{url}#criteria"), "narrative": achievement.criteria.ja },
            "image": { "id": picture_url, "type": "Image" },
            "inLanguage": "ja",
        })))
    }

    async fn artwork(&self, file: &str) -> Result<Response, Problem> {
        let id = file.strip_suffix(".png").and_then(ArtworkId::parse).ok_or_else(Problem::not_found)?;
        let file = verify::artwork(&*self.table, &id).await?.ok_or_else(Problem::not_found)?;
        Ok(shomei_http::png(file.png, Cache::Immutable))
    }

    fn issuer(&self, request: &Request) -> Result<Response, Problem> {
        let programme = &self.programme;
        if accepts(request, &JSON_TYPES) {
            return Ok(document_reply(&json!({
                "id": programme.did(),
                "type": ["Profile"],
                "name": programme.issuer_name.ja,
                "url": programme.issuer_url,
                "email": programme.contact,
            })));
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

    fn did_document(&self) -> Result<Response, Problem> {
        let document = self.programme.did_document()?;
        let text = serde_json::to_string(&document).map_err(|_| Problem::internal())?;
        Ok(shomei_http::json(StatusCode::OK, "application/did+ld+json", text, SHORT))
    }

    async fn badge(&self, request: &Request, document: &str) -> Result<Response, Problem> {
        let (id, wanted) = suffix(document);
        let language = shomei_http::language(request);
        // What cannot be a badge's name is looked for all the same: no answer tells forms of names apart.
        let id = BadgeId::parse(id).unwrap_or_else(BadgeId::of_nothing);
        let found = match wanted {
            Wanted::Json => self.credential(&id, "application/json").await?,
            Wanted::Png => verify::baked_picture(&*self.table, &id)
                .await?
                .map(|picture| shomei_http::png(picture, Cache::Revalidate)),
            Wanted::Preview => match verify::badge(&*self.table, &id).await? {
                Some(badge) => Some(picture::link_preview(&*self.table, &self.programme, &badge).await?),
                None => None,
            },
            Wanted::Qr => match verify::badge(&*self.table, &id).await? {
                Some(badge) => Some(picture::qr_code(&self.programme, &badge)?),
                None => None,
            },
            Wanted::Negotiated => match CREDENTIAL_TYPES.iter().find(|name| accepts(request, &[name])) {
                Some(media_type) => self.credential(&id, media_type).await?,
                None => self.badge_page(&id, language).await?,
            },
        };
        match found {
            Some(response) => Ok(response),
            None => badge::not_public(request, language),
        }
    }

    async fn credential(&self, id: &BadgeId, media_type: &str) -> Result<Option<Response>, Problem> {
        let badge = verify::badge(&*self.table, id).await?;
        Ok(badge.map(|badge| shomei_http::json(StatusCode::OK, media_type, badge.signed, Cache::Revalidate)))
    }

    async fn badge_page(&self, id: &BadgeId, language: Language) -> Result<Option<Response>, Problem> {
        let examined = verify::examine(&*self.table, &self.programme, id, self.clock.now()).await?;
        match examined {
            None => Ok(None),
            Some(examined) => {
                metrics::count_as(Metric::Verified, examined.report.verdict().name(), 1);
                let page = badge::page(&self.programme, examined);
                shomei_http::page(StatusCode::OK, language, page.render(language), Cache::Revalidate)
                    .map(Some)
            }
        }
    }
}

/// What the end of an address asks for.
enum Wanted {
    Json,
    Png,
    /// The picture for link previews; whatever version the address names, it is drawn as the badge is shown now.
    Preview,
    Qr,
    Negotiated,
}

fn suffix(document: &str) -> (&str, Wanted) {
    match document.split_once('.') {
        Some((id, "json")) => (id, Wanted::Json),
        Some((id, "png")) => (id, Wanted::Png),
        Some((id, "qr.png")) => (id, Wanted::Qr),
        Some((id, rest)) if is_preview(rest) => (id, Wanted::Preview),
        _ => (document, Wanted::Negotiated),
    }
}

/// Whatever version it names.
fn is_preview(ending: &str) -> bool {
    ending.strip_prefix("preview-").is_some_and(|rest| rest.strip_suffix(".png").is_some())
}

fn asset(file: &str) -> Result<Response, Problem> {
    let assets = [
        (STYLESHEET_PATH, "text/css; charset=utf-8", STYLESHEET),
        (SCRIPT_PATH, "text/javascript; charset=utf-8", SCRIPT),
        (ICON_PATH, "image/svg+xml", ICON),
    ];
    assets
        .into_iter()
        .find(|(path, ..)| path.strip_prefix("/assets/") == Some(file))
        .map(|(_, media_type, text)| shomei_http::text_reply(media_type, text, Cache::Immutable))
        .ok_or_else(Problem::not_found)
}

fn document_reply(document: &serde_json::Value) -> Response {
    shomei_http::json(StatusCode::OK, "application/json", document.to_string(), SHORT)
}
