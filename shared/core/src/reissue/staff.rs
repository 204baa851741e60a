//! What the staff see of orders and money, and the money that they enter by hand.

use jiff::civil::Date;

use super::{
    Ports,
    pay::{self, Entered, Received},
    stored_order,
};
use crate::{
    calendar::Month,
    order::{
        Actor, Amount, AnyOrder, OrderId, OrderReference, ParkedPayment, Payment, PaymentId, TrailLine, Way,
    },
    store::{self, Failure, Stored},
};

/// The orders that were placed in a month, as they stand.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn orders(ports: Ports<'_>, month: Month) -> Result<Vec<AnyOrder>, Failure> {
    let mut orders = Vec::new();
    store::for_each::<AnyOrder>(ports.table, &OrderId::partition_of(month), |stored| {
        orders.push(stored.record);
    })
    .await?;
    orders.sort_by_key(|order| (order.terms().asked_at, order.terms().id.clone()));
    Ok(orders)
}

/// The order that a payer's reference stands for.
///
/// # Errors
/// As [`orders`].
pub async fn by_reference(
    ports: Ports<'_>,
    reference: &payments::reference::PaymentReference,
) -> Result<Option<AnyOrder>, Failure> {
    let found = store::load::<OrderReference>(ports.table, &OrderReference::key_of(reference)).await?;
    match found {
        Some(found) => one(ports, &found.record.order).await,
        None => Ok(None),
    }
}

/// An order.
///
/// # Errors
/// As [`orders`].
pub async fn one(ports: Ports<'_>, order: &OrderId) -> Result<Option<AnyOrder>, Failure> {
    Ok(stored_order(ports, order).await?.map(|stored| stored.record))
}

/// Who did what to an order, from the first line on.
///
/// # Errors
/// As [`orders`].
pub async fn trail(ports: Ports<'_>, order: &OrderId) -> Result<Vec<TrailLine>, Failure> {
    let mut lines = Vec::new();
    store::for_each::<TrailLine>(ports.table, &TrailLine::partition(order), |line| lines.push(line.record))
        .await?;
    Ok(lines)
}

/// The money that waits for the staff.
///
/// # Errors
/// As [`orders`].
pub async fn parked(ports: Ports<'_>) -> Result<Vec<Payment>, Failure> {
    let mut keys = Vec::new();
    store::for_each::<ParkedPayment>(ports.table, ParkedPayment::PARTITION, |mark| {
        keys.push(Payment::key_of(&mark.record.payment));
    })
    .await?;
    let found = store::load_many::<Payment>(ports.table, &keys).await?;
    Ok(found.into_iter().flatten().map(|payment| payment.record).collect())
}

/// What became of entering money by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Confirmed {
    /// The order is settled by it, now or before.
    Settled(OrderId),
    /// The order was settled otherwise: nothing is entered. More money that came in is found in the bank's statement.
    AlreadyPaid,
    /// It does not settle the order: nothing is entered.
    Not(crate::order::Mismatch),
    /// There is no such order.
    Unknown,
}

/// The staff saw the money of an order in the bank account.
///
/// # Errors
/// As [`orders`]; it is entered or not, and entering it again is right.
pub async fn confirm(
    ports: Ports<'_>,
    id: &OrderId,
    amount: Amount,
    paid_on: Date,
    actor: &Actor,
) -> Result<Confirmed, Failure> {
    let Some(Stored { record: order, .. }) = stored_order(ports, id).await? else {
        return Ok(Confirmed::Unknown);
    };
    let payment = PaymentId::by_hand(id);
    match order.paid() {
        Some((paid, _)) if *paid == payment && !matches!(order, AnyOrder::Refunded(_)) => {
            return Ok(Confirmed::Settled(id.clone()));
        }
        Some(_) => return Ok(Confirmed::AlreadyPaid),
        None if !matches!(order, AnyOrder::Awaiting(_) | AnyOrder::Expired(_)) => {
            return Ok(Confirmed::AlreadyPaid);
        }
        None => {}
    }
    if let Some(mismatch) = amount.mismatch(&order.terms().fee) {
        return Ok(Confirmed::Not(mismatch));
    }
    let received = Received {
        id: payment,
        way: Way::BankTransfer,
        amount,
        paid_on,
        order: Some(id.clone()),
        intent: None,
        event: None,
        actor: actor.clone(),
    };
    Ok(match pay::receive(ports, &received).await? {
        Entered::Settled(order) | Entered::Matched(order) => Confirmed::Settled(order),
        Entered::Parked(mismatch) | Entered::StillParked(mismatch) => Confirmed::Not(mismatch),
        Entered::Returned => Confirmed::AlreadyPaid,
    })
}
