//! What recipients do: accept a badge by its mailed link, open their wallet, show, hide and delete badges, and decide which
//! addresses the wallet knows.
//!
//! A claim link by itself does one thing: it accepts its badge, once, into the wallet of the address it was mailed to.
//! Everything else needs a [`session`]. Nothing here signs and nothing here sends: a mail is owed as a
//! [`Letter`], and a revocation as a mark, both committed with what they are about.

pub mod addresses;
pub mod closing;
pub mod deletion;
pub mod export;
pub mod holdings;
pub mod inquiry;
pub(crate) mod limits;
pub mod name_match;
mod publication;
pub mod session;
pub mod visibility;

use jiff::Timestamp;

use self::limits::Purpose;
pub use self::limits::{
    INQUIRIES_BY_A_CLIENT, INQUIRIES_WITH_AN_ADDRESS, MAILS_BY_A_CLIENT, MAILS_TO_AN_ADDRESS,
};
pub use crate::limits::{Client, Limit};
use crate::{
    address::MailAddress,
    badge::{AnyBadge, Badge, Claimed, ConsentVersion, Unclaimed, Visibility},
    letter::{Letter, Subject},
    ports::{Clock, Entropy, Table, Write, WriteError},
    store::{self, Failure, Stored},
    token::{ClaimGrant, Token},
    wallet::{AddressHash, AddressOwner, Holding, Wallet, WalletId},
};

/// How often a change is tried when another one is at the same wallet or badge.
const ROUNDS: u32 = 8;

/// What recipients' use cases may use: no signer, no mailer.
#[derive(Clone, Copy)]
pub struct Ports<'a> {
    /// State.
    pub table: &'a dyn Table,
    /// Time.
    pub clock: &'a dyn Clock,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
}

impl std::fmt::Debug for Ports<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("claim::Ports")
    }
}

/// What a link leads to.
#[derive(Debug, Clone)]
pub enum Opened {
    /// The badge waits to be accepted.
    Offer(Box<Offer>),
    /// It was accepted, by this link or another one of the same badge.
    Claimed(Box<Badge<Claimed>>),
    /// The link is too old. The badge is not lost.
    Expired,
    /// No such link was ever sent, it was cut on the way, or its badge was deleted.
    Unknown,
}

/// What the holder is asked to accept.
#[derive(Debug, Clone)]
pub struct Offer {
    /// The badge.
    pub badge: Badge<Unclaimed>,
    /// Until when the link works.
    pub expires: Timestamp,
}

/// Looks at what a link leads to. Changes nothing, so that scanners and previews may open it.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn open(ports: Ports<'_>, token: &Token) -> Result<Opened, Failure> {
    let found = find(ports, token).await?;
    Ok(match found {
        Found::Unclaimed { badge, expires, .. } => Opened::Offer(Box::new(Offer { badge: *badge, expires })),
        Found::Claimed(badge) => Opened::Claimed(badge),
        Found::Expired(_) => Opened::Expired,
        Found::Unknown => Opened::Unknown,
    })
}

/// What accepting came to.
#[derive(Debug, Clone)]
pub enum Accepted {
    /// This call claimed the badge.
    Now(Box<Badge<Claimed>>),
    /// It was claimed before; nothing was changed.
    Before(Box<Badge<Claimed>>),
    /// As [`Opened::Expired`].
    Expired,
    /// As [`Opened::Unknown`].
    Unknown,
}

/// Accepts the badge behind a link into the wallet of the address it was mailed to; the first badge of an address opens one. Of
/// any number of callers exactly one gets [`Accepted::Now`].
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer; it may have been claimed, and calling again says so kindly.
pub async fn accept(
    ports: Ports<'_>,
    token: &Token,
    visibility: Visibility,
    wording: &ConsentVersion,
) -> Result<Accepted, Failure> {
    change(ports, move || async move {
        let (badge, version) = match find(ports, token).await? {
            Found::Unclaimed { badge, version, .. } => (*badge, version),
            Found::Claimed(badge) => return Ok(Change::Nothing(Accepted::Before(badge))),
            Found::Expired(_) => return Ok(Change::Nothing(Accepted::Expired)),
            Found::Unknown => return Ok(Change::Nothing(Accepted::Unknown)),
        };
        let Some((wallet, mut writes)) = wallet_of(ports, &badge.address).await? else {
            return Ok(Change::Again);
        };
        let (wallet, now) = (wallet.id, ports.clock.now());
        let claimed = badge.claim(&wallet, visibility, wording.clone(), now);
        writes.extend(claim_into(&wallet, version, &claimed)?);
        if visibility.is_public() {
            writes.extend(
                publication::writes(ports, &wallet, &claimed.id, &claimed.achievement, claimed.published())
                    .await?,
            );
        }
        Ok(Change::Commit(writes, Accepted::Now(Box::new(claimed))))
    })
    .await
}

/// The wallet of an address whose mail was read just now, and the writes that change it, or open it if there is none. None: another
/// change came between.
pub(crate) async fn wallet_of(
    ports: Ports<'_>,
    address: &MailAddress,
) -> Result<Option<(Wallet, Vec<Write>)>, Failure> {
    let hash = AddressHash::of(address);
    if let Some(owner) = owner(ports, &hash).await? {
        let wallet = stored_wallet(ports, &owner.record.wallet).await?;
        let Some(Stored { record: wallet, version }) = wallet else { return Ok(None) };
        let changed = store::replace(version, &wallet)?;
        return Ok(Some((wallet, vec![changed])));
    }
    let wallet = Wallet::open(ports.entropy, address.clone(), ports.clock.now());
    let owner = AddressOwner { address: hash, wallet: wallet.id.clone() };
    let opened = vec![store::create(&owner)?, store::create(&wallet)?];
    Ok(Some((wallet, opened)))
}

/// The writes by which a badge, read unclaimed at `version`, is claimed and stands in a wallet.
fn claim_into(wallet: &WalletId, version: u64, claimed: &Badge<Claimed>) -> Result<[Write; 2], WriteError> {
    let holding = Holding::of(wallet, claimed);
    Ok([store::replace(version, &AnyBadge::Claimed(claimed.clone()))?, store::create(&holding)?])
}

/// What asking for a mail came to. Whether an address is known, nobody learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// If there is anything to mail, it is owed now.
    Noted,
    /// Too many mails were asked for, for this address or by this client.
    TooMany,
}

/// Mails a fresh link to the address of a badge whose link is too old, or which still waits.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn ask_link(ports: Ports<'_>, token: &Token, client: &Client) -> Result<Asked, Failure> {
    change(ports, move || async move {
        let badge = match find(ports, token).await? {
            Found::Unclaimed { badge, .. } | Found::Expired(badge) => badge,
            Found::Claimed(_) | Found::Unknown => return Ok(Change::Nothing(Asked::Noted)),
        };
        let asked = limits::admit(ports, Purpose::ClaimLink, &badge.address, client).await?;
        let Some(mut writes) = asked else {
            return Ok(Change::Nothing(Asked::TooMany));
        };
        let subject = Subject::ClaimLink { badge: badge.id.clone() };
        writes.push(letter(ports, &badge.address, subject)?);
        Ok(Change::Commit(writes, Asked::Noted))
    })
    .await
}

/// A letter that is owed from now on.
pub(crate) fn letter(ports: Ports<'_>, to: &MailAddress, subject: Subject) -> Result<Write, WriteError> {
    store::create(&Letter::new(ports.entropy, to.clone(), subject, ports.clock.now()))
}

pub(crate) async fn owner(
    ports: Ports<'_>,
    address: &AddressHash,
) -> Result<Option<Stored<AddressOwner>>, Failure> {
    Ok(store::load(ports.table, &AddressOwner::key_of(address)).await?)
}

pub(crate) async fn stored_wallet(
    ports: Ports<'_>,
    id: &WalletId,
) -> Result<Option<Stored<Wallet>>, Failure> {
    Ok(store::load(ports.table, &Wallet::key_of(id)).await?)
}

/// What one look at the state asks for.
pub(crate) enum Change<T> {
    /// All of these, or none.
    Commit(Vec<Write>, T),
    /// Nothing is to be done.
    Nothing(T),
    /// What was read does not fit together: another change came between. Look again.
    Again,
}

/// Looks and commits, until no other change comes between.
pub(crate) async fn change<T, L>(ports: Ports<'_>, look: impl Fn() -> L) -> Result<T, Failure>
where
    L: Future<Output = Result<Change<T>, Failure>>,
{
    for _ in 0..ROUNDS {
        match look().await? {
            Change::Nothing(answer) => return Ok(answer),
            Change::Again => {}
            Change::Commit(writes, answer) => match store::commit(ports.table, ports.entropy, writes).await {
                Ok(()) => return Ok(answer),
                Err(WriteError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            },
        }
    }
    Err(Failure::TryAgain("another change is at the same wallet or badge".to_owned()))
}

enum Found {
    Unclaimed { badge: Box<Badge<Unclaimed>>, version: u64, expires: Timestamp },
    Claimed(Box<Badge<Claimed>>),
    Expired(Box<Badge<Unclaimed>>),
    Unknown,
}

/// A claimed badge is answered kindly even by an expired link: that link did its work.
async fn find(ports: Ports<'_>, token: &Token) -> Result<Found, Failure> {
    let Some(grant) = store::load::<ClaimGrant>(ports.table, &ClaimGrant::key_of(&token.hash())).await?
    else {
        return Ok(Found::Unknown);
    };
    let key = AnyBadge::key_of(&grant.record.badge);
    let expires = grant.record.expires;
    Ok(match store::load::<AnyBadge>(ports.table, &key).await? {
        None | Some(Stored { record: AnyBadge::Deleted(_), .. }) => Found::Unknown,
        Some(Stored { record: AnyBadge::Claimed(badge), .. }) => Found::Claimed(Box::new(badge)),
        Some(Stored { record: AnyBadge::Unclaimed(badge), .. }) if expires <= ports.clock.now() => {
            Found::Expired(Box::new(badge))
        }
        Some(Stored { record: AnyBadge::Unclaimed(badge), version }) => {
            Found::Unclaimed { badge: Box::new(badge), version, expires }
        }
    })
}
