//! Addresses that mail is stopped to: the office sees them wherever somebody waits for a mail, and releases them there.

use jiff::Timestamp;
use shomei_core::{
    badge::Visibility,
    delivery::{self, Happened},
    office::{
        Role,
        glance::{self, Task},
        story::NextStep,
    },
    ports::Clock,
};
use shomei_tests::{
    faults::Faulty,
    mails,
    month::{self, HEADING},
    world::World,
};

use crate::{
    desk::{self, october, ports},
    pages::{Desk, encoded, person},
};

const ICHIRO: &str = "ichiro@example.jp";

/// What happens now to the last mail that an address got.
async fn happens(world: &World, to: &str, happened: fn(Timestamp) -> Happened) {
    let mail = world.outbox.mails().into_iter().rfind(|mail| mail.to.as_str() == to).unwrap();
    let now = world.clock.now();
    let event = mails::event(&mail, "m-1", now, happened(now));
    delivery::apply(month::claim_ports(world.table(), world), &event).await.unwrap();
}

async fn tasks(world: &World) -> Vec<Task> {
    let months = glance::months(world.table()).await.unwrap();
    let glance = glance::glance(ports(world), october()).await.unwrap();
    glance::tasks(ports(world), &glance, &months).await.unwrap()
}

/// Ichiro accepts, calls the mail junk, and passes once more: the second badge is issued, and its mail may not go.
async fn stopped_before() -> World {
    let world = desk::mailed().await;
    desk::claim(&world, ICHIRO, Visibility::Private).await;
    happens(&world, ICHIRO, mails::junk).await;
    let ports = Faulty::new(&world, None);
    let list = format!("{HEADING}pm-foundation,更新,2026/10/12,見本 一郎,{ICHIRO},A-1\n");
    month::register(&ports, &world, &list).await.unwrap();
    let sums = month::run(&ports, month::scheduled()).await.unwrap();
    assert_eq!((sums.months[0].owed, sums.months[0].stopped), (1, 1));
    world
}

#[tokio::test]
async fn a_badge_whose_address_was_stopped_before_is_shown_to_the_office() {
    let world = stopped_before().await;
    let stopped = Task::MailsStopped { month: october(), mails: 1 };
    assert!(tasks(&world).await.contains(&stopped), "{:?}", tasks(&world).await);
    let desk = Desk::of(&world, Role::Clerk).await;
    assert!(desk.page("/office").await.contains("送信を止めているアドレス宛てです"));
    for path in ["/office/undelivered", "/office/undelivered?month=2026-10"] {
        let page = desk.page(path).await;
        for words in
            ["見本 一郎", ICHIRO, "「迷惑メール」と報告しました", "action=\"/office/undelivered/release\""]
        {
            assert!(page.contains(words), "{path}: {words}");
        }
        assert!(!page.contains("届かなかったメールは、いまはありません"), "{path}");
    }
    let viewer = Desk::of(&world, Role::Viewer).await;
    assert!(!viewer.page("/office/undelivered").await.contains("/office/undelivered/release"));

    // Once released, it goes out by itself: nobody has to look.
    let may = month::claim_ports(world.table(), &world);
    let address = desk::mail_address(ICHIRO);
    delivery::release(may, &address, &desk::clerk().actor(), &desk::reason()).await.unwrap();
    assert!(!tasks(&world).await.iter().any(|task| matches!(task, Task::MailsStopped { .. })));
    assert!(!desk.page("/office/undelivered").await.contains(ICHIRO));
    assert_eq!(desk::sweep(&world).await.mails.sent, 1);
}

#[tokio::test]
async fn a_reminder_to_an_address_that_is_listed_anyway_is_listed_once() {
    let world = desk::mailed().await;
    happens(&world, ICHIRO, mails::hard).await;
    world.clock.jump(8 * desk::DAY);
    let issuance = Faulty::new(&world, None);
    let call = shomei_core::issuance::Call::default();
    shomei_core::issuance::remind(issuance.issuance(), world.clock.now(), &call).await.unwrap();
    desk::sweep(&world).await;
    assert_eq!(tasks(&world).await, [Task::MailsUndelivered { mails: 1 }]);
    let desk = Desk::of(&world, Role::Clerk).await;
    assert_eq!(desk.page("/office/undelivered").await.matches(ICHIRO).count(), 1);
}

#[tokio::test]
async fn the_front_page_tells_of_the_newest_months_whichever_is_shown() {
    let mut world = World::new().await;
    world.programme.office.second_approval = true;
    let ports = Faulty::new(&world, None);
    month::achievement(&ports, &world, None).await.unwrap().unwrap();
    // The register is of the 2nd of November: November is being registered for, and five months were before it.
    let rows =
        (6..=11).map(|of| format!("pm-foundation,合格,2026/{of}/1,見本 {of},p{of}@example.jp,B-{of}\n"));
    month::register(&ports, &world, &format!("{HEADING}{}", rows.collect::<String>())).await.unwrap();
    let shown = |of| shomei_core::calendar::Month::new(2026, of).unwrap();
    let missing: Vec<_> = tasks(&world)
        .await
        .into_iter()
        .filter_map(|task| match task {
            Task::ApprovalMissing { month, run_at, .. } => Some((month.number(), run_at)),
            _ => None,
        })
        .collect();
    let run_at = shomei_core::calendar::scheduled_run(shown(11));
    assert_eq!(missing, [8, 9, 10, 11].map(|of| (of, run_at)));
    // Whoever looks back sees what is to be done now all the same.
    let desk = Desk::of(&world, Role::Approver).await;
    for path in ["/office", "/office?month=2026-06"] {
        let page = desk.page(path).await;
        assert!(page.contains("2026年11月の1件が、承認を待っています"), "{path}");
        assert!(page.contains("href=\"/office/months/2026-11\""), "{path}");
    }
    assert!(desk.page("/office?month=2026-06").await.contains("2026年6月の1件が、承認を待っています"));
}

/// The fields of a form that releases.
fn release(number: &str, reason: &str) -> String {
    encoded(&[("candidate", &desk::occasion(number).to_string()), ("reason", reason)])
}

#[tokio::test]
async fn the_address_of_a_badge_that_was_accepted_is_released_from_its_story() {
    let world = desk::mailed().await;
    desk::claim(&world, ICHIRO, Visibility::Private).await;
    let desk = Desk::of(&world, Role::Clerk).await;
    let (form, path) = ("action=\"/office/undelivered/release\"", person("A-1"));
    assert!(!desk.page(&path).await.contains(form));
    happens(&world, ICHIRO, mails::junk).await;
    let page = desk.page(&path).await;
    assert!(page.contains("ログインのメールが届きません") && page.contains(form), "{page}");
    assert!(!Desk::of(&world, Role::Viewer).await.page(&path).await.contains(form));
    let visitor = shomei_core::claim::Client::of("203.0.113.9");
    let may = month::claim_ports(world.table(), &world);
    shomei_core::claim::session::ask(may, &desk::mail_address(ICHIRO), &visitor).await.unwrap();
    assert_eq!(desk::sweep(&world).await.mails.stopped, 1);

    let post = "/office/undelivered/release";
    assert_eq!(desk.post(post, &release("A-1", " ")).await, format!("{path}?done=reason-missing"));
    let at = desk.post(post, &release("A-1", "本人に確認")).await;
    assert_eq!(at, format!("{path}?done=released"));
    let page = desk.page(&at).await;
    assert!(page.contains("送信を再開しました") && !page.contains(form), "{page}");
    assert_eq!(desk::sweep(&world).await.mails.sent, 1);
    assert_eq!(desk.post(post, &release("A-1", "本人に確認")).await, format!("{path}?done=not-stopped"));

    // Nor does it matter that the holder has deleted the badge: an order's mails go to the same address.
    world.clock.jump(60);
    happens(&world, ICHIRO, mails::junk).await;
    desk::delete(&world, ICHIRO, "A-1").await;
    assert!(desk.page(&path).await.contains(form));
    assert_eq!(desk.post(post, &release("A-1", "本人に確認")).await, format!("{path}?done=released"));
    let nobody = desk.ask("POST", post, "candidate=A-1&reason=x").await;
    assert_eq!(nobody.status(), lambda_http::http::StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn after_a_release_the_lost_mail_is_sent_again_and_not_waited_for() {
    for (happened, before) in [
        (mails::hard as fn(Timestamp) -> Happened, NextStep::CorrectAddress),
        (mails::junk, NextStep::DecideOnAddress),
    ] {
        let world = desk::mailed().await;
        happens(&world, ICHIRO, happened).await;
        assert_eq!(desk::story(&world, "A-1").await.next, before);
        world.clock.jump(3_600);
        let (desk, path) = (Desk::of(&world, Role::Clerk).await, person("A-1"));
        let at = desk.post("/office/undelivered/release", &release("A-1", "本人に確認")).await;
        assert_eq!(desk::story(&world, "A-1").await.next, NextStep::Resend { works: true });
        let form = format!("action=\"{path}/resend\"");
        assert!(desk.page(&at).await.contains(&form));
        world.clock.jump(60);
        let desk = Desk::of(&world, Role::Clerk).await;
        assert_eq!(desk.post(&format!("{path}/resend"), "").await, format!("{path}?done=link-sent"));
        assert_eq!(desk::follow(&world).await.mails.sent, 1);
        let next = desk::story(&world, "A-1").await.next;
        assert!(matches!(next, NextStep::LookInJunk { .. }), "{next:?}");
        // The next one that comes back counts.
        world.clock.jump(60);
        happens(&world, ICHIRO, happened).await;
        assert_eq!(desk::story(&world, "A-1").await.next, before);
    }
}

#[tokio::test]
async fn after_a_release_what_was_never_sent_goes_by_itself() {
    let world = stopped_before().await;
    let achievement = shomei_core::candidate::AchievementId::parse(month::ACHIEVEMENT).unwrap();
    let number = shomei_core::candidate::BodyNumber::mend("A-1").unwrap();
    let renewal = shomei_core::candidate::CandidateRef::named(
        &achievement,
        shomei_core::candidate::Kind::Renewal,
        october(),
        &number,
    );
    let next = async || {
        let told = shomei_core::office::story::tell(ports(&world), &renewal).await.unwrap().unwrap();
        (told.next, told.stopped)
    };
    assert_eq!(next().await, (NextStep::DecideOnAddress, true));
    let desk = Desk::of(&world, Role::Clerk).await;
    let fields = [("candidate", renewal.to_string()), ("reason", "本人に確認".to_owned())];
    desk.post("/office/undelivered/release", &serde_urlencoded::to_string(fields).unwrap()).await;
    assert_eq!(next().await, (NextStep::WaitForMail, false));
    assert_eq!(desk::sweep(&world).await.mails.sent, 1);
}
