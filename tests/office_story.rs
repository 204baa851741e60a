//! The office finds a person, tells why the badge is not there, mends what was wrong, and sends links again.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

#[path = "office_story/correcting.rs"]
mod correcting;
#[path = "office_story/counting.rs"]
mod counting;
#[path = "office_story/desk.rs"]
mod desk;
#[path = "office_story/pages.rs"]
mod pages;
#[path = "office_story/resending.rs"]
mod resending;
#[path = "office_story/searching.rs"]
mod searching;
#[path = "office_story/stopped.rs"]
mod stopped;
#[path = "office_story/telling.rs"]
mod telling;
