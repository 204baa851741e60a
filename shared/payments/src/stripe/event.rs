//! What an event says.
//!
//! Source of the fields: Stripe's API reference (docs.stripe.com/api), "The Event object", "Types of events", "The
//! Checkout Session object", "The Charge object" and "The Dispute object".

use jiff::Timestamp;
use serde::{Deserialize, de::DeserializeOwned};

use super::field::Field;

/// Something that happened at Stripe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The same whenever the event is delivered again.
    pub id: String,
    /// When it happened.
    pub created: Timestamp,
    /// What it is about.
    pub subject: Subject,
}

/// What an event is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The money is there: `checkout.session.completed` with the payment status `paid`, or
    /// `checkout.session.async_payment_succeeded`.
    CheckoutPaid(Checkout),
    /// The buyer is done with the page, and the money comes later if at all, as with convenience stores (konbini) and bank
    /// transfers: `checkout.session.completed` with the payment status `unpaid`. Stripe's guide "Fulfill orders" has it
    /// that nothing is delivered yet.
    CheckoutPending(Checkout),
    /// The money did not come after all: `checkout.session.async_payment_failed`.
    CheckoutFailed(Checkout),
    /// Money went back, all or a part of it: `charge.refunded`.
    Refunded(Refund),
    /// A buyer contests the payment at their bank, or the bank inquires before that: `charge.dispute.created`. With an
    /// inquiry no money is taken yet, but it may become a dispute.
    DisputeOpened(Dispute),
    /// It is decided: `charge.dispute.closed`. [`Dispute::won`] says how.
    DisputeClosed(Dispute),
    /// Nothing that is needed here. Stripe may send types that are new.
    Other,
}

/// A payment by Stripe's page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkout {
    /// The session's identifier.
    pub session: String,
    /// What was given along with the link to the page (`client_reference_id`). Whoever has the link can change it.
    pub client_reference_id: Option<String>,
    /// By which refunds and disputes name the payment later.
    pub payment_intent: Option<String>,
    /// What is paid in all.
    pub amount: Amount,
}

/// A sum of money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    /// In the smallest unit: whole yen, but cents of a dollar.
    pub minor_units: u64,
    /// ISO 4217 in lower case: `jpy`.
    pub currency: String,
}

/// Money that went back to the buyer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// The charge's identifier.
    pub charge: String,
    /// The payment, as [`Checkout::payment_intent`] names it.
    pub payment_intent: Option<String>,
    /// What was paid.
    pub charged: Amount,
    /// What of it has gone back so far, earlier refunds included: never more than was paid.
    pub refunded: Amount,
}

/// A payment that a buyer contests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    /// The dispute's identifier.
    pub id: String,
    /// The payment, as [`Checkout::payment_intent`] names it.
    pub payment_intent: Option<String>,
    /// What is contested.
    pub amount: Amount,
    /// Whether the money is kept; none while it is open. Kept: `won`, and `warning_closed`, an inquiry that became no
    /// dispute. Not kept: `lost`, and `prevented` and `charge_refunded`, where the buyer got it back before a dispute.
    pub won: Option<bool>,
}

/// A body is no event of the documented shape. Names a field at most, and never repeats what stands in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// Not a JSON object, or a field twice in one.
    #[error("the event is not JSON of the expected form")]
    NotJson,
    /// This field is missing or has another form.
    #[error("the event's field {0} is missing or has another form")]
    Field(&'static str),
}

/// Reads the body of a request whose signature was verified. Reads only the fields that [`Event`] has room for: names
/// and addresses of buyers (`customer_details` and others) are passed over.
///
/// # Errors
/// [`EventError`] if the event is of a type that is read, and is not of the documented shape.
pub fn event(body: &[u8]) -> Result<Event, EventError> {
    let envelope: Envelope = read(body)?;
    envelope.object.is("event", "object")?;
    let id = envelope.id.id("id")?;
    let created = envelope.created.whole("created")?;
    let created = i64::try_from(created).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    let created = created.ok_or(EventError::Field("created"))?;
    let subject = match envelope.kind.text("type")?.as_str() {
        "checkout.session.completed" => completed(&object(body)?)?,
        "checkout.session.async_payment_succeeded" => succeeded(&object(body)?)?,
        "checkout.session.async_payment_failed" => Subject::CheckoutFailed(checkout(&object(body)?)?),
        "charge.refunded" => Subject::Refunded(refund(&object(body)?)?),
        "charge.dispute.created" => Subject::DisputeOpened(dispute(&object(body)?)?),
        "charge.dispute.closed" => closed(&object(body)?)?,
        _ => Subject::Other,
    };
    Ok(Event { id, created, subject })
}

/// A session that costs nothing (`no_payment_required`) is no payment.
fn completed(session: &SessionFields) -> Result<Subject, EventError> {
    match session.payment_status.text("data.object.payment_status")?.as_str() {
        "paid" => Ok(Subject::CheckoutPaid(checkout(session)?)),
        "unpaid" => Ok(Subject::CheckoutPending(checkout(session)?)),
        "no_payment_required" => Ok(Subject::Other),
        _ => Err(EventError::Field("data.object.payment_status")),
    }
}

/// Success is believed only if the session says `paid` as well.
fn succeeded(session: &SessionFields) -> Result<Subject, EventError> {
    session.payment_status.is("paid", "data.object.payment_status")?;
    Ok(Subject::CheckoutPaid(checkout(session)?))
}

fn checkout(session: &SessionFields) -> Result<Checkout, EventError> {
    session.object.is("checkout.session", "data.object.object")?;
    Ok(Checkout {
        session: session.id.id("data.object.id")?,
        client_reference_id: session.client_reference_id.optional_text("data.object.client_reference_id")?,
        payment_intent: session.payment_intent.optional_id("data.object.payment_intent")?,
        amount: Amount {
            minor_units: session.amount_total.whole("data.object.amount_total")?,
            currency: session.currency.currency()?,
        },
    })
}

fn refund(charge: &ChargeFields) -> Result<Refund, EventError> {
    charge.object.is("charge", "data.object.object")?;
    let currency = charge.currency.currency()?;
    let charged = charge.amount.whole("data.object.amount")?;
    let refunded = charge.amount_refunded.whole("data.object.amount_refunded")?;
    if refunded > charged {
        return Err(EventError::Field("data.object.amount_refunded"));
    }
    Ok(Refund {
        charge: charge.id.id("data.object.id")?,
        payment_intent: charge.payment_intent.optional_id("data.object.payment_intent")?,
        charged: Amount { minor_units: charged, currency: currency.clone() },
        refunded: Amount { minor_units: refunded, currency },
    })
}

fn dispute(dispute: &DisputeFields) -> Result<Dispute, EventError> {
    dispute.object.is("dispute", "data.object.object")?;
    Ok(Dispute {
        id: dispute.id.id("data.object.id")?,
        payment_intent: dispute.payment_intent.optional_id("data.object.payment_intent")?,
        amount: Amount {
            minor_units: dispute.amount.whole("data.object.amount")?,
            currency: dispute.currency.currency()?,
        },
        won: None,
    })
}

fn closed(fields: &DisputeFields) -> Result<Subject, EventError> {
    let won = match fields.status.text("data.object.status")?.as_str() {
        "won" | "warning_closed" => true,
        "lost" | "prevented" | "charge_refunded" => false,
        _ => return Err(EventError::Field("data.object.status")),
    };
    Ok(Subject::DisputeClosed(Dispute { won: Some(won), ..dispute(fields)? }))
}

/// The event without its object.
#[derive(Deserialize)]
struct Envelope {
    #[serde(default)]
    id: Field,
    #[serde(default)]
    object: Field,
    #[serde(default)]
    created: Field,
    #[serde(default, rename = "type")]
    kind: Field,
}

/// The event's object alone, once its type is known.
#[derive(Deserialize)]
struct Whole<T> {
    data: Data<T>,
}

#[derive(Deserialize)]
struct Data<T> {
    object: T,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SessionFields {
    id: Field,
    object: Field,
    client_reference_id: Field,
    payment_intent: Field,
    payment_status: Field,
    amount_total: Field,
    currency: Field,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ChargeFields {
    id: Field,
    object: Field,
    payment_intent: Field,
    amount: Field,
    amount_refunded: Field,
    currency: Field,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct DisputeFields {
    id: Field,
    object: Field,
    payment_intent: Field,
    amount: Field,
    currency: Field,
    status: Field,
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, EventError> {
    // An array could be read as a struct as well.
    let begin = body.iter().find(|byte| !byte.is_ascii_whitespace());
    if begin != Some(&b'{') {
        return Err(EventError::NotJson);
    }
    serde_json::from_slice(body).map_err(|_| EventError::NotJson)
}

/// The body is JSON by now, so what fails here is the shape of `data`.
fn object<T: DeserializeOwned>(body: &[u8]) -> Result<T, EventError> {
    let whole: Whole<T> = read(body).map_err(|_| EventError::Field("data.object"))?;
    Ok(whole.data.object)
}
