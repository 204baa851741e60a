//! What is kept of people, and what a person asks.

use jiff::{Timestamp, civil::date};
use shomei_core::{
    office::{
        Role,
        retention::{Erased, LastErasing, policy::policy},
    },
    programme::Retention,
};
use shomei_pages::{
    Occasion,
    office::{
        Desk, ErasureFault, Place, RetentionPage, RightsAsk, RightsErasure, RightsNotice, RightsOccasion,
        RightsOrder, RightsPerson, RightsState, RightsWallet, RunningErasure,
    },
};

use super::october;
use crate::samples::{Sample, Words, body, page};

pub(super) fn pages(words: &Words) -> Vec<Sample> {
    [retention(words), asked(words), people(words)].concat()
}

fn desk(role: Role) -> Desk {
    Desk { place: Place::Retention, role }
}

fn moment() -> Timestamp {
    "2036-11-01T00:15:00Z".parse().unwrap()
}

fn retention(words: &Words) -> Vec<Sample> {
    let shown = |role, terms, last, erasing| RetentionPage {
        issuer: body(words),
        desk: desk(role),
        rules: policy(&terms),
        last,
        erasing,
        next: Some((october().next(), date(2036, 12, 1))),
    };
    let erased = Erased { candidates: 118, months: 0, readings: 12, orders: 3, lines: 240 };
    let last = LastErasing { at: moment(), erased };
    let sooner = Retention { readings: Some(2), ..Retention::default() };
    vec![
        page("office_retention", false, shown(Role::Viewer, Retention::default(), None, Vec::new())),
        page("office_retention_erasing", false, shown(Role::Clerk, sooner, Some(last), vec![october()])),
    ]
}

fn asked(words: &Words) -> Vec<Sample> {
    let ask = |notice, missing, running| RightsAsk {
        issuer: body(words),
        desk: desk(Role::Clerk),
        notice,
        missing,
        running,
    };
    let number = (words.text)("A-1024", "A-1024").ja;
    let running = vec![RunningErasure { number, since: moment(), left: 2 }];
    vec![
        page("office_rights", false, ask(None, false, Vec::new())),
        page("office_rights_missing", false, ask(None, true, Vec::new())),
        page("office_rights_erased", false, ask(Some(RightsNotice::Erased), false, Vec::new())),
        page("office_rights_begun", false, ask(Some(RightsNotice::Begun), false, running)),
    ]
}

fn people(words: &Words) -> Vec<Sample> {
    let occasion = |kind, day, state| RightsOccasion {
        achievement: "pm-professional".to_owned(),
        kind,
        date: day,
        name: words.name.clone(),
        address: words.address.clone(),
        state,
    };
    let (pass, renewal) = (Occasion::Pass, Occasion::Renewal);
    let states = [
        (renewal, RightsState::Registered),
        (renewal, RightsState::Prepared),
        (pass, RightsState::Refused),
        (pass, RightsState::Cancelled),
        (pass, RightsState::Unclaimed),
        (pass, RightsState::Claimed { public: true }),
        (pass, RightsState::Claimed { public: false }),
        (pass, RightsState::Deleted),
    ];
    let occasions: Vec<_> = states
        .into_iter()
        .zip(1..)
        .map(|((kind, state), day)| occasion(kind, date(2026, 10, day), state))
        .collect();
    let person = |role, candidate: &str, occasions| RightsPerson {
        issuer: body(words),
        desk: desk(role),
        number: (words.text)("A-1024", "A-1024").ja,
        candidate: candidate.to_owned(),
        occasions,
    };
    let order = |waits| RightsOrder {
        id: "2026-11-0d8d2f0e-51c5-4c8c-9a53-1d1f0a2a6f11".to_owned(),
        until: date(2037, 1, 1),
        waits,
    };
    let erasure = |wallets, orders, wrong| RightsErasure {
        person: person(Role::Approver, "", occasions.clone()),
        wallets,
        orders,
        audit_years: 10,
        reason: if wrong == Some(ErasureFault::Word) { "本人の請求".to_owned() } else { String::new() },
        wrong,
    };
    let wallet = |badges, closes| RightsWallet { badges, closes };
    let by_occasion = "2026-10-0123456789abcdef0123456789abcdef";
    vec![
        page("office_rights_person", false, person(Role::Approver, "", occasions.clone())),
        page("office_rights_person_clerk", false, person(Role::Clerk, by_occasion, occasions.clone())),
        page("office_rights_erasure", false, erasure(vec![wallet(2, true)], Vec::new(), None)),
        page("office_rights_erasure_waits", false, erasure(vec![wallet(1, false)], vec![order(true)], None)),
        page(
            "office_rights_erasure_word",
            false,
            erasure(Vec::new(), vec![order(false)], Some(ErasureFault::Word)),
        ),
        page(
            "office_rights_erasure_reason",
            false,
            erasure(Vec::new(), Vec::new(), Some(ErasureFault::Reason)),
        ),
    ]
}
