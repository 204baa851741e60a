//! An order of a reissue has ended unpaid.

use crate::Bilingual;
use crate::layout::silent_debug;
use crate::mail::{MailHost, both, mail_templates, single_line};

silent_debug!(OrderExpired);

/// No payment came for an order in time, and it has ended.
#[derive(Clone)]
pub struct OrderExpired {
    /// Who issues the badge.
    pub issuer: Bilingual,
    /// The name of the achievement.
    pub achievement: Bilingual,
    /// The number of the order.
    pub reference: String,
    /// The order's page. It asks to sign in.
    pub url: String,
    /// Where to ask.
    pub contact: String,
    /// The address the mail comes from, for the reader to allow.
    pub sender: String,
    /// Who keeps the recipient's mails.
    pub host: MailHost,
}

mail_templates!(OrderExpired, "mail/order_expired.txt", "mail/order_expired.html");

impl OrderExpired {
    fn subject(&self) -> String {
        format!("【{}】再発行のお申し込みが終了しました / Your order has ended", self.issuer.ja)
    }

    fn on_single_lines(&self) -> Self {
        Self {
            issuer: both(&self.issuer),
            achievement: both(&self.achievement),
            reference: single_line(&self.reference),
            url: single_line(&self.url),
            contact: single_line(&self.contact),
            sender: single_line(&self.sender),
            ..*self
        }
    }
}
