//! The office's pages.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::date};
use shomei_core::{
    calendar::{self, Month},
    candidate::IssueRefusal,
    issuance::MonthSums,
    office::{
        Role,
        glance::{Badges, Glance, Task},
    },
};
use shomei_pages::office::{Desk, MonthPage, Place};

use super::{Sample, Words, body, page};

pub(crate) fn pages(words: &Words) -> Vec<Sample> {
    months(words)
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

fn months(words: &Words) -> Vec<Sample> {
    let month = october();
    let sums = MonthSums {
        month,
        registered: 120,
        issued: 113,
        refused: 3,
        cancelled: 1,
        waiting: 3,
        unapproved: 0,
        mailed: 110,
        owed: 3,
        undeliverable: 2,
        strays: 0,
    };
    let claims = [(1, 41), (2, 20), (3, 9), (6, 4), (10, 1)];
    let busy = Glance {
        sums,
        closed: true,
        run_at: calendar::scheduled_run(month),
        due: 3,
        refusals: BTreeMap::from([(IssueRefusal::BeforeProgramme, 2), (IssueRefusal::AlreadyExpired, 1)]),
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
        badges: Badges::default(),
        ..busy.clone()
    };
    let wrong = Glance { due: 2, sums: MonthSums { strays: 1, ..sums }, ..busy.clone() };
    let all = vec![
        Task::SumsDisagree { month },
        Task::Late { month, candidates: 3, due_by: date(2026, 11, 30) },
        Task::MailsRefused { month, mails: 2 },
        Task::MoneyParked { payments: 1 },
        Task::CandidatesRefused { month, candidates: 3 },
    ];
    let approval = Task::ApprovalMissing { month, candidates: 12, run_at: calendar::scheduled_run(month) };
    let shown = |glance: Option<Glance>, tasks: Vec<Task>| MonthPage {
        issuer: body(words),
        desk: at(Place::Month),
        now: now(),
        glance,
        tasks,
        months: vec![month, month.previous()],
    };
    vec![
        page("office_month", false, shown(Some(busy), all.iter().skip(2).copied().collect())),
        page("office_month_wrong", false, shown(Some(wrong), all)),
        page("office_month_open", false, shown(Some(open), vec![approval])),
        page("office_month_empty", false, shown(None, Vec::new())),
    ]
}
