//! Mail: what is sent, what for, and who sends it.

use std::fmt;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::Cause;
use crate::{address::MailAddress, badge::BadgeId};

/// What a mail is for. Delivery reports carry it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailKind {
    /// Says that a badge was issued, with the link to claim it.
    BadgeIssued,
    /// Says so again after a week.
    FirstReminder,
    /// Says so again after a month, for the last time.
    LastReminder,
    /// A fresh link to a badge, which its recipient asked for.
    ClaimLink,
    /// A fresh link to a badge, which the office had sent.
    LinkResent,
    /// A link that opens the wallet.
    SignIn,
    /// A link that adds the address to a wallet.
    AddressProof,
    /// Says that the addresses of the wallet were changed.
    AddressesChanged,
    /// Says that a badge was deleted.
    BadgeDeleted,
    /// Says that the issuer revoked a badge.
    BadgeRevoked,
    /// Says how to pay for a badge that was ordered again.
    OrderPlaced,
    /// Says that an order was not paid in time.
    OrderExpired,
    /// Says that a badge was issued again.
    BadgeReissued,
    /// Says that money was given back.
    OrderRefunded,
    /// A link that opens the wallet of an address on record.
    RestoreWallet,
    /// Says that the wallet was closed.
    WalletClosed,
    /// Asks the office something.
    Inquiry,
    /// Says that the office was asked.
    InquiryReceived,
}

impl MailKind {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::BadgeIssued,
        Self::FirstReminder,
        Self::LastReminder,
        Self::ClaimLink,
        Self::LinkResent,
        Self::SignIn,
        Self::AddressProof,
        Self::AddressesChanged,
        Self::BadgeDeleted,
        Self::BadgeRevoked,
        Self::OrderPlaced,
        Self::OrderExpired,
        Self::BadgeReissued,
        Self::OrderRefunded,
        Self::RestoreWallet,
        Self::WalletClosed,
        Self::Inquiry,
        Self::InquiryReceived,
    ];

    /// The kind of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether it goes to the office's own mailbox.
    pub fn is_for_the_office(self) -> bool {
        self == Self::Inquiry
    }

    /// Whether it asks its reader to claim a badge.
    pub fn is_invitation(self) -> bool {
        match self {
            Self::BadgeIssued
            | Self::FirstReminder
            | Self::LastReminder
            | Self::ClaimLink
            | Self::LinkResent => true,
            Self::SignIn
            | Self::AddressProof
            | Self::AddressesChanged
            | Self::BadgeDeleted
            | Self::BadgeRevoked
            | Self::OrderPlaced
            | Self::OrderExpired
            | Self::BadgeReissued
            | Self::OrderRefunded
            | Self::RestoreWallet
            | Self::WalletClosed
            | Self::Inquiry
            | Self::InquiryReceived => false,
        }
    }

    /// Its name, in kebab-case.
    pub fn name(self) -> &'static str {
        match self {
            Self::BadgeIssued => "badge-issued",
            Self::FirstReminder => "first-reminder",
            Self::LastReminder => "last-reminder",
            Self::ClaimLink => "claim-link",
            Self::LinkResent => "link-resent",
            Self::SignIn => "sign-in",
            Self::AddressProof => "address-proof",
            Self::AddressesChanged => "addresses-changed",
            Self::BadgeDeleted => "badge-deleted",
            Self::BadgeRevoked => "badge-revoked",
            Self::OrderPlaced => "order-placed",
            Self::OrderExpired => "order-expired",
            Self::BadgeReissued => "badge-reissued",
            Self::OrderRefunded => "order-refunded",
            Self::RestoreWallet => "restore-wallet",
            Self::WalletClosed => "wallet-closed",
            Self::Inquiry => "inquiry",
            Self::InquiryReceived => "inquiry-received",
        }
    }
}

/// One mail, rendered.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// What it is for.
    pub kind: MailKind,
    /// The badge that it is about, if it is about one: a random name. Adapters hand both on, so that a report of delivery finds
    /// its mail.
    pub badge: Option<BadgeId>,
    /// The recipient. Adapters write it as [`MailAddress::for_sending`] gives it.
    pub to: MailAddress,
    /// Where an answer goes, if not to the sender. Written as `to`.
    pub reply_to: Option<MailAddress>,
    /// One line.
    pub subject: String,
    /// Plain text, the whole message.
    pub text: String,
    /// The same for programs that show HTML.
    pub html: String,
}

/// Prints no content: a mail is personal, and holds a token.
impl fmt::Debug for Mail {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Mail(…)")
    }
}

/// One mail was not accepted.
#[derive(Debug, Clone, thiserror::Error)]
pub enum MailError {
    /// This mail will never be accepted (the address, or the content).
    #[error("the mail was refused: {0}")]
    Refused(Cause),
    /// Nothing was sent; later it may be.
    #[error("the mail service did not take the mail: {0}")]
    Unavailable(Cause),
    /// It may have been sent. Mail is at least once: send again.
    #[error("the mail service's answer was lost: {0}")]
    Unknown(Cause),
}

/// Sends mail. Laws: one result a mail, in order; `Ok` means accepted for delivery, not delivered.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// How many mails the next call of [`Mailer::send`] may carry, at least 1. Waits, a few seconds at the most, until the
    /// service takes mails again at the rate that it allows.
    ///
    /// An error says that none would be taken: nothing should be made ready.
    async fn ready(&self) -> Result<usize, MailError>;
    /// Sends as many mails as [`Mailer::ready`] gave, or fewer.
    async fn send(&self, mails: &[Mail]) -> Vec<Result<(), MailError>>;
    /// Mail may go to this address again. A mail service that keeps from sending to addresses of itself strikes it off its list; one
    /// that stands on none is as good. Doing it twice is harmless.
    async fn lift(&self, _address: &MailAddress) -> Result<(), MailError> {
        Ok(())
    }
}
