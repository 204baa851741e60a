//! Reminders: after a week and after a month, to those who did not accept, and never a third time.

use shomei_core::{
    issuance,
    ports::{Clock, Mail, MailKind},
};
use shomei_issuance::{Outcome, Step};
use shomei_tests::{audit::Census, faults::Faulty};

use crate::{
    browser::{Browser, choice},
    site::{DAY, Site},
};

/// What is scheduled once a day, and the sweep after it. Gives the mails.
async fn daily(site: &Site) -> Vec<Mail> {
    let before = site.world.outbox.mails().len();
    let scheduled = site.world.clock.now();
    site.step(Step::Remind { scheduled }).await;
    site.step(Step::Sweep { scheduled }).await;
    site.world.outbox.mails().split_off(before)
}

fn kinds(mails: &[Mail]) -> Vec<(MailKind, &str)> {
    let mut kinds: Vec<_> = mails.iter().map(|mail| (mail.kind, mail.to.as_str())).collect();
    kinds.sort_by_key(|(_, to)| *to);
    kinds
}

const EVERYONE: [&str; 4] =
    ["futaba@example.jp", "ichiro@example.jp", "mitsu@example.jp", "shiki@example.jp"];

#[tokio::test]
async fn who_does_not_accept_is_reminded_after_a_week_and_after_a_month() {
    let site = Site::october().await;
    let mut days = 0;
    for (day, kind) in [
        (6, None),
        (7, Some(MailKind::FirstReminder)),
        (8, None),
        (29, None),
        (30, Some(MailKind::LastReminder)),
        (31, None),
        (60, None),
        (150, None),
    ] {
        site.world.clock.jump((day - days) * DAY);
        days = day;
        let mails = daily(&site).await;
        let expected: Vec<_> = EVERYONE.iter().filter_map(|to| Some((kind?, *to))).collect();
        assert_eq!(kinds(&mails), expected, "day {day}");
        site.is_sound().await;
    }
    // Each link that was ever mailed works.
    for token in site.world.outbox.tokens().remove("mitsu@example.jp").unwrap() {
        assert_eq!(Browser::new(&site).get(&format!("/claim/{}", token.text())).await.status, 200);
    }
}

#[tokio::test]
async fn who_was_forgotten_for_a_month_gets_one_reminder_at_a_time() {
    let site = Site::october().await;
    let mut mails = Vec::new();
    for days in [40, 0, 22, 1, 0, 90] {
        site.world.clock.jump(days * DAY);
        mails.push(daily(&site).await.iter().map(|mail| mail.kind).collect::<Vec<_>>());
    }
    let (first, last, none) = ([MailKind::FirstReminder; 4], [MailKind::LastReminder; 4], [].as_slice());
    assert_eq!(mails, [&first, none, none, &last, none, none]);
}

#[tokio::test]
async fn what_is_due_comes_from_the_time_that_it_is_scheduled_for() {
    let site = Site::october().await;
    let before = site.world.outbox.mails().len();
    let scheduled = site.world.clock.now();
    site.world.clock.jump(60 * DAY);
    // One of long ago that comes late, or once more, reminds of nothing.
    site.step(Step::Remind { scheduled }).await;
    site.step(Step::Sweep { scheduled }).await;
    assert_eq!(site.world.outbox.mails().len(), before);
}

#[tokio::test]
async fn whoever_accepted_or_deleted_is_left_alone() {
    let site = Site::october().await;
    let mut browser = Browser::new(&site);
    for address in ["ichiro@example.jp", "futaba@example.jp"] {
        assert_eq!(browser.accept(address, "private").await.status, 200);
    }
    browser.sign_in("futaba@example.jp").await;
    let badge = site.badge("futaba@example.jp").await;
    browser.delete(&badge).await;
    site.deliver().await;
    site.world.clock.jump(7 * DAY);
    assert_eq!(
        kinds(&daily(&site).await),
        [(MailKind::FirstReminder, "mitsu@example.jp"), (MailKind::FirstReminder, "shiki@example.jp")]
    );
    // One of them accepts by the reminder.
    let link = site.link(MailKind::FirstReminder, "mitsu@example.jp");
    let accepted = browser.post(&link, &choice("private")).await;
    accepted.page(200, "You have accepted the badge");
    site.world.clock.jump(23 * DAY);
    assert_eq!(kinds(&daily(&site).await), [(MailKind::LastReminder, "shiki@example.jp")]);
    site.is_sound().await;
}

#[tokio::test]
async fn the_sums_agree_while_reminders_are_owed() {
    let site = Site::october().await;
    site.world.clock.jump(7 * DAY);
    let scheduled = site.world.clock.now();
    let Outcome::Reminded(reminded) = site.step(Step::Remind { scheduled }).await else {
        panic!("nobody was reminded")
    };
    assert_eq!((reminded.owed, reminded.finished), (4, true));
    let Outcome::Planned(plan) = site.step(Step::Plan { scheduled }).await else { panic!("no plan") };
    assert_eq!(plan.work.iter().map(|work| work.owed).sum::<usize>(), 4, "the plan knows of them");
    let ports = Faulty::new(&site.world, None);
    let sums = issuance::reconcile(&ports, &site.world.programme.office, scheduled, None).await.unwrap();
    assert!(sums.agrees() && sums.to_string().contains("mailed 0 + owed 4"), "{sums}");
    site.is_sound().await;

    // Accepted while its reminder is owed: none goes out. Deleted: nothing is left to remind of.
    let mut browser = Browser::new(&site);
    for address in ["ichiro@example.jp", "futaba@example.jp"] {
        assert_eq!(browser.accept(address, "private").await.status, 200);
    }
    browser.sign_in("futaba@example.jp").await;
    let badge = site.badge("futaba@example.jp").await;
    browser.delete(&badge).await;
    assert!(!Census::take(&site.world.store).await.owed.contains_key(&badge));
    let sums = issuance::reconcile(&ports, &site.world.programme.office, scheduled, None).await.unwrap();
    assert!(sums.agrees() && sums.to_string().contains("mailed 1 + owed 3"), "{sums}");
    site.deliver().await;
    let mails = daily(&site).await;
    assert_eq!(
        kinds(&mails),
        [(MailKind::FirstReminder, "mitsu@example.jp"), (MailKind::FirstReminder, "shiki@example.jp")]
    );
    let sums = issuance::reconcile(&ports, &site.world.programme.office, scheduled, None).await.unwrap();
    assert!(sums.agrees() && sums.to_string().contains("mailed 4 + owed 0"), "{sums}");
}

#[tokio::test]
async fn two_calls_at_once_remind_once() {
    let site = Site::october().await;
    site.world.clock.jump(7 * DAY);
    let before = site.world.outbox.mails().len();
    let scheduled = site.world.clock.now();
    tokio::join!(site.step(Step::Remind { scheduled }), site.step(Step::Remind { scheduled }));
    let Outcome::Planned(plan) = site.step(Step::Plan { scheduled }).await else { panic!("no plan") };
    for &work in &plan.work {
        let announce = || site.step(Step::Announce { work, after: None });
        tokio::join!(announce(), announce());
    }
    assert_eq!(site.world.outbox.mails().len(), before + 4);
    site.is_sound().await;
}
