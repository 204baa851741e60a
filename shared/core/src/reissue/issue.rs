//! A paid badge is issued again: by the code that issues all badges, under a new name and a new place in a status list, with the date
//! and the validity that it had. The old one stays revoked.
//!
//! As in the monthly run, two commits: *prepare* freezes what will be signed, *commit* puts the badge, the register's new
//! entry, the holder's place for it and the mail in the place of the debt.

use super::step;
use crate::{
    achievement::Achievement,
    address::MailAddress,
    badge::{AnyBadge, Badge, BadgeId, Consent, OwedMail, SentMail, Visibility},
    candidate::{AnyCandidate, Candidate, Issued},
    claim::{deletion, holdings, letter, stored_wallet},
    issuance::{
        Signing,
        build::{self, NotPrepared},
        signing::{self, Made},
    },
    letter::Subject,
    order::{Actor, AnyOrder, Happened, Order, OrderId, Paid},
    ports::{Key, Write, WriteError},
    status::{self, StatusSlot},
    store::{self, Failure, Stored},
    wallet::{Holding, Wallet, WalletId},
};

/// How often an order is read again after losing a race.
const ROUNDS: u32 = 16;

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// This call issued the badge.
    Issued,
    /// Nothing is owed: it was issued already, or the money was given back.
    NothingOwed,
}

/// Issues the badge of an order that is paid.
///
/// # Errors
/// [`Failure::TryAgain`] if a port does not answer; [`Failure::NeedsPerson`] if the badge cannot be issued any more, so that the
/// staff give the money back. What is owed stays owed.
pub async fn issue(ports: Signing<'_>, order: &OrderId, actor: &Actor) -> Result<Outcome, Failure> {
    for round in 0..ROUNDS {
        let found = store::load::<AnyOrder>(ports.table, &AnyOrder::key_of(order)).await?;
        let Some(Stored { record: AnyOrder::Paid(order), version }) = found else {
            return Ok(Outcome::NothingOwed);
        };
        let prepared = order.state.preparation.as_deref().filter(|it| it.key == ports.signer.fragment());
        let (writes, done) = match prepared {
            None => (prepare(ports, order, version, round).await?, false),
            Some(preparation) => {
                let made = signing::make(ports, preparation).await?;
                (commit(ports, order, version, made, actor).await?, true)
            }
        };
        match store::commit(ports.table, ports.entropy, writes).await {
            Ok(()) if done => return Ok(Outcome::Issued),
            // Whoever lost a race reads again, and goes on from what stands there.
            Ok(()) | Err(WriteError::Conflict { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Failure::TryAgain("an order is contended".to_owned()))
}

/// Where the badge stands whose place another one takes.
struct Place {
    candidate: Stored<Candidate<Issued>>,
    old: Stored<AnyBadge>,
}

async fn place(ports: Signing<'_>, order: &Order<Paid>) -> Result<Place, Failure> {
    let terms = &order.terms;
    let wrong = |what: &str| Failure::NeedsPerson(format!("order {}: {what}", terms.id));
    let candidate = super::issued_candidate(ports.table, &terms.candidate).await?;
    let candidate = candidate.filter(|found| found.record.state.badge == terms.replaces);
    let candidate = candidate.ok_or_else(|| wrong("its occasion has another badge"))?;
    let old = store::load::<AnyBadge>(ports.table, &AnyBadge::key_of(&terms.replaces)).await?;
    let old = old.ok_or_else(|| wrong("the badge that it replaces is missing"))?;
    if matches!(&old.record, AnyBadge::Deleted(badge) if badge.barred().is_some()) {
        return Err(wrong("the badge that it replaces was revoked by the issuer"));
    }
    Ok(Place { candidate, old })
}

async fn prepare(
    ports: Signing<'_>,
    order: Order<Paid>,
    version: u64,
    round: u32,
) -> Result<Vec<Write>, Failure> {
    if let Some(preparation) = order.state.preparation.as_deref() {
        // The key was changed since. Nothing was given out, so the proof may change.
        let mut again = preparation.clone();
        again.proof = build::proof(ports, ports.clock.now())?;
        ports.signer.fragment().clone_into(&mut again.key);
        return Ok(vec![store::replace(version, &AnyOrder::Paid(order.prepare(again)))?]);
    }
    let details = place(ports, &order).await?.candidate.record.details;
    let key = Achievement::key_of(&order.terms.achievement);
    let achievement = store::load::<Achievement>(ports.table, &key).await?.map(|stored| stored.record);
    let slot = status::random_slot(ports.entropy, order.terms.candidate.month, 1, round);
    let (now, valid_until) = (ports.clock.now(), order.terms.valid_until);
    let prepared = build::prepare_again(ports, &details, achievement.as_ref(), slot, valid_until, now);
    let preparation = prepared.map_err(|error| match error {
        NotPrepared::Failed(failure) => failure,
        NotPrepared::Refused(reason) => {
            Failure::NeedsPerson(format!("order {} cannot be issued: {reason:?}", order.terms.id))
        }
    })?;
    let slot = StatusSlot {
        list: preparation.list.clone(),
        index: preparation.index,
        badge: preparation.badge.clone(),
    };
    Ok(vec![store::replace(version, &AnyOrder::Paid(order.prepare(preparation)))?, store::create(&slot)?])
}

async fn commit(
    ports: Signing<'_>,
    mut order: Order<Paid>,
    version: u64,
    Made { signed, token }: Made,
    actor: &Actor,
) -> Result<Vec<Write>, Failure> {
    let Place { candidate, old } = place(ports, &order).await?;
    let Some(preparation) = order.state.preparation.clone() else { return Ok(Vec::new()) };
    let now = ports.clock.now();
    let badge = Badge::issue(&preparation, &candidate.record.details, &signed, token, now);
    let id = badge.id.clone();
    let (shard, terms) = (order.terms.candidate.shard(), order.terms.clone());
    let consent = terms.consent.clone().or_else(|| agreed(&old.record));
    // The old mail is read before the old badge's links: one that is minted meanwhile is not overlooked.
    let mut writes = announced(ports, &terms.replaces, &order).await?;
    writes.extend(retire(ports, old, &id, terms.wallet.as_ref()).await?);
    let wallet = match &terms.wallet {
        Some(wallet) => home(ports, wallet, &candidate.record.details.address, &terms.replaces).await?,
        None => None,
    };
    order.terms.wallet = wallet.as_ref().map(|wallet| wallet.record.id.clone());
    let about = Subject::BadgeReissued { order: terms.id.clone() };
    if let (Some(wallet), Some(consent)) = (wallet, consent) {
        // The same wallet accepted it by ordering it: nobody has to open another mail.
        let claimed = badge.claim(&wallet.record.id, Visibility::Private, consent.version, consent.at);
        let told = OwedMail::new(id.clone(), shard).sent(now);
        writes.extend(replaced(ports, &wallet.record.id, &order, &id).await?);
        writes.push(store::create(&Holding::of(&wallet.record.id, &claimed))?);
        writes.push(store::create(&AnyBadge::Claimed(claimed))?);
        writes.push(store::create(&SentMail { settled: true, ..told })?);
        if let Some(to) = wallet.record.main_address() {
            writes.push(letter(ports.of_claim(), to, about)?);
        }
        // Closing the wallet at this moment leaves no badge behind.
        writes.push(store::replace(wallet.version, &wallet.record)?);
    } else {
        if order.state.settlement.paid().is_some() {
            // Its receipt; the badge itself is announced.
            writes.push(letter(ports.of_claim(), &badge.address, about)?);
        }
        writes.push(store::create(&AnyBadge::Unclaimed(badge))?);
        writes.push(store::create(&OwedMail::new(id.clone(), shard))?);
    }
    let issued = candidate.record.reissue(id.clone(), terms.id.clone(), now);
    writes.push(store::replace(candidate.version, &AnyCandidate::Issued(issued))?);
    let mut order = order.reissue(id, now);
    writes.push(step(&mut order.terms, now, actor.clone(), Happened::Reissued)?);
    writes.push(store::replace(version, &AnyOrder::Reissued(order))?);
    writes.extend(super::no_longer_owed(ports.table, &terms).await?);
    Ok(writes)
}

/// What the holder of the old badge agreed to.
fn agreed(old: &AnyBadge) -> Option<Consent> {
    match old {
        AnyBadge::Claimed(badge) => Some(badge.state.consent.clone()),
        AnyBadge::Unclaimed(_) | AnyBadge::Deleted(_) => None,
    }
}

/// The wallet that the badge comes into: the one that ordered it, or, if that is closed, the one that knows the address on record and
/// holds the proof of the badge.
async fn home(
    ports: Signing<'_>,
    ordered_by: &WalletId,
    on_record: &MailAddress,
    replaces: &BadgeId,
) -> Result<Option<Stored<Wallet>>, Failure> {
    let claim = ports.of_claim();
    if let Some(wallet) = stored_wallet(claim, ordered_by).await? {
        return Ok(Some(wallet));
    }
    match super::place_by(claim, on_record, replaces).await? {
        Some(place) => stored_wallet(claim, &place.record.wallet).await,
        None => Ok(None),
    }
}

/// The place of the deleted badge says which one took it.
async fn replaced(
    ports: Signing<'_>,
    wallet: &WalletId,
    order: &Order<Paid>,
    new: &BadgeId,
) -> Result<Option<Write>, Failure> {
    let key = Holding::key_of(wallet, &order.terms.replaces);
    let place = store::load::<Holding>(ports.table, &key).await?;
    // That of a badge which was not deleted changes with it.
    let Some(Stored { record, version }) = place.filter(|place| place.record.deleted) else {
        return Ok(None);
    };
    Ok(Some(store::replace(version, &Holding { again: Some(new.clone()), ..record })?))
}

/// The new badge's mail stands in the place of the old one's: an occasion has one.
async fn announced(ports: Signing<'_>, old: &BadgeId, order: &Order<Paid>) -> Result<Vec<Write>, Failure> {
    let shard = order.terms.candidate.shard();
    let sent = Key::new(SentMail::partition(shard), old.to_string());
    let owed = Key::new(OwedMail::partition(shard), old.to_string());
    let sent = store::load::<SentMail>(ports.table, &sent).await?;
    let owed = store::load::<OwedMail>(ports.table, &owed).await?;
    Ok(sent.iter().map(store::delete).chain(owed.iter().map(store::delete)).collect())
}

/// The writes that end a badge which the staff replace before its holder deleted it: it is revoked, its links are void. The wallet
/// into which the new one comes is replaced with that one.
async fn retire(
    ports: Signing<'_>,
    old: Stored<AnyBadge>,
    new: &BadgeId,
    into: Option<&WalletId>,
) -> Result<Vec<Write>, Failure> {
    let claim = ports.of_claim();
    match old.record {
        AnyBadge::Deleted(_) => Ok(Vec::new()),
        AnyBadge::Unclaimed(badge) => {
            deletion::withdraw(claim, Stored { record: badge, version: old.version }, None).await
        }
        AnyBadge::Claimed(badge) => {
            let place = holdings::place_of(claim, &badge).await?;
            let Some(Stored { record: place, version }) = place else {
                return Err(Failure::NeedsPerson(format!(
                    "badge {} is in a wallet that its address does not lead to: its holder has to delete it",
                    badge.id
                )));
            };
            let wallet = place.wallet.clone();
            let mut writes =
                vec![store::replace(version, &Holding { deleted: true, again: Some(new.clone()), ..place })?];
            let stored = Stored { record: badge, version: old.version };
            writes.extend(deletion::revoke(claim, &wallet, stored, None).await?);
            if into != Some(&wallet)
                && let Some(changed) = stored_wallet(claim, &wallet).await?
            {
                // What strangers see of the wallet's other badges changes with it, one change after the other.
                writes.push(store::replace(changed.version, &changed.record)?);
            }
            Ok(writes)
        }
    }
}
