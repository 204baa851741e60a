//! What was found of the dates, the revocation, the hosted copy and the recipient: does it hold now, and for whom?

use verifier::report::{Finding, Reason};

use super::super::claims::last_day;
use super::{both, in_sentence, unavailable};
use crate::{Bilingual, Language};

/// The words of a finding of these four checks.
pub(super) fn told(finding: &Finding) -> Option<Bilingual> {
    dates(finding)
        .or_else(|| revocation(finding))
        .or_else(|| hosted_copy(finding))
        .or_else(|| recipient(finding))
}

fn dates(finding: &Finding) -> Option<Bilingual> {
    use Language::{English, Japanese};
    Some(match finding {
        Finding::InForce { from, until: Some(until) } => {
            let (first, last) = (shomei_core::calendar::japan_date(*from), last_day(*until));
            both(
                format!("期間内です（{}から{}まで）。", Japanese.date(first), Japanese.date(last)),
                format!("Within its period ({} to {}).", English.date(first), English.date(last)),
            )
        }
        Finding::InForce { from, until: None } => {
            let first = shomei_core::calendar::japan_date(*from);
            both(
                format!("{}に始まっています。期限はありません。", Japanese.date(first)),
                format!("Begun on {}. It has no end.", English.date(first)),
            )
        }
        Finding::NotYetValid(from) => both(
            format!("まだ始まっていません。{}に始まります。", Japanese.moment(from)),
            format!("Not begun yet. It begins on {}.", English.moment(from)),
        ),
        Finding::Expired(until) => both(
            format!("{}に終わりました。", Japanese.moment(until)),
            format!("It ended on {}.", English.moment(until)),
        ),
        _ => return None,
    })
}

fn revocation(finding: &Finding) -> Option<Bilingual> {
    Some(match finding {
        Finding::NotRevoked { source, index: Some(index) } => {
            let (source, index) = (in_sentence(source), in_sentence(index));
            both(
                format!("取り消しリスト（{source}）の{index}番を調べました。取り消されていません。"),
                format!("Place {index} of the revocation list {source}: not revoked."),
            )
        }
        Finding::NotRevoked { source, index: None } => {
            let source = in_sentence(source);
            both(
                format!("発行者の記録（{source}）を調べました。取り消されていません。"),
                format!("The issuer’s record {source}: not revoked."),
            )
        }
        Finding::Revoked { source, reason } => taken_back(source, reason.as_ref()),
        Finding::Suspended { source } => {
            let source = in_sentence(source);
            both(
                format!("一時的に効力を止めたという記録（{source}）があります。"),
                format!("The record {source} says that it is suspended for a time."),
            )
        }
        Finding::NoRevocation => {
            both("取り消しを知らせる仕組みを持たないバッジです。", "The badge names no way to revoke it.")
        }
        Finding::UnknownStatus(what) => {
            let what = in_sentence(what);
            both(
                format!("このサイトが対応していない取り消しの仕組み（{what}）です。"),
                format!("It can be revoked in a way that we do not know ({what})."),
            )
        }
        Finding::StatusUnavailable { url, why } => {
            let (url, why) = (in_sentence(url), unavailable(why));
            both(
                format!("取り消しリスト（{url}）を取得できません。{}", why.ja),
                format!("The revocation list ({url}) could not be had. {}", why.en),
            )
        }
        Finding::StatusUnreliable { url, why } => {
            let (url, why) = (in_sentence(url), in_sentence(why));
            both(
                format!("取り消しリスト（{url}）を信頼できません（{why}）。"),
                format!("The revocation list ({url}) cannot be relied on ({why})."),
            )
        }
        _ => return None,
    })
}

/// The words of the issuer, in quotes: they are its own.
fn taken_back(source: &str, reason: Option<&Reason>) -> Bilingual {
    use Language::{English, Japanese};
    let source = in_sentence(source);
    let mut words = match reason.and_then(|reason| reason.since).map(shomei_core::calendar::japan_date) {
        Some(day) => both(
            format!("{}に取り消したという記録（{source}）があります。", Japanese.date(day)),
            format!("The record {source} says that it was revoked on {}.", English.date(day)),
        ),
        None => both(
            format!("取り消したという記録（{source}）があります。"),
            format!("The record {source} says that it was revoked."),
        ),
    };
    if let Some(Reason { text, english, .. }) = reason {
        let english = in_sentence(english.as_ref().unwrap_or(text));
        words.ja.push_str("示された理由：「");
        words.ja.push_str(&in_sentence(text));
        words.ja.push('」');
        words.en.push_str(" The reason given: “");
        words.en.push_str(&english);
        words.en.push('”');
    }
    words
}

fn hosted_copy(finding: &Finding) -> Option<Bilingual> {
    Some(match finding {
        Finding::SameAsHosted { url } => {
            let url = in_sentence(url);
            both(
                format!("発行者のサーバーの記録（{url}）と同じ内容です。"),
                format!("The same as the record on the issuer’s server ({url})."),
            )
        }
        Finding::DiffersFromHosted { url } => {
            let url = in_sentence(url);
            both(
                format!("発行者のサーバーの記録（{url}）と内容が違います。"),
                format!("It differs from the record on the issuer’s server ({url})."),
            )
        }
        Finding::Gone { url } => {
            let url = in_sentence(url);
            both(
                format!("発行者のサーバー（{url}）に、このバッジの記録がありません。"),
                format!("The issuer’s server has no such badge ({url})."),
            )
        }
        Finding::HostedUnavailable { url, why } => {
            let (url, why) = (in_sentence(url), unavailable(why));
            both(
                format!("発行者のサーバーの記録（{url}）を取得できません。{}", why.ja),
                format!("The record on the issuer’s server ({url}) could not be had. {}", why.en),
            )
        }
        Finding::NeedsNoHost => both(
            "署名で確かめる形式のため、サーバーの記録と比べる必要はありません。",
            "A signed badge need not be compared with a server.",
        ),
        _ => return None,
    })
}

fn recipient(finding: &Finding) -> Option<Bilingual> {
    Some(match finding {
        Finding::RecipientMatches => both(
            "入力されたメールアドレスは、授与先のアドレスと同じです。",
            "The mail address given is the one it was awarded to.",
        ),
        Finding::RecipientDiffers => both(
            "入力されたメールアドレスは、授与先のアドレスと違います。",
            "The mail address given is not the one it was awarded to.",
        ),
        Finding::NoRecipient => both(
            "授与先がメールアドレスで示されていないため、照合できません。",
            "The badge names nobody by mail address, so there is nothing to compare.",
        ),
        Finding::NotAsked => both(
            "メールアドレスの入力がなかったため、照合していません。",
            "No mail address was given to compare.",
        ),
        _ => return None,
    })
}
