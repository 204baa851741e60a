//! A link to prove that one reads a new address of a wallet.

use crate::Bilingual;
use crate::layout::silent_debug;
use crate::mail::{MailHost, both, mail_templates, single_line};

silent_debug!(ProveAddressMail);

/// To a new address: somebody wants to add it to a wallet.
#[derive(Clone)]
pub struct ProveAddressMail {
    /// Whose wallets these are.
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
    /// The badge that is accepted with it.
    pub achievement: Option<Bilingual>,
}

mail_templates!(ProveAddressMail, "mail/prove_address.txt", "mail/prove_address.html");

impl ProveAddressMail {
    fn subject(&self) -> String {
        format!("【{}】メールアドレスの確認 / Confirm your e-mail address", self.issuer.ja)
    }

    fn on_single_lines(&self) -> Self {
        Self {
            issuer: both(&self.issuer),
            url: single_line(&self.url),
            contact: single_line(&self.contact),
            sender: single_line(&self.sender),
            achievement: self.achievement.as_ref().map(both),
            ..*self
        }
    }
}
