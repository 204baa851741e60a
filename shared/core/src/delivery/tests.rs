//! The laws of joining: in any order, however often, the same.

use jiff::SignedDuration;
use proptest::{prelude::*, sample::Index, strategy::ValueTree as _};

use super::*;
use crate::{calendar::Month, order::Actor, ports::MailKind};

fn moment(second: i64) -> jiff::Timestamp {
    jiff::Timestamp::from_second(1_793_577_600 + second).unwrap()
}

fn code() -> impl Strategy<Value = Option<StatusCode>> {
    prop_oneof![Just(None), Just(StatusCode::parse("5.1.1")), Just(StatusCode::parse("4.2.2"))]
}

fn happened() -> impl Strategy<Value = Happened> {
    let at = || (0..9_i64).prop_map(moment);
    let kinds = vec![BounceKind::General, BounceKind::NoEmail, BounceKind::MailboxFull];
    let classes = vec![BounceClass::Transient, BounceClass::Undetermined, BounceClass::Permanent];
    let delays = vec![DelayKind::General, DelayKind::MailboxFull];
    prop_oneof![
        Just(Happened::Sent),
        at().prop_map(|at| Happened::Delivered { at }),
        (at(), prop::sample::select(delays), code()).prop_map(|(at, kind, code)| Happened::Delayed(Delay {
            at,
            kind,
            code
        })),
        (at(), prop::sample::select(classes), prop::sample::select(kinds), code())
            .prop_map(|(at, class, kind, code)| Happened::Bounced(Bounce { at, class, kind, code })),
        (at(), any::<bool>())
            .prop_map(|(at, of_earlier_mail)| Happened::Complained(Complaint { at, of_earlier_mail })),
        Just(Happened::Rejected),
        Just(Happened::NotRendered),
    ]
}

/// Of so many mails. Two were taken in one second, and one name stands for two.
fn report(mails: i64) -> impl Strategy<Value = MailReport> {
    (0..mails, happened()).prop_map(|(mail, happened)| {
        let message = MessageId::parse(&format!("m-{}", mail % 17)).unwrap();
        MailReport::of(moment(mail / 2), message, MailKind::ClaimLink, happened)
    })
}

fn delivery(reports: impl IntoIterator<Item = MailReport>) -> BadgeDelivery {
    let shard = Shard { month: Month::new(2026, 10).unwrap(), number: 3 };
    let mut delivery = BadgeDelivery::new(BadgeId::of_nothing(), shard);
    for report in reports {
        delivery.hear(report);
    }
    delivery
}

/// What is known of one address: stopped by some mail, or released at some time.
fn about_address() -> impl Strategy<Value = StoppedAddress> {
    let address = AddressHash::of(&crate::address::MailAddress::mend("a@example.jp").unwrap().address);
    (0..9_i64, 0..9_i64, 0..3_u8).prop_map(move |(mailed_at, at, what)| {
        let (mailed_at, at, code) = (moment(mailed_at), moment(at), None);
        let class = BounceClass::Permanent;
        let reason = match what {
            0 => StopReason::Complained(StoppedBy {
                mailed_at,
                what: Complaint { at, of_earlier_mail: false },
            }),
            _ => StopReason::Bounced(StoppedBy {
                mailed_at,
                what: Bounce { at, class, kind: BounceKind::NoEmail, code },
            }),
        };
        let stopped = StoppedAddress::new(address.clone(), reason);
        if what < 2 {
            return stopped;
        }
        let released = Some(Release { at, by: Actor::Sweep });
        StoppedAddress { bounced: None, complained: None, released, ..stopped }
    })
}

fn joined_of(parts: &[StoppedAddress]) -> Option<StoppedAddress> {
    let (first, rest) = parts.split_first()?;
    let mut all = first.clone();
    for part in rest {
        all.join(part);
    }
    Some(all)
}

/// As it is stored.
fn bytes<T: Serialize>(record: &T) -> Vec<u8> {
    serde_json::to_vec(record).unwrap()
}

proptest! {
    #[test]
    fn reports_of_one_mail_form_a_semilattice(a in report(1), b in report(1), c in report(1)) {
        let join = |one: &MailReport, other: &MailReport| {
            let mut joined = one.clone();
            joined.join(other);
            joined
        };
        prop_assert_eq!(join(&a, &b), join(&b, &a));
        prop_assert_eq!(join(&join(&a, &b), &c), join(&a, &join(&b, &c)));
        prop_assert_eq!(join(&a, &a), a);
    }

    #[test]
    fn a_badges_reports_are_the_same_in_any_order_and_however_often(
        (reports, shuffled) in prop::collection::vec(report(60), 0..80)
            .prop_flat_map(|reports| (Just(reports.clone()), Just(reports).prop_shuffle())),
        again in prop::collection::vec(any::<Index>(), 0..40),
    ) {
        let repeated = again.iter().filter(|_| !reports.is_empty()).map(|place| place.get(&reports).clone());
        let all: Vec<_> = shuffled.into_iter().chain(repeated).collect();
        let (one, other) = (delivery(reports), delivery(all));
        prop_assert_eq!(bytes(&one), bytes(&other));
        prop_assert!(one.mails.len() <= MOST_MAILS);
        prop_assert_eq!(serde_json::from_slice::<BadgeDelivery>(&bytes(&one)).unwrap(), one);
    }

    #[test]
    fn an_address_is_stopped_or_not_whatever_was_heard_first(
        (parts, shuffled) in prop::collection::vec(about_address(), 1..12)
            .prop_flat_map(|parts| (Just(parts.clone()), Just(parts).prop_shuffle())),
    ) {
        let (one, other) = (joined_of(&parts).unwrap(), joined_of(&shuffled).unwrap());
        prop_assert_eq!(bytes(&one), bytes(&other));
        let newest = |of: &dyn Fn(&StoppedAddress) -> Option<jiff::Timestamp>| parts.iter().filter_map(of).max();
        let mailed = newest(&|part| part.bounced.map(|by| by.mailed_at).max(part.complained.map(|by| by.mailed_at)));
        let released = newest(&|part| part.released.as_ref().map(|release| release.at));
        prop_assert_eq!(one.reason().is_some(), mailed > released);
    }
}

/// As many as the store is asked to bear elsewhere, of one badge.
#[test]
fn ten_thousand_reports_in_any_order_are_one() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let reports = prop::collection::vec(report(400), 10_000);
    let reports = reports.prop_flat_map(|reports| (Just(reports.clone()), Just(reports).prop_shuffle()));
    let (reports, shuffled) = reports.new_tree(&mut runner).unwrap().current();
    let newest = delivery(reports.clone());
    assert_eq!(bytes(&newest), bytes(&delivery(shuffled)));
    let oldest = newest.mails.first().unwrap();
    assert_eq!(newest.mails.len(), MOST_MAILS);
    let beyond = reports.iter().filter(|report| report.identity() > oldest.identity());
    assert!(
        beyond.into_iter().all(|report| newest.mails.iter().any(|kept| kept.identity() == report.identity()))
    );
}

#[test]
fn the_worst_counts_and_a_machines_answer_does_not() {
    let (at, code) = (moment(5), None);
    let bounce = |class, kind| Happened::Bounced(Bounce { at, class, kind, code });
    let delivered = Happened::Delivered { at };
    let soft = bounce(BounceClass::Transient, BounceKind::MailboxFull);
    let reply = bounce(BounceClass::Transient, BounceKind::General);
    let hard = bounce(BounceClass::Permanent, BounceKind::General);
    let junk = Happened::Complained(Complaint { at, of_earlier_mail: false });
    let soon = Happened::Delayed(Delay { at, kind: DelayKind::General, code });
    let late = Happened::Delayed(Delay { at: moment(0) + LONG_DELAY, kind: DelayKind::General, code });
    let table: [(&[Happened], &str, bool); 14] = [
        (&[], "Sent", false),
        (&[soon], "Delayed", false),
        (&[soon, late], "Delayed", true),
        (&[late, delivered], "Delivered", false),
        (&[delivered, reply], "Delivered", false),
        (&[reply], "Bounced", true),
        (&[delivered, soft], "Bounced", true),
        (&[delivered, bounce(BounceClass::Undetermined, BounceKind::Undetermined)], "Bounced", true),
        (&[soft, hard], "Bounced", true),
        (&[Happened::Rejected], "Rejected", true),
        (&[Happened::NotRendered], "NotRendered", true),
        (&[Happened::Rejected, soft], "Rejected", true),
        (&[Happened::Rejected, hard], "Bounced", true),
        (&[delivered, hard, junk], "Complained", true),
    ];
    for (heard, outcome, needs_person) in table {
        let message = MessageId::parse("m-1").unwrap();
        let of = |happened| MailReport::of(moment(0), message.clone(), MailKind::BadgeIssued, happened);
        let mut report = of(Happened::Sent);
        for happened in heard {
            report.join(&of(*happened));
        }
        let said = format!("{:?}", report.outcome());
        assert!(said.starts_with(outcome), "{heard:?}: {said}");
        assert_eq!(report.needs_person(), needs_person, "{heard:?}");
    }
    assert_eq!(LONG_DELAY, SignedDuration::from_hours(6));
}

#[test]
fn codes_are_three_numbers_and_no_words() {
    for good in ["2.0.0", "4.4.1", "5.1.10", "5.999.999"] {
        assert_eq!(StatusCode::parse(good).unwrap().to_string(), good);
    }
    for bad in
        ["", "5", "5.1", "3.1.1", "5.1.1.1", "5..1", "5.1.1000", "5.1.-1", "5.1.1 ", "５.1.1", "5.1.1 a@b.jp"]
    {
        assert_eq!(StatusCode::parse(bad), None, "{bad}");
    }
}

#[test]
fn mails_are_named_in_one_way() {
    for kind in MailKind::ALL {
        assert_eq!(MailKind::parse(kind.name()), Some(kind));
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
    }
    assert_eq!(MailKind::parse("Sign-In"), None);
}
