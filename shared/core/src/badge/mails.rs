//! The mails of the monthly run: owed with the badge, sent, and owed again as a reminder while nobody claims it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::BadgeId;
use crate::{candidate::Shard, ports::Key, store::Record};

/// A mail that a badge owes its recipient. Committed with the badge, removed when the mail was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwedMail {
    /// The badge.
    pub badge: BadgeId,
    /// Whose shard does the work.
    pub shard: Shard,
    /// How often a link was made ready for it.
    pub attempts: u32,
    /// When that was done last. For a while after it the mail is in the hands of the run that did it.
    #[serde(default)]
    pub attempted_at: Option<Timestamp>,
    /// Whether it was refused the last time. It stays owed until a person has looked.
    pub refused: bool,
    /// Whether that was not the mail service but the office: no mail goes to the address until a person releases it
    /// (see [`delivery`](crate::delivery)).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stopped: bool,
    /// How many reminders it is the last of; 0: the announcement itself.
    #[serde(default)]
    pub reminders: u8,
    /// When the announcement was accepted for delivery, if it was.
    #[serde(default)]
    pub announced_at: Option<Timestamp>,
    /// The office has a fresh link sent: it counts as no reminder.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub resend: bool,
}

impl OwedMail {
    /// Owed, and never tried.
    pub fn new(badge: BadgeId, shard: Shard) -> Self {
        let (attempts, reminders) = (0, 0);
        Self {
            badge,
            shard,
            attempts,
            attempted_at: None,
            refused: false,
            stopped: false,
            reminders,
            announced_at: None,
            resend: false,
        }
    }

    /// The mail was accepted for delivery.
    pub fn sent(self, at: Timestamp) -> SentMail {
        SentMail {
            badge: self.badge,
            shard: self.shard,
            sent_at: at,
            announced_at: self.announced_at.or(Some(at)),
            reminders: self.reminders,
            settled: false,
            resent_at: self.resend.then_some(at),
        }
    }

    /// The partition of a shard's owed mails.
    pub fn partition(shard: Shard) -> String {
        shard.partition("OWED")
    }
}

impl Record for OwedMail {
    fn key(&self) -> Key {
        Key::new(Self::partition(self.shard), self.badge.to_string())
    }
}

/// A mail that was accepted for delivery. Takes the place of the [`OwedMail`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentMail {
    /// The badge.
    pub badge: BadgeId,
    /// Whose shard did the work.
    pub shard: Shard,
    /// When.
    pub sent_at: Timestamp,
    /// When the first mail about the badge was: reminders count from it.
    #[serde(default)]
    pub announced_at: Option<Timestamp>,
    /// How many reminders went out.
    #[serde(default)]
    pub reminders: u8,
    /// No reminder is needed any more.
    #[serde(default)]
    pub settled: bool,
    /// When a fresh link was last sent because the office wanted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resent_at: Option<Timestamp>,
}

impl SentMail {
    /// The recipient is to be reminded: the mail is owed once more.
    pub fn remind(self) -> OwedMail {
        OwedMail {
            reminders: self.reminders.saturating_add(1),
            announced_at: self.announced_at.or(Some(self.sent_at)),
            ..OwedMail::new(self.badge, self.shard)
        }
    }

    /// The office has a fresh link sent to all who have not claimed: the mail is owed once more, beside its reminders.
    pub fn resend(self) -> OwedMail {
        OwedMail {
            reminders: self.reminders,
            announced_at: self.announced_at.or(Some(self.sent_at)),
            resend: true,
            ..OwedMail::new(self.badge, self.shard)
        }
    }

    /// When the last mail with a link went out, as far as the office and the runs know.
    pub fn last_mailed(&self) -> Timestamp {
        self.resent_at.map_or(self.sent_at, |resent| resent.max(self.sent_at))
    }

    /// The partition of a shard's sent mails.
    pub fn partition(shard: Shard) -> String {
        shard.partition("SENT")
    }
}

impl Record for SentMail {
    fn key(&self) -> Key {
        Key::new(Self::partition(self.shard), self.badge.to_string())
    }
}
