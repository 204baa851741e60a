//! The second person's approval: no run issues what nobody else approved of, and without the setting nothing changes.

use proptest::{prelude::*, test_runner::TestRunner};
use shomei_core::{
    calendar::Month,
    candidate::AnyCandidate,
    intake::{Registration, list::read_csv, register_list},
    issuance::{self, Call},
    office::{
        Role,
        approval::{Approved, ToApprove, approve_month, to_approve},
        audit::Deed,
    },
    programme::OfficeTerms,
};
use shomei_tests::{
    audit::Census,
    faults::Faulty,
    month::{self, HEADING, OCTOBER},
    world::World,
};

use crate::desk::{approver, is_sound, office_ports, world};

fn october() -> Month {
    "2026-10".parse().unwrap()
}

async fn strict() -> World {
    let mut world = world().await;
    world.programme.office = OfficeTerms { second_approval: true };
    world
}

async fn register(world: &World, by: &str, csv: &str) {
    let mut registration = Registration::new(world.table(), &world.clock, &world.entropy).by(by);
    register_list(&mut registration, read_csv(csv.as_bytes()).unwrap(), |_| ()).await.unwrap();
}

async fn looked(world: &World, by: &str) -> ToApprove {
    to_approve(office_ports(world.table(), world), &approver(by), october()).await.unwrap()
}

async fn approved(world: &World, by: &str, looked: ToApprove) -> Approved {
    approve_month(office_ports(world.table(), world), &approver(by), october(), looked.seen).await.unwrap()
}

/// As the scheduler runs it: the sums are told what the run saw.
async fn run(world: &World) -> Option<issuance::MonthSums> {
    let started = shomei_core::ports::Clock::now(&world.clock);
    let ports = Faulty::new(world, None);
    let plan = issuance::plan(&ports, month::scheduled()).await.unwrap();
    for work in &plan.work {
        issuance::issue(ports.issuance(), *work, &Call::default()).await.unwrap();
    }
    month::announce(&ports, &plan).await.unwrap();
    let sums = issuance::reconcile(&ports, &world.programme.office, month::scheduled(), Some(started)).await;
    let sums = sums.unwrap();
    assert!(sums.agrees(), "{sums}");
    sums.months.first().copied()
}

#[tokio::test]
async fn what_nobody_else_approved_of_stays_registered_and_due() {
    let world = strict().await;
    register(&world, "hanako", OCTOBER).await;
    world.clock.jump(120);
    let sums = run(&world).await.unwrap();
    assert_eq!((sums.issued, sums.waiting, sums.unapproved), (0, 4, 4));
    assert!(sums.to_string().contains("4 of them without the second approval"), "{sums}");
    // Not by the one who registered.
    let own = looked(&world, "hanako").await;
    assert_eq!((own.own, own.open), (4, 0));
    assert_eq!(approved(&world, "hanako", own).await, Approved::Nothing);
    // By another person, and only what that person saw.
    let seen = looked(&world, "taro").await;
    assert_eq!((seen.own, seen.open, seen.fresh, seen.approved), (0, 4, 0, 0));
    register(&world, "hanako", &OCTOBER.replace("futaba@", "other@")).await;
    world.clock.jump(120);
    assert_eq!(approved(&world, "taro", seen).await, Approved::Now { candidates: 3 });
    let sums = run(&world).await.unwrap();
    assert_eq!((sums.issued, sums.waiting, sums.unapproved), (3, 1, 1));
    is_sound(&world).await;
    let again = looked(&world, "taro").await;
    assert_eq!((again.open, again.approved), (1, 0));
    assert_eq!(approved(&world, "taro", again).await, Approved::Now { candidates: 1 });
    assert_eq!(run(&world).await.unwrap().issued, 4, "the next run takes it");
    let deeds: Vec<_> = Census::take(&world.store).await.deeds().into_iter().map(|line| line.deed).collect();
    let deed = |candidates| Deed::MonthApproved { month: october(), candidates };
    let lists = deeds.iter().filter(|deed| **deed == Deed::RegisteredByProgram).count();
    assert_eq!(lists, 2, "{deeds:?}");
    assert!(deeds.contains(&deed(3)) && deeds.contains(&deed(1)) && deeds.len() == 4, "{deeds:?}");
}

#[tokio::test]
async fn who_approves_too_late_for_the_run_alarms_nobody() {
    let world = strict().await;
    register(&world, "hanako", OCTOBER).await;
    world.clock.jump(120);
    let ports = Faulty::new(&world, None);
    let started = shomei_core::ports::Clock::now(&world.clock);
    let plan = issuance::plan(&ports, month::scheduled()).await.unwrap();
    month::issue(&ports, &plan).await.unwrap();
    let seen = looked(&world, "taro").await;
    assert_eq!(approved(&world, "taro", seen).await, Approved::Now { candidates: 4 });
    let office = &world.programme.office;
    let sums = issuance::reconcile(&ports, office, month::scheduled(), Some(started)).await.unwrap();
    assert!(sums.agrees(), "{sums}");
    assert_eq!((sums.months[0].waiting, sums.months[0].unapproved), (4, 0));
}

#[tokio::test]
async fn who_may_not_or_need_not_approves_nothing() {
    let mut world = strict().await;
    register(&world, "hanako", OCTOBER).await;
    let seen = looked(&world, "taro").await;
    assert_eq!((seen.fresh, seen.open), (4, 0), "nobody can be sure yet to have seen all of that minute");
    assert_eq!(approved(&world, "taro", seen).await, Approved::Nothing);
    world.clock.jump(120);
    let mut clerk = approver("jiro");
    clerk.role = Role::Clerk;
    let now = looked(&world, "jiro").await.seen;
    let ports = office_ports(world.table(), &world);
    assert_eq!(approve_month(ports, &clerk, october(), now).await.unwrap(), Approved::NotApprover);
    world.programme.office = OfficeTerms::default();
    let seen = looked(&world, "taro").await;
    assert_eq!(approved(&world, "taro", seen).await, Approved::NotAsked);
    assert_eq!(run(&world).await.unwrap().issued, 4, "without the setting nobody is asked");
}

/// What people do in a month.
#[derive(Debug, Clone, Copy)]
enum Step {
    Register { by: usize, person: usize, address: usize },
    Look { by: usize },
    Approve { by: usize },
    Wait,
    Run,
}

const STAFF: [&str; 3] = ["hanako", "taro", "jiro"];

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..3_usize, 0..4_usize, 0..2_usize)
            .prop_map(|(by, person, address)| Step::Register { by, person, address }),
        2 => (0..3_usize).prop_map(|by| Step::Look { by }),
        2 => (0..3_usize).prop_map(|by| Step::Approve { by }),
        2 => Just(Step::Wait),
        1 => Just(Step::Run),
    ]
}

/// What is known of one person: who said last what the row is, and who else has looked at that since.
#[derive(Debug, Clone, Default)]
struct Known {
    address: usize,
    by: usize,
    at: i64,
    approved: bool,
    seen: [bool; 3],
}

async fn months(steps: Vec<Step>) {
    let world = strict().await;
    let mut known: [Option<Known>; 4] = Default::default();
    let mut looks: [Option<ToApprove>; 3] = [None; 3];
    let mut now = 0;
    for step in steps {
        match step {
            Step::Register { by, person, address } => {
                let row =
                    format!("pm-foundation,合格,2026/10/5,見本 {person},a{address}@example.jp,A-{person}\n");
                register(&world, STAFF[by], &format!("{HEADING}{row}")).await;
                if known[person].as_ref().is_none_or(|known| known.address != address) {
                    known[person] = Some(Known { address, by, at: now, ..Known::default() });
                }
            }
            Step::Look { by } => {
                looks[by] = Some(looked(&world, STAFF[by]).await);
                for known in known.iter_mut().flatten() {
                    known.seen[by] = known.at + 60 < now;
                }
            }
            Step::Approve { by } => {
                if let Some(look) = looks[by] {
                    approved(&world, STAFF[by], look).await;
                    for known in known.iter_mut().flatten() {
                        known.approved |= known.seen[by] && known.by != by;
                    }
                }
            }
            Step::Wait => {
                now += 90;
                world.clock.jump(90);
            }
            Step::Run => {
                run(&world).await;
                for candidate in Census::take(&world.store).await.candidates.values() {
                    let person: usize =
                        candidate.details().number.as_str().trim_start_matches("A-").parse().unwrap();
                    let issued = matches!(candidate, AnyCandidate::Issued(_));
                    let known = known[person].as_ref().unwrap();
                    assert_eq!(issued, known.approved, "{known:?}");
                }
                is_sound(&world).await;
            }
        }
        // What is issued takes no correction.
        let census = Census::take(&world.store).await;
        for candidate in census.candidates.values().filter(|it| matches!(it, AnyCandidate::Issued(_))) {
            let details = candidate.details();
            let person: usize = details.number.as_str().trim_start_matches("A-").parse().unwrap();
            let address = usize::from(details.address.as_str().starts_with("a1"));
            if let Some(known) = &mut known[person] {
                (known.address, known.approved) = (address, true);
            }
        }
    }
}

#[test]
fn no_run_issues_what_nobody_else_approved_of() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut runner =
        TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(40) });
    runner
        .run(&proptest::collection::vec(step(), 4..24), |steps| {
            runtime.block_on(months(steps));
            Ok(())
        })
        .unwrap();
}
