//! A list is its clerk's: what others could do to it would be registered in the clerk's name, and be approved of by whoever did it.

use shomei_core::{
    candidate::AnyCandidate,
    intake::{
        Column,
        upload::{self, Mended, Mending, NotReceived, Ports, Received, RowRef, Stage, Upload},
    },
    programme::OfficeTerms,
};
use shomei_tests::audit::{Census, contents};

use crate::desk::{ONE, approver, checked, clerk, list, ports, save, world};

const ROW: &str = "pm-foundation,合格,2026/10/5,見本 一郎,ichiro@example.jp,A-1\n";
const OF_ICHIRO: RowRef = RowRef { chunk: 0, line: 2 };

/// The row of another person.
fn akiras_friend() -> Mending {
    let mut cells = Column::ALL.map(|_| String::new());
    for (column, text) in [
        (Column::Achievement, "pm-foundation"),
        (Column::Kind, "合格"),
        (Column::Date, "2026/10/5"),
        (Column::Name, "見本 友"),
        (Column::Address, "tomo@example.jp"),
        (Column::Number, "A-99"),
    ] {
        text.clone_into(&mut cells[column as usize]);
    }
    Mending::Cells(Box::new(cells))
}

async fn again(ports: Ports<'_>, draft: &Upload) -> Upload {
    upload::upload(ports, &draft.id).await.unwrap().unwrap()
}

#[tokio::test]
async fn an_approver_puts_nobody_into_a_clerks_list() {
    let mut world = world().await;
    world.programme.office = OfficeTerms { second_approval: true };
    let ports = ports(world.table(), &world);
    let draft = checked(ports, &list(ROW)).await;
    let akira = approver("akira");
    let before = contents(&world.store.client()).await;
    let mended = upload::mend(ports, &akira, &draft.id, OF_ICHIRO, &akiras_friend()).await.unwrap();
    assert_eq!(mended, Mended::Unknown);
    let dropped = upload::mend(ports, &akira, &draft.id, OF_ICHIRO, &Mending::Drop).await.unwrap();
    assert_eq!(dropped, Mended::Unknown);
    assert_eq!(upload::save(ports, &akira, &draft.id, Some(0), ONE).await.unwrap(), None);
    assert_eq!(upload::recheck(ports, &akira, &draft.id).await.unwrap(), None);
    assert_eq!(upload::throw_away(ports, &akira, &draft.id).await.unwrap(), None);
    let unknown = Received::Not(NotReceived::Unknown);
    assert_eq!(upload::receive(ports, &akira, &draft.id, 1, b"x").await.unwrap(), unknown);
    assert_eq!(upload::finish(ports, &akira, &draft.id, 1).await.unwrap(), unknown);
    assert_eq!(contents(&world.store.client()).await, before);
    save(ports, &draft.id, ONE).await;
    let census = Census::take(&world.store).await;
    let names: Vec<_> = census.candidates.values().map(|it| it.details().name.as_str()).collect();
    assert_eq!(names, ["見本 一郎"]);
    let by = |it: &AnyCandidate| match it {
        AnyCandidate::Registered(candidate) => candidate.changed_by.clone(),
        _ => None,
    };
    let by: Vec<_> = census.candidates.values().map(by).collect();
    assert_eq!(by, [Some(clerk().subject)]);
}

#[tokio::test]
async fn nothing_is_registered_that_the_clerk_has_not_seen() {
    let world = world().await;
    let ports = ports(world.table(), &world);
    let draft = checked(ports, &list(ROW)).await;
    let seen = Some(draft.changes);
    // In another window.
    let mended = upload::mend(ports, &clerk(), &draft.id, OF_ICHIRO, &akiras_friend()).await.unwrap();
    assert!(matches!(mended, Mended::Done(_)), "{mended:?}");
    let stale = upload::save(ports, &clerk(), &draft.id, seen, ONE).await.unwrap().unwrap();
    assert_eq!((stale.stage, stale.saved.rows), (Stage::Checked, 0));
    assert_eq!(Census::take(&world.store).await.candidates.len(), 0);
    let now = again(ports, &draft).await;
    // Who goes on with what was begun begins nothing.
    let going_on = upload::save(ports, &clerk(), &draft.id, None, ONE).await.unwrap().unwrap();
    assert_eq!(going_on, now);
    let saved = upload::save(ports, &clerk(), &draft.id, Some(now.changes), ONE).await.unwrap().unwrap();
    assert_ne!(saved.stage, Stage::Checked);
    assert_eq!(Census::take(&world.store).await.candidates.len(), 1);
}
