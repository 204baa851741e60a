//! A month of the register whose time is over.

use shomei_core::{
    badge::{AnyBadge, Visibility},
    calendar::Month,
    claim::deletion,
    intake::{RefusalCode, Verdict},
    office::approval::MonthApproval,
    ports::Clock,
    programme::Retention,
    reissue::order::{self, Orderable},
    store, verify,
};
use shomei_tests::{
    audit::{Census, contents},
    faults::{Fault, Faulty, Plan},
    month::{self, claim_ports},
    world::World,
};

use crate::lives::*;

#[tokio::test]
async fn nothing_of_a_month_is_left_when_its_time_is_over() {
    let world = lived().await;
    let (public, gone) = (badge_id(&world, ICHIRO).await, badge_id(&world, FUTABA).await);
    wait_until(&world, "2036-10-31T14:59:59Z");
    sweep(&world).await;
    let before = contents(&world.store.client()).await;
    sweep(&world).await;
    assert_eq!(contents(&world.store.client()).await, before, "a second before, all is kept");

    wait_until(&world, OCTOBER_OVER);
    sweep_for_a_day(&world).await;
    consistent(&world).await;
    // What the first person accepted stays with its holder, and says nothing of the register.
    let hers = ["ADDRESS", "BADGE", "PUB", "WALLET"];
    assert_eq!(naming(&world, ICHIRO).await, hers);
    assert_eq!(holders(&world, &[ICHIRO.number, ICHIRO.kana, ICHIRO.roman]).await, Vec::<String>::new());
    // The second one's wallet is empty, and hers to close.
    assert_eq!(naming(&world, FUTABA).await, ["ADDRESS", "WALLET"]);
    for person in [MITSU, SHIKI] {
        assert_eq!(naming(&world, person).await, Vec::<String>::new(), "{}", person.number);
    }
    for person in [ICHIRO, FUTABA, MITSU, SHIKI] {
        assert_eq!(holders(&world, &[&occasion(person).id]).await, Vec::<String>::new(), "{}", person.number);
    }
    // November's time is not over.
    assert!(candidate(&world, GOROU).await.is_some());

    let census = Census::take(&world.store).await;
    assert_eq!(census.months.into_iter().collect::<Vec<_>>(), ["2026-11"]);
    assert!(census.sent.is_empty() && census.owed.is_empty(), "mails of nobody are left");
    let examined =
        verify::examine(world.table(), &world.programme, &public, world.clock.now()).await.unwrap();
    let report = examined.unwrap().report;
    assert!(
        report.checks.iter().all(|(_, outcome)| *outcome == openbadges::verify::Outcome::Passed),
        "{report:?}"
    );
    assert!(
        matches!(badge(&world, &gone).await, Some(AnyBadge::Deleted(badge)) if badge.candidate.is_nobody())
    );
    let last = census.retention.unwrap().last.unwrap().erased;
    assert_eq!(last.months, 1, "the month went after its candidates");
}

#[tokio::test]
async fn who_approved_of_a_month_is_forgotten_with_it() {
    let world = lived().await;
    for month in [10, 11] {
        let approval = MonthApproval {
            month: Month::new(2026, month).unwrap(),
            id: format!("{month:032x}"),
            up_to: world.clock.now(),
            approved_at: world.clock.now(),
            approved_by: "hanako".to_owned(),
        };
        store::commit(world.table(), &world.entropy, vec![store::create(&approval).unwrap()]).await.unwrap();
    }
    wait_until(&world, OCTOBER_OVER);
    sweep_for_a_day(&world).await;
    let kept: Vec<_> = Census::take(&world.store).await.approvals.into_iter().map(|it| it.month).collect();
    assert_eq!(kept, [Month::new(2026, 11).unwrap()]);
}

#[tokio::test]
async fn whoever_accepted_a_badge_keeps_it_and_can_delete_it_but_not_have_it_issued_again() {
    let world = lived().await;
    let badge_of = badge_id(&world, ICHIRO).await;
    let deleted = badge_id(&world, FUTABA).await;
    wait_until(&world, OCTOBER_OVER);
    sweep_for_a_day(&world).await;
    let ports = Faulty::new(&world, None);
    let wallet_of = wallet(&world, FUTABA).await.unwrap();
    let orderable = order::look(ports.reissue(), &wallet_of, &deleted).await.unwrap().unwrap();
    assert!(matches!(orderable, Orderable::OffRecord), "{orderable:?}");

    let wallet_of = wallet(&world, ICHIRO).await.unwrap();
    let may = claim_ports(world.table(), &world);
    assert!(deletion::delete(may, &wallet_of, &badge_of).await.unwrap().is_some());
    let orderable = order::look(ports.reissue(), &wallet_of, &badge_of).await.unwrap().unwrap();
    assert!(matches!(orderable, Orderable::OffRecord), "{orderable:?}");
    sweep(&world).await;
    consistent(&world).await;
    assert_eq!(naming(&world, ICHIRO).await, ["ADDRESS", "WALLET"]);
}

/// Sweeps hour by hour, whatever fails.
async fn swept_for(world: &World, ports: &Faulty<'_>, hours: usize) {
    for _ in 0..hours {
        let _ = month::sweep(ports, world.clock.now()).await;
        world.clock.jump(3_600);
    }
}

#[tokio::test]
async fn a_sweep_may_die_at_every_commit() {
    let world = lived().await;
    wait_until(&world, OCTOBER_OVER);
    let faultless = world.copy().await;
    let ports = Faulty::new(&faultless, None);
    swept_for(&faultless, &ports, 4).await;
    let whole = kept(&faultless).await;
    let commits: Vec<usize> = ports
        .operations()
        .iter()
        .enumerate()
        .filter_map(|(place, operation)| (*operation == "transact").then_some(place))
        .collect();
    assert!(commits.len() > 4, "{commits:?}");
    for at in commits {
        for (fault, dies) in [(Fault::Before, true), (Fault::After, true), (Fault::Conflict, false)] {
            let world = world.copy().await;
            swept_for(&world, &Faulty::new(&world, Some(Plan { at, fault, dies })), 4).await;
            consistent(&world).await;
            sums_agree(&world).await;
            sweep_for_a_day(&world).await;
            consistent(&world).await;
            assert_eq!(kept(&world).await, whole, "operation {at}, {fault:?}, dies: {dies}");
        }
    }
}

/// The places of everything that is kept. What is random is the same in every copy, but for the bits that were set at another moment.
async fn kept(world: &World) -> Vec<(String, String)> {
    contents(&world.store.client())
        .await
        .into_keys()
        .filter(|(partition, _)| partition != "RETENTION")
        .collect()
}

#[tokio::test]
async fn an_order_that_is_not_done_keeps_its_candidate() {
    let world = lived().await;
    wait_until(&world, "2036-10-20T00:00:00Z");
    let order = order(&world, FUTABA).await;
    wait_until(&world, OCTOBER_OVER);
    sweep_for_a_day(&world).await;
    consistent(&world).await;
    assert!(candidate(&world, FUTABA).await.is_some(), "it waits to be paid");
    assert!(candidate(&world, MITSU).await.is_none(), "nobody else waits for it");
    pay(&world, &order).await;
    sweep_for_a_day(&world).await;
    consistent(&world).await;
    // It was paid, issued into the wallet, and then the register was erased.
    assert_eq!(candidate(&world, FUTABA).await, None);
    let census = Census::take(&world.store).await;
    let new = census.badges.values().find_map(|badge| match badge {
        AnyBadge::Claimed(badge) if badge.holder_name.as_str() == FUTABA.name => Some(badge),
        _ => None,
    });
    assert!(new.unwrap().candidate.is_nobody());
    assert_eq!(census.months.len(), 1);
    // The order keeps what it was about for its own time.
    assert_eq!(holders(&world, &[&occasion(FUTABA).id]).await, ["BADGE", "ORDER"]);
}

#[tokio::test]
async fn readings_may_be_kept_for_a_shorter_time() {
    let mut world = lived().await;
    world.programme.retention = Retention { readings: Some(2), ..Retention::default() };
    wait_until(&world, "2028-10-31T15:00:00Z");
    let read = [ICHIRO.kana, ICHIRO.roman, FUTABA.kana, MITSU.kana, SHIKI.roman];
    assert_eq!(holders(&world, &read).await, ["CANDIDATE"]);
    assert_eq!(sweep(&world).await.erased.readings, 4);
    assert_eq!(holders(&world, &read).await, Vec::<String>::new());
    assert_eq!(holders(&world, &[GOROU.kana]).await, ["CANDIDATE"]);
    assert_eq!(sweep(&world).await.erased.readings, 0, "each part is gone through once");
    for person in EVERYBODY {
        let details = candidate(&world, person).await.unwrap().details().clone();
        assert_eq!(
            (details.name.as_str(), details.number.to_string()),
            (person.name, person.number.to_owned())
        );
    }
    consistent(&world).await;
    wait_until(&world, OCTOBER_OVER);
    sweep_for_a_day(&world).await;
    assert_eq!(naming(&world, MITSU).await, Vec::<String>::new());
}

#[tokio::test]
async fn nobody_is_registered_in_a_month_that_goes_before_a_badge_could_be_accepted() {
    let world = lived().await;
    let late = Person { number: "ZK-70009", ..MITSU };
    let verdict = async |world: &World, day: &str| {
        let list = format!("{HEADING}{}", row(late, month::ACHIEVEMENT, day));
        let (_, mut answers) = month::register(&Faulty::new(world, None), world, &list).await.unwrap();
        answers.remove(0).verdict
    };
    // 180 days before the register of October goes, and a day later.
    wait_until(&world, "2036-05-03T15:00:00Z");
    let copy = world.copy().await;
    assert!(matches!(verdict(&copy, "2026/10/7").await, Verdict::Accepted { .. }));
    wait_until(&world, "2036-05-04T15:00:00Z");
    let Verdict::Refused { refusals } = verdict(&world, "2026/10/7").await else {
        panic!("it was registered")
    };
    assert!(matches!(refusals[0].code, RefusalCode::RegisterCloses { on } if on.to_string() == "2036-11-01"));

    // A month that is being erased takes nobody, whatever the settings say since.
    let mut world = copy;
    wait_until(&world, OCTOBER_OVER);
    sweep(&world).await;
    world.programme.retention = Retention { register: 30, ..Retention::default() };
    let mut registration =
        shomei_core::intake::Registration::new(world.table(), &world.clock, &world.entropy)
            .keeping(world.programme.retention);
    let list =
        format!("{HEADING}{}", row(Person { number: "ZK-70010", ..MITSU }, month::ACHIEVEMENT, "2026/10/8"));
    let mut answers = Vec::new();
    let rows = shomei_core::intake::list::read_csv(list.as_bytes()).unwrap();
    shomei_core::intake::register_list(&mut registration, rows, |answer| answers.push(answer)).await.unwrap();
    assert!(matches!(&answers[0].verdict, Verdict::Refused { refusals }
        if matches!(refusals[0].code, RefusalCode::RegisterCloses { .. })));
    // Nor is it left half erased.
    sweep_for_a_day(&world).await;
    assert_eq!(naming(&world, MITSU).await, Vec::<String>::new());
    assert_eq!(Census::take(&world.store).await.months.len(), 1);
}

#[tokio::test]
async fn a_badge_that_is_accepted_while_its_month_goes_stays() {
    let world = lived().await;
    wait_until(&world, "2026-11-20T00:00:00Z");
    let copy = world.copy().await;
    // A month of one year, so that links still work.
    let mut world = copy;
    world.programme.retention = Retention { register: 1, ..Retention::default() };
    wait_until(&world, "2027-04-20T00:00:00Z");
    let before = contents(&world.store.client()).await;
    sweep(&world).await;
    assert_eq!(contents(&world.store.client()).await, before);
    accept(&world, MITSU, Visibility::Private).await;
    wait_until(&world, "2027-10-31T15:00:00Z");
    sweep_for_a_day(&world).await;
    consistent(&world).await;
    assert_eq!(naming(&world, MITSU).await, ["ADDRESS", "BADGE", "WALLET"]);
}
