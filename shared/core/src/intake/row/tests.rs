use jiff::civil::date as day;
use proptest::prelude::*;

use super::*;
use crate::intake::list::read_csv;

fn row(changes: &[(Column, &str)]) -> RawRow {
    let whole = [
        (Column::Achievement, "pm-foundation"),
        (Column::Kind, "合格"),
        (Column::Date, "2026/10/5"),
        (Column::Name, "架空 花子"),
        (Column::Address, "hanako@example.jp"),
        (Column::Number, "PM-1"),
    ];
    RawRow::new(3, whole.iter().chain(changes).map(|&(column, text)| (column, text.to_owned())))
}

fn codes(refusal: &RowRefusal) -> Vec<String> {
    refusal.refusals.iter().map(ToString::to_string).collect()
}

#[test]
fn a_clean_row_gives_its_details() {
    let parsed = parse_row(&row(&[(Column::Kana, " カクウ ハナコ "), (Column::Roman, "")])).unwrap();
    assert_eq!(parsed.line, 3);
    assert_eq!(parsed.warnings, []);
    let details = parsed.details;
    assert_eq!(details.achievement.as_str(), "pm-foundation");
    assert_eq!((details.kind, details.date), (Kind::Pass, day(2026, 10, 5)));
    assert_eq!(details.name.as_str(), "架空 花子");
    assert_eq!(details.kana.unwrap().as_str(), "カクウ ハナコ");
    assert_eq!(details.roman, None);
    assert_eq!(details.address.as_str(), "hanako@example.jp");
    assert_eq!(details.number.as_str(), "PM-1");
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let refusal = parse_row(&RawRow::new(9, [])).unwrap_err();
    assert_eq!(refusal.line, 9);
    let missing: Vec<_> = Column::ALL
        .into_iter()
        .filter(|column| column.is_required())
        .map(|column| RefusalCode::CellMissing { column })
        .collect();
    assert_eq!(refusal.refusals, missing);

    let wrong = row(&[
        (Column::Achievement, "pm foundation"),
        (Column::Kind, "不合格"),
        (Column::Date, "10/5"),
        (Column::Name, "架空\n花子"),
        (Column::Kana, "外\u{E000}字"),
        (Column::Roman, "a\u{202E}b"),
        (Column::Address, "hanako@example"),
        (Column::Number, "PM#1"),
    ]);
    let expected = [
        "cell-malformed",
        "kind-unknown",
        "date-unreadable",
        "cell-control-character",
        "cell-private-character",
        "cell-control-character",
        "address-clipped",
        "cell-malformed",
    ];
    assert_eq!(codes(&parse_row(&wrong).unwrap_err()), expected);
}

#[test]
fn a_suspicious_address_is_registered_with_a_suggestion() {
    let parsed = parse_row(&row(&[(Column::Address, "hanako@gmial.com")])).unwrap();
    assert_eq!(parsed.details.address.as_str(), "hanako@gmial.com");
    let [WarningCode::AddressSuspicious { suggestion }] = parsed.warnings.as_slice() else { panic!() };
    assert_eq!(suggestion.as_str(), "hanako@gmail.com");
}

#[test]
fn days_are_read_as_japanese_lists_write_them() {
    for text in [
        "2026/10/5",
        "2026/10/05",
        "2026-10-05",
        "2026.10.5",
        "2026年10月5日",
        "2026年10月 5日",
        "２０２６／１０／５",
        "２０２６年１０月５日",
        "20261005",
        "２０２６１００５",
        "令和8年10月5日",
        "令和 8年10月 5日",
        "㋿8年10月5日",
        "R8.10.5",
        "r08/10/05",
        "Ｒ８．１０．５",
        "2026/10/5 0:00",
        "2026/10/5 09:30:15",
        "2026-10-05T00:00:00",
        "2026−10−05",
        " 2026/10/5\u{3000}",
    ] {
        assert_eq!(parse_date(text), Ok(day(2026, 10, 5)), "{text}");
    }
    assert_eq!(parse_date("令和元年5月1日"), Ok(day(2019, 5, 1)));
    assert_eq!(parse_date("H31.4.30"), Ok(day(2019, 4, 30)));
    assert_eq!(parse_date("昭和64年1月7日"), Ok(day(1989, 1, 7)));
    assert_eq!(parse_date("2028/2/29"), Ok(day(2028, 2, 29)));
}

#[test]
fn days_that_are_none_or_could_be_others_are_refused() {
    for text in ["", " \u{3000}"] {
        assert_eq!(parse_date(text), Err(RefusalCode::CellMissing { column: Column::Date }));
    }
    for text in ["10/5/2026", "5.10.2026", "26/10/5", "10-05-26", "8.10.5"] {
        assert_eq!(parse_date(text), Err(RefusalCode::DateAmbiguous), "{text}");
    }
    for text in [
        "2026/10/32",
        "2026/13/1",
        "2026/0/5",
        "2026/2/29",
        "20261032",
        "0026/10/5",
        "9026/10/5",
        "R0.10.5",
        "平成31年5月1日",
        "令和元年4月30日",
        "H99.1.1",
        "昭和元年1月1日",
        "2026/10/99",
    ] {
        assert_eq!(parse_date(text), Err(RefusalCode::DateImpossible), "{text}");
    }
    for text in [
        "10/5",
        "2026/10",
        "46300",
        "2026/10-5",
        "2026/10/5/1",
        "Oct 5, 2026",
        "2026年10月",
        "10月5日",
        "202610051",
        "2026/10/5 24:00",
        "2026/10/5 9:60",
        "2026-10-05T00:00:00Z",
        "2026-10-05T00:00:00+09:00",
        "2026/+1/5",
        "２０２６",
        "大正15年1月1日",
        "令和",
        "R",
        "/",
        "不明",
        "2026/十/5",
        "2026/10/5 0:00:00:00",
        "12026/10/5",
    ] {
        assert_eq!(parse_date(text), Err(RefusalCode::DateUnreadable), "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_a_day_or_refused(text in any::<String>(), digits in "[0-9RHS令和年月日/.: T-]{0,20}") {
        let _ = parse_date(&text);
        let _ = parse_date(&digits);
    }

    #[test]
    fn every_way_to_write_a_day_gives_that_day(year in 2019_i16..2100, month in 1_i8..=12, number in 1_i8..=31) {
        prop_assume!(Date::new(year, month, number).is_ok());
        let expected = day(year, month, number);
        let era = year - 2018;
        let mut texts = vec![
            format!("{year}/{month}/{number}"), expected.to_string(), format!("{year}年{month}月{number}日"),
            format!("{year}{month:02}{number:02}"), format!("{year}.{month}.{number} 0:00"),
        ];
        if expected >= day(2019, 5, 1) && era < 100 {
            texts.push(format!("令和{era}年{month}月{number}日"));
            texts.push(format!("R{era}.{month}.{number}"));
        }
        for text in texts {
            prop_assert_eq!(parse_date(&text), Ok(expected), "{}", text);
        }
    }

    #[test]
    fn any_cells_are_understood_or_refused_with_a_reason(texts in proptest::collection::vec(any::<String>(), 8)) {
        let row = RawRow::new(1, Column::ALL.into_iter().zip(texts));
        if let Err(refusal) = parse_row(&row) {
            prop_assert!(!refusal.refusals.is_empty());
        }
    }
}

/// The list that ships with the programme. Whether an achievement exists, a date is too early or in the future, and
/// who shares what, is for the register to say; those rows are accepted here.
#[test]
fn the_example_list_gives_exactly_these_answers() {
    let list: &[u8] = include_bytes!("../../../../../events/candidates-2026-10.csv");
    let rows = read_csv(list).unwrap();
    assert_eq!(rows.unknown_columns(), ["備考"]);
    let (mut accepted, mut warned, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        match parse_row(&row.unwrap()) {
            Ok(row) => {
                if !row.warnings.is_empty() {
                    let codes: Vec<_> = row.warnings.iter().map(ToString::to_string).collect();
                    warned.push((row.line, codes.join(" ")));
                }
                accepted.push(row);
            }
            Err(refusal) => refused.push((refusal.line, codes(&refusal).join(" "))),
        }
    }

    assert_eq!((accepted.len(), warned.len(), refused.len()), (33, 4, 8));
    let refused: Vec<_> = refused.iter().map(|(line, codes)| (*line, codes.as_str())).collect();
    let expected = [
        (11, "cell-missing"),
        (21, "date-impossible"),
        (28, "address-clipped"),
        (29, "address-gap"),
        (30, "address-several"),
        (35, "date-ambiguous"),
        (36, "kind-unknown"),
        (42, "cell-missing address-without-at cell-missing"),
    ];
    assert_eq!(refused, expected);
    let warned: Vec<_> = warned.iter().map(|(line, codes)| (*line, codes.as_str())).collect();
    let expected = [
        (8, "address-suspicious"),
        (24, "address-old-carrier-form"),
        (25, "address-old-carrier-form"),
        (27, "address-yahoo-com"),
    ];
    assert_eq!(warned, expected);

    let details = |line: u64| &accepted.iter().find(|row| row.line == line).unwrap().details;
    assert_eq!(details(4).name.as_str(), "髙橋 例子");
    assert_eq!(details(5).name.as_str(), "山﨑 試");
    assert_eq!(details(6).kana.as_ref().unwrap().as_str(), "ﾀﾅｶ ｲﾁﾚｲ");
    assert_eq!(details(7).address.as_str(), "zenkaku.ito@example.jp");
    assert_eq!((details(7).number.as_str(), details(7).date), ("PM-100006", day(2026, 10, 5)));
    assert_eq!(details(9).address.as_str(), "touten.nakamura@example.jp");
    assert_eq!(
        (details(10).name.as_str(), details(10).address.as_str()),
        ("小林 余白", "yohaku.kobayashi@example.jp")
    );
    assert_eq!(details(13).address.comparison_key(), details(14).address.comparison_key());
    assert_eq!(details(15), details(16));
    assert_eq!(details(15).number, details(17).number);
    assert!(!details(15).name.same_person_as(&details(17).name));
    assert_eq!(details(18).date, day(2026, 3, 15));
    assert_eq!(details(19).month().to_string(), "2026-11");
    assert_eq!(details(20).date, day(2027, 10, 5));
    assert_eq!(details(22).achievement.as_str(), "pm-master");
    assert_eq!(details(23).name.as_str(), "Fictitious, Maria");
    assert_eq!(details(24).address.for_sending(), "\"fictional..niten\"@docomo.ne.jp");
    assert_eq!((details(32).date, details(33).date), (day(2026, 10, 14), day(2026, 10, 14)));
    assert_eq!(
        (details(37).achievement.as_str(), details(37).number.as_str()),
        ("pm-professional", "PM-200011")
    );
    assert_eq!(details(39).name.as_str(), "長谷川 \"仮\" 人");
    assert_eq!(details(40).address.as_str(), "henshin.murakami@example.jp");
    assert_eq!((&details(41).kana, &details(41).roman), (&None, &None));
    assert_eq!(details(45).name.as_str(), "坂本 最後");
}
