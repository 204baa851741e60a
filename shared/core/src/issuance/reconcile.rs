//! Step 4: the two sums of every month, proved badge by badge.

use std::{collections::HashSet, fmt};

use futures::StreamExt;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    IN_FLIGHT,
    plan::{closed, opened_months},
};
use crate::{
    badge::{BadgeId, OwedMail, SentMail},
    calendar::Month,
    candidate::{AnyCandidate, COMMITTED, Candidate, OpenedMonth, Registered, Shard},
    office::approval::Approvals,
    ports::Table,
    programme::OfficeTerms,
    store::{self, Failure},
};

/// The sums of one month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthSums {
    /// The month.
    pub month: Month,
    /// Candidates that the register had, also those that were erased on request.
    pub registered: usize,
    /// Those who have their badge.
    pub issued: usize,
    /// Those who get none, with a reason on record.
    pub refused: usize,
    /// Those whom the staff took off the register.
    pub cancelled: usize,
    /// Those who were erased on request, with their mails.
    #[serde(default)]
    pub erased: usize,
    /// Those who were registered after the run had started, or approved of too late for it: the next one's business.
    pub waiting: usize,
    /// Of the waiting, those whom a second person has yet to approve of.
    pub unapproved: usize,
    /// Badges whose mail was accepted for delivery.
    pub mailed: usize,
    /// Badges whose mail is still to be sent.
    pub owed: usize,
    /// Of the owed, those that the mail service refuses: a person has to look.
    pub undeliverable: usize,
    /// Of the owed, those to whose address no mail goes until a person releases it.
    pub stopped: usize,
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
            cancelled: 0,
            erased: 0,
            waiting: 0,
            unapproved: 0,
            mailed: 0,
            owed: 0,
            undeliverable: 0,
            stopped: 0,
            strays: 0,
        }
    }

    /// Adds the sums of another part of the month.
    fn add(&mut self, part: Self) {
        let Self {
            month: _,
            registered,
            issued,
            refused,
            cancelled,
            erased,
            waiting,
            unapproved,
            mailed,
            owed,
            undeliverable,
            stopped,
            strays,
        } = part;
        self.registered += registered;
        self.issued += issued;
        self.refused += refused;
        self.cancelled += cancelled;
        self.erased += erased;
        self.waiting += waiting;
        self.unapproved += unapproved;
        self.mailed += mailed;
        self.owed += owed;
        self.undeliverable += undeliverable;
        self.stopped += stopped;
        self.strays += strays;
    }

    /// Whether every candidate that the run could issue was issued or refused, cancelled before, or erased.
    pub fn all_issued(&self) -> bool {
        self.registered == self.issued + self.refused + self.cancelled + self.erased + self.waiting
    }

    /// Candidates who have no badge, and are to get one.
    pub fn due(&self) -> usize {
        let done = self.issued + self.refused + self.cancelled + self.erased;
        self.registered.saturating_sub(done)
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
        let Self { month, registered, issued, refused, mailed, owed, undeliverable, stopped, strays, .. } =
            self;
        let sign = |agrees| if agrees { "=" } else { "≠" };
        let also = |name: &str, count: usize| {
            if count > 0 { format!(" + {name} {count}") } else { String::new() }
        };
        write!(
            formatter,
            "{month}: registered {registered} {} issued {issued} + refused {refused}{}{}{}{}; issued {issued} {} mailed \
             {mailed} + owed {owed}",
            sign(self.all_issued()),
            also("cancelled", self.cancelled),
            also("erased", self.erased),
            also("waiting", self.waiting),
            if self.unapproved > 0 {
                format!(" ({} of them without the second approval)", self.unapproved)
            } else {
                String::new()
            },
            sign(self.all_announced()),
        )?;
        if *undeliverable > 0 {
            write!(formatter, " ({undeliverable} refused by the mail service)")?;
        }
        if *stopped > 0 {
            write!(formatter, " ({stopped} to addresses that mail does not reach)")?;
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

/// Counts every month that is closed at `scheduled`, and matches badges with mails one by one. Who was registered, or approved of,
/// after the run had `started` may wait for the next one.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn reconcile(
    table: &dyn Table,
    office: &OfficeTerms,
    scheduled: Timestamp,
    started: Option<Timestamp>,
) -> Result<Reconciliation, Failure> {
    let mut months = Vec::new();
    for opened in closed(&opened_months(table).await?, scheduled) {
        months.push(sums_of(table, office, opened, started).await?);
    }
    Ok(Reconciliation { months })
}

/// Counts one month, closed or not, as [`reconcile`] does.
///
/// # Errors
/// As [`reconcile`].
pub async fn month_sums(
    table: &dyn Table,
    office: &OfficeTerms,
    month: Month,
    started: Option<Timestamp>,
) -> Result<MonthSums, Failure> {
    let opened = store::load::<OpenedMonth>(table, &OpenedMonth::key_of(month)).await?;
    let opened = opened.map_or_else(|| OpenedMonth::new(month), |opened| opened.record);
    sums_of(table, office, &opened, started).await
}

async fn sums_of(
    table: &dyn Table,
    office: &OfficeTerms,
    &OpenedMonth { month, erased, .. }: &OpenedMonth,
    started: Option<Timestamp>,
) -> Result<MonthSums, Failure> {
    let approvals = if office.second_approval { Some(Approvals::of(table, month).await?) } else { None };
    let waiting = &Waiting::new(started, approvals);
    let shards: Vec<Result<MonthSums, Failure>> = futures::stream::iter(Shard::all(month))
        .map(|shard| count(table, shard, waiting))
        .buffer_unordered(IN_FLIGHT)
        .collect()
        .await;
    let mut sums = MonthSums { registered: erased, erased, ..MonthSums::none(month) };
    for shard in shards {
        sums.add(shard?);
    }
    Ok(sums)
}

/// Who may wait for the next run.
struct Waiting {
    /// Whatever happened before this, the run saw.
    seen: Option<Timestamp>,
    /// All approvals, and those that the run saw. None: nobody needs one.
    approvals: Option<(Approvals, Approvals)>,
}

impl Waiting {
    fn new(started: Option<Timestamp>, approvals: Option<Approvals>) -> Self {
        let seen = started.map(|started| started.checked_sub(COMMITTED).unwrap_or(Timestamp::MIN));
        let approvals = approvals.map(|all| {
            let seen = seen.map_or_else(|| all.clone(), |seen| all.before(seen));
            (all, seen)
        });
        Self { seen, approvals }
    }

    fn is_late(&self, at: Timestamp) -> bool {
        self.seen.is_some_and(|seen| at >= seen)
    }

    fn may_wait(&self, candidate: &Candidate<Registered>) -> bool {
        let unapproved = |(_, seen): &(Approvals, Approvals)| !seen.cover(candidate);
        self.is_late(candidate.registered_at) || self.approvals.as_ref().is_some_and(unapproved)
    }

    fn is_unapproved(&self, candidate: &Candidate<Registered>) -> bool {
        self.approvals.as_ref().is_some_and(|(all, _)| !all.cover(candidate))
    }
}

/// Counts one shard. Memory: the names of its badges.
async fn count(table: &dyn Table, shard: Shard, waiting: &Waiting) -> Result<MonthSums, Failure> {
    let mut sums = MonthSums::none(shard.month);
    let mut unmatched: HashSet<BadgeId> = HashSet::new();
    store::for_each::<AnyCandidate>(table, &AnyCandidate::partition(shard), |candidate| {
        sums.registered += 1;
        match candidate.record {
            AnyCandidate::Issued(candidate) => {
                sums.issued += 1;
                unmatched.insert(candidate.state.badge);
            }
            AnyCandidate::Refused(_) => sums.refused += 1,
            AnyCandidate::Cancelled(_) => sums.cancelled += 1,
            AnyCandidate::Registered(candidate) => {
                sums.waiting += usize::from(waiting.may_wait(&candidate));
                sums.unapproved += usize::from(waiting.is_unapproved(&candidate));
            }
            AnyCandidate::Prepared(candidate) => {
                sums.waiting += usize::from(waiting.is_late(candidate.registered_at));
            }
        }
    })
    .await?;
    let mut strays = 0;
    store::for_each::<OwedMail>(table, &OwedMail::partition(shard), |owed| {
        sums.owed += 1;
        sums.stopped += usize::from(owed.record.stopped);
        sums.undeliverable += usize::from(owed.record.refused && !owed.record.stopped);
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
