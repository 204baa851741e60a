use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

#[test]
fn a_month_is_read_exactly_as_it_is_written() {
    assert_eq!(month("2026-10"), Month::new(2026, 10).unwrap());
    assert_eq!(month("0001-01").to_string(), "0001-01");
    let wrong = [
        "2026-1",
        "2026-13",
        "2026-00",
        "26-10",
        "2026/10",
        "2026-10-01",
        "+026-10",
        "0000-01",
        "9999-01",
        "",
        "-",
    ];
    for text in wrong {
        assert_eq!(text.parse::<Month>(), Err(MonthError), "{text}");
    }
    assert_eq!(serde_json::to_string(&month("2026-10")).unwrap(), "\"2026-10\"");
    assert_eq!(serde_json::from_str::<Month>("\"2026-10\"").unwrap(), month("2026-10"));
    assert!(serde_json::from_str::<Month>("\"2026-14\"").is_err());
}

#[test]
fn months_follow_each_other_over_the_year() {
    assert_eq!(month("2026-12").next(), month("2027-01"));
    assert_eq!(month("2027-01").previous(), month("2026-12"));
    assert_eq!(month("9998-12").next(), month("9998-12"));
    assert_eq!(month("0001-01").previous(), month("0001-01"));
    assert_eq!(month("2028-02").last_day(), date(2028, 2, 29));
    assert_eq!(Month::of(Date::MAX), month("9998-12"));
    assert_eq!(Month::of(Date::MIN), month("0001-01"));
}

#[test]
fn the_day_turns_at_midnight_in_japan() {
    assert_eq!(japan_date(at("2026-10-31T14:59:59Z")), date(2026, 10, 31));
    assert_eq!(japan_date(at("2026-10-31T15:00:00Z")), date(2026, 11, 1));
    assert_eq!(start_of(date(2026, 11, 1)), at("2026-10-31T15:00:00Z"));
    assert_eq!(start_of(Date::MAX), at("9999-12-30T15:00:00Z"));
    assert_eq!(start_of(Date::MIN), Timestamp::MIN);
    assert_eq!(moment(Date::MAX, 23, 59, 59), Timestamp::MAX);
}

#[test]
fn a_month_is_closed_from_the_first_moment_of_the_next() {
    let october = month("2026-10");
    assert!(!october.is_closed_at(at("2026-10-31T14:59:59Z")));
    assert!(october.is_closed_at(at("2026-10-31T15:00:00Z")));
    assert_eq!(latest_closed(at("2026-10-31T14:59:59Z")), month("2026-09"));
    assert_eq!(latest_closed(at("2026-10-31T15:00:00Z")), october);
}

#[test]
fn the_run_is_on_the_first_at_nine_and_the_promise_ends_with_its_month() {
    assert_eq!(scheduled_run(month("2026-10")), at("2026-11-01T00:00:00Z"));
    assert_eq!(scheduled_run(month("2026-12")), at("2027-01-01T00:00:00Z"));
    assert_eq!(scheduled_run(month("9998-12")), at("9999-01-01T00:00:00Z"));
    assert_eq!(due_by(month("2026-10")), date(2026, 11, 30));
    assert_eq!(due_by(month("2028-01")), date(2028, 2, 29));
}

#[test]
fn a_validity_ends_on_the_day_before_the_corresponding_day() {
    // (from, months, last day)
    let cases = [
        (date(2026, 10, 5), 24, "2028-10-04"),
        (date(2026, 10, 1), 36, "2029-09-30"),
        (date(2026, 1, 1), 12, "2026-12-31"),
        (date(2026, 3, 1), 12, "2027-02-28"),
        (date(2027, 3, 1), 12, "2028-02-29"),
        // No corresponding day: the last day of the month.
        (date(2026, 1, 31), 1, "2026-02-28"),
        (date(2028, 1, 31), 1, "2028-02-29"),
        (date(2028, 1, 30), 1, "2028-02-29"),
        (date(2028, 2, 29), 12, "2029-02-28"),
        (date(2026, 8, 31), 1, "2026-09-30"),
        // There is one.
        (date(2028, 1, 29), 1, "2028-02-28"),
        (date(2028, 2, 29), 48, "2032-02-28"),
        (date(2026, 2, 28), 1, "2026-03-27"),
        (date(2026, 8, 31), 12, "2027-08-30"),
    ];
    for (from, months, last) in cases {
        assert_eq!(
            validity_end(from, months),
            Ok(at(&format!("{last}T23:59:59+09:00"))),
            "{from} + {months}"
        );
    }
}

#[test]
fn a_validity_without_an_end_is_an_error() {
    assert_eq!(validity_end(date(2026, 10, 5), 0), Err(ValidityError::Empty));
    assert_eq!(validity_end(Date::MAX, 1), Err(ValidityError::BeyondCalendar));
    assert_eq!(validity_end(date(9990, 1, 1), u16::MAX), Err(ValidityError::BeyondCalendar));
    assert_eq!(validity_end(date(9998, 1, 2), 12), Err(ValidityError::BeyondCalendar));
    assert_eq!(validity_end(date(9998, 1, 1), 12), Ok(at("9998-12-31T23:59:59+09:00")));
}

fn days() -> impl Strategy<Value = Date> {
    (1990_i16..2200, 1_i8..=12, 1_i8..=31)
        .prop_filter_map("a day of the calendar", |(year, month, day)| Date::new(year, month, day).ok())
}

proptest! {
    #[test]
    fn writing_reading_and_order_agree(one in days(), other in days()) {
        let (first, second) = (Month::of(one), Month::of(other));
        prop_assert_eq!(first.to_string().parse(), Ok(first));
        prop_assert_eq!(first.cmp(&second), first.to_string().cmp(&second.to_string()));
        prop_assert_eq!(first.next().previous(), first);
        prop_assert!(first.first_day() <= one && one <= first.last_day());
        prop_assert_eq!(first.last_day().tomorrow().unwrap(), first.next().first_day());
    }

    #[test]
    fn exactly_the_months_up_to_the_latest_closed_are_closed(
        seconds in 600_000_000_i64..7_000_000_000,
        day in days(),
    ) {
        let now = Timestamp::from_second(seconds).unwrap();
        let month = Month::of(day);
        prop_assert_eq!(month.is_closed_at(now), month <= latest_closed(now));
        prop_assert_eq!(month.is_closed_at(now), now >= start_of(month.next().first_day()));
    }

    #[test]
    fn a_month_is_closed_at_its_own_run_and_the_next_is_not(day in days()) {
        let month = Month::of(day);
        let run = scheduled_run(month);
        prop_assert!(month.is_closed_at(run) && !month.next().is_closed_at(run));
        prop_assert_eq!(latest_closed(run), month);
        prop_assert!(japan_date(run) <= due_by(month));
    }

    #[test]
    fn a_validity_ends_in_the_last_month_or_the_day_before_it(day in days(), months in 1_u16..=1200) {
        let end = validity_end(day, months).unwrap();
        let last = japan_date(end);
        let mut expected = Month::of(day);
        for _ in 0..months {
            expected = expected.next();
        }
        // Counted independently: the end is the day before the same day number, or the month's last day.
        if day.day() == 1 {
            prop_assert_eq!(last, expected.previous().last_day());
        } else {
            prop_assert_eq!(Month::of(last), expected);
            prop_assert_eq!(last.day(), (day.day() - 1).min(expected.last_day().day()));
        }
        prop_assert_eq!(end.as_second() + 1, start_of(last.tomorrow().unwrap()).as_second());
        prop_assert!(last > day || months == 1);
    }
}
