//! Orders, money and papers, and what the staff did, when their times are over.

use jiff::civil::date;
use shomei_core::{
    badge::AnyBadge,
    office::{Role, rights::export},
    order::{Actor, Amount, AnyOrder, OrderId, Paper, PaymentId, Way},
    ports::Clock,
    reissue::{
        pay::{self, Received},
        refund,
    },
};
use shomei_tests::{
    audit::Census,
    faults::{Fault, Faulty, Plan},
    month,
    world::World,
};

use crate::lives::*;

/// The second person's badge was deleted, ordered, paid and issued again in November 2026.
async fn issued_again() -> (World, OrderId) {
    let world = lived().await;
    let order = order(&world, FUTABA).await;
    pay(&world, &order).await;
    issue_again(&world, &order).await;
    sweep(&world).await;
    (world, order)
}

/// How many items there are of an order, beside itself: lines of its trail, payments, references, papers.
async fn beside(world: &World) -> [usize; 4] {
    let Census { trail, payments, references, papers, .. } = Census::take(&world.store).await;
    [trail.len(), payments.len(), references.len(), papers.len()]
}

#[tokio::test]
async fn an_order_stays_for_its_years_with_its_receipt_and_then_goes_with_all_that_came_for_it() {
    let (world, order) = issued_again().await;
    wait_until(&world, "2035-12-31T14:59:59Z");
    assert!(sweep(&world).await.erased.is_nothing());
    assert_eq!(beside(&world).await, [3, 1, 1, 1]);
    let old = stored_order(&world, &order).await.unwrap().terms().replaces.clone();

    world.clock.jump(1);
    assert_eq!(sweep(&world).await.erased.orders, 1);
    consistent(&world).await;
    assert!(stored_order(&world, &order).await.is_none());
    assert_eq!(beside(&world).await, [0; 4]);
    assert!(
        matches!(badge(&world, &old).await, Some(AnyBadge::Deleted(badge)) if badge.candidate.is_nobody())
    );
    assert!(Census::take(&world.store).await.holdings.iter().all(|place| place.order.is_none()));
    // Its badge is in force, and its occasion on record: that time is not over. The register still says by which order it was issued.
    assert!(candidate(&world, FUTABA).await.is_some());
    assert_eq!(holders(&world, &[&order.to_string()]).await, ["CANDIDATE"]);

    wait_until(&world, OCTOBER_OVER);
    sweep_for_a_day(&world).await;
    consistent(&world).await;
    assert_eq!(holders(&world, &[&order.to_string(), &occasion(FUTABA).id]).await, Vec::<String>::new());
}

#[tokio::test]
async fn the_years_are_counted_from_the_last_step() {
    let (world, order) = issued_again().await;
    wait_until(&world, "2027-01-08T00:00:00Z");
    refund(&world, &order).await;
    sweep(&world).await;
    // The register goes first. The order keeps what it was about.
    wait_until(&world, "2036-12-31T14:59:59Z");
    for _ in 0..4 {
        sweep(&world).await;
        consistent(&world).await;
    }
    assert!(matches!(stored_order(&world, &order).await, Some(AnyOrder::Refunded(_))));
    let of_kind = |census: &Census, kind| census.papers.iter().filter(|it| it.number.paper == kind).count();
    let census = Census::take(&world.store).await;
    // The receipt is of 2026: its own time is over, and the cloud's store removes it by itself.
    assert_eq!((of_kind(&census, Paper::Receipt), of_kind(&census, Paper::CreditNote)), (1, 1));
    world.clock.jump(1);
    sweep(&world).await;
    consistent(&world).await;
    assert!(stored_order(&world, &order).await.is_none());
    assert_eq!(beside(&world).await, [0; 4]);
}

#[tokio::test]
async fn money_that_waits_for_the_staff_keeps_its_order() {
    let (world, order) = issued_again().await;
    let ports = Faulty::new(&world, None);
    // Paid once more by another session.
    let again = Received {
        id: PaymentId::of_checkout("cs_2"),
        way: Way::PaymentService,
        amount: Amount::yen(5_500),
        paid_on: date(2026, 11, 3),
        order: Some(order.clone()),
        intent: None,
        event: None,
        actor: Actor::PaymentService,
    };
    pay::receive(ports.reissue(), &again).await.unwrap();
    wait_until(&world, "2036-06-01T00:00:00Z");
    sweep(&world).await;
    consistent(&world).await;
    assert!(stored_order(&world, &order).await.is_some());
    refund::return_parked(ports.reissue(), &again.id, &Actor::staff("clerk-1")).await.unwrap();
    sweep(&world).await;
    assert!(stored_order(&world, &order).await.is_some(), "its ten years begin anew");
    wait_until(&world, "2046-12-31T15:00:00Z");
    sweep(&world).await;
    consistent(&world).await;
    assert!(stored_order(&world, &order).await.is_none());
}

#[tokio::test]
async fn erasing_an_order_may_die_at_every_commit() {
    let (over, order) = issued_again().await;
    wait_until(&over, "2035-12-31T15:00:00Z");
    let faultless = over.copy().await;
    let ports = Faulty::new(&faultless, None);
    month::sweep(&ports, faultless.clock.now()).await.1.unwrap();
    assert!(stored_order(&faultless, &order).await.is_none());
    let commits =
        ports.operations().into_iter().enumerate().filter(|(_, operation)| *operation == "transact");
    for (at, _) in commits {
        for fault in [Fault::Before, Fault::After] {
            let world = over.copy().await;
            let ports = Faulty::new(&world, Some(Plan { at, fault, dies: true }));
            let _ = month::sweep(&ports, world.clock.now()).await;
            consistent(&world).await;
            world.clock.jump(3_600);
            sweep(&world).await;
            consistent(&world).await;
            assert!(stored_order(&world, &order).await.is_none(), "operation {at}, {fault:?}");
            assert_eq!(beside(&world).await, [0; 4]);
        }
    }
}

#[tokio::test]
async fn what_the_staff_did_is_known_for_its_years() {
    let world = lived().await;
    let found = person(&world, ICHIRO).await.unwrap();
    let ports = Faulty::new(&world, None);
    export::export(ports.reissue(), &member(Role::Clerk), &found).await.unwrap();
    assert_eq!(Census::take(&world.store).await.deeds().len(), 1);
    wait_until(&world, "2036-11-30T14:59:59Z");
    assert_eq!(sweep(&world).await.erased.lines, 0);
    world.clock.jump(1);
    assert_eq!(sweep(&world).await.erased.lines, 4, "with what was said of qualifications");
    assert_eq!(Census::take(&world.store).await.audit, []);
}
