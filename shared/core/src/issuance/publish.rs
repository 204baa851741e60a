//! Publishing a status list: from the set of revoked indexes to a signed document.

use std::collections::BTreeMap;

use openbadges::{
    DateTime, Iri,
    proof::{ProofOptions, Unsigned},
    status::{StatusList, StatusListCredential},
};

use super::{Ports, Signing};
use crate::{
    ports::{TRANSACTION_WRITES, WriteError},
    status::{LIST_TTL_MILLISECONDS, PublishedList, RevokedIndex, StaleList, StatusListId},
    store::{self, Failure, Stored},
};

/// How often a list is tried when another writer is at it.
const ROUNDS: u32 = 4;

/// Publishes the list if it was never published.
pub(super) async fn ensure_list(ports: Signing<'_>, list: &StatusListId) -> Result<(), Failure> {
    for _ in 0..ROUNDS {
        let published = store::load::<PublishedList>(ports.table, &PublishedList::key_of(list)).await?;
        if published.is_some() || publish(ports, list, published).await? {
            return Ok(());
        }
        // Another run was at the list: as good as ours, if it came through.
    }
    Err(contended(list))
}

/// Signs the list anew from the revoked indexes and puts it in the place of the published one.
///
/// # Errors
/// [`Failure::TryAgain`] if a port did not answer; the published list is then as it was, or new.
pub async fn publish_list(ports: Ports<'_>, list: &StatusListId) -> Result<(), Failure> {
    for _ in 0..ROUNDS {
        let published = store::load::<PublishedList>(ports.table, &PublishedList::key_of(list)).await?;
        if publish(ports.signing(), list, published).await? {
            return Ok(());
        }
    }
    Err(contended(list))
}

/// Publishes every marked list, then removes the marks that were seen before. Gives how many lists that were.
///
/// # Errors
/// The first list's [`Failure`]; its marks stay, and the other lists are published all the same.
pub async fn publish_marked(ports: Ports<'_>) -> Result<usize, Failure> {
    let mut marked: BTreeMap<StatusListId, Vec<Stored<StaleList>>> = BTreeMap::new();
    store::for_each::<StaleList>(ports.table, StaleList::PARTITION, |mark| {
        marked.entry(mark.record.list.clone()).or_default().push(mark);
    })
    .await?;
    let mut published = 0;
    let mut failure = None;
    for (list, marks) in &marked {
        match publish_and_unmark(ports, list, marks).await {
            Ok(()) => published += 1,
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    failure.map_or(Ok(published), Err)
}

async fn publish_and_unmark(
    ports: Ports<'_>,
    list: &StatusListId,
    marks: &[Stored<StaleList>],
) -> Result<(), Failure> {
    publish_list(ports, list).await?;
    for group in marks.chunks(TRANSACTION_WRITES) {
        let removals = group.iter().map(store::delete).collect();
        match store::commit(ports.table, ports.entropy, removals).await {
            // Another run has published the list as well, and removed some of the marks: what is left is published
            // once more.
            Ok(()) | Err(WriteError::Conflict { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn contended(list: &StatusListId) -> Failure {
    Failure::TryAgain(format!("status list {list} is being published by another run"))
}

/// Whether it came through: not if another writer was at the list. The bits are read after the list that they replace,
/// so a list that comes through holds every bit that the one before held.
async fn publish(
    ports: Signing<'_>,
    list: &StatusListId,
    published: Option<Stored<PublishedList>>,
) -> Result<bool, Failure> {
    let mut bits = StatusList::new();
    store::for_each::<RevokedIndex>(ports.table, &RevokedIndex::partition(list), |revoked| {
        bits.set(revoked.record.index);
    })
    .await?;
    let record = sign(ports, list, &bits).await?;
    let write = match &published {
        Some(Stored { version, .. }) => store::replace(*version, &record)?,
        None => store::create(&record)?,
    };
    match store::commit(ports.table, ports.entropy, vec![write]).await {
        Ok(()) => Ok(true),
        Err(WriteError::Conflict { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

async fn sign(ports: Signing<'_>, list: &StatusListId, bits: &StatusList) -> Result<PublishedList, Failure> {
    let programme = ports.programme;
    let now = ports.clock.now();
    let broken = |error: &dyn std::fmt::Display| Failure::NeedsPerson(format!("status list {list}: {error}"));
    let id = Iri::parse(programme.status_url(list)).map_err(|error| broken(&error))?;
    let document = StatusListCredential::new(
        id,
        programme.did().clone(),
        DateTime::utc(now),
        bits,
        Some(LIST_TTL_MILLISECONDS),
    )
    .map_err(|error| broken(&error))?;
    let fragment = ports.signer.fragment();
    let verification_method = Iri::parse(programme.key_url(fragment)).map_err(|error| broken(&error))?;
    let proof = ProofOptions { verification_method, created: DateTime::utc(now) };
    let unsigned = Unsigned::new(document, proof).map_err(|error| broken(&error))?;
    let signature = ports.signer.sign(unsigned.hash_data()).await?;
    let signed = unsigned
        .attach_verified(signature, programme.public_key(fragment)?)
        .map_err(|error| broken(&error))?;
    Ok(PublishedList { list: list.clone(), signed: signed.text().to_owned(), at: now })
}
