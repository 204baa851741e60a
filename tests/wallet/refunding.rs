//! Money that is given back, receipts and credit notes, and badges that the staff have issued again free of charge.

use serde_json::{Value, json};
use shomei_core::{
    badge::AnyBadge,
    order::{AnyOrder, Use},
    ports::{Clock, MailKind},
};
use shomei_issuance::Step;
use shomei_tests::audit::Census;

use crate::{
    browser::{Browser, choice},
    ordering::{deleted, only_order, order},
    paying::{event, post, staff, transfer},
    site::Site,
};

const ICHIRO: &str = "ichiro@example.jp";
const FUTABA: &str = "futaba@example.jp";

/// The payment service tells of something, signed just now.
async fn told(site: &Site, id: &str, kind: &str, object: &Value) -> u16 {
    let at = site.world.clock.now().as_second();
    post(site, &event(id, kind, object, at)).await.0
}

fn checkout(order: &str) -> Value {
    json!({
        "id": "cs_1", "object": "checkout.session", "amount_total": 5_500, "currency": "jpy",
        "client_reference_id": order, "payment_intent": "pi_1", "payment_status": "paid",
    })
}

fn refund(amount: u64) -> Value {
    json!({
        "id": "ch_1", "object": "charge", "amount": 5_500, "amount_refunded": amount, "currency": "jpy",
        "payment_intent": "pi_1",
    })
}

fn dispute(status: &str) -> Value {
    json!({
        "id": "dp_1", "object": "dispute", "amount": 5_500, "currency": "jpy", "payment_intent": "pi_1",
        "status": status,
    })
}

async fn trail(site: &Site) -> Vec<String> {
    let id = only_order(site).await.terms().id.clone();
    let (_, shown) = staff(site, "GET", &format!("/orders/{id}"), "").await;
    let lines = shown.pointer("/trail").and_then(Value::as_array).unwrap().iter();
    lines.map(|line| line.pointer("/what").and_then(Value::as_str).unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_receipt_says_what_the_law_asks_for_and_never_changes() {
    let site = Site::october().await;
    let (mut browser, badge) = deleted(&site).await;
    let order = order(&mut browser, &badge).await;
    assert_eq!(browser.get(&format!("{order}/receipt")).await.status, 404, "nothing is paid");
    transfer(&site, 5_500).await;
    let receipt = browser.get(&format!("{order}/receipt")).await;
    for part in [
        "R2026-000001",
        "Mihon Ltd.",
        "T1234567890123",
        "Open Badge reissue fee",
        "東京都千代田区見本町1-2-3",
        "5,500",
        "500",
        "10%",
    ] {
        assert!(receipt.shows(part), "{part} is not on the receipt: {}", receipt.text());
    }
    assert_eq!(browser.get(&format!("{order}/credit-note")).await.status, 404);
    site.world.clock.jump(400 * 86_400);
    browser.sign_in(ICHIRO).await;
    assert_eq!(browser.get(&format!("{order}/receipt")).await.body, receipt.body);
}

#[tokio::test]
async fn the_staff_give_money_back_with_a_credit_note() {
    let site = Site::october().await;
    let (mut browser, badge) = deleted(&site).await;
    let page = order(&mut browser, &badge).await;
    let id = only_order(&site).await.terms().id.clone();
    let path = format!("/orders/{id}/refund");
    let body = r#"{"reason":"二重のお申し込み"}"#;
    let (status, answer) = staff(&site, "POST", &path, body).await;
    assert_eq!((status, &answer["code"]), (409, &"nothing-paid".into()));
    transfer(&site, 5_500).await;
    site.deliver().await;
    for wrong in ["{}", r#"{"reason":""}"#, r#"{"reason":"two\nlines"}"#] {
        assert_eq!(staff(&site, "POST", &path, wrong).await.0, 400, "{wrong}");
    }
    for _ in 0..2 {
        assert_eq!(staff(&site, "POST", &path, body).await.0, 200);
    }
    let mails = site.deliver().await;
    assert_eq!(mails.iter().map(|mail| mail.kind).collect::<Vec<_>>(), [MailKind::OrderRefunded]);
    browser.get(&page).await.page(200, "/credit-note");
    let note = browser.get(&format!("{page}/credit-note")).await;
    assert!(
        note.shows("C2026-000001") && note.shows("R2026-000001") && note.shows("5,500"),
        "{}",
        note.text()
    );
    browser.get(&format!("{page}/receipt")).await.page(200, "C2026-000001");
    assert_eq!(trail(&site).await, ["placed", "paid", "reissued", "refunded"]);
    let (_, shown) = staff(&site, "POST", "/orders/search", r#"{"state":"refunded","number":"A-1"}"#).await;
    assert_eq!(shown["orders"].as_array().unwrap().len(), 1, "{shown}");
    let (_, shown) = staff(&site, "POST", "/orders/search", r#"{"state":"refunded","number":"A-2"}"#).await;
    assert_eq!(shown["orders"].as_array().unwrap().len(), 0, "{shown}");
    site.is_sound().await;
}

#[tokio::test]
async fn refunds_and_disputes_are_heard_in_any_order() {
    let site = Site::october().await;
    let (mut browser, badge) = deleted(&site).await;
    order(&mut browser, &badge).await;
    let id = only_order(&site).await.terms().id.to_string();
    // The refund is told of before the money.
    assert_eq!(told(&site, "evt_2", "charge.refunded", &refund(5_500)).await, 200);
    assert_eq!(told(&site, "evt_1", "checkout.session.completed", &checkout(&id)).await, 200);
    assert_eq!(only_order(&site).await.state(), "awaiting", "money that was given back settles nothing");
    let payments = Census::take(&site.world.store).await.payments;
    assert!(matches!(payments.values().next().unwrap().used, Use::Returned { .. }));
    site.is_sound().await;

    let site = Site::october().await;
    let (mut browser, badge) = deleted(&site).await;
    order(&mut browser, &badge).await;
    let id = only_order(&site).await.terms().id.to_string();
    assert_eq!(told(&site, "evt_1", "checkout.session.completed", &checkout(&id)).await, 200);
    for (event, kind, object) in [
        ("evt_2", "charge.dispute.created", dispute("needs_response")),
        ("evt_3", "charge.dispute.closed", dispute("won")),
        ("evt_4", "charge.refunded", refund(500)),
        ("evt_5", "charge.dispute.created", dispute("needs_response")),
    ] {
        for _ in 0..2 {
            assert_eq!(told(&site, event, kind, &object).await, 200);
        }
    }
    assert!(only_order(&site).await.terms().disputed);
    assert_eq!(told(&site, "evt_6", "charge.dispute.closed", &dispute("lost")).await, 200);
    assert_eq!(told(&site, "evt_7", "charge.refunded", &refund(5_500)).await, 200);
    let expected =
        ["placed", "paid", "reissued", "disputed", "dispute-won", "partly-refunded", "disputed", "refunded"];
    assert_eq!(trail(&site).await, expected);
    assert_eq!(only_order(&site).await.state(), "refunded");
    site.is_sound().await;
}

/// The badge never arrived: its address was wrong.
#[tokio::test]
async fn what_never_arrived_is_corrected_and_sent_again_free_of_charge() {
    let site = Site::october().await;
    let old = site.badge(FUTABA).await;
    let link = site.claim_link(FUTABA);
    let body = r#"{"number":"A-2","achievement":"pm-foundation","kind":"pass","month":"2026-10",
        "address":"futaba.new@example.jp","reason":"アドレスの誤り"}"#;
    let (status, answer) = staff(&site, "POST", "/orders", body).await;
    assert_eq!((status, &answer["outcome"]), (201, &"ordered".into()), "{answer}");
    let AnyOrder::Reissued(order) = only_order(&site).await else { panic!("it is issued at once") };
    assert_eq!(order.state.settlement.paid(), None);
    let census = Census::take(&site.world.store).await;
    assert!(matches!(census.badges[&old], AnyBadge::Deleted(_)));
    assert!(census.papers.is_empty() && census.payments.is_empty());
    let mut browser = Browser::new(&site);
    browser.get(&link).await.page(404, "We do not know this link");
    // The new one is announced by the sweep, to the corrected address, and accepted as any other.
    site.step(Step::Sweep { scheduled: site.world.clock.now() }).await;
    let accepted = browser.accept("futaba.new@example.jp", "public").await;
    assert_eq!(accepted.status, 200, "{}", accepted.text());
    site.step(Step::Publish).await;
    site.is_sound().await;
    let sums = shomei_core::issuance::reconcile(
        site.world.table(),
        &site.world.programme.office,
        shomei_tests::month::scheduled(),
        None,
    );
    assert!(sums.await.unwrap().agrees());
    assert_eq!(trail(&site).await, ["favoured", "reissued"]);
}

/// What is claimed is replaced where it is.
#[tokio::test]
async fn a_claimed_badge_is_replaced_in_its_wallet() {
    let site = Site::october().await;
    assert_eq!(Browser::new(&site).accept(FUTABA, "public").await.status, 200);
    let old = site.badge(FUTABA).await;
    let body = r#"{"number":"a-2","achievement":"pm-foundation","kind":"pass","month":"2026-10","reason":"表記の訂正"}"#;
    assert_eq!(staff(&site, "POST", "/orders", body).await.0, 201);
    let AnyOrder::Reissued(order) = only_order(&site).await else { panic!("it is issued at once") };
    let new = site.claimed(&order.state.badge).await;
    assert_eq!(site.holder(&new.id).await, [FUTABA]);
    let census = Census::take(&site.world.store).await;
    assert!(census.gone.contains_key(&old) && !census.public.contains_key(&old));
    site.step(Step::Publish).await;
    let mut browser = Browser::signed_in(&site, FUTABA).await;
    let page = format!("/wallet/badges/{}", new.id);
    let shown = browser.post(&format!("{page}/visibility"), &choice("public")).await;
    assert_eq!(shown.location(), format!("{page}?done=published"));
    site.is_sound().await;
    for (wrong, status, code) in [
        (body.replace("a-2", "A-9"), 409, "no-badge"),
        (body.replace("2026-10", "2026-9"), 400, "malformed"),
        (body.replace("表記の訂正", ""), 400, "malformed"),
    ] {
        let (told, answer) = staff(&site, "POST", "/orders", &wrong).await;
        assert_eq!((told, &answer["code"]), (status, &code.into()), "{answer}");
    }
}

/// The holder is helped while an order waits, whoever repeats it does nothing twice, and what cannot be issued is taken back.
#[tokio::test]
async fn a_favour_is_one_favour_and_ends_what_was_not_paid() {
    let site = Site::october().await;
    let (mut browser, badge) = deleted(&site).await;
    order(&mut browser, &badge).await;
    let body = r#"{"number":"A-1","achievement":"pm-foundation","kind":"pass","month":"2026-10",
        "name":"見本 壱郎","reason":"氏名の誤り"}"#;
    let (status, first) = staff(&site, "POST", "/orders", body).await;
    assert_eq!(status, 201, "{first}");
    let before = site.contents().await;
    let (status, again) = staff(&site, "POST", "/orders", body).await;
    assert_eq!((status, &again["order"]), (201, &first["order"]), "the same favour");
    assert_eq!(site.contents().await, before);
    let orders = Census::take(&site.world.store).await.orders;
    let stand: Vec<_> = orders.values().map(AnyOrder::state).collect();
    assert!(stand.contains(&"expired") && stand.contains(&"reissued"), "{stand:?}");
    let new = Census::take(&site.world.store).await.badges.into_values().find_map(|badge| match badge {
        AnyBadge::Unclaimed(badge) if badge.holder_name.as_str() == "見本 壱郎" => Some(badge.address),
        _ => None,
    });
    assert_eq!(new.unwrap().as_str(), ICHIRO);
    site.is_sound().await;

    let slip = r#"{"number":"A-2","achievement":"pm-foundation","kind":"pass","month":"2026-10",
        "address":"futaba@gmial.com","reason":"アドレスの誤り"}"#;
    let (status, answer) = staff(&site, "POST", "/orders", slip).await;
    assert_eq!((status, &answer["code"]), (409, &"address-doubtful".into()), "{answer}");
    let meant = slip.replace("\"reason\"", "\"addressIsMeant\":true,\"reason\"");
    assert_eq!(staff(&site, "POST", "/orders", &meant).await.0, 201);
    site.is_sound().await;
}

#[tokio::test]
async fn a_favour_that_cannot_be_issued_is_taken_back() {
    let mut site = Site::october().await;
    site.break_signer();
    let body =
        r#"{"number":"A-2","achievement":"pm-foundation","kind":"pass","month":"2026-10","reason":"不着"}"#;
    assert_eq!(staff(&site, "POST", "/orders", body).await.0, 201);
    let id = only_order(&site).await.terms().id.clone();
    assert_eq!(only_order(&site).await.state(), "paid");
    let path = format!("/orders/{id}/refund");
    assert_eq!(staff(&site, "POST", &path, r#"{"reason":"取り消し"}"#).await.0, 200);
    assert_eq!(trail(&site).await, ["favoured", "ended"]);
    site.is_sound().await;
    assert!(Census::take(&site.world.store).await.open_orders.is_empty());
}
