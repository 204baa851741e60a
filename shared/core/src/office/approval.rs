//! The second person's approval of a month, where the programme asks for it.
//!
//! Law: no run prepares a candidate unless somebody else than who changed it last approved of its month, having looked at the
//! register when the change was in it. An approval says up to which moment it counts; whatever was registered or corrected since
//! then needs another one. Once prepared, a badge is issued; and who is approved after a run is issued by the next.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Member, Ports, Role,
    audit::{self, Deed},
};
use crate::{
    calendar::Month,
    candidate::{AnyCandidate, COMMITTED, Candidate, Shard},
    ports::{Key, ReadError, Table},
    store::{self, Failure, Record, random_uuid},
};

/// One approval of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthApproval {
    /// The month.
    pub month: Month,
    /// Random: approvals of one moment stand side by side.
    pub id: String,
    /// Whatever was changed before this moment was in the register when the approver looked at it.
    pub up_to: Timestamp,
    /// When it was given.
    pub approved_at: Timestamp,
    /// By whom, as the sign-in service names them.
    pub approved_by: String,
}

impl MonthApproval {
    /// The partition of a month's approvals.
    pub fn partition(month: Month) -> String {
        format!("APPROVAL#{month}")
    }
}

impl Record for MonthApproval {
    fn key(&self) -> Key {
        let sort = format!("{:011}#{}", self.approved_at.as_second(), self.id);
        Key::new(Self::partition(self.month), sort)
    }
}

/// The approvals of one month.
#[derive(Debug, Clone, Default)]
pub struct Approvals(Vec<MonthApproval>);

impl Approvals {
    /// Reads them.
    ///
    /// # Errors
    /// As [`store::load_page`].
    pub async fn of(table: &dyn Table, month: Month) -> Result<Self, ReadError> {
        let mut approvals = Vec::new();
        let partition = MonthApproval::partition(month);
        store::for_each::<MonthApproval>(table, &partition, |stored| approvals.push(stored.record)).await?;
        Ok(Self(approvals))
    }

    /// Only those that were given before a moment.
    #[must_use]
    pub fn before(&self, moment: Timestamp) -> Self {
        Self(self.0.iter().filter(|approval| approval.approved_at < moment).cloned().collect())
    }

    /// Whether a candidate may be prepared.
    pub fn cover<S>(&self, candidate: &Candidate<S>) -> bool {
        self.0.iter().any(|approval| {
            candidate.last_change() < approval.up_to
                && candidate.changed_by.as_deref() != Some(&approval.approved_by)
        })
    }

    /// The one that was given last.
    pub fn last(&self) -> Option<&MonthApproval> {
        self.0.iter().max_by_key(|approval| approval.approved_at)
    }
}

/// What stands to be approved in a month, as one member sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToApprove {
    /// The moment of looking. Whoever approves hands it back: what was changed since then, nobody has seen.
    pub seen: Timestamp,
    /// Candidates without a badge that may be issued.
    pub approved: usize,
    /// Those that this member can approve.
    pub open: usize,
    /// Those that somebody else must, because this member changed them last.
    pub own: usize,
    /// Those changed in the last minute: too new to be sure that they are all here.
    pub fresh: usize,
}

/// Counts what stands to be approved in a month.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn to_approve(ports: Ports<'_>, member: &Member, month: Month) -> Result<ToApprove, Failure> {
    // Before reading: what this moment tells of is all there to be read.
    look(ports, member, month, ports.clock.now()).await
}

async fn look(
    ports: Ports<'_>,
    member: &Member,
    month: Month,
    seen: Timestamp,
) -> Result<ToApprove, Failure> {
    let approvals = Approvals::of(ports.table, month).await?;
    let mut counts = ToApprove { seen, approved: 0, open: 0, own: 0, fresh: 0 };
    for shard in Shard::all(month) {
        store::for_each::<AnyCandidate>(ports.table, &AnyCandidate::partition(shard), |stored| {
            let AnyCandidate::Registered(candidate) = stored.record else { return };
            let count = if approvals.cover(&candidate) {
                &mut counts.approved
            } else if candidate.changed_by.as_deref() == Some(&member.subject) {
                &mut counts.own
            } else if candidate.last_change() >= up_to(seen) {
                &mut counts.fresh
            } else {
                &mut counts.open
            };
            *count += 1;
        })
        .await?;
    }
    Ok(counts)
}

/// A change takes less than a minute from its moment to being stored.
fn up_to(seen: Timestamp) -> Timestamp {
    seen.checked_sub(COMMITTED).unwrap_or(Timestamp::MIN)
}

/// What became of approving a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approved {
    /// So many candidates may be issued that might not before.
    Now {
        /// So many.
        candidates: usize,
    },
    /// There was nothing that this member could approve.
    Nothing,
    /// The programme asks for no second person.
    NotAsked,
    /// This member is no approver.
    NotApprover,
}

/// Approves of what a member saw in a month at a moment, except what that member changed.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn approve_month(
    ports: Ports<'_>,
    member: &Member,
    month: Month,
    seen: Timestamp,
) -> Result<Approved, Failure> {
    if !ports.programme.office.second_approval {
        return Ok(Approved::NotAsked);
    }
    if member.role < Role::Approver {
        return Ok(Approved::NotApprover);
    }
    let now = ports.clock.now();
    // Nobody has seen the future.
    let seen = seen.min(now);
    let candidates = look(ports, member, month, seen).await?.open;
    if candidates == 0 {
        return Ok(Approved::Nothing);
    }
    let approval = MonthApproval {
        month,
        id: random_uuid(ports.entropy).simple().to_string(),
        up_to: up_to(seen),
        approved_at: now,
        approved_by: member.subject.clone(),
    };
    let deed = Deed::MonthApproved { month, candidates };
    let writes = vec![store::create(&approval)?, audit::line(ports.entropy, now, member.actor(), deed)?];
    store::commit(ports.table, ports.entropy, writes).await?;
    Ok(Approved::Now { candidates })
}
