//! What must hold of orders, money and papers.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use shomei_core::{
    badge::{AnyBadge, BadgeId},
    candidate::{AnyCandidate, CandidateRef},
    order::{
        AnyOrder, Happened, IssuedPaper, KEPT_YEARS, Order, Paper, PaperNumber, PaymentAlias, PaymentId, Use,
        kept_until,
    },
    store::Record,
};

use super::{Census, Findings};

/// An order has its marks exactly while it is so, its trail has every step, every yen is in one place, an occasion has at most one
/// badge, and papers are numbered without a gap.
pub(super) fn check(census: &Census, now: Timestamp, findings: &mut Findings) {
    for order in census.orders.values() {
        marks(census, order, findings);
        trail(census, order, findings);
        reissued(census, order, findings);
    }
    for open in census.open_orders.values() {
        findings.unless(census.orders.contains_key(&open.order), || "a mark has no order".to_owned());
    }
    for owed in census.owed_badges.keys() {
        findings.unless(census.orders.contains_key(owed), || format!("order {owed} is owed, and not there"));
    }
    findings
        .unless(census.references.len() == census.orders.len(), || "references and orders differ".to_owned());
    let mut named: BTreeSet<String> = BTreeSet::new();
    for reference in &census.references {
        let named_by = census.orders.get(&reference.order).map(|order| order.terms().reference);
        let fits = named_by == Some(reference.reference) && named.insert(reference.reference.to_string());
        findings.unless(fits, || format!("a reference is not that of order {}", reference.order));
    }
    money(census, now, findings);
    papers(census, now, findings);
    occasions(census, findings);
    places(census, findings);
    slots(census, findings);
}

fn marks(census: &Census, order: &AnyOrder, findings: &mut Findings) {
    let terms = order.terms();
    let id = &terms.id;
    let open = census.open_orders.get(&terms.replaces).filter(|open| open.order == *id);
    let (must_be_open, must_be_owed) = match order {
        AnyOrder::Awaiting(_) => (true, false),
        AnyOrder::Paid(_) => (true, true),
        AnyOrder::Reissued(_) | AnyOrder::Expired(_) | AnyOrder::Refunded(_) => (false, false),
    };
    findings.unless(open.is_some() == must_be_open, || format!("order {id}: open is {}", open.is_some()));
    let waits = open.is_some_and(|open| open.pay_by.is_some());
    findings.unless(waits == matches!(order, AnyOrder::Awaiting(_)), || {
        format!("order {id}: whether it waits for money is wrong")
    });
    let owed = census.owed_badges.contains_key(id);
    findings.unless(owed == must_be_owed, || format!("order {id}: owed is {owed}"));
}

/// The badge that an order has come to.
fn badge_of(order: &AnyOrder) -> Option<&BadgeId> {
    match order {
        AnyOrder::Reissued(Order { state, .. }) => Some(&state.badge),
        AnyOrder::Refunded(Order { state, .. }) => state.badge.as_ref(),
        AnyOrder::Awaiting(_) | AnyOrder::Paid(_) | AnyOrder::Expired(_) => None,
    }
}

/// The badge that was issued again attests what the old one did, and the old one is deleted.
fn reissued(census: &Census, order: &AnyOrder, findings: &mut Findings) {
    let Some(badge) = badge_of(order) else { return };
    let terms = order.terms();
    let id = &terms.id;
    let occasion = census.badges.get(badge).map(|badge| match badge {
        AnyBadge::Unclaimed(badge) => (&badge.candidate, badge.date, badge.valid_until),
        AnyBadge::Claimed(badge) => (&badge.candidate, badge.date, badge.valid_until),
        AnyBadge::Deleted(badge) => (&badge.candidate, badge.date, badge.valid_until),
    });
    // When the register forgets an occasion, nobody's badge goes with it, and another one names nobody.
    let forgotten = !census.candidates.contains_key(&terms.candidate.key());
    let fits = match occasion {
        Some((candidate, date, end)) => {
            (date, end) == (terms.date, terms.valid_until)
                && (*candidate == terms.candidate || (forgotten && candidate.is_nobody()))
        }
        None => forgotten,
    };
    findings
        .unless(fits, || format!("order {id}: badge {badge} is missing, or of another occasion or validity"));
    let old = census.badges.get(&terms.replaces);
    findings.unless(matches!(old, Some(AnyBadge::Deleted(_))), || {
        format!("order {id}: badge {} stands beside the one that replaced it", terms.replaces)
    });
}

fn trail(census: &Census, order: &AnyOrder, findings: &mut Findings) {
    let terms = order.terms();
    let mut steps: Vec<u32> =
        census.trail.iter().filter(|line| line.order == terms.id).map(|line| line.step).collect();
    steps.sort_unstable();
    let expected: Vec<u32> = (1..=terms.steps).collect();
    findings.unless(steps == expected, || format!("order {}: its trail has {steps:?}", terms.id));
    let told = |what: fn(&Happened) -> bool| {
        census.trail.iter().filter(|line| line.order == terms.id && what(&line.happened)).count()
    };
    let refunded = matches!(order, AnyOrder::Refunded(_));
    let times = [
        told(|happened| matches!(happened, Happened::Placed | Happened::Favoured { .. })),
        told(|happened| matches!(happened, Happened::Paid { .. })),
        told(|happened| matches!(happened, Happened::Reissued)),
        told(|happened| matches!(happened, Happened::Refunded { .. })),
    ];
    let happened = [true, order.paid().is_some(), badge_of(order).is_some(), refunded].map(usize::from);
    findings.unless(times == happened, || {
        format!("order {} is {}, and its trail tells of {times:?}", terms.id, order.state())
    });
}

/// What came in = what settled an order that is issued or on its way + what is parked + what was given back.
fn money(census: &Census, now: Timestamp, findings: &mut Findings) {
    let mut settles: BTreeMap<&PaymentId, &AnyOrder> = BTreeMap::new();
    for order in census.orders.values() {
        if let Some((payment, _)) = order.paid() {
            findings.unless(settles.insert(payment, order).is_none(), || {
                format!("payment {payment} settles two orders")
            });
            findings
                .unless(census.payments.contains_key(payment), || format!("payment {payment} is missing"));
        }
    }
    for payment in census.payments.values() {
        let id = &payment.id;
        let order = settles.get(id);
        let fits = match &payment.used {
            Use::Settled => order.is_some_and(|order| !matches!(order, AnyOrder::Refunded(_))),
            Use::Parked { .. } => order.is_none(),
            Use::Returned { mismatch, .. } => {
                order.is_none_or(|order| mismatch.is_none() && matches!(order, AnyOrder::Refunded(_)))
            }
        };
        findings.unless(fits, || format!("payment {id} is {:?}, and its order is not", payment.used));
        if let (Use::Settled, Some(order)) = (&payment.used, order) {
            let fee = u64::from(order.terms().fee.total.0);
            let exact = payment.amount.units == fee && payment.amount.currency == "jpy";
            findings.unless(exact, || format!("payment {id} is not what its order costs"));
        }
        let parked = matches!(payment.used, Use::Parked { .. });
        findings.unless(census.parked.contains(id) == parked, || format!("payment {id}: parked is {parked}"));
        let told = census.trail.iter().any(|line| match &line.happened {
            Happened::Paid { payment } | Happened::PaymentParked { payment } => payment == id,
            _ => false,
        });
        let names = payment.order.as_ref().is_some_and(|order| census.orders.contains_key(order));
        // What was given back before it was heard of concerned no order.
        let early = matches!(payment.used, Use::Returned { mismatch: None, .. }) && order.is_none();
        findings.unless(told == (names && !early), || format!("payment {id}: its order's trail is wrong"));
        let line_told = |line: &PaymentId| {
            let found = census.trail.iter().filter(|it| match &it.happened {
                Happened::LineFound { payment } => payment == line,
                _ => false,
            });
            let leads_here = |alias: &&PaymentAlias| alias.alias == *line && alias.payment == *id;
            found.count() == 1 && census.aliases.iter().filter(leads_here).count() == 1
        };
        findings.unless(payment.line.as_ref().is_none_or(line_told), || {
            format!("payment {id}: its line leads nowhere")
        });
    }
    for parked in &census.parked {
        findings.unless(census.payments.contains_key(parked), || format!("payment {parked} is missing"));
    }
    // One whose time is over goes by itself.
    for alias in census.aliases.iter().filter(|alias| alias.expires().is_none_or(|end| end > now)) {
        findings.unless(census.payments.contains_key(&alias.payment), || {
            format!("{} is another name of no payment", alias.alias)
        });
    }
}

fn papers(census: &Census, now: Timestamp, findings: &mut Findings) {
    let mut numbers: BTreeMap<(Paper, i16), BTreeSet<u32>> = BTreeMap::new();
    for paper in &census.papers {
        let PaperNumber { paper: kind, year, number } = paper.number;
        findings.unless(numbers.entry((kind, year)).or_default().insert(number), || {
            format!("number {} was given twice", paper.number)
        });
    }
    // Papers whose time is over go with their orders.
    let kept = |year: i16| kept_until(year, KEPT_YEARS).is_none_or(|end| end > now);
    for ((kind, year), given) in numbers.iter().filter(|((_, year), _)| kept(*year)) {
        let count = u32::try_from(given.len()).unwrap();
        findings.unless(given.iter().copied().eq(1..=count), || format!("{kind:?} of {year} have {given:?}"));
        let last = census.numbers.iter().find(|last| (last.last.paper, last.last.year) == (*kind, *year));
        findings.unless(last.is_some_and(|last| last.last.number == count), || {
            format!("{kind:?} of {year}: the last number is not {count}")
        });
    }
    let of_kind = |kind| census.papers.iter().filter(move |paper| paper.number.paper == kind).count();
    let paid = census.orders.values().filter(|order| order.paid().is_some()).count();
    let refunded = census.orders.values().filter(|order| matches!(order, AnyOrder::Refunded(_))).count();
    findings.unless(of_kind(Paper::Receipt) == paid, || "receipts and paid orders differ".to_owned());
    findings.unless(of_kind(Paper::CreditNote) == refunded, || "credit notes and refunds differ".to_owned());
    for paper in &census.papers {
        let fits = census.orders.get(&paper.order).is_some_and(|order| says_what_it_is_of(paper, order));
        findings.unless(fits, || format!("paper {} is not what its order says", paper.number));
    }
}

fn says_what_it_is_of(paper: &IssuedPaper, order: &AnyOrder) -> bool {
    let terms = order.terms();
    let its_own = match (paper.number.paper, order) {
        (Paper::Receipt, _) => order.paid().is_some_and(|(_, receipt)| *receipt == paper.number),
        (Paper::CreditNote, AnyOrder::Refunded(Order { state, .. })) => {
            state.credit_note == paper.number && paper.receipt.as_ref() == Some(&state.receipt)
        }
        (Paper::CreditNote, _) => false,
    };
    its_own && paper.fee == terms.fee && terms.addressee.as_ref() == Some(&paper.addressee)
}

/// A place in a wallet names an order of its badge and of its wallet.
fn places(census: &Census, findings: &mut Findings) {
    for place in &census.holdings {
        let forgotten = census.badges.get(&place.badge).is_some_and(|badge| badge.candidate().is_nobody());
        let again = place.again.as_ref().is_none_or(|again| {
            let replaced = |order: &AnyOrder| order.terms().replaces == place.badge;
            forgotten || census.orders.values().any(|order| replaced(order) && badge_of(order) == Some(again))
        });
        findings.unless(again, || format!("badge {} was not issued again as its place says", place.badge));
        let Some(id) = &place.order else { continue };
        let fits = census.orders.get(id).is_some_and(|order| {
            order.terms().replaces == place.badge && order.terms().wallet.as_ref() == Some(&place.wallet)
        });
        findings.unless(fits, || format!("the place of badge {} names order {id}", place.badge));
    }
}

/// An index that belongs to no badge was reserved for an order whose money was given back, or which was taken back, one for each.
fn slots(census: &Census, findings: &mut Findings) {
    let mut known: BTreeSet<&BadgeId> = census.badges.keys().collect();
    known.extend(census.candidates.values().filter_map(|candidate| match candidate {
        AnyCandidate::Prepared(candidate) => Some(&candidate.state.preparation.badge),
        _ => None,
    }));
    let mut given_back = 0;
    for order in census.orders.values() {
        match order {
            AnyOrder::Paid(order) => {
                known.extend(order.state.preparation.as_ref().map(|preparation| &preparation.badge));
            }
            AnyOrder::Refunded(order) => given_back += usize::from(order.state.badge.is_none()),
            // What the staff took back.
            AnyOrder::Expired(order) => given_back += usize::from(order.terms.addressee.is_none()),
            AnyOrder::Awaiting(_) | AnyOrder::Reissued(_) => {}
        }
    }
    // Whoever erases a badge, or a candidate who was about to get one, revokes its index.
    let revoked: BTreeSet<_> =
        census.revoked.iter().map(|bit| (bit.list.to_string(), bit.index.value())).collect();
    let erased = |list: &str, index: u32| revoked.contains(&(list.to_owned(), index));
    let strays = census
        .slots
        .iter()
        .filter(|slot| !known.contains(&slot.badge) && !erased(&slot.list.to_string(), slot.index.value()));
    let strays = strays.count();
    findings.unless(strays <= given_back, || format!("{strays} indexes are reserved for nobody"));
}

/// However often a badge was replaced, an occasion has at most one that is not deleted: the one that the register names.
fn occasions(census: &Census, findings: &mut Findings) {
    for candidate in census.candidates.values() {
        let reference = CandidateRef::of(candidate.details());
        let live = census.badges.iter().filter(|(_, badge)| match badge {
            AnyBadge::Unclaimed(badge) => badge.candidate == reference,
            AnyBadge::Claimed(badge) => badge.candidate == reference,
            AnyBadge::Deleted(_) => false,
        });
        let live: Vec<_> = live.map(|(id, _)| id).collect();
        let named = match candidate {
            AnyCandidate::Issued(candidate) => Some(&candidate.state.badge),
            _ => None,
        };
        findings.unless(live.iter().all(|id| Some(*id) == named) && live.len() <= 1, || {
            format!("an occasion has the badges {live:?}")
        });
    }
}
