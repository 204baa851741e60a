//! How often something may be asked for in an hour, counted in the store: for one address, by one client, about one badge.

use std::fmt;

use aws_lc_rs::digest;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    ports::{Entropy, Key, Table, Write},
    store::{self, Failure, Record},
};

/// A client's count is spread over so many items, so that its people do not wait for each other.
pub(crate) const STRIPES: u32 = 8;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Who asks, as far as the network tells: the SHA-256 of an internet address, never the address itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Client(String);

/// Prints nothing: there are few enough internet addresses to try them all.
impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Client(…)")
    }
}

impl Client {
    /// From the network's name for it. One that has none shares its limit with all others that have none.
    pub fn of(network: &str) -> Self {
        Self(hex::encode(digest::digest(&digest::SHA256, network.as_bytes())))
    }

    /// Names its count.
    pub(crate) fn hash(&self) -> &str {
        &self.0
    }

    /// Its counts of one kind, which together allow what one may.
    pub(crate) fn stripes(&self, kind: &str) -> Vec<String> {
        (0..STRIPES).map(|stripe| format!("{kind}#{}#{stripe}", self.0)).collect()
    }
}

/// How often something was asked for in one hour.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// Whose count: a kind and a hash.
    of: String,
    /// The beginning of the hour.
    hour: Timestamp,
    /// So often.
    count: u32,
}

/// Prints no hash.
impl fmt::Debug for Limit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Limit({}, {})", self.hour, self.count)
    }
}

impl Limit {
    fn key_of(of: &str, hour: Timestamp) -> Key {
        Key::new(format!("LIMIT#{of}"), hour.to_string())
    }
}

impl Record for Limit {
    fn key(&self) -> Key {
        Self::key_of(&self.of, self.hour)
    }

    fn expires(&self) -> Option<Timestamp> {
        self.hour.checked_add(HOUR).ok()
    }
}

/// The beginning of an hour.
pub(crate) fn hour_of(now: Timestamp) -> Result<Timestamp, Failure> {
    Timestamp::from_second(now.as_second() - now.as_second().rem_euclid(HOUR.as_secs()))
        .map_err(|error| Failure::NeedsPerson(format!("the clock: {error}")))
}

/// The write that counts one more in one of the counters that are not full, or none if all are.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub(crate) async fn one_more(
    table: &dyn Table,
    entropy: &dyn Entropy,
    mut counters: Vec<String>,
    hour: Timestamp,
    most: u32,
) -> Result<Option<Write>, Failure> {
    let keys: Vec<_> = counters.iter().map(|of| Limit::key_of(of, hour)).collect();
    let mut counts = store::load_many::<Limit>(table, &keys).await?;
    let mut random = [0];
    entropy.fill(&mut random);
    let [random] = random;
    let start = usize::from(random) % counters.len().max(1);
    counters.rotate_left(start);
    counts.rotate_left(start);
    for (of, count) in counters.into_iter().zip(counts) {
        match count {
            None => return Ok(Some(store::create(&Limit { of, hour, count: 1 })?)),
            Some(limit) if limit.record.count >= most => {}
            Some(limit) => {
                let count = limit.record.count + 1;
                return Ok(Some(store::replace(limit.version, &Limit { count, ..limit.record })?));
            }
        }
    }
    Ok(None)
}
