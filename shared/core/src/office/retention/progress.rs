//! How far erasing has come, where nothing else tells.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{Erased, Work};
use crate::{
    calendar::Month,
    candidate::{OpenedMonth, Shard},
    ports::{Key, Table, WriteError},
    programme::Retention,
    store::{self, Failure, Record, Stored},
};

/// The first month in which an order or a line of the audit can have been stored: before it, the software did not exist.
fn first_month() -> Month {
    Month::new(2026, 1).unwrap_or_else(|_| Month::of(Date::ZERO))
}

/// How far erasing has come. It names nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionProgress {
    /// No order is left that was placed before this month.
    pub orders: Month,
    /// No line of the audit is left that was written before this month.
    pub audit: Month,
    /// The last part of the register whose readings were taken out.
    pub readings: Option<Shard>,
    /// What was erased last, if anything ever was.
    pub last: Option<LastErasing>,
}

/// What a sweep erased, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastErasing {
    /// When.
    pub at: Timestamp,
    /// How much of what.
    #[serde(flatten)]
    pub erased: Erased,
}

impl Default for RetentionProgress {
    fn default() -> Self {
        Self { orders: first_month(), audit: first_month(), readings: None, last: None }
    }
}

impl RetentionProgress {
    fn place() -> Key {
        Key::new("RETENTION", "PROGRESS")
    }

    /// Whether anything can be over on a day that only this tells of, or whether there is something to note in it. Until then it is not
    /// even read.
    pub(super) fn may_be_due(terms: &Retention, months: &[OpenedMonth], today: Date) -> bool {
        let first = Self::default();
        let (orders, lines) = (
            terms.orders_until(crate::calendar::start_of(first.orders.first_day())),
            terms.audit_until(first.audit),
        );
        let readings = || months.iter().any(|month| terms.readings_until(month.month) <= today);
        orders <= today || lines <= today || readings()
    }
}

impl Record for RetentionProgress {
    fn key(&self) -> Key {
        Self::place()
    }
}

pub(super) async fn load(table: &dyn Table) -> Result<Option<Stored<RetentionProgress>>, Failure> {
    Ok(store::load(table, &RetentionProgress::place()).await?)
}

/// Notes how far this sweep came, if it came anywhere. Another sweep that came farther at the same time is as good.
pub(super) async fn keep(
    work: &Work<'_>,
    before: Option<Stored<RetentionProgress>>,
    mut progress: RetentionProgress,
) -> Result<(), Failure> {
    if !work.erased.is_nothing() {
        progress.last = Some(LastErasing { at: work.ports.clock.now(), erased: work.erased });
    }
    let write = match before {
        Some(before) if before.record == progress => return Ok(()),
        Some(before) => store::replace(before.version, &progress)?,
        None if progress == RetentionProgress::default() => return Ok(()),
        None => store::create(&progress)?,
    };
    match store::commit(work.ports.table, work.ports.entropy, vec![write]).await {
        Ok(()) | Err(WriteError::Conflict { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
