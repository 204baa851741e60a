//! The audit: a month with every deed that there is, and one without any.

use shomei_core::{
    address::MailAddress,
    badge::BadgeId,
    candidate::{AchievementId, BodyNumber, CandidateRef, Kind},
    office::audit::{AuditLine, Cursor, Deed},
    order::{Actor, Reason},
    wallet::AddressHash,
};
use shomei_pages::office::{AuditPage, Place};

use super::{at, october};
use crate::samples::{Sample, Words, body, page};

pub(super) fn pages(words: &Words) -> Vec<Sample> {
    let month = october();
    let audit = |lines: Vec<AuditLine>, next| AuditPage {
        issuer: body(words),
        desk: at(Place::Audit),
        month,
        this_month: month.next(),
        continued: false,
        lines,
        next,
    };
    let next = Cursor::parse("2026-10.252000000000000.6f1c2f7e-0a2b-4c3d-8e4f-5a6b7c8d9e0f");
    assert!(next.is_some());
    let continued = AuditPage { continued: true, this_month: month, ..audit(lines(words), None) };
    vec![
        page("office_audit", false, audit(lines(words), next)),
        page("office_audit_continued", false, continued),
        page("office_audit_empty", false, audit(Vec::new(), None)),
    ]
}

/// One line of every deed, by several hands.
pub(crate) fn lines(words: &Words) -> Vec<AuditLine> {
    let reason =
        || Reason::parse(&(words.text)("電話で確認", "電話で確認").ja.replace(['\r', '\n'], " ")).unwrap();
    let achievement = AchievementId::parse("pm-professional").unwrap();
    let number = BodyNumber::mend("A-1").unwrap();
    let candidate = CandidateRef::named(&achievement, Kind::Pass, october(), &number);
    let badge = BadgeId::parse("5f662b5b-627b-4f36-80e7-b7afcdc56b8b").unwrap();
    let address = AddressHash::of(&MailAddress::mend("someone@example.jp").unwrap().address);
    let proposal = "p-20261005".to_owned();
    let saved = |version| Deed::AchievementSaved { achievement: achievement.clone(), version };
    let deeds = vec![
        Deed::ListRegistered { rows: 120 },
        Deed::RegisteredByProgram,
        Deed::CandidateCancelled { candidate: candidate.clone(), reason: reason() },
        Deed::MonthApproved { month: october(), candidates: 119 },
        Deed::AddressCorrected { candidate: candidate.clone(), address: true, name: false, reason: reason() },
        Deed::AddressCorrected { candidate: candidate.clone(), address: false, name: true, reason: reason() },
        Deed::AddressCorrected { candidate: candidate.clone(), address: true, name: true, reason: reason() },
        Deed::LinkResent { badge: badge.clone() },
        Deed::LinksResent { month: october() },
        Deed::AddressReleased { address, reason: reason() },
        Deed::RevocationProposed { proposal: proposal.clone(), badges: 2, reason: reason() },
        Deed::RevocationDeclined { proposal: proposal.clone() },
        Deed::BadgeRevoked { proposal, badge },
        saved(1),
        saved(2),
        Deed::PersonExported { candidate },
        Deed::PersonErased { candidates: 3, reason: reason() },
    ];
    let staff = Actor::staff(&(words.text)("sato", "sato").ja);
    let actors = [staff.clone(), Actor::Sweep, staff, Actor::Holder, Actor::PaymentService];
    let line = |((place, deed), actor): ((usize, Deed), &Actor)| AuditLine {
        id: format!("00000000-0000-4000-8000-{place:012}"),
        at: format!("2026-10-{:02}T03:04:05Z", 31 - place).parse().unwrap(),
        actor: actor.clone(),
        deed,
    };
    deeds.into_iter().enumerate().zip(actors.iter().cycle()).map(line).collect()
}
