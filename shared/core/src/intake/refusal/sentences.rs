//! What the clerk reads: one sentence a code, which says what to do.

use super::{Column, RefusalCode, WarningCode};
use crate::{address::AddressRefusal, programme::Bilingual};

/// A sentence in both languages.
pub(in crate::intake) fn both(ja: impl Into<String>, en: impl Into<String>) -> Bilingual {
    Bilingual { ja: ja.into(), en: en.into() }
}

/// What to do about a refused row.
#[expect(clippy::too_many_lines, reason = "one arm a code")]
pub(super) fn of_refusal(code: &RefusalCode) -> Bilingual {
    match code {
        RefusalCode::RowUndecodable => both(
            "文字として読めない行です。入力し直し、「CSV UTF-8」形式で保存してください。",
            "This row cannot be read as text. Type it again and save the list as \"CSV UTF-8\".",
        ),
        RefusalCode::RowTooLong => both(
            "行が長すぎます。引用符（\"）の閉じ忘れや、セルの中の改行がないか確かめてください。",
            "This row is too long. Look for a quotation mark (\") that is not closed, or line breaks in a cell.",
        ),
        RefusalCode::RowQuotes => both(
            "引用符（\"）の数が合いません。Excelで開いて保存し直すか、引用符を取り除いてください。",
            "The quotation marks (\") do not match. Save the list from Excel again, or remove them.",
        ),
        RefusalCode::RowCells { expected, found } => both(
            format!(
                "列の数が見出しと違います（見出し{expected}列、この行{found}列）。区切り文字の過不足を確かめてください。"
            ),
            format!(
                "The header has {expected} columns and this row {found}. Look for missing or superfluous separators."
            ),
        ),
        RefusalCode::RowMalformed => both(
            "この要素は文字列だけを持つJSONオブジェクトではありません。形を直してください。",
            "This element is not a JSON object of texts. Correct its form.",
        ),
        RefusalCode::MemberUnknown => both(
            format!("知らない項目があります。使えるのは {} です。", members()),
            format!("There is an unknown member. Members are {}.", members()),
        ),
        RefusalCode::MemberTwice { column } => both(
            format!("項目 {column} が二度あります。一つにしてください。"),
            format!("The member {column} stands twice. Keep one."),
        ),
        RefusalCode::MemberNotText { column } => both(
            format!("項目 {column} が文字列ではありません。引用符で囲んでください。"),
            format!("The member {column} is not a text. Put it in quotation marks."),
        ),
        RefusalCode::CellMissing { column } => both(
            format!("「{}」が空です。入力してください。", column.ja()),
            format!("The column \"{column}\" is empty. Fill it in."),
        ),
        RefusalCode::CellTooLong { column, limit } => both(
            format!("「{}」が長すぎます（{limit}文字まで）。短くしてください。", column.ja()),
            format!("The column \"{column}\" is too long. It may have {limit} characters."),
        ),
        RefusalCode::CellControlCharacter { column } => both(
            format!("「{}」に改行などの制御文字があります。セルを入力し直してください。", column.ja()),
            format!(
                "The column \"{column}\" has a line break or another control character. Type the cell again."
            ),
        ),
        RefusalCode::CellPrivateCharacter { column } => both(
            format!(
                "「{}」に外字があります。ほかの端末では表示できないため、通常の文字に直してください。",
                column.ja()
            ),
            format!(
                "The column \"{column}\" has a private character that other computers cannot show. Use an ordinary one."
            ),
        ),
        RefusalCode::CellMalformed { column } => malformed(*column),
        RefusalCode::KindUnknown => both(
            "区分が読み取れません。「合格」か「更新」と入力してください。",
            "The kind is not known. Write pass or renewal.",
        ),
        RefusalCode::DateUnreadable => both(
            "日付が読み取れません。2026/10/5 のように入力してください。",
            "The date cannot be read. Write it like 2026/10/5.",
        ),
        RefusalCode::DateAmbiguous => both(
            "日付の年月日の順が決められません。2026/10/5 のように、西暦4桁から入力してください。",
            "The date can be read in more than one way. Begin with the year in four digits, like 2026/10/5.",
        ),
        RefusalCode::DateImpossible => both(
            "暦にない日付です。正しい日付を入力してください。",
            "There is no such day in the calendar. Correct the date.",
        ),
        RefusalCode::AchievementUnknown => both(
            "登録されていない資格コードです。コードを直すか、先に資格を登録してください。",
            "No achievement has this code. Correct it, or register the achievement first.",
        ),
        RefusalCode::AchievementClosed => both(
            "この資格は、新しい登録の受付を終了しています。資格コードを確かめるか、資格のページで受付を再開してください。",
            "Nobody new is registered for this achievement any more. Correct the code, or open the achievement again.",
        ),
        RefusalCode::BeforeProgramme { first_eligible } => both(
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
        RefusalCode::RegisterCloses { on } => both(
            format!(
                "この月の名簿の保存期間は{}年{}月{}日に終わるため、登録できません。日付が正しければ、行を除いてください。",
                on.year(),
                on.month(),
                on.day()
            ),
            format!(
                "The register of this month is kept only until {on}, so nobody can be added. If the date is right, remove the row."
            ),
        ),
        RefusalCode::DateInFuture => both(
            "日付が未来です。日付を直すか、その日を過ぎてから登録してください。",
            "The date is in the future. Correct it, or register the row after that day.",
        ),
        RefusalCode::AlreadyIssued => both(
            "このバッジは発行済みです。内容を直すには、「受取人を探す」でこの人を開いてください。",
            "This badge is already issued. To change it, open the person under \"Find a person\".",
        ),
        RefusalCode::NumberBelongsToAnother => both(
            "同じ番号・資格・区分・月が、別の氏名で登録されています。番号と氏名を確かめてください。",
            "The same number, achievement, kind and month are registered under another name. Check number and name.",
        ),
        RefusalCode::RegisteredInAnotherMonth { month } => both(
            format!(
                "同じ人・同じ資格・同じ区分で、{}年{}月に登録されています。どちらかの日付が誤りです。\
                 二重に発行しないため登録していません。",
                month.year(),
                month.number()
            ),
            format!(
                "The same person, achievement and kind are registered in {month}. One of the dates must be wrong; \
                 nothing was registered, so that nobody gets two badges."
            ),
        ),
        RefusalCode::NotSavedTryAgain => both(
            "一時的に混み合っており、保存できませんでした。同じ行をもう一度送ってください。二重には登録されません。",
            "The row could not be saved just now. Send it again; it will not be registered twice.",
        ),
        RefusalCode::Address(refusal) => address_sentence(*refusal),
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
            format!("The column \"{column}\" has unreadable characters. Type the cell again."),
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

/// What to look at in a registered row. A suggested address is not part of it.
pub(super) fn of_warning(code: &WarningCode) -> Bilingual {
    match code {
        WarningCode::AddressSuspicious { .. } => both(
            "メールアドレスの打ち間違いかもしれません。候補と見比べて、違っていれば直してください。",
            "The address may have a slip. Compare it with the suggestion, and correct it if needed.",
        ),
        WarningCode::AddressOldCarrierForm => both(
            "古い携帯電話の形式のアドレスです。届かないことがあるため、本人に確かめることをお勧めします。",
            "This is an old mobile phone address. Mail may not arrive; better ask the person.",
        ),
        WarningCode::AddressYahooCom => both(
            "yahoo.com のアドレスです。yahoo.co.jp の間違いでないか確かめてください。",
            "The address is at yahoo.com. See whether yahoo.co.jp was meant.",
        ),
        WarningCode::AddressShared => both(
            "同じメールアドレスが別の人にも使われています。写し間違いでないか確かめてください。",
            "Another person has the same address. See whether it was copied by mistake.",
        ),
        WarningCode::AddressDomainWithoutMail => both(
            "メールアドレスの @ の後は、メールを受け取れないドメインです。打ち間違いでないか、本人に確かめてください。",
            "No mail arrives at the domain after the @. See whether it has a slip, and ask the person.",
        ),
        WarningCode::AddressStopped => both(
            "以前このアドレスに送ったメールが届かなかったため、送信を止めています。別のアドレスを本人に確かめてください。",
            "Mail to this address came back before, so none is sent to it. Ask the person for another address.",
        ),
        WarningCode::Late { due_by } => both(
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
