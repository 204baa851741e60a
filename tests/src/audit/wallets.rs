//! What must hold of wallets.

use std::collections::BTreeMap;

use shomei_core::{
    badge::{AnyBadge, BadgeId, PublicBadge},
    wallet::{AddressHash, Holding, MOST_ADDRESSES, Wallet},
};

use super::{Census, Findings};

/// A claimed badge is in one wallet, an address is known to one wallet, and public badges point to the newest of their kind.
pub(super) fn check(census: &Census, findings: &mut Findings) {
    addresses(census, findings);
    for (id, badge) in &census.badges {
        let holders = census.holdings.iter().filter(|holding| holding.badge == *id).count();
        let fits = match badge {
            AnyBadge::Unclaimed(_) => holders == 0,
            AnyBadge::Claimed(badge) => {
                let named = badge.state.wallet.as_ref();
                let held = |holding: &&Holding| holding.badge == *id && Some(&holding.wallet) == named;
                holders == 1 && census.holdings.iter().any(|holding| held(&holding))
            }
            // Closing a wallet leaves no place of its deleted badges, and a proof by the register adds one.
            AnyBadge::Deleted(_) => true,
        };
        findings.unless(fits, || format!("badge {id} is in {holders} wallets"));
    }
    for holding in &census.holdings {
        let id = &holding.badge;
        findings.unless(wallet(census, holding).is_some(), || {
            format!("badge {id} is in a wallet that is not there")
        });
        let fits = match census.badges.get(id) {
            Some(AnyBadge::Claimed(_)) => !holding.deleted,
            Some(AnyBadge::Deleted(_)) => holding.deleted,
            Some(AnyBadge::Unclaimed(_)) | None => false,
        };
        findings.unless(fits, || format!("badge {id} is not what its place in the wallet says"));
    }
    for wallet in &census.wallets {
        pointers(census, wallet, findings);
    }
}

fn addresses(census: &Census, findings: &mut Findings) {
    for wallet in &census.wallets {
        let id = &wallet.id;
        findings.unless((1..=MOST_ADDRESSES).contains(&wallet.addresses.len()), || {
            format!("wallet {id} knows {} addresses", wallet.addresses.len())
        });
        for proven in &wallet.addresses {
            let hash = AddressHash::of(&proven.address);
            let owned = census.owners.iter().filter(|owner| owner.address == hash).count();
            let by_it = census.owners.iter().any(|owner| owner.address == hash && owner.wallet == *id);
            findings.unless(owned == 1 && by_it, || format!("wallet {id}: an address is not its own"));
        }
    }
    let known: usize = census.wallets.iter().map(|wallet| wallet.addresses.len()).sum();
    findings.unless(known == census.owners.len(), || {
        "an address belongs to a wallet that does not know it".to_owned()
    });
}

fn wallet<'a>(census: &'a Census, holding: &Holding) -> Option<&'a Wallet> {
    census.wallets.iter().find(|wallet| wallet.id == holding.wallet)
}

/// Among the public badges of one achievement that show the name, and among those that do not, all point to the newest.
fn pointers(census: &Census, wallet: &Wallet, findings: &mut Findings) {
    let mut families: BTreeMap<(String, bool), Vec<&PublicBadge>> = BTreeMap::new();
    for holding in census.holdings.iter().filter(|holding| holding.wallet == wallet.id) {
        if let Some(public) = census.public.get(&holding.badge) {
            let family = (holding.achievement.to_string(), public.holder_name.is_some());
            families.entry(family).or_default().push(public);
        }
    }
    for family in families.values() {
        let age = |badge: &PublicBadge| (badge.date, badge.issued_at, badge.id.clone());
        let newest: Option<&BadgeId> = family.iter().max_by_key(|badge| age(badge)).map(|badge| &badge.id);
        for badge in family {
            let should = newest.filter(|newest| **newest != badge.id);
            findings.unless(badge.newer.as_ref() == should, || {
                format!("badge {} points to {:?}", badge.id, badge.newer)
            });
        }
    }
}
