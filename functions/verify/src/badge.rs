//! A public badge as people see it, and the one answer if there is none.

use lambda_http::http::StatusCode;
use shomei_core::{programme::Programme, verify::Examined};
use shomei_http::{Cache, Problem, Request, Response};
use shomei_pages::{
    Language,
    badge::{BadgePage, NotPublic},
};

use crate::picture;

/// The page of a badge, with the address of its picture for link previews.
pub(crate) fn page(programme: &Programme, examined: Examined) -> BadgePage {
    let share_picture_url =
        programme.preview_url(&examined.badge.id, &picture::version(programme, &examined.badge));
    BadgePage { share_picture_url, ..BadgePage::of(programme, examined) }
}

/// The one answer for a badge that is not public, whatever the reason.
pub(crate) fn not_public(request: &Request, language: Language) -> Result<Response, Problem> {
    if shomei_http::wants_page(request) {
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
