//! Who did what to an order, and why: its trail. A line is written with the change that it tells of, and never changed.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{OrderId, PaymentId};
use crate::{ports::Key, store::Record};

/// How long the name that a sign-in service has for a member of staff may be: 255 (`OpenID` Connect Core, section 2).
const LONGEST_SUBJECT: usize = 255;

/// Who changed an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "who", rename_all = "kebab-case")]
pub enum Actor {
    /// The owner of the wallet.
    Holder,
    /// A member of the staff, as the sign-in service names them (`sub`).
    Staff {
        /// That name.
        subject: String,
    },
    /// The payment service, by an event that it signed.
    PaymentService,
    /// A run between the months.
    Sweep,
}

impl Actor {
    /// A member of the staff. A name that does not fit is cut.
    pub fn staff(subject: &str) -> Self {
        Self::Staff { subject: subject.chars().take(LONGEST_SUBJECT).collect() }
    }
}

/// Why the staff did something: 1 to 200 characters, for colleagues and auditors.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reason(String);

impl Reason {
    /// The most characters of a reason.
    pub const LONGEST: usize = 200;

    /// A reason as it was typed; none: it is empty, too long or not one line.
    pub fn parse(text: &str) -> Option<Self> {
        one_line(text, Self::LONGEST).map(Self)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Prints nothing: it is about a person.
impl fmt::Debug for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Reason(…)")
    }
}

/// To whom a receipt is made out, as the holder typed it: 1 to 100 characters of one line.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Addressee(String);

impl Addressee {
    /// The most characters of an addressee.
    pub const LONGEST: usize = 100;

    /// What was typed, trimmed.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, AddresseeFault> {
        let text = text.trim();
        if text.is_empty() {
            return Err(AddresseeFault::Missing);
        }
        if text.chars().count() > Self::LONGEST {
            return Err(AddresseeFault::TooLong);
        }
        one_line(text, Self::LONGEST).map(Self).ok_or(AddresseeFault::ControlCharacter)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Prints nothing: it names a person.
impl fmt::Debug for Addressee {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Addressee(…)")
    }
}

/// Why a text is no addressee.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddresseeFault {
    /// Nothing was typed.
    Missing,
    /// It has more than [`Addressee::LONGEST`] characters.
    TooLong,
    /// It has a line break or a character that cannot be printed.
    ControlCharacter,
}

fn one_line(text: &str, longest: usize) -> Option<String> {
    let text = text.trim();
    let fits = !text.is_empty() && text.chars().count() <= longest && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}

/// What became of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Happened {
    /// It was placed.
    Placed,
    /// The receipt is to be made out to somebody else.
    AddresseeChanged,
    /// It was paid.
    Paid {
        /// The money.
        payment: PaymentId,
    },
    /// The staff had paid it in by hand, and the bank's line came now.
    LineFound {
        /// The money.
        payment: PaymentId,
    },
    /// Money came that it does not take.
    PaymentParked {
        /// The money.
        payment: PaymentId,
    },
    /// Such money was given back.
    PaymentReturned {
        /// The money.
        payment: PaymentId,
    },
    /// The staff ordered it free of charge.
    Favoured {
        /// Why.
        reason: Reason,
        /// Whether the register was corrected with it.
        corrected: bool,
    },
    /// The badge was issued.
    Reissued,
    /// Nobody paid in time.
    Expired,
    /// The staff ended it: it is not paid, or free of charge.
    Ended {
        /// Why.
        reason: Reason,
    },
    /// The money was given back.
    Refunded {
        /// Why, if the staff did it.
        reason: Option<Reason>,
    },
    /// Part of the money was given back. The staff have to look.
    PartlyRefunded,
    /// The payer disputes the payment.
    Disputed,
    /// The payment service decided for the programme.
    DisputeWon,
}

/// One line of an order's trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrailLine {
    /// The order.
    pub order: OrderId,
    /// Counts from 1, without a gap.
    pub step: u32,
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// What.
    #[serde(flatten)]
    pub happened: Happened,
}

impl TrailLine {
    /// The partition of an order's trail.
    pub fn partition(order: &OrderId) -> String {
        format!("TRAIL#{order}")
    }
}

impl Record for TrailLine {
    fn key(&self) -> Key {
        Key::new(Self::partition(&self.order), format!("{:06}", self.step))
    }
}
