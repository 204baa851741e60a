//! The pages of the paid reissue.

use jiff::civil::{Date, date};
use shomei_core::badge::Ground;
use shomei_pages::Occasion;
use shomei_pages::reissue::{
    AddresseeFault, AskFault, AskPage, AskedPage, BankAccount, CreditNotePage, NotOffered, NotOfferedPage,
    OrderNotice, OrderPage, OrderStanding, OrderStatusPage, Paid, Price, ReceiptPage, RestoreGonePage,
    RestorePage,
};

use super::{Sample, Words, body, page, professional, revoked};

pub(crate) const PRICE: Price = Price { total_yen: 5_500, tax_percent: 10, tax_yen: 500 };
const FREE: Price = Price { total_yen: 0, tax_percent: 10, tax_yen: 0 };
const ORDER: &str = "/reissue/orders/7hn3w9c2x5";
const DELETED: &str = "/wallet/badges/5kq2v7d3m9";

pub(crate) fn pages(words: &Words) -> Vec<Sample> {
    let mut pages = orders(words);
    pages.extend(standings(words));
    pages.extend(documents(words));
    pages.extend(restoring(words));
    pages
}

pub(crate) fn account(words: &Words) -> BankAccount {
    let text = |ja: &str| (words.text)(ja, ja).ja;
    BankAccount {
        bank: text("みほん銀行"),
        branch: text("本店営業部（001）"),
        kind: text("普通"),
        number: "1234567".to_owned(),
        holder: text("シャ）ニホンプロジェクトマネジメントシカクキヨウカイ"),
    }
}

fn orders(words: &Words) -> Vec<Sample> {
    let order = |valid_until, (bank, card), picture: bool, wrong| OrderPage {
        issuer: body(words),
        contact: words.contact.clone(),
        achievement: professional(words),
        picture_url: picture.then(|| (words.url)("/pictures/pm-professional.png")),
        kind: Occasion::Pass,
        date: date(2026, 9, 14),
        valid_until,
        price: PRICE,
        addressee: words.name.clone(),
        wrong,
        bank,
        card,
        pay_within_days: 30,
        action: (words.path)("/reissue/badges/5kq2v7d3m9"),
        back: (words.path)(DELETED),
    };
    let refused = |reason| NotOfferedPage {
        issuer: body(words),
        contact: words.contact.clone(),
        achievement: professional(words),
        reason,
        back: (words.path)(DELETED),
    };
    let end = Some(date(2029, 9, 30));
    let newer = (words.path)("/wallet/badges/8xw4n2p6t0");
    vec![
        page("reissue_order", false, order(end, (true, true), true, None)),
        page(
            "reissue_order_wrong",
            false,
            order(None, (true, false), false, Some(AddresseeFault::ControlCharacter)),
        ),
        page(
            "reissue_order_too_long",
            false,
            order(end, (false, true), false, Some(AddresseeFault::TooLong)),
        ),
        page("reissue_refused_expired", false, refused(NotOffered::Expired { on: date(2026, 9, 30) })),
        page("reissue_refused_not_deleted", false, refused(NotOffered::NotDeleted)),
        page("reissue_refused_issued_again", false, refused(NotOffered::IssuedAgain { url: newer })),
        page("reissue_refused_elsewhere", false, refused(NotOffered::Elsewhere)),
        page("reissue_refused_no_way_to_pay", false, refused(NotOffered::NoWayToPay)),
        page("reissue_refused_revoked", false, refused(NotOffered::Revoked(revoked(Ground::Misconduct)))),
    ]
}

fn standings(words: &Words) -> Vec<Sample> {
    let order = |price, notice, state| OrderStatusPage {
        issuer: body(words),
        contact: words.contact.clone(),
        achievement: professional(words),
        kind: Occasion::Pass,
        date: date(2026, 9, 14),
        reference: "40718265".to_owned(),
        price,
        addressee: words.name.clone(),
        asked_on: date(2026, 11, 21),
        notice,
        back: (words.path)(DELETED),
        state,
    };
    let awaiting = |bank: bool, card: bool, wrong| OrderStanding::Awaiting {
        pay_by: date(2026, 12, 21),
        bank: bank.then(|| account(words)),
        card_url: card.then(|| (words.path)("https://pay.example.com/b/9c2x5")),
        addressee_action: (words.path)(&format!("{ORDER}/addressee")),
        wrong,
    };
    let receipt = || (words.path)(&format!("{ORDER}/receipt"));
    let credit_note = || (words.path)(&format!("{ORDER}/credit-note"));
    let paid = OrderStanding::Paid { on: date(2026, 11, 24), receipt_url: Some(receipt()) };
    let reissued = |receipt_url| OrderStanding::Reissued {
        on: date(2026, 11, 24),
        badge_url: (words.path)("/wallet/badges/8xw4n2p6t0"),
        receipt_url,
    };
    let expired = OrderStanding::Expired {
        on: date(2026, 12, 22),
        order_again: (words.path)("/reissue/badges/5kq2v7d3m9"),
    };
    let refunded = |receipt_url: Option<String>, credit_note_url| OrderStanding::Refunded {
        on: date(2026, 12, 1),
        badge_url: receipt_url.is_some().then(|| (words.path)("/wallet/badges/8xw4n2p6t0")),
        receipt_url,
        credit_note_url,
    };
    let (placed, changed) = (Some(OrderNotice::Placed), Some(OrderNotice::AddresseeChanged));
    let missing = Some(AddresseeFault::Missing);
    vec![
        page("reissue_awaiting", false, order(PRICE, placed, awaiting(true, true, None))),
        page("reissue_awaiting_bank", false, order(PRICE, changed, awaiting(true, false, None))),
        page("reissue_awaiting_card", false, order(PRICE, None, awaiting(false, true, missing))),
        page("reissue_awaiting_neither", false, order(PRICE, None, awaiting(false, false, None))),
        page("reissue_paid", false, order(PRICE, None, paid)),
        page("reissue_done", false, order(PRICE, None, reissued(Some(receipt())))),
        page("reissue_done_free", false, order(FREE, None, reissued(None))),
        page("reissue_order_ended", false, order(PRICE, None, expired)),
        page("reissue_refunded", false, order(PRICE, None, refunded(Some(receipt()), Some(credit_note())))),
        page("reissue_refunded_unrecorded", false, order(PRICE, None, refunded(None, None))),
    ]
}

fn documents(words: &Words) -> Vec<Sample> {
    let address = || Some((words.text)("〒100-0000\n東京都千代田区見本町1-2-3 みほんビル4階", "").ja);
    let registered = || Some("T1234567890123".to_owned());
    let receipt = |issuer_address, registration_number, way, refunded: Option<Date>| ReceiptPage {
        issuer: body(words),
        contact: words.contact.clone(),
        issuer_address,
        registration_number,
        number: "R-2026-000123".to_owned(),
        issued_on: date(2026, 11, 25),
        paid_on: date(2026, 11, 24),
        addressee: words.name.clone(),
        achievement: professional(words),
        price: PRICE,
        way,
        refunded: refunded.map(|day| ("C-2026-000004".to_owned(), day)),
        back: (words.path)(ORDER),
    };
    let credit_note = |issuer_address, registration_number| CreditNotePage {
        issuer: body(words),
        contact: words.contact.clone(),
        issuer_address,
        registration_number,
        number: "C-2026-000004".to_owned(),
        issued_on: date(2026, 12, 1),
        refunded_on: date(2026, 12, 1),
        receipt_number: "R-2026-000123".to_owned(),
        paid_on: date(2026, 11, 24),
        addressee: words.name.clone(),
        achievement: professional(words),
        price: PRICE,
        back: (words.path)(ORDER),
    };
    vec![
        page("reissue_receipt", false, receipt(address(), registered(), Paid::BankTransfer, None)),
        page("reissue_receipt_unregistered", false, receipt(None, None, Paid::Card, None)),
        page(
            "reissue_receipt_refunded",
            false,
            receipt(address(), registered(), Paid::Card, Some(date(2026, 12, 1))),
        ),
        page("reissue_credit_note", false, credit_note(address(), registered())),
        page("reissue_credit_note_unregistered", false, credit_note(None, None)),
    ]
}

fn restoring(words: &Words) -> Vec<Sample> {
    let ask = |wrong| AskPage {
        issuer: body(words),
        contact: words.contact.clone(),
        action: (words.path)("/reissue/ask"),
        wrong,
    };
    let asked = AskedPage {
        issuer: body(words),
        contact: words.contact.clone(),
        minutes: 30,
        sender: words.sender.clone(),
        ask_url: (words.path)("/reissue/ask"),
    };
    let restore = RestorePage {
        issuer: body(words),
        contact: words.contact.clone(),
        address: words.address.clone(),
        days: 30,
        action: (words.path)("/reissue/restore/Zr8t0uJx"),
    };
    let gone = RestoreGonePage {
        issuer: body(words),
        contact: words.contact.clone(),
        ask_url: (words.path)("/reissue/ask"),
    };
    vec![
        page("reissue_ask", false, ask(None)),
        page("reissue_ask_no_number", false, ask(Some(AskFault::NumberMissing))),
        page("reissue_ask_no_address", false, ask(Some(AskFault::AddressWrong))),
        page("reissue_asked", false, asked),
        page("reissue_restore", false, restore),
        page("reissue_restore_gone", false, gone),
    ]
}
