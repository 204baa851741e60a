//! The laws of payment references.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use payments::reference::{FIRST_NUMBER, LAST_NUMBER, PaymentReference, ReferenceError, find};
use proptest::prelude::*;

fn reference(number: u32) -> PaymentReference {
    PaymentReference::from_number(number).unwrap()
}

#[test]
fn the_bounds_are_kept() {
    assert_eq!(PaymentReference::from_number(FIRST_NUMBER - 1), None);
    assert_eq!(PaymentReference::from_number(LAST_NUMBER + 1), None);
    assert_eq!(PaymentReference::from_number(u32::MAX), None);
    for number in [FIRST_NUMBER, LAST_NUMBER] {
        let text = reference(number).to_string();
        assert_eq!(text.len(), 8);
        assert!(text.starts_with(&number.to_string()));
    }
    assert_eq!(PaymentReference::parse("00000000"), Err(ReferenceError::Form));
}

#[test]
fn other_texts_are_refused() {
    let text = reference(1_234_567).to_string();
    for other in
        ["", "1234567", &format!("{text}0"), &format!(" {text}"), "１２３４５６７８", "-1234567", "+1234567"]
    {
        assert_eq!(PaymentReference::parse(other), Err(ReferenceError::Form), "{other}");
    }
    assert_eq!(serde_json::to_string(&reference(1_234_567)).unwrap(), format!("\"{text}\""));
    assert!(serde_json::from_str::<PaymentReference>("\"12345670\"").is_err());
}

#[test]
fn references_are_found_as_payers_write_them() {
    let one = reference(1_234_567);
    let two = reference(7_654_321);
    let (a, b) = (one.to_string(), two.to_string());
    let (left, right) = a.split_at(4);
    for text in [
        a.clone(),
        format!("{a}ヤマダタロウ"),
        format!("ヤマダタロウ{a}"),
        format!("ﾔﾏﾀﾞ ﾀﾛｳ {a}"),
        format!("R8 {a}"),
        format!("No.{a}-1"),
        format!("{left}-{right}"),
        format!("{left} {right}"),
        format!("{left}\u{3000}{right}ヤマダ"),
        format!("{left}ー{right}"),
        format!("{left}ｰ{right}"),
        format!("ｼｹﾝ{left}-{right} 1"),
        a.chars().map(|digit| char::from_u32(u32::from(digit) - 0x30 + 0xFF10).unwrap()).collect(),
    ] {
        assert_eq!(find([&text]), [one], "{text}");
    }
    assert_eq!(find([format!("{b} {a}"), a.clone()]), [two, one]);
    for text in [
        format!("{a}1"),
        format!("1{a}"),
        format!("090-{left}-{right}"),
        format!("{left} {right} 1234"),
        format!("{left}--{right}"),
        format!("{left}ヤ{right}"),
        format!("{}-{}", &a[..3], &a[3..]),
        String::new(),
    ] {
        assert_eq!(find([&text]), [], "{text}");
    }
    // Two texts are two: nothing is found across them.
    assert_eq!(find([left, right]), []);
}

proptest! {
    #[test]
    fn it_reads_what_it_writes(number in FIRST_NUMBER..=LAST_NUMBER) {
        let reference = reference(number);
        prop_assert_eq!(reference.number(), number);
        let text = reference.to_string();
        prop_assert_eq!(PaymentReference::parse(&text), Ok(reference));
        let json = serde_json::to_string(&reference).unwrap();
        prop_assert_eq!(serde_json::from_str::<PaymentReference>(&json).unwrap(), reference);
    }

    #[test]
    fn every_wrong_digit_is_noticed(number in FIRST_NUMBER..=LAST_NUMBER) {
        let right = reference(number).to_string().into_bytes();
        for place in 0..8 {
            for digit in (b'0'..=b'9').filter(|digit| *digit != right[place]) {
                let mut wrong = right.clone();
                wrong[place] = digit;
                prop_assert!(PaymentReference::parse(std::str::from_utf8(&wrong).unwrap()).is_err());
            }
        }
    }

    #[test]
    fn every_swap_of_neighbours_is_noticed(number in FIRST_NUMBER..=LAST_NUMBER) {
        let right = reference(number).to_string().into_bytes();
        for place in (0..7).filter(|place| right[*place] != right[place + 1]) {
            let mut wrong = right.clone();
            wrong.swap(place, place + 1);
            prop_assert!(PaymentReference::parse(std::str::from_utf8(&wrong).unwrap()).is_err());
        }
    }

    #[test]
    fn it_is_found_among_letters(
        number in FIRST_NUMBER..=LAST_NUMBER, before in "[ｱ-ﾝA-Z ]{0,20}", after in "[ア-ンa-z ]{0,20}",
    ) {
        let reference = reference(number);
        prop_assert_eq!(find([format!("{before}{reference}{after}")]), [reference]);
    }

    #[test]
    fn any_text_is_answered(text in ".{0,80}", digits in "[0-9 -]{0,60}") {
        let _ = (PaymentReference::parse(&text), find([&text, &digits]));
    }
}
