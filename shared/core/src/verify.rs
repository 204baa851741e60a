//! Verifying: everything that anyone may read. Takes no port but a table to read, and reads only `PUB#` items.

pub mod hosted;

use jiff::Timestamp;
use openbadges::{
    bake::Artwork,
    verify::{Report, StatusKnowledge, verify_credential},
};

use crate::{
    achievement::{Achievement, ArtworkFile, ArtworkId, PastWording},
    badge::{BadgeId, GoneBadge, PublicBadge, Revoked, RevokedBadge},
    candidate::AchievementId,
    ports::Table,
    programme::Programme,
    status::{PublishedList, StatusListId},
    store::{self, Failure},
};

/// A public badge with the checks that were just made.
#[derive(Debug, Clone)]
pub struct Examined {
    /// The badge.
    pub badge: PublicBadge,
    /// Each check with its outcome.
    pub report: Report,
    /// When the checks were made.
    pub at: Timestamp,
}

/// The public badge, if there is one. Private, unclaimed and unknown ones are the same `None`, after the same read.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn badge(table: &dyn Table, id: &BadgeId) -> Result<Option<PublicBadge>, Failure> {
    Ok(store::load::<PublicBadge>(table, &PublicBadge::key_of(id)).await?.map(|stored| stored.record))
}

/// The badge as a signed token, if it is one that verifies: a key that is listed no more vouches for nothing.
pub fn token<'a>(programme: &Programme, badge: &'a PublicBadge) -> Option<&'a str> {
    badge.token.as_deref().filter(|token| programme.lists_signer(token))
}

/// That there was a public badge which is deleted or revoked now, if there was. Asked only where [`badge`] found none.
///
/// # Errors
/// As [`badge`].
pub async fn gone(table: &dyn Table, id: &BadgeId) -> Result<Option<GoneBadge>, Failure> {
    Ok(store::load::<GoneBadge>(table, &GoneBadge::key_of(id)).await?.map(|stored| stored.record))
}

/// Why and when the issuer revoked a badge; none, if its holder deleted it. Asked only of a badge that is revoked in its status list,
/// for whoever has its file.
///
/// # Errors
/// As [`badge`].
pub async fn revoked(table: &dyn Table, id: &BadgeId) -> Result<Option<Revoked>, Failure> {
    let found = store::load::<RevokedBadge>(table, &RevokedBadge::key_of(id)).await?;
    Ok(found.map(|stored| stored.record.revoked))
}

/// The public badge, with its signature, dates and revocation checked now.
///
/// # Errors
/// As [`badge`].
pub async fn examine(
    table: &dyn Table,
    programme: &Programme,
    id: &BadgeId,
    at: Timestamp,
) -> Result<Option<Examined>, Failure> {
    match badge(table, id).await? {
        Some(badge) => examine_as_shown(table, programme, badge, at).await.map(Some),
        None => Ok(None),
    }
}

/// A badge as it is or would be shown, with the same checks: its holder sees them before publishing.
///
/// # Errors
/// As [`badge`].
pub async fn examine_as_shown(
    table: &dyn Table,
    programme: &Programme,
    badge: PublicBadge,
    at: Timestamp,
) -> Result<Examined, Failure> {
    let list = status_list(table, &badge.list).await?;
    let status = list
        .as_ref()
        .map_or(StatusKnowledge::Unavailable, |list| StatusKnowledge::List(list.signed.as_bytes()));
    let report = verify_credential(badge.signed.as_bytes(), &programme.did_document()?, at, status);
    Ok(Examined { badge, report, at })
}

/// The picture of a public badge with its credential baked in, in both versions of the standard.
///
/// # Errors
/// As [`badge`]; [`Failure::NeedsPerson`] if the picture is gone.
pub async fn baked_picture(
    table: &dyn Table,
    programme: &Programme,
    id: &BadgeId,
) -> Result<Option<Vec<u8>>, Failure> {
    let Some(badge) = badge(table, id).await? else { return Ok(None) };
    let assertion = serde_json::to_string(&hosted::assertion(programme, &badge)?)
        .map_err(|error| Failure::NeedsPerson(format!("badge {}: {error}", badge.id)))?;
    let artwork = checked_artwork(table, &badge.artwork).await?;
    Ok(Some(artwork.bake_both(&badge.signed, &assertion)))
}

/// Any picture with any credential baked in. Without the hosted form: that one verifies only while the badge is public.
///
/// # Errors
/// As [`baked_picture`].
pub async fn bake(table: &dyn Table, artwork: &ArtworkId, signed: &str) -> Result<Vec<u8>, Failure> {
    Ok(checked_artwork(table, artwork).await?.bake(signed))
}

async fn checked_artwork(table: &dyn Table, artwork: &ArtworkId) -> Result<Artwork, Failure> {
    let file = self::artwork(table, artwork)
        .await?
        .ok_or_else(|| Failure::NeedsPerson(format!("picture {artwork} is gone")))?;
    Artwork::from_checked(file.png)
        .map_err(|error| Failure::NeedsPerson(format!("picture {artwork}: {error}")))
}

/// A picture that no badge is baked into.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn artwork(table: &dyn Table, id: &ArtworkId) -> Result<Option<ArtworkFile>, Failure> {
    Ok(store::load::<ArtworkFile>(table, &ArtworkFile::key_of(id)).await?.map(|stored| stored.record))
}

/// An achievement.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn achievement(table: &dyn Table, id: &AchievementId) -> Result<Option<Achievement>, Failure> {
    Ok(store::load::<Achievement>(table, &Achievement::key_of(id)).await?.map(|stored| stored.record))
}

/// What an achievement said in one of its versions: what badges of that version name. None: there was no such version.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn wording(
    table: &dyn Table,
    id: &AchievementId,
    version: u32,
) -> Result<Option<PastWording>, Failure> {
    match achievement(table, id).await? {
        Some(achievement) if achievement.version == version => Ok(Some(PastWording::of(&achievement))),
        Some(_) => {
            let past = store::load::<PastWording>(table, &PastWording::key_of(id, version)).await?;
            Ok(past.map(|stored| stored.record))
        }
        None => Ok(None),
    }
}

/// A status list as it was published.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn status_list(table: &dyn Table, id: &StatusListId) -> Result<Option<PublishedList>, Failure> {
    let found = store::load::<PublishedList>(table, &PublishedList::key_of(id)).await?;
    Ok(found.map(|stored| stored.record))
}
