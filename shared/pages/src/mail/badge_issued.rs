//! A badge has been issued and waits to be claimed, and the reminders of it.

use jiff::civil::Date;

use crate::layout::silent_debug;
use crate::mail::{MailHost, both, mail_templates, single_line};
use crate::{Bilingual, Occasion};

silent_debug!(BadgeIssued);

/// A badge has been issued and waits to be claimed.
#[derive(Clone)]
pub struct BadgeIssued {
    /// The recipient's name.
    pub holder_name: String,
    /// The name of the achievement.
    pub achievement: Bilingual,
    /// Who issued the badge.
    pub issuer: Bilingual,
    /// What earned it.
    pub occasion: Occasion,
    /// The day of passing or renewing.
    pub date: Date,
    /// The claim link.
    pub claim_url: String,
    /// Where the recipient's wallet is opened once the badge has been accepted.
    pub wallet_url: String,
    /// The help pages.
    pub help_url: String,
    /// The last day on which the link works.
    pub expires: Date,
    /// Where to ask.
    pub contact: String,
    /// The address the mail comes from, for the reader to allow.
    pub sender: String,
    /// Who keeps the recipient's mails.
    pub host: MailHost,
    /// Is it the first mail about this badge?
    pub reminder: Reminder,
}

/// Why the mail about a badge is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reminder {
    /// The badge has just been issued.
    No,
    /// It has waited for 7 days.
    First,
    /// It has waited for 30 days. No further reminder comes.
    Last,
    /// The reader asked for a fresh link.
    Asked,
    /// The office sends a fresh link.
    Resent,
}

mail_templates!(BadgeIssued, "mail/badge_issued.txt", "mail/badge_issued.html");

impl BadgeIssued {
    fn subject(&self) -> String {
        let words = match self.reminder {
            Reminder::No => "オープンバッジを発行しました / Your Open Badge",
            Reminder::First => {
                "オープンバッジの受け取りがまだお済みではありません / Your Open Badge is waiting"
            }
            Reminder::Last => {
                "オープンバッジの受け取りについて（最後のお知らせ） / Your Open Badge: last reminder"
            }
            Reminder::Asked | Reminder::Resent => {
                "オープンバッジの受け取りリンク / The new link to your Open Badge"
            }
        };
        format!("【{}】{words}", self.issuer.ja)
    }

    fn on_single_lines(&self) -> Self {
        Self {
            holder_name: single_line(&self.holder_name),
            achievement: both(&self.achievement),
            issuer: both(&self.issuer),
            claim_url: single_line(&self.claim_url),
            wallet_url: single_line(&self.wallet_url),
            help_url: single_line(&self.help_url),
            contact: single_line(&self.contact),
            sender: single_line(&self.sender),
            ..*self
        }
    }
}
