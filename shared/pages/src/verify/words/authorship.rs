//! What was found of the form, the signature and the issuer: is it what its issuer made?

use verifier::report::{Finding, Form};

use super::{both, in_sentence, unavailable};
use crate::{Bilingual, Language};

/// The words of a finding of these three checks.
pub(super) fn told(finding: &Finding) -> Option<Bilingual> {
    form(finding).or_else(|| signature(finding)).or_else(|| issuer(finding))
}

fn form(finding: &Finding) -> Option<Bilingual> {
    Some(match finding {
        Finding::Badge(Form::EmbeddedProof) => both(
            "Open Badges 3.0（署名を中に持つ形）です。署名されていない項目はありません。",
            "Open Badges 3.0 with its signature inside. Nothing in it is unsigned.",
        ),
        Finding::Badge(Form::Jwt) => both(
            "Open Badges 3.0（VC-JWT）です。全体が署名されています。",
            "Open Badges 3.0 as a VC-JWT. All of it is signed.",
        ),
        Finding::Badge(Form::Hosted) => both(
            "Open Badges 2.0（発行者のサーバーに置く形）です。",
            "Open Badges 2.0, kept on its issuer’s server.",
        ),
        Finding::NotReadable => both(
            "バッジとして読み取れません。画像（PNG・SVG）、JSON、JWTのどれでもないか、ファイルが壊れています。",
            "It cannot be read as a badge. It is no PNG, SVG, JSON or JWT, or it is damaged.",
        ),
        Finding::TooLong => {
            both("ファイルが大きすぎるため、読み取れません。", "The file is larger than we read.")
        }
        Finding::NoBadgeInPicture => both(
            "画像の中に、バッジのデータがありません。写真アプリやチャットを通すと、失われることがあります。",
            "There is no badge inside the picture. Photo albums and chat programs may strip it.",
        ),
        Finding::NotABadge(what) => {
            let what = in_sentence(what);
            both(
                format!("オープンバッジのデータではありません（欠けているか、誤っている項目：{what}）。"),
                format!("It is not an Open Badge (missing or wrong: {what})."),
            )
        }
        Finding::Unsigned(what) => {
            let what = in_sentence(what);
            both(
                format!(
                    "署名の対象にならない項目（{what}）があります。あとから書き足されたおそれがあります。"
                ),
                format!(
                    "It holds something that no signature covers ({what}) and that anyone may have added."
                ),
            )
        }
        Finding::UnknownForm(what) => {
            let what = in_sentence(what);
            both(
                format!("このサイトが対応していない形式か機能（{what}）を使っています。"),
                format!("It uses a form or a feature that we do not know ({what})."),
            )
        }
        Finding::TooComplex => both(
            "データが複雑すぎるため、途中で確認をやめました。",
            "It is too complex: checking it would take too much work.",
        ),
        _ => return None,
    })
}

fn signature(finding: &Finding) -> Option<Bilingual> {
    Some(match finding {
        Finding::SignatureFits { suite, key } => {
            let (suite, key) = (in_sentence(suite), in_sentence(key));
            both(
                format!(
                    "署名（{suite}）と内容を、公開鍵（{key}）で照合しました。署名した時の内容のままです。"
                ),
                format!(
                    "The signature ({suite}) fits the content under the public key {key}: nothing was changed since."
                ),
            )
        }
        Finding::SignatureDoesNotFit { suite, key } => {
            let (suite, key) = (in_sentence(suite), in_sentence(key));
            both(
                format!(
                    "署名（{suite}）と内容が、公開鍵（{key}）で照合すると合いません。内容が変えられたか、別の鍵で署名されています。"
                ),
                format!(
                    "The signature ({suite}) does not fit the content under the public key {key}: the content was changed, or another key signed it."
                ),
            )
        }
        Finding::NotSigned => both(
            "電子署名がありません。だれでも作れる状態です。",
            "It is not signed. Anyone could have made it.",
        ),
        Finding::BadProof(what) => {
            let what = in_sentence(what);
            both(
                format!("署名の書き方が、規格に合っていません（{what}）。"),
                format!("The signature breaks a rule of its standard ({what})."),
            )
        }
        Finding::UnknownSuite(suite) => {
            let suite = in_sentence(suite);
            both(
                format!("このサイトが対応していない署名の方式（{suite}）です。"),
                format!("It is signed in a way that we do not know ({suite})."),
            )
        }
        Finding::NoKey => both(
            "署名を照合するための公開鍵がありません。くわしくは「発行者と鍵」の行をご覧ください。",
            "The public key to check it with could not be had. See the line of the issuer.",
        ),
        Finding::HostedNotSigned => both(
            "署名の代わりに、発行者のサーバーに置かれていることで確かめる形式です。",
            "This form has no signature: it counts because it stands on its issuer’s server.",
        ),
        _ => return None,
    })
}

fn issuer(finding: &Finding) -> Option<Bilingual> {
    Some(match finding {
        Finding::KeyListed { issuer, .. } if issuer.starts_with("did:key:") => {
            let issuer = in_sentence(issuer);
            both(
                format!(
                    "発行者の識別子（{issuer}）がそのまま公開鍵で、署名の鍵と同じです。鍵の持ち主がだれかは、どこにも示されていません。"
                ),
                format!(
                    "The issuer’s identifier ({issuer}) is itself the key that signed. Nothing says who holds that key."
                ),
            )
        }
        Finding::KeyListed { issuer, source } => {
            let (issuer, source) = (in_sentence(issuer), in_sentence(source));
            both(
                format!("発行者（{issuer}）が公開している鍵（{source}）の中に、署名の鍵があります。"),
                format!(
                    "The key that signed is among those that the issuer ({issuer}) publishes at {source}."
                ),
            )
        }
        Finding::HostedByIssuer { issuer, host } => {
            let (issuer, host) = (in_sentence(issuer), in_sentence(host));
            both(
                format!("バッジの記録は、発行者（{issuer}）が認める場所（{host}）にあります。"),
                format!("The badge stands at {host}, where the issuer ({issuer}) keeps its badges."),
            )
        }
        Finding::KeyNotListed { issuer, key } => {
            let (issuer, key) = (in_sentence(issuer), in_sentence(key));
            both(
                format!("署名の鍵（{key}）は、発行者（{issuer}）が公開している鍵の中にありません。"),
                format!(
                    "The key that signed ({key}) is not among those that the issuer ({issuer}) publishes."
                ),
            )
        }
        Finding::ForeignKey { issuer, controller } => {
            let (issuer, controller) = (in_sentence(issuer), in_sentence(controller));
            both(
                format!("署名の鍵は、発行者（{issuer}）ではない者（{controller}）のものです。"),
                format!("The key that signed belongs to {controller}, not to the issuer ({issuer})."),
            )
        }
        Finding::KeyRevoked { key, since } => {
            let key = in_sentence(key);
            both(
                format!(
                    "署名の鍵（{key}）は、{}から使えなくなっています。",
                    Language::Japanese.moment(since)
                ),
                format!("Signatures of the key {key} are refused since {}.", Language::English.moment(since)),
            )
        }
        Finding::NotHostedByIssuer(what) => {
            let what = in_sentence(what);
            both(
                format!("バッジと発行者の記録が食い違っているか、発行者のサイトにありません（{what}）。"),
                format!(
                    "The records of the badge contradict each other or do not stand on its issuer’s site ({what})."
                ),
            )
        }
        Finding::UnknownIssuer(what) => {
            let what = in_sentence(what);
            both(
                format!("このサイトが対応していない種類の識別子か鍵（{what}）です。"),
                format!("The issuer’s identifier or key is of a kind that we do not know ({what})."),
            )
        }
        Finding::IssuerUnavailable { url, why } => {
            let (url, why) = (in_sentence(url), unavailable(why));
            both(
                format!("発行者の情報（{url}）を取得できません。{}", why.ja),
                format!("The issuer’s document ({url}) could not be had. {}", why.en),
            )
        }
        _ => return None,
    })
}
