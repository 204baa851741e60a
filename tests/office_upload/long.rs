//! A long list: a hundred thousand rows in the encoding of Japanese spreadsheets, with line breaks inside of cells, cut anywhere.

use shomei_core::{
    intake::upload::{self, Budget, Filter, PART_BYTES, Received, Stage, Standing, Upload},
    store,
};
use shomei_tests::month::HEADING;

use crate::desk::{ONE, check, clerk, list, ports, world};

const ROWS: usize = 100_000;

/// Numbers that look random and are the same in every run.
fn next(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *seed >> 33
}

#[tokio::test]
async fn a_hundred_thousand_rows_cut_anywhere_are_all_there() {
    let world = world().await;
    let ports = ports(world.table(), &world);
    let mut list = HEADING.replace("会員番号", "会員番号,備考");
    let mut bad = 0;
    for row in 0..ROWS {
        let date = if row % 1_000 == 7 { "2026/10/32" } else { "2026/10/5" };
        bad += usize::from(date.ends_with("32"));
        let row =
            format!("pm-foundation,合格,{date},見本 髙﨑,p{row}@example.jp,N-{row},\"二行の\n備考①\"\n");
        list.push_str(&row);
    }
    let (bytes, _, lost) = encoding_rs::SHIFT_JIS.encode(&list);
    assert!(!lost);
    let id = upload::begin(ports, &clerk(), "list.csv").await.unwrap().id;
    let (mut rest, mut parts, mut seed) = (&bytes[..], 0, 1);
    while !rest.is_empty() {
        let length = usize::try_from(next(&mut seed)).unwrap() % (PART_BYTES / 2) + PART_BYTES / 2;
        let (part, after) = rest.split_at(length.min(rest.len()));
        upload::receive(ports, &clerk(), &id, parts, part).await.unwrap();
        (rest, parts) = (after, parts + 1);
    }
    upload::finish(ports, &clerk(), &id, parts).await.unwrap();
    let draft = check(ports, &id, Budget { until: None, transactions: 50 }).await;
    assert_eq!((draft.stage.clone(), draft.tally.rows()), (Stage::Checked, ROWS));
    assert_eq!((draft.tally.refused, draft.tally.accepted), (bad, ROWS - bad));
    assert_eq!(draft.unknown_columns, ["備考"]);
    let last =
        upload::rows(ports, &draft, Filter::Only(Standing::Accepted), ROWS - bad - 1, 100).await.unwrap();
    assert_eq!(last.rows[0].0.line, ROWS as u64 + 1);
}

#[tokio::test]
async fn one_row_more_is_one_too_many() {
    let world = world().await;
    let ports = ports(world.table(), &world);
    for (before, fits) in [(ROWS - 2, true), (ROWS - 1, false)] {
        let rows = "pm-foundation,合格,2026/10/5,見本,p@example.jp,N-1\n".repeat(2);
        let received = upload::receive_whole(ports, &clerk(), "list.csv", &list(&rows)).await.unwrap();
        let Received::Taken(mut draft) = received else { panic!("{received:?}") };
        // As if so many rows had been read before.
        draft.tally.accepted = before;
        let key = Upload::key_of(&draft.id);
        let version = store::load::<Upload>(world.table(), &key).await.unwrap().unwrap().version;
        let writes = vec![store::replace(version, &*draft).unwrap()];
        store::commit(world.table(), &world.entropy, writes).await.unwrap();
        let draft = check(ports, &draft.id, ONE).await;
        let too_many = matches!(&draft.stage, Stage::Unreadable { code, .. } if code == "too-many-rows");
        assert_eq!((draft.stage == Stage::Checked, too_many), (fits, !fits), "{before}");
    }
}
