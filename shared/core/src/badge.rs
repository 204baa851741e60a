//! Badges: issued → claimed, private or public → deleted by the holder, or revoked by the issuer. Each state is a type, and a transition consumes the old state:
//!
//! ```compile_fail
//! # use shomei_core::badge::{Badge, Unclaimed, DeletedBadge};
//! fn delete_unclaimed(badge: Badge<Unclaimed>, now: jiff::Timestamp) -> DeletedBadge {
//!     badge.delete(now) // only its holder can delete a badge
//! }
//! ```
//!
//! What is public stands as an item of its own, [`PublicBadge`], exactly while it is public: `verify` reads nothing
//! else, so a private, an unclaimed and an unknown badge cannot be told apart.

mod deleted;
mod mails;
mod public;
mod revoked;
mod standing;

use std::fmt;

use jiff::{Timestamp, civil::Date};
use openbadges::{
    credential::AchievementCredential,
    proof::{ProofOptions, Signed},
    status::StatusIndex,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use self::{
    deleted::DeletedBadge,
    mails::{OwedMail, SentMail},
    public::{GoneBadge, PublicBadge},
    revoked::{Ground, Revoked, RevokedBadge},
    standing::BadgeStanding,
};
use crate::{
    achievement::{ArtworkId, Wording},
    address::MailAddress,
    candidate::{AchievementId, CandidateDetails, CandidateRef, Kind, PersonName},
    name_match::NameMarks,
    ports::{Entropy, Key},
    status::StatusListId,
    store::{Record, random_uuid},
    wallet::WalletId,
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
    /// The same as a signed token, if the programme gives them out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
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
    /// The wallet that holds it, so that the issuer finds its place there, whatever addresses the wallet knows. None: it was
    /// claimed before this was noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wallet: Option<WalletId>,
    /// Who may see it.
    pub visibility: Visibility,
    /// What the holder was told when choosing that.
    pub consent: Consent,
    /// It was public before it was shown as it is now. See [`Badge::was_public`].
    #[serde(default)]
    pub was_public: bool,
    /// What a typed name is compared with, if the holder lets verifiers compare one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_marks: Option<NameMarks>,
}

/// Who may see what of a claimed badge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Visibility {
    /// Only the holder.
    Private,
    /// Anyone who has the address, with the holder's name.
    Public,
    /// Anyone who has the address, and nobody learns the name.
    PublicWithoutName,
}

impl Visibility {
    /// Its name, as forms and addresses write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Public => "public",
            Self::PublicWithoutName => "public-without-name",
        }
    }

    /// Whether strangers see anything.
    pub fn is_public(self) -> bool {
        !matches!(self, Self::Private)
    }
}

/// What a holder agreed to, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// The wording that was on the page.
    pub version: ConsentVersion,
    /// When it was answered.
    pub at: Timestamp,
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
        token: Option<String>,
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
            token,
            state: Unclaimed {},
        }
    }

    /// The staff withdraw it, and have it issued again.
    pub fn withdraw(self, at: Timestamp) -> DeletedBadge {
        self.end(at)
    }

    /// The holder accepts it into a wallet.
    pub fn claim(
        self,
        into: &WalletId,
        visibility: Visibility,
        wording: ConsentVersion,
        at: Timestamp,
    ) -> Badge<Claimed> {
        let (wallet, consent) = (Some(into.clone()), Consent { version: wording, at });
        self.with(Claimed {
            claimed_at: at,
            wallet,
            visibility,
            consent,
            was_public: false,
            name_marks: None,
        })
    }
}

impl Badge<Claimed> {
    /// The holder chooses who may see it. Hiding it needs no consent: the last one given stays on record.
    #[must_use]
    pub fn show(mut self, visibility: Visibility, wording: ConsentVersion, at: Timestamp) -> Self {
        self.state.was_public = self.was_public();
        self.state.visibility = visibility;
        if visibility.is_public() {
            self.state.consent = Consent { version: wording, at };
        }
        self
    }

    /// Another wallet holds it: the one that held it joined that one.
    #[must_use]
    pub fn move_into(mut self, wallet: &WalletId) -> Self {
        self.state.wallet = Some(wallet.clone());
        self
    }

    /// The holder lets verifiers compare a name with the registered one, or stops it.
    #[must_use]
    pub fn match_names(mut self, marks: Option<NameMarks>) -> Self {
        self.state.name_marks = marks;
        self
    }

    /// Strangers have seen it, or could have: when it is gone, its address may say so.
    pub fn was_public(&self) -> bool {
        self.state.was_public || self.state.visibility.is_public()
    }

    /// The holder deletes it, for good, or the staff replace it. What is left names nobody by itself.
    pub fn delete(self, at: Timestamp) -> DeletedBadge {
        self.end(at)
    }

    /// What strangers see, if anything.
    pub fn published(&self) -> Option<PublicBadge> {
        self.seen_as(self.state.visibility)
    }

    /// What strangers would see.
    pub fn seen_as(&self, visibility: Visibility) -> Option<PublicBadge> {
        let holder_name = match visibility {
            Visibility::Private => return None,
            Visibility::Public => Some(self.holder_name.clone()),
            Visibility::PublicWithoutName => None,
        };
        Some(PublicBadge {
            id: self.id.clone(),
            achievement: self.achievement.clone(),
            kind: self.kind,
            date: self.date,
            holder_name,
            artwork: self.artwork.clone(),
            wording: self.wording.clone(),
            list: self.list.clone(),
            issued_at: self.issued_at,
            valid_until: self.valid_until,
            signed: self.signed.clone(),
            token: self.token.clone(),
            name_marks: self.state.name_marks.clone(),
            newer: None,
        })
    }
}

impl<S> Badge<S> {
    /// The issuer revokes it, for good. What is left names nobody by itself.
    pub fn revoke(self, ground: Ground, at: Timestamp) -> DeletedBadge {
        self.end(at).bar(ground, at)
    }

    /// The register does not know its occasion any more. The badge stays.
    #[must_use]
    pub fn leave_register(self) -> Self {
        Self { candidate: CandidateRef::nobody(self.candidate.month), ..self }
    }

    fn end(self, at: Timestamp) -> DeletedBadge {
        DeletedBadge {
            id: self.id,
            candidate: self.candidate,
            achievement: self.achievement,
            name: self.wording.name,
            kind: self.kind,
            date: self.date,
            list: self.list,
            index: self.index,
            issued_at: self.issued_at,
            valid_until: self.valid_until,
            deleted_at: at,
            revoked: None,
        }
    }

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
            token: self.token,
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
    /// See [`DeletedBadge`].
    Deleted(DeletedBadge),
}

impl AnyBadge {
    /// The badge's place in its partition. Its tokens stand after it.
    pub const SORT: &'static str = "BADGE";

    /// Where a badge stands.
    pub fn key_of(id: &BadgeId) -> Key {
        Key::new(id.partition(), Self::SORT)
    }

    /// Whose occasion it attests, or attested.
    pub fn candidate(&self) -> &CandidateRef {
        match self {
            Self::Unclaimed(badge) => &badge.candidate,
            Self::Claimed(badge) => &badge.candidate,
            Self::Deleted(badge) => &badge.candidate,
        }
    }
}

impl Record for AnyBadge {
    fn key(&self) -> Key {
        match self {
            Self::Unclaimed(badge) => Self::key_of(&badge.id),
            Self::Claimed(badge) => Self::key_of(&badge.id),
            Self::Deleted(badge) => Self::key_of(&badge.id),
        }
    }
}
