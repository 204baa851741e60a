//! What must hold of the reports about mails.

use shomei_core::{
    badge::AnyBadge,
    delivery::{BadgeDelivery, MOST_MAILS, MailReport},
};

use super::{Census, Common, Findings};

/// Reports are of badges that are there, in order, and no more than are kept; and whoever needs a person is marked.
pub(super) fn check(census: &Census, findings: &mut Findings) {
    for (id, delivery) in &census.deliveries {
        let badge = census.badges.get(id);
        let place = badge.map(|badge| Common::of(badge).candidate.shard());
        findings.unless(place == Some(delivery.shard), || {
            format!("badge {id}: its reports are in another shard, or it is not there")
        });
        let identities: Vec<_> = delivery.mails.iter().map(MailReport::identity).collect();
        let in_order = identities.is_sorted_by(|one, next| one < next);
        findings.unless(in_order && (1..=MOST_MAILS).contains(&identities.len()), || {
            format!("badge {id}: {} reports, in order: {in_order}", identities.len())
        });
        findings.unless(delivery.mails.iter().all(|mail| mail.kind.is_invitation()), || {
            format!("badge {id}: reports of mails that do not ask to claim it")
        });
        let waits = matches!(badge, Some(AnyBadge::Unclaimed(_)));
        findings.unless(!waits || delivery.needs_person() == census.undelivered.contains(id), || {
            format!("badge {id}: it needs a person: {}", delivery.needs_person())
        });
    }
    for id in &census.undelivered {
        let rightly = census.deliveries.get(id).is_some_and(BadgeDelivery::needs_person);
        findings.unless(rightly, || format!("badge {id}: nothing is wrong with its mails, and it is marked"));
    }
    for (id, owed) in &census.owed {
        findings.unless(owed.refused || !owed.stopped, || {
            format!("badge {id}: its mail is stopped, and not refused")
        });
    }
}
