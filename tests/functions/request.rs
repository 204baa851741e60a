//! Requests as the gateway hands them on, and the gate that opens to their staff.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};
use shomei_core::office::RoleNames;
use shomei_http::{Request, staff::StaffGate};

/// The role of the staff in all events.
const ROLE: &str = "clerk";

/// Who issues the tokens of staff in all events, and for whom.
const ISSUER: &str = "https://login.example.jp/";
const AUDIENCE: &str = "https://badges.example.jp";

/// What the sign-in service calls the member of the staff.
pub(crate) const STAFF: &str = "staff-1";

/// Where every request of the tests comes from.
pub(crate) const NETWORK: &str = "203.0.113.24";

/// Opens to the staff of [`request`].
pub(crate) fn gate() -> StaffGate {
    StaffGate::Claims {
        issuer: ISSUER.to_owned(),
        audience: AUDIENCE.to_owned(),
        roles: RoleNames::of_clerks("roles", ROLE),
    }
}

/// A request as the gateway hands it on, from signed-in staff where the route asks for that. The gateway has cookies in a place
/// of their own.
pub(crate) fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Request {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let (cookies, headers): (Vec<_>, Vec<_>) =
        headers.iter().copied().partition(|(name, _)| *name == "cookie");
    let cookies: Vec<&str> = cookies.into_iter().map(|(_, value)| value).collect();
    let headers: Map<String, Value> =
        headers.into_iter().map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
    let event = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "cookies": cookies,
        "headers": headers,
        "requestContext": {
            "authorizer": { "jwt": {
                "claims": { "iss": ISSUER, "aud": AUDIENCE, "sub": STAFF, "roles": format!("[{ROLE}]") },
                "scopes": null,
            } },
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": NETWORK,
                "userAgent": "test",
            },
            "stage": "$default",
            "time": "02/Nov/2026:00:00:00 +0000",
            "timeEpoch": 1_793_577_600_000_i64,
        },
        "body": STANDARD.encode(body),
        "isBase64Encoded": true,
    });
    lambda_http::request::from_str(&event.to_string()).unwrap()
}
