//! Letters: mails that are owed to a person at once, not by a monthly run.
//!
//! Whoever owes one commits it together with its reason. The table's stream hands it to issuance, which mints what secret it
//! carries, sends it, and removes it; what the stream drops, the sweep picks up. So `claim` holds no mailer, and a request
//! takes as long for an address that nobody knows as for any other.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    address::MailAddress,
    badge::{BadgeId, Revoked},
    candidate::{CandidateRef, PersonName},
    inquiry::{AboutBadge, InquiryText, Reference, Topic},
    order::OrderId,
    ports::{Entropy, Key},
    programme::Bilingual,
    store::{Record, random_uuid},
    wallet::WalletId,
};

/// A letter that could not be sent for so long is of no use to its reader any more.
pub const LETTER_VALIDITY: SignedDuration = SignedDuration::from_hours(24 * 3);

/// Names a letter: a random UUID.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LetterId(Uuid);

impl fmt::Display for LetterId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(formatter)
    }
}

/// One mail that is to be sent at once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Its name.
    pub id: LetterId,
    /// Where it goes.
    pub to: MailAddress,
    /// What it says.
    #[serde(flatten)]
    pub subject: Subject,
    /// Since when it is owed.
    pub asked_at: Timestamp,
    /// How often a sending was begun.
    pub attempts: u32,
    /// When that was last. For a while after it the letter is in the hands of the call that did it.
    pub attempted_at: Option<Timestamp>,
}

impl fmt::Debug for Letter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Letter({})", self.id)
    }
}

/// What a letter says. Secrets are minted when it is sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "kebab-case")]
pub enum Subject {
    /// A fresh link to a badge that waits.
    ClaimLink {
        /// The badge.
        badge: BadgeId,
    },
    /// The same, which the office had sent.
    LinkResent {
        /// The badge.
        badge: BadgeId,
    },
    /// A link that opens the wallet.
    SignIn {
        /// The wallet.
        wallet: WalletId,
    },
    /// A link that adds the address it is mailed to.
    AddressProof {
        /// The wallet that asked.
        wallet: WalletId,
        /// The badge that is claimed with it.
        badge: Option<BadgeId>,
    },
    /// The addresses of the wallet were changed.
    AddressesChanged {
        /// How.
        change: AddressChange,
        /// The address concerned.
        address: MailAddress,
    },
    /// The holder deleted a badge.
    BadgeDeleted {
        /// The badge.
        badge: BadgeId,
        /// Whom it greets.
        holder_name: PersonName,
        /// What it was.
        achievement: Bilingual,
    },
    /// The issuer revoked a badge.
    BadgeRevoked {
        /// The badge.
        badge: BadgeId,
        /// Whom it greets.
        holder_name: PersonName,
        /// What it was.
        achievement: Bilingual,
        /// Why, in general words, and since when.
        revoked: Revoked,
        /// An order of it that waited for its payment ended with it.
        order_ended: bool,
    },
    /// A badge was ordered again: how to pay.
    OrderPlaced {
        /// The order.
        order: OrderId,
    },
    /// The order was not paid in time.
    OrderExpired {
        /// The order.
        order: OrderId,
    },
    /// The badge was issued again.
    BadgeReissued {
        /// The order.
        order: OrderId,
    },
    /// The money of an order was given back.
    OrderRefunded {
        /// The order.
        order: OrderId,
    },
    /// A link that opens the wallet of the address it is mailed to, with the proofs of deleted badges.
    RestoreWallet {
        /// The occasions on record.
        candidates: Vec<CandidateRef>,
    },
    /// The owner closed the wallet.
    WalletClosed {
        /// So many badges were deleted with it.
        badges: usize,
    },
    /// Somebody asks the office, to which it goes.
    Inquiry {
        /// What both call it.
        reference: Reference,
        /// About what.
        topic: Topic,
        /// In these words.
        message: InquiryText,
        /// Where the answer goes. Nobody but the office writes there.
        reply_to: MailAddress,
        /// Whether the sender was signed in to a wallet that knows that address.
        proven: bool,
        /// The badge, which the sender has proved to hold.
        badge: Option<AboutBadge>,
    },
    /// The office has an inquiry. Only for an address that its sender has proved to read.
    InquiryReceived {
        /// What both call it.
        reference: Reference,
        /// About what it is.
        topic: Topic,
    },
}

/// Prints no content: a subject names a person.
impl fmt::Debug for Subject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Subject(…)")
    }
}

impl Subject {
    /// Whether somebody waits for it in front of a page. If it is late, they have asked again.
    pub fn is_asked_for(&self) -> bool {
        matches!(self, Self::SignIn { .. } | Self::AddressProof { .. } | Self::RestoreWallet { .. })
    }

    /// Whether it goes to the office, which would not miss it.
    pub fn is_for_the_office(&self) -> bool {
        matches!(self, Self::Inquiry { .. })
    }
}

/// How the addresses of a wallet were changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AddressChange {
    /// One was added.
    Added,
    /// One was removed.
    Removed,
    /// Another one is the main address now.
    Main,
}

impl Letter {
    /// The partition of all letters. The table's stream hands exactly its new items to issuance.
    pub const PARTITION: &'static str = "LETTER";

    /// Owed, and never tried.
    pub fn new(entropy: &dyn Entropy, to: MailAddress, subject: Subject, at: Timestamp) -> Self {
        Self {
            id: LetterId(random_uuid(entropy)),
            to,
            subject,
            asked_at: at,
            attempts: 0,
            attempted_at: None,
        }
    }
}

impl Record for Letter {
    fn key(&self) -> Key {
        Key::new(Self::PARTITION, self.id.to_string())
    }

    fn expires(&self) -> Option<Timestamp> {
        self.asked_at.checked_add(LETTER_VALIDITY).ok()
    }
}
