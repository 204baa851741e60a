//! Two of the staff have a badge revoked, with a reason in their own words.

use shomei_core::{
    badge::{AnyBadge, BadgeId, Ground},
    office::{
        Member, Ports, Role,
        revocation::{Decided, Decision, Draft, ProposalId, Raised, decide, propose},
    },
    order::Reason,
};
use shomei_issuance::{Outcome, Step};
use shomei_tests::{audit::Census, world::World};

use crate::{
    functions::{Functions, request::STAFF},
    orders::REASON,
    people::Person,
};

/// Agreed, and not done yet.
pub(crate) async fn agreed(world: &World, person: &Person) {
    let badge = badge_of(world, person).await;
    let World { clock, entropy, programme, .. } = world;
    let ports = Ports { table: world.table(), clock, entropy, programme };
    let member = |number: u8| Member { subject: format!("{STAFF}-{number}"), role: Role::Approver };
    let draft = Draft {
        id: ProposalId::random(entropy),
        badges: vec![badge],
        ground: Ground::Misconduct,
        reason: Reason::parse(REASON).unwrap(),
    };
    let raised = propose(ports, &member(1), &draft).await.unwrap();
    assert_eq!(raised, Raised::Proposal(draft.id.clone()));
    let decided = decide(ports, &member(2), &draft.id, Decision::Agree).await.unwrap();
    assert_eq!(decided, Decided::Agreed);
}

/// Agreed and done.
pub(crate) async fn done(functions: &Functions, world: &World, person: &Person) {
    agreed(world, person).await;
    let done = functions.issuance.handle(Step::IssueAgain, None).await.unwrap();
    assert!(matches!(&done, Outcome::IssuedAgain(done) if done.revoked == 1), "{done:?}");
}

async fn badge_of(world: &World, person: &Person) -> BadgeId {
    let census = Census::take(&world.store).await;
    let theirs = census.badges.values().find_map(|badge| match badge {
        AnyBadge::Unclaimed(badge) if badge.address.as_str() == person.address => Some(badge.id.clone()),
        AnyBadge::Claimed(badge) if badge.address.as_str() == person.address => Some(badge.id.clone()),
        _ => None,
    });
    theirs.unwrap()
}
