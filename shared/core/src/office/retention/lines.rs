//! What the staff did, when its time is over.

use super::{RetentionProgress, Work};
use crate::{
    calendar::{self, Month},
    office::{
        audit::AuditLine,
        revocation::{AnyProposal, Proposal},
    },
    store::{self, Failure},
};

/// Erases the lines of months that are over, the oldest first, and with each month what was proposed until then.
pub(super) async fn sweep(work: &mut Work<'_>, progress: &mut RetentionProgress) -> Result<(), Failure> {
    let before = progress.audit;
    let result = lines(work, progress).await;
    if progress.audit == before { result } else { result.and(proposals(work).await) }
}

async fn lines(work: &mut Work<'_>, progress: &mut RetentionProgress) -> Result<(), Failure> {
    while work.ports.programme.retention.audit_until(progress.audit) <= work.today {
        loop {
            if work.is_over() {
                return Ok(());
            }
            let partition = AuditLine::partition(progress.audit);
            let (lines, next) = store::load_page::<AuditLine>(work.ports.table, &partition, None).await?;
            let parts: Vec<_> = lines.iter().map(|line| vec![store::delete(line)]).collect();
            let erased = work.commit_each(parts).await?;
            work.erased.lines += erased;
            if erased < lines.len() {
                // Another sweep is at them as well.
                return Ok(());
            }
            if next.is_none() {
                break;
            }
        }
        progress.audit = progress.audit.next();
    }
    Ok(())
}

/// Erases proposals to revoke badges whose last step is over. One that is agreed and not done is not.
async fn proposals(work: &mut Work<'_>) -> Result<(), Failure> {
    let (terms, today) = (work.ports.programme.retention, work.today);
    let mut over = Vec::new();
    store::for_each::<AnyProposal>(work.ports.table, AnyProposal::PARTITION, |proposal| {
        let last = match &proposal.record {
            AnyProposal::Proposed(Proposal { terms, .. }) => terms.proposed_at,
            AnyProposal::Declined(proposal) => proposal.state.declined_at,
            AnyProposal::Done(proposal) => proposal.state.done_at,
            AnyProposal::Agreed(_) => return,
        };
        if terms.audit_until(Month::of(calendar::japan_date(last))) <= today {
            over.push(vec![store::delete(&proposal)]);
        }
    })
    .await?;
    work.erased.lines += work.commit_each(over).await?;
    Ok(())
}
