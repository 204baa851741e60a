//! A public badge in all its forms, and the one answer if there is none.

use lambda_http::http::StatusCode;
use shomei_core::{
    badge::{BadgeId, GoneBadge, PublicBadge},
    programme::Programme,
    verify::{self, Examined, hosted},
};
use shomei_http::{
    Cache, Problem, Request, Response, accepts,
    metrics::{self, Metric},
};
use shomei_pages::{
    Language,
    badge::{BadgeGone, BadgePage, NotPublic},
    revocation,
};

use crate::{Verify, picture, published};

/// Names under which programs ask for a credential.
const CREDENTIAL_TYPES: [&str; 4] =
    ["application/vc+ld+json", "application/vc", "application/ld+json", "application/json"];

/// What the end of an address asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The credential, whatever the request prefers.
    Json,
    /// The hosted form of Open Badges 2.0.
    Version2,
    /// A signed token.
    Token,
    Png,
    /// The picture for link previews; whatever version the address names, it is drawn as the badge is shown now.
    Preview,
    Qr,
    Negotiated,
}

/// The name, and what is asked for.
pub(crate) fn suffix(document: &str) -> (&str, Wanted) {
    match document.split_once('.') {
        Some((id, "json")) => (id, Wanted::Json),
        Some((id, "v2.json")) => (id, Wanted::Version2),
        Some((id, "jwt")) => (id, Wanted::Token),
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

impl Verify {
    /// A badge in the form that is asked for. Every one is asked for again each time, so that hiding a badge works at once.
    pub(crate) async fn badge(&self, request: &Request, document: &str) -> Result<Response, Problem> {
        let (id, wanted) = suffix(document);
        // What cannot be a badge's name is looked for all the same: no answer tells forms of names apart.
        let id = BadgeId::parse(id).unwrap_or_else(BadgeId::of_nothing);
        let shown = match wanted {
            Wanted::Png => verify::baked_picture(&*self.table, &self.programme, &id)
                .await?
                .map(|picture| shomei_http::png(picture, Cache::Revalidate)),
            Wanted::Negotiated => match CREDENTIAL_TYPES.iter().find(|name| accepts(request, &[name])) {
                Some(media_type) => self.public(&id).await?.map(|badge| credential(badge, media_type)),
                None => self.badge_page(&id, shomei_http::language(request)).await?,
            },
            wanted => match self.public(&id).await? {
                Some(badge) => self.form(badge, wanted).await?,
                None => None,
            },
        };
        if let Some(response) = shown {
            return Ok(response);
        }
        match verify::gone(&*self.table, &id).await? {
            Some(gone) => self.gone(request, &gone, wanted),
            None => not_public(request),
        }
    }

    async fn public(&self, id: &BadgeId) -> Result<Option<PublicBadge>, Problem> {
        Ok(verify::badge(&*self.table, id).await?)
    }

    /// None: the badge is not to be had in this form.
    async fn form(&self, badge: PublicBadge, wanted: Wanted) -> Result<Option<Response>, Problem> {
        Ok(match wanted {
            Wanted::Version2 => {
                let assertion = hosted::assertion(&self.programme, &badge)?;
                Some(published::document("application/ld+json", &assertion, Cache::Revalidate)?)
            }
            Wanted::Token => verify::token(&self.programme, &badge)
                .map(|token| shomei_http::jwt(token.to_owned(), Cache::Revalidate)),
            Wanted::Preview => Some(picture::link_preview(&*self.table, &self.programme, &badge).await?),
            Wanted::Qr => Some(picture::qr_code(&self.programme, &badge)?),
            Wanted::Json | Wanted::Png | Wanted::Negotiated => Some(credential(badge, "application/json")),
        })
    }

    async fn badge_page(&self, id: &BadgeId, language: Language) -> Result<Option<Response>, Problem> {
        let examined = verify::examine(&*self.table, &self.programme, id, self.clock.now()).await?;
        match examined {
            None => Ok(None),
            Some(examined) => {
                metrics::count_as(Metric::Verified, examined.report.verdict().name(), 1);
                let mut page = page(&self.programme, examined);
                page.name_match_url = page.name_match_url.filter(|_| self.name_match.is_some());
                shomei_http::page(StatusCode::OK, language, page.render(language), Cache::Revalidate)
                    .map(Some)
            }
        }
    }

    /// 410, and nothing of the badge but why the issuer revoked it, if it did. Tools of version 2.0 read the body.
    fn gone(&self, request: &Request, gone: &GoneBadge, wanted: Wanted) -> Result<Response, Problem> {
        if wanted == Wanted::Version2 {
            let body = hosted::revoked(&self.programme, gone)?;
            let mut response = published::document("application/ld+json", &body, Cache::Revalidate)?;
            *response.status_mut() = StatusCode::GONE;
            return Ok(response);
        }
        if shomei_http::wants_page(request) {
            let language = shomei_http::language(request);
            let page = BadgeGone { revoked: gone.revoked }.render(language);
            return shomei_http::page(StatusCode::GONE, language, page, Cache::Private);
        }
        let title = ("このバッジは現在、効力がありません", "This badge is no longer in force");
        Err(match gone.revoked.as_ref().map(revocation) {
            Some(words) => Problem::new(StatusCode::GONE, "badge-revoked", title, (&words.ja, &words.en)),
            None => Problem::new(
                StatusCode::GONE,
                "badge-gone",
                title,
                (
                    "このアドレスで公開されていたバッジは、削除されたか、新しいバッジに差し替えられました。",
                    "The badge that was public at this address has been deleted or replaced.",
                ),
            ),
        })
    }
}

fn credential(badge: PublicBadge, media_type: &str) -> Response {
    shomei_http::json(StatusCode::OK, media_type, badge.signed, Cache::Revalidate)
}

/// The page of a badge, with the address of its picture for link previews.
fn page(programme: &Programme, examined: Examined) -> BadgePage {
    let share_picture_url =
        programme.preview_url(&examined.badge.id, &picture::version(programme, &examined.badge));
    BadgePage { share_picture_url, ..BadgePage::of(programme, examined) }
}

/// The one answer for a badge that is not public, whatever the reason.
pub(crate) fn not_public(request: &Request) -> Result<Response, Problem> {
    if shomei_http::wants_page(request) {
        let language = shomei_http::language(request);
        shomei_http::page(StatusCode::NOT_FOUND, language, NotPublic.render(language), Cache::Private)
    } else {
        Err(Problem::new(
            StatusCode::NOT_FOUND,
            "badge-not-public",
            ("公開されているバッジはありません", "No public badge"),
            (
                "このアドレスに公開中のバッジはありません。非公開に変更されたか、アドレスが誤っている可能性があります。",
                "There is no public badge at this address. It may be private, or the address may be wrong.",
            ),
        ))
    }
}
