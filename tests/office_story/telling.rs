//! The story of an occasion in every state, in order, and what to do next.

use jiff::Timestamp;
use shomei_core::{
    badge::Visibility,
    candidate::CandidateRef,
    delivery::{self, Happened},
    issuance::{self, Call},
    office::story::{self, NextStep, Reach},
    ports::{Cause, Clock, Mail, MailError, Mailer},
    reissue::order::{self, Ordered},
    store,
    wallet::{AddressHash, AddressOwner},
};
use shomei_tests::{faults::Faulty, mails, month, world::World};

use crate::desk::{self, DAY, clerk, lines, ports, story};

#[tokio::test]
async fn who_was_registered_late_waits_for_the_next_run() {
    let world = desk::registered().await;
    let told = story(&world, "A-1").await;
    assert_eq!(lines(&told), ["0 registered"]);
    assert_eq!(told.next, NextStep::WaitForRun { on: jiff::civil::date(2026, 12, 1) });
    world.clock.jump(29 * DAY + 3_600);
    assert_eq!(story(&world, "A-1").await.next, NextStep::BeingIssued);
    world.clock.jump(DAY);
    let overdue = NextStep::Overdue { since: jiff::civil::date(2026, 12, 1) };
    assert_eq!(story(&world, "A-1").await.next, overdue);
}

#[tokio::test]
async fn nobody_has_no_story() {
    let world = desk::registered().await;
    let nobody = CandidateRef::parse("2026-10-0123456789abcdef0123456789abcdef").unwrap();
    assert!(story::tell(ports(&world), &nobody).await.unwrap().is_none());
}

#[tokio::test]
async fn what_waits_for_its_mail_says_so() {
    let world = desk::issued().await;
    let told = story(&world, "A-1").await;
    assert_eq!(lines(&told), ["0 registered", "0 issued"]);
    assert_eq!(told.next, NextStep::WaitForMail);
}

#[tokio::test]
async fn a_mailed_badge_is_looked_for_then_sent_again() {
    let world = desk::mailed().await;
    let told = story(&world, "A-1").await;
    assert_eq!(lines(&told), ["0 registered", "0 issued", "0 mailed badge-issued with a link"]);
    assert!(matches!(told.next, NextStep::LookInJunk { until: Some(_) }), "{:?}", told.next);
    world.clock.jump(3 * DAY);
    assert_eq!(story(&world, "A-1").await.next, NextStep::Resend { works: true });
    world.clock.jump(5 * DAY);
    let (today, issuance) = (world.clock.now(), Faulty::new(&world, None));
    issuance::remind(issuance.issuance(), today, &Call::default()).await.unwrap();
    desk::sweep(&world).await;
    let told = story(&world, "A-1").await;
    let mailed = "0 mailed badge-issued with a link";
    assert_eq!(lines(&told), ["0 registered", "0 issued", mailed, "8 mailed first-reminder with a link"]);
    world.clock.jump(200 * DAY);
    let told = story(&world, "A-1").await;
    assert_eq!(lines(&told).last().unwrap(), "188 links expired");
    assert_eq!(told.next, NextStep::Resend { works: false });
}

/// Takes no mail, for good.
struct Refuses;

#[async_trait::async_trait]
impl Mailer for Refuses {
    async fn ready(&self) -> Result<usize, MailError> {
        Ok(3)
    }

    async fn send(&self, mails: &[Mail]) -> Vec<Result<(), MailError>> {
        mails.iter().map(|_| Err(MailError::Refused(Cause::new("no such address")))).collect()
    }
}

#[tokio::test]
async fn an_address_that_takes_no_mail_is_to_be_corrected() {
    let world = desk::issued().await;
    let faultless = Faulty::new(&world, None);
    let refusing = issuance::Ports { mailer: &Refuses, ..faultless.issuance() };
    for work in issuance::plan(world.table(), month::scheduled()).await.unwrap().work {
        issuance::announce(refusing, work, &month::compose, &Call::default()).await.unwrap();
    }
    let told = story(&world, "A-1").await;
    assert_eq!(lines(&told), ["0 registered", "0 issued", "0 link made", "0 mail refused"]);
    assert_eq!(told.next, NextStep::CorrectAddress);
}

#[tokio::test]
async fn what_the_mail_service_tells_decides_the_next_step() {
    for (happened, next, events) in [
        (mails::hard as fn(Timestamp) -> Happened, NextStep::CorrectAddress, 5),
        (|_| Happened::Rejected, NextStep::CorrectAddress, 4),
        (mails::junk, NextStep::DecideOnAddress, 5),
    ] {
        let world = desk::mailed().await;
        let at = world.clock.now();
        let sent = world.outbox.mails().into_iter().find(|mail| mail.to.as_str() == "ichiro@example.jp");
        let event = mails::event(&sent.unwrap(), "m-1", at, happened(at));
        delivery::apply(month::claim_ports(world.table(), &world), &event).await.unwrap();
        let told = story(&world, "A-1").await;
        assert_eq!(told.next, next);
        assert_eq!(lines(&told).len(), events, "{:?}", lines(&told));
    }
}

#[tokio::test]
async fn a_claimed_badge_is_in_its_wallet() {
    let world = desk::mailed().await;
    world.clock.jump(DAY);
    desk::claim(&world, "ichiro@example.jp", Visibility::Public).await;
    let told = story(&world, "A-1").await;
    assert_eq!(lines(&told)[3..], ["1 holder: claimed", "1 holder: shown public"]);
    let (reach, visibility, stopped) = (Reach::ThisAddress, Visibility::Public, false);
    assert_eq!(told.next, NextStep::OpenWallet { reach, visibility, stopped });
}

#[tokio::test]
async fn a_deleted_badge_can_be_ordered_again() {
    let world = desk::mailed().await;
    desk::claim(&world, "ichiro@example.jp", Visibility::Private).await;
    world.clock.jump(DAY);
    desk::delete(&world, "ichiro@example.jp", "A-1").await;
    let told = story(&world, "A-1").await;
    assert_eq!(lines(&told), ["0 registered", "0 issued", "0 mailed badge-issued", "1 holder: deleted"]);
    assert_eq!(told.next, NextStep::OrderAgain);

    let key = AddressOwner::key_of(&AddressHash::of(&desk::mail_address("ichiro@example.jp")));
    let wallet = store::load::<AddressOwner>(world.table(), &key).await.unwrap().unwrap().record.wallet;
    let to = shomei_core::order::Addressee::parse("見本 様").unwrap();
    let (badge, consent) = (told.badge.unwrap(), month::consent());
    let placed = order::place(ports(&world), &wallet, &badge, &to, &consent);
    let Some(Ordered::Order(order)) = placed.await.unwrap() else { panic!("not ordered") };
    let told = story(&world, "A-1").await;
    assert_eq!(lines(&told).last().unwrap(), "1 holder: order placed");
    assert!(matches!(told.next, NextStep::AwaitPayment { order: of, .. } if of == order));
}

#[tokio::test]
async fn a_corrected_badge_tells_what_became_of_the_first() {
    let world = desk::mailed().await;
    world.clock.jump(DAY);
    desk::correct(&world, "A-1", &desk::to_address("right@example.jp")).await;
    let told = story(&world, "A-1").await;
    assert!(matches!(told.next, NextStep::WaitForReissue { .. }), "{:?}", told.next);
    desk::follow(&world).await;
    world.clock.jump(DAY);
    let (member, occasion) = (clerk(), desk::occasion("A-1"));
    shomei_core::office::resend::resend(ports(&world), &member, &occasion).await.unwrap();
    desk::follow(&world).await;
    let told = story(&world, "A-1").await;
    assert_eq!(
        lines(&told),
        [
            "0 registered",
            "0 issued",
            "1 clerk-1: order favoured",
            "1 clerk-1: address-corrected",
            "1 withdrawn",
            "1 issued again",
            "1 mailed badge-issued with a link",
            "2 clerk-1: link-resent",
            "2 link made",
        ]
    );
    assert_eq!(told.details.address.as_str(), "right@example.jp");
    assert!(matches!(told.next, NextStep::LookInJunk { .. }));
}

#[tokio::test]
async fn looking_writes_nothing() {
    let world: World = desk::mailed().await;
    let before = shomei_tests::audit::contents(&world.store.client()).await;
    story(&world, "A-1").await;
    assert_eq!(shomei_tests::audit::contents(&world.store.client()).await, before);
}
