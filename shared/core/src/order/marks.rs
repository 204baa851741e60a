//! Small items beside the orders, by which they are found.

use jiff::Timestamp;
use payments::reference::PaymentReference;
use serde::{Deserialize, Serialize};

use super::OrderId;
use crate::{
    address::MailAddress, badge::BadgeId, candidate::CandidateRef, ports::Key, store::Record,
    token::TokenHash,
};

/// Says that a badge has an order that is neither ended nor done. There is at most one: who orders twice finds the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenOrder {
    /// The badge that is to be replaced.
    pub badge: BadgeId,
    /// The order.
    pub order: OrderId,
    /// When it ends, if it is not paid. None: it is.
    pub pay_by: Option<Timestamp>,
}

impl OpenOrder {
    /// The partition of all open orders. The sweep reads them.
    pub const PARTITION: &'static str = "OPENORDERS";

    /// Where the open order of a badge stands.
    pub fn key_of(badge: &BadgeId) -> Key {
        Key::new(Self::PARTITION, badge.to_string())
    }
}

impl Record for OpenOrder {
    fn key(&self) -> Key {
        Self::key_of(&self.badge)
    }
}

/// Says that a badge is owed: it was paid, and not issued yet. Stands exactly as long as that is so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwedBadge {
    /// The order.
    pub order: OrderId,
    /// Since when.
    pub since: Timestamp,
}

impl OwedBadge {
    /// The partition of all owed badges.
    pub const PARTITION: &'static str = "OWEDBADGES";

    /// Where the note of an order stands.
    pub fn key_of(order: &OrderId) -> Key {
        Key::new(Self::PARTITION, order.to_string())
    }
}

impl Record for OwedBadge {
    fn key(&self) -> Key {
        Self::key_of(&self.order)
    }
}

/// Finds the order of a reference. It stays: money may come years later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderReference {
    /// The reference.
    pub reference: PaymentReference,
    /// The order.
    pub order: OrderId,
}

impl OrderReference {
    /// Where the order of a reference stands.
    pub fn key_of(reference: &PaymentReference) -> Key {
        Key::new(format!("REFERENCE#{reference}"), "ORDER")
    }
}

impl Record for OrderReference {
    fn key(&self) -> Key {
        Self::key_of(&self.reference)
    }
}

/// What a link opens that was mailed to an address on record: the wallet of that address, with the proofs that these badges were
/// deleted. Once, and only for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestoreGrant {
    /// The hash by which it is found.
    pub token: TokenHash,
    /// The address.
    pub address: MailAddress,
    /// The occasions that are on record for it.
    pub candidates: Vec<CandidateRef>,
    /// From this moment on it opens nothing. Checked in code.
    pub expires: Timestamp,
}

impl RestoreGrant {
    /// Where the grant of a token stands.
    pub fn key_of(token: &TokenHash) -> Key {
        Key::new(format!("RESTORE#{token}"), "RESTORE")
    }
}

impl Record for RestoreGrant {
    fn key(&self) -> Key {
        Self::key_of(&self.token)
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(self.expires)
    }
}
