//! The staff have a badge issued again free of charge: it never arrived, its address or name was wrong, or whatever else is not the
//! recipient's fault. The old badge, if it is not deleted, is revoked, and its links are void, in the same commit that issues the
//! new one.

use super::{Ports, issued_candidate, open_order, order, step, stored_order};
use crate::{
    badge::{AnyBadge, BadgeId, DeletedBadge, Ground},
    candidate::{AnyCandidate, Candidate, CandidateRef, Correction, Issued},
    claim::{Change, change, holdings},
    order::{
        Actor, AnyOrder, Awaiting, Happened, OpenOrder, Order, OrderId, OrderReference, OwedBadge, Reason,
        Reissued, Settlement,
    },
    ports::{Guard, Write},
    store::{self, Failure, Record, Stored},
    wallet::WalletId,
};

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Favoured {
    /// The badge is owed by this order.
    Order(OrderId),
    /// It has an open order already.
    Running(OrderId),
    /// Nobody has a badge of this occasion.
    NoBadge,
    /// Its validity is over.
    Expired,
    /// It is claimed, and the wallet that holds it is not found: its holder has to delete it first.
    OutOfReach(BadgeId),
    /// Only the address may be corrected: a name on a badge is what another person approved of, and nobody approves of a favour.
    NameStays,
    /// The issuer revoked it on a ground after which the occasion gets no other badge.
    Revoked(Ground),
}

/// Orders the badge of an occasion free of charge. With a corrected address the badge is mailed there; without one, it comes where the
/// old one was. An order of the holder that is not paid is ended with it.
///
/// Asked for again with the same reason and the same corrections, it is the same favour: the badge that was issued by it stays, as long
/// as it is not deleted.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer; it is ordered or not, and ordering again tells.
pub async fn favour(
    ports: Ports<'_>,
    occasion: &CandidateRef,
    correction: &Correction,
    actor: &Actor,
    reason: &Reason,
) -> Result<Favoured, Failure> {
    change(ports.of_claim(), move || look(ports, occasion, correction, actor, reason)).await
}

/// One look at how things stand, and what [`favour`] asks for then.
pub(crate) async fn look(
    ports: Ports<'_>,
    occasion: &CandidateRef,
    correction: &Correction,
    actor: &Actor,
    reason: &Reason,
) -> Result<Change<Favoured>, Failure> {
    let Some(candidate) = issued_candidate(ports.table, occasion).await? else {
        return Ok(Change::Nothing(Favoured::NoBadge));
    };
    let badge = candidate.record.state.badge.clone();
    let stored = store::load::<AnyBadge>(ports.table, &AnyBadge::key_of(&badge)).await?;
    let Some(stored) = stored else { return Ok(Change::Nothing(Favoured::NoBadge)) };
    let there = !matches!(stored.record, AnyBadge::Deleted(_));
    if let AnyBadge::Deleted(deleted) = &stored.record
        && let Some(revoked) = deleted.barred()
    {
        return Ok(Change::Nothing(Favoured::Revoked(revoked.ground)));
    }
    // Nobody revokes it meanwhile.
    let unchanged = Write::Check { key: stored.record.key(), guard: Guard::Version(stored.version) };
    let changes = correction.clone().of_what_differs(&candidate.record.details);
    if ports.programme.office.second_approval && changes.is_of_name() {
        return Ok(Change::Nothing(Favoured::NameStays));
    }
    let corrected = candidate.record.clone().correct(correction);
    let right = corrected.details == candidate.record.details;
    if there
        && right
        && let Some(order) = same(ports, &candidate.record, reason).await?
    {
        return Ok(Change::Nothing(Favoured::Order(order)));
    }
    let before = open_order(ports, &badge).await?;
    let mut writes = match &before {
        None => Vec::new(),
        Some(open) => match stored_order(ports, &open.record.order).await? {
            Some(Stored { record: AnyOrder::Awaiting(order), version }) => {
                ended(ports, (order, version), actor, reason)?
            }
            _ => return Ok(Change::Nothing(Favoured::Running(open.record.order.clone()))),
        },
    };
    let Some((tombstone, wallet)) = current(ports, stored.record).await? else {
        return Ok(Change::Nothing(Favoured::OutOfReach(badge)));
    };
    let now = ports.clock.now();
    if tombstone.valid_until.is_some_and(|end| end < now) {
        return Ok(Change::Nothing(Favoured::Expired));
    }
    let id = OrderId::random(ports.entropy, now);
    let reference = order::random_reference(ports.entropy)?;
    let mut terms = order::terms(ports, &tombstone, id.clone(), reference, now);
    terms.wallet = wallet.filter(|_| correction.address.is_none());
    let happened = Happened::Favoured { reason: reason.clone(), corrected: !correction.is_empty() };
    let open = OpenOrder { badge, order: id.clone(), pay_by: None };
    writes.push(step(&mut terms, now, actor.clone(), happened)?);
    writes.extend([
        unchanged,
        store::replace(candidate.version, &AnyCandidate::Issued(corrected))?,
        store::create(&AnyOrder::Paid(Order::favour(terms, actor.clone(), reason.clone(), now)))?,
        store::create(&OrderReference { reference, order: id.clone() })?,
        store::create(&OwedBadge { order: id.clone(), since: now })?,
    ]);
    // In the place of the one that was ended, if there was one.
    writes.push(match before {
        Some(before) => store::replace(before.version, &open)?,
        None => store::create(&open)?,
    });
    Ok(Change::Commit(writes, Favoured::Order(id)))
}

/// The favour by which the badge was issued that the occasion has now, if it was for this reason.
async fn same(
    ports: Ports<'_>,
    candidate: &Candidate<Issued>,
    reason: &Reason,
) -> Result<Option<OrderId>, Failure> {
    let Some(order) = &candidate.state.order else { return Ok(None) };
    let stored = stored_order(ports, order).await?;
    Ok(stored.and_then(|stored| match stored.record {
        AnyOrder::Reissued(Order { terms, state: Reissued { settlement, .. } }) => match settlement {
            Settlement::Favour { reason: before, .. } if before == *reason => Some(terms.id),
            _ => None,
        },
        _ => None,
    }))
}

/// The writes that end an order which is not paid; its mark is the caller's to take over, or to remove.
pub(crate) fn ended(
    ports: Ports<'_>,
    (order, version): (Order<Awaiting>, u64),
    actor: &Actor,
    reason: &Reason,
) -> Result<Vec<Write>, Failure> {
    let now = ports.clock.now();
    let mut order = order.expire(now);
    let happened = Happened::Ended { reason: reason.clone() };
    let trail = step(&mut order.terms, now, actor.clone(), happened)?;
    Ok(vec![trail, store::replace(version, &AnyOrder::Expired(order))?])
}

/// What will be left of the badge, and the wallet that holds it. None: it is in a wallet, and the wallet is not found.
async fn current(
    ports: Ports<'_>,
    badge: AnyBadge,
) -> Result<Option<(DeletedBadge, Option<WalletId>)>, Failure> {
    let now = ports.clock.now();
    Ok(match badge {
        AnyBadge::Deleted(badge) => Some((badge, None)),
        AnyBadge::Unclaimed(badge) => Some((badge.withdraw(now), None)),
        AnyBadge::Claimed(badge) => {
            let place = holdings::place_of(ports.of_claim(), &badge).await?;
            place.map(|place| (badge.delete(now), Some(place.record.wallet)))
        }
    })
}
