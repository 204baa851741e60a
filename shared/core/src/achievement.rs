//! Achievements: what can be certified, what its badge looks like, how long it is valid.

use std::fmt;

use aws_lc_rs::digest;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{candidate::AchievementId, order::Actor, ports::Key, programme::Bilingual, store::Record};

/// The largest picture that is taken. A table item holds 400 kB.
pub const ARTWORK_BYTES: usize = 256 * 1024;

/// The version of an achievement that was never changed. What was stored before versions were counted is of this one.
pub const FIRST_VERSION: u32 = 1;

fn first_version() -> u32 {
    FIRST_VERSION
}

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
    /// Nobody new is registered for it. Whoever is registered still gets a badge.
    #[serde(default)]
    pub closed: bool,
    /// [`FIRST_VERSION`], and one more with every change.
    #[serde(default = "first_version")]
    pub version: u32,
    /// When it was registered or last changed.
    pub changed_at: Timestamp,
}

/// What an achievement said of itself when a badge was prepared. The Japanese is signed; the badge keeps the English
/// that belonged to it, so that nothing is ever shown beside a signature that was written after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wording {
    /// The version of the achievement that said so.
    #[serde(default = "first_version")]
    pub version: u32,
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
            version: self.version,
            name: self.name.clone(),
            description: self.description.clone(),
            criteria: self.criteria.clone(),
        }
    }

    /// Whether it says something else than when it was registered: older badges may say what it said before.
    pub fn is_changed(&self) -> bool {
        self.version > FIRST_VERSION
    }

    /// Where an achievement stands.
    pub fn key_of(id: &AchievementId) -> Key {
        Key::new(format!("PUB#ACHIEVEMENT#{id}"), "ACHIEVEMENT")
    }

    /// Whether both say the same, whenever they were registered.
    pub fn same_content(&self, other: &Self) -> bool {
        Self { version: other.version, changed_at: other.changed_at, ..self.clone() } == *other
    }
}

impl Record for Achievement {
    fn key(&self) -> Key {
        Self::key_of(&self.id)
    }
}

/// One version of an achievement, with who saved it. Written with the version, and never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AchievementVersion {
    /// All that it said.
    pub content: Achievement,
    /// Who saved it; none: nobody wrote that down yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Actor>,
}

impl AchievementVersion {
    /// Where a version stands.
    pub fn key_of(id: &AchievementId, version: u32) -> Key {
        Key::new(format!("ACHIEVEMENT#{id}"), format!("{version:06}"))
    }
}

impl Record for AchievementVersion {
    fn key(&self) -> Key {
        Self::key_of(&self.content.id, self.content.version)
    }
}

/// What an achievement said before its last change, as badges of that version name it. Public, like the achievement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastWording {
    /// Whose.
    pub achievement: AchievementId,
    /// What it said.
    pub wording: Wording,
    /// Its picture then.
    pub artwork: ArtworkId,
}

impl PastWording {
    /// What an achievement says as long as it is not changed.
    pub fn of(achievement: &Achievement) -> Self {
        Self {
            achievement: achievement.id.clone(),
            wording: achievement.wording(),
            artwork: achievement.artwork.clone(),
        }
    }

    /// Where the wording of a version stands.
    pub fn key_of(id: &AchievementId, version: u32) -> Key {
        Key::new(format!("PUB#ACHIEVEMENT#{id}"), format!("VERSION#{version:06}"))
    }
}

impl Record for PastWording {
    fn key(&self) -> Key {
        Self::key_of(&self.achievement, self.wording.version)
    }
}

/// Lists an achievement for the office: each stands in a partition of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedAchievement {
    /// Which.
    pub achievement: AchievementId,
}

impl ListedAchievement {
    /// The one partition of all of them.
    pub const PARTITION: &'static str = "ACHIEVEMENTS";
}

impl Record for ListedAchievement {
    fn key(&self) -> Key {
        Key::new(Self::PARTITION, self.achievement.as_str())
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
