//! The candidates of a month, and a second person's approval of them.

use jiff::civil::date;
use shomei_core::office::Role;
use shomei_pages::{
    Occasion,
    office::{
        Approval, CANDIDATES, CandidateLine, CandidateStanding, CandidatesNotice, CandidatesPage, Desk, Place,
    },
};

use super::{now, october};
use crate::samples::{Sample, Words, body, page};

pub(super) fn pages(words: &Words) -> Vec<Sample> {
    let waiting = CandidateStanding::Registered;
    let unapproved = CandidateStanding::Unapproved;
    let standings = || {
        vec![
            waiting.clone(),
            unapproved.clone(),
            CandidateStanding::Prepared,
            issued(),
            CandidateStanding::Refused,
            cancelled(words),
        ]
    };
    let shown = |role, approval, standings: Vec<CandidateStanding>| month(words, role, approval, standings);
    let told =
        |notice, standings| CandidatesPage { notice: Some(notice), ..shown(Role::Clerk, None, standings) };
    let next = Some((words.path)("/office/months/2026-10?from=0f1e2d"));
    let found = CandidatesPage { found: true, ..shown(Role::Viewer, None, vec![issued()]) };
    let nobody = CandidatesPage { found: true, ..shown(Role::Clerk, None, Vec::new()) };
    let open = |open| approval(3, open, false);
    vec![
        page("office_candidates", false, CandidatesPage { next, ..shown(Role::Clerk, None, standings()) }),
        page("office_candidates_viewer", false, shown(Role::Viewer, Some(open(8)), vec![unapproved.clone()])),
        page("office_candidates_clerk", false, shown(Role::Clerk, Some(open(8)), vec![unapproved.clone()])),
        page("office_candidates_to_approve", false, first(full_page(words))),
        page(
            "office_candidates_approved",
            false,
            CandidatesPage {
                notice: Some(CandidatesNotice::Approved),
                ..shown(Role::Approver, Some(Approval { own: 0, fresh: 0, ..open(0) }), vec![waiting.clone()])
            },
        ),
        page(
            "office_candidates_run_over",
            false,
            shown(Role::Approver, Some(approval(0, 1, true)), vec![unapproved]),
        ),
        page("office_candidates_cancelled", false, told(CandidatesNotice::Cancelled, vec![cancelled(words)])),
        page("office_candidates_no_reason", false, told(CandidatesNotice::ReasonMissing, vec![waiting])),
        page("office_candidates_too_late", false, told(CandidatesNotice::TooLate, vec![issued()])),
        page("office_candidates_found", false, found),
        page("office_candidates_nobody", false, nobody),
        page("office_candidates_empty", false, shown(Role::Clerk, None, Vec::new())),
    ]
}

fn issued() -> CandidateStanding {
    CandidateStanding::Issued(date(2026, 11, 1))
}

fn cancelled(words: &Words) -> CandidateStanding {
    let typed = |text| (words.text)(text, text).ja;
    let reason = typed("試験の結果が訂正されたため");
    CandidateStanding::Cancelled { on: date(2026, 10, 20), by: typed("hanako"), reason }
}

fn approval(approved: usize, open: usize, run_is_over: bool) -> Approval {
    let next_run = if run_is_over { date(2026, 12, 1) } else { date(2026, 11, 1) };
    Approval { seen: now(), approved, open, own: 2, fresh: 1, next_run, run_is_over }
}

fn month(
    words: &Words,
    role: Role,
    approval: Option<Approval>,
    standings: Vec<CandidateStanding>,
) -> CandidatesPage {
    let line = |(standing, place): (CandidateStanding, usize)| CandidateLine {
        candidate: format!("{place:032x}"),
        name: words.name.clone(),
        number: (words.text)("PM-004711", "PM-004711").ja,
        address: words.address.clone(),
        achievement: (words.text)("pm-professional", "pm-professional").ja,
        kind: if place.is_multiple_of(2) { Occasion::Renewal } else { Occasion::Pass },
        date: date(2026, 10, 5),
        standing,
    };
    CandidatesPage {
        issuer: body(words),
        desk: Desk { place: Place::Month, role },
        month: october(),
        notice: None,
        approval,
        found: false,
        candidates: standings.into_iter().zip(1..).map(line).collect(),
        next: None,
    }
}

fn first(page: CandidatesPage) -> CandidatesPage {
    CandidatesPage { candidates: page.candidates.into_iter().take(1).collect(), ..page }
}

/// As many candidates as a page takes, with the most to press.
pub(crate) fn full_page(words: &Words) -> CandidatesPage {
    let standings = vec![CandidateStanding::Unapproved; CANDIDATES];
    month(words, Role::Approver, Some(approval(3, 8, false)), standings)
}
