//! Achievements: what can be certified, what its badge looks like, how long it is valid.

use std::fmt;

use aws_lc_rs::digest;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{candidate::AchievementId, ports::Key, programme::Bilingual, store::Record};

/// The largest picture that is taken. A table item holds 400 kB.
pub const ARTWORK_BYTES: usize = 256 * 1024;

/// A picture, named by what it shows: the SHA-256 of its bytes. An issued badge keeps the picture it was signed with.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ArtworkId(String);

impl ArtworkId {
    /// The name of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(hex::encode(digest::digest(&digest::SHA256, bytes)))
    }

    /// From a URL; anything but 64 hexadecimal digits is none of ours.
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')))
            .then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for ArtworkId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What can be certified. All of it is public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Achievement {
    /// The short name in lists and addresses.
    pub id: AchievementId,
    /// Its name.
    pub name: Bilingual,
    /// What it attests.
    pub description: Bilingual,
    /// What one has to do to earn it.
    pub criteria: Bilingual,
    /// Its picture.
    pub artwork: ArtworkId,
    /// How long a badge is valid, in months from the occasion; none: for ever.
    pub validity_months: Option<u16>,
    /// The badge programme began on this day: earlier occasions earn no badge.
    pub first_eligible: Date,
    /// When it was registered or last changed.
    pub changed_at: Timestamp,
}

/// What an achievement said of itself when a badge was prepared. The Japanese is signed; the badge keeps the English
/// that belonged to it, so that nothing is ever shown beside a signature that was written after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wording {
    /// Its name.
    pub name: Bilingual,
    /// What it attests.
    pub description: Bilingual,
    /// What one has to do to earn it.
    pub criteria: Bilingual,
}

impl Achievement {
    /// What it says of itself today.
    pub fn wording(&self) -> Wording {
        Wording {
            name: self.name.clone(),
            description: self.description.clone(),
            criteria: self.criteria.clone(),
        }
    }

    /// Where an achievement stands.
    pub fn key_of(id: &AchievementId) -> Key {
        Key::new(format!("PUB#ACHIEVEMENT#{id}"), "ACHIEVEMENT")
    }

    /// Whether both say the same, whenever they were registered.
    pub fn same_content(&self, other: &Self) -> bool {
        Self { changed_at: other.changed_at, ..self.clone() } == *other
    }
}

impl Record for Achievement {
    fn key(&self) -> Key {
        Self::key_of(&self.id)
    }
}

/// A picture's bytes: a real PNG, checked when it was registered.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArtworkFile {
    /// Its name.
    pub id: ArtworkId,
    /// The file.
    #[serde(with = "serde_bytes")]
    pub png: Vec<u8>,
}

impl ArtworkFile {
    /// Where a picture stands.
    pub fn key_of(id: &ArtworkId) -> Key {
        Key::new(format!("PUB#ARTWORK#{id}"), "ARTWORK")
    }
}

impl fmt::Debug for ArtworkFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ArtworkFile({}, {} bytes)", self.id, self.png.len())
    }
}

impl Record for ArtworkFile {
    fn key(&self) -> Key {
        Self::key_of(&self.id)
    }
}
