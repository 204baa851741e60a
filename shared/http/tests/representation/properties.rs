//! What holds for every header and every body.

use std::collections::HashMap;

use lambda_http::http::{Method, StatusCode, header};
use proptest::prelude::*;
use shomei_http::{Cache, Response, csv, html, json, png, representation};
use shomei_pages::Language;

use crate::{asked, decoded, got, is_coded, tag};

fn accept_encoding_headers() -> impl Strategy<Value = String> {
    let name = prop_oneof![Just("gzip"), Just("x-gzip"), Just("identity"), Just("*"), Just("br"), Just("")];
    let weight = prop_oneof![
        Just(String::new()),
        (0..=1000_u32).prop_map(|weight| format!(";q={}", f64::from(weight) / 1000.0)),
        "[ ;q=0-9.a]{0,8}",
    ];
    let parts = proptest::collection::vec((name, weight), 0..6);
    prop_oneof![
        parts.prop_map(|parts| {
            parts.iter().map(|(name, weight)| format!("{name}{weight}")).collect::<Vec<_>>().join(", ")
        }),
        "[ -~]{0,40}",
    ]
}

fn bodies() -> impl Strategy<Value = String> {
    prop_oneof!["[a-c{}]{0,12}", "\\PC{0,40}", "[ab]{1000,1100}", "\\PC{900,1500}"]
}

fn reply_of(kind: u8, body: &str, cache: Cache) -> Response {
    match kind % 4 {
        0 => html(StatusCode::OK, Language::English, body.to_owned(), cache),
        1 => json(StatusCode::OK, "application/json", body.to_owned(), cache),
        2 => csv("a.csv", body.to_owned(), cache),
        _ => png(body.as_bytes().to_vec(), cache),
    }
}

proptest! {
    #[test]
    fn whatever_is_accepted_the_body_is_the_same(
        header in accept_encoding_headers(), body in bodies(), kind in any::<u8>(), head in any::<bool>()
    ) {
        let headers = [(header::ACCEPT_ENCODING, header.as_str())];
        let answer = got(reply_of(kind, &body, Cache::Revalidate), &headers);
        prop_assert_eq!(decoded(&answer), body.as_bytes());
        prop_assert_eq!(tag(&answer).ends_with("-gzip\""), is_coded(&answer));
        if is_coded(&answer) {
            prop_assert!(header.to_lowercase().contains("gzip") || header.contains('*'));
        }
        let method = if head { Method::HEAD } else { Method::GET };
        let again = representation(&asked(method, &headers), reply_of(kind, &body, Cache::Revalidate));
        prop_assert_eq!(tag(&again), tag(&answer));
    }

    #[test]
    fn not_modified_if_and_only_if_the_tag_matches(
        bodies in proptest::collection::vec(bodies(), 1..6),
        named in proptest::collection::vec((0..6_usize, 0..4_u8), 0..5),
        kind in any::<u8>(),
        header in accept_encoding_headers(),
    ) {
        let tags: Vec<String> =
            bodies.iter().map(|body| tag(&got(reply_of(kind, body, Cache::Revalidate), &[]))).collect();
        let mut of_tags: HashMap<&String, &String> = HashMap::new();
        for (found, body) in tags.iter().zip(&bodies) {
            prop_assert_eq!(*of_tags.entry(found).or_insert(body), body, "two bodies share a tag");
        }
        let named: Vec<(String, String)> = named.iter().filter_map(|(index, form)| {
            let plain = tags.get(*index)?;
            let gzip = format!("{}-gzip\"", plain.trim_end_matches('"'));
            Some((plain.clone(), match form {
                0 => plain.clone(),
                1 => gzip,
                2 => format!("W/{gzip}"),
                _ => format!("W/{plain}"),
            }))
        }).collect();
        let list = named.iter().map(|(_, written)| written.as_str()).collect::<Vec<_>>().join(", ");
        for (body, own) in bodies.iter().zip(&tags) {
            let headers = [(header::IF_NONE_MATCH, list.as_str()), (header::ACCEPT_ENCODING, header.as_str())];
            let answer = got(reply_of(kind, body, Cache::Revalidate), &headers);
            let kept = named.iter().any(|(plain, _)| plain == own);
            prop_assert_eq!(answer.status().as_u16(), if kept { 304 } else { 200 });
            prop_assert_eq!(answer.body().is_empty(), kept || body.is_empty() && !is_coded(&answer));
        }
    }

    #[test]
    fn what_is_about_one_person_is_left_as_it_is(
        header in accept_encoding_headers(), body in bodies(), kind in any::<u8>(), how in 0..6_u8
    ) {
        let cache = if how == 0 { Cache::Private } else { Cache::Revalidate };
        let mut response = reply_of(kind, &body, cache);
        match how {
            0 => {}
            1 => drop(response.headers_mut().insert(header::SET_COOKIE, "a=b".parse().unwrap())),
            2 => drop(response.headers_mut().remove(header::CACHE_CONTROL)),
            3 => {
                let value = "max-age=1, Private=\"x\"".parse().unwrap();
                drop(response.headers_mut().insert(header::CACHE_CONTROL, value));
            }
            4 => drop(response.headers_mut().append(header::CACHE_CONTROL, "private".parse().unwrap())),
            _ => drop(response.headers_mut().insert(header::CACHE_CONTROL, "No-Cache ,NO-STORE".parse().unwrap())),
        }
        for accepted in [header.as_str(), "gzip, identity;q=0"] {
            let headers = [(header::IF_NONE_MATCH, "*"), (header::ACCEPT_ENCODING, accepted)];
            let answer = got(response.clone(), &headers);
            prop_assert_eq!(answer.status(), response.status());
            prop_assert_eq!(answer.headers(), response.headers());
            prop_assert_eq!(answer.body().to_vec(), body.as_bytes());
            prop_assert!(!answer.headers().contains_key(header::ETAG) && !is_coded(&answer));
        }
    }
}
