//! The HTTP vocabulary that all functions share: a route table, replies, and problems that programs and people can
//! read. It knows no use case.
#![warn(missing_docs)]

mod coding;
mod entity_tag;
mod failure;
pub mod holder;
mod log;
pub mod metrics;
mod problem;
mod reader;
mod reply;
mod representation;
mod route;
pub mod staff;
mod upload;

pub use self::{
    log::log,
    problem::Problem,
    reader::{Peer, bytes, cookie, form, is_from, network, query},
    reply::{
        Cache, accepts, connecting, csp, csv, html, json, jwt, language, page, png, readable_anywhere,
        redirect, text_reply, wants_page, zip,
    },
    representation::representation,
    route::{Audience, Found, Route, Router},
    upload::{Limits, Upload, Uploads, file_name, uploads},
};

/// A request as every function gets it.
pub type Request = lambda_http::Request;
/// A reply as every function gives it.
pub type Response = lambda_http::Response<lambda_http::Body>;
