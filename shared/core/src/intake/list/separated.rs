//! CSV (RFC 4180) as Excel writes it: separated by commas, tabs or semicolons.
//!
//! Rows are cut here and not by a CSV crate, because a list with one lost quotation mark must lose one row. A general
//! reader goes on to the next quotation mark, wherever that is; this one gives the row up and goes on with the next
//! line.

use std::{fmt, io::Read};

use serde::{Deserialize, Serialize};

use super::{
    ListError, ROW_BYTES, ROW_LINES, RawRow, RowError,
    encoding::{Encoding, Source},
    header::{Header, column_named},
};
use crate::intake::refusal::{Column, RefusalCode, RowRefusal};

/// In the order of preference where a header fits several.
const SEPARATORS: [u8; 3] = [b',', b'\t', b';'];

/// Opens a list in CSV and reads its header. Encoding, separator and the order of the columns are found out.
///
/// # Errors
/// [`ListError`] if this is no list, or one without the needed columns.
pub fn read_csv<R: Read>(reader: R) -> Result<CsvRows<R>, ListError> {
    let mut lines = Lines::of(Source::open(reader)?, 1);
    loop {
        lines.refill()?;
        if lines.rest().is_empty() {
            return Err(ListError::ListEmpty);
        }
        let candidates = SEPARATORS.map(|separator| (separator, lines.scan(separator)));
        let mut best: Option<(usize, u8, Vec<String>, usize)> = None;
        let mut undecodable = false;
        for (separator, scan) in candidates {
            let Scan::Row { record, length } = scan else { continue };
            let Some(names) = record.decoded(&mut lines.source) else {
                undecodable = true;
                continue;
            };
            let known = names.iter().filter(|name| column_named(name).is_some()).count();
            if best.as_ref().is_none_or(|(most, ..)| known > *most) {
                best = Some((known, separator, names, length));
            }
        }
        let Some((_, separator, names, length)) = best else {
            return Err(if undecodable { ListError::ListNotText } else { ListError::HeaderUnreadable });
        };
        lines.consume(length);
        // Someone on the way took the list for UTF-8, and what was there is lost.
        if names.iter().any(|name| name.contains(char::REPLACEMENT_CHARACTER)) {
            return Err(ListError::ListNotText);
        }
        if names.iter().any(|name| !name.trim().is_empty()) {
            return Ok(CsvRows { lines, separator, header: Header::read(names)?, stopped: false });
        }
    }
}

/// A place between two rows of a list in CSV, from which reading can go on: everything that was found out before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bookmark {
    /// So many octets of the list are read.
    pub octets: u64,
    line: u64,
    encoding: Encoding,
    separator: char,
    columns: Vec<Option<Column>>,
}

/// Goes on with a list in CSV. `reader` begins behind the octets that the bookmark counts.
pub fn resume_csv<R: Read>(reader: R, bookmark: &Bookmark) -> CsvRows<R> {
    let Bookmark { octets, line, encoding, separator, columns } = bookmark.clone();
    let mut lines = Lines::of(Source::resume(reader, encoding), line);
    lines.octets = octets;
    let separator = u8::try_from(separator).unwrap_or(b',');
    CsvRows { lines, separator, header: Header { columns, unknown: Vec::new() }, stopped: false }
}

/// The rows of a list in CSV. Rows without any text are passed over.
pub struct CsvRows<R> {
    lines: Lines<R>,
    separator: u8,
    header: Header,
    stopped: bool,
}

impl<R: Read> CsvRows<R> {
    /// The names of columns that nobody knows, shortened. Their cells are ignored.
    pub fn unknown_columns(&self) -> &[String] {
        &self.header.unknown
    }

    /// Where the next row begins. After an error, where the row begins that was not read.
    pub fn bookmark(&self) -> Bookmark {
        Bookmark {
            octets: self.lines.octets,
            line: self.lines.line,
            encoding: self.lines.source.encoding(),
            separator: char::from(self.separator),
            columns: self.header.columns.clone(),
        }
    }
}

impl<R> fmt::Debug for CsvRows<R> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "CsvRows(at line {})", self.lines.line)
    }
}

impl<R: Read> Iterator for CsvRows<R> {
    type Item = Result<RawRow, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.stopped {
            let (line, octets) = (self.lines.line, self.lines.octets);
            let record = match self.lines.next(self.separator) {
                Ok(None) => {
                    self.stopped = true;
                    return None;
                }
                Ok(Some(Ok(record))) => record,
                Ok(Some(Err(refusal))) => {
                    return Some(Err(RowError::Refused(RowRefusal::new(line, refusal))));
                }
                Err(error) => {
                    self.stopped = true;
                    self.lines.octets = octets;
                    return Some(Err(RowError::Stopped(error)));
                }
            };
            match self.row(line, &record) {
                Ok(None) => {}
                Ok(Some(row)) => return Some(Ok(row)),
                Err(refusal) => return Some(Err(RowError::Refused(RowRefusal::new(line, refusal)))),
            }
        }
        None
    }
}

impl<R: Read> CsvRows<R> {
    fn row(&mut self, line: u64, record: &Record) -> Result<Option<RawRow>, RefusalCode> {
        if record.is_blank() {
            return Ok(None);
        }
        let cells = record.decoded(&mut self.lines.source).ok_or(RefusalCode::RowUndecodable)?;
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(None);
        }
        let expected = self.header.columns.len();
        let surplus_is_empty = cells.iter().skip(expected).all(|cell| cell.trim().is_empty());
        if cells.len() < expected || !surplus_is_empty {
            return Err(RefusalCode::RowCells { expected, found: cells.len() });
        }
        let known = self.header.columns.iter().zip(cells);
        let cells =
            known.filter_map(|(column, cell): (&Option<Column>, _)| column.map(|column| (column, cell)));
        Ok(Some(RawRow::new(line, cells)))
    }
}

/// The bytes of a list, cut into rows.
struct Lines<R> {
    source: Source<R>,
    buffer: Vec<u8>,
    /// Where the next row begins in `buffer`.
    start: usize,
    ended: bool,
    /// The number of the next row.
    line: u64,
    /// So many octets of the list stand before the next row.
    octets: u64,
}

impl<R: Read> Lines<R> {
    fn of(source: Source<R>, line: u64) -> Self {
        let octets = source.mark();
        Self { source, buffer: Vec::new(), start: 0, ended: false, line, octets }
    }

    /// The next row, or why it cannot be cut; none at the end.
    fn next(&mut self, separator: u8) -> Result<Option<Result<Record, RefusalCode>>, ListError> {
        self.refill()?;
        if self.rest().is_empty() {
            return Ok(None);
        }
        match self.scan(separator) {
            Scan::Row { record, length } => {
                self.consume(length);
                Ok(Some(Ok(record)))
            }
            Scan::Broken(refusal) => {
                self.skip_line()?;
                Ok(Some(Err(refusal)))
            }
        }
    }

    /// Makes sure that one row of the largest size, and one byte more, is at hand, unless the list ends before.
    fn refill(&mut self) -> Result<(), ListError> {
        if self.rest().len() > ROW_BYTES + 1 || self.ended {
            return Ok(());
        }
        self.buffer.drain(..self.start);
        self.start = 0;
        while !self.ended && self.buffer.len() < 2 * ROW_BYTES {
            self.ended = !self.source.fill(&mut self.buffer)?;
        }
        Ok(())
    }

    fn rest(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }

    fn scan(&self, separator: u8) -> Scan {
        scan(self.rest(), separator)
    }

    fn consume(&mut self, length: usize) {
        self.pass(length);
        self.line += 1;
    }

    fn pass(&mut self, length: usize) {
        let end = self.buffer.len().min(self.start + length);
        self.octets += self.source.octets(self.buffer.get(self.start..end).unwrap_or_default());
        self.start = end;
    }

    /// Goes on behind the next line end, however far that is.
    fn skip_line(&mut self) -> Result<(), ListError> {
        loop {
            let rest = self.rest();
            if let Some(end) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
                let length = end + line_end(rest, end);
                self.consume(length);
                return Ok(());
            }
            self.pass(rest.len());
            if self.ended {
                self.line += 1;
                return Ok(());
            }
            self.refill()?;
        }
    }
}

/// One row as bytes: the cells, one behind the other, and where each ends.
#[derive(Default)]
struct Record {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Record {
    fn is_blank(&self) -> bool {
        self.bytes.is_empty()
    }

    fn cell_is_blank(&self) -> bool {
        let begin = self.ends.last().copied().unwrap_or(0);
        self.bytes.iter().skip(begin).all(|&byte| byte == b' ')
    }

    fn forget_cell(&mut self) {
        self.bytes.truncate(self.ends.last().copied().unwrap_or(0));
    }

    fn end_cell(&mut self) {
        self.ends.push(self.bytes.len());
    }

    fn decoded<R: Read>(&self, source: &mut Source<R>) -> Option<Vec<String>> {
        let mut begin = 0;
        self.ends
            .iter()
            .map(|&end| {
                let cell = self.bytes.get(begin..end)?;
                begin = end;
                source.decode(cell)
            })
            .collect()
    }
}

enum Scan {
    /// A row, and how many bytes it and its line end take.
    Row { record: Record, length: usize },
    /// No row can be cut here.
    Broken(RefusalCode),
}

enum Place {
    Plain,
    Quoted,
    BehindQuoted,
}

/// Cuts one row from the front. `bytes` is longer than a row may be, or reaches to the end of the list.
fn scan(bytes: &[u8], separator: u8) -> Scan {
    let mut record = Record::default();
    let mut place = Place::Plain;
    let mut lines = 1;
    for (index, &byte) in bytes.iter().enumerate() {
        if index == ROW_BYTES {
            return Scan::Broken(RefusalCode::RowTooLong);
        }
        place = match (place, byte) {
            (Place::Quoted, b'"') => Place::BehindQuoted,
            (Place::Quoted, _) => {
                // The carriage return of a CRLF is counted with its line feed.
                let bare_return = byte == b'\r' && bytes.get(index + 1) != Some(&b'\n');
                lines += usize::from(byte == b'\n' || bare_return);
                if lines > ROW_LINES {
                    return Scan::Broken(RefusalCode::RowTooLong);
                }
                record.bytes.push(byte);
                Place::Quoted
            }
            (_, b'\n' | b'\r') => {
                record.end_cell();
                return Scan::Row { record, length: index + line_end(bytes, index) };
            }
            (_, _) if byte == separator => {
                record.end_cell();
                Place::Plain
            }
            (Place::BehindQuoted, b'"') => {
                record.bytes.push(b'"');
                Place::Quoted
            }
            (Place::BehindQuoted, b' ') => Place::BehindQuoted,
            (Place::Plain, b'"') if record.cell_is_blank() => {
                record.forget_cell();
                Place::Quoted
            }
            (_, b'"') | (Place::BehindQuoted, _) => return Scan::Broken(RefusalCode::RowQuotes),
            (Place::Plain, _) => {
                record.bytes.push(byte);
                Place::Plain
            }
        };
    }
    if matches!(place, Place::Quoted) {
        return Scan::Broken(RefusalCode::RowQuotes);
    }
    record.end_cell();
    Scan::Row { record, length: bytes.len() }
}

/// How many bytes the line end at `index` takes.
fn line_end(bytes: &[u8], index: usize) -> usize {
    if bytes.get(index) == Some(&b'\r') && bytes.get(index + 1) == Some(&b'\n') { 2 } else { 1 }
}
