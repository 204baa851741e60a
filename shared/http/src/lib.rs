//! The HTTP vocabulary that all functions share: a route table, replies, and problems that programs and people can
//! read. It knows no use case.
#![warn(missing_docs)]

mod failure;
mod log;
pub mod metrics;
mod problem;
mod reader;
mod reply;
mod route;
pub mod staff;

pub use self::{
    log::log,
    problem::Problem,
    reader::{Peer, cookie, form, is_from, network, query},
    reply::{Cache, accepts, csp, html, json, language, page, png, redirect, text_reply, wants_page, zip},
    route::{Audience, Found, Route, Router},
};

/// A request as every function gets it.
pub type Request = lambda_http::Request;
/// A reply as every function gives it.
pub type Response = lambda_http::Response<lambda_http::Body>;
