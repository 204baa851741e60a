//! Why a row is refused, and what is worth a second look: stable codes for programs, sentences for the clerk.
//!
//! A code may carry a column, a date or a count, never a text of the row. The one exception is the suggested address,
//! which goes into the answer to the clerk, and which [`Debug`] does not show.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    address::{AddressRefusal, MailAddress},
    calendar::Month,
    candidate::TextRefusal,
    programme::Bilingual,
};

/// A column of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Column {
    /// 資格コード.
    Achievement,
    /// 区分.
    Kind,
    /// 日付.
    Date,
    /// 氏名.
    Name,
    /// フリガナ; may be left out.
    Kana,
    /// ローマ字; may be left out.
    Roman,
    /// メールアドレス.
    Address,
    /// 会員番号.
    Number,
}

impl Column {
    /// All columns.
    pub const ALL: [Self; 8] = [
        Self::Achievement,
        Self::Kind,
        Self::Date,
        Self::Name,
        Self::Kana,
        Self::Roman,
        Self::Address,
        Self::Number,
    ];

    /// The name in JSON, and one of the names in a header.
    pub fn id(self) -> &'static str {
        match self {
            Self::Achievement => "achievement",
            Self::Kind => "kind",
            Self::Date => "date",
            Self::Name => "name",
            Self::Kana => "kana",
            Self::Roman => "roman",
            Self::Address => "address",
            Self::Number => "number",
        }
    }

    /// What Japanese lists call it.
    pub fn ja(self) -> &'static str {
        match self {
            Self::Achievement => "資格コード",
            Self::Kind => "区分",
            Self::Date => "日付",
            Self::Name => "氏名",
            Self::Kana => "フリガナ",
            Self::Roman => "ローマ字",
            Self::Address => "メールアドレス",
            Self::Number => "会員番号",
        }
    }

    /// Whether every row must have a value.
    pub fn is_required(self) -> bool {
        !matches!(self, Self::Kana | Self::Roman)
    }
}

impl fmt::Display for Column {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.id())
    }
}

/// Why a row is not registered. In JSON an object with `code` and the code's data; `Display` is the code alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum RefusalCode {
    /// The bytes are not text in the encoding of the list.
    RowUndecodable,
    /// Longer, or over more lines, than any row can be.
    RowTooLong,
    /// A quotation mark is missing or superfluous.
    RowQuotes,
    /// More or fewer cells than the header.
    RowCells {
        /// As many as the header has.
        expected: usize,
        /// As many as the row has.
        found: usize,
    },
    /// JSON: not an object of texts.
    RowMalformed,
    /// JSON: a member that candidates do not have.
    MemberUnknown,
    /// JSON: a member stands twice.
    MemberTwice {
        /// Which.
        column: Column,
    },
    /// JSON: a member is not a text.
    MemberNotText {
        /// Which.
        column: Column,
    },

    /// A required cell is empty.
    CellMissing {
        /// Which.
        column: Column,
    },
    /// A cell is too long.
    CellTooLong {
        /// Which.
        column: Column,
        /// The most characters it may have.
        limit: usize,
    },
    /// A cell has a line break or another control character.
    CellControlCharacter {
        /// Which.
        column: Column,
    },
    /// A cell has a private character (外字).
    CellPrivateCharacter {
        /// Which.
        column: Column,
    },
    /// A cell has characters that its column does not take.
    CellMalformed {
        /// Which.
        column: Column,
    },
    /// Neither 合格 nor 更新.
    KindUnknown,
    /// Not written like any date.
    DateUnreadable,
    /// Could be more than one day.
    DateAmbiguous,
    /// Not a day of the calendar.
    DateImpossible,

    /// No such achievement is registered.
    AchievementUnknown,
    /// The occasion was before the badge programme began.
    BeforeProgramme {
        /// The first day that earns a badge.
        first_eligible: Date,
    },
    /// The occasion has not happened yet.
    DateInFuture,
    /// The badge of this occasion exists: a correction goes another way.
    AlreadyIssued,
    /// The same number, achievement, kind and month are registered under another name.
    NumberBelongsToAnother,
    /// The person is registered for this achievement and kind in a month nearby: one of the dates must be wrong.
    RegisteredInAnotherMonth {
        /// Which.
        month: Month,
    },
    /// The store did not answer. Sending the row again is safe.
    NotSavedTryAgain,

    /// No mail could arrive there.
    #[serde(untagged)]
    Address(AddressRefusal),
}

impl RefusalCode {
    /// What a refused text of a column is called.
    pub fn of_text(column: Column, refusal: TextRefusal) -> Self {
        match refusal {
            TextRefusal::Missing => Self::CellMissing { column },
            TextRefusal::TooLong { limit } => Self::CellTooLong { column, limit },
            TextRefusal::ControlCharacter => Self::CellControlCharacter { column },
            TextRefusal::PrivateCharacter => Self::CellPrivateCharacter { column },
            TextRefusal::Malformed => Self::CellMalformed { column },
        }
    }

    /// Tells the clerk what to do.
    pub fn sentence(&self) -> Bilingual {
        match self {
            Self::RowUndecodable => both(
                "文字として読めない行です。入力し直し、「CSV UTF-8」形式で保存してください。",
                "This row cannot be read as text. Type it again and save the list as \"CSV UTF-8\".",
            ),
            Self::RowTooLong => both(
                "行が長すぎます。引用符（\"）の閉じ忘れや、セルの中の改行がないか確かめてください。",
                "This row is too long. Look for a quotation mark (\") that is not closed, or line breaks in a cell.",
            ),
            Self::RowQuotes => both(
                "引用符（\"）の数が合いません。Excelで開いて保存し直すか、引用符を取り除いてください。",
                "The quotation marks (\") do not match. Save the list from Excel again, or remove them.",
            ),
            Self::RowCells { expected, found } => both(
                format!(
                    "列の数が見出しと違います（見出し{expected}列、この行{found}列）。区切り文字の過不足を確かめてください。"
                ),
                format!(
                    "The header has {expected} columns and this row {found}. Look for missing or superfluous separators."
                ),
            ),
            Self::RowMalformed => both(
                "この要素は文字列だけを持つJSONオブジェクトではありません。形を直してください。",
                "This element is not a JSON object of texts. Correct its form.",
            ),
            Self::MemberUnknown => both(
                format!("知らない項目があります。使えるのは {} です。", members()),
                format!("There is an unknown member. Members are {}.", members()),
            ),
            Self::MemberTwice { column } => both(
                format!("項目 {column} が二度あります。一つにしてください。"),
                format!("The member {column} stands twice. Keep one."),
            ),
            Self::MemberNotText { column } => both(
                format!("項目 {column} が文字列ではありません。引用符で囲んでください。"),
                format!("The member {column} is not a text. Put it in quotation marks."),
            ),
            Self::CellMissing { column } => both(
                format!("「{}」が空です。入力してください。", column.ja()),
                format!("The column {column} is empty. Fill it in."),
            ),
            Self::CellTooLong { column, limit } => both(
                format!("「{}」が長すぎます（{limit}文字まで）。短くしてください。", column.ja()),
                format!("The column {column} is too long. It may have {limit} characters."),
            ),
            Self::CellControlCharacter { column } => both(
                format!("「{}」に改行などの制御文字があります。セルを入力し直してください。", column.ja()),
                format!(
                    "The column {column} has a line break or another control character. Type the cell again."
                ),
            ),
            Self::CellPrivateCharacter { column } => both(
                format!(
                    "「{}」に外字があります。ほかの端末では表示できないため、通常の文字に直してください。",
                    column.ja()
                ),
                format!(
                    "The column {column} has a private character that other computers cannot show. Use an ordinary one."
                ),
            ),
            Self::CellMalformed { column } => malformed(*column),
            Self::KindUnknown => both(
                "区分が読み取れません。「合格」か「更新」と入力してください。",
                "The kind is not known. Write pass or renewal.",
            ),
            Self::DateUnreadable => both(
                "日付が読み取れません。2026/10/5 のように入力してください。",
                "The date cannot be read. Write it like 2026/10/5.",
            ),
            Self::DateAmbiguous => both(
                "日付の年月日の順が決められません。2026/10/5 のように、西暦4桁から入力してください。",
                "The date can be read in more than one way. Begin with the year in four digits, like 2026/10/5.",
            ),
            Self::DateImpossible => both(
                "暦にない日付です。正しい日付を入力してください。",
                "There is no such day in the calendar. Correct the date.",
            ),
            Self::AchievementUnknown => both(
                "登録されていない資格コードです。コードを直すか、先に資格を登録してください。",
                "No achievement has this code. Correct it, or register the achievement first.",
            ),
            Self::BeforeProgramme { first_eligible } => both(
                format!(
                    "この資格のバッジは{}年{}月{}日以降の合格・更新が対象のため、発行されません。日付が正しければ、行を除いてください。",
                    first_eligible.year(),
                    first_eligible.month(),
                    first_eligible.day()
                ),
                format!(
                    "Badges of this achievement began on {first_eligible}, so this occasion earns none. If the date is right, remove the row."
                ),
            ),
            Self::DateInFuture => both(
                "日付が未来です。日付を直すか、その日を過ぎてから登録してください。",
                "The date is in the future. Correct it, or register the row after that day.",
            ),
            Self::AlreadyIssued => both(
                "このバッジは発行済みです。内容を直すには、発行後の訂正の手続きを使ってください。",
                "This badge is already issued. To change it, use the correction of issued badges.",
            ),
            Self::NumberBelongsToAnother => both(
                "同じ番号・資格・区分・月が、別の氏名で登録されています。番号と氏名を確かめてください。",
                "The same number, achievement, kind and month are registered under another name. Check number and name.",
            ),
            Self::RegisteredInAnotherMonth { month } => both(
                format!(
                    "同じ人・同じ資格・同じ区分で {month} に登録されています。どちらかの日付が誤りです。\
                     二重に発行しないため登録していません。"
                ),
                format!(
                    "The same person, achievement and kind are registered in {month}. One of the dates must be wrong; \
                     nothing was registered, so that nobody gets two badges."
                ),
            ),
            Self::NotSavedTryAgain => both(
                "一時的に混み合っており、保存できませんでした。同じ行をもう一度送ってください。二重には登録されません。",
                "The row could not be saved just now. Send it again; it will not be registered twice.",
            ),
            Self::Address(refusal) => address_sentence(*refusal),
        }
    }
}

fn members() -> String {
    Column::ALL.map(Column::id).join(", ")
}

fn malformed(column: Column) -> Bilingual {
    match column {
        Column::Achievement => both(
            "資格コードに使えない文字があります。半角の英小文字・数字・ハイフンだけで入力してください。",
            "The achievement may have lower-case letters, digits and hyphens only.",
        ),
        Column::Number => both(
            "会員番号に使えない文字があります。半角の英数字と - . / だけで入力してください。",
            "The number may have letters, digits, hyphens, dots and slashes only.",
        ),
        _ => both(
            format!("「{}」に文字化けがあります。セルを入力し直してください。", column.ja()),
            format!("The column {column} has unreadable characters. Type the cell again."),
        ),
    }
}

fn address_sentence(refusal: AddressRefusal) -> Bilingual {
    match refusal {
        AddressRefusal::AddressMissing => {
            both("メールアドレスが空です。入力してください。", "The address is empty. Fill it in.")
        }
        AddressRefusal::AddressWithoutAt => both(
            "メールアドレスに @ がありません。途中で切れていないか確かめてください。",
            "The address has no @. See whether only a part was copied.",
        ),
        AddressRefusal::AddressSeveral => both(
            "メールアドレスが二つ以上あるか、@ が重なっています。一つだけ入力してください。",
            "There are several addresses, or several @. Enter exactly one address.",
        ),
        AddressRefusal::AddressGap => both(
            "メールアドレスの中に空白か改行があります。抜けた文字がないか確かめて、空白を取り除いてください。",
            "The address has a gap. See whether a character is missing, and close the gap.",
        ),
        AddressRefusal::AddressClipped => both(
            "メールアドレスが途中で切れています。元の名簿から全体を写し直してください。",
            "The address breaks off. Copy the whole of it again.",
        ),
        AddressRefusal::AddressControlCharacter => both(
            "メールアドレスに見えない制御文字があります。入力し直してください。",
            "The address has an invisible control character. Type it again.",
        ),
        AddressRefusal::AddressLocalCharacter => both(
            "メールアドレスの @ の前に使えない文字があります。半角で入力し直してください。",
            "Before the @ stands a character that addresses cannot have. Type it again.",
        ),
        AddressRefusal::AddressLocalDots => both(
            "メールアドレスの @ の前で、ドットが先頭・末尾にあるか続いています。確かめてください。",
            "Before the @, a dot stands at an end or beside another dot. Check the address.",
        ),
        AddressRefusal::AddressDomainNotAscii => both(
            "メールアドレスの @ の後に日本語などの文字があります。半角で入力し直してください。",
            "After the @ stands a character that is not ASCII. Type it again.",
        ),
        AddressRefusal::AddressDomainMalformed => both(
            "メールアドレスの @ の後が、ドメイン名の形ではありません。確かめてください。",
            "What stands after the @ cannot be a domain. Check the address.",
        ),
        AddressRefusal::AddressTooLong => both(
            "メールアドレスが長すぎます。余分な文字がないか確かめてください。",
            "The address is too long. See whether something else was copied with it.",
        ),
    }
}

/// The code alone, such as `date-in-future`.
impl fmt::Display for RefusalCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::RowUndecodable => "row-undecodable",
            Self::RowTooLong => "row-too-long",
            Self::RowQuotes => "row-quotes",
            Self::RowCells { .. } => "row-cells",
            Self::RowMalformed => "row-malformed",
            Self::MemberUnknown => "member-unknown",
            Self::MemberTwice { .. } => "member-twice",
            Self::MemberNotText { .. } => "member-not-text",
            Self::CellMissing { .. } => "cell-missing",
            Self::CellTooLong { .. } => "cell-too-long",
            Self::CellControlCharacter { .. } => "cell-control-character",
            Self::CellPrivateCharacter { .. } => "cell-private-character",
            Self::CellMalformed { .. } => "cell-malformed",
            Self::KindUnknown => "kind-unknown",
            Self::DateUnreadable => "date-unreadable",
            Self::DateAmbiguous => "date-ambiguous",
            Self::DateImpossible => "date-impossible",
            Self::AchievementUnknown => "achievement-unknown",
            Self::BeforeProgramme { .. } => "before-programme",
            Self::DateInFuture => "date-in-future",
            Self::AlreadyIssued => "already-issued",
            Self::NumberBelongsToAnother => "number-belongs-to-another",
            Self::RegisteredInAnotherMonth { .. } => "registered-in-another-month",
            Self::NotSavedTryAgain => "not-saved-try-again",
            Self::Address(refusal) => return refusal.fmt(formatter),
        })
    }
}

/// What is worth a second look in a row that is registered. In JSON as [`RefusalCode`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum WarningCode {
    /// The domain looks like a slip.
    AddressSuspicious {
        /// What was probably meant. Personal: for the clerk's eyes.
        suggestion: MailAddress,
    },
    /// An old carrier address that other mail systems may refuse.
    AddressOldCarrierForm,
    /// `yahoo.com` instead of `yahoo.co.jp`.
    AddressYahooCom,
    /// Another person has the same address.
    AddressShared,
    /// The badge cannot be issued within the promised month any more.
    Late {
        /// The last day of the promised month.
        due_by: Date,
    },
}

impl WarningCode {
    /// Tells the clerk what to look at. A suggested address is not part of it.
    pub fn sentence(&self) -> Bilingual {
        match self {
            Self::AddressSuspicious { .. } => both(
                "メールアドレスの打ち間違いかもしれません。候補と見比べて、違っていれば直してください。登録はされました。",
                "The address may have a slip. Compare it with the suggestion and correct it if needed. The row is registered.",
            ),
            Self::AddressOldCarrierForm => both(
                "古い携帯電話の形式のアドレスです。届かないことがあるため、本人に確かめることをお勧めします。",
                "This is an old mobile phone address. Mail may not arrive; better ask the person.",
            ),
            Self::AddressYahooCom => both(
                "yahoo.com のアドレスです。yahoo.co.jp の間違いでないか確かめてください。",
                "The address is at yahoo.com. See whether yahoo.co.jp was meant.",
            ),
            Self::AddressShared => both(
                "同じメールアドレスが別の人にも使われています。写し間違いでないか確かめてください。",
                "Another person has the same address. See whether it was copied by mistake.",
            ),
            Self::Late { due_by } => both(
                format!(
                    "約束の期限（{}年{}月{}日）を過ぎています。次の発行でお届けします。",
                    due_by.year(),
                    due_by.month(),
                    due_by.day()
                ),
                format!("The promised time ended on {due_by}. The badge will be issued with the next run."),
            ),
        }
    }
}

/// The code alone, such as `address-suspicious`.
impl fmt::Display for WarningCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::AddressSuspicious { .. } => "address-suspicious",
            Self::AddressOldCarrierForm => "address-old-carrier-form",
            Self::AddressYahooCom => "address-yahoo-com",
            Self::AddressShared => "address-shared",
            Self::Late { .. } => "late",
        })
    }
}

pub(super) fn both(ja: impl Into<String>, en: impl Into<String>) -> Bilingual {
    Bilingual { ja: ja.into(), en: en.into() }
}

/// Why one row of a list is not registered: everything that is wrong with it, at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowRefusal {
    /// The row, counted as in [`super::list::RawRow::line`].
    pub line: u64,
    /// At least one.
    pub refusals: Vec<RefusalCode>,
}

impl RowRefusal {
    /// A row with one thing wrong.
    pub fn new(line: u64, refusal: RefusalCode) -> Self {
        Self { line, refusals: vec![refusal] }
    }
}

#[cfg(test)]
mod tests;
