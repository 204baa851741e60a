//! Zengin records of 200 bytes, in half-width characters of JIS X 0201 (what CP932 has as single bytes).
//!
//! Source: 全国銀行協会, 「適用業務およびレコード・フォーマット」. Banks publish it for their customers: 振込入金通知 in 阿波銀行's
//! page of that name (awabank.co.jp), 入出金取引明細 in きらぼし銀行's 「入出金明細（全銀）明細ファイル・フォーマット」; later
//! fields, totals and the second layout of 振込入金通知 were compared with public record definitions (Diva.Zengin).
//!
//! A file has, for each account, a header (1), data (2) and a trailer with totals (8), and an end (9) at last.

use std::{borrow::Cow, ops::Range};

use encoding_rs::SHIFT_JIS;
use jiff::civil::Date;

use super::{Entry, FILE_LINES, Form, Reading, Reason, Statement, StatementError, cells};

const RECORD_BYTES: usize = 200;

/// So many digits begin every Zengin file: kinds, dates or the company's code.
const HEAD_DIGITS: usize = 14;

/// The file in single bytes if it begins as Zengin files do, and a list with a header does not.
pub(super) fn fixed_length(bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let head = bytes.get(..HEAD_DIGITS)?;
    if !head.starts_with(b"1") || !head.iter().all(u8::is_ascii_digit) {
        return None;
    }
    // An editor may have saved it in UTF-8, where a half-width kana has three bytes.
    let unicode = std::str::from_utf8(bytes)
        .ok()
        .filter(|text| text.chars().any(|character| matches!(character, '\u{FF61}'..='\u{FF9F}')));
    Some(unicode.map_or(Cow::Borrowed(bytes), |text| SHIFT_JIS.encode(text).0.into_owned().into()))
}

/// Reads all records.
pub(super) fn read(bytes: &[u8], today: Date) -> Result<Statement, StatementError> {
    let form = match bytes.get(1..3) {
        Some(b"01") => Form::ZenginTransfers,
        Some(b"03") => Form::ZenginEntries,
        _ => return Err(StatementError::OtherZengin),
    };
    let records = records(bytes)?;
    let mut reading = Reading::new(form);
    let mut account: Option<Account> = None;
    let mut accounts = 0;
    let mut ended = false;
    for record in &records {
        let damaged = StatementError::Damaged { line: record.line };
        match (record.bytes.first(), &mut account) {
            _ if ended => return Err(damaged),
            (Some(b'1'), None) if record.bytes.get(1..3) == bytes.get(1..3) => {
                account = Some(Account::open(form, record));
                accounts += 1;
            }
            (Some(b'2'), Some(account)) => match form {
                Form::ZenginTransfers => account.transfer(record, &mut reading, today)?,
                _ => account.entry(record, &mut reading, today)?,
            },
            (Some(b'8'), Some(totals)) => {
                totals.check(form, record)?;
                account = None;
            }
            (Some(b'9'), None) => {
                check_end(form, record, records.len(), accounts)?;
                ended = true;
            }
            _ => return Err(damaged),
        }
    }
    if ended { Ok(reading.statement) } else { Err(StatementError::Cut { line: records.len() }) }
}

struct Record<'a> {
    line: usize,
    bytes: &'a [u8],
}

/// Lines, or blocks if there are no line ends. The end-of-file sign of old systems (0x1A) may follow.
fn records(bytes: &[u8]) -> Result<Vec<Record<'_>>, StatementError> {
    let mut rest = bytes;
    while let Some((b'\x1A' | b'\r' | b'\n', before)) = rest.split_last() {
        rest = before;
    }
    let parts: Vec<&[u8]> = if rest.iter().any(|byte| matches!(byte, b'\r' | b'\n')) {
        rest.split(|byte| matches!(byte, b'\r' | b'\n')).filter(|line| !line.is_empty()).collect()
    } else {
        rest.chunks(RECORD_BYTES).collect()
    };
    if parts.len() > FILE_LINES {
        return Err(StatementError::TooManyLines);
    }
    if let Some(place) = parts.iter().position(|part| part.len() != RECORD_BYTES) {
        return Err(StatementError::Cut { line: place + 1 });
    }
    Ok(parts.into_iter().enumerate().map(|(place, bytes)| Record { line: place + 1, bytes }).collect())
}

impl Record<'_> {
    fn field(&self, range: Range<usize>) -> &[u8] {
        self.bytes.get(range).unwrap_or_default()
    }

    /// Digits; none if there are other characters, or spaces alone.
    fn number(&self, range: Range<usize>) -> Option<u64> {
        let field = self.field(range);
        let digits = field.iter().all(u8::is_ascii_digit).then_some(field)?;
        std::str::from_utf8(digits).ok()?.parse().ok()
    }

    fn is_blank(&self, range: Range<usize>) -> bool {
        self.field(range).iter().all(|byte| *byte == b' ')
    }

    /// The texts of these fields without empty ones; none if a byte is no character.
    fn texts(&self, ranges: impl IntoIterator<Item = Range<usize>>) -> Option<Vec<String>> {
        let mut texts = Vec::new();
        for range in ranges {
            let field = self.field(range);
            let text = cells::text(&SHIFT_JIS.decode_without_bom_handling_and_without_replacement(field)?);
            if !text.is_empty() {
                texts.push(text);
            }
        }
        Some(texts)
    }
}

/// How many, and how much in all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Total {
    count: u64,
    sum: u64,
}

impl Total {
    fn add(&mut self, amount: u64) {
        self.count += 1;
        self.sum = self.sum.saturating_add(amount);
    }

    fn and(self, other: Self) -> Self {
        Self { count: self.count + other.count, sum: self.sum.saturating_add(other.sum) }
    }
}

/// One account's records so far.
struct Account {
    /// Bank, branch, kind of account and its number.
    name: String,
    /// Time deposits have other fields, and nobody pays into them.
    is_time_deposit: bool,
    /// Kind 01: transfers; kind 03: money in.
    came: Total,
    /// Kind 01: cancelled transfers; kind 03: money out.
    went: Total,
}

impl Account {
    fn open(form: Form, header: &Record<'_>) -> Self {
        let (kind, number) = match form {
            Form::ZenginTransfers => (59..60, 60..67),
            _ => (62..63, 63..73),
        };
        let is_time_deposit =
            form == Form::ZenginEntries && matches!(header.field(kind.clone()), b"5" | b"6" | b"7");
        let name = [header.field(22..26), header.field(41..44), header.field(kind), header.field(number)];
        let name = name.map(|field| String::from_utf8_lossy(field).into_owned()).join("-");
        Self { name, is_time_deposit, came: Total::default(), went: Total::default() }
    }

    /// Kind 01. In bytes: 1 record, 6 inquiry number, 6 day, 6 value day, 10 amount, 10 of it in cheques, 10 payer's code,
    /// 48 payer's name, 15 bank, 15 branch, 1 cancelled; then either 20 EDI and 52 nothing, or 12 amount and 12 in cheques
    /// for more than ten digits, 20 EDI and 28 nothing.
    fn transfer(
        &mut self,
        record: &Record<'_>,
        reading: &mut Reading,
        today: Date,
    ) -> Result<(), StatementError> {
        let damaged = StatementError::Damaged { line: record.line };
        let short = record.number(19..29).ok_or(damaged)?;
        // Where EDI information stands in the other layout, it is followed by spaces.
        let is_wide = record.field(128..152).iter().all(u8::is_ascii_digit);
        let long = if is_wide { record.number(128..140).ok_or(damaged)? } else { 0 };
        let amount = if short == 0 { long } else { short };
        let edi = if is_wide { 152..172 } else { 128..148 };
        let is_cancelled = match record.field(127..128) {
            b" " | b"0" => false,
            b"1" => true,
            _ => return Err(damaged),
        };
        let total = if is_cancelled { &mut self.went } else { &mut self.came };
        total.add(amount);
        self.book(record, reading, amount, is_cancelled, (7..13, [49..97, edi]), today);
        Ok(())
    }

    /// Kind 03. In bytes: 1 record, 8 inquiry number, 6 day, 6 value day, 1 in (1) or out (2), 2 sort (19 is a
    /// correction), 12 amount, 12 of it in cheques, 6 and 6 days of cheques, 1 and 7 of cheques, 3 branch, 10 payer's
    /// code, 48 payer's name, 15 bank, 15 branch, 20 description, 20 EDI, 1 nothing.
    fn entry(
        &mut self,
        record: &Record<'_>,
        reading: &mut Reading,
        today: Date,
    ) -> Result<(), StatementError> {
        let damaged = StatementError::Damaged { line: record.line };
        let amount = record.number(24..36).ok_or(damaged)?;
        let is_correction = record.field(22..24) == b"19";
        let came = match record.field(21..22) {
            b"1" => true,
            b"2" => false,
            _ => return Err(damaged),
        };
        let total = if came { &mut self.came } else { &mut self.went };
        total.add(amount);
        if self.is_time_deposit || (!came && !is_correction) {
            reading.statement.ignored += 1;
        } else {
            self.book(record, reading, amount, is_correction, (9..15, [81..129, 159..179, 179..199]), today);
        }
        Ok(())
    }

    fn book<const N: usize>(
        &self,
        record: &Record<'_>,
        reading: &mut Reading,
        amount: u64,
        is_cancelled: bool,
        (day, texts): (Range<usize>, [Range<usize>; N]),
        today: Date,
    ) {
        let line = record.line;
        let Some(date) = cells::date_of_six(record.field(day), today) else {
            return reading.unreadable(line, Reason::Date);
        };
        let Some(texts) = record.texts(texts) else {
            return reading.unreadable(line, Reason::Text);
        };
        let entry = Entry { line, date, amount, texts, account: &self.name };
        match (is_cancelled, amount) {
            (true, _) => reading.cancelled(entry),
            (false, 0) => reading.statement.ignored += 1,
            (false, _) => reading.deposit(entry),
        }
    }

    /// Kind 01: 6 count and 12 sum of transfers, 6 and 12 of cancelled ones. Whether the first two are with the cancelled
    /// ones is not said anywhere, and the last two may be left out. Kind 03: 6 count and 13 sum of money in, 6 and 13 of
    /// money out, 1 and 14 balance, 7 count of data records.
    fn check(&self, form: Form, trailer: &Record<'_>) -> Result<(), StatementError> {
        let total = |count: Range<usize>, sum: Range<usize>| {
            let blank = trailer.is_blank(count.clone()) && trailer.is_blank(sum.clone());
            let total =
                Total { count: trailer.number(count).unwrap_or(0), sum: trailer.number(sum).unwrap_or(0) };
            (!blank).then_some(total)
        };
        let right = if form == Form::ZenginTransfers {
            let came = total(1..7, 7..19);
            let went = total(19..25, 25..37).filter(|went| *went != Total::default());
            (came == Some(self.came) || came == Some(self.came.and(self.went)))
                && went.is_none_or(|went| went == self.went)
        } else {
            let records = trailer.number(54..61);
            total(1..7, 7..20) == Some(self.came)
                && total(20..26, 26..39) == Some(self.went)
                && records.is_none_or(|records| records == self.came.count + self.went.count)
        };
        if right { Ok(()) } else { Err(StatementError::TotalsDiffer { line: trailer.line }) }
    }
}

/// Kind 03: 10 count of records, 5 count of accounts. Both may be left out, and banks count records with the end or
/// without it. Kind 01 has no counts here.
fn check_end(form: Form, end: &Record<'_>, records: usize, accounts: usize) -> Result<(), StatementError> {
    if form == Form::ZenginTransfers {
        return Ok(());
    }
    let given = |range| {
        end.number(range).filter(|number| *number > 0).and_then(|number| usize::try_from(number).ok())
    };
    let right = given(1..11).is_none_or(|given| given == records || given + 1 == records)
        && given(11..16).is_none_or(|given| given == accounts);
    if right { Ok(()) } else { Err(StatementError::TotalsDiffer { line: end.line }) }
}
