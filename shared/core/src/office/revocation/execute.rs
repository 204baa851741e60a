//! An agreed proposal is done badge by badge, each in one transaction.

use jiff::{SignedDuration, Timestamp};

use super::{
    AnyProposal, Outcome, OwedRevocation, ProposalId, Unfit,
    fitness::{Fit, fitness},
    propose::stored,
};
use crate::{
    address::MailAddress,
    badge::{
        AnyBadge, Badge, BadgeId, Claimed, DeletedBadge, GoneBadge, Ground, Revoked, RevokedBadge, Unclaimed,
    },
    candidate::PersonName,
    claim::{Change, change, deletion, holdings, letter, stored_wallet},
    letter::Subject,
    office::{
        Ports,
        audit::{self, Deed},
    },
    order::{Actor, OrderId, Reason},
    ports::Write,
    programme::Bilingual,
    reissue::{favour::ended, issued_candidate},
    store::{self, Failure, Stored},
    wallet::Holding,
};

/// How an agreed proposal stands after it was worked on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// So many badges this call revoked.
    pub revoked: usize,
    /// Badges that wait for the staff.
    pub waiting: Vec<Waiting>,
    /// So many were not looked at, because the time was over, or could not be settled now.
    pub left: usize,
}

/// A badge that cannot be revoked before an order is taken back, or its money given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The badge.
    pub badge: BadgeId,
    /// The order.
    pub order: OrderId,
}

/// Goes on with an agreed proposal until every badge is settled or `until` is over; any other proposal is left as it is. Whatever
/// interrupts it, executing again goes on. One badge's failure does not keep the others from being settled; the first one is told
/// beside what was done.
pub async fn execute(
    ports: Ports<'_>,
    id: &ProposalId,
    until: Option<Timestamp>,
) -> (Progress, Result<(), Failure>) {
    let mut progress = Progress::default();
    let pending = match stored(ports, id).await {
        Ok(Some(Stored { record: AnyProposal::Agreed(proposal), .. })) => proposal.pending(),
        Ok(_) => return (progress, Ok(())),
        Err(error) => return (progress, Err(error)),
    };
    let mut result = Ok(());
    for badge in pending {
        if until.is_some_and(|until| ports.clock.now() >= until) {
            progress.left += 1;
            continue;
        }
        match settle(ports, id, &badge).await {
            Ok(Step::Settled { revoked }) => progress.revoked += usize::from(revoked),
            Ok(Step::Waits(order)) => progress.waiting.push(Waiting { badge, order }),
            Err(error) => {
                progress.left += 1;
                result = result.and(Err(error));
            }
        }
    }
    (progress, result)
}

/// What the sweep did for agreed proposals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Resumed {
    /// Badges that it revoked.
    pub revoked: usize,
    /// Badges that wait for an order to be taken back, or its money to be given back.
    pub waiting: usize,
}

/// Goes on with every agreed proposal that is not done. One's failure does not keep the others from being seen to.
pub async fn resume(ports: Ports<'_>, until: Option<Timestamp>) -> (Resumed, Result<(), Failure>) {
    let mut resumed = Resumed::default();
    let mut owed = Vec::new();
    let read = store::for_each::<OwedRevocation>(ports.table, OwedRevocation::PARTITION, |stored| {
        owed.push(stored.record.proposal);
    });
    if let Err(error) = read.await {
        return (resumed, Err(error.into()));
    }
    let mut result = Ok(());
    for proposal in owed {
        let (progress, done) = execute(ports, &proposal, until).await;
        resumed.revoked += progress.revoked;
        resumed.waiting += progress.waiting.len();
        result = result.and(done);
    }
    (resumed, result)
}

/// Agreed badges that are still to be revoked are so longer than it takes by itself: the sweep has been there twice.
const PATIENCE: SignedDuration = SignedDuration::from_mins(30);

/// What is agreed, and needs a person before it can be done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unfinished {
    /// Badges that are not revoked yet, though long agreed.
    pub stuck: usize,
    /// Badges that wait for an order to be taken back, or its money to be given back.
    pub waiting: usize,
}

/// What of these proposals is agreed, and needs a person before it can be done.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn unfinished(ports: Ports<'_>, proposals: &[AnyProposal]) -> Result<Unfinished, Failure> {
    let (now, mut unfinished) = (ports.clock.now(), Unfinished::default());
    for proposal in proposals {
        let AnyProposal::Agreed(proposal) = proposal else { continue };
        let is_late = now.duration_since(proposal.state.agreed_at) >= PATIENCE;
        for badge in proposal.pending() {
            match fitness(ports, &badge, Some(proposal.terms.ground)).await? {
                Err(Unfit::OnItsWay(_)) => unfinished.waiting += 1,
                _ => unfinished.stuck += usize::from(is_late),
            }
        }
    }
    Ok(unfinished)
}

enum Step {
    Settled { revoked: bool },
    Waits(OrderId),
}

async fn settle(ports: Ports<'_>, id: &ProposalId, badge: &BadgeId) -> Result<Step, Failure> {
    change(ports.of_claim(), move || async move {
        let Some(Stored { record: AnyProposal::Agreed(proposal), version }) = stored(ports, id).await? else {
            return Ok(Change::Nothing(Step::Settled { revoked: false }));
        };
        if !proposal.awaits(badge) {
            return Ok(Change::Nothing(Step::Settled { revoked: false }));
        }
        let terms = &proposal.terms;
        let (mut writes, outcome) = match fitness(ports, badge, Some(terms.ground)).await? {
            Ok(fit) => {
                match revoked(ports, fit, terms.ground, &proposal.state.agreed_by, &terms.reason).await? {
                    Some(writes) => (writes, Outcome::Revoked),
                    None => return Ok(Change::Again),
                }
            }
            Err(Unfit::Already(_)) => (Vec::new(), Outcome::Already),
            Err(Unfit::Replaced(by)) => (Vec::new(), Outcome::Replaced { by }),
            Err(Unfit::Unknown) => (Vec::new(), Outcome::Unknown),
            Err(Unfit::OnItsWay(order)) => return Ok(Change::Nothing(Step::Waits(order))),
        };
        let (now, revoked) = (ports.clock.now(), outcome == Outcome::Revoked);
        if revoked {
            // Whoever agreed did it, whatever machine does the rest.
            let (actor, proposal) = (proposal.state.agreed_by.clone(), id.to_string());
            let deed = Deed::BadgeRevoked { proposal, badge: badge.clone() };
            writes.push(audit::line(ports.entropy, now, actor, deed)?);
        }
        let settled = proposal.settle(badge.clone(), outcome, now);
        if matches!(settled, AnyProposal::Done(_)) {
            let owed = store::load::<OwedRevocation>(ports.table, &OwedRevocation::key_of(id)).await?;
            writes.extend(owed.as_ref().map(store::delete));
        }
        writes.push(store::replace(version, &settled)?);
        Ok(Change::Commit(writes, Step::Settled { revoked }))
    })
    .await
}

/// The writes that revoke a badge, whatever state it is in. None: another change came between.
async fn revoked(
    ports: Ports<'_>,
    fit: Fit,
    ground: Ground,
    actor: &Actor,
    reason: &Reason,
) -> Result<Option<Vec<Write>>, Failure> {
    let Stored { record, version } = fit.badge;
    let order_ended = fit.unpaid.is_some();
    let writes = match record {
        AnyBadge::Unclaimed(record) => Some(of_unclaimed(ports, Stored { record, version }, ground).await?),
        AnyBadge::Claimed(record) => of_claimed(ports, Stored { record, version }, ground).await?,
        AnyBadge::Deleted(record) => {
            Some(of_deleted(ports, Stored { record, version }, ground, order_ended).await?)
        }
    };
    let Some(mut writes) = writes else { return Ok(None) };
    if let Some((open, Stored { record: order, version })) = fit.unpaid {
        writes.push(store::delete(&open));
        writes.extend(ended(ports, (order, version), actor, reason)?);
    }
    Ok(Some(writes))
}

async fn of_unclaimed(
    ports: Ports<'_>,
    stored: Stored<Badge<Unclaimed>>,
    ground: Ground,
) -> Result<Vec<Write>, Failure> {
    let badge = &stored.record;
    let owed = deletion::owed_mail(ports.of_claim(), &badge.id, &badge.candidate).await?;
    let mut writes = match &owed {
        Some(owed) => deletion::settled(ports.of_claim(), owed)?.into(),
        None => Vec::new(),
    };
    writes.push(noted(ports, &badge.id, ground)?);
    // Who was never told of the badge is not told of its end.
    if owed.is_none_or(|owed| owed.record.attempts > 0 || owed.record.announced_at.is_some()) {
        let told =
            Told { holder_name: &badge.holder_name, achievement: &badge.wording.name, order_ended: false };
        writes.push(told.letter(
            ports,
            &badge.address,
            &badge.id,
            Revoked { ground, at: ports.clock.now() },
        )?);
    }
    writes.extend(deletion::withdraw(ports.of_claim(), stored, Some(ground)).await?);
    Ok(writes)
}

async fn of_claimed(
    ports: Ports<'_>,
    stored: Stored<Badge<Claimed>>,
    ground: Ground,
) -> Result<Option<Vec<Write>>, Failure> {
    let (claim, badge) = (ports.of_claim(), &stored.record);
    let Some(place) = holdings::place_of(claim, badge).await? else {
        let unfound = format!("badge {} is claimed, and the wallet that holds it is not found", badge.id);
        return Err(Failure::NeedsPerson(unfound));
    };
    let Some(owner) = stored_wallet(claim, &place.record.wallet).await? else { return Ok(None) };
    let kept = Holding { deleted: true, ..place.record };
    let mut writes = vec![
        store::replace(owner.version, &owner.record)?,
        store::replace(place.version, &kept)?,
        noted(ports, &badge.id, ground)?,
    ];
    if let Some(to) = owner.record.main_address() {
        let told =
            Told { holder_name: &badge.holder_name, achievement: &badge.wording.name, order_ended: false };
        writes.push(told.letter(ports, to, &badge.id, Revoked { ground, at: ports.clock.now() })?);
    }
    writes.extend(deletion::erase(claim, &kept.wallet, stored, Some(ground)).await?);
    Ok(Some(writes))
}

/// Its holder deleted it, or it was revoked on another ground: it cannot be ordered from now on, and whoever asks is told why.
async fn of_deleted(
    ports: Ports<'_>,
    stored: Stored<DeletedBadge>,
    ground: Ground,
    order_ended: bool,
) -> Result<Vec<Write>, Failure> {
    let Stored { record, version } = stored;
    let now = ports.clock.now();
    let badge = record.bar(ground, now);
    let revoked = badge.revoked.unwrap_or(Revoked { ground, at: now });
    let (id, mut writes) = (&badge.id, Vec::new());
    if let Some(gone) = store::load::<GoneBadge>(ports.table, &GoneBadge::key_of(id)).await? {
        let told = GoneBadge { revoked: Some(revoked), ..gone.record };
        writes.push(store::replace(gone.version, &told)?);
    }
    let noted = RevokedBadge { id: id.clone(), revoked };
    writes.push(match store::load::<RevokedBadge>(ports.table, &RevokedBadge::key_of(id)).await? {
        Some(before) => store::replace(before.version, &noted)?,
        None => store::create(&noted)?,
    });
    // What is left of it names nobody: the register knows whom to write to.
    if let Some(candidate) = issued_candidate(ports.table, &badge.candidate).await? {
        let details = &candidate.record.details;
        let told = Told { holder_name: &details.name, achievement: &badge.name, order_ended };
        writes.push(told.letter(ports, &details.address, id, revoked)?);
    }
    writes.push(store::replace(version, &AnyBadge::Deleted(badge))?);
    Ok(writes)
}

/// What whoever has the file of a badge learns, whether it was public or not.
fn noted(ports: Ports<'_>, badge: &BadgeId, ground: Ground) -> Result<Write, Failure> {
    let revoked = Revoked { ground, at: ports.clock.now() };
    Ok(store::create(&RevokedBadge { id: badge.clone(), revoked })?)
}

/// What the holder is told, beside why and when.
struct Told<'a> {
    holder_name: &'a PersonName,
    achievement: &'a Bilingual,
    order_ended: bool,
}

impl Told<'_> {
    fn letter(
        &self,
        ports: Ports<'_>,
        to: &MailAddress,
        badge: &BadgeId,
        revoked: Revoked,
    ) -> Result<Write, Failure> {
        let subject = Subject::BadgeRevoked {
            badge: badge.clone(),
            holder_name: self.holder_name.clone(),
            achievement: self.achievement.clone(),
            revoked,
            order_ended: self.order_ended,
        };
        Ok(letter(ports.of_claim(), to, subject)?)
    }
}
