//! Receipts and credit notes: numbered without a gap in each year, and never changed.

use std::fmt;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{Addressee, OrderId, Way};
use crate::{
    calendar,
    money::Fee,
    ports::{Key, Write},
    programme::Bilingual,
    store::{self, Failure, Record, Stored},
};

/// Receipts are kept for seven years after the end of the period in which the tax on them is declared (消費税法施行令 70条の13). Whatever
/// month the issuer's year begins with, that is over before the tenth calendar year after the receipt's: one of December whose year ends in
/// the November after it is declared in the January after that, and kept for seven years from then.
pub const KEPT_YEARS: i16 = 10;

/// The first moment at which what belongs to a calendar year (Japan time) need not be kept any more, `years` calendar years being kept
/// after it.
pub fn kept_until(year: i16, years: i16) -> Option<Timestamp> {
    let year = year.checked_add(years)?;
    Date::new(year, 1, 1).ok().map(calendar::start_of)
}

/// A kind of paper. Each has numbers of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Paper {
    /// Says that money was paid (適格請求書, where a registration number is configured).
    Receipt,
    /// Takes a receipt back (適格返還請求書).
    CreditNote,
}

impl Paper {
    fn letter(self) -> char {
        match self {
            Self::Receipt => 'R',
            Self::CreditNote => 'C',
        }
    }
}

/// The number of a paper: `R2026-000001` is the first receipt of 2026 (Japan time).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PaperNumber {
    /// What it is.
    pub paper: Paper,
    /// The year in which it was issued.
    pub year: i16,
    /// Counts from 1, without a gap.
    pub number: u32,
}

impl fmt::Display for PaperNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}-{:06}", self.paper.letter(), self.year, self.number)
    }
}

/// The last number that was given to a kind of paper in a year. Whoever issues one replaces it in the same commit, so no number is
/// given twice and none is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastNumber {
    /// That number.
    pub last: PaperNumber,
}

impl LastNumber {
    fn key_of(paper: Paper, year: i16) -> Key {
        Key::new("NUMBERS", format!("{}{year}", paper.letter()))
    }

    /// The next number, and the write that takes it.
    pub(crate) async fn next(
        table: &dyn crate::ports::Table,
        paper: Paper,
        at: Timestamp,
    ) -> Result<(PaperNumber, Write), Failure> {
        let year = calendar::japan_date(at).year();
        let last = store::load::<Self>(table, &Self::key_of(paper, year)).await?;
        let number = last.as_ref().map_or(0, |last| last.record.last.number).saturating_add(1);
        let next = PaperNumber { paper, year, number };
        let taken = Self { last: next.clone() };
        let write = match last {
            Some(Stored { version, .. }) => store::replace(version, &taken)?,
            None => store::create(&taken)?,
        };
        Ok((next, write))
    }
}

impl Record for LastNumber {
    fn key(&self) -> Key {
        Self::key_of(self.last.paper, self.last.year)
    }
}

/// Who issues papers, as it stood when this one was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperIssuer {
    /// The issuer's name.
    pub name: Bilingual,
    /// Its postal address, if it is configured.
    pub address: Option<String>,
    /// Its number as a registered issuer of qualified invoices, `T` and 13 digits, if it is configured.
    pub registration: Option<String>,
}

/// A receipt or a credit note, to the letter. Nothing of it is looked up when it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedPaper {
    /// Its number.
    pub number: PaperNumber,
    /// The day on which it was issued (Japan time).
    pub issued_on: Date,
    /// The order.
    pub order: OrderId,
    /// Who issued it.
    pub issuer: PaperIssuer,
    /// To whom it is made out, as the holder typed it.
    pub addressee: Addressee,
    /// What the badge is of.
    pub achievement: Bilingual,
    /// How much was paid, or given back.
    pub fee: Fee,
    /// The day on which it was paid.
    pub paid_on: Date,
    /// How it was paid.
    pub way: Way,
    /// On a credit note: the receipt that it takes back …
    pub receipt: Option<PaperNumber>,
    /// … and the day on which that one was issued.
    pub receipt_on: Option<Date>,
}

impl IssuedPaper {
    /// Where a paper stands.
    pub fn key_of(number: &PaperNumber) -> Key {
        let PaperNumber { paper, year, number } = number;
        Key::new(format!("PAPER#{}{year}", paper.letter()), format!("{number:06}"))
    }
}

impl Record for IssuedPaper {
    fn key(&self) -> Key {
        Self::key_of(&self.number)
    }

    fn expires(&self) -> Option<Timestamp> {
        kept_until(self.number.year, KEPT_YEARS)
    }
}
