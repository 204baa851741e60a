//! The office's pages about revoking badges.

use jiff::{Timestamp, civil::date};
use shomei_core::{
    badge::{BadgeId, Ground, Revoked},
    office::{
        Role,
        revocation::{Outcome, Standing, Unfit},
    },
    order::OrderId,
};
use shomei_pages::{
    Occasion,
    office::{
        AskFault, Desk, DraftFault, Place, RevocationAskPage, RevocationBadge, RevocationDraftPage,
        RevocationNotice, RevocationPage, RevocationRow, RevocationState, RevocationsPage,
    },
};

use super::{Sample, Words, body, page, professional, revoked};

const ID: &str = "1c7f7a52-6f0b-4f0e-8d3a-5b9c2a6e4f10";
const OTHER: &str = "8e1d2c3b-4a59-4687-9f10-2b3c4d5e6f70";
const PROPOSAL: &str = "/office/revocations/5kq2v7d3m9";

fn desk(role: Role) -> Desk {
    Desk { place: Place::Revocations, role }
}

fn at(day: i8) -> Timestamp {
    format!("2026-11-{day:02}T03:00:00Z").parse().unwrap()
}

pub(crate) fn pages(words: &Words) -> Vec<Sample> {
    let mut pages = list(words);
    pages.extend(asking(words));
    pages.extend(one(words));
    pages
}

fn badge(words: &Words, standing: Standing) -> RevocationBadge {
    RevocationBadge {
        badge: ID.to_owned(),
        person: Some((words.name.clone(), (words.path)("A-1024"))),
        achievement: professional(words),
        kind: Occasion::Pass,
        date: date(2026, 9, 14),
        standing,
        unfit: None,
        outcome: None,
    }
}

fn unfit(words: &Words, standing: Standing, unfit: Unfit) -> RevocationBadge {
    RevocationBadge { badge: OTHER.to_owned(), unfit: Some(unfit), ..badge(words, standing) }
}

fn list(words: &Words) -> Vec<Sample> {
    let row = |state, ground, day| RevocationRow {
        url: (words.path)(PROPOSAL),
        state,
        ground,
        badges: 3,
        proposed_by: (words.path)("staff-1"),
        proposed_at: at(day),
    };
    let shown = |role, proposals| RevocationsPage { issuer: body(words), desk: desk(role), proposals };
    let all = vec![
        row(RevocationState::Proposed, Ground::IssuedInError, 20),
        row(RevocationState::Agreed, Ground::Misconduct, 19),
        row(RevocationState::Done, Ground::QualificationWithdrawn, 12),
        row(RevocationState::Declined, Ground::Misconduct, 3),
    ];
    vec![
        page("office_revocations", false, shown(Role::Clerk, all)),
        page("office_revocations_empty", false, shown(Role::Viewer, Vec::new())),
    ]
}

fn asking(words: &Words) -> Vec<Sample> {
    let ask = |typed: &str, wrong| RevocationAskPage {
        issuer: body(words),
        desk: desk(Role::Clerk),
        typed: (words.path)(typed),
        wrong,
    };
    let order = OrderId::parse("2026-11-5f0c2a8e-7a41-4d0e-9a56-3f2f1b7c9d20").unwrap();
    let badges = || {
        vec![
            (badge(words, Standing::Public), true),
            (badge(words, Standing::Revoked(revoked(Ground::Misconduct))), false),
            (unfit(words, Standing::Deleted, Unfit::OnItsWay(order.clone())), false),
        ]
    };
    let draft = |badges, wrong: Option<DraftFault>| RevocationDraftPage {
        issuer: body(words),
        desk: desk(Role::Clerk),
        proposal: ID.to_owned(),
        unknown: vec![(words.path)("A-9999")],
        badges,
        ground: wrong.map(|_| Ground::IssuedInError),
        reason: (words.path)("試験番号の取り違え"),
        wrong,
    };
    let replaced = Unfit::Replaced(BadgeId::parse(ID).unwrap());
    let nothing = RevocationBadge { person: None, ..unfit(words, Standing::Deleted, replaced) };
    vec![
        page("office_revocation_ask", false, ask("", None)),
        page("office_revocation_ask_wrong", false, ask("A-1", Some(AskFault::TooMany))),
        page("office_revocation_draft", false, draft(badges(), None)),
        page("office_revocation_draft_wrong", false, draft(badges(), Some(DraftFault::NoReason))),
        page("office_revocation_draft_unfit", false, draft(badges(), Some(DraftFault::Unfit))),
        page("office_revocation_draft_none", false, draft(vec![(nothing, false)], None)),
    ]
}

fn one(words: &Words) -> Vec<Sample> {
    let shown = |role, state, badges| RevocationPage {
        issuer: body(words),
        desk: desk(role),
        notice: None,
        url: (words.path)(PROPOSAL),
        state,
        ground: Ground::IssuedInError,
        reason: (words.path)("試験番号の取り違え"),
        proposed: ((words.path)("staff-1"), at(19)),
        decided: (state != RevocationState::Proposed).then(|| ((words.path)("staff-2"), at(20))),
        badges,
        own: false,
    };
    let settled = |outcome| {
        let since = Revoked { ground: Ground::IssuedInError, at: at(20) };
        RevocationBadge { outcome: Some(outcome), ..badge(words, Standing::Revoked(since)) }
    };
    let waits = || vec![badge(words, Standing::Public), badge(words, Standing::Unclaimed)];
    let notice = Some(RevocationNotice::Proposed);
    let own =
        RevocationPage { own: true, notice, ..shown(Role::Approver, RevocationState::Proposed, waits()) };
    let notice = Some(RevocationNotice::Otherwise);
    let otherwise =
        RevocationPage { own: true, notice, ..shown(Role::Clerk, RevocationState::Proposed, waits()) };
    let order = OrderId::parse("2026-11-5f0c2a8e-7a41-4d0e-9a56-3f2f1b7c9d20").unwrap();
    let halfway = vec![settled(Outcome::Revoked), unfit(words, Standing::Deleted, Unfit::OnItsWay(order))];
    let going_on = vec![settled(Outcome::Revoked), badge(words, Standing::Unclaimed)];
    let by = BadgeId::parse(OTHER).unwrap();
    let all = [Outcome::Revoked, Outcome::Already, Outcome::Replaced { by }, Outcome::Unknown];
    vec![
        page("office_revocation_waits", false, shown(Role::Approver, RevocationState::Proposed, waits())),
        page("office_revocation_own", false, own),
        page("office_revocation_otherwise", false, otherwise),
        page("office_revocation_seen", false, shown(Role::Viewer, RevocationState::Proposed, waits())),
        page("office_revocation_going_on", false, shown(Role::Viewer, RevocationState::Agreed, going_on)),
        page("office_revocation_agreed", false, shown(Role::Approver, RevocationState::Agreed, halfway)),
        page(
            "office_revocation_done",
            false,
            shown(Role::Viewer, RevocationState::Done, all.map(settled).into()),
        ),
        page("office_revocation_declined", false, shown(Role::Clerk, RevocationState::Declined, waits())),
    ]
}
