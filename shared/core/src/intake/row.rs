//! From the texts of one row to a candidate's details.

use jiff::civil::Date;

use super::{
    list::RawRow,
    refusal::{Column, RefusalCode, RowRefusal, WarningCode},
};
use crate::{
    address::{AddressRefusal, AddressWarning, MailAddress, Mended},
    candidate::{
        AchievementId, BodyNumber, CandidateDetails, Kana, Kind, PersonName, Roman, TextRefusal, mended,
    },
};

/// The years a date can be in. Anything else is a slip.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2999;

/// A row whose texts are understood. Whether it can be registered depends on what is registered already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedRow {
    /// As in [`RawRow::line`].
    pub line: u64,
    /// The candidate.
    pub details: CandidateDetails,
    /// What the clerk should look at.
    pub warnings: Vec<WarningCode>,
}

/// Understands the texts of a row.
///
/// # Errors
/// [`RowRefusal`] with everything that is wrong with the row, in the order of [`Column`].
pub fn parse_row(row: &RawRow) -> Result<ParsedRow, RowRefusal> {
    let mut refusals = Vec::new();
    let mut cells = Cells { row, refusals: &mut refusals };
    let achievement = cells.required(Column::Achievement, AchievementId::mend);
    let kind = cells.kind();
    let date = cells.date();
    let name = cells.required(Column::Name, PersonName::new);
    let kana = cells.optional(Column::Kana, Kana::new);
    let roman = cells.optional(Column::Roman, Roman::new);
    let address = cells.address();
    let number = cells.required(Column::Number, BodyNumber::mend);
    match (achievement, kind, date, name, address, number) {
        (Some(achievement), Some(kind), Some(date), Some(name), Some(mended), Some(number))
            if refusals.is_empty() =>
        {
            let warnings = warnings(&mended);
            let address = mended.address;
            let details = CandidateDetails { achievement, kind, date, name, kana, roman, address, number };
            Ok(ParsedRow { line: row.line, details, warnings })
        }
        _ => Err(RowRefusal { line: row.line, refusals }),
    }
}

/// The codes for what is worth a second look about an address.
pub fn warnings(mended: &Mended) -> Vec<WarningCode> {
    let suspicious =
        mended.suggestion.iter().map(|meant| WarningCode::AddressSuspicious { suggestion: meant.clone() });
    let others = mended.warnings.iter().map(|warning| match warning {
        AddressWarning::OldCarrierForm => WarningCode::AddressOldCarrierForm,
        AddressWarning::YahooCom => WarningCode::AddressYahooCom,
    });
    suspicious.chain(others).collect()
}

/// What a spreadsheet may take for the beginning of a formula (OWASP, "CSV Injection"), in full width as well.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// A cell as it may stand in a file that a spreadsheet opens: what could be a formula gets an apostrophe.
pub(super) fn defused(cell: &str) -> String {
    if cell.starts_with(FORMULA) { format!("'{cell}") } else { cell.to_owned() }
}

/// Takes the apostrophe off again, for such a file comes back when it is corrected.
fn undefused(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(FORMULA)).unwrap_or(cell)
}

/// Reads cell after cell; what is wrong is collected, and the cell is none.
struct Cells<'a> {
    row: &'a RawRow,
    refusals: &'a mut Vec<RefusalCode>,
}

impl Cells<'_> {
    fn text(&self, column: Column) -> &str {
        undefused(self.row.cell(column).unwrap_or_default())
    }

    fn kept<T>(&mut self, outcome: Result<T, RefusalCode>) -> Option<T> {
        outcome.map_err(|refusal| self.refusals.push(refusal)).ok()
    }

    fn required<T>(&mut self, column: Column, read: fn(&str) -> Result<T, TextRefusal>) -> Option<T> {
        let outcome = read(self.text(column)).map_err(|refusal| RefusalCode::of_text(column, refusal));
        self.kept(outcome)
    }

    fn optional<T>(&mut self, column: Column, read: fn(&str) -> Result<T, TextRefusal>) -> Option<T> {
        match read(self.text(column)) {
            Err(TextRefusal::Missing) => None,
            outcome => self.kept(outcome.map_err(|refusal| RefusalCode::of_text(column, refusal))),
        }
    }

    fn kind(&mut self) -> Option<Kind> {
        let text = self.text(Column::Kind);
        let outcome = if mended(text).is_empty() {
            Err(RefusalCode::CellMissing { column: Column::Kind })
        } else {
            Kind::mend(text).ok_or(RefusalCode::KindUnknown)
        };
        self.kept(outcome)
    }

    fn date(&mut self) -> Option<Date> {
        let outcome = parse_date(self.text(Column::Date));
        self.kept(outcome)
    }

    fn address(&mut self) -> Option<Mended> {
        let outcome = MailAddress::mend(self.text(Column::Address)).map_err(|refusal| match refusal {
            AddressRefusal::AddressMissing => RefusalCode::CellMissing { column: Column::Address },
            refusal => RefusalCode::Address(refusal),
        });
        self.kept(outcome)
    }
}

/// Reads a day as Japanese lists write it: `2026/10/5`, `2026-10-05`, `2026.10.5`, `2026年10月5日`, `20261005`,
/// `令和8年10月5日`, `R8.10.5`, any of them in full width, and with a time of day behind it, which is dropped.
///
/// # Errors
/// A [`RefusalCode`] of the date: missing, unreadable, ambiguous or impossible.
pub fn parse_date(raw: &str) -> Result<Date, RefusalCode> {
    let text = mended(raw);
    if text.is_empty() {
        return Err(RefusalCode::CellMissing { column: Column::Date });
    }
    let day = without_time(&text).ok_or(RefusalCode::DateUnreadable)?;
    let day: String = day.chars().filter(|character| !character.is_whitespace()).collect();
    let day = day.as_str();
    if let Some((era, rest)) = ERAS.iter().find_map(|era| Some((era, era.strip(day)?))) {
        let (year, month, day) = parts(rest).ok_or(RefusalCode::DateUnreadable)?;
        let year = if year == "元" { 1 } else { number(year, 2).ok_or(RefusalCode::DateUnreadable)? };
        let date = date(era.first.year().saturating_add(year).saturating_sub(1), month, day)?;
        return if year >= 1 && (era.first..=era.last).contains(&date) {
            Ok(date)
        } else {
            Err(RefusalCode::DateImpossible)
        };
    }
    if day.len() == 8 && day.bytes().all(|byte| byte.is_ascii_digit()) {
        let (year, rest) = day.split_at_checked(4).ok_or(RefusalCode::DateUnreadable)?;
        let (month, day) = rest.split_at_checked(2).ok_or(RefusalCode::DateUnreadable)?;
        return date(number(year, 4).ok_or(RefusalCode::DateUnreadable)?, month, day);
    }
    let (year, month, day) = parts(day).ok_or(RefusalCode::DateUnreadable)?;
    if year.len() < 4 && number(year, 3).is_some() && number(month, 2).is_some() && number(day, 4).is_some() {
        // 5/10/2026, 10/5/26, 26/10/5: nobody knows which is which.
        return Err(RefusalCode::DateAmbiguous);
    }
    if year.len() != 4 {
        return Err(RefusalCode::DateUnreadable);
    }
    date(number(year, 4).ok_or(RefusalCode::DateUnreadable)?, month, day)
}

/// An era of the Japanese calendar, as far as lists can have it.
struct Era {
    names: [&'static str; 3],
    first: Date,
    last: Date,
}

const ERAS: [Era; 3] = [
    Era {
        names: ["令和", "R", "r"], first: Date::constant(2019, 5, 1), last: Date::constant(2999, 12, 31)
    },
    Era { names: ["平成", "H", "h"], first: Date::constant(1989, 1, 8), last: Date::constant(2019, 4, 30) },
    Era {
        names: ["昭和", "S", "s"], first: Date::constant(1926, 12, 25), last: Date::constant(1989, 1, 7)
    },
];

impl Era {
    fn strip<'a>(&self, text: &'a str) -> Option<&'a str> {
        self.names.iter().find_map(|name| text.strip_prefix(name))
    }
}

/// Takes off a time of day: `0:00`, `09:30` or `00:00:00`, behind a space or a `T`. A zone is refused, because it may
/// make it another day.
fn without_time(text: &str) -> Option<&str> {
    let Some((day, time)) = text.rsplit_once([' ', 'T']).filter(|(_, time)| time.contains(':')) else {
        return Some(text);
    };
    let mut fields = time.split(':');
    let hour = number(fields.next()?, 2)?;
    let minute = number(fields.next()?, 2)?;
    let second = fields.next().map_or(Some(0), |text| number(text, 2))?;
    (fields.next().is_none() && hour < 24 && minute < 60 && second < 60).then_some(day)
}

/// The three parts of a day, between equal separators.
fn parts(text: &str) -> Option<(&str, &str, &str)> {
    if let Some(text) = text.strip_suffix('日') {
        let (year, rest) = text.split_once('年')?;
        let (month, day) = rest.split_once('月')?;
        return Some((year, month, day));
    }
    let separator = text.chars().find(|character| matches!(character, '/' | '-' | '.'))?;
    let mut fields = text.split(separator);
    let parts = (fields.next()?, fields.next()?, fields.next()?);
    fields.next().is_none().then_some(parts)
}

/// A number of so many ASCII digits at most.
fn number(text: &str, digits: usize) -> Option<i16> {
    let plain = (1..=digits).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

fn date(year: i16, month: &str, day: &str) -> Result<Date, RefusalCode> {
    let month = number(month, 2).ok_or(RefusalCode::DateUnreadable)?;
    let day = number(day, 2).ok_or(RefusalCode::DateUnreadable)?;
    let narrow = |value: i16| i8::try_from(value).map_err(|_| RefusalCode::DateImpossible);
    let date = Date::new(year, narrow(month)?, narrow(day)?).map_err(|_| RefusalCode::DateImpossible)?;
    if YEARS.contains(&date.year()) { Ok(date) } else { Err(RefusalCode::DateImpossible) }
}

#[cfg(test)]
mod tests;
