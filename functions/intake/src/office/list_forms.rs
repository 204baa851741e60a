//! What the pages of lists send.

use serde::Deserialize;
use shomei_core::intake::{
    Column,
    upload::{Filter, Mending},
};
use shomei_pages::office::filter_named;

/// Where in a list a reader is, and what has just been done.
#[derive(Deserialize, Default)]
pub(super) struct View {
    pub(super) show: Option<String>,
    pub(super) page: Option<usize>,
    pub(super) done: Option<String>,
}

impl View {
    pub(super) fn filter(&self) -> Filter {
        self.show.as_deref().and_then(filter_named).unwrap_or(Filter::Attention)
    }

    pub(super) fn page(&self) -> usize {
        self.page.unwrap_or(1).max(1)
    }
}

/// The list as it was when it was looked at.
#[derive(Deserialize)]
pub(super) struct Seen {
    pub(super) changes: u32,
}

#[derive(Deserialize)]
pub(super) struct RowQuery {
    pub(super) row: String,
    pub(super) show: Option<String>,
    pub(super) page: Option<usize>,
}

/// The forms of a row. Only the one that types it anew has cells.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RowForm {
    pub(super) row: String,
    pub(super) deed: String,
    pub(super) show: String,
    pub(super) page: usize,
    pub(super) achievement: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) date: Option<String>,
    pub(super) name: Option<String>,
    pub(super) kana: Option<String>,
    pub(super) roman: Option<String>,
    pub(super) address: Option<String>,
    pub(super) number: Option<String>,
}

impl RowForm {
    pub(super) fn mending(&self) -> Option<(Mending, &'static str)> {
        Some(match self.deed.as_str() {
            "suggestion" => (Mending::TakeSuggestion, "mended"),
            "drop" => (Mending::Drop, "dropped"),
            "put-back" => (Mending::PutBack, "put-back"),
            "cells" => {
                let cell = |column| match column {
                    Column::Achievement => &self.achievement,
                    Column::Kind => &self.kind,
                    Column::Date => &self.date,
                    Column::Name => &self.name,
                    Column::Kana => &self.kana,
                    Column::Roman => &self.roman,
                    Column::Address => &self.address,
                    Column::Number => &self.number,
                };
                let cells = Column::ALL.map(|column| cell(column).clone().unwrap_or_default());
                (Mending::Cells(Box::new(cells)), "mended")
            }
            _ => return None,
        })
    }
}
