//! What was checked and found, in plain words.

use verifier::report::{Check, Finding, Line, Outcome, Unavailable};
use verifier::web::WebError;

use super::claims::plain;
use crate::{Bilingual, Language};

mod authorship;
mod brief;
mod currency;

pub(super) use brief::brief;

/// The most characters of a detail inside a sentence.
const LONG_DETAIL: usize = 160;

pub(super) fn label(check: Check) -> Bilingual {
    match check {
        Check::Form => both("形式", "Format"),
        Check::Signature => both("電子署名", "Digital signature"),
        Check::Issuer => both("発行者と鍵", "Issuer and its key"),
        Check::Dates => both("有効期間", "Validity period"),
        Check::Revocation => both("取り消しの有無", "Revocation"),
        Check::HostedCopy => both("発行者側の記録", "Issuer’s own copy"),
        Check::Recipient => both("授与された人", "Awarded to"),
    }
}

/// The result of a line in a word or two.
pub(super) fn result(finding: &Finding, language: Language) -> &'static str {
    match (finding, finding.outcome()) {
        (Finding::NotYetValid(_) | Finding::Expired(_), _) => language.say("期間外", "Outside the period"),
        (Finding::Revoked { .. }, _) => language.say("取り消し済み", "Revoked"),
        (Finding::Suspended { .. }, _) => language.say("一時停止中", "Suspended"),
        (Finding::RecipientDiffers, _) => language.say("別のアドレス", "Another address"),
        (Finding::NotAsked, _) => language.say("照合せず", "Not asked"),
        (_, Outcome::Passed) => language.say("問題なし", "Passed"),
        (_, Outcome::Failed) => language.say("問題あり", "Failed"),
        (_, Outcome::CouldNotCheck) => language.say("確認できず", "Could not check"),
        (_, Outcome::NotApplicable) => language.say("対象外", "Not applicable"),
    }
}

/// The class that colours a result.
pub(super) fn class(finding: &Finding) -> &'static str {
    match (finding, finding.outcome()) {
        (
            Finding::NotYetValid(_)
            | Finding::Expired(_)
            | Finding::Suspended { .. }
            | Finding::RecipientDiffers
            | Finding::NoBadgeInPicture,
            _,
        ) => "past",
        (_, Outcome::Passed) => "good",
        (_, Outcome::Failed) => "bad",
        (_, Outcome::CouldNotCheck) => "open",
        (_, Outcome::NotApplicable) => "none",
    }
}

/// What a line compared and found, in a sentence or two.
pub(super) fn told(line: &Line) -> Bilingual {
    if line.finding == Finding::Unread {
        return both(
            "この前の確認が終わらなかったため、調べていません。",
            "Not looked at, because an earlier check did not get that far.",
        );
    }
    authorship::told(&line.finding)
        .or_else(|| currency::told(&line.finding))
        .unwrap_or_else(|| brief(&line.finding))
}

/// Why a document or a link could not be had.
pub fn unavailable(why: &Unavailable) -> Bilingual {
    match why {
        Unavailable::Web(WebError::Off) => both(
            "このサイトでは、外部のサーバーへの問い合わせを止めています。",
            "This site does not ask other servers.",
        ),
        Unavailable::Web(WebError::Forbidden) => both(
            "問い合わせのできないアドレスです。公開されているhttpsのアドレスにだけ問い合わせます。",
            "This is not an address that we ask. We only ask public https addresses.",
        ),
        Unavailable::Web(WebError::NoAnswer) => both(
            "サーバーから応答がありません。時間をおいて、もう一度お試しください。",
            "The server does not answer. Please try again later.",
        ),
        Unavailable::Web(WebError::TooLong) => {
            both("サーバーの応答が長すぎます。", "The server’s answer is too long.")
        }
        Unavailable::Web(WebError::TooMany) => both(
            "一度に問い合わせられる回数を超えました。",
            "More would have to be fetched than we fetch at once.",
        ),
        Unavailable::Status(410) => both(
            "このアドレスで公開されていたものは、その後、削除されたか、取り消されました。",
            "What was public at this address has since been deleted or revoked.",
        ),
        Unavailable::Status(status) => both(
            format!("サーバーが、エラー（{status}）を返しました。"),
            format!("The server answered with error {status}."),
        ),
        Unavailable::NotTheDocument(detail) => {
            let detail = in_sentence(detail);
            both(
                format!("サーバーの応答が、求めた情報ではありません（{detail}）。"),
                format!("The server’s answer is not what was asked for ({detail})."),
            )
        }
    }
}

pub(super) fn both(ja: impl Into<String>, en: impl Into<String>) -> Bilingual {
    Bilingual { ja: ja.into(), en: en.into() }
}

/// A stranger's detail inside a sentence of ours.
fn in_sentence(detail: &str) -> String {
    plain(detail, LONG_DETAIL)
}
