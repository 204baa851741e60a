//! What API Gateway is handed: a compressed body has to be marked as base64, or readers would get its letters.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::io::Read as _;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use flate2::read::GzDecoder;
use futures::FutureExt as _;
use lambda_http::{
    Adapter, Context, Error, LambdaEvent, Request, Service as _,
    http::{Response, StatusCode},
    request::LambdaRequest,
    service_fn,
};
use serde_json::{Value, json};
use shomei_http::{Cache, png, representation};

fn text() -> String {
    "{\"name\":\"証明\"}".repeat(200)
}

/// Sends an event through the platform's own adapter, as the program of a function does.
fn answered(method: &str, headers: &Value, reply: fn() -> Response<lambda_http::Body>) -> Value {
    let event = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/badges/1",
        "rawQueryString": "",
        "headers": headers,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "a1b2c3d4e5",
            "domainName": "badges.example.jp",
            "http": {
                "method": method,
                "path": "/badges/1",
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.24",
                "userAgent": "curl/8.15.0",
            },
            "requestId": "1",
            "routeKey": "$default",
            "stage": "$default",
            "time": "24/Nov/2026:00:42:20 +0000",
            "timeEpoch": 1_795_480_940_000_u64,
        },
        "isBase64Encoded": false,
    });
    let request: LambdaRequest = serde_json::from_value(event).unwrap();
    let function =
        service_fn(move |request: Request| async move { Ok::<_, Error>(representation(&request, reply())) });
    let mut adapter = Adapter::from(function);
    let answer = adapter.call(LambdaEvent::new(request, Context::default())).now_or_never().unwrap();
    serde_json::to_value(answer.unwrap()).unwrap()
}

fn document() -> Response<lambda_http::Body> {
    shomei_http::json(StatusCode::OK, "application/vc+ld+json", text(), Cache::Revalidate)
}

#[test]
fn a_compressed_body_is_marked_as_base64() {
    let answer = answered("GET", &json!({ "accept-encoding": "gzip, br" }), document);
    assert_eq!((&answer["statusCode"], &answer["isBase64Encoded"]), (&json!(200), &json!(true)));
    assert_eq!(answer["headers"]["content-encoding"], "gzip");
    assert_eq!(answer["headers"]["vary"], "Accept, Accept-Language, Accept-Encoding");
    let coded = BASE64_STANDARD.decode(answer["body"].as_str().unwrap()).unwrap();
    let mut body = String::new();
    GzDecoder::new(coded.as_slice()).read_to_string(&mut body).unwrap();
    assert_eq!(body, text());
}

#[test]
fn a_text_stays_a_text_and_a_picture_is_marked() {
    let answer = answered("GET", &json!({}), document);
    assert_eq!((&answer["isBase64Encoded"], &answer["body"]), (&json!(false), &json!(text())));
    let answer =
        answered("GET", &json!({ "accept-encoding": "gzip" }), || png(vec![0xff; 2_000], Cache::Immutable));
    assert_eq!(answer["isBase64Encoded"], true);
    assert_eq!(BASE64_STANDARD.decode(answer["body"].as_str().unwrap()).unwrap(), [0xff; 2_000]);
}

#[test]
fn no_body_is_no_body() {
    let whole = answered("GET", &json!({}), document);
    let tag = &whole["headers"]["etag"];
    let kept = answered("GET", &json!({ "if-none-match": tag }), document);
    assert_eq!((&kept["statusCode"], &kept["headers"]["etag"]), (&json!(304), tag));
    let head = answered("HEAD", &json!({}), document);
    assert_eq!(head["statusCode"], 200);
    assert_eq!(head["headers"]["content-length"], text().len().to_string());
    for answer in [kept, head] {
        assert!(answer["body"].as_str().unwrap_or_default().is_empty(), "{answer}");
    }
}
