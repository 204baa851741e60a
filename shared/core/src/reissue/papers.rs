//! Making receipts and credit notes, and showing them to whom they are made out.

use jiff::{Timestamp, civil::Date};

use super::{Ports, order};
use crate::{
    calendar,
    order::{
        AnyOrder, IssuedPaper, LastNumber, OrderId, Paper, PaperIssuer, PaperNumber, Payment, Terms, Way,
    },
    ports::Write,
    store::{self, Failure, Stored},
    wallet::WalletId,
};

/// A paper with its number taken. Both are committed together with what it is about.
pub(super) struct Taken {
    pub(super) paper: IssuedPaper,
    number: Write,
}

impl Taken {
    pub(super) fn writes(self) -> Result<[Write; 2], Failure> {
        Ok([store::create(&self.paper)?, self.number])
    }
}

/// The receipt for an order that is paid now.
pub(super) async fn receipt(
    ports: Ports<'_>,
    terms: &Terms,
    way: Way,
    paid_on: Date,
    at: Timestamp,
) -> Result<Taken, Failure> {
    let addressee = terms.addressee.clone().ok_or_else(|| {
        Failure::NeedsPerson("an order that is paid for has no addressee of its receipt".to_owned())
    })?;
    let (number, write) = LastNumber::next(ports.table, Paper::Receipt, at).await?;
    let terms_of_reissue = &ports.programme.reissue;
    let paper = IssuedPaper {
        number,
        issued_on: calendar::japan_date(at),
        order: terms.id.clone(),
        issuer: PaperIssuer {
            name: ports.programme.issuer_name.clone(),
            address: terms_of_reissue.issuer_address.clone(),
            registration: terms_of_reissue.registration.clone(),
        },
        addressee,
        achievement: terms.name.clone(),
        fee: terms.fee,
        paid_on,
        way,
        receipt: None,
        receipt_on: None,
    };
    Ok(Taken { paper, number: write })
}

/// The credit note that takes a receipt back. It says what the receipt says, by whom it was issued too.
pub(super) async fn credit_note(
    ports: Ports<'_>,
    receipt: &PaperNumber,
    at: Timestamp,
) -> Result<Taken, Failure> {
    let found = store::load::<IssuedPaper>(ports.table, &IssuedPaper::key_of(receipt)).await?;
    let Some(Stored { record: receipt, .. }) = found else {
        return Err(Failure::NeedsPerson(format!("receipt {receipt} is missing")));
    };
    let (number, write) = LastNumber::next(ports.table, Paper::CreditNote, at).await?;
    let paper = IssuedPaper {
        number,
        issued_on: calendar::japan_date(at),
        receipt: Some(receipt.number.clone()),
        receipt_on: Some(receipt.issued_on),
        ..receipt
    };
    Ok(Taken { paper, number: write })
}

/// The papers of an order.
#[derive(Debug, Clone)]
pub struct Papers {
    /// Its receipt, if it was paid.
    pub receipt: Option<IssuedPaper>,
    /// Its credit note, if the money was given back.
    pub credit_note: Option<IssuedPaper>,
}

/// The papers of an order of a wallet. None: the wallet has no such order.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn of_wallet(ports: Ports<'_>, wallet: &WalletId, id: &OrderId) -> Result<Option<Papers>, Failure> {
    match order::one(ports, wallet, id).await? {
        Some(order) => Ok(Some(of(ports, &order).await?)),
        None => Ok(None),
    }
}

/// The papers of an order.
///
/// # Errors
/// As [`of_wallet`].
pub async fn of(ports: Ports<'_>, order: &AnyOrder) -> Result<Papers, Failure> {
    let receipt = order.paid().map(|(_, receipt)| receipt.clone());
    let credit_note = match order {
        AnyOrder::Refunded(order) => Some(order.state.credit_note.clone()),
        _ => None,
    };
    Ok(Papers { receipt: one(ports, receipt).await?, credit_note: one(ports, credit_note).await? })
}

async fn one(ports: Ports<'_>, number: Option<PaperNumber>) -> Result<Option<IssuedPaper>, Failure> {
    let Some(number) = number else { return Ok(None) };
    let paper = store::load::<IssuedPaper>(ports.table, &IssuedPaper::key_of(&number)).await?;
    Ok(paper.map(|paper| paper.record))
}

/// The day on which an order was paid, if it was.
///
/// # Errors
/// As [`of_wallet`].
pub async fn paid_on(ports: Ports<'_>, order: &AnyOrder) -> Result<Option<Date>, Failure> {
    let Some((payment, _)) = order.paid() else { return Ok(None) };
    let stored = store::load::<Payment>(ports.table, &Payment::key_of(payment)).await?;
    Ok(stored.map(|stored| stored.record.paid_on))
}
