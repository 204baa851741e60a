//! What the mails say, before they have words. The words live in the pages.

use jiff::{Timestamp, civil::Date};

use crate::{
    address::MailAddress,
    badge::BadgeId,
    candidate::{Kind, PersonName},
    letter::AddressChange,
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
    /// The owner closed the wallet.
    WalletClosed {
        /// So many badges were deleted with it.
        badges: usize,
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
            Self::WalletClosed { .. } => MailKind::WalletClosed,
        }
    }

    /// The badge that it is about, if it is about one.
    pub fn badge(&self) -> Option<&BadgeId> {
        match self {
            Self::Announcement(announcement) => Some(announcement.badge),
            Self::BadgeDeleted { badge, .. } => Some(badge),
            Self::SignIn { .. }
            | Self::AddressProof { .. }
            | Self::AddressesChanged { .. }
            | Self::WalletClosed { .. } => None,
        }
    }
}

impl std::fmt::Debug for Message<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Message({})", self.kind().name())
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
