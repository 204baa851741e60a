//! Between the runs: what was left lying is picked up, whoever dropped it.

use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};

use super::{Announced, Call, ComposeMail, Ports, announce, plan, publish_marked};
use crate::{
    calendar::{self, Month},
    store::Failure,
};

/// So many days before the end of the month in which badges are promised, an unissued candidate is somebody's business.
const WARNING_DAYS: i64 = 7;

/// What a sweep did, and saw.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Swept {
    /// Status lists that were published anew.
    pub lists: usize,
    /// Mails accepted for delivery.
    pub sent: usize,
    /// Mails that the service refuses. They stay owed.
    pub refused: usize,
    /// Mails that stay owed until a later sweep.
    pub postponed: usize,
    /// Unissued candidates whose promised month is nearly over, or over.
    pub late: usize,
    /// Whether all was seen to before the time was over. What is left, the next sweep does.
    pub finished: bool,
}

/// Publishes marked status lists, sends owed mails of all closed months, and counts who is late. One thing's failure does
/// not keep the others from being done; the first one is told beside what was done.
pub async fn sweep(
    ports: Ports<'_>,
    scheduled: Timestamp,
    compose: ComposeMail<'_>,
    call: &Call,
) -> (Swept, Result<(), Failure>) {
    let mut swept = Swept { finished: true, ..Swept::default() };
    let mut result = Ok(());
    match publish_marked(ports).await {
        Ok(lists) => swept.lists = lists,
        Err(error) => result = Err(error),
    }
    let plan = match plan(ports.table, scheduled).await {
        Ok(plan) => plan,
        Err(error) => return (swept, result.and(Err(error))),
    };
    swept.late =
        plan.work.iter().filter(|work| is_late(work.shard.month, scheduled)).map(|work| work.due).sum();
    for work in plan.work.into_iter().filter(|work| work.owed > 0) {
        match announce(ports, work, compose, call).await {
            Ok(Announced { sent, refused, postponed, next, stuck: _ }) => {
                swept.sent += sent;
                swept.refused += refused;
                swept.postponed += postponed;
                swept.finished &= next.is_none();
            }
            Err(error) => result = result.and(Err(error)),
        }
        if !swept.finished {
            break;
        }
    }
    (swept, result)
}

fn is_late(month: Month, at: Timestamp) -> bool {
    let warned_from = calendar::due_by(month).saturating_sub(WARNING_DAYS.days());
    calendar::japan_date(at) > warned_from
}
