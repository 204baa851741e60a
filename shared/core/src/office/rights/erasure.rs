//! A person asks to be erased, and an approver decides. What the law or the order of the house demands is kept, and said beforehand.
//!
//! The request itself is a record ([`Erasure`]) that says what is left to be done. It is committed together with the audit's line; whoever
//! carries it out goes on where it stopped, and the sweep does. Occasion by occasion:
//! * an order that is not paid is ended; one that is paid and not issued has to be issued or given back first;
//! * a badge that was accepted is deleted as its holder would delete it. A wallet that holds nothing but the person's badges is closed,
//!   so that its addresses go too; any other stays its owner's;
//! * then the occasion goes, with everything that hangs on it. Its month counts one more that was erased, so that the sums agree.
//!
//! In the end the orders forget whose occasions they were about, and the request is removed. Orders, receipts and the audit stay until
//! their times are over. Registered again later, it is a new person.

mod orders;
mod wallets;

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::person::{self, Person};
use crate::{
    badge::{AnyBadge, BadgeId},
    candidate::{AnyCandidate, BodyNumber, CandidateRef, OpenedMonth},
    claim::{Change, change},
    office::{
        Member, Ports, Role,
        audit::{self, Deed},
        occasion::{self, Accepted, Erasing},
    },
    order::{Actor, OrderId, Reason},
    ports::{Key, Write},
    store::{self, Failure, Record, Stored},
};

pub use self::{orders::KeptOrder, wallets::WalletFate};

/// A person's request that is being carried out. It goes when all is done.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// The body's own number for the person.
    pub number: BodyNumber,
    /// The occasions that were on record when it was decided. What is registered later is not concerned.
    pub candidates: Vec<CandidateRef>,
    /// Those of them that are not erased yet.
    pub pending: Vec<CandidateRef>,
    /// Who decided.
    pub actor: Actor,
    /// Why.
    pub reason: Reason,
    /// When.
    pub at: Timestamp,
}

/// Prints no number.
impl fmt::Debug for Erasure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Erasure({} of {} left)", self.pending.len(), self.candidates.len())
    }
}

impl Erasure {
    /// The partition of all requests that are being carried out. The sweep reads it.
    pub const PARTITION: &'static str = "ERASURES";

    /// Where the request of a person stands. There is one at most.
    pub fn key_of(number: &BodyNumber) -> Key {
        Key::new(Self::PARTITION, number.to_string())
    }
}

impl Record for Erasure {
    fn key(&self) -> Key {
        Self::key_of(&self.number)
    }
}

/// What erasing a person would do.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The person.
    pub person: Person,
    /// What becomes of the wallets that hold the badges.
    pub wallets: Vec<WalletFate>,
    /// What is kept of orders, and until when.
    pub orders: Vec<KeptOrder>,
    /// Orders that are paid and not issued: they have to be issued, or their money given back, before all can be erased.
    pub waits: Vec<OrderId>,
}

/// Looks at what erasing a person would do. Changes nothing.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn preview(ports: Ports<'_>, person: Person) -> Result<Preview, Failure> {
    let candidates = person.candidates();
    let (orders, waits) = orders::kept(ports, &candidates).await?;
    let wallets = wallets::fates(ports, &person, &candidates).await?;
    Ok(Preview { person, wallets, orders, waits })
}

/// What became of deciding that a person is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// So many occasions are to be erased from now on, or were before.
    Begun {
        /// So many.
        occasions: usize,
    },
    /// Nobody is registered so.
    Unknown,
    /// This member is no approver.
    NotApprover,
}

/// Decides that a person is erased. What follows, [`proceed`] does.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer; it is decided or not, and deciding again tells.
pub async fn begin(
    ports: Ports<'_>,
    member: &Member,
    person: &Person,
    reason: &Reason,
) -> Result<Begun, Failure> {
    if member.role < Role::Approver {
        return Ok(Begun::NotApprover);
    }
    let candidates = person.candidates();
    if candidates.is_empty() {
        return Ok(Begun::Unknown);
    }
    change(ports.of_claim(), || async {
        let key = Erasure::key_of(&person.number);
        if let Some(stored) = store::load::<Erasure>(ports.table, &key).await? {
            return Ok(Change::Nothing(Begun::Begun { occasions: stored.record.candidates.len() }));
        }
        let (at, actor) = (ports.clock.now(), member.actor());
        let deed = Deed::PersonErased { candidates: candidates.len(), reason: reason.clone() };
        let writes = vec![
            audit::line(ports.entropy, at, actor.clone(), deed)?,
            store::create(&Erasure {
                number: person.number.clone(),
                candidates: candidates.clone(),
                pending: candidates.clone(),
                actor,
                reason: reason.clone(),
                at,
            })?,
        ];
        Ok(Change::Commit(writes, Begun::Begun { occasions: candidates.len() }))
    })
    .await
}

/// How far erasing a person came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// So many occasions this call erased.
    pub erased: usize,
    /// Orders that have to be issued, or whose money has to be given back, first.
    pub waits: Vec<OrderId>,
    /// Whether nothing is left to be done.
    pub done: bool,
}

/// Goes on with erasing a person, until all is done or `until` is over. Whatever interrupts it, going on is right.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer; what was erased is.
pub async fn proceed(
    ports: Ports<'_>,
    number: &BodyNumber,
    until: Option<Timestamp>,
) -> Result<Progress, Failure> {
    let mut progress = Progress::default();
    let Some(Stored { record: erasure, .. }) = stored(ports, number).await? else {
        return Ok(Progress { done: true, ..progress });
    };
    for candidate in &erasure.pending {
        progress.waits.extend(orders::end_unpaid(ports, &erasure, candidate).await?);
    }
    for candidate in &erasure.pending {
        if until.is_some_and(|until| ports.clock.now() >= until) {
            return Ok(progress);
        }
        wallets::leave(ports, &erasure, candidate, progress.waits.is_empty()).await?;
        progress.erased += usize::from(erase(ports, number, candidate).await?);
    }
    progress.done = progress.waits.is_empty() && finish(ports, &erasure).await?;
    Ok(progress)
}

/// What the sweep did for people who are being erased.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resumed {
    /// Occasions that it erased.
    pub erased: usize,
    /// People of whom something is left, because an order is to be issued or given back first.
    pub waiting: usize,
}

/// Goes on with everybody who is being erased. One's failure does not keep the others from being seen to; the first one is told beside
/// what was done.
pub async fn resume(ports: Ports<'_>, until: Option<Timestamp>) -> (Resumed, Result<(), Failure>) {
    let mut resumed = Resumed::default();
    let erasures = match list(ports).await {
        Ok(erasures) => erasures,
        Err(error) => return (resumed, Err(error)),
    };
    let mut result = Ok(());
    for erasure in erasures {
        match proceed(ports, &erasure.number, until).await {
            Ok(progress) => {
                resumed.erased += progress.erased;
                resumed.waiting += usize::from(!progress.waits.is_empty());
            }
            Err(error) => result = result.and(Err(error)),
        }
    }
    (resumed, result)
}

/// Everybody who is being erased.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn list(ports: Ports<'_>) -> Result<Vec<Erasure>, Failure> {
    let mut erasures = Vec::new();
    store::for_each::<Erasure>(ports.table, Erasure::PARTITION, |stored| erasures.push(stored.record))
        .await?;
    Ok(erasures)
}

async fn stored(ports: Ports<'_>, number: &BodyNumber) -> Result<Option<Stored<Erasure>>, Failure> {
    Ok(store::load(ports.table, &Erasure::key_of(number)).await?)
}

/// Erases one occasion, and takes it off the list. False: it waits, or was erased before.
async fn erase(ports: Ports<'_>, number: &BodyNumber, candidate: &CandidateRef) -> Result<bool, Failure> {
    change(ports.of_claim(), move || async move {
        let Some(erasure) = stored(ports, number).await? else { return Ok(Change::Nothing(false)) };
        if !erasure.record.pending.contains(candidate) {
            return Ok(Change::Nothing(false));
        }
        let mut rest = erasure.record.clone();
        rest.pending.retain(|pending| pending != candidate);
        let settled = store::replace(erasure.version, &rest)?;
        let Some(found) = store::load::<AnyCandidate>(ports.table, &candidate.key()).await? else {
            // Its time was over meanwhile.
            return Ok(Change::Commit(vec![settled], false));
        };
        let badge = person::badge_of(&found.record).cloned();
        let waiting = wallets::of_address(ports, &found.record.details().address, badge.as_ref()).await?;
        let mut writes = match occasion::erase(ports, &found, Accepted::GoesBefore).await? {
            Erasing::By(writes) => writes,
            Erasing::Waits => return Ok(Change::Nothing(false)),
            Erasing::Again => return Ok(Change::Again),
        };
        writes.push(settled);
        writes.extend(waiting);
        writes.extend(counted(ports, candidate).await?);
        Ok(Change::Commit(writes, true))
    })
    .await
}

/// The month of an occasion says that one more of it was erased.
async fn counted(ports: Ports<'_>, candidate: &CandidateRef) -> Result<Option<Write>, Failure> {
    let month = store::load::<OpenedMonth>(ports.table, &OpenedMonth::key_of(candidate.month)).await?;
    let Some(Stored { record, version }) = month else { return Ok(None) };
    let erased = record.erased.saturating_add(1);
    Ok(Some(store::replace(version, &OpenedMonth { erased, ..record })?))
}

/// What is left when no occasion is: orders that name one. False: one of them is still to be issued or given back.
async fn finish(ports: Ports<'_>, erasure: &Erasure) -> Result<bool, Failure> {
    if !orders::forget(ports, &erasure.candidates).await? {
        return Ok(false);
    }
    change(ports.of_claim(), move || async move {
        let Some(left) = stored(ports, &erasure.number).await? else { return Ok(Change::Nothing(true)) };
        if !left.record.pending.is_empty() || left.record.at != erasure.at {
            return Ok(Change::Nothing(false));
        }
        Ok(Change::Commit(vec![store::delete(&left)], true))
    })
    .await
}

/// The name of a badge in any state.
fn id_of(badge: &AnyBadge) -> &BadgeId {
    match badge {
        AnyBadge::Unclaimed(badge) => &badge.id,
        AnyBadge::Claimed(badge) => &badge.id,
        AnyBadge::Deleted(badge) => &badge.id,
    }
}

/// The badge that a candidate has now, as it stands.
async fn badge_of(ports: Ports<'_>, candidate: &CandidateRef) -> Result<Option<AnyBadge>, Failure> {
    let found = store::load::<AnyCandidate>(ports.table, &candidate.key()).await?;
    let Some(badge) = found.as_ref().and_then(|found| person::badge_of(&found.record)) else {
        return Ok(None);
    };
    Ok(store::load::<AnyBadge>(ports.table, &AnyBadge::key_of(badge)).await?.map(|stored| stored.record))
}
