use proptest::prelude::*;

use super::*;

fn mended(raw: &str) -> Mended {
    MailAddress::mend(raw).unwrap_or_else(|refusal| panic!("{raw}: {refusal}"))
}

#[track_caller]
fn mends_to(raw: &str, address: &str) {
    let mended = mended(raw);
    assert_eq!(mended.address.as_str(), address, "{raw:?}");
    assert_eq!((mended.suggestion, mended.warnings), (None, vec![]), "{raw:?}");
}

#[track_caller]
fn is_refused(raw: &str, refusal: AddressRefusal) {
    assert_eq!(MailAddress::mend(raw), Err(refusal), "{raw:?}");
}

#[test]
fn what_has_one_reading_is_mended_silently() {
    mends_to("taro@example.jp", "taro@example.jp");
    mends_to("  taro@example.jp\u{3000}\r\n", "taro@example.jp");
    mends_to("\u{FEFF}ta\u{200B}ro@exam\u{AD}ple.jp\u{202C}", "taro@example.jp");
    mends_to("ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ", "taro@example.jp");
    mends_to("taro@example,co。jp", "taro@example.co.jp");
    mends_to("taro@example，co｡jp", "taro@example.co.jp");
    mends_to("Taro.Yamada@EXAMPLE.Co.JP", "Taro.Yamada@example.co.jp");
    mends_to("taro+shiken@example.jp", "taro+shiken@example.jp");
    mends_to("o'hara_1/a=b@example.jp", "o'hara_1/a=b@example.jp");
    mends_to("taro@xn--wgv71a119e.jp", "taro@xn--wgv71a119e.jp");
}

#[test]
fn what_mail_programs_put_around_an_address_is_taken_off() {
    for raw in [
        "<taro@example.jp>",
        "山田 太郎 <taro@example.jp>",
        "\"Yamada, Taro\" < taro@example.jp >",
        "山田＜taro@example.jp＞",
        "mailto:taro@example.jp",
        "MAILTO: taro@example.jp?subject=Hi@you",
        "<mailto:taro@example.jp>",
        "\"taro@example.jp\"",
        "「taro@example.jp」",
        "（taro@example.jp）",
        "\"taro\"@example.jp",
    ] {
        mends_to(raw, "taro@example.jp");
    }
}

#[test]
fn every_slip_of_the_table_is_suggested_and_none_is_applied() {
    let table = [
        ("gmial.com", "gmail.com"),
        ("gamil.com", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("gnail.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("gmail.co.jp", "gmail.com"),
        ("gmail.jp", "gmail.com"),
        ("docomo.co.jp", "docomo.ne.jp"),
        ("docomo.jp", "docomo.ne.jp"),
        ("docomo.ne", "docomo.ne.jp"),
        ("ezwed.ne.jp", "ezweb.ne.jp"),
        ("eweb.ne.jp", "ezweb.ne.jp"),
        ("ezweb.co.jp", "ezweb.ne.jp"),
        ("ezweb.jp", "ezweb.ne.jp"),
        ("softbank.jp", "softbank.ne.jp"),
        ("i.softbank.ne.jp", "i.softbank.jp"),
        ("yahoo.jp", "yahoo.co.jp"),
        ("yahoo.ne.jp", "yahoo.co.jp"),
        ("yahoo.co", "yahoo.co.jp"),
        ("i.cloud.com", "icloud.com"),
        ("icloud.co.jp", "icloud.com"),
    ];
    for (typed, meant) in table {
        let mended = mended(&format!("Taro.Y@{}", typed.to_uppercase()));
        assert_eq!(mended.address.as_str(), format!("Taro.Y@{typed}"));
        assert_eq!(mended.suggestion.unwrap().as_str(), format!("Taro.Y@{meant}"));
    }
    for (slip, meant) in SLIPS {
        assert!(SLIPS.iter().all(|(other, _)| other != meant), "{meant} is itself taken for a slip");
        assert_eq!(mended(&format!("a@{slip}")).suggestion.unwrap().as_str(), format!("a@{meant}"));
    }
}

#[test]
fn real_domains_that_look_like_slips_are_valid_as_they_are() {
    for domain in [
        "au.com",
        "ymobile.ne.jp",
        "outlook.jp",
        "hotmail.co.jp",
        "t.vodafone.ne.jp",
        "d.vodafone.ne.jp",
        "gmail.com",
        "docomo.ne.jp",
        "ezweb.ne.jp",
        "softbank.ne.jp",
        "i.softbank.jp",
        "yahoo.co.jp",
        "icloud.com",
    ] {
        mends_to(&format!("taro@{domain}"), &format!("taro@{domain}"));
    }
}

#[test]
fn yahoo_com_is_warned_about() {
    assert_eq!(mended("taro@yahoo.com").warnings, [AddressWarning::YahooCom]);
    assert_eq!(mended("taro@yahoo.com").suggestion, None);
}

#[test]
fn old_carrier_addresses_live_and_are_quoted_when_sent() {
    for raw in ["a..b@docomo.ne.jp", "a.b.@docomo.ne.jp", "a...b.@ezweb.ne.jp", "\"a..b\"@docomo.ne.jp"] {
        let mended = mended(raw);
        assert_eq!(mended.warnings, [AddressWarning::OldCarrierForm], "{raw}");
        assert!(mended.address.for_sending().starts_with("\"a."), "{raw}");
    }
    assert_eq!(mended("a..b@docomo.ne.jp").address.as_str(), "a..b@docomo.ne.jp");
    assert_eq!(mended("a..b@docomo.ne.jp").address.for_sending(), "\"a..b\"@docomo.ne.jp");
    assert_eq!(mended("a.b@docomo.ne.jp").address.for_sending(), "a.b@docomo.ne.jp");
    for raw in ["a..b@example.jp", "a.@softbank.ne.jp", ".a@docomo.ne.jp", ".@ezweb.ne.jp", ".a@example.jp"] {
        is_refused(raw, AddressRefusal::AddressLocalDots);
    }
}

#[test]
fn gaps_and_clipped_copies_are_refused() {
    use AddressRefusal as R;
    for raw in ["", "  \u{3000}\t", "\u{200B}", "<>", "mailto:", "\"\""] {
        is_refused(raw, R::AddressMissing);
    }
    for raw in ["taro", "taro.example.jp", "080-0000-0000", "example.jp"] {
        is_refused(raw, R::AddressWithoutAt);
    }
    for raw in [
        "a@example.jp;b@example.jp",
        "a@example.jp b@example.jp",
        "a@example.jp\nb@example.jp",
        "a@example.jp、b@example.jp",
        "a@example.jp <b@example.jp>",
        "<a@example.jp>, <b@example.jp>",
        "a@@example.jp",
        "a@b@example.jp",
    ] {
        let refusal = MailAddress::mend(raw).unwrap_err();
        assert!(matches!(refusal, R::AddressSeveral | R::AddressClipped), "{raw}: {refusal}");
    }
    is_refused("a@example.jp;b@example.jp", R::AddressSeveral);
    for raw in [
        "ta ro@example.jp",
        "taro @example.jp",
        "taro@ example.jp",
        "taro@example. jp",
        "ta\u{3000}ro@example.jp",
        "taro@example.jp 自宅",
    ] {
        is_refused(raw, R::AddressGap);
    }
    for raw in [
        "@example.jp",
        "taro@",
        "taro@example",
        "taro@example.",
        "taro@example.co.",
        "taro@example.j",
        "taro@.jp",
        "taro@example.jp,",
        "Taro <taro@example.jp",
        "taro@example.jp>",
        "Taro <taro@example.jp> 様",
    ] {
        is_refused(raw, R::AddressClipped);
    }
}

#[test]
fn what_no_mail_system_takes_is_refused() {
    use AddressRefusal as R;
    is_refused("ta\u{0}ro@example.jp", R::AddressControlCharacter);
    is_refused("taro\u{7f}@example.jp", R::AddressControlCharacter);
    for raw in [
        "太郎@example.jp",
        "ta(ro@example.jp",
        "ta:ro@example.jp",
        "ta\"ro@example.jp",
        "ta\\ro@example.jp",
        "mailto:t%61ro@example.jp",
        "taro−1@example.jp",
    ] {
        is_refused(raw, R::AddressLocalCharacter);
    }
    is_refused("taro@例え.jp", R::AddressDomainNotAscii);
    for raw in [
        "taro@exam_ple.jp",
        "taro@-example.jp",
        "taro@example-.jp",
        "taro@example..jp",
        "taro@[192.0.2.1]",
        "taro@192.0.2.10",
        "taro@example.jp/",
    ] {
        is_refused(raw, R::AddressDomainMalformed);
    }
}

#[test]
fn lengths_are_bounded() {
    let local = |length: usize| "a".repeat(length);
    mends_to(&format!("{}@example.jp", local(64)), &format!("{}@example.jp", local(64)));
    is_refused(&format!("{}@example.jp", local(65)), AddressRefusal::AddressTooLong);
    let label = "b".repeat(61);
    let domain = format!("{label}.{label}.{label}.jp");
    assert_eq!(domain.len(), 188);
    assert!(
        MailAddress::mend(&format!("{}@a.{domain}", local(63)))
            .is_ok_and(|m| m.address.as_str().len() == 254)
    );
    is_refused(&format!("{}@a.{domain}", local(64)), AddressRefusal::AddressTooLong);
    is_refused(&format!("a@{}.jp", "b".repeat(64)), AddressRefusal::AddressDomainMalformed);
    is_refused(&" ".repeat(5000), AddressRefusal::AddressTooLong);
}

#[test]
fn two_spellings_of_one_mailbox_compare_equal() {
    let one = mended("Taro.Yamada@Example.jp").address;
    let other = mended("ｔａｒｏ．yamada@EXAMPLE.JP").address;
    assert_ne!(one, other);
    assert_eq!(one.comparison_key(), other.comparison_key());
}

#[test]
fn nothing_prints_an_address() {
    let mended = mended("secret@gmial.com");
    let printed = format!("{mended:?}");
    assert_eq!(printed.matches("MailAddress(…)").count(), 2);
    assert!(!printed.contains("secret") && !printed.contains("gm"));
}

#[test]
fn stored_addresses_are_checked_when_read() {
    let address = mended("a..b@docomo.ne.jp").address;
    let json = serde_json::to_string(&address).unwrap();
    assert_eq!(json, "\"a..b@docomo.ne.jp\"");
    assert_eq!(serde_json::from_str::<MailAddress>(&json).unwrap(), address);
    for text in ["", "a", "@", "a@", "@b.jp", "a@b@c.jp", "a b@c.jp", "a@B.jp", "a\r\n@b.jp", "あ@b.jp"] {
        assert!(serde_json::from_value::<MailAddress>(text.into()).is_err(), "{text}");
    }
    assert!(serde_json::from_value::<MailAddress>(format!("a@{}", "b".repeat(300)).into()).is_err());
}

#[test]
fn the_code_that_is_shown_is_the_code_that_is_sent() {
    for refusal in [
        AddressRefusal::AddressMissing,
        AddressRefusal::AddressWithoutAt,
        AddressRefusal::AddressSeveral,
        AddressRefusal::AddressGap,
        AddressRefusal::AddressClipped,
        AddressRefusal::AddressControlCharacter,
        AddressRefusal::AddressLocalCharacter,
        AddressRefusal::AddressLocalDots,
        AddressRefusal::AddressDomainNotAscii,
        AddressRefusal::AddressDomainMalformed,
        AddressRefusal::AddressTooLong,
    ] {
        assert_eq!(serde_json::to_value(refusal).unwrap()["code"], refusal.to_string());
    }
}

/// Texts that are close to addresses, with everything that can be wrong about one.
fn near_addresses() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-zA-Z0-9._+-]{0,8}",
        Just("@".to_owned()),
        Just("＠".to_owned()),
        Just("..".to_owned()),
        Just(".jp".to_owned()),
        Just("docomo.ne.jp".to_owned()),
        Just("gmial.com".to_owned()),
        Just("<".to_owned()),
        Just(">".to_owned()),
        Just("\"".to_owned()),
        Just("mailto:".to_owned()),
        Just("。".to_owned()),
        Just("\u{200B}".to_owned()),
        Just("\u{3000}".to_owned()),
        ".{0,3}",
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_is_mended_or_refused(raw in any::<String>()) {
        let _ = MailAddress::mend(&raw);
    }

    #[test]
    fn mending_twice_changes_nothing_more(raw in near_addresses()) {
        if let Ok(once) = MailAddress::mend(&raw) {
            let twice = MailAddress::mend(once.address.as_str()).unwrap();
            prop_assert_eq!(&twice, &once);
            // What is sent reads back as the same mailbox, and what is stored as the same value.
            prop_assert_eq!(MailAddress::mend(&once.address.for_sending()).unwrap().address, once.address.clone());
            let stored: MailAddress = serde_json::from_value(serde_json::to_value(&once.address).unwrap()).unwrap();
            prop_assert_eq!(&stored, &once.address);
            if let Some(meant) = once.suggestion {
                prop_assert_eq!(MailAddress::mend(meant.as_str()).map(|m| m.suggestion), Ok(None));
            }
        }
    }

    #[test]
    fn ordinary_addresses_stay_as_they_are(
        local in "[a-z0-9]{1,10}([._-][a-z0-9]{1,10}){0,3}",
        domain in "[a-z]([a-z0-9-]{0,10}[a-z0-9])?\\.example\\.(jp|com|co\\.jp)",
    ) {
        let address = format!("{local}@{domain}");
        let mended = MailAddress::mend(&address).unwrap();
        prop_assert_eq!(mended.address.as_str(), &address);
        prop_assert_eq!(mended.address.for_sending(), address);
        prop_assert!(mended.warnings.is_empty() && mended.suggestion.is_none());
    }
}
