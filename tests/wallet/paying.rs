//! Paying: by transfer and by the payment service, once or too often, too early, too late or too little; and what comes of it.

use std::net::{IpAddr, Ipv4Addr};

use serde_json::{Value, json};
use shomei_core::{
    badge::AnyBadge,
    order::{AnyOrder, Use},
    ports::{Clock, MailKind},
};
use shomei_issuance::Step;
use shomei_tests::{
    audit::Census,
    world::{WEBHOOK_SECRETS, signature},
};

use crate::{
    browser::{Answer, request},
    ordering::{deleted, only_order, order},
    site::{DAY, HOUR, MINUTE, STAFF_TOKEN, Site},
    strangers::visit,
};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 24));
const ICHIRO: &str = "ichiro@example.jp";

/// What the staff send.
pub(crate) async fn staff(site: &Site, method: &str, path: &str, body: &str) -> (u16, Value) {
    let bearer = format!("Bearer {STAFF_TOKEN}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let answer = Answer::of(site.reissue.handle(request(method, path, &headers, body, HERE)).await);
    let document = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    (answer.status, document)
}

/// A statement with these lines of deposits: amount and text.
fn statement(lines: &[(u32, String)]) -> String {
    let rows = lines.iter().map(|(amount, text)| format!("2026/11/02,{amount},,{text}\r\n"));
    format!("取引日,お預入金額,お引出金額,摘要\r\n{}", rows.collect::<String>())
}

/// The holder transfers this much, and the staff enter the bank's statement.
pub(crate) async fn transfer(site: &Site, amount: u32) -> Value {
    let reference = only_order(site).await.terms().reference;
    let text = statement(&[(amount, format!("振込 {reference}ミホンイチロウ"))]);
    let (status, answer) = staff(site, "POST", "/bank-statements", &text).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

/// An event of the payment service.
pub(crate) fn event(id: &str, kind: &str, object: &Value, at: i64) -> String {
    json!({
        "id": id, "object": "event", "api_version": "2026-09-30", "created": at, "livemode": false,
        "type": kind, "data": { "object": object },
    })
    .to_string()
}

/// A session on its page, paid with this much.
fn checkout(session: &str, order: &str, amount: u64, currency: &str) -> Value {
    json!({
        "id": session, "object": "checkout.session", "amount_total": amount, "currency": currency,
        "client_reference_id": order, "payment_intent": format!("pi_{session}"), "payment_status": "paid",
        "customer_details": { "email": "payer@example.jp", "name": "見本 一郎" },
    })
}

/// Posts an event as the payment service does, signed just now. Gives the status and the outcome or code.
pub(crate) async fn post(site: &Site, body: &str) -> (u16, String) {
    let header = signature(WEBHOOK_SECRETS[0], body.as_bytes(), site.world.clock.now());
    post_signed(site, body, &header).await
}

async fn post_signed(site: &Site, body: &str, header: &str) -> (u16, String) {
    let headers = [("stripe-signature", header), ("content-type", "application/json")];
    let request = request("POST", "/reissue/payment-events", &headers, body, HERE);
    let answer = Answer::of(site.reissue.handle(request).await);
    let document: Value = serde_json::from_slice(&answer.body).unwrap();
    let told = document.get("outcome").or_else(|| document.get("code"));
    (answer.status, told.and_then(Value::as_str).unwrap().to_owned())
}

async fn paid_by_card(site: &Site, id: &str, session: &str) -> (u16, String) {
    let order = only_order(site).await.terms().id.to_string();
    let at = site.world.clock.now().as_second();
    post(site, &event(id, "checkout.session.completed", &checkout(session, &order, 5_500, "jpy"), at)).await
}

fn entered() -> (u16, String) {
    (200, "entered".to_owned())
}

#[tokio::test]
async fn what_is_paid_is_issued_at_once() {
    let site = Site::valid_for(shomei_tests::month::OCTOBER, Some(36)).await;
    let (mut browser, old) = deleted(&site).await;
    let before = match &Census::take(&site.world.store).await.badges[&old] {
        AnyBadge::Deleted(badge) => badge.clone(),
        other => panic!("{other:?}"),
    };
    let order = order(&mut browser, &old).await;
    site.deliver().await;
    let answer = transfer(&site, 5_500).await;
    assert_eq!(answer["settled"], 1, "{answer}");
    let AnyOrder::Reissued(stored) = only_order(&site).await else { panic!("it is issued") };
    let new = site.claimed(&stored.state.badge).await;
    assert_eq!((new.date, new.valid_until), (before.date, before.valid_until));
    assert_ne!((&new.list, new.index), (&before.list, before.index));
    let signed: Value = serde_json::from_str(&new.signed).unwrap();
    assert_eq!(signed["awardedDate"], "2026-10-01T00:00:00+09:00");
    let mails = site.deliver().await;
    let [mail] = mails.as_slice() else { panic!("one mail says so") };
    assert_eq!((mail.kind, mail.to.as_str()), (MailKind::BadgeReissued, ICHIRO));
    assert!(mail.text.contains("R2026-000001"), "{}", mail.text);

    // It stands in the same wallet, private, without another mail; the old one stays revoked.
    let page = format!("/wallet/badges/{}", new.id);
    browser.get(&page).await.page(200, "Private");
    browser.get(&order).await.page(200, &page);
    assert_eq!(visit(&site, &format!("/badges/{}", new.id)).await.status, 404);
    let public = browser.post(&format!("{page}/visibility"), &crate::browser::choice("public")).await;
    assert_eq!(public.location(), format!("{page}?done=published"));
    site.step(Step::Publish).await;
    visit(&site, &format!("/badges/{}", new.id)).await.page(200, "This badge is valid");
    assert_eq!(visit(&site, &format!("/badges/{old}")).await.status, 410);
    browser.get(&format!("/reissue/badges/{old}")).await.page(409, &page);
    site.is_sound().await;
    let sums = shomei_core::issuance::reconcile(
        site.world.table(),
        &site.world.programme.office,
        shomei_tests::month::scheduled(),
        None,
    );
    assert!(sums.await.unwrap().agrees(), "the month's sums agree as before");
}

#[tokio::test]
async fn the_same_money_told_of_often_is_entered_once() {
    let site = Site::october().await;
    let (mut browser, badge) = deleted(&site).await;
    order(&mut browser, &badge).await;
    let id = only_order(&site).await.terms().id.to_string();
    let at = site.world.clock.now().as_second();
    // At a shop's till: nothing is paid yet.
    let mut waiting = checkout("cs_1", &id, 5_500, "jpy");
    waiting["payment_status"] = "unpaid".into();
    let told = post(&site, &event("evt_0", "checkout.session.completed", &waiting, at)).await;
    assert_eq!(told, (200, "nothing-to-do".to_owned()));
    assert_eq!(only_order(&site).await.state(), "awaiting");
    let paid =
        event("evt_1", "checkout.session.async_payment_succeeded", &checkout("cs_1", &id, 5_500, "jpy"), at);
    for _ in 0..3 {
        assert_eq!(post(&site, &paid).await, entered());
    }
    let after = site.contents().await;
    assert_eq!(paid_by_card(&site, "evt_2", "cs_1").await, entered());
    assert_eq!(site.contents().await, after, "another event of the same session changes nothing");
    assert_eq!(only_order(&site).await.state(), "reissued");
    let census = Census::take(&site.world.store).await;
    assert_eq!((census.payments.len(), census.papers.len(), census.parked.len()), (1, 1, 0));
    assert_eq!(post(&site, &event("evt_3", "checkout.session.expired", &json!({}), at)).await.0, 200);
    site.is_sound().await;
}

#[tokio::test]
async fn what_the_payment_service_did_not_sign_is_refused() {
    let site = Site::october().await;
    let (mut browser, badge) = deleted(&site).await;
    order(&mut browser, &badge).await;
    let before = site.contents().await;
    let id = only_order(&site).await.terms().id.to_string();
    let now = site.world.clock.now();
    let body =
        event("evt_1", "checkout.session.completed", &checkout("cs_1", &id, 5_500, "jpy"), now.as_second());
    let signed = |secret: &str, seconds: i64| {
        let at = now.checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap();
        signature(secret, body.as_bytes(), at)
    };
    let right = signed(WEBHOOK_SECRETS[0], 0);
    for (header, code) in [
        (String::new(), "signature-malformed"),
        ("v1=00".to_owned(), "signature-malformed"),
        (signed("whsec_of_somebody_else_3", 0), "signature-wrong"),
        (right.replace("v1=", "v0="), "signature-malformed"),
        (signed(WEBHOOK_SECRETS[0], -301), "signature-stale"),
        (signed(WEBHOOK_SECRETS[0], 301), "signature-stale"),
        (right.replacen("t=1", "t=2", 1), "signature-wrong"),
    ] {
        assert_eq!(post_signed(&site, &body, &header).await, (400, code.to_owned()), "{header}");
    }
    let changed = body.replace("5500", "5501");
    assert_eq!(post_signed(&site, &changed, &right).await, (400, "signature-wrong".to_owned()));
    assert_eq!(post(&site, "{}").await, (400, "malformed".to_owned()));
    assert_eq!(site.contents().await, before);
    // The secret of last month is still taken, while secrets are changed.
    assert_eq!(post_signed(&site, &body, &signed(WEBHOOK_SECRETS[1], -299)).await, entered());
    assert_eq!(only_order(&site).await.state(), "reissued");
}

#[tokio::test]
async fn money_that_settles_nothing_waits_for_the_staff() {
    let site = Site::october().await;
    let (mut browser, badge) = deleted(&site).await;
    order(&mut browser, &badge).await;
    let id = only_order(&site).await.terms().id.to_string();
    let at = site.world.clock.now().as_second();
    let paid = |number: u32, order: &str, amount, currency| {
        let session = checkout(&format!("cs_{number}"), order, amount, currency);
        event(&format!("evt_{number}"), "checkout.session.completed", &session, at)
    };
    let unknown = format!("2026-11-{}", "0d8d2f0e-51c5-4c8c-9a53-1d1f0a2a6f11");
    for (body, told) in [
        (paid(1, &id, 5_499, "jpy"), (422, "payment-wrong-amount")),
        (paid(2, &id, 5_500, "usd"), (422, "payment-wrong-currency")),
        (paid(3, &unknown, 5_500, "jpy"), (200, "unknown-order")),
        (paid(4, "no-order", 5_500, "jpy"), (200, "unknown-order")),
        // The body sells other things by the same account.
        (paid(5, "seminar-7", 12_000, "jpy"), (200, "not-ours")),
    ] {
        for _ in 0..2 {
            assert_eq!(post(&site, &body).await, (told.0, told.1.to_owned()), "{body}");
        }
    }
    let answer = transfer(&site, 5_400).await;
    assert_eq!(answer["lines"][0]["outcome"], "parked", "{answer}");
    assert_eq!(answer["lines"][0]["reason"], "wrong-amount", "{answer}");
    assert_eq!(only_order(&site).await.state(), "awaiting", "nothing is guessed");
    assert_eq!(paid_by_card(&site, "evt_9", "cs_9").await, entered());
    assert_eq!(paid_by_card(&site, "evt_10", "cs_10").await, (200, "already-paid".to_owned()));
    let (_, parked) = staff(&site, "GET", "/payments/parked", "").await;
    let parked: Vec<&Value> = parked["payments"].as_array().unwrap().iter().collect();
    assert_eq!(parked.len(), 6, "{parked:?}");
    for payment in parked {
        let path = format!("/payments/{}/return", payment["id"].as_str().unwrap());
        for _ in 0..2 {
            assert_eq!(staff(&site, "POST", &path, "").await.0, 200);
        }
    }
    let census = Census::take(&site.world.store).await;
    assert!(census.parked.is_empty());
    let settled = census.payments.values().filter(|payment| payment.used == Use::Settled).count();
    assert_eq!((settled, census.payments.len()), (1, 7));
    site.is_sound().await;
}

#[tokio::test]
async fn a_statement_is_matched_by_reference_and_amount_alone() {
    let site = Site::october().await;
    let (mut browser, badge) = deleted(&site).await;
    order(&mut browser, &badge).await;
    let reference = only_order(&site).await.terms().reference.to_string();
    let file = statement(&[
        (5_500, "振込 ミホンイチロウ".to_owned()),
        (5_500, "振込 12345670ミホンイチロウ".to_owned()),
        (100_000, "ゲツガクカイヒ".to_owned()),
        (5_500, format!("振込 ミホンイチロウ {}-{}", &reference[..4], &reference[4..])),
    ]);
    for settled in [1, 1] {
        let (status, answer) = staff(&site, "POST", "/bank-statements", &file).await;
        assert_eq!((status, &answer["settled"]), (200, &settled.into()), "{answer}");
        let outcomes: Vec<_> = answer["lines"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line["outcome"].as_str().unwrap())
            .collect();
        assert_eq!(outcomes, ["no-reference", "no-reference", "no-reference", "settled"]);
    }
    assert_eq!(Census::take(&site.world.store).await.payments.len(), 1);
    let (status, answer) = staff(&site, "POST", "/bank-statements", "氏名,住所\nx,y\n").await;
    assert_eq!((status, &answer["code"]), (422, &"statement-unreadable".into()), "{answer}");
    site.is_sound().await;
}

#[tokio::test]
async fn what_the_staff_entered_by_hand_is_found_again_in_the_statement() {
    let site = Site::october().await;
    let (mut browser, badge) = deleted(&site).await;
    order(&mut browser, &badge).await;
    let id = only_order(&site).await.terms().id.to_string();
    let path = format!("/orders/{id}/payment");
    for (body, status, code) in [
        (r#"{"amount":5499,"paidOn":"2026-11-02"}"#, 409, "payment-wrong-amount"),
        (r#"{"amount":5500,"paidOn":"2027-11-02"}"#, 400, "malformed"),
        (r#"{"amount":"5500"}"#, 400, "malformed"),
    ] {
        let (told, answer) = staff(&site, "POST", &path, body).await;
        assert_eq!((told, &answer["code"]), (status, &code.into()), "{answer}");
    }
    let right = r#"{"amount":5500,"paidOn":"2026-11-02"}"#;
    for _ in 0..2 {
        assert_eq!(staff(&site, "POST", &path, right).await.0, 200);
    }
    let answer = transfer(&site, 5_500).await;
    assert_eq!(answer["lines"][0]["outcome"], "matched", "{answer}");
    let answer = transfer(&site, 5_500).await;
    assert_eq!(answer["lines"][0]["outcome"], "matched", "the same line again: {answer}");
    let (_, shown) = staff(&site, "GET", &format!("/orders/{id}"), "").await;
    let trail = shown["trail"].as_array().unwrap();
    let told: Vec<_> = trail.iter().map(|line| line["what"].as_str().unwrap()).collect();
    assert_eq!(told, ["placed", "paid", "reissued", "line-found"]);
    assert_eq!(trail[1]["actor"], json!({ "who": "staff", "subject": "local" }));
    // Paid already, by the card: by hand it is not paid again.
    assert_eq!(Census::take(&site.world.store).await.payments.len(), 1);
    site.is_sound().await;
}

#[tokio::test]
async fn who_pays_too_late_gets_the_badge_all_the_same() {
    let site = Site::october().await;
    let (mut browser, badge) = deleted(&site).await;
    order(&mut browser, &badge).await;
    site.world.clock.jump(31 * DAY);
    site.step(Step::Sweep { scheduled: site.world.clock.now() }).await;
    assert_eq!(only_order(&site).await.state(), "expired");
    assert_eq!(paid_by_card(&site, "evt_1", "cs_1").await, entered());
    assert_eq!(only_order(&site).await.state(), "reissued");
    site.is_sound().await;

    // Not if the badge was ordered anew meanwhile: one of the two would be paid for nothing.
    let site = Site::october().await;
    let (mut browser, badge) = deleted(&site).await;
    order(&mut browser, &badge).await;
    let first = only_order(&site).await.terms().id.to_string();
    site.world.clock.jump(31 * DAY);
    site.step(Step::Sweep { scheduled: site.world.clock.now() }).await;
    browser.sign_in(ICHIRO).await;
    order(&mut browser, &badge).await;
    let at = site.world.clock.now().as_second();
    let late = event("evt_1", "checkout.session.completed", &checkout("cs_1", &first, 5_500, "jpy"), at);
    assert_eq!(post(&site, &late).await, (200, "order-ended".to_owned()));
    site.is_sound().await;
}

#[tokio::test]
async fn a_badge_that_could_not_be_issued_at_once_is_issued_by_the_sweep() {
    let mut site = Site::october().await;
    let (badge, reference) = {
        let (mut browser, badge) = deleted(&site).await;
        order(&mut browser, &badge).await;
        (badge, only_order(&site).await.terms().reference)
    };
    site.break_signer();
    let text = statement(&[(5_500, format!("{reference}ミホン"))]);
    let (status, answer) = staff(&site, "POST", "/bank-statements", &text).await;
    assert_eq!((status, &answer["settled"]), (200, &1.into()), "the money is entered: {answer}");
    assert_eq!(only_order(&site).await.state(), "paid");
    site.is_sound().await;
    site.world.clock.jump(HOUR + MINUTE);
    site.step(Step::Sweep { scheduled: site.world.clock.now() }).await;
    let AnyOrder::Reissued(order) = only_order(&site).await else { panic!("the sweep issues it") };
    assert_eq!(order.terms.replaces, badge);
    site.is_sound().await;
}

/// Two equal transfers are two payments, also where the staff had entered one of them by hand.
#[tokio::test]
async fn a_second_transfer_is_never_swallowed() {
    let site = Site::october().await;
    let (mut browser, badge) = deleted(&site).await;
    order(&mut browser, &badge).await;
    let id = only_order(&site).await.terms().id.to_string();
    let by_hand = r#"{"amount":5500,"paidOn":"2026-11-01"}"#;
    assert_eq!(staff(&site, "POST", &format!("/orders/{id}/payment"), by_hand).await.0, 200);
    let answer = transfer(&site, 5_500).await;
    assert_eq!(answer["lines"][0]["reason"], "already-paid", "of another day: {answer}");
    site.is_sound().await;

    let site = Site::october().await;
    let (mut browser, badge) = deleted(&site).await;
    order(&mut browser, &badge).await;
    assert_eq!(transfer(&site, 5_500).await["settled"], 1);
    let reference = only_order(&site).await.terms().reference;
    let other_form = format!("日付,入金,摘要\n2026/11/02,5500,ﾐﾎﾝ {reference}\n");
    let (_, answer) = staff(&site, "POST", "/bank-statements", &other_form).await;
    assert_eq!(answer["lines"][0]["reason"], "perhaps-the-same", "{answer}");
    site.is_sound().await;
}

/// An expired badge is not sold again, also not to whoever ordered it before.
#[tokio::test]
async fn money_for_an_expired_badge_is_parked() {
    let site = Site::valid_for(shomei_tests::month::OCTOBER, Some(2)).await;
    let (mut browser, badge) = deleted(&site).await;
    order(&mut browser, &badge).await;
    let AnyOrder::Awaiting(waiting) = only_order(&site).await else { panic!("it awaits its payment") };
    assert_eq!(Some(waiting.state.pay_by), waiting.terms.valid_until, "not beyond the validity");
    site.world.clock.jump(30 * DAY);
    assert_eq!(paid_by_card(&site, "evt_1", "cs_1").await, (200, "badge-expired".to_owned()));
    assert!(Census::take(&site.world.store).await.papers.is_empty(), "nothing is receipted");
    site.is_sound().await;
}
