//! Registering an achievement: what staff send, what is refused, what is kept.

use jiff::civil::Date;
use openbadges::{
    Text,
    bake::{Artwork, ArtworkError},
};

use crate::{
    achievement::{ARTWORK_BYTES, Achievement, ArtworkFile, ArtworkId},
    candidate::AchievementId,
    ports::{Clock, Entropy, Table, WriteError},
    programme::Bilingual,
    store::{self, Failure, Record},
};

/// The longest text of an achievement, in bytes. All of them go into every signed badge.
const TEXT_BYTES: usize = 4_000;

/// The longest validity: fifty years.
const MAX_MONTHS: u16 = 600;

/// How often the achievement is tried when another writer is at it.
const ROUNDS: u32 = 4;

/// An achievement as staff send it.
#[derive(Debug, Clone)]
pub struct NewAchievement {
    /// The short name in lists and addresses.
    pub id: AchievementId,
    /// Its name.
    pub name: Bilingual,
    /// What it attests.
    pub description: Bilingual,
    /// What one has to do to earn it.
    pub criteria: Bilingual,
    /// A PNG file.
    pub artwork: Vec<u8>,
    /// Months of validity, or none.
    pub validity_months: Option<u16>,
    /// The first day whose occasions earn a badge.
    pub first_eligible: Date,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// It is new.
    Created,
    /// It was changed. Issued badges keep what was signed.
    Changed,
    /// It was registered exactly so.
    Unchanged,
}

/// An achievement cannot be registered so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AchievementRefusal {
    /// A text is missing.
    #[error("text-missing")]
    TextMissing {
        /// The member, such as `name.ja`.
        member: &'static str,
    },
    /// A text is too long.
    #[error("text-too-long")]
    TextTooLong {
        /// The member.
        member: &'static str,
    },
    /// A text holds a control character.
    #[error("text-control-character")]
    TextControlCharacter {
        /// The member.
        member: &'static str,
    },
    /// The picture is larger than 256 KiB.
    #[error("artwork-too-large")]
    ArtworkTooLarge {
        /// Its size.
        bytes: usize,
    },
    /// The picture is no usable PNG file.
    #[error("artwork-not-usable")]
    ArtworkNotUsable(ArtworkError),
    /// The validity is 0 or more than 600 months.
    #[error("validity-out-of-range")]
    ValidityOutOfRange,
}

impl AchievementRefusal {
    /// What to do, for the clerk.
    pub fn sentence(&self) -> Bilingual {
        let (ja, en) = match self {
            Self::TextMissing { member } => {
                (format!("{member} を入力してください。"), format!("{member} is missing."))
            }
            Self::TextTooLong { member } => (
                format!("{member} が長すぎます（{TEXT_BYTES} バイトまで）。"),
                format!("{member} is longer than {TEXT_BYTES} bytes."),
            ),
            Self::TextControlCharacter { member } => (
                format!("{member} に制御文字が含まれています。入力し直してください。"),
                format!("{member} holds a control character. Please type it again."),
            ),
            Self::ArtworkTooLarge { bytes } => (
                format!(
                    "画像が {bytes} バイトあります。{ARTWORK_BYTES} バイト（256 KiB）までにしてください。"
                ),
                format!("The picture has {bytes} bytes; at most {ARTWORK_BYTES} (256 KiB) are allowed."),
            ),
            Self::ArtworkNotUsable(error) => (
                format!("画像を PNG として使えません（{error}）。"),
                format!("The picture cannot be used as a PNG: {error}."),
            ),
            Self::ValidityOutOfRange => (
                format!("有効期間は 1 ～ {MAX_MONTHS} か月、または無期限（null）にしてください。"),
                format!("The validity must be 1 to {MAX_MONTHS} months, or null for none."),
            ),
        };
        Bilingual { ja, en }
    }
}

/// Registers an achievement, or changes it.
///
/// # Errors
/// The outer one as every use case; the inner one says what is wrong with the achievement.
pub async fn register_achievement(
    table: &dyn Table,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
    new: NewAchievement,
) -> Result<Result<Saved, AchievementRefusal>, Failure> {
    let (achievement, file) = match checked(new, clock) {
        Ok(checked) => checked,
        Err(refusal) => return Ok(Err(refusal)),
    };
    for _ in 0..ROUNDS {
        let key = Achievement::key_of(&achievement.id);
        let registered = store::load::<Achievement>(table, &key).await?;
        let (write, saved) = match &registered {
            Some(stored) if stored.record.same_content(&achievement) => return Ok(Ok(Saved::Unchanged)),
            Some(stored) => (store::replace(stored.version, &achievement)?, Saved::Changed),
            None => (store::create(&achievement)?, Saved::Created),
        };
        let mut writes = vec![write];
        if store::load::<ArtworkFile>(table, &file.key()).await?.is_none() {
            writes.push(store::create(&file)?);
        }
        match store::commit(table, entropy, writes).await {
            Ok(()) => return Ok(Ok(saved)),
            Err(WriteError::Conflict { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Failure::TryAgain("the achievement is being changed by someone else".to_owned()))
}

fn checked(new: NewAchievement, clock: &dyn Clock) -> Result<(Achievement, ArtworkFile), AchievementRefusal> {
    for (member, text) in [
        ("name.ja", &new.name.ja),
        ("name.en", &new.name.en),
        ("description.ja", &new.description.ja),
        ("description.en", &new.description.en),
        ("criteria.ja", &new.criteria.ja),
        ("criteria.en", &new.criteria.en),
    ] {
        if text.trim().is_empty() {
            return Err(AchievementRefusal::TextMissing { member });
        }
        if text.len() > TEXT_BYTES {
            return Err(AchievementRefusal::TextTooLong { member });
        }
        if Text::parse(text.as_str()).is_err() {
            return Err(AchievementRefusal::TextControlCharacter { member });
        }
    }
    if new.validity_months.is_some_and(|months| months == 0 || months > MAX_MONTHS) {
        return Err(AchievementRefusal::ValidityOutOfRange);
    }
    if new.artwork.len() > ARTWORK_BYTES {
        return Err(AchievementRefusal::ArtworkTooLarge { bytes: new.artwork.len() });
    }
    let artwork = Artwork::parse(&new.artwork).map_err(AchievementRefusal::ArtworkNotUsable)?;
    let file = ArtworkFile { id: ArtworkId::of(artwork.png()), png: artwork.png().to_vec() };
    let achievement = Achievement {
        id: new.id,
        name: new.name,
        description: new.description,
        criteria: new.criteria,
        artwork: file.id.clone(),
        validity_months: new.validity_months,
        first_eligible: new.first_eligible,
        changed_at: clock.now(),
    };
    Ok((achievement, file))
}
