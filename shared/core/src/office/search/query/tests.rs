use super::*;
use crate::candidate::{AchievementId, Kana, Kind, PersonName, Roman};

fn person(
    name: &str,
    kana: Option<&str>,
    roman: Option<&str>,
    address: &str,
    number: &str,
) -> CandidateDetails {
    CandidateDetails {
        achievement: AchievementId::parse("pm-foundation").unwrap(),
        kind: Kind::Pass,
        date: jiff::civil::date(2026, 10, 5),
        name: PersonName::new(name).unwrap(),
        kana: kana.map(|kana| Kana::new(kana).unwrap()),
        roman: roman.map(|roman| Roman::new(roman).unwrap()),
        address: MailAddress::mend(address).unwrap().address,
        number: BodyNumber::mend(number).unwrap(),
    }
}

fn takahashi() -> CandidateDetails {
    person("髙橋 一郎", Some("タカハシ イチロウ"), Some("TAKAHASHI Ichiro"), "ichiro@example.jp", "PM-004711")
}

fn judged(text: &str, details: &CandidateDetails) -> &'static str {
    match Query::parse(text).unwrap().judge(details) {
        Verdict::Hit => "hit",
        Verdict::Near(why) => match why {
            Nearness::OtherName => "other name",
            Nearness::OtherNumber => "other number",
            Nearness::OtherAddress => "other address",
            Nearness::SimilarName => "similar name",
            Nearness::SimilarNumber => "similar number",
            Nearness::SimilarAddress => "similar address",
        },
        Verdict::Other => "other",
    }
}

#[test]
fn one_box_finds_by_number_name_and_address() {
    for text in [
        "PM-004711",
        "ＰＭ－００４７１１",
        "pm-004711",
        "髙橋 一郎",
        "高橋一郎",
        "高橋",
        "一郎",
        "たかはし",
        "ﾀｶﾊｼ ｲﾁﾛｳ",
        "takahashi",
        "Ichirou Takahashi",
        "Ichiro TAKA",
        "ichiro@example.jp",
        "ＩＣＨＩＲＯ＠example．jp",
        "ichiro@",
        "@example.jp",
        "高橋 PM-004711",
        "PM-004711 ichiro@example.jp 髙橋　一郎",
    ] {
        assert_eq!(judged(text, &takahashi()), "hit", "{text}");
    }
}

#[test]
fn what_is_nearly_right_says_in_what_it_is_another() {
    for (text, expected) in [
        ("PM-004711 佐藤花子", "other name"),
        ("ichiro@example.jp 佐藤花子", "other name"),
        ("高橋一郎 PM-900000", "other number"),
        ("高橋一郎 hanako@example.jp", "other address"),
        ("PM-004711 hanako@example.jp", "other address"),
        ("高橋一朗", "similar name"),
        ("PM-4711", "similar number"),
        ("PM-OO4711", "similar number"),
        ("PM-004171", "similar number"),
        ("PM-00471", "similar number"),
        ("ichiru@example.jp", "similar address"),
        ("高橋一郎 ichior@example.jp", "similar address"),
        // A part of a name is too little to go by when the rest is another.
        ("高橋 PM-900000", "other"),
        ("高橋 hanako@example.jp", "other"),
        ("佐藤", "other"),
        ("PM-900000", "other"),
        ("hanako@example.jp", "other"),
        ("佐藤花子 PM-900000", "other"),
    ] {
        assert_eq!(judged(text, &takahashi()), expected, "{text}");
    }
}

#[test]
fn one_character_finds_the_beginning_only() {
    let hayashi = person("林 花子", None, None, "hayashi@example.jp", "A-1");
    let kobayashi = person("小林 花子", None, None, "kobayashi@example.jp", "A-2");
    assert_eq!((judged("林", &hayashi), judged("林", &kobayashi)), ("hit", "other"));
}

#[test]
fn letters_alone_may_be_a_number() {
    let details = person("見本 一郎", None, None, "ichiro@example.jp", "ABC");
    assert_eq!(judged("abc", &details), "hit");
    let query = Query::parse("abc").unwrap();
    assert!(!query.is_answered_by_number(), "or the beginning of a name");
    assert_eq!(query.numbers().count(), 1);
}

#[test]
fn nothing_and_too_much_are_told_apart() {
    assert_eq!(Query::parse("  "), Err(Unreadable::Nothing));
    assert_eq!(Query::parse("・・・"), Err(Unreadable::Nothing));
    assert_eq!(Query::parse(&"あ".repeat(201)), Err(Unreadable::TooLong));
    assert_eq!(format!("{:?}", Query::parse("見本").unwrap()), "Query(…)");
}

#[test]
fn a_slip_is_one_character() {
    for (one, other) in
        [("abcd", "abxd"), ("abcd", "abd"), ("abcd", "abccd"), ("abcd", "acbd"), ("aab", "aaab")]
    {
        assert!(is_a_slip(one, other) && is_a_slip(other, one), "{one} {other}");
    }
    for (one, other) in
        [("abcd", "axxd"), ("abcd", "dcba"), ("ab", "ac"), ("abcd", "abcdef"), ("abcd", "cdab")]
    {
        assert!(!is_a_slip(one, other), "{one} {other}");
    }
}
