//! Who may see a claimed badge: its holder decides, at any time and at once.

use super::{Ports, holdings, publication};
use crate::{
    badge::{BadgeId, ConsentVersion, PublicBadge, Visibility},
    store::Failure,
    wallet::WalletId,
};

/// Shows or hides a badge. False: this wallet has no such badge.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer; nothing is half done.
pub async fn choose(
    ports: Ports<'_>,
    wallet: &WalletId,
    badge: &BadgeId,
    visibility: Visibility,
    wording: &ConsentVersion,
) -> Result<bool, Failure> {
    let now = ports.clock.now();
    publication::change_badge(ports, wallet, badge, |badge| {
        (badge.state.visibility != visibility).then(|| badge.show(visibility, wording.clone(), now))
    })
    .await
}

/// A badge as strangers would see it.
#[derive(Debug, Clone)]
pub struct Preview {
    /// What they would see.
    pub seen: PublicBadge,
    /// Whether they see anything of it now.
    pub now_public: bool,
}

/// What strangers would see of a badge. None: this wallet has no such badge, or nothing would be seen.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn preview(
    ports: Ports<'_>,
    wallet: &WalletId,
    badge: &BadgeId,
    visibility: Visibility,
) -> Result<Option<Preview>, Failure> {
    let Some(place) = holdings::claimed(ports, wallet, badge).await? else { return Ok(None) };
    let badge = place.badge.record;
    let Some(mut seen) = badge.seen_as(visibility) else { return Ok(None) };
    seen.newer = publication::newer_than(ports, wallet, &seen).await?;
    Ok(Some(Preview { seen, now_public: badge.state.visibility.is_public() }))
}
