//! What holders, the payment service, the bank and the staff do about orders, each thing once: what reissue issues at once, and what
//! it has to leave to the sweep.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use shomei_core::{
    badge::BadgeId,
    candidate::AnyCandidate,
    letter::Letter,
    ports::Clock as _,
    status::{PublishedList, StaleList},
    store,
    token::Token,
};
use shomei_http::Response;
use shomei_pages::reissue::ORDER_WORDING;
use shomei_reissue::Reissue;
use shomei_tests::{
    audit::Census,
    cloud::Cloud,
    world::{TestClock, link_in, signature},
};

use crate::{
    browser::{Browser, ORIGIN, choice},
    request::request,
    wallets::{Recipients, texts_to},
};

/// By which the payment service signs.
pub(crate) const SECRET: &str = "whsec_ofTheTests";

/// More than an order waits, in seconds.
const TOO_LATE: i64 = 31 * 24 * 3_600;

/// The orders, and who serves them.
pub(crate) struct Orders<'a> {
    pub(crate) recipients: &'a Recipients<'a>,
    pub(crate) reissue: &'a Reissue,
    /// KMS, as reissue asks it.
    pub(crate) kms: &'a Cloud,
    pub(crate) time: &'a TestClock,
}

impl Orders<'_> {
    /// Ichirō, Futaba and Shiki have their deleted badges issued again; badges of others are replaced by the staff, at once or by
    /// the sweep.
    pub(crate) async fn live(&self) {
        for address in ["p2@example.jp", "p5@example.jp"] {
            self.accept_publicly(address).await;
        }
        self.recipients.forget_sending(&self.badge_of("p4@example.jp").await).await;
        self.forget_lists().await;
        let ichiro = self.ichiro_pays_by_card().await;
        self.favour("G-2", None).await;
        self.favour("G-4", Some("new@example.jp")).await;
        // Two badges are owed, for reissue may not sign.
        self.futaba_pays_by_transfer().await;
        self.kms.will_refuse("kms:Sign", "DisabledException");
        self.favour("G-5", None).await;
        let swept = self.sweep().await;
        assert_eq!((&swept["reissued"], &swept["overdue"]), (&json!(2), &json!(0)), "{swept}");
        self.shiki_pays_too_late(&ichiro).await;
        self.recipients.told(Letter::PARTITION).await;
        self.recipients.told(StaleList::PARTITION).await;
        let census = Census::take(&self.recipients.world.store).await;
        let left = (census.owed_badges.len(), census.open_orders.len(), census.parked.len());
        assert_eq!(
            (census.orders.len(), left),
            (6, (0, 0, 0)),
            "orders; badges owed, open orders, parked money"
        );
    }

    /// As if the badges of a large month had filled other lists than the one that a badge issued again comes into.
    async fn forget_lists(&self) {
        let world = self.recipients.world;
        for list in Census::take(&world.store).await.lists.into_keys() {
            let stored = store::load::<PublishedList>(world.table(), &PublishedList::key_of(&list)).await;
            let writes = vec![store::delete(&stored.unwrap().unwrap())];
            store::commit(world.table(), &world.entropy, writes).await.unwrap();
        }
    }

    /// Gives the cookie of the wallet.
    async fn ichiro_pays_by_card(&self) -> String {
        let holder = self.restore("A-1", "ichiro@example.jp").await;
        let order = self.place(&holder, "ichiro@example.jp").await;
        let page = format!("/reissue/orders/{order}");
        assert_eq!(self.post(&format!("{page}/addressee"), "addressee=Mihon", &holder).await.status(), 303);
        let checkout = json!({
            "object": "checkout.session", "id": "cs_1", "payment_intent": "pi_1", "client_reference_id": order,
            "payment_status": "paid", "amount_total": 5_500, "currency": "jpy",
        });
        assert_eq!(self.event("evt_1", "checkout.session.completed", checkout).await["outcome"], "entered");
        assert_eq!(self.shown(&order).await["state"], "reissued");
        assert_eq!(self.open(&format!("{page}/receipt"), &holder).await.status(), 200);
        let charge = |intent: &str| {
            json!({
                "object": "charge", "id": "ch_1", "payment_intent": intent,
                "amount": 5_500, "amount_refunded": 5_500, "currency": "jpy",
            })
        };
        assert_eq!(self.event("evt_2", "charge.refunded", charge("pi_1")).await["outcome"], "entered");
        assert_eq!(self.open(&format!("{page}/credit-note"), &holder).await.status(), 200);
        // Told of before its payment.
        assert_eq!(self.event("evt_3", "charge.refunded", charge("pi_2")).await["outcome"], "not-ours");
        holder
    }

    /// Twice, by a slip. The first time settles the order.
    async fn futaba_pays_by_transfer(&self) {
        let address = "futaba.mihon@example.jp";
        let holder = self.restore("A-2", address).await;
        let order = self.place(&holder, address).await;
        let reference = self.shown(&order).await["reference"].as_str().unwrap().to_owned();
        let found = self.staff("GET", &format!("/orders?reference={reference}"), &Value::Null).await;
        assert_eq!(found["orders"][0]["order"], order.as_str(), "{found}");
        let line = format!("2026/11/10,5500,ﾐﾎﾝ ﾌﾀﾊﾞ {reference}\n");
        let statement = format!("日付,入金,摘要\n{line}{line}");
        self.kms.will_refuse("kms:Sign", "DisabledException");
        let headers = [("content-type", "application/octet-stream")];
        let answer = self.reissue.handle(request("POST", "/bank-statements", &headers, statement.as_bytes()));
        let answer = document(&answer.await);
        let outcomes = [&answer["lines"][0]["outcome"], &answer["lines"][1]["outcome"]];
        assert_eq!(outcomes, ["settled", "parked"], "{answer}");
        assert_eq!(self.open(&format!("/reissue/orders/{order}"), &holder).await.status(), 200);
        assert_eq!(self.shown(&order).await["state"], "paid");
        let parked = self.staff("GET", "/payments/parked", &Value::Null).await;
        let payment = parked["payments"][0]["id"].as_str().unwrap();
        self.staff("POST", &format!("/payments/{payment}/return"), &Value::Null).await;
    }

    /// After the order has come into another wallet, and has ended. The staff see the money, and then give it back.
    async fn shiki_pays_too_late(&self, ichiro: &str) {
        let address = "shiki@example.jp";
        let holder = self.restore("A-4", address).await;
        let order = self.place(&holder, address).await;
        self.take_up(ichiro, address).await;
        assert_eq!(self.open(&format!("/reissue/orders/{order}"), ichiro).await.status(), 200);
        self.time.jump(TOO_LATE);
        let swept = self.sweep().await;
        assert_eq!(swept["expired"], 1, "{swept}");
        let paid = json!({ "amount": 5_500, "paidOn": "2026-12-01" });
        self.staff("POST", &format!("/orders/{order}/payment"), &paid).await;
        assert_eq!(self.shown(&order).await["state"], "reissued");
        self.staff("POST", &format!("/orders/{order}/refund"), &json!({ "reason": "見本" })).await;
        let wanted = json!({ "from": "2026-11", "to": "2026-12", "number": "A-4" });
        let listed = self.staff("POST", "/orders/search", &wanted).await;
        assert_eq!(listed["orders"][0]["state"], "refunded", "{listed}");
    }

    /// A wallet takes up another one, which is known by one address.
    async fn take_up(&self, cookie: &str, address: &str) {
        let session = cookie.split('=').nth(1).and_then(Token::parse).unwrap();
        let mut browser = Browser::keeping(self.recipients.claim, &session);
        assert_eq!(browser.post("/wallet/addresses", &format!("address={address}")).await.status(), 303);
        self.recipients.told(Letter::PARTITION).await;
        let link = self.recipients.link(address, "/wallet/prove/");
        assert_eq!(browser.post(&link, "").await.status(), 303);
        self.recipients.told(Letter::PARTITION).await;
    }

    /// Signs whoever lost the wallet in by the register: the cookie.
    pub(crate) async fn restore(&self, number: &str, address: &str) -> String {
        assert_eq!(self.open("/reissue/ask", "").await.status(), 200);
        let form = format!("number={number}&address={address}");
        assert_eq!(self.post("/reissue/ask", &form, "").await.status(), 303);
        assert_eq!(self.open("/reissue/asked", "").await.status(), 200);
        self.recipients.told(Letter::PARTITION).await;
        let link = self.recipients.link(address, "/reissue/restore/");
        assert_eq!(self.open(&link, "").await.status(), 200);
        let opened = self.post(&link, "", "").await;
        let cookie = opened.headers()["set-cookie"].to_str().unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }

    /// Orders the badge that was mailed to an address: the order's name.
    pub(crate) async fn place(&self, holder: &str, address: &str) -> String {
        let form = format!("/reissue/badges/{}", self.badge_of(address).await);
        assert_eq!(self.open(&form, holder).await.status(), 200);
        let agreed = format!("addressee=Mihon&consent={ORDER_WORDING}&price=5500");
        let placed = self.post(&form, &agreed, holder).await;
        assert_eq!(placed.status(), 303);
        let page = placed.headers()["location"].to_str().unwrap().split('?').next().unwrap().to_owned();
        assert_eq!(self.open(&page, holder).await.status(), 200);
        page.rsplit('/').next().unwrap().to_owned()
    }

    pub(crate) async fn accept_publicly(&self, address: &str) {
        let asked = self.recipients.cloud.asked();
        let texts = asked.iter().flat_map(|asked| texts_to(address, &asked.body));
        let tokens = texts.filter_map(|text| link_in(&text, "/claim/"));
        let links: BTreeSet<_> = tokens.map(|token| format!("/claim/{}", token.text())).collect();
        let mut browser = Browser::new(self.recipients.claim);
        for link in links {
            assert_eq!(browser.post(&link, &choice("public")).await.status(), 200);
        }
    }

    async fn favour(&self, number: &str, address: Option<&str>) {
        let wanted = json!({
            "number": number, "achievement": "pm-agile", "kind": "pass", "month": "2026-10",
            "address": address, "reason": "見本",
        });
        let answer = self.staff("POST", "/orders", &wanted).await;
        assert_eq!(answer["outcome"], "ordered", "{answer}");
    }

    /// The order as the staff see it.
    async fn shown(&self, order: &str) -> Value {
        self.staff("GET", &format!("/orders/{order}"), &Value::Null).await
    }

    async fn staff(&self, method: &str, path: &str, body: &Value) -> Value {
        let headers = [("content-type", "application/json")];
        let answer = self.reissue.handle(request(method, path, &headers, body.to_string().as_bytes())).await;
        assert!(answer.status().is_success(), "{method} {path}: {answer:?}");
        document(&answer)
    }

    async fn event(&self, id: &str, kind: &str, object: Value) -> Value {
        let now = self.time.now();
        let event =
            json!({ "object": "event", "id": id, "created": now.as_second(), "type": kind, "data": { "object": object } })
                .to_string();
        let signed = signature(SECRET, event.as_bytes(), now);
        let headers = [("content-type", "application/json"), ("stripe-signature", signed.as_str())];
        let answer =
            self.reissue.handle(request("POST", "/reissue/payment-events", &headers, event.as_bytes()));
        let answer = answer.await;
        assert_eq!(answer.status(), 200, "{answer:?}");
        document(&answer)
    }

    async fn sweep(&self) -> Value {
        let event = json!({ "step": "sweep", "scheduled": self.time.now() });
        serde_json::to_value(self.recipients.issuance.receive(event, None).await.unwrap()).unwrap()
    }

    /// The badge of whoever this address is on record for.
    async fn badge_of(&self, address: &str) -> BadgeId {
        let candidates = Census::take(&self.recipients.world.store).await.candidates.into_values();
        let mut issued = candidates.filter_map(|candidate| match candidate {
            AnyCandidate::Issued(candidate) => Some(candidate),
            _ => None,
        });
        issued.find(|candidate| candidate.details.address.as_str() == address).unwrap().state.badge
    }

    async fn open(&self, path: &str, holder: &str) -> Response {
        self.reissue.handle(request("GET", path, &[("accept", "text/html"), ("cookie", holder)], b"")).await
    }

    async fn post(&self, path: &str, form: &str, holder: &str) -> Response {
        let headers = [
            ("accept", "text/html"),
            ("origin", ORIGIN),
            ("content-type", "application/x-www-form-urlencoded"),
            ("cookie", holder),
        ];
        self.reissue.handle(request("POST", path, &headers, form.as_bytes())).await
    }
}

fn document(answer: &Response) -> Value {
    serde_json::from_slice(answer.body()).unwrap()
}
