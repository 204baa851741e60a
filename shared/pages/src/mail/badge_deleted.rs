//! A badge has been deleted by its holder.

use jiff::Timestamp;

use crate::Bilingual;
use crate::layout::silent_debug;
use crate::mail::{MailHost, both, mail_templates, single_line};

silent_debug!(BadgeDeleted);

/// A badge has been deleted, for good.
#[derive(Clone)]
pub struct BadgeDeleted {
    /// Who issued the badge.
    pub issuer: Bilingual,
    /// The name of its former holder.
    pub holder_name: String,
    /// The name of the achievement.
    pub achievement: Bilingual,
    /// When it was deleted.
    pub at: Timestamp,
    /// What a reissue costs, in yen, tax included.
    pub fee_yen: u32,
    /// Where to ask.
    pub contact: String,
    /// The address the mail comes from, for the reader to allow.
    pub sender: String,
    /// Who keeps the recipient's mails.
    pub host: MailHost,
}

mail_templates!(BadgeDeleted, "mail/badge_deleted.txt", "mail/badge_deleted.html");

impl BadgeDeleted {
    fn subject(&self) -> String {
        format!("【{}】オープンバッジを削除しました / Open Badge deleted", self.issuer.ja)
    }

    fn on_single_lines(&self) -> Self {
        Self {
            issuer: both(&self.issuer),
            holder_name: single_line(&self.holder_name),
            achievement: both(&self.achievement),
            contact: single_line(&self.contact),
            sender: single_line(&self.sender),
            ..*self
        }
    }
}
