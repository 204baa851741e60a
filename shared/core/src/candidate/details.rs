//! What the staff knows about a candidate: who, which achievement, which occasion.
//!
//! Names are kept as they were typed, but for white space around them. Identifiers are mended, because a full-width
//! digit is no other digit. [`Debug`](std::fmt::Debug) shows nothing that is personal.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::{
    address::{MailAddress, is_zero_width},
    calendar::Month,
};

/// The longest personal text, in characters.
pub const TEXT_CHARACTERS: usize = 200;

/// The longest achievement id or body number, in characters.
pub const IDENTIFIER_CHARACTERS: usize = 40;

/// Why a text cannot be taken. The text itself is not part of the error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextRefusal {
    /// There is nothing to see.
    #[error("the text is missing")]
    Missing,
    /// Longer than `limit` characters.
    #[error("the text is longer than {limit} characters")]
    TooLong {
        /// In characters.
        limit: usize,
    },
    /// A line break, another control character, or a mark that turns the direction of writing.
    #[error("the text has a control character")]
    ControlCharacter,
    /// A private character (外字): every computer but its author's shows another one, or none.
    #[error("the text has a private character")]
    PrivateCharacter,
    /// Not the form of this kind of text.
    #[error("the text has another form")]
    Malformed,
}

/// NFKC, no zero-width characters, one kind of hyphen, nothing around: for identifiers and dates, never for names.
pub(crate) fn mended(raw: &str) -> String {
    let normal: String = raw
        .nfkc()
        .filter(|&character| !is_zero_width(character))
        .map(|character| if matches!(character, '\u{2010}' | '\u{2212}') { '-' } else { character })
        .collect();
    normal.trim().to_owned()
}

fn checked_identifier(mended: String, allowed: fn(char) -> bool) -> Result<String, TextRefusal> {
    if mended.is_empty() {
        Err(TextRefusal::Missing)
    } else if mended.chars().nth(IDENTIFIER_CHARACTERS).is_some() {
        Err(TextRefusal::TooLong { limit: IDENTIFIER_CHARACTERS })
    } else if !mended.chars().all(allowed) {
        Err(TextRefusal::Malformed)
    } else {
        Ok(mended)
    }
}

fn checked_text(raw: &str) -> Result<&str, TextRefusal> {
    let text = raw.trim();
    if text.chars().all(|character| character.is_whitespace() || is_zero_width(character)) {
        return Err(TextRefusal::Missing);
    }
    if text.chars().nth(TEXT_CHARACTERS).is_some() {
        return Err(TextRefusal::TooLong { limit: TEXT_CHARACTERS });
    }
    for character in text.chars() {
        match character {
            // Marks of direction can make a name on a page read as another one.
            '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
                return Err(TextRefusal::ControlCharacter);
            }
            '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}' => {
                return Err(TextRefusal::PrivateCharacter);
            }
            // What decoders put where they could not read.
            '\u{FFFD}' => return Err(TextRefusal::Malformed),
            _ if character.is_control() => return Err(TextRefusal::ControlCharacter),
            _ => {}
        }
    }
    Ok(text)
}

/// The short name of an achievement in lists and addresses: 1 to 40 lower-case letters, digits and hyphens. Public.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AchievementId(String);

impl AchievementId {
    /// Reads it as staff type it: full-width forms, capitals and white space around are mended.
    ///
    /// # Errors
    /// [`TextRefusal`] if it still is no id.
    pub fn mend(raw: &str) -> Result<Self, TextRefusal> {
        checked_identifier(mended(raw).to_ascii_lowercase(), Self::allows).map(Self)
    }

    /// From a URL: exactly the id, or none.
    pub fn parse(text: &str) -> Option<Self> {
        checked_identifier(text.to_owned(), Self::allows).ok().map(Self)
    }

    fn allows(character: char) -> bool {
        matches!(character, 'a'..='z' | '0'..='9' | '-')
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AchievementId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// From the store or a request: exactly the id.
impl TryFrom<String> for AchievementId {
    type Error = TextRefusal;

    fn try_from(text: String) -> Result<Self, TextRefusal> {
        checked_identifier(text, Self::allows).map(Self)
    }
}

impl From<AchievementId> for String {
    fn from(id: AchievementId) -> Self {
        id.0
    }
}

/// The kind of occasion that earns a badge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// 合格: passed on the date.
    Pass,
    /// 更新: the renewal fee was paid on the date.
    Renewal,
}

impl Kind {
    /// Reads the words of both languages.
    pub fn mend(raw: &str) -> Option<Self> {
        match mended(raw).to_ascii_lowercase().as_str() {
            "合格" | "pass" => Some(Self::Pass),
            "更新" | "renewal" => Some(Self::Renewal),
            _ => None,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Pass => "pass",
            Self::Renewal => "renewal",
        })
    }
}

/// A personal text: kept as typed, never printed by `Debug`.
macro_rules! personal_text {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Takes the text without the white space around it; 1 to 200 characters, no control characters.
            ///
            /// # Errors
            /// [`TextRefusal`] if it cannot be shown as it is.
            pub fn new(raw: &str) -> Result<Self, TextRefusal> {
                checked_text(raw).map(|text| Self(text.to_owned()))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        /// Shows nothing: it is personal.
        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(concat!(stringify!($name), "(…)"))
            }
        }

        impl TryFrom<String> for $name {
            type Error = TextRefusal;

            fn try_from(text: String) -> Result<Self, TextRefusal> {
                Self::new(&text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
    };
}

personal_text! {
    /// A person's name as it will stand on the badge.
    PersonName
}

personal_text! {
    /// The reading of a name (フリガナ).
    Kana
}

personal_text! {
    /// A name in Latin letters.
    Roman
}

impl PersonName {
    /// Whether both spellings are one name: without spaces, full-width forms and capitals. Variants of a character
    /// (髙 and 高) are different names.
    pub fn same_person_as(&self, other: &Self) -> bool {
        self.comparison_form() == other.comparison_form()
    }

    fn comparison_form(&self) -> String {
        let normal = self.0.nfkc().filter(|character| !character.is_whitespace());
        normal.flat_map(char::to_lowercase).collect()
    }
}

/// The body's own number for a person: 1 to 40 capitals, digits, hyphens, dots and slashes. Personal, so `Debug` does
/// not show it; [`Display`](fmt::Display) writes it for keys.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BodyNumber(String);

impl BodyNumber {
    /// Reads it as staff type it: full-width forms, small letters and spaces are mended.
    ///
    /// # Errors
    /// [`TextRefusal`] if it still is no number.
    pub fn mend(raw: &str) -> Result<Self, TextRefusal> {
        let mended: String = mended(raw).chars().filter(|character| !character.is_whitespace()).collect();
        checked_identifier(mended.to_ascii_uppercase(), Self::allows).map(Self)
    }

    fn allows(character: char) -> bool {
        matches!(character, 'A'..='Z' | '0'..='9' | '-' | '.' | '/')
    }

    /// The number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BodyNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Shows nothing: it is personal.
impl fmt::Debug for BodyNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("BodyNumber(…)")
    }
}

/// From the store: exactly the number.
impl TryFrom<String> for BodyNumber {
    type Error = TextRefusal;

    fn try_from(text: String) -> Result<Self, TextRefusal> {
        checked_identifier(text, Self::allows).map(Self)
    }
}

impl From<BodyNumber> for String {
    fn from(number: BodyNumber) -> Self {
        number.0
    }
}

/// What the staff registers about one occasion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CandidateDetails {
    /// What was achieved.
    pub achievement: AchievementId,
    /// Passed or renewed.
    pub kind: Kind,
    /// The day of passing, or of paying the renewal fee, in Japan.
    pub date: Date,
    /// The name on the badge.
    pub name: PersonName,
    /// Its reading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kana: Option<Kana>,
    /// The name in Latin letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roman: Option<Roman>,
    /// Where the announcement goes.
    pub address: MailAddress,
    /// The body's own number for the person.
    pub number: BodyNumber,
}

impl CandidateDetails {
    /// The month of the occasion. Its badge is issued in the month after it.
    pub fn month(&self) -> Month {
        Month::of(self.date)
    }
}

#[cfg(test)]
mod tests;
