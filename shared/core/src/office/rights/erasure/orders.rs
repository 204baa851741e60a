//! The orders of a person who is being erased.

use jiff::civil::Date;

use super::Erasure;
use crate::{
    candidate::CandidateRef,
    claim::{Change, change},
    office::{Ports, retention, rights::person},
    order::{AnyOrder, OrderId, TrailLine},
    reissue::{favour::ended, open_order, stored_order},
    store::{self, Failure, Stored},
};

/// An order that is kept, with its receipt, its money and its trail.
#[derive(Debug, Clone)]
pub struct KeptOrder {
    /// The order.
    pub order: AnyOrder,
    /// The first day on which it is kept no more, as things stand.
    pub until: Date,
}

/// What is kept of the orders of these occasions, and which of them wait to be issued or given back.
pub(super) async fn kept(
    ports: Ports<'_>,
    candidates: &[CandidateRef],
) -> Result<(Vec<KeptOrder>, Vec<OrderId>), Failure> {
    let (mut kept, mut waits) = (Vec::new(), Vec::new());
    for Stored { record: order, .. } in person::orders(ports, candidates).await? {
        let terms = order.terms();
        let mut last = terms.asked_at;
        store::for_each::<TrailLine>(ports.table, &TrailLine::partition(&terms.id), |line| {
            last = last.max(line.record.at);
        })
        .await?;
        if matches!(order, AnyOrder::Paid(_)) {
            waits.push(terms.id.clone());
        }
        let until = ports.programme.retention.orders_until(last);
        kept.push(KeptOrder { order, until });
    }
    Ok((kept, waits))
}

/// Ends the order of an occasion's badge, if it is not paid. Gives the order that is paid, and waits to be issued or given back.
pub(super) async fn end_unpaid(
    ports: Ports<'_>,
    erasure: &Erasure,
    candidate: &CandidateRef,
) -> Result<Option<OrderId>, Failure> {
    let Some(badge) = super::badge_of(ports, candidate).await? else { return Ok(None) };
    let badge = &badge;
    change(ports.of_claim(), move || async move {
        let id = super::id_of(badge);
        let Some(open) = open_order(ports, id).await? else { return Ok(Change::Nothing(None)) };
        let order = match stored_order(ports, &open.record.order).await? {
            Some(Stored { record: AnyOrder::Awaiting(order), version }) => (order, version),
            Some(_) => return Ok(Change::Nothing(Some(open.record.order))),
            None => return Ok(Change::Again),
        };
        let mut writes = ended(ports, order, &erasure.actor, &erasure.reason)?;
        writes.push(store::delete(&open));
        Ok(Change::Commit(writes, None))
    })
    .await
}

/// The orders of these occasions do not say any more whose they are, nor does what is left of the badges that were replaced. False: one of
/// them is neither ended nor done.
pub(super) async fn forget(ports: Ports<'_>, candidates: &[CandidateRef]) -> Result<bool, Failure> {
    let mut all = true;
    for order in person::orders(ports, candidates).await? {
        let id = &order.record.terms().id.clone();
        all &= change(ports.of_claim(), move || async move {
            let Some(Stored { record: mut order, version }) = stored_order(ports, id).await? else {
                return Ok(Change::Nothing(true));
            };
            if matches!(order, AnyOrder::Awaiting(_) | AnyOrder::Paid(_)) {
                return Ok(Change::Nothing(false));
            }
            let mut writes = Vec::new();
            writes.extend(retention::replaced(ports, order.terms()).await?);
            let terms = order.terms_mut();
            terms.candidate = CandidateRef::nobody(terms.candidate.month);
            writes.push(store::replace(version, &order)?);
            Ok(Change::Commit(writes, true))
        })
        .await?;
    }
    Ok(all)
}
