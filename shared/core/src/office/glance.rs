//! A month at a glance: who was registered, what came of them, and what needs a person today.

use std::collections::BTreeMap;

use futures::StreamExt;
use jiff::{Timestamp, civil::Date};

use super::{
    Ports,
    revocation::{self, AnyProposal, Unfinished},
};
use crate::{
    badge::{AnyBadge, BadgeId, BadgeStanding},
    calendar::{self, Month},
    candidate::{AnyCandidate, Due, IssueRefusal, OpenedMonth, Shard},
    delivery::{self, Counts},
    issuance::{self, MonthSums},
    order::ParkedPayment,
    ports::Table,
    store::{self, Failure},
};

/// How many parts of a month are read side by side.
const IN_FLIGHT: usize = 8;

/// How many badges are read in one call.
const BADGES_AT_ONCE: usize = 100;

/// In so many months, the newest ones, people are looked for who need somebody: the one that is registered for, and those before it.
const LOOKED_AT: usize = 4;

/// Besides the month that is shown, in so many.
const OTHERS: usize = LOOKED_AT - 1;

/// What became of the badges of a month.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Badges {
    /// Nobody has accepted it.
    pub unclaimed: usize,
    /// Accepted, and shown to nobody.
    pub private: usize,
    /// Accepted, and shown to whoever has the link.
    pub public: usize,
    /// Deleted by its holder, or withdrawn.
    pub ended: usize,
    /// How many were accepted on which day in Japan. Badges that ended are not among them.
    pub claims: BTreeMap<Date, usize>,
}

impl Badges {
    /// Accepted, and there.
    pub fn claimed(&self) -> usize {
        self.private + self.public
    }

    fn add(&mut self, part: Self) {
        let Self { unclaimed, private, public, ended, claims } = part;
        self.unclaimed += unclaimed;
        self.private += private;
        self.public += public;
        self.ended += ended;
        for (day, count) in claims {
            *self.claims.entry(day).or_default() += count;
        }
    }

    fn count(&mut self, badge: BadgeStanding) {
        match badge {
            BadgeStanding::Unclaimed => self.unclaimed += 1,
            BadgeStanding::Deleted => self.ended += 1,
            BadgeStanding::Claimed { claimed_at, visibility } => {
                *if visibility.is_public() { &mut self.public } else { &mut self.private } += 1;
                let day = calendar::japan_date(claimed_at);
                *self.claims.entry(day).or_default() += 1;
            }
        }
    }
}

/// A month at a glance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glance {
    /// The two sums that must agree, and their parts.
    pub sums: MonthSums,
    /// Whether the run that issues its badges was due.
    pub closed: bool,
    /// When that run is, or was.
    pub run_at: Timestamp,
    /// Candidates who have no badge and are not refused.
    pub due: usize,
    /// Why candidates get no badge, and how many each.
    pub refusals: BTreeMap<IssueRefusal, usize>,
    /// What became of the newest mails about them, as the mail service told it.
    pub mails: Counts,
    /// What became of the badges.
    pub badges: Badges,
}

impl Glance {
    /// Whether every candidate is issued, refused, cancelled, erased or still to be issued: none is counted twice, none is lost.
    pub fn candidates_agree(&self) -> bool {
        let MonthSums { registered, issued, refused, cancelled, erased, .. } = self.sums;
        registered == issued + refused + cancelled + erased + self.due
    }

    fn of(sums: MonthSums, now: Timestamp) -> Self {
        Self {
            sums,
            closed: sums.month.is_closed_at(now),
            run_at: calendar::scheduled_run(sums.month),
            due: 0,
            refusals: BTreeMap::new(),
            mails: Counts::default(),
            badges: Badges::default(),
        }
    }
}

/// Every month that has candidates and is not being erased, the newest first.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn months(table: &dyn Table) -> Result<Vec<Month>, Failure> {
    let mut months = Vec::new();
    store::for_each::<OpenedMonth>(table, OpenedMonth::PARTITION, |opened| {
        if opened.record.retired_at.is_none() {
            months.push(opened.record.month);
        }
    })
    .await?;
    months.sort_unstable();
    months.reverse();
    Ok(months)
}

/// Those of the months, the newest first, in which people who need somebody are looked for.
pub fn newest(months: &[Month]) -> &[Month] {
    months.get(..LOOKED_AT).unwrap_or(months)
}

/// Looks at one month. It reads every candidate, mail and badge of it.
///
/// # Errors
/// As [`months`].
pub async fn glance(ports: Ports<'_>, month: Month) -> Result<Glance, Failure> {
    let shards = futures::stream::iter(Shard::all(month))
        .map(|shard| look(ports.table, shard))
        .buffer_unordered(IN_FLIGHT)
        .collect::<Vec<_>>();
    let (sums, mails, shards) = futures::join!(
        issuance::month_sums(ports.table, &ports.programme.office, month, None),
        delivery::counts(ports.table, month),
        shards
    );
    let mut glance = Glance::of(sums?, ports.clock.now());
    glance.mails = mails?;
    for shard in shards {
        let Part { due, refusals, badges } = shard?;
        glance.due += due;
        for (reason, count) in refusals {
            *glance.refusals.entry(reason).or_default() += count;
        }
        glance.badges.add(badges);
    }
    Ok(glance)
}

/// What one part of a month adds.
#[derive(Default)]
struct Part {
    due: usize,
    refusals: BTreeMap<IssueRefusal, usize>,
    badges: Badges,
}

async fn look(table: &dyn Table, shard: Shard) -> Result<Part, Failure> {
    let mut part = Part::default();
    store::for_each::<Due>(table, &Due::partition(shard), |_| part.due += 1).await?;
    let mut issued: Vec<BadgeId> = Vec::new();
    store::for_each::<AnyCandidate>(table, &AnyCandidate::partition(shard), |candidate| {
        match candidate.record {
            AnyCandidate::Refused(refused) => {
                *part.refusals.entry(refused.state.reason).or_default() += 1;
            }
            AnyCandidate::Issued(issued_one) => issued.push(issued_one.state.badge),
            AnyCandidate::Registered(_) | AnyCandidate::Prepared(_) | AnyCandidate::Cancelled(_) => {}
        }
    })
    .await?;
    for batch in issued.chunks(BADGES_AT_ONCE) {
        let keys: Vec<_> = batch.iter().map(AnyBadge::key_of).collect();
        for badge in store::load_views::<BadgeStanding>(table, &keys).await?.into_iter().flatten() {
            part.badges.count(badge);
        }
    }
    Ok(part)
}

/// What needs a person, the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Task {
    /// The sums of a month do not agree: something is lost or doubled.
    SumsDisagree {
        /// Which month.
        month: Month,
    },
    /// Badges of a closed month are not issued, and the month in which they are promised is nearly over, or over.
    Late {
        /// Which month.
        month: Month,
        /// So many.
        candidates: usize,
        /// The last day that keeps the promise.
        due_by: Date,
    },
    /// Mails that the mail service does not take.
    MailsRefused {
        /// Which month.
        month: Month,
        /// So many.
        mails: usize,
    },
    /// Mails that are not sent, because an earlier one to their address came back or was called junk.
    MailsStopped {
        /// Which month.
        month: Month,
        /// So many.
        mails: usize,
    },
    /// Mails that came back, were called junk, or have waited for long.
    MailsUndelivered {
        /// At least so many.
        mails: usize,
    },
    /// Badges that two people agreed to revoke, and that are not revoked.
    RevocationsUnfinished {
        /// So many that should have been by now.
        stuck: usize,
        /// So many that wait for an order to be taken back, or its money to be given back.
        waiting: usize,
    },
    /// Revocations that another person has to decide.
    RevocationsProposed {
        /// So many.
        proposals: usize,
    },
    /// Money that settles no order.
    MoneyParked {
        /// So many payments.
        payments: usize,
    },
    /// Candidates whom a second person has yet to approve of.
    ApprovalMissing {
        /// Which month.
        month: Month,
        /// So many.
        candidates: usize,
        /// When the run is that can issue them.
        run_at: Timestamp,
    },
    /// Candidates who get no badge as they are registered.
    CandidatesRefused {
        /// Which month.
        month: Month,
        /// So many.
        candidates: usize,
    },
}

/// What needs a person in the month that is shown, in the newest of the others, and in the whole programme, the most urgent first.
/// `months` are all, the newest first. Of the others only candidates and mails are counted; no badge is read.
///
/// # Errors
/// As [`months`].
pub async fn tasks(ports: Ports<'_>, glance: &Glance, months: &[Month]) -> Result<Vec<Task>, Failure> {
    let mut tasks = tasks_of_month(ports, &glance.sums).await?;
    let others: Vec<_> = months.iter().filter(|month| **month != glance.sums.month).copied().collect();
    let others = others.iter().take(OTHERS).map(|month| async move {
        let sums = issuance::month_sums(ports.table, &ports.programme.office, *month, None).await?;
        tasks_of_month(ports, &sums).await
    });
    tasks.extend(futures::future::try_join_all(others).await?.concat());
    let mails = delivery::undelivered(ports.of_claim(), None, None).await?.badges.len();
    if mails > 0 {
        tasks.push(Task::MailsUndelivered { mails });
    }
    let proposals = revocation::list(ports).await?;
    let Unfinished { stuck, waiting } = revocation::unfinished(ports, &proposals).await?;
    if stuck + waiting > 0 {
        tasks.push(Task::RevocationsUnfinished { stuck, waiting });
    }
    let proposals = proposals.iter().filter(|proposal| matches!(proposal, AnyProposal::Proposed(_))).count();
    if proposals > 0 {
        tasks.push(Task::RevocationsProposed { proposals });
    }
    let payments = parked(ports.table).await?;
    if payments > 0 {
        tasks.push(Task::MoneyParked { payments });
    }
    tasks.sort_unstable();
    Ok(tasks)
}

async fn tasks_of_month(ports: Ports<'_>, sums: &MonthSums) -> Result<Vec<Task>, Failure> {
    let MonthSums { month, refused, undeliverable, stopped, unapproved, .. } = *sums;
    let now = ports.clock.now();
    let mut tasks = Vec::new();
    if month.is_closed_at(now) && !sums.all_announced() {
        tasks.push(Task::SumsDisagree { month });
    }
    let candidates = sums.due();
    if candidates > 0 && issuance::is_late(month, now) {
        tasks.push(Task::Late { month, candidates, due_by: calendar::due_by(month) });
    }
    if undeliverable > 0 {
        tasks.push(Task::MailsRefused { month, mails: undeliverable });
    }
    if stopped > 0 {
        let unsent = delivery::unsent(ports.table, month, usize::MAX).await?;
        let mails = unsent.iter().filter(|one| one.stopped.is_some()).count();
        if mails > 0 {
            tasks.push(Task::MailsStopped { month, mails });
        }
    }
    if unapproved > 0 {
        let run_at = calendar::next_run(now).max(calendar::scheduled_run(month));
        tasks.push(Task::ApprovalMissing { month, candidates: unapproved, run_at });
    }
    if refused > 0 {
        tasks.push(Task::CandidatesRefused { month, candidates: refused });
    }
    Ok(tasks)
}

/// How much money waits for the staff.
///
/// # Errors
/// As [`months`].
pub async fn parked(table: &dyn Table) -> Result<usize, Failure> {
    let mut parked = 0;
    store::for_each::<ParkedPayment>(table, ParkedPayment::PARTITION, |_| parked += 1).await?;
    Ok(parked)
}
