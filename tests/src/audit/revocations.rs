//! What must hold of badges that the issuer revoked, and of the proposals to do so.

use shomei_core::{
    badge::AnyBadge,
    candidate::AnyCandidate,
    office::{
        audit::{AuditLine, Deed},
        revocation::{AnyProposal, Outcome},
    },
};

use super::{Census, Findings};

/// What is told outside is what the badge says, a proposal has its mark exactly while it is so, and the audit tells of every step.
pub(super) fn check(census: &Census, findings: &mut Findings) {
    badges(census, findings);
    for proposal in census.proposals.values() {
        standing(census, proposal, findings);
        audited(census, proposal, findings);
    }
    for owed in &census.owed_revocations {
        findings.unless(census.proposals.contains_key(owed), || format!("proposal {owed} is not there"));
    }
}

fn badges(census: &Census, findings: &mut Findings) {
    for (id, badge) in &census.badges {
        let revoked = match badge {
            AnyBadge::Deleted(badge) => badge.revoked,
            AnyBadge::Unclaimed(_) | AnyBadge::Claimed(_) => None,
        };
        findings.unless(census.told.get(id) == revoked.as_ref(), || {
            format!("badge {id}: who has its file is told something else than why it was revoked")
        });
        let gone = census.gone.get(id);
        findings.unless(gone.is_none_or(|gone| gone.revoked == revoked), || {
            format!("badge {id}: its address tells something else than why it was revoked")
        });
        let awaited = census.open_orders.get(id).is_some_and(|open| open.pay_by.is_some());
        findings.unless(revoked.is_none() || !awaited, || format!("badge {id} is revoked, and on sale"));
        if let AnyBadge::Deleted(deleted) = badge
            && deleted.barred().is_some()
        {
            let has_it = census.candidates.values().any(
                |candidate| matches!(candidate, AnyCandidate::Issued(issued) if issued.state.badge == *id),
            );
            findings.unless(has_it, || format!("badge {id} is revoked, and was issued again"));
        }
    }
    for id in census.told.keys() {
        findings.unless(census.badges.contains_key(id), || format!("badge {id} is revoked, and not there"));
    }
}

fn standing(census: &Census, proposal: &AnyProposal, findings: &mut Findings) {
    let (id, terms) = (&proposal.terms().id, proposal.terms());
    let owed = census.owed_revocations.contains(id);
    findings.unless(owed == matches!(proposal, AnyProposal::Agreed(_)), || {
        format!("proposal {id}: owed is {owed}")
    });
    let agreed_by = match proposal {
        AnyProposal::Agreed(proposal) => Some(&proposal.state.agreed_by),
        AnyProposal::Done(proposal) => Some(&proposal.state.agreed_by),
        AnyProposal::Proposed(_) | AnyProposal::Declined(_) => None,
    };
    findings
        .unless(agreed_by != Some(&terms.proposed_by), || format!("proposal {id}: one person did it all"));
    let settled: Vec<_> = proposal.settled().iter().map(|settled| &settled.badge).collect();
    let times = |badge| settled.iter().filter(|it| **it == badge).count();
    let done = matches!(proposal, AnyProposal::Done(_));
    let fits = terms.badges.iter().map(times).all(|times| times == 1 || (times == 0 && !done));
    findings.unless(fits && settled.len() <= terms.badges.len(), || {
        format!("proposal {id}: its badges and what became of them differ")
    });
    for settled in proposal.settled().iter().filter(|settled| settled.outcome == Outcome::Revoked) {
        let badge = census.badges.get(&settled.badge);
        let revoked = matches!(badge, Some(AnyBadge::Deleted(badge)) if badge.revoked.is_some());
        findings.unless(revoked, || format!("badge {} is said to be revoked, and is not", settled.badge));
    }
}

fn audited(census: &Census, proposal: &AnyProposal, findings: &mut Findings) {
    let name = proposal.terms().id.to_string();
    let lines = |deed: &dyn Fn(&Deed) -> bool| {
        census.audit.iter().filter(|line: &&AuditLine| deed(&line.deed)).count()
    };
    let revoked = proposal.settled().iter().filter(|settled| settled.outcome == Outcome::Revoked).count();
    let (agreed, declined) = match proposal {
        AnyProposal::Proposed(_) => (0, 0),
        AnyProposal::Agreed(_) | AnyProposal::Done(_) => (1, 0),
        AnyProposal::Declined(_) => (0, 1),
    };
    let told = [
        lines(&|deed| matches!(deed, Deed::RevocationProposed { proposal, .. } if *proposal == name)),
        lines(&|deed| matches!(deed, Deed::RevocationAgreed { proposal, .. } if *proposal == name)),
        lines(&|deed| matches!(deed, Deed::RevocationDeclined { proposal } if *proposal == name)),
        lines(&|deed| matches!(deed, Deed::BadgeRevoked { proposal, .. } if *proposal == name)),
    ];
    findings.unless(told == [1, agreed, declined, revoked], || {
        format!("proposal {name}: the audit tells of {told:?}")
    });
}
