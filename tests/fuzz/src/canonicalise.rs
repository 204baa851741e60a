//! Linked data: JSON-LD and N-Quads to their canonical form.

use linked_data::{Hash, Limits, LinkedDataError, canonical_form, canonicalise, canonicalise_with, n_quads};
use serde_json::Value;

/// Statements are bounded by bytes of text; labels, spaces and dots come on top.
const OUTPUT_BYTES: usize = 32 << 20;

/// A canonical form is the form of itself, in whatever order its lines stand.
pub fn examine(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(document) = serde_json::from_str::<Value>(text)
        && let Ok(canonical) = canonicalise(&document, &Limits::default())
    {
        is_its_own_form(&canonical);
        if !canonical.contains("_:c14n1 ") {
            let other = canonicalise_with(&document, &Limits::default(), Hash::Sha384);
            assert_eq!(other.as_ref(), Ok(&canonical), "one node without a name has one label");
        }
    }
    if let Ok(dataset) = n_quads::parse(text)
        && let Ok(form) = canonical_form(&dataset, &Limits::default(), Hash::Sha256)
    {
        is_its_own_form(&form.n_quads);
        let lines: Vec<_> = text.split(['\n', '\r']).rev().collect();
        same_form(&lines.join("\n"), &form.n_quads);
    }
}

fn is_its_own_form(canonical: &str) {
    assert!(canonical.len() <= OUTPUT_BYTES);
    assert!(canonical.is_empty() || canonical.ends_with(" .\n"));
    let lines: Vec<_> = canonical.split_terminator('\n').collect();
    assert!(lines.windows(2).all(|pair| pair[0] < pair[1]), "not sorted, or doubled");
    same_form(canonical, canonical);
    let backwards: Vec<_> = lines.into_iter().rev().collect();
    same_form(&backwards.join("\n"), canonical);
}

fn same_form(statements: &str, canonical: &str) {
    let dataset = n_quads::parse(statements).expect("statements that were read before");
    match canonical_form(&dataset, &Limits::default(), Hash::Sha256) {
        Ok(form) => assert_eq!(form.n_quads, canonical),
        // Where the nodes come in another order, telling them apart may take more.
        Err(error) => assert_eq!(error, LinkedDataError::TooComplex),
    }
}
