//! Deleting a badge, for good. In one transaction it is revoked, what strangers see of it goes, and everything that names its
//! holder is erased. What remains is a mark in the register's place: [`DeletedBadge`](crate::badge::DeletedBadge). The issuer's
//! own revocations are made of the same parts.

use super::{Change, Ports, change, holdings, letter, publication, stored_wallet};
use crate::{
    badge::{AnyBadge, Badge, BadgeId, Claimed, GoneBadge, Ground, OwedMail, Revoked, Unclaimed},
    candidate::CandidateRef,
    letter::Subject,
    ports::{Key, Write, WriteError},
    programme::Bilingual,
    status,
    store::{self, Failure, Stored},
    token::{ClaimGrant, GrantOfBadge},
    wallet::{Holding, WalletId},
};

/// So many tokens go with the badge in one transaction. If it has more, the others go before it.
const TOKENS_AT_ONCE: usize = 32;

/// Deletes a badge, and gives what it was. None: this wallet has no such badge, or it is deleted already.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer. It is deleted or it is not; calling again tells.
pub async fn delete(
    ports: Ports<'_>,
    wallet: &WalletId,
    badge: &BadgeId,
) -> Result<Option<Bilingual>, Failure> {
    change(ports, move || async move {
        let Some(owner) = stored_wallet(ports, wallet).await? else {
            return Ok(Change::Nothing(None));
        };
        let Some(place) = holdings::claimed(ports, wallet, badge).await? else {
            return Ok(Change::Nothing(None));
        };
        let name = place.badge.record.wording.name.clone();
        let mut writes = Vec::new();
        if let Some(to) = owner.record.main_address() {
            let subject = Subject::BadgeDeleted {
                badge: badge.clone(),
                holder_name: place.badge.record.holder_name.clone(),
                achievement: name.clone(),
            };
            writes.push(letter(ports, to, subject)?);
        }
        writes.push(store::replace(owner.version, &owner.record)?);
        let kept = Holding { deleted: true, ..place.holding.record.clone() };
        writes.push(store::replace(place.holding.version, &kept)?);
        writes.extend(erase(ports, wallet, place.badge, None).await?);
        Ok(Change::Commit(writes, Some(name)))
    })
    .await
}

/// The writes that revoke a claimed badge and erase everything personal about it; with a ground, if the issuer does so. What
/// becomes of its place in the wallet is the caller's to say.
pub(crate) async fn erase(
    ports: Ports<'_>,
    wallet: &WalletId,
    stored: Stored<Badge<Claimed>>,
    ground: Option<Ground>,
) -> Result<Vec<Write>, Failure> {
    let owed = owed_mail(ports, &stored.record.id, &stored.record.candidate).await?;
    let mut writes = revoke(ports, wallet, stored, ground).await?;
    if let Some(owed) = owed {
        // Claimed by a mail whose acceptance was never recorded: it was sent.
        writes.extend(settled(ports, &owed)?);
    }
    Ok(writes)
}

/// The mail that a badge still owes. Read before the badge's tokens, so that a link which is minted meanwhile is not overlooked.
pub(crate) async fn owed_mail(
    ports: Ports<'_>,
    badge: &BadgeId,
    candidate: &CandidateRef,
) -> Result<Option<Stored<OwedMail>>, Failure> {
    let owed = Key::new(OwedMail::partition(candidate.shard()), badge.to_string());
    Ok(store::load(ports.table, &owed).await?)
}

/// The writes after which a mail is not owed any more, but counts as sent: of an issued badge, one of the two stands.
pub(crate) fn settled(ports: Ports<'_>, owed: &Stored<OwedMail>) -> Result<[Write; 2], WriteError> {
    let sent = owed.record.clone().sent(ports.clock.now());
    Ok([store::delete(owed), store::create(&sent)?])
}

/// As [`erase`], but for the badge's mail, which is the caller's business as well.
pub(crate) async fn revoke(
    ports: Ports<'_>,
    wallet: &WalletId,
    stored: Stored<Badge<Claimed>>,
    ground: Option<Ground>,
) -> Result<Vec<Write>, Failure> {
    let Stored { record: badge, version } = stored;
    let mut writes = publication::writes(ports, wallet, &badge.id, &badge.achievement, None).await?;
    writes.extend(tokens(ports, &badge.id).await?);
    let now = ports.clock.now();
    if badge.was_public() {
        let revoked = ground.map(|ground| Revoked { ground, at: now });
        writes.push(store::create(&GoneBadge { id: badge.id.clone(), revoked })?);
    }
    writes.extend(status::set_bit(&badge.list, badge.index, now)?);
    let deleted = match ground {
        Some(ground) => badge.revoke(ground, now),
        None => badge.delete(now),
    };
    writes.push(store::replace(version, &AnyBadge::Deleted(deleted))?);
    Ok(writes)
}

/// The writes that withdraw a badge which nobody has accepted: it is revoked, and its links are void. With a ground, if the issuer
/// does not replace it. Its mail is the caller's business.
pub(crate) async fn withdraw(
    ports: Ports<'_>,
    stored: Stored<Badge<Unclaimed>>,
    ground: Option<Ground>,
) -> Result<Vec<Write>, Failure> {
    let Stored { record: badge, version } = stored;
    let mut writes = tokens(ports, &badge.id).await?;
    let now = ports.clock.now();
    writes.extend(status::set_bit(&badge.list, badge.index, now)?);
    let deleted = match ground {
        Some(ground) => badge.revoke(ground, now),
        None => badge.withdraw(now),
    };
    writes.push(store::replace(version, &AnyBadge::Deleted(deleted))?);
    Ok(writes)
}

/// The writes after which nothing is left of a badge that nobody has accepted but its revoked place in a status list: its occasion
/// leaves the register with it. Its mail is the caller's business, and is read before this is called, so that no link that is minted
/// meanwhile is overlooked.
pub(crate) async fn remove(
    ports: Ports<'_>,
    stored: &Stored<Badge<Unclaimed>>,
) -> Result<Vec<Write>, Failure> {
    let badge = &stored.record;
    let mut writes = tokens(ports, &badge.id).await?;
    writes.extend(status::set_bit(&badge.list, badge.index, ports.clock.now())?);
    writes.push(Write::Delete { key: AnyBadge::key_of(&badge.id), version: stored.version });
    Ok(writes)
}

/// The writes that erase a badge's tokens. Those beyond [`TOKENS_AT_ONCE`] are erased at once: the links of a claimed badge
/// open nothing, they only say that it is claimed. So many stay in one transaction that each takes two of its writes.
async fn tokens(ports: Ports<'_>, badge: &BadgeId) -> Result<Vec<Write>, Failure> {
    loop {
        let mut tokens = Vec::new();
        let mut after = Some(AnyBadge::SORT.to_owned());
        while after.is_some() && tokens.len() <= TOKENS_AT_ONCE {
            let (page, next) =
                store::load_page::<GrantOfBadge>(ports.table, &badge.partition(), after.as_deref()).await?;
            tokens.extend(page);
            after = next;
        }
        let all = tokens.len() <= TOKENS_AT_ONCE;
        let batch = tokens.get(..tokens.len().min(TOKENS_AT_ONCE)).unwrap_or_default();
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        let keys: Vec<_> = batch.iter().map(|grant| ClaimGrant::key_of(&grant.record.token)).collect();
        let grants = store::load_many::<ClaimGrant>(ports.table, &keys).await?;
        let writes =
            batch.iter().map(store::delete).chain(grants.iter().flatten().map(store::delete)).collect();
        if all {
            return Ok(writes);
        }
        match store::commit(ports.table, ports.entropy, writes).await {
            // Another call erases them as well.
            Ok(()) | Err(WriteError::Conflict { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
}
