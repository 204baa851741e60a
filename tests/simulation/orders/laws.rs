//! What no step may do to orders and money, and what is owed in the end.

use shomei_core::{
    address::MailAddress,
    badge::{AnyBadge, BadgeId},
    claim::deletion,
    order::{AnyOrder, Order, Payment, Terms, Use},
    ports::Clock,
    reissue::heal::heal,
    wallet::AddressHash,
};
use shomei_tests::{
    audit::Census,
    faults::Faulty,
    month::{self, claim_ports},
    world::World,
};

/// What one step may not do to orders, money and papers: an order never goes back or becomes another, money changes its use as far
/// as it may and nothing else, and what was written of either never changes. Gives what does not hold.
pub(crate) fn taken_back(before: &Census, after: &Census) -> Vec<String> {
    let age = |order: &AnyOrder| match order {
        AnyOrder::Awaiting(_) => 0,
        AnyOrder::Expired(_) => 1,
        AnyOrder::Paid(_) => 2,
        AnyOrder::Reissued(_) => 3,
        AnyOrder::Refunded(_) => 4,
    };
    let mut findings = Vec::new();
    for (id, old) in &before.orders {
        let Some(new) = after.orders.get(id) else {
            findings.push(format!("order {id} is gone"));
            continue;
        };
        // The staff may take back what costs nothing, as long as it is not issued.
        let taken_back =
            matches!((old, new), (AnyOrder::Paid(_), AnyOrder::Expired(_))) && old.paid().is_none();
        let goes_on = taken_back || age(new) >= age(old);
        let goes_on = goes_on && old.paid().is_none_or(|paid| new.paid() == Some(paid));
        if !goes_on || (badge_of(old).is_some() && badge_of(old) != badge_of(new)) {
            findings.push(format!("order {id} went back from {} to {}", old.state(), new.state()));
        }
        let (mut terms, now) = (old.terms().clone(), new.terms().clone());
        terms.wallet.clone_from(&now.wallet);
        terms.disputed = now.disputed;
        if matches!(old, AnyOrder::Awaiting(_)) {
            terms.addressee.clone_from(&now.addressee);
        }
        if now.steps < terms.steps || terms != (Terms { steps: terms.steps, ..now }) {
            findings.push(format!("order {id} is about something else"));
        }
    }
    for (id, old) in &before.payments {
        let now = after.payments.get(id);
        let may = now.is_some_and(|now| {
            let used = match (&old.used, &now.used) {
                (old, now) if old == now => true,
                (Use::Settled, Use::Returned { mismatch, .. }) => mismatch.is_none(),
                (Use::Parked { mismatch: why }, Use::Returned { mismatch, .. }) => *mismatch == Some(*why),
                _ => false,
            };
            let line = old.line.is_none() || old.line == now.line;
            used && line
                && *old == (Payment { used: old.used.clone(), line: old.line.clone(), ..now.clone() })
        });
        if !may {
            findings.push(format!("payment {id} is gone, or became {now:?}"));
        }
    }
    if before.trail.iter().any(|line| !after.trail.contains(line)) {
        findings.push("a line of a trail is gone, or changed".to_owned());
    }
    if before.papers.iter().any(|paper| !after.papers.contains(paper)) {
        findings.push("a paper is gone, or changed".to_owned());
    }
    if before.references.iter().any(|reference| !after.references.contains(reference)) {
        findings.push("a reference is gone, or changed".to_owned());
    }
    findings
}

fn badge_of(order: &AnyOrder) -> Option<&BadgeId> {
    match order {
        AnyOrder::Reissued(Order { state, .. }) => Some(&state.badge),
        AnyOrder::Refunded(Order { state, .. }) => state.badge.as_ref(),
        _ => None,
    }
}

/// Issues what is owed. Only a favour may be left, whose old badge is in a wallet that its address does not lead to any more: its
/// holder deletes that one first.
pub(crate) async fn settle_up(world: &World) -> Vec<String> {
    let ports = Faulty::new(world, None);
    let now = world.clock.now();
    let (_, first) = heal(ports.issuance().signing(), now).await;
    let census = Census::take(&world.store).await;
    let mut findings = Vec::new();
    if first.is_ok() != census.owed_badges.is_empty() {
        findings.push(format!("{first:?}, and {} badges are owed", census.owed_badges.len()));
    }
    for id in census.owed_badges.keys() {
        let Some(terms) = census.orders.get(id).map(AnyOrder::terms) else { continue };
        let stays = match census.badges.get(&terms.replaces) {
            Some(AnyBadge::Claimed(badge)) => {
                terms.addressee.is_none() && !is_led_to(&census, &badge.address, &badge.id)
            }
            _ => false,
        };
        if !stays {
            findings.push(format!("order {id} is owed for ever: {first:?}"));
        }
        let place = census.holdings.iter().find(|place| place.badge == terms.replaces);
        if let Some(place) = place {
            let _ = deletion::delete(claim_ports(&ports, world), &place.wallet, &place.badge).await;
        }
    }
    let (_, second) = heal(ports.issuance().signing(), now).await;
    let (_, swept) = month::sweep(&ports, now).await;
    if second.is_err() || swept.is_err() {
        findings.push(format!("{second:?}, {swept:?}"));
    }
    let last = Census::take(&world.store).await;
    let with = |paid: fn(&AnyOrder) -> bool| last.orders.values().filter(|order| paid(order)).count();
    let paid = with(|order| order.paid().is_some());
    let issued = with(|order| matches!(order, AnyOrder::Reissued(_)) && order.paid().is_some());
    let refunded = with(|order| matches!(order, AnyOrder::Refunded(_)));
    if paid != issued + refunded || !last.owed_badges.is_empty() {
        findings.push(format!("paid {paid}, issued {issued}, refunded {refunded}"));
    }
    findings
}

/// Whether the address of a badge leads to the wallet that holds it.
fn is_led_to(census: &Census, address: &MailAddress, badge: &BadgeId) -> bool {
    let hash = AddressHash::of(address);
    let Some(owner) = census.owners.iter().find(|owner| owner.address == hash) else { return false };
    census.holdings.iter().any(|place| place.badge == *badge && place.wallet == owner.wallet)
}
