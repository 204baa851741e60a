//! Files of banks, byte for byte.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use encoding_rs::SHIFT_JIS;
use jiff::civil::{Date, date};
use payments::bank::{FILE_BYTES, FILE_LINES, Form, Reason, Statement, StatementError, Unreadable, read};
use proptest::{collection::vec, prelude::*};

const TODAY: Date = date(2026, 10, 7);

fn cp932(text: &str) -> Vec<u8> {
    let (bytes, _, has_errors) = SHIFT_JIS.encode(text);
    assert!(!has_errors);
    bytes.into_owned()
}

fn statement(text: &str) -> Statement {
    read(text.as_bytes(), TODAY).unwrap()
}

/// Dates and amounts, and texts with bars between.
fn deposits(statement: &Statement) -> Vec<(String, u64, String)> {
    let deposits = statement.deposits.iter();
    deposits.map(|deposit| (deposit.date.to_string(), deposit.amount, deposit.texts.join("|"))).collect()
}

fn deposit(date: &str, amount: u64, texts: &str) -> (String, u64, String) {
    (date.to_owned(), amount, texts.to_owned())
}

#[test]
fn lists_of_banks_are_read_by_their_headers() {
    let (day, yen) = ("2026-10-05", 12_000);
    for (list, texts) in [
        (
            "日付,摘要,摘要内容,支払い金額,預かり金額,差引残高,メモ,未資金化区分,入払区分\r\n\
             \"2026/10/5\",\"振込１\",\"ﾔﾏﾀﾞ ﾀﾛｳ\",,\"12,000\",\"1,000,000\",\"メモ\",,\"入金\"\r\n\
             \"2026/10/6\",\"カード\",\"デンキ\",\"3,000\",,\"997,000\",,,\"出金\"\r\n",
            "振込1|ヤマダ タロウ",
        ),
        (
            "年月日,お引出し,お預入れ,お取り扱い内容,残高\r\nR8.10.5,,12000,振込　ﾔﾏﾀﾞﾀﾛｳ,1000000\r\nR8.10.6,3000,,デンキ,997000\r\n",
            "振込 ヤマダタロウ",
        ),
        (
            "お客さま口座情報\r\n現在高：,\"1,000,000\",円,\r\n取引日,入出金明細ＩＤ,受入金額（円）,払出金額（円）,詳細１,詳細２,現在（貸付）高,\r\n\
             20261005,202610050000001,12000,,振込,ﾔﾏﾀﾞ ﾀﾛｳ,1000000,\r\n20261006,202610060000001,,3000,自払,デンキ,997000,\r\n",
            "振込|ヤマダ タロウ",
        ),
        (
            "取引日,入出金(円),残高(円),入出金先内容\n20261005,12000,1000000,ヤマダ タロウ\n20261006,-3000,997000,デンキ\n",
            "ヤマダ タロウ",
        ),
        (
            "\"操作日(年)\",\"操作日(月)\",\"操作日(日)\",\"操作時刻(時)\",\"操作時刻(分)\",\"操作時刻(秒)\",\"取引順番号\",\"摘要\",\"お支払金額\",\"お預り金額\",\"残高\",\"メモ\"\r\n\
             \"2026\",\"10\",\"5\",\"9\",\"30\",\"1\",\"001\",\"振込 ヤマダ タロウ\",\"\",\"12000\",\"1000000\",\"\"\r\n\
             \"2026\",\"10\",\"6\",\"9\",\"30\",\"1\",\"002\",\"デンキ\",\"3000\",\"\",\"997000\",\"\"\r\n",
            "振込 ヤマダ タロウ",
        ),
        (
            "\"日付\",\"内容\",\"出金金額(円)\",\"入金金額(円)\",\"残高(円)\",\"メモ\"\r\n\"2026/10/05\",\"振込＊ヤマダ\",\"\",\"12,000\",\"1,000,000\",\"-\"\r\n\
             \"2026/10/06\",\"デンキ\",\"3,000\",\"\",\"997,000\",\"-\"\r\n",
            "振込*ヤマダ",
        ),
        (
            "照会口座,番号,勘定日,(起算日),出金金額(円),入金金額(円),小切手区分,残高(円),取引区分,明細区分,金融機関名,支店名,摘要\r\n\
             口座,1,令和8年10月5日,,,12000,,1000000,振込,,,,ﾔﾏﾀﾞ\r\n口座,2,令和 8年10月 6日,,3000,,,997000,振替,,,,デンキ\r\n",
            "ヤマダ",
        ),
        (
            "勘定日,取引金額,入払区分,振込依頼人名,ＥＤＩ情報\r\n08/10/05,¥12000円,1,ヤマダ,12345678\r\n08/10/06,3000,2,デンキ,\r\n",
            "ヤマダ|12345678",
        ),
        ("振込日\t金額\t振込依頼人名\n2026-10-05\t+12000.00\tヤマダ\n2026-10-06\t0\tデンキ\n", "ヤマダ"),
    ] {
        let unicode = read(list.as_bytes(), TODAY).unwrap();
        assert_eq!(deposits(&unicode), [deposit(day, yen, texts)], "{list}");
        assert_eq!((unicode.form, unicode.ignored, unicode.unreadable.len()), (Form::Csv, 1, 0), "{list}");
        let with_mark = [b"\xEF\xBB\xBF".as_slice(), list.as_bytes()].concat();
        assert_eq!(read(&with_mark, TODAY).unwrap(), unicode);
        assert_eq!(read(&cp932(&list.replace('¥', "\\")), TODAY).unwrap(), unicode, "{list}");
    }
}

#[test]
fn cp932_is_read_as_bytes() {
    // 日付,入金額,摘要 and one line with ﾔﾏﾀﾞ in half-width kana.
    let mut bytes = b"\x93\xFA\x95\x74,\x93\xFC\x8B\xE0\x8A\x7A,\x93\x45\x97\x76\r\n".to_vec();
    bytes.extend(b"2026/10/05,5000,\xD4\xCF\xC0\xDE\r\n\x1A");
    assert_eq!(deposits(&read(&bytes, TODAY).unwrap()), [deposit("2026-10-05", 5000, "ヤマダ")]);
    // Half of a character is no text.
    let damaged = [&bytes[..bytes.len() - 3], b"\x93\r\n2026/10/06,1,\xD4\r\n"].concat();
    let statement = read(&damaged, TODAY).unwrap();
    assert_eq!(statement.unreadable, [Unreadable { line: 2, reason: Reason::Text }]);
    assert_eq!(deposits(&statement), [deposit("2026-10-06", 1, "ヤ")]);
}

#[test]
fn dates_are_read_in_every_form() {
    for text in [
        "2026/10/5",
        "2026/10/05",
        "2026-10-05",
        "2026.10.5",
        "20261005",
        "2026年10月5日",
        "２０２６年１０月０５日",
        "R8.10.5",
        "R08.10.05",
        "r8/10/5",
        "R081005",
        "令和8年10月5日",
        "令和 8年10月 5日",
        "08/10/05",
        "26/10/05",
        "081005",
        "81005",
        "261005",
        "2026/10/05 09:30:15",
        "2026-10-05T09:30",
        "2026/10/05(月)",
        "2026/10/05（月）",
    ] {
        let list = statement(&format!("日付,入金,摘要\n{text},1,a\n"));
        assert_eq!(deposits(&list), [deposit("2026-10-05", 1, "a")], "{text}");
    }
    let old = statement("日付,入金,摘要\nH31.4.30,1,a\n令和元年5月1日,1,a\n01.05.01,1,a\n");
    let dates: Vec<_> = old.deposits.iter().map(|deposit| deposit.date).collect();
    assert_eq!(dates, [date(2019, 4, 30), date(2019, 5, 1), date(2019, 5, 1)]);
    for text in
        ["", "10/5", "2026/13/1", "2026/2/29", "2026/10/9", "R9.1.1", "46301", "合計", "2026/10/5/1", "99"]
    {
        let list = statement(&format!("日付,入金,摘要\n{text},1,a\n"));
        assert_eq!(list.unreadable, [Unreadable { line: 2, reason: Reason::Date }], "{text}");
    }
    // Banks close before midnight.
    assert_eq!(statement("日付,入金,摘要\n2026/10/8,1,a\n").deposits.len(), 1);
}

#[test]
fn what_may_be_a_deposit_is_never_lost() {
    let list = "入出金明細\n\n日付,入金,出金,摘要\n2026/10/5,1万,,a\n\n2026/10/5,,5,a\n2026/10/5,-7,,a\n日付,入金,出金,摘要\n,8,,合計\n2026/10/5,9\n";
    let statement = statement(list);
    assert_eq!(
        statement.unreadable,
        [Unreadable { line: 4, reason: Reason::Amount }, Unreadable { line: 9, reason: Reason::Date }]
    );
    assert_eq!(statement.ignored, 2);
    assert_eq!((statement.cancelled[0].line, statement.cancelled[0].amount), (7, 7));
    assert_eq!((statement.deposits[0].line, statement.deposits[0].amount), (10, 9));
    let directed = read("日付,金額,入払区分,摘要\n2026/10/5,1,不明,a\n".as_bytes(), TODAY).unwrap();
    assert_eq!(directed.unreadable, [Unreadable { line: 2, reason: Reason::Direction }]);
    // Whether money comes or goes is said nowhere.
    let undirected = read("日付,金額,摘要\n2026/10/5,1,a\n".as_bytes(), TODAY);
    assert_eq!(undirected, Err(StatementError::HeaderMissing));
    let open = "日付,入金,摘要\n2026/10/5,1,\"a\n2026/10/5,2,b\n";
    assert_eq!(read(open.as_bytes(), TODAY), Err(StatementError::QuotesUnmatched { line: 2 }));
}

#[test]
fn equal_payments_are_two_and_files_that_overlap_are_one() {
    let header = "日付,入金,残高,摘要,メモ\n";
    let (one, again, other) =
        ("2026/10/5,5000,1,ヤマダ,\n", "2026/10/5,5000,5001,ヤマダ,見た\n", "2026/10/6,5000,9,ヤマダ,\n");
    let first = statement(&format!("{header}{one}{again}"));
    let second = statement(&format!("{header}{other}{again}{one}"));
    let identities = |statement: &Statement| {
        let mut all: Vec<_> = statement.deposits.iter().map(|deposit| deposit.identity.clone()).collect();
        all.sort();
        all
    };
    let (first, second) = (identities(&first), identities(&second));
    assert!(first[0] != first[1] && first[0].len() == 64);
    assert!(first.iter().all(|identity| second.contains(identity)));
    assert_eq!(second.len(), 3);
}

fn padded(text: &str, bytes: usize) -> Vec<u8> {
    let mut field = cp932(text);
    assert!(field.len() <= bytes);
    field.resize(bytes, b' ');
    field
}

fn record(fields: &[(&str, usize)]) -> Vec<u8> {
    let record: Vec<u8> = fields.iter().flat_map(|(text, bytes)| padded(text, *bytes)).collect();
    assert_eq!(record.len(), 200);
    record
}

/// 振込入金通知.
fn transfers_header() -> Vec<u8> {
    record(&[
        ("1010", 4),
        ("081007081005081006", 18),
        ("0172", 4),
        ("ｱﾜ", 15),
        ("001", 3),
        ("ﾎﾝﾃﾝ", 15),
        ("1", 1),
        ("1234567", 7),
        ("ｼﾖｳﾒｲｷﾖｳｶｲ", 40),
        ("", 93),
    ])
}

fn transfer(number: &str, day: &str, amount: &str, name: &str, cancelled: &str, rest: &str) -> Vec<u8> {
    record(&[
        ("2", 1),
        (number, 6),
        (day, 6),
        (day, 6),
        (amount, 10),
        ("0000000000", 10),
        ("0000000000", 10),
        (name, 48),
        ("ﾐﾂﾋﾞｼ", 15),
        ("ｼﾝｼﾞﾕｸ", 15),
        (cancelled, 1),
        (rest, 72),
    ])
}

fn transfers_end(totals: &str) -> Vec<u8> {
    [record(&[("8", 1), (totals, 36), ("", 163)]), record(&[("9", 1), ("", 199)])].concat()
}

fn transfers() -> Vec<Vec<u8>> {
    vec![
        transfers_header(),
        transfer("000001", "081005", "0000012000", "12345678ﾔﾏﾀﾞ ﾀﾛｳ", " ", "ABC-1"),
        transfer("000002", "081005", "0000012000", "12345678ﾔﾏﾀﾞ ﾀﾛｳ", "0", "ABC-1"),
        transfer("000003", "081006", "0000005000", "ｽｽﾞｷ", "1", ""),
        transfer("000004", "081006", "0000000000", "ｶ)ｵｵｷｲ", " ", "010000000001000000000000EDI"),
        transfers_end("000003010000024001000001000000005000"),
    ]
}

#[test]
fn zengin_transfers_are_read() {
    let blocks = transfers().concat();
    let statement = read(&blocks, TODAY).unwrap();
    assert_eq!(statement.form, Form::ZenginTransfers);
    assert_eq!(
        deposits(&statement),
        [
            deposit("2026-10-05", 12_000, "12345678ヤマダ タロウ|ABC-1"),
            deposit("2026-10-05", 12_000, "12345678ヤマダ タロウ|ABC-1"),
            deposit("2026-10-06", 10_000_000_001, "カ)オオキイ|EDI"),
        ]
    );
    assert_ne!(statement.deposits[0].identity, statement.deposits[1].identity);
    let cancelled = &statement.cancelled[0];
    assert_eq!(
        (cancelled.line, cancelled.amount, cancelled.texts.as_slice()),
        (4, 5000, &["スズキ".to_owned()][..])
    );
    assert!(!format!("{statement:?}").contains("ヤマダ"));
    // With line ends, an end-of-file sign, or saved by an editor.
    let two_ends: Vec<Vec<u8>> = blocks.chunks(200).map(<[u8]>::to_vec).collect();
    for ends in ["\r\n", "\n"] {
        let lines = [two_ends.join(ends.as_bytes()), ends.into(), b"\x1A".to_vec()].concat();
        assert_eq!(read(&lines, TODAY).unwrap(), statement);
        let (unicode, _) = SHIFT_JIS.decode_without_bom_handling(&lines);
        assert_eq!(read(unicode.as_bytes(), TODAY).unwrap(), statement);
    }
    assert_eq!(read(&[&blocks[..], b"\x1A"].concat(), TODAY).unwrap(), statement);
    // The same payments, downloaded another day and numbered anew.
    let mut anew = transfers();
    anew[1] = transfer("000009", "081005", "0000012000", "12345678ﾔﾏﾀﾞ ﾀﾛｳ", " ", "ABC-1");
    assert_eq!(read(&anew.concat(), TODAY).unwrap().deposits, statement.deposits);
}

#[test]
fn a_zengin_file_that_was_cut_or_changed_is_refused() {
    let whole = transfers().concat();
    for length in (22..whole.len()).step_by(7).chain([200, 400, 1000, 1200]) {
        let error = read(&whole[..length], TODAY).unwrap_err();
        assert!(matches!(error, StatementError::Cut { .. }), "{length}: {error}");
    }
    for place in 1..=4 {
        let mut fewer = transfers();
        fewer.remove(place);
        assert_eq!(read(&fewer.concat(), TODAY), Err(StatementError::TotalsDiffer { line: 5 }), "{place}");
    }
    let with = |place: usize, record: Vec<u8>| {
        let mut records = transfers();
        records[place] = record;
        read(&records.concat(), TODAY)
    };
    let changed = transfer("000001", "081005", "0000012001", "ﾔﾏﾀﾞ", " ", "");
    assert_eq!(with(1, changed), Err(StatementError::TotalsDiffer { line: 6 }));
    let damaged = Err(StatementError::Damaged { line: 2 });
    assert_eq!(with(1, transfer("000001", "081005", "00000ABC00", "ﾔﾏﾀﾞ", " ", "")), damaged);
    assert_eq!(with(1, transfer("000001", "081005", "0000012000", "ﾔﾏﾀﾞ", "X", "")), damaged);
    assert_eq!(with(1, transfers_header()), damaged);
    // Banks that count cancelled transfers among all, or leave their totals out.
    for totals in
        ["000004010000029001000001000000005000", "000003010000024001", "000003010000024001000000000000000000"]
    {
        assert_eq!(with(5, transfers_end(totals)).unwrap().deposits.len(), 3);
    }
    // A day that is none is that line's affair.
    let dayless = with(1, transfer("000001", "089905", "0000012000", "ﾔﾏﾀﾞ", " ", "")).unwrap();
    assert_eq!(dayless.unreadable, [Unreadable { line: 2, reason: Reason::Date }]);
    assert_eq!(dayless.deposits.len(), 2);
    let orders = [b"1210".to_vec(), vec![b'0'; 116]].concat();
    assert_eq!(read(&orders, TODAY), Err(StatementError::OtherZengin));
}

/// 入出金取引明細.
fn entry(day: &str, direction: &str, sort: &str, amount: &str, name: &str, description: &str) -> Vec<u8> {
    record(&[
        ("2", 1),
        ("00000001", 8),
        (day, 6),
        (day, 6),
        (direction, 1),
        (sort, 2),
        (amount, 12),
        ("000000000000", 12),
        ("000000", 6),
        ("000000", 6),
        ("0", 1),
        ("0000000", 7),
        ("001", 3),
        ("0000000000", 10),
        (name, 48),
        ("ﾐﾂﾋﾞｼ", 15),
        ("ｼﾝｼﾞﾕｸ", 15),
        (description, 20),
        ("", 20),
        ("", 1),
    ])
}

fn entries_header(kind: &str) -> Vec<u8> {
    record(&[
        ("1030", 4),
        ("261007261005261006", 18),
        ("0597", 4),
        ("ｷﾗﾎﾞｼ", 15),
        ("001", 3),
        ("ﾎﾝﾃﾝ", 15),
        ("000", 3),
        (kind, 1),
        ("0001234567", 10),
        ("ｼﾖｳﾒｲｷﾖｳｶｲ", 40),
        ("1", 1),
        ("1", 1),
        ("00000001000000", 14),
        ("", 71),
    ])
}

#[test]
fn zengin_entries_are_read() {
    let trailer = |totals: &str| record(&[("8", 1), (totals, 60), ("", 139)]);
    let end = |counts: &str| record(&[("9", 1), (counts, 15), ("", 184)]);
    let records = vec![
        entries_header("1"),
        entry("261005", "1", "11", "000000012000", "ﾔﾏﾀﾞ ﾀﾛｳ", "ﾌﾘｺﾐ"),
        entry("261006", "2", "14", "000000003000", "", "ﾃﾞﾝｷ"),
        entry("261006", "1", "19", "000000000500", "", "ﾃｲｾｲ"),
        trailer("000002000000001250000000100000000030001000000010095000000003"),
        entries_header("5"),
        entry("261006", "1", "14", "000000000007", "", ""),
        trailer("000001000000000000700000000000000000001000000010000070000001"),
        end("000000000900002"),
    ];
    let statement = read(&records.concat(), TODAY).unwrap();
    assert_eq!(statement.form, Form::ZenginEntries);
    assert_eq!(deposits(&statement), [deposit("2026-10-05", 12_000, "ヤマダ タロウ|フリコミ")]);
    assert_eq!((statement.cancelled.len(), statement.ignored), (1, 2));
    let differ = Err(StatementError::TotalsDiffer { line: 9 });
    for counts in ["000000000900001", "000000000700002"] {
        let mut wrong = records.clone();
        wrong[8] = end(counts);
        assert_eq!(read(&wrong.concat(), TODAY), differ);
    }
    let mut fewer = records;
    fewer.drain(5..8);
    assert_eq!(read(&fewer.concat(), TODAY), Err(StatementError::TotalsDiffer { line: 6 }));
}

#[test]
fn files_that_are_none_are_refused_with_words() {
    let many = format!("日付,入金,摘要\n{}", "2026/10/5,1,a\n".repeat(FILE_LINES));
    for (bytes, error) in [
        (b" \r\n".to_vec(), StatementError::Empty),
        (vec![b'a'; FILE_BYTES + 1], StatementError::TooLarge),
        (many.into_bytes(), StatementError::TooManyLines),
        (b"PK\x03\x04abc".to_vec(), StatementError::IsWorkbook),
        (b"%PDF-1.7".to_vec(), StatementError::NotText),
        (b"\xFF\xFF\x00\x80".to_vec(), StatementError::NotText),
        ("氏名,金額\n山田,1\n".as_bytes().to_vec(), StatementError::HeaderMissing),
        ("日付,入金,お預り金額,摘要\n".as_bytes().to_vec(), StatementError::DepositTwice),
    ] {
        assert_eq!(read(&bytes, TODAY), Err(error));
        let (ja, en) = error.sentence();
        assert!(ja.ends_with('。') && en.ends_with('.'));
    }
    let (ja, en) = Unreadable { line: 3, reason: Reason::Amount }.sentence();
    assert!(ja.starts_with("3行目") && en.contains("line 3"));
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in vec(any::<u8>(), 0..600)) {
        let _ = read(&bytes, TODAY);
    }

    #[test]
    fn any_cells_are_answered(cells in vec(".{0,20}", 0..30), day in "[0-9/年月日RH元 .-]{0,12}", yen in "[0-9,.¥▲-]{0,20}") {
        let list = format!("日付,入金,摘要\n{day},{yen},a\n{}", cells.join(","));
        let _ = read(list.as_bytes(), TODAY);
    }

    #[test]
    fn any_changed_record_is_answered(place in 0_usize..1400, byte in any::<u8>()) {
        let mut bytes = transfers().concat();
        bytes[place] = byte;
        let _ = read(&bytes, TODAY);
    }

    #[test]
    fn sums_are_kept(amounts in vec(1_u32..100_000, 1..40)) {
        let lines: Vec<_> = amounts.iter().map(|yen| format!("2026/10/5,{yen},a")).collect();
        let statement = statement(&format!("日付,入金,摘要\n{}", lines.join("\n")));
        let read: Vec<_> = statement.deposits.iter().map(|deposit| deposit.amount).collect();
        prop_assert_eq!(read, amounts.iter().map(|yen| u64::from(*yen)).collect::<Vec<_>>());
        let mut identities: Vec<_> = statement.deposits.iter().map(|deposit| &deposit.identity).collect();
        identities.sort();
        identities.dedup();
        prop_assert_eq!(identities.len(), amounts.len());
    }
}
