//! Whether verifiers may compare a name with that of a badge's holder: its holder decides, at any time and at once.

use super::{
    Ports,
    holdings::{self, Place},
    publication,
};
use crate::{
    badge::BadgeId,
    candidate::{AnyCandidate, Kana, Roman},
    name_match::NameMarks,
    ports::NameMatchKey,
    store::{self, Failure},
    wallet::WalletId,
};

/// Lets verifiers compare a name with the registered one: marks of the name exist from now on. False: this wallet has no such
/// badge.
///
/// # Errors
/// [`Failure::TryAgain`] if the store or the key does not answer; nothing is half done.
pub async fn allow(
    ports: Ports<'_>,
    key: &dyn NameMatchKey,
    wallet: &WalletId,
    badge: &BadgeId,
) -> Result<bool, Failure> {
    let Some(Place { badge: stored, .. }) = holdings::claimed(ports, wallet, badge).await? else {
        return Ok(false);
    };
    // The reading and the Latin form stand in the register alone.
    let reference = &stored.record.candidate;
    let candidate = store::load::<AnyCandidate>(ports.table, &reference.key()).await?;
    let details = candidate.as_ref().map(|candidate| candidate.record.details());
    let forms = [
        Some(stored.record.holder_name.as_str()),
        details.and_then(|details| details.kana.as_ref()).map(Kana::as_str),
        details.and_then(|details| details.roman.as_ref()).map(Roman::as_str),
    ];
    let marks = NameMarks::of(&key.of_badge(badge).await?, forms.into_iter().flatten());
    choose(ports, wallet, badge, Some(marks)).await
}

/// Ends it: the marks are gone. False: this wallet has no such badge.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer; nothing is half done.
pub async fn stop(ports: Ports<'_>, wallet: &WalletId, badge: &BadgeId) -> Result<bool, Failure> {
    choose(ports, wallet, badge, None).await
}

async fn choose(
    ports: Ports<'_>,
    wallet: &WalletId,
    badge: &BadgeId,
    marks: Option<NameMarks>,
) -> Result<bool, Failure> {
    publication::change_badge(ports, wallet, badge, |badge| {
        (badge.state.name_marks != marks).then(|| badge.match_names(marks.clone()))
    })
    .await
}
