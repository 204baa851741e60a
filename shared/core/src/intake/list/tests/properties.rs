//! What must hold for every list that a writer can write, and for any bytes at all.

use encoding_rs::SHIFT_JIS;
use proptest::prelude::*;

use super::*;

/// Characters that CP932 keeps.
fn cp932_character() -> impl Strategy<Value = char> {
    let any = prop_oneof![
        proptest::char::range(' ', '~'),
        proptest::char::range('ぁ', 'ヶ'),
        proptest::char::range('一', '龠'),
        proptest::char::range('｡', 'ﾟ'),
        proptest::char::range('！', '～'),
        proptest::sample::select("髙﨑①②Ⅲ㈱～－∥¢£¬\n\r\t\"',;\\".chars().collect::<Vec<_>>()),
    ];
    any.prop_filter("kept by CP932", |&character| {
        let text = character.to_string();
        let (bytes, _, lost) = SHIFT_JIS.encode(&text);
        !lost && SHIFT_JIS.decode_without_bom_handling(&bytes).0 == text
    })
}

fn unicode_character() -> impl Strategy<Value = char> {
    any::<char>().prop_filter("text", |&character| character != '\0' && character != '\u{FFFD}')
}

fn table(character: impl Strategy<Value = char> + Clone) -> impl Strategy<Value = Vec<Vec<String>>> {
    let cell =
        proptest::collection::vec(character, 0..12).prop_map(|text| text.into_iter().collect::<String>());
    let row = proptest::collection::vec(cell, 8).prop_map(|mut cells| {
        // A row of blanks is no row.
        cells[3].push('x');
        cells
    });
    proptest::collection::vec(row, 0..12)
}

/// Written by an independent writer.
fn written(table: &[Vec<String>], separator: u8, quotes: csv::QuoteStyle, crlf: bool) -> String {
    let terminator = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
    let mut writer = csv::WriterBuilder::new()
        .delimiter(separator)
        .quote_style(quotes)
        .terminator(terminator)
        .from_writer(Vec::new());
    writer.write_record(HEADER.split(',')).unwrap();
    for row in table {
        writer.write_record(row).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn reads_back(table: &[Vec<String>], list: &str, way: Saved) -> Result<(), TestCaseError> {
    let rows: Vec<_> = read_csv(saved(list, way).as_slice()).unwrap().collect();
    prop_assert_eq!(rows.len(), table.len());
    for (row, expected) in rows.iter().zip(table) {
        let row = row.as_ref().unwrap();
        let cells = Column::ALL.map(|column| row.cell(column).unwrap_or_default().to_owned());
        prop_assert_eq!(&cells[..], &expected[..]);
    }
    Ok(())
}

fn separators() -> impl Strategy<Value = u8> {
    proptest::sample::select(vec![b',', b'\t', b';'])
}

fn drained(rows: impl Iterator<Item = Result<RawRow, RowError>>, bytes: usize) -> Result<(), TestCaseError> {
    let mut rows = rows;
    let mut count = 0;
    let mut last = 0;
    while let Some(row) = rows.next() {
        count += 1;
        prop_assert!(count <= bytes + 1, "more rows than bytes");
        match row {
            Ok(RawRow { line, .. }) | Err(RowError::Refused(RowRefusal { line, .. })) => {
                prop_assert!(line > last, "rows go forward");
                last = line;
            }
            Err(RowError::Stopped(_)) => {
                prop_assert!(rows.next().is_none());
                break;
            }
        }
    }
    prop_assert!(rows.next().is_none());
    Ok(())
}

proptest! {
    #[test]
    fn what_a_writer_wrote_reads_back_in_unicode(
        table in table(unicode_character().boxed()),
        separator in separators(),
        all_quoted in any::<bool>(),
        crlf in any::<bool>(),
    ) {
        let quotes = if all_quoted { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
        let list = written(&table, separator, quotes, crlf);
        for way in [Saved::Utf8, Saved::Utf8Mark, Saved::Utf16Little, Saved::Utf16Big] {
            reads_back(&table, &list, way)?;
        }
    }

    #[test]
    fn what_a_writer_wrote_reads_back_in_cp932(
        table in table(cp932_character().boxed()),
        separator in separators(),
        all_quoted in any::<bool>(),
    ) {
        let quotes = if all_quoted { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
        let list = written(&table, separator, quotes, true);
        for way in ALL_WAYS {
            reads_back(&table, &list, way)?;
        }
    }

    #[test]
    fn one_stray_quotation_mark_costs_one_row(
        names in proptest::collection::vec("[ぁ-んa-z]{1,6}", 1..120),
        quoted in any::<bool>(),
        at in any::<prop::sample::Index>(),
        place in 0_usize..8,
    ) {
        let at = at.index(names.len());
        let lines = names.iter().enumerate().map(|(number, name)| {
            let mark = if number == at { "\"" } else { "" };
            let name = if quoted && number != at { format!("\"{name}\"") } else { name.clone() };
            let cells = ["a", "合格", "2026/10/5", &name, "x", "y", "a@example.jp", "1"];
            let cells: Vec<_> = cells.iter().enumerate()
                .map(|(index, cell)| if index == place { format!("{mark}{cell}") } else { (*cell).to_owned() })
                .collect();
            cells.join(",")
        });
        let list = format!("{HEADER}\r\n{}", lines.collect::<Vec<_>>().join("\r\n"));
        let outcomes = csv_outcomes(list);
        prop_assert_eq!(outcomes.len(), names.len());
        for (number, (line, outcome)) in outcomes.into_iter().enumerate() {
            prop_assert_eq!(line, number as u64 + 2);
            if number == at {
                prop_assert!(outcome.starts_with("row-"), "{}", outcome);
            } else {
                prop_assert_eq!(&outcome, &names[number]);
            }
        }
    }

    #[test]
    fn any_bytes_as_csv_end(bytes in proptest::collection::vec(any::<u8>(), 0..4000), tail in "[\",;\t\r\na-z\\PC]{0,400}") {
        if let Ok(rows) = read_csv(bytes.as_slice()) {
            drained(rows, bytes.len())?;
        }
        for tail in [&bytes[..], tail.as_bytes()] {
            for way in ALL_WAYS {
                let list = [saved(&format!("{HEADER}\n"), way).as_slice(), tail].concat();
                match read_csv(list.as_slice()) {
                    Ok(rows) => drained(rows, list.len())?,
                    // A zero without a byte order mark is no text.
                    Err(error) => prop_assert!(error == ListError::ListNotText && tail.contains(&0)),
                }
            }
        }
    }

    #[test]
    fn any_bytes_as_json_end(
        bytes in proptest::collection::vec(any::<u8>(), 0..2000),
        near in "(\\{\"candidates\":)?\\[[{}\\[\\]\",:\\\\a-z0-9 \n]{0,80}",
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
    ) {
        drained(read_json(bytes.as_slice()), bytes.len())?;
        drained(read_json(near.as_bytes()), near.len())?;
        let mut list = br#"{"candidates":[{"name":"a","kana":null},{"name":"b\"","number":"1"},{"name":"c"}]}"#.to_vec();
        for (at, byte) in edits {
            let at = at.index(list.len());
            list[at] = byte;
        }
        drained(read_json(list.as_slice()), list.len())?;
    }

    #[test]
    fn a_json_list_agrees_with_a_whole_reader(
        rows in proptest::collection::vec(
            proptest::collection::btree_map(
                proptest::sample::select(Column::ALL.map(Column::id).to_vec()), any::<String>(), 0..8),
            0..8),
        pretty in any::<bool>(),
        wrapped in any::<bool>(),
    ) {
        let value = if wrapped { serde_json::json!({ "candidates": rows }) } else { serde_json::json!(rows) };
        let list = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let read: Vec<_> = read_json(list.as_bytes()).map(Result::unwrap).collect();
        prop_assert_eq!(read.len(), rows.len());
        for (number, (row, expected)) in read.iter().zip(&rows).enumerate() {
            prop_assert_eq!(row.line, number as u64 + 1);
            for column in Column::ALL {
                prop_assert_eq!(row.cell(column), expected.get(column.id()).map(String::as_str));
            }
        }
    }
}
