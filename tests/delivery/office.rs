//! What the office sees: badges that need a person, and how a month's mails fared.

use shomei_core::{
    badge::Visibility,
    calendar::Month,
    candidate::{CandidateRef, Correction},
    claim::{self, Client},
    delivery::{Counts, Delay, DelayKind, LONG_DELAY, Outcome, UndeliveredPage},
    ports::MailKind,
    reissue::favour::favour,
};

use super::*;

fn october() -> Month {
    Month::new(2026, 10).unwrap()
}

async fn undelivered(world: &World) -> UndeliveredPage {
    delivery::undelivered(claim_ports(world.table(), world), None, None).await.unwrap()
}

fn addresses(page: &UndeliveredPage) -> Vec<String> {
    let mut addresses: Vec<_> = page.badges.iter().map(|one| one.badge.address.as_str().to_owned()).collect();
    addresses.sort();
    addresses
}

#[tokio::test]
async fn a_badge_needs_a_person_as_long_as_its_newest_mail_did_not_arrive() {
    let world = announced().await;
    assert!(undelivered(&world).await.badges.is_empty());
    happens(&world, ICHIRO, "m-1", mails::soft).await;
    happens(&world, FUTABA, "m-2", mails::hard).await;
    let page = undelivered(&world).await;
    assert_eq!((addresses(&page), &page.next), (vec![FUTABA.to_owned(), ICHIRO.to_owned()], &None));
    for one in &page.badges {
        let outcome = one.delivery.newest().unwrap().outcome();
        assert!(matches!(outcome, Outcome::Bounced(_)), "{outcome:?}");
        let stops = one.stopped.as_ref().is_some_and(|stopped| stopped.reason().is_some());
        assert_eq!(stops, one.badge.address.as_str() == FUTABA);
    }
    // Another mail is on its way: there is nothing to do for now. What is still said of the one before changes nothing.
    world.clock.jump(HOUR);
    let ports = Faulty::new(&world, None);
    let token = token_to(&world, ICHIRO);
    claim::ask_link(claim_ports(&ports, &world), &token, &Client::of("")).await.unwrap();
    issuance::deliver(ports.issuance(), &month::compose, &Call::default()).await.unwrap();
    assert_eq!(mail_to(&world, ICHIRO).kind, MailKind::ClaimLink);
    happens(&world, ICHIRO, "m-3", |_| Happened::Sent).await;
    let earlier = world.clock.now() - jiff::SignedDuration::from_hours(1);
    let announcement = world.outbox.mails().into_iter().find(|mail| mail.to.as_str() == ICHIRO).unwrap();
    heard(&world, &mails::event(&announcement, "m-1", earlier, mails::hard(world.clock.now()))).await;
    assert_eq!(addresses(&undelivered(&world).await), [FUTABA]);
    is_sound(&world).await;
}

#[tokio::test]
async fn what_was_claimed_or_replaced_meanwhile_is_left_out_and_cleared_away() {
    let world = announced().await;
    let ports = Faulty::new(&world, None);
    for (to, message) in [(ICHIRO, "m-1"), (FUTABA, "m-2"), ("mitsu@example.jp", "m-3")] {
        happens(&world, to, message, mails::soft).await;
    }
    let token = token_to(&world, ICHIRO);
    month::accept(&ports, &world, &token, Visibility::Private).await.unwrap();
    let occasion = census(&world).await.badges[&badge_of(&world, FUTABA)].candidate().clone();
    correct(&world, &occasion, "futaba@example.org").await;
    assert_eq!(census(&world).await.undelivered.len(), 3);
    assert_eq!(addresses(&undelivered(&world).await), ["mitsu@example.jp"]);
    assert_eq!(census(&world).await.undelivered.len(), 1);
    // What is heard later of a badge that nobody has to care about marks nothing.
    happens(&world, ICHIRO, "m-1", mails::hard).await;
    let mail = world.outbox.mails().into_iter().find(|mail| mail.to.as_str() == FUTABA).unwrap();
    let now = world.clock.now();
    heard(&world, &mails::event(&mail, "m-2", now, mails::hard(now))).await;
    assert_eq!(census(&world).await.undelivered.len(), 1);
    is_sound(&world).await;
}

/// The staff mend the address of an occasion, and the badge is issued and mailed anew.
async fn correct(world: &World, occasion: &CandidateRef, to: &str) {
    let ports = Faulty::new(world, None);
    let correction = Correction { address: Some(address(to)), ..Correction::default() };
    favour(ports.reissue(), occasion, &correction, &clerk(), &reason()).await.unwrap();
    assert_eq!(sweep(world).await.mails.sent, 1);
    assert_eq!(mails_to(world, to), 1);
}

#[tokio::test]
async fn a_mail_that_is_late_for_long_needs_a_person_and_a_machines_answer_none() {
    let world = announced().await;
    let (mail, sent) = (mail_to(&world, ICHIRO), world.clock.now());
    let delay = |after| {
        let kind = DelayKind::MailboxFull;
        mails::event(&mail, "m-1", sent, Happened::Delayed(Delay { at: sent + after, kind, code: None }))
    };
    let moment = jiff::SignedDuration::from_millis(1);
    for (after, badges) in [(LONG_DELAY - moment, 0), (LONG_DELAY, 1)] {
        heard(&world, &delay(after)).await;
        assert_eq!(undelivered(&world).await.badges.len(), badges, "{after}");
    }
    heard(&world, &mails::event(&mail, "m-1", sent, Happened::Delivered { at: sent + LONG_DELAY * 2 })).await;
    assert!(undelivered(&world).await.badges.is_empty());
    // "I am away until Monday": SES calls that a bounce.
    let away = Happened::Bounced(delivery::Bounce {
        at: sent,
        class: delivery::BounceClass::Transient,
        kind: delivery::BounceKind::General,
        code: None,
    });
    heard(&world, &mails::event(&mail, "m-1", sent, away)).await;
    assert!(undelivered(&world).await.badges.is_empty());
    // Of a mail that was never delivered it is the end.
    happens(&world, FUTABA, "m-2", |_| Happened::Sent).await;
    heard(&world, &mails::event(&mail_to(&world, FUTABA), "m-2", sent, away)).await;
    assert_eq!(addresses(&undelivered(&world).await), [FUTABA]);
}

#[tokio::test]
async fn pages_hold_every_badge_once_and_a_month_only_its_own() {
    let world = World::new().await;
    let ports = Faulty::new(&world, None);
    month::achievement(&ports, &world, None).await.unwrap().unwrap();
    let row = |person: usize| {
        let month = 9 + person % 2;
        format!("pm-foundation,合格,2026/{month}/1,見本,p{person}@example.jp,P-{person}\n")
    };
    let list: String = (0..130).map(row).collect();
    month::register(&ports, &world, &format!("{}{list}", month::HEADING)).await.unwrap();
    month::run(&ports, month::scheduled()).await.unwrap();
    for (place, mail) in world.outbox.mails().iter().enumerate() {
        let now = world.clock.now();
        heard(&world, &mails::event(mail, &format!("m-{place}"), now, mails::soft(now))).await;
    }
    for (month, expected) in
        [(None, 130), (Some(october()), 65), (Some(october().previous()), 65), (Some(october().next()), 0)]
    {
        let (mut found, mut after, mut pages) = (Vec::new(), None::<String>, 0);
        loop {
            let may = claim_ports(world.table(), &world);
            let page = delivery::undelivered(may, month, after.as_deref()).await.unwrap();
            found.extend(page.badges.into_iter().map(|one| one.badge.id));
            pages += 1;
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        found.sort();
        found.dedup();
        assert_eq!((found.len(), pages <= 4), (expected, true), "{month:?}: {pages} pages");
    }
    let counted = delivery::counts(world.table(), october()).await.unwrap();
    assert_eq!(counted, Counts { returned: 65, ..Counts::default() });
}

#[tokio::test]
async fn a_months_mails_are_counted_once_each_by_their_newest() {
    let world = announced().await;
    let counts = || delivery::counts(world.table(), october());
    assert_eq!(counts().await.unwrap(), Counts { on_the_way: 4, ..Counts::default() });
    happens(&world, ICHIRO, "m-1", |at| Happened::Delivered { at }).await;
    happens(&world, FUTABA, "m-2", mails::hard).await;
    happens(&world, "mitsu@example.jp", "m-3", mails::junk).await;
    let expected = Counts { on_the_way: 1, delivered: 1, bounced: 1, complained: 1, ..Counts::default() };
    assert_eq!(counts().await.unwrap(), expected);
    // A reminder that is owed, and may not be sent, is no other badge.
    world.clock.jump(8 * DAY);
    remind(&world).await;
    sweep(&world).await;
    assert_eq!(counts().await.unwrap(), expected);
    // A badge that took the place of another one is counted in its place.
    let occasion = census(&world).await.badges[&badge_of(&world, FUTABA)].candidate().clone();
    correct(&world, &occasion, "futaba@example.org").await;
    let corrected = Counts { on_the_way: 2, bounced: 0, ..expected };
    assert_eq!(counts().await.unwrap(), corrected);
    assert_eq!(corrected.all(), 4);
    let shard = occasion.shard();
    let badge = badge_of(&world, ICHIRO);
    let shard_of = |badge: &BadgeId, census: &Census| census.badges[badge].candidate().shard();
    let place = shard_of(&badge, &census(&world).await);
    let known = delivery::of_badge(world.table(), place, &badge).await.unwrap().unwrap();
    assert!(matches!(known.newest().unwrap().outcome(), Outcome::Delivered { .. }));
    let corrected = badge_of(&world, "futaba@example.org");
    assert_eq!(delivery::of_badge(world.table(), shard, &corrected).await.unwrap(), None);
}
