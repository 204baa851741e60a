//! The register of a month whose time is over.

use futures::StreamExt;
use jiff::SignedDuration;

use super::Work;
use crate::{
    badge::{OwedMail, SentMail},
    candidate::{AnyCandidate, Due, OpenedMonth, Shard},
    delivery::BadgeDelivery,
    office::{
        approval::MonthApproval,
        occasion::{self, Accepted, Erasing},
    },
    ports::Write,
    store::{self, Failure, Record, Stored},
};

/// So many candidates are made ready side by side.
const IN_FLIGHT: usize = 8;

/// So many candidates are made ready before they are committed.
const CHUNK: usize = 50;

/// Whoever was registering when a month was retired has finished after so long, or has failed.
const SETTLED: SignedDuration = SignedDuration::from_hours(1);

/// Erases months that are over, the oldest first. One that was begun is finished, whatever the settings say since.
pub(super) async fn sweep(work: &mut Work<'_>, months: &[OpenedMonth]) -> Result<(), Failure> {
    let terms = work.ports.programme.retention;
    let over =
        |month: &&OpenedMonth| month.retired_at.is_some() || terms.register_until(month.month) <= work.today;
    let mut over: Vec<_> = months.iter().filter(over).map(|month| month.month).collect();
    over.sort_unstable();
    let mut result = Ok(());
    for month in over {
        if work.is_over() {
            break;
        }
        let key = OpenedMonth::key_of(month);
        let outcome = match store::load::<OpenedMonth>(work.ports.table, &key).await {
            Ok(Some(stored)) => erase(work, stored).await,
            Ok(None) => Ok(()),
            Err(error) => Err(error.into()),
        };
        result = result.and(outcome);
    }
    result
}

async fn erase(work: &mut Work<'_>, month: Stored<OpenedMonth>) -> Result<(), Failure> {
    let now = work.ports.clock.now();
    let Some(retired_at) = month.record.retired_at else {
        // First of all, so that no sum is drawn of half a month. Candidates go from the next look on.
        let retired = OpenedMonth { retired_at: Some(now), ..month.record.clone() };
        work.commit(vec![store::replace(month.version, &retired)?]).await?;
        return Ok(());
    };
    let mut left = 0;
    for shard in Shard::all(month.record.month) {
        left += candidates(work, shard).await?;
        if work.is_over() {
            return Ok(());
        }
    }
    if left > 0 || now.duration_since(retired_at) < SETTLED {
        return Ok(());
    }
    for shard in Shard::all(month.record.month) {
        rest::<Due>(work, &Due::partition(shard)).await?;
        rest::<OwedMail>(work, &OwedMail::partition(shard)).await?;
        rest::<SentMail>(work, &SentMail::partition(shard)).await?;
        rest::<BadgeDelivery>(work, &BadgeDelivery::partition(shard)).await?;
    }
    rest::<MonthApproval>(work, &MonthApproval::partition(month.record.month)).await?;
    work.erased.months += usize::from(work.commit(vec![store::delete(&month)]).await?);
    Ok(())
}

/// Erases the candidates of one part of a month. Gives how many are left: they wait for an order, or for the next sweep.
async fn candidates(work: &mut Work<'_>, shard: Shard) -> Result<usize, Failure> {
    let ports = work.ports;
    let (mut left, mut after) = (0, None);
    loop {
        let (page, next) =
            store::load_page::<AnyCandidate>(ports.table, &AnyCandidate::partition(shard), after.as_deref())
                .await?;
        for chunk in page.chunks(CHUNK) {
            if work.is_over() {
                return Ok(left + chunk.len());
            }
            let ready: Vec<Result<Erasing, Failure>> = futures::stream::iter(chunk)
                .map(|candidate| occasion::erase(ports, candidate, Accepted::Stays))
                .buffered(IN_FLIGHT)
                .collect()
                .await;
            let mut parts = Vec::new();
            for erasing in ready {
                if let Erasing::By(writes) = erasing? {
                    parts.push(writes);
                }
            }
            let done = work.commit_each(parts).await?;
            work.erased.candidates += done;
            left += chunk.len() - done;
        }
        match next {
            Some(next) => after = Some(next),
            None => return Ok(left),
        }
    }
}

/// Erases what is left where no candidate is any more.
async fn rest<T: Record>(work: &mut Work<'_>, partition: &str) -> Result<(), Failure> {
    let mut left: Vec<Vec<Write>> = Vec::new();
    store::for_each::<T>(work.ports.table, partition, |stored| left.push(vec![store::delete(&stored)]))
        .await?;
    work.commit_each(left).await?;
    Ok(())
}
