//! Dates, amounts and texts as banks write them.

use jiff::{ToSpan, civil::Date};
use unicode_normalization::UnicodeNormalization;

/// The longest text that is kept, in characters.
const TEXT_CHARACTERS: usize = 200;

/// The year before Reiwa 1 and the year before Heisei 1.
const BEFORE_REIWA: i16 = 2018;
const BEFORE_HEISEI: i16 = 1988;

/// In NFKC, without control characters, and with one space for any run of white space.
pub(super) fn text(cell: &str) -> String {
    let spaced: String =
        cell.nfkc().map(|character| if character.is_control() { ' ' } else { character }).collect();
    let words: Vec<_> = spaced.split_whitespace().collect();
    let short: String = words.join(" ").chars().take(TEXT_CHARACTERS).collect();
    short.trim_end().to_owned()
}

/// Whole yen; none if nothing stands there. Negative with a minus sign or a triangle, as bookkeepers write it.
///
/// # Errors
/// Not whole yen.
pub(super) fn amount(cell: &str) -> Result<Option<i64>, ()> {
    let plain: String = cell
        .nfkc()
        .filter(|character| !character.is_whitespace() && !matches!(character, ',' | '¥' | '\\' | '円' | '"'))
        .collect();
    if matches!(plain.as_str(), "" | "-" | "ー" | "*") {
        return Ok(None);
    }
    let (negative, digits) = match plain.strip_prefix(['-', '\u{2212}', '▲', '△']) {
        Some(rest) => (true, rest),
        None => (false, plain.strip_prefix('+').unwrap_or(&plain)),
    };
    let whole = match digits.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() && fraction.bytes().all(|byte| byte == b'0') => whole,
        Some(_) => return Err(()),
        None => digits,
    };
    // Fifteen digits are more than all the money there is, and fit.
    if whole.is_empty() || whole.len() > 15 || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(());
    }
    let yen: i64 = whole.parse().map_err(drop)?;
    Ok(Some(if negative { -yen } else { yen }))
}

/// A date in any form that banks use: `2026/10/5`, `2026-10-05`, `20261005`, `2026年10月5日`, `R8.10.5`, `令和8年10月5日`,
/// `令和元年…`, `08/10/05`, `081005`, each also with the time or the day of the week after it.
pub(super) fn date(cell: &str, today: Date) -> Option<Date> {
    let plain = text(cell);
    let head = plain.split_once('(').map_or(plain.as_str(), |(head, _)| head).trim_end();
    // `2026/10/05 09:30:00`, but not `令和 8年 10月 5日`.
    let head = match head.rsplit_once([' ', 'T']) {
        Some((date, time)) if time.contains(':') => date,
        _ => head,
    };
    let compact: String =
        head.chars().filter(|character| !character.is_whitespace()).flat_map(char::to_lowercase).collect();
    let (before, rest) = match era(&compact) {
        Some((before, rest)) => (Some(before), rest),
        None => (None, compact.as_str()),
    };
    let rest = rest.replacen('元', "1", 1);
    let parts = parts(&rest)?;
    in_time(civil(before, &parts, today)?, today)
}

/// A date from its parts in columns of their own.
pub(super) fn date_of_parts(year: &str, month: &str, day: &str, today: Date) -> Option<Date> {
    date(&format!("{}/{}/{}", bare(year, "年"), bare(month, "月"), bare(day, "日")), today)
}

fn bare(cell: &str, unit: &str) -> String {
    text(cell).trim_end_matches(unit).trim().to_owned()
}

/// Six digits, the year by western or Japanese count: whichever lies nearest before today. Reiwa and western years are
/// 18 years apart, so only one of them is ever near.
pub(super) fn date_of_six(digits: &[u8], today: Date) -> Option<Date> {
    let text = std::str::from_utf8(digits).ok().filter(|text| text.len() == 6)?;
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| date(text, today)).flatten()
}

fn era(text: &str) -> Option<(i16, &str)> {
    const ERAS: [(&str, i16); 6] = [
        ("令和", BEFORE_REIWA),
        ("令", BEFORE_REIWA),
        ("r", BEFORE_REIWA),
        ("平成", BEFORE_HEISEI),
        ("平", BEFORE_HEISEI),
        ("h", BEFORE_HEISEI),
    ];
    let rest =
        |(name, before)| text.strip_prefix(name).map(|rest: &str| (before, rest.trim_start_matches('.')));
    ERAS.into_iter().find_map(rest)
}

/// Year, month and day as digits.
fn parts(text: &str) -> Option<[&str; 3]> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let year = text.len().checked_sub(4)?;
        return Some([text.get(..year)?, text.get(year..year + 2)?, text.get(year + 2..)?]);
    }
    let text = text.strip_suffix('日').unwrap_or(text);
    let mut parts = text.split(['年', '月', '/', '-', '.']);
    let three = [parts.next()?, parts.next()?, parts.next()?];
    let digits = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (parts.next().is_none() && three.iter().all(digits)).then_some(three)
}

fn civil(before: Option<i16>, [year, month, day]: &[&str; 3], today: Date) -> Option<Date> {
    if month.len() > 2 || day.len() > 2 {
        return None;
    }
    let digits = year.len();
    let (year, month, day) = (year.parse::<i16>().ok()?, month.parse().ok()?, day.parse().ok()?);
    match (before, digits) {
        (Some(before), 1..=2) => Date::new(before + year, month, day).ok(),
        (None, 4) => Date::new(year, month, day).ok(),
        (None, 1..=2) => [BEFORE_REIWA + year, 2000 + year]
            .into_iter()
            .filter_map(|year| Date::new(year, month, day).ok())
            .filter_map(|date| in_time(date, today))
            .max(),
        _ => None,
    }
}

/// No deposit is booked ahead. A day is allowed for, as banks close before midnight.
fn in_time(date: Date, today: Date) -> Option<Date> {
    let last = today.checked_add(1.day()).unwrap_or(today);
    (date <= last).then_some(date)
}
