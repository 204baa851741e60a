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
