//! Qualifications: the list, one with its history, the form, how it will look, and two people at one.

use jiff::civil::date;
use shomei_core::{
    achievement::{Achievement, AchievementVersion, ArtworkId},
    candidate::AchievementId,
    intake::{AchievementRefusal, Part},
    office::{
        Role,
        achievements::{
            PictureAdvice, Typed,
            draft::{Base, DraftId},
        },
    },
    order::Actor,
    programme::Bilingual,
};
use shomei_pages::office::{
    Desk, Place, QualificationConflict, QualificationForm, QualificationNotice, QualificationPage,
    QualificationPreview, QualificationsPage, SaidOf,
};

use super::at;
use crate::samples::{Sample, Words, body, criteria, description, page, professional};

const DRAFT: &str = "6f1c2f7e-0a2b-4c3d-8e4f-5a6b7c8d9e0f";

pub(super) fn pages(words: &Words) -> Vec<Sample> {
    [lists(words), ones(words), forms(words), previews(words)].concat()
}

fn core(text: shomei_pages::Bilingual) -> Bilingual {
    Bilingual { ja: text.ja, en: text.en }
}

fn id() -> AchievementId {
    AchievementId::parse("pm-professional").unwrap()
}

fn draft() -> DraftId {
    DraftId::parse(DRAFT).unwrap()
}

fn clerk(words: &Words, name: &str) -> Actor {
    Actor::staff(&(words.text)(name, name).ja)
}

/// The first version.
fn first(words: &Words) -> Achievement {
    Achievement {
        id: id(),
        name: core(professional(words)),
        description: core(description(words)),
        criteria: core(criteria(words)),
        artwork: ArtworkId::of(b"first"),
        validity_months: None,
        first_eligible: date(2026, 4, 1),
        closed: false,
        version: 1,
        changed_at: "2026-04-01T00:30:00Z".parse().unwrap(),
    }
}

/// What somebody made of it.
fn second(words: &Words) -> Achievement {
    let shorter = (words.text)(
        "部門をまたぐプロジェクトを計画し、完了まで導く力を認定します。",
        "Certifies the ability to plan a project that spans departments, and to complete it.",
    );
    Achievement {
        description: core(shorter),
        validity_months: Some(36),
        version: 2,
        changed_at: "2026-10-05T03:10:00Z".parse().unwrap(),
        ..first(words)
    }
}

/// What somebody else made of it.
fn third(words: &Words) -> Achievement {
    Achievement {
        validity_months: Some(24),
        artwork: ArtworkId::of(b"third"),
        first_eligible: date(2026, 10, 1),
        closed: true,
        version: 3,
        changed_at: "2026-10-06T01:00:00Z".parse().unwrap(),
        ..second(words)
    }
}

fn said(words: &Words, content: Achievement) -> SaidOf {
    SaidOf { content, picture_url: (words.url)("/artwork/pm-professional.png") }
}

fn chosen(words: &Words, content: Achievement) -> SaidOf {
    SaidOf { content, picture_url: (words.path)("/office/achievement-drafts/picture") }
}

fn lists(words: &Words) -> Vec<Sample> {
    let list = |role, qualifications| QualificationsPage {
        issuer: body(words),
        desk: Desk { place: Place::Achievements, role },
        qualifications,
    };
    let both = vec![said(words, second(words)), said(words, third(words))];
    vec![
        page("office_qualifications", false, list(Role::Clerk, both)),
        page("office_qualifications_empty", false, list(Role::Viewer, Vec::new())),
    ]
}

fn ones(words: &Words) -> Vec<Sample> {
    let version = |content, by| AchievementVersion { content, by };
    let history = vec![
        version(third(words), Some(clerk(words, "suzuki"))),
        version(second(words), Some(clerk(words, "sato"))),
        version(first(words), None),
    ];
    let one = |content, history| QualificationPage {
        issuer: body(words),
        desk: at(Place::Achievements),
        notice: None,
        said: said(words, content),
        newest: 3,
        history,
        public_url: (words.url)("/achievements/pm-professional"),
    };
    let newest =
        QualificationPage { notice: Some(QualificationNotice::Saved), ..one(third(words), history.clone()) };
    let past = one(second(words), history.into_iter().skip(1).take(1).collect());
    vec![page("office_qualification", false, newest), page("office_qualification_past", false, past)]
}

fn forms(words: &Words) -> Vec<Sample> {
    let form = |typed| QualificationForm {
        issuer: body(words),
        desk: at(Place::Achievements),
        base: None,
        typed,
        draft: None,
        wrong: Vec::new(),
        picture_fault: None,
        picture_url: None,
        merged: false,
    };
    let wrong = QualificationForm {
        draft: Some(draft()),
        wrong: vec![
            AchievementRefusal::IdMalformed,
            AchievementRefusal::TextMissing { part: Part::NameEn },
            AchievementRefusal::TextTooLong { part: Part::CriteriaJa },
            AchievementRefusal::ValidityOutOfRange,
            AchievementRefusal::DateUnreadable,
        ],
        picture_fault: Some(AchievementRefusal::ArtworkNotPng { kind: Some("JPEG") }.words()),
        ..form(Typed {
            id: (words.text)("PM Pro!", "PM Pro!").ja,
            name: Bilingual { en: String::new(), ..core(professional(words)) },
            criteria: core(criteria(words)),
            months: (words.text)("三年", "三年").ja,
            first_eligible: (words.text)("2026/4", "2026/4").ja,
            ..Typed::default()
        })
    };
    let edit = |of: Achievement| QualificationForm {
        base: Some(Base { achievement: id(), version: of.version }),
        picture_url: Some((words.url)("/artwork/pm-professional.png")),
        ..form(Typed::of(&of))
    };
    let merged = QualificationForm { draft: Some(draft()), merged: true, ..edit(third(words)) };
    vec![
        page("office_qualification_new", false, form(Typed::default())),
        page("office_qualification_wrong", false, wrong),
        page("office_qualification_edit", false, edit(first(words))),
        page("office_qualification_merged", false, merged),
    ]
}

fn previews(words: &Words) -> Vec<Sample> {
    let preview = |said: SaidOf, before, advice| QualificationPreview {
        issuer: body(words),
        desk: at(Place::Achievements),
        draft: draft(),
        said,
        before,
        advice,
    };
    let advice = vec![
        PictureAdvice::NotSquare { width: 320, height: 300 },
        PictureAdvice::Small { side: 300 },
        PictureAdvice::Large { side: 1600 },
        PictureAdvice::Opaque,
    ];
    let change = preview(chosen(words, third(words)), Some(said(words, first(words))), advice);
    let conflict = QualificationConflict {
        issuer: body(words),
        desk: at(Place::Achievements),
        draft: draft(),
        before: Some(said(words, first(words))),
        now: said(words, second(words)),
        by: Some(clerk(words, "sato")),
        said: chosen(words, Achievement { description: core(description(words)), ..third(words) }),
    };
    let of_unknown = QualificationConflict { before: None, by: None, ..conflict.clone() };
    vec![
        page("office_qualification_preview", false, change),
        page(
            "office_qualification_preview_new",
            false,
            preview(chosen(words, first(words)), None, Vec::new()),
        ),
        page("office_qualification_conflict", false, conflict),
        page("office_qualification_conflict_unknown", false, of_unknown),
    ]
}
