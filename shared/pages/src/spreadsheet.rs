//! Tables as files for a spreadsheet: UTF-8 with a byte order mark, so that Excel reads it, and lines as in RFC 4180.

use csv::{Terminator, WriterBuilder};

/// A table as a file: its head, and its rows.
pub(crate) fn spreadsheet<const CELLS: usize>(
    head: [&str; CELLS],
    rows: impl IntoIterator<Item = [String; CELLS]>,
) -> String {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    // Writing to memory does not fail, and every record has as many cells.
    let _ = writer.write_record(head.map(defused));
    for row in rows {
        let _ = writer.write_record(row.map(|cell| defused(&cell)));
    }
    let bytes = writer.into_inner().unwrap_or_default();
    format!("\u{feff}{}", String::from_utf8(bytes).unwrap_or_default())
}

/// A cell that a spreadsheet takes for text: a leading apostrophe keeps it from being a formula.
fn defused(cell: &str) -> String {
    let formula = cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    if formula { format!("'{cell}") } else { cell.to_owned() }
}
