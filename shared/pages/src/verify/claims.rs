//! What a badge says of itself, made fit to be shown.

use jiff::{SignedDuration, Timestamp, civil::Date};
use serde::Serialize;
use shomei_core::calendar;
use verifier::report::Claims;

/// The most characters of a name that are shown.
pub(super) const LONG_NAME: usize = 200;
/// The most characters of an address or an identifier that are shown.
pub(super) const LONG_ADDRESS: usize = 500;
/// The most characters of a longer text that are shown.
const LONG_TEXT: usize = 1000;

/// What the badge says, in plain characters and bounded lengths. Whoever made the badge wrote it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Said {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) criteria: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) criteria_url: Option<String>,
    pub(super) issuer_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) issuer_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) recipient_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) awarded: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) until: Option<Timestamp>,
}

impl Said {
    pub(super) fn of(claims: &Claims) -> Self {
        let cut = |text: &Option<String>, most| text.as_deref().map(|text| plain(text, most));
        let long = |text: &Option<String>| text.as_deref().map(|text| lines(text, LONG_TEXT));
        Self {
            id: cut(&claims.id, LONG_ADDRESS),
            name: plain(&claims.name, LONG_NAME),
            description: long(&claims.description),
            criteria: long(&claims.criteria),
            criteria_url: cut(&claims.criteria_url, LONG_ADDRESS),
            issuer_id: plain(&claims.issuer_id, LONG_ADDRESS),
            issuer_name: cut(&claims.issuer_name, LONG_NAME),
            recipient_name: cut(&claims.recipient_name, LONG_NAME),
            awarded: claims.awarded,
            from: claims.from,
            until: claims.until,
        }
    }

    /// The day it was earned, in Japan.
    pub(super) fn awarded_day(&self) -> Option<Date> {
        self.awarded.or(self.from).map(calendar::japan_date)
    }

    /// The last day of its validity in Japan.
    pub(super) fn last_day(&self) -> Option<Date> {
        self.until.map(last_day)
    }
}

/// The last day that has a part before `end`: what ends at midnight ends with the day before.
pub(super) fn last_day(end: Timestamp) -> Date {
    calendar::japan_date(end.checked_sub(SignedDuration::from_secs(1)).unwrap_or(end))
}

/// Text of a stranger in one line, without what could turn its direction, and no longer than `most` characters.
pub(super) fn plain(text: &str, most: usize) -> String {
    bounded(text, most, |_| false)
}

/// As [`plain`], with its line breaks.
fn lines(text: &str, most: usize) -> String {
    bounded(text, most, |character| character == '\n')
}

fn bounded(text: &str, most: usize, kept: fn(char) -> bool) -> String {
    let written = text.chars().filter(|character| !is_direction(*character)).map(|character| {
        let breaks = character.is_control() || matches!(character, '\u{2028}' | '\u{2029}');
        if breaks && !kept(character) { ' ' } else { character }
    });
    let mut written = written.skip_while(|character| character.is_whitespace());
    let mut bounded: String = written.by_ref().take(most).collect();
    if written.any(|character| !character.is_whitespace()) {
        bounded.pop();
        bounded.push('…');
    }
    bounded.truncate(bounded.trim_end().len());
    bounded
}

/// Marks, embeddings, overrides and isolates (UAX 9): with them, text reads otherwise than it is written.
fn is_direction(character: char) -> bool {
    matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_stranger_is_plain_and_bounded() {
        assert_eq!(plain(" a\u{202e}b\r\nc\u{0} ", 10), "ab  c");
        assert_eq!(plain("あいうえお", 5), "あいうえお");
        assert_eq!(plain("あいうえおか", 5), "あいうえ…");
        assert_eq!(plain("あいうえお \n ", 5), "あいうえお");
        assert_eq!(plain("", 5), "");
        assert_eq!(lines("\u{2067}a\r\nb\tc\n", 10), "a \nb c");
    }

    #[test]
    fn a_validity_that_ends_at_midnight_ends_with_the_day_before() {
        let day = |end: &str| last_day(end.parse().unwrap()).to_string();
        assert_eq!(day("2029-09-30T15:00:00Z"), "2029-09-30");
        assert_eq!(day("2029-09-30T14:59:59Z"), "2029-09-30");
        assert_eq!(day("2029-10-01T00:00:00Z"), "2029-10-01");
        assert_eq!(last_day(Timestamp::MIN), calendar::japan_date(Timestamp::MIN));
    }
}
