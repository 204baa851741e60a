//! Privacy: what strangers, logs, errors and signed texts show of a person, and which item holds what.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

#[path = "functions/browser.rs"]
mod browser;
mod functions;

#[path = "privacy/logs.rs"]
mod logs;
#[path = "privacy/mails.rs"]
mod mails;
#[path = "privacy/office.rs"]
mod office;
#[path = "privacy/orders.rs"]
mod orders;
#[path = "privacy/people.rs"]
mod people;
#[path = "privacy/printed.rs"]
mod printed;
#[path = "privacy/problems.rs"]
mod problems;
#[path = "privacy/revocations.rs"]
mod revocations;
#[path = "privacy/stored.rs"]
mod stored;
#[path = "privacy/strangers.rs"]
mod strangers;
#[path = "privacy/watched.rs"]
mod watched;

use functions::request;
