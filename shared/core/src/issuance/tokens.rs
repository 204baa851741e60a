//! Badges as signed tokens: one is made when a badge is issued, and [`tokens`] makes those that are missing, because the programme
//! gave out none then or the key that signed is listed no more. Never on a GET.

use futures::StreamExt;
use jiff::Timestamp;
use openbadges::{credential::AchievementCredential, jwt::UnsignedToken, proof::SignedDocument};
use serde::{Deserialize, Serialize};

use super::{Call, IN_FLIGHT, Ports, Signing, plan::closed_months};
use crate::{
    badge::{AnyBadge, Badge, BadgeId, PublicBadge},
    candidate::{AnyCandidate, Shard},
    ports::{Write, WriteError},
    store::{self, Failure, Stored},
};

/// How often one badge is read again after losing a race.
const ROUNDS: u32 = 8;

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    /// Tokens that this call signed.
    pub signed: usize,
    /// Whether all badges were seen before the time was over. The next call goes on.
    pub finished: bool,
}

/// The badge as a signed token, verified in memory; none: the programme gives out none.
pub(super) async fn sign(
    ports: Signing<'_>,
    credential: &AchievementCredential,
) -> Result<Option<String>, Failure> {
    let Some(signer) = ports.token_signer else { return Ok(None) };
    let needs_person =
        |error: &dyn std::fmt::Display| Failure::NeedsPerson(format!("{}: {error}", credential.id));
    let fragment = signer.fragment();
    let key = ports.programme.token_key(fragment).ok_or_else(|| {
        Failure::NeedsPerson(format!("the token signer's key {fragment} is not among the programme's keys"))
    })?;
    let kid = ports.programme.token_key_url(fragment)?;
    let unsigned =
        UnsignedToken::new(credential, &kid, key.algorithm()).map_err(|error| needs_person(&error))?;
    let signature = signer.sign(unsigned.signing_input()).await?;
    unsigned.attach_verified(&signature, key).map(Some).map_err(|error| needs_person(&error))
}

/// Signs the token of every issued badge that has none, or one by a key that is listed no more.
///
/// # Errors
/// [`Failure::NeedsPerson`] if no key for tokens is configured; [`Failure::TryAgain`] if store or signer do not answer. What was
/// signed is kept; call again.
pub async fn tokens(ports: Ports<'_>, scheduled: Timestamp, call: &Call) -> Result<Tokens, Failure> {
    if ports.token_signer.is_none() {
        return Err(Failure::NeedsPerson("no key for signed tokens is configured".to_owned()));
    }
    let mut done = Tokens { signed: 0, finished: true };
    for month in closed_months(ports.table, scheduled).await? {
        for shard in Shard::all(month) {
            if call.is_over(ports.clock) {
                return Ok(Tokens { finished: false, ..done });
            }
            let mut badges = Vec::new();
            store::for_each::<AnyCandidate>(ports.table, &AnyCandidate::partition(shard), |candidate| {
                if let AnyCandidate::Issued(candidate) = candidate.record {
                    badges.push(candidate.state.badge);
                }
            })
            .await?;
            let mut outcomes = futures::stream::iter(badges)
                .map(|badge| async move { token_of(ports, &badge).await })
                .buffer_unordered(IN_FLIGHT);
            while let Some(outcome) = outcomes.next().await {
                done.signed += usize::from(outcome?);
            }
        }
    }
    Ok(done)
}

/// Whether a token was signed.
async fn token_of(ports: Ports<'_>, badge: &BadgeId) -> Result<bool, Failure> {
    for _ in 0..ROUNDS {
        let Some(stored) = store::load::<AnyBadge>(ports.table, &AnyBadge::key_of(badge)).await? else {
            return Ok(false);
        };
        let mut writes = Vec::new();
        let with_token = match stored.record {
            AnyBadge::Deleted(_) => return Ok(false),
            AnyBadge::Unclaimed(badge) => with_token(ports, badge).await?.map(AnyBadge::Unclaimed),
            AnyBadge::Claimed(badge) => match with_token(ports, badge).await? {
                None => None,
                Some(badge) => {
                    writes.extend(published(ports, &badge.id, badge.token.as_ref()).await?);
                    Some(AnyBadge::Claimed(badge))
                }
            },
        };
        let Some(record) = with_token else { return Ok(false) };
        writes.push(store::replace(stored.version, &record)?);
        match store::commit(ports.table, ports.entropy, writes).await {
            Ok(()) => return Ok(true),
            Err(WriteError::Conflict { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Failure::TryAgain("a badge is contended".to_owned()))
}

/// The badge with its token; none: it has one.
async fn with_token<S>(ports: Ports<'_>, badge: Badge<S>) -> Result<Option<Badge<S>>, Failure> {
    if badge.token.as_ref().is_some_and(|token| ports.programme.lists_signer(token)) {
        return Ok(None);
    }
    let signed = SignedDocument::<AchievementCredential>::parse(badge.signed.as_bytes())
        .map_err(|error| Failure::NeedsPerson(format!("badge {}: {error}", badge.id)))?;
    let token = sign(ports.signing(), &signed.document).await?;
    Ok(Some(Badge { token, ..badge }))
}

/// What strangers see gets the token too.
async fn published(
    ports: Ports<'_>,
    badge: &BadgeId,
    token: Option<&String>,
) -> Result<Option<Write>, Failure> {
    let found = store::load::<PublicBadge>(ports.table, &PublicBadge::key_of(badge)).await?;
    let Some(Stored { record, version }) = found else { return Ok(None) };
    Ok(Some(store::replace(version, &PublicBadge { token: token.cloned(), ..record })?))
}
