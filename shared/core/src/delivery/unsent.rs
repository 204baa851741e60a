//! Mails that do not leave the house: nothing is ever heard of them, so that no mark leads to them.

use futures::StreamExt;

use super::{Standings, StopReason, Undelivered};
use crate::{
    badge::{AnyBadge, Badge, OwedMail, Unclaimed},
    calendar::Month,
    candidate::Shard,
    ports::{ReadError, Table},
    store::{self, Failure, Stored},
};

/// So many shards are read at once.
const AT_ONCE: usize = 8;

/// So many badges are read at once.
const BATCH: usize = 100;

/// A badge that waits, and whose owed mail is not sent until a person has looked.
#[derive(Debug, Clone)]
pub struct UnsentBadge {
    /// The badge, with the address that its mail is to go to.
    pub badge: Badge<Unclaimed>,
    /// Why no mail goes to the address. None: the mail service does not take it, most likely because of the address.
    pub stopped: Option<StopReason>,
}

/// The unsent mails of a month: so many at the most. The owed mails of the month are looked through.
///
/// A stopped one is left out where an earlier mail about its badge is among the [`undelivered`](super::undelivered()) ones already, and
/// where its address has been released: it goes out with the next sweep.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn unsent(table: &dyn Table, month: Month, most: usize) -> Result<Vec<UnsentBadge>, Failure> {
    let shards: Vec<Result<Vec<OwedMail>, ReadError>> = futures::stream::iter(Shard::all(month))
        .map(|shard| async move {
            let mut refused = Vec::new();
            store::for_each::<OwedMail>(table, &OwedMail::partition(shard), |owed| {
                if owed.record.refused {
                    refused.push(owed.record);
                }
            })
            .await?;
            Ok(refused)
        })
        .buffered(AT_ONCE)
        .collect()
        .await;
    let refused = shards.into_iter().collect::<Result<Vec<_>, _>>()?.concat();
    let mut unsent = Vec::new();
    for batch in refused.chunks(BATCH) {
        unsent.extend(waiting(table, batch).await?);
        if unsent.len() >= most {
            break;
        }
    }
    unsent.truncate(most);
    Ok(unsent)
}

async fn waiting(table: &dyn Table, batch: &[OwedMail]) -> Result<Vec<UnsentBadge>, Failure> {
    let keys: Vec<_> = batch.iter().map(|owed| AnyBadge::key_of(&owed.badge)).collect();
    let badges = store::load_many::<AnyBadge>(table, &keys).await?;
    let waiting: Vec<_> = batch
        .iter()
        .zip(badges)
        .filter_map(|(owed, badge)| match badge {
            Some(Stored { record: AnyBadge::Unclaimed(badge), .. }) => Some((owed, badge)),
            _ => None,
        })
        .collect();
    let stopped = || waiting.iter().filter(|(owed, _)| owed.stopped);
    let standings = Standings::of(table, stopped().map(|(_, badge)| &badge.address)).await?;
    let marks: Vec<_> = stopped().map(|(owed, _)| Undelivered::key_of(owed.shard, &owed.badge)).collect();
    let marks = store::load_many::<Undelivered>(table, &marks).await?;
    let marked: Vec<_> = marks.into_iter().flatten().map(|mark| mark.record.badge).collect();
    let unsent = waiting.into_iter().filter_map(|(owed, badge)| {
        let stopped = standings.reason(&badge.address);
        let listed = !owed.stopped || (stopped.is_some() && !marked.contains(&badge.id));
        listed.then_some(UnsentBadge { badge, stopped: stopped.filter(|_| owed.stopped) })
    });
    Ok(unsent.collect())
}
