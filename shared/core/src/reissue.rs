//! The reissue: a deleted badge is ordered again, paid, issued by the code that issues all badges, and receipted.
//!
//! Laws, each kept by one transaction:
//! * an order changes together with the mail it owes and one line of its trail;
//! * of the money that came in, every yen is in one place: it settled an order that is issued or on its way, it is parked
//!   until the staff have looked, or it was given back. The same money told of twice is the same [`Payment`](crate::order::Payment);
//! * a badge has at most one open order, an occasion at most one badge that is not deleted;
//! * receipts and credit notes are numbered without a gap, and never change.
//!
//! What was paid is issued at once ([`issue`]). What keeps that from happening is mended by [`heal`], which the sweep calls.

pub mod favour;
pub mod heal;
pub mod issue;
pub mod order;
pub mod papers;
pub mod pay;
pub mod refund;
pub mod restore;
pub mod staff;
pub mod statement;

use jiff::Timestamp;

use crate::{
    address::MailAddress,
    badge::BadgeId,
    candidate::{AnyCandidate, Candidate, CandidateRef, Issued},
    claim,
    letter::Subject,
    order::{Actor, AnyOrder, Happened, OpenOrder, OrderId, OwedBadge, Terms, TrailLine},
    ports::{Clock, Entropy, Table, Write, WriteError},
    programme::Programme,
    store::{self, Failure, Stored},
    wallet::{AddressHash, Holding},
};

/// What everything but [`issue`] and [`heal`] may use: no signer, no mailer.
#[derive(Clone, Copy)]
pub struct Ports<'a> {
    /// State.
    pub table: &'a dyn Table,
    /// Time.
    pub clock: &'a dyn Clock,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
    /// The programme's facts.
    pub programme: &'a Programme,
}

impl std::fmt::Debug for Ports<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("reissue::Ports")
    }
}

impl<'a> Ports<'a> {
    /// What recipients' use cases take of them.
    pub fn of_claim(&self) -> claim::Ports<'a> {
        claim::Ports { table: self.table, clock: self.clock, entropy: self.entropy }
    }
}

/// One more line of an order's trail.
fn step(terms: &mut Terms, at: Timestamp, actor: Actor, happened: Happened) -> Result<Write, WriteError> {
    terms.steps = terms.steps.saturating_add(1);
    store::create(&TrailLine { order: terms.id.clone(), step: terms.steps, at, actor, happened })
}

pub(crate) async fn stored_order(
    ports: Ports<'_>,
    id: &OrderId,
) -> Result<Option<Stored<AnyOrder>>, Failure> {
    Ok(store::load(ports.table, &AnyOrder::key_of(id)).await?)
}

pub(crate) async fn open_order(
    ports: Ports<'_>,
    badge: &BadgeId,
) -> Result<Option<Stored<OpenOrder>>, Failure> {
    Ok(store::load(ports.table, &OpenOrder::key_of(badge)).await?)
}

/// The writes that end the debt and the open order of a badge.
async fn no_longer_owed(table: &dyn Table, terms: &Terms) -> Result<Vec<Write>, Failure> {
    let open = store::load::<OpenOrder>(table, &OpenOrder::key_of(&terms.replaces)).await?;
    let owed = store::load::<OwedBadge>(table, &OwedBadge::key_of(&terms.id)).await?;
    Ok(open.iter().map(store::delete).chain(owed.iter().map(store::delete)).collect())
}

/// The candidate of an occasion that has its badge.
pub(crate) async fn issued_candidate(
    table: &dyn Table,
    reference: &CandidateRef,
) -> Result<Option<Stored<Candidate<Issued>>>, Failure> {
    Ok(match store::load::<AnyCandidate>(table, &reference.key()).await? {
        Some(Stored { record: AnyCandidate::Issued(record), version }) => Some(Stored { record, version }),
        _ => None,
    })
}

/// The place of a badge in the wallet that knows this address.
pub(crate) async fn place_by(
    ports: claim::Ports<'_>,
    address: &MailAddress,
    badge: &BadgeId,
) -> Result<Option<Stored<Holding>>, Failure> {
    let Some(owner) = claim::owner(ports, &AddressHash::of(address)).await? else { return Ok(None) };
    Ok(store::load(ports.table, &Holding::key_of(&owner.record.wallet, badge)).await?)
}

/// A letter to whom an order is about: to the wallet's main address, or, if there is no wallet, to the address on record.
async fn letter(ports: Ports<'_>, terms: &Terms, subject: Subject) -> Result<Option<Write>, Failure> {
    let Some(to) = recipient(ports, terms).await? else { return Ok(None) };
    Ok(Some(claim::letter(ports.of_claim(), &to, subject)?))
}

async fn recipient(ports: Ports<'_>, terms: &Terms) -> Result<Option<MailAddress>, Failure> {
    if let Some(wallet) = &terms.wallet
        && let Some(wallet) = claim::stored_wallet(ports.of_claim(), wallet).await?
        && let Some(main) = wallet.record.main_address()
    {
        return Ok(Some(main.clone()));
    }
    let candidate = issued_candidate(ports.table, &terms.candidate).await?;
    Ok(candidate.map(|candidate| candidate.record.details.address))
}
