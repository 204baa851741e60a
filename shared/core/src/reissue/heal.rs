//! What the sweep does for orders: badges that are paid and not issued are issued, and orders that nobody paid in time end.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Ports, issue, letter, step, stored_order};
use crate::{
    claim::{Change, change},
    issuance::Signing,
    letter::Subject,
    order::{Actor, AnyOrder, Happened, OpenOrder, OrderId, OwedBadge},
    store::{self, Failure, Stored},
};

/// A badge that was paid so long ago and is not issued is somebody's business.
const ALARM_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// What was done, and seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Healed {
    /// Badges that this call issued.
    pub reissued: usize,
    /// Orders that ended, because nobody paid.
    pub expired: usize,
    /// Badges that are still owed, and were paid over an hour ago.
    pub overdue: usize,
}

/// Issues what is owed, ends what was not paid by `scheduled`. One order's failure does not keep the others from being seen to; the
/// first one is told beside what was done.
pub async fn heal(signing: Signing<'_>, scheduled: Timestamp) -> (Healed, Result<(), Failure>) {
    let (IssuedOwed { orders, overdue }, mut result) = issue_owed(signing).await;
    let mut healed = Healed { reissued: orders.len(), overdue, expired: 0 };
    let Signing { table, clock, entropy, programme, .. } = signing;
    let ports = Ports { table, clock, entropy, programme };
    match unpaid(ports, scheduled).await {
        Ok(unpaid) => {
            for open in unpaid {
                match expire(ports, &open, scheduled).await {
                    Ok(expired) => healed.expired += usize::from(expired),
                    Err(error) => result = result.and(Err(error)),
                }
            }
        }
        Err(error) => result = result.and(Err(error)),
    }
    (healed, result)
}

/// What came of the badges that were owed.
#[derive(Debug, Default)]
pub(crate) struct IssuedOwed {
    /// The orders whose badge this call issued.
    pub(crate) orders: Vec<OrderId>,
    /// As in [`Healed`].
    pub(crate) overdue: usize,
}

/// Issues every badge that is owed. One's failure does not keep the others from being issued; the first one is told beside.
pub(crate) async fn issue_owed(signing: Signing<'_>) -> (IssuedOwed, Result<(), Failure>) {
    let mut issued = IssuedOwed::default();
    let mut result = Ok(());
    let owed = match owed(signing).await {
        Ok(owed) => owed,
        Err(error) => return (issued, Err(error)),
    };
    for OwedBadge { order, since } in owed {
        match issue::issue(signing, &order, &Actor::Sweep).await {
            Ok(issue::Outcome::Issued) => issued.orders.push(order),
            Ok(issue::Outcome::NothingOwed) => {}
            Err(error) => {
                let age = signing.clock.now().duration_since(since);
                issued.overdue += usize::from(age >= ALARM_AFTER);
                result = result.and(Err(error));
            }
        }
    }
    (issued, result)
}

async fn owed(signing: Signing<'_>) -> Result<Vec<OwedBadge>, Failure> {
    let mut owed = Vec::new();
    store::for_each::<OwedBadge>(signing.table, OwedBadge::PARTITION, |stored| owed.push(stored.record))
        .await?;
    Ok(owed)
}

async fn unpaid(ports: Ports<'_>, scheduled: Timestamp) -> Result<Vec<OpenOrder>, Failure> {
    let mut unpaid = Vec::new();
    store::for_each::<OpenOrder>(ports.table, OpenOrder::PARTITION, |stored| {
        if stored.record.pay_by.is_some_and(|pay_by| pay_by <= scheduled) {
            unpaid.push(stored.record);
        }
    })
    .await?;
    Ok(unpaid)
}

/// Ends an order that nobody paid. False: it was paid meanwhile.
async fn expire(ports: Ports<'_>, open: &OpenOrder, scheduled: Timestamp) -> Result<bool, Failure> {
    change(ports.of_claim(), move || async move {
        let Some(Stored { record: AnyOrder::Awaiting(order), version }) =
            stored_order(ports, &open.order).await?
        else {
            return Ok(Change::Nothing(false));
        };
        if order.state.pay_by > scheduled {
            return Ok(Change::Nothing(false));
        }
        let now = ports.clock.now();
        let mut order = order.expire(now);
        let mut writes = vec![step(&mut order.terms, now, Actor::Sweep, Happened::Expired)?];
        let subject = Subject::OrderExpired { order: order.terms.id.clone() };
        writes.extend(letter(ports, &order.terms, subject).await?);
        let mark = store::load::<OpenOrder>(ports.table, &OpenOrder::key_of(&open.badge)).await?;
        writes.extend(mark.as_ref().map(store::delete));
        writes.push(store::replace(version, &AnyOrder::Expired(order))?);
        Ok(Change::Commit(writes, true))
    })
    .await
}
