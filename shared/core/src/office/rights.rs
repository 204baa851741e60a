//! What a person may ask of the body: to learn what is stored of them, and to be erased (個人情報の保護に関する法律33条、35条).
//!
//! A person is who has a number of the body's. The register leads from it to the occasions, these to the badges, and those to orders and to
//! the staff's own notes. What a holder keeps in the wallet beside them is the holder's, who finds and erases it alone.

pub mod erasure;
pub mod export;
pub mod person;

pub use self::person::{Person, PersonOccasion};
