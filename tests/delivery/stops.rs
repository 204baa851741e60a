//! Addresses that no mail goes to until a person decides.

use std::sync::Mutex;

use async_trait::async_trait;
use shomei_core::{
    claim::{self, Client, session},
    delivery::{Released, StopReason},
    issuance::Ports,
    ports::{Cause, MailError, MailKind, Mailer},
};
use shomei_tests::audit::contents;

use super::*;

/// How one stands, as the office sees it.
async fn stopped(world: &World, of: &str) -> Option<StopReason> {
    let of = address(of);
    delivery::Standings::of(world.table(), [&of]).await.unwrap().reason(&of)
}

#[tokio::test]
async fn no_reminder_goes_to_an_address_that_does_not_exist_until_a_person_says_so() {
    let world = announced().await;
    happens(&world, ICHIRO, "m-1", mails::hard).await;
    happens(&world, FUTABA, "m-2", mails::junk).await;
    world.clock.jump(8 * DAY);
    assert_eq!(remind(&world).await, 4);
    let swept = sweep(&world).await;
    assert_eq!((swept.mails.sent, swept.mails.stopped, swept.mails.refused), (2, 2, 0));
    assert_eq!((mails_to(&world, ICHIRO), mails_to(&world, FUTABA)), (1, 1));
    // They stay owed, are looked at by each sweep, and change no more.
    let kept = contents(&world.store.client()).await;
    assert_eq!(sweep(&world).await.mails.stopped, 2);
    assert!(contents(&world.store.client()).await == kept);
    let sums =
        issuance::reconcile(world.table(), &world.programme.office, month::scheduled(), None).await.unwrap();
    let month = &sums.months[0];
    assert_eq!((month.mailed, month.owed, month.stopped, month.undeliverable), (2, 2, 2, 0));
    assert!(sums.agrees() && sums.to_string().contains("2 to addresses that mail does not reach"), "{sums}");
    is_sound(&world).await;

    assert_eq!(release(&world, ICHIRO).await, Released::Now);
    assert_eq!(release(&world, ICHIRO).await, Released::NotStopped);
    let swept = sweep(&world).await;
    assert_eq!((swept.mails.sent, swept.mails.stopped), (1, 1));
    let reminder = mail_to(&world, ICHIRO);
    assert_eq!((reminder.kind, mails_to(&world, FUTABA)), (MailKind::FirstReminder, 1));
    let census = census(&world).await;
    let line = serde_json::to_value(&census.deeds()[0]).unwrap();
    assert_eq!(
        (census.deeds().len(), &line["deed"], &line["actor"]["subject"]),
        (1, &"address-released".into(), &"clerk-1".into())
    );
    assert!(!census.owed.contains_key(&reminder.badge.unwrap()));
    is_sound(&world).await;
}

#[tokio::test]
async fn what_was_sent_before_a_release_does_not_stop_an_address_again() {
    let world = announced().await;
    let mail = mail_to(&world, ICHIRO);
    let sent = world.clock.now();
    let hard = mails::event(&mail, "m-1", sent, mails::hard(sent));
    heard(&world, &hard).await;
    world.clock.jump(HOUR);
    assert_eq!(release(&world, ICHIRO).await, Released::Now);
    // The same told again, and what is heard only now of the same mail and of one that was on its way.
    heard(&world, &hard).await;
    let late = world.clock.now() + jiff::SignedDuration::from_hours(2);
    heard(&world, &mails::event(&mail, "m-1", sent, mails::junk(late))).await;
    let beside = sent + jiff::SignedDuration::from_mins(59);
    heard(&world, &mails::event(&mail, "m-2", beside, mails::hard(late))).await;
    assert_eq!(stopped(&world, ICHIRO).await, None);
    assert_eq!(release(&world, ICHIRO).await, Released::NotStopped);
    // What was sent after it, does.
    let after = world.clock.now() + jiff::SignedDuration::from_secs(1);
    heard(&world, &mails::event(&mail, "m-3", after, mails::hard(late))).await;
    assert!(matches!(stopped(&world, ICHIRO).await, Some(StopReason::Bounced(by)) if by.mailed_at == after));
    // Even if the mail service's clock is ahead of ours, a person's word counts.
    assert_eq!(release(&world, ICHIRO).await, Released::Now);
    assert_eq!(stopped(&world, ICHIRO).await, None);
}

#[tokio::test]
async fn what_may_pass_stops_nobody() {
    let world = announced().await;
    for (place, happened) in
        [mails::soft, |at| Happened::Delivered { at }, |_| Happened::Rejected].into_iter().enumerate()
    {
        happens(&world, ICHIRO, &format!("m-{place}"), happened).await;
    }
    assert_eq!((stopped(&world, ICHIRO).await, census(&world).await.stopped.len()), (None, 0));
    world.clock.jump(8 * DAY);
    remind(&world).await;
    assert_eq!(sweep(&world).await.mails.sent, 4);
}

#[tokio::test]
async fn an_address_is_one_however_it_is_written_and_whatever_the_mail_was_about() {
    let world = World::new().await;
    let ports = Faulty::new(&world, None);
    month::achievement(&ports, &world, None).await.unwrap().unwrap();
    let list = "pm-foundation,合格,2026/10/1,見本 一郎,ichiro@example.jp,A-1\n\
        pm-foundation,更新,2026/10/2,見本 一郎,Ichiro@Example.JP,A-1\n";
    month::register(&ports, &world, &format!("{}{list}", month::HEADING)).await.unwrap();
    // An earlier mail to it came back, about no badge at all.
    let now = world.clock.now();
    let sign_in = MailEvent {
        message: delivery::MessageId::parse("m-1").unwrap(),
        kind: Some(MailKind::SignIn),
        badge: None,
        mailed_at: now,
        recipients: vec![address("ICHIRO@example.jp")],
        happened: mails::hard(now),
    };
    assert_eq!(heard(&world, &sign_in).await, Applied::Now);
    let sums = month::run(&ports, month::scheduled()).await.unwrap();
    assert_eq!((sums.months[0].owed, sums.months[0].stopped, sums.agrees()), (2, 2, true));
    assert_eq!(world.outbox.mails(), []);
    release(&world, ICHIRO).await;
    assert_eq!(sweep(&world).await.mails.sent, 2);
    is_sound(&world).await;
}

#[tokio::test]
async fn letters_wait_for_a_release_as_long_as_they_are_of_use() {
    let world = announced().await;
    let ports = Faulty::new(&world, None);
    let may = claim_ports(&ports, &world);
    let token = token_to(&world, ICHIRO);
    happens(&world, ICHIRO, "m-1", mails::hard).await;
    claim::ask_link(may, &token, &Client::of("203.0.113.9")).await.unwrap();
    let call = Call::default();
    let deliver = || issuance::deliver(ports.issuance(), &month::compose, &call);
    let held = deliver().await.unwrap();
    assert_eq!((held.sent, held.stopped, held.postponed, held.waiting), (0, 1, 0, None));
    assert_eq!((census(&world).await.letters.len(), mails_to(&world, ICHIRO)), (1, 1));
    world.clock.jump(2 * DAY);
    assert_eq!(sweep(&world).await.mails.stopped, 1);
    release(&world, ICHIRO).await;
    assert_eq!(sweep(&world).await.mails.sent, 1);
    assert_eq!((mail_to(&world, ICHIRO).kind, census(&world).await.letters.len()), (MailKind::ClaimLink, 0));

    // Nobody decides: after three days a link, after half an hour a sign-in is of no use to anyone.
    let token = token_to(&world, FUTABA);
    month::accept(
        &ports,
        &world,
        &world.outbox.tokens()["shiki@example.jp"][0],
        shomei_core::badge::Visibility::Private,
    )
    .await
    .unwrap();
    happens(&world, FUTABA, "m-2", mails::junk).await;
    happens(&world, "shiki@example.jp", "m-3", mails::hard).await;
    claim::ask_link(may, &token, &Client::of("203.0.113.9")).await.unwrap();
    session::ask(may, &address("shiki@example.jp"), &Client::of("203.0.113.9")).await.unwrap();
    assert_eq!(deliver().await.unwrap().stopped, 2);
    world.clock.jump(HOUR);
    assert_eq!((deliver().await.unwrap().stopped, census(&world).await.letters.len()), (1, 1));
    world.clock.jump(4 * DAY);
    assert_eq!((deliver().await.unwrap().stopped, census(&world).await.letters.len()), (0, 0));
    assert_eq!((mails_to(&world, FUTABA), mails_to(&world, "shiki@example.jp")), (1, 1));
    is_sound(&world).await;
}

/// A mail service with a list of its own. It knows nobody who was not lifted.
struct Listing<'a> {
    world: &'a World,
    lifted: Mutex<Vec<String>>,
    deaf: bool,
}

#[async_trait]
impl Mailer for Listing<'_> {
    async fn ready(&self) -> Result<usize, MailError> {
        self.world.outbox.ready().await
    }

    async fn send(&self, mails: &[Mail]) -> Vec<Result<(), MailError>> {
        self.world.outbox.send(mails).await
    }

    async fn lift(&self, address: &MailAddress) -> Result<(), MailError> {
        if self.deaf {
            return Err(MailError::Unavailable(Cause::new("SES TooManyRequestsException")));
        }
        self.lifted.lock().unwrap().push(address.as_str().to_owned());
        Ok(())
    }
}

#[tokio::test]
async fn the_mail_service_hears_of_a_release_before_it_gets_the_mail() {
    for deaf in [false, true] {
        let world = announced().await;
        let faultless = Faulty::new(&world, None);
        let token = token_to(&world, ICHIRO);
        happens(&world, ICHIRO, "m-1", mails::hard).await;
        world.clock.jump(8 * DAY);
        release(&world, ICHIRO).await;
        remind(&world).await;
        claim::ask_link(claim_ports(&faultless, &world), &token, &Client::of("203.0.113.9")).await.unwrap();
        let listing = Listing { world: &world, lifted: Mutex::default(), deaf };
        let ports = Ports { mailer: &listing, ..faultless.issuance() };
        let (swept, done) =
            issuance::sweep(ports, world.clock.now(), &month::compose, &Call::default()).await;
        done.unwrap();
        let lifted = listing.lifted.into_inner().unwrap();
        if deaf {
            // It would take the mails, and send none.
            assert_eq!((swept.mails.sent, swept.mails.postponed, mails_to(&world, ICHIRO)), (3, 2, 1));
            assert_eq!(swept.mails.causes.values().sum::<usize>(), 2);
        } else {
            assert_eq!((swept.mails.sent, swept.mails.postponed, mails_to(&world, ICHIRO)), (5, 0, 3));
            assert_eq!(lifted, [ICHIRO, ICHIRO], "of nobody else it has to hear");
        }
        is_sound(&world).await;
    }
}
