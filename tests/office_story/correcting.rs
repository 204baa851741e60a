//! Correcting does what each state asks for, once, and with one line of the audit.

use futures::future::join;
use shomei_core::{
    badge::{AnyBadge, Visibility},
    candidate::{AnyCandidate, Correction, PersonName, Roman},
    claim::{Accepted, Opened},
    office::{
        Member, Role,
        approval::{Approved, approve_month, to_approve},
        audit::Deed,
        correct::{self, Corrected, Holder},
    },
    programme::OfficeTerms,
    reissue::favour::{self, Favoured},
    store,
};
use shomei_tests::{
    audit::{Census, contents, inconsistencies},
    faults::Faulty,
    month,
    world::World,
};

use crate::desk::{
    self, badge, candidate, clerk, correct, follow, occasion, opens, ports, reason, to_address,
};

const RIGHT: &str = "right@example.jp";

async fn is_sound(world: &World) {
    assert_eq!(inconsistencies(world).await, Vec::<String>::new());
}

async fn deeds(world: &World) -> usize {
    let lines = Census::take(&world.store).await.audit;
    lines.iter().filter(|line| matches!(line.deed, Deed::AddressCorrected { .. })).count()
}

#[tokio::test]
async fn a_candidate_who_waits_is_amended() {
    let world = desk::registered().await;
    assert_eq!(correct(&world, "A-1", &to_address(RIGHT)).await, Corrected::Amended);
    assert_eq!(correct(&world, "A-1", &to_address(RIGHT)).await, Corrected::Unchanged);
    assert_eq!(candidate(&world, "A-1").await.details().address.as_str(), RIGHT);
    assert_eq!(deeds(&world).await, 1);
    assert_eq!(correct(&world, "A-99", &to_address(RIGHT)).await, Corrected::Unknown);
    is_sound(&world).await;
    assert!(month::run(&Faulty::new(&world, None), month::scheduled()).await.unwrap().agrees());
    assert_eq!(world.outbox.tokens()[RIGHT].len(), 1, "the mail goes to the right address at once");
}

#[tokio::test]
async fn a_refused_candidate_waits_again() {
    let world = desk::registered().await;
    // The programme began later than was thought.
    let mut later = month::qualification();
    later.first_eligible = jiff::civil::date(2026, 10, 4);
    let ports = month::claim_ports(world.table(), &world);
    shomei_core::intake::register_achievement(ports, &month::clerk(), later).await.unwrap().unwrap();
    month::run(&Faulty::new(&world, None), month::scheduled()).await.unwrap();
    assert!(matches!(candidate(&world, "A-1").await, AnyCandidate::Refused(_)));
    assert_eq!(correct(&world, "A-1", &to_address(RIGHT)).await, Corrected::Reopened);
    assert!(matches!(candidate(&world, "A-1").await, AnyCandidate::Registered(_)));
    is_sound(&world).await;
}

#[tokio::test]
async fn a_badge_at_a_wrong_address_is_withdrawn_at_once_and_mailed_to_the_right_one() {
    let world = desk::mailed().await;
    let old = desk::link(&world, "ichiro@example.jp");
    let corrected = correct(&world, "A-1", &to_address(RIGHT)).await;
    assert!(matches!(corrected, Corrected::Reissued(_)), "{corrected:?}");
    // Before anything is issued.
    assert!(matches!(opens(&world, &old).await, Opened::Unknown), "the old link is dead");
    is_sound(&world).await;
    let again = correct(&world, "A-1", &to_address(RIGHT)).await;
    assert_eq!(again, Corrected::Unchanged, "asked for twice, it is one correction");
    let other = correct(&world, "A-1", &to_address("other@example.jp")).await;
    assert!(matches!(other, Corrected::Running(_)), "{other:?}");

    let done = follow(&world).await;
    assert_eq!((done.reissued, done.mails.sent), (1, 1));
    let AnyBadge::Unclaimed(new) = badge(&world, "A-1").await else { panic!("not issued again") };
    assert_eq!(new.address.as_str(), RIGHT);
    assert!(matches!(opens(&world, &desk::link(&world, RIGHT)).await, Opened::Offer(_)));
    assert!(matches!(opens(&world, &old).await, Opened::Unknown));
    assert_eq!(deeds(&world).await, 1);
    is_sound(&world).await;
    let census = Census::take(&world.store).await;
    assert_eq!((census.owed_badges.len(), census.stale.len(), census.revoked.len()), (0, 0, 1));
}

#[tokio::test]
async fn a_mail_that_is_still_owed_goes_to_nobody_at_the_wrong_address() {
    let world = desk::issued().await;
    correct(&world, "A-1", &to_address(RIGHT)).await;
    assert_eq!(follow(&world).await.mails.sent, 1);
    assert!(month::run(&Faulty::new(&world, None), month::scheduled()).await.unwrap().agrees());
    let tokens = world.outbox.tokens();
    assert!(!tokens.contains_key("ichiro@example.jp"));
    assert_eq!(tokens[RIGHT].len(), 1);
    is_sound(&world).await;
}

#[tokio::test]
async fn what_somebody_holds_is_left_alone_unless_the_office_says_otherwise() {
    let world = desk::mailed().await;
    desk::claim(&world, "ichiro@example.jp", Visibility::Public).await;
    assert_eq!(correct(&world, "A-1", &to_address(RIGHT)).await, Corrected::Claimed);
    let (occasion, reason) = (occasion("A-1"), reason());
    let as_holder = |member: Member, correction: Correction, holder| {
        let (world, occasion, reason) = (&world, &occasion, &reason);
        async move {
            correct::correct(ports(world), &member, occasion, &correction, reason, holder).await.unwrap()
        }
    };
    let approver = || Member { role: Role::Approver, ..clerk() };
    let stranger = as_holder(clerk(), to_address(RIGHT), Holder::IsAnother).await;
    assert_eq!(stranger, Corrected::NeedsApprover);
    // A name is put right for the holder, whose wallet keeps the badge.
    let name = Correction { name: Some(PersonName::new("見本 一朗").unwrap()), ..to_address(RIGHT) };
    assert!(matches!(as_holder(clerk(), name, Holder::Asks).await, Corrected::Reissued(_)));
    follow(&world).await;
    let AnyBadge::Claimed(renamed) = badge(&world, "A-1").await else { panic!("not in the wallet") };
    assert_eq!((renamed.holder_name.as_str(), renamed.address.as_str()), ("見本 一朗", "ichiro@example.jp"));
    is_sound(&world).await;
    let revoked = as_holder(approver(), to_address(RIGHT), Holder::IsAnother).await;
    assert!(matches!(revoked, Corrected::Reissued(_)), "{revoked:?}");
    follow(&world).await;
    let AnyBadge::Unclaimed(right) = badge(&world, "A-1").await else { panic!("not mailed") };
    assert_eq!(right.address.as_str(), RIGHT);
    is_sound(&world).await;
}

#[tokio::test]
async fn what_the_holder_deleted_is_ordered_again() {
    let world = desk::mailed().await;
    desk::claim(&world, "ichiro@example.jp", Visibility::Private).await;
    desk::delete(&world, "ichiro@example.jp", "A-1").await;
    assert_eq!(correct(&world, "A-1", &to_address(RIGHT)).await, Corrected::Deleted);
    assert_eq!(deeds(&world).await, 0);
}

#[tokio::test]
async fn of_a_claim_and_a_correction_at_once_one_counts() {
    for _ in 0..8 {
        let world = desk::mailed().await;
        let token = desk::link(&world, "ichiro@example.jp");
        let faultless = Faulty::new(&world, None);
        let accepts = month::accept(&faultless, &world, &token, Visibility::Public);
        let right = to_address(RIGHT);
        let corrects = correct(&world, "A-1", &right);
        let (accepted, corrected) = join(accepts, corrects).await;
        match (accepted.unwrap(), corrected) {
            (Accepted::Now(_), Corrected::Claimed) => {
                assert!(matches!(badge(&world, "A-1").await, AnyBadge::Claimed(_)));
            }
            (Accepted::Unknown, Corrected::Reissued(_)) => {
                follow(&world).await;
                assert!(matches!(badge(&world, "A-1").await, AnyBadge::Unclaimed(_)));
            }
            other => panic!("{other:?}"),
        }
        is_sound(&world).await;
    }
}

#[tokio::test]
async fn a_candidate_that_is_being_issued_is_left_alone() {
    let world = desk::registered().await;
    let plan = shomei_core::issuance::plan(world.table(), month::scheduled()).await.unwrap();
    // Prepared, and never signed.
    let dies = shomei_tests::faults::Plan { at: 4, fault: shomei_tests::faults::Fault::Before, dies: true };
    let mut at = dies;
    while !matches!(
        store::load::<AnyCandidate>(world.table(), &occasion("A-1").key()).await.unwrap().unwrap().record,
        AnyCandidate::Prepared(_)
    ) {
        let _ = month::issue(&Faulty::new(&world, Some(at)), &plan).await;
        at.at += 1;
        assert!(at.at < 40, "nobody was ever prepared");
    }
    assert_eq!(correct(&world, "A-1", &to_address(RIGHT)).await, Corrected::BeingIssued);
}

/// The name on a badge, and who asks for it.
fn renamed(address: Option<&str>) -> Correction {
    let correction = address.map(to_address).unwrap_or_default();
    Correction { name: Some(PersonName::new("別人 太郎").unwrap()), ..correction }
}

#[tokio::test]
async fn with_a_second_person_nobody_alone_puts_a_name_on_a_badge() {
    let mut world = desk::mailed().await;
    world.programme.office = OfficeTerms { second_approval: true };
    desk::claim(&world, "ichiro@example.jp", Visibility::Public).await;
    let before = contents(&world.store.client()).await;
    let (reason, asks) = (reason(), Holder::Asks);
    let held = occasion("A-1");
    let held = correct::correct(ports(&world), &clerk(), &held, &renamed(None), &reason, asks).await.unwrap();
    assert_eq!(held, Corrected::NameStays);
    assert_eq!(correct(&world, "A-2", &renamed(None)).await, Corrected::NameStays);
    assert_eq!(correct(&world, "A-2", &renamed(Some(RIGHT))).await, Corrected::NameStays);
    let reading = Correction { roman: Some(Roman::new("Betsujin").unwrap()), ..Correction::default() };
    assert_eq!(correct(&world, "A-2", &reading).await, Corrected::NameStays);
    // Nor by the way of programs.
    let (of, actor) = (occasion("A-2"), clerk().actor());
    let favoured = favour::favour(ports(&world), &of, &renamed(None), &actor, &reason).await.unwrap();
    assert_eq!(favoured, Favoured::NameStays);
    assert_eq!(contents(&world.store.client()).await, before);
    // The address is nobody's name.
    assert!(matches!(correct(&world, "A-2", &to_address(RIGHT)).await, Corrected::Reissued(_)));
    let lines = Census::take(&world.store).await.audit;
    assert!(lines.iter().any(|line| matches!(
        &line.deed,
        Deed::AddressCorrected { candidate, address: true, name: false, .. } if *candidate == of
    )));
    // The way of two people: what was revoked is registered anew, by another number.
    let anew = "pm-foundation,合格,2026/10/3,見本 二葉,futaba@example.jp,A-2-2\n";
    let csv = format!("{}{anew}", month::HEADING);
    month::register(&Faulty::new(&world, None), &world, &csv).await.unwrap();
    assert!(matches!(candidate(&world, "A-2-2").await, AnyCandidate::Registered(_)));
    is_sound(&world).await;
}

#[tokio::test]
async fn with_a_second_person_a_name_that_is_corrected_before_issue_needs_another_approval() {
    let mut world = desk::registered().await;
    world.programme.office = OfficeTerms { second_approval: true };
    world.clock.jump(120);
    let taro = Member { subject: "taro".to_owned(), role: Role::Approver };
    let seen = to_approve(ports(&world), &taro, desk::october()).await.unwrap().seen;
    let approved = approve_month(ports(&world), &taro, desk::october(), seen).await.unwrap();
    assert_eq!(approved, Approved::Now { candidates: 4 });
    world.clock.jump(120);
    assert_eq!(correct(&world, "A-1", &renamed(None)).await, Corrected::Amended);
    let issues = async || {
        month::run(&Faulty::new(&world, None), month::scheduled()).await.unwrap();
        matches!(candidate(&world, "A-1").await, AnyCandidate::Issued(_))
    };
    assert!(!issues().await, "issued with a name that nobody else saw");
    assert!(matches!(candidate(&world, "A-2").await, AnyCandidate::Issued(_)));
    world.clock.jump(120);
    let seen = to_approve(ports(&world), &taro, desk::october()).await.unwrap().seen;
    approve_month(ports(&world), &taro, desk::october(), seen).await.unwrap();
    assert!(issues().await);
}
