//! The payment for a reissue has been given back.

use jiff::civil::Date;

use crate::Bilingual;
use crate::layout::silent_debug;
use crate::mail::{MailHost, both, mail_templates, single_line};
use crate::reissue::Price;

silent_debug!(OrderRefunded);

/// What was paid for a reissue has been given back.
#[derive(Clone)]
pub struct OrderRefunded {
    /// Who issues the badge.
    pub issuer: Bilingual,
    /// The name of the achievement.
    pub achievement: Bilingual,
    /// What was given back.
    pub price: Price,
    /// The day of the refund.
    pub on: Date,
    /// The credit note's page, if one was made. It asks to sign in.
    pub credit_note_url: Option<String>,
    /// Where to ask.
    pub contact: String,
    /// The address the mail comes from, for the reader to allow.
    pub sender: String,
    /// Who keeps the recipient's mails.
    pub host: MailHost,
}

mail_templates!(OrderRefunded, "mail/order_refunded.txt", "mail/order_refunded.html");

impl OrderRefunded {
    fn subject(&self) -> String {
        format!("【{}】再発行手数料の返金のお知らせ / Refund of the reissue fee", self.issuer.ja)
    }

    fn on_single_lines(&self) -> Self {
        Self {
            issuer: both(&self.issuer),
            achievement: both(&self.achievement),
            credit_note_url: self.credit_note_url.as_deref().map(single_line),
            contact: single_line(&self.contact),
            sender: single_line(&self.sender),
            ..*self
        }
    }
}
