//! Reminders: a badge that nobody claims is announced again after a week and after a month. "Delivered" is not "arrived".

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Call, Ports, plan::closed_months};
use crate::{
    badge::{AnyBadge, SentMail},
    calendar::Month,
    candidate::Shard,
    ports::{TRANSACTION_WRITES, WriteError},
    store::{self, Failure, Stored},
};

/// How long after the announcement each reminder is due.
const DUE: [SignedDuration; 2] = [SignedDuration::from_hours(24 * 7), SignedDuration::from_hours(24 * 30)];

/// The mails of older months have had their reminders. Late registrations are announced within this time.
const MONTHS: usize = 6;

/// So many badges are looked at together.
const LOOK: usize = 100;

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminded {
    /// Mails that are owed again.
    pub owed: usize,
    /// Whether all were seen before the time was over. The next run goes on.
    pub finished: bool,
}

/// Makes the mails of badges that are still unclaimed owed again, as reminders. Whatever sends owed mails sends them.
///
/// # Errors
/// [`Failure`] if the store did not answer. What was made owed is.
pub async fn remind(ports: Ports<'_>, scheduled: Timestamp, call: &Call) -> Result<Reminded, Failure> {
    let mut reminded = Reminded { owed: 0, finished: true };
    let months: Vec<Month> = closed_months(ports.table, scheduled).await?;
    // The oldest first: what is done is not looked at again, so every month has its turn.
    let recent = months.len().saturating_sub(MONTHS);
    for month in months.into_iter().skip(recent) {
        for shard in Shard::all(month) {
            if call.is_over(ports.clock) {
                reminded.finished = false;
                return Ok(reminded);
            }
            let mut due = Vec::new();
            store::for_each::<SentMail>(ports.table, &SentMail::partition(shard), |sent| {
                if is_due(&sent.record, scheduled) {
                    due.push(sent);
                }
            })
            .await?;
            for sent in due.chunks(LOOK) {
                reminded.owed += remind_some(ports, sent).await?;
            }
        }
    }
    Ok(reminded)
}

/// Due so long after the announcement, and never sooner after the mail before than planned.
fn is_due(sent: &SentMail, scheduled: Timestamp) -> bool {
    let place = usize::from(sent.reminders);
    let Some(due) = DUE.get(place) else { return false };
    let before = place.checked_sub(1).and_then(|before| DUE.get(before)).copied().unwrap_or_default();
    let since = |at: Timestamp| scheduled.duration_since(at);
    let announced = sent.announced_at.unwrap_or(sent.sent_at);
    !sent.settled && since(announced) >= *due && since(sent.sent_at) >= *due - before
}

/// Reminds of those that are unclaimed, and settles the others, so that nobody looks at them again.
async fn remind_some(ports: Ports<'_>, due: &[Stored<SentMail>]) -> Result<usize, Failure> {
    let keys: Vec<_> = due.iter().map(|sent| AnyBadge::key_of(&sent.record.badge)).collect();
    let badges = store::load_many::<AnyBadge>(ports.table, &keys).await?;
    let mut steps = Vec::with_capacity(due.len());
    for (sent, badge) in due.iter().zip(badges) {
        let waits = matches!(badge, Some(Stored { record: AnyBadge::Unclaimed(_), .. }));
        let writes = if waits {
            vec![store::delete(sent), store::create(&sent.record.clone().remind())?]
        } else {
            let settled = SentMail { settled: true, ..sent.record.clone() };
            vec![store::replace(sent.version, &settled)?]
        };
        steps.push((waits, writes));
    }
    let mut owed = 0;
    for group in steps.chunks(TRANSACTION_WRITES / 2) {
        let writes = group.iter().flat_map(|(_, writes)| writes.clone()).collect();
        match store::commit(ports.table, ports.entropy, writes).await {
            Ok(()) => owed += group.iter().filter(|(waits, _)| *waits).count(),
            // Another run reminds as well, or a holder claims just now. The next run sees what is left.
            Err(WriteError::Conflict { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(owed)
}
