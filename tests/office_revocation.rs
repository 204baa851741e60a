//! Laws of revoking badges: two people, once, whatever dies in between, and everything that follows in the same commit.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

#[path = "office_revocation/doing.rs"]
mod doing;
#[path = "office_revocation/pages.rs"]
mod pages;
#[path = "office_revocation/unfinished.rs"]
mod unfinished;

use shomei_core::{
    badge::{AnyBadge, BadgeId, Ground, Visibility},
    candidate::{AnyCandidate, Correction},
    claim::{Accepted, addresses, closing, deletion, holdings},
    issuance::{self, Call},
    letter::Subject,
    office::{
        Member, Role,
        audit::Deed,
        revocation::{
            AnyProposal, Decided, Decision, Draft, Outcome, ProposalId, Raised, Standing, Unfit, decide,
            describe, execute, find, propose,
        },
    },
    order::{Actor, AnyOrder, Reason},
    ports::{Clock, MailKind},
    reissue::favour::{self, Favoured},
    store::{self, Failure},
    wallet::{AddressHash, AddressOwner, WalletId},
};
use shomei_tests::{
    audit::{Census, contents, incompleteness, inconsistencies},
    faults::{Fault, Faulty, Plan},
    month::{self, OCTOBER, claim_ports},
    world::World,
};

const ICHIRO: &str = "ichiro@example.jp";
const FUTABA: &str = "futaba@example.jp";
const MITSU: &str = "mitsu@example.jp";
const SHIKI: &str = "shiki@example.jp";

/// October's four badges: one public, one private, two that nobody has accepted.
async fn october() -> World {
    let world = World::new().await;
    let ports = Faulty::new(&world, None);
    month::achievement(&ports, &world, None).await.unwrap().unwrap();
    month::register(&ports, &world, OCTOBER).await.unwrap();
    assert!(month::run(&ports, month::scheduled()).await.unwrap().agrees());
    accept(&world, ICHIRO, Visibility::Public).await;
    accept(&world, FUTABA, Visibility::Private).await;
    world
}

async fn accept(world: &World, address: &str, visibility: Visibility) {
    let token = &world.outbox.tokens()[address][0];
    let accepted = month::accept(&Faulty::new(world, None), world, token, visibility).await.unwrap();
    assert!(matches!(accepted, Accepted::Now(_)), "{accepted:?}");
}

async fn badge(world: &World, address: &str) -> BadgeId {
    let census = Census::take(&world.store).await;
    let of = |candidate: AnyCandidate| match candidate {
        AnyCandidate::Issued(issued) if issued.details.address.as_str() == address => {
            Some(issued.state.badge)
        }
        _ => None,
    };
    census.candidates.into_values().find_map(of).unwrap()
}

async fn state(world: &World, badge: &BadgeId) -> AnyBadge {
    Census::take(&world.store).await.badges[badge].clone()
}

async fn wallet(world: &World, address: &str) -> WalletId {
    let address = shomei_core::address::MailAddress::mend(address).unwrap().address;
    let key = AddressOwner::key_of(&AddressHash::of(&address));
    store::load::<AddressOwner>(world.table(), &key).await.unwrap().unwrap().record.wallet
}

fn member(subject: &str, role: Role) -> Member {
    Member { subject: subject.to_owned(), role }
}

fn clerk() -> Member {
    member("clerk-1", Role::Clerk)
}

fn approver() -> Member {
    member("approver-1", Role::Approver)
}

fn reason() -> Reason {
    Reason::parse("受験者の取り違え（管理番号 17）").unwrap()
}

fn draft(world: &World, badges: &[BadgeId], ground: Ground) -> Draft {
    Draft { id: ProposalId::random(&world.entropy), badges: badges.to_vec(), ground, reason: reason() }
}

/// Proposed by the clerk.
async fn proposed(world: &World, badges: &[BadgeId], ground: Ground) -> ProposalId {
    let draft = draft(world, badges, ground);
    let ports = Faulty::new(world, None);
    let raised = propose(ports.reissue(), &clerk(), &draft).await.unwrap();
    assert_eq!(raised, Raised::Proposal(draft.id.clone()));
    draft.id
}

/// Proposed, and agreed by the approver.
async fn agreed(world: &World, badges: &[BadgeId], ground: Ground) -> ProposalId {
    let id = proposed(world, badges, ground).await;
    let ports = Faulty::new(world, None);
    let decided = decide(ports.reissue(), &approver(), &id, Decision::Agree).await.unwrap();
    assert_eq!(decided, Decided::Agreed);
    id
}

/// Proposed, agreed and done.
async fn revoked(world: &World, badges: &[BadgeId], ground: Ground) -> ProposalId {
    let id = agreed(world, badges, ground).await;
    let (progress, result) = execute(Faulty::new(world, None).reissue(), &id, None).await;
    result.unwrap();
    assert_eq!((progress.revoked, progress.waiting.len(), progress.left), (badges.len(), 0, 0));
    id
}

async fn is_sound(world: &World) {
    assert_eq!(inconsistencies(world).await, Vec::<String>::new());
}

#[tokio::test]
async fn it_takes_two_people_of_the_right_roles() {
    let world = october().await;
    let ports = Faulty::new(&world, None);
    let ports = ports.reissue();
    let badge = badge(&world, ICHIRO).await;
    let draft = draft(&world, &[badge.clone(), badge.clone()], Ground::Misconduct);
    let viewer = member("viewer-1", Role::Viewer);
    assert_eq!(propose(ports, &viewer, &draft).await.unwrap(), Raised::NotAllowed);
    let decision = decide(ports, &approver(), &draft.id, Decision::Agree).await.unwrap();
    assert_eq!(decision, Decided::Unknown);

    // An approver proposes: the same person does not agree, under no role.
    let first = member("both-1", Role::Approver);
    assert_eq!(propose(ports, &first, &draft).await.unwrap(), Raised::Proposal(draft.id.clone()));
    let before = contents(&world.store.client()).await;
    for (who, decision, said) in [
        (&first, Decision::Agree, Decided::SamePerson),
        (&clerk(), Decision::Agree, Decided::NotAllowed),
        (&clerk(), Decision::Decline, Decided::NotAllowed),
        (&viewer, Decision::Agree, Decided::NotAllowed),
        (&member("both-1", Role::Clerk), Decision::Agree, Decided::NotAllowed),
    ] {
        assert_eq!(decide(ports, who, &draft.id, decision).await.unwrap(), said, "{who:?} {decision:?}");
    }
    // The same form, sent twice, is one proposal; nobody's agreement, no revocation.
    assert_eq!(propose(ports, &first, &draft).await.unwrap(), Raised::Proposal(draft.id.clone()));
    // Sent again with something else in it, it proposes nothing, and does not pass for proposed.
    let other = self::badge(&world, FUTABA).await;
    for changed in [
        Draft { badges: vec![other.clone()], ..draft.clone() },
        Draft { badges: vec![badge.clone(), other], ..draft.clone() },
        Draft { ground: Ground::IssuedInError, ..draft.clone() },
        Draft { reason: Reason::parse("別の理由").unwrap(), ..draft.clone() },
    ] {
        let raised = propose(ports, &first, &changed).await.unwrap();
        assert_eq!(raised, Raised::Otherwise(draft.id.clone()), "{changed:?}");
    }
    let (progress, result) = execute(ports, &draft.id, None).await;
    assert_eq!((progress.revoked, result.is_ok()), (0, true));
    assert_eq!(contents(&world.store.client()).await, before);

    assert_eq!(decide(ports, &approver(), &draft.id, Decision::Agree).await.unwrap(), Decided::Agreed);
    assert_eq!(decide(ports, &approver(), &draft.id, Decision::Agree).await.unwrap(), Decided::Agreed);
    assert_eq!(decide(ports, &approver(), &draft.id, Decision::Decline).await.unwrap(), Decided::TooLate);
    let census = Census::take(&world.store).await;
    let AnyProposal::Agreed(proposal) = &census.proposals[&draft.id] else { panic!("it is agreed") };
    assert_eq!(proposal.terms.badges, [badge]);
    assert_eq!(proposal.state.agreed_by, Actor::staff("approver-1"));
    is_sound(&world).await;
}

#[tokio::test]
async fn what_is_declined_is_never_done_and_who_proposed_may_take_it_back() {
    let world = october().await;
    let badge = badge(&world, ICHIRO).await;
    let ports = Faulty::new(&world, None);
    for who in [approver(), clerk()] {
        let id = proposed(&world, std::slice::from_ref(&badge), Ground::Misconduct).await;
        assert_eq!(
            decide(ports.reissue(), &who, &id, Decision::Decline).await.unwrap(),
            Decided::Declined,
            "{who:?}"
        );
        let agree = decide(ports.reissue(), &approver(), &id, Decision::Agree).await.unwrap();
        assert_eq!(agree, Decided::TooLate);
        assert_eq!(execute(ports.reissue(), &id, None).await.0.revoked, 0);
    }
    assert!(matches!(state(&world, &badge).await, AnyBadge::Claimed(_)));
    is_sound(&world).await;
}

#[tokio::test]
async fn one_of_every_kind_is_revoked_with_all_that_follows() {
    let world = october().await;
    let mut badges = Vec::new();
    for address in [ICHIRO, FUTABA, MITSU, SHIKI] {
        badges.push(badge(&world, address).await);
    }
    // The private one was public once, the last one is deleted.
    accept(&world, SHIKI, Visibility::Public).await;
    let ports = Faulty::new(&world, None);
    let of_shiki = wallet(&world, SHIKI).await;
    deletion::delete(claim_ports(&ports, &world), &of_shiki, &badges[3]).await.unwrap().unwrap();
    issuance::publish_marked(ports.issuance()).await.unwrap();
    issuance::deliver(ports.issuance(), &month::compose, &Call::default()).await.unwrap();
    let mailed = world.outbox.mails().len();

    let id = revoked(&world, &badges, Ground::QualificationWithdrawn).await;
    let census = Census::take(&world.store).await;
    for (place, id) in badges.iter().enumerate() {
        let AnyBadge::Deleted(badge) = &census.badges[id] else { panic!("{id} is not revoked") };
        let revoked = badge.revoked.unwrap();
        assert_eq!(revoked.ground, Ground::QualificationWithdrawn);
        assert_eq!(census.told[id], revoked, "whoever has the file is told");
        // What was public says so at its address, and nothing else does.
        let gone = census.gone.get(id).map(|gone| gone.revoked);
        assert_eq!(gone, [0, 3].contains(&place).then_some(Some(revoked)), "badge {place}");
    }
    assert!(census.public.is_empty());
    assert_eq!(census.stale.len(), 3, "the deleted one was revoked in its list before");
    assert!(census.grants.is_empty() && census.grants_of_badges.is_empty());
    assert!(census.holdings.iter().all(|place| place.deleted), "each keeps its place");
    let AnyProposal::Done(proposal) = &census.proposals[&id] else { panic!("it is done") };
    assert!(proposal.state.settled.iter().all(|settled| settled.outcome == Outcome::Revoked));
    let deeds = census.audit.iter().filter(|line| matches!(line.deed, Deed::BadgeRevoked { .. }));
    assert!(deeds.clone().all(|line| line.actor == Actor::staff("approver-1")));
    assert_eq!(deeds.count(), 4);
    // The reason stands where the staff read it, and nowhere else.
    let holding_it = contents(&world.store.client()).await.into_iter();
    let holding_it: Vec<_> = holding_it
        .filter(|(_, item)| format!("{item:?}").contains("取り違え"))
        .map(|((partition, _), _)| partition.split('#').next().unwrap().to_owned())
        .collect();
    assert_eq!(holding_it, ["AUDIT", "REVOCATIONS"]);
    is_sound(&world).await;

    // The letters, the list, the sums.
    let ports = Faulty::new(&world, None);
    issuance::deliver(ports.issuance(), &month::compose, &Call::default()).await.unwrap();
    let mails = world.outbox.mails().split_off(mailed);
    let mut told: Vec<_> = mails.iter().map(|mail| (mail.kind, mail.to.as_str())).collect();
    told.sort_by_key(|(_, to)| (*to).to_owned());
    assert_eq!(told, [FUTABA, ICHIRO, MITSU, SHIKI].map(|to| (MailKind::BadgeRevoked, to)));
    assert_eq!(issuance::publish_marked(ports.issuance()).await.unwrap(), 1);
    let sums =
        issuance::reconcile(world.table(), &world.programme.office, month::scheduled(), None).await.unwrap();
    assert!(sums.agrees(), "{sums}");
    assert_eq!(incompleteness(&world, 4).await, Vec::<String>::new());
    is_sound(&world).await;

    // Not twice: neither the same proposal nor another one on the same ground.
    let before = contents(&world.store.client()).await;
    assert_eq!(execute(ports.reissue(), &id, None).await.0.revoked, 0);
    let again = draft(&world, &badges, Ground::QualificationWithdrawn);
    let Raised::Unfit(unfit) = propose(ports.reissue(), &clerk(), &again).await.unwrap() else {
        panic!("they are revoked already")
    };
    assert!(unfit.iter().all(|(_, why)| matches!(why, Unfit::Already(_))) && unfit.len() == 4);
    assert_eq!(contents(&world.store.client()).await, before);
}
