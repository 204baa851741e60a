//! Japan's calendar: which month an occasion belongs to, when that month is closed, when its badges are promised.
//!
//! Nothing here asks what time it is. A run hands in the time it was scheduled for, so that a repeated or delayed run
//! decides the same.

use std::{fmt, str::FromStr};

use jiff::{
    Span, Timestamp,
    civil::{self, Date},
    tz::Offset,
};
use serde::{Deserialize, Serialize};

/// Japan time: UTC+09:00 all the year. There has been no daylight saving time since the law for it was repealed in
/// 1952, its last summer being that of 1951, so a fixed offset is exact for every date of the programme.
pub const JAPAN: Offset = Offset::constant(9);

/// The hour of the monthly run in Japan: offices are open when the first questions come.
const RUN_HOUR: i8 = 9;

/// The first and the last year that a [`Month`] can have. Every moment of these years is a [`Timestamp`].
const YEARS: std::ops::RangeInclusive<i16> = 1..=9998;

/// The day it is in Japan at this moment.
pub fn japan_date(at: Timestamp) -> Date {
    JAPAN.to_datetime(at).date()
}

/// The first moment of a day in Japan. At the ends of the calendar, where there is none, the nearest moment.
pub fn start_of(day: Date) -> Timestamp {
    moment(day, 0, 0, 0)
}

fn moment(day: Date, hour: i8, minute: i8, second: i8) -> Timestamp {
    let nearest = if day.year() > 0 { Timestamp::MAX } else { Timestamp::MIN };
    JAPAN.to_timestamp(day.at(hour, minute, second, 0)).unwrap_or(nearest)
}

/// A calendar month of the years 1 to 9998, such as `2026-10`. Ordered by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month {
    year: i16,
    /// 1 to 12.
    month: i8,
}

/// The text is not a month in the form `2026-10`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a month is written like 2026-10")]
pub struct MonthError;

impl Month {
    const FIRST: Self = Self { year: *YEARS.start(), month: 1 };
    const LAST: Self = Self { year: *YEARS.end(), month: 12 };

    /// The month with this number, 1 to 12, of this year, 1 to 9998.
    ///
    /// # Errors
    /// [`MonthError`] for anything else.
    pub fn new(year: i16, month: i8) -> Result<Self, MonthError> {
        if YEARS.contains(&year) && (1..=12).contains(&month) {
            Ok(Self { year, month })
        } else {
            Err(MonthError)
        }
    }

    /// The month that a day is in. Days outside the years 1 to 9998 belong to the nearest month.
    pub fn of(day: Date) -> Self {
        Self { year: day.year(), month: day.month() }.clamp(Self::FIRST, Self::LAST)
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.year
    }

    /// The number of the month in its year, 1 to 12.
    pub fn number(self) -> i8 {
        self.month
    }

    /// The 1st.
    pub fn first_day(self) -> Date {
        civil::date(self.year, self.month, 1)
    }

    /// The 28th to the 31st.
    pub fn last_day(self) -> Date {
        self.first_day().last_of_month()
    }

    /// The following month; the very last one is followed by itself.
    #[must_use]
    pub fn next(self) -> Self {
        let next = if self.month == 12 {
            Self { year: self.year + 1, month: 1 }
        } else {
            Self { month: self.month + 1, ..self }
        };
        next.min(Self::LAST)
    }

    /// The month before; the very first one is preceded by itself.
    #[must_use]
    pub fn previous(self) -> Self {
        let previous = if self.month == 1 {
            Self { year: self.year - 1, month: 12 }
        } else {
            Self { month: self.month - 1, ..self }
        };
        previous.max(Self::FIRST)
    }

    /// Whether a run scheduled for this moment has to issue the month's badges: in Japan it is the 1st of the next
    /// month, or later.
    pub fn is_closed_at(self, scheduled: Timestamp) -> bool {
        Self::of(japan_date(scheduled)) > self
    }
}

impl fmt::Display for Month {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Month {
    type Err = MonthError;

    /// Reads exactly what [`Display`](fmt::Display) writes.
    fn from_str(text: &str) -> Result<Self, MonthError> {
        let (year, month) = text.split_once('-').ok_or(MonthError)?;
        if year.len() != 4
            || month.len() != 2
            || !text.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit())
        {
            return Err(MonthError);
        }
        Self::new(year.parse().map_err(|_| MonthError)?, month.parse().map_err(|_| MonthError)?)
    }
}

impl TryFrom<String> for Month {
    type Error = MonthError;

    fn try_from(text: String) -> Result<Self, MonthError> {
        text.parse()
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}

/// When the run that issues a month's badges is scheduled: the 1st of the following month, 09:00 in Japan.
pub fn scheduled_run(month: Month) -> Timestamp {
    // Not the first day of `next()`: the last month's run is in the year after it.
    moment(month.last_day().tomorrow().unwrap_or(Date::MAX), RUN_HOUR, 0, 0)
}

/// The first monthly run that is scheduled after this moment.
pub fn next_run(at: Timestamp) -> Timestamp {
    let month = Month::of(japan_date(at));
    let this = scheduled_run(month.previous());
    if this > at { this } else { scheduled_run(month) }
}

/// The newest month that is closed at this moment.
pub fn latest_closed(at: Timestamp) -> Month {
    Month::of(japan_date(at)).previous()
}

/// The last day on which the badges of a month can be issued as promised: within one month from the 1st of the
/// following month, so the last day of that month.
pub fn due_by(month: Month) -> Date {
    month.next().last_day()
}

/// A validity cannot be written as a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ValidityError {
    /// Valid for no month at all.
    #[error("a validity is at least one month")]
    Empty,
    /// The end is after the year 9998.
    #[error("the end of the validity is beyond the calendar")]
    BeyondCalendar,
}

/// The last second of a validity of so many months that begins with `from`: 23:59:59 in Japan on the day before the
/// corresponding day of the last month. Where that month has no corresponding day, on its last day.
/// (Civil Code, article 143, paragraph 2.)
///
/// # Errors
/// [`ValidityError`] if there is no such moment.
pub fn validity_end(from: Date, months: u16) -> Result<Timestamp, ValidityError> {
    if months == 0 {
        return Err(ValidityError::Empty);
    }
    let beyond = |_| ValidityError::BeyondCalendar;
    // Adding months keeps the day where it exists and takes the month's last day where it does not.
    let corresponding = from.checked_add(Span::new().months(i32::from(months))).map_err(beyond)?;
    let last = if corresponding.day() == from.day() {
        corresponding.yesterday().map_err(beyond)?
    } else {
        corresponding
    };
    if last.year() > *YEARS.end() {
        return Err(ValidityError::BeyondCalendar);
    }
    JAPAN.to_timestamp(last.at(23, 59, 59, 0)).map_err(beyond)
}

#[cfg(test)]
mod tests;
