//! What was typed into the box, and whom it means.

use std::fmt;

use crate::{
    address::MailAddress,
    candidate::{BodyNumber, CandidateDetails, TEXT_CHARACTERS, mended},
    name_match::folded,
};

/// A name of fewer characters is looked for only at the beginning of names: 林 is not to find every 小林.
const SHORTEST_INSIDE: usize = 2;

/// Texts of fewer characters differ by one character too easily for that to be a slip.
const SHORTEST_SLIP: usize = 3;

/// Whom to look for: whatever is given must fit.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Query {
    number: Option<BodyNumber>,
    name: Option<String>,
    address: Option<Wanted>,
    /// What was typed may be a number of letters alone.
    perhaps: Option<BodyNumber>,
}

/// Prints nothing: it is about a person.
impl fmt::Debug for Query {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Query(…)")
    }
}

/// An address, or the part of one that was typed.
#[derive(Clone, PartialEq, Eq)]
enum Wanted {
    Whole(MailAddress, String),
    Part(String),
}

/// Why nothing can be looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// Nothing was typed that is a number, a name or an address.
    Nothing,
    /// It has more than [`TEXT_CHARACTERS`] characters.
    TooLong,
}

/// In what somebody is another than was looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nearness {
    /// The number fits, or the address does, and the name is another.
    OtherName,
    /// The name fits, or the address does, and the number is another.
    OtherNumber,
    /// The name fits, or the number does, and the address is another.
    OtherAddress,
    /// The name is another by one character.
    SimilarName,
    /// The number is another by one character, or by how it is written.
    SimilarNumber,
    /// The address is another by one character.
    SimilarAddress,
}

/// What a candidate is to a query.
pub(super) enum Verdict {
    Hit,
    Near(Nearness),
    Other,
}

/// How far one part of a query fits.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// It is the same.
    Whole,
    /// It is a part of it.
    Part,
    /// It is the same but for a slip.
    Slip,
    No,
}

impl Query {
    /// Reads the box. What has an `@` is an address, or a part of one; what has a digit and the form of a number is a number; the rest is
    /// a name.
    ///
    /// # Errors
    /// [`Unreadable`] if there is nothing to look for.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        if text.chars().nth(TEXT_CHARACTERS).is_some() {
            return Err(Unreadable::TooLong);
        }
        let (mut query, mut number, mut name) = (Self::default(), String::new(), Vec::new());
        for word in text.split_whitespace() {
            let plain = mended(word);
            if plain.contains('@') {
                query.address = Some(Wanted::read(word, &plain));
            } else if plain.chars().any(|character| character.is_ascii_digit())
                && BodyNumber::mend(&plain).is_ok()
            {
                number.push_str(&plain);
            } else {
                name.push(word);
            }
        }
        query.number = BodyNumber::mend(&number).ok();
        let name = name.join(" ");
        query.name = folded(&name);
        if query == Self::default() {
            return Err(Unreadable::Nothing);
        }
        if query.number.is_none() && query.address.is_none() {
            query.perhaps = BodyNumber::mend(&name).ok();
        }
        Ok(query)
    }

    /// The numbers that were meant, or may be.
    pub(super) fn numbers(&self) -> impl Iterator<Item = &BodyNumber> {
        self.number.iter().chain(&self.perhaps)
    }

    /// Whether nobody else than who has the number can be meant.
    pub(super) fn is_answered_by_number(&self) -> bool {
        self.number.is_some()
    }

    pub(super) fn is_only_an_address(&self) -> bool {
        self.address.is_some() && self.number.is_none() && self.name.is_none()
    }

    /// The address, if it was typed to the end.
    pub(super) fn whole_address(&self) -> Option<&MailAddress> {
        match &self.address {
            Some(Wanted::Whole(address, _)) => Some(address),
            _ => None,
        }
    }

    pub(super) fn means_by_address(&self, details: &CandidateDetails) -> bool {
        self.address.as_ref().is_some_and(|wanted| wanted.fit(details) == Fit::Whole)
    }

    pub(super) fn judge(&self, details: &CandidateDetails) -> Verdict {
        if self.perhaps.as_ref() == Some(&details.number) {
            return Verdict::Hit;
        }
        let fits = [
            self.number.as_ref().map(|number| {
                (number_fit(number, &details.number), Nearness::SimilarNumber, Nearness::OtherNumber)
            }),
            self.name
                .as_ref()
                .map(|name| (name_fit(name, details), Nearness::SimilarName, Nearness::OtherName)),
            self.address
                .as_ref()
                .map(|wanted| (wanted.fit(details), Nearness::SimilarAddress, Nearness::OtherAddress)),
        ];
        let given = || fits.iter().flatten();
        if given().all(|(fit, ..)| matches!(fit, Fit::Whole | Fit::Part)) {
            return Verdict::Hit;
        }
        let one_is_whole = given().any(|(fit, ..)| *fit == Fit::Whole);
        let only_one_is_given = given().count() == 1;
        let off = given().find(|(fit, ..)| matches!(fit, Fit::Slip | Fit::No));
        match off {
            Some((Fit::Slip, slip, _)) if one_is_whole || only_one_is_given => Verdict::Near(*slip),
            Some((Fit::No, _, other)) if one_is_whole => Verdict::Near(*other),
            _ => Verdict::Other,
        }
    }
}

impl Wanted {
    fn read(word: &str, plain: &str) -> Self {
        match MailAddress::mend(word) {
            Ok(mended) => {
                let key = mended.address.comparison_key();
                Self::Whole(mended.address, key)
            }
            Err(_) => Self::Part(plain.to_lowercase()),
        }
    }

    fn fit(&self, details: &CandidateDetails) -> Fit {
        let registered = details.address.comparison_key();
        match self {
            Self::Whole(_, key) if *key == registered => Fit::Whole,
            Self::Whole(_, key) if is_a_slip(key, &registered) => Fit::Slip,
            Self::Part(part) if registered.contains(part.as_str()) => Fit::Part,
            _ => Fit::No,
        }
    }
}

fn number_fit(wanted: &BodyNumber, registered: &BodyNumber) -> Fit {
    if wanted == registered {
        return Fit::Whole;
    }
    let (wanted, registered) = (bare(wanted), bare(registered));
    if wanted == registered || is_a_slip(&wanted, &registered) { Fit::Slip } else { Fit::No }
}

/// A number without what is left out or mistaken when it is read aloud or copied: marks, leading zeros, O for 0, I for 1.
fn bare(number: &BodyNumber) -> String {
    let letters = number.as_str().chars().filter(char::is_ascii_alphanumeric);
    let plain = letters.map(|letter| match letter {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    });
    // A zero is a leading one if it begins the number, or the digits after its letters.
    let mut bare = String::new();
    for letter in plain {
        let begins = !bare.ends_with(|before: char| before.is_ascii_digit());
        if !(letter == '0' && begins) {
            bare.push(letter);
        }
    }
    bare
}

fn name_fit(wanted: &str, details: &CandidateDetails) -> Fit {
    let forms = [
        Some(details.name.as_str()),
        details.kana.as_ref().map(crate::candidate::Kana::as_str),
        details.roman.as_ref().map(crate::candidate::Roman::as_str),
    ];
    let fits = forms.into_iter().flatten().filter_map(folded).map(|registered| form_fit(wanted, &registered));
    fits.fold(Fit::No, Fit::better)
}

/// Both in the form in which names are compared. Words in Latin letters stand in order of the alphabet: a name is a part of another if
/// each of its words begins one.
fn form_fit(wanted: &str, registered: &str) -> Fit {
    if wanted == registered {
        return Fit::Whole;
    }
    let part = if wanted.is_ascii() {
        wanted.split(' ').all(|word| registered.split(' ').any(|whole| whole.starts_with(word)))
    } else if wanted.chars().count() < SHORTEST_INSIDE {
        registered.starts_with(wanted)
    } else {
        registered.contains(wanted)
    };
    if part {
        Fit::Part
    } else if is_a_slip(wanted, registered) {
        Fit::Slip
    } else {
        Fit::No
    }
}

impl Fit {
    fn better(self, other: Self) -> Self {
        let worth = |fit| match fit {
            Self::Whole => 3,
            Self::Part => 2,
            Self::Slip => 1,
            Self::No => 0,
        };
        if worth(other) > worth(self) { other } else { self }
    }
}

/// Whether one character was left out, added or mistaken, or two that stand side by side were exchanged.
fn is_a_slip(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().min(other.len()) < SHORTEST_SLIP || one.len().abs_diff(other.len()) > 1 {
        return false;
    }
    let same = |pair: &(&char, &char)| pair.0 == pair.1;
    let before = one.iter().zip(&other).take_while(same).count();
    let rest = one.len().min(other.len()) - before;
    let after = one.iter().rev().zip(other.iter().rev()).take(rest).take_while(same).count();
    let (left, right) = (one.len() - before - after, other.len() - before - after);
    let middle = |all: &[char]| all.iter().skip(before).take(2).copied().collect::<Vec<_>>();
    match (left, right) {
        (0..=1, 0..=1) => true,
        (2, 2) => middle(&one).into_iter().rev().eq(middle(&other)),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
