//! A wallet has been closed: by its owner, or by a thief whom this mail gives away.

use jiff::Timestamp;

use crate::Bilingual;
use crate::layout::silent_debug;
use crate::mail::{MailHost, both, mail_templates, single_line};

silent_debug!(WalletClosed);

/// To every address of a wallet: it has been closed, and its accepted badges are deleted.
#[derive(Clone)]
pub struct WalletClosed {
    /// Whose wallets these are.
    pub issuer: Bilingual,
    /// When it was closed.
    pub at: Timestamp,
    /// How many badges were deleted with it.
    pub badges: usize,
    /// Where to ask.
    pub contact: String,
    /// The address the mail comes from, for the reader to allow.
    pub sender: String,
    /// Who keeps the recipient's mails.
    pub host: MailHost,
}

mail_templates!(WalletClosed, "mail/wallet_closed.txt", "mail/wallet_closed.html");

impl WalletClosed {
    fn subject(&self) -> String {
        format!("【{}】ウォレットを閉じました / Wallet closed", self.issuer.ja)
    }

    fn on_single_lines(&self) -> Self {
        Self {
            issuer: both(&self.issuer),
            contact: single_line(&self.contact),
            sender: single_line(&self.sender),
            ..*self
        }
    }
}
