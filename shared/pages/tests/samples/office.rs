//! The office's pages.

pub(crate) mod audit;
pub(crate) mod candidates;
mod qualifications;
mod rights;
pub(crate) mod uploads;

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::date};
use shomei_core::{
    calendar::{self, Month},
    candidate::IssueRefusal,
    delivery::{Bounce, BounceClass, BounceKind, Complaint, Counts, Delay, DelayKind, Outcome},
    issuance::MonthSums,
    office::{
        Role,
        glance::{Badges, Glance, Task},
        resend::BulkResend,
    },
    order::Actor,
};
use shomei_pages::office::{
    Desk, MonthPage, Place, StoppedMail, UndeliveredBadge, UndeliveredPage, UnsentMail,
};

use super::{Sample, Words, body, page, professional};

pub(crate) fn pages(words: &Words) -> Vec<Sample> {
    [
        months(words),
        undelivered(words),
        qualifications::pages(words),
        audit::pages(words),
        rights::pages(words),
        uploads::pages(words),
        candidates::pages(words),
    ]
    .concat()
}

fn undelivered(words: &Words) -> Vec<Sample> {
    let at: Timestamp = "2026-11-01T00:04:00Z".parse().unwrap();
    let bounced = |kind, class| Outcome::Bounced(Bounce { at, class, kind, code: None });
    let badge = |place: u8, outcome, stopped| UndeliveredBadge {
        candidate: format!("2026-10-0000000000000000000000000000000{place:x}"),
        story_url: (words.path)(&format!("/office/people/2026-10-0000000000000000000000000000000{place:x}")),
        name: words.name.clone(),
        address: words.address.clone(),
        achievement: professional(words),
        mailed_at: at,
        outcome,
        stopped,
    };
    let outcomes = [
        (bounced(BounceKind::NoEmail, BounceClass::Permanent), true),
        (bounced(BounceKind::OnAccountSuppressionList, BounceClass::Permanent), true),
        (bounced(BounceKind::General, BounceClass::Permanent), true),
        (bounced(BounceKind::MailboxFull, BounceClass::Transient), false),
        (bounced(BounceKind::ContentRejected, BounceClass::Transient), false),
        (bounced(BounceKind::UnsubscribedRecipient, BounceClass::Permanent), true),
        (bounced(BounceKind::Undetermined, BounceClass::Undetermined), false),
        (Outcome::Complained(Complaint { at, of_earlier_mail: false }), true),
        (Outcome::Delayed(Delay { at, kind: DelayKind::MailboxFull, code: None }), false),
        (Outcome::Delayed(Delay { at, kind: DelayKind::General, code: None }), false),
        (Outcome::Rejected, false),
        (Outcome::NotRendered, false),
    ];
    let badges =
        outcomes.into_iter().zip(1..).map(|((outcome, stopped), place)| badge(place, outcome, stopped));
    let shown = |role, badges: Vec<UndeliveredBadge>, next| UndeliveredPage {
        issuer: body(words),
        desk: Desk { place: Place::Undelivered, role },
        refused: Vec::new(),
        stopped: Vec::new(),
        badges,
        next,
    };
    let unsent = UnsentMail {
        story_url: (words.path)("/office/people/2026-10-00000000000000000000000000000001"),
        name: words.name.clone(),
        address: words.address.clone(),
        achievement: professional(words),
    };
    let stopped = |outcome, place: u8| StoppedMail {
        candidate: format!("2026-10-000000000000000000000000000000{place}"),
        outcome,
        mail: unsent.clone(),
    };
    let stopped = vec![
        stopped(Outcome::Complained(Complaint { at, of_earlier_mail: false }), 21),
        stopped(bounced(BounceKind::NoEmail, BounceClass::Permanent), 22),
    ];
    let none_sent = |role| UndeliveredPage {
        refused: vec![unsent.clone()],
        stopped: stopped.clone(),
        ..shown(role, Vec::new(), None)
    };
    let badges: Vec<_> = badges.collect();
    let first = badges.iter().take(1).cloned().collect();
    let next = Some((words.path)("/office/undelivered?after=2026-10%23x"));
    vec![
        page("office_undelivered", false, shown(Role::Clerk, badges.clone(), next)),
        page("office_undelivered_unsent", false, none_sent(Role::Clerk)),
        page("office_undelivered_unsent_viewer", false, none_sent(Role::Viewer)),
        page("office_undelivered_nothing", false, shown(Role::Clerk, Vec::new(), None)),
        page("office_undelivered_viewer", false, shown(Role::Viewer, first, None)),
    ]
}

fn at(place: Place) -> Desk {
    Desk { place, role: Role::Approver }
}

fn october() -> Month {
    Month::new(2026, 10).unwrap()
}

fn now() -> Timestamp {
    "2026-11-10T03:00:00Z".parse().unwrap()
}

/// The same, where links were sent to all who have not accepted.
fn resent(page: MonthPage, finished_at: Option<Timestamp>) -> MonthPage {
    let resend = BulkResend {
        month: october(),
        by: Actor::staff("hanako"),
        since: now(),
        shard: 3,
        after: None,
        mails: 31,
        finished_at,
    };
    MonthPage { resend: Some(resend), ..page }
}

fn months(words: &Words) -> Vec<Sample> {
    let month = october();
    let sums = MonthSums {
        month,
        registered: 120,
        issued: 113,
        refused: 3,
        cancelled: 1,
        erased: 0,
        waiting: 3,
        unapproved: 0,
        mailed: 110,
        owed: 3,
        undeliverable: 2,
        stopped: 0,
        strays: 0,
    };
    let claims = [(1, 41), (2, 20), (3, 9), (6, 4), (10, 1)];
    let busy = Glance {
        sums,
        closed: true,
        run_at: calendar::scheduled_run(month),
        due: 3,
        refusals: BTreeMap::from([(IssueRefusal::BeforeProgramme, 2), (IssueRefusal::AlreadyExpired, 1)]),
        mails: Counts { on_the_way: 6, delivered: 101, bounced: 2, complained: 1, ..Counts::default() },
        badges: Badges {
            unclaimed: 37,
            private: 50,
            public: 25,
            ended: 1,
            claims: claims.map(|(day, count)| (date(2026, 11, day), count)).into(),
        },
    };
    let open = Glance {
        sums: MonthSums {
            registered: 12,
            issued: 0,
            refused: 0,
            cancelled: 0,
            erased: 0,
            waiting: 12,
            unapproved: 12,
            mailed: 0,
            owed: 0,
            undeliverable: 0,
            ..sums
        },
        closed: false,
        due: 12,
        refusals: BTreeMap::new(),
        mails: Counts::default(),
        badges: Badges::default(),
        ..busy.clone()
    };
    let wrong = Glance { due: 2, sums: MonthSums { strays: 1, ..sums }, ..busy.clone() };
    let all = vec![
        Task::SumsDisagree { month },
        Task::Late { month, candidates: 3, due_by: date(2026, 11, 30) },
        Task::MailsRefused { month, mails: 2 },
        Task::MailsStopped { month, mails: 4 },
        Task::MailsUndelivered { mails: 3 },
        Task::RevocationsUnfinished { stuck: 1, waiting: 2 },
        Task::RevocationsProposed { proposals: 1 },
        Task::MoneyParked { payments: 1 },
        Task::CandidatesRefused { month, candidates: 3 },
        Task::CandidatesRefused { month: month.previous(), candidates: 1 },
    ];
    let approval = Task::ApprovalMissing { month, candidates: 12, run_at: calendar::scheduled_run(month) };
    let unfinished = |stuck, waiting| Task::RevocationsUnfinished { stuck, waiting };
    let shown = |glance: Option<Glance>, tasks: Vec<Task>| MonthPage {
        issuer: body(words),
        desk: at(Place::Month),
        now: now(),
        glance,
        tasks,
        months: vec![month, month.previous()],
        resend: None,
    };
    vec![
        page("office_month", false, shown(Some(busy.clone()), all.iter().skip(2).copied().collect())),
        page(
            "office_month_resent",
            false,
            resent(shown(Some(busy.clone()), vec![unfinished(3, 0)]), Some(now())),
        ),
        page("office_month_resending", false, resent(shown(Some(busy), Vec::new()), None)),
        page("office_month_wrong", false, shown(Some(wrong), all)),
        page("office_month_open", false, shown(Some(open), vec![unfinished(0, 1), approval])),
        page("office_month_empty", false, shown(None, Vec::new())),
    ]
}
