//! What the office sees of the mails: what needs a person, how one badge's mails fared, and how a month's did.

use std::collections::{HashMap, HashSet};

use futures::StreamExt;

use super::{BadgeDelivery, BounceClass, Outcome, Ports, Standings, StoppedAddress, Undelivered};
use crate::{
    badge::{AnyBadge, Badge, BadgeId, OwedMail, SentMail, Unclaimed},
    calendar::Month,
    candidate::Shard,
    ports::{Table, WriteError},
    store::{self, Failure, Stored},
};

/// So many badges stand on one page.
const PAGE: u32 = 50;

/// So many shards are read at once.
const AT_ONCE: usize = 8;

/// A badge that waits, and of which its recipient cannot know.
#[derive(Debug, Clone)]
pub struct UndeliveredBadge {
    /// The badge, with the address that its mail went to.
    pub badge: Badge<Unclaimed>,
    /// What became of its mails. The newest one says what is wrong.
    pub delivery: BadgeDelivery,
    /// What is known of the address, if it was ever stopped.
    pub stopped: Option<StoppedAddress>,
}

/// Some of them, in the order of their months.
#[derive(Debug, Clone, Default)]
pub struct UndeliveredPage {
    /// The badges. A page may be empty, and yet not be the last one.
    pub badges: Vec<UndeliveredBadge>,
    /// Where the next page begins, if there may be one. It names nobody.
    pub next: Option<String>,
}

/// The badges that need a person because their newest mail did not arrive: of one month, or of all. `after` is where the page before
/// ended.
///
/// Marks of badges that were accepted, deleted or replaced meanwhile are left out, and cleared away.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn undelivered(
    ports: Ports<'_>,
    month: Option<Month>,
    after: Option<&str>,
) -> Result<UndeliveredPage, Failure> {
    // Every mark of a month stands after its name, and before that of the next.
    let start = month.map(|month| month.to_string());
    let after = after.or(start.as_deref());
    let page = ports.table.query(Undelivered::PARTITION, after, PAGE).await?;
    let marks = page.items.into_iter().map(store::decode::<Undelivered>).collect::<Result<Vec<_>, _>>()?;
    let all = marks.len();
    let marks: Vec<_> =
        marks.into_iter().filter(|mark| month.is_none_or(|month| mark.record.shard.month == month)).collect();
    let next = page.next.filter(|_| marks.len() == all);
    let keys: Vec<_> = marks.iter().map(|mark| AnyBadge::key_of(&mark.record.badge)).collect();
    let badges = store::load_many::<AnyBadge>(ports.table, &keys).await?;
    let (mut waiting, mut stale) = (Vec::new(), Vec::new());
    for (mark, badge) in marks.into_iter().zip(badges) {
        match badge {
            Some(Stored { record: AnyBadge::Unclaimed(badge), .. }) => waiting.push((mark.record, badge)),
            _ => stale.push(store::delete(&mark)),
        }
    }
    if !stale.is_empty() {
        match store::commit(ports.table, ports.entropy, stale).await {
            // Somebody else clears them away as well.
            Ok(()) | Err(WriteError::Conflict { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let keys: Vec<_> =
        waiting.iter().map(|(mark, _)| BadgeDelivery::key_of(mark.shard, &mark.badge)).collect();
    let deliveries = store::load_many::<BadgeDelivery>(ports.table, &keys).await?;
    let standings = Standings::of(ports.table, waiting.iter().map(|(_, badge)| &badge.address)).await?;
    let badges = waiting.into_iter().zip(deliveries).filter_map(|((_, badge), delivery)| {
        let delivery = delivery.map(|delivery| delivery.record).filter(BadgeDelivery::needs_person)?;
        let stopped = standings.known(&badge.address).cloned();
        Some(UndeliveredBadge { badge, delivery, stopped })
    });
    Ok(UndeliveredPage { badges: badges.collect(), next })
}

/// What became of the mails about a badge. None: nothing was heard of any.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn of_badge(
    table: &dyn Table,
    shard: Shard,
    badge: &BadgeId,
) -> Result<Option<BadgeDelivery>, Failure> {
    let stored = store::load::<BadgeDelivery>(table, &BadgeDelivery::key_of(shard, badge)).await?;
    Ok(stored.map(|stored| stored.record))
}

/// What became of the newest mails about a month's badges. Each badge whose mail was accepted is counted once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// The mail service took it, and has said no more.
    pub on_the_way: usize,
    /// Another system does not take it for now.
    pub delayed: usize,
    /// The recipient's mail system took it.
    pub delivered: usize,
    /// It came back for good.
    pub bounced: usize,
    /// It came back, and another one may arrive.
    pub returned: usize,
    /// The mail service did not send it on: a virus, or a mail that it could not put together.
    pub rejected: usize,
    /// Its reader called it junk.
    pub complained: usize,
}

impl Counts {
    /// All of them: as many badges as were announced.
    pub fn all(&self) -> usize {
        let Self { on_the_way, delayed, delivered, bounced, returned, rejected, complained } = *self;
        on_the_way + delayed + delivered + bounced + returned + rejected + complained
    }

    fn add(&mut self, outcome: Option<Outcome>) {
        let one = match outcome {
            None | Some(Outcome::Sent) => &mut self.on_the_way,
            Some(Outcome::Delayed(_)) => &mut self.delayed,
            Some(Outcome::Delivered { .. }) => &mut self.delivered,
            Some(Outcome::Bounced(bounce)) if bounce.class == BounceClass::Permanent => &mut self.bounced,
            Some(Outcome::Bounced(_)) => &mut self.returned,
            Some(Outcome::Rejected | Outcome::NotRendered) => &mut self.rejected,
            Some(Outcome::Complained(_)) => &mut self.complained,
        };
        *one += 1;
    }

    fn join(&mut self, other: Self) {
        let Self { on_the_way, delayed, delivered, bounced, returned, rejected, complained } = other;
        self.on_the_way += on_the_way;
        self.delayed += delayed;
        self.delivered += delivered;
        self.bounced += bounced;
        self.returned += returned;
        self.rejected += rejected;
        self.complained += complained;
    }
}

/// Counts a month, shard by shard.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn counts(table: &dyn Table, month: Month) -> Result<Counts, Failure> {
    let shards: Vec<Result<Counts, Failure>> = futures::stream::iter(Shard::all(month))
        .map(|shard| count(table, shard))
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let mut counts = Counts::default();
    for shard in shards {
        counts.join(shard?);
    }
    Ok(counts)
}

/// Memory: the names of the shard's badges.
async fn count(table: &dyn Table, shard: Shard) -> Result<Counts, Failure> {
    let mut mailed: HashSet<BadgeId> = HashSet::new();
    store::for_each::<SentMail>(table, &SentMail::partition(shard), |sent| {
        mailed.insert(sent.record.badge);
    })
    .await?;
    // A reminder is owed, and the announcement was accepted.
    store::for_each::<OwedMail>(table, &OwedMail::partition(shard), |owed| {
        if owed.record.announced_at.is_some() {
            mailed.insert(owed.record.badge);
        }
    })
    .await?;
    let mut outcomes: HashMap<BadgeId, Outcome> = HashMap::new();
    store::for_each::<BadgeDelivery>(table, &BadgeDelivery::partition(shard), |delivery| {
        if let Some(newest) = delivery.record.newest() {
            outcomes.insert(delivery.record.badge.clone(), newest.outcome());
        }
    })
    .await?;
    let mut counts = Counts::default();
    for badge in &mailed {
        counts.add(outcomes.get(badge).copied());
    }
    Ok(counts)
}
