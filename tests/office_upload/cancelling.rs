//! A candidate is taken off the register until the badge is issued, and comes back when it is registered again.

use shomei_core::{
    candidate::{AnyCandidate, CandidateRef},
    office::{
        audit::Deed,
        cancellation::{Cancelling, cancel},
    },
    order::Reason,
};
use shomei_tests::{
    audit::Census,
    faults::Faulty,
    month::{self, HEADING, OCTOBER},
    world::World,
};

use crate::desk::{clerk, is_sound, office_ports, world};

async fn named(world: &World, name: &str) -> CandidateRef {
    let census = Census::take(&world.store).await;
    let found = census.candidates.values().find(|it| it.details().name.as_str() == name).unwrap();
    CandidateRef::of(found.details())
}

async fn cancelled(world: &World, candidate: &CandidateRef) -> Cancelling {
    let reason = Reason::parse("別の人の申込みでした").unwrap();
    let done = cancel(office_ports(world.table(), world), &clerk(), candidate, &reason).await.unwrap();
    is_sound(world).await;
    done
}

async fn register(world: &World, row: &str) -> Vec<shomei_core::intake::RowAnswer> {
    let csv = format!("{HEADING}{row}\n");
    let (_, answers) = month::register(&Faulty::new(world, None), world, &csv).await.unwrap();
    is_sound(world).await;
    answers
}

#[tokio::test]
async fn who_is_cancelled_gets_no_badge_and_the_sums_agree() {
    let world = world().await;
    let faultless = Faulty::new(&world, None);
    month::register(&faultless, &world, OCTOBER).await.unwrap();
    let futaba = named(&world, "見本 二葉").await;
    assert_eq!(cancelled(&world, &futaba).await, Cancelling::Done);
    assert_eq!(cancelled(&world, &futaba).await, Cancelling::Before);
    let sums = month::run(&faultless, month::scheduled()).await.unwrap();
    assert!(sums.agrees(), "{sums}");
    let month = sums.months[0];
    assert_eq!((month.registered, month.issued, month.cancelled), (4, 3, 1));
    assert!(sums.to_string().contains("+ cancelled 1;"), "{sums}");
    let ichiro = named(&world, "見本 一郎").await;
    assert_eq!(cancelled(&world, &ichiro).await, Cancelling::TooLate);
    let nobody = CandidateRef { id: "0".repeat(32), ..ichiro };
    assert_eq!(cancelled(&world, &nobody).await, Cancelling::Unknown);
    let census = Census::take(&world.store).await;
    let deeds: Vec<_> = census.deeds().iter().map(|line| line.deed.clone()).collect();
    let reason = Reason::parse("別の人の申込みでした").unwrap();
    assert_eq!(deeds, [Deed::CandidateCancelled { candidate: futaba, reason }]);
}

#[tokio::test]
async fn the_same_occasion_and_one_nearby_can_be_registered_again() {
    let world = world().await;
    let faultless = Faulty::new(&world, None);
    month::register(&faultless, &world, OCTOBER).await.unwrap();
    let futaba = named(&world, "見本 二葉").await;
    cancelled(&world, &futaba).await;
    // The date was of another month: now that is no second occasion.
    let september = "pm-foundation,合格,2026/9/5,見本 二葉,futaba@example.jp,A-2";
    let json = serde_json::to_value(register(&world, september).await).unwrap();
    assert_eq!(json[0]["verdict"], "accepted", "{json}");
    let back = "pm-foundation,合格,2026/10/5,別の名 二葉,futaba@example.jp,A-2";
    let json = serde_json::to_value(register(&world, back).await).unwrap();
    assert_eq!(json[0]["refusals"][0]["code"], "registered-in-another-month", "{json}");
    let reference = Census::take(&world.store).await;
    let september = reference
        .candidates
        .values()
        .find(|it| it.details().date.month() == 9)
        .map(|it| CandidateRef::of(it.details()))
        .unwrap();
    assert_eq!(cancelled(&world, &september).await, Cancelling::Done);
    // What was cancelled binds nobody, not even to the name.
    let json = serde_json::to_value(register(&world, back).await).unwrap();
    assert_eq!(json[0]["verdict"], "accepted", "{json}");
    let census = Census::take(&world.store).await;
    let again = &census.candidates[&futaba.key()];
    assert!(matches!(again, AnyCandidate::Registered(it) if it.details.name.as_str() == "別の名 二葉"));
    let sums = month::run(&faultless, month::scheduled()).await.unwrap();
    assert!(sums.agrees(), "{sums}");
    assert_eq!((sums.months[1].issued, sums.months[0].cancelled), (4, 1));
}
