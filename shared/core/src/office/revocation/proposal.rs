//! What is proposed, agreed and done.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    badge::{BadgeId, Ground},
    order::{Actor, Reason},
    ports::{Entropy, Key},
    store::{Record, random_uuid},
};

/// So many badges are revoked by one proposal at the most: a person reads them one by one.
pub const MOST_BADGES: usize = 50;

/// Names a proposal: a random UUID.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProposalId(Uuid);

impl ProposalId {
    /// A fresh name.
    pub fn random(entropy: &dyn Entropy) -> Self {
        Self(random_uuid(entropy))
    }

    /// From a URL or a form: only the lower-case hyphenated form.
    pub fn parse(text: &str) -> Option<Self> {
        let id = Uuid::try_parse(text).ok()?;
        (id.hyphenated().to_string() == text).then_some(Self(id))
    }
}

impl fmt::Display for ProposalId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(formatter)
    }
}

/// What a proposal is about, in every state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Its name.
    pub id: ProposalId,
    /// The badges, 1 to [`MOST_BADGES`], none of them twice.
    pub badges: Vec<BadgeId>,
    /// Why, in general words: what holders and verifiers learn.
    pub ground: Ground,
    /// Why, in the staff's words: for colleagues and auditors only.
    pub reason: Reason,
    /// Who proposed it.
    pub proposed_by: Actor,
    /// When.
    pub proposed_at: Timestamp,
}

/// A proposal in the state `S`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal<S> {
    /// What it is about.
    #[serde(flatten)]
    pub terms: Terms,
    /// The state, with its own data.
    #[serde(flatten)]
    pub state: S,
}

/// Waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {}

/// A second person agreed, and not every badge is settled yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreed {
    /// Who agreed.
    pub agreed_by: Actor,
    /// When.
    pub agreed_at: Timestamp,
    /// What became of the badges that are settled.
    pub settled: Vec<Settled>,
}

/// Every badge is settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Who agreed.
    pub agreed_by: Actor,
    /// When.
    pub agreed_at: Timestamp,
    /// What became of each badge.
    pub settled: Vec<Settled>,
    /// When the last one was settled.
    pub done_at: Timestamp,
}

/// It is not followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declined {
    /// By whom: a second person, or the one who proposed it.
    pub declined_by: Actor,
    /// When.
    pub declined_at: Timestamp,
}

/// What became of one badge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// The badge.
    pub badge: BadgeId,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// When.
    pub at: Timestamp,
}

/// What became of a badge that was to be revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// It is revoked.
    Revoked,
    /// It was revoked before, on the same ground.
    Already,
    /// It was issued again meanwhile: the badge that took its place is to be proposed by itself.
    Replaced {
        /// That one.
        by: BadgeId,
    },
    /// There is no such badge any more.
    Unknown,
}

impl Proposal<Proposed> {
    /// A second person agrees.
    pub fn agree(self, by: Actor, at: Timestamp) -> Proposal<Agreed> {
        self.with(Agreed { agreed_by: by, agreed_at: at, settled: Vec::new() })
    }

    /// It is not followed.
    pub fn decline(self, by: Actor, at: Timestamp) -> Proposal<Declined> {
        self.with(Declined { declined_by: by, declined_at: at })
    }
}

impl Proposal<Agreed> {
    /// Whether a badge still waits to be settled.
    pub fn awaits(&self, badge: &BadgeId) -> bool {
        self.terms.badges.contains(badge) && !self.state.settled.iter().any(|it| it.badge == *badge)
    }

    /// The badges that still wait.
    pub fn pending(&self) -> Vec<BadgeId> {
        self.terms.badges.iter().filter(|badge| self.awaits(badge)).cloned().collect()
    }

    /// One more badge is settled. With the last one it is done.
    pub fn settle(mut self, badge: BadgeId, outcome: Outcome, at: Timestamp) -> AnyProposal {
        self.state.settled.push(Settled { badge, outcome, at });
        if !self.pending().is_empty() {
            return AnyProposal::Agreed(self);
        }
        let Agreed { agreed_by, agreed_at, settled } = self.state.clone();
        AnyProposal::Done(self.with(Done { agreed_by, agreed_at, settled, done_at: at }))
    }
}

impl<S> Proposal<S> {
    fn with<N>(self, state: N) -> Proposal<N> {
        Proposal { terms: self.terms, state }
    }
}

/// A proposal as it stands in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum AnyProposal {
    /// See [`Proposed`].
    Proposed(Proposal<Proposed>),
    /// See [`Agreed`].
    Agreed(Proposal<Agreed>),
    /// See [`Done`].
    Done(Proposal<Done>),
    /// See [`Declined`].
    Declined(Proposal<Declined>),
}

impl AnyProposal {
    /// The partition of all proposals.
    pub const PARTITION: &'static str = "REVOCATIONS";

    /// Where a proposal stands.
    pub fn key_of(id: &ProposalId) -> Key {
        Key::new(Self::PARTITION, id.to_string())
    }

    /// What it is about.
    pub fn terms(&self) -> &Terms {
        match self {
            Self::Proposed(proposal) => &proposal.terms,
            Self::Agreed(proposal) => &proposal.terms,
            Self::Done(proposal) => &proposal.terms,
            Self::Declined(proposal) => &proposal.terms,
        }
    }

    /// What became of the badges that are settled.
    pub fn settled(&self) -> &[Settled] {
        match self {
            Self::Proposed(_) | Self::Declined(_) => &[],
            Self::Agreed(proposal) => &proposal.state.settled,
            Self::Done(proposal) => &proposal.state.settled,
        }
    }
}

impl Record for AnyProposal {
    fn key(&self) -> Key {
        Self::key_of(&self.terms().id)
    }
}

/// Says that an agreed proposal is not done yet. Stands exactly as long as that is so; the sweep reads these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwedRevocation {
    /// The proposal.
    pub proposal: ProposalId,
    /// Since when.
    pub since: Timestamp,
}

impl OwedRevocation {
    /// The partition of all of them.
    pub const PARTITION: &'static str = "OWEDREVOCATIONS";

    /// Where the note of a proposal stands.
    pub fn key_of(id: &ProposalId) -> Key {
        Key::new(Self::PARTITION, id.to_string())
    }
}

impl Record for OwedRevocation {
    fn key(&self) -> Key {
        Self::key_of(&self.proposal)
    }
}
