//! Step 4: the two sums of every month, proved badge by badge.

use std::{collections::HashSet, fmt};

use futures::StreamExt;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{IN_FLIGHT, plan::closed_months};
use crate::{
    badge::{BadgeId, OwedMail, SentMail},
    calendar::Month,
    candidate::{AnyCandidate, Shard},
    ports::Table,
    store::{self, Failure},
};

/// A request that registers lasts less than this, so whoever is registered was so by then.
const COMMITTED: SignedDuration = SignedDuration::from_mins(1);

/// The sums of one month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthSums {
    /// The month.
    pub month: Month,
    /// Candidates in the register.
    pub registered: usize,
    /// Those who have their badge.
    pub issued: usize,
    /// Those who get none, with a reason on record.
    pub refused: usize,
    /// Those who were registered after the run had started: the next one's business.
    pub waiting: usize,
    /// Badges whose mail was accepted for delivery.
    pub mailed: usize,
    /// Badges whose mail is still to be sent.
    pub owed: usize,
    /// Of the owed, those that the mail service refuses: a person has to look.
    pub undeliverable: usize,
    /// Issued badges that are neither mailed nor owed, and mails of no issued badge. Always 0.
    pub strays: usize,
}

impl MonthSums {
    fn none(month: Month) -> Self {
        Self {
            month,
            registered: 0,
            issued: 0,
            refused: 0,
            waiting: 0,
            mailed: 0,
            owed: 0,
            undeliverable: 0,
            strays: 0,
        }
    }

    /// Adds the sums of another part of the month.
    fn add(&mut self, part: Self) {
        let Self { month: _, registered, issued, refused, waiting, mailed, owed, undeliverable, strays } =
            part;
        self.registered += registered;
        self.issued += issued;
        self.refused += refused;
        self.waiting += waiting;
        self.mailed += mailed;
        self.owed += owed;
        self.undeliverable += undeliverable;
        self.strays += strays;
    }

    /// Whether every candidate that the run could know was either issued or refused.
    pub fn all_issued(&self) -> bool {
        self.registered == self.issued + self.refused + self.waiting
    }

    /// Whether every issued badge has its mail, sent or owed.
    pub fn all_announced(&self) -> bool {
        self.issued == self.mailed + self.owed && self.strays == 0
    }

    /// Both.
    pub fn agrees(&self) -> bool {
        self.all_issued() && self.all_announced()
    }
}

/// One readable line.
impl fmt::Display for MonthSums {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { month, registered, issued, refused, waiting, mailed, owed, undeliverable, strays } = self;
        let sign = |agrees| if agrees { "=" } else { "≠" };
        write!(
            formatter,
            "{month}: registered {registered} {} issued {issued} + refused {refused}{}; issued {issued} {} mailed \
             {mailed} + owed {owed}",
            sign(self.all_issued()),
            if *waiting > 0 { format!(" + waiting {waiting}") } else { String::new() },
            sign(self.all_announced()),
        )?;
        if *undeliverable > 0 {
            write!(formatter, " ({undeliverable} refused by the mail service)")?;
        }
        if *strays > 0 {
            write!(formatter, " ({strays} badges and mails do not match)")?;
        }
        formatter.write_str(if self.agrees() { " — agrees" } else { " — DOES NOT AGREE" })
    }
}

/// The sums of every closed month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconciliation {
    /// In order.
    pub months: Vec<MonthSums>,
}

impl Reconciliation {
    /// Whether all months agree.
    pub fn agrees(&self) -> bool {
        self.months.iter().all(MonthSums::agrees)
    }
}

impl fmt::Display for Reconciliation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.months.is_empty() {
            return formatter.write_str("no closed month has candidates");
        }
        for (place, month) in self.months.iter().enumerate() {
            let gap = if place == 0 { "" } else { "\n" };
            write!(formatter, "{gap}{month}")?;
        }
        Ok(())
    }
}

/// Counts every month that is closed at `scheduled`, and matches badges with mails one by one. Who was registered after
/// the run had `started` may wait for the next one.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn reconcile(
    table: &dyn Table,
    scheduled: Timestamp,
    started: Option<Timestamp>,
) -> Result<Reconciliation, Failure> {
    let mut months = Vec::new();
    for month in closed_months(table, scheduled).await? {
        months.push(month_sums(table, month, started).await?);
    }
    Ok(Reconciliation { months })
}

/// Counts one month, closed or not, as [`reconcile`] does.
///
/// # Errors
/// As [`reconcile`].
pub async fn month_sums(
    table: &dyn Table,
    month: Month,
    started: Option<Timestamp>,
) -> Result<MonthSums, Failure> {
    let shards: Vec<Result<MonthSums, Failure>> = futures::stream::iter(Shard::all(month))
        .map(|shard| count(table, shard, started))
        .buffer_unordered(IN_FLIGHT)
        .collect()
        .await;
    let mut sums = MonthSums::none(month);
    for shard in shards {
        sums.add(shard?);
    }
    Ok(sums)
}

/// Counts one shard. Memory: the names of its badges.
async fn count(table: &dyn Table, shard: Shard, started: Option<Timestamp>) -> Result<MonthSums, Failure> {
    let mut sums = MonthSums::none(shard.month);
    let waits = |registered_at| started.is_some_and(|started| registered_at >= started - COMMITTED);
    let mut unmatched: HashSet<BadgeId> = HashSet::new();
    store::for_each::<AnyCandidate>(table, &AnyCandidate::partition(shard), |candidate| {
        sums.registered += 1;
        match candidate.record {
            AnyCandidate::Issued(candidate) => {
                sums.issued += 1;
                unmatched.insert(candidate.state.badge);
            }
            AnyCandidate::Refused(_) => sums.refused += 1,
            AnyCandidate::Registered(candidate) => {
                sums.waiting += usize::from(waits(candidate.registered_at));
            }
            AnyCandidate::Prepared(candidate) => sums.waiting += usize::from(waits(candidate.registered_at)),
        }
    })
    .await?;
    let mut strays = 0;
    store::for_each::<OwedMail>(table, &OwedMail::partition(shard), |owed| {
        sums.owed += 1;
        sums.undeliverable += usize::from(owed.record.refused);
        strays += usize::from(!unmatched.remove(&owed.record.badge));
    })
    .await?;
    store::for_each::<SentMail>(table, &SentMail::partition(shard), |sent| {
        sums.mailed += 1;
        strays += usize::from(!unmatched.remove(&sent.record.badge));
    })
    .await?;
    sums.strays = strays + unmatched.len();
    Ok(sums)
}
