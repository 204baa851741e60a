//! A deleted badge has been issued again.

use crate::Bilingual;
use crate::layout::silent_debug;
use crate::mail::{MailHost, both, mail_templates, single_line};

silent_debug!(BadgeReissued);

/// A deleted badge has been issued again.
#[derive(Clone)]
pub struct BadgeReissued {
    /// Who issues the badge.
    pub issuer: Bilingual,
    /// The name of the achievement.
    pub achievement: Bilingual,
    /// The new badge's page in the wallet. None: it waits to be claimed, and another mail brings the link.
    pub url: Option<String>,
    /// The receipt's number, if one was made.
    pub receipt_number: Option<String>,
    /// The receipt's page, if one was made. It asks to sign in.
    pub receipt_url: Option<String>,
    /// Where to ask.
    pub contact: String,
    /// The address the mail comes from, for the reader to allow.
    pub sender: String,
    /// Who keeps the recipient's mails.
    pub host: MailHost,
}

mail_templates!(BadgeReissued, "mail/badge_reissued.txt", "mail/badge_reissued.html");

impl BadgeReissued {
    fn subject(&self) -> String {
        format!("【{}】オープンバッジを再発行しました / Open Badge issued again", self.issuer.ja)
    }

    fn on_single_lines(&self) -> Self {
        Self {
            issuer: both(&self.issuer),
            achievement: both(&self.achievement),
            url: self.url.as_deref().map(single_line),
            receipt_number: self.receipt_number.as_deref().map(single_line),
            receipt_url: self.receipt_url.as_deref().map(single_line),
            contact: single_line(&self.contact),
            sender: single_line(&self.sender),
            ..*self
        }
    }
}
