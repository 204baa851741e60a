//! For how long the body keeps what. The law names a time for what belongs to taxes alone; for everything else the body decides, and
//! says so (個人情報の保護に関する法律22条: what is needed no more is to be erased without delay).

use jiff::{Timestamp, civil::Date};

use crate::{
    calendar::{self, Month},
    order::{KEPT_YEARS, kept_until},
    store::Failure,
};

/// No register is kept longer: a slip in a setting is found.
const MOST_YEARS: u16 = 100;

/// The times of one installation, in years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// The register of an occasion, with the badge that nobody accepted, counted from the end of its month.
    pub register: u16,
    /// The reading and the Latin form of a name, counted likewise. None: as long as the register.
    pub readings: Option<u16>,
    /// Orders, their trails and money: whole calendar years after that of an order's last step.
    pub orders: u16,
    /// What the staff did, counted from the end of its month.
    pub audit: u16,
}

impl Default for Retention {
    fn default() -> Self {
        Self { register: 10, readings: None, orders: KEPT_YEARS.unsigned_abs(), audit: 10 }
    }
}

impl Retention {
    /// The times as settings have them. What is none is as by default.
    ///
    /// # Errors
    /// [`Failure::NeedsPerson`] for times that are none, that contradict each other, or that the law does not allow.
    pub fn parse(
        register: Option<u16>,
        readings: Option<u16>,
        orders: Option<u16>,
        audit: Option<u16>,
    ) -> Result<Self, Failure> {
        let usual = Self::default();
        let terms = Self {
            register: register.unwrap_or(usual.register),
            readings,
            orders: orders.unwrap_or(usual.orders),
            audit: audit.unwrap_or(usual.audit),
        };
        let wrong = |what: &str| Err(Failure::NeedsPerson(format!("the times of retention: {what}")));
        let years = [terms.register, terms.orders, terms.audit].into_iter().chain(terms.readings);
        if years.into_iter().any(|years| years == 0 || years > MOST_YEARS) {
            return wrong("each is 1 to 100 years");
        }
        if terms.readings.is_some_and(|readings| readings > terms.register) {
            return wrong("readings of names cannot be kept longer than the register they stand in");
        }
        if terms.orders < KEPT_YEARS.unsigned_abs() {
            return wrong("orders and money are kept for at least 10 calendar years");
        }
        Ok(terms)
    }

    /// The first day on which the register of a month is kept no more.
    pub fn register_until(&self, month: Month) -> Date {
        after(month, self.register)
    }

    /// The first day on which the readings of names of a month are kept no more.
    pub fn readings_until(&self, month: Month) -> Date {
        after(month, self.readings.unwrap_or(self.register))
    }

    /// The first day on which an order is kept no more whose last step was at this moment.
    pub fn orders_until(&self, last: Timestamp) -> Date {
        let (year, years) =
            (calendar::japan_date(last).year(), i16::try_from(self.orders).unwrap_or(i16::MAX));
        kept_until(year, years).map_or(Date::MAX, calendar::japan_date)
    }

    /// The first day on which the lines of the audit of a month are kept no more.
    pub fn audit_until(&self, month: Month) -> Date {
        after(month, self.audit)
    }
}

/// The first day after a month and so many years.
fn after(month: Month, years: u16) -> Date {
    let next = month.next();
    let year = i16::try_from(years).ok().and_then(|years| next.year().checked_add(years));
    let last = year.and_then(|year| Month::new(year, next.number()).ok());
    last.map_or(Date::MAX, Month::first_day)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_time_begins_when_its_month_or_year_is_over() {
        let terms = Retention::default();
        let month = |text: &str| text.parse::<Month>().unwrap();
        assert_eq!(terms.register_until(month("2026-10")), date(2036, 11, 1));
        assert_eq!(terms.audit_until(month("2026-12")), date(2037, 1, 1));
        assert_eq!(terms.readings_until(month("2026-10")), date(2036, 11, 1));
        let sooner = Retention { readings: Some(2), ..terms };
        assert_eq!(sooner.readings_until(month("2026-10")), date(2028, 11, 1));
        // In Japan it is the new year already.
        assert_eq!(terms.orders_until("2026-12-31T14:59:59Z".parse().unwrap()), date(2036, 1, 1));
        assert_eq!(terms.orders_until("2026-12-31T15:00:00Z".parse().unwrap()), date(2037, 1, 1));
        assert_eq!(terms.register_until(month("9998-12")), Date::MAX);
    }

    #[test]
    fn times_that_do_not_fit_are_told() {
        assert_eq!(Retention::parse(None, None, None, None).unwrap(), Retention::default());
        let given = Retention::parse(Some(5), Some(1), Some(12), Some(3)).unwrap();
        assert_eq!(given, Retention { register: 5, readings: Some(1), orders: 12, audit: 3 });
        for (register, readings, orders, audit) in [
            (Some(0), None, None, None),
            (Some(101), None, None, None),
            (Some(5), Some(6), None, None),
            (None, Some(0), None, None),
            (None, None, Some(7), None),
            (None, None, None, Some(0)),
        ] {
            assert!(
                Retention::parse(register, readings, orders, audit).is_err(),
                "{register:?} {readings:?}"
            );
        }
    }
}
