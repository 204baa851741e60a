//! What happened to an occasion, told from what is stored.

use jiff::{SignedDuration, Timestamp};

use super::{Known, Report, Said, id_of};
use crate::{
    badge::{AnyBadge, BadgeId, Ground, Revoked, SentMail, Visibility},
    candidate::{AnyCandidate, IssueRefusal},
    office::audit::Deed,
    order::{Actor, AnyOrder, Happened, OrderId},
    ports::MailKind,
    token::{CLAIM_VALIDITY, GrantOfBadge},
};

/// A link is made so long before its mail is known to be accepted, at the most: no call lasts longer.
const SENDING: SignedDuration = SignedDuration::from_mins(15);

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// Who did it. None: the programme by itself, or it is not known.
    pub by: Option<Actor>,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The staff registered the occasion.
    Registered,
    /// A list of the staff's changed it.
    Amended,
    /// No badge could be issued.
    Refused(IssueRefusal),
    /// A badge was issued.
    Issued {
        /// The badge.
        badge: BadgeId,
        /// It took the place of another one.
        again: bool,
    },
    /// A mail was accepted for delivery.
    Mailed {
        /// About which badge.
        badge: BadgeId,
        /// What it is for.
        mail: MailKind,
        /// Until when its link works, if that is known.
        until: Option<Timestamp>,
    },
    /// The mail service refused a mail.
    MailRefused {
        /// About which badge.
        badge: BadgeId,
    },
    /// A link was made for a mail of which nothing more is known: its recipient asked for it, or it was sent twice.
    LinkMade {
        /// To which badge.
        badge: BadgeId,
        /// Until when it works.
        until: Timestamp,
    },
    /// The last link ran out.
    LinksExpired {
        /// To which badge.
        badge: BadgeId,
    },
    /// The mail service told of a mail.
    Reported(Report),
    /// No mail goes to the address any more, until somebody decides.
    AddressStopped,
    /// The badge was accepted.
    Claimed {
        /// Which.
        badge: BadgeId,
    },
    /// Its holder showed it.
    Shown {
        /// Which.
        badge: BadgeId,
        /// To whom.
        visibility: Visibility,
    },
    /// Its holder deleted it.
    Deleted {
        /// Which.
        badge: BadgeId,
    },
    /// The staff took it back, to have another one issued.
    Withdrawn {
        /// Which.
        badge: BadgeId,
    },
    /// The issuer revoked it.
    Revoked {
        /// Which.
        badge: BadgeId,
        /// Why, as strangers are told.
        ground: Ground,
    },
    /// Something became of an order.
    Order {
        /// Of which.
        order: OrderId,
        /// What.
        happened: Happened,
    },
    /// The office did something.
    Office(Deed),
}

impl What {
    /// Orders what happened in one second as it must have happened.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Self::Registered => 0,
            Self::Amended | Self::Refused(_) => 1,
            Self::Deleted { .. } => 2,
            Self::Office(_) | Self::Order { .. } => 3,
            Self::Withdrawn { .. } | Self::Revoked { .. } => 4,
            Self::Issued { .. } => 5,
            Self::LinkMade { .. } => 6,
            Self::Mailed { .. } | Self::MailRefused { .. } => 7,
            Self::Reported(_) => 8,
            Self::AddressStopped => 9,
            Self::Claimed { .. } => 10,
            Self::Shown { .. } | Self::LinksExpired { .. } => 11,
        }
    }
}

/// Everything that happened, in no order.
pub(super) fn of(known: &Known<'_>) -> Vec<Event> {
    let mut events = registration(known);
    if let AnyCandidate::Refused(candidate) = &known.candidate {
        events.push(by_nobody(candidate.state.refused_at, What::Refused(candidate.state.reason)));
    }
    for (badge, links) in &known.badges {
        of_badge(known, badge, &mut events);
        of_links(known, badge, links, &mut events);
    }
    for (order, trail) in &known.orders {
        let order = &order.terms().id;
        // The badge says so itself.
        let steps = trail.iter().filter(|line| line.happened != Happened::Reissued);
        events.extend(steps.map(|line| Event {
            at: line.at,
            by: Some(line.actor.clone()),
            what: What::Order { order: order.clone(), happened: line.happened.clone() },
        }));
    }
    // That a badge was revoked stands at the badge.
    let deeds = known.audit.iter().filter(|line| !matches!(line.deed, Deed::BadgeRevoked { .. }));
    events.extend(deeds.map(|line| Event {
        at: line.at,
        by: Some(line.actor.clone()),
        what: What::Office(line.deed.clone()),
    }));
    if let Some(delivery) = &known.delivery {
        events.extend(delivery.reports.iter().map(|(at, report)| by_nobody(*at, What::Reported(*report))));
        events.extend(delivery.stopped_at.map(|at| by_nobody(at, What::AddressStopped)));
    }
    events
}

/// Who registered, and who last changed it by a list. What the office corrected is in the audit.
fn registration(known: &Known<'_>) -> Vec<Event> {
    let Said { registered_at, changed_at, changed_by } = Said::of(&known.candidate);
    let by = changed_by.map(|subject| Actor::Staff { subject });
    let registered = |by| Event { at: registered_at, by, what: What::Registered };
    if changed_at == registered_at {
        return vec![registered(by)];
    }
    let corrected = |deed: &Deed| matches!(deed, Deed::AddressCorrected { .. });
    let told = known.audit.iter().any(|line| line.at == changed_at && corrected(&line.deed));
    let amended = Event { at: changed_at, by, what: What::Amended };
    std::iter::once(registered(None)).chain((!told).then_some(amended)).collect()
}

fn by_nobody(at: Timestamp, what: What) -> Event {
    Event { at, by: None, what }
}

fn by_holder(at: Timestamp, what: What) -> Event {
    Event { at, by: Some(Actor::Holder), what }
}

fn of_badge(known: &Known<'_>, badge: &AnyBadge, events: &mut Vec<Event>) {
    let id = id_of(badge).clone();
    let again = known.orders.iter().any(|(order, _)| issued_by(order) == Some(&id));
    let issued_at = match badge {
        AnyBadge::Unclaimed(badge) => badge.issued_at,
        AnyBadge::Claimed(badge) => badge.issued_at,
        AnyBadge::Deleted(badge) => badge.issued_at,
    };
    events.push(by_nobody(issued_at, What::Issued { badge: id.clone(), again }));
    match badge {
        AnyBadge::Unclaimed(_) => {}
        AnyBadge::Claimed(badge) => {
            // One that took the place of another in a wallet was accepted with that one.
            let (state, claimed_at) = (&badge.state, badge.state.claimed_at.max(issued_at));
            events.push(by_holder(claimed_at, What::Claimed { badge: id.clone() }));
            if state.visibility.is_public() {
                let (at, visibility) = (state.consent.at.max(claimed_at), state.visibility);
                events.push(by_holder(at, What::Shown { badge: id, visibility }));
            }
        }
        AnyBadge::Deleted(badge) => {
            if let Some(Revoked { ground, at }) = badge.revoked {
                let told = |deed: &Deed| matches!(deed, Deed::BadgeRevoked { badge, .. } if *badge == id);
                let line = known.audit.iter().find(|line| told(&line.deed));
                let by = line.map(|line| line.actor.clone());
                events.push(Event { at, by, what: What::Revoked { badge: id.clone(), ground } });
                if at <= badge.deleted_at {
                    return;
                }
            }
            // Nobody pays for what the staff order.
            let by_staff = known.orders.iter().map(|(order, _)| order.terms()).any(|terms| {
                terms.replaces == id && terms.addressee.is_none() && terms.asked_at <= badge.deleted_at
            });
            events.push(if by_staff {
                by_nobody(badge.deleted_at, What::Withdrawn { badge: id })
            } else {
                by_holder(badge.deleted_at, What::Deleted { badge: id })
            });
        }
    }
}

/// The badge that was issued by an order.
pub(super) fn issued_by(order: &AnyOrder) -> Option<&BadgeId> {
    match order {
        AnyOrder::Reissued(order) => Some(&order.state.badge),
        AnyOrder::Refunded(order) => order.state.badge.as_ref(),
        AnyOrder::Awaiting(_) | AnyOrder::Paid(_) | AnyOrder::Expired(_) => None,
    }
}

/// The mails about a badge, each with the link that it carries.
fn of_links(known: &Known<'_>, badge: &AnyBadge, links: &[GrantOfBadge], events: &mut Vec<Event>) {
    let id = id_of(badge).clone();
    let made = |link: &GrantOfBadge| link.expires.checked_sub(CLAIM_VALIDITY).unwrap_or(link.expires);
    let mut links: Vec<_> = links.iter().map(|link| (made(link), link.expires)).collect();
    links.sort_unstable();
    let newest = links.last().map(|(_, until)| *until);
    if known.badge() == Some(&id) {
        let owed = known.owed.iter();
        let announced = owed.clone().filter_map(|owed| Some((owed.announced_at?, MailKind::BadgeIssued)));
        for (at, mail) in known.sent.iter().flat_map(accepted).chain(announced) {
            let carries = |made: Timestamp| made <= at && at.duration_since(made) <= SENDING;
            let carried = links.iter().rposition(|(made, _)| carries(*made));
            let until = carried.map(|place| links.remove(place).1);
            events.push(by_nobody(at, What::Mailed { badge: id.clone(), mail, until }));
        }
        let refused = owed.filter(|owed| owed.refused).filter_map(|owed| owed.attempted_at);
        events.extend(refused.map(|at| by_nobody(at, What::MailRefused { badge: id.clone() })));
    }
    events.extend(
        links.iter().map(|(at, until)| by_nobody(*at, What::LinkMade { badge: id.clone(), until: *until })),
    );
    if let (AnyBadge::Unclaimed(_), Some(until)) = (badge, newest)
        && until <= known.now
    {
        events.push(by_nobody(until, What::LinksExpired { badge: id }));
    }
}

/// The mails that were accepted for delivery, as far as the note of the last one tells.
fn accepted(sent: &SentMail) -> Vec<(Timestamp, MailKind)> {
    let announced = sent.announced_at.unwrap_or(sent.sent_at);
    let mut mails = vec![(announced, MailKind::BadgeIssued)];
    if sent.sent_at > announced {
        let mail = match sent.reminders {
            _ if sent.resent_at == Some(sent.sent_at) => MailKind::LinkResent,
            0 | 1 => MailKind::FirstReminder,
            _ => MailKind::LastReminder,
        };
        mails.push((sent.sent_at, mail));
    }
    mails
}
