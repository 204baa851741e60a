use jiff::civil::date;
use proptest::prelude::*;

use super::*;

#[test]
fn an_achievement_id_is_mended_from_lists_and_exact_in_urls() {
    for raw in [
        "pm-foundation",
        " PM-Foundation\u{3000}",
        "ｐｍ－ｆｏｕｎｄａｔｉｏｎ",
        "pm−foundation",
        "pm\u{200B}-foundation",
    ] {
        assert_eq!(AchievementId::mend(raw).unwrap().as_str(), "pm-foundation", "{raw}");
    }
    assert_eq!(AchievementId::mend(" "), Err(TextRefusal::Missing));
    assert_eq!(AchievementId::mend("pm foundation"), Err(TextRefusal::Malformed));
    assert_eq!(AchievementId::mend("プロ"), Err(TextRefusal::Malformed));
    assert_eq!(AchievementId::mend(&"a".repeat(41)), Err(TextRefusal::TooLong { limit: 40 }));
    assert!(AchievementId::mend(&"a".repeat(40)).is_ok());
    assert_eq!(AchievementId::parse("pm-1").map(|id| id.to_string()).as_deref(), Some("pm-1"));
    for text in ["", "PM-1", "pm 1", " pm-1", "pm#1", "pm/1", "ｐｍ"] {
        assert_eq!(AchievementId::parse(text), None, "{text}");
    }
}

#[test]
fn kinds_are_read_in_both_languages() {
    for (raw, kind) in [
        ("合格", Kind::Pass),
        (" Pass ", Kind::Pass),
        ("更新", Kind::Renewal),
        ("ＲＥＮＥＷＡＬ", Kind::Renewal),
    ] {
        assert_eq!(Kind::mend(raw), Some(kind));
    }
    for raw in ["", "不合格", "再発行", "合格見込"] {
        assert_eq!(Kind::mend(raw), None, "{raw}");
    }
    for kind in [Kind::Pass, Kind::Renewal] {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.to_string());
    }
}

#[test]
fn a_name_is_only_trimmed() {
    for raw in ["髙橋　さくら", "ﾀﾅｶ ｲﾁﾛｳ", "葛\u{E0100}城 太郎", "①番  二郎", "Ａｎｎａ", "か\u{3099}"]
    {
        assert_eq!(PersonName::new(&format!(" \u{3000}{raw}\t\r\n")).unwrap().as_str(), raw);
    }
}

#[test]
fn a_name_that_cannot_be_shown_is_refused() {
    for raw in ["", "\u{3000} \n", "\u{200B}", "\u{FEFF} \u{200D}"] {
        assert_eq!(PersonName::new(raw), Err(TextRefusal::Missing), "{raw:?}");
    }
    for raw in ["山田\n太郎", "山田\t太郎", "a\u{0}b", "a\u{85}b", "a\u{202E}b", "a\u{2066}b", "a\u{2028}b"]
    {
        assert_eq!(PersonName::new(raw), Err(TextRefusal::ControlCharacter), "{raw:?}");
    }
    assert_eq!(PersonName::new("外\u{E000}字"), Err(TextRefusal::PrivateCharacter));
    assert_eq!(PersonName::new("山\u{FFFD}田"), Err(TextRefusal::Malformed));
    assert!(PersonName::new(&"山".repeat(200)).is_ok());
    assert_eq!(PersonName::new(&"山".repeat(201)), Err(TextRefusal::TooLong { limit: 200 }));
}

#[test]
fn one_person_is_recognised_in_other_spellings_but_not_in_other_characters() {
    let same = |one: &str, other: &str| {
        PersonName::new(one).unwrap().same_person_as(&PersonName::new(other).unwrap())
    };
    assert!(same("山田 太郎", "山田　太郎") && same("山田太郎", "山田 太郎"));
    assert!(same("Yamada Taro", "YAMADA taro") && same("ﾔﾏﾀﾞ", "ヤマダ"));
    assert!(!same("髙橋", "高橋") && !same("山田 太郎", "山田 次郎"));
}

#[test]
fn a_number_is_mended_to_one_spelling() {
    for raw in
        ["PM-100001", "pm-100001", "ＰＭ－１００００１", " PM - 100 001 ", "PM\u{2010}100001", "PM−100001"]
    {
        assert_eq!(BodyNumber::mend(raw).unwrap().to_string(), "PM-100001", "{raw}");
    }
    assert_eq!(BodyNumber::mend("2026/10.3").unwrap().as_str(), "2026/10.3");
    assert_eq!(BodyNumber::mend("No#1"), Err(TextRefusal::Malformed));
    assert_eq!(BodyNumber::mend("会員1"), Err(TextRefusal::Malformed));
    assert_eq!(BodyNumber::mend("\u{3000}"), Err(TextRefusal::Missing));
    assert_eq!(BodyNumber::mend(&"1".repeat(41)), Err(TextRefusal::TooLong { limit: 40 }));
}

fn details() -> CandidateDetails {
    CandidateDetails {
        achievement: AchievementId::parse("pm-foundation").unwrap(),
        kind: Kind::Pass,
        date: date(2026, 10, 5),
        name: PersonName::new("架空 花子").unwrap(),
        kana: Some(Kana::new("カクウ ハナコ").unwrap()),
        roman: None,
        address: MailAddress::mend("hanako@example.jp").unwrap().address,
        number: BodyNumber::mend("PM-1").unwrap(),
    }
}

#[test]
fn details_are_stored_as_they_are() {
    let json = serde_json::to_value(details()).unwrap();
    let expected = serde_json::json!({
        "achievement": "pm-foundation", "kind": "pass", "date": "2026-10-05", "name": "架空 花子",
        "kana": "カクウ ハナコ", "address": "hanako@example.jp", "number": "PM-1",
    });
    assert_eq!(json, expected);
    assert_eq!(serde_json::from_value::<CandidateDetails>(json).unwrap(), details());
    assert_eq!(details().month().to_string(), "2026-10");
}

#[test]
fn nothing_personal_is_printed() {
    let printed = format!("{:?}", details());
    for secret in ["架空", "カクウ", "hanako", "example", "PM-1"] {
        assert!(!printed.contains(secret), "{printed}");
    }
    assert!(printed.contains("pm-foundation") && printed.contains("PersonName(…)"));
}

proptest! {
    #[test]
    fn mending_twice_changes_nothing_more(raw in any::<String>()) {
        if let Ok(id) = AchievementId::mend(&raw) {
            prop_assert_eq!(AchievementId::parse(id.as_str()), Some(id));
        }
        if let Ok(number) = BodyNumber::mend(&raw) {
            prop_assert_eq!(BodyNumber::try_from(number.to_string()), Ok(number));
        }
        if let Ok(name) = PersonName::new(&raw) {
            prop_assert_eq!(name.as_str(), raw.trim());
            prop_assert!(name.same_person_as(&name));
            prop_assert_eq!(PersonName::new(name.as_str()), Ok(name));
        }
    }
}
