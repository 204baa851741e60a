//! Orders, and the money that came for them, when their time is over.

use jiff::Timestamp;

use super::{RetentionProgress, Work};
use crate::{
    badge::AnyBadge,
    calendar::{self, Month},
    candidate::AnyCandidate,
    office::{Ports, occasion},
    order::{
        AnyOrder, Happened, IssuedPaper, OrderId, OrderReference, PaperNumber, Payment, PaymentAlias,
        PaymentId, Terms, TrailLine, Use,
    },
    ports::{TRANSACTION_WRITES, Write},
    store::{self, Failure, Record, Stored},
    wallet::Holding,
};

/// Erases orders that are over, the oldest first. What is kept longer, because something happened to it later, is looked at again.
pub(super) async fn sweep(work: &mut Work<'_>, progress: &mut RetentionProgress) -> Result<(), Failure> {
    let terms = work.ports.programme.retention;
    let (mut month, mut result) = (progress.orders, Ok(()));
    while terms.orders_until(calendar::start_of(month.last_day())) <= work.today {
        if work.is_over() {
            return result;
        }
        let gone = match of_month(work, month).await {
            Ok(left) => left == 0,
            Err(error) => {
                result = result.and(Err(error));
                false
            }
        };
        if gone && progress.orders == month {
            progress.orders = month.next();
        }
        month = month.next();
    }
    result
}

/// Gives how many orders of the month are left.
async fn of_month(work: &mut Work<'_>, month: Month) -> Result<usize, Failure> {
    let (mut left, mut after, partition) = (0, None, OrderId::partition_of(month));
    loop {
        let (page, next) =
            store::load_page::<AnyOrder>(work.ports.table, &partition, after.as_deref()).await?;
        for order in page {
            if work.is_over() || !erase(work, order).await? {
                left += 1;
            }
        }
        match next {
            Some(next) => after = Some(next),
            None => return Ok(left),
        }
    }
}

/// False: it is kept on, or another change came between.
async fn erase(work: &mut Work<'_>, order: Stored<AnyOrder>) -> Result<bool, Failure> {
    if matches!(order.record, AnyOrder::Awaiting(_) | AnyOrder::Paid(_)) {
        return Ok(false);
    }
    let (ports, terms) = (work.ports, order.record.terms());
    let mut lines = Vec::new();
    store::for_each::<TrailLine>(ports.table, &TrailLine::partition(&terms.id), |line| lines.push(line))
        .await?;
    let last = lines.iter().map(|line| line.record.at).max().unwrap_or(terms.asked_at);
    if ports.programme.retention.orders_until(last) > work.today {
        return Ok(false);
    }
    let Some(money) = money(ports, terms, &lines).await? else { return Ok(false) };
    let mut writes = vec![store::delete(&order)];
    writes.extend(money);
    let reference = OrderReference::key_of(&terms.reference);
    let reference = store::load::<OrderReference>(ports.table, &reference).await?;
    writes.extend(reference.as_ref().map(store::delete));
    writes.extend(papers(ports, &order.record, calendar::start_of(work.today)).await?);
    writes.extend(place(ports, terms).await?);
    writes.extend(replaced(ports, terms).await?);
    let mut trail: Vec<Write> = lines.iter().map(store::delete).collect();
    while writes.len() + trail.len() > TRANSACTION_WRITES {
        let first = trail.drain(..trail.len().min(TRANSACTION_WRITES)).collect();
        if !work.commit(first).await? {
            return Ok(false);
        }
    }
    writes.append(&mut trail);
    let erased = work.commit(writes).await?;
    work.erased.orders += usize::from(erased);
    Ok(erased)
}

/// The writes that erase what came for an order. None: some of it waits for the staff.
async fn money(
    ports: Ports<'_>,
    terms: &Terms,
    lines: &[Stored<TrailLine>],
) -> Result<Option<Vec<Write>>, Failure> {
    let (mut payments, mut names): (Vec<PaymentId>, Vec<PaymentId>) = (Vec::new(), Vec::new());
    for line in lines {
        let (list, name) = match &line.record.happened {
            Happened::LineFound { payment } => (&mut names, payment),
            Happened::Paid { payment }
            | Happened::PaymentParked { payment }
            | Happened::PaymentReturned { payment } => (&mut payments, payment),
            _ => continue,
        };
        if !list.contains(name) {
            list.push(name.clone());
        }
    }
    let keys: Vec<_> = payments.iter().map(Payment::key_of).collect();
    let payments = store::load_many::<Payment>(ports.table, &keys).await?;
    let of_order = |payment: &Stored<Payment>| payment.record.order.as_ref() == Some(&terms.id);
    let payments: Vec<_> = payments.into_iter().flatten().filter(of_order).collect();
    if payments.iter().any(|payment| matches!(payment.record.used, Use::Parked { .. })) {
        return Ok(None);
    }
    let keys: Vec<_> = names.iter().map(PaymentAlias::key_of).collect();
    let names = store::load_many::<PaymentAlias>(ports.table, &keys).await?;
    let names = names.iter().flatten().map(store::delete);
    Ok(Some(payments.iter().map(store::delete).chain(names).collect()))
}

/// The writes that erase the papers of an order whose own time is over. It never is before the order's.
async fn papers(ports: Ports<'_>, order: &AnyOrder, today: Timestamp) -> Result<Vec<Write>, Failure> {
    let receipt = order.paid().map(|(_, receipt)| receipt.clone());
    let credit_note = match order {
        AnyOrder::Refunded(order) => Some(order.state.credit_note.clone()),
        _ => None,
    };
    let numbers: Vec<PaperNumber> = receipt.into_iter().chain(credit_note).collect();
    let keys: Vec<_> = numbers.iter().map(IssuedPaper::key_of).collect();
    let papers = store::load_many::<IssuedPaper>(ports.table, &keys).await?;
    let over = |paper: &&Stored<IssuedPaper>| paper.record.expires().is_some_and(|end| end <= today);
    Ok(papers.iter().flatten().filter(over).map(store::delete).collect())
}

/// The place of the badge in its wallet does not name the order any more.
async fn place(ports: Ports<'_>, terms: &Terms) -> Result<Option<Write>, Failure> {
    let Some(wallet) = &terms.wallet else { return Ok(None) };
    let place = store::load::<Holding>(ports.table, &Holding::key_of(wallet, &terms.replaces)).await?;
    let Some(Stored { record, version }) = place else { return Ok(None) };
    if record.order.as_ref() != Some(&terms.id) {
        return Ok(None);
    }
    Ok(Some(store::replace(version, &Holding { order: None, ..record })?))
}

/// What is left of a badge in whose place another one was issued, or whose occasion the register does not know any more, does not lead
/// to the register, and nothing is noted of its mails: the order was the last that led to it.
pub(in crate::office) async fn replaced(ports: Ports<'_>, terms: &Terms) -> Result<Vec<Write>, Failure> {
    let badge = store::load::<AnyBadge>(ports.table, &AnyBadge::key_of(&terms.replaces)).await?;
    let Some(Stored { record: AnyBadge::Deleted(badge), version }) = badge else { return Ok(Vec::new()) };
    if badge.candidate.is_nobody() {
        return Ok(Vec::new());
    }
    let candidate = store::load::<AnyCandidate>(ports.table, &badge.candidate.key()).await?;
    let current = candidate.is_some_and(|candidate| match candidate.record {
        AnyCandidate::Issued(candidate) => candidate.state.badge == badge.id,
        _ => false,
    });
    if current {
        return Ok(Vec::new());
    }
    let mut writes = occasion::reports(ports, &badge.candidate, &badge.id).await?;
    writes.push(store::replace(version, &AnyBadge::Deleted(badge.leave_register()))?);
    Ok(writes)
}
