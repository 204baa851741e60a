//! Orders: a badge is issued again, for money or, by the staff's decision, for none.
//!
//! ```text
//!            ┌──expire──▶ Expired ──pay──┐
//! Awaiting ──┴──────────pay──────────────▶ Paid ──reissue──▶ Reissued
//!                     free of charge ──────▶ └──────refund──────┴──▶ Refunded
//! ```
//! Each state is a type, and a transition consumes the old state, so that an illegal one does not compile:
//!
//! ```compile_fail
//! # use shomei_core::order::{Order, Awaiting, Reissued};
//! fn give_away(order: Order<Awaiting>, badge: shomei_core::badge::BadgeId, at: jiff::Timestamp) -> Order<Reissued> {
//!     order.reissue(badge, at) // only what was paid is issued
//! }
//! ```

mod actor;
mod id;
mod marks;
mod money;
mod papers;

use jiff::{SignedDuration, Timestamp, civil::Date};
use payments::reference::PaymentReference;
use serde::{Deserialize, Serialize};

pub use self::{actor::*, id::*, marks::*, money::*, papers::*};
use crate::{
    badge::{BadgeId, Consent, Preparation},
    candidate::{AchievementId, CandidateRef, Kind},
    money::Fee,
    ports::Key,
    programme::Bilingual,
    store::Record,
    wallet::WalletId,
};

/// How long an order waits for its payment, in days, as its page says it …
pub const PAY_WITHIN_DAYS: u32 = 30;

/// … and as it is reckoned with.
pub const PAYMENT_VALIDITY: SignedDuration = SignedDuration::from_hours(24 * PAY_WITHIN_DAYS as i64);

/// What an order is about, in every state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The order's name.
    pub id: OrderId,
    /// What a payer writes beside the own name.
    pub reference: PaymentReference,
    /// The wallet that the badge comes into. None: it is mailed to the address on record.
    pub wallet: Option<WalletId>,
    /// Whose occasion the badge attests.
    pub candidate: CandidateRef,
    /// The badge in whose place another one is issued.
    pub replaces: BadgeId,
    /// The achievement …
    pub achievement: AchievementId,
    /// … and what it was called.
    pub name: Bilingual,
    /// Pass or renewal.
    pub kind: Kind,
    /// The day of the occasion.
    pub date: Date,
    /// The last moment of the badge's validity, if it has one. It stays as it was.
    pub valid_until: Option<Timestamp>,
    /// What it costs.
    pub fee: Fee,
    /// To whom the receipt is made out. None: nothing is paid.
    pub addressee: Option<Addressee>,
    /// The wording of the order that was agreed to, and when. None: the staff ordered.
    pub consent: Option<Consent>,
    /// When it was placed.
    pub asked_at: Timestamp,
    /// How many lines its trail has.
    pub steps: u32,
    /// A payer disputes the payment with the payment service, which decides.
    pub disputed: bool,
}

/// An order in the state `S`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order<S> {
    /// What it is about.
    #[serde(flatten)]
    pub terms: Terms,
    /// The state, with its own data.
    #[serde(flatten)]
    pub state: S,
}

/// Waits for its payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Awaiting {
    /// Until when. The sweep ends it then.
    pub pay_by: Timestamp,
}

/// Paid, or free of charge. The badge is on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paid {
    /// Why the badge is owed.
    pub settlement: Settlement,
    /// Since when it is.
    pub settled_at: Timestamp,
    /// What will be signed, once it is fixed.
    pub preparation: Option<Box<Preparation>>,
}

/// The badge was issued again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reissued {
    /// Why it was owed.
    pub settlement: Settlement,
    /// The new badge.
    pub badge: BadgeId,
    /// When.
    pub reissued_at: Timestamp,
}

/// Nobody paid in time, and who pays later gets the badge all the same; or the staff ended it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expired {
    /// When.
    pub expired_at: Timestamp,
}

/// The money was given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refunded {
    /// What was given back.
    pub payment: PaymentId,
    /// Its receipt …
    pub receipt: PaperNumber,
    /// … and the paper that takes it back.
    pub credit_note: PaperNumber,
    /// The badge, if it had been issued. It stays: only the staff revoke it.
    pub badge: Option<BadgeId>,
    /// When.
    pub refunded_at: Timestamp,
}

/// Why a badge is owed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum Settlement {
    /// It was paid.
    Payment {
        /// The money.
        payment: PaymentId,
        /// Its receipt.
        receipt: PaperNumber,
    },
    /// The staff decided that it costs nothing.
    Favour {
        /// Who did.
        actor: Actor,
        /// Why.
        reason: Reason,
    },
}

impl Settlement {
    /// The payment and its receipt, if there was one.
    pub fn paid(&self) -> Option<(&PaymentId, &PaperNumber)> {
        match self {
            Self::Payment { payment, receipt } => Some((payment, receipt)),
            Self::Favour { .. } => None,
        }
    }
}

impl Order<Awaiting> {
    /// Placed, and not paid.
    pub fn place(terms: Terms, pay_by: Timestamp) -> Self {
        Self { terms, state: Awaiting { pay_by } }
    }

    /// The receipt is to be made out to somebody else.
    #[must_use]
    pub fn address_receipt_to(mut self, addressee: Addressee) -> Self {
        self.terms.addressee = Some(addressee);
        self
    }

    /// It was paid.
    pub fn pay(self, payment: PaymentId, receipt: PaperNumber, at: Timestamp) -> Order<Paid> {
        self.with(Paid::by(payment, receipt, at))
    }

    /// Nobody paid in time.
    pub fn expire(self, at: Timestamp) -> Order<Expired> {
        self.with(Expired { expired_at: at })
    }
}

impl Order<Expired> {
    /// It was paid after all.
    pub fn pay(self, payment: PaymentId, receipt: PaperNumber, at: Timestamp) -> Order<Paid> {
        self.with(Paid::by(payment, receipt, at))
    }
}

impl Paid {
    fn by(payment: PaymentId, receipt: PaperNumber, at: Timestamp) -> Self {
        Self { settlement: Settlement::Payment { payment, receipt }, settled_at: at, preparation: None }
    }
}

impl Order<Paid> {
    /// The staff order it, free of charge.
    pub fn favour(terms: Terms, actor: Actor, reason: Reason, at: Timestamp) -> Self {
        let settlement = Settlement::Favour { actor, reason };
        Self { terms, state: Paid { settlement, settled_at: at, preparation: None } }
    }

    /// The staff take back what they ordered free of charge. None: it was paid.
    pub fn withdraw(self, at: Timestamp) -> Option<Order<Expired>> {
        self.state.settlement.paid().is_none().then(|| self.with(Expired { expired_at: at }))
    }

    /// Fixes what will be signed; fixed again only if nothing was given out yet and another key signs.
    #[must_use]
    pub fn prepare(mut self, preparation: Preparation) -> Self {
        self.state.preparation = Some(Box::new(preparation));
        self
    }

    /// The badge exists now. Committed together with it.
    pub fn reissue(self, badge: BadgeId, at: Timestamp) -> Order<Reissued> {
        let settlement = self.state.settlement.clone();
        self.with(Reissued { settlement, badge, reissued_at: at })
    }

    /// The money was given back before the badge was issued. None: there was none.
    pub fn refund(self, credit_note: PaperNumber, at: Timestamp) -> Option<Order<Refunded>> {
        let refunded = Refunded::of(&self.state.settlement, credit_note, None, at)?;
        Some(self.with(refunded))
    }
}

impl Order<Reissued> {
    /// The money was given back. None: there was none.
    pub fn refund(self, credit_note: PaperNumber, at: Timestamp) -> Option<Order<Refunded>> {
        let badge = Some(self.state.badge.clone());
        let refunded = Refunded::of(&self.state.settlement, credit_note, badge, at)?;
        Some(self.with(refunded))
    }
}

impl Refunded {
    fn of(
        settlement: &Settlement,
        credit_note: PaperNumber,
        badge: Option<BadgeId>,
        at: Timestamp,
    ) -> Option<Self> {
        let (payment, receipt) = settlement.paid()?;
        let (payment, receipt) = (payment.clone(), receipt.clone());
        Some(Self { payment, receipt, credit_note, badge, refunded_at: at })
    }
}

impl<S> Order<S> {
    fn with<N>(self, state: N) -> Order<N> {
        Order { terms: self.terms, state }
    }
}

/// An order as it stands in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum AnyOrder {
    /// See [`Awaiting`].
    Awaiting(Order<Awaiting>),
    /// See [`Paid`].
    Paid(Order<Paid>),
    /// See [`Reissued`].
    Reissued(Order<Reissued>),
    /// See [`Expired`].
    Expired(Order<Expired>),
    /// See [`Refunded`].
    Refunded(Order<Refunded>),
}

impl AnyOrder {
    /// Where an order stands: with those that were placed in the same month.
    pub fn key_of(id: &OrderId) -> Key {
        Key::new(id.partition(), id.to_string())
    }

    /// What it is about.
    pub fn terms(&self) -> &Terms {
        match self {
            Self::Awaiting(order) => &order.terms,
            Self::Paid(order) => &order.terms,
            Self::Reissued(order) => &order.terms,
            Self::Expired(order) => &order.terms,
            Self::Refunded(order) => &order.terms,
        }
    }

    pub(crate) fn terms_mut(&mut self) -> &mut Terms {
        match self {
            Self::Awaiting(order) => &mut order.terms,
            Self::Paid(order) => &mut order.terms,
            Self::Reissued(order) => &mut order.terms,
            Self::Expired(order) => &mut order.terms,
            Self::Refunded(order) => &mut order.terms,
        }
    }

    /// The name of its state.
    pub fn state(&self) -> &'static str {
        match self {
            Self::Awaiting(_) => "awaiting",
            Self::Paid(_) => "paid",
            Self::Reissued(_) => "reissued",
            Self::Expired(_) => "expired",
            Self::Refunded(_) => "refunded",
        }
    }

    /// The payment that settled it, and its receipt.
    pub fn paid(&self) -> Option<(&PaymentId, &PaperNumber)> {
        match self {
            Self::Awaiting(_) | Self::Expired(_) => None,
            Self::Paid(order) => order.state.settlement.paid(),
            Self::Reissued(order) => order.state.settlement.paid(),
            Self::Refunded(order) => Some((&order.state.payment, &order.state.receipt)),
        }
    }
}

impl Record for AnyOrder {
    fn key(&self) -> Key {
        Self::key_of(&self.terms().id)
    }
}
