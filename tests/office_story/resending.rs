//! Fresh links: one at once, or all of a month, and never twice by two presses.

use futures::future::join_all;
use shomei_core::{
    badge::Visibility,
    claim::Opened,
    office::{
        audit::Deed,
        resend::{self, BulkResend, LINKS_OF_A_BADGE, Resent},
    },
    ports::MailKind,
};
use shomei_tests::{
    audit::{Census, inconsistencies},
    faults::Faulty,
    month::{self, HEADING},
    world::World,
};

use crate::desk::{self, DAY, clerk, follow, occasion, october, opens, ports, sweep};

async fn resent(world: &World, number: &str) -> Resent {
    resend::resend(ports(world), &clerk(), &occasion(number)).await.unwrap()
}

async fn bulk(world: &World) -> BulkResend {
    loop {
        let at = resend::resend_month(ports(world), &clerk(), october()).await.unwrap();
        if at.finished_at.is_some() {
            return at;
        }
    }
}

fn kinds(world: &World, kind: MailKind) -> usize {
    world.outbox.mails().iter().filter(|mail| mail.kind == kind).count()
}

#[tokio::test]
async fn a_fresh_link_goes_at_once_and_the_old_one_stays_good() {
    let world = desk::mailed().await;
    let old = desk::link(&world, "ichiro@example.jp");
    assert_eq!(resent(&world, "A-1").await, Resent::Owed);
    assert_eq!(follow(&world).await.mails.sent, 1);
    assert_eq!(kinds(&world, MailKind::LinkResent), 1);
    for token in [old, desk::link(&world, "ichiro@example.jp")] {
        assert!(matches!(opens(&world, &token).await, Opened::Offer(_)));
    }
    let audit = desk::audit(&world).await;
    assert!(matches!(audit[..], [ref line] if matches!(line.deed, Deed::LinkResent { .. })));
    assert_eq!(inconsistencies(&world).await, Vec::<String>::new());
}

#[tokio::test]
async fn so_many_an_hour_and_no_more() {
    let world = desk::mailed().await;
    for _ in 0..LINKS_OF_A_BADGE {
        assert_eq!(resent(&world, "A-1").await, Resent::Owed);
    }
    assert_eq!(resent(&world, "A-1").await, Resent::TooMany);
    assert_eq!(resent(&world, "A-2").await, Resent::Owed, "another badge has a limit of its own");
    world.clock.jump(3_600);
    assert_eq!(resent(&world, "A-1").await, Resent::Owed);
}

#[tokio::test]
async fn what_cannot_be_sent_says_why() {
    let world = desk::registered().await;
    assert_eq!(resent(&world, "A-1").await, Resent::NotIssued);
    let world = desk::issued().await;
    assert_eq!(resent(&world, "A-1").await, Resent::Waiting);
    let world = desk::mailed().await;
    desk::claim(&world, "ichiro@example.jp", Visibility::Private).await;
    assert_eq!(resent(&world, "A-1").await, Resent::Claimed);
    desk::delete(&world, "ichiro@example.jp", "A-1").await;
    assert_eq!(resent(&world, "A-1").await, Resent::Deleted);
    assert!(desk::audit(&world).await.is_empty());
}

#[tokio::test]
async fn all_who_have_not_claimed_get_one_more_and_nobody_two() {
    let world = desk::mailed().await;
    assert_eq!(bulk(&world).await.mails, 0, "they were mailed today");
    world.clock.jump(2 * DAY);
    desk::claim(&world, "ichiro@example.jp", Visibility::Private).await;
    assert_eq!(resent(&world, "A-2").await, Resent::Owed);
    follow(&world).await;
    let two = join_all([bulk(&world), bulk(&world)]).await;
    assert_eq!(two.iter().map(|at| at.mails).collect::<Vec<_>>(), [2, 2], "the same one: {two:?}");
    assert_eq!(bulk(&world).await.mails, 2, "pressed again, it is the same one still");
    assert_eq!(sweep(&world).await.mails.sent, 2);
    assert_eq!(sweep(&world).await.mails.sent, 0);
    assert_eq!(kinds(&world, MailKind::LinkResent), 3);
    let tokens = world.outbox.tokens();
    let mails = |address: &str| tokens[address].len();
    assert_eq!(
        ["ichiro@example.jp", "futaba@example.jp", "mitsu@example.jp", "shiki@example.jp"].map(mails),
        [1, 2, 2, 2]
    );
    let audits = Census::take(&world.store).await.audit;
    let lines = audits.iter().filter(|line| matches!(line.deed, Deed::LinksResent { .. })).count();
    assert_eq!(lines, 2, "one line of the day when all had been mailed, and one of this");
    world.clock.jump(DAY + 1);
    assert_eq!(bulk(&world).await.mails, 3);
    assert_eq!(inconsistencies(&world).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_was_broken_off_goes_on_and_the_sums_agree_throughout() {
    let world = World::new().await;
    let faultless = Faulty::new(&world, None);
    month::achievement(&faultless, &world, None).await.unwrap().unwrap();
    let row =
        |number| format!("pm-foundation,合格,2026/10/5,見本 {number},p{number}@example.jp,B-{number}\n");
    let list: String = (0..120).map(row).collect();
    month::register(&faultless, &world, &format!("{HEADING}{list}")).await.unwrap();
    assert!(month::run(&faultless, month::scheduled()).await.unwrap().agrees());
    world.clock.jump(2 * DAY);
    let mut at = 0;
    while Census::take(&world.store).await.owed.len() < 60 {
        let plan = shomei_tests::faults::Plan { at, fault: shomei_tests::faults::Fault::Before, dies: true };
        let dying = Faulty::new(&world, Some(plan));
        let _ = resend::resend_month(dying.reissue(), &clerk(), october()).await;
        at += 25;
    }
    let sums =
        shomei_core::issuance::reconcile(world.table(), &world.programme.office, month::scheduled(), None)
            .await
            .unwrap();
    assert!(sums.agrees(), "{sums}");
    let told = async || {
        let lines = Census::take(&world.store).await.audit;
        lines.iter().filter(|line| matches!(line.deed, Deed::LinksResent { .. })).count()
    };
    assert_eq!(told().await, 1, "what is half done is on record");
    let done = bulk(&world).await;
    assert_eq!((done.mails, told().await), (120, 1));
    assert_eq!(sweep(&world).await.mails.sent, 120);
    assert_eq!(kinds(&world, MailKind::LinkResent), 120, "each once");
    assert_eq!(inconsistencies(&world).await, Vec::<String>::new());
}
