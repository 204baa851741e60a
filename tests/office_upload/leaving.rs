//! The clerk closes the page: what was said is done all the same, and what was thrown away is gone.

use futures::future::join;
use shomei_core::{
    intake::upload::{self, Resumed, Stage, Upload},
    office::audit::Deed,
    ports::{Clock as _, Write},
    store::{self, Record as _},
};
use shomei_tests::{audit::Census, world::World};

use crate::desk::{ONE, checked, clerk, is_sound, list, office_ports, people, ports, seen, world};

const HOUR: i64 = 3_600;
const PEOPLE: usize = 300;

/// A list of which the clerk saw one step being registered.
async fn half_saved(world: &World) -> Upload {
    let ports = ports(world.table(), world);
    let draft = checked(ports, &list(&people(PEOPLE))).await;
    begins_to_save(world, &draft).await
}

async fn begins_to_save(world: &World, draft: &Upload) -> Upload {
    let ports = ports(world.table(), world);
    let changes = seen(ports, &draft.id).await;
    let draft = upload::save(ports, &clerk(), &draft.id, changes, ONE).await.unwrap().unwrap();
    assert!(matches!(draft.stage, Stage::Saving { .. }), "{:?}", draft.stage);
    assert!((1..PEOPLE).contains(&draft.saved.rows), "{:?}", draft.saved);
    draft
}

async fn sweep(world: &World) -> Resumed {
    let (resumed, result) = upload::resume(office_ports(world.table(), world), None).await;
    result.unwrap();
    resumed
}

/// Everybody is registered once, in the clerk's name, and nothing of the rows is left.
async fn all_are_registered(world: &World) {
    is_sound(world).await;
    let census = Census::take(&world.store).await;
    assert_eq!((census.candidates.len(), census.draft_rows.len(), census.draft_marks.len()), (PEOPLE, 0, 0));
    let deeds = census.deeds();
    assert_eq!(deeds.len(), 1, "{deeds:?}");
    assert_eq!((&deeds[0].deed, &deeds[0].actor), (&Deed::ListRegistered { rows: PEOPLE }, &clerk().actor()));
}

#[tokio::test]
async fn what_is_being_registered_is_registered_to_its_end() {
    let world = world().await;
    let half = half_saved(&world).await;
    let rest = PEOPLE - half.saved.rows;
    assert_eq!(sweep(&world).await, Resumed { registered: rest, ..Resumed::default() });
    all_are_registered(&world).await;
    // Who comes back sees that it is done.
    let draft = upload::upload(ports(world.table(), &world), &half.id).await.unwrap().unwrap();
    assert_eq!((draft.stage, draft.saved.accepted), (Stage::Saved, PEOPLE));
    assert_eq!(sweep(&world).await, Resumed::default());
}

#[tokio::test]
async fn what_is_said_at_the_end_of_its_day_is_done() {
    let world = world().await;
    let draft = checked(ports(world.table(), &world), &list(&people(PEOPLE))).await;
    world.clock.jump(24 * HOUR - 1);
    let half = begins_to_save(&world, &draft).await;
    world.clock.jump(HOUR);
    assert_eq!(sweep(&world).await.registered, PEOPLE - half.saved.rows);
    all_are_registered(&world).await;
}

#[tokio::test]
async fn what_was_said_is_done_however_late_the_sweep_comes() {
    let world = world().await;
    let half = half_saved(&world).await;
    world.clock.jump(30 * 24 * HOUR);
    assert_eq!(sweep(&world).await.registered, PEOPLE - half.saved.rows);
    all_are_registered(&world).await;
    assert_eq!(sweep(&world).await, Resumed { removed: 1, ..Resumed::default() });
    assert_eq!(Census::take(&world.store).await.uploads.len(), 0);
}

#[tokio::test]
async fn a_sweep_whose_time_is_over_leaves_the_rest_to_the_next() {
    let world = world().await;
    let half = half_saved(&world).await;
    let (resumed, result) =
        upload::resume(office_ports(world.table(), &world), Some(world.clock.now())).await;
    result.unwrap();
    assert_eq!(resumed, Resumed { left: 1, ..Resumed::default() });
    assert_eq!(sweep(&world).await.registered, PEOPLE - half.saved.rows);
    all_are_registered(&world).await;
}

#[tokio::test]
async fn what_the_store_removed_by_itself_keeps_nothing_from_being_removed() {
    let world = world().await;
    let may = ports(world.table(), &world);
    let unread = upload::begin(may, &clerk(), "unread.csv").await.unwrap();
    for number in 0..3 {
        upload::receive(may, &clerk(), &unread.id, number, b"part").await.unwrap();
    }
    let parts = Census::take(&world.store).await.upload_parts;
    let gone = Write::Delete { key: parts[1].key(), version: 1 };
    store::commit(world.table(), &world.entropy, vec![gone]).await.unwrap();
    world.clock.jump(24 * HOUR);
    assert_eq!(sweep(&world).await, Resumed { removed: 1, ..Resumed::default() });
    nothing_is_left(&world).await;
}

#[tokio::test]
async fn the_page_and_the_sweep_register_everybody_once() {
    let world = world().await;
    let half = half_saved(&world).await;
    let may = ports(world.table(), &world);
    let page = async {
        loop {
            let draft = upload::save(may, &clerk(), &half.id, None, ONE).await.unwrap().unwrap();
            if draft.stage == Stage::Saved {
                return draft;
            }
        }
    };
    let (draft, _) = join(page, sweep(&world)).await;
    assert_eq!((draft.saved.rows, draft.saved.accepted), (PEOPLE, PEOPLE));
    all_are_registered(&world).await;
}

#[tokio::test]
async fn what_nobody_decided_waits_for_its_day_and_is_removed_then() {
    let world = world().await;
    let may = ports(world.table(), &world);
    let waits = checked(may, &list(&people(PEOPLE))).await;
    let unread = upload::begin(may, &clerk(), "unread.csv").await.unwrap();
    upload::receive(may, &clerk(), &unread.id, 0, b"part").await.unwrap();
    world.clock.jump(24 * HOUR - 1);
    assert_eq!(sweep(&world).await, Resumed::default());
    assert_eq!(upload::upload(may, &waits.id).await.unwrap(), Some(waits));
    world.clock.jump(1);
    assert_eq!(sweep(&world).await, Resumed { removed: 2, ..Resumed::default() });
    nothing_is_left(&world).await;
}

#[tokio::test]
async fn what_is_thrown_away_is_removed_whether_its_clerk_stays_or_not() {
    let world = world().await;
    let may = ports(world.table(), &world);
    let draft = checked(may, &list(&people(PEOPLE))).await;
    upload::throw_away(may, &clerk(), &draft.id).await.unwrap().unwrap();
    upload::clear(may, &draft.id, ONE).await.unwrap().unwrap();
    assert_eq!(sweep(&world).await, Resumed { removed: 1, ..Resumed::default() });
    nothing_is_left(&world).await;
}

async fn nothing_is_left(world: &World) {
    let census = Census::take(&world.store).await;
    assert_eq!((census.uploads.len(), census.upload_parts.len()), (0, 0));
    assert_eq!((census.draft_rows.len(), census.draft_marks.len(), census.candidates.len()), (0, 0, 0));
}
