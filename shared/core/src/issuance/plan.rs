//! Step 1: what is there to do?

use futures::StreamExt;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::IN_FLIGHT;
use crate::{
    badge::OwedMail,
    calendar::Month,
    candidate::{Due, OpenedMonth, Shard},
    ports::Table,
    status,
    store::{self, Failure},
};

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

/// Finds every unissued candidate and every owed mail of every month that is closed at `scheduled`.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn plan(table: &dyn Table, scheduled: Timestamp) -> Result<Plan, Failure> {
    plan_of(table, scheduled, &opened_months(table).await?).await
}

/// The same of these months.
pub(super) async fn plan_of(
    table: &dyn Table,
    scheduled: Timestamp,
    opened: &[OpenedMonth],
) -> Result<Plan, Failure> {
    let months: Vec<Month> = closed(opened, scheduled).map(|opened| opened.month).collect();
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

/// Every month that has candidates.
pub(super) async fn opened_months(table: &dyn Table) -> Result<Vec<OpenedMonth>, Failure> {
    let mut months = Vec::new();
    store::for_each::<OpenedMonth>(table, OpenedMonth::PARTITION, |opened| months.push(opened.record))
        .await?;
    Ok(months)
}

/// Those that are closed then, and not being erased.
pub(super) fn closed(opened: &[OpenedMonth], scheduled: Timestamp) -> impl Iterator<Item = &OpenedMonth> {
    opened.iter().filter(move |opened| opened.month.is_closed_at(scheduled) && opened.retired_at.is_none())
}

pub(super) async fn closed_months(table: &dyn Table, scheduled: Timestamp) -> Result<Vec<Month>, Failure> {
    let opened = opened_months(table).await?;
    Ok(closed(&opened, scheduled).map(|opened| opened.month).collect())
}
