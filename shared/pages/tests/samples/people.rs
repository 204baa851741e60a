//! Finding a person, and the story of the badge.

use jiff::{Timestamp, civil::date};
use shomei_core::{
    badge::{BadgeId, Visibility},
    calendar::Month,
    candidate::{CandidateRef, IssueRefusal},
    office::{
        Role,
        audit::Deed,
        search::Nearness,
        story::{Event, NextStep, Reach, Report, What},
    },
    order::{Actor, Happened, OrderId, Reason},
    ports::MailKind,
};
use shomei_pages::Occasion;
use shomei_pages::mail::MailHost;
use shomei_pages::office::{
    CorrectFault, CorrectForm, Desk, FoundPerson, FoundState, PersonNotice, PersonPage, Place, Reply,
    SearchOutcome, SearchPage, Situation,
};

use super::{Sample, Words, body, page, professional};

const CANDIDATE: &str = "2026-10-0f1e2d3c4b5a69788796a5b4c3d2e1f0";

pub(crate) fn pages(words: &Words) -> Vec<Sample> {
    [searches(words), people(words)].concat()
}

fn desk(place: Place, role: Role) -> Desk {
    Desk { place, role }
}

fn found(words: &Words, state: FoundState) -> FoundPerson {
    FoundPerson {
        candidate: CANDIDATE.to_owned(),
        name: words.name.clone(),
        number: "PM-004711".to_owned(),
        address: words.address.clone(),
        achievement: "pm-professional".to_owned(),
        occasion: Occasion::Pass,
        date: date(2026, 10, 5),
        state,
    }
}

fn searches(words: &Words) -> Vec<Sample> {
    let (newest, oldest) = (Month::new(2026, 10).unwrap(), Month::new(2026, 4).unwrap());
    let shown = |outcome: Option<SearchOutcome>| SearchPage {
        issuer: body(words),
        desk: desk(Place::Search, Role::Clerk),
        typed: if outcome.is_some() { words.name.clone() } else { String::new() },
        outcome,
    };
    let looked = |found, near, next: Option<&str>, reply| SearchOutcome::Looked {
        found,
        near,
        looked_at: 1_204,
        months: Some((newest, oldest)),
        next: next.map(str::to_owned),
        reply,
    };
    let states = [FoundState::Issued, FoundState::Waiting, FoundState::Refused, FoundState::Cancelled];
    let all = states.map(|state| found(words, state)).into();
    let near = vec![
        (found(words, FoundState::Issued), Nearness::OtherAddress),
        (found(words, FoundState::Issued), Nearness::SimilarName),
    ];
    let nobody = reply(words, Situation::NotRegistered, MailHost::Company);
    let nobody = Reply { holder_name: None, achievement: None, ..nobody };
    let cursor = "2026-04.7.0f1e2d3c4b5a69788796a5b4c3d2e1f0";
    vec![
        page("office_search", false, shown(None)),
        page("office_search_nothing", false, shown(Some(SearchOutcome::Nothing))),
        page("office_search_found", false, shown(Some(looked(all, Vec::new(), Some(cursor), None)))),
        page(
            "office_search_nobody",
            false,
            shown(Some(looked(Vec::new(), near, None, Some(Box::new(nobody))))),
        ),
    ]
}

fn at(moment: &str) -> Timestamp {
    moment.parse().unwrap()
}

fn badge(name: &str) -> BadgeId {
    BadgeId::parse(name).unwrap()
}

fn clerk() -> Actor {
    Actor::staff("hanako")
}

/// A mail that did not arrive, the address corrected, and the badge accepted.
fn story() -> Vec<Event> {
    let (old, new) =
        (badge("0d8d2f0e-51c5-4c8c-9a53-1d1f0a2a6f11"), badge("7b1c9f52-3a64-4f1b-8f0e-2c4d6a8b0c1e"));
    let order = OrderId::parse("2026-11-0d8d2f0e-51c5-4c8c-9a53-1d1f0a2a6f12").unwrap();
    let reason = Reason::parse("電話で本人に確認").unwrap();
    let candidate = CandidateRef::parse(CANDIDATE).unwrap();
    let until = at("2027-04-30T00:01:00Z");
    let by_itself = |moment, what| Event { at: at(moment), by: None, what };
    let by = |by, moment, what| Event { at: at(moment), by, what };
    let favoured = Happened::Favoured { reason: reason.clone(), corrected: true };
    let mail = MailKind::BadgeIssued;
    vec![
        by(Some(clerk()), "2026-10-12T02:00:00Z", What::Registered),
        by_itself("2026-11-01T00:01:00Z", What::Issued { badge: old.clone(), again: false }),
        by_itself("2026-11-01T00:01:10Z", What::LinkMade { badge: old.clone(), until }),
        by_itself("2026-11-01T00:01:20Z", What::Reported(Report::Bounced { for_good: true })),
        by_itself("2026-11-01T00:01:20Z", What::AddressStopped),
        by(Some(clerk()), "2026-11-04T05:30:00Z", What::Order { order, happened: favoured }),
        by(
            Some(clerk()),
            "2026-11-04T05:30:00Z",
            What::Office(Deed::AddressCorrected { candidate, address: true, name: false, reason }),
        ),
        by_itself("2026-11-04T05:30:00Z", What::Withdrawn { badge: old }),
        by_itself("2026-11-04T05:30:02Z", What::Issued { badge: new.clone(), again: true }),
        by_itself("2026-11-04T05:30:04Z", What::Mailed { badge: new.clone(), mail, until: Some(until) }),
        by_itself("2026-11-04T05:30:08Z", What::Reported(Report::Delivered)),
        by(Some(clerk()), "2026-11-06T01:00:00Z", What::Office(Deed::LinkResent { badge: new.clone() })),
        by(Some(Actor::Holder), "2026-11-06T01:10:00Z", What::Claimed { badge: new.clone() }),
        by(
            Some(Actor::Holder),
            "2026-11-06T01:10:00Z",
            What::Shown { badge: new, visibility: Visibility::Public },
        ),
    ]
}

fn people(words: &Words) -> Vec<Sample> {
    let person = |role, lines: usize, next: NextStep| {
        let reply = reply(words, Situation::of(&next), MailHost::Docomo);
        PersonPage {
            issuer: body(words),
            desk: desk(Place::Search, role),
            candidate: CANDIDATE.to_owned(),
            number: "PM-004711".to_owned(),
            name: words.name.clone(),
            kana: Some("ヤマダ ハナコ".to_owned()),
            roman: Some("YAMADA Hanako".to_owned()),
            address: words.address.clone(),
            achievement: professional(words),
            occasion: Occasion::Pass,
            date: date(2026, 10, 5),
            events: story().into_iter().take(lines).collect(),
            next,
            stopped: false,
            names_stay: false,
            notice: None,
            reply,
            form: CorrectForm {
                address: words.address.clone(),
                name: words.name.clone(),
                kana: "ヤマダ ハナコ".to_owned(),
                roman: "YAMADA Hanako".to_owned(),
                ..CorrectForm::default()
            },
        }
    };
    let wallet = |reach, stopped| NextStep::OpenWallet { reach, visibility: Visibility::Public, stopped };
    let held = wallet(Reach::ThisAddress, false);
    let junk = NextStep::LookInJunk { until: Some(at("2027-04-30T00:01:00Z")) };
    let doubtful = CorrectForm {
        reason: "電話で確認".to_owned(),
        wrong: Some(CorrectFault::AddressDoubtful("hanako@gmail.com".to_owned())),
        ..person(Role::Clerk, 1, junk.clone()).form
    };
    let stopped = |role, next| PersonPage { stopped: true, ..person(role, 5, next) };
    let released = PersonPage {
        notice: Some(PersonNotice::Released),
        ..person(Role::Clerk, 5, NextStep::Resend { works: true })
    };
    let mailed = person(Role::Clerk, 11, junk.clone());
    let name_stays = PersonPage { names_stay: true, ..mailed.clone() };
    let stranger = PersonPage { names_stay: true, ..person(Role::Approver, 14, held.clone()) };
    let not_his = PersonPage { names_stay: true, ..person(Role::Clerk, 14, held.clone()) };
    vec![
        page("office_person_stopped", false, stopped(Role::Clerk, NextStep::DecideOnAddress)),
        page("office_person_bounced", false, stopped(Role::Viewer, NextStep::CorrectAddress)),
        page("office_person_released", false, released),
        page("office_person_claimed_stopped", false, stopped(Role::Clerk, wallet(Reach::ThisAddress, true))),
        page(
            "office_person_mailed",
            false,
            PersonPage { notice: Some(PersonNotice::Reissued), ..mailed.clone() },
        ),
        page(
            "office_person_doubtful",
            false,
            PersonPage { form: doubtful, notice: Some(PersonNotice::TooMany), ..mailed },
        ),
        page("office_person_claimed", false, person(Role::Approver, 14, held.clone())),
        page("office_person_name_stays", false, name_stays),
        page("office_person_name_stays_claimed", false, stranger),
        page("office_person_name_stays_for_clerk", false, not_his),
        page("office_person_for_viewer", false, person(Role::Viewer, 14, held)),
        page(
            "office_person_refused",
            false,
            person(Role::Clerk, 1, NextStep::Mend(IssueRefusal::NotExpressible)),
        ),
    ]
}

/// An answer in every situation.
pub(crate) fn situations() -> [(&'static str, Situation); 20] {
    let day = date(2026, 12, 1);
    [
        ("wait_for_run", Situation::WaitForRun(day)),
        ("being_issued", Situation::BeingIssued),
        ("overdue", Situation::Overdue),
        ("mend", Situation::Mend),
        ("before_programme", Situation::BeforeProgramme),
        ("cancelled", Situation::Cancelled),
        ("renew", Situation::Renew),
        ("wait_for_mail", Situation::WaitForMail),
        ("correct_address", Situation::CorrectAddress),
        ("stopped", Situation::Stopped),
        ("mailed", Situation::Mailed(Some(day))),
        ("mailed_before", Situation::Mailed(None)),
        ("resent", Situation::Resent),
        ("in_wallet", Situation::InWallet { this_address: true }),
        ("in_wallet_elsewhere", Situation::InWallet { this_address: false }),
        ("deleted", Situation::Deleted),
        ("await_payment", Situation::AwaitPayment(day)),
        ("on_its_way", Situation::OnItsWay),
        ("revoked", Situation::Revoked),
        ("not_registered", Situation::NotRegistered),
    ]
}

/// Who may keep a person's mails, by name.
pub(crate) const HOSTS: [(&str, MailHost); 8] = [
    ("docomo", MailHost::Docomo),
    ("au", MailHost::Au),
    ("softbank", MailHost::SoftBank),
    ("gmail", MailHost::Gmail),
    ("yahoo", MailHost::Yahoo),
    ("outlook", MailHost::Outlook),
    ("icloud", MailHost::ICloud),
    ("company", MailHost::Company),
];

pub(crate) fn reply(words: &Words, situation: Situation, host: MailHost) -> Reply {
    let named = situation != Situation::NotRegistered;
    Reply {
        holder_name: named.then(|| words.name.clone()),
        achievement: named.then(|| professional(words)),
        issuer: body(words),
        sender: words.sender.clone(),
        contact: words.contact.clone(),
        sign_in_url: (words.url)("/wallet/sign-in"),
        reissue_url: (words.url)("/reissue/ask"),
        fee_yen: 5_500,
        host,
        situation,
    }
}
