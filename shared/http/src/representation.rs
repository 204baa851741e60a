//! The representation that a request selects: compressed or not, "not modified" to who has it already, and without a body
//! for `HEAD`.

use lambda_http::{
    Body,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
};

use crate::{
    Request, Response,
    coding::{self, Coding},
    entity_tag::{self, EntityTag},
};

/// What describes a body that "not modified" does not send (RFC 9110, section 15.4.5).
const OF_A_BODY: [HeaderName; 5] = [
    header::CONTENT_TYPE,
    header::CONTENT_LANGUAGE,
    header::CONTENT_LENGTH,
    header::CONTENT_ENCODING,
    header::CONTENT_DISPOSITION,
];

/// What is sent for a finished reply, to be called last by every function.
///
/// A public document gets a strong entity tag, is compressed where the request allows it, and is not sent to who names its
/// tag. A reply about one person gets none of these: the length of a compressed secret tells of it (BREACH).
pub fn representation(request: &Request, response: Response) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let selected = if reads && response.status() == StatusCode::OK && may_be_kept(response.headers()) {
        select(request.headers(), response)
    } else {
        response
    };
    if request.method() == Method::HEAD { without_body(selected) } else { selected }
}

/// Whether a copy may be kept by anyone. What does not say so may not.
fn may_be_kept(headers: &HeaderMap) -> bool {
    let personal = |directive: &str| {
        let name = directive.split('=').next().unwrap_or_default().trim();
        name.eq_ignore_ascii_case("no-store") || name.eq_ignore_ascii_case("private")
    };
    let lines: Result<Vec<_>, _> =
        headers.get_all(header::CACHE_CONTROL).iter().map(HeaderValue::to_str).collect();
    let kept = lines
        .is_ok_and(|lines| !lines.is_empty() && !lines.iter().flat_map(|line| line.split(',')).any(personal));
    kept && !headers.contains_key(header::SET_COOKIE)
}

fn select(request: &HeaderMap, response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    let tag = EntityTag::of(&head.headers, &body);
    let coding = if comes_coded(&head.headers) {
        vary_by_coding(&mut head.headers);
        coding::chosen(request, body.len())
    } else {
        Coding::Identity
    };
    // A copy in the other coding is as good. The reply names the copy that it speaks of (RFC 9111, section 4.3.4).
    let other = if coding == Coding::Gzip { Coding::Identity } else { Coding::Gzip };
    if let Some(kept) = entity_tag::named(request, [tag.coded(coding), tag.coded(other)]) {
        head.status = StatusCode::NOT_MODIFIED;
        for name in OF_A_BODY {
            head.headers.remove(name);
        }
        insert(&mut head.headers, header::ETAG, kept.header());
        return Response::from_parts(head, Body::Empty);
    }
    // The gateway undoes the base64 of a binary body, and only of one.
    let coded = if coding == Coding::Gzip { coding::gzip(&body).map(Body::Binary) } else { None };
    if coded.is_some() {
        head.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        head.headers.remove(header::CONTENT_LENGTH);
    }
    let coding = if coded.is_some() { Coding::Gzip } else { Coding::Identity };
    insert(&mut head.headers, header::ETAG, tag.coded(coding).header());
    Response::from_parts(head, coded.unwrap_or(body))
}

fn comes_coded(headers: &HeaderMap) -> bool {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    !headers.contains_key(header::CONTENT_ENCODING) && media_type.is_some_and(coding::is_textual)
}

/// Adds to what stands there, in one line: a gateway may keep only one.
fn vary_by_coding(headers: &mut HeaderMap) {
    let lines = headers.get_all(header::VARY).iter().filter_map(|value| value.to_str().ok());
    let mut names: Vec<&str> =
        lines.flat_map(|line| line.split(',')).map(str::trim).filter(|name| !name.is_empty()).collect();
    if names.iter().any(|name| *name == "*" || name.eq_ignore_ascii_case("accept-encoding")) {
        return;
    }
    names.push("Accept-Encoding");
    let merged = HeaderValue::try_from(names.join(", ")).ok();
    insert(headers, header::VARY, merged);
}

/// The headers that `GET` would get, with the length of its body.
fn without_body(response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    if !matches!(head.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
        head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    }
    Response::from_parts(head, Body::Empty)
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: Option<HeaderValue>) {
    if let Some(value) = value {
        headers.insert(name, value);
    }
}
