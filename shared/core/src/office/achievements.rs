//! Qualifications in the office: what there is, and what each version said. A change is [typed, looked at](draft) and then saved.

pub mod draft;
mod picture;
mod typed;

pub use self::{
    picture::{LEAST_SIDE, MOST_SIDE, PictureAdvice, advice},
    typed::Typed,
};
use crate::{
    achievement::{Achievement, AchievementVersion, FIRST_VERSION, ListedAchievement},
    candidate::AchievementId,
    ports::{Key, Table},
    store::{self, Failure},
};

/// The most versions that are shown at once.
pub const VERSIONS_AT_ONCE: u32 = 20;

/// Every achievement, in order of its id.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn all(table: &dyn Table) -> Result<Vec<Achievement>, Failure> {
    let mut keys: Vec<Key> = Vec::new();
    store::for_each::<ListedAchievement>(table, ListedAchievement::PARTITION, |listed| {
        keys.push(Achievement::key_of(&listed.record.achievement));
    })
    .await?;
    let found = store::load_many::<Achievement>(table, &keys).await?;
    Ok(found.into_iter().flatten().map(|stored| stored.record).collect())
}

/// One achievement, as it says today.
///
/// # Errors
/// As [`all`].
pub async fn one(table: &dyn Table, id: &AchievementId) -> Result<Option<Achievement>, Failure> {
    let found = store::load::<Achievement>(table, &Achievement::key_of(id)).await?;
    Ok(found.map(|stored| stored.record))
}

/// What a version said. None: it is not on record.
///
/// # Errors
/// As [`all`].
pub async fn version(
    table: &dyn Table,
    id: &AchievementId,
    version: u32,
) -> Result<Option<AchievementVersion>, Failure> {
    let found = store::load::<AchievementVersion>(table, &AchievementVersion::key_of(id, version)).await?;
    Ok(found.map(|stored| stored.record))
}

/// The versions from `newest` back, the newest first, [`VERSIONS_AT_ONCE`] at most.
///
/// # Errors
/// As [`all`].
pub async fn versions(
    table: &dyn Table,
    id: &AchievementId,
    newest: u32,
) -> Result<Vec<AchievementVersion>, Failure> {
    let oldest = newest.saturating_sub(VERSIONS_AT_ONCE - 1).max(FIRST_VERSION);
    let numbers = (oldest..=newest).rev();
    let keys: Vec<Key> = numbers.map(|number| AchievementVersion::key_of(id, number)).collect();
    let found = store::load_many::<AchievementVersion>(table, &keys).await?;
    Ok(found.into_iter().flatten().map(|stored| stored.record).collect())
}
