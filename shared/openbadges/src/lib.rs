//! Open Badges 3.0 and 2.0, and nothing of anyone's programme: documents, canonical form, `eddsa-rdfc-2022` proofs, signed
//! tokens, status lists, `did:web`, baking, verification.
//!
//! # Why this shape
//! A processor of arbitrary JSON-LD is slow, needs contexts at run time and silently drops what it does not know, so
//! that a signed document may say more than was signed. Here a document is a closed Rust type: it has only members
//! that are signed, every node has an identifier except one, and its canonical N-Quads are written straight from its
//! fields. A full JSON-LD 1.1 and RDFC-1.0 processor is the oracle of the tests, byte for byte.
//!
//! # What it will not do
//! Read documents of other shapes, fetch anything, know the time, or keep a private key that matters (the signer is
//! remote: [`proof::Unsigned`] gives 64 bytes out and takes a signature back).
//!
//! # Signing
//! ```
//! # use openbadges::{keys::SecretKey, proof::{ProofOptions, Unsigned}, status::*, DateTime, Iri};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let issued = DateTime::parse("2026-11-01T00:00:00Z")?;
//! let list = StatusListCredential::new(
//!     Iri::parse("https://badges.example/status/1")?,
//!     Iri::parse("did:web:badges.example")?,
//!     issued.clone(),
//!     &StatusList::new(),
//!     None,
//! )?;
//! let options = ProofOptions {
//!     verification_method: Iri::parse("did:web:badges.example#key-1")?,
//!     created: issued,
//! };
//! let key = SecretKey::from_seed(&[7; 32])?; // a KMS key in earnest
//! let unsigned = Unsigned::new(list, options)?;
//! let signature = key.sign(unsigned.hash_data());
//! let signed = unsigned.attach_verified(signature, &key.public())?; // fails unless it verifies
//! assert!(signed.text().contains("eddsa-rdfc-2022"));
//! # Ok(()) }
//! ```
#![warn(missing_docs)]

pub mod bake;
mod canon;
pub mod credential;
mod datetime;
mod der;
pub mod did;
pub mod identity;
pub mod jwt;
pub mod keys;
mod marker;
pub mod png_chunks;
pub mod proof;
mod shape;
pub mod status;
mod text;
pub mod v2;
pub mod verify;

pub use self::{
    canon::Document,
    datetime::{DateTime, DateTimeError},
    text::{Iri, IriError, Text, TextError},
};
