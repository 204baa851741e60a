//! What a token says of a person.

use chrono::{DateTime, Utc};
use openidconnect::{AdditionalClaims, IdTokenClaims, core::CoreGenderClaim};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Every claim that the standard does not name.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
pub(crate) struct Others {
    #[serde(flatten)]
    all: Map<String, Value>,
}

impl AdditionalClaims for Others {}

/// What is listed under a claim: a text, or a list of texts. The claim's name is taken as it is, or, if there is none of that name, as a
/// path with dots (`realm_access.roles`). An address counts only if the service has verified it.
pub(crate) fn listed(claims: &IdTokenClaims<Others, CoreGenderClaim>, name: &str) -> Vec<String> {
    if name == "email" {
        let verified = claims.email_verified() == Some(true);
        return claims.email().filter(|_| verified).map(|email| email.to_string()).into_iter().collect();
    }
    let others = &claims.additional_claims().all;
    let by_path = || {
        let (first, rest) = name.split_once('.')?;
        rest.split('.').try_fold(others.get(first)?, |value, part| value.get(part))
    };
    match others.get(name).or_else(by_path) {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(texts)) => texts.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// A moment as the library counts.
pub(crate) fn moment(at: jiff::Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp(at.as_second(), 0).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(claims: &Value, name: &str) -> Vec<String> {
        let Value::Object(mut all) = json!({
            "iss": "https://login.example.jp", "aud": ["office"], "sub": "staff-1", "iat": 1, "exp": 2,
        }) else {
            return Vec::new();
        };
        all.extend(claims.as_object().unwrap().clone());
        listed(&serde_json::from_value(Value::Object(all)).unwrap(), name)
    }

    #[test]
    fn roles_are_texts_under_the_name_of_the_claim() {
        assert_eq!(of(&json!({ "roles": ["a", "b"] }), "roles"), ["a", "b"]);
        assert_eq!(of(&json!({ "roles": "a" }), "roles"), ["a"]);
        assert_eq!(of(&json!({ "cognito:groups": ["a"] }), "cognito:groups"), ["a"]);
        assert_eq!(of(&json!({ "roles": ["a", 7, ["b"], null] }), "roles"), ["a"]);
        for none in
            [json!({}), json!({ "roles": { "a": true } }), json!({ "roles": 7 }), json!({ "groups": ["a"] })]
        {
            assert!(of(&none, "roles").is_empty(), "{none}");
        }
    }

    #[test]
    fn a_name_with_dots_leads_into_objects_if_no_claim_is_called_so() {
        let nested = json!({ "realm_access": { "roles": ["a"] } });
        assert_eq!(of(&nested, "realm_access.roles"), ["a"]);
        assert!(of(&nested, "realm_access").is_empty());
        assert!(of(&nested, "realm_access.roles.0").is_empty());
        let both = json!({ "https://example.jp/roles": ["a"], "https://example": { "jp/roles": ["b"] } });
        assert_eq!(of(&both, "https://example.jp/roles"), ["a"]);
    }

    #[test]
    fn an_address_counts_only_if_it_is_verified() {
        let address = |verified: Value| {
            of(&json!({ "email": "hanako@example.jp", "email_verified": verified }), "email")
        };
        assert_eq!(address(json!(true)), ["hanako@example.jp"]);
        // As some services write it.
        assert_eq!(address(json!("true")), ["hanako@example.jp"]);
        assert!(address(json!(false)).is_empty());
        assert!(of(&json!({ "email": "hanako@example.jp" }), "email").is_empty());
    }
}
