//! Events of the payment service: who sent them, and what they say of money. An event that is told of again is answered as before.

use jiff::Timestamp;
use lambda_http::http::StatusCode;
use payments::stripe::{self, Checkout, SignatureError, Subject, WebhookSecrets};
use serde_json::json;
use shomei_core::{
    calendar,
    order::{Actor, Amount, Mismatch, OrderId, PaymentId, Way},
    reissue::{
        pay::{self, Entered, Received},
        refund::{self, Told},
    },
};
use shomei_http::{
    Cache, Problem, Request, Response,
    metrics::{self, Metric},
};

use crate::Reissue;

/// The header of the signature (Stripe, "Verify webhook signatures").
const SIGNATURE: &str = "stripe-signature";

impl Reissue {
    pub(crate) async fn payment_event(&self, request: &Request) -> Result<Response, Problem> {
        let secrets = self.secrets.as_ref().ok_or_else(Problem::not_found)?;
        let body = genuine(secrets, request, self.clock.now())?;
        let event = stripe::event(body).map_err(|error| {
            // The cause names a field, never what stands in it.
            tracing::warn!(cause = %error, "an event of the payment service has another form");
            Problem::malformed(
                "決済サービスからの通知を読み取れません。",
                "The payment service's event has another form than documented.",
            )
        })?;
        let told = |told, intent: &Option<String>| (told, intent.clone());
        let (told, intent) = match &event.subject {
            Subject::CheckoutPaid(checkout) => return self.paid(checkout, &event.id, event.created).await,
            // A shop's till has not been paid at yet, or never will be: the order waits as it does.
            Subject::CheckoutPending(_) | Subject::CheckoutFailed(_) | Subject::Other => {
                return Ok(answer(StatusCode::OK, "nothing-to-do"));
            }
            Subject::Refunded(refund) if refund.refunded.minor_units >= refund.charged.minor_units => {
                told(Told::Refunded, &refund.payment_intent)
            }
            Subject::Refunded(refund) => told(Told::PartlyRefunded, &refund.payment_intent),
            Subject::DisputeOpened(dispute) => told(Told::Disputed, &dispute.payment_intent),
            Subject::DisputeClosed(dispute) if dispute.won == Some(true) => {
                told(Told::DisputeWon, &dispute.payment_intent)
            }
            Subject::DisputeClosed(dispute) => told(Told::DisputeLost, &dispute.payment_intent),
        };
        let Some(intent) = intent else { return Ok(answer(StatusCode::OK, "not-ours")) };
        Ok(match refund::hear(self.ports(), &intent, told, &event.id).await? {
            refund::Heard::Entered => {
                // A person has to look, as at money that waits.
                let look = matches!(told, Told::Disputed | Told::PartlyRefunded);
                metrics::count(Metric::PaymentsParked, usize::from(look));
                answer(StatusCode::OK, "entered")
            }
            refund::Heard::Before => answer(StatusCode::OK, "entered"),
            refund::Heard::Unknown => answer(StatusCode::OK, "not-ours"),
        })
    }

    async fn paid(&self, checkout: &Checkout, event: &str, at: Timestamp) -> Result<Response, Problem> {
        let reference = checkout.client_reference_id.as_deref();
        let order = reference.and_then(OrderId::parse);
        let amount =
            Amount { units: checkout.amount.minor_units, currency: checkout.amount.currency.clone() };
        // The body may sell other things by the same account: what neither names an order nor costs what a reissue costs is one of them.
        if order.is_none() && amount.mismatch(&self.programme.reissue.fee).is_some() {
            return Ok(answer(StatusCode::OK, "not-ours"));
        }
        let received = Received {
            id: PaymentId::of_checkout(&checkout.session),
            way: Way::PaymentService,
            amount,
            paid_on: calendar::japan_date(at),
            order,
            intent: checkout.payment_intent.clone(),
            event: Some(event.to_owned()),
            actor: Actor::PaymentService,
        };
        match pay::receive(self.ports(), &received).await? {
            Entered::Settled(order) => {
                self.issue(&order, &Actor::PaymentService).await;
                Ok(answer(StatusCode::OK, "entered"))
            }
            Entered::Matched(_) | Entered::Returned => Ok(answer(StatusCode::OK, "entered")),
            Entered::Parked(mismatch) => {
                metrics::count(Metric::PaymentsParked, 1);
                parked(mismatch)
            }
            Entered::StillParked(mismatch) => parked(mismatch),
        }
    }
}

/// The body, if the service signed it a moment ago: exactly the bytes that came, whatever form the gateway gave them.
fn genuine<'a>(secrets: &WebhookSecrets, request: &'a Request, now: Timestamp) -> Result<&'a [u8], Problem> {
    let body = shomei_http::bytes(request);
    let header = request.headers().get(SIGNATURE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (code, ja, en) = match secrets.verify(header, body, now) {
        Ok(()) => return Ok(body),
        Err(SignatureError::Stale) => (
            "signature-stale",
            "署名の時刻が古いか、先の時刻です。",
            "The signature is too old, or of the future.",
        ),
        Err(SignatureError::Malformed) => (
            "signature-malformed",
            "署名がないか、形式が違います。",
            "The signature is missing or malformed.",
        ),
        Err(SignatureError::Wrong) => {
            ("signature-wrong", "署名が一致しません。", "The signature does not match.")
        }
    };
    let title = ("決済サービスからの通知と確認できません", "This does not come from the payment service");
    Err(Problem::new(StatusCode::BAD_REQUEST, code, title, (ja, en)))
}

/// Money that settles nothing is entered and waits for the staff. What is wrong with the money itself is refused besides, so that it
/// stands out at the payment service too.
fn parked(mismatch: Mismatch) -> Result<Response, Problem> {
    match mismatch {
        Mismatch::WrongAmount | Mismatch::WrongCurrency => {
            let code = if mismatch == Mismatch::WrongAmount {
                "payment-wrong-amount"
            } else {
                "payment-wrong-currency"
            };
            Err(Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                code,
                ("金額または通貨がお申し込みと違います", "The amount or the currency is not the order's"),
                (
                    "入金は保留として記録しました。担当者が確認します。",
                    "The payment is recorded as parked. The staff will see to it.",
                ),
            ))
        }
        Mismatch::UnknownOrder
        | Mismatch::AlreadyPaid
        | Mismatch::PerhapsTheSame
        | Mismatch::OrderEnded
        | Mismatch::BadgeExpired
        | Mismatch::BadgeRevoked => Ok(answer(StatusCode::OK, mismatch.name())),
    }
}

fn answer(status: StatusCode, outcome: &str) -> Response {
    let document = json!({ "outcome": outcome });
    shomei_http::json(status, "application/json", document.to_string(), Cache::Private)
}
