//! What the office is told of the badge that somebody asks about, as it stands when the mail is written.

use jiff::{Timestamp, civil::Date};

use super::Ports;
use crate::{
    address::MailAddress,
    badge::{AnyBadge, Badge, BadgeId, OwedMail, Revoked, SentMail, Visibility},
    candidate::{CandidateRef, Kind, Shard},
    inquiry::{AboutBadge, InquiryText, Proof, Reference, Topic},
    ports::Key,
    programme::Bilingual,
    store::{self, Failure, Record},
};

/// What somebody asks the office.
pub struct Asked<'a> {
    /// What both call it.
    pub reference: &'a Reference,
    /// About what.
    pub topic: Topic,
    /// In these words.
    pub message: &'a InquiryText,
    /// Where the answer goes.
    pub reply_to: &'a MailAddress,
    /// Whether the sender was signed in to a wallet that knows that address.
    pub proven: bool,
    /// When.
    pub at: Timestamp,
    /// The badge that they proved to hold.
    pub badge: Option<&'a BadgeStory>,
}

/// Prints no content.
impl std::fmt::Debug for Asked<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Asked(…)")
    }
}

/// What became of a badge. Names nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadgeStory {
    /// Its name.
    pub id: BadgeId,
    /// How the sender proved to hold it.
    pub by: Proof,
    /// The achievement's name.
    pub achievement: Bilingual,
    /// Pass or renewal.
    pub kind: Kind,
    /// The day of the occasion.
    pub date: Date,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// The last moment of its validity, if it has one.
    pub valid_until: Option<Timestamp>,
    /// How it stands now.
    pub standing: Standing,
    /// What was mailed about it by the monthly run.
    pub mails: MailStory,
}

/// How a badge stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nobody has accepted it.
    Waits,
    /// Its holder has.
    Claimed {
        /// When.
        at: Timestamp,
        /// Who may see it.
        visibility: Visibility,
    },
    /// Its holder deleted it, or it was taken back to be issued anew.
    Deleted {
        /// When.
        at: Timestamp,
    },
    /// The issuer revoked it.
    Revoked(Revoked),
}

/// What was mailed about a badge by the monthly run. That a mail was sent does not say that it arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MailStory {
    /// When the first mail was sent, if it was and is still on record.
    pub announced_at: Option<Timestamp>,
    /// How many reminders were sent.
    pub reminders: u8,
    /// When the last of them was.
    pub reminded_at: Option<Timestamp>,
    /// A mail is owed.
    pub owed: bool,
    /// The mail service refused the one that is owed.
    pub refused: bool,
    /// It was not asked: no mail goes to the address until the office releases it.
    pub stopped: bool,
}

/// The story of a badge. None: there is no such badge.
pub(super) async fn story(ports: Ports<'_>, about: &AboutBadge) -> Result<Option<BadgeStory>, Failure> {
    let stored = store::load::<AnyBadge>(ports.table, &AnyBadge::key_of(&about.badge)).await?;
    let Some(stored) = stored else { return Ok(None) };
    let (candidate, mut story) = match stored.record {
        AnyBadge::Unclaimed(badge) => begun(badge, about.by, |_| Standing::Waits),
        AnyBadge::Claimed(badge) => begun(badge, about.by, |state| Standing::Claimed {
            at: state.claimed_at,
            visibility: state.visibility,
        }),
        AnyBadge::Deleted(badge) => {
            let story = BadgeStory {
                id: badge.id,
                by: about.by,
                achievement: badge.name,
                kind: badge.kind,
                date: badge.date,
                issued_at: badge.issued_at,
                valid_until: badge.valid_until,
                standing: badge.revoked.map_or(Standing::Deleted { at: badge.deleted_at }, Standing::Revoked),
                mails: MailStory::default(),
            };
            (badge.candidate, story)
        }
    };
    story.mails = mails(ports, &story.id, candidate.shard()).await?;
    Ok(Some(story))
}

fn begun<S>(badge: Badge<S>, by: Proof, standing: impl Fn(&S) -> Standing) -> (CandidateRef, BadgeStory) {
    let story = BadgeStory {
        standing: standing(&badge.state),
        id: badge.id,
        by,
        achievement: badge.wording.name,
        kind: badge.kind,
        date: badge.date,
        issued_at: badge.issued_at,
        valid_until: badge.valid_until,
        mails: MailStory::default(),
    };
    (badge.candidate, story)
}

/// A mail is owed or was sent, never both.
async fn mails(ports: Ports<'_>, badge: &BadgeId, shard: Shard) -> Result<MailStory, Failure> {
    let at = |partition: String| Key::new(partition, badge.to_string());
    if let Some(sent) = one::<SentMail>(ports, &at(SentMail::partition(shard))).await? {
        return Ok(MailStory {
            announced_at: sent.announced_at.or(Some(sent.sent_at)),
            reminders: sent.reminders,
            reminded_at: (sent.reminders > 0).then_some(sent.sent_at),
            ..MailStory::default()
        });
    }
    let owed = one::<OwedMail>(ports, &at(OwedMail::partition(shard))).await?;
    Ok(owed.map_or_else(MailStory::default, |owed| MailStory {
        announced_at: owed.announced_at,
        // The last one of them is the one that is owed.
        reminders: owed.reminders.saturating_sub(1),
        reminded_at: None,
        owed: true,
        refused: owed.refused && !owed.stopped,
        stopped: owed.stopped,
    }))
}

async fn one<T: Record>(ports: Ports<'_>, key: &Key) -> Result<Option<T>, Failure> {
    Ok(store::load::<T>(ports.table, key).await?.map(|stored| stored.record))
}
