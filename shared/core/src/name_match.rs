//! Whether a name is that of a badge's holder, answered without showing it: from keyed hashes of the registered name, its reading
//! and its Latin form. The key is not in the store, so whoever reads the store cannot test a guess; and whoever asks may ask
//! only so often.
//!
//! Nothing of this stands in a credential. The hashes exist exactly while the holder allows it.

mod fold;

use std::fmt;

pub(crate) use self::fold::folded;

use aws_lc_rs::{constant_time::verify_slices_are_equal, hmac};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    badge::{BadgeId, PublicBadge},
    candidate::TEXT_CHARACTERS,
    limits::{Client, STRIPES, hour_of, one_more},
    ports::{Clock, Entropy, NameMatchKey, Table, Write, WriteError},
    store::{self, Failure},
    verify,
};

/// So many names may be compared with one badge in an hour.
pub const NAMES_FOR_A_BADGE: u32 = 30;

/// So many of them by one client. A name is typed wrong now and then; a list of names takes a day.
pub const NAMES_FOR_A_BADGE_BY_A_CLIENT: u32 = 10;

/// So many names may be compared by one client in an hour, whatever the badges. Whole companies share one.
pub const NAMES_BY_A_CLIENT: u32 = 240;

/// How often a count is tried when others count at the same time.
const ROUNDS: u32 = 8;

/// What a typed name is compared with: keyed hashes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameMarks {
    /// Of nothing: tells whether a key is the one that these were made with. By another one, no name would be the holder's.
    nothing: String,
    /// Of all registered forms of the name, in no telling order.
    names: Vec<String>,
}

/// Prints no hash.
impl fmt::Debug for NameMarks {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("NameMarks(…)")
    }
}

impl NameMarks {
    /// The marks of a name in all its forms, under a badge's own key.
    pub fn of<'a>(key: &[u8; 32], forms: impl IntoIterator<Item = &'a str>) -> Self {
        let mut names: Vec<_> =
            forms.into_iter().filter_map(fold::folded).map(|folded| mark(key, &folded)).collect();
        names.sort();
        names.dedup();
        Self { nothing: mark(key, NOTHING), names }
    }

    fn were_made_with(&self, key: &[u8; 32]) -> bool {
        self.nothing == mark(key, NOTHING)
    }

    /// Whether a name, in its comparison form, is one of them. Takes as long whichever it is.
    fn has(&self, key: &[u8; 32], folded: &str) -> bool {
        let typed = mark(key, folded);
        let same = |mark: &String| verify_slices_are_equal(mark.as_bytes(), typed.as_bytes()).is_ok();
        self.names.iter().filter(|mark| same(mark)).count() > 0
    }
}

/// No name has this form.
const NOTHING: &str = "";

fn mark(key: &[u8; 32], folded: &str) -> String {
    hex::encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), folded.as_bytes()))
}

/// What a badge's own key is made from, by the key of all.
pub fn derivation(badge: &BadgeId) -> String {
    format!("name-match#{badge}")
}

/// What comparing a name came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// It is the holder's.
    Matches,
    /// It is none of the registered forms.
    Differs,
    /// Nothing was typed that can be compared, or too much.
    Unreadable,
    /// Too often asked. The name was not compared.
    TooMany,
    /// The holder does not let names be compared.
    NotOffered,
}

/// A comparison, and the badge as it was read for it.
#[derive(Debug, Clone)]
pub struct Answered {
    /// What it came to.
    pub compared: Compared,
    /// The badge whose holder it is about.
    pub badge: PublicBadge,
}

/// What comparing may use.
#[derive(Clone, Copy)]
pub struct Ports<'a> {
    /// State: the public badge, and the counts.
    pub table: &'a dyn Table,
    /// Time.
    pub clock: &'a dyn Clock,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
    /// The key that is not in the store.
    pub key: &'a dyn NameMatchKey,
}

impl fmt::Debug for Ports<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("name_match::Ports")
    }
}

/// Compares a typed name with that of a public badge's holder. None: there is no such public badge. The question is counted before
/// it is answered.
///
/// # Errors
/// [`Failure::TryAgain`] if the store or the key does not answer.
pub async fn compare(
    ports: Ports<'_>,
    id: &BadgeId,
    typed: &str,
    client: &Client,
) -> Result<Option<Answered>, Failure> {
    let Some(badge) = verify::badge(ports.table, id).await? else { return Ok(None) };
    let compared = compare_with(ports, &badge, typed, client).await?;
    Ok(Some(Answered { compared, badge }))
}

async fn compare_with(
    ports: Ports<'_>,
    badge: &PublicBadge,
    typed: &str,
    client: &Client,
) -> Result<Compared, Failure> {
    let PublicBadge { id, name_marks: Some(marks), .. } = badge else { return Ok(Compared::NotOffered) };
    // Bounded before it is folded, as a registered name is.
    let readable = typed.chars().nth(TEXT_CHARACTERS).is_none();
    let Some(folded) = readable.then(|| fold::folded(typed)).flatten() else {
        return Ok(Compared::Unreadable);
    };
    if !count(ports, id, client).await? {
        return Ok(Compared::TooMany);
    }
    let key = ports.key.of_badge(id).await?;
    if !marks.were_made_with(&key) {
        return Err(Failure::NeedsPerson(format!("the name of badge {id} was hashed with another key")));
    }
    Ok(if marks.has(&key, &folded) { Compared::Matches } else { Compared::Differs })
}

/// Counts one question. False: it is one too many.
async fn count(ports: Ports<'_>, id: &BadgeId, client: &Client) -> Result<bool, Failure> {
    let hour = hour_of(ports.clock.now())?;
    for _ in 0..ROUNDS {
        let Some(writes) = counted(ports, id, client, hour).await? else { return Ok(false) };
        match store::commit(ports.table, ports.entropy, writes).await {
            Err(WriteError::Conflict { .. }) => {}
            outcome => return Ok(outcome.map(|()| true)?),
        }
    }
    Err(Failure::TryAgain("the counts of a badge are contended".to_owned()))
}

async fn counted(
    ports: Ports<'_>,
    id: &BadgeId,
    client: &Client,
    hour: Timestamp,
) -> Result<Option<Vec<Write>>, Failure> {
    let counts = [
        (vec![format!("NAME#{id}")], NAMES_FOR_A_BADGE),
        (vec![format!("NAME#{id}#{}", client.hash())], NAMES_FOR_A_BADGE_BY_A_CLIENT),
        (client.stripes("NAMES"), NAMES_BY_A_CLIENT / STRIPES),
    ];
    let mut writes = Vec::new();
    for (counters, most) in counts {
        match one_more(ports.table, ports.entropy, counters, hour, most).await? {
            Some(write) => writes.push(write),
            None => return Ok(None),
        }
    }
    Ok(Some(writes))
}
