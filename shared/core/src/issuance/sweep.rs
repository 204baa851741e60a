//! Between the runs: what was left lying is picked up, whoever dropped it.

use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};

use super::{
    Announced, Call, ComposeMail, Mails, Ports, Work, announce, deliver,
    plan::{opened_months, plan_of},
    publish_marked,
};
use crate::{
    calendar::{self, Month},
    intake::upload,
    office::{
        retention::{self, Erased},
        revocation,
        rights::erasure::{self, Resumed},
    },
    reissue::heal::{Healed, heal},
    store::{Failure, Stopped},
};

/// So many days before the end of the month in which badges are promised, an unissued candidate is somebody's business.
const WARNING_DAYS: i64 = 7;

/// What a sweep did, and saw.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Swept {
    /// Badges that were still to be revoked, as two of the staff had agreed.
    #[serde(default)]
    pub revoked: usize,
    /// Status lists that were published anew.
    pub lists: usize,
    /// With letters, and the owed mails of all closed months.
    #[serde(flatten)]
    pub mails: Mails,
    /// Unissued candidates whose promised month is nearly over, or over; none: they could not be counted.
    pub late: Option<usize>,
    /// Badges that were paid, and orders that were not.
    #[serde(flatten)]
    pub orders: Healed,
    /// Lists that the staff left lying.
    #[serde(default)]
    pub drafts: upload::Resumed,
    /// People who asked to be erased.
    #[serde(default)]
    pub rights: Resumed,
    /// What went because its time is over.
    #[serde(default)]
    pub erased: Erased,
    /// Whether all was seen to before the time was over. What is left, the next sweep does.
    pub finished: bool,
}

/// Issues what is paid, ends what is not, revokes what is agreed, erases who asked for it, publishes marked status lists, sends letters,
/// registers the rest of lists that the staff left lying, sends the owed mails of all closed months, counts who is late, and erases what
/// is kept no more. One thing's failure does not keep the others from being done; the first one is told beside what was done.
pub async fn sweep(
    ports: Ports<'_>,
    scheduled: Timestamp,
    compose: ComposeMail<'_>,
    call: &Call,
) -> (Swept, Result<(), Failure>) {
    let mut swept = Swept { finished: true, ..Swept::default() };
    let (orders, mut result) = heal(ports.signing(), scheduled).await;
    swept.orders = orders;
    let (revoked, failed) = revocation::resume(ports.office(), call.deadline).await;
    swept.revoked = revoked.revoked;
    result = result.and(failed);
    // Before lists and letters: what erasing revokes is published, and the letter that names the person is sent and gone, at once.
    let (rights, resumed) = erasure::resume(ports.office(), call.deadline).await;
    swept.rights = rights;
    result = result.and(resumed);
    match publish_marked(ports).await {
        Ok(lists) => swept.lists = lists,
        Err(error) => result = result.and(Err(error)),
    }
    let (letters, failure) = match deliver(ports, compose, call).await {
        Ok(letters) => (letters, None),
        Err(Stopped { done, failure }) => (done, Some(failure)),
    };
    swept.finished &= letters.waiting.is_none();
    swept.mails.add(letters);
    if let Some(failure) = failure {
        result = result.and(Err(failure));
    }
    // Before months are looked at: a list may open one.
    let (drafts, resumed) = upload::resume(ports.office(), call.deadline).await;
    swept.drafts = drafts;
    swept.finished &= drafts.left == 0;
    result = result.and(resumed);
    let opened = match opened_months(ports.table).await {
        Ok(opened) => opened,
        Err(error) => return (swept, result.and(Err(error))),
    };
    let plan = match plan_of(ports.table, scheduled, &opened).await {
        Ok(plan) => plan,
        Err(error) => return (swept, result.and(Err(error))),
    };
    let late = plan.work.iter().filter(|work| is_late(work.shard.month, scheduled));
    swept.late = Some(late.map(|work| work.due).sum());
    let owed = plan.work.into_iter().filter(|work| work.owed > 0);
    result = result.and(announce_all(ports, owed, compose, call, &mut swept).await);
    let (erased, retained) = retention::sweep(ports.office(), &opened, scheduled, call.deadline).await;
    swept.erased = erased;
    (swept, result.and(retained))
}

async fn announce_all(
    ports: Ports<'_>,
    owed: impl Iterator<Item = Work>,
    compose: ComposeMail<'_>,
    call: &Call,
    swept: &mut Swept,
) -> Result<(), Failure> {
    let mut result = Ok(());
    for work in owed {
        if !swept.finished {
            break;
        }
        let (announced, failure) = match announce(ports, work, compose, call).await {
            Ok(announced) => (announced, None),
            Err(Stopped { done, failure }) => (done, Some(failure)),
        };
        let Announced { mails, next, stuck: _ } = announced;
        swept.finished &= next.is_none() && mails.waiting.is_none();
        swept.mails.add(mails);
        if let Some(failure) = failure {
            result = result.and(Err(failure));
        }
    }
    result
}

/// Whether the month in which a month's badges are promised is nearly over, or over.
pub(crate) fn is_late(month: Month, at: Timestamp) -> bool {
    let warned_from = calendar::due_by(month).saturating_sub(WARNING_DAYS.days());
    calendar::japan_date(at) > warned_from
}
