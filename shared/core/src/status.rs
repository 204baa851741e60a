//! Status lists: which badges are revoked, published as one signed document a list.
//!
//! A list belongs to a month. A badge reserves a random index of a list by putting a slot that must be absent: no
//! counter, no shared item. A list is published (signed) empty before the first badge that names it is committed.

use std::fmt;

use jiff::Timestamp;
use openbadges::status::{LIST_BITS, StatusIndex};
use serde::{Deserialize, Serialize};

use crate::{
    badge::BadgeId,
    calendar::Month,
    ports::{Entropy, Key, Write, WriteError},
    store::{self, Record},
};

/// How full a list may become before a month gets another one. Random reservation stays cheap while at least half
/// of the indexes are free.
const PLANNED_FILL: usize = LIST_BITS / 2;

/// How long a copy of a list may be used, in milliseconds; the HTTP answer's `max-age` says the same.
pub const LIST_TTL_MILLISECONDS: u64 = 5 * 60 * 1000;

/// Names a list: `2026-10-0` is the first list of October 2026.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StatusListId(String);

impl StatusListId {
    /// The `number`th list of a month.
    pub fn new(month: Month, number: u32) -> Self {
        Self(format!("{month}-{number}"))
    }

    /// From a URL: a month, a hyphen and a number.
    pub fn parse(text: &str) -> Option<Self> {
        let (month, number) = text.rsplit_once('-')?;
        let list = Self::new(month.parse().ok()?, number.parse().ok()?);
        (list.0 == text).then_some(list)
    }
}

impl fmt::Display for StatusListId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// How many lists a month with so many candidates spreads over.
pub fn lists_for(candidates: usize) -> u32 {
    u32::try_from(candidates.div_ceil(PLANNED_FILL)).unwrap_or(u32::MAX).max(1)
}

/// A random place in one of the month's lists. After several collisions (`attempt`) further lists are opened, so a
/// month that grew past its plan still finds room.
pub fn random_slot(
    entropy: &dyn Entropy,
    month: Month,
    lists: u32,
    attempt: u32,
) -> (StatusListId, StatusIndex) {
    let mut bytes = [0; 8];
    entropy.fill(&mut bytes);
    let random = u64::from_le_bytes(bytes);
    let lists = u64::from(lists.max(1)) + u64::from(attempt / 8);
    let number = u32::try_from((random >> 32) % lists).unwrap_or(0);
    // LIST_BITS is a power of two, so masking is uniform.
    let index = StatusIndex::wrapping(random);
    (StatusListId::new(month, number), index)
}

/// One reserved index. It exists from the moment a badge is prepared, and is never given away again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusSlot {
    /// The list.
    pub list: StatusListId,
    /// The place in the list.
    pub index: StatusIndex,
    /// Whose it is.
    pub badge: BadgeId,
}

impl Record for StatusSlot {
    fn key(&self) -> Key {
        Key::new(format!("STATUS#{}#{:06}", self.list, self.index.value()), "SLOT")
    }
}

/// A set bit: the badge at this index is revoked, for ever. `issuance` signs a list anew from these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevokedIndex {
    /// The list.
    pub list: StatusListId,
    /// The place in the list.
    pub index: StatusIndex,
    /// Since when.
    pub at: Timestamp,
}

impl RevokedIndex {
    /// The partition of a list's set bits.
    pub fn partition(list: &StatusListId) -> String {
        format!("REVOKED#{list}")
    }
}

impl Record for RevokedIndex {
    fn key(&self) -> Key {
        Key::new(Self::partition(&self.list), format!("{:06}", self.index.value()))
    }
}

/// Says that a list has a set bit which its published form does not show yet. Each set bit has a mark of its own, so
/// that badges revoked at once do not wait for each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaleList {
    /// The list.
    pub list: StatusListId,
    /// The bit that was set.
    pub index: StatusIndex,
}

impl StaleList {
    /// The partition of all marks. The table's stream hands exactly its new items to issuance.
    pub const PARTITION: &'static str = "STALE";
}

impl Record for StaleList {
    fn key(&self) -> Key {
        Key::new(Self::PARTITION, format!("{}#{:06}", self.list, self.index.value()))
    }
}

/// Sets a bit for ever, and marks its list to be published. To be committed with what revokes the badge: whoever does so
/// holds no signer, and `issuance` publishes the list.
///
/// # Errors
/// [`WriteError::NotApplied`] if a record cannot be written as an item.
pub fn set_bit(list: &StatusListId, index: StatusIndex, at: Timestamp) -> Result<[Write; 2], WriteError> {
    let revoked = RevokedIndex { list: list.clone(), index, at };
    let stale = StaleList { list: list.clone(), index };
    Ok([store::create(&revoked)?, store::create(&stale)?])
}

/// A list as the public gets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedList {
    /// The list.
    pub list: StatusListId,
    /// The signed credential, to the byte.
    pub signed: String,
    /// When it was signed.
    pub at: Timestamp,
}

impl PublishedList {
    /// Where a published list stands.
    pub fn key_of(list: &StatusListId) -> Key {
        Key::new(format!("PUB#STATUS#{list}"), "STATUS")
    }
}

impl Record for PublishedList {
    fn key(&self) -> Key {
        Self::key_of(&self.list)
    }
}
