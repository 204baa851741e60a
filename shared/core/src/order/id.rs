//! Names of orders.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    calendar::{self, Month},
    ports::Entropy,
    store::random_uuid,
};

/// Names an order: the month in which it was placed (Japan time) and a random UUID, as `2026-11-…`. Nobody guesses one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrderId {
    month: Month,
    unique: Uuid,
}

impl OrderId {
    /// A fresh name.
    pub fn random(entropy: &dyn Entropy, at: Timestamp) -> Self {
        Self { month: Month::of(calendar::japan_date(at)), unique: random_uuid(entropy) }
    }

    /// From a URL, or from what a payment service sends back: only the form in which it is written.
    pub fn parse(text: &str) -> Option<Self> {
        let (month, unique) = text.split_at_checked(7)?;
        let unique = Uuid::try_parse(unique.strip_prefix('-')?).ok()?;
        let id = Self { month: month.parse().ok()?, unique };
        (id.to_string() == text).then_some(id)
    }

    /// When it was placed.
    pub fn month(&self) -> Month {
        self.month
    }

    /// The partition of the orders of a month.
    pub fn partition_of(month: Month) -> String {
        format!("ORDER#{month}")
    }

    /// The partition in which the order stands.
    pub fn partition(&self) -> String {
        Self::partition_of(self.month)
    }
}

impl fmt::Display for OrderId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}", self.month, self.unique.hyphenated())
    }
}

impl From<OrderId> for String {
    fn from(id: OrderId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for OrderId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("no order's name")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_has_one_name() {
        let text = "2026-11-0d8d2f0e-51c5-4c8c-9a53-1d1f0a2a6f11";
        assert_eq!(OrderId::parse(text).unwrap().to_string(), text);
        for wrong in [
            "",
            "2026-11",
            "2026-11-",
            "2026-13-0d8d2f0e-51c5-4c8c-9a53-1d1f0a2a6f11",
            "2026-11-0D8D2F0E-51C5-4C8C-9A53-1D1F0A2A6F11",
            "2026-1１-0d8d2f0e-51c5-4c8c-9a53-1d1f0a2a6f11",
        ] {
            assert_eq!(OrderId::parse(wrong), None, "{wrong}");
        }
    }
}
