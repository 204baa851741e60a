//! Which column of a bank's list is which.
//!
//! The names are those of lists that banks really offer. Seen in public descriptions and importers: 三菱UFJ (日付, 摘要,
//! 摘要内容, 支払い金額, 預かり金額, 差引残高, メモ, 未資金化区分, 入払区分), 三井住友 (年月日, お引出し, お預入れ, お取り扱い内容, 残高),
//! みずほ (お取引日, お引出金額, お預入金額), ゆうちょ (取引日, 入出金明細ＩＤ, 受入金額（円）, 払出金額（円）, 詳細１, 詳細２), 楽天
//! (取引日, 入出金(円), 残高(円), 入出金先内容), `PayPay` and others (操作日(年), 操作日(月), 操作日(日), 摘要, お支払金額, お預り金額),
//! 住信SBI (日付, 内容, 出金金額(円), 入金金額(円)), GMOあおぞら (日付 or 取引日, 摘要, 入金金額, 出金金額), ソニー (お取り引き日, 摘要,
//! お預け入れ額), and the ANSER lists of regional banks (勘定日, 出金金額(円), 入金金額(円), 摘要).

use unicode_normalization::UnicodeNormalization;

use super::StatementError;

/// Days, the best first: the day on which the bank booked the money stands before others.
const DATES: [&str; 19] = [
    "勘定日",
    "取引日",
    "お取引日",
    "お取り引き日",
    "取引日付",
    "お取引日付",
    "取引年月日",
    "お取引年月日",
    "日付",
    "年月日",
    "取扱日",
    "お取扱日",
    "取扱日付",
    "取扱年月日",
    "お取扱年月日",
    "計上日",
    "入金日",
    "振込日",
    "受付日",
];

/// Beginnings of names like 操作日(年).
const DAYS_IN_PARTS: [&str; 6] = ["操作日", "取引日", "お取引日", "勘定日", "日付", "取扱日"];

/// Money in, and nothing else.
const DEPOSITS: [&str; 31] = [
    "入金",
    "入金額",
    "入金金額",
    "ご入金",
    "ご入金額",
    "ご入金金額",
    "お預り金額",
    "お預かり金額",
    "預り金額",
    "預かり金額",
    "お預入れ",
    "お預入れ額",
    "お預入れ金額",
    "お預入",
    "お預入額",
    "お預入金額",
    "お預け入れ",
    "お預け入れ額",
    "お預け入れ金額",
    "預入",
    "預入額",
    "預入金額",
    "預入れ",
    "預入れ額",
    "預入れ金額",
    "受入",
    "受入額",
    "受入金額",
    "受取額",
    "受取金額",
    "お受取金額",
];

/// Money in, or out with a minus sign.
const SIGNED: [&str; 4] = ["入出金", "入出金額", "入出金金額", "入出金(円貨)"];

/// Money of either direction, which another column tells.
const AMOUNTS: [&str; 6] = ["金額", "取引金額", "お取引金額", "取引額", "振込金額", "振込額"];

/// In or out.
const DIRECTIONS: [&str; 9] =
    ["入払区分", "入出金区分", "入出区分", "受払区分", "入出金種別", "入払", "入出金", "入金/出金", "入/出"];

const CANCELLED: [&str; 2] = ["取消区分", "取消"];

/// A list with such a column and plain amounts is one of transfers received.
const PAYERS: [&str; 15] = [
    "振込依頼人名",
    "振込依頼人",
    "ご依頼人名",
    "ご依頼人",
    "依頼人名",
    "依頼人",
    "振込人名",
    "振込人",
    "振込名義",
    "振込名義人",
    "振込元",
    "支払人",
    "支払人名",
    "振込依頼人名・契約者番号",
    "振込依頼人名または契約者番号",
];

/// What the payer or the bank says. Not メモ or ラベル, which the account's owner writes at the bank.
const DESCRIPTIONS: [&str; 27] = [
    "摘要",
    "摘要内容",
    "お取り扱い内容",
    "お取扱い内容",
    "お取扱内容",
    "取扱内容",
    "お取引内容",
    "取引内容",
    "お取り引き内容",
    "取引名",
    "お取引名",
    "入出金内容",
    "入出金先内容",
    "内容",
    "詳細",
    "詳細1",
    "詳細2",
    "明細",
    "取引明細",
    "明細区分",
    "参考情報",
    "edi情報",
    "edi",
    "メッセージ",
    "振込メッセージ",
    "通信欄",
    "お客さま名",
];

/// Where things stand in each line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) date: DateColumns,
    pub(super) amount: AmountColumns,
    pub(super) cancelled: Option<usize>,
    /// In the list's order.
    pub(super) texts: Vec<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateColumns {
    One(usize),
    Parts { year: usize, month: usize, day: usize },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AmountColumns {
    /// Money in alone. A negative amount takes a deposit back.
    Deposit(usize),
    /// A minus sign means out.
    Signed(usize),
    /// The other column tells.
    Directed { amount: usize, direction: usize },
}

impl Columns {
    /// The columns, if this line is a header.
    ///
    /// # Errors
    /// Two columns may be the deposit.
    pub(super) fn find<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Option<Self>, StatementError> {
        let names: Vec<String> = names.into_iter().map(plain).collect();
        let Some(date) = date_columns(&names) else {
            return Ok(None);
        };
        let texts: Vec<usize> = (0..names.len())
            .filter(|place| {
                names.get(*place).is_some_and(|name| is(&PAYERS, name) || is(&DESCRIPTIONS, name))
            })
            .collect();
        if texts.is_empty() {
            return Ok(None);
        }
        let Some(amount) = amount_columns(&names)? else {
            return Ok(None);
        };
        Ok(Some(Self { date, amount, cancelled: first(&names, &CANCELLED), texts }))
    }
}

/// In NFKC, without spaces, in lower case, and without the unit.
fn plain(name: &str) -> String {
    let plain: String =
        name.nfkc().filter(|character| !character.is_whitespace() && !character.is_control()).collect();
    let plain = plain.trim_start_matches('\u{FEFF}').to_lowercase();
    let unit = ["(円)", "[円]"].into_iter().find_map(|unit| plain.strip_suffix(unit));
    unit.unwrap_or(&plain).to_owned()
}

fn is(list: &[&str], name: &str) -> bool {
    list.contains(&name)
}

fn first(names: &[String], list: &[&str]) -> Option<usize> {
    names.iter().position(|name| is(list, name))
}

fn date_columns(names: &[String]) -> Option<DateColumns> {
    let place = |wanted: &str| names.iter().position(|name| name == wanted);
    if let Some(place) = DATES.iter().find_map(|date| place(date)) {
        return Some(DateColumns::One(place));
    }
    let parts = |year: &str, month: &str, day: &str| {
        Some(DateColumns::Parts { year: place(year)?, month: place(month)?, day: place(day)? })
    };
    let prefixed = |day: &&str| parts(&format!("{day}(年)"), &format!("{day}(月)"), &format!("{day}(日)"));
    DAYS_IN_PARTS.iter().find_map(prefixed).or_else(|| parts("年", "月", "日"))
}

fn amount_columns(names: &[String]) -> Result<Option<AmountColumns>, StatementError> {
    let mut deposits =
        (0..names.len()).filter(|place| names.get(*place).is_some_and(|name| is(&DEPOSITS, name)));
    if let Some(place) = deposits.next() {
        return match deposits.next() {
            Some(_) => Err(StatementError::DepositTwice),
            None => Ok(Some(AmountColumns::Deposit(place))),
        };
    }
    let amount = first(names, &AMOUNTS);
    let direction = first(names, &DIRECTIONS);
    Ok(match (amount, direction) {
        (Some(amount), Some(direction)) => Some(AmountColumns::Directed { amount, direction }),
        (Some(amount), None) if first(names, &PAYERS).is_some() => Some(AmountColumns::Deposit(amount)),
        _ => first(names, &SIGNED).map(AmountColumns::Signed),
    })
}
