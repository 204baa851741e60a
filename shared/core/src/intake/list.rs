//! Candidate lists as they arrive: CSV as Excel and other tools write it, or JSON. One row after the other, in memory
//! that does not grow with the list.
//!
//! What is wrong with one row is that row's affair: the rows after it are read all the same.

mod encoding;
mod header;
mod json;
mod separated;

use std::{fmt, io};

use serde::Serialize;

pub use self::{
    json::{JsonRows, read_json},
    separated::{Bookmark, CsvRows, read_csv, resume_csv},
};
use super::refusal::{Column, RowRefusal, both};
use crate::programme::Bilingual;

/// The largest row, in bytes. A lost quotation mark or bracket swallows no more than this.
pub const ROW_BYTES: usize = 64 * 1024;

/// The most lines that one row may go over, by line breaks inside of quotation marks.
pub const ROW_LINES: usize = 50;

/// One row before its texts are understood. [`Debug`] shows no cell.
#[derive(Clone, PartialEq, Eq)]
pub struct RawRow {
    /// CSV: the row's number as Excel shows it. The header and blank lines count, a line break inside of a cell does
    /// not. JSON: the place in the array, from 1.
    pub line: u64,
    cells: [Option<String>; Column::ALL.len()],
}

impl RawRow {
    /// A row with these cells; the last one wins where a column stands twice.
    pub fn new(line: u64, cells: impl IntoIterator<Item = (Column, String)>) -> Self {
        let mut row = Self { line, cells: [const { None }; Column::ALL.len()] };
        for (column, text) in cells {
            row.set(column, text);
        }
        row
    }

    fn set(&mut self, column: Column, text: String) {
        if let Some(cell) = self.cells.get_mut(column as usize) {
            *cell = Some(text);
        }
    }

    /// The text of a cell, as it stands in the list; none if the list has no such column.
    pub fn cell(&self, column: Column) -> Option<&str> {
        self.cells.get(column as usize)?.as_deref()
    }
}

impl fmt::Debug for RawRow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "RawRow({}, …)", self.line)
    }
}

/// What a list yields instead of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowError {
    /// This row is refused; the next one is read.
    Refused(RowRefusal),
    /// The list cannot be read any further. Nothing follows.
    Stopped(ListError),
}

/// A list, or the rest of one, cannot be read. In JSON an object with `code` and the code's data; `Display` is the
/// code alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum ListError {
    /// Nothing but white space.
    #[error("list-empty")]
    ListEmpty,
    /// An Excel workbook, not a list saved from it.
    #[error("list-is-workbook")]
    ListIsWorkbook,
    /// Not text in UTF-8, UTF-16 with a byte order mark, or CP932.
    #[error("list-not-text")]
    ListNotText,
    /// The first row is longer than a header can be, or its quotation marks do not match.
    #[error("header-unreadable")]
    HeaderUnreadable,
    /// The header lacks columns.
    #[error("columns-missing")]
    ColumnsMissing {
        /// Which.
        columns: Vec<Column>,
    },
    /// The header names a column twice, in the same or in other words.
    #[error("column-twice")]
    ColumnTwice {
        /// Which.
        column: Column,
    },
    /// Neither `{"candidates":[…]}` nor an array.
    #[error("list-not-candidates")]
    ListNotCandidates,
    /// Not JSON from here on.
    #[error("json-malformed")]
    JsonMalformed {
        /// The line in the file, from 1.
        line: u64,
    },
    /// The list broke off while it was being received.
    #[error("list-not-received")]
    ListNotReceived {
        /// The reason.
        #[serde(skip)]
        kind: io::ErrorKind,
    },
}

impl From<io::Error> for ListError {
    fn from(error: io::Error) -> Self {
        Self::ListNotReceived { kind: error.kind() }
    }
}

impl ListError {
    /// Tells the clerk what to do.
    pub fn sentence(&self) -> Bilingual {
        match self {
            Self::ListEmpty => {
                both("名簿が空です。ファイルを確かめてください。", "The list is empty. Check the file.")
            }
            Self::ListIsWorkbook => both(
                "Excelブックのままです。「名前を付けて保存」で「CSV UTF-8」形式を選んで保存し、そのファイルを送ってください。",
                "This is an Excel workbook. Save it as \"CSV UTF-8\" and send that file.",
            ),
            Self::ListNotText => both(
                "文字として読めないファイルです。Excelから「CSV UTF-8」形式で保存し直してください。",
                "The file cannot be read as text. Save it from Excel as \"CSV UTF-8\".",
            ),
            Self::HeaderUnreadable => both(
                "1行目の見出しが読み取れません。引用符（\"）の過不足を確かめてください。",
                "The header in the first row cannot be read. Look for missing or superfluous quotation marks (\").",
            ),
            Self::ColumnsMissing { columns } => {
                let ja: Vec<_> = columns.iter().map(|column| column.ja()).collect();
                let en: Vec<_> = columns.iter().map(|column| column.id()).collect();
                both(
                    format!("見出しに次の列がありません：{}。1行目に列名を入れてください。", ja.join("、")),
                    format!("The header lacks these columns: {}. Name them in the first row.", en.join(", ")),
                )
            }
            Self::ColumnTwice { column } => both(
                format!("見出しに「{}」にあたる列が二つあります。一つにしてください。", column.ja()),
                format!("The header has two columns for {column}. Keep one."),
            ),
            Self::ListNotCandidates => both(
                "JSONの形が違います。{\"candidates\":[…]} か配列を送ってください。",
                "The JSON has another form. Send {\"candidates\":[…]} or an array.",
            ),
            Self::JsonMalformed { line } => both(
                format!(
                    "{line}行目でJSONとして読めなくなりました。そこから後は登録されていません。直して全体を送り直してください。"
                ),
                format!(
                    "From line {line} on this is not JSON, and nothing after it is registered. Correct it and send the whole list again."
                ),
            ),
            Self::ListNotReceived { .. } => both(
                "名簿の受信が途中で切れました。全体をもう一度送ってください。二重には登録されません。",
                "The list broke off while it was received. Send the whole of it again; nothing is registered twice.",
            ),
        }
    }
}

#[cfg(test)]
mod tests;
