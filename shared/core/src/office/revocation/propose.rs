//! One person proposes, a second one decides.

use super::{
    AnyProposal, MOST_BADGES, OwedRevocation, Proposal, ProposalId, Proposed, Terms, Unfit, fitness::fitness,
};
use crate::{
    badge::{BadgeId, Ground},
    claim::{Change, change},
    office::{
        Member, Ports, Role,
        audit::{self, Deed},
    },
    order::Reason,
    store::{self, Failure, Stored},
};

/// What is to be proposed.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The name that the form was given, so that a form which is sent twice is one proposal.
    pub id: ProposalId,
    /// The badges. Doubles count once.
    pub badges: Vec<BadgeId>,
    /// Why, in general words.
    pub ground: Ground,
    /// Why, in the staff's words.
    pub reason: Reason,
}

/// What proposing came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Raised {
    /// It is proposed, now or before.
    Proposal(ProposalId),
    /// The form was sent before, and said something else. That stands; what it says now is not proposed.
    Otherwise(ProposalId),
    /// This member's role does not propose.
    NotAllowed,
    /// It names no badge, or more than [`MOST_BADGES`].
    WrongNumber(usize),
    /// These badges cannot be revoked. Nothing is proposed.
    Unfit(Vec<(BadgeId, Unfit)>),
}

/// Proposes to revoke badges: for a clerk, or whoever may do more.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer; it is proposed or not, and proposing again is right.
pub async fn propose(ports: Ports<'_>, member: &Member, draft: &Draft) -> Result<Raised, Failure> {
    if member.role < Role::Clerk {
        return Ok(Raised::NotAllowed);
    }
    let mut badges: Vec<BadgeId> = Vec::new();
    for badge in &draft.badges {
        if !badges.contains(badge) {
            badges.push(badge.clone());
        }
    }
    if !(1..=MOST_BADGES).contains(&badges.len()) {
        return Ok(Raised::WrongNumber(badges.len()));
    }
    if let Some(before) = stored(ports, &draft.id).await? {
        return Ok(again(before.record.terms(), draft, &badges));
    }
    let mut unfit = Vec::new();
    for badge in &badges {
        if let Err(why) = fitness(ports, badge, Some(draft.ground)).await? {
            unfit.push((badge.clone(), why));
        }
    }
    if !unfit.is_empty() {
        return Ok(Raised::Unfit(unfit));
    }
    let badges = &badges;
    change(ports.of_claim(), move || async move {
        if let Some(before) = stored(ports, &draft.id).await? {
            return Ok(Change::Nothing(again(before.record.terms(), draft, badges)));
        }
        let (now, actor) = (ports.clock.now(), member.actor());
        let deed = Deed::RevocationProposed {
            proposal: draft.id.to_string(),
            badges: badges.len(),
            reason: draft.reason.clone(),
        };
        let terms = Terms {
            id: draft.id.clone(),
            badges: badges.clone(),
            ground: draft.ground,
            reason: draft.reason.clone(),
            proposed_by: actor.clone(),
            proposed_at: now,
        };
        let proposal = AnyProposal::Proposed(Proposal { terms, state: Proposed {} });
        let writes = vec![store::create(&proposal)?, audit::line(ports.entropy, now, actor, deed)?];
        Ok(Change::Commit(writes, Raised::Proposal(draft.id.clone())))
    })
    .await
}

/// What a form comes to that was sent before: the same in any order is the same proposal.
fn again(terms: &Terms, draft: &Draft, badges: &[BadgeId]) -> Raised {
    let same_badges = terms.badges.len() == badges.len() && badges.iter().all(|it| terms.badges.contains(it));
    let same = same_badges && terms.ground == draft.ground && terms.reason == draft.reason;
    let id = draft.id.clone();
    if same { Raised::Proposal(id) } else { Raised::Otherwise(id) }
}

/// What a second person says to a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The badges are to be revoked.
    Agree,
    /// They are not. Also who proposed it may say so.
    Decline,
}

/// What deciding came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    /// It is agreed, now or before: [`execute`](super::execute) it.
    Agreed,
    /// It is declined, now or before.
    Declined,
    /// This member's role does not decide.
    NotAllowed,
    /// Who proposed it cannot agree to it: it takes a second person.
    SamePerson,
    /// It was decided otherwise before.
    TooLate,
    /// There is no such proposal.
    Unknown,
}

/// Decides on a proposal. Agreeing is for an approver who is another person than who proposed it.
///
/// # Errors
/// As [`propose`]; it is decided or not, and deciding again tells.
pub async fn decide(
    ports: Ports<'_>,
    member: &Member,
    id: &ProposalId,
    decision: Decision,
) -> Result<Decided, Failure> {
    change(ports.of_claim(), move || async move {
        let Some(Stored { record, version }) = stored(ports, id).await? else {
            return Ok(Change::Nothing(Decided::Unknown));
        };
        let actor = member.actor();
        let own = record.terms().proposed_by == actor;
        if member.role < Role::Approver && !(own && decision == Decision::Decline) {
            return Ok(Change::Nothing(Decided::NotAllowed));
        }
        if own && decision == Decision::Agree {
            return Ok(Change::Nothing(Decided::SamePerson));
        }
        let (AnyProposal::Proposed(proposal), now) = (&record, ports.clock.now()) else {
            return Ok(Change::Nothing(match (record, decision) {
                (AnyProposal::Agreed(_) | AnyProposal::Done(_), Decision::Agree) => Decided::Agreed,
                (AnyProposal::Declined(_), Decision::Decline) => Decided::Declined,
                _ => Decided::TooLate,
            }));
        };
        let (name, badges) = (id.to_string(), proposal.terms.badges.len());
        let (decided, proposal, deed) = match decision {
            Decision::Agree => (
                Decided::Agreed,
                AnyProposal::Agreed(proposal.clone().agree(actor.clone(), now)),
                Deed::RevocationAgreed { proposal: name, badges },
            ),
            Decision::Decline => (
                Decided::Declined,
                AnyProposal::Declined(proposal.clone().decline(actor.clone(), now)),
                Deed::RevocationDeclined { proposal: name },
            ),
        };
        let mut writes =
            vec![store::replace(version, &proposal)?, audit::line(ports.entropy, now, actor, deed)?];
        if decision == Decision::Agree {
            writes.push(store::create(&OwedRevocation { proposal: id.clone(), since: now })?);
        }
        Ok(Change::Commit(writes, decided))
    })
    .await
}

/// All proposals, the newest first.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn list(ports: Ports<'_>) -> Result<Vec<AnyProposal>, Failure> {
    let mut proposals = Vec::new();
    store::for_each::<AnyProposal>(ports.table, AnyProposal::PARTITION, |stored| {
        proposals.push(stored.record);
    })
    .await?;
    proposals.sort_by_key(|proposal| (proposal.terms().proposed_at, proposal.terms().id.clone()));
    proposals.reverse();
    Ok(proposals)
}

/// One proposal.
///
/// # Errors
/// As [`list`].
pub async fn one(ports: Ports<'_>, id: &ProposalId) -> Result<Option<AnyProposal>, Failure> {
    Ok(stored(ports, id).await?.map(|stored| stored.record))
}

pub(super) async fn stored(
    ports: Ports<'_>,
    id: &ProposalId,
) -> Result<Option<Stored<AnyProposal>>, Failure> {
    Ok(store::load(ports.table, &AnyProposal::key_of(id)).await?)
}
