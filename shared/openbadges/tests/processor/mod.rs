//! A full JSON-LD 1.1 and RDFC-1.0 processor, to compare with.
#![allow(dead_code, reason = "each test uses its part")]

use oxjsonld::{JsonLdParser, JsonLdRemoteDocument};
use oxrdf::{
    Dataset, Quad,
    dataset::{CanonicalizationAlgorithm, CanonicalizationHashAlgorithm},
};

/// The contexts that a badge names. There are no others to load.
pub(crate) const CONTEXTS: [(&str, &str); 3] = [
    (
        "https://www.w3.org/ns/credentials/v2",
        include_str!("../../../linked-data/contexts/credentials-v2.json"),
    ),
    (
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        include_str!("../../../linked-data/contexts/ob-3.0.3.json"),
    ),
    (
        "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
        include_str!("../../../linked-data/contexts/ob-extensions.json"),
    ),
];

/// The canonical N-Quads of a JSON-LD document.
pub(crate) fn canonical(document: &str) -> Result<String, String> {
    canonical_with(document, &[])
}

/// [`canonical`], with further contexts.
pub(crate) fn canonical_with(
    document: &str,
    further: &'static [(&'static str, &'static str)],
) -> Result<String, String> {
    let parser =
        JsonLdParser::new().for_slice(document.as_bytes()).with_load_document_callback(move |url, _| {
            let (_, context) = CONTEXTS
                .iter()
                .chain(further)
                .find(|(address, _)| *address == url)
                .ok_or_else(|| format!("no context {url}"))?;
            Ok(JsonLdRemoteDocument { document: context.as_bytes().to_vec(), document_url: url.into() })
        });
    let quads = parser.collect::<Result<Vec<Quad>, _>>().map_err(|error| error.to_string())?;
    Ok(canonical_dataset(quads, CanonicalizationHashAlgorithm::Sha256))
}

/// The canonical N-Quads of some statements (RDFC-1.0).
pub(crate) fn canonical_dataset(
    quads: impl IntoIterator<Item = Quad>,
    hash_algorithm: CanonicalizationHashAlgorithm,
) -> String {
    let mut dataset = Dataset::from_iter(quads);
    dataset.canonicalize(CanonicalizationAlgorithm::Rdfc10 { hash_algorithm });
    let mut lines: Vec<String> = dataset.iter().map(|quad| format!("{quad} .\n")).collect();
    lines.sort_unstable();
    lines.concat()
}
