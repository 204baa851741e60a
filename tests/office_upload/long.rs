//! A long list: a hundred thousand rows in the encoding of Japanese spreadsheets, with line breaks inside of cells, cut anywhere.

use shomei_core::intake::upload::{self, Budget, Filter, PART_BYTES, Stage, Standing};
use shomei_tests::month::HEADING;

use crate::desk::{check, clerk, ports, world};

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
        upload::receive(ports, &id, parts, part).await.unwrap();
        (rest, parts) = (after, parts + 1);
    }
    upload::finish(ports, &id, parts).await.unwrap();
    let draft = check(ports, &id, Budget { until: None, transactions: 50 }).await;
    assert_eq!((draft.stage.clone(), draft.tally.rows()), (Stage::Checked, ROWS));
    assert_eq!((draft.tally.refused, draft.tally.accepted), (bad, ROWS - bad));
    assert_eq!(draft.unknown_columns, ["備考"]);
    let last =
        upload::rows(ports, &draft, Filter::Only(Standing::Accepted), ROWS - bad - 1, 100).await.unwrap();
    assert_eq!(last.rows[0].0.line, ROWS as u64 + 1);
    // One row more is one too many.
    let more = [&bytes[..], "pm-foundation,x\n".as_bytes()].concat();
    let id = upload::begin(ports, &clerk(), "list.csv").await.unwrap().id;
    for (number, part) in (0..).zip(more.chunks(PART_BYTES)) {
        upload::receive(ports, &id, number, part).await.unwrap();
    }
}
