//! The third person's badge is ordered again, paid, issued, and the money given back; the fourth one's is sent again for nothing.

use serde_json::{Value, json};
use shomei_core::ports::Clock as _;
use shomei_pages::reissue::ORDER_WORDING;
use shomei_tests::{
    audit::Census,
    world::{WEBHOOK_SECRETS, World, signature},
};

use crate::{
    functions::{Functions, request::request},
    people::{self, PEOPLE},
    watched::{Fault, Operation, Since, Watched},
};

/// To whom the receipt is made out.
pub(crate) const ADDRESSEE: &str = "秘匿商事 御中";

/// The beginnings of what the payment service calls payments in these tests.
pub(crate) const PAYMENT_IDS: [&str; 2] = ["cs_secret", "pi_secret"];

/// Why the staff give money back, or ask for none.
pub(crate) const REASON: &str = "内緒の事情";

/// What the payment service tells, signed.
pub(crate) async fn told(functions: &Functions, world: &World, id: &str, kind: &str, object: &Value) -> u16 {
    let now = world.clock.now();
    let body = json!({
        "id": id, "object": "event", "created": now.as_second(), "type": kind, "data": { "object": object },
    })
    .to_string();
    let header = signature(WEBHOOK_SECRETS[0], body.as_bytes(), now);
    let headers = [("stripe-signature", header.as_str())];
    let event = request("POST", "/reissue/payment-events", &headers, body.as_bytes());
    functions.reissue.handle(event).await.status().as_u16()
}

/// A session of the payment service, which knows the payer.
pub(crate) fn checkout(number: u32, order: &str, amount: u32) -> Value {
    let person = &PEOPLE[2];
    json!({
        "id": format!("cs_secret_{number}"), "object": "checkout.session", "amount_total": amount,
        "currency": "jpy", "client_reference_id": order, "payment_intent": format!("pi_secret_{number}"),
        "payment_status": "paid", "customer_details": { "email": person.address, "name": person.name },
    })
}

/// The order that waits for its payment, or the last one.
pub(crate) async fn order_of(world: &World) -> String {
    let census = Census::take(&world.store).await;
    let waits = census.open_orders.values().next().map(|open| open.order.to_string());
    waits.unwrap_or_else(|| census.orders.keys().next().map(ToString::to_string).unwrap_or_default())
}

/// The third person orders the deleted badge.
pub(crate) async fn ordered(functions: &Functions, world: &World) -> u16 {
    let Some((browser, badge)) = people::signed_in(functions, world, &PEOPLE[2]).await else { return 0 };
    let form = [("addressee", ADDRESSEE), ("consent", ORDER_WORDING), ("price", "5500")];
    let form = serde_urlencoded::to_string(form).unwrap();
    let path = badge.replace("/wallet/", "/reissue/");
    browser.ordering(&functions.reissue).post(&path, &form).await.status().as_u16()
}

/// Asks for a link by a person's number and address.
pub(crate) async fn asked(functions: &Functions, number: &str, address: &str) -> u16 {
    let form = serde_urlencoded::to_string([("number", number), ("address", address)]).unwrap();
    let mut browser = crate::browser::Browser::new(&functions.claim).ordering(&functions.reissue);
    browser.post("/reissue/ask", &form).await.status().as_u16()
}

/// What the staff send.
pub(crate) async fn staff(functions: &Functions, path: &str, body: &Value) -> u16 {
    let json = [("content-type", "application/json")];
    let sent = request("POST", path, &json, body.to_string().as_bytes());
    functions.reissue.handle(sent).await.status().as_u16()
}

/// The fourth person's badge, free of charge.
pub(crate) async fn favoured(functions: &Functions) -> u16 {
    let body = json!({
        "number": PEOPLE[3].number, "achievement": "pm-foundation", "kind": "pass", "month": "2026-10",
        "reason": REASON,
    });
    staff(functions, "/orders", &body).await
}

/// Up to the moment at which a paid badge is about to be signed; a letter, a parked payment and an early refund wait.
pub(crate) async fn paid(ports: &Watched, functions: &Functions) {
    let world = &ports.world;
    assert_eq!(ordered(functions, world).await, 303);
    let order = order_of(world).await;
    let refund = json!({
        "id": "ch_9", "object": "charge", "amount": 5_500, "amount_refunded": 5_500, "currency": "jpy",
        "payment_intent": "pi_secret_9",
    });
    assert_eq!(told(functions, world, "evt_9", "charge.refunded", &refund).await, 200);
    let kind = "checkout.session.completed";
    assert_eq!(told(functions, world, "evt_1", kind, &checkout(1, &order, 5_400)).await, 422);
    assert_eq!(asked(functions, PEOPLE[2].number, PEOPLE[2].address).await, 303);
    ports.begin(Some((Since::First(Operation::Sign), Fault::Passing)));
    assert_eq!(told(functions, world, "evt_2", kind, &checkout(2, &order, 5_500)).await, 200);
    ports.begin(None);
}

/// What comes after it.
pub(crate) async fn settled(ports: &Watched, functions: &Functions) {
    let order = order_of(&ports.world).await;
    assert_eq!(favoured(functions).await, 201);
    let scheduled = ports.world.clock.now();
    let swept = functions.issuance.handle(shomei_issuance::Step::Sweep { scheduled }, None).await;
    assert!(swept.is_ok(), "{swept:?}");
    let refund = json!({ "reason": REASON });
    assert_eq!(staff(functions, &format!("/orders/{order}/refund"), &refund).await, 200);
}
