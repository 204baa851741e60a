mod properties;

use std::io::{self, Read};

use encoding_rs::SHIFT_JIS;

use super::*;
use crate::intake::refusal::RefusalCode;

const HEADER: &str = "資格コード,区分,日付,氏名,フリガナ,ローマ字,メールアドレス,会員番号";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Saved {
    Utf8,
    Utf8Mark,
    Cp932,
    Utf16Little,
    Utf16Big,
}

const ALL_WAYS: [Saved; 5] =
    [Saved::Utf8, Saved::Utf8Mark, Saved::Cp932, Saved::Utf16Little, Saved::Utf16Big];

fn saved(text: &str, way: Saved) -> Vec<u8> {
    match way {
        Saved::Utf8 => text.into(),
        Saved::Utf8Mark => format!("\u{FEFF}{text}").into(),
        Saved::Cp932 => {
            let (bytes, _, lost) = SHIFT_JIS.encode(text);
            assert!(!lost, "{text}");
            bytes.into_owned()
        }
        Saved::Utf16Little => format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Saved::Utf16Big => format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect(),
    }
}

/// Every row as its line and name, or its line and code.
fn outcomes(rows: impl Iterator<Item = Result<RawRow, RowError>>) -> Vec<(u64, String)> {
    rows.map(|row| match row {
        Ok(row) => (row.line, row.cell(Column::Name).unwrap_or("-").to_owned()),
        Err(RowError::Refused(refusal)) => (refusal.line, refusal.refusals[0].to_string()),
        Err(RowError::Stopped(error)) => (0, error.to_string()),
    })
    .collect()
}

fn csv_outcomes(list: impl AsRef<[u8]>) -> Vec<(u64, String)> {
    outcomes(read_csv(list.as_ref()).unwrap())
}

fn json_outcomes(list: impl AsRef<[u8]>) -> Vec<(u64, String)> {
    outcomes(read_json(list.as_ref()))
}

fn owned(expected: &[(u64, &str)]) -> Vec<(u64, String)> {
    expected.iter().map(|&(line, text)| (line, text.to_owned())).collect()
}

fn row(name: &str) -> String {
    format!("a,合格,2026/10/5,{name},,,a@example.jp,1\r\n")
}

#[test]
fn a_list_reads_the_same_in_every_encoding() {
    let list = format!("{HEADER}\r\n{}{}", row("髙橋 さくら"), row("\"①～﨑, ﾀﾅｶ\""));
    for way in ALL_WAYS {
        let outcomes = csv_outcomes(saved(&list, way));
        assert_eq!(outcomes, owned(&[(2, "髙橋 さくら"), (3, "①～﨑, ﾀﾅｶ")]), "{way:?}");
    }
}

#[test]
fn an_encoding_that_shows_late_is_still_found() {
    let header = "achievement,kind,date,name,address,number\n";
    let plain = "a,pass,2026/10/5,Taro,a@example.jp,1\n".repeat(3000);
    assert!(plain.len() > 100_000);
    for way in [Saved::Utf8, Saved::Cp932] {
        let list = [header.as_bytes(), plain.as_bytes(), &saved("a,合格,2026/10/5,太郎,a@example.jp,1", way)]
            .concat();
        assert_eq!(csv_outcomes(list).last(), Some(&(3002, "太郎".to_owned())), "{way:?}");
    }
}

#[test]
fn columns_are_found_in_any_order_width_case_and_language() {
    for header in [
        "番号,メール,ﾌﾘｶﾞﾅ,氏 名,合格日・更新日,区分,資格",
        "受験番号,Ｅ－ｍａｉｌ,カナ, 氏名 ,更新日,区分,資格コード",
        "NUMBER,Email,Kana,Name,Date,Kind,Achievement",
        "number,\"Mail Address\",kana,full name,合格日,kind,achievement_id",
    ] {
        for separator in [",", "\t", ";"] {
            let header = header.replace(',', separator);
            let line = ["7", "a@example.jp", "カナ", "花子", "2026/10/5", "合格", "pm"].join(separator);
            let rows: Vec<_> = read_csv(format!("{header}\n{line}").as_bytes()).unwrap().collect();
            let [Ok(row)] = rows.as_slice() else { panic!("{header}: {rows:?}") };
            let cells = Column::ALL.map(|column| row.cell(column));
            let expected = ["pm", "合格", "2026/10/5", "花子", "カナ", "", "a@example.jp", "7"];
            assert_eq!(cells.map(Option::unwrap_or_default), expected, "{header}");
            assert_eq!(row.cell(Column::Roman), None);
        }
    }
}

#[test]
fn unknown_columns_are_ignored_and_named() {
    let header = format!("備考,{HEADER},,社内 メモ{},,", "あ".repeat(50));
    let list = format!("\r\n{header}\r\nx,{}", row("花子").replace("\r\n", ",,,y,,\r\n"));
    let rows = read_csv(list.as_bytes()).unwrap();
    let names = rows.unknown_columns().to_vec();
    assert_eq!((names.len(), names[0].as_str(), names[1].chars().count()), (2, "備考", 40));
    let outcomes = csv_outcomes(&list);
    assert_eq!(outcomes, owned(&[(3, "row-cells")]), "a cell with text beyond the last named column");
    let list = format!("備考,{HEADER},メモ,,\nx,{}", row("花子").replace("\r\n", ",y,,\r\n"));
    assert_eq!(csv_outcomes(list), owned(&[(2, "花子")]));
}

#[test]
fn lines_are_counted_as_excel_shows_them() {
    let list = format!(
        "\r\n{HEADER}\r\n\r\n{}   ,,\u{3000},,,,,\r\n{}{}",
        row("一"),
        row("\"二の\r\n名\""),
        row("三"),
    );
    let expected = owned(&[(4, "一"), (6, "二の\r\n名"), (7, "三")]);
    assert_eq!(csv_outcomes(&list), expected);
    let other = |end: &str| expected.iter().map(|(l, n)| (*l, n.replace("\r\n", end))).collect::<Vec<_>>();
    assert_eq!(csv_outcomes(list.replace("\r\n", "\n")), other("\n"));
    assert_eq!(csv_outcomes(list.replace("\r\n", "\r")), other("\r"));
}

#[test]
fn the_last_row_needs_no_line_end() {
    assert_eq!(csv_outcomes(format!("{HEADER}\n{}", row("花子").trim_end())), owned(&[(2, "花子")]));
    assert_eq!(csv_outcomes(HEADER), []);
}

#[test]
fn quoted_cells_may_hold_anything() {
    let list = format!("{HEADER}\n{}{}", row("\"A \"\"B\"\" , C\""), row(" \"花子\" "));
    assert_eq!(csv_outcomes(list), owned(&[(2, "A \"B\" , C"), (3, "花子")]));
}

#[test]
fn a_row_with_other_cells_than_the_header_is_refused_alone() {
    let list = format!("{HEADER}\n{}a,合格,花子\n{}{}", row("一"), row("二,多"), row("三"));
    assert_eq!(csv_outcomes(&list), owned(&[(2, "一"), (3, "row-cells"), (4, "row-cells"), (5, "三")]));
    let refusal = read_csv(list.as_bytes()).unwrap().find_map(Result::err).unwrap();
    let expected = RefusalCode::RowCells { expected: 8, found: 3 };
    assert_eq!(refusal, RowError::Refused(RowRefusal::new(3, expected)));
    let surplus = row("四").replace("\r\n", ",, ,\r\n");
    assert_eq!(csv_outcomes(format!("{HEADER}\n{surplus}")), owned(&[(2, "四")]));
}

#[test]
fn a_damaged_row_is_refused_alone() {
    for (way, damage) in [
        (Saved::Utf8, &b"\xE5\xB1"[..]),
        (Saved::Utf8Mark, b"\xFF"),
        (Saved::Cp932, b"\x81"),
        (Saved::Utf16Big, b"\xD8\x00"),
    ] {
        let list = format!("{HEADER}\n{}{}{}", row("一"), row("★"), row("三"));
        let mut bytes = saved(&list, way);
        let mark = &saved("★", way)[if way == Saved::Utf16Big { 2 } else { 0 }..];
        let mark = if way == Saved::Utf8Mark { &mark[3..] } else { mark };
        let at = bytes.windows(mark.len()).position(|window| window == mark).unwrap();
        bytes.splice(at..at + mark.len(), damage.iter().copied());
        assert_eq!(csv_outcomes(bytes), owned(&[(2, "一"), (3, "row-undecodable"), (4, "三")]), "{way:?}");
    }
}

#[test]
fn a_lost_quotation_mark_costs_one_row() {
    // Not closed; closed by the next row's; opened too late; text behind it.
    for broken in ["\"花子", "花\"子", "花子\"", "\"花\"子"] {
        for count in [2, 200] {
            let rows: String = (0..count).map(|number| row(&format!("\"名{number}\""))).collect();
            let list = format!("{HEADER}\n{}{}{rows}", row("一"), row(broken));
            let outcomes = csv_outcomes(list);
            assert_eq!(outcomes[..3], owned(&[(2, "一"), (3, "row-quotes"), (4, "名0")]), "{broken}");
            assert_eq!(outcomes.len(), 2 + count);
        }
    }
    let unquoted: String = (0..200).map(|number| row(&number.to_string())).collect();
    let outcomes = csv_outcomes(format!("{HEADER}\n{}{unquoted}", row("\"花子")));
    assert_eq!(outcomes[..2], owned(&[(2, "row-too-long"), (3, "0")]));
    assert_eq!((outcomes.len(), outcomes[200].clone()), (201, (202, "199".to_owned())));
}

#[test]
fn a_giant_row_costs_one_row_and_little_memory() {
    let giant = row(&"あ".repeat(200_000));
    let list = format!("{HEADER}\n{giant}{}{}", row(&"x".repeat(65_000)), row("三"));
    let outcomes = csv_outcomes(list);
    assert_eq!(outcomes[0], (2, "row-too-long".to_owned()));
    assert_eq!((outcomes[1].0, outcomes[1].1.len()), (3, 65_000));
    assert_eq!(outcomes[2], (4, "三".to_owned()));
    let commas = format!("{HEADER}\n{}\n{}", ",".repeat(60_000), row("三"));
    assert_eq!(csv_outcomes(commas), owned(&[(3, "三")]));
}

#[test]
fn what_is_no_list_is_said_to_be_none() {
    let error = |bytes: &[u8]| read_csv(bytes).unwrap_err();
    for empty in ["", "\r\n\n  \n", "\u{FEFF}", " , ,\n"] {
        assert_eq!(error(empty.as_bytes()), ListError::ListEmpty, "{empty:?}");
    }
    assert_eq!(error(b"PK\x03\x04anything"), ListError::ListIsWorkbook);
    assert_eq!(error(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), ListError::ListIsWorkbook);
    assert_eq!(error(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), ListError::ListNotText);
    assert_eq!(error(b"a\0c\0h\0"), ListError::ListNotText);
    assert_eq!(error("\u{FFFD}\u{FFFD}i\u{FFFD}R,\u{FFFD}\n".as_bytes()), ListError::ListNotText);
    assert_eq!(error(b"\xFF\xFF\x80,a\n"), ListError::ListNotText);
    assert_eq!(error(b"\"achievement,kind\n"), ListError::HeaderUnreadable);
    assert_eq!(error("a".repeat(70_000).as_bytes()), ListError::HeaderUnreadable);
    let error = error("資格,区分,日付,お名前,メール\n".as_bytes());
    assert_eq!(error, ListError::ColumnsMissing { columns: vec![Column::Name, Column::Number] });
    let sentence = error.sentence();
    assert!(sentence.ja.contains("氏名、会員番号") && sentence.en.contains("name, number"));
    assert_eq!(
        read_csv(format!("{HEADER},受験番号").as_bytes()).unwrap_err(),
        ListError::ColumnTwice { column: Column::Number }
    );
}

#[test]
fn list_errors_have_codes_and_sentences() {
    let errors = [
        ListError::ListEmpty,
        ListError::ListIsWorkbook,
        ListError::ListNotText,
        ListError::HeaderUnreadable,
        ListError::ColumnsMissing { columns: vec![Column::Date] },
        ListError::ColumnTwice { column: Column::Date },
        ListError::ListNotCandidates,
        ListError::JsonMalformed { line: 3 },
        ListError::ListNotReceived { kind: io::ErrorKind::ConnectionReset },
    ];
    for error in errors {
        assert_eq!(serde_json::to_value(&error).unwrap()["code"], error.to_string());
        let Bilingual { ja, en } = error.sentence();
        assert!(ja.ends_with('。') && en.ends_with('.') && en != ja, "{ja} {en}");
    }
}

#[test]
fn a_row_prints_no_cell() {
    let row = RawRow::new(4, [(Column::Name, "架空".to_owned())]);
    assert_eq!(format!("{row:?}"), "RawRow(4, …)");
}

/// Gives a list piece by piece, and fails or ends after so many rows. Counts what was asked for.
struct Endless<F> {
    piece: F,
    rows: usize,
    rest: Vec<u8>,
    given: std::rc::Rc<std::cell::Cell<usize>>,
    end: Option<io::ErrorKind>,
}

impl<F: FnMut(usize) -> String> Read for Endless<F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.rest.is_empty() {
            if self.rows == 0 {
                return self.end.map_or(Ok(0), |kind| Err(kind.into()));
            }
            self.rows -= 1;
            self.rest = (self.piece)(self.rows).into();
        }
        let length = self.rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&self.rest[..length]);
        self.rest.drain(..length);
        self.given.set(self.given.get() + length);
        Ok(length)
    }
}

fn endless<F: FnMut(usize) -> String>(rows: usize, piece: F) -> Endless<F> {
    Endless { piece, rows, rest: Vec::new(), given: std::rc::Rc::default(), end: None }
}

const MANY: usize = 100_000;

fn many_csv(rows: usize) -> Endless<impl FnMut(usize) -> String> {
    endless(rows + 1, move |left| if left == rows { format!("{HEADER}\n") } else { row(&left.to_string()) })
}

fn many_json(rows: usize) -> Endless<impl FnMut(usize) -> String> {
    endless(rows, move |left| {
        let begin = if left + 1 == rows { "{\"candidates\":[" } else { "," };
        format!("{begin}{{\"name\":\"{left}\"}}{}", if left == 0 { "]}" } else { "" })
    })
}

#[test]
fn a_hundred_thousand_rows_are_read_as_they_come() {
    let list = many_csv(MANY);
    let given = list.given.clone();
    let mut rows = read_csv(list).unwrap();
    assert_eq!(rows.next().unwrap().unwrap().cell(Column::Name), Some("99999"));
    assert!(given.get() < 4 * ROW_BYTES, "{} bytes were read for the first row", given.get());
    assert_eq!(rows.map(Result::unwrap).count(), MANY - 1);

    let list = many_json(MANY);
    let given = list.given.clone();
    let mut rows = read_json(list);
    assert_eq!(rows.next().unwrap().unwrap().cell(Column::Name), Some("99999"));
    assert!(given.get() < 4 * ROW_BYTES, "{} bytes were read for the first row", given.get());
    assert_eq!(rows.map(Result::unwrap).count(), MANY - 1);
}

#[test]
fn a_list_that_breaks_off_keeps_its_rows_and_says_so() {
    let stopped = RowError::Stopped(ListError::ListNotReceived { kind: io::ErrorKind::ConnectionReset });
    let mut list = many_csv(5000);
    list.end = Some(io::ErrorKind::ConnectionReset);
    let rows: Vec<_> = read_csv(list).unwrap().collect();
    assert!(rows.len() > 1000 && rows.iter().rev().skip(1).all(Result::is_ok));
    assert_eq!(rows.last(), Some(&Err(stopped.clone())));

    let mut list = endless(1, |_| "[{\"name\":\"a\"},".to_owned());
    list.end = Some(io::ErrorKind::ConnectionReset);
    let rows: Vec<_> = read_json(list).collect();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows.last(), Some(&Err(stopped)));
}

#[test]
fn json_is_read_wrapped_and_bare() {
    let one = r#"{"name":"髙橋 \"さ\" \\ \u304f[,{","kana":null,"number":"7"}"#;
    let expected = owned(&[(1, "髙橋 \"さ\" \\ く[,{"), (2, "次")]);
    for list in [
        format!("[{one},{{\"name\":\"次\"}}]"),
        format!("\u{FEFF} {{ \"candidates\" :\r\n [ {one} ,\n{{\"name\":\"次\"}} ] }} \n"),
    ] {
        assert_eq!(json_outcomes(&list), expected);
        let row = read_json(list.as_bytes()).next().unwrap().unwrap();
        assert_eq!((row.cell(Column::Kana), row.cell(Column::Number)), (None, Some("7")));
    }
    assert_eq!(json_outcomes("[]"), []);
    assert_eq!(json_outcomes("{\"candidates\":[ ]}"), []);
}

#[test]
fn a_bad_element_is_refused_alone() {
    let giant = format!("{{\"name\":\"{}\"}}", "x".repeat(ROW_BYTES));
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    let elements = [
        (r#"{"name":"一"}"#, "一"),
        (r#"{"name":"x","phone":"1","fax":"2"}"#, "member-unknown"),
        (r#"{"name":"x","name":"y"}"#, "member-twice"),
        (r#"{"number":7}"#, "member-not-text"),
        (r#"{"name":{"family":"山田"}}"#, "member-not-text"),
        ("[1]", "row-malformed"),
        ("\"text\"", "row-malformed"),
        ("null", "row-malformed"),
        (r#"{"name":tru}"#, "row-malformed"),
        (r#"{"name":"\ud800"}"#, "row-malformed"),
        (r#"{"name" "x"}"#, "row-malformed"),
        (r#"{"name":"x"} {}"#, "row-malformed"),
        (&deep, "row-malformed"),
        (&giant, "row-too-long"),
        (r#"{"name":"終"}"#, "終"),
    ];
    let list = format!("[{}]", elements.map(|(element, _)| element).join(","));
    let expected: Vec<_> = (1..).zip(elements.map(|(_, outcome)| outcome.to_owned())).collect();
    assert_eq!(json_outcomes(list), expected);

    let list = [&b"[{\"name\":\"\xFF\"},"[..], b"{\"name\":\"b\"}]"].concat();
    assert_eq!(json_outcomes(list), owned(&[(1, "row-undecodable"), (2, "b")]));
    let row = read_json(&br#"[{"name":1,"phone":1,"kana":2}]"#[..]).next().unwrap().unwrap_err();
    let RowError::Refused(refusal) = row else { panic!() };
    assert_eq!(refusal.refusals.len(), 3, "everything is said at once");
}

#[test]
fn broken_json_stops_where_it_breaks() {
    let stopped = |list: &str| {
        let mut rows: Vec<_> = read_json(list.as_bytes()).collect();
        let Some(Err(RowError::Stopped(error))) = rows.pop() else { panic!("{list}: {rows:?}") };
        assert!(rows.iter().all(Result::is_ok), "{list}");
        (rows.len(), error)
    };
    assert_eq!(stopped(""), (0, ListError::ListEmpty));
    assert_eq!(stopped(" \n"), (0, ListError::ListEmpty));
    for list in [
        "7",
        "\"x\"",
        "{}",
        "{\"candidate\":[]}",
        "{\"candidates\":{}}",
        "{\"candidates\"[",
        "\u{FEFE}[]",
        "PK",
    ] {
        assert_eq!(stopped(list), (0, ListError::ListNotCandidates), "{list}");
    }
    for (list, rows, line) in [
        ("[", 0, 1),
        ("[,]", 0, 1),
        ("[{}\n,]", 1, 2),
        ("[{}\n,\n{\"name\":\"lost},\n{}]", 1, 3),
        ("[{}]\n]", 1, 2),
        ("[{}}]", 0, 1),
        ("[{},[{}]", 1, 1),
        ("{\"candidates\":[{}]\n", 1, 2),
        ("{\"candidates\":[{}]}\nx", 1, 2),
        ("[{\"name\":\"\\", 0, 1),
    ] {
        assert_eq!(stopped(list), (rows, ListError::JsonMalformed { line }), "{list}");
    }
    assert_eq!(stopped("{\"candidates\":[{}],\"x\":1}"), (1, ListError::ListNotCandidates));
}
