//! Fresh links to badges that nobody has accepted: one, by a letter that goes at once; or all of a month, whose mails are owed again as
//! the reminders' are, so that they go at the runs' pace and no letter that somebody waits for stands behind them.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    Member, Ports,
    audit::{self, Deed},
};
use crate::{
    badge::{AnyBadge, Badge, BadgeId, OwedMail, SentMail, Unclaimed},
    calendar::Month,
    candidate::{AnyCandidate, CandidateRef, SHARDS, Shard},
    claim::{self, Change, change},
    delivery::Standings,
    letter::Subject,
    limits,
    order::Actor,
    ports::{Guard, Key, TRANSACTION_WRITES, Write, WriteError},
    store::{self, Failure, Record, Stored},
};

/// So many fresh links to one badge are sent in an hour.
pub const LINKS_OF_A_BADGE: u32 = 3;

/// Who had a mail about the badge within this time gets none when links are sent to all of a month.
pub const APART: SignedDuration = SignedDuration::from_hours(24);

/// How long it is remembered when links were sent to all of a month.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 90);

/// So many mails are made owed in one transaction: two writes each, besides the note of how far it is and the line of the audit.
const AT_ONCE: usize = TRANSACTION_WRITES / 2 - 2;

/// So many mails are made owed by one call …
const MAILS_A_CALL: usize = 50 * AT_ONCE;

/// … and so many are looked at: a call of the gateway ends after half a minute.
const LOOKS_A_CALL: usize = 20_000;

/// How often a call looks again when others are at the same mails.
const ROUNDS: u32 = 64;

/// What asking for a fresh link came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resent {
    /// It is owed, and goes at once.
    Owed,
    /// The mail that announces the badge is still to be sent: it carries a link.
    Waiting,
    /// The mail service refuses mails to this address, or it was stopped: it has to be corrected, or released.
    Refused,
    /// Somebody has accepted the badge: the wallet is opened by a sign-in.
    Claimed,
    /// The badge is deleted.
    Deleted,
    /// The issuer revoked it.
    Revoked,
    /// The validity of the badge is over.
    Expired,
    /// Nobody has a badge of this occasion yet.
    NotIssued,
    /// [`LINKS_OF_A_BADGE`] were sent within the hour.
    TooMany,
}

/// Mails a fresh link to the badge of an occasion, to the address on record. Earlier links stay good.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer. It is owed or not; calling again may send one more, within the limit.
pub async fn resend(ports: Ports<'_>, member: &Member, occasion: &CandidateRef) -> Result<Resent, Failure> {
    change(ports.of_claim(), move || async move {
        let found = store::load::<AnyCandidate>(ports.table, &occasion.key()).await?;
        let Some(Stored { record: AnyCandidate::Issued(candidate), .. }) = found else {
            return Ok(Change::Nothing(Resent::NotIssued));
        };
        let key = AnyBadge::key_of(&candidate.state.badge);
        let (badge, version) = match store::load::<AnyBadge>(ports.table, &key).await? {
            Some(Stored { record: AnyBadge::Unclaimed(badge), version }) => (badge, version),
            Some(Stored { record: AnyBadge::Claimed(_), .. }) => {
                return Ok(Change::Nothing(Resent::Claimed));
            }
            Some(Stored { record: AnyBadge::Deleted(badge), .. }) => {
                let revoked = badge.revoked.is_some();
                return Ok(Change::Nothing(if revoked { Resent::Revoked } else { Resent::Deleted }));
            }
            None => return Ok(Change::Again),
        };
        letter(ports, member, occasion, &badge, Write::Check { key, guard: Guard::Version(version) }).await
    })
    .await
}

async fn letter(
    ports: Ports<'_>,
    member: &Member,
    occasion: &CandidateRef,
    badge: &Badge<Unclaimed>,
    still_unclaimed: Write,
) -> Result<Change<Resent>, Failure> {
    let now = ports.clock.now();
    if badge.valid_until.is_some_and(|end| end < now) {
        return Ok(Change::Nothing(Resent::Expired));
    }
    if Standings::of(ports.table, [&badge.address]).await?.reason(&badge.address).is_some() {
        return Ok(Change::Nothing(Resent::Refused));
    }
    let shard = occasion.shard();
    let owed = Key::new(OwedMail::partition(shard), badge.id.to_string());
    if let Some(owed) = store::load::<OwedMail>(ports.table, &owed).await? {
        return Ok(Change::Nothing(if owed.record.refused { Resent::Refused } else { Resent::Waiting }));
    }
    let sent = Key::new(SentMail::partition(shard), badge.id.to_string());
    let Some(sent) = store::load::<SentMail>(ports.table, &sent).await? else { return Ok(Change::Again) };
    let counter = vec![format!("RESEND#{}", badge.id)];
    let hour = limits::hour_of(now)?;
    let counted = limits::one_more(ports.table, ports.entropy, counter, hour, LINKS_OF_A_BADGE).await?;
    let Some(counted) = counted else { return Ok(Change::Nothing(Resent::TooMany)) };
    let subject = Subject::LinkResent { badge: badge.id.clone() };
    let deed = Deed::LinkResent { badge: badge.id.clone() };
    let noted = SentMail { resent_at: Some(now), ..sent.record };
    let writes = vec![
        still_unclaimed,
        counted,
        store::replace(sent.version, &noted)?,
        claim::letter(ports.of_claim(), &badge.address, subject)?,
        audit::line(ports.entropy, now, member.actor(), deed)?,
    ];
    Ok(Change::Commit(writes, Resent::Owed))
}

/// How far links are sent to all of a month who have not accepted their badge. It stands there as long as it is of interest, so that
/// nobody begins twice, and anybody goes on with what was broken off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkResend {
    /// The month.
    pub month: Month,
    /// Who began.
    pub by: Actor,
    /// When.
    pub since: Timestamp,
    /// The part that is being gone through …
    pub shard: u8,
    /// … and how far: the badge that was looked at last.
    pub after: Option<BadgeId>,
    /// So many mails are owed by it.
    pub mails: usize,
    /// When all were gone through.
    pub finished_at: Option<Timestamp>,
}

impl BulkResend {
    /// The partition of all months'.
    pub const PARTITION: &'static str = "RESENDS";

    /// Where that of a month stands.
    pub fn key_of(month: Month) -> Key {
        Key::new(Self::PARTITION, month.to_string())
    }

    fn begin(month: Month, by: Actor, since: Timestamp) -> Self {
        Self { month, by, since, shard: 0, after: None, mails: 0, finished_at: None }
    }
}

impl Record for BulkResend {
    fn key(&self) -> Key {
        Self::key_of(self.month)
    }

    fn expires(&self) -> Option<Timestamp> {
        self.since.checked_add(REMEMBERED).ok()
    }
}

/// When links were last sent to all of a month, and by whom; or how far they are.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn of_month(ports: Ports<'_>, month: Month) -> Result<Option<BulkResend>, Failure> {
    let found = store::load::<BulkResend>(ports.table, &BulkResend::key_of(month)).await?;
    Ok(found.map(|stored| stored.record))
}

/// Makes a mail with a fresh link owed to everyone of a month whose badge was mailed, is valid, and is not accepted, and who had no mail
/// about it within a day. Goes on where the call before stopped, whoever made it; what was finished within a day stays as it is. Call
/// again until it is finished.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer. What was made owed is noted; call again.
pub async fn resend_month(ports: Ports<'_>, member: &Member, month: Month) -> Result<BulkResend, Failure> {
    let (mut mails, mut looks) = (0, 0);
    for _ in 0..ROUNDS {
        let found = store::load::<BulkResend>(ports.table, &BulkResend::key_of(month)).await?;
        let now = ports.clock.now();
        let (mut at, mut version) = match found {
            None => (BulkResend::begin(month, member.actor(), now), None),
            Some(Stored { record, version }) => match record.finished_at {
                Some(finished) if now.duration_since(finished) < APART => return Ok(record),
                Some(_) => (BulkResend::begin(month, member.actor(), now), Some(version)),
                None => (record, Some(version)),
            },
        };
        loop {
            if mails >= MAILS_A_CALL || looks >= LOOKS_A_CALL {
                return Ok(at);
            }
            let page = page_of(ports, &at).await?;
            looks += page.looks;
            let (next, committed) = pass(ports, member, at, version, page).await?;
            mails += committed.mails;
            (at, version) = (next, committed.version);
            if committed.contended {
                break;
            }
            if at.finished_at.is_some() {
                return Ok(at);
            }
        }
    }
    Err(Failure::TryAgain("others are sending links to the same month".to_owned()))
}

/// A page of a month's mails, and who of it gets one more.
struct Page {
    /// Those who do, in order.
    waiting: Vec<Stored<SentMail>>,
    /// So many were looked at.
    looks: usize,
    /// Where the next page begins; none: the part is done.
    next: Option<BadgeId>,
}

async fn page_of(ports: Ports<'_>, at: &BulkResend) -> Result<Page, Failure> {
    let partition = SentMail::partition(Shard { month: at.month, number: at.shard });
    let after = at.after.as_ref().map(ToString::to_string);
    let (sent, next) = store::load_page::<SentMail>(ports.table, &partition, after.as_deref()).await?;
    let now = ports.clock.now();
    let looks = sent.len();
    let apart = |sent: &SentMail| !sent.settled && now.duration_since(sent.last_mailed()) >= APART;
    let sent: Vec<_> = sent.into_iter().filter(|sent| apart(&sent.record)).collect();
    let keys: Vec<_> = sent.iter().map(|sent| AnyBadge::key_of(&sent.record.badge)).collect();
    let badges = store::load_many::<AnyBadge>(ports.table, &keys).await?;
    let waits = |badge: Option<Stored<AnyBadge>>| match badge {
        Some(Stored { record: AnyBadge::Unclaimed(badge), .. }) => {
            badge.valid_until.is_none_or(|end| end >= now)
        }
        _ => false,
    };
    let waiting = sent.into_iter().zip(badges).filter_map(|(sent, badge)| waits(badge).then_some(sent));
    Ok(Page { waiting: waiting.collect(), looks, next: next.as_deref().and_then(BadgeId::parse) })
}

/// What of a page was committed.
struct Committed {
    mails: usize,
    version: Option<u64>,
    /// Another call is at the same mails, or at the same month: look again.
    contended: bool,
}

/// Makes the mails of one page owed, group by group, each together with how far it is; the first group of all with its line of the audit.
async fn pass(
    ports: Ports<'_>,
    member: &Member,
    mut at: BulkResend,
    mut version: Option<u64>,
    page: Page,
) -> Result<(BulkResend, Committed), Failure> {
    let mut mails = 0;
    let mut groups = page.waiting.chunks(AT_ONCE).peekable();
    loop {
        let group = groups.next().unwrap_or_default();
        let mut next = BulkResend { mails: at.mails + group.len(), ..at.clone() };
        let last = groups.peek().is_none();
        if !last {
            next.after = group.last().map(|sent| sent.record.badge.clone()).or(next.after);
        } else if page.next.is_some() {
            next.after.clone_from(&page.next);
        } else {
            (next.shard, next.after) = (at.shard + 1, None);
        }
        let mut writes = Vec::with_capacity(2 * group.len() + 2);
        if at.shard == 0 && at.after.is_none() {
            let deed = Deed::LinksResent { month: at.month };
            writes.push(audit::line(ports.entropy, ports.clock.now(), member.actor(), deed)?);
        }
        for sent in group {
            writes.extend([store::delete(sent), store::create(&sent.record.clone().resend())?]);
        }
        if next.shard >= SHARDS {
            next.finished_at = Some(ports.clock.now());
        }
        writes.push(match version {
            None => store::create(&next)?,
            Some(version) => store::replace(version, &next)?,
        });
        match store::commit(ports.table, ports.entropy, writes).await {
            Ok(()) => {
                mails += group.len();
                version = Some(version.map_or(1, |version| version + 1));
                at = next;
            }
            Err(WriteError::Conflict { .. }) => {
                return Ok((at, Committed { mails, version, contended: true }));
            }
            Err(error) => return Err(error.into()),
        }
        if last {
            return Ok((at, Committed { mails, version, contended: false }));
        }
    }
}
