//! What is known of one mail: the join of everything that was heard of it.

use std::cmp::Reverse;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Bounce, BounceClass, BounceKind, Complaint, Delay, Happened, MessageId};
use crate::ports::MailKind;

/// So many mails about one badge are kept: the announcement, its two reminders, and what was asked for since.
pub const MOST_MAILS: usize = 12;

/// A mail that another system still does not take after so long is somebody's business, before the mail service gives it up.
pub const LONG_DELAY: SignedDuration = SignedDuration::from_hours(6);

/// What is known of one mail. A semilattice: [`MailReport::join`] is associative, commutative and idempotent, for each part has an order and
/// the least or the greatest is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailReport {
    /// When the mail service took it.
    pub mailed_at: Timestamp,
    /// The mail.
    pub message: MessageId,
    /// What it is for.
    pub kind: MailKind,
    /// When the recipient's mail system took it, for the first time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered: Option<Timestamp>,
    /// The last delay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delayed: Option<Delay>,
    /// The worst way in which it came back; of equals the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bounced: Option<Bounce>,
    /// The first time that its reader called it junk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complained: Option<Complaint>,
    /// Whether the mail service found a virus in it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rejected: bool,
    /// Whether the mail service could not put its parts together.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_rendered: bool,
}

/// What it came to, all in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The mail service took it, and has said no more.
    Sent,
    /// Another system does not take it for now.
    Delayed(Delay),
    /// The recipient's mail system took it. Whether anyone saw it, nobody knows.
    Delivered {
        /// When.
        at: Timestamp,
    },
    /// It came back.
    Bounced(Bounce),
    /// The mail service found a virus in it.
    Rejected,
    /// The mail service could not put its parts together.
    NotRendered,
    /// Its reader called it junk.
    Complained(Complaint),
}

impl MailReport {
    /// What one event says.
    pub(super) fn of(mailed_at: Timestamp, message: MessageId, kind: MailKind, happened: Happened) -> Self {
        let mut report = Self {
            mailed_at,
            message,
            kind,
            delivered: None,
            delayed: None,
            bounced: None,
            complained: None,
            rejected: false,
            not_rendered: false,
        };
        match happened {
            Happened::Sent => {}
            Happened::Delivered { at } => report.delivered = Some(at),
            Happened::Delayed(delay) => report.delayed = Some(delay),
            Happened::Bounced(bounce) => report.bounced = Some(bounce),
            Happened::Complained(complaint) => report.complained = Some(complaint),
            Happened::Rejected => report.rejected = true,
            Happened::NotRendered => report.not_rendered = true,
        }
        report
    }

    /// Which mail it is about: reports with the same are joined. Orders mails from the oldest to the newest, without a tie.
    pub fn identity(&self) -> (Timestamp, &MessageId, MailKind) {
        (self.mailed_at, &self.message, self.kind)
    }

    /// Adds another report of the same mail.
    pub fn join(&mut self, other: &Self) {
        self.delivered = least(self.delivered, other.delivered);
        self.delayed = self.delayed.max(other.delayed);
        self.bounced = self.bounced.into_iter().chain(other.bounced).max_by_key(Bounce::rank);
        self.complained = least(self.complained, other.complained);
        self.rejected |= other.rejected;
        self.not_rendered |= other.not_rendered;
    }

    /// The worst of what is known. Only a machine's answer to a mail that was delivered changes nothing: the mail is there.
    pub fn outcome(&self) -> Outcome {
        let bounced = self.bounced.filter(|bounce| self.delivered.is_none() || !bounce.may_be_a_reply());
        if let Some(complaint) = self.complained {
            return Outcome::Complained(complaint);
        }
        match bounced {
            Some(bounce) if bounce.class == BounceClass::Permanent => Outcome::Bounced(bounce),
            _ if self.rejected => Outcome::Rejected,
            _ if self.not_rendered => Outcome::NotRendered,
            Some(bounce) => Outcome::Bounced(bounce),
            None => match (self.delivered, self.delayed) {
                (Some(at), _) => Outcome::Delivered { at },
                (None, Some(delay)) => Outcome::Delayed(delay),
                (None, None) => Outcome::Sent,
            },
        }
    }

    /// Whether it did not arrive, and will not by itself.
    pub fn needs_person(&self) -> bool {
        match self.outcome() {
            Outcome::Sent | Outcome::Delivered { .. } => false,
            Outcome::Delayed(delay) => delay.at.duration_since(self.mailed_at) >= LONG_DELAY,
            Outcome::Bounced(_) | Outcome::Rejected | Outcome::NotRendered | Outcome::Complained(_) => true,
        }
    }
}

impl Bounce {
    /// Orders bounces: the worst is the greatest, of equals the first.
    pub(super) fn rank(&self) -> (BounceClass, Reverse<Timestamp>, BounceKind, Option<super::StatusCode>) {
        (self.class, Reverse(self.at), self.kind, self.code)
    }

    /// The mail service takes the answers of machines ("I am away until Monday") for such bounces.
    fn may_be_a_reply(&self) -> bool {
        self.class == BounceClass::Transient && self.kind == BounceKind::General
    }
}

fn least<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    one.into_iter().chain(other).min()
}
