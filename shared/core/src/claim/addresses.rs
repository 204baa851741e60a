//! The addresses of a wallet. An address joins only when its mail was read and its wallet's owner was signed in, both at that
//! moment; if another wallet knew it, and no other address, that wallet's badges come along. Every change is mailed to all
//! addresses.

use jiff::Timestamp;

use super::{
    Asked, Change, Client, Ports, change, claim_into, holdings, letter,
    limits::{self, Purpose},
    owner, publication, stored_wallet,
};
use crate::{
    address::MailAddress,
    badge::{AnyBadge, Badge, BadgeId, ConsentVersion, Unclaimed, Visibility},
    letter::{AddressChange, Subject},
    order::AnyOrder,
    ports::{TRANSACTION_WRITES, Write},
    programme::{Bilingual, Locale},
    store::{self, Failure, Stored},
    token::Token,
    wallet::{
        AddressHash, AddressOwner, AddressProof, Holding, MOST_ADDRESSES, ProvenAddress, Wallet, WalletId,
    },
};

/// Mails a link to an address that is to be added to the wallet.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn ask(
    ports: Ports<'_>,
    wallet: &WalletId,
    address: &MailAddress,
    client: &Client,
) -> Result<Asked, Failure> {
    ask_for(ports, wallet, address, None, client).await
}

/// Mails a link to the address of a badge that waits, so that badge and address come into the wallet. None: no badge waits behind
/// the link.
///
/// # Errors
/// As [`ask`].
pub async fn ask_by_link(
    ports: Ports<'_>,
    wallet: &WalletId,
    claim: &Token,
    client: &Client,
) -> Result<Option<Asked>, Failure> {
    match super::find(ports, claim).await? {
        super::Found::Unclaimed { badge, .. } => {
            ask_for(ports, wallet, &badge.address, Some(&badge.id), client).await.map(Some)
        }
        _ => Ok(None),
    }
}

async fn ask_for(
    ports: Ports<'_>,
    wallet: &WalletId,
    address: &MailAddress,
    badge: Option<&BadgeId>,
    client: &Client,
) -> Result<Asked, Failure> {
    change(ports, move || async move {
        let Some(mut writes) = limits::admit(ports, Purpose::AddressProof, address, client).await? else {
            return Ok(Change::Nothing(Asked::TooMany));
        };
        let subject = Subject::AddressProof { wallet: wallet.clone(), badge: badge.cloned() };
        writes.push(letter(ports, address, subject)?);
        Ok(Change::Commit(writes, Asked::Noted))
    })
    .await
}

/// What a link that proves an address would do.
#[derive(Debug, Clone)]
pub struct ProofOffer {
    /// The wallet that asked.
    pub wallet: WalletId,
    /// Its main address.
    pub main_address: MailAddress,
    /// The address that is added.
    pub address: MailAddress,
    /// The badge that is claimed with it.
    pub badge: Option<Bilingual>,
    /// So many badges come along from the wallet that knows the address until now.
    pub merges: usize,
    /// The wallet that knows the address until now knows others too. Nobody has proven those here, so it cannot come along.
    pub shared: bool,
}

/// Looks at what a link that proves an address would do. None: it was used, is too old, or never was.
///
/// # Errors
/// As [`ask`].
pub async fn look(ports: Ports<'_>, token: &Token) -> Result<Option<ProofOffer>, Failure> {
    let Some(proof) = granted(ports, token).await? else { return Ok(None) };
    let proof = proof.record;
    let Some(wallet) = stored_wallet(ports, &proof.wallet).await? else {
        return Ok(None);
    };
    let Some(main_address) = wallet.record.main_address().cloned() else { return Ok(None) };
    let (mut merges, mut shared) = (0, false);
    if let Some(owner) = owner(ports, &AddressHash::of(&proof.address)).await?
        && owner.record.wallet != proof.wallet
        && let Some(other) = stored_wallet(ports, &owner.record.wallet).await?
    {
        let holdings = holdings::all(ports, &other.record.id).await?;
        merges = holdings.iter().filter(|holding| !holding.deleted).count();
        shared = other.record.addresses.len() > 1;
    }
    let badge = waiting(ports, &proof).await?.map(|badge| badge.record.wording.name);
    let (wallet, address) = (proof.wallet, proof.address);
    Ok(Some(ProofOffer { wallet, main_address, address, badge, merges, shared }))
}

/// What using such a link came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proved {
    /// The address is in the wallet.
    Added {
        /// Whether the badge that waited for it was claimed with it.
        claimed: bool,
    },
    /// The link was used, is too old, or never was.
    Dead,
    /// Another wallet asked for it than the one that is signed in.
    OtherWallet,
    /// The wallet knows as many addresses as it may.
    TooManyAddresses,
    /// The wallet that knows the address until now has too many badges to move them in one step.
    TooManyBadges,
    /// The wallet that knows the address until now knows others too.
    Shared,
}

/// Adds the address behind a link to the wallet of whoever is signed in, with the badge that waits for it and with the badges
/// of the wallet that knew it until now. A badge that is claimed so is private.
///
/// # Errors
/// As [`ask`]; nothing is half done.
pub async fn prove(
    ports: Ports<'_>,
    signed_in: &WalletId,
    token: &Token,
    wording: &ConsentVersion,
) -> Result<Proved, Failure> {
    change(ports, move || async move {
        let Some(proof) = granted(ports, token).await? else { return Ok(Change::Nothing(Proved::Dead)) };
        if proof.record.wallet != *signed_in {
            return Ok(Change::Nothing(Proved::OtherWallet));
        }
        let Some(wallet) = stored_wallet(ports, signed_in).await? else {
            return Ok(Change::Nothing(Proved::Dead));
        };
        let now = ports.clock.now();
        let address = &proof.record.address;
        let mut writes = vec![store::delete(&proof)];
        let mut joined = wallet.record.clone();
        match owner(ports, &AddressHash::of(address)).await? {
            Some(owner) if owner.record.wallet == *signed_in => {}
            Some(owner) => {
                let Some(other) = stored_wallet(ports, &owner.record.wallet).await? else {
                    return Ok(Change::Again);
                };
                if other.record.addresses.len() > 1 {
                    return Ok(Change::Nothing(Proved::Shared));
                }
                writes.extend(merge(ports, &mut joined, other, now).await?);
            }
            None => {
                let hash = AddressHash::of(address);
                writes.push(store::create(&AddressOwner { address: hash, wallet: joined.id.clone() })?);
                joined.addresses.push(ProvenAddress { address: address.clone(), proven_at: now });
            }
        }
        if joined.addresses.len() > MOST_ADDRESSES {
            return Ok(Change::Nothing(Proved::TooManyAddresses));
        }
        let mut claimed = false;
        if let Some(Stored { record: badge, version }) = waiting(ports, &proof.record).await? {
            let badge = badge.claim(&joined.id, Visibility::Private, wording.clone(), now);
            writes.extend(claim_into(&joined.id, version, &badge)?);
            claimed = true;
        }
        if joined.addresses != wallet.record.addresses {
            writes.extend(tell(ports, &joined.addresses, AddressChange::Added, address)?);
        }
        writes.push(store::replace(wallet.version, &joined)?);
        if writes.len() > TRANSACTION_WRITES {
            return Ok(Change::Nothing(Proved::TooManyBadges));
        }
        Ok(Change::Commit(writes, Proved::Added { claimed }))
    })
    .await
}

/// The writes that move everything of one wallet, whose only address was proven just now, into another, and end it.
async fn merge(
    ports: Ports<'_>,
    into: &mut Wallet,
    from: Stored<Wallet>,
    now: Timestamp,
) -> Result<Vec<Write>, Failure> {
    let mut writes = vec![store::delete(&from)];
    for proven in &from.record.addresses {
        if let Some(owner) = owner(ports, &AddressHash::of(&proven.address)).await? {
            let moved = AddressOwner { wallet: into.id.clone(), ..owner.record };
            writes.push(store::replace(owner.version, &moved)?);
        }
    }
    let mut holdings = holdings::all(ports, &into.id).await?;
    let mut moved = Vec::new();
    store::for_each::<Holding>(ports.table, &Holding::partition(&from.record.id), |holding| {
        moved.push(holding);
    })
    .await?;
    writes.extend(badges_moved(ports, &moved, into).await?);
    for holding in moved {
        writes.push(store::delete(&holding));
        writes.extend(order_moved(ports, &holding.record, into).await?);
        let holding = Holding { wallet: into.id.clone(), ..holding.record };
        let key = Holding::key_of(&into.id, &holding.badge);
        if let Some(there) = store::load::<Holding>(ports.table, &key).await? {
            // Both have proof of one deleted badge: the order that the place there names goes before.
            let order = there.record.order.clone().or_else(|| holding.order.clone());
            let again = there.record.again.clone().or_else(|| holding.again.clone());
            writes.push(store::replace(there.version, &Holding { order, again, ..holding })?);
        } else {
            writes.push(store::create(&holding)?);
            holdings.push(holding);
        }
    }
    writes.extend(publication::joined(ports, &holdings).await?);
    let proven = from.record.addresses.into_iter();
    into.addresses.extend(proven.map(|proven| ProvenAddress { proven_at: now, ..proven }));
    Ok(writes)
}

/// The badges that are not deleted name the wallet that holds them from now on.
async fn badges_moved(
    ports: Ports<'_>,
    moved: &[Stored<Holding>],
    into: &Wallet,
) -> Result<Vec<Write>, Failure> {
    let live = moved.iter().map(|holding| &holding.record).filter(|holding| !holding.deleted);
    let keys: Vec<_> = live.map(|holding| AnyBadge::key_of(&holding.badge)).collect();
    let badges = store::load_many::<AnyBadge>(ports.table, &keys).await?;
    let mut writes = Vec::new();
    for stored in badges.into_iter().flatten() {
        if let AnyBadge::Claimed(badge) = stored.record {
            let badge = AnyBadge::Claimed(badge.move_into(&into.id));
            writes.push(store::replace(stored.version, &badge)?);
        }
    }
    Ok(writes)
}

/// The order of a deleted badge moves with the proof of it.
async fn order_moved(ports: Ports<'_>, holding: &Holding, into: &Wallet) -> Result<Option<Write>, Failure> {
    let Some(order) = &holding.order else { return Ok(None) };
    let Some(Stored { mut record, version }) =
        store::load::<AnyOrder>(ports.table, &AnyOrder::key_of(order)).await?
    else {
        return Ok(None);
    };
    record.terms_mut().wallet = Some(into.id.clone());
    Ok(Some(store::replace(version, &record)?))
}

/// What changing an address came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// It is so now.
    Done,
    /// The wallet knows no such address, or is not there.
    Unknown,
    /// The main address cannot be removed.
    IsMain,
}

/// Makes one of the wallet's addresses its main address.
///
/// # Errors
/// As [`ask`].
pub async fn make_main(
    ports: Ports<'_>,
    wallet: &WalletId,
    address: &MailAddress,
) -> Result<Changed, Failure> {
    change(ports, move || async move {
        let Some(stored) = stored_wallet(ports, wallet).await? else {
            return Ok(Change::Nothing(Changed::Unknown));
        };
        let mut changed = stored.record;
        match changed.place_of(address) {
            None => Ok(Change::Nothing(Changed::Unknown)),
            Some(0) => Ok(Change::Nothing(Changed::Done)),
            Some(place) => {
                let main = changed.addresses.remove(place);
                changed.addresses.insert(0, main);
                let mut writes = tell(ports, &changed.addresses, AddressChange::Main, address)?;
                writes.push(store::replace(stored.version, &changed)?);
                Ok(Change::Commit(writes, Changed::Done))
            }
        }
    })
    .await
}

/// Removes an address while another one remains. Its badges stay in the wallet.
///
/// # Errors
/// As [`ask`].
pub async fn remove(ports: Ports<'_>, wallet: &WalletId, address: &MailAddress) -> Result<Changed, Failure> {
    change(ports, move || async move {
        let Some(stored) = stored_wallet(ports, wallet).await? else {
            return Ok(Change::Nothing(Changed::Unknown));
        };
        let mut changed = stored.record;
        let place = match changed.place_of(address) {
            None => return Ok(Change::Nothing(Changed::Unknown)),
            Some(0) => return Ok(Change::Nothing(Changed::IsMain)),
            Some(place) => place,
        };
        let mut writes = tell(ports, &changed.addresses, AddressChange::Removed, address)?;
        let removed = changed.addresses.remove(place);
        if let Some(owner) = owner(ports, &AddressHash::of(&removed.address)).await? {
            writes.push(store::delete(&owner));
        }
        writes.push(store::replace(stored.version, &changed)?);
        Ok(Change::Commit(writes, Changed::Done))
    })
    .await
}

/// Chooses the language of the wallet's pages.
///
/// # Errors
/// As [`ask`].
pub async fn choose_locale(ports: Ports<'_>, wallet: &WalletId, locale: Locale) -> Result<(), Failure> {
    amend(ports, wallet, |wallet| wallet.locale = Some(locale)).await
}

/// Changes a wallet in a way that concerns nothing else.
pub(super) async fn amend(
    ports: Ports<'_>,
    wallet: &WalletId,
    amend: impl Fn(&mut Wallet) + Sync,
) -> Result<(), Failure> {
    let amend = &amend;
    change(ports, move || async move {
        let Some(mut stored) = stored_wallet(ports, wallet).await? else {
            return Ok(Change::Nothing(()));
        };
        amend(&mut stored.record);
        Ok(Change::Commit(vec![store::replace(stored.version, &stored.record)?], ()))
    })
    .await
}

/// One letter to each address.
fn tell(
    ports: Ports<'_>,
    to: &[ProvenAddress],
    change: AddressChange,
    address: &MailAddress,
) -> Result<Vec<Write>, Failure> {
    let subject = |address: &MailAddress| Subject::AddressesChanged { change, address: address.clone() };
    to.iter().map(|proven| Ok(letter(ports, &proven.address, subject(address))?)).collect()
}

async fn granted(ports: Ports<'_>, token: &Token) -> Result<Option<Stored<AddressProof>>, Failure> {
    let proof = store::load::<AddressProof>(ports.table, &AddressProof::key_of(&token.hash())).await?;
    Ok(proof.filter(|proof| proof.record.expires > ports.clock.now()))
}

/// The badge that waits to be claimed with the address, if it still does.
async fn waiting(
    ports: Ports<'_>,
    proof: &AddressProof,
) -> Result<Option<Stored<Badge<Unclaimed>>>, Failure> {
    let Some(badge) = &proof.badge else { return Ok(None) };
    Ok(match store::load::<AnyBadge>(ports.table, &AnyBadge::key_of(badge)).await? {
        Some(Stored { record: AnyBadge::Unclaimed(record), version })
            if record.address.comparison_key() == proof.address.comparison_key() =>
        {
            Some(Stored { record, version })
        }
        _ => None,
    })
}
