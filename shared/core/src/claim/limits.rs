//! How many mails may be asked for in an hour: for one address, and by one client. The count is the same for addresses that
//! nobody knows, so that a refusal tells nothing.

use std::fmt;

use aws_lc_rs::digest;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Ports;
use crate::{
    address::MailAddress,
    ports::{Key, Write},
    store::{self, Failure, Record},
    wallet::AddressHash,
};

/// So many mails of one purpose may be asked for one address in an hour. Purposes are counted apart: whoever has many of one
/// sent to a stranger's address does not keep the stranger from another.
pub const MAILS_TO_AN_ADDRESS: u32 = 5;

/// So many mails may be asked for by one client in an hour. Whole companies share one.
pub const MAILS_BY_A_CLIENT: u32 = 40;

/// A client's count is spread over so many items, so that its people do not wait for each other.
const STRIPES: u32 = 8;

/// What a mail is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    SignIn,
    AddressProof,
    ClaimLink,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Self::SignIn => "SIGNIN",
            Self::AddressProof => "PROOF",
            Self::ClaimLink => "CLAIM",
        }
    }
}

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

/// The writes that count one more mail, or none if it would be one too many.
pub(super) async fn admit(
    ports: Ports<'_>,
    purpose: Purpose,
    address: &MailAddress,
    client: &Client,
) -> Result<Option<Vec<Write>>, Failure> {
    let now = ports.clock.now();
    let hour = Timestamp::from_second(now.as_second() - now.as_second().rem_euclid(HOUR.as_secs()))
        .map_err(|error| Failure::NeedsPerson(format!("the clock: {error}")))?;
    let by_address = vec![format!("{}#{}", purpose.name(), AddressHash::of(address))];
    let by_client: Vec<_> = (0..STRIPES).map(|stripe| format!("CLIENT#{}#{stripe}", client.0)).collect();
    let Some(to_address) = one_more(ports, by_address, hour, MAILS_TO_AN_ADDRESS).await? else {
        return Ok(None);
    };
    let by_client = one_more(ports, by_client, hour, MAILS_BY_A_CLIENT / STRIPES).await?;
    Ok(by_client.map(|by_client| vec![to_address, by_client]))
}

/// The write that counts one more in one of the counters that are not full, or none if all are.
async fn one_more(
    ports: Ports<'_>,
    mut counters: Vec<String>,
    hour: Timestamp,
    most: u32,
) -> Result<Option<Write>, Failure> {
    let keys: Vec<_> = counters.iter().map(|of| Limit::key_of(of, hour)).collect();
    let mut counts = store::load_many::<Limit>(ports.table, &keys).await?;
    let mut random = [0];
    ports.entropy.fill(&mut random);
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
