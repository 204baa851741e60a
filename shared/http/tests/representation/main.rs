//! Public replies as caches like them, and private ones that no cache and no compressor touches.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod properties;

use std::{collections::HashSet, io::Read as _};

use flate2::read::GzDecoder;
use lambda_http::{
    Body,
    http::{HeaderMap, Method, StatusCode, header},
};
use shomei_http::{
    Cache, Request, Response, csv, html, json, jwt, png, redirect, representation, text_reply, zip,
};
use shomei_pages::Language;

const LONG: usize = 4_000;

fn asked(method: Method, headers: &[(header::HeaderName, &str)]) -> Request {
    let mut request = lambda_http::http::Request::builder().method(method).uri("/badges/1");
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    request.body(Body::Empty).unwrap()
}

fn got(response: Response, headers: &[(header::HeaderName, &str)]) -> Response {
    representation(&asked(Method::GET, headers), response)
}

fn document(text: &str) -> Response {
    json(StatusCode::OK, "application/vc+ld+json", text.to_owned(), Cache::Revalidate)
}

fn long() -> Response {
    document(&"{\"name\":\"証明\"}".repeat(LONG / 10))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap())
}

fn tag(response: &Response) -> String {
    text(response.headers(), "etag").unwrap().to_owned()
}

fn is_coded(response: &Response) -> bool {
    response.headers().contains_key(header::CONTENT_ENCODING)
}

/// The body without its coding.
fn decoded(response: &Response) -> Vec<u8> {
    match text(response.headers(), "content-encoding") {
        None => response.body().to_vec(),
        Some("gzip") => {
            assert!(
                matches!(response.body(), Body::Binary(_)),
                "only a binary body keeps its bytes on the way"
            );
            let mut body = Vec::new();
            GzDecoder::new(&**response.body()).read_to_end(&mut body).unwrap();
            body
        }
        Some(other) => panic!("{other} was never offered"),
    }
}

/// One reply of every kind that may be kept.
fn public(cache: Cache) -> Vec<(&'static str, Response)> {
    let long = "文".repeat(LONG);
    vec![
        ("html", html(StatusCode::OK, Language::Japanese, long.clone(), cache)),
        ("json", json(StatusCode::OK, "application/json", long.clone(), cache)),
        ("ld+json", json(StatusCode::OK, "application/vc+ld+json", long.clone(), cache)),
        ("css", text_reply("text/css; charset=utf-8", &long, cache)),
        ("svg", text_reply("image/svg+xml", &long, cache)),
        ("csv", csv("table.csv", long.clone(), cache)),
        ("jwt", jwt(long, cache)),
        ("png", png(vec![7; LONG], cache)),
        ("empty", json(StatusCode::OK, "application/json", String::new(), cache)),
        ("not found", json(StatusCode::NOT_FOUND, "application/json", "{}".to_owned(), cache)),
        ("gone", json(StatusCode::GONE, "application/ld+json", "文".repeat(LONG), cache)),
    ]
}

#[test]
fn how_long_each_kind_is_kept() {
    for (cache, expected) in [
        (Cache::Private, "no-store"),
        (Cache::Revalidate, "no-cache"),
        (Cache::Seconds(300), "public, max-age=300"),
        (Cache::Immutable, "public, max-age=31536000, immutable"),
    ] {
        for (kind, response) in public(cache) {
            let response = got(response, &[]);
            assert_eq!(text(response.headers(), "cache-control"), Some(expected), "{kind}");
        }
    }
}

#[test]
fn if_none_match() {
    let coded = got(long(), &[(header::ACCEPT_ENCODING, "gzip")]);
    let (plain, gzip) = (tag(&got(long(), &[])), tag(&coded));
    assert_eq!(gzip, format!("{}-gzip\"", plain.trim_end_matches('"')));
    assert!(plain.starts_with('"') && plain.len() == 34, "{plain}");
    let bare = plain.trim_matches('"');
    for (header, expected) in [
        (plain.clone(), Some(&plain)),
        (gzip.clone(), Some(&gzip)),
        (format!("W/{plain}"), Some(&plain)),
        (format!("W/{gzip}"), Some(&gzip)),
        (format!("\"a,b\", {plain}"), Some(&plain)),
        (format!(" ,\"a\" ,, W/\"\",\t{gzip} , "), Some(&gzip)),
        (format!("\"{plain}"), None),
        ("*".to_owned(), Some(&plain)),
        (" * ".to_owned(), Some(&plain)),
        ("\"*\"".to_owned(), None),
        (bare.to_owned(), None),
        (format!("w/{plain}"), None),
        (format!("\"{bare}"), None),
        (format!("\"{}\"", bare.to_uppercase()), None),
        (format!("\"{bare}-br\""), None),
        (format!("\"x{bare}\""), None),
        (format!("\"a, {bare}\""), None),
        ("\"\"".to_owned(), None),
        (String::new(), None),
    ] {
        let answer = got(long(), &[(header::IF_NONE_MATCH, &header)]);
        let status = if expected.is_some() { 304 } else { 200 };
        assert_eq!(
            (answer.status().as_u16(), &tag(&answer)),
            (status, expected.unwrap_or(&plain)),
            "{header}"
        );
    }
    // Either copy is good, whichever coding is asked for now; `*` is the one that would be sent.
    for (header, accepted, expected) in [
        (&plain, "gzip", &plain),
        (&gzip, "gzip", &gzip),
        (&gzip, "identity", &gzip),
        (&format!("{plain}, {gzip}"), "gzip", &gzip),
        (&format!("{gzip}, {plain}"), "identity", &plain),
        (&"*".to_owned(), "gzip", &gzip),
    ] {
        let answer = got(long(), &[(header::IF_NONE_MATCH, header), (header::ACCEPT_ENCODING, accepted)]);
        assert_eq!((answer.status().as_u16(), &tag(&answer)), (304, expected), "{header} {accepted}");
    }
    // Two lines are one list.
    let two = [(header::IF_NONE_MATCH, "\"a\""), (header::IF_NONE_MATCH, plain.as_str())];
    assert_eq!(got(long(), &two).status(), 304);
}

#[test]
fn not_modified_says_what_a_cache_needs_and_no_more() {
    let mut whole = csv("table.csv", "a,b\n".repeat(LONG), Cache::Seconds(300));
    whole.headers_mut().insert(header::CONTENT_LOCATION, "/table.csv".parse().unwrap());
    whole.headers_mut().insert(header::EXPIRES, "Thu, 01 Jan 2026 00:00:00 GMT".parse().unwrap());
    whole.headers_mut().insert(header::CONTENT_LENGTH, "1".parse().unwrap());
    whole.headers_mut().insert(header::CONTENT_LANGUAGE, "ja".parse().unwrap());
    for method in [Method::GET, Method::HEAD] {
        let answer = representation(&asked(method, &[(header::IF_NONE_MATCH, "*")]), whole.clone());
        assert_eq!(answer.status(), 304);
        assert!(matches!(answer.body(), Body::Empty));
        for name in ["cache-control", "content-location", "etag", "expires", "vary"] {
            assert!(answer.headers().contains_key(name), "{name} is missing");
        }
        for name in
            ["content-type", "content-language", "content-length", "content-encoding", "content-disposition"]
        {
            assert!(!answer.headers().contains_key(name), "{name} describes no body");
        }
    }
    // A page of another origin may read this answer as it might the document.
    let answer = got(long(), &[(header::IF_NONE_MATCH, "*")]);
    assert_eq!(text(answer.headers(), "access-control-allow-origin"), Some("*"));
    assert_eq!(text(answer.headers(), "access-control-expose-headers"), Some("ETag"));
}

#[test]
fn accept_encoding() {
    for (header, coded) in [
        (None, false),
        (Some(""), false),
        (Some("gzip"), true),
        (Some("x-gzip"), true),
        (Some("GZip"), true),
        (Some("gzip, deflate, br, zstd"), true),
        (Some("deflate, br"), false),
        (Some("identity"), false),
        (Some("*"), true),
        (Some("*;q=0"), false),
        (Some("*;q=0, gzip"), true),
        (Some("gzip;q=0"), false),
        (Some("gzip;q=0.0, *"), false),
        (Some("gzip;q=0.001"), true),
        (Some("gzip ; q=1.000"), true),
        (Some("gzip;Q=0.5"), true),
        (Some("gzip;q=1.001"), false),
        (Some("gzip;q=0.0001"), false),
        (Some("gzip;q=-1"), false),
        (Some("gzip;q=+1"), false),
        (Some("gzip;q="), false),
        (Some("gzip;level=9"), false),
        (Some("gzip;q=0.5, identity"), false),
        (Some("gzip;q=0.5, identity;q=0.5"), true),
        (Some("gzip;q=0.5, identity;q=0.501"), false),
        (Some("gzip;q=0.5, *;q=0.8"), false),
        (Some("gzip;q=0.5, *;q=0.8, identity;q=0.1"), true),
        (Some("gzip;q=0.2, identity;q=0"), true),
        (Some("identity;q=0"), false),
        (Some("identity;q=0, *;q=0.1"), true),
        (Some("gzip;q=0, identity;q=0"), false),
        (Some("gzipped"), false),
    ] {
        let headers: Vec<_> = header.map(|value| (header::ACCEPT_ENCODING, value)).into_iter().collect();
        let answer = got(long(), &headers);
        assert_eq!(is_coded(&answer), coded, "{header:?}");
        assert_eq!(decoded(&answer), long().body().to_vec(), "{header:?}");
        assert_eq!(text(answer.headers(), "vary"), Some("Accept, Accept-Language, Accept-Encoding"));
    }
    let two = [(header::ACCEPT_ENCODING, "br"), (header::ACCEPT_ENCODING, "gzip")];
    assert!(is_coded(&got(long(), &two)));
}

#[test]
fn only_long_texts_are_compressed() {
    let gzip = [(header::ACCEPT_ENCODING, "gzip")];
    let of_length = |length| text_reply("text/css; charset=utf-8", &"a".repeat(length), Cache::Immutable);
    assert!(!is_coded(&got(of_length(1_023), &gzip)));
    assert!(is_coded(&got(of_length(1_024), &gzip)));
    // A short one too, where nothing else is accepted.
    assert!(is_coded(&got(of_length(0), &[(header::ACCEPT_ENCODING, "gzip, identity;q=0")])));
    for (kind, response) in public(Cache::Seconds(300)) {
        let expected = !matches!(kind, "jwt" | "png" | "empty" | "not found" | "gone");
        let answer = got(response, &gzip);
        assert_eq!(is_coded(&answer), expected, "{kind}");
        assert!(!answer.headers().contains_key(header::CONTENT_LENGTH), "{kind}");
    }
    // What comes in a coding keeps it.
    let mut compressed = long();
    compressed.headers_mut().insert(header::CONTENT_ENCODING, "br".parse().unwrap());
    let answer = got(compressed, &gzip);
    assert_eq!(text(answer.headers(), "content-encoding"), Some("br"));
    assert_eq!(answer.body().to_vec(), long().body().to_vec());
}

#[test]
fn vary_keeps_what_stands_there() {
    for (lines, expected) in [
        (&[][..], "Accept-Encoding"),
        (&["Accept"], "Accept, Accept-Encoding"),
        (&["Accept, Accept-Language"], "Accept, Accept-Language, Accept-Encoding"),
        (&["Accept", " Origin ,, Cookie"], "Accept, Origin, Cookie, Accept-Encoding"),
        (&["accept-encoding, Accept"], "accept-encoding, Accept"),
        (&["*"], "*"),
    ] {
        let mut response = text_reply("application/json", "{}", Cache::Revalidate);
        for line in lines {
            response.headers_mut().append(header::VARY, line.parse().unwrap());
        }
        let answer = got(response, &[]);
        let found: Vec<_> = answer.headers().get_all(header::VARY).iter().collect();
        assert_eq!(found, [expected], "{lines:?}");
    }
    // What comes in one coding only does not vary by it.
    assert_eq!(text(got(png(vec![1], Cache::Revalidate), &[]).headers(), "vary"), None);
}

#[test]
fn head_is_get_without_the_body() {
    let personal = public(Cache::Private);
    let others = [("zip", zip(vec![1; LONG], "a.zip")), ("redirect", redirect("/wallet"))];
    let cases = public(Cache::Revalidate).into_iter().chain(personal).chain(others);
    for (kind, response) in cases {
        for headers in [
            &[][..],
            &[(header::ACCEPT_ENCODING, "gzip")],
            &[(header::IF_NONE_MATCH, "*")],
            &[(header::IF_NONE_MATCH, "\"other\""), (header::ACCEPT_ENCODING, "gzip, identity;q=0")],
        ] {
            let case = format!("{kind} {headers:?}");
            let get = got(response.clone(), headers);
            let head = representation(&asked(Method::HEAD, headers), response.clone());
            assert!(matches!(head.body(), Body::Empty), "{case}");
            let mut named = head.headers().clone();
            let length = named.remove(header::CONTENT_LENGTH);
            let length = length.map(|value| value.to_str().unwrap().parse::<usize>().unwrap());
            let expected = (get.status() != StatusCode::NOT_MODIFIED).then(|| get.body().len());
            assert_eq!((head.status(), length), (get.status(), expected), "{case}");
            assert_eq!(&named, get.headers(), "{case}");
        }
    }
}

#[test]
fn only_reading_a_document_that_is_there_is_conditional() {
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let headers = [(header::IF_NONE_MATCH, "*"), (header::ACCEPT_ENCODING, "gzip")];
        let answer = representation(&asked(method.clone(), &headers), long());
        assert_eq!(answer.status(), 200, "{method}");
        assert!(!answer.headers().contains_key(header::ETAG) && !is_coded(&answer), "{method}");
    }
    for status in [201, 303, 404, 410, 500] {
        let mut response = long();
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        let answer = got(response, &[(header::IF_NONE_MATCH, "*")]);
        assert_eq!((answer.status().as_u16(), answer.headers().get("etag")), (status, None));
    }
}

#[test]
fn types_and_languages_are_told_apart() {
    let of_type = |media_type| json(StatusCode::OK, media_type, "{}".to_owned(), Cache::Revalidate);
    let page = |language| html(StatusCode::OK, language, "{}".to_owned(), Cache::Revalidate);
    let replies = [
        of_type("application/json"),
        of_type("application/vc+ld+json"),
        page(Language::Japanese),
        page(Language::English),
        // The border between type and body is not lost.
        text_reply("text/css", "{}", Cache::Revalidate),
        text_reply("text/css{", "}", Cache::Revalidate),
    ];
    let tags: HashSet<String> = replies.into_iter().map(|response| tag(&got(response, &[]))).collect();
    assert_eq!(tags.len(), 6);
    // How long a copy is kept changes no byte of it.
    let kept = |cache| tag(&got(json(StatusCode::OK, "application/json", "{}".to_owned(), cache), &[]));
    assert_eq!(kept(Cache::Revalidate), kept(Cache::Seconds(300)));
}

#[test]
fn programs_of_any_origin_read_public_documents_and_their_tags() {
    for (kind, response) in public(Cache::Revalidate) {
        let open = !matches!(kind, "html" | "css" | "svg" | "csv" | "png");
        assert_eq!(text(response.headers(), "access-control-allow-origin"), open.then_some("*"), "{kind}");
        assert_eq!(
            text(response.headers(), "access-control-expose-headers"),
            open.then_some("ETag"),
            "{kind}"
        );
    }
    for (kind, response) in public(Cache::Private) {
        assert_eq!(text(response.headers(), "access-control-allow-origin"), None, "{kind}");
    }
    let token = jwt("a.b.c".to_owned(), Cache::Revalidate);
    assert_eq!(text(token.headers(), "content-type"), Some("application/jwt"));
    let opened =
        shomei_http::readable_anywhere(json(StatusCode::OK, "application/json", "{}".into(), Cache::Private));
    assert_eq!(text(opened.headers(), "access-control-allow-origin"), Some("*"));
    assert_eq!(text(opened.headers(), "cache-control"), Some("no-store"));
}

#[test]
fn a_table_is_kept_as_a_file_of_a_plain_name() {
    let table = csv("検証 \"1\"\r\n2026-10.csv", "名前\n".to_owned(), Cache::Private);
    assert_eq!(text(table.headers(), "content-type"), Some("text/csv; charset=utf-8"));
    let named = text(table.headers(), "content-disposition");
    assert_eq!(named, Some("attachment; filename=\"____1___2026-10.csv\""));
}
