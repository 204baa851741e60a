//! Draft lists, cancelling and the second person's approval: what a rehearsal says is what registering does, whoever dies where.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod another;
mod approval;
mod cancelling;
mod desk;
mod files;
mod leaving;
mod long;
mod mending;
mod rehearsal;
mod saving;
mod wallets;
