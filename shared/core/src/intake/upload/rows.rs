//! The rows of a draft, and what was said of them.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::UploadId;
use crate::{
    address::MailAddress,
    intake::{
        Column, RefusalCode, RowRefusal, WarningCode,
        answer::Judged,
        list::{RawRow, RowError},
        row::{ParsedRow, parse_row},
    },
    ports::Key,
    store::Record,
};

/// Rows that are saved in one transaction: three writes each, and three for the draft itself.
pub(super) const CHUNK_ROWS: usize = 32;

/// The cells of one chunk hold no more than about so many bytes: an item takes 400 KB.
pub(super) const CHUNK_BYTES: usize = 200 * 1024;

/// Chunks that are checked in one transaction.
pub(super) const BLOCK_CHUNKS: u32 = 16;

/// A row of a draft, for as long as the draft is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftRow {
    /// As in [`RawRow::line`].
    pub line: u64,
    /// The texts, in the order of [`Column::ALL`].
    pub cells: Vec<Option<String>>,
    /// Why there are no texts: the row could not be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub broken: Vec<RefusalCode>,
    /// What was said of it last.
    pub judged: Judged,
    /// The clerk leaves it out.
    #[serde(default, skip_serializing_if = "is_false")]
    pub dropped: bool,
    /// The clerk changed it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub mended: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_false(value: &bool) -> bool {
    !value
}

/// Prints no cell.
impl fmt::Debug for DraftRow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "DraftRow({}, …)", self.line)
    }
}

impl DraftRow {
    /// As it was read from the list.
    pub(super) fn read(row: Result<RawRow, RowRefusal>) -> Self {
        let (line, cells, broken) = match row {
            Ok(row) => {
                (row.line, Column::ALL.map(|column| row.cell(column).map(str::to_owned)).into(), Vec::new())
            }
            Err(refusal) => (refusal.line, vec![None; Column::ALL.len()], refusal.refusals),
        };
        let judged = Judged::Unchanged;
        Self { line, cells, broken, judged, dropped: false, mended: false }
    }

    /// The text of a cell.
    pub fn cell(&self, column: Column) -> &str {
        self.cells.get(column as usize).and_then(Option::as_deref).unwrap_or_default()
    }

    /// What it says, if it can be understood.
    pub(super) fn parse(&self) -> Result<ParsedRow, RowRefusal> {
        if !self.broken.is_empty() {
            return Err(RowRefusal { line: self.line, refusals: self.broken.clone() });
        }
        let cells = Column::ALL.into_iter().zip(&self.cells);
        let cells = cells.filter_map(|(column, text)| Some((column, text.clone()?)));
        parse_row(&RawRow::new(self.line, cells))
    }

    /// So many bytes of cells.
    pub(super) fn bytes(&self) -> usize {
        self.cells.iter().flatten().map(String::len).sum()
    }

    /// What was said of it, in one word.
    pub fn standing(&self) -> Standing {
        match &self.judged {
            _ if self.dropped => Standing::Dropped,
            Judged::Refused { .. } => Standing::Refused,
            Judged::Unchanged => Standing::Unchanged,
            Judged::Accepted { warnings } | Judged::Amended { warnings } if !warnings.is_empty() => {
                Standing::Warned
            }
            Judged::Accepted { .. } => Standing::Accepted,
            Judged::Amended { .. } => Standing::Amended,
        }
    }

    /// What its address was probably meant to be.
    pub fn suggestion(&self) -> Option<&MailAddress> {
        let (Judged::Accepted { warnings } | Judged::Amended { warnings }) = &self.judged else {
            return None;
        };
        warnings.iter().find_map(|warning| match warning {
            WarningCode::AddressSuspicious { suggestion } => Some(suggestion),
            _ => None,
        })
    }
}

/// Why a list yields no row any more, or what it yields.
pub(super) fn row_of(row: Result<RawRow, RowError>) -> Result<DraftRow, crate::intake::list::ListError> {
    match row {
        Ok(row) => Ok(DraftRow::read(Ok(row))),
        Err(RowError::Refused(refusal)) => Ok(DraftRow::read(Err(refusal))),
        Err(RowError::Stopped(error)) => Err(error),
    }
}

/// What was said of a row, in the order in which clerks look at them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Not to be registered, because something is wrong.
    Refused,
    /// To be registered, with something worth a second look.
    Warned,
    /// To be registered.
    Accepted,
    /// Registered already, to be corrected.
    Amended,
    /// Registered already, exactly so.
    Unchanged,
    /// Left out by the clerk.
    Dropped,
}

impl Standing {
    /// All of them, in order.
    pub const ALL: [Self; 6] =
        [Self::Refused, Self::Warned, Self::Accepted, Self::Amended, Self::Unchanged, Self::Dropped];

    /// As marks write it.
    pub(super) fn number(self) -> u8 {
        self as u8
    }

    pub(super) fn of_number(number: u8) -> Self {
        Self::ALL.into_iter().find(|standing| standing.number() == number).unwrap_or(Self::Refused)
    }
}

/// Names a row of a draft: `CHUNK-LINE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowRef {
    /// The chunk in which it stands.
    pub chunk: u32,
    /// Its line in the list.
    pub line: u64,
}

impl RowRef {
    /// From a form.
    pub fn parse(text: &str) -> Option<Self> {
        let (chunk, line) = text.split_once('-')?;
        let row = Self { chunk: chunk.parse().ok()?, line: line.parse().ok()? };
        (row.to_string() == text).then_some(row)
    }
}

impl fmt::Display for RowRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}", self.chunk, self.line)
    }
}

/// Rows of a draft that stand in one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftRows {
    /// Of which draft.
    pub upload: UploadId,
    /// Counts up through the list, with gaps.
    pub chunk: u32,
    /// When the store may remove it.
    pub expires: Timestamp,
    /// In the order of the list.
    pub rows: Vec<DraftRow>,
}

impl DraftRows {
    /// Where a chunk stands.
    pub fn key_of(upload: &UploadId, chunk: u32) -> Key {
        Key::new(format!("UPLOADROWS#{upload}"), format!("{chunk:06}"))
    }
}

impl Record for DraftRows {
    fn key(&self) -> Key {
        Self::key_of(&self.upload, self.chunk)
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(self.expires)
    }
}
