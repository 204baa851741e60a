//! The number that a payer writes into a transfer, so that the deposit is known again.
//!
//! Transfers between Japanese banks carry half-width katakana, capital letters and digits, and payers put the number
//! before or after their name. So it is digits alone, short enough to type, and slips are found by a check digit.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use unicode_normalization::UnicodeNormalization;

/// Eight digits, of which the first is never 0: spreadsheets drop leading zeros. The last one is a check digit, by
/// which any one wrong digit and any two neighbours that changed places are noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PaymentReference(u32);

/// The smallest number that a reference can be made of.
pub const FIRST_NUMBER: u32 = 1_000_000;

/// The largest number that a reference can be made of.
pub const LAST_NUMBER: u32 = 9_999_999;

/// How many digits it has.
const DIGITS: usize = 8;

/// A text is no payment reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// Not eight digits from 0 to 9, or the first one is 0.
    #[error("a payment reference has eight digits and does not begin with 0")]
    Form,
    /// The check digit does not fit the others: a digit is wrong, or two have changed places.
    #[error("the check digit of the payment reference does not fit")]
    Check,
}

impl PaymentReference {
    /// The reference of a number from [`FIRST_NUMBER`] to [`LAST_NUMBER`]; none for another number. Different numbers
    /// have different references.
    pub fn from_number(number: u32) -> Option<Self> {
        (FIRST_NUMBER..=LAST_NUMBER).contains(&number).then(|| Self(number * 10 + checked(number)))
    }

    /// The number that it was made of.
    pub fn number(self) -> u32 {
        self.0 / 10
    }

    /// Reads eight digits, as [`fmt::Display`] writes them.
    ///
    /// # Errors
    /// [`ReferenceError`] saying what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        if text.len() != DIGITS || text.starts_with('0') || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ReferenceError::Form);
        }
        let whole: u32 = text.parse().map_err(|_| ReferenceError::Form)?;
        if checked(whole) == 0 { Ok(Self(whole)) } else { Err(ReferenceError::Check) }
    }
}

/// The references that stand in texts, each one once, in their order.
///
/// Width does not matter (NFKC). A reference is a run of exactly eight digits, whatever other characters touch it, or
/// two runs of four with one space or hyphen between; digits before or after by the same sign make it another kind of
/// number, as `090-1234-5678` is. What is found has the right check digit, and still one in ten dates of eight digits
/// has that by chance: whether the reference was ever given out is the caller's to know.
pub fn find<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Vec<PaymentReference> {
    let mut found = Vec::new();
    for text in texts {
        let runs = digit_runs(text.as_ref());
        for (place, run) in runs.iter().enumerate() {
            let next = runs.get(place + 1);
            let candidate = match (run.digits.len(), run.joined, next) {
                (DIGITS, _, _) => run.digits.clone(),
                (4, Some(joint), Some(next)) if next.digits.len() == 4 => {
                    let before = place.checked_sub(1).and_then(|place| runs.get(place));
                    let continues = before.is_some_and(|before| before.joined == Some(joint))
                        || next.joined == Some(joint);
                    if continues {
                        continue;
                    }
                    format!("{}{}", run.digits, next.digits)
                }
                _ => continue,
            };
            if let Ok(reference) = PaymentReference::parse(&candidate)
                && !found.contains(&reference)
            {
                found.push(reference);
            }
        }
    }
    found
}

/// Digits that follow each other.
struct Run {
    digits: String,
    /// The one sign between this run and the next one, if there is nothing else.
    joined: Option<Joint>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joint {
    Space,
    Hyphen,
}

fn digit_runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut digits = String::new();
    // What stands between the last run and here.
    let mut between: Vec<char> = Vec::new();
    for character in text.nfkc().chain(['\n']) {
        if character.is_ascii_digit() {
            if digits.is_empty()
                && let Some(last) = runs.last_mut()
            {
                last.joined = joint(&between);
            }
            digits.push(character);
        } else {
            if !digits.is_empty() {
                runs.push(Run { digits: std::mem::take(&mut digits), joined: None });
                between.clear();
            }
            if between.len() < 2 {
                between.push(character);
            }
        }
    }
    runs
}

/// The prolonged sound mark is what a half-width keyboard offers for a hyphen.
fn joint(between: &[char]) -> Option<Joint> {
    match between {
        [' '] => Some(Joint::Space),
        ['-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | 'ー'] => Some(Joint::Hyphen),
        _ => None,
    }
}

/// A totally anti-symmetric quasigroup of order 10 with zeros on its diagonal. H. M. Damm, "Total anti-symmetrische
/// Quasigruppen", Marburg 2004: with such a table, one wrong digit and one swap of neighbours never leave the rest at 0.
const QUASIGROUP: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

/// What is left when all digits have gone through the table: the check digit of a number without one, 0 of a number
/// with the right one.
fn checked(number: u32) -> u32 {
    let mut left = 0_u8;
    let mut place = 10_u32.pow(number.checked_ilog10().unwrap_or(0));
    while place > 0 {
        let digit = (number / place % 10) as usize;
        left = QUASIGROUP.get(usize::from(left)).and_then(|row| row.get(digit)).copied().unwrap_or(0);
        place /= 10;
    }
    u32::from(left)
}

impl fmt::Display for PaymentReference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:08}", self.0)
    }
}

impl Serialize for PaymentReference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PaymentReference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}
