//! A candidate is taken off the register, as long as nothing of the badge is fixed. What was issued is revoked instead.

use super::{
    Member, Ports,
    audit::{self, Deed},
};
use crate::{
    candidate::{AnyCandidate, Cancelled, CandidateDetails, CandidateRef, Due, Occasions},
    claim::{Change, change},
    order::Reason,
    ports::Write,
    store::{self, Failure},
};

/// What became of cancelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cancelling {
    /// The candidate is off the register. The same occasion can be registered again.
    Done,
    /// It was cancelled before.
    Before,
    /// The badge is issued, or about to be.
    TooLate,
    /// There is no such candidate.
    Unknown,
}

/// Takes a candidate off the register.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn cancel(
    ports: Ports<'_>,
    member: &Member,
    candidate: &CandidateRef,
    reason: &Reason,
) -> Result<Cancelling, Failure> {
    change(ports.of_claim(), move || async move {
        let Some(found) = store::load::<AnyCandidate>(ports.table, &candidate.key()).await? else {
            return Ok(Change::Nothing(Cancelling::Unknown));
        };
        let now = ports.clock.now();
        let state =
            Cancelled { cancelled_by: member.subject.clone(), cancelled_at: now, why: reason.clone() };
        let (cancelled, waits) = match found.record {
            AnyCandidate::Registered(candidate) => (candidate.cancel(state), true),
            AnyCandidate::Refused(candidate) => (candidate.cancel(state), false),
            AnyCandidate::Cancelled(_) => return Ok(Change::Nothing(Cancelling::Before)),
            AnyCandidate::Prepared(_) | AnyCandidate::Issued(_) => {
                return Ok(Change::Nothing(Cancelling::TooLate));
            }
        };
        let deed = Deed::CandidateCancelled { candidate: candidate.clone(), reason: reason.clone() };
        let mut writes = vec![audit::line(ports.entropy, now, member.actor(), deed)?];
        if waits {
            let due = Due { candidate: candidate.clone() };
            match store::load::<Due>(ports.table, &store::Record::key(&due)).await? {
                Some(due) => writes.push(store::delete(&due)),
                None => return Ok(Change::Again),
            }
        }
        writes.extend(without_occasion(ports, &cancelled.details).await?);
        writes.push(store::replace(found.version, &AnyCandidate::Cancelled(cancelled))?);
        Ok(Change::Commit(writes, Cancelling::Done))
    })
    .await
}

/// The month does not count any more when the person is registered again.
async fn without_occasion(ports: Ports<'_>, details: &CandidateDetails) -> Result<Option<Write>, Failure> {
    let known = store::load::<Occasions>(ports.table, &Occasions::key_of(details)).await?;
    let Some(mut known) = known else { return Ok(None) };
    known.record.cancel(details.month());
    Ok(Some(store::replace(known.version, &known.record)?))
}
