//! What is kept no longer than it is needed, and what a person may ask: time is moved by years, the sweep dies wherever it can, and the
//! whole store is looked through for what must be gone.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

#[path = "functions/request.rs"]
mod request;

#[path = "office_retention/erasing.rs"]
mod erasing;
#[path = "office_retention/exporting.rs"]
mod exporting;
#[path = "office_retention/lives.rs"]
mod lives;
#[path = "office_retention/money.rs"]
mod money;
#[path = "office_retention/pages.rs"]
mod pages;
#[path = "office_retention/policy.rs"]
mod policy;
#[path = "office_retention/register.rs"]
mod register;
