//! Closing a wallet: its badges are deleted for good, its addresses erased. Its sessions and links open nothing from then on,
//! and go with their time. Badges that were never accepted stay as they are, and can be accepted by their mails.

use super::{Change, Ports, change, deletion, holdings, letter, owner, stored_wallet};
use crate::{
    letter::Subject,
    ports::Write,
    store::{self, Failure, Stored},
    wallet::{AddressHash, Holding, Wallet, WalletId},
};

/// So many places of deleted badges go in one transaction.
const PLACES_AT_ONCE: usize = 50;

/// Closes a wallet, badge by badge, the wallet last: whatever interrupts it, repeating it goes on. A badge that comes in
/// meanwhile goes too. Gives how many badges this call deleted.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn close(ports: Ports<'_>, wallet: &WalletId) -> Result<usize, Failure> {
    let mut deleted = 0;
    loop {
        let step = change(ports, move || async move {
            let Some(stored) = stored_wallet(ports, wallet).await? else {
                return Ok(Change::Nothing(Step::Closed));
            };
            let (places, _) =
                store::load_page::<Holding>(ports.table, &Holding::partition(wallet), None).await?;
            if places.is_empty() {
                let writes = end(ports, &stored, deleted).await?;
                return Ok(Change::Commit(writes, Step::Closed));
            }
            let mut writes = vec![store::replace(stored.version, &stored.record)?];
            let (gone, live): (Vec<_>, Vec<_>) = places.into_iter().partition(|place| place.record.deleted);
            if let Some(place) = live.into_iter().next() {
                writes.push(store::delete(&place));
                // The place says that it is not deleted; if the badge says otherwise, another call came between.
                let Some(place) = holdings::claimed_at(ports, place).await? else { return Ok(Change::Again) };
                writes.extend(deletion::erase(ports, wallet, place.badge, None).await?);
                return Ok(Change::Commit(writes, Step::Deleted));
            }
            writes.extend(gone.iter().take(PLACES_AT_ONCE).map(store::delete));
            Ok(Change::Commit(writes, Step::Cleared))
        })
        .await?;
        match step {
            Step::Deleted => deleted += 1,
            Step::Cleared => {}
            Step::Closed => return Ok(deleted),
        }
    }
}

/// How many badges closing a wallet deletes.
///
/// # Errors
/// As [`close`].
pub async fn live_badges(ports: Ports<'_>, wallet: &WalletId) -> Result<usize, Failure> {
    Ok(holdings::all(ports, wallet).await?.iter().filter(|holding| !holding.deleted).count())
}

enum Step {
    Deleted,
    Cleared,
    Closed,
}

/// The writes that end a wallet which holds nothing any more.
async fn end(ports: Ports<'_>, wallet: &Stored<Wallet>, badges: usize) -> Result<Vec<Write>, Failure> {
    let mut writes = vec![store::delete(wallet)];
    for proven in &wallet.record.addresses {
        if let Some(owner) = owner(ports, &AddressHash::of(&proven.address)).await? {
            writes.push(store::delete(&owner));
        }
        writes.push(letter(ports, &proven.address, Subject::WalletClosed { badges })?);
    }
    Ok(writes)
}
