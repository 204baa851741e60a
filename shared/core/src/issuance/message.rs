//! What the mails say, before they have words. The words live in the pages.

use jiff::{Timestamp, civil::Date};

use super::inquiry::Asked;
use crate::{
    address::MailAddress,
    badge::{BadgeId, Revoked},
    candidate::{Kind, PersonName},
    inquiry::{Reference, Topic},
    letter::AddressChange,
    order::{Awaiting, Order, Refunded, Reissued, Terms},
    ports::{Mail, MailKind},
    programme::Bilingual,
    store::Failure,
};

/// What a mail says.
pub enum Message<'a> {
    /// A badge waits to be claimed.
    Announcement(Announcement<'a>),
    /// A link opens the wallet.
    SignIn {
        /// The link. It holds a secret.
        url: &'a str,
    },
    /// A link adds the address it is mailed to.
    AddressProof {
        /// The link. It holds a secret.
        url: &'a str,
        /// The badge that is claimed with it.
        achievement: Option<&'a Bilingual>,
    },
    /// The addresses of the wallet were changed.
    AddressesChanged {
        /// How.
        change: AddressChange,
        /// The address concerned.
        address: &'a MailAddress,
        /// When.
        at: Timestamp,
    },
    /// The holder deleted a badge.
    BadgeDeleted {
        /// The badge.
        badge: &'a BadgeId,
        /// Whom it greets.
        holder_name: &'a PersonName,
        /// What it was.
        achievement: &'a Bilingual,
        /// When.
        at: Timestamp,
    },
    /// The issuer revoked a badge.
    BadgeRevoked {
        /// The badge.
        badge: &'a BadgeId,
        /// Whom it greets.
        holder_name: &'a PersonName,
        /// What it was.
        achievement: &'a Bilingual,
        /// Why, in general words, and since when.
        revoked: Revoked,
        /// An order of it that waited for its payment ended with it.
        order_ended: bool,
    },
    /// How an order of a deleted badge stands.
    Order(AboutOrder<'a>),
    /// A link opens the wallet of the address it is mailed to.
    RestoreWallet {
        /// The link. It holds a secret.
        url: &'a str,
    },
    /// The owner closed the wallet.
    WalletClosed {
        /// So many badges were deleted with it.
        badges: usize,
        /// When.
        at: Timestamp,
    },
    /// Somebody asks the office.
    Inquiry(Asked<'a>),
    /// The office was asked.
    InquiryReceived {
        /// What both call it.
        reference: &'a Reference,
        /// About what it is.
        topic: Topic,
        /// When.
        at: Timestamp,
    },
}

impl Message<'_> {
    /// What it is for.
    pub fn kind(&self) -> MailKind {
        match self {
            Self::Announcement(announcement) => announcement.mail,
            Self::SignIn { .. } => MailKind::SignIn,
            Self::AddressProof { .. } => MailKind::AddressProof,
            Self::AddressesChanged { .. } => MailKind::AddressesChanged,
            Self::BadgeDeleted { .. } => MailKind::BadgeDeleted,
            Self::BadgeRevoked { .. } => MailKind::BadgeRevoked,
            Self::Order(about) => about.kind(),
            Self::RestoreWallet { .. } => MailKind::RestoreWallet,
            Self::WalletClosed { .. } => MailKind::WalletClosed,
            Self::Inquiry(_) => MailKind::Inquiry,
            Self::InquiryReceived { .. } => MailKind::InquiryReceived,
        }
    }

    /// Where an answer to it goes, if not to the sender.
    pub fn reply_to(&self) -> Option<&MailAddress> {
        match self {
            Self::Inquiry(asked) => Some(asked.reply_to),
            _ => None,
        }
    }

    /// The badge that it is about, if it is about one and goes to its recipient.
    pub fn badge(&self) -> Option<&BadgeId> {
        match self {
            Self::Announcement(announcement) => Some(announcement.badge),
            Self::BadgeDeleted { badge, .. } | Self::BadgeRevoked { badge, .. } => Some(badge),
            Self::Order(about) => Some(about.badge()),
            Self::SignIn { .. }
            | Self::AddressProof { .. }
            | Self::AddressesChanged { .. }
            | Self::RestoreWallet { .. }
            | Self::WalletClosed { .. }
            | Self::Inquiry(_)
            | Self::InquiryReceived { .. } => None,
        }
    }
}

impl std::fmt::Debug for Message<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Message({})", self.kind().name())
    }
}

/// How an order of a deleted badge stands.
#[derive(Clone, Copy)]
pub enum AboutOrder<'a> {
    /// It was placed: how to pay.
    Placed(&'a Order<Awaiting>),
    /// It was not paid in time.
    Expired(&'a Terms),
    /// The badge was issued again.
    Reissued(&'a Order<Reissued>),
    /// The money was given back.
    Refunded(&'a Order<Refunded>),
}

impl AboutOrder<'_> {
    fn kind(&self) -> MailKind {
        match self {
            Self::Placed(_) => MailKind::OrderPlaced,
            Self::Expired(_) => MailKind::OrderExpired,
            Self::Reissued(_) => MailKind::BadgeReissued,
            Self::Refunded(_) => MailKind::OrderRefunded,
        }
    }

    fn badge(&self) -> &BadgeId {
        match self {
            Self::Placed(order) => &order.terms.replaces,
            Self::Expired(order) => &order.replaces,
            Self::Reissued(order) => &order.state.badge,
            Self::Refunded(order) => &order.terms.replaces,
        }
    }
}

impl std::fmt::Debug for AboutOrder<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "AboutOrder({})", self.kind().name())
    }
}

/// A badge waits to be claimed.
pub struct Announcement<'a> {
    /// Whether it says so for the first time, reminds, or was asked for.
    pub mail: MailKind,
    /// What it is about.
    pub badge: &'a BadgeId,
    /// Whom it greets.
    pub holder_name: &'a PersonName,
    /// The achievement's name.
    pub achievement: &'a Bilingual,
    /// Pass or renewal.
    pub kind: Kind,
    /// The day of the occasion.
    pub date: Date,
    /// The link. It holds a secret.
    pub claim_url: &'a str,
    /// Until when the link works.
    pub expires: Timestamp,
}

impl std::fmt::Debug for Announcement<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Announcement(…)")
    }
}

/// Turns a message into a mail to the given address.
pub type ComposeMail<'a> = &'a (dyn Fn(MailAddress, &Message<'_>) -> Result<Mail, Failure> + Sync);
