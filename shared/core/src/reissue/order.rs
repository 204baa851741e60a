//! Ordering a deleted badge, by the owner of the wallet that holds the proof of it.

use jiff::{SignedDuration, Timestamp};
use payments::reference::{FIRST_NUMBER, LAST_NUMBER, PaymentReference};

use super::{Ports, issued_candidate, letter, open_order, step, stored_order};
use crate::{
    badge::{AnyBadge, BadgeId, Consent, ConsentVersion, DeletedBadge, Revoked},
    calendar,
    candidate::{Candidate, Issued},
    claim::{Change, change, stored_wallet},
    letter::Subject,
    money::Fee,
    order::{
        Actor, Addressee, AnyOrder, Happened, OpenOrder, Order, OrderId, OrderReference, PAYMENT_VALIDITY,
        Terms,
    },
    ports::{Entropy, Guard, Write},
    store::{self, Failure, Stored},
    wallet::{Holding, WalletId},
};

/// From the beginning of a day to its end.
const LAST_MOMENT: SignedDuration = SignedDuration::from_secs(24 * 60 * 60 - 1);

/// Whether a badge can be ordered again.
#[derive(Debug, Clone)]
pub enum Orderable {
    /// It can.
    Offer(Box<Offer>),
    /// It has an order that is neither ended nor done.
    Running(OrderId),
    /// It was issued again.
    IssuedAgain(BadgeId),
    /// Its validity is over: it is not sold again.
    Expired(Timestamp),
    /// It is not deleted.
    NotDeleted,
    /// Another wallet that had proof of it ordered it.
    OrderedElsewhere,
    /// The issuer revoked it.
    Revoked(Revoked),
    /// The register does not know its occasion any more.
    OffRecord,
}

/// What may be ordered.
#[derive(Debug, Clone)]
pub struct Offer {
    /// What is left of the badge.
    pub badge: DeletedBadge,
    /// To whom the receipt is made out if nothing else is typed: the name on record.
    pub addressee: Option<Addressee>,
    /// What it costs.
    pub fee: Fee,
}

/// Looks whether a badge of a wallet can be ordered again. None: the wallet has no such badge.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn look(
    ports: Ports<'_>,
    wallet: &WalletId,
    badge: &BadgeId,
) -> Result<Option<Orderable>, Failure> {
    let Some(holding) = store::load::<Holding>(ports.table, &Holding::key_of(wallet, badge)).await? else {
        return Ok(None);
    };
    Ok(Some(match found(ports, wallet, &holding.record).await? {
        Found::Deleted { badge, candidate, .. } => Orderable::Offer(Box::new(Offer {
            addressee: Addressee::parse(candidate.record.details.name.as_str()).ok(),
            badge: *badge,
            fee: ports.programme.reissue.fee,
        })),
        Found::Otherwise(orderable) => orderable,
    }))
}

/// What ordering came to.
#[derive(Debug, Clone)]
pub enum Ordered {
    /// This order stands now, or stood already.
    Order(OrderId),
    /// As [`look`] says.
    Not(Orderable),
}

/// Orders a deleted badge. Whoever orders twice finds the first order. None: the wallet has no such badge.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer; it is ordered or not, and ordering again tells.
pub async fn place(
    ports: Ports<'_>,
    wallet: &WalletId,
    badge: &BadgeId,
    addressee: &Addressee,
    wording: &ConsentVersion,
) -> Result<Option<Ordered>, Failure> {
    change(ports.of_claim(), move || async move {
        let Some(owner) = stored_wallet(ports.of_claim(), wallet).await? else {
            return Ok(Change::Nothing(None));
        };
        let place = store::load::<Holding>(ports.table, &Holding::key_of(wallet, badge)).await?;
        let Some(place) = place else { return Ok(Change::Nothing(None)) };
        let (deleted, version, candidate) = match found(ports, wallet, &place.record).await? {
            Found::Deleted { badge, version, candidate } => (badge, version, candidate),
            Found::Otherwise(Orderable::Running(order)) => {
                return Ok(Change::Nothing(Some(Ordered::Order(order))));
            }
            Found::Otherwise(orderable) => return Ok(Change::Nothing(Some(Ordered::Not(orderable)))),
        };
        let now = ports.clock.now();
        let pay_by = pay_by(now, deleted.valid_until)?;
        let id = OrderId::random(ports.entropy, now);
        let reference = random_reference(ports.entropy)?;
        let mut terms = Terms {
            id: id.clone(),
            reference,
            wallet: Some(wallet.clone()),
            addressee: Some(addressee.clone()),
            consent: Some(Consent { version: wording.clone(), at: now }),
            ..terms(ports, &deleted, id.clone(), reference, now)
        };
        let trail = step(&mut terms, now, Actor::Holder, Happened::Placed)?;
        let mail = letter(ports, &terms, Subject::OrderPlaced { order: id.clone() }).await?;
        let kept = Holding { order: Some(id.clone()), ..place.record };
        let open = OpenOrder { badge: badge.clone(), order: id.clone(), pay_by: Some(pay_by) };
        let mut writes = vec![
            store::create(&AnyOrder::Awaiting(Order::place(terms, pay_by)))?,
            store::create(&open)?,
            store::create(&OrderReference { reference, order: id.clone() })?,
            store::replace(place.version, &kept)?,
            store::replace(owner.version, &owner.record)?,
            // Nobody had it issued again meanwhile, nor revoked it.
            Write::Check { key: deleted.candidate.key(), guard: Guard::Version(candidate.version) },
            Write::Check { key: AnyBadge::key_of(badge), guard: Guard::Version(version) },
            trail,
        ];
        writes.extend(mail);
        Ok(Change::Commit(writes, Some(Ordered::Order(id))))
    })
    .await
}

/// Until the end of a day in Japan, and never beyond the badge's own validity.
fn pay_by(now: Timestamp, valid_until: Option<Timestamp>) -> Result<Timestamp, Failure> {
    let last_day = calendar::japan_date(store::after(now, PAYMENT_VALIDITY)?);
    let end = store::after(calendar::start_of(last_day), LAST_MOMENT)?;
    Ok(valid_until.map_or(end, |valid_until| valid_until.min(end)))
}

/// What became of changing a receipt's addressee.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addressed {
    /// The receipt will be made out to it.
    Changed,
    /// The receipt is issued, or the order has ended: nothing changes any more.
    TooLate,
}

/// Changes to whom the receipt of an order will be made out, as long as it is not issued. None: the wallet has no such order.
///
/// # Errors
/// As [`place`].
pub async fn address_receipt(
    ports: Ports<'_>,
    wallet: &WalletId,
    order: &OrderId,
    addressee: &Addressee,
) -> Result<Option<Addressed>, Failure> {
    change(ports.of_claim(), move || async move {
        let stored = of_wallet(ports, wallet, order).await?;
        let Some(Stored { record, version }) = stored else { return Ok(Change::Nothing(None)) };
        let AnyOrder::Awaiting(order) = record else {
            return Ok(Change::Nothing(Some(Addressed::TooLate)));
        };
        let mut order = order.address_receipt_to(addressee.clone());
        let trail = step(&mut order.terms, ports.clock.now(), Actor::Holder, Happened::AddresseeChanged)?;
        let writes = vec![store::replace(version, &AnyOrder::Awaiting(order))?, trail];
        Ok(Change::Commit(writes, Some(Addressed::Changed)))
    })
    .await
}

/// An order of a wallet. None: the wallet has no such order.
///
/// # Errors
/// As [`look`].
pub async fn one(ports: Ports<'_>, wallet: &WalletId, order: &OrderId) -> Result<Option<AnyOrder>, Failure> {
    Ok(of_wallet(ports, wallet, order).await?.map(|stored| stored.record))
}

async fn of_wallet(
    ports: Ports<'_>,
    wallet: &WalletId,
    order: &OrderId,
) -> Result<Option<Stored<AnyOrder>>, Failure> {
    let stored = stored_order(ports, order).await?;
    Ok(stored.filter(|stored| stored.record.terms().wallet.as_ref() == Some(wallet)))
}

/// What an order of a badge says before anything is agreed.
pub(super) fn terms(
    ports: Ports<'_>,
    badge: &DeletedBadge,
    id: OrderId,
    reference: PaymentReference,
    at: Timestamp,
) -> Terms {
    Terms {
        id,
        reference,
        wallet: None,
        candidate: badge.candidate.clone(),
        replaces: badge.id.clone(),
        achievement: badge.achievement.clone(),
        name: badge.name.clone(),
        kind: badge.kind,
        date: badge.date,
        valid_until: badge.valid_until,
        fee: ports.programme.reissue.fee,
        addressee: None,
        consent: None,
        asked_at: at,
        steps: 0,
        disputed: false,
    }
}

/// A reference that is probably not given yet; whoever commits it finds out.
pub(super) fn random_reference(entropy: &dyn Entropy) -> Result<PaymentReference, Failure> {
    let mut bytes = [0; 8];
    entropy.fill(&mut bytes);
    let (first, last) = (FIRST_NUMBER, LAST_NUMBER);
    let number = u64::from(first) + u64::from_le_bytes(bytes) % u64::from(last - first + 1);
    let reference = u32::try_from(number).ok().and_then(PaymentReference::from_number);
    reference.ok_or_else(|| Failure::NeedsPerson("a random reference is out of its range".to_owned()))
}

enum Found {
    Deleted { badge: Box<DeletedBadge>, version: u64, candidate: Box<Stored<Candidate<Issued>>> },
    Otherwise(Orderable),
}

async fn found(ports: Ports<'_>, wallet: &WalletId, place: &Holding) -> Result<Found, Failure> {
    let badge = store::load::<AnyBadge>(ports.table, &AnyBadge::key_of(&place.badge)).await?;
    let Some(Stored { record: AnyBadge::Deleted(badge), version }) = badge else {
        return Ok(Found::Otherwise(Orderable::NotDeleted));
    };
    // Read before the candidate: an order that is done in between is seen by one of the two.
    let open = open_order(ports, &badge.id).await?;
    let candidate = issued_candidate(ports.table, &badge.candidate).await?;
    let Some(candidate) = candidate else {
        let again = place.again.clone().map(Orderable::IssuedAgain);
        return Ok(Found::Otherwise(again.unwrap_or(Orderable::OffRecord)));
    };
    if candidate.record.state.badge != badge.id {
        let again = candidate.record.state.badge;
        return Ok(Found::Otherwise(Orderable::IssuedAgain(again)));
    }
    if let Some(open) = open {
        let order = stored_order(ports, &open.record.order).await?;
        let ours = order.is_some_and(|order| order.record.terms().wallet.as_ref() == Some(wallet));
        let orderable =
            if ours { Orderable::Running(open.record.order) } else { Orderable::OrderedElsewhere };
        return Ok(Found::Otherwise(orderable));
    }
    if let Some(revoked) = badge.revoked {
        return Ok(Found::Otherwise(Orderable::Revoked(revoked)));
    }
    if let Some(end) = badge.valid_until.filter(|end| *end < ports.clock.now()) {
        return Ok(Found::Otherwise(Orderable::Expired(end)));
    }
    Ok(Found::Deleted { badge: Box::new(badge), version, candidate: Box::new(candidate) })
}
