//! Lists of deposits as the staff of a body download them from their bank.
//!
//! Two forms are read, and told apart by themselves:
//! - Zengin files, the fixed-length records of the Japanese Bankers Association (全銀協): 振込入金通知 (kind 01, transfers
//!   received) and 入出金取引明細 (kind 03, all entries of an account).
//! - "The usual CSV". No two banks have the same, so its columns are found by the names in its header.
//!
//! What is no deposit is counted, and what may be one and cannot be read is listed by its line: no money is lost without
//! a word. A Zengin file whose totals do not fit is refused whole, since it was cut or changed.

mod cells;
mod error;
mod header;
mod list;
mod zengin;

use std::{collections::HashMap, fmt};

use aws_lc_rs::digest::{SHA256, digest};
use jiff::civil::Date;

pub use self::error::{Reason, StatementError, Unreadable};

/// The largest file, in bytes.
pub const FILE_BYTES: usize = 4_000_000;

/// The most lines or records of a file.
pub const FILE_LINES: usize = 20_000;

/// What a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What kind of file it is.
    pub form: Form,
    /// Money that came in, in the file's order.
    pub deposits: Vec<Deposit>,
    /// Deposits that the bank took back or corrected: a person must look whether one of them was counted before.
    pub cancelled: Vec<Cancelled>,
    /// How many lines after the header are no deposit: withdrawals, mostly.
    pub ignored: usize,
    /// Lines that may be deposits and cannot be read.
    pub unreadable: Vec<Unreadable>,
}

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// 振込入金通知: transfers received, in Zengin records.
    ZenginTransfers,
    /// 入出金取引明細: all entries of an account, in Zengin records.
    ZenginEntries,
    /// A list with a header.
    Csv,
}

/// Money that came in. [`fmt::Debug`] shows its line alone, since payers are persons.
#[derive(Clone, PartialEq, Eq)]
pub struct Deposit {
    /// The line in the file, from 1; the record's number, if a Zengin file has no line ends.
    pub line: usize,
    /// The bank's day for it (勘定日).
    pub date: Date,
    /// Whole yen, never 0.
    pub amount: u64,
    /// What the payer or the bank wrote: name, message, description, in the file's order. In NFKC, without control
    /// characters, one space for any run of white space, none empty, at most 200 characters of each.
    pub texts: Vec<String>,
    /// SHA-256 in hexadecimal of date, amount, texts, in Zengin files the account, and the place among lines of this
    /// file that are equal in these. So a file that is read again, and files that overlap, have the same identities
    /// for the same payments, and two equal payments of a day have two: files need to have whole days only to be sure
    /// that nothing is missing.
    ///
    /// The balance is no part of it, nor is the bank's inquiry number (照会番号): banks number from 1 in each file, so
    /// that the same payment would have another number when it is downloaded again. Nor is a memo, which staff can
    /// change at the bank.
    pub identity: String,
}

impl fmt::Debug for Deposit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Deposit({}, …)", self.line)
    }
}

/// A deposit that is none any more: cancelled, or a correction. [`fmt::Debug`] shows its line alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Cancelled {
    /// As in [`Deposit::line`].
    pub line: usize,
    /// As in [`Deposit::date`].
    pub date: Date,
    /// Whole yen.
    pub amount: u64,
    /// As in [`Deposit::texts`].
    pub texts: Vec<String>,
}

impl fmt::Debug for Cancelled {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Cancelled({}, …)", self.line)
    }
}

/// Reads a file. `today` decides between readings of years with two digits, and no date may be more than a day after it.
///
/// # Errors
/// [`StatementError`] if the file cannot be read as a whole. Nothing of it is to be booked then.
pub fn read(bytes: &[u8], today: Date) -> Result<Statement, StatementError> {
    if bytes.len() > FILE_BYTES {
        return Err(StatementError::TooLarge);
    }
    if bytes.trim_ascii().is_empty() {
        return Err(StatementError::Empty);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(StatementError::IsWorkbook);
    }
    if bytes.starts_with(b"%PDF") {
        return Err(StatementError::NotText);
    }
    match zengin::fixed_length(bytes) {
        Some(records) => zengin::read(&records, today),
        None => list::read(bytes, today),
    }
}

/// A statement while it is read.
struct Reading {
    statement: Statement,
    /// How often each deposit has come so far.
    places: HashMap<String, u32>,
}

/// A line that is a deposit, or was one.
struct Entry<'a> {
    line: usize,
    date: Date,
    amount: u64,
    texts: Vec<String>,
    /// The account that the file names; empty if it names none.
    account: &'a str,
}

impl Reading {
    fn new(form: Form) -> Self {
        let statement = Statement {
            form,
            deposits: Vec::new(),
            cancelled: Vec::new(),
            ignored: 0,
            unreadable: Vec::new(),
        };
        Self { statement, places: HashMap::new() }
    }

    fn deposit(&mut self, entry: Entry<'_>) {
        let Entry { line, date, amount, texts, account } = entry;
        // No text has a line end, so different deposits are different here.
        let whole = format!("deposit\n{account}\n{date}\n{amount}\n{}", texts.join("\n"));
        let place = self.places.entry(whole.clone()).or_insert(0);
        *place += 1;
        let identity = hex::encode(digest(&SHA256, format!("{place}\n{whole}").as_bytes()));
        self.statement.deposits.push(Deposit { line, date, amount, texts, identity });
    }

    fn cancelled(&mut self, entry: Entry<'_>) {
        let Entry { line, date, amount, texts, .. } = entry;
        self.statement.cancelled.push(Cancelled { line, date, amount, texts });
    }

    fn unreadable(&mut self, line: usize, reason: Reason) {
        self.statement.unreadable.push(Unreadable { line, reason });
    }
}
