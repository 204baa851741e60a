//! Ten thousand events, in order and out of it: the store holds the same.

use std::collections::BTreeSet;

use futures::StreamExt as _;
use jiff::{SignedDuration, Timestamp};
use shomei_core::{
    badge::BadgeId,
    delivery::{
        Bounce, BounceClass, BounceKind, Delay, DelayKind, Happened, MOST_MAILS, MailEvent, MessageId,
        StatusCode,
    },
    ports::{Entropy as _, Mail, MailKind},
    store::Failure,
};
use shomei_tests::{
    audit::{Contents, contents},
    world::TestEntropy,
};

use super::*;

const PEOPLE: usize = 160;
const EVENTS: usize = 10_000;

/// So many events are applied side by side.
const AT_ONCE: usize = 8;

/// Chance that is the same in every run.
struct Dice(TestEntropy);

impl Dice {
    fn below(&self, sides: usize) -> usize {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        usize::try_from(u64::from_le_bytes(bytes) % sides as u64).unwrap()
    }

    fn shuffle<T>(&self, list: &mut [T]) {
        for place in (1..list.len()).rev() {
            list.swap(place, self.below(place + 1));
        }
    }
}

/// Everybody's badge, announced; one of them is accepted, so that nobody need do anything about it.
async fn crowd() -> World {
    let world = World::new().await;
    let ports = Faulty::new(&world, None);
    month::achievement(&ports, &world, None).await.unwrap().unwrap();
    let row = |person| format!("pm-foundation,合格,2026/10/1,見本,p{person}@example.jp,D-{person}\n");
    let list: String = (0..PEOPLE).map(row).collect();
    month::register(&ports, &world, &format!("{}{list}", month::HEADING)).await.unwrap();
    assert!(month::run(&ports, month::scheduled()).await.unwrap().agrees());
    let token = world.outbox.token(0).unwrap();
    let visibility = shomei_core::badge::Visibility::Private;
    month::accept(&ports, &world, &token, visibility).await.unwrap();
    world
}

/// What may happen to a mail, of every sort.
fn happenings(dice: &Dice, mailed_at: Timestamp) -> Vec<Happened> {
    let later = |hours: usize| mailed_at + SignedDuration::from_hours(i64::try_from(hours).unwrap());
    let mut happenings = vec![Happened::Sent];
    for _ in 0..dice.below(3) {
        let (kind, code) = (DelayKind::MailboxFull, StatusCode::parse("4.2.2"));
        happenings.push(Happened::Delayed(Delay { at: later(dice.below(10)), kind, code }));
    }
    if dice.below(3) > 0 {
        happenings.push(Happened::Delivered { at: later(dice.below(12)) });
    }
    let at = later(dice.below(14));
    let bounce =
        |class, kind| Happened::Bounced(Bounce { at, class, kind, code: StatusCode::parse("5.4.1") });
    match dice.below(9) {
        0 => happenings.push(mails::hard(at)),
        1 => happenings.push(mails::soft(at)),
        2 => happenings.push(bounce(BounceClass::Transient, BounceKind::General)),
        3 => happenings.push(bounce(BounceClass::Undetermined, BounceKind::Undetermined)),
        4 => happenings.push(mails::junk(at)),
        5 => happenings.push([Happened::Rejected, Happened::NotRendered][dice.below(2)]),
        6 => happenings.extend([mails::soft(at), mails::hard(later(13)), mails::hard(at)]),
        _ => {}
    }
    happenings
}

/// Some thousand events in order: of a few mails about each badge, of many about some, of mails about none, and of badges that nobody
/// knows.
fn events(world: &World, dice: &Dice) -> Vec<MailEvent> {
    let announcements = world.outbox.mails();
    let begin = world.clock.now();
    let mut mails: Vec<(Mail, String, Timestamp)> = Vec::new();
    for (person, announcement) in announcements.iter().enumerate() {
        let many = if person % 30 == 0 { 3 * MOST_MAILS } else { 3 + dice.below(4) };
        for number in 0..many {
            let kind = [MailKind::ClaimLink, MailKind::FirstReminder, MailKind::SignIn][dice.below(3)];
            let kind = if number == 0 { MailKind::BadgeIssued } else { kind };
            let badge = announcement.badge.clone().filter(|_| kind != MailKind::SignIn);
            let badge = badge.map(|badge| if dice.below(50) == 0 { BadgeId::random(&dice.0) } else { badge });
            let at = begin + SignedDuration::from_mins(i64::try_from(dice.below(60 * 24 * 40)).unwrap());
            let mail = Mail { kind, badge, ..announcement.clone() };
            mails.push((mail, format!("0106019f-{person}-{number}"), at));
        }
    }
    mails.sort_by_key(|(_, _, at)| *at);
    let mut events = Vec::new();
    for (mail, message, at) in &mails {
        let happenings = happenings(dice, *at).into_iter();
        events.extend(happenings.map(|happened| mails::event(mail, message, *at, happened)));
    }
    events
}

/// The content of the items, without how often each was written.
async fn stored(world: &World) -> Contents {
    let mut all = contents(&world.store.client()).await;
    for item in all.values_mut() {
        item.remove("version").unwrap();
    }
    all
}

#[tokio::test]
async fn ten_thousand_events_in_any_order_leave_the_same_items() {
    let world = crowd().await;
    let dice = Dice(TestEntropy::default());
    let events = events(&world, &dice);
    let shuffled = &world.copy().await;
    for event in &events {
        heard(&world, event).await;
    }
    let in_order = stored(&world).await;
    is_sound(&world).await;
    let kept = census(&world).await;
    let newest = kept.deliveries.values().filter_map(|delivery| delivery.newest());
    let outcomes: BTreeSet<String> = newest
        .map(|newest| format!("{:?}", newest.outcome()).split(['(', ' ']).next().unwrap().to_owned())
        .collect();
    assert_eq!(outcomes.len(), 7, "every outcome comes up: {outcomes:?}");
    let (badges, marks, stops) = (kept.deliveries.len(), kept.undelivered.len(), kept.stopped.len());
    assert!(badges > PEOPLE * 9 / 10 && marks > 30 && stops > 30, "{badges}, {marks}, {stops}");
    assert!(kept.deliveries.values().any(|delivery| delivery.mails.len() == MOST_MAILS));

    // With repetitions, and side by side, so that several are at the same items.
    let fresh = events.len();
    assert!((EVENTS / 4..EVENTS / 2).contains(&fresh), "{fresh} events before repetitions");
    let again = (fresh..EVENTS).map(|_| &events[dice.below(fresh)]);
    let mut told: Vec<_> = events.iter().chain(again).collect();
    dice.shuffle(&mut told);
    futures::stream::iter(told)
        .for_each_concurrent(AT_ONCE, |event| async move {
            // Whoever comes off worst too often is called again, as by the platform.
            while let Err(error) = delivery::apply(claim_ports(shuffled.table(), shuffled), event).await {
                assert!(matches!(error, Failure::TryAgain(_)), "{error}");
            }
        })
        .await;
    assert!(stored(shuffled).await == in_order, "out of order, something else is stored");
    is_sound(shuffled).await;
}

#[tokio::test]
async fn an_event_is_applied_once_by_however_many() {
    let world = announced().await;
    let now = world.clock.now();
    let event = mails::event(&mail_to(&world, ICHIRO), "m-1", now, mails::hard(now));
    let calls = (0..6).map(|_| delivery::apply(claim_ports(world.table(), &world), &event));
    let applied = futures::future::join_all(calls).await;
    let now = applied.into_iter().filter(|applied| matches!(applied, Ok(Applied::Now))).count();
    assert_eq!(now, 1);
    is_sound(&world).await;
    assert_eq!(heard(&world, &event).await, Applied::Before);
}

#[tokio::test]
async fn what_is_about_no_badge_or_an_unknown_one_changes_no_badge() {
    let world = announced().await;
    let now = world.clock.now();
    let before = stored(&world).await;
    let announcement = mail_to(&world, ICHIRO);
    let sign_in = Mail { kind: MailKind::SignIn, badge: None, ..announcement.clone() };
    for happened in [Happened::Sent, Happened::Delivered { at: now }, mails::soft(now)] {
        assert_eq!(heard(&world, &mails::event(&sign_in, "m-1", now, happened)).await, Applied::NotKept);
    }
    // Nor does the mail that a badge was deleted: it asks nobody to claim it.
    let deleted = Mail { kind: MailKind::BadgeDeleted, ..announcement.clone() };
    assert_eq!(heard(&world, &mails::event(&deleted, "m-1", now, mails::soft(now))).await, Applied::NotKept);
    // Nor a mail of a kind that a later version of the programme sends.
    let later = MailEvent { kind: None, ..mails::event(&announcement, "m-1", now, mails::soft(now)) };
    assert_eq!(heard(&world, &later).await, Applied::NotKept);
    let stranger = Mail { badge: Some(BadgeId::random(&world.entropy)), ..announcement };
    let soft = mails::event(&stranger, "m-1", now, mails::soft(now));
    assert_eq!(heard(&world, &soft).await, Applied::UnknownBadge);
    assert!(stored(&world).await == before);
    // Nor is its address noted: whoever was erased leaves nothing by a mail that comes back late.
    let hard = mails::event(&stranger, "m-1", now, mails::hard(now));
    assert_eq!(heard(&world, &hard).await, Applied::UnknownBadge);
    assert!(stored(&world).await == before);
    // The address of a mail about no badge is: it does not exist.
    assert_eq!(heard(&world, &mails::event(&sign_in, "m-2", now, mails::hard(now))).await, Applied::Now);
    let census = census(&world).await;
    assert_eq!((census.deliveries.len(), census.stopped.len()), (0, 1));
}

#[test]
fn names_of_mails_have_one_form() {
    assert!(MessageId::parse("0106019f8a7b-11f6d3b8-8f4e-4a55-9f1a-5d2f2c0a7b11-000000").is_some());
    let long = "a".repeat(129);
    for other in ["", "a b", "a@example.jp", "あ", &long] {
        assert!(MessageId::parse(other).is_none(), "{other}");
    }
}
