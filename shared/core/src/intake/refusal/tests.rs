use jiff::civil::date;

use super::*;

fn refusals() -> Vec<RefusalCode> {
    let column = Column::Name;
    let mut all = vec![
        RefusalCode::RowUndecodable,
        RefusalCode::RowTooLong,
        RefusalCode::RowQuotes,
        RefusalCode::RowCells { expected: 8, found: 7 },
        RefusalCode::RowMalformed,
        RefusalCode::MemberUnknown,
        RefusalCode::MemberTwice { column },
        RefusalCode::MemberNotText { column },
        RefusalCode::KindUnknown,
        RefusalCode::DateUnreadable,
        RefusalCode::DateAmbiguous,
        RefusalCode::DateImpossible,
        RefusalCode::AchievementUnknown,
        RefusalCode::AchievementClosed,
        RefusalCode::BeforeProgramme { first_eligible: date(2026, 4, 1) },
        RefusalCode::RegisterCloses { on: date(2036, 11, 1) },
        RefusalCode::DateInFuture,
        RefusalCode::AlreadyIssued,
        RefusalCode::NumberBelongsToAnother,
        RefusalCode::RegisteredInAnotherMonth { month: "2026-09".parse().unwrap() },
        RefusalCode::NotSavedTryAgain,
        RefusalCode::Address(AddressRefusal::AddressGap),
        RefusalCode::Address(AddressRefusal::AddressClipped),
    ];
    for column in Column::ALL {
        all.push(RefusalCode::CellMissing { column });
        all.push(RefusalCode::CellTooLong { column, limit: 40 });
        all.push(RefusalCode::CellControlCharacter { column });
        all.push(RefusalCode::CellPrivateCharacter { column });
        all.push(RefusalCode::CellMalformed { column });
    }
    all
}

fn warnings() -> Vec<WarningCode> {
    let suggestion = MailAddress::mend("secret@gmail.com").unwrap().address;
    vec![
        WarningCode::AddressSuspicious { suggestion },
        WarningCode::AddressOldCarrierForm,
        WarningCode::AddressYahooCom,
        WarningCode::AddressShared,
        WarningCode::AddressDomainWithoutMail,
        WarningCode::AddressStopped,
        WarningCode::Late { due_by: date(2026, 11, 30) },
    ]
}

fn has_japanese(text: &str) -> bool {
    text.chars().any(|character| matches!(character, 'ぁ'..='ヶ' | '一'..='龠'))
}

#[test]
fn the_code_that_is_shown_is_the_code_that_is_sent_and_it_reads_back() {
    for refusal in refusals() {
        let json = serde_json::to_value(&refusal).unwrap();
        assert_eq!(json["code"], refusal.to_string());
        assert_eq!(serde_json::from_value::<RefusalCode>(json).unwrap(), refusal);
    }
    for warning in warnings() {
        let json = serde_json::to_value(&warning).unwrap();
        assert_eq!(json["code"], warning.to_string());
        assert_eq!(serde_json::from_value::<WarningCode>(json).unwrap(), warning);
    }
}

#[test]
fn every_code_has_a_sentence_in_both_languages() {
    let sentences = refusals()
        .iter()
        .map(RefusalCode::sentence)
        .chain(warnings().iter().map(WarningCode::sentence))
        .collect::<Vec<_>>();
    for Bilingual { ja, en } in sentences {
        assert!(has_japanese(&ja) && ja.ends_with('。'), "{ja}");
        assert!(!has_japanese(&en) && en.ends_with('.'), "{en}");
    }
}

#[test]
fn data_stands_beside_the_code() {
    let refusal = RefusalCode::BeforeProgramme { first_eligible: date(2026, 4, 1) };
    let expected = serde_json::json!({ "code": "before-programme", "firstEligible": "2026-04-01" });
    assert_eq!(serde_json::to_value(&refusal).unwrap(), expected);
    assert!(refusal.sentence().ja.contains("2026年4月1日"));
    let refusal = RowRefusal::new(7, RefusalCode::Address(AddressRefusal::AddressGap));
    let expected = serde_json::json!({ "line": 7, "refusals": [{ "code": "address-gap" }] });
    assert_eq!(serde_json::to_value(&refusal).unwrap(), expected);
}

#[test]
fn the_suggestion_is_in_the_answer_and_nowhere_else() {
    let warning = warnings().remove(0);
    assert_eq!(serde_json::to_value(&warning).unwrap()["suggestion"], "secret@gmail.com");
    let sentence = warning.sentence();
    for printed in [format!("{warning:?}"), warning.to_string(), sentence.ja, sentence.en] {
        assert!(!printed.contains("secret") && !printed.contains('@'), "{printed}");
    }
}
