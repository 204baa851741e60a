//! The pages where anyone has a badge judged: the form, the verdict with its printed record, and the table of many.
//!
//! What the pages say follows from a [`Report`](verifier::report::Report) alone. A badge that is not valid is shown as
//! what it claims; what it vouches for is told apart from what it says of itself.

use crate::layout::silent_debug;

mod ask;
mod claims;
mod code;
mod json;
mod standing;
mod table;
mod verdict;
mod words;

pub use ask::AskPage;
pub use json::{VerdictDocument, VerdictsDocument, unavailable_json, verdict_json, verdicts_json};
pub use table::{Row, TablePage, table_csv};
pub use verdict::VerdictPage;
pub use words::unavailable;

/// The most files and links that are judged in one request.
pub const MOST_AT_ONCE: usize = 200;

/// What [`verdict_json`], [`unavailable_json`] and [`verdicts_json`] answer, as a JSON Schema (`application/schema+json`).
pub const SCHEMA: &str = include_str!("../schemas/verdict.json");

silent_debug!(Source, Given);

/// How the answer is given: the field `format` of the form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// A page: the verdict on one badge, or a table of many.
    #[default]
    Page,
    /// A table for a spreadsheet.
    Csv,
    /// For programs.
    Json,
}

impl Format {
    /// The format of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Page, Self::Csv, Self::Json].into_iter().find(|format| format.name() == name)
    }

    /// Its name in the form.
    pub fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}

/// What was given to be judged.
#[derive(Clone, PartialEq, Eq)]
pub enum Source {
    /// A file of this name.
    File(String),
    /// An address.
    Link(String),
}

impl Source {
    /// The name or the address, as short and as plain as it is shown.
    fn shown(&self) -> String {
        match self {
            Self::File(name) => claims::plain(name, claims::LONG_NAME),
            Self::Link(address) => claims::plain(address, claims::LONG_ADDRESS),
        }
    }
}

/// What was asked.
#[derive(Clone)]
pub struct Given {
    /// What is to be judged.
    pub source: Source,
    /// Where the badge was found, if that is another address than the link.
    pub found_at: Option<String>,
    /// The mail address that it should belong to, if one was asked about.
    pub recipient: Option<String>,
    /// The badge's public page on this site, absolute, if it is one of ours.
    pub own_page: Option<String>,
}
