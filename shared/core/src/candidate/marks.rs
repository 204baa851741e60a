//! What stands beside the register: who is still to be issued, when a person was registered, which months have candidates.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AchievementId, BodyNumber, CandidateDetails, CandidateRef, Kind, Shard};
use crate::{calendar::Month, ports::Key, store::Record};

/// Says that a candidate is not issued yet. Stands exactly as long as that is so; a run reads nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The candidate.
    pub candidate: CandidateRef,
}

impl Due {
    /// The partition of a shard's unissued candidates.
    pub fn partition(shard: Shard) -> String {
        shard.partition("DUE")
    }
}

impl Record for Due {
    fn key(&self) -> Key {
        Key::new(Self::partition(self.candidate.shard()), &self.candidate.id)
    }
}

/// The months in which one person was registered for one achievement by one kind of occasion. It keeps a slip in a
/// date from becoming a second badge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occasions {
    /// The body's own number for the person.
    pub number: BodyNumber,
    /// The achievement.
    pub achievement: AchievementId,
    /// Pass or renewal.
    pub kind: Kind,
    /// Registered months, in the order of registration.
    pub months: Vec<Month>,
    /// Months that were cancelled. They count for nothing, and lead to what is still on record of the person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cancelled: Vec<Month>,
}

impl Occasions {
    /// Those of a person of whom none is on record.
    pub fn of(details: &CandidateDetails) -> Self {
        let CandidateDetails { number, achievement, kind, .. } = details.clone();
        Self { number, achievement, kind, months: Vec::new(), cancelled: Vec::new() }
    }

    /// One more month counts.
    pub fn register(&mut self, month: Month) {
        self.cancelled.retain(|other| *other != month);
        self.months.push(month);
    }

    /// A month does not count any more when the person is registered again. What is on record of it stays.
    pub fn cancel(&mut self, month: Month) {
        self.forget(month);
        self.cancelled.push(month);
    }

    /// Nothing is on record of a month any more.
    pub fn forget(&mut self, month: Month) {
        self.months.retain(|other| *other != month);
        self.cancelled.retain(|other| *other != month);
    }

    /// Where they stand.
    pub fn key_of(details: &CandidateDetails) -> Key {
        Key::new(Self::partition(&details.number), format!("{}#{}", details.achievement, details.kind))
    }

    /// The partition of a person's occasions.
    pub fn partition(number: &BodyNumber) -> String {
        format!("PERSON#{number}")
    }
}

impl Record for Occasions {
    fn key(&self) -> Key {
        Key::new(Self::partition(&self.number), format!("{}#{}", self.achievement, self.kind))
    }
}

/// Says that a month has candidates. Runs and reconciliation read these instead of searching.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenedMonth {
    /// The month.
    pub month: Month,
    /// So many candidates were erased on request: all that is left of them, so that the sums of the month still say how many there were.
    #[serde(default)]
    pub erased: usize,
    /// Since when the month is being erased, because the time for which the register is kept is over. No run and no sum looks at it any
    /// more, nothing is registered in it, and the last sweep removes this too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retired_at: Option<Timestamp>,
}

impl OpenedMonth {
    /// The partition of all months.
    pub const PARTITION: &'static str = "MONTHS";

    /// A month in which somebody is registered for the first time.
    pub fn new(month: Month) -> Self {
        Self { month, erased: 0, retired_at: None }
    }

    /// Where a month stands.
    pub fn key_of(month: Month) -> Key {
        Key::new(Self::PARTITION, month.to_string())
    }
}

impl Record for OpenedMonth {
    fn key(&self) -> Key {
        Self::key_of(self.month)
    }
}
