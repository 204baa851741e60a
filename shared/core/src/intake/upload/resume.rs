//! What whoever closed the page left lying: a draft that is being registered is registered to its end, and one that was thrown away, or
//! whose time is over, is removed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Budget, Ports, Stage, Upload,
    discard::{clear, throw_away_old},
    save::save,
};
use crate::{
    office::{self, Member, Role},
    ports::AskNobody,
    store::{self, Failure},
};

/// What was done with drafts that were left lying.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resumed {
    /// Rows that were still to be registered, and are, or that turned out to be registered.
    pub registered: usize,
    /// Drafts that were removed.
    pub removed: usize,
    /// Drafts for which the time did not suffice. The next sweep goes on with them.
    pub left: usize,
}

/// Goes on with every draft that needs nobody to decide, and begins nothing after this moment. Whoever is at the same draft loses
/// nothing by it. One draft's failure does not keep the others from being seen to; the first one is told beside what was done.
pub async fn resume(office: office::Ports<'_>, until: Option<Timestamp>) -> (Resumed, Result<(), Failure>) {
    let mut resumed = Resumed::default();
    let mut drafts: Vec<Upload> = Vec::new();
    let found =
        store::for_each::<Upload>(office.table, Upload::PARTITION, |stored| drafts.push(stored.record)).await;
    if let Err(error) = found {
        return (resumed, Err(error.into()));
    }
    // Registering asks no name server: what was to be said of an address, its clerk has seen.
    let ports = Ports { office, domains: &AskNobody };
    let mut result = Ok(());
    for draft in drafts {
        if let Err(error) = go_on(ports, &draft, Budget { until, ..Budget::ALL }, &mut resumed).await {
            result = result.and(Err(error));
        }
    }
    (resumed, result)
}

async fn go_on(
    ports: Ports<'_>,
    draft: &Upload,
    budget: Budget,
    resumed: &mut Resumed,
) -> Result<(), Failure> {
    match draft.stage {
        Stage::Saving { .. } => {
            // Its clerk was one when saying so.
            let clerk = Member { subject: draft.begun_by.clone(), role: Role::Clerk };
            if let Some(saved) = save(ports, &clerk, &draft.id, None, budget).await? {
                resumed.registered += saved.saved.rows.saturating_sub(draft.saved.rows);
                resumed.left += usize::from(matches!(saved.stage, Stage::Saving { .. }));
            }
            return Ok(());
        }
        Stage::Discarded { .. } => {}
        _ if draft.is_over(ports.clock().now()) && throw_away_old(ports, &draft.id).await?.is_some() => {}
        _ => return Ok(()),
    }
    let left = clear(ports, &draft.id, budget).await?.is_some();
    *if left { &mut resumed.left } else { &mut resumed.removed } += 1;
    Ok(())
}
