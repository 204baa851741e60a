//! Money comes in: told by the payment service, found in a bank's statement, or seen by the staff. The same money is told of
//! many times and in any order; it is entered once.

use jiff::civil::Date;

use super::{Ports, issued_candidate, open_order, papers, step, stored_order};
use crate::{
    badge::{AnyBadge, DeletedBadge},
    claim::{Change, change},
    order::{
        Actor, Amount, AnyOrder, EarlyRefund, Happened, Mismatch, OpenOrder, Order, OrderId, OwedBadge, Paid,
        ParkedPayment, Payment, PaymentAlias, PaymentId, SeenEvent, Use, Way,
    },
    ports::{Guard, Write},
    store::{self, Failure, Stored},
};

/// Money, as it is told of.
#[derive(Debug, Clone)]
pub struct Received {
    /// Its name.
    pub id: PaymentId,
    /// How it came.
    pub way: Way,
    /// How much.
    pub amount: Amount,
    /// The day on which it was paid (Japan time).
    pub paid_on: Date,
    /// The order that it names, if any.
    pub order: Option<OrderId>,
    /// By what name its refund will be told of.
    pub intent: Option<String>,
    /// The event that tells of it.
    pub event: Option<String>,
    /// Who tells of it.
    pub actor: Actor,
}

/// What became of money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entered {
    /// It settled its order, now or before. The badge is owed, or was issued.
    Settled(OrderId),
    /// The staff had entered it by hand; its line belongs to that entry now.
    Matched(OrderId),
    /// It waits for the staff from now on.
    Parked(Mismatch),
    /// It waits for them already.
    StillParked(Mismatch),
    /// It was given back.
    Returned,
}

/// Enters money.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer; it is entered or not, and telling again is right.
pub async fn receive(ports: Ports<'_>, received: &Received) -> Result<Entered, Failure> {
    change(ports.of_claim(), move || async move {
        if let Some(entered) = known(ports, &received.id).await? {
            return Ok(Change::Nothing(entered));
        }
        let mut writes = aliases(ports, received).await?;
        let early =
            received.intent.as_deref().map(|intent| EarlyRefund::key_of(&PaymentAlias::of_intent(intent)));
        if let Some(key) = &early
            && store::load::<EarlyRefund>(ports.table, key).await?.is_some()
        {
            let returned =
                Use::Returned { actor: received.actor.clone(), at: ports.clock.now(), mismatch: None };
            writes.push(store::create(&payment(ports, received, returned))?);
            return Ok(Change::Commit(writes, Entered::Returned));
        }
        // A refund that is told of at this moment is told of before or after, and not lost between.
        writes.extend(early.map(|key| Write::Check { key, guard: Guard::Absent }));
        let order = match &received.order {
            Some(order) => stored_order(ports, order).await?,
            None => None,
        };
        let Some(Stored { record: order, version }) = order else {
            writes.extend(park(ports, received, Mismatch::UnknownOrder)?);
            return Ok(Change::Commit(writes, Entered::Parked(Mismatch::UnknownOrder)));
        };
        if let Some((hand, found)) = entered_by_hand(ports, received, &order).await? {
            writes.extend(match_line(ports, received, (order, version), &hand)?);
            return Ok(Change::Commit(writes, Entered::Matched(found)));
        }
        let mismatch = match received.amount.mismatch(&order.terms().fee) {
            Some(mismatch) => Err(mismatch),
            None => settle(ports, received, &order).await?,
        };
        match mismatch {
            Ok(settled) => {
                let id = order.terms().id.clone();
                writes.extend(settled_writes(ports, received, settled, version)?);
                Ok(Change::Commit(writes, Entered::Settled(id)))
            }
            Err(mismatch) => {
                writes.extend(park(ports, received, mismatch)?);
                writes.extend(noted(ports, received, (order, version))?);
                Ok(Change::Commit(writes, Entered::Parked(mismatch)))
            }
        }
    })
    .await
}

/// What became of money that is entered already, under its own name or as what the staff entered.
async fn known(ports: Ports<'_>, id: &PaymentId) -> Result<Option<Entered>, Failure> {
    if let Some(stored) = store::load::<Payment>(ports.table, &Payment::key_of(id)).await? {
        let Payment { order, used, .. } = stored.record;
        return Ok(Some(match (used, order) {
            (Use::Settled, Some(order)) => Entered::Settled(order),
            (Use::Settled, None) => return Err(Failure::NeedsPerson("money settled no order".to_owned())),
            (Use::Parked { mismatch }, _) => Entered::StillParked(mismatch),
            (Use::Returned { .. }, _) => Entered::Returned,
        }));
    }
    let alias = store::load::<PaymentAlias>(ports.table, &PaymentAlias::key_of(id)).await?;
    let Some(alias) = alias else { return Ok(None) };
    let hand = store::load::<Payment>(ports.table, &Payment::key_of(&alias.record.payment)).await?;
    Ok(hand.and_then(|hand| hand.record.order).map(Entered::Matched))
}

/// The order as it is when it is paid, with what opens it again; or why it is not.
type Settled = (Order<Paid>, papers::Taken, Vec<Write>);

async fn settle(
    ports: Ports<'_>,
    received: &Received,
    order: &AnyOrder,
) -> Result<Result<Settled, Mismatch>, Failure> {
    let now = ports.clock.now();
    let (terms, open) = match order {
        AnyOrder::Awaiting(order) => {
            let open = open_order(ports, &order.terms.replaces).await?.ok_or_else(|| {
                Failure::TryAgain("an order that awaits its payment was read while it changed".to_owned())
            })?;
            let paid = OpenOrder { pay_by: None, ..open.record };
            (&order.terms, vec![store::replace(open.version, &paid)?])
        }
        // The badge is theirs if nobody has ordered it, or had it issued, since.
        AnyOrder::Expired(order) if order.terms.addressee.is_none() => return Ok(Err(Mismatch::OrderEnded)),
        AnyOrder::Expired(order) => {
            let candidate = issued_candidate(ports.table, &order.terms.candidate).await?;
            let current = candidate.filter(|found| found.record.state.badge == order.terms.replaces);
            let Some(candidate) = current else { return Ok(Err(Mismatch::OrderEnded)) };
            if open_order(ports, &order.terms.replaces).await?.is_some() {
                return Ok(Err(Mismatch::OrderEnded));
            }
            let badge = order.terms.replaces.clone();
            let key = AnyBadge::key_of(&badge);
            let deleted = store::load::<AnyBadge>(ports.table, &key).await?;
            let Some(Stored { record: AnyBadge::Deleted(DeletedBadge { revoked: None, .. }), version }) =
                deleted
            else {
                return Ok(Err(Mismatch::BadgeRevoked));
            };
            let open = OpenOrder { badge, order: order.terms.id.clone(), pay_by: None };
            let guard = Guard::Version(candidate.version);
            let unchanged = Write::Check { key: order.terms.candidate.key(), guard };
            let not_revoked = Write::Check { key, guard: Guard::Version(version) };
            (&order.terms, vec![store::create(&open)?, unchanged, not_revoked])
        }
        AnyOrder::Paid(_) | AnyOrder::Reissued(_) | AnyOrder::Refunded(_) => {
            return Ok(Err(paid_already(ports, received, order).await?));
        }
    };
    if terms.valid_until.is_some_and(|end| end < now) {
        return Ok(Err(Mismatch::BadgeExpired));
    }
    let receipt = papers::receipt(ports, terms, received.way, received.paid_on, now).await?;
    let number = receipt.paper.number.clone();
    let paid = match order.clone() {
        AnyOrder::Awaiting(order) => order.pay(received.id.clone(), number, now),
        AnyOrder::Expired(order) => order.pay(received.id.clone(), number, now),
        AnyOrder::Paid(_) | AnyOrder::Reissued(_) | AnyOrder::Refunded(_) => {
            return Ok(Err(Mismatch::AlreadyPaid));
        }
    };
    Ok(Ok((paid, receipt, open)))
}

/// Whether a transfer for an order that is paid may be the very transfer that paid it.
async fn paid_already(ports: Ports<'_>, received: &Received, order: &AnyOrder) -> Result<Mismatch, Failure> {
    let Some((payment, _)) = order.paid() else { return Ok(Mismatch::AlreadyPaid) };
    let stored = store::load::<Payment>(ports.table, &Payment::key_of(payment)).await?;
    let same = stored.is_some_and(|Stored { record, .. }| {
        (record.way, received.way) == (Way::BankTransfer, Way::BankTransfer)
            && (&record.amount, record.paid_on) == (&received.amount, received.paid_on)
    });
    Ok(if same { Mismatch::PerhapsTheSame } else { Mismatch::AlreadyPaid })
}

fn settled_writes(
    ports: Ports<'_>,
    received: &Received,
    (mut order, receipt, mut writes): Settled,
    version: u64,
) -> Result<Vec<Write>, Failure> {
    let now = ports.clock.now();
    let happened = Happened::Paid { payment: received.id.clone() };
    writes.push(step(&mut order.terms, now, received.actor.clone(), happened)?);
    writes.push(store::create(&OwedBadge { order: order.terms.id.clone(), since: now })?);
    writes.push(store::replace(version, &AnyOrder::Paid(order))?);
    writes.push(store::create(&payment(ports, received, Use::Settled))?);
    writes.extend(receipt.writes()?);
    Ok(writes)
}

/// The payment that the staff entered by hand for this order, if this line of a statement is that very money: of the same day and
/// amount, and no other line was matched with it.
async fn entered_by_hand(
    ports: Ports<'_>,
    received: &Received,
    order: &AnyOrder,
) -> Result<Option<(Stored<Payment>, OrderId)>, Failure> {
    let id = &order.terms().id;
    let hand = PaymentId::by_hand(id);
    if received.way != Way::BankTransfer || received.id == hand {
        return Ok(None);
    }
    let stored = store::load::<Payment>(ports.table, &Payment::key_of(&hand)).await?;
    let same = stored.filter(|Stored { record, .. }| {
        record.line.is_none() && (&record.amount, record.paid_on) == (&received.amount, received.paid_on)
    });
    Ok(same.map(|stored| (stored, id.clone())))
}

fn match_line(
    ports: Ports<'_>,
    received: &Received,
    (mut order, version): (AnyOrder, u64),
    hand: &Stored<Payment>,
) -> Result<Vec<Write>, Failure> {
    let matched = Payment { line: Some(received.id.clone()), ..hand.record.clone() };
    let (alias, payment) = (received.id.clone(), hand.record.id.clone());
    let alias = PaymentAlias { alias, payment, at: Some(ports.clock.now()) };
    let happened = Happened::LineFound { payment: received.id.clone() };
    let trail = step(order.terms_mut(), ports.clock.now(), received.actor.clone(), happened)?;
    Ok(vec![
        store::replace(hand.version, &matched)?,
        store::create(&alias)?,
        store::replace(version, &order)?,
        trail,
    ])
}

fn park(ports: Ports<'_>, received: &Received, mismatch: Mismatch) -> Result<[Write; 2], Failure> {
    let parked = payment(ports, received, Use::Parked { mismatch });
    let mark = ParkedPayment { payment: received.id.clone() };
    Ok([store::create(&parked)?, store::create(&mark)?])
}

/// The order's trail tells of money that was parked.
fn noted(
    ports: Ports<'_>,
    received: &Received,
    (mut order, version): (AnyOrder, u64),
) -> Result<[Write; 2], Failure> {
    let happened = Happened::PaymentParked { payment: received.id.clone() };
    let trail = step(order.terms_mut(), ports.clock.now(), received.actor.clone(), happened)?;
    Ok([trail, store::replace(version, &order)?])
}

fn payment(ports: Ports<'_>, received: &Received, used: Use) -> Payment {
    Payment {
        id: received.id.clone(),
        way: received.way,
        amount: received.amount.clone(),
        paid_on: received.paid_on,
        received_at: ports.clock.now(),
        order: received.order.clone(),
        line: None,
        used,
    }
}

/// By what names the money is told of from now on.
async fn aliases(ports: Ports<'_>, received: &Received) -> Result<Vec<Write>, Failure> {
    let mut writes = Vec::new();
    if let Some(intent) = &received.intent {
        let alias = PaymentAlias::of_intent(intent);
        if store::load::<PaymentAlias>(ports.table, &PaymentAlias::key_of(&alias)).await?.is_none() {
            let (payment, at) = (received.id.clone(), Some(ports.clock.now()));
            writes.push(store::create(&PaymentAlias { alias, payment, at })?);
        }
    }
    if let Some(event) = &received.event {
        writes.extend(seen(ports, event).await?);
    }
    Ok(writes)
}

/// The write that keeps the name of an event, if it is not kept yet.
pub(super) async fn seen(ports: Ports<'_>, event: &str) -> Result<Option<Write>, Failure> {
    if store::load::<SeenEvent>(ports.table, &SeenEvent::key_of(event)).await?.is_some() {
        return Ok(None);
    }
    let seen = SeenEvent { event: event.to_owned(), at: ports.clock.now() };
    Ok(Some(store::create(&seen)?))
}
