//! Whether the members of a document say what was signed.
//!
//! A proof over linked data covers a set of statements, and the same statements can be written as JSON in many ways: a
//! member under another name, or in another part that has the same identifier. Readers go by members. So a document
//! counts only if it is written in the plain way, in which nothing can hide from them.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::{
    credential::is_known_context,
    json::{items, member, text},
    report::Finding,
};

/// Statements about the credential itself that must not be hidden, and the members that make them.
const MUST_SHOW: [(&str, &str); 3] = [
    ("https://www.w3.org/2018/credentials#credentialStatus", "credentialStatus"),
    ("https://www.w3.org/2018/credentials#validUntil", "validUntil"),
    ("https://www.w3.org/2018/credentials#expirationDate", "expirationDate"),
];

/// What keeps the members of a document from being what its canonical statements say.
pub(crate) fn check(document: &Value, canonical: &str) -> Option<Finding> {
    let mut parts = HashMap::new();
    unusual(document, &mut parts)
        .map(Finding::UnknownForm)
        .or_else(|| hidden(document, canonical).map(|name| Finding::UnknownForm(name.to_owned())))
}

/// The first thing that is not written in the plain way.
fn unusual<'a>(
    value: &'a Value,
    parts: &mut HashMap<&'a str, Vec<&'a Map<String, Value>>>,
) -> Option<String> {
    match value {
        Value::Array(values) => values.iter().find_map(|value| unusual(value, parts)),
        Value::Object(members) => {
            for (name, member) in members {
                if name == "@context" {
                    if let Some(other) = items(Some(member)).iter().find(|context| !is_plain_context(context))
                    {
                        return Some(format!("@context {other}"));
                    }
                    continue;
                }
                let is_plain = !name.contains(':') && !name.starts_with('@');
                if !is_plain && !matches!(name.as_str(), "@value" | "@language" | "@direction") {
                    return Some(name.clone());
                }
                if let Some(other) = unusual(member, parts) {
                    return Some(other);
                }
            }
            let id = text(value, "id")?;
            let same = parts.entry(id).or_default();
            if same.iter().any(|other| could_swap(members, other)) {
                return Some(format!("id {id}, twice"));
            }
            same.push(members);
            None
        }
        _ => None,
    }
}

fn is_plain_context(context: &Value) -> bool {
    context.as_str().is_some_and(is_known_context)
}

/// Whether two parts with one identifier say different things under one name: these could change places.
fn could_swap(one: &Map<String, Value>, other: &Map<String, Value>) -> bool {
    one.iter().any(|(name, value)| {
        !matches!(name.as_str(), "id" | "type" | "@context")
            && other.get(name).is_some_and(|same| same != value)
    })
}

/// A member that the credential must have by its statements, and has not, or not as often.
fn hidden(document: &Value, canonical: &str) -> Option<&'static str> {
    let id = text(document, "id")?;
    let about = |line: &str, property: &str| {
        line.strip_prefix('<')
            .and_then(|rest| rest.strip_prefix(id))
            .and_then(|rest| rest.strip_prefix("> <"))
            .and_then(|rest| rest.strip_prefix(property))
            .is_some_and(|rest| rest.starts_with('>'))
    };
    MUST_SHOW.iter().find_map(|(property, name)| {
        let stated = canonical.lines().filter(|line| about(line, property)).count();
        let shown = items(member(document, name)).len();
        (stated != shown).then_some(*name)
    })
}
