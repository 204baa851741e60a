//! The two languages, the choice between them, and dates as each writes them.

use std::fmt;

use askama::filters::HtmlSafe;
use jiff::{Timestamp, civil::Date, tz::Offset};

/// Language ranges beyond this many are not read: no browser sends more.
const MOST_RANGES: usize = 32;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The English name of a month of the year, from 1 to 12.
pub(crate) fn english_month(number: i8) -> &'static str {
    let place = usize::try_from(number).unwrap_or_default().wrapping_sub(1);
    MONTHS.get(place).copied().unwrap_or_default()
}

/// Kanji and kana stand from here on, and no Latin letter with or without accents.
const FIRST_OF_EAST_ASIA: char = '\u{2e80}';

/// A language the pages are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// Japanese, the language when the reader asks for nothing we have.
    #[default]
    Japanese,
    /// English.
    English,
}

impl Language {
    /// Chooses by an `Accept-Language` header (RFC 9110, section 12.5.4).
    ///
    /// The highest weight wins, and the first named among equals. A range with weight 0 or a
    /// malformed weight is passed over. `*` stands for Japanese. When nothing fits, Japanese.
    pub fn from_accept_language(header: Option<&str>) -> Self {
        let mut best = None;
        for range in header.unwrap_or_default().split(',').take(MOST_RANGES) {
            let mut parts = range.split(';').map(str::trim);
            let Some(language) = parts.next().and_then(Self::of_range) else {
                continue;
            };
            let Some(weight) = parts.next().map_or(Some(1000), thousandths) else {
                continue;
            };
            if weight > best.map_or(0, |(_, highest)| highest) {
                best = Some((language, weight));
            }
        }
        best.map(|(language, _)| language).unwrap_or_default()
    }

    /// The language tag (BCP 47), for `lang` and `Content-Language`.
    pub fn tag(self) -> &'static str {
        self.say("ja", "en")
    }

    fn of_range(range: &str) -> Option<Self> {
        let primary = range.split('-').next().unwrap_or_default();
        if primary == "*" || primary.eq_ignore_ascii_case("ja") {
            Some(Self::Japanese)
        } else if primary.eq_ignore_ascii_case("en") {
            Some(Self::English)
        } else {
            None
        }
    }

    /// The one of two wordings that is in this language.
    pub(crate) fn say<'a>(self, ja: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Japanese => ja,
            Self::English => en,
        }
    }

    /// The other language, for the second name on a page.
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Japanese => Self::English,
            Self::English => Self::Japanese,
        }
    }

    /// `2026年10月5日` or `5 October 2026`.
    pub fn date(self, date: Date) -> String {
        let (year, month, day) = (date.year(), date.month(), date.day());
        match self {
            Self::Japanese => format!("{year}年{month}月{day}日"),
            Self::English => format!("{day} {} {year}", english_month(month)),
        }
    }

    /// A price in whole yen, tax included: `5,500円（税込）`.
    pub(crate) fn yen(self, yen: u32) -> String {
        let amount = self.amount(yen);
        match self {
            Self::Japanese => format!("{amount}（税込）"),
            Self::English => format!("{amount} (tax included)"),
        }
    }

    /// An amount in whole yen: `5,500円`.
    pub(crate) fn amount(self, yen: u32) -> String {
        let digits = yen.to_string();
        let mut grouped = String::with_capacity(digits.len() * 4 / 3 + 1);
        for (place, digit) in (1..=digits.len()).rev().zip(digits.chars()) {
            grouped.push(digit);
            if place > 1 && place % 3 == 1 {
                grouped.push(',');
            }
        }
        match self {
            Self::Japanese => format!("{grouped}円"),
            Self::English => format!("{grouped} yen"),
        }
    }

    /// One of two texts that were made for the occasion.
    pub(crate) fn pick(self, ja: String, en: String) -> String {
        match self {
            Self::Japanese => ja,
            Self::English => en,
        }
    }

    /// Is a text that somebody typed to be read as Japanese on a page in this language, which is English?
    pub(crate) fn is_foreign(self, text: &str) -> bool {
        self == Self::English && text.chars().any(|character| character >= FIRST_OF_EAST_ASIA)
    }

    /// The date inside a `<time>` element.
    pub(crate) fn day(self, date: Date) -> TimeElement {
        TimeElement { machine: date.to_string(), human: self.date(date) }
    }

    /// The instant, to the minute in Japan time.
    pub(crate) fn moment(self, timestamp: &Timestamp) -> String {
        let japan = Offset::constant(9).to_datetime(*timestamp);
        let (date, hour, minute) = (self.date(japan.date()), japan.hour(), japan.minute());
        match self {
            Self::Japanese => format!("{date} {hour:02}:{minute:02}（日本時間）"),
            Self::English => format!("{date}, {hour:02}:{minute:02} (Japan time)"),
        }
    }

    /// The minute of the instant, in Japan time, inside a `<time>` element. A page that says no more than this
    /// is the same, byte for byte, for a minute.
    pub(crate) fn minute(self, timestamp: &Timestamp) -> TimeElement {
        let japan = Offset::constant(9).to_datetime(*timestamp);
        let machine = japan.strftime("%Y-%m-%dT%H:%M+09:00").to_string();
        TimeElement { machine, human: self.moment(timestamp) }
    }

    /// The instant, in Japan time, inside a `<time>` element that shows it to the minute.
    pub(crate) fn instant(self, timestamp: &Timestamp) -> TimeElement {
        let japan = Offset::constant(9).to_datetime(*timestamp);
        let machine = japan.strftime("%Y-%m-%dT%H:%M:%S+09:00").to_string();
        TimeElement { machine, human: self.moment(timestamp) }
    }
}

/// A weight such as `q=0.8` in thousandths (RFC 9110, section 12.4.2).
fn thousandths(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("q") {
        return None;
    }
    let (whole, fraction) = value.trim().split_once('.').unwrap_or((value.trim(), ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let fraction: u16 = format!("{fraction:0<3}").parse().ok()?;
    match (whole, fraction) {
        ("0", _) => Some(fraction),
        ("1", 0) => Some(1000),
        _ => None,
    }
}

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Bilingual {
    /// The Japanese text.
    pub ja: String,
    /// The English text.
    pub en: String,
}

impl Bilingual {
    /// The text in one language.
    pub fn in_language(&self, language: Language) -> &str {
        language.say(&self.ja, &self.en)
    }
}

/// A `<time>` element. Both parts come from a date, so neither needs escaping.
#[derive(Debug)]
pub(crate) struct TimeElement {
    machine: String,
    human: String,
}

impl fmt::Display for TimeElement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { machine, human } = self;
        write!(formatter, "<time datetime=\"{machine}\">{human}</time>")
    }
}

impl HtmlSafe for TimeElement {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_weight_chooses() {
        let cases = [
            (None, Language::Japanese),
            (Some(""), Language::Japanese),
            (Some("fr, de;q=0.5"), Language::Japanese),
            (Some("en"), Language::English),
            (Some("EN-gb"), Language::English),
            (Some("en;q=0.4, ja;q=0.5"), Language::Japanese),
            (Some("ja;q=0.3,en-US;q=0.301"), Language::English),
            (Some("en, ja"), Language::English),
            (Some("ja, en"), Language::Japanese),
            (Some("ja;q=0, en;q=0.1"), Language::English),
            (Some("en;q=0"), Language::Japanese),
            (Some("en;q=2, ja;q=0.1"), Language::Japanese),
            (Some("fr, *;q=0.1"), Language::Japanese),
            (Some("english"), Language::Japanese),
            (Some("en ; Q = 0.9 , ja;q=0.8"), Language::English),
        ];
        for (header, expected) in cases {
            assert_eq!(Language::from_accept_language(header), expected, "{header:?}");
        }
    }

    #[test]
    fn dates_read_as_each_language_writes_them() {
        let date = jiff::civil::date(2026, 10, 5);
        assert_eq!(
            Language::Japanese.day(date).to_string(),
            "<time datetime=\"2026-10-05\">2026年10月5日</time>"
        );
        assert_eq!(Language::English.date(date), "5 October 2026");
    }

    #[test]
    fn a_price_is_grouped_by_thousands() {
        let price = |yen| Language::Japanese.yen(yen);
        assert_eq!(price(0), "0円（税込）");
        assert_eq!(price(980), "980円（税込）");
        assert_eq!(price(5_500), "5,500円（税込）");
        assert_eq!(price(1_234_567), "1,234,567円（税込）");
        assert_eq!(Language::English.yen(5_500), "5,500 yen (tax included)");
        assert_eq!(Language::Japanese.amount(5_500), "5,500円");
    }

    #[test]
    fn an_instant_is_shown_in_japan_time() {
        let instant: Timestamp = "2026-12-31T15:04:05Z".parse().unwrap();
        assert_eq!(
            Language::English.instant(&instant).to_string(),
            "<time datetime=\"2027-01-01T00:04:05+09:00\">1 January 2027, 00:04 (Japan time)</time>"
        );
        assert_eq!(
            Language::Japanese.minute(&instant).to_string(),
            "<time datetime=\"2027-01-01T00:04+09:00\">2027年1月1日 00:04（日本時間）</time>"
        );
    }
}
