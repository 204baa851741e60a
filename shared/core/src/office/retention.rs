//! What is kept no longer than it is needed. The times are the programme's ([`Retention`](crate::programme::Retention)), what they
//! hold for is said once ([`policy`]), and the sweep keeps to it: the oldest first, a bounded part at a time, each part in one
//! transaction, so that it may die anywhere and go on with the next sweep.
//!
//! * A month of the register that is over is marked as retired: no run and no sum looks at it any more. Its candidates go one by one,
//!   each with its occasion, its mails, and its badge, if nobody accepted that. A badge that its holder accepted stays with the holder;
//!   it does not lead to the register any more, so it cannot be issued again. The month itself goes last.
//! * An order goes with its trail, its money and its reference when its time after the last step is over. One that is neither ended nor
//!   done never does, nor does one with money that waits for the staff; and a candidate with such an order waits for it.
//! * Lines of the audit go by months.
//!
//! Whatever has a time of its own (links, sessions, letters, receipts) goes by that, see `shared/README.md`.

mod lines;
mod orders;
pub mod policy;
mod progress;
mod readings;
mod register;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

pub(in crate::office) use self::orders::replaced;
pub use self::progress::{LastErasing, RetentionProgress};
use super::Ports;
use crate::{
    calendar::{self, Month},
    candidate::OpenedMonth,
    ports::{TRANSACTION_WRITES, Write, WriteError},
    store::{self, Failure},
};

/// So many transactions a sweep takes for erasing what is over. What is left, the next one does.
const BATCHES: usize = 200;

/// What one sweep erased because its time is over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Erased {
    /// Candidates of the register, with what hung on them.
    pub candidates: usize,
    /// Months of the register that are gone as a whole.
    pub months: usize,
    /// Candidates whose readings of the name are gone.
    pub readings: usize,
    /// Orders, with what hung on them.
    pub orders: usize,
    /// Lines of the audit.
    pub lines: usize,
}

impl Erased {
    /// Whether there was nothing to erase.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// How erasing stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// What was erased last, if anything ever was.
    pub last: Option<LastErasing>,
    /// Months of the register that are being erased.
    pub erasing: Vec<Month>,
    /// The month that is erased next, and the first day on which it is.
    pub next: Option<(Month, Date)>,
}

/// How erasing stands.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn standing(ports: Ports<'_>) -> Result<Standing, Failure> {
    let last = progress::load(ports.table).await?.and_then(|stored| stored.record.last);
    let (mut erasing, mut next): (Vec<Month>, Option<Month>) = (Vec::new(), None);
    store::for_each::<OpenedMonth>(ports.table, OpenedMonth::PARTITION, |opened| {
        let OpenedMonth { month, retired_at, .. } = opened.record;
        if retired_at.is_some() {
            erasing.push(month);
        } else {
            next = Some(next.map_or(month, |next| next.min(month)));
        }
    })
    .await?;
    let next = next.map(|month| (month, ports.programme.retention.register_until(month)));
    Ok(Standing { last, erasing, next })
}

/// Erases what is over at `scheduled`, until all is done, or enough for one sweep, or `until` is over. One thing's failure does not keep
/// the others from being erased; the first one is told beside what was done.
pub async fn sweep(
    ports: Ports<'_>,
    months: &[OpenedMonth],
    scheduled: Timestamp,
    until: Option<Timestamp>,
) -> (Erased, Result<(), Failure>) {
    let mut work = Work {
        ports,
        today: calendar::japan_date(scheduled),
        until,
        left: BATCHES,
        erased: Erased::default(),
    };
    let mut result = register::sweep(&mut work, months).await;
    // Asked only when something can be over: most sweeps have nothing to look at.
    if RetentionProgress::may_be_due(&ports.programme.retention, months, work.today) {
        result = result.and(beside_the_register(&mut work, months).await);
    }
    (work.erased, result)
}

async fn beside_the_register(work: &mut Work<'_>, months: &[OpenedMonth]) -> Result<(), Failure> {
    let stored = progress::load(work.ports.table).await?;
    let mut progress =
        stored.as_ref().map_or_else(RetentionProgress::default, |stored| stored.record.clone());
    let mut result = orders::sweep(work, &mut progress).await;
    result = result.and(lines::sweep(work, &mut progress).await);
    result = result.and(readings::sweep(work, &mut progress, months).await);
    result.and(progress::keep(work, stored, progress).await)
}

/// One sweep at work.
struct Work<'a> {
    ports: Ports<'a>,
    today: Date,
    until: Option<Timestamp>,
    /// So many transactions are left of [`BATCHES`].
    left: usize,
    erased: Erased,
}

impl Work<'_> {
    /// Whether it is enough for one sweep.
    fn is_over(&self) -> bool {
        self.left == 0 || self.until.is_some_and(|until| self.ports.clock.now() >= until)
    }

    /// Commits. False: another writer was at the same items; the next sweep looks again.
    async fn commit(&mut self, writes: Vec<Write>) -> Result<bool, Failure> {
        self.left = self.left.saturating_sub(1);
        match store::commit(self.ports.table, self.ports.entropy, writes).await {
            Ok(()) => Ok(true),
            Err(WriteError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Commits what belongs together in as few transactions as can be. Of a group that does not come through, each part is tried by
    /// itself. Gives how many parts came through.
    async fn commit_each(&mut self, parts: Vec<Vec<Write>>) -> Result<usize, Failure> {
        let (mut done, mut group, mut parts) = (0, Vec::new(), parts.into_iter().peekable());
        while let Some(part) = parts.next() {
            group.push(part);
            let writes: usize = group.iter().map(Vec::len).sum();
            let fits = |next: &Vec<Write>| writes + next.len() <= TRANSACTION_WRITES;
            if parts.peek().is_some_and(fits) {
                continue;
            }
            let alone = group.len() == 1;
            if self.commit(group.iter().flatten().cloned().collect()).await? {
                done += group.len();
            } else if !alone {
                for part in group.drain(..) {
                    done += usize::from(self.commit(part).await?);
                }
            }
            group.clear();
        }
        Ok(done)
    }
}
