//! A link to open one's wallet.

use crate::Bilingual;
use crate::layout::silent_debug;
use crate::mail::{MailHost, both, mail_templates, single_line};

silent_debug!(SignInMail);

/// A link to open one's wallet, once.
#[derive(Clone)]
pub struct SignInMail {
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
}

mail_templates!(SignInMail, "mail/sign_in.txt", "mail/sign_in.html");

impl SignInMail {
    fn subject(&self) -> String {
        format!("【{}】ウォレットのログイン用リンク / Sign in to your wallet", self.issuer.ja)
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
