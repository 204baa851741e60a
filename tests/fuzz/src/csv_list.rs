//! Candidate lists in CSV.

use std::io::{self, Read};

use shomei_core::intake::{
    Column,
    list::{ListError, ROW_BYTES, ROW_LINES, RawRow, RowError, read_csv},
    row::parse_row,
};

type Rows = Result<Vec<Result<RawRow, RowError>>, ListError>;

/// A list says the same however it arrives, and what was read can be written and read again.
pub fn examine(bytes: &[u8]) {
    let rows = read(bytes);
    let step = bytes.first().map_or(1, |first| 1 + usize::from(first % 7));
    assert_eq!(rows, read(Pieces { rest: bytes, step }), "it depends on how the list arrives");
    let Ok(rows) = rows else { return };

    assert!(rows.len() <= bytes.len() + 1);
    let mut line = 0;
    let mut octets = 0;
    for (place, row) in rows.iter().enumerate() {
        match row {
            Ok(row) => {
                assert!(row.line > line, "line {} after {line}", row.line);
                line = row.line;
                octets += cells(row).map(|(_, cell)| cell.len()).sum::<usize>();
                let _ = parse_row(row);
            }
            Err(RowError::Refused(_)) => {}
            Err(RowError::Stopped(_)) => assert_eq!(place + 1, rows.len(), "something follows the end"),
        }
    }
    // Half-width kana take one octet in CP932 and three in UTF-8.
    assert!(octets <= 3 * bytes.len(), "{octets} of {}", bytes.len());
    written_again(rows.iter().filter_map(|row| row.as_ref().ok()));
}

fn read(list: impl Read) -> Rows {
    Ok(read_csv(list)?.collect())
}

fn cells(row: &RawRow) -> impl Iterator<Item = (Column, &str)> {
    Column::ALL.into_iter().filter_map(|column| Some((column, row.cell(column)?)))
}

/// Writes the rows with every cell in quotation marks, as UTF-8 that says so.
fn written_again<'a>(rows: impl Iterator<Item = &'a RawRow>) {
    let rows: Vec<_> = rows.filter(|row| fits(row)).collect();
    let Some(first) = rows.first() else { return };
    let columns: Vec<_> = cells(first).map(|(column, _)| column).collect();
    let names: Vec<_> = columns.iter().map(|column| column.id()).collect();
    let mut text = format!("\u{feff}{}\r\n", names.join(","));
    for row in &rows {
        let quoted: Vec<_> =
            cells(row).map(|(_, cell)| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
        assert_eq!(quoted.len(), columns.len(), "every row has the same columns");
        text.push_str(&quoted.join(","));
        text.push_str("\r\n");
    }
    let again = read(text.as_bytes()).expect("a list that was written here");
    assert_eq!(again.len(), rows.len());
    for (again, row) in again.iter().zip(rows) {
        let again = again.as_ref().expect("a row that was written here");
        assert!(cells(again).eq(cells(row)), "a row was read as another one");
    }
}

/// Whether it is still a row of the allowed size when it is written in quotation marks.
fn fits(row: &RawRow) -> bool {
    let written: usize = cells(row).map(|(_, cell)| cell.len() + cell.matches('"').count() + 3).sum();
    let breaks: usize = cells(row).map(|(_, cell)| cell.matches(['\n', '\r']).count()).sum();
    // A row of nothing but white space in known columns may have had its text in another one.
    let has_text = cells(row).any(|(_, cell)| !cell.trim().is_empty());
    written < ROW_BYTES && breaks < ROW_LINES && has_text
}

/// A list that arrives a few bytes at a time.
struct Pieces<'a> {
    rest: &'a [u8],
    step: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.step.min(buffer.len());
        self.rest.read(&mut buffer[..length])
    }
}
