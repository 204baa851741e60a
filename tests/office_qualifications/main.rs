//! Qualifications in the office: typed, looked at, saved as versions that stay; and who did what.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod audit;
mod badges;
mod desk;
mod history;
mod pictures;
mod saving;
mod typing;
