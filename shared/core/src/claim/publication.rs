//! What strangers see, kept in step: a badge's public item exists exactly while it is public, and an older badge points to the
//! newest one of the same achievement.
//!
//! It points only where both show the name or neither does: a pointer says that both have the same holder.

use std::collections::BTreeMap;

use super::{
    Change, Ports, change,
    holdings::{self, Place},
    stored_wallet,
};
use crate::{
    badge::{AnyBadge, Badge, BadgeId, Claimed, PublicBadge},
    candidate::AchievementId,
    ports::Write,
    store::{self, Failure, Stored},
    wallet::{Holding, WalletId},
};

/// Changes a claimed badge of a wallet, and with it what strangers see, in one commit. `alter` gives none if there is nothing to
/// change. False: this wallet has no such badge.
pub(super) async fn change_badge(
    ports: Ports<'_>,
    wallet: &WalletId,
    badge: &BadgeId,
    alter: impl Fn(Badge<Claimed>) -> Option<Badge<Claimed>>,
) -> Result<bool, Failure> {
    let alter = &alter;
    change(ports, move || async move {
        let Some(owner) = stored_wallet(ports, wallet).await? else {
            return Ok(Change::Nothing(false));
        };
        let Some(Place { badge: stored, .. }) = holdings::claimed(ports, wallet, badge).await? else {
            return Ok(Change::Nothing(false));
        };
        let Some(altered) = alter(stored.record) else { return Ok(Change::Nothing(true)) };
        let mut writes = writes(ports, wallet, badge, &altered.achievement, altered.published()).await?;
        writes.push(store::replace(owner.version, &owner.record)?);
        writes.push(store::replace(stored.version, &AnyBadge::Claimed(altered))?);
        Ok(Change::Commit(writes, true))
    })
    .await
}

/// The writes after which strangers see `seen` of a badge (nothing, if none), and the wallet's other public badges of the same
/// achievement point where they should.
pub(super) async fn writes(
    ports: Ports<'_>,
    wallet: &WalletId,
    badge: &BadgeId,
    achievement: &AchievementId,
    seen: Option<PublicBadge>,
) -> Result<Vec<Write>, Failure> {
    let mut family = others(ports, wallet, badge, achievement).await?;
    let stored = store::load::<PublicBadge>(ports.table, &PublicBadge::key_of(badge)).await?;
    let version = stored.as_ref().map(|stored| stored.version);
    let mut writes = Vec::new();
    match seen {
        Some(record) => family.push(Member { record, version, changed: true }),
        None => writes.extend(stored.as_ref().map(store::delete)),
    }
    writes.extend(pointers(family)?);
    Ok(writes)
}

/// The writes after which the public badges of these places, which stand in one wallet from now on, point where they should.
pub(super) async fn joined(ports: Ports<'_>, holdings: &[Holding]) -> Result<Vec<Write>, Failure> {
    let mut families: BTreeMap<String, Vec<Holding>> = BTreeMap::new();
    for holding in holdings {
        families.entry(holding.achievement.to_string()).or_default().push(holding.clone());
    }
    let mut writes = Vec::new();
    for family in families.values().filter(|family| family.len() > 1) {
        writes.extend(pointers(public(ports, family).await?)?);
    }
    Ok(writes)
}

/// Where a badge would point if it were seen so.
pub(super) async fn newer_than(
    ports: Ports<'_>,
    wallet: &WalletId,
    seen: &PublicBadge,
) -> Result<Option<BadgeId>, Failure> {
    let family = others(ports, wallet, &seen.id, &seen.achievement).await?;
    let alike = |badge: &&PublicBadge| badge.holder_name.is_some() == seen.holder_name.is_some();
    let newest = family.iter().map(|member| &member.record).filter(alike).max_by_key(|badge| badge.age());
    Ok(newest.filter(|newest| newest.age() > seen.age()).map(|newest| newest.id.clone()))
}

/// A public badge among those of the same holder and achievement.
struct Member {
    record: PublicBadge,
    /// As it stands in the store; none: it does not.
    version: Option<u64>,
    /// It is to be written, wherever it points.
    changed: bool,
}

/// The other public badges of a wallet of the same achievement.
async fn others(
    ports: Ports<'_>,
    wallet: &WalletId,
    than: &BadgeId,
    achievement: &AchievementId,
) -> Result<Vec<Member>, Failure> {
    let mut others = holdings::all(ports, wallet).await?;
    others.retain(|holding| holding.achievement == *achievement && holding.badge != *than);
    public(ports, &others).await
}

async fn public(ports: Ports<'_>, holdings: &[Holding]) -> Result<Vec<Member>, Failure> {
    let keys: Vec<_> = holdings.iter().map(|holding| PublicBadge::key_of(&holding.badge)).collect();
    let found = store::load_many::<PublicBadge>(ports.table, &keys).await?;
    let member = |Stored { record, version }| Member { record, version: Some(version), changed: false };
    Ok(found.into_iter().flatten().map(member).collect())
}

fn pointers(mut family: Vec<Member>) -> Result<Vec<Write>, Failure> {
    family.sort_by_key(|member| member.record.age());
    let newest = |named: bool| {
        let mut alike = family.iter().rev().filter(|member| member.record.holder_name.is_some() == named);
        alike.next().map(|member| member.record.id.clone())
    };
    let (named, unnamed) = (newest(true), newest(false));
    let mut writes = Vec::new();
    for Member { mut record, version, changed } in family {
        let newest = if record.holder_name.is_some() { &named } else { &unnamed };
        let newer = newest.clone().filter(|newest| *newest != record.id);
        if changed || record.newer != newer {
            record.newer = newer;
            writes.push(match version {
                Some(version) => store::replace(version, &record)?,
                None => store::create(&record)?,
            });
        }
    }
    Ok(writes)
}
