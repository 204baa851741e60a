//! Badges: issued → claimed, private or public. Deletion and revocation follow in rooms of their own.
//!
//! What is public stands as an item of its own, [`PublicBadge`], exactly while it is public: `verify` reads nothing
//! else, so a private, an unclaimed and an unknown badge cannot be told apart.

use std::fmt;

use jiff::{Timestamp, civil::Date};
use openbadges::{
    credential::AchievementCredential,
    proof::{ProofOptions, Signed},
    status::StatusIndex,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    achievement::{ArtworkId, Wording},
    address::MailAddress,
    candidate::{AchievementId, CandidateDetails, CandidateRef, Kind, PersonName, Shard},
    ports::{Entropy, Key},
    status::StatusListId,
    store::{Record, random_uuid},
};

/// Names a badge in its public address: a random UUID.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BadgeId(Uuid);

impl BadgeId {
    /// A fresh name.
    pub fn random(entropy: &dyn Entropy) -> Self {
        Self(random_uuid(entropy))
    }

    /// From a URL: only the lower-case hyphenated form, so that a badge has one address.
    pub fn parse(text: &str) -> Option<Self> {
        let id = Uuid::try_parse(text).ok()?;
        (id.hyphenated().to_string() == text).then_some(Self(id))
    }

    /// A name that no badge has (the nil UUID): looking for it costs the same as looking for any other.
    pub fn of_nothing() -> Self {
        Self(Uuid::nil())
    }

    /// The partition of everything private about the badge.
    pub fn partition(&self) -> String {
        format!("BADGE#{self}")
    }
}

impl fmt::Display for BadgeId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(formatter)
    }
}

/// Everything that a signature will cover, frozen: whoever signs it, whenever and however often, gets the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preparation {
    /// The badge's name.
    pub badge: BadgeId,
    /// The reserved place: its list …
    pub list: StatusListId,
    /// … and its index.
    pub index: StatusIndex,
    /// The picture.
    pub artwork: ArtworkId,
    /// What the achievement says of itself.
    pub wording: Wording,
    /// The unsigned document.
    pub credential: AchievementCredential,
    /// Key and time of the proof.
    pub proof: ProofOptions,
    /// The fragment of the key that signs.
    pub key: String,
}

/// A badge in the state `S`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Badge<S> {
    /// Its name.
    pub id: BadgeId,
    /// Whose occasion it attests.
    pub candidate: CandidateRef,
    /// The achievement.
    pub achievement: AchievementId,
    /// Pass or renewal.
    pub kind: Kind,
    /// The day of the occasion.
    pub date: Date,
    /// The person's name as registered. Not in the credential.
    pub holder_name: PersonName,
    /// Where its mail goes. Not in the credential, except as a salted hash.
    pub address: MailAddress,
    /// The picture.
    pub artwork: ArtworkId,
    /// What the achievement said of itself when the badge was prepared.
    pub wording: Wording,
    /// Its list …
    pub list: StatusListId,
    /// … and index there.
    pub index: StatusIndex,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// The last moment of its validity, if it has one.
    pub valid_until: Option<Timestamp>,
    /// The signed credential, to the byte.
    pub signed: String,
    /// The state, with its own data.
    #[serde(flatten)]
    pub state: S,
}

impl<S: fmt::Debug> fmt::Debug for Badge<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Badge({}, {:?})", self.id, self.state)
    }
}

/// Issued, and not yet claimed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unclaimed {}

/// Accepted by its holder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claimed {
    /// When.
    pub claimed_at: Timestamp,
    /// Who may see it.
    pub visibility: Visibility,
    /// Which wording of the consent was on the page.
    pub consent: ConsentVersion,
}

/// Who may see a claimed badge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Visibility {
    /// Only the holder.
    Private,
    /// Anyone who has the address.
    Public,
}

/// Names a wording of the consent that a holder agreed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConsentVersion(pub String);

impl Badge<Unclaimed> {
    /// The badge of a prepared candidate, with its signed text.
    pub fn issue(
        preparation: &Preparation,
        details: &CandidateDetails,
        signed: &Signed,
        at: Timestamp,
    ) -> Self {
        Self {
            id: preparation.badge.clone(),
            candidate: CandidateRef::of(details),
            achievement: details.achievement.clone(),
            kind: details.kind,
            date: details.date,
            holder_name: details.name.clone(),
            address: details.address.clone(),
            artwork: preparation.artwork.clone(),
            wording: preparation.wording.clone(),
            list: preparation.list.clone(),
            index: preparation.index,
            issued_at: at,
            valid_until: preparation.credential.valid_until.as_ref().map(openbadges::DateTime::timestamp),
            signed: signed.text().to_owned(),
            state: Unclaimed {},
        }
    }

    /// The holder accepts.
    pub fn claim(self, visibility: Visibility, consent: ConsentVersion, at: Timestamp) -> Badge<Claimed> {
        self.with(Claimed { claimed_at: at, visibility, consent })
    }
}

impl Badge<Claimed> {
    /// What strangers may see, if anything.
    pub fn published(&self) -> Option<PublicBadge> {
        matches!(self.state.visibility, Visibility::Public).then(|| PublicBadge {
            id: self.id.clone(),
            achievement: self.achievement.clone(),
            kind: self.kind,
            date: self.date,
            holder_name: self.holder_name.clone(),
            artwork: self.artwork.clone(),
            wording: self.wording.clone(),
            list: self.list.clone(),
            issued_at: self.issued_at,
            valid_until: self.valid_until,
            signed: self.signed.clone(),
        })
    }
}

impl<S> Badge<S> {
    fn with<N>(self, state: N) -> Badge<N> {
        Badge {
            id: self.id,
            candidate: self.candidate,
            achievement: self.achievement,
            kind: self.kind,
            date: self.date,
            holder_name: self.holder_name,
            address: self.address,
            artwork: self.artwork,
            wording: self.wording,
            list: self.list,
            index: self.index,
            issued_at: self.issued_at,
            valid_until: self.valid_until,
            signed: self.signed,
            state,
        }
    }
}

/// A badge as it stands in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum AnyBadge {
    /// See [`Unclaimed`].
    Unclaimed(Badge<Unclaimed>),
    /// See [`Claimed`].
    Claimed(Badge<Claimed>),
}

impl AnyBadge {
    /// Where a badge stands.
    pub fn key_of(id: &BadgeId) -> Key {
        Key::new(id.partition(), "BADGE")
    }
}

impl Record for AnyBadge {
    fn key(&self) -> Key {
        match self {
            Self::Unclaimed(badge) => Self::key_of(&badge.id),
            Self::Claimed(badge) => Self::key_of(&badge.id),
        }
    }
}

/// What anyone may see of a badge. It exists exactly while its holder wants it to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicBadge {
    /// Its name.
    pub id: BadgeId,
    /// The achievement.
    pub achievement: AchievementId,
    /// Pass or renewal.
    pub kind: Kind,
    /// The day of the occasion.
    pub date: Date,
    /// The holder's name.
    pub holder_name: PersonName,
    /// The picture.
    pub artwork: ArtworkId,
    /// What the achievement said of itself when the badge was prepared.
    pub wording: Wording,
    /// The status list that knows whether it is revoked.
    pub list: StatusListId,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// The last moment of its validity, if it has one.
    pub valid_until: Option<Timestamp>,
    /// The signed credential, to the byte.
    pub signed: String,
}

impl PublicBadge {
    /// Where a public badge stands.
    pub fn key_of(id: &BadgeId) -> Key {
        Key::new(format!("PUB#BADGE#{id}"), "BADGE")
    }
}

impl Record for PublicBadge {
    fn key(&self) -> Key {
        Self::key_of(&self.id)
    }
}

/// A mail that a badge owes its recipient. Committed with the badge, removed when the mail was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwedMail {
    /// The badge.
    pub badge: BadgeId,
    /// Whose shard does the work.
    pub shard: Shard,
    /// How often a link was made ready for it.
    pub attempts: u32,
    /// When that was done last. For a while after it the mail is in the hands of the run that did it.
    #[serde(default)]
    pub attempted_at: Option<Timestamp>,
    /// Why the mail service refused it the last time, if it did.
    pub refused: bool,
}

impl OwedMail {
    /// Owed, and never tried.
    pub fn new(badge: BadgeId, shard: Shard) -> Self {
        Self { badge, shard, attempts: 0, attempted_at: None, refused: false }
    }

    /// The partition of a shard's owed mails.
    pub fn partition(shard: Shard) -> String {
        shard.partition("OWED")
    }
}

impl Record for OwedMail {
    fn key(&self) -> Key {
        Key::new(Self::partition(self.shard), self.badge.to_string())
    }
}

/// A mail that was accepted for delivery. Takes the place of the [`OwedMail`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentMail {
    /// The badge.
    pub badge: BadgeId,
    /// Whose shard did the work.
    pub shard: Shard,
    /// When.
    pub sent_at: Timestamp,
}

impl SentMail {
    /// The partition of a shard's sent mails.
    pub fn partition(shard: Shard) -> String {
        shard.partition("SENT")
    }
}

impl Record for SentMail {
    fn key(&self) -> Key {
        Key::new(Self::partition(self.shard), self.badge.to_string())
    }
}
