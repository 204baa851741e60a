//! The pages and mails that people read, in Japanese and in English.
//!
//! Every page is a plain struct that a function fills in. `render` turns it into a whole HTML
//! document with no inline script, no inline style and no other host, so that the strictest content
//! security policy holds. The only files a page loads, besides pictures of the badge, are
//! [`STYLESHEET`], served at [`STYLESHEET_PATH`], and [`ICON`], served at [`ICON_PATH`]. The page
//! for sharing and an order that can be paid by transfer also load [`SCRIPT`], served at
//! [`SCRIPT_PATH`]; without it only the copy buttons are missing. The pages of [`verify`] load [`VERIFY_SCRIPT`], served at [`VERIFY_SCRIPT_PATH`];
//! without it they take and tell the same.
#![warn(missing_docs)]

pub mod achievement;
mod assets;
pub mod badge;
pub mod claim;
mod examined;
pub mod help;
pub mod home;
pub mod inquiry;
pub mod issuer;
mod language;
mod layout;
pub mod mail;
pub mod name_match;
pub mod office;
pub mod problem;
mod programme;
pub mod reissue;
mod revoked;
mod spreadsheet;
pub mod verify;
pub mod wallet;
mod wrap;

pub use assets::{
    ICON, ICON_PATH, ICON_PNG, SCRIPT, SCRIPT_PATH, STYLESHEET, STYLESHEET_PATH, UPLOAD_SCRIPT,
    UPLOAD_SCRIPT_PATH, VERIFY_SCRIPT, VERIFY_SCRIPT_PATH,
};
pub use language::{Bilingual, Language};
pub use layout::{Occasion, RenderError};
pub use revoked::revocation;
