//! Laws of registering: what a second list, a correction or a slip does to what is registered.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use shomei_core::{
    address::MailAddress,
    intake::{RowAnswer, Verdict},
};
use shomei_tests::{
    audit::{Census, inconsistencies},
    faults::Faulty,
    month::{self, HEADING, OCTOBER},
    world::World,
};

async fn world() -> World {
    let world = World::new().await;
    month::achievement(&Faulty::new(&world, None), &world, None).await.unwrap().unwrap();
    world
}

/// What each row came to, as programs read it: the verdict, and the first code.
async fn register(world: &World, rows: &str) -> Vec<String> {
    let list = format!("{HEADING}{rows}");
    let (registered, answers) = month::register(&Faulty::new(world, None), world, &list).await.unwrap();
    assert!(registered.stopped.is_none());
    assert_eq!(inconsistencies(world).await, Vec::<String>::new());
    answers.iter().map(short).collect()
}

fn short(answer: &RowAnswer) -> String {
    match &answer.verdict {
        Verdict::Accepted { warnings } => {
            with_code("accepted", warnings.first().map(|note| note.code.to_string()))
        }
        Verdict::Amended { warnings } => {
            with_code("amended", warnings.first().map(|note| note.code.to_string()))
        }
        Verdict::Unchanged => "unchanged".to_owned(),
        Verdict::Refused { refusals } => {
            with_code("refused", refusals.first().map(|note| note.code.to_string()))
        }
    }
}

fn with_code(verdict: &str, code: Option<String>) -> String {
    code.map_or_else(|| verdict.to_owned(), |code| format!("{verdict} {code}"))
}

async fn run(world: &World) {
    assert!(month::run(&Faulty::new(world, None), month::scheduled()).await.unwrap().agrees());
}

#[tokio::test]
async fn the_same_list_twice_registers_nobody_twice() {
    let world = world().await;
    let rows = OCTOBER.strip_prefix(HEADING).unwrap();
    assert_eq!(register(&world, rows).await, ["accepted"; 4]);
    assert_eq!(register(&world, rows).await, ["unchanged"; 4]);
    assert_eq!(register(&world, &format!("{rows}{rows}")).await, ["unchanged"; 8]);
    run(&world).await;
    assert_eq!(register(&world, rows).await, ["unchanged"; 4], "not after the badges were issued, either");
    assert_eq!(Census::take(&world.store).await.candidates.len(), 4);
}

#[tokio::test]
async fn one_bad_row_never_stops_the_others() {
    let world = world().await;
    let told = register(
        &world,
        "pm-foundation,合格,2026/10/1,見本 一郎,ichiro@example.jp,A-1\n\
         pm-foundation,合格,2026/10/32,見本 二葉,futaba@example.jp,A-2\n\
         pm-unknown,合格,2026/10/5,見本 三津,mitsu@example.jp,A-3\n\
         pm-foundation,合格,2026/10/5,見本 \"四季,shiki@example.jp,A-4\n\
         pm-foundation,合格,2026/10/5,見本 五郎,goro@example,A-5\n\
         pm-foundation,合格,2026/10/5,見本 六花,rikka@example.jp,A-6\n",
    )
    .await;
    assert_eq!(
        told,
        [
            "accepted",
            "refused date-impossible",
            "refused achievement-unknown",
            "refused row-quotes",
            "refused address-clipped",
            "accepted"
        ]
    );
}

#[tokio::test]
async fn a_correction_is_taken_until_the_badge_is_issued() {
    let world = world().await;
    let row = |name: &str, day: u8, address: &str| {
        format!("pm-foundation,合格,2026/10/{day},{name},{address},A-1\n")
    };
    assert_eq!(register(&world, &row("見本 一郎", 1, "ichiro@example.jp")).await, ["accepted"]);
    // Address, day within the month, and the spaces of the name.
    assert_eq!(register(&world, &row("見本　一郎", 2, "ichiro.mihon@example.jp")).await, ["amended"]);
    assert_eq!(
        register(&world, &row("見本 次郎", 2, "jiro@example.jp")).await,
        ["refused number-belongs-to-another"]
    );
    run(&world).await;
    let to: Vec<_> = world.outbox.mails().iter().map(|mail| mail.to.as_str().to_owned()).collect();
    assert_eq!(to, ["ichiro.mihon@example.jp"]);
    assert_eq!(
        register(&world, &row("見本　一郎", 2, "ichiro@example.jp")).await,
        ["refused already-issued"]
    );
}

#[tokio::test]
async fn a_slip_in_the_month_never_becomes_a_second_badge() {
    let world = world().await;
    let row =
        |kind: &str, date: &str| format!("pm-foundation,{kind},{date},見本 一郎,ichiro@example.jp,A-1\n");
    assert_eq!(register(&world, &row("合格", "2026/10/5")).await, ["accepted"]);
    assert_eq!(register(&world, &row("合格", "2026/9/5")).await, ["refused registered-in-another-month"]);
    // In one list as well, where neither is registered yet.
    let other = |date: &str| format!("pm-foundation,合格,{date},見本 二葉,futaba@example.jp,A-2\n");
    let told = register(&world, &format!("{}{}", other("2026/9/5"), other("2026/10/5"))).await;
    assert_eq!(told, ["accepted late", "refused registered-in-another-month"]);
    // A renewal is another occasion.
    assert_eq!(register(&world, &row("更新", "2026/10/6")).await, ["accepted"]);
}

#[tokio::test]
async fn the_rules_of_the_month_are_those_of_japan() {
    let world = world().await;
    let row = |number: u8, date: &str| {
        format!("pm-foundation,合格,{date},見本 {number},p{number}@example.jp,A-{number}\n")
    };
    // The programme began on 1 April, and in Japan it is 2 November, 09:00.
    let told = register(
        &world,
        &[
            row(1, "2026/3/31"),
            row(2, "2026/4/1"),
            row(3, "2026/11/2"),
            row(4, "2026/11/3"),
            row(5, "2026/9/30"),
        ]
        .concat(),
    )
    .await;
    assert_eq!(
        told,
        ["refused before-programme", "accepted late", "accepted", "refused date-in-future", "accepted late"]
    );
    // 2 November, 23:59:59 in Japan, and a second later.
    world.clock.jump(15 * 3_600 - 1);
    assert_eq!(register(&world, &row(4, "2026/11/3")).await, ["refused date-in-future"]);
    world.clock.jump(1);
    assert_eq!(register(&world, &row(4, "2026/11/3")).await, ["accepted"]);
}

#[tokio::test]
async fn a_likely_slip_is_registered_with_a_suggestion() {
    let world = world().await;
    let rows = "pm-foundation,合格,2026/10/5,見本 一郎,ichiro@gmial.com,A-1\n\
                pm-foundation,合格,2026/10/5,見本 二葉,ICHIRO@gmial.com,A-2\n";
    let (_, answers) =
        month::register(&Faulty::new(&world, None), &world, &format!("{HEADING}{rows}")).await.unwrap();
    let json = serde_json::to_value(&answers).unwrap();
    assert_eq!(json.pointer("/0/verdict").unwrap(), "accepted");
    assert_eq!(json.pointer("/0/warnings/0/code").unwrap(), "address-suspicious");
    assert_eq!(json.pointer("/0/warnings/0/suggestion").unwrap(), "ichiro@gmail.com");
    for language in ["ja", "en"] {
        let sentence = json.pointer(&format!("/0/warnings/0/sentence/{language}")).unwrap();
        assert!(!sentence.as_str().unwrap().is_empty());
    }
    let codes: Vec<_> =
        json.pointer("/1/warnings").unwrap().as_array().unwrap().iter().map(|note| &note["code"]).collect();
    assert_eq!(codes, ["address-suspicious", "address-shared"]);
    // Never applied: the mail goes where the list says.
    run(&world).await;
    let meant = MailAddress::mend("ichiro@gmial.com").unwrap().address;
    assert!(world.outbox.mails().iter().any(|mail| mail.to == meant));
}
