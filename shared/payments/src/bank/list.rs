//! "The usual CSV".

use std::borrow::Cow;

use encoding_rs::{Encoding, SHIFT_JIS, UTF_8};
use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization;

use super::{
    Entry, FILE_LINES, Form, Reading, Reason, Statement, StatementError, cells,
    header::{AmountColumns, Columns, DateColumns},
};

/// How many lines are looked at for the header. Banks write the account, the period and a title before it.
const TITLE_LINES: usize = 40;

/// Reads all lines after the header.
pub(super) fn read(bytes: &[u8], today: Date) -> Result<Statement, StatementError> {
    let (text, is_whole) = decode(bytes);
    if text.contains('\0') {
        return Err(StatementError::NotText);
    }
    let rows = rows(&text)?;
    let Some((header, columns)) = header(&rows)? else {
        return Err(if is_whole { StatementError::HeaderMissing } else { StatementError::NotText });
    };
    let mut reading = Reading::new(Form::Csv);
    for row in rows.iter().skip(header + 1) {
        // No bank has line ends in a cell: a quotation mark is lost, and the lines that follow are in this one.
        if row.cells.iter().any(|cell| cell.contains('\n')) {
            return Err(StatementError::QuotesUnmatched { line: row.line });
        }
        row.read(&columns, &mut reading, today);
    }
    Ok(reading.statement)
}

/// The text, and whether all of it is in its encoding. By its mark, or UTF-8 if it is that throughout, which Japanese in
/// CP932 never is; else CP932.
fn decode(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, has_errors) = encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default());
        return (text, !has_errors);
    }
    let encoding = if std::str::from_utf8(bytes).is_ok() { UTF_8 } else { SHIFT_JIS };
    let (text, has_errors) = encoding.decode_without_bom_handling(bytes);
    (text, !has_errors)
}

struct Row {
    line: usize,
    cells: Vec<String>,
}

fn rows(text: &str) -> Result<Vec<Row>, StatementError> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.trim_end_matches(['\u{1A}', '\n']);
    let titles = text.lines().take(TITLE_LINES);
    let (tabs, commas) = titles.fold((0, 0), |(tabs, commas), line| {
        (tabs + line.matches('\t').count(), commas + line.matches(',').count())
    });
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(if tabs > commas { b'\t' } else { b',' })
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    let mut lines = Lines { bytes: text.as_bytes(), counted: 0, line: 1 };
    while reader.read_record(&mut record).map_err(|_| StatementError::NotText)? {
        if rows.len() == FILE_LINES {
            return Err(StatementError::TooManyLines);
        }
        let line = lines.at(record.position().map_or(0, csv::Position::byte));
        rows.push(Row { line, cells: record.iter().map(str::to_owned).collect() });
    }
    Ok(rows)
}

/// Counts lines as an editor shows them, blank ones included.
struct Lines<'a> {
    bytes: &'a [u8],
    counted: usize,
    line: usize,
}

impl Lines<'_> {
    /// The line in which the row at or after this byte begins.
    fn at(&mut self, byte: u64) -> usize {
        let byte = usize::try_from(byte).unwrap_or(usize::MAX);
        let ahead = self.bytes.get(byte..).unwrap_or_default();
        let blank = ahead.iter().take_while(|byte| **byte == b'\n').count();
        let begin = byte.saturating_add(blank).min(self.bytes.len());
        let passed = self.bytes.get(self.counted..begin).unwrap_or_default();
        self.line += passed.split(|byte| *byte == b'\n').count().saturating_sub(1);
        self.counted = begin;
        self.line
    }
}

/// The header's place and what it names.
fn header(rows: &[Row]) -> Result<Option<(usize, Columns)>, StatementError> {
    for (place, row) in rows.iter().enumerate().take(TITLE_LINES) {
        if let Some(columns) = Columns::find(row.cells.iter().map(String::as_str))? {
            return Ok(Some((place, columns)));
        }
    }
    Ok(None)
}

/// What a line is, by its amount.
enum Sort {
    Deposit(u64),
    Cancelled(u64),
    Neither,
}

impl Row {
    fn cell(&self, place: usize) -> &str {
        self.cells.get(place).map_or("", String::as_str)
    }

    fn read(&self, columns: &Columns, reading: &mut Reading, today: Date) {
        // Some banks repeat the header on each page.
        let is_header = matches!(Columns::find(self.cells.iter().map(String::as_str)), Ok(Some(_)));
        let sort = if is_header { Ok(Sort::Neither) } else { self.sort(columns) };
        let (amount, is_cancelled) = match sort {
            Ok(Sort::Neither) => {
                reading.statement.ignored += 1;
                return;
            }
            Ok(Sort::Deposit(amount)) => (amount, false),
            Ok(Sort::Cancelled(amount)) => (amount, true),
            Err(reason) => return reading.unreadable(self.line, reason),
        };
        let Some(date) = self.date(columns.date, today) else {
            return reading.unreadable(self.line, Reason::Date);
        };
        let texts = columns.texts.iter().map(|place| cells::text(self.cell(*place)));
        let texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
        if texts.iter().any(|text| text.contains('\u{FFFD}')) {
            return reading.unreadable(self.line, Reason::Text);
        }
        let entry = Entry { line: self.line, date, amount, texts, account: "" };
        if is_cancelled {
            reading.cancelled(entry);
        } else {
            reading.deposit(entry);
        }
    }

    fn date(&self, columns: DateColumns, today: Date) -> Option<Date> {
        match columns {
            DateColumns::One(place) => cells::date(self.cell(place), today),
            DateColumns::Parts { year, month, day } => {
                cells::date_of_parts(self.cell(year), self.cell(month), self.cell(day), today)
            }
        }
    }

    fn sort(&self, columns: &Columns) -> Result<Sort, Reason> {
        let amount = |place| cells::amount(self.cell(place)).map_err(|()| Reason::Amount);
        let is_marked = columns.cancelled.is_some_and(|place| is_cancelled(self.cell(place)));
        let yen = match columns.amount {
            AmountColumns::Deposit(place) => amount(place)?.unwrap_or(0),
            AmountColumns::Signed(place) => amount(place)?.unwrap_or(0).max(0),
            AmountColumns::Directed { amount: place, direction } => match amount(place)?.unwrap_or(0) {
                0 => 0,
                yen if came(self.cell(direction)).ok_or(Reason::Direction)? => yen,
                _ => 0,
            },
        };
        Ok(match yen.unsigned_abs() {
            0 => Sort::Neither,
            sum if yen < 0 || is_marked => Sort::Cancelled(sum),
            sum => Sort::Deposit(sum),
        })
    }
}

fn is_cancelled(cell: &str) -> bool {
    !matches!(cells::text(cell).as_str(), "" | "0" | "-")
}

/// In or out, by the words and codes of banks.
fn came(cell: &str) -> Option<bool> {
    let plain: String = cell.nfkc().filter(|character| !character.is_whitespace()).collect();
    let has = |signs: &[char]| plain.contains(signs);
    match plain.as_str() {
        "1" => Some(true),
        "2" => Some(false),
        _ if has(&['出', '払', '支', '引']) => Some(false),
        _ if has(&['入', '受', '預']) => Some(true),
        _ => None,
    }
}
