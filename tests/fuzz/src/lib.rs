//! What must hold for any bytes, one module a target: `examine` panics where a law is broken.
//!
//! libFuzzer is not needed here: `targets/` hands these functions to it, and `tests/corpus.rs` runs them over the kept
//! corpora.

pub mod canonicalise;
pub mod credential;
pub mod csv_list;
pub mod mail_address;
pub mod status_list;
pub mod token;
pub mod unbake;
pub mod world;

/// A target: what it takes, under the name of its corpus.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 7] = [
    ("unbake", unbake::examine),
    ("credential", credential::examine),
    ("canonicalise", canonicalise::examine),
    ("status_list", status_list::examine),
    ("token", token::examine),
    ("csv_list", csv_list::examine),
    ("mail_address", mail_address::examine),
];
