//! Replies: the headers that every answer of a kind has, in one place.

use lambda_http::{
    Body,
    http::{HeaderValue, StatusCode, header, response::Builder},
};
use shomei_pages::{Language, RenderError};

use crate::{Problem, Request, Response};

/// How long a copy of an answer may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cache {
    /// Never kept: it is about one person.
    Private,
    /// Asked for again every time, so that hiding a badge works at once.
    Revalidate,
    /// For so many seconds.
    Seconds(u32),
    /// For ever: the address changes with the content.
    Immutable,
}

impl Cache {
    fn header(self) -> String {
        match self {
            Self::Private => "no-store".to_owned(),
            Self::Revalidate => "no-cache".to_owned(),
            Self::Seconds(seconds) => format!("public, max-age={seconds}"),
            Self::Immutable => "public, max-age=31536000, immutable".to_owned(),
        }
    }
}

/// The content security policy of every page: nothing from elsewhere, nothing inline, forms only home.
pub const fn csp() -> &'static str {
    "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'"
}

/// The same page, whose script may ask this site.
#[must_use]
pub fn connecting(mut page: Response) -> Response {
    if let Ok(policy) = HeaderValue::from_str(&format!("{}; connect-src 'self'", csp())) {
        page.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    page
}

/// A page.
pub fn html(status: StatusCode, language: Language, page: String, cache: Cache) -> Response {
    let builder = base(status, "text/html; charset=utf-8", cache)
        .header(header::CONTENT_LANGUAGE, language.tag())
        .header(header::VARY, "Accept, Accept-Language")
        .header(header::CONTENT_SECURITY_POLICY, csp());
    finish(builder, Body::Text(page))
}

/// A rendered page, or the problem that it could not be rendered.
///
/// # Errors
/// [`Problem::internal`].
pub fn page(
    status: StatusCode,
    language: Language,
    page: Result<String, RenderError>,
    cache: Cache,
) -> Result<Response, Problem> {
    match page {
        Ok(page) => Ok(html(status, language, page, cache)),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            Err(Problem::internal())
        }
    }
}

/// A document for programs. One that is not about one person is readable from any origin.
pub fn json(status: StatusCode, media_type: &str, document: String, cache: Cache) -> Response {
    let builder = base(status, media_type, cache).header(header::VARY, "Accept, Accept-Language");
    finish(across_origins(builder, cache), Body::Text(document))
}

/// A signed token, as programs read it.
pub fn jwt(token: String, cache: Cache) -> Response {
    finish(across_origins(base(StatusCode::OK, "application/jwt", cache), cache), Body::Text(token))
}

/// A table that is kept as a file. Of the file's name, what a header cannot hold becomes `_`.
pub fn csv(file_name: &str, table: String, cache: Cache) -> Response {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
    let file_name = file_name.replace(|letter| !plain(letter), "_");
    let builder = base(StatusCode::OK, "text/csv; charset=utf-8", cache)
        .header(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{file_name}\""));
    finish(builder, Body::Text(table))
}

/// A picture.
pub fn png(picture: Vec<u8>, cache: Cache) -> Response {
    finish(base(StatusCode::OK, "image/png", cache), Body::Binary(picture))
}

/// An archive that is kept as a file, never as a copy on the way.
pub fn zip(archive: Vec<u8>, file_name: &'static str) -> Response {
    let builder = base(StatusCode::OK, "application/zip", Cache::Private)
        .header(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{file_name}\""));
    finish(builder, Body::Binary(archive))
}

/// A text of another kind, such as a stylesheet.
pub fn text_reply(media_type: &str, text: &str, cache: Cache) -> Response {
    finish(base(StatusCode::OK, media_type, cache), Body::Text(text.to_owned()))
}

/// "See other": after a form was posted, show the result under its own address.
pub fn redirect(location: &str) -> Response {
    let builder = base(StatusCode::SEE_OTHER, "text/plain; charset=utf-8", Cache::Private)
        .header(header::LOCATION, HeaderValue::from_str(location).unwrap_or(HeaderValue::from_static("/")));
    finish(builder, Body::Empty)
}

/// Lets pages of any origin read a reply: one that needs no cookie, and tells each of them the same.
#[must_use]
pub fn readable_anywhere(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("ETag"));
    response
}

/// What is not about one person is readable from any origin, with its tag.
fn across_origins(builder: Builder, cache: Cache) -> Builder {
    match cache {
        Cache::Private => builder,
        _ => builder
            .header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")
            .header(header::ACCESS_CONTROL_EXPOSE_HEADERS, "ETag"),
    }
}

/// The answer to `OPTIONS`: what the address takes, and what of it pages of any origin may ask for (Fetch, section 4.8).
pub(crate) fn options(allowed: &str, across_origins: &str, takes_content: bool) -> Response {
    let headers = if takes_content { "Accept, If-None-Match, Content-Type" } else { "Accept, If-None-Match" };
    let builder = lambda_http::Response::builder()
        .status(StatusCode::NO_CONTENT)
        .header(header::ALLOW, allowed)
        .header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")
        .header(header::ACCESS_CONTROL_ALLOW_METHODS, across_origins)
        .header(header::ACCESS_CONTROL_ALLOW_HEADERS, headers)
        .header(header::ACCESS_CONTROL_MAX_AGE, "86400");
    finish(builder, Body::Empty)
}

fn base(status: StatusCode, media_type: &str, cache: Cache) -> Builder {
    lambda_http::Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, media_type)
        .header(header::CACHE_CONTROL, cache.header())
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(header::REFERRER_POLICY, "same-origin")
        .header(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000")
}

/// A header that cannot be built is a fault of ours, answered as one.
pub(crate) fn finish(builder: Builder, body: Body) -> Response {
    builder.body(body).unwrap_or_else(|error| {
        tracing::error!(%error, "a reply could not be built");
        let mut response = Response::new(Body::Empty);
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response
    })
}

/// The reader's language.
pub fn language(request: &Request) -> Language {
    Language::from_accept_language(text_header(request, &header::ACCEPT_LANGUAGE))
}

/// Whether a person's browser asks.
pub fn wants_page(request: &Request) -> bool {
    text_header(request, &header::ACCEPT).is_some_and(|accept| accept.contains("text/html"))
}

/// Whether the request prefers one of these media types to HTML. A browser names `text/html`; a bare `*/*` (curl,
/// link previews) gets the page, as does a missing header.
pub fn accepts(request: &Request, media_types: &[&str]) -> bool {
    let accept = text_header(request, &header::ACCEPT).unwrap_or("*/*");
    let quality = |wanted: &str| {
        accept
            .split(',')
            .filter_map(|part| {
                let mut pieces = part.split(';').map(str::trim);
                let media_type = pieces.next()?;
                let quality = pieces
                    .find_map(|piece| piece.strip_prefix("q="))
                    .map_or(Some(1.0), |text| text.parse::<f32>().ok())?;
                media_type.eq_ignore_ascii_case(wanted).then_some(quality)
            })
            .fold(0.0, f32::max)
    };
    let best = media_types.iter().map(|media_type| quality(media_type)).fold(0.0, f32::max);
    best > 0.0 && best > quality("text/html")
}

fn text_header<'a>(request: &'a Request, name: &header::HeaderName) -> Option<&'a str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_http::http;

    #[test]
    fn programs_get_json_and_browsers_get_pages() {
        let json = ["application/vc+ld+json", "application/ld+json", "application/json"];
        for (accept, expected) in [
            (None, false),
            (Some("*/*"), false),
            (Some("text/html,application/xhtml+xml,*/*;q=0.8"), false),
            (Some("application/json"), true),
            (Some("Application/LD+JSON"), true),
            (Some("text/html;q=0.5, application/vc+ld+json"), true),
            (Some("application/json;q=0.2, text/html"), false),
            (Some("application/json;q=0"), false),
        ] {
            let mut request = http::Request::builder();
            if let Some(accept) = accept {
                request = request.header(header::ACCEPT, accept);
            }
            assert_eq!(accepts(&request.body(Body::Empty).unwrap(), &json), expected, "{accept:?}");
        }
    }
}
