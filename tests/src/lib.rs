//! What the tests share: a world of the programme on a real store, faults at every port, and an audit of everything
//! that is stored.
#![warn(missing_docs)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a test stops at the first surprise"
)]

pub mod audit;
pub mod cloud;
pub mod faults;
pub mod mails;
pub mod month;
pub mod program;
pub mod world;
