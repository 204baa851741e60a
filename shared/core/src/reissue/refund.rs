//! Giving money back. The money itself moves elsewhere, in the bank or at the payment service; here it is entered, with a credit
//! note and a mail to the holder.

use super::{Ports, letter, no_longer_owed, papers, pay, step, stored_order};
use crate::{
    claim::{Change, change},
    letter::Subject,
    order::{
        Actor, AnyOrder, EarlyRefund, Happened, OrderId, ParkedPayment, Payment, PaymentAlias, PaymentId,
        Reason, Use,
    },
    ports::{Guard, Write},
    store::{self, Failure, Stored},
};

/// What became of giving money back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returned {
    /// It is entered as given back, now or before.
    Entered,
    /// Nothing was paid.
    NothingPaid,
    /// There is no such order or payment.
    Unknown,
}

/// The staff gave the money of an order back.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer; repeating is right.
pub async fn refund(
    ports: Ports<'_>,
    order: &OrderId,
    actor: &Actor,
    reason: &Reason,
) -> Result<Returned, Failure> {
    change(ports.of_claim(), move || async move {
        match stored_order(ports, order).await? {
            None => Ok(Change::Nothing(Returned::Unknown)),
            Some(stored) => writes(ports, stored, actor, Some(reason.clone())).await,
        }
    })
    .await
}

/// The staff gave parked money back.
///
/// # Errors
/// As [`refund`].
pub async fn return_parked(
    ports: Ports<'_>,
    payment: &PaymentId,
    actor: &Actor,
) -> Result<Returned, Failure> {
    change(ports.of_claim(), move || async move {
        let stored = store::load::<Payment>(ports.table, &Payment::key_of(payment)).await?;
        let Some(stored) = stored else { return Ok(Change::Nothing(Returned::Unknown)) };
        match &stored.record.used {
            // Whose order it settled: that one is refunded, with a credit note.
            Use::Settled => Ok(Change::Nothing(Returned::Unknown)),
            Use::Returned { .. } => Ok(Change::Nothing(Returned::Entered)),
            Use::Parked { .. } => Ok(Change::Commit(unpark(ports, stored, actor).await?, Returned::Entered)),
        }
    })
    .await
}

/// What a payment service says became of its money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// All of it was given back.
    Refunded,
    /// Part of it was given back: the staff have to look.
    PartlyRefunded,
    /// The payer disputes it.
    Disputed,
    /// The dispute ended, and the money stays.
    DisputeWon,
    /// The dispute ended, and the money is gone.
    DisputeLost,
}

/// What became of what a payment service told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// It is entered.
    Entered,
    /// It was entered before.
    Before,
    /// The money is not ours, or not told of yet.
    Unknown,
}

/// Enters what a payment service tells of money by its own name for it (`intent`). A refund may be told of before the money: then it
/// is remembered.
///
/// # Errors
/// As [`refund`].
pub async fn hear(ports: Ports<'_>, intent: &str, told: Told, event: &str) -> Result<Heard, Failure> {
    let alias = PaymentAlias::of_intent(intent);
    let alias = &alias;
    change(ports.of_claim(), move || async move {
        let Some(seen) = pay::seen(ports, event).await? else { return Ok(Change::Nothing(Heard::Before)) };
        let found = store::load::<PaymentAlias>(ports.table, &PaymentAlias::key_of(alias)).await?;
        let Some(found) = found else {
            if told != Told::Refunded && told != Told::DisputeLost {
                return Ok(Change::Nothing(Heard::Unknown));
            }
            let key = EarlyRefund::key_of(alias);
            if store::load::<EarlyRefund>(ports.table, &key).await?.is_some() {
                return Ok(Change::Commit(vec![seen], Heard::Unknown));
            }
            let early = EarlyRefund { alias: alias.clone(), at: ports.clock.now() };
            let untold = Write::Check { key: PaymentAlias::key_of(alias), guard: Guard::Absent };
            return Ok(Change::Commit(vec![store::create(&early)?, seen, untold], Heard::Unknown));
        };
        let payment = store::load::<Payment>(ports.table, &Payment::key_of(&found.record.payment)).await?;
        let payment =
            payment.ok_or_else(|| Failure::NeedsPerson("a payment's other name leads nowhere".to_owned()))?;
        let mut writes = match (&payment.record.used, &payment.record.order) {
            (Use::Settled, Some(order)) => of_order(ports, order, told).await?,
            (Use::Parked { .. }, _) if matches!(told, Told::Refunded | Told::DisputeLost) => {
                unpark(ports, payment, &Actor::PaymentService).await?
            }
            _ => Vec::new(),
        };
        writes.push(seen);
        Ok(Change::Commit(writes, Heard::Entered))
    })
    .await
}

async fn of_order(ports: Ports<'_>, order: &OrderId, told: Told) -> Result<Vec<Write>, Failure> {
    let stored = stored_order(ports, order).await?;
    let stored = stored.ok_or_else(|| Failure::NeedsPerson(format!("order {order} is missing")))?;
    let happened = match told {
        Told::Refunded | Told::DisputeLost => {
            return Ok(match writes(ports, stored, &Actor::PaymentService, None).await? {
                Change::Commit(writes, _) => writes,
                Change::Nothing(_) | Change::Again => Vec::new(),
            });
        }
        Told::PartlyRefunded => Happened::PartlyRefunded,
        Told::Disputed => Happened::Disputed,
        Told::DisputeWon => Happened::DisputeWon,
    };
    let Stored { mut record, version } = stored;
    let terms = record.terms_mut();
    terms.disputed = match told {
        Told::Disputed => true,
        Told::DisputeWon => false,
        Told::Refunded | Told::PartlyRefunded | Told::DisputeLost => terms.disputed,
    };
    let trail = step(terms, ports.clock.now(), Actor::PaymentService, happened)?;
    Ok(vec![store::replace(version, &record)?, trail])
}

async fn writes(
    ports: Ports<'_>,
    stored: Stored<AnyOrder>,
    actor: &Actor,
    reason: Option<Reason>,
) -> Result<Change<Returned>, Failure> {
    let Stored { record: order, version } = stored;
    let now = ports.clock.now();
    let receipt = match &order {
        AnyOrder::Refunded(_) => return Ok(Change::Nothing(Returned::Entered)),
        AnyOrder::Awaiting(_) | AnyOrder::Expired(_) => return Ok(Change::Nothing(Returned::NothingPaid)),
        AnyOrder::Paid(_) | AnyOrder::Reissued(_) => order.paid().map(|(_, receipt)| receipt.clone()),
    };
    let Some(receipt) = receipt else { return withdraw(ports, order, version, actor, reason).await };
    let credit_note = papers::credit_note(ports, &receipt, now).await?;
    let number = credit_note.paper.number.clone();
    let mut writes = Vec::new();
    let refunded = match order {
        AnyOrder::Paid(order) => {
            writes.extend(no_longer_owed(ports.table, &order.terms).await?);
            order.refund(number, now)
        }
        AnyOrder::Reissued(order) => order.refund(number, now),
        AnyOrder::Awaiting(_) | AnyOrder::Expired(_) | AnyOrder::Refunded(_) => None,
    };
    let Some(mut refunded) = refunded else { return Ok(Change::Nothing(Returned::NothingPaid)) };
    refunded.terms.disputed = false;
    let payment = store::load::<Payment>(ports.table, &Payment::key_of(&refunded.state.payment)).await?;
    let Some(payment) = payment else {
        return Err(Failure::NeedsPerson(format!("the payment of order {} is missing", refunded.terms.id)));
    };
    let used = Use::Returned { actor: actor.clone(), at: now, mismatch: None };
    writes.push(store::replace(payment.version, &Payment { used, ..payment.record })?);
    writes.push(step(&mut refunded.terms, now, actor.clone(), Happened::Refunded { reason })?);
    let subject = Subject::OrderRefunded { order: refunded.terms.id.clone() };
    writes.extend(letter(ports, &refunded.terms, subject).await?);
    writes.push(store::replace(version, &AnyOrder::Refunded(refunded))?);
    writes.extend(credit_note.writes()?);
    Ok(Change::Commit(writes, Returned::Entered))
}

/// Takes back what was ordered free of charge, if the badge is not issued: perhaps it cannot be.
async fn withdraw(
    ports: Ports<'_>,
    order: AnyOrder,
    version: u64,
    actor: &Actor,
    reason: Option<Reason>,
) -> Result<Change<Returned>, Failure> {
    let now = ports.clock.now();
    let nothing = Change::Nothing(Returned::NothingPaid);
    let (AnyOrder::Paid(order), Some(reason)) = (order, reason) else { return Ok(nothing) };
    let Some(mut order) = order.withdraw(now) else { return Ok(nothing) };
    let mut writes = no_longer_owed(ports.table, &order.terms).await?;
    writes.push(step(&mut order.terms, now, actor.clone(), Happened::Ended { reason })?);
    writes.push(store::replace(version, &AnyOrder::Expired(order))?);
    Ok(Change::Commit(writes, Returned::Entered))
}

async fn unpark(ports: Ports<'_>, stored: Stored<Payment>, actor: &Actor) -> Result<Vec<Write>, Failure> {
    let Stored { record, version } = stored;
    let mark = store::load::<ParkedPayment>(ports.table, &ParkedPayment::key_of(&record.id)).await?;
    let mismatch = match record.used {
        Use::Parked { mismatch } => Some(mismatch),
        Use::Settled | Use::Returned { .. } => None,
    };
    let used = Use::Returned { actor: actor.clone(), at: ports.clock.now(), mismatch };
    let mut writes = Vec::new();
    if let Some(order) = &record.order
        && let Some(Stored { record: mut order, version }) = stored_order(ports, order).await?
    {
        let happened = Happened::PaymentReturned { payment: record.id.clone() };
        let trail = step(order.terms_mut(), ports.clock.now(), actor.clone(), happened)?;
        writes.extend([trail, store::replace(version, &order)?]);
    }
    writes.push(store::replace(version, &Payment { used, ..record })?);
    writes.extend(mark.as_ref().map(store::delete));
    Ok(writes)
}
