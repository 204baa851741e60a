//! Whether a badge can be revoked now.

use crate::{
    badge::{AnyBadge, BadgeId, Ground, Revoked},
    candidate::CandidateRef,
    office::Ports,
    order::{AnyOrder, Awaiting, OpenOrder, Order, OrderId},
    reissue::{issued_candidate, open_order, stored_order},
    store::{self, Failure, Stored},
};

/// Why a badge cannot be revoked now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfit {
    /// There is no such badge.
    Unknown,
    /// It is revoked already, on the same ground.
    Already(Revoked),
    /// It is deleted, and this one was issued in its place.
    Replaced(BadgeId),
    /// Another badge is on its way in its place: the order is paid, or free of charge. The money is given back, or the order taken
    /// back, first.
    OnItsWay(OrderId),
}

/// A badge that can be revoked, as it was read.
pub(super) struct Fit {
    pub(super) badge: Stored<AnyBadge>,
    /// Its order that waits for a payment, with the mark of it.
    pub(super) unpaid: Option<(Stored<OpenOrder>, Stored<Order<Awaiting>>)>,
}

/// Without a ground, one that is revoked already may be revoked on another one. The badge is read before its order. Whoever orders it after that read checks that the badge is unchanged, so that one of the two
/// changes fails.
pub(super) async fn fitness(
    ports: Ports<'_>,
    badge: &BadgeId,
    ground: Option<Ground>,
) -> Result<Result<Fit, Unfit>, Failure> {
    let Some(stored) = store::load::<AnyBadge>(ports.table, &AnyBadge::key_of(badge)).await? else {
        return Ok(Err(Unfit::Unknown));
    };
    if let AnyBadge::Deleted(deleted) = &stored.record {
        if let Some(revoked) = deleted.revoked.filter(|revoked| Some(revoked.ground) == ground) {
            return Ok(Err(Unfit::Already(revoked)));
        }
        if let Some(other) = successor(ports, &deleted.candidate, badge).await? {
            return Ok(Err(Unfit::Replaced(other)));
        }
    }
    let Some(open) = open_order(ports, badge).await? else {
        return Ok(Ok(Fit { badge: stored, unpaid: None }));
    };
    Ok(match stored_order(ports, &open.record.order).await? {
        Some(Stored { record: AnyOrder::Awaiting(record), version }) => {
            Ok(Fit { badge: stored, unpaid: Some((open, Stored { record, version })) })
        }
        _ => Err(Unfit::OnItsWay(open.record.order)),
    })
}

/// The badge that the occasion has now, if it is another one.
async fn successor(
    ports: Ports<'_>,
    occasion: &CandidateRef,
    than: &BadgeId,
) -> Result<Option<BadgeId>, Failure> {
    let candidate = issued_candidate(ports.table, occasion).await?;
    Ok(candidate.map(|candidate| candidate.record.state.badge).filter(|badge| badge != than))
}
