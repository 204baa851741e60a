//! A link to a wallet with the proofs of deleted badges in it.

use crate::Bilingual;
use crate::layout::silent_debug;
use crate::mail::{MailHost, both, mail_templates, single_line};

silent_debug!(RestoreWallet);

/// A link to open a wallet that holds the proofs of one's deleted badges, once. Goes to the address on record.
#[derive(Clone)]
pub struct RestoreWallet {
    /// Whose badges these are.
    pub issuer: Bilingual,
    /// The link.
    pub url: String,
    /// How long it works.
    pub minutes: u32,
    /// Where to ask.
    pub contact: String,
    /// The address the mail comes from, for the reader to allow.
    pub sender: String,
    /// Who keeps the recipient's mails.
    pub host: MailHost,
}

mail_templates!(RestoreWallet, "mail/restore_wallet.txt", "mail/restore_wallet.html");

impl RestoreWallet {
    fn subject(&self) -> String {
        format!("【{}】バッジの再発行のお手続き用リンク / Your link to order a reissue", self.issuer.ja)
    }

    fn on_single_lines(&self) -> Self {
        Self {
            issuer: both(&self.issuer),
            url: single_line(&self.url),
            contact: single_line(&self.contact),
            sender: single_line(&self.sender),
            ..*self
        }
    }
}
