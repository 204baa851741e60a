//! Why a row is refused, and what is worth a second look: stable codes for programs, sentences for the clerk.
//!
//! A code may carry a column, a date or a count, never a text of the row. The one exception is the suggested address,
//! which goes into the answer to the clerk, and which [`Debug`] does not show.

mod sentences;

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub(super) use self::sentences::both;
use crate::{
    address::{AddressRefusal, MailAddress},
    calendar::Month,
    candidate::TextRefusal,
    programme::Bilingual,
};

/// A column of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Column {
    /// 資格コード.
    Achievement,
    /// 区分.
    Kind,
    /// 日付.
    Date,
    /// 氏名.
    Name,
    /// フリガナ; may be left out.
    Kana,
    /// ローマ字; may be left out.
    Roman,
    /// メールアドレス.
    Address,
    /// 会員番号.
    Number,
}

impl Column {
    /// All columns.
    pub const ALL: [Self; 8] = [
        Self::Achievement,
        Self::Kind,
        Self::Date,
        Self::Name,
        Self::Kana,
        Self::Roman,
        Self::Address,
        Self::Number,
    ];

    /// The name in JSON, and one of the names in a header.
    pub fn id(self) -> &'static str {
        match self {
            Self::Achievement => "achievement",
            Self::Kind => "kind",
            Self::Date => "date",
            Self::Name => "name",
            Self::Kana => "kana",
            Self::Roman => "roman",
            Self::Address => "address",
            Self::Number => "number",
        }
    }

    /// What Japanese lists call it.
    pub fn ja(self) -> &'static str {
        match self {
            Self::Achievement => "資格コード",
            Self::Kind => "区分",
            Self::Date => "日付",
            Self::Name => "氏名",
            Self::Kana => "フリガナ",
            Self::Roman => "ローマ字",
            Self::Address => "メールアドレス",
            Self::Number => "会員番号",
        }
    }

    /// Whether every row must have a value.
    pub fn is_required(self) -> bool {
        !matches!(self, Self::Kana | Self::Roman)
    }
}

impl fmt::Display for Column {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.id())
    }
}

/// Why a row is not registered. In JSON an object with `code` and the code's data; `Display` is the code alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum RefusalCode {
    /// The bytes are not text in the encoding of the list.
    RowUndecodable,
    /// Longer, or over more lines, than any row can be.
    RowTooLong,
    /// A quotation mark is missing or superfluous.
    RowQuotes,
    /// More or fewer cells than the header.
    RowCells {
        /// As many as the header has.
        expected: usize,
        /// As many as the row has.
        found: usize,
    },
    /// JSON: not an object of texts.
    RowMalformed,
    /// JSON: a member that candidates do not have.
    MemberUnknown,
    /// JSON: a member stands twice.
    MemberTwice {
        /// Which.
        column: Column,
    },
    /// JSON: a member is not a text.
    MemberNotText {
        /// Which.
        column: Column,
    },

    /// A required cell is empty.
    CellMissing {
        /// Which.
        column: Column,
    },
    /// A cell is too long.
    CellTooLong {
        /// Which.
        column: Column,
        /// The most characters it may have.
        limit: usize,
    },
    /// A cell has a line break or another control character.
    CellControlCharacter {
        /// Which.
        column: Column,
    },
    /// A cell has a private character (外字).
    CellPrivateCharacter {
        /// Which.
        column: Column,
    },
    /// A cell has characters that its column does not take.
    CellMalformed {
        /// Which.
        column: Column,
    },
    /// Neither 合格 nor 更新.
    KindUnknown,
    /// Not written like any date.
    DateUnreadable,
    /// Could be more than one day.
    DateAmbiguous,
    /// Not a day of the calendar.
    DateImpossible,

    /// No such achievement is registered.
    AchievementUnknown,
    /// Nobody new is registered for the achievement any more.
    AchievementClosed,
    /// The occasion was before the badge programme began.
    BeforeProgramme {
        /// The first day that earns a badge.
        first_eligible: Date,
    },
    /// The occasion is so long ago that the register of its month is erased, or will be before a badge could be accepted.
    RegisterCloses {
        /// The day on which it is kept no more.
        on: Date,
    },
    /// The occasion has not happened yet.
    DateInFuture,
    /// The badge of this occasion exists: a correction goes another way.
    AlreadyIssued,
    /// The same number, achievement, kind and month are registered under another name.
    NumberBelongsToAnother,
    /// The person is registered for this achievement and kind in a month nearby: one of the dates must be wrong.
    RegisteredInAnotherMonth {
        /// Which.
        month: Month,
    },
    /// The store did not answer. Sending the row again is safe.
    NotSavedTryAgain,

    /// No mail could arrive there.
    #[serde(untagged)]
    Address(AddressRefusal),
}

impl RefusalCode {
    /// What a refused text of a column is called.
    pub fn of_text(column: Column, refusal: TextRefusal) -> Self {
        match refusal {
            TextRefusal::Missing => Self::CellMissing { column },
            TextRefusal::TooLong { limit } => Self::CellTooLong { column, limit },
            TextRefusal::ControlCharacter => Self::CellControlCharacter { column },
            TextRefusal::PrivateCharacter => Self::CellPrivateCharacter { column },
            TextRefusal::Malformed => Self::CellMalformed { column },
        }
    }

    /// Tells the clerk what to do.
    pub fn sentence(&self) -> Bilingual {
        sentences::of_refusal(self)
    }

    /// The column whose cell has to be looked at, if it is one alone.
    pub fn column(&self) -> Option<Column> {
        match self {
            Self::MemberTwice { column }
            | Self::MemberNotText { column }
            | Self::CellMissing { column }
            | Self::CellTooLong { column, .. }
            | Self::CellControlCharacter { column }
            | Self::CellPrivateCharacter { column }
            | Self::CellMalformed { column } => Some(*column),
            Self::KindUnknown => Some(Column::Kind),
            Self::DateUnreadable
            | Self::DateAmbiguous
            | Self::DateImpossible
            | Self::DateInFuture
            | Self::BeforeProgramme { .. }
            | Self::RegisterCloses { .. } => Some(Column::Date),
            Self::AchievementUnknown | Self::AchievementClosed => Some(Column::Achievement),
            Self::Address(_) => Some(Column::Address),
            Self::RowUndecodable
            | Self::RowTooLong
            | Self::RowQuotes
            | Self::RowCells { .. }
            | Self::RowMalformed
            | Self::MemberUnknown
            | Self::AlreadyIssued
            | Self::NumberBelongsToAnother
            | Self::RegisteredInAnotherMonth { .. }
            | Self::NotSavedTryAgain => None,
        }
    }
}

/// The code alone, such as `date-in-future`.
impl fmt::Display for RefusalCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::RowUndecodable => "row-undecodable",
            Self::RowTooLong => "row-too-long",
            Self::RowQuotes => "row-quotes",
            Self::RowCells { .. } => "row-cells",
            Self::RowMalformed => "row-malformed",
            Self::MemberUnknown => "member-unknown",
            Self::MemberTwice { .. } => "member-twice",
            Self::MemberNotText { .. } => "member-not-text",
            Self::CellMissing { .. } => "cell-missing",
            Self::CellTooLong { .. } => "cell-too-long",
            Self::CellControlCharacter { .. } => "cell-control-character",
            Self::CellPrivateCharacter { .. } => "cell-private-character",
            Self::CellMalformed { .. } => "cell-malformed",
            Self::KindUnknown => "kind-unknown",
            Self::DateUnreadable => "date-unreadable",
            Self::DateAmbiguous => "date-ambiguous",
            Self::DateImpossible => "date-impossible",
            Self::AchievementUnknown => "achievement-unknown",
            Self::AchievementClosed => "achievement-closed",
            Self::BeforeProgramme { .. } => "before-programme",
            Self::RegisterCloses { .. } => "register-closes",
            Self::DateInFuture => "date-in-future",
            Self::AlreadyIssued => "already-issued",
            Self::NumberBelongsToAnother => "number-belongs-to-another",
            Self::RegisteredInAnotherMonth { .. } => "registered-in-another-month",
            Self::NotSavedTryAgain => "not-saved-try-again",
            Self::Address(refusal) => return refusal.fmt(formatter),
        })
    }
}

/// What is worth a second look in a row that is registered. In JSON as [`RefusalCode`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum WarningCode {
    /// The domain looks like a slip.
    AddressSuspicious {
        /// What was probably meant. Personal: for the clerk's eyes.
        suggestion: MailAddress,
    },
    /// An old carrier address that other mail systems may refuse.
    AddressOldCarrierForm,
    /// `yahoo.com` instead of `yahoo.co.jp`.
    AddressYahooCom,
    /// Another person has the same address.
    AddressShared,
    /// No server takes mail for the domain.
    AddressDomainWithoutMail,
    /// A mail to the address came back, or its reader called it junk: none is sent until a person decides.
    AddressStopped,
    /// The badge cannot be issued within the promised month any more.
    Late {
        /// The last day of the promised month.
        due_by: Date,
    },
}

impl WarningCode {
    /// Tells the clerk what to look at. A suggested address is not part of it.
    pub fn sentence(&self) -> Bilingual {
        sentences::of_warning(self)
    }

    /// The column whose cell has to be looked at.
    pub fn column(&self) -> Column {
        match self {
            Self::AddressSuspicious { .. }
            | Self::AddressOldCarrierForm
            | Self::AddressYahooCom
            | Self::AddressShared
            | Self::AddressDomainWithoutMail
            | Self::AddressStopped => Column::Address,
            Self::Late { .. } => Column::Date,
        }
    }
}

/// The code alone, such as `address-suspicious`.
impl fmt::Display for WarningCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::AddressSuspicious { .. } => "address-suspicious",
            Self::AddressOldCarrierForm => "address-old-carrier-form",
            Self::AddressYahooCom => "address-yahoo-com",
            Self::AddressShared => "address-shared",
            Self::AddressDomainWithoutMail => "address-domain-without-mail",
            Self::AddressStopped => "address-stopped",
            Self::Late { .. } => "late",
        })
    }
}

/// Why one row of a list is not registered: everything that is wrong with it, at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowRefusal {
    /// The row, counted as in [`super::list::RawRow::line`].
    pub line: u64,
    /// At least one.
    pub refusals: Vec<RefusalCode>,
}

impl RowRefusal {
    /// A row with one thing wrong.
    pub fn new(line: u64, refusal: RefusalCode) -> Self {
        Self { line, refusals: vec![refusal] }
    }
}

#[cfg(test)]
mod tests;
