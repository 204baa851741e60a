//! Files: what cannot be read, parts in disorder, and the refused rows as a file that spreadsheets open.

use shomei_core::intake::{
    list::read_csv,
    upload::{self, MAX_PARTS, NotReceived, PART_BYTES, Received, Stage},
};

use crate::desk::{checked, clerk, list, ports, told, world};

#[tokio::test]
async fn what_is_no_list_says_so() {
    let world = world().await;
    let ports = ports(world.table(), &world);
    for (bytes, expected) in [
        (b"PK\x03\x04xlsx".as_slice(), "list-is-workbook"),
        ("氏名,会員番号\n".as_bytes(), "columns-missing"),
        (b"\n\n", "list-empty"),
        (b"a\0b", "list-not-text"),
    ] {
        let draft = checked(ports, bytes).await;
        let Stage::Unreadable { code, sentence } = draft.stage else { panic!("{draft:?}") };
        assert_eq!(code, expected);
        assert!(!sentence.ja.is_empty());
    }
    let empty = upload::receive_whole(ports, &clerk(), "empty.csv", b"").await.unwrap();
    let Received::Taken(draft) = empty else { panic!("{empty:?}") };
    let draft = upload::check(ports, &draft.id, upload::Budget::ALL).await.unwrap().unwrap();
    assert!(matches!(draft.stage, Stage::Unreadable { code, .. } if code == "list-empty"));
    let heading = checked(ports, &list("")).await;
    assert_eq!((heading.stage, heading.tally.rows()), (Stage::Checked, 0));
}

#[tokio::test]
async fn parts_come_in_order_and_twice_is_once() {
    let world = world().await;
    let ports = ports(world.table(), &world);
    let id = upload::begin(ports, &clerk(), "list.csv").await.unwrap().id;
    let receive =
        async |number, bytes: &[u8]| upload::receive(ports, &clerk(), &id, number, bytes).await.unwrap();
    assert_eq!(receive(1, b"x").await, Received::Not(NotReceived::OutOfOrder { expected: 0 }));
    assert!(matches!(receive(0, b"x").await, Received::Taken(_)));
    assert!(matches!(receive(0, b"x").await, Received::Taken(draft) if draft.parts == [1]));
    assert_eq!(receive(0, b"xy").await, Received::Not(NotReceived::OutOfOrder { expected: 1 }));
    assert_eq!(receive(1, b"").await, Received::Not(NotReceived::Size));
    assert_eq!(receive(1, &vec![0; PART_BYTES + 1]).await, Received::Not(NotReceived::Size));
    let early = upload::finish(ports, &clerk(), &id, 2).await.unwrap();
    assert_eq!(early, Received::Not(NotReceived::OutOfOrder { expected: 1 }));
    for number in 1..u32::try_from(MAX_PARTS).unwrap() {
        assert!(matches!(receive(number, b"y").await, Received::Taken(_)));
    }
    assert_eq!(receive(200, b"y").await, Received::Not(NotReceived::TooLong));
}

#[tokio::test]
async fn refused_rows_open_in_a_spreadsheet_and_come_back_mended() {
    let world = world().await;
    let ports = ports(world.table(), &world);
    let rows = "pm-foundation,合格,2026/10/32,\"=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\",ichiro@example.jp,A-1\n\
        pm-foundation,合格,2026/10/5,見本 二葉,-futaba@example.jp,\n\
        pm-foundation,合格,2026/10/5,見本 三津,mitsu@example.jp,A-3\n\
        @SUM(A1),合格,2026/10/5,\"+1\n2\",\u{FF1D}cmd@example.jp,'A-4\n";
    let draft = checked(ports, &list(rows)).await;
    let file = upload::refused_as_csv(ports, &draft, 0, 100).await.unwrap();
    assert!(file.starts_with("\u{FEFF}\"資格コード\",\"区分\",\"日付\""), "{file}");
    assert!(file.ends_with("\"\r\n"));
    let mut parsed = csv_of(&file);
    let heading = parsed.remove(0);
    assert_eq!(heading[8..], ["行", "理由"]);
    assert_eq!(parsed.iter().map(|row| row[8].as_str()).collect::<Vec<_>>(), ["2", "3", "5"]);
    for row in &parsed {
        for cell in row {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝']), "{cell}");
        }
        assert!(row[9].contains('。'), "{row:?}");
    }
    assert_eq!(parsed[0][3], "'=HYPERLINK(\"http://x\",\"y\")");
    assert_eq!(parsed[1][6], "'-futaba@example.jp");
    // Corrected by hand, and sent again as it is.
    let corrected = file
        .replace("2026/10/32", "2026/10/31")
        .replace("\"'-futaba@example.jp\",\"\"", "\"'-futaba@example.jp\",\"A-2\"");
    let known: Vec<_> = read_csv(corrected.as_bytes()).unwrap().unknown_columns().to_vec();
    assert_eq!(known, ["行", "理由"]);
    let again = checked(ports, corrected.as_bytes()).await;
    let told = told(ports, &again).await;
    assert_eq!(told[..2], ["accepted", "accepted"]);
    let rows = crate::desk::all_rows(ports, &again).await;
    let saved = crate::desk::save(ports, &again.id, upload::Budget::ALL).await;
    assert_eq!((saved.saved.accepted, rows.len()), (2, 3));
    let census = shomei_tests::audit::Census::take(&world.store).await;
    let mut names: Vec<_> = census
        .candidates
        .values()
        .map(|it| (it.details().name.as_str().to_owned(), it.details().address.as_str().to_owned()))
        .collect();
    names.sort();
    assert_eq!(names[0], ("=HYPERLINK(\"http://x\",\"y\")".to_owned(), "ichiro@example.jp".to_owned()));
    assert_eq!(names[1], ("見本 二葉".to_owned(), "-futaba@example.jp".to_owned()));
}

/// Cells as a spreadsheet reads them (RFC 4180).
fn csv_of(file: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = file.trim_start_matches('\u{FEFF}').chars().peekable();
    while let Some(letter) = letters.next() {
        match (letter, quoted) {
            ('"', true) if letters.peek() == Some(&'"') => cell.extend(letters.next()),
            ('"', _) => quoted = !quoted,
            (',', false) => row.push(std::mem::take(&mut cell)),
            ('\r', false) => {}
            ('\n', false) => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            (letter, _) => cell.push(letter),
        }
    }
    rows
}
