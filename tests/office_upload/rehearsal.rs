//! What is said of every row before anything is saved is what registering the list says, and saving the draft leaves the register as
//! registering the list does.

use std::collections::BTreeMap;

use proptest::{prelude::*, test_runner::TestRunner};
use shomei_core::{
    intake::{
        Registration, RowAnswer, Summary,
        list::read_csv,
        register_list,
        upload::{self, Budget, Received, Stage, Upload, UploadId},
    },
    ports::Clock,
};
use shomei_tests::{audit::Census, faults::Faulty, month, world::World};

use crate::desk::{ONE, all_rows, check, clerk, is_sound, list, ports, save, world};

/// A row of a list full of blemishes: few people, so that many meet.
fn row() -> impl Strategy<Value = String> {
    let achievement = prop_oneof![9 => Just("pm-foundation"), 1 => Just("pm-unknown")];
    let kind = prop_oneof![4 => Just("合格"), 2 => Just("更新"), 1 => Just("不明")];
    let date = proptest::sample::select(vec![
        "2026/10/5",
        "2026/10/6",
        "2026/9/30",
        "2026/4/1",
        "2026/3/31",
        "2026/11/2",
        "2026/12/1",
        "10/5/26",
    ]);
    let name = proptest::sample::select(vec!["見本 一郎", "見本　一郎", "見本 二葉", "", "外\u{E000}字"]);
    let address = proptest::sample::select(vec![
        "ichiro@example.jp",
        "ICHIRO@example.jp",
        "futaba@gmial.com",
        "mitsu@gmaill.com",
        "a..b@docomo.ne.jp",
        "goro@example",
        "rikka@yahoo.com",
        "'=nana@example.jp",
    ]);
    let number = proptest::sample::select(vec!["A-1", "A-2", "Ａ－３", "a-4", "", "A 5"]);
    let whole = (achievement, kind, date, name, address, number).prop_map(
        |(achievement, kind, date, name, address, number)| {
            format!("{achievement},{kind},{date},{name},{address},{number}\n")
        },
    );
    prop_oneof![
        20 => whole,
        1 => Just("pm-foundation,\"合格,2026/10/5\n".to_owned()),
        1 => Just("pm-foundation,合格\n".to_owned()),
        1 => Just("\n".to_owned()),
    ]
}

/// A few rows.
fn few() -> impl Strategy<Value = String> {
    proptest::collection::vec(row(), 1..12).prop_map(|rows| rows.concat())
}

/// Many rows, made of few: a list of several blocks, in which the same people come again and again.
fn many() -> impl Strategy<Value = String> {
    (proptest::collection::vec(row(), 8..12), 60..80_usize).prop_map(|(rows, times)| {
        let other = |time: usize| rows.concat().replace("A-1", &format!("B-{}", time % 30));
        (0..times).map(other).collect()
    })
}

/// As a script sends it: cut anywhere.
async fn sent(world: &World, list: &[u8], cut: usize) -> UploadId {
    let ports = ports(world.table(), world);
    let id = upload::begin(ports, &clerk(), "list.csv").await.unwrap().id;
    let mut parts = 0;
    for part in list.chunks(cut) {
        let received = upload::receive(ports, &clerk(), &id, parts, part).await.unwrap();
        assert!(matches!(received, Received::Taken(_)), "{received:?}");
        parts += 1;
    }
    upload::finish(ports, &clerk(), &id, parts).await.unwrap();
    id
}

async fn registered(world: &World, list: &[u8]) -> (Summary, Vec<RowAnswer>) {
    let mut registration = Registration::new(world.table(), &world.clock, &world.entropy).by("clerk");
    let mut answers = Vec::new();
    let rows = read_csv(list).unwrap();
    let registered = register_list(&mut registration, rows, |answer| answers.push(answer)).await.unwrap();
    (registered.summary, answers)
}

/// The register, as far as lists make it.
async fn register(world: &World) -> BTreeMap<String, String> {
    let census = Census::take(&world.store).await;
    let json = |value| serde_json::to_string(&value).unwrap();
    let candidates = census.candidates.values().map(|it| {
        (format!("{}{:?}", json(serde_json::to_value(it).unwrap()), it.details().date), String::new())
    });
    let due = census.due.keys().map(|it| (format!("due {}", it.id), String::new()));
    let occasions = census.occasions.iter().map(|it| {
        (format!("occasions {} {} {}", it.number, it.achievement, it.kind), format!("{:?}", it.months))
    });
    let months = census.months.iter().map(|it| (format!("month {it}"), String::new()));
    candidates.chain(due).chain(occasions).chain(months).collect()
}

async fn rehearses(before: &str, issued: bool, rows: &str, cut: usize, steps: usize) {
    let world = world().await;
    registered(&world, &list(before)).await;
    if issued {
        month::run(&Faulty::new(&world, None), month::scheduled()).await.unwrap();
    }
    let list = list(rows);
    let plain = world.copy().await;
    let untouched = register(&world).await;
    let (summary, answers) = registered(&plain, &list).await;

    let ports = ports(world.table(), &world);
    let id = sent(&world, &list, cut).await;
    let draft = check(ports, &id, Budget { until: None, transactions: steps }).await;
    assert_eq!(draft.stage, Stage::Checked);
    assert_eq!(register(&world).await, untouched, "a rehearsal registers nothing");
    let told: Vec<RowAnswer> = all_rows(ports, &draft)
        .await
        .into_iter()
        .map(|(_, row)| RowAnswer { line: row.line, verdict: row.judged.verdict() })
        .collect();
    assert_eq!(told, answers);
    let again = upload::recheck(ports, &clerk(), &id).await.unwrap().unwrap();
    assert!(matches!(again.stage, Stage::Rechecking { .. }));
    let again = check(ports, &id, ONE).await;
    let same = Upload { changes: draft.changes, ..again.clone() };
    assert_eq!((same, again.changes), (draft.clone(), draft.changes + 1), "judging again says the same");

    let draft = save(ports, &id, Budget { until: None, transactions: steps }).await;
    assert_eq!(draft.saved, Summary { rows: summary.rows - summary.refused, ..summary });
    assert_eq!(register(&world).await, register(&plain).await);
    is_sound(&world).await;
    let census = Census::take(&world.store).await;
    assert_eq!(census.upload_parts.len(), 0);
    let left: usize = census.draft_rows.iter().map(|chunk| chunk.rows.len()).sum();
    assert_eq!(left, summary.refused, "only refused rows stay");
    assert_eq!(world.clock.now(), plain.clock.now());
}

fn rehearse(cases: u32, lists: impl Strategy<Value = String>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let config = ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 100,
        ..ProptestConfig::with_cases(cases)
    };
    let cases = (few(), any::<bool>(), lists, 64..5_000_usize, 1..4_usize);
    TestRunner::new(config)
        .run(&cases, |(before, issued, rows, cut, steps)| {
            let cut = cut.max(rows.len() / 20);
            runtime.block_on(rehearses(&before, issued, &rows, cut, steps));
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_rehearsal_says_what_registering_does() {
    rehearse(24, few());
}

#[test]
fn a_rehearsal_of_a_long_list_says_what_registering_does() {
    rehearse(1, many());
}
