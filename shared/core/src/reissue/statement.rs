//! A bank's statement, as the staff download it: each deposit that names exactly one order is entered, everything else is listed.
//! Nothing is guessed: not by name, and not by amount.

use payments::{bank::Deposit, reference};
use serde::Serialize;

use super::{
    Ports,
    pay::{self, Entered, Received},
};
use crate::{
    order::{Actor, Amount, Mismatch, OrderId, OrderReference, PaymentId, Way},
    store::{self, Failure},
};

/// What became of a deposit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Verdict {
    /// It settled an order, now or before.
    Settled {
        /// The order.
        order: OrderId,
    },
    /// The staff had entered it by hand.
    Matched {
        /// The order.
        order: OrderId,
    },
    /// It names an order and does not settle it: it is parked.
    Parked {
        /// Why.
        reason: Mismatch,
        /// Whether it was parked before.
        before: bool,
        /// The order.
        order: OrderId,
    },
    /// It was given back.
    Returned,
    /// It names no order: money of something else, or a payer who forgot the reference. It is not entered.
    NoReference,
    /// It names several orders. It is not entered: a person enters it by hand.
    SeveralReferences,
}

/// A deposit, and what became of it. The payer's name is not repeated: the staff have the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Its line in the file.
    pub line: usize,
    /// What became of it.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// Enters one deposit of a statement.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer. The same statement read again enters nothing twice.
pub async fn enter(ports: Ports<'_>, deposit: &Deposit, actor: &Actor) -> Result<Line, Failure> {
    let mut orders = Vec::new();
    for reference in reference::find(&deposit.texts) {
        let known = store::load::<OrderReference>(ports.table, &OrderReference::key_of(&reference)).await?;
        orders.extend(known.map(|known| known.record.order));
    }
    let order = match orders.as_slice() {
        [] => return Ok(Line { line: deposit.line, verdict: Verdict::NoReference }),
        [order] => order.clone(),
        _ => return Ok(Line { line: deposit.line, verdict: Verdict::SeveralReferences }),
    };
    let received = Received {
        id: PaymentId::of_bank_line(&deposit.identity),
        way: Way::BankTransfer,
        amount: Amount::yen(deposit.amount),
        paid_on: deposit.date,
        order: Some(order.clone()),
        intent: None,
        event: None,
        actor: actor.clone(),
    };
    let verdict = match pay::receive(ports, &received).await? {
        Entered::Settled(order) => Verdict::Settled { order },
        Entered::Matched(order) => Verdict::Matched { order },
        Entered::Parked(reason) => Verdict::Parked { reason, before: false, order },
        Entered::StillParked(reason) => Verdict::Parked { reason, before: true, order },
        Entered::Returned => Verdict::Returned,
    };
    Ok(Line { line: deposit.line, verdict })
}
