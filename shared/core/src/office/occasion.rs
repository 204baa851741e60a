//! Erasing one occasion: the one place that knows what hangs on a candidate of the register. The time of retention asks for it, and
//! the person concerned.

use super::Ports;
use crate::{
    badge::{AnyBadge, BadgeId, OwedMail, SentMail},
    candidate::{AnyCandidate, CandidateDetails, CandidateRef, Due, Occasions},
    claim::deletion,
    delivery::{BadgeDelivery, Undelivered},
    order::OpenOrder,
    ports::{Guard, Key, Write},
    reissue::open_order,
    status,
    store::{self, Failure, Record, Stored},
};

/// What becomes of a badge that its holder accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Accepted {
    /// It is its holder's, and stays with them. It does not lead to the register any more.
    Stays,
    /// It goes before its occasion does, as its holder would delete it.
    GoesBefore,
}

/// What erasing an occasion takes.
pub(super) enum Erasing {
    /// These writes do it. They are fewer than one transaction may have, by a few.
    By(Vec<Write>),
    /// Its badge has an order that is neither ended nor done.
    Waits,
    /// Another change came between.
    Again,
}

/// The writes that erase a candidate, and whatever is stored because of it: that the occasion is on record, that it is due, its badge if
/// nobody accepted it, the badge's mails and links. A place of a status list that was reserved stays, revoked for good: it names nobody.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub(super) async fn erase(
    ports: Ports<'_>,
    candidate: &Stored<AnyCandidate>,
    accepted: Accepted,
) -> Result<Erasing, Failure> {
    let details = candidate.record.details();
    let reference = CandidateRef::of(details);
    let mut writes = vec![store::delete(candidate)];
    writes.extend(without_occasion(ports, details).await?);
    match &candidate.record {
        AnyCandidate::Registered(_) | AnyCandidate::Refused(_) | AnyCandidate::Cancelled(_) => {}
        AnyCandidate::Prepared(prepared) => {
            // No badge will ever have it, and whoever looks finds all places of no badge revoked.
            let preparation = &prepared.state.preparation;
            writes.extend(status::set_bit(&preparation.list, preparation.index, ports.clock.now())?);
        }
        AnyCandidate::Issued(issued) => {
            return badge(ports, &reference, &issued.state.badge, accepted, writes).await;
        }
    }
    let due = Due { candidate: reference }.key();
    writes.extend(store::load::<Due>(ports.table, &due).await?.as_ref().map(store::delete));
    Ok(Erasing::By(writes))
}

/// Nothing is on record of the month any more.
async fn without_occasion(ports: Ports<'_>, details: &CandidateDetails) -> Result<Option<Write>, Failure> {
    let known = store::load::<Occasions>(ports.table, &Occasions::key_of(details)).await?;
    let Some(mut known) = known else { return Ok(None) };
    known.record.forget(details.month());
    if known.record.months.is_empty() && known.record.cancelled.is_empty() {
        return Ok(Some(store::delete(&known)));
    }
    Ok(Some(store::replace(known.version, &known.record)?))
}

async fn badge(
    ports: Ports<'_>,
    reference: &CandidateRef,
    badge: &BadgeId,
    accepted: Accepted,
    mut writes: Vec<Write>,
) -> Result<Erasing, Failure> {
    if open_order(ports, badge).await?.is_some() {
        return Ok(Erasing::Waits);
    }
    // Nobody orders it meanwhile.
    writes.push(Write::Check { key: OpenOrder::key_of(badge), guard: Guard::Absent });
    // Read before the links: one that is minted meanwhile is not overlooked.
    writes.extend(mails(ports, reference, badge).await?);
    match store::load::<AnyBadge>(ports.table, &AnyBadge::key_of(badge)).await? {
        None => {}
        Some(Stored { record: AnyBadge::Unclaimed(record), version }) => {
            writes.extend(deletion::remove(ports.of_claim(), &Stored { record, version }).await?);
        }
        Some(Stored { record: AnyBadge::Claimed(_), .. }) if accepted == Accepted::GoesBefore => {
            return Ok(Erasing::Again);
        }
        Some(Stored { record: AnyBadge::Claimed(badge), version }) => {
            writes.push(store::replace(version, &AnyBadge::Claimed(badge.leave_register()))?);
        }
        Some(Stored { record: AnyBadge::Deleted(badge), version }) => {
            writes.push(store::replace(version, &AnyBadge::Deleted(badge.leave_register()))?);
        }
    }
    Ok(Erasing::By(writes))
}

/// The writes that erase the mail of a badge, owed or sent, and what became of it.
async fn mails(ports: Ports<'_>, reference: &CandidateRef, badge: &BadgeId) -> Result<Vec<Write>, Failure> {
    let at = |partition: String| Key::new(partition, badge.to_string());
    let owed = store::load::<OwedMail>(ports.table, &at(OwedMail::partition(reference.shard()))).await?;
    let sent = store::load::<SentMail>(ports.table, &at(SentMail::partition(reference.shard()))).await?;
    let reports = reports(ports, reference, badge).await?;
    Ok(owed.iter().map(store::delete).chain(sent.iter().map(store::delete)).chain(reports).collect())
}

/// The writes that erase what the mail service told of the mails about a badge.
pub(super) async fn reports(
    ports: Ports<'_>,
    reference: &CandidateRef,
    badge: &BadgeId,
) -> Result<Vec<Write>, Failure> {
    let delivery = BadgeDelivery::key_of(reference.shard(), badge);
    let delivery = store::load::<BadgeDelivery>(ports.table, &delivery).await?;
    let undelivered = Undelivered::key_of(reference.shard(), badge);
    let undelivered = store::load::<Undelivered>(ports.table, &undelivered).await?;
    Ok(delivery.iter().map(store::delete).chain(undelivered.iter().map(store::delete)).collect())
}
