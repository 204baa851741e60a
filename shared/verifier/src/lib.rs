//! Judges anyone's badge: a file of any of the forms in which badges travel, of any issuer.
//!
//! It knows the standards and nothing of a programme. It reaches the web only through [`web::Web`], so whoever calls it
//! decides what may be fetched. What it finds is a [`report::Report`]: one line a check, and a verdict that never says
//! more than the lines.
#![warn(missing_docs)]

mod credential;
mod dates;
mod did;
mod faithful;
mod file;
mod hosted;
mod issuer;
mod json;
mod judge;
mod jwt;
mod keys;
mod page;
mod proof;
mod recipient;
pub mod report;
mod session;
mod signature;
mod status;
mod status_list;
pub mod web;

pub use self::judge::{Question, judge, judge_address};
