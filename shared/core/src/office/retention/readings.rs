//! The readings of names, where they are kept for a shorter time than the register they stand in.

use super::{RetentionProgress, Work};
use crate::{
    candidate::{AnyCandidate, OpenedMonth, Shard},
    store::{self, Failure},
};

/// Takes the readings out of the register, one part of a month after the other, each once. Whoever is registered in such a month later
/// keeps them as long as the register.
pub(super) async fn sweep(
    work: &mut Work<'_>,
    progress: &mut RetentionProgress,
    months: &[OpenedMonth],
) -> Result<(), Failure> {
    let terms = work.ports.programme.retention;
    if terms.readings.is_none() {
        return Ok(());
    }
    let due =
        |month: &&OpenedMonth| month.retired_at.is_none() && terms.readings_until(month.month) <= work.today;
    let mut due: Vec<_> = months.iter().filter(due).map(|month| month.month).collect();
    due.sort_unstable();
    let before = progress.readings;
    let shards = due.into_iter().flat_map(Shard::all).filter(|shard| before.is_none_or(|done| *shard > done));
    for shard in shards {
        if work.is_over() || !of_shard(work, shard).await? {
            return Ok(());
        }
        progress.readings = Some(shard);
    }
    Ok(())
}

/// False: not all could be changed now.
async fn of_shard(work: &mut Work<'_>, shard: Shard) -> Result<bool, Failure> {
    let (mut after, partition) = (None, AnyCandidate::partition(shard));
    loop {
        let (page, next) =
            store::load_page::<AnyCandidate>(work.ports.table, &partition, after.as_deref()).await?;
        let mut parts = Vec::new();
        for candidate in page {
            let details = candidate.record.details();
            if details.kana.is_some() || details.roman.is_some() {
                parts.push(vec![store::replace(candidate.version, &candidate.record.without_readings())?]);
            }
        }
        let wanted = parts.len();
        let done = work.commit_each(parts).await?;
        work.erased.readings += done;
        if done < wanted || (next.is_some() && work.is_over()) {
            return Ok(false);
        }
        match next {
            Some(next) => after = Some(next),
            None => return Ok(true),
        }
    }
}
