//! The wallets that hold the badges of a person who is being erased.

use super::Erasure;
use crate::{
    address::MailAddress,
    badge::{AnyBadge, BadgeId},
    candidate::{AnyCandidate, CandidateRef},
    claim::{closing, deletion, holdings, owner},
    delivery::StoppedAddress,
    letter::{Letter, Subject},
    office::{Ports, rights::Person},
    ports::Write,
    store::{self, Failure},
    wallet::{AddressHash, Holding, WalletId},
};

/// What becomes of a wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WalletFate {
    /// So many accepted badges of the person are deleted from it.
    pub badges: usize,
    /// Whether it is closed: it holds nothing else. Otherwise it stays its owner's.
    pub closes: bool,
}

/// What becomes of the wallets of a person.
pub(super) async fn fates(
    ports: Ports<'_>,
    person: &Person,
    candidates: &[CandidateRef],
) -> Result<Vec<WalletFate>, Failure> {
    let mut wallets: Vec<(WalletId, usize)> = Vec::new();
    for occasion in &person.occasions {
        let Some(wallet) = wallet_of(ports, &occasion.record, occasion.badge.as_ref()).await? else {
            continue;
        };
        let badges = usize::from(matches!(occasion.badge, Some(AnyBadge::Claimed(_))));
        match wallets.iter_mut().find(|(known, _)| *known == wallet) {
            Some((_, count)) => *count += badges,
            None => wallets.push((wallet, badges)),
        }
    }
    let mut fates = Vec::new();
    for (wallet, badges) in wallets {
        let closes = holds_nothing_else(ports, &wallet, candidates).await?;
        if closes || badges > 0 {
            fates.push(WalletFate { badges, closes });
        }
    }
    Ok(fates)
}

/// Takes an occasion's badge out of its wallet, or closes the wallet if it holds nothing else.
pub(super) async fn leave(
    ports: Ports<'_>,
    erasure: &Erasure,
    candidate: &CandidateRef,
    may_close: bool,
) -> Result<(), Failure> {
    let Some(found) = store::load::<AnyCandidate>(ports.table, &candidate.key()).await? else {
        return Ok(());
    };
    let badge = super::badge_of(ports, candidate).await?;
    let Some(wallet) = wallet_of(ports, &found.record, badge.as_ref()).await? else {
        return match badge {
            Some(AnyBadge::Claimed(badge)) => Err(Failure::NeedsPerson(format!(
                "badge {} is in a wallet that its address does not lead to: its holder has to delete it",
                badge.id
            ))),
            _ => Ok(()),
        };
    };
    if may_close && holds_nothing_else(ports, &wallet, &erasure.candidates).await? {
        closing::close(ports.of_claim(), &wallet).await?;
    } else if let Some(AnyBadge::Claimed(badge)) = badge {
        deletion::delete(ports.of_claim(), &wallet, &badge.id).await?;
    }
    Ok(())
}

/// The wallet that holds an occasion's badge or, if none does, that knows the address on record.
async fn wallet_of(
    ports: Ports<'_>,
    candidate: &AnyCandidate,
    badge: Option<&AnyBadge>,
) -> Result<Option<WalletId>, Failure> {
    let claim = ports.of_claim();
    if let Some(AnyBadge::Claimed(badge)) = badge {
        let place = holdings::place_of(claim, badge).await?;
        return Ok(place.map(|place| place.record.wallet));
    }
    let owner = owner(claim, &AddressHash::of(&candidate.details().address)).await?;
    Ok(owner.map(|owner| owner.record.wallet))
}

/// Whether every badge of a wallet is of one of these occasions.
async fn holds_nothing_else(
    ports: Ports<'_>,
    wallet: &WalletId,
    candidates: &[CandidateRef],
) -> Result<bool, Failure> {
    let mut keys = Vec::new();
    store::for_each::<Holding>(ports.table, &Holding::partition(wallet), |place| {
        keys.push(AnyBadge::key_of(&place.record.badge));
    })
    .await?;
    let badges = store::load_many::<AnyBadge>(ports.table, &keys).await?;
    // What is left of a badge that leads nowhere any more is nobody's.
    let theirs = |badge: &AnyBadge| {
        candidates.contains(badge.candidate())
            || (badge.candidate().is_nobody() && matches!(badge, AnyBadge::Deleted(_)))
    };
    Ok(badges.iter().flatten().all(|badge| theirs(&badge.record)))
}

/// The writes that erase what waits for an address: letters that carry links, none of which is of use any more, and that mail to it came
/// back. Letters that tell of what was done stay.
pub(super) async fn of_address(
    ports: Ports<'_>,
    address: &MailAddress,
    badge: Option<&BadgeId>,
) -> Result<Vec<Write>, Failure> {
    let wanted = address.comparison_key();
    let mut writes = Vec::new();
    store::for_each::<Letter>(ports.table, Letter::PARTITION, |letter| {
        let useless = match &letter.record.subject {
            Subject::ClaimLink { badge: about } | Subject::LinkResent { badge: about } => {
                Some(about) == badge
            }
            Subject::RestoreWallet { .. } => letter.record.to.comparison_key() == wanted,
            _ => false,
        };
        if useless {
            writes.push(store::delete(&letter));
        }
    })
    .await?;
    writes.truncate(LETTERS_AT_ONCE);
    let stopped = StoppedAddress::key_of(&AddressHash::of(address));
    let stopped = store::load::<StoppedAddress>(ports.table, &stopped).await?;
    writes.extend(stopped.as_ref().map(store::delete));
    Ok(writes)
}

/// So many letters go with an occasion. Nobody may ask for more in an hour, and after three days they go by themselves.
const LETTERS_AT_ONCE: usize = 8;
