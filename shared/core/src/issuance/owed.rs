//! What is owed to somebody who waits: badges that were paid or promised by the office, and revocations that two of the staff agreed
//! on. The table's stream asks for them as they come in, so that a corrected badge is in its mail within seconds and a revoked one
//! out of force, and whoever owes it holds no signer.

use serde::{Deserialize, Serialize};

use super::{Call, ComposeMail, Mails, Ports, announce::announce_these, deliver};
use crate::{
    badge::BadgeId,
    candidate::Shard,
    office::revocation::{Resumed, resume},
    order::{AnyOrder, OrderId},
    reissue::heal::{IssuedOwed, issue_owed},
    store::{self, Failure, Stopped},
};

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedAgain {
    /// Badges that this call revoked.
    #[serde(default)]
    pub revoked: usize,
    /// Badges that this call issued.
    pub reissued: usize,
    /// Badges that are still owed, and were paid over an hour ago.
    pub overdue: usize,
    /// With their mails, and with all letters.
    #[serde(flatten)]
    pub mails: Mails,
}

/// Revokes what is agreed, issues every badge that is owed, mails it, and sends the letters that wait. One thing's failure does not keep
/// the others from being done.
///
/// # Errors
/// [`Stopped`] with the first failure. What is owed stays owed; call again.
pub async fn issue_again(
    ports: Ports<'_>,
    compose: ComposeMail<'_>,
    call: &Call,
) -> Result<IssuedAgain, Stopped<IssuedAgain>> {
    let (IssuedOwed { orders, overdue }, mut result) = issue_owed(ports.signing()).await;
    let (Resumed { revoked, .. }, failed) = resume(ports.office(), call.deadline).await;
    result = result.and(failed);
    let mut done = IssuedAgain { revoked, reissued: orders.len(), overdue, mails: Mails::default() };
    let announced = announced(ports, &orders, compose, call, &mut done.mails).await;
    result = result.and(announced);
    match deliver(ports, compose, call).await {
        Ok(letters) => done.mails.add(letters),
        Err(Stopped { done: letters, failure }) => {
            done.mails.add(letters);
            result = result.and(Err(failure));
        }
    }
    match result {
        Ok(()) => Ok(done),
        Err(failure) => Err(Stopped { done, failure }),
    }
}

/// Mails the badges of these orders. One that came into its wallet owes none.
async fn announced(
    ports: Ports<'_>,
    orders: &[OrderId],
    compose: ComposeMail<'_>,
    call: &Call,
    mails: &mut Mails,
) -> Result<(), Failure> {
    let keys: Vec<_> = orders.iter().map(AnyOrder::key_of).collect();
    let found = store::load_many::<AnyOrder>(ports.table, &keys).await?;
    let badges: Vec<(Shard, BadgeId)> = found
        .into_iter()
        .filter_map(|stored| match stored?.record {
            AnyOrder::Reissued(order) => Some((order.terms.candidate.shard(), order.state.badge)),
            _ => None,
        })
        .collect();
    match announce_these(ports, &badges, compose, call, mails).await? {
        None => Ok(()),
        Some(failure) => Err(failure),
    }
}
