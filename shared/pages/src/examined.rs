//! A badge that was examined, in the words of its page.

use openbadges::{
    Text,
    verify::{Check, Outcome, Reason, Report, Verdict},
};
use shomei_core::{
    calendar,
    programme::Programme,
    verify::{Examined, token},
};

use crate::{
    Bilingual, Language,
    badge::{self as pages, BadgePage, CheckLine, State},
};

impl BadgePage {
    /// The page of a badge that was examined just now. The picture for link previews is left to whoever serves one.
    pub fn of(programme: &Programme, examined: Examined) -> Self {
        let Examined { badge, report, at } = examined;
        let url = programme.badge_url(&badge.id);
        // What stands below the verdict is what was signed, whatever the achievement says today.
        let signed = report.badge.as_deref().map(|badge| &badge.document.credential_subject.achievement);
        let shown = |signed: Option<&Text>, kept: shomei_core::programme::Bilingual| Bilingual {
            ja: signed.map_or(kept.ja, |text| text.as_str().to_owned()),
            en: kept.en,
        };
        Self {
            json_url: programme.credential_url(&badge.id),
            png_url: programme.baked_url(&badge.id),
            assertion_url: programme.assertion_url(&badge.id),
            token_url: token(programme, &badge).map(|_| programme.token_url(&badge.id)),
            achievement: shown(signed.map(|signed| &signed.name), badge.wording.name),
            achievement_url: programme.achievement_url(&badge.achievement),
            description: shown(signed.map(|signed| &signed.description), badge.wording.description),
            criteria: shown(
                signed.and_then(|signed| signed.criteria.narrative.as_ref()),
                badge.wording.criteria,
            ),
            picture_url: programme.artwork_url(&badge.artwork),
            holder_name: badge.holder_name.map(|name| name.as_str().to_owned()),
            newer: badge.newer.as_ref().map(|newer| programme.badge_url(newer)),
            share_picture_url: String::new(),
            qr_url: programme.qr_url(&badge.id),
            name_match_url: badge.name_marks.is_some().then(|| programme.name_match_url(&badge.id)),
            preview: None,
            issuer: programme.issuer_name.clone().into(),
            issuer_url: programme.issuer_page_url(),
            occasion: badge.kind.into(),
            awarded: badge.date,
            issued: calendar::japan_date(badge.issued_at),
            valid_until: badge.valid_until.map(calendar::japan_date),
            state: state(&report),
            checks: report
                .checks
                .iter()
                .map(|(check, outcome)| line(programme, &report, *check, outcome))
                .collect(),
            checked_at: at,
            url,
        }
    }
}

/// Expired and revoked are said as what they are, as long as nothing worse is wrong.
fn state(report: &Report) -> State {
    let sound =
        [Check::Form, Check::Signature].iter().all(|check| *report.outcome(*check) == Outcome::Passed);
    match report.verdict() {
        Verdict::Valid => State::Valid,
        Verdict::CouldNotCheck => State::CouldNotCheck,
        Verdict::NotValid
            if sound && *report.outcome(Check::Revocation) == Outcome::Failed(Reason::Revoked) =>
        {
            State::Revoked
        }
        Verdict::NotValid
            if sound && matches!(report.outcome(Check::Dates), Outcome::Failed(Reason::Expired(_))) =>
        {
            State::Expired
        }
        Verdict::NotValid => State::NotValid,
    }
}

fn line(programme: &Programme, report: &Report, check: Check, outcome: &Outcome) -> CheckLine {
    let (shown, reason) = match outcome {
        Outcome::Passed => (pages::Outcome::Passed, None),
        Outcome::Failed(reason) => (pages::Outcome::Failed, Some(reason)),
        Outcome::CouldNotCheck(reason) => (pages::Outcome::CouldNotCheck, Some(reason)),
        Outcome::NotApplicable => (pages::Outcome::NotApplicable, None),
    };
    CheckLine {
        check: match check {
            Check::Form => pages::Check::Form,
            Check::Signature => pages::Check::Signature,
            Check::Dates => pages::Check::Dates,
            Check::Revocation => pages::Check::Revocation,
        },
        outcome: shown,
        compared: match reason {
            Some(reason) => why(reason),
            None => compared(programme, report, check),
        },
    }
}

/// What a check that passed has compared with what.
fn compared(programme: &Programme, report: &Report, check: Check) -> Bilingual {
    let badge = report.badge.as_deref();
    match check {
        Check::Form => both(
            "Open Badges 3.0の形式で、署名されていない項目がないことを確かめました。",
            "Open Badges 3.0 form, with nothing in it that is not signed.",
        ),
        Check::Signature => {
            let key = badge.map(|badge| badge.proof.verification_method.to_string()).unwrap_or_default();
            both(
                format!(
                    "署名（eddsa-rdfc-2022）を、{}の公開鍵（{key}）と照合しました。",
                    programme.issuer_name.ja
                ),
                format!(
                    "Signature (eddsa-rdfc-2022) against the public key {key} of {}.",
                    programme.issuer_name.en
                ),
            )
        }
        Check::Dates => {
            let until = badge
                .and_then(|badge| badge.document.valid_until.as_ref())
                .map(|until| calendar::japan_date(until.timestamp()));
            match until {
                Some(until) => both(
                    format!("有効期間内です（{}まで）。", Language::Japanese.date(until)),
                    format!("Within its validity (until {}).", Language::English.date(until)),
                ),
                None => both("有効期限はありません。", "It has no end of validity."),
            }
        }
        Check::Revocation => {
            let place = badge.and_then(|badge| badge.document.credential_status.as_ref()).map(|status| {
                (status.status_list_credential.to_string(), status.status_list_index.to_string())
            });
            match place {
                Some((list, index)) => both(
                    format!(
                        "署名された取り消しリスト（{list}）の{index}番を確かめました。取り消されていません。"
                    ),
                    format!("Place {index} of the signed revocation list {list}: not revoked."),
                ),
                None => both("取り消しの仕組みを持たないバッジです。", "The badge has no revocation list."),
            }
        }
    }
}

/// Why a check did not pass.
fn why(reason: &Reason) -> Bilingual {
    let ja = match reason {
        Reason::Malformed(_) => "Open Badges 3.0の署名付きバッジとして読み取れません。",
        Reason::Unread => "バッジを読み取れないため、確認できません。",
        Reason::UnknownKey(_) => "発行者の鍵の一覧にない鍵で署名されています。",
        Reason::ForeignKey { .. } => "発行者のものではない鍵で署名されています。",
        Reason::KeyRevoked { .. } => "発行者が信頼できないと公表した鍵で、その後に署名されています。",
        Reason::Signature => "署名が内容と一致しません。内容が変更されています。",
        Reason::NotYetValid(_) => "有効期間がまだ始まっていません。",
        Reason::Expired(_) => "有効期間が終わっています。",
        Reason::Revoked => "発行者がこのバッジを取り消しました。",
        Reason::StatusUnavailable => "取り消しリストを取得できないため、確認できません。",
        Reason::StatusUnreliable(_) => "取り消しリストを信頼できないため、確認できません。",
    };
    let en = match reason {
        Reason::Malformed(_) => "It cannot be read as a signed Open Badges 3.0 badge.",
        Reason::Unread => "The badge cannot be read, so there was nothing to check.",
        Reason::UnknownKey(_) => "It is signed with a key that the issuer does not list.",
        Reason::ForeignKey { .. } => "It is signed with a key that is not the issuer’s.",
        Reason::KeyRevoked { .. } => "It was signed with a key after the issuer ceased to trust that key.",
        Reason::Signature => "The signature does not fit: the content was changed.",
        Reason::NotYetValid(_) => "Its validity has not begun.",
        Reason::Expired(_) => "Its validity has ended.",
        Reason::Revoked => "The issuer has revoked it.",
        Reason::StatusUnavailable => "The revocation list could not be read.",
        Reason::StatusUnreliable(_) => "The revocation list cannot be relied on.",
    };
    both(ja, en)
}

fn both(ja: impl Into<String>, en: impl Into<String>) -> Bilingual {
    Bilingual { ja: ja.into(), en: en.into() }
}
