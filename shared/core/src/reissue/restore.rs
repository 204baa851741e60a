//! Whoever has no wallet any more, and deleted a badge, proves it by the register: with the body's own number, and by reading the mail
//! of the address on record. A mailed link then opens a wallet for that address, and puts the proofs into it.

use super::{Ports, issued_candidate, open_order, stored_order};
use crate::{
    address::MailAddress,
    badge::{AnyBadge, DeletedBadge},
    calendar::{self, Month},
    candidate::{AchievementId, AnyCandidate, BodyNumber, CandidateRef, Kind, Occasions},
    claim::{
        Asked, Change, Client, change, letter,
        limits::{self, Purpose},
        session, stored_wallet, wallet_of,
    },
    letter::Subject,
    order::RestoreGrant,
    ports::Write,
    store::{self, Failure, Stored},
    token::Token,
    wallet::{AddressHash, Holding},
};

/// So many occasions of one person are looked at.
const MOST_OCCASIONS: usize = 40;

/// Mails a link to an address, if the register has a badge of this number with that very address. The answer is the same if it has
/// none.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn ask(
    ports: Ports<'_>,
    number: &BodyNumber,
    address: &MailAddress,
    client: &Client,
) -> Result<Asked, Failure> {
    let claim = ports.of_claim();
    change(claim, move || async move {
        let candidates = on_record(ports, number, address).await?;
        let Some(mut writes) = limits::admit(claim, Purpose::Restore, address, client).await? else {
            return Ok(Change::Nothing(Asked::TooMany));
        };
        if !candidates.is_empty() {
            writes.push(letter(claim, address, Subject::RestoreWallet { candidates })?);
        }
        Ok(Change::Commit(writes, Asked::Noted))
    })
    .await
}

/// The occasions of a person whose badge was issued, and whose address on record is this one.
async fn on_record(
    ports: Ports<'_>,
    number: &BodyNumber,
    address: &MailAddress,
) -> Result<Vec<CandidateRef>, Failure> {
    let mut occasions: Vec<(AchievementId, Kind, Month)> = Vec::new();
    store::for_each::<Occasions>(ports.table, &Occasions::partition(number), |stored| {
        let Occasions { achievement, kind, months, .. } = stored.record;
        occasions.extend(months.into_iter().map(|month| (achievement.clone(), kind, month)));
    })
    .await?;
    let references: Vec<_> = occasions
        .into_iter()
        .rev()
        .take(MOST_OCCASIONS)
        .map(|(achievement, kind, month)| CandidateRef::named(&achievement, kind, month, number))
        .collect();
    let mut keys: Vec<_> = references.iter().map(CandidateRef::key).collect();
    if keys.is_empty() {
        // Whoever has no badge costs the same work as whoever has one.
        keys.push(
            CandidateRef {
                month: Month::of(calendar::japan_date(ports.clock.now())),
                id: "nobody".to_owned(),
            }
            .key(),
        );
    }
    let found = store::load_many::<AnyCandidate>(ports.table, &keys).await?;
    let wanted = address.comparison_key();
    let theirs = references.into_iter().zip(found).filter_map(|(reference, found)| match found?.record {
        AnyCandidate::Issued(candidate) if candidate.details.address.comparison_key() == wanted => {
            Some(reference)
        }
        _ => None,
    });
    Ok(theirs.collect())
}

/// The address whose wallet a link opens. None: it was used, is too old, or never was.
///
/// # Errors
/// As [`ask`].
pub async fn look(ports: Ports<'_>, token: &Token) -> Result<Option<MailAddress>, Failure> {
    Ok(granted(ports, token).await?.map(|grant| grant.record.address))
}

/// Opens the wallet of the link's address, with the proofs in it, once: the browser's token. None as in [`look`].
///
/// # Errors
/// As [`ask`].
pub async fn restore(ports: Ports<'_>, token: &Token) -> Result<Option<Token>, Failure> {
    let claim = ports.of_claim();
    change(claim, move || async move {
        let Some(grant) = granted(ports, token).await? else { return Ok(Change::Nothing(None)) };
        let Some((wallet, mut writes)) = wallet_of(claim, &grant.record.address).await? else {
            return Ok(Change::Again);
        };
        writes.push(store::delete(&grant));
        for reference in &grant.record.candidates {
            let Some(badge) = deleted(ports, reference).await? else { continue };
            let (place, adopted) = adopted(ports, Holding::of_deleted(&wallet.id, &badge)).await?;
            let key = Holding::key_of(&wallet.id, &badge.id);
            if store::load::<Holding>(ports.table, &key).await?.is_none() {
                writes.push(store::create(&place)?);
                writes.extend(adopted);
            }
        }
        let (browser, opened) = session::begin(claim, &wallet, AddressHash::of(&grant.record.address))?;
        writes.push(opened);
        Ok(Change::Commit(writes, Some(browser)))
    })
    .await
}

async fn granted(ports: Ports<'_>, token: &Token) -> Result<Option<Stored<RestoreGrant>>, Failure> {
    let key = RestoreGrant::key_of(&token.hash());
    let grant = store::load::<RestoreGrant>(ports.table, &key).await?;
    Ok(grant.filter(|grant| grant.record.expires > ports.clock.now()))
}

/// A proof with the open order of its badge, if the wallet that ordered it is closed: the order comes into this wallet.
async fn adopted(ports: Ports<'_>, place: Holding) -> Result<(Holding, Option<Write>), Failure> {
    let Some(open) = open_order(ports, &place.badge).await? else { return Ok((place, None)) };
    let Some(Stored { record: mut order, version }) = stored_order(ports, &open.record.order).await? else {
        return Ok((place, None));
    };
    let ordered_by = match &order.terms().wallet {
        Some(wallet) => stored_wallet(ports.of_claim(), wallet).await?,
        None => return Ok((place, None)),
    };
    if ordered_by.is_some() {
        return Ok((place, None));
    }
    order.terms_mut().wallet = Some(place.wallet.clone());
    let adopted = store::replace(version, &order)?;
    Ok((Holding { order: Some(open.record.order), ..place }, Some(adopted)))
}

/// The badge of an occasion, if it is deleted and no other took its place.
async fn deleted(ports: Ports<'_>, reference: &CandidateRef) -> Result<Option<DeletedBadge>, Failure> {
    let Some(candidate) = issued_candidate(ports.table, reference).await? else { return Ok(None) };
    let key = AnyBadge::key_of(&candidate.record.state.badge);
    Ok(match store::load::<AnyBadge>(ports.table, &key).await? {
        Some(Stored { record: AnyBadge::Deleted(badge), .. }) => Some(badge),
        _ => None,
    })
}
