//! The monthly run. Four steps that any scheduler can drive, repeat and run twice at once:
//!
//! 1. [`plan`]: which shards of which closed months have unissued candidates;
//! 2. [`issue`], shard by shard: prepare → sign → verify → commit badge, candidate and owed mail together;
//! 3. [`announce`], shard by shard: mint a token, commit its hash, send, turn "owed" into "sent";
//! 4. [`reconcile`]: registered = issued + refused, and issued = mailed + owed.
//!
//! A step reads what is left to do, does it, and commits one badge at a time. There is no other recovery: a run that
//! died is continued by the next one doing the same.

mod announce;
mod build;
mod issue;
mod publish;
mod reconcile;

use futures::StreamExt;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::{
    announce::{Announced, Announcement, ComposeMail, announce},
    issue::issue,
    publish::publish_list,
    reconcile::{MonthSums, Reconciliation, reconcile},
};
use crate::{
    badge::OwedMail,
    calendar::Month,
    candidate::{Due, OpenedMonth, Shard},
    ports::{Clock, Entropy, Mailer, Signer, Table},
    programme::Programme,
    status,
    store::{self, Failure},
};

/// How many badges of a shard are in flight at once.
const IN_FLIGHT: usize = 8;

/// What the run may use. Only issuance holds a signer.
#[derive(Clone, Copy)]
pub struct Ports<'a> {
    /// State.
    pub table: &'a dyn Table,
    /// The issuer's key.
    pub signer: &'a dyn Signer,
    /// Mail.
    pub mailer: &'a dyn Mailer,
    /// Time.
    pub clock: &'a dyn Clock,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
    /// The programme's facts.
    pub programme: &'a Programme,
}

impl std::fmt::Debug for Ports<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("issuance::Ports")
    }
}

/// One shard's work in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Work {
    /// The part of a month.
    pub shard: Shard,
    /// How many status lists the month spreads over.
    pub lists: u32,
    /// Badges that were waiting when the run was planned.
    pub due: usize,
    /// Mails that were waiting when the run was planned.
    pub owed: usize,
}

/// What a run has to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The time that the run was scheduled for: what is due is decided by it, never by the time it really runs.
    pub scheduled: Timestamp,
    /// The shards that have something to issue or to send.
    pub work: Vec<Work>,
    /// Every closed month that has candidates, to be reconciled.
    pub months: Vec<Month>,
}

/// What a step did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// Badges committed by this step.
    pub issued: usize,
    /// Candidates that turned out to get no badge.
    pub refused: usize,
    /// Candidates found already done, by another run.
    pub already: usize,
    /// Whether time ran out before the shard was empty: call again.
    pub more: bool,
}

/// Finds every unissued candidate and every owed mail of every month that is closed at `scheduled`.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn plan(table: &dyn Table, scheduled: Timestamp) -> Result<Plan, Failure> {
    let months = closed_months(table, scheduled).await?;
    let mut work = Vec::new();
    for &month in &months {
        let counts: Vec<Result<(Shard, usize, usize), Failure>> = futures::stream::iter(Shard::all(month))
            .map(|shard| async move {
                let mut due = 0;
                let mut owed = 0;
                store::for_each::<Due>(table, &Due::partition(shard), |_| due += 1).await?;
                store::for_each::<OwedMail>(table, &OwedMail::partition(shard), |_| owed += 1).await?;
                Ok((shard, due, owed))
            })
            .buffered(IN_FLIGHT)
            .collect()
            .await;
        let counts = counts.into_iter().collect::<Result<Vec<_>, _>>()?;
        let lists = status::lists_for(counts.iter().map(|(_, due, _)| due).sum());
        work.extend(
            counts.into_iter().filter(|(_, due, owed)| due + owed > 0).map(|(shard, due, owed)| Work {
                shard,
                lists,
                due,
                owed,
            }),
        );
    }
    Ok(Plan { scheduled, work, months })
}

async fn closed_months(table: &dyn Table, scheduled: Timestamp) -> Result<Vec<Month>, Failure> {
    let mut months = Vec::new();
    store::for_each::<OpenedMonth>(table, OpenedMonth::PARTITION, |opened| {
        if opened.record.month.is_closed_at(scheduled) {
            months.push(opened.record.month);
        }
    })
    .await?;
    Ok(months)
}
