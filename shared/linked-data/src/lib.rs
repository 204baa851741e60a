//! Linked data that others wrote: JSON-LD 1.1 to an RDF dataset, and its canonical form (RDFC-1.0).
//!
//! Our own documents never come here: `openbadges` writes their canonical form straight from their fields. This is the
//! way for documents of any other shape. Contexts come only from inside, nothing is fetched, and a term that no context
//! defines is an error ("safe mode"): a processor that drops it would verify a document that says more than was signed.
//!
//! ```text
//! JSON ─ expand ─▶ nodes ─ rdf ─▶ dataset ─ canonical ─▶ N-Quads
//!          ▲
//!       context ◀─ library: the contexts inside
//! ```
#![warn(missing_docs)]

mod budget;
mod canonical;
mod context;
mod dataset;
mod expand;
mod hash;
mod iri;
pub mod jcs;
mod keyword;
mod library;
pub mod n_quads;
mod number;
mod rdf;

use serde_json::Value;

pub use crate::{
    canonical::{Canonical, canonical_form},
    dataset::Dataset,
    hash::Hash,
    library::knows_context,
};

/// How much work a document may cause.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How deep the JSON may be nested.
    pub depth: usize,
    /// How many statements it may become.
    pub quads: usize,
    /// How many nodes without identifier it may have.
    pub blank_nodes: usize,
    /// How many hashes the canonical form may take (RDFC-1.0, section 7.1 "Dataset poisoning").
    pub hashes: usize,
}

/// Ten times what a large credential needs. The worst document that they admit ends within a tenth of a second.
impl Default for Limits {
    fn default() -> Self {
        Self { depth: 64, quads: 20_000, blank_nodes: 2_000, hashes: 50_000 }
    }
}

/// A document has no canonical form here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkedDataError {
    /// It names a context that is not inside.
    #[error("the context {0} is not known here")]
    UnknownContext(String),
    /// It uses something of JSON-LD that is not read here.
    #[error("{0} is not supported")]
    Unsupported(String),
    /// Something in it would be dropped, so a signature would not cover it.
    #[error("{0} is not defined by the document's contexts, so no signature covers it")]
    Undefined(String),
    /// It breaks a rule of JSON-LD, named with the error code of the specification.
    #[error("the document is not JSON-LD: {0}")]
    Malformed(String),
    /// It would take more work than allowed.
    #[error("the document is too complex to check")]
    TooComplex,
}

impl LinkedDataError {
    pub(crate) fn malformed(code: &str) -> Self {
        Self::Malformed(code.to_owned())
    }

    pub(crate) fn unsupported(what: &str) -> Self {
        Self::Unsupported(what.to_owned())
    }
}

/// The canonical N-Quads of a document (RDFC-1.0 with SHA-256, base IRI null).
///
/// # Errors
/// [`LinkedDataError`] saying what keeps it from having them.
pub fn canonicalise(document: &Value, limits: &Limits) -> Result<String, LinkedDataError> {
    canonicalise_with(document, limits, Hash::Sha256)
}

/// [`canonicalise`] with another hash: `ecdsa-rdfc-2019` takes SHA-384 where the key is on P-384.
///
/// # Errors
/// [`LinkedDataError`] saying what keeps it from having them.
pub fn canonicalise_with(document: &Value, limits: &Limits, hash: Hash) -> Result<String, LinkedDataError> {
    Ok(canonical_form(&dataset(document, limits)?, limits, hash)?.n_quads)
}

/// The statements of a document.
///
/// # Errors
/// [`LinkedDataError`] saying what keeps it from having them.
pub fn dataset(document: &Value, limits: &Limits) -> Result<Dataset, LinkedDataError> {
    budget::check_depth(document, limits.depth)?;
    rdf::statements(&expand::document(document)?, limits)
}
