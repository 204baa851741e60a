//! The contexts that are inside. Nothing is ever fetched.

use std::sync::{Arc, OnceLock};

use serde_json::Value;

use crate::context::Local;

/// Address and text, sorted by address.
const TEXTS: [(&str, &str); 16] = [
    ("https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json", include_str!("../contexts/ob-3.0.1.json")),
    ("https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json", include_str!("../contexts/ob-3.0.2.json")),
    ("https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json", include_str!("../contexts/ob-3.0.3.json")),
    ("https://purl.imsglobal.org/spec/ob/v3p0/context.json", include_str!("../contexts/ob-context.json")),
    (
        "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
        include_str!("../contexts/ob-extensions.json"),
    ),
    ("https://w3id.org/openbadges/v2", include_str!("../contexts/ob-v2.json")),
    ("https://w3id.org/security/data-integrity/v1", include_str!("../contexts/di-v1.json")),
    ("https://w3id.org/security/data-integrity/v2", include_str!("../contexts/di-v2.json")),
    ("https://w3id.org/security/multikey/v1", include_str!("../contexts/multikey-v1.json")),
    ("https://w3id.org/security/suites/ed25519-2020/v1", include_str!("../contexts/ed25519-2020-v1.json")),
    ("https://w3id.org/security/v1", include_str!("../contexts/security-v1.json")),
    ("https://w3id.org/security/v2", include_str!("../contexts/security-v2.json")),
    ("https://www.w3.org/2018/credentials/v1", include_str!("../contexts/credentials-v1.json")),
    ("https://www.w3.org/ns/cid/v1", include_str!("../contexts/cid-v1.json")),
    ("https://www.w3.org/ns/credentials/v2", include_str!("../contexts/credentials-v2.json")),
    ("https://www.w3.org/ns/did/v1", include_str!("../contexts/did-v1.json")),
];

static CONTEXTS: [OnceLock<Option<Local>>; TEXTS.len()] = [const { OnceLock::new() }; TEXTS.len()];

/// Whether a document that names this context can be read.
pub fn knows_context(address: &str) -> bool {
    position(address).is_some()
}

/// A context by its address.
pub(crate) fn context(address: &str) -> Option<&'static Local> {
    let position = position(address)?;
    CONTEXTS.get(position)?.get_or_init(|| read(position)).as_ref()
}

fn position(address: &str) -> Option<usize> {
    TEXTS.binary_search_by(|(known, _)| (*known).cmp(address)).ok()
}

fn read(position: usize) -> Option<Local> {
    let (_, text) = TEXTS.get(position)?;
    let Ok(Value::Object(mut document)) = serde_json::from_str(text) else { return None };
    Some(Local::shared(Arc::new(document.remove("@context")?)))
}

#[cfg(test)]
mod tests {
    use super::{TEXTS, context};

    #[test]
    fn every_context_is_found_and_read() {
        assert!(TEXTS.is_sorted());
        assert!(TEXTS.iter().all(|(address, _)| context(address).is_some()));
    }
}
