//! The contract of the `Table` port, clause by clause, against the one adapter that every environment uses. Here the
//! store behind it is the embedded one; where only the real service would answer so, the line answers in its place.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod content;
mod folder;
mod guards;
mod limits;
mod line;
mod lost;
mod place;
mod races;
mod reading;
mod refusals;
