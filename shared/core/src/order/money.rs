//! Money that came in. Every yen that a payment service or a bank names together with an order stands as a [`Payment`], whatever
//! becomes of it: it settles the order, or it is parked until the staff have looked at it.

use std::fmt;

use jiff::{SignedDuration, Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{Actor, KEPT_YEARS, OrderId, kept_until};
use crate::{calendar, money::Fee, ports::Key, store::Record};

/// Names a payment by what it came from, so that the same money is the same payment however often it is told of.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PaymentId(String);

impl PaymentId {
    /// Paid on the payment service's page: one session of it is one payment.
    pub fn of_checkout(session: &str) -> Self {
        Self(format!("card-{session}"))
    }

    /// A line of a bank's statement, by its identity (64 hexadecimal digits).
    pub fn of_bank_line(identity: &str) -> Self {
        Self(format!("bank-{identity}"))
    }

    /// What the staff saw in the bank account with their own eyes. An order is paid so once.
    pub fn by_hand(order: &OrderId) -> Self {
        Self(format!("hand-{order}"))
    }

    /// From a URL. What names no payment finds none.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() <= 300
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        fits.then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for PaymentId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// How money came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// By a transfer to the programme's bank account.
    BankTransfer,
    /// By the payment service: a card, or cash in a shop.
    PaymentService,
}

/// An amount of any currency, as a payment service tells it: in the smallest unit. A yen has none smaller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// So many units.
    pub units: u64,
    /// ISO 4217, in lower case.
    pub currency: String,
}

impl Amount {
    /// Whole yen.
    pub fn yen(units: u64) -> Self {
        Self { units, currency: "jpy".to_owned() }
    }

    /// Why it does not pay a fee, if it does not.
    pub fn mismatch(&self, fee: &Fee) -> Option<Mismatch> {
        if self.currency != "jpy" {
            return Some(Mismatch::WrongCurrency);
        }
        (self.units != u64::from(fee.total.0)).then_some(Mismatch::WrongAmount)
    }
}

/// Why money settles no order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mismatch {
    /// It names an order that is not there, or none.
    UnknownOrder,
    /// Too much or too little.
    WrongAmount,
    /// Another currency.
    WrongCurrency,
    /// The order is paid already.
    AlreadyPaid,
    /// A transfer of the same day and amount has settled the order: perhaps the same money in another file of the bank, perhaps paid
    /// twice. The bank's statement tells.
    PerhapsTheSame,
    /// The order has ended, and the badge has been ordered or issued again since.
    OrderEnded,
    /// The badge's validity is over: it is not sold any more.
    BadgeExpired,
    /// The issuer revoked the badge: it is not sold any more.
    BadgeRevoked,
}

impl Mismatch {
    /// Its name, in kebab-case.
    pub fn name(self) -> &'static str {
        match self {
            Self::UnknownOrder => "unknown-order",
            Self::WrongAmount => "wrong-amount",
            Self::WrongCurrency => "wrong-currency",
            Self::AlreadyPaid => "already-paid",
            Self::PerhapsTheSame => "perhaps-the-same",
            Self::OrderEnded => "order-ended",
            Self::BadgeExpired => "badge-expired",
            Self::BadgeRevoked => "badge-revoked",
        }
    }
}

/// What became of money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "use", rename_all = "kebab-case")]
pub enum Use {
    /// It settled its order.
    Settled,
    /// It waits for the staff, who give it back.
    Parked {
        /// Why.
        mismatch: Mismatch,
    },
    /// It was given back.
    Returned {
        /// By whom.
        actor: Actor,
        /// When.
        at: Timestamp,
        /// Why it had been parked. None: it had settled its order.
        mismatch: Option<Mismatch>,
    },
}

/// Money that came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Its name.
    pub id: PaymentId,
    /// How it came.
    pub way: Way,
    /// How much.
    pub amount: Amount,
    /// The day on which it was paid (Japan time).
    pub paid_on: Date,
    /// When it was heard of.
    pub received_at: Timestamp,
    /// The order that it names, if there is one.
    pub order: Option<OrderId>,
    /// The bank's line, where the staff had entered it before.
    pub line: Option<PaymentId>,
    /// What became of it.
    #[serde(flatten)]
    pub used: Use,
}

impl Payment {
    /// Where a payment stands.
    pub fn key_of(id: &PaymentId) -> Key {
        Key::new(format!("PAYMENT#{id}"), "PAYMENT")
    }
}

impl Record for Payment {
    fn key(&self) -> Key {
        Self::key_of(&self.id)
    }

    /// What settled an order goes with it, what is parked waits for the staff.
    fn expires(&self) -> Option<Timestamp> {
        match self.used {
            Use::Settled | Use::Parked { .. } => None,
            Use::Returned { at, .. } => kept_until(calendar::japan_date(at).year(), KEPT_YEARS),
        }
    }
}

/// Says that money waits for the staff. Stands exactly as long as that is so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParkedPayment {
    /// The payment.
    pub payment: PaymentId,
}

impl ParkedPayment {
    /// The partition of all parked payments.
    pub const PARTITION: &'static str = "PARKED";

    /// Where the note of a payment stands.
    pub fn key_of(payment: &PaymentId) -> Key {
        Key::new(Self::PARTITION, payment.to_string())
    }
}

impl Record for ParkedPayment {
    fn key(&self) -> Key {
        Self::key_of(&self.payment)
    }
}

/// Finds the payment by another name that it has elsewhere: a payment service tells of a refund by the name of its own charge, and a
/// bank's line may tell of what the staff had entered before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentAlias {
    /// That name.
    pub alias: PaymentId,
    /// The payment.
    pub payment: PaymentId,
    /// When it was noted. None: before that was noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

impl PaymentAlias {
    /// The name by which a payment service tells of refunds and disputes.
    pub fn of_intent(intent: &str) -> PaymentId {
        PaymentId(format!("intent-{intent}"))
    }

    /// Where the payment of such a name stands.
    pub fn key_of(alias: &PaymentId) -> Key {
        Key::new(format!("ALIAS#{alias}"), "PAYMENT")
    }
}

impl Record for PaymentAlias {
    fn key(&self) -> Key {
        Self::key_of(&self.alias)
    }

    fn expires(&self) -> Option<Timestamp> {
        kept_until(calendar::japan_date(self.at?).year(), KEPT_YEARS)
    }
}

/// Says that money was given back before it was heard of: events come in any order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlyRefund {
    /// By what name it was told of.
    pub alias: PaymentId,
    /// When.
    pub at: Timestamp,
}

impl EarlyRefund {
    /// Beside the place of the name.
    pub fn key_of(alias: &PaymentId) -> Key {
        Key::new(PaymentAlias::key_of(alias).partition, "REFUND")
    }
}

impl Record for EarlyRefund {
    fn key(&self) -> Key {
        Self::key_of(&self.alias)
    }

    fn expires(&self) -> Option<Timestamp> {
        self.at.checked_add(EVENT_KEPT).ok()
    }
}

/// How long an event's name is kept. A payment service repeats an event for three days by itself, and for thirty by hand.
const EVENT_KEPT: SignedDuration = SignedDuration::from_hours(24 * 60);

/// An event of a payment service that was seen to. Seen again, it changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenEvent {
    /// Its name at the service.
    pub event: String,
    /// When it was seen to.
    pub at: Timestamp,
}

impl SeenEvent {
    /// Where an event stands.
    pub fn key_of(event: &str) -> Key {
        Key::new(format!("EVENT#{event}"), "SEEN")
    }
}

impl Record for SeenEvent {
    fn key(&self) -> Key {
        Self::key_of(&self.event)
    }

    fn expires(&self) -> Option<Timestamp> {
        self.at.checked_add(EVENT_KEPT).ok()
    }
}
