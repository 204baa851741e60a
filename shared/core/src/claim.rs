//! Claiming: the mailed link shows an offer, and a POST accepts it, once.

use jiff::Timestamp;

use crate::{
    badge::{AnyBadge, Badge, Claimed, ConsentVersion, Unclaimed, Visibility},
    ports::{Clock, Entropy, Table, WriteError},
    store::{self, Failure, Stored},
    token::{ClaimGrant, Token},
};

/// How often a claim is tried when another one is at the same badge.
const ROUNDS: u32 = 4;

/// What a link leads to.
#[derive(Debug, Clone)]
pub enum Opened {
    /// The badge waits to be accepted.
    Offer(Box<Offer>),
    /// It was accepted, by this link or another one of the same badge.
    Claimed(Box<Badge<Claimed>>),
    /// The link is too old. The badge is not lost.
    Expired,
    /// No such link was ever sent, or it was cut on the way.
    Unknown,
}

/// What the holder is asked to accept.
#[derive(Debug, Clone)]
pub struct Offer {
    /// The badge.
    pub badge: Badge<Unclaimed>,
    /// Until when the link works.
    pub expires: Timestamp,
}

/// Looks at what a link leads to. Changes nothing, so that scanners and previews may open it.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn open(table: &dyn Table, clock: &dyn Clock, token: &Token) -> Result<Opened, Failure> {
    let found = find(table, clock, token).await?;
    Ok(match found {
        Found::Unclaimed { badge, expires, .. } => Opened::Offer(Box::new(Offer { badge: *badge, expires })),
        Found::Claimed(badge) => Opened::Claimed(badge),
        Found::Expired => Opened::Expired,
        Found::Unknown => Opened::Unknown,
    })
}

/// What accepting came to.
#[derive(Debug, Clone)]
pub enum Accepted {
    /// This call claimed the badge.
    Now(Box<Badge<Claimed>>),
    /// It was claimed before; nothing was changed.
    Before(Box<Badge<Claimed>>),
    /// As [`Opened::Expired`].
    Expired,
    /// As [`Opened::Unknown`].
    Unknown,
}

/// Accepts the badge behind a link. Of any number of callers exactly one gets [`Accepted::Now`].
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer; it may have been claimed, and calling again says so kindly.
pub async fn accept(
    table: &dyn Table,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
    token: &Token,
    visibility: Visibility,
    consent: ConsentVersion,
) -> Result<Accepted, Failure> {
    for _ in 0..ROUNDS {
        let (badge, version) = match find(table, clock, token).await? {
            Found::Unclaimed { badge, version, .. } => (badge, version),
            Found::Claimed(badge) => return Ok(Accepted::Before(badge)),
            Found::Expired => return Ok(Accepted::Expired),
            Found::Unknown => return Ok(Accepted::Unknown),
        };
        let claimed = badge.claim(visibility, consent.clone(), clock.now());
        let mut writes = vec![store::replace(version, &AnyBadge::Claimed(claimed.clone()))?];
        if let Some(public) = claimed.published() {
            writes.push(store::create(&public)?);
        }
        match store::commit(table, entropy, writes).await {
            Ok(()) => return Ok(Accepted::Now(Box::new(claimed))),
            Err(WriteError::Conflict { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Failure::TryAgain("the badge is being claimed by someone else".to_owned()))
}

enum Found {
    Unclaimed { badge: Box<Badge<Unclaimed>>, version: u64, expires: Timestamp },
    Claimed(Box<Badge<Claimed>>),
    Expired,
    Unknown,
}

/// A claimed badge is answered kindly even by an expired link: that link did its work.
async fn find(table: &dyn Table, clock: &dyn Clock, token: &Token) -> Result<Found, Failure> {
    let Some(grant) = store::load::<ClaimGrant>(table, &ClaimGrant::key_of(&token.hash())).await? else {
        return Ok(Found::Unknown);
    };
    let key = AnyBadge::key_of(&grant.record.badge);
    let expires = grant.record.expires;
    Ok(match store::load::<AnyBadge>(table, &key).await? {
        None => Found::Unknown,
        Some(Stored { record: AnyBadge::Claimed(badge), .. }) => Found::Claimed(Box::new(badge)),
        Some(Stored { record: AnyBadge::Unclaimed(_), .. }) if expires <= clock.now() => Found::Expired,
        Some(Stored { record: AnyBadge::Unclaimed(badge), version }) => {
            Found::Unclaimed { badge: Box::new(badge), version, expires }
        }
    })
}
