//! What to do next.

use jiff::{SignedDuration, Timestamp, civil::Date};

use super::{Known, Report};
use crate::{
    badge::{AnyBadge, SentMail, Visibility},
    calendar::{self, Month},
    candidate::{AnyCandidate, IssueRefusal},
    order::{AnyOrder, OrderId},
    token::GrantOfBadge,
};

/// Within this time after a mail, the person looks again where junk goes before another one is sent.
const LOOK_FIRST: SignedDuration = SignedDuration::from_hours(48);

/// A run takes less than this. Who is not issued then is somebody's business.
const RUN: SignedDuration = SignedDuration::from_hours(24);

/// By which address a wallet is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// By the one on record.
    ThisAddress,
    /// By another one, which the holder proved. The office is not told which.
    AnotherAddress,
    /// There is no wallet to ask about.
    Unknown,
}

/// What the office does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextStep {
    /// Nothing: the badge is issued by the run of that day.
    WaitForRun {
        /// In Japan.
        on: Date,
    },
    /// Somebody else than who registered or changed it last approves of the month; then the run of that day issues the badge.
    Approve {
        /// In Japan.
        on: Date,
    },
    /// A run is at it.
    BeingIssued,
    /// The run of that day should have issued the badge, and did not: whoever operates the programme has to look.
    Overdue {
        /// In Japan.
        since: Date,
    },
    /// What stood in the way has to be mended; registering or correcting it then makes the candidate wait again.
    Mend(IssueRefusal),
    /// The staff took the candidate off the register: if that was wrong, to be registered again.
    Cancelled,
    /// The validity is over: the person has to renew.
    Renew,
    /// Nothing: the mail is on its way, within minutes.
    WaitForMail,
    /// The address takes no mail: find out the right one, and correct it.
    CorrectAddress,
    /// Mail to the address was stopped: correct it, or release it if the person says that it is right.
    DecideOnAddress,
    /// It was mailed just now: the person looks where junk goes.
    LookInJunk {
        /// Until when the newest link works.
        until: Option<Timestamp>,
    },
    /// The mail is old, or its link ran out: send a fresh one.
    Resend {
        /// Whether a link still works.
        works: bool,
    },
    /// The badge is accepted: the person signs in to the wallet.
    OpenWallet {
        /// By which address.
        reach: Reach,
        /// Who sees the badge.
        visibility: Visibility,
        /// Mail to the address on record was stopped, so that a link to sign in does not go there: it is to be released first.
        stopped: bool,
    },
    /// The holder deleted it: it can be ordered again.
    OrderAgain,
    /// It is ordered, and not paid.
    AwaitPayment {
        /// The order.
        order: OrderId,
        /// Until when it waits.
        pay_by: Timestamp,
    },
    /// It is paid, or free of charge, and is issued within minutes.
    WaitForReissue {
        /// The order.
        order: OrderId,
    },
    /// The issuer revoked it.
    Revoked {
        /// Whether the same occasion may be issued anew.
        anew: bool,
    },
}

/// What to do about an occasion as it stands.
pub(super) fn of(known: &Known<'_>) -> NextStep {
    match &known.candidate {
        AnyCandidate::Registered(_) if !known.approved => NextStep::Approve { on: next_run(known) },
        AnyCandidate::Registered(candidate) => waiting(known, candidate.registered_at),
        AnyCandidate::Prepared(candidate) => match waiting(known, candidate.registered_at) {
            overdue @ NextStep::Overdue { .. } => overdue,
            _ => NextStep::BeingIssued,
        },
        AnyCandidate::Refused(candidate) => match candidate.state.reason {
            IssueRefusal::AlreadyExpired => NextStep::Renew,
            reason => NextStep::Mend(reason),
        },
        AnyCandidate::Cancelled(_) => NextStep::Cancelled,
        AnyCandidate::Issued(_) => issued(known),
    }
}

/// Every run issues all closed months, so who was registered too late for one is the next one's business.
fn waiting(known: &Known<'_>, registered_at: Timestamp) -> NextStep {
    let latest = calendar::latest_closed(known.now);
    let run = calendar::scheduled_run(latest);
    if known.reference.month > latest || known.now < run || registered_at >= run {
        NextStep::WaitForRun { on: next_run(known) }
    } else if known.now.duration_since(run) < RUN {
        NextStep::BeingIssued
    } else {
        NextStep::Overdue { since: run_day(latest) }
    }
}

/// The day of the next run that may issue the badge.
fn next_run(known: &Known<'_>) -> Date {
    let latest = calendar::latest_closed(known.now);
    if known.reference.month > latest {
        run_day(known.reference.month)
    } else if known.now < calendar::scheduled_run(latest) {
        run_day(latest)
    } else {
        run_day(latest.next())
    }
}

fn run_day(month: Month) -> Date {
    calendar::japan_date(calendar::scheduled_run(month))
}

fn issued(known: &Known<'_>) -> NextStep {
    let Some((badge, links)) = known.current() else { return NextStep::BeingIssued };
    let open = known.orders.iter().find_map(|(order, _)| match order {
        AnyOrder::Paid(order) => Some(NextStep::WaitForReissue { order: order.terms.id.clone() }),
        AnyOrder::Awaiting(order) => {
            let (order, pay_by) = (order.terms.id.clone(), order.state.pay_by);
            Some(NextStep::AwaitPayment { order, pay_by })
        }
        AnyOrder::Reissued(_) | AnyOrder::Expired(_) | AnyOrder::Refunded(_) => None,
    });
    if let Some(open) = open {
        return open;
    }
    let is_over = |end: Option<Timestamp>| end.is_some_and(|end| end < known.now);
    match badge {
        AnyBadge::Claimed(badge) => {
            let (reach, visibility, stopped) = (known.reach, badge.state.visibility, known.is_stopped());
            NextStep::OpenWallet { reach, visibility, stopped }
        }
        AnyBadge::Deleted(deleted) => {
            if deleted.revoked.is_some() {
                NextStep::Revoked { anew: deleted.barred().is_none() }
            } else if is_over(deleted.valid_until) {
                NextStep::Renew
            } else {
                NextStep::OrderAgain
            }
        }
        AnyBadge::Unclaimed(badge) if is_over(badge.valid_until) => NextStep::Renew,
        AnyBadge::Unclaimed(_) => unclaimed(known, links),
    }
}

fn unclaimed(known: &Known<'_>, links: &[GrantOfBadge]) -> NextStep {
    let delivery = known.delivery.as_ref();
    let released_at = delivery.and_then(|delivery| delivery.released_at);
    let is_released = |mailed: Timestamp| released_at.is_some_and(|released| mailed <= released);
    let newest = delivery.and_then(|delivery| delivery.newest);
    if let Some((mailed, Report::Bounced { for_good: true } | Report::Rejected)) = newest
        && !is_released(mailed)
    {
        return NextStep::CorrectAddress;
    }
    if known.is_stopped() {
        return NextStep::DecideOnAddress;
    }
    if let Some(owed) = &known.owed {
        // What was stopped goes out with the next sweep, once somebody has released the address.
        let refused = owed.refused && !owed.stopped;
        return if refused { NextStep::CorrectAddress } else { NextStep::WaitForMail };
    }
    let until = links.iter().map(|link| link.expires).max();
    let works = until.is_some_and(|until| until > known.now);
    let mailed = known.sent.as_ref().map(SentMail::last_mailed);
    let recent = mailed.is_some_and(|mailed| known.now.duration_since(mailed) < LOOK_FIRST);
    // A mail that was lost, and for which the address was released since, lies in no folder.
    let is_lost = matches!(newest, Some((at, Report::Bounced { .. } | Report::Complained | Report::Rejected))
        if is_released(at) && mailed.is_none_or(is_released));
    if works && recent && !is_lost { NextStep::LookInJunk { until } } else { NextStep::Resend { works } }
}
