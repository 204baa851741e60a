//! Two people agreed, and it is not done: the month at a glance says so to whoever can do something about it.

use shomei_core::{
    calendar::Month,
    office::glance::{Task, glance, tasks},
};

use super::*;

/// What the month at a glance says of revocations.
async fn told(world: &World) -> Vec<Task> {
    let ports = Faulty::new(world, None);
    let ports = ports.reissue();
    let glance = glance(ports, Month::new(2026, 10).unwrap()).await.unwrap();
    let tasks = tasks(ports, &glance, &[]).await.unwrap();
    let about =
        |task: &Task| matches!(task, Task::RevocationsUnfinished { .. } | Task::RevocationsProposed { .. });
    tasks.into_iter().filter(about).collect()
}

#[tokio::test]
async fn what_stopped_half_way_is_told_when_the_sweep_should_have_done_it() {
    let world = october().await;
    let badges = [badge(&world, ICHIRO).await, badge(&world, MITSU).await];
    let id = proposed(&world, &badges, Ground::Misconduct).await;
    assert_eq!(told(&world).await, [Task::RevocationsProposed { proposals: 1 }]);
    let ports = Faulty::new(&world, None);
    let decided = decide(ports.reissue(), &approver(), &id, Decision::Agree).await.unwrap();
    assert_eq!(decided, Decided::Agreed);
    // Issuance is called at once, and takes a minute at most.
    world.clock.jump(29 * 60);
    assert_eq!(told(&world).await, []);
    world.clock.jump(60);
    assert_eq!(told(&world).await, [Task::RevocationsUnfinished { stuck: 2, waiting: 0 }]);
    // It dies behind the first badge.
    let dying = Faulty::new(
        &world,
        Some(Plan { at: second_commit(&world, &id).await, fault: Fault::Before, dies: true }),
    );
    assert_eq!(execute(dying.reissue(), &id, None).await.0.revoked, 1);
    assert_eq!(told(&world).await, [Task::RevocationsUnfinished { stuck: 1, waiting: 0 }]);
    let (swept, result) = month::sweep(&ports, month::scheduled()).await;
    result.unwrap();
    assert_eq!((swept.revoked, told(&world).await), (1, Vec::new()));
}

/// Which operation of executing it is the second commit.
async fn second_commit(world: &World, id: &ProposalId) -> usize {
    let whole = world.copy().await;
    let counted = Faulty::new(&whole, None);
    execute(counted.reissue(), id, None).await.1.unwrap();
    let operations = counted.operations();
    operations.iter().enumerate().filter(|(_, name)| **name == "transact").nth(1).unwrap().0
}

#[tokio::test]
async fn what_waits_for_an_order_is_told_at_once_and_until_that_is_settled() {
    let world = october().await;
    let (on_its_way, other) = (badge(&world, MITSU).await, badge(&world, ICHIRO).await);
    let id = proposed(&world, &[on_its_way.clone(), other], Ground::IssuedInError).await;
    let ports = Faulty::new(&world, None);
    let AnyBadge::Unclaimed(unclaimed) = state(&world, &on_its_way).await else { panic!("it waits") };
    let why = Reason::parse("届かない").unwrap();
    let (nothing, staff) = (Correction::default(), Actor::staff("clerk-1"));
    favour::favour(ports.reissue(), &unclaimed.candidate, &nothing, &staff, &why).await.unwrap();
    let decided = decide(ports.reissue(), &approver(), &id, Decision::Agree).await.unwrap();
    assert_eq!(decided, Decided::Agreed);
    execute(ports.reissue(), &id, None).await.1.unwrap();
    assert_eq!(told(&world).await, [Task::RevocationsUnfinished { stuck: 0, waiting: 1 }]);
    month::sweep(&ports, month::scheduled()).await.1.unwrap();
    assert_eq!(told(&world).await, []);
    is_sound(&world).await;
}
