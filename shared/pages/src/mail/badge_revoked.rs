//! The issuer has revoked a badge.

use jiff::civil::Date;
use shomei_core::{badge::Revoked, calendar::japan_date};

use crate::Bilingual;
use crate::layout::silent_debug;
use crate::mail::{MailHost, both, mail_templates, single_line};

silent_debug!(BadgeRevoked);

/// The issuer has revoked a badge, for good. It says what and why in general words, and blames nobody.
#[derive(Clone)]
pub struct BadgeRevoked {
    /// Who issued the badge.
    pub issuer: Bilingual,
    /// The name of its former holder.
    pub holder_name: String,
    /// The name of the achievement.
    pub achievement: Bilingual,
    /// When, and why in general words.
    pub revoked: Revoked,
    /// An order of it that waited for its payment ended with it.
    pub order_ended: bool,
    /// Where to ask.
    pub contact: String,
    /// The address the mail comes from, for the reader to allow.
    pub sender: String,
    /// Who keeps the recipient's mails.
    pub host: MailHost,
}

mail_templates!(BadgeRevoked, "mail/badge_revoked.txt", "mail/badge_revoked.html");

impl BadgeRevoked {
    fn subject(&self) -> String {
        format!("【{}】オープンバッジの取り消しについて / Open Badge revoked", self.issuer.ja)
    }

    fn day(&self) -> Date {
        japan_date(self.revoked.at)
    }

    fn why(&self) -> Bilingual {
        self.revoked.ground.words().into()
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
