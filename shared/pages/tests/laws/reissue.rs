//! What a paid reissue must and must not say.

use shomei_pages::reissue::ORDER_WORDING;

use crate::samples::{mails, ordinary};
use crate::{documents, say, values};

const REFERENCE: &str = "40718265";

#[test]
fn whoever_orders_agrees_to_the_terms_of_today_and_sees_them_first() {
    for (name, _, language, html) in documents(&ordinary()) {
        let consent = format!("name=\"consent\" value=\"{ORDER_WORDING}\"");
        let orders = ["reissue_order", "reissue_order_wrong", "reissue_order_too_long"];
        assert_eq!(html.contains(&consent), orders.contains(&name.as_str()), "{name}");
        if !html.contains(&consent) {
            continue;
        }
        let (before, form) = html.split_once("<form class=\"final\"").unwrap();
        for terms in [
            say(language, "5,500円（税込）", "5,500 yen (tax included)"),
            say(language, "うち消費税額（10%） 500円", "of which consumption tax (10%): 500 yen"),
            say(language, "申し込みから30日以内", "Within 30 days"),
            say(language, "自動的に終了します", "ends by itself"),
            say(language, "返金をお受けできません", "cannot refund"),
            say(language, "非公開で入ります", "private at first"),
            say(language, "無効のままです", "stay invalid"),
        ] {
            assert!(before.contains(terms), "{name}: {terms}");
        }
        let button =
            form.split("<button type=\"submit\">").nth(1).unwrap().split("</button>").next().unwrap();
        assert!(button.contains(say(language, "5,500円（税込）", "5,500 yen (tax included)")), "{name}");
    }
}

#[test]
fn a_validity_that_ends_is_said_to_stay_as_it_is() {
    for (name, _, language, html) in documents(&ordinary()) {
        let says = html.contains(say(language, "有効期限は延びません", "does not extend the validity"));
        let ends = ["reissue_order", "reissue_order_too_long", "wallet_deleted"].contains(&name.as_str());
        assert_eq!(says, ends, "{name}");
    }
}

#[test]
fn only_a_registered_issuer_calls_its_papers_qualified() {
    for (name, _, language, html) in documents(&ordinary()) {
        let is_paper = !name.starts_with("office_retention");
        let qualified = is_paper && (html.contains("適格") || html.contains("qualified"));
        let registered = ["reissue_receipt", "reissue_receipt_refunded", "reissue_credit_note"];
        assert_eq!(qualified, registered.contains(&name.as_str()), "{name}");
        assert_eq!(html.contains("T1234567890123"), qualified, "{name}");
        if qualified {
            for part in [
                say(language, "10%対象", "Taxed at 10%"),
                say(language, "<dd>5,500円（税込）</dd>", "<dd>5,500 yen (tax included)</dd>"),
                say(language, "消費税額", "Consumption tax"),
                say(language, "<dd>500円</dd>", "<dd>500 yen</dd>"),
                say(language, "オープンバッジ再発行手数料", "Open Badge reissue fee"),
                ">山田 花子</bdi>",
                "datetime=\"2026-11-24\"",
            ] {
                assert!(html.contains(part), "{name}: {part}");
            }
        }
        assert!(!html.contains("印紙") && !html.contains("stamp"), "{name}");
    }
}

#[test]
fn a_paper_adds_no_title_to_its_addressee_and_prints_nothing_else() {
    for (name, _, _, html) in documents(&ordinary()) {
        let paper = name.starts_with("reissue_receipt") || name.starts_with("reissue_credit_note");
        assert_eq!(html.matches("class=\"invoice\"").count(), usize::from(paper), "{name}");
        if paper {
            let invoice = html.split("<article").nth(1).unwrap().split("</article>").next().unwrap();
            assert!(!invoice.contains(" 様") && !invoice.contains("御中"), "{name}");
            assert!(!invoice.contains("<a ") && !invoice.contains("<form"), "{name}");
            let outside = html.replace(invoice, "");
            let main = outside.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
            assert_eq!(main.matches("<p ").count(), 2, "{name}");
            assert_eq!(main.matches(" screen\">").count(), 2, "{name}");
        }
    }
}

#[test]
fn a_refunded_receipt_says_so_and_names_the_credit_note() {
    for (name, _, language, html) in documents(&ordinary()) {
        let says = html.contains("class=\"returned\"");
        assert_eq!(says, name == "reissue_receipt_refunded", "{name}");
        if says {
            assert!(html.contains(say(language, "返金済み", "Refunded")) && html.contains("C-2026-000004"));
        }
    }
}

#[test]
fn whoever_may_transfer_is_told_account_digits_and_amount_and_nobody_else_is() {
    for (name, _, language, html) in documents(&ordinary()) {
        let transfers = ["reissue_awaiting", "reissue_awaiting_bank"].contains(&name.as_str());
        assert_eq!(html.contains("1234567</span>"), transfers, "{name}");
        assert_eq!(html.contains(&format!("<b>{REFERENCE}</b>ヤマダタロウ")), transfers, "{name}");
        let exactly = say(language, "ちょうど<strong>5,500円</strong>", "exactly <strong>5,500 yen</strong>");
        assert_eq!(html.contains(exactly), transfers, "{name}");
    }
    for (name, _, content) in mails(&ordinary()) {
        let content = content.unwrap();
        let transfers = ["order_placed", "order_placed_bank"].contains(&name.as_str());
        for text in [&content.text, &content.html.replace("</strong>", "")] {
            assert_eq!(
                text.matches(&format!("{REFERENCE}ヤマダタロウ")).count(),
                2 * usize::from(transfers),
                "{name}"
            );
        }
    }
}

#[test]
fn what_was_typed_to_be_found_again_is_not_shown() {
    for (name, _, _, html) in documents(&ordinary()) {
        if name.starts_with("reissue_ask") {
            assert!(values(&html, "value").is_empty(), "{name}");
            assert_eq!(html.matches("role=\"alert\"").count(), usize::from(name.contains("_no_")), "{name}");
        }
    }
}
