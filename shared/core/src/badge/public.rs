//! What strangers see of a badge.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{BadgeId, Revoked};
use crate::{
    achievement::{ArtworkId, Wording},
    candidate::{AchievementId, Kind, PersonName},
    name_match::NameMarks,
    ports::Key,
    status::StatusListId,
    store::Record,
};

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
    /// The holder's name, if the holder shows it.
    pub holder_name: Option<PersonName>,
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
    /// The same as a signed token, if the programme gives them out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// What a typed name is compared with, if the holder lets verifiers compare one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_marks: Option<NameMarks>,
    /// The newest public badge that the same holder has of the same achievement, if it is another one.
    #[serde(default)]
    pub newer: Option<BadgeId>,
}

impl PublicBadge {
    /// Orders badges by their occasions, as [`Holding::age`](crate::wallet::Holding::age) does.
    pub fn age(&self) -> (Date, Timestamp, BadgeId) {
        (self.date, self.issued_at, self.id.clone())
    }

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

/// That there was a public badge at an address, which its holder deleted or the issuer revoked. Says nothing of the badge, and
/// stays for good: whoever kept the link or the picture learns that it is no longer in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoneBadge {
    /// Its name.
    pub id: BadgeId,
    /// That the issuer revoked it, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Revoked>,
}

impl GoneBadge {
    /// Beside the public badge's place.
    pub fn key_of(id: &BadgeId) -> Key {
        Key::new(PublicBadge::key_of(id).partition, "GONE")
    }
}

impl Record for GoneBadge {
    fn key(&self) -> Key {
        Self::key_of(&self.id)
    }
}
