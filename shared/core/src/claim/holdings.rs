//! The badges of a wallet, for its owner.

use super::{Ports, owner};
use crate::{
    badge::{AnyBadge, Badge, BadgeId, Claimed},
    order::{AnyOrder, OrderId},
    store::{self, Failure, Stored},
    wallet::{AddressHash, Holding, WalletId},
};

/// A badge as its holder sees it.
#[derive(Debug, Clone)]
pub struct Held {
    /// The badge: claimed or deleted, never unclaimed.
    pub badge: AnyBadge,
    /// The newest badge of the same achievement in this wallet that is not deleted, if it is a newer one.
    pub newer: Option<BadgeId>,
    /// The order by which a deleted one is, or was, to be issued again.
    pub order: Option<OrderId>,
    /// The badge that took the place of a deleted one.
    pub again: Option<BadgeId>,
}

/// The badges of a wallet, newest occasion first: `take` of them after the first `skip`. The number of all is given beside.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn list(
    ports: Ports<'_>,
    wallet: &WalletId,
    skip: usize,
    take: usize,
) -> Result<(Vec<Held>, usize), Failure> {
    let mut holdings = all(ports, wallet).await?;
    holdings.sort_by_key(Holding::age);
    holdings.reverse();
    let keys: Vec<_> =
        holdings.iter().skip(skip).take(take).map(|holding| AnyBadge::key_of(&holding.badge)).collect();
    let badges = store::load_many::<AnyBadge>(ports.table, &keys).await?;
    let held = holdings
        .iter()
        .skip(skip)
        .zip(badges)
        .filter_map(|(holding, badge)| {
            Some(Held {
                badge: badge?.record,
                newer: newer(&holdings, holding),
                order: holding.order.clone(),
                again: holding.again.clone(),
            })
        })
        .collect();
    Ok((held, holdings.len()))
}

/// One badge of a wallet; none, if it is not there.
///
/// # Errors
/// As [`list`].
pub async fn one(ports: Ports<'_>, wallet: &WalletId, badge: &BadgeId) -> Result<Option<Held>, Failure> {
    let holdings = all(ports, wallet).await?;
    let Some(holding) = holdings.iter().find(|holding| holding.badge == *badge) else { return Ok(None) };
    let found = store::load::<AnyBadge>(ports.table, &AnyBadge::key_of(badge)).await?;
    Ok(found.map(|found| Held {
        badge: found.record,
        newer: newer(&holdings, holding),
        order: holding.order.clone(),
        again: holding.again.clone(),
    }))
}

/// The order by which a deleted badge of a wallet is, or was, to be issued again, as it stands.
///
/// # Errors
/// As [`list`].
pub async fn order(ports: Ports<'_>, order: &OrderId) -> Result<Option<AnyOrder>, Failure> {
    Ok(store::load::<AnyOrder>(ports.table, &AnyOrder::key_of(order)).await?.map(|stored| stored.record))
}

/// A claimed badge of a wallet and its place, as they were read.
pub(super) struct Place {
    pub(super) badge: Stored<Badge<Claimed>>,
    pub(super) holding: Stored<Holding>,
}

/// A claimed badge of a wallet; none, if it is not there or not claimed.
pub(super) async fn claimed(
    ports: Ports<'_>,
    wallet: &WalletId,
    badge: &BadgeId,
) -> Result<Option<Place>, Failure> {
    match store::load::<Holding>(ports.table, &Holding::key_of(wallet, badge)).await? {
        Some(holding) => claimed_at(ports, holding).await,
        None => Ok(None),
    }
}

/// The claimed badge at a place; none, if it is not claimed any more.
pub(super) async fn claimed_at(ports: Ports<'_>, holding: Stored<Holding>) -> Result<Option<Place>, Failure> {
    let key = AnyBadge::key_of(&holding.record.badge);
    Ok(match store::load::<AnyBadge>(ports.table, &key).await? {
        Some(Stored { record: AnyBadge::Claimed(record), version }) => {
            Some(Place { badge: Stored { record, version }, holding })
        }
        _ => None,
    })
}

/// Where a claimed badge stands: in the wallet that it names or, claimed before it named one, in the wallet that knows its address.
/// None: that wallet does not hold it.
pub(crate) async fn place_of(
    ports: Ports<'_>,
    badge: &Badge<Claimed>,
) -> Result<Option<Stored<Holding>>, Failure> {
    let wallet = match &badge.state.wallet {
        Some(wallet) => wallet.clone(),
        None => match owner(ports, &AddressHash::of(&badge.address)).await? {
            Some(owner) => owner.record.wallet,
            None => return Ok(None),
        },
    };
    Ok(store::load(ports.table, &Holding::key_of(&wallet, &badge.id)).await?)
}

/// The places of all badges of a wallet.
pub(super) async fn all(ports: Ports<'_>, wallet: &WalletId) -> Result<Vec<Holding>, Failure> {
    let mut holdings = Vec::new();
    store::for_each::<Holding>(ports.table, &Holding::partition(wallet), |stored| {
        holdings.push(stored.record);
    })
    .await?;
    Ok(holdings)
}

fn newer(holdings: &[Holding], than: &Holding) -> Option<BadgeId> {
    let alike = |holding: &&Holding| holding.achievement == than.achievement && !holding.deleted;
    let newest = holdings.iter().filter(alike).max_by_key(|holding| holding.age())?;
    (newest.age() > than.age()).then(|| newest.badge.clone())
}
