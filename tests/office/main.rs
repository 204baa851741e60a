//! The door of the office: who is let in, by what, for how long, and on every route what happens to everybody else.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod links;
mod lists;
mod routes;
mod sessions;
mod sign_in;
mod site;
