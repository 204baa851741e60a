//! Reads everything that is stored, and finds what is lost, doubled or half-made.

mod achievements;
mod census;
mod mails;
mod orders;
mod revocations;
mod uploads;
mod wallets;

use std::collections::BTreeMap;

use openbadges::{
    status::StatusList,
    verify::{Check, Outcome, StatusKnowledge, verify_credential},
};
use shomei_core::{
    badge::{AnyBadge, Badge, BadgeId, PublicBadge},
    candidate::{AnyCandidate, CandidateRef, Occasions, Shard},
    order::AnyOrder,
    ports::Clock,
    status::{RevokedIndex, StatusListId},
    token::GrantOfBadge,
};

pub use self::census::{Census, Contents, contents};
use crate::world::{World, link_in};

/// What every state of a badge has.
struct Common<'a> {
    id: &'a BadgeId,
    candidate: &'a CandidateRef,
    list: &'a StatusListId,
    index: u32,
    /// What is gone once the badge is deleted.
    live: Option<Live<'a>>,
}

struct Live<'a> {
    address: &'a str,
    signed: &'a str,
    public: Option<PublicBadge>,
}

impl<'a> Common<'a> {
    fn of(badge: &'a AnyBadge) -> Self {
        fn common<S>(badge: &Badge<S>, public: Option<PublicBadge>) -> Common<'_> {
            Common {
                id: &badge.id,
                candidate: &badge.candidate,
                list: &badge.list,
                index: badge.index.value(),
                live: Some(Live { address: badge.address.as_str(), signed: &badge.signed, public }),
            }
        }
        match badge {
            AnyBadge::Unclaimed(badge) => common(badge, None),
            AnyBadge::Claimed(badge) => common(badge, badge.published()),
            AnyBadge::Deleted(badge) => Self {
                id: &badge.id,
                candidate: &badge.candidate,
                list: &badge.list,
                index: badge.index.value(),
                live: None,
            },
        }
    }
}

/// What does not hold, in words.
#[derive(Default)]
struct Findings(Vec<String>);

impl Findings {
    fn unless(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.0.push(what());
        }
    }
}

/// What must hold at every moment, whatever died where. Gives what does not.
pub async fn inconsistencies(world: &World) -> Vec<String> {
    let census = Census::take(&world.store).await;
    let mut findings = Findings::default();
    candidates(&census, &mut findings);
    for badge in census.badges.values() {
        badge_stands_alone(world, &census, &Common::of(badge), &mut findings);
    }
    for id in census.owed.keys().chain(census.sent.keys()).chain(census.public.keys()) {
        findings.unless(census.badges.contains_key(id), || {
            format!("something is said of badge {id}: it is not there")
        });
    }
    links(world, &census, &mut findings);
    revocations(&census, &mut findings);
    wallets::check(&census, &mut findings);
    orders::check(&census, world.clock.now(), &mut findings);
    revocations::check(&census, &mut findings);
    mails::check(&census, &mut findings);
    achievements::check(&census, &mut findings);
    uploads::check(&census, &mut findings);
    findings.0
}

/// A candidate is due exactly as long as it has no badge, and no two have the same.
fn candidates(census: &Census, findings: &mut Findings) {
    let mut owners: BTreeMap<&BadgeId, &AnyCandidate> = BTreeMap::new();
    for candidate in census.candidates.values() {
        let details = candidate.details();
        let CandidateRef { month, id } = CandidateRef::of(details);
        let is_due = census.due.contains_key(&CandidateRef::of(details));
        let must_be_due = match candidate {
            AnyCandidate::Registered(_) | AnyCandidate::Prepared(_) => true,
            AnyCandidate::Refused(_) | AnyCandidate::Cancelled(_) => false,
            AnyCandidate::Issued(issued) => {
                let badge = &issued.state.badge;
                findings.unless(owners.insert(badge, candidate).is_none(), || {
                    format!("badge {badge} belongs to two candidates")
                });
                let fits = census
                    .badges
                    .get(badge)
                    .is_some_and(|badge| *Common::of(badge).candidate == CandidateRef::of(details));
                findings.unless(fits, || format!("candidate {id}: badge {badge} is missing, or another's"));
                false
            }
        };
        findings.unless(is_due == must_be_due, || format!("candidate {id}: due is {is_due}"));
        findings.unless(census.months.contains(&month.to_string()), || {
            format!("candidate {id}: no run knows its month")
        });
        let known = |known: &Occasions| {
            (&known.number, &known.achievement, known.kind)
                == (&details.number, &details.achievement, details.kind)
                && known.months.contains(&month)
        };
        let on_record = census.occasions.iter().filter(|occasion| known(occasion)).count();
        let expected = usize::from(!matches!(candidate, AnyCandidate::Cancelled(_)));
        findings.unless(on_record == expected, || {
            format!("candidate {id}: its occasion is on record {on_record} times")
        });
    }
    for (id, badge) in &census.badges {
        let replaced = matches!(badge, AnyBadge::Deleted(_)) && was_replaced(census, id);
        let alone = replaced || badge.candidate().is_nobody();
        findings.unless(owners.contains_key(id) != alone, || format!("badge {id} has no candidate, or two"));
    }
    for due in census.due.keys() {
        findings
            .unless(census.candidates.contains_key(&due.key()), || format!("nobody is due as {}", due.id));
    }
}

/// Whether another badge was issued in its place.
fn was_replaced(census: &Census, badge: &BadgeId) -> bool {
    census.orders.values().any(|order| {
        let issued = match order {
            AnyOrder::Reissued(_) => true,
            AnyOrder::Refunded(order) => order.state.badge.is_some(),
            AnyOrder::Awaiting(_) | AnyOrder::Paid(_) | AnyOrder::Expired(_) => false,
        };
        issued && order.terms().replaces == *badge
    })
}

/// A badge has one index, one mail (owed or sent), a published list, a valid signature, and is public as chosen.
fn badge_stands_alone(world: &World, census: &Census, badge: &Common<'_>, findings: &mut Findings) {
    let id = badge.id;
    let shards: Vec<Shard> = census
        .owed
        .get(id)
        .map(|mail| mail.shard)
        .into_iter()
        .chain(census.sent.get(id).map(|mail| mail.shard))
        .collect();
    let alone = was_replaced(census, id) || badge.candidate.is_nobody();
    let expected: &[Shard] = if alone { &[] } else { &[badge.candidate.shard()] };
    findings.unless(shards == expected, || format!("badge {id}: its mail is in {shards:?}"));
    let slots: Vec<_> = census
        .slots
        .iter()
        .filter(|slot| slot.badge == *id)
        .map(|slot| (&slot.list, slot.index.value()))
        .collect();
    findings
        .unless(slots == [(badge.list, badge.index)], || format!("badge {id}: its index is in {slots:?}"));
    // Whom a public badge points to is the wallet's business.
    let public = census.public.get(id).cloned().map(|public| PublicBadge { newer: None, ..public });
    let chosen = badge.live.as_ref().and_then(|live| live.public.clone());
    findings.unless(public == chosen, || format!("badge {id}: what is public is not what its holder chose"));
    findings.unless(!census.gone.contains_key(id) || badge.live.is_none(), || {
        format!("badge {id}: its address says that it is gone, and it is not")
    });
    let revoked = census
        .revoked
        .iter()
        .any(|revoked| revoked.list == *badge.list && revoked.index.value() == badge.index);
    let Some(live) = &badge.live else {
        findings.unless(revoked, || format!("badge {id} is deleted, and not revoked"));
        findings.unless(census.grants_of_badges.iter().all(|grant| grant.badge != *id), || {
            format!("badge {id} is deleted, and its links are not")
        });
        return;
    };
    findings.unless(!revoked, || format!("badge {id} is revoked, and not deleted"));
    let list = census.lists.get(badge.list).map(|list| list.signed.as_bytes());
    let status = list.map_or(StatusKnowledge::Unavailable, StatusKnowledge::List);
    // Clocks may jump, so the list is looked at when it is in force for certain; the badge's own dates do not matter.
    let later = world.clock.now().max("2026-12-31T00:00:00Z".parse().unwrap());
    let did = world.programme.did_document().unwrap();
    let report = verify_credential(live.signed.as_bytes(), &did, later, status);
    let sound = [Check::Form, Check::Signature, Check::Revocation].map(|check| report.outcome(check));
    findings.unless(sound == [&Outcome::Passed; 3], || format!("badge {id}: {:?}", report.checks));
}

/// Every mailed link opens the badge of its recipient, and every link is listed beside its badge.
fn links(world: &World, census: &Census, findings: &mut Findings) {
    for grant in &census.grants {
        findings.unless(census.badges.contains_key(&grant.badge), || "a link leads to no badge".to_owned());
        let listed = |listed: &&GrantOfBadge| listed.badge == grant.badge && listed.token == grant.token;
        findings.unless(census.grants_of_badges.iter().filter(listed).count() == 1, || {
            format!("a link of badge {} is not listed beside it", grant.badge)
        });
    }
    findings
        .unless(census.grants.len() == census.grants_of_badges.len(), || "links and lists differ".to_owned());
    for mail in world.outbox.mails() {
        let Some(token) = link_in(&mail.text, "/claim/") else { continue };
        let opened = census.grants.iter().find(|grant| grant.token == token.hash()).map(|grant| &grant.badge);
        let live = mail.badge.as_ref().and_then(|badge| Common::of(census.badges.get(badge)?).live);
        match live {
            Some(live) => findings
                .unless(opened == mail.badge.as_ref() && live.address == mail.to.as_str(), || {
                    "a mailed link opens another badge".to_owned()
                }),
            None => findings.unless(opened.is_none(), || "the link of a deleted badge is known".to_owned()),
        }
    }
}

/// A set bit is in the published list, or the list is marked to be published.
fn revocations(census: &Census, findings: &mut Findings) {
    for RevokedIndex { list, index, .. } in &census.revoked {
        let marked = census.stale.iter().any(|mark| mark.list == *list && mark.index == *index);
        let shown = census.lists.get(list).is_some_and(|published| {
            let document: serde_json::Value = serde_json::from_str(&published.signed).unwrap();
            let encoded = document
                .pointer("/credentialSubject/encodedList")
                .and_then(serde_json::Value::as_str)
                .unwrap();
            StatusList::decode(encoded).unwrap().contains(*index)
        });
        findings.unless(marked || shown, || format!("index {index} of list {list} is revoked unseen"));
    }
}

/// What must hold besides when a run of all closed months has finished: so many people have one badge each, beside those that it
/// replaced, and a mail.
pub async fn incompleteness(world: &World, people: usize) -> Vec<String> {
    let census = Census::take(&world.store).await;
    let mut findings = Findings::default();
    let badges = census.badges.keys().filter(|id| !was_replaced(&census, id)).count();
    findings.unless(badges == people, || format!("{badges} badges for {people} people"));
    findings.unless(census.due.is_empty(), || format!("{} candidates are still due", census.due.len()));
    findings.unless(census.owed.is_empty(), || format!("{} mails are still owed", census.owed.len()));
    let mailed = world.outbox.tokens();
    for badge in census.badges.values().map(Common::of) {
        let reached = badge.live.is_none_or(|live| mailed.contains_key(live.address));
        findings.unless(reached, || format!("badge {}: no mail was accepted", badge.id));
    }
    findings.0
}
