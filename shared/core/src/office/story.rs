//! Why has this person no badge? Everything that is known of one occasion, in order, and what to do next.
//!
//! It is told from what is stored anyhow: the register, the badges and their links, the mails, the orders and their trails, the audit.
//! Who looked at what is not among it: looking writes nothing, so the last thing that is known of a person is the last thing that
//! was done. Of a holder's choices the last one to show the badge is known; when it was hidden again is not.

mod events;
mod next;
mod told;

use futures::StreamExt;
use jiff::Timestamp;

pub use self::{
    events::{Event, What},
    next::{NextStep, Reach},
};
use super::{
    Ports,
    approval::Approvals,
    audit::{AuditLine, Deed},
};
use crate::{
    achievement::Achievement,
    badge::{AnyBadge, BadgeId, OwedMail, SentMail},
    calendar::{self, Month},
    candidate::{AnyCandidate, Candidate, CandidateDetails, CandidateRef},
    order::{AnyOrder, OrderId, TrailLine},
    ports::{Key, Table},
    programme::Bilingual,
    reissue,
    store::{self, Failure},
    token::GrantOfBadge,
    wallet::AddressHash,
};

/// So many months are read side by side.
const IN_FLIGHT: usize = 8;

/// What the mail service told of one mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Report {
    /// The recipient's mail system took it. Whether it lies in the inbox is not known.
    Delivered,
    /// The recipient's mail system asks to come back later.
    Delayed,
    /// It came back.
    Bounced {
        /// The address takes no mail at all, as far as can be told.
        for_good: bool,
    },
    /// The recipient called it junk.
    Complained,
    /// The mail service did not send it.
    Rejected,
}

/// What is known of the delivery of a badge's mails.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivery {
    /// What was told, and when.
    pub reports: Vec<(Timestamp, Report)>,
    /// Since when no mail goes to the address any more, until somebody decides.
    pub stopped_at: Option<Timestamp>,
    /// When somebody last released the address: what became of a mail of before says nothing of the next one.
    pub released_at: Option<Timestamp>,
    /// What was told of the newest mail, and when that was sent.
    pub newest: Option<(Timestamp, Report)>,
}

/// The story of one occasion.
#[derive(Debug, Clone)]
pub struct Story {
    /// Whose.
    pub candidate: CandidateRef,
    /// What the register says.
    pub details: CandidateDetails,
    /// What the qualification is called; its id, if it is not registered any more.
    pub achievement: Bilingual,
    /// The badge that the register names, if there is one.
    pub badge: Option<BadgeId>,
    /// What happened, the oldest first.
    pub events: Vec<Event>,
    /// What to do now.
    pub next: NextStep,
    /// Whether no mail goes to the address on record until somebody releases it. Looked at once there is a badge.
    pub stopped: bool,
}

/// Tells the story of an occasion. None: the register has no such candidate.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn tell(ports: Ports<'_>, reference: &CandidateRef) -> Result<Option<Story>, Failure> {
    let Some(stored) = store::load::<AnyCandidate>(ports.table, &reference.key()).await? else {
        return Ok(None);
    };
    let details = stored.record.details().clone();
    let key = Achievement::key_of(&details.achievement);
    let achievement = match store::load::<Achievement>(ports.table, &key).await? {
        Some(found) => found.record.name,
        None => Bilingual { ja: details.achievement.to_string(), en: details.achievement.to_string() },
    };
    let known = gather(ports, reference, stored.record).await?;
    let mut events = events::of(&known);
    events.sort_by_key(|event| (event.at, event.what.rank()));
    Ok(Some(Story {
        candidate: reference.clone(),
        details,
        achievement,
        badge: known.badge().cloned(),
        next: next::of(&known),
        stopped: known.is_stopped(),
        events,
    }))
}

/// Everything that the story is told from.
struct Known<'a> {
    reference: &'a CandidateRef,
    candidate: AnyCandidate,
    /// The badges of the occasion, each with its links.
    badges: Vec<(AnyBadge, Vec<GrantOfBadge>)>,
    owed: Option<OwedMail>,
    sent: Option<SentMail>,
    orders: Vec<(AnyOrder, Vec<TrailLine>)>,
    audit: Vec<AuditLine>,
    reach: Reach,
    /// Whether somebody else than who changed the candidate last approved, if the programme asks for that.
    approved: bool,
    delivery: Option<Delivery>,
    now: Timestamp,
}

impl Known<'_> {
    /// The badge that the register names.
    fn badge(&self) -> Option<&BadgeId> {
        match &self.candidate {
            AnyCandidate::Issued(candidate) => Some(&candidate.state.badge),
            _ => None,
        }
    }

    /// Whether no mail goes to the address on record.
    fn is_stopped(&self) -> bool {
        self.delivery.as_ref().is_some_and(|delivery| delivery.stopped_at.is_some())
    }

    /// As it stands, with its links.
    fn current(&self) -> Option<&(AnyBadge, Vec<GrantOfBadge>)> {
        let current = self.badge()?;
        self.badges.iter().find(|(badge, _)| id_of(badge) == current)
    }
}

fn id_of(badge: &AnyBadge) -> &BadgeId {
    match badge {
        AnyBadge::Unclaimed(badge) => &badge.id,
        AnyBadge::Claimed(badge) => &badge.id,
        AnyBadge::Deleted(badge) => &badge.id,
    }
}

async fn gather<'a>(
    ports: Ports<'a>,
    reference: &'a CandidateRef,
    candidate: AnyCandidate,
) -> Result<Known<'a>, Failure> {
    let (table, now) = (ports.table, ports.clock.now());
    let months = months_between(Said::of(&candidate).registered_at, now);
    let mut known = Known {
        reference,
        candidate,
        badges: Vec::new(),
        owed: None,
        sent: None,
        orders: Vec::new(),
        audit: Vec::new(),
        reach: Reach::Unknown,
        approved: true,
        delivery: None,
        now,
    };
    if let Some(current) = known.badge().cloned() {
        known.orders = orders(table, reference, &months).await?;
        let shard = reference.shard();
        let owed = Key::new(OwedMail::partition(shard), current.to_string());
        let sent = Key::new(SentMail::partition(shard), current.to_string());
        known.owed = store::load::<OwedMail>(table, &owed).await?.map(|stored| stored.record);
        known.sent = store::load::<SentMail>(table, &sent).await?.map(|stored| stored.record);
        let address = known.candidate.details().address.clone();
        known.delivery = Some(told::of(table, shard, &current, &address).await?);
        known.badges = badges(table, current, &known.orders).await?;
    }
    if let Some((AnyBadge::Claimed(badge), _)) = known.current() {
        let place = reissue::place_by(ports.of_claim(), &badge.address, &badge.id).await?;
        known.reach = if place.is_some() { Reach::ThisAddress } else { Reach::AnotherAddress };
    }
    if let AnyCandidate::Registered(candidate) = &known.candidate
        && ports.programme.office.second_approval
    {
        known.approved = Approvals::of(table, reference.month).await?.cover(candidate);
    }
    known.audit = audit(table, &known, &months).await?;
    Ok(known)
}

/// When the staff registered a candidate, and when and by whom it was last changed.
struct Said {
    registered_at: Timestamp,
    changed_at: Timestamp,
    changed_by: Option<String>,
}

impl Said {
    fn of(candidate: &AnyCandidate) -> Self {
        fn said<S>(candidate: &Candidate<S>) -> Said {
            Said {
                registered_at: candidate.registered_at,
                changed_at: candidate.last_change(),
                changed_by: candidate.changed_by.clone(),
            }
        }
        match candidate {
            AnyCandidate::Registered(candidate) => said(candidate),
            AnyCandidate::Prepared(candidate) => said(candidate),
            AnyCandidate::Issued(candidate) => said(candidate),
            AnyCandidate::Refused(candidate) => said(candidate),
            AnyCandidate::Cancelled(candidate) => said(candidate),
        }
    }
}

fn months_between(first: Timestamp, last: Timestamp) -> Vec<Month> {
    let month_of = |at| Month::of(calendar::japan_date(at));
    let last = month_of(last);
    let next = |month: &Month| Some(month.next()).filter(|next| next > month);
    std::iter::successors(Some(month_of(first)), next).take_while(|month| *month <= last).collect()
}

/// The orders of the occasion, whoever placed them, with their trails.
async fn orders(
    table: &dyn Table,
    reference: &CandidateRef,
    months: &[Month],
) -> Result<Vec<(AnyOrder, Vec<TrailLine>)>, Failure> {
    let mut of_months = futures::stream::iter(months.iter().copied())
        .map(|month| async move {
            let mut orders = Vec::new();
            store::for_each::<AnyOrder>(table, &OrderId::partition_of(month), |stored| {
                if stored.record.terms().candidate == *reference {
                    orders.push(stored.record);
                }
            })
            .await?;
            Ok::<_, Failure>(orders)
        })
        .buffered(IN_FLIGHT);
    let mut all = Vec::new();
    while let Some(orders) = of_months.next().await {
        for order in orders? {
            let mut trail = Vec::new();
            store::for_each::<TrailLine>(table, &TrailLine::partition(&order.terms().id), |line| {
                trail.push(line.record);
            })
            .await?;
            all.push((order, trail));
        }
    }
    Ok(all)
}

/// The badge that the register names, and those whose place it took.
async fn badges(
    table: &dyn Table,
    current: BadgeId,
    orders: &[(AnyOrder, Vec<TrailLine>)],
) -> Result<Vec<(AnyBadge, Vec<GrantOfBadge>)>, Failure> {
    let mut ids = vec![current];
    ids.extend(orders.iter().map(|(order, _)| order.terms().replaces.clone()));
    ids.sort_unstable();
    ids.dedup();
    let keys: Vec<_> = ids.iter().map(AnyBadge::key_of).collect();
    let mut badges = Vec::new();
    for badge in store::load_many::<AnyBadge>(table, &keys).await?.into_iter().flatten() {
        let mut links = Vec::new();
        let mut after = Some(AnyBadge::SORT.to_owned());
        while let Some(place) = after {
            let partition = id_of(&badge.record).partition();
            let (page, next) = store::load_page::<GrantOfBadge>(table, &partition, Some(&place)).await?;
            links.extend(page.into_iter().map(|link| link.record));
            after = next;
        }
        badges.push((badge.record, links));
    }
    Ok(badges)
}

/// What the office did about the person since the registration.
async fn audit(table: &dyn Table, known: &Known<'_>, months: &[Month]) -> Result<Vec<AuditLine>, Failure> {
    let since = Said::of(&known.candidate).registered_at;
    let mut of_months = futures::stream::iter(months.iter().copied())
        .map(|month| async move {
            let mut lines = Vec::new();
            store::for_each::<AuditLine>(table, &AuditLine::partition(month), |line| {
                if line.record.at >= since && concerns(known, &line.record.deed) {
                    lines.push(line.record);
                }
            })
            .await?;
            Ok::<_, Failure>(lines)
        })
        .buffered(IN_FLIGHT);
    let mut all = Vec::new();
    while let Some(lines) = of_months.next().await {
        all.extend(lines?);
    }
    Ok(all)
}

fn concerns(known: &Known<'_>, deed: &Deed) -> bool {
    let ours = |badge: &BadgeId| known.badges.iter().any(|(known, _)| id_of(known) == badge);
    match deed {
        Deed::CandidateCancelled { candidate, .. }
        | Deed::AddressCorrected { candidate, .. }
        | Deed::PersonExported { candidate } => candidate == known.reference,
        Deed::MonthApproved { month, .. } => *month == known.reference.month,
        Deed::LinksResent { month, .. } => *month == known.reference.month && known.badge().is_some(),
        Deed::LinkResent { badge } | Deed::BadgeRevoked { badge, .. } => ours(badge),
        Deed::AddressReleased { address, .. } => {
            *address == AddressHash::of(&known.candidate.details().address)
        }
        Deed::ListRegistered { .. }
        | Deed::RegisteredByProgram
        | Deed::RevocationProposed { .. }
        | Deed::RevocationAgreed { .. }
        | Deed::RevocationDeclined { .. }
        | Deed::AchievementSaved { .. }
        | Deed::PersonErased { .. } => false,
    }
}
