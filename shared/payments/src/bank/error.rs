//! What is wrong with a file or a line, and what the clerk can do.

use super::{FILE_BYTES, FILE_LINES};

/// A file cannot be read. `Display` is a code; [`StatementError::sentence`] is for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// Nothing but white space.
    #[error("statement-empty")]
    Empty,
    /// More than [`FILE_BYTES`].
    #[error("statement-too-large")]
    TooLarge,
    /// More than [`FILE_LINES`].
    #[error("statement-too-many-lines")]
    TooManyLines,
    /// An Excel workbook.
    #[error("statement-is-workbook")]
    IsWorkbook,
    /// A PDF file, or not text in UTF-8 or CP932.
    #[error("statement-not-text")]
    NotText,
    /// No line names a date, a deposit and a payer or description.
    #[error("statement-header-missing")]
    HeaderMissing,
    /// The header names two columns that may both be the deposit.
    #[error("statement-deposit-twice")]
    DepositTwice,
    /// A quotation mark is missing: lines have run together.
    #[error("statement-quotes-unmatched")]
    QuotesUnmatched {
        /// The line where it begins.
        line: usize,
    },
    /// Zengin records that are no list of deposits, such as orders of transfers (総合振込).
    #[error("statement-other-zengin")]
    OtherZengin,
    /// A Zengin file that ends too early, or has a record that is not 200 bytes.
    #[error("statement-cut")]
    Cut {
        /// The record where it is noticed.
        line: usize,
    },
    /// A Zengin record holds something else than its form allows, or stands in a wrong place.
    #[error("statement-damaged")]
    Damaged {
        /// The record.
        line: usize,
    },
    /// The count or sum at the end of a Zengin file does not fit its records.
    #[error("statement-totals-differ")]
    TotalsDiffer {
        /// The record with the totals.
        line: usize,
    },
}

impl StatementError {
    /// Tells the clerk what to do, in Japanese and in English.
    pub fn sentence(&self) -> (String, String) {
        match self {
            Self::Empty => {
                both("ファイルが空です。ファイルを確かめてください。", "The file is empty. Check it.")
            }
            Self::TooLarge => both(
                format!(
                    "ファイルが大きすぎます（{}MBまで）。期間を分けてダウンロードしてください。",
                    FILE_BYTES / 1_000_000
                ),
                format!(
                    "The file is too large (at most {} MB). Download shorter periods.",
                    FILE_BYTES / 1_000_000
                ),
            ),
            Self::TooManyLines => both(
                format!("行数が多すぎます（{FILE_LINES}行まで）。期間を分けてダウンロードしてください。"),
                format!("The file has too many lines (at most {FILE_LINES}). Download shorter periods."),
            ),
            Self::IsWorkbook => both(
                "Excelブックのままです。銀行からダウンロードしたファイルそのものか、「CSV UTF-8」形式で保存したファイルを送ってください。",
                "This is an Excel workbook. Send the very file that the bank offers, or one saved as \"CSV UTF-8\".",
            ),
            Self::NotText => both(
                "文字として読めないファイルです。銀行からCSV形式か全銀形式でダウンロードし直してください。",
                "The file cannot be read as text. Download it from the bank as CSV or in the Zengin form.",
            ),
            Self::HeaderMissing => both(
                "見出しの行が見つかりません。「日付」「入金額」「摘要」にあたる列名のある行が必要です。銀行からダウンロードしたファイルをそのまま送ってください。",
                "There is no header. A line must name the columns for the date, the deposit and the description. Send the file as the bank offers it.",
            ),
            Self::DepositTwice => both(
                "見出しに、入金額にあたる列が二つあります。一つにしてください。",
                "The header names two columns for the deposit. Keep one.",
            ),
            Self::QuotesUnmatched { line } => both(
                format!(
                    "{line}行目の引用符（\"）が閉じていません。銀行からダウンロードしたファイルをそのまま送ってください。"
                ),
                format!(
                    "A quotation mark (\") in line {line} is not closed. Send the file as the bank offers it."
                ),
            ),
            Self::OtherZengin => both(
                "入金の明細ではない全銀形式のファイルです。「振込入金通知」か「入出金取引明細」をダウンロードしてください。",
                "This Zengin file is no list of deposits. Download 振込入金通知 or 入出金取引明細.",
            ),
            Self::Cut { line } => both(
                format!(
                    "ファイルが途中で切れています（{line}件目のレコード）。何も取り込んでいません。ダウンロードし直してください。"
                ),
                format!(
                    "The file is cut off at record {line}. Nothing was taken from it. Download it again."
                ),
            ),
            Self::Damaged { line } => both(
                format!(
                    "{line}件目のレコードが壊れています。何も取り込んでいません。ダウンロードし直し、編集せずに送ってください。"
                ),
                format!(
                    "Record {line} is damaged. Nothing was taken from the file. Download it again and send it unchanged."
                ),
            ),
            Self::TotalsDiffer { line } => both(
                format!(
                    "{line}件目のレコードにある合計が、明細と合いません。何も取り込んでいません。ダウンロードし直し、編集せずに送ってください。"
                ),
                format!(
                    "The totals in record {line} do not fit the entries. Nothing was taken from the file. Download it again and send it unchanged."
                ),
            ),
        }
    }
}

/// A line that may be a deposit and cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable {
    /// The line in the file, from 1.
    pub line: usize,
    /// What cannot be read.
    pub reason: Reason,
}

/// What cannot be read in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// No date, one that is none, or one more than a day ahead.
    Date,
    /// No amount in whole yen.
    Amount,
    /// Neither in nor out.
    Direction,
    /// Characters that are none in the file's encoding.
    Text,
}

impl Unreadable {
    /// Tells the clerk what to look at, in Japanese and in English.
    pub fn sentence(&self) -> (String, String) {
        let (ja, en) = match self.reason {
            Reason::Date => ("日付", "date"),
            Reason::Amount => ("金額", "amount"),
            Reason::Direction => ("入金と出金の区別", "direction"),
            Reason::Text => ("文字", "text"),
        };
        let line = self.line;
        both(
            format!("{line}行目の{ja}が読み取れません。入金であれば、手で確かめてください。"),
            format!("The {en} in line {line} cannot be read. If it is a deposit, look after it by hand."),
        )
    }
}

fn both(ja: impl Into<String>, en: impl Into<String>) -> (String, String) {
    (ja.into(), en.into())
}
