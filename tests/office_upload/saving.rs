//! Saving: by two at once, killed anywhere, and what is left of a draft.

use futures::future::join;
use shomei_core::{
    intake::{
        Column, Registration,
        list::read_csv,
        register_list,
        upload::{self, Budget, Mended, Mending, NotReceived, Received, RowRef, Stage, UploadId},
    },
    office::audit::Deed,
    programme::Retention,
};
use shomei_tests::{
    audit::Census,
    faults::{Faulty, Plan},
    month,
    world::World,
};

use crate::desk::{ONE, check, checked, clerk, is_sound, list, people, ports, save, told, world};

#[tokio::test]
async fn two_who_save_at_once_register_everybody_once() {
    let world = world().await;
    let ports = ports(world.table(), &world);
    let draft = checked(ports, &list(&people(300))).await;
    loop {
        let (one, other) = join(
            upload::save(ports, &clerk(), &draft.id, Some(0), ONE),
            upload::save(ports, &clerk(), &draft.id, Some(0), ONE),
        )
        .await;
        let (one, other) = (one.unwrap().unwrap(), other.unwrap().unwrap());
        if one.stage == Stage::Saved && other.stage == Stage::Saved {
            assert_eq!((one.saved.rows, one.saved.accepted), (300, 300));
            break;
        }
    }
    is_sound(&world).await;
    let census = Census::take(&world.store).await;
    assert_eq!((census.candidates.len(), census.deeds().len()), (300, 1));
    assert_eq!(census.deeds()[0].deed, Deed::ListRegistered { rows: 300 });
    assert_eq!((census.draft_rows.len(), census.draft_marks.len()), (0, 0));
    let by: Vec<_> = census.deeds().iter().map(|line| line.actor.clone()).collect();
    assert_eq!(by, [clerk().actor()]);
}

#[tokio::test]
async fn who_was_registered_meanwhile_is_judged_by_what_is_registered_now() {
    let world = world().await;
    let ports = ports(world.table(), &world);
    let draft = checked(ports, &list(&people(3))).await;
    assert_eq!(told(ports, &draft).await, ["accepted"; 3]);
    let faultless = Faulty::new(&world, None);
    let same = "pm-foundation,合格,2026/10/5,見本 0,p0@example.jp,A-0\n";
    let other = "pm-foundation,合格,2026/10/5,別人 一,q1@example.jp,A-1\n";
    let csv = format!("{}{same}{other}", month::HEADING);
    month::register(&faultless, &world, &csv).await.unwrap();
    let draft = save(ports, &draft.id, ONE).await;
    assert_eq!(draft.stage, Stage::Checked, "what is refused is left");
    assert_eq!((draft.saved.accepted, draft.saved.unchanged, draft.saved.refused), (1, 1, 1));
    assert_eq!(told(ports, &draft).await, ["refused number-belongs-to-another"]);
    // Mended and saved again, nothing is left.
    let mut cells = Column::ALL.map(|_| String::new());
    for (column, text) in [
        (Column::Achievement, "pm-foundation"),
        (Column::Kind, "合格"),
        (Column::Date, "2026/10/5"),
        (Column::Name, "見本 1"),
        (Column::Address, "p1@example.jp"),
        (Column::Number, "A-11"),
    ] {
        cells[column as usize] = text.to_owned();
    }
    let row = RowRef { chunk: 0, line: 3 };
    let mended =
        upload::mend(ports, &clerk(), &draft.id, row, &Mending::Cells(Box::new(cells))).await.unwrap();
    assert!(matches!(mended, Mended::Done(_)), "{mended:?}");
    let draft = save(ports, &draft.id, ONE).await;
    assert_eq!((draft.stage, draft.saved.accepted, draft.saved.refused), (Stage::Saved, 2, 0));
    let deeds: Vec<_> = Census::take(&world.store).await.deeds().into_iter().map(|line| line.deed).collect();
    assert_eq!(deeds.len(), 2);
    is_sound(&world).await;
}

/// A draft's life, as far as a process lives.
async fn lived(world: &World, ports: &Faulty<'_>) -> Result<(), shomei_core::store::Failure> {
    let may = ports_of(ports, world);
    let csv = list(&people(70));
    // Whoever comes back to the page finds the draft that was begun, and goes on with it.
    let known = upload::uploads(may).await?;
    let id = match known.into_iter().next() {
        Some(draft) => draft.id,
        None => upload::begin(may, &clerk(), "list.csv").await?.id,
    };
    let mut parts = 0;
    for part in csv.chunks(700) {
        upload::receive(may, &clerk(), &id, parts, part).await?;
        parts += 1;
    }
    upload::finish(may, &clerk(), &id, parts).await?;
    while let Some(Stage::Checking { .. }) = stage(may, &id).await? {
        upload::check(may, &id, ONE).await?;
    }
    while let Some(Stage::Checked | Stage::Saving { .. }) = stage(may, &id).await? {
        upload::save(may, &clerk(), &id, Some(0), Budget { until: None, transactions: 2 }).await?;
    }
    Ok(())
}

fn ports_of<'a>(ports: &'a Faulty<'a>, world: &'a World) -> upload::Ports<'a> {
    ports_on(ports, world)
}

fn ports_on<'a>(table: &'a dyn shomei_core::ports::Table, world: &'a World) -> upload::Ports<'a> {
    ports(table, world)
}

async fn stage(
    ports: upload::Ports<'_>,
    id: &UploadId,
) -> Result<Option<Stage>, shomei_core::store::Failure> {
    Ok(upload::upload(ports, id).await?.map(|draft| draft.stage))
}

#[tokio::test]
async fn killed_anywhere_a_draft_loses_nothing_and_doubles_nothing() {
    let before = world().await;
    let faultless = before.copy().await;
    let ports = Faulty::new(&faultless, None);
    lived(&faultless, &ports).await.unwrap();
    let operations = ports.operations();
    assert!(operations.len() > 50, "{}", operations.len());
    for plan in Plan::everywhere(&operations, false) {
        let world = before.copy().await;
        let ports = Faulty::new(&world, Some(plan));
        let _ = lived(&world, &ports).await;
        is_sound(&world).await;
        world.clock.jump(60);
        lived(&world, &Faulty::new(&world, None)).await.unwrap();
        is_sound(&world).await;
        let census = Census::take(&world.store).await;
        let case = format!("{plan:?} of {}", operations[plan.at]);
        assert_eq!(census.uploads.len(), 1, "{case}");
        let draft = &census.uploads[0];
        assert_eq!((&draft.stage, draft.saved.accepted), (&Stage::Saved, 70), "{case}");
        assert_eq!((census.candidates.len(), census.due.len()), (70, 70), "{case}");
        let left = (census.upload_parts.len(), census.draft_rows.len(), census.draft_marks.len());
        assert_eq!(left, (0, 0, 0), "{case}");
        assert_eq!(census.deeds().len(), 1, "{case}");
    }
}

#[tokio::test]
async fn a_draft_that_is_thrown_away_leaves_nothing() {
    let world = world().await;
    let ports = ports(world.table(), &world);
    for stage in 0..3 {
        let csv = list(&people(1_200));
        let id = upload::begin(ports, &clerk(), "list.csv").await.unwrap().id;
        for (number, part) in (0..).zip(csv.chunks(20_000)) {
            upload::receive(ports, &clerk(), &id, number, part).await.unwrap();
        }
        if stage > 0 {
            let parts = u32::try_from(csv.chunks(20_000).count()).unwrap();
            upload::finish(ports, &clerk(), &id, parts).await.unwrap();
            upload::check(ports, &id, ONE).await.unwrap();
        }
        if stage > 1 {
            check(ports, &id, ONE).await;
        }
        upload::throw_away(ports, &clerk(), &id).await.unwrap().unwrap();
        assert_eq!(
            upload::receive(ports, &clerk(), &id, 99, b"x").await.unwrap(),
            Received::Not(NotReceived::Complete),
            "nobody goes on with it"
        );
        while upload::clear(ports, &id, ONE).await.unwrap().is_some() {}
        let census = Census::take(&world.store).await;
        let left = (census.uploads.len(), census.upload_parts.len(), census.draft_rows.len());
        assert_eq!((left, census.draft_marks.len()), ((0, 0, 0), 0), "{stage}");
        assert!(upload::throw_away(ports, &clerk(), &id).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_day_later_a_draft_is_gone() {
    let world = world().await;
    let ports = ports(world.table(), &world);
    let draft = checked(ports, &list(&people(3))).await;
    world.clock.jump(24 * 3_600 - 1);
    assert_eq!(upload::uploads(ports).await.unwrap().len(), 1);
    world.clock.jump(1);
    assert_eq!(upload::uploads(ports).await.unwrap().len(), 0);
    assert!(upload::save(ports, &clerk(), &draft.id, Some(0), ONE).await.unwrap().is_none());
    assert!(upload::check(ports, &draft.id, ONE).await.unwrap().is_none());
}

#[tokio::test]
async fn what_the_next_sweep_would_erase_is_not_taken() {
    let mut world = world().await;
    world.clock.jump(4 * 365 * 86_400);
    let kept = checked(ports(world.table(), &world), &list(&people(1))).await;
    assert!(told(ports(world.table(), &world), &kept).await[0].starts_with("accepted"));
    world.programme.retention = Retention { register: 3, ..Retention::default() };
    let ports = ports(world.table(), &world);
    // Neither when it is looked through, nor when it is saved.
    let checked = checked(ports, &list(&people(1))).await;
    let closed = told(ports, &checked).await;
    assert!(closed[0].starts_with("refused register-closes"), "{closed:?}");
    let saved = save(ports, &kept.id, ONE).await;
    assert_eq!((saved.stage, saved.saved.accepted), (Stage::Checked, 0));
    assert_eq!(Census::take(&world.store).await.candidates.len(), 0);
}

#[tokio::test]
async fn whoever_is_registered_is_on_record_from_the_first_on() {
    let mut world = world().await;
    let deeds = async |world: &World| -> Vec<Deed> {
        Census::take(&world.store).await.deeds().into_iter().map(|line| line.deed).collect()
    };
    let may = ports(world.table(), &world);
    let draft = checked(may, &list(&people(70))).await;
    let half = upload::save(may, &clerk(), &draft.id, Some(0), ONE).await.unwrap().unwrap();
    assert!(matches!(half.stage, Stage::Saving { .. }) && half.saved.rows < 70, "{half:?}");
    assert_eq!(deeds(&world).await, [Deed::ListRegistered { rows: 70 }]);
    save(may, &draft.id, ONE).await;
    assert_eq!(deeds(&world).await.len(), 1, "once");
    // By a program, whose first batch is stored and whose second is not.
    world = crate::desk::world().await;
    let csv = list(&people(70));
    let before = world.copy().await;
    let register = async |world: &World, ports: &Faulty<'_>| {
        let mut registration = Registration::new(ports, &world.clock, &world.entropy).by("program");
        register_list(&mut registration, read_csv(&*csv).unwrap(), |_| ()).await
    };
    let faultless = Faulty::new(&world, None);
    register(&world, &faultless).await.unwrap();
    assert_eq!(deeds(&world).await, [Deed::RegisteredByProgram]);
    let again = Faulty::new(&world, None);
    register(&world, &again).await.unwrap();
    assert_eq!(deeds(&world).await.len(), 1, "whoever registers nobody does nothing");
    for plan in Plan::everywhere(&faultless.operations(), false) {
        let world = before.copy().await;
        let _ = register(&world, &Faulty::new(&world, Some(plan))).await;
        let census = Census::take(&world.store).await;
        assert_eq!(census.candidates.is_empty(), census.deeds().is_empty(), "{plan:?}");
    }
}
