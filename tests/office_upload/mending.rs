//! Rows are mended in place, and whatever they have to do with is judged again.

use shomei_core::intake::{
    Column,
    upload::{self, Filter, Mended, Mending, Ports, RowRef, Stage, Standing, Upload},
};
use shomei_tests::world::World;

use crate::desk::{
    NoMailAt, ONE, all_rows, check, checked, clerk, in_short, is_sound, list, office_ports, ports, save,
    told, world,
};

fn row(name: &str, address: &str, number: &str) -> String {
    format!("pm-foundation,合格,2026/10/5,{name},{address},{number}\n")
}

async fn mended(ports: Ports<'_>, draft: &Upload, line: u64, mending: &Mending) -> Upload {
    let row = at(ports, draft, line).await;
    match upload::mend(ports, &clerk(), &draft.id, row, mending).await.unwrap() {
        Mended::Done(draft) => *draft,
        other => panic!("{other:?}"),
    }
}

async fn at(ports: Ports<'_>, draft: &Upload, line: u64) -> RowRef {
    all_rows(ports, draft).await.into_iter().find(|(row, _)| row.line == line).unwrap().0
}

async fn cells(ports: Ports<'_>, draft: &Upload, line: u64, change: &[(Column, &str)]) -> Mending {
    let row = at(ports, draft, line).await;
    let row = upload::find_row(ports, draft, row).await.unwrap().unwrap();
    let mut cells = Column::ALL.map(|column| row.cell(column).to_owned());
    for (column, text) in change {
        (*text).clone_into(&mut cells[*column as usize]);
    }
    Mending::Cells(Box::new(cells))
}

/// Judging all again says what the draft says already.
async fn nothing_is_stale(ports: Ports<'_>, draft: &Upload) {
    let before = (told(ports, draft).await, draft.tally);
    upload::recheck(ports, &clerk(), &draft.id).await.unwrap();
    let again = check(ports, &draft.id, ONE).await;
    assert_eq!((told(ports, &again).await, again.tally), before);
}

#[tokio::test]
async fn a_mended_row_frees_the_rows_that_it_stood_in_the_way_of() {
    let world = world().await;
    let ports = ports(world.table(), &world);
    let rows = [
        row("見本 一郎", "ichiro@example.jp", "A-1"),
        row("見本 二葉", "futaba@example.jp", "A-1"),
        row("見本 三津", "ICHIRO@example.jp", "A-3"),
    ];
    let draft = checked(ports, &list(&rows.concat())).await;
    assert_eq!(
        told(ports, &draft).await,
        ["accepted", "refused number-belongs-to-another", "accepted address-shared"]
    );
    let other =
        cells(ports, &draft, 2, &[(Column::Number, "A-9"), (Column::Address, "ichi@example.jp")]).await;
    let draft = mended(ports, &draft, 2, &other).await;
    assert_eq!(told(ports, &draft).await, ["accepted"; 3]);
    nothing_is_stale(ports, &draft).await;
    let draft = mended(ports, &draft, 3, &Mending::Drop).await;
    let back = cells(ports, &draft, 2, &[(Column::Address, "ichiro@example.jp")]).await;
    let draft = mended(ports, &draft, 2, &back).await;
    let draft = mended(ports, &draft, 3, &Mending::PutBack).await;
    assert_eq!(told(ports, &draft).await, ["accepted", "accepted", "accepted address-shared"]);
    assert_eq!((draft.tally.accepted, draft.tally.warned, draft.tally.rows()), (2, 1, 3));
    nothing_is_stale(ports, &draft).await;
}

#[tokio::test]
async fn a_suggestion_is_taken_with_one_click_and_a_broken_row_is_typed_anew() {
    let world = world().await;
    let ports = ports(world.table(), &world);
    let rows = [
        row("見本 一郎", "ichiro@gmial.com", "A-1"),
        "pm-foundation,合格,\"2026/10/5\n".to_owned(),
        row("見本 三津", "+mitsu@gmaill.com", "A-3"),
    ];
    let draft = checked(ports, &list(&rows.concat())).await;
    assert_eq!(
        told(ports, &draft).await,
        ["accepted address-suspicious", "refused row-quotes", "accepted address-suspicious"]
    );
    let shown = upload::rows(ports, &draft, Filter::Attention, 0, 100).await.unwrap();
    let lines: Vec<_> = shown.rows.iter().map(|(row, _)| row.line).collect();
    assert_eq!((shown.count, lines), (3, vec![3, 2, 4]), "what is refused comes first");
    let draft = mended(ports, &draft, 2, &Mending::TakeSuggestion).await;
    let draft = mended(ports, &draft, 4, &Mending::TakeSuggestion).await;
    let typed = ["pm-foundation", "pass", "2026-10-05", "見本 二葉", "", "", "futaba@example.jp", "A-2"];
    let typed = Mending::Cells(Box::new(typed.map(str::to_owned)));
    let draft = mended(ports, &draft, 3, &typed).await;
    assert_eq!(told(ports, &draft).await, ["accepted"; 3]);
    let draft = save(ports, &draft.id, ONE).await;
    assert_eq!(draft.stage, Stage::Saved);
    let addresses = registered_addresses(&world).await;
    assert_eq!(addresses, ["+mitsu@gmail.com", "futaba@example.jp", "ichiro@gmail.com"]);
    is_sound(&world).await;
}

async fn registered_addresses(world: &World) -> Vec<String> {
    let census = shomei_tests::audit::Census::take(&world.store).await;
    let mut addresses: Vec<_> =
        census.candidates.values().map(|it| it.details().address.as_str().to_owned()).collect();
    addresses.sort();
    addresses
}

#[tokio::test]
async fn what_is_left_out_is_not_registered_and_not_lost_before() {
    let world = world().await;
    let ports = ports(world.table(), &world);
    let rows = [row("見本 一郎", "ichiro@example.jp", "A-1"), row("見本 二葉", "futaba@example.jp", "A-2")];
    let draft = checked(ports, &list(&rows.concat())).await;
    let draft = mended(ports, &draft, 2, &Mending::Drop).await;
    let only = Filter::Only(Standing::Dropped);
    assert_eq!(upload::rows(ports, &draft, only, 0, 100).await.unwrap().count, 1);
    assert_eq!((draft.tally.dropped, draft.tally.good()), (1, 1));
    let draft = save(ports, &draft.id, ONE).await;
    assert_eq!((draft.stage, draft.saved.rows), (Stage::Saved, 1));
    assert_eq!(registered_addresses(&world).await, ["futaba@example.jp"]);
}

#[tokio::test]
async fn a_list_that_is_one_person_again_and_again_is_judged_as_a_whole() {
    let world = world().await;
    let ports = ports(world.table(), &world);
    let rows: String =
        (0..4_000).map(|place| row("見本 一郎", &format!("a{place}@example.jp"), "A-1")).collect();
    let draft = checked(ports, &list(&rows)).await;
    assert_eq!((draft.tally.accepted, draft.tally.amended), (1, 3_999));
    let first = cells(ports, &draft, 2, &[(Column::Name, "見本 二葉")]).await;
    let draft = mended(ports, &draft, 2, &first).await;
    assert!(matches!(draft.stage, Stage::Rechecking { .. }), "more than one transaction can take");
    let row = RowRef { chunk: 0, line: 2 };
    let not_now = upload::mend(ports, &clerk(), &draft.id, row, &Mending::Drop).await.unwrap();
    assert_eq!(not_now, Mended::NotNow);
    let draft = check(ports, &draft.id, ONE).await;
    assert_eq!((draft.tally.accepted, draft.tally.refused), (1, 3_999));
    let row = at(ports, &draft, 2).await;
    let Mended::Done(draft) = upload::mend(ports, &clerk(), &draft.id, row, &Mending::Drop).await.unwrap()
    else {
        panic!("the row was not left out")
    };
    let draft = check(ports, &draft.id, ONE).await;
    assert_eq!((draft.tally.accepted, draft.tally.amended, draft.tally.dropped), (1, 3_998, 1));
}

#[tokio::test]
async fn what_does_not_fit_is_told() {
    let world = world().await;
    let ports = ports(world.table(), &world);
    let draft = checked(ports, &list(&row("見本 一郎", "ichiro@example.jp", "A-1"))).await;
    let long = cells(ports, &draft, 2, &[(Column::Name, &"あ".repeat(1_000))]).await;
    let row = at(ports, &draft, 2).await;
    assert_eq!(upload::mend(ports, &clerk(), &draft.id, row, &long).await.unwrap(), Mended::TooLong);
    let nothing = upload::mend(ports, &clerk(), &draft.id, row, &Mending::TakeSuggestion).await.unwrap();
    assert_eq!(nothing, Mended::Unknown);
    let elsewhere = RowRef { chunk: 7, line: 2 };
    assert_eq!(
        upload::mend(ports, &clerk(), &draft.id, elsewhere, &Mending::Drop).await.unwrap(),
        Mended::Unknown
    );
    let rows = all_rows(ports, &draft).await;
    assert_eq!(in_short(&rows[0].1.judged), "accepted");
    assert_eq!(clerk().subject, draft.begun_by);
}

#[tokio::test]
async fn a_domain_without_mail_is_a_warning_and_no_refusal() {
    let world = world().await;
    let domains = NoMailAt("example.jq");
    let ports = Ports { office: office_ports(world.table(), &world), domains: &domains };
    let rows = [row("見本 一郎", "ichiro@example.jq", "A-1"), row("見本 二葉", "futaba@example.jp", "A-2")];
    let draft = checked(ports, &list(&rows.concat())).await;
    assert_eq!(told(ports, &draft).await, ["accepted address-domain-without-mail", "accepted"]);
    let draft = save(ports, &draft.id, ONE).await;
    assert_eq!((draft.saved.accepted_with_warning, draft.saved.accepted), (1, 1));
}
