//! Mending what the register says of a person: an address that was wrong, a name that was misspelt. One call does what each state
//! asks for: a candidate who waits is amended; a badge that nobody has accepted is withdrawn at once, so that its links are void, and
//! issued anew to the right address free of charge; one that somebody holds is left alone unless the office says otherwise.
//!
//! Where a second person approves of what is registered, the name on an issued badge stays: nobody would approve of another one.

use super::{
    Member, Ports, Role,
    audit::{self, Deed},
};
use crate::{
    badge::{AnyBadge, BadgeId, Ground},
    candidate::{self, AnyCandidate, Candidate, CandidateRef, Correction, Due, Issued},
    claim::{Change, change, deletion},
    order::{OrderId, Reason},
    ports::Write,
    reissue::{
        favour::{self, Favoured},
        open_order,
    },
    store::{self, Failure, Stored},
};

/// What becomes of a badge that somebody has accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// It stays, and the office is told.
    Keeps,
    /// Its holder asks for it: a badge with the right name takes its place in the wallet. Addresses are the wallet's business.
    Asks,
    /// The mail went to a stranger, who accepted it: it is revoked, and the right person's is mailed. Only an approver may say so.
    IsAnother,
}

/// What a correction came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Corrected {
    /// The register has it right. The badge is issued by the next run.
    Amended,
    /// The same, of a candidate who had been refused: the next run decides again.
    Reopened,
    /// The badge was withdrawn, and is issued anew by this order, at once.
    Reissued(OrderId),
    /// It stands so already: nothing was changed.
    Unchanged,
    /// A run is at it: to be tried again in a few minutes.
    BeingIssued,
    /// Somebody has accepted the badge: nothing was changed.
    Claimed,
    /// The same, and only an approver may revoke it: nothing was changed.
    NeedsApprover,
    /// The same, and it stands in a wallet to which its address does not lead: its holder has to delete it first.
    OutOfReach(BadgeId),
    /// The badge was issued with a name that another person approved of, and nobody approves of a correction: nothing was changed.
    NameStays,
    /// The holder deleted the badge: it can be ordered again.
    Deleted,
    /// The issuer revoked the badge on a ground after which the occasion gets no other one: nothing was changed.
    Revoked(Ground),
    /// An order of it is on its way: to be tried again when it is issued.
    Running(OrderId),
    /// The validity of the badge is over: nothing was changed.
    Expired,
    /// The candidate was taken off the register: to be registered again.
    Cancelled,
    /// There is no such candidate.
    Unknown,
}

/// Corrects what the register says of the person of an occasion, and whatever follows from it, with one line of the audit.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer. It is corrected or not; calling again tells, and corrects once.
pub async fn correct(
    ports: Ports<'_>,
    member: &Member,
    occasion: &CandidateRef,
    correction: &Correction,
    reason: &Reason,
    holder: Holder,
) -> Result<Corrected, Failure> {
    let asked = Asked { member, occasion, correction, reason, holder };
    change(ports.of_claim(), move || look(ports, asked)).await
}

/// Who wants what corrected.
#[derive(Clone, Copy)]
struct Asked<'a> {
    member: &'a Member,
    occasion: &'a CandidateRef,
    correction: &'a Correction,
    reason: &'a Reason,
    holder: Holder,
}

async fn look(ports: Ports<'_>, asked: Asked<'_>) -> Result<Change<Corrected>, Failure> {
    let found = store::load::<AnyCandidate>(ports.table, &asked.occasion.key()).await?;
    let Some(Stored { record, version }) = found else { return Ok(Change::Nothing(Corrected::Unknown)) };
    let correction = asked.correction.clone().of_what_differs(record.details());
    let right = correction.applied_to(record.details());
    if let AnyCandidate::Issued(candidate) = record {
        return if correction.is_empty() {
            Ok(Change::Nothing(Corrected::Unchanged))
        } else {
            issued(ports, asked, &candidate, correction).await
        };
    }
    let change = candidate::Change { at: ports.clock.now(), by: Some(asked.member.subject.clone()) };
    let (writes, done) = match record {
        AnyCandidate::Registered(candidate) if candidate.details == right => {
            return Ok(Change::Nothing(Corrected::Unchanged));
        }
        AnyCandidate::Registered(candidate) => {
            let amended = AnyCandidate::Registered(candidate.amend(right, change));
            (vec![store::replace(version, &amended)?], Corrected::Amended)
        }
        AnyCandidate::Refused(candidate) => {
            let reopened = AnyCandidate::Registered(candidate.reopen(right, change));
            let due = Due { candidate: asked.occasion.clone() };
            (vec![store::replace(version, &reopened)?, store::create(&due)?], Corrected::Reopened)
        }
        AnyCandidate::Cancelled(_) => return Ok(Change::Nothing(Corrected::Cancelled)),
        AnyCandidate::Prepared(_) | AnyCandidate::Issued(_) => {
            return Ok(Change::Nothing(Corrected::BeingIssued));
        }
    };
    with_line(ports, asked, &correction, writes, done)
}

/// The register is wrong about somebody whose badge was issued.
#[expect(
    clippy::match_same_arms,
    reason = "each arm is another answer, in the order in which they are given"
)]
async fn issued(
    ports: Ports<'_>,
    asked: Asked<'_>,
    candidate: &Candidate<Issued>,
    mut correction: Correction,
) -> Result<Change<Corrected>, Failure> {
    let badge = store::load::<AnyBadge>(ports.table, &AnyBadge::key_of(&candidate.state.badge)).await?;
    let withdrawn = match badge {
        Some(Stored { record: AnyBadge::Unclaimed(badge), version }) => {
            Some(Stored { record: badge, version })
        }
        Some(Stored { record: AnyBadge::Claimed(_), .. }) => {
            match asked.holder {
                Holder::Keeps => return Ok(Change::Nothing(Corrected::Claimed)),
                Holder::Asks => correction.address = None,
                // Without another address, the new badge would be the stranger's as well.
                Holder::IsAnother if correction.address.is_none() => correction = Correction::default(),
                Holder::IsAnother if asked.member.role < Role::Approver => {
                    return Ok(Change::Nothing(Corrected::NeedsApprover));
                }
                Holder::IsAnother => {}
            }
            if correction.is_empty() {
                return Ok(Change::Nothing(Corrected::Claimed));
            }
            None
        }
        // What was issued in error is issued anew as it should have been.
        Some(Stored { record: AnyBadge::Deleted(badge), .. })
            if badge.revoked.is_some_and(|revoked| revoked.ground.may_be_issued_anew()) =>
        {
            None
        }
        Some(Stored { record: AnyBadge::Deleted(badge), .. }) => {
            if let Some(revoked) = badge.revoked {
                return Ok(Change::Nothing(Corrected::Revoked(revoked.ground)));
            }
            let open = open_order(ports, &badge.id).await?;
            return Ok(Change::Nothing(match open {
                Some(open) if open.record.pay_by.is_none() => Corrected::Running(open.record.order),
                _ => Corrected::Deleted,
            }));
        }
        None => return Ok(Change::Again),
    };
    let (actor, Asked { occasion, reason, .. }) = (asked.member.actor(), asked);
    let (mut writes, order) = match favour::look(ports, occasion, &correction, &actor, reason).await? {
        Change::Commit(writes, Favoured::Order(order)) => (writes, order),
        Change::Commit(..) | Change::Again => return Ok(Change::Again),
        Change::Nothing(Favoured::Order(order) | Favoured::Running(order)) => {
            return Ok(Change::Nothing(Corrected::Running(order)));
        }
        Change::Nothing(Favoured::NoBadge) => return Ok(Change::Again),
        Change::Nothing(Favoured::Expired) => return Ok(Change::Nothing(Corrected::Expired)),
        Change::Nothing(Favoured::OutOfReach(badge)) => {
            return Ok(Change::Nothing(Corrected::OutOfReach(badge)));
        }
        Change::Nothing(Favoured::NameStays) => return Ok(Change::Nothing(Corrected::NameStays)),
        Change::Nothing(Favoured::Revoked(ground)) => {
            return Ok(Change::Nothing(Corrected::Revoked(ground)));
        }
    };
    if let Some(badge) = withdrawn {
        // Whoever reads mail at the wrong address can accept nothing from this moment on. Who was faster is found when looking again.
        // The transaction changes the badge, which is more than to check that nobody else does.
        let key = AnyBadge::key_of(&badge.record.id);
        writes.retain(|write| *write.key() != key);
        writes.extend(deletion::withdraw(ports.of_claim(), badge, None).await?);
    }
    with_line(ports, asked, &correction, writes, Corrected::Reissued(order))
}

fn with_line(
    ports: Ports<'_>,
    Asked { member, occasion, reason, .. }: Asked<'_>,
    correction: &Correction,
    mut writes: Vec<Write>,
    done: Corrected,
) -> Result<Change<Corrected>, Failure> {
    let deed = Deed::AddressCorrected {
        candidate: occasion.clone(),
        address: correction.address.is_some(),
        name: correction.is_of_name(),
        reason: reason.clone(),
    };
    writes.push(audit::line(ports.entropy, ports.clock.now(), member.actor(), deed)?);
    Ok(Change::Commit(writes, done))
}
