//! Candidates: a person, a qualification, an occasion. The register that the badges are counted against.
//!
//! ```text
//! Registered ──prepare──▶ Prepared ──issue──▶ Issued
//!   ├──refuse──▶ Refused ────┬──reopen──▶ Registered
//!   └──cancel──▶ Cancelled ──┘
//! ```
//! Each state is a type, and a transition consumes the old state, so that an illegal one does not compile:
//!
//! ```compile_fail
//! # use shomei_core::candidate::{Candidate, Registered, Issued};
//! fn skip_preparing(candidate: Candidate<Registered>, now: jiff::Timestamp) -> Candidate<Issued> {
//!     candidate.issue(now) // only a prepared candidate can be issued
//! }
//! ```

mod details;
mod marks;

use std::fmt;

use aws_lc_rs::digest;
use jiff::{SignedDuration, Timestamp};
use openbadges::proof::ProofOptions;
use serde::{Deserialize, Serialize};

pub use self::{
    details::*,
    marks::{Due, Occasions, OpenedMonth},
};
use crate::{
    address::MailAddress,
    badge::{BadgeId, Preparation},
    calendar::Month,
    order::{OrderId, Reason},
    ports::Key,
    store::Record,
};

/// From the moment that a change names to its being stored it takes less than this.
pub(crate) const COMMITTED: SignedDuration = SignedDuration::from_mins(1);

/// A month's work is spread over so many partitions, which can be driven side by side.
pub const SHARDS: u8 = 16;

/// One part of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Shard {
    /// The month of the occasions.
    pub month: Month,
    /// Below [`SHARDS`].
    pub number: u8,
}

impl Shard {
    /// All shards of a month.
    pub fn all(month: Month) -> impl Iterator<Item = Self> {
        (0..SHARDS).map(move |number| Self { month, number })
    }

    /// The partition of this shard that holds items of a kind.
    pub fn partition(self, kind: &str) -> String {
        format!("{kind}#{}#{:02}", self.month, self.number)
    }
}

/// So many hexadecimal digits name a candidate in its month.
const ID_DIGITS: usize = 32;

/// What stands in the place of a candidate's id where the register knows of none any more. No candidate is called so.
const NOBODY: &str = "nobody";

/// Names one candidate: a function of achievement, kind, month and the body's own number, so that the same row sent
/// twice is the same candidate.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CandidateRef {
    /// The month of the occasion.
    pub month: Month,
    /// 32 hexadecimal digits.
    pub id: String,
}

impl CandidateRef {
    /// The candidate that these details are about.
    pub fn of(details: &CandidateDetails) -> Self {
        Self::named(&details.achievement, details.kind, details.month(), &details.number)
    }

    /// The candidate of this occasion.
    pub fn named(achievement: &AchievementId, kind: Kind, month: Month, number: &BodyNumber) -> Self {
        let occasion = format!("{achievement}\n{kind}\n{month}\n{number}");
        let hash = hex::encode(digest::digest(&digest::SHA256, occasion.as_bytes()));
        Self { month, id: hash.chars().take(ID_DIGITS).collect() }
    }

    /// Nobody of a month: what a badge or an order says of its candidate when the register does not know the occasion any more. It
    /// leads to no candidate, and says nothing of a person.
    pub fn nobody(month: Month) -> Self {
        Self { month, id: NOBODY.to_owned() }
    }

    /// Whether it is nobody's. See [`CandidateRef::nobody`].
    pub fn is_nobody(&self) -> bool {
        self.id == NOBODY
    }

    /// Where its work stands.
    pub fn shard(&self) -> Shard {
        let first = self.id.chars().next().and_then(|digit| digit.to_digit(16)).unwrap_or(0);
        Shard { month: self.month, number: u8::try_from(first).unwrap_or(0) % SHARDS }
    }

    /// Where the candidate stands.
    pub fn key(&self) -> Key {
        Key::new(AnyCandidate::partition(self.shard()), &self.id)
    }

    /// From a page of the staff's: only the form in which it is written.
    pub fn parse(text: &str) -> Option<Self> {
        let (month, id) = text.split_at_checked(7)?;
        let id = id.strip_prefix('-')?;
        let digits =
            id.len() == ID_DIGITS && id.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
        digits.then_some(Self { month: month.parse().ok()?, id: id.to_owned() })
    }
}

/// As `2026-10-…`: the month, and the id.
impl fmt::Display for CandidateRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}", self.month, self.id)
    }
}

/// A candidate in the state `S`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate<S> {
    /// What the staff registered.
    pub details: CandidateDetails,
    /// When it was registered; again, if it had been refused or cancelled.
    pub registered_at: Timestamp,
    /// When the staff last said what stands in `details`. None: when it was registered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<Timestamp>,
    /// Who of them did, as the sign-in service names them. None: that was not noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_by: Option<String>,
    /// The state, with its own data.
    #[serde(flatten)]
    pub state: S,
}

impl<S: fmt::Debug> fmt::Debug for Candidate<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Candidate({}, {:?})", CandidateRef::of(&self.details).id, self.state)
    }
}

/// Waits for its month to close. May still be amended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {}

/// Everything that will be signed is fixed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepared {
    /// What will be signed.
    pub preparation: Box<Preparation>,
}

/// Has its badge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// The badge.
    pub badge: BadgeId,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// The order by which it took the place of another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
}

/// Will get no badge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Why.
    pub reason: IssueRefusal,
    /// When that was found.
    pub refused_at: Timestamp,
}

/// Taken off the register by the staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancelled {
    /// Who did it, as the sign-in service names them.
    pub cancelled_by: String,
    /// When.
    pub cancelled_at: Timestamp,
    /// Why.
    pub why: Reason,
}

/// Who of the staff says what a candidate's details are, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When.
    pub at: Timestamp,
    /// Who, as the sign-in service names them. None: nobody noted it.
    pub by: Option<String>,
}

/// Why a registered candidate gets no badge after all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IssueRefusal {
    /// The achievement is not registered any more.
    AchievementUnknown,
    /// The achievement's first eligible date was set later than the occasion.
    BeforeProgramme,
    /// The credential cannot be built: a text or date in it is not allowed by the standard.
    NotExpressible,
    /// The validity is over before the badge could be issued.
    AlreadyExpired,
}

impl Candidate<Registered> {
    /// A new candidate.
    pub fn register(details: CandidateDetails, change: Change) -> Self {
        let Change { at, by: changed_by } = change;
        Self { details, registered_at: at, changed_at: Some(at), changed_by, state: Registered {} }
    }

    /// The same occasion with corrected details.
    #[must_use]
    pub fn amend(self, details: CandidateDetails, change: Change) -> Self {
        Self { details, changed_at: Some(change.at), changed_by: change.by, ..self }
    }

    /// The staff take it off the register.
    pub fn cancel(self, state: Cancelled) -> Candidate<Cancelled> {
        self.with(state)
    }

    /// Fixes what will be signed.
    pub fn prepare(self, preparation: Preparation) -> Candidate<Prepared> {
        self.with(Prepared { preparation: Box::new(preparation) })
    }

    /// Gives up, with a reason.
    pub fn refuse(self, reason: IssueRefusal, at: Timestamp) -> Candidate<Refused> {
        self.with(Refused { reason, refused_at: at })
    }
}

impl Candidate<Prepared> {
    /// Another key will sign than the one that was meant to.
    #[must_use]
    pub fn prepare_again(mut self, proof: ProofOptions, key: String) -> Self {
        self.state.preparation.proof = proof;
        self.state.preparation.key = key;
        self
    }

    /// The badge exists now. Committed together with it.
    pub fn issue(self, at: Timestamp) -> Candidate<Issued> {
        let badge = self.state.preparation.badge.clone();
        self.with(Issued { badge, issued_at: at, order: None })
    }
}

/// What of a candidate's details was wrong. What is none stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Correction {
    /// Where mails go.
    pub address: Option<MailAddress>,
    /// The name on the badge.
    pub name: Option<PersonName>,
    /// Its reading.
    pub kana: Option<Kana>,
    /// The name in Latin letters.
    pub roman: Option<Roman>,
}

impl Correction {
    /// Whether anything was.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Only what differs from the details.
    #[must_use]
    pub fn of_what_differs(self, details: &CandidateDetails) -> Self {
        Self {
            address: self.address.filter(|address| *address != details.address),
            name: self.name.filter(|name| *name != details.name),
            kana: self.kana.filter(|kana| Some(kana) != details.kana.as_ref()),
            roman: self.roman.filter(|roman| Some(roman) != details.roman.as_ref()),
        }
    }

    /// Whether more than the address was: the name, or how it is written otherwise.
    pub fn is_of_name(&self) -> bool {
        self.name.is_some() || self.kana.is_some() || self.roman.is_some()
    }

    /// The details as they are right.
    #[must_use]
    pub fn applied_to(&self, details: &CandidateDetails) -> CandidateDetails {
        let Self { address, name, kana, roman } = self;
        CandidateDetails {
            address: address.as_ref().unwrap_or(&details.address).clone(),
            name: name.as_ref().unwrap_or(&details.name).clone(),
            kana: kana.as_ref().or(details.kana.as_ref()).cloned(),
            roman: roman.as_ref().or(details.roman.as_ref()).cloned(),
            ..details.clone()
        }
    }
}

impl Candidate<Issued> {
    /// Another badge stands in the place of the one it had.
    #[must_use]
    pub fn reissue(self, badge: BadgeId, order: OrderId, at: Timestamp) -> Self {
        self.with(Issued { badge, issued_at: at, order: Some(order) })
    }

    /// Something was wrong. What is issued from now on has it right.
    #[must_use]
    pub fn correct(self, correction: &Correction) -> Self {
        Self { details: correction.applied_to(&self.details), ..self }
    }
}

impl Candidate<Refused> {
    /// What stood in the way is mended: the candidate waits again.
    pub fn reopen(self, details: CandidateDetails, change: Change) -> Candidate<Registered> {
        Candidate::register(details, change)
    }

    /// The staff take it off the register.
    pub fn cancel(self, state: Cancelled) -> Candidate<Cancelled> {
        self.with(state)
    }
}

impl Candidate<Cancelled> {
    /// The staff register the occasion again. Nothing of what was cancelled counts.
    pub fn reopen(self, details: CandidateDetails, change: Change) -> Candidate<Registered> {
        Candidate::register(details, change)
    }
}

impl<S> Candidate<S> {
    /// When the staff last said what the details are.
    pub fn last_change(&self) -> Timestamp {
        self.changed_at.unwrap_or(self.registered_at)
    }

    fn with<N>(self, state: N) -> Candidate<N> {
        let Self { details, registered_at, changed_at, changed_by, state: _ } = self;
        Candidate { details, registered_at, changed_at, changed_by, state }
    }
}

/// A candidate as it stands in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum AnyCandidate {
    /// See [`Registered`].
    Registered(Candidate<Registered>),
    /// See [`Prepared`].
    Prepared(Candidate<Prepared>),
    /// See [`Issued`].
    Issued(Candidate<Issued>),
    /// See [`Refused`].
    Refused(Candidate<Refused>),
    /// See [`Cancelled`].
    Cancelled(Candidate<Cancelled>),
}

impl AnyCandidate {
    /// The partition of a shard's candidates.
    pub fn partition(shard: Shard) -> String {
        shard.partition("CANDIDATE")
    }

    /// What the staff registered.
    pub fn details(&self) -> &CandidateDetails {
        match self {
            Self::Registered(candidate) => &candidate.details,
            Self::Prepared(candidate) => &candidate.details,
            Self::Issued(candidate) => &candidate.details,
            Self::Refused(candidate) => &candidate.details,
            Self::Cancelled(candidate) => &candidate.details,
        }
    }

    /// The same without the reading and the Latin form of the name.
    #[must_use]
    pub fn without_readings(mut self) -> Self {
        let details = match &mut self {
            Self::Registered(candidate) => &mut candidate.details,
            Self::Prepared(candidate) => &mut candidate.details,
            Self::Issued(candidate) => &mut candidate.details,
            Self::Refused(candidate) => &mut candidate.details,
            Self::Cancelled(candidate) => &mut candidate.details,
        };
        (details.kana, details.roman) = (None, None);
        self
    }
}

impl Record for AnyCandidate {
    fn key(&self) -> Key {
        CandidateRef::of(self.details()).key()
    }
}
