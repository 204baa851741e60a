//! What strangers see of a badge.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::BadgeId;
use crate::{
    achievement::{ArtworkId, Wording},
    candidate::{AchievementId, Kind, PersonName},
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
