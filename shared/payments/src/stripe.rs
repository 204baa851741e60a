//! Events that Stripe posts to an endpoint ("webhooks"): who sent them, and what they say about a payment.
//!
//! ```
//! # use payments::stripe::{event, WebhookSecrets};
//! # fn received(header: &str, body: &[u8], now: jiff::Timestamp) -> Result<(), Box<dyn std::error::Error>> {
//! let secrets = WebhookSecrets::parse("whsec_of_this_month,whsec_of_last_month")?;
//! secrets.verify(header, body, now)?;
//! let event = event(body)?; // only what is signed is read
//! # Ok(()) }
//! ```
//!
//! Stripe delivers an event more than once now and then, and in no certain order (Stripe's documentation, "Receive
//! Stripe events in your webhook endpoint", section "Best practices"): whoever acts on one keeps its [`Event::id`].

mod event;
mod field;
mod signature;

pub use self::{
    event::{Amount, Checkout, Dispute, Event, EventError, Refund, Subject, event},
    signature::{SecretsError, SignatureError, TOLERANCE_SECONDS, WebhookSecrets},
};
