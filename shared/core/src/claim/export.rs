//! What the system holds about a wallet and the badges in it, for its owner.

use std::fmt;

use serde::Serialize;

use super::{Ports, holdings};
use crate::{
    badge::{AnyBadge, BadgeId, OwedMail, SentMail},
    candidate::{AnyCandidate, CandidateDetails, CandidateRef},
    ports::Key,
    store::{self, Failure},
    verify,
    wallet::{Session, Wallet},
};

/// So many badges go into one page: an answer holds a few megabytes at the most, and pictures are large.
pub const PAGE: usize = 6;

/// One page of an export.
pub struct Export {
    /// What is held, as JSON.
    pub records: String,
    /// The badges of this page that are not deleted.
    pub badges: Vec<Exported>,
}

/// Prints no content.
impl fmt::Debug for Export {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Export(…)")
    }
}

/// A badge as it leaves the house.
pub struct Exported {
    /// Its name.
    pub id: BadgeId,
    /// The signed credential, to the byte.
    pub signed: String,
    /// The picture with the credential baked in.
    pub picture: Vec<u8>,
}

/// Prints no content.
impl fmt::Debug for Exported {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Exported({})", self.id)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Records<'a> {
    page: usize,
    pages: usize,
    wallet: &'a Wallet,
    session: &'a Session,
    badges: Vec<Record>,
}

/// What is held about one badge: the badge, the register's entry of its occasion, and its mails.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    badge: AnyBadge,
    registered: Option<CandidateDetails>,
    mail_owed: Option<OwedMail>,
    mail_sent: Option<SentMail>,
}

/// How many pages a wallet with so many badges has. An empty one has a page too.
pub fn pages(badges: usize) -> usize {
    badges.div_ceil(PAGE).max(1)
}

/// The `page`th page, counted from 1. None: there is no such page.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer; [`Failure::NeedsPerson`] if a picture is gone.
pub async fn export(
    ports: Ports<'_>,
    wallet: &Wallet,
    session: &Session,
    page: usize,
) -> Result<Option<Export>, Failure> {
    let Some(before) = page.checked_sub(1) else { return Ok(None) };
    let skip = before.saturating_mul(PAGE);
    let (held, all) = holdings::list(ports, &wallet.id, skip, PAGE).await?;
    if page > pages(all) {
        return Ok(None);
    }
    let mut badges = Vec::new();
    let mut records = Vec::new();
    for held in held {
        if let AnyBadge::Claimed(badge) = &held.badge {
            let picture = verify::bake(ports.table, &badge.artwork, &badge.signed).await?;
            badges.push(Exported { id: badge.id.clone(), signed: badge.signed.clone(), picture });
        }
        records.push(record(ports, held.badge).await?);
    }
    let records = Records { page, pages: pages(all), wallet, session, badges: records };
    let records = serde_json::to_string_pretty(&records)
        .map_err(|error| Failure::NeedsPerson(format!("a record has no JSON form: {error}")))?;
    Ok(Some(Export { records, badges }))
}

async fn record(ports: Ports<'_>, badge: AnyBadge) -> Result<Record, Failure> {
    let (id, candidate) = match &badge {
        AnyBadge::Unclaimed(badge) => (&badge.id, &badge.candidate),
        AnyBadge::Claimed(badge) => (&badge.id, &badge.candidate),
        AnyBadge::Deleted(badge) => (&badge.id, &badge.candidate),
    };
    let at = |partition: String| Key::new(partition, id.to_string());
    let shard = candidate.shard();
    Ok(Record {
        registered: registered(ports, candidate).await?,
        mail_owed: one(ports, &at(OwedMail::partition(shard))).await?,
        mail_sent: one(ports, &at(SentMail::partition(shard))).await?,
        badge,
    })
}

async fn registered(ports: Ports<'_>, of: &CandidateRef) -> Result<Option<CandidateDetails>, Failure> {
    Ok(one::<AnyCandidate>(ports, &of.key()).await?.map(|candidate| candidate.details().clone()))
}

async fn one<T: store::Record>(ports: Ports<'_>, key: &Key) -> Result<Option<T>, Failure> {
    Ok(store::load::<T>(ports.table, key).await?.map(|stored| stored.record))
}
