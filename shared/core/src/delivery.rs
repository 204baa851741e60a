//! What became of the mails: the mail service tells by [events](MailEvent) whether it delivered one, waits with it, or had it come
//! back, and whether its reader called it junk.
//!
//! Laws:
//! * events may come in any order, more than once and at the same time: what is stored is the join of all that was heard
//!   ([`MailReport`], [`BadgeDelivery`], [`StoppedAddress`]), so the same events leave the same records;
//! * what one event says is committed at once: the report of its mail, whether its badge needs a person ([`Undelivered`]), and
//!   whether its address is stopped;
//! * to a stopped address no mail goes, of whatever kind, until a person [releases](release) it. What is heard of later, but is about a
//!   mail of before, does not stop it again. Only what goes to the office's own mailbox always goes, and stops nothing: nobody else
//!   would miss it;
//! * what is heard of a mail about a badge that is gone with the occasion stops no address: whoever was erased leaves nothing by a mail
//!   that comes back late. Of other mails it cannot be told whose they were: they do stop it;
//! * nothing that a mail system wrote is kept: its words quote addresses. Times and codes are.
//!
//! Marks of badges that need a person are written here alone. Accepting or deleting a badge leaves its mark behind, which spares those
//! paths a read, a write and a grant; whoever lists what is [`undelivered`] leaves it out, and clears it away.

mod event;
mod report;
mod stopped;
mod told;
mod unsent;

use serde::{Deserialize, Serialize};

pub use self::{
    event::{
        Bounce, BounceClass, BounceKind, Complaint, Delay, DelayKind, Happened, MailEvent, MessageId,
        StatusCode,
    },
    report::{LONG_DELAY, MOST_MAILS, MailReport, Outcome},
    stopped::{Release, Released, Standings, StopReason, StoppedAddress, StoppedBy, release},
    told::{Counts, UndeliveredBadge, UndeliveredPage, counts, of_badge, undelivered},
    unsent::{UnsentBadge, unsent},
};
pub use crate::claim::Ports;
use crate::{
    badge::{AnyBadge, BadgeId},
    candidate::Shard,
    claim::{Change, change},
    ports::{Item, Key, Wanted, Write},
    store::{self, Failure, Record, Stored},
    wallet::AddressHash,
};

/// What the mail service said of the mails about one badge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadgeDelivery {
    /// The badge.
    pub badge: BadgeId,
    /// Where its candidate is counted.
    pub shard: Shard,
    /// The newest [`MOST_MAILS`] of its mails, the newest last. Only those that ask to claim it.
    pub mails: Vec<MailReport>,
}

impl BadgeDelivery {
    /// Nothing was heard yet.
    pub fn new(badge: BadgeId, shard: Shard) -> Self {
        Self { badge, shard, mails: Vec::new() }
    }

    /// The partition of a shard's reports.
    pub fn partition(shard: Shard) -> String {
        shard.partition("DELIVERY")
    }

    /// Where the reports of a badge stand.
    pub fn key_of(shard: Shard, badge: &BadgeId) -> Key {
        Key::new(Self::partition(shard), badge.to_string())
    }

    /// The mail by which the recipient should know of the badge, if any was heard of.
    pub fn newest(&self) -> Option<&MailReport> {
        self.mails.last()
    }

    /// Whether its newest mail did not arrive, and will not by itself.
    pub fn needs_person(&self) -> bool {
        self.newest().is_some_and(MailReport::needs_person)
    }

    /// Adds what was heard. An old mail that is beyond [`MOST_MAILS`] stays so, whatever else is heard of it: the newest ones of all are
    /// always among the newest ones of some.
    pub fn hear(&mut self, report: MailReport) {
        match self.mails.binary_search_by(|known| known.identity().cmp(&report.identity())) {
            Ok(place) => {
                if let Some(known) = self.mails.get_mut(place) {
                    known.join(&report);
                }
            }
            Err(place) => self.mails.insert(place, report),
        }
        let too_many = self.mails.len().saturating_sub(MOST_MAILS);
        self.mails.drain(..too_many);
    }
}

impl Record for BadgeDelivery {
    fn key(&self) -> Key {
        Self::key_of(self.shard, &self.badge)
    }
}

/// Says that the newest mail about a badge did not arrive, and that a person has to do something about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undelivered {
    /// The badge.
    pub badge: BadgeId,
    /// Where its reports stand.
    pub shard: Shard,
}

impl Undelivered {
    /// The partition of all of them, in order of their months.
    pub const PARTITION: &'static str = "UNDELIVERED";

    /// Where the mark of a badge stands.
    pub fn key_of(shard: Shard, badge: &BadgeId) -> Key {
        Key::new(Self::PARTITION, format!("{}#{badge}", shard.month))
    }
}

impl Record for Undelivered {
    fn key(&self) -> Key {
        Self::key_of(self.shard, &self.badge)
    }
}

/// What applying an event came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// It is on record now.
    Now,
    /// Everything that it says was on record before, or is too old to be kept.
    Before,
    /// Nothing that it says is kept: it is about no badge, and stops no address.
    NotKept,
    /// It is about a badge that is not known here, or whose person is not any more. Nothing is kept.
    UnknownBadge,
}

/// Puts on record what an event says.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer; applying it again is harmless.
pub async fn apply(ports: Ports<'_>, event: &MailEvent) -> Result<Applied, Failure> {
    change(ports, move || async move {
        let about = about(ports, event).await?;
        if about.is_none() && event.invites() {
            return Ok(Change::Nothing(Applied::UnknownBadge));
        }
        let mut keys = Vec::new();
        if let Some(About { badge, shard, .. }) = &about {
            keys.extend([BadgeDelivery::key_of(*shard, badge), Undelivered::key_of(*shard, badge)]);
        }
        let stops = event.stops();
        keys.extend(stops.iter().map(Record::key));
        let mut items =
            if keys.is_empty() { Vec::new() } else { ports.table.get_many(&keys, Wanted::All).await? }
                .into_iter();
        let mut writes = Vec::new();
        if let Some(about) = &about {
            let (known, mark) = (items.next().flatten(), items.next().flatten());
            writes.extend(about.writes(event, known, mark)?);
        }
        for (stop, known) in stops.into_iter().zip(items) {
            writes.extend(stop.writes(known)?);
        }
        Ok(match (keys.is_empty(), writes.is_empty()) {
            (true, _) => Change::Nothing(Applied::NotKept),
            (false, true) => Change::Nothing(Applied::Before),
            (false, false) => Change::Commit(writes, Applied::Now),
        })
    })
    .await
}

/// The badge that a mail asks to claim.
struct About<'a> {
    badge: &'a BadgeId,
    shard: Shard,
    /// Whether it still waits to be claimed.
    waits: bool,
}

async fn about<'a>(ports: Ports<'_>, event: &'a MailEvent) -> Result<Option<About<'a>>, Failure> {
    let Some(badge) = event.badge.as_ref().filter(|_| event.invites()) else { return Ok(None) };
    let stored = store::load::<AnyBadge>(ports.table, &AnyBadge::key_of(badge)).await?;
    // Where the register has forgotten the occasion, nothing is noted of its mails any more.
    let stored = stored.filter(|stored| !stored.record.candidate().is_nobody());
    Ok(stored.map(|Stored { record, .. }| About {
        badge,
        shard: record.candidate().shard(),
        waits: matches!(record, AnyBadge::Unclaimed(_)),
    }))
}

impl About<'_> {
    /// The writes that put the event beside what is known, and keep the mark true.
    fn writes(
        &self,
        event: &MailEvent,
        known: Option<Item>,
        mark: Option<Item>,
    ) -> Result<Vec<Write>, Failure> {
        let known = known.map(store::decode::<BadgeDelivery>).transpose()?;
        let mark = mark.map(store::decode::<Undelivered>).transpose()?;
        let mut delivery = match &known {
            Some(known) => known.record.clone(),
            None => BadgeDelivery::new(self.badge.clone(), self.shard),
        };
        if let Some(report) = event.report() {
            delivery.hear(report);
        }
        let mut writes = joined(known, &delivery)?;
        match (delivery.needs_person() && self.waits, mark) {
            (true, None) => {
                writes.push(store::create(&Undelivered { badge: self.badge.clone(), shard: self.shard })?);
            }
            (false, Some(mark)) => writes.push(store::delete(&mark)),
            (true, Some(_)) | (false, None) => {}
        }
        Ok(writes)
    }
}

/// The write that puts a joined record in the place of what is known, unless they are the same.
fn joined<T: Record + PartialEq>(known: Option<Stored<T>>, joined: &T) -> Result<Vec<Write>, Failure> {
    Ok(match known {
        None => vec![store::create(joined)?],
        Some(known) if known.record == *joined => Vec::new(),
        Some(known) => vec![store::replace(known.version, joined)?],
    })
}

impl StoppedAddress {
    /// The write that puts it beside what is known of the address.
    fn writes(self, known: Option<Item>) -> Result<Vec<Write>, Failure> {
        let known = known.map(store::decode::<Self>).transpose()?;
        let mut all = self;
        if let Some(known) = &known {
            all.join(&known.record);
        }
        joined(known, &all)
    }
}

impl MailEvent {
    /// Whether its mail asks somebody to claim a badge.
    fn invites(&self) -> bool {
        self.badge.is_some() && self.kind.is_some_and(crate::ports::MailKind::is_invitation)
    }

    /// What it says of the addresses that no mail shall go to. Of a mail to several, which we do not send, it says so of all.
    fn stops(&self) -> Vec<StoppedAddress> {
        if self.kind.is_some_and(crate::ports::MailKind::is_for_the_office) {
            return Vec::new();
        }
        let by = match self.happened {
            Happened::Bounced(what) if what.class == BounceClass::Permanent => {
                StopReason::Bounced(StoppedBy { mailed_at: self.mailed_at, what })
            }
            Happened::Complained(what) => {
                StopReason::Complained(StoppedBy { mailed_at: self.mailed_at, what })
            }
            _ => return Vec::new(),
        };
        let mut hashes: Vec<AddressHash> = self.recipients.iter().map(AddressHash::of).collect();
        hashes.sort_unstable();
        hashes.dedup();
        hashes.into_iter().map(|address| StoppedAddress::new(address, by)).collect()
    }
}

#[cfg(test)]
mod tests;
