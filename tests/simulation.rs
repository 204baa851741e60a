//! Random months: lists, corrections, runs side by side, claims, wallets, orders, money, clock jumps and faults, in any order. After
//! every step the whole store is consistent, and nothing was taken back; in the end a run without faults leaves nobody without
//! a badge and a mail, and nothing owed to anyone.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "simulation/orders.rs"]
mod orders;
#[path = "simulation/recipients.rs"]
mod recipients;

use proptest::{collection::vec, option, prelude::*, sample::select, test_runner::FileFailurePersistence};
use shomei_core::{
    badge::Visibility,
    calendar::{self, Month},
    claim::deletion,
    issuance,
    token::Token,
};
use shomei_tests::{
    audit::{Census, incompleteness, inconsistencies},
    faults::{Fault, Faulty, Plan},
    month,
    world::{World, link_in},
};

use crate::recipients::at;

/// So many people there are.
const PEOPLE: usize = 9;

#[derive(Debug, Clone)]
enum Step {
    /// A list with these people; some of their addresses are corrected ones.
    Register { people: Vec<usize>, corrected: bool, fault: Option<Plan> },
    /// A run for the end of this month.
    Run { month: Month, fault: Option<Plan> },
    /// Two runs at once, each with its own fault.
    TwoRuns { month: Month, faults: [Option<Plan>; 2] },
    /// Only the badges, without their mails.
    Issue { month: Month, fault: Option<Plan> },
    /// Someone opens the so-manieth mail and accepts.
    Claim { mail: usize, visibility: Visibility, fault: Option<Plan> },
    /// Two people accept by the same mail at once, one public, one private.
    ClaimTwice { mail: usize },
    /// What a recipient does.
    Recipient(recipients::Step),
    /// What two recipients do at once.
    TwoRecipients([recipients::Step; 2]),
    /// What becomes of an order or of money.
    Order(orders::Step),
    /// Two of these at once.
    TwoOrders([orders::Step; 2]),
    /// The same beside what a recipient does.
    OrderAndRecipient(orders::Step, recipients::Step),
    /// The clock jumps.
    Jump { seconds: i64 },
}

/// Who is on the lists: some of every month, and two that share an address.
fn row(person: usize, corrected: bool) -> String {
    let date = match person % 3 {
        0 => "2026/9/30",
        1 => "2026/10/1",
        _ => "2026/11/1",
    };
    let mailbox = if person == 8 { 7 } else { person };
    let correction = if corrected { "new." } else { "" };
    format!("pm-foundation,合格,{date},見本 {person},{correction}person{mailbox}@example.jp,S-{person}\n")
}

fn any_fault() -> impl Strategy<Value = Option<Plan>> {
    let fault = select(vec![Fault::Before, Fault::After, Fault::Conflict]);
    option::weighted(
        0.7,
        (0..90_usize, fault, any::<bool>()).prop_map(|(at, fault, dies)| Plan { at, fault, dies }),
    )
}

fn any_month() -> impl Strategy<Value = Month> {
    (9..=11_i8).prop_map(|number| Month::new(2026, number).unwrap())
}

fn any_step() -> impl Strategy<Value = Step> {
    let visibility = select(vec![Visibility::Public, Visibility::Private]);
    prop_oneof![
        3 => (vec(0..PEOPLE, 1..5), any::<bool>(), any_fault())
            .prop_map(|(people, corrected, fault)| Step::Register { people, corrected, fault }),
        2 => (any_month(), any_fault()).prop_map(|(month, fault)| Step::Run { month, fault }),
        2 => (any_month(), [any_fault(), any_fault()]).prop_map(|(month, faults)| Step::TwoRuns { month, faults }),
        1 => (any_month(), any_fault()).prop_map(|(month, fault)| Step::Issue { month, fault }),
        2 => (0..20_usize, visibility, any_fault())
            .prop_map(|(mail, visibility, fault)| Step::Claim { mail, visibility, fault }),
        1 => (0..20_usize).prop_map(|mail| Step::ClaimTwice { mail }),
        4 => any_step_of_a_recipient(),
        1 => any_jump(),
    ]
}

fn any_step_of_a_recipient() -> impl Strategy<Value = Step> {
    let step = recipients::any_step;
    prop_oneof![
        6 => step().prop_map(Step::Recipient),
        2 => [step(), step()].prop_map(Step::TwoRecipients),
    ]
}

fn any_step_of_an_order() -> impl Strategy<Value = Step> {
    let step = orders::any_step;
    prop_oneof![
        8 => step().prop_map(Step::Order),
        2 => [step(), step()].prop_map(Step::TwoOrders),
        2 => (step(), recipients::any_step()).prop_map(|(one, other)| Step::OrderAndRecipient(one, other)),
    ]
}

fn any_jump() -> impl Strategy<Value = Step> {
    (-172_800..172_800_i64).prop_map(|seconds| Step::Jump { seconds })
}

impl Step {
    /// Does it. Whether it failed does not matter: whoever failed tries again some day.
    async fn take(&self, world: &World, census: &Census) {
        match self {
            Self::Register { people, corrected, fault } => {
                let rows: String = people.iter().map(|&person| row(person, *corrected)).collect();
                let _ =
                    month::register(&Faulty::new(world, *fault), world, &(month::HEADING.to_owned() + &rows))
                        .await;
            }
            Self::Run { month, fault } => {
                let _ = month::run(&Faulty::new(world, *fault), calendar::scheduled_run(*month)).await;
            }
            Self::TwoRuns { month, faults: [one, other] } => {
                let scheduled = calendar::scheduled_run(*month);
                let (one, other) = (Faulty::new(world, *one), Faulty::new(world, *other));
                let _ = tokio::join!(month::run(&one, scheduled), month::run(&other, scheduled));
            }
            Self::Issue { month, fault } => {
                let ports = Faulty::new(world, *fault);
                if let Ok(plan) = issuance::plan(&ports, calendar::scheduled_run(*month)).await {
                    let _ = month::issue(&ports, &plan).await;
                }
            }
            Self::Claim { mail, visibility, fault } => {
                let ports = Faulty::new(world, *fault);
                if let Some(token) = claim_link(world, *mail) {
                    let _ = month::accept(&ports, world, &token, *visibility).await;
                }
            }
            Self::ClaimTwice { mail } => {
                let ports = Faulty::new(world, None);
                if let Some(token) = claim_link(world, *mail) {
                    let _ = tokio::join!(
                        month::accept(&ports, world, &token, Visibility::Public),
                        month::accept(&ports, world, &token, Visibility::Private)
                    );
                }
            }
            Self::Recipient(step) => step.take(world, census).await,
            Self::TwoRecipients([one, other]) => {
                tokio::join!(one.take(world, census), other.take(world, census));
            }
            Self::Order(step) => step.take(world, census).await,
            Self::TwoOrders([one, other]) => {
                tokio::join!(one.take(world, census), other.take(world, census));
            }
            Self::OrderAndRecipient(one, other) => {
                tokio::join!(one.take(world, census), other.take(world, census));
            }
            Self::Jump { seconds } => world.clock.jump(*seconds),
        }
    }
}

/// The claim link in the so-manieth of the mails that have one.
fn claim_link(world: &World, mail: usize) -> Option<Token> {
    let mails = world.outbox.mails();
    let with_link: Vec<_> = mails.iter().filter(|mail| mail.text.contains("/claim/")).collect();
    at(&with_link, mail).and_then(|mail| link_in(&mail.text, "/claim/"))
}

async fn simulate(world: &World, steps: &[Step]) -> Result<(), TestCaseError> {
    let mut before = Census::take(&world.store).await;
    for step in steps {
        Box::pin(step.take(world, &before)).await;
        prop_assert_eq!(inconsistencies(world).await, Vec::<String>::new(), "after {:?}", step);
        let after = Census::take(&world.store).await;
        let mut taken_back = recipients::taken_back(&before, &after);
        taken_back.extend(orders::taken_back(&before, &after));
        prop_assert_eq!(taken_back, Vec::<String>::new(), "by {:?}", step);
        before = after;
    }
    // In December everything is closed and nothing fails.
    let faultless = Faulty::new(world, None);
    world.clock.jump(40 * 86_400);
    prop_assert_eq!(orders::settle_up(world).await, Vec::<String>::new(), "in the end");
    let scheduled = calendar::scheduled_run(Month::new(2026, 11).unwrap());
    let sums = month::run(&faultless, scheduled).await;
    prop_assert!(sums.as_ref().is_ok_and(issuance::Reconciliation::agrees), "{:?}", sums);
    let (_, swept) = month::sweep(&faultless, scheduled).await;
    prop_assert!(swept.is_ok(), "{:?}", swept);
    let last = Census::take(&world.store).await;
    prop_assert_eq!((last.letters.len(), last.stale.len()), (0, 0), "in the end");
    prop_assert_eq!(inconsistencies(world).await, Vec::<String>::new(), "in the end");
    let registered = last.candidates.len();
    prop_assert_eq!(incompleteness(world, registered).await, Vec::<String>::new(), "in the end");
    Ok(())
}

/// A world that knows the qualification and nobody.
async fn empty() -> World {
    let world = World::new().await;
    month::achievement(&Faulty::new(&world, None), &world, None).await.unwrap().unwrap();
    world
}

/// A world in which some have their badges and mails; one of them has two badges of one qualification.
async fn mailed() -> World {
    let world = empty().await;
    let ports = Faulty::new(&world, None);
    let row = |person: usize| {
        let mailbox = person % 5;
        format!(
            "pm-foundation,合格,2026/10/{},見本 {mailbox},person{mailbox}@example.jp,S-{person}\n",
            person + 1
        )
    };
    let list = month::HEADING.to_owned() + &(0..6).map(row).collect::<String>();
    month::register(&ports, &world, &list).await.unwrap();
    assert!(month::run(&ports, month::scheduled()).await.unwrap().agrees());
    world
}

/// The same, where most have accepted, some have deleted, and some of those have ordered.
async fn deleted() -> World {
    let world = mailed().await;
    let ports = Faulty::new(&world, None);
    let may = month::claim_ports(&ports, &world);
    for links in world.outbox.tokens().into_values().take(4) {
        for link in links {
            month::accept(&ports, &world, &link, Visibility::Public).await.unwrap();
        }
    }
    for (number, place) in Census::take(&world.store).await.holdings.iter().take(4).enumerate() {
        deletion::delete(may, &place.wallet, &place.badge).await.unwrap();
        if number < 2 {
            orders::place(&ports, place).await;
        }
    }
    world
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

proptest! {
    // A sequence that fails is written to the named file, which is kept, and is tried first ever after.
    #![proptest_config(ProptestConfig {
        cases: 24,
        max_shrink_iters: 64,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct("simulation.failed"))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_happens_nobody_is_lost_or_doubled(steps in vec(any_step(), 3..12)) {
        block_on(async { Box::pin(simulate(&empty().await, &steps)).await })?;
    }

    #[test]
    fn whatever_recipients_do_no_badge_is_lost_doubled_or_comes_back(
        steps in vec(prop_oneof![12 => any_step_of_a_recipient(), 1 => any_jump()], 10..30)
    ) {
        block_on(async { Box::pin(simulate(&mailed().await, &steps)).await })?;
    }

}

proptest! {
    // Longer sequences, and fewer: much comes before a badge is ordered, paid and issued.
    #![proptest_config(ProptestConfig {
        cases: 14,
        max_shrink_iters: 64,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct("simulation.failed"))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_becomes_of_orders_no_yen_and_no_badge_is_lost_or_doubled(
        steps in vec(
            prop_oneof![12 => any_step_of_an_order(), 4 => any_step_of_a_recipient(), 1 => any_jump()],
            15..35,
        )
    ) {
        block_on(async { Box::pin(simulate(&Box::pin(deleted()).await, &steps)).await })?;
    }
}
