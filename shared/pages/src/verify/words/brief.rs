//! A finding in a few words: for the column of reasons, and for the sentence below the verdict.

use verifier::report::{Finding, Reason};

use super::both;
use crate::Bilingual;

/// The finding, as a clause without a full stop, in English without a capital.
pub(in super::super) fn brief(finding: &Finding) -> Bilingual {
    if let Finding::Revoked {
        reason: Some(Reason { text, english: Some(english), ground: Some(_), .. }),
        ..
    } = finding
    {
        return both(format!("取り消されている（{text}）"), format!("revoked ({english})"));
    }
    let (ja, en) = match finding {
        Finding::Badge(_) => ("バッジとして正しい形式", "a badge in a proper form"),
        Finding::NotReadable => ("バッジとして読み取れない", "cannot be read as a badge"),
        Finding::TooLong => ("ファイルが大きすぎる", "the file is too large"),
        Finding::NoBadgeInPicture => ("画像にバッジのデータがない", "no badge inside the picture"),
        Finding::NotABadge(_) => ("オープンバッジのデータではない", "not an Open Badge"),
        Finding::Unsigned(_) => ("署名の対象にならない項目がある", "part of it is not signed"),
        Finding::UnknownForm(_) => ("対応していない形式", "an unknown form"),
        Finding::TooComplex => ("データが複雑すぎる", "too complex to check"),
        Finding::SignatureFits { .. } => ("署名と内容が合う", "the signature fits"),
        Finding::SignatureDoesNotFit { .. } => {
            ("署名と内容が合わない", "the signature does not fit the content")
        }
        Finding::NotSigned => ("電子署名がない", "not signed"),
        Finding::BadProof(_) => ("署名が規格に合わない", "the signature breaks its standard"),
        Finding::UnknownSuite(_) => ("対応していない署名の方式", "signed in an unknown way"),
        Finding::NoKey => ("公開鍵がない", "the key could not be had"),
        Finding::HostedNotSigned => ("署名を使わない形式", "a form without a signature"),
        Finding::KeyListed { .. } => ("発行者の鍵による署名", "signed with the issuer’s key"),
        Finding::HostedByIssuer { .. } => ("発行者のサーバーにある", "stands on the issuer’s server"),
        Finding::KeyNotListed { .. } => {
            ("発行者の鍵の中にない鍵による署名", "signed with a key that the issuer does not list")
        }
        Finding::ForeignKey { .. } => ("発行者のものではない鍵による署名", "signed with someone else’s key"),
        Finding::KeyRevoked { .. } => {
            ("使えなくなった鍵による署名", "signed with a key that is no longer accepted")
        }
        Finding::NotHostedByIssuer(_) => ("発行者の記録と食い違う", "not vouched for by the issuer’s site"),
        Finding::UnknownIssuer(_) => ("対応していない種類の発行者", "an issuer of an unknown kind"),
        Finding::IssuerUnavailable { .. } => {
            ("発行者の情報を取得できない", "the issuer’s document could not be had")
        }
        Finding::InForce { .. } => ("期間内", "within its period"),
        Finding::NotYetValid(_) => ("有効期間が始まっていない", "its validity has not begun"),
        Finding::Expired(_) => ("有効期限を過ぎている", "its validity has ended"),
        Finding::NotRevoked { .. } => ("取り消されていない", "not revoked"),
        Finding::Revoked { .. } => ("取り消されている", "revoked"),
        Finding::Suspended { .. } => ("一時的に止められている", "suspended for a time"),
        Finding::NoRevocation => ("取り消しの仕組みがない", "it names no way to revoke it"),
        Finding::UnknownStatus(_) => ("対応していない取り消しの仕組み", "an unknown way to revoke it"),
        Finding::StatusUnavailable { .. } => {
            ("取り消しリストを取得できない", "the revocation list could not be had")
        }
        Finding::StatusUnreliable { .. } => {
            ("取り消しリストを信頼できない", "the revocation list cannot be relied on")
        }
        Finding::SameAsHosted { .. } => ("発行者の記録と同じ", "same as the issuer’s record"),
        Finding::DiffersFromHosted { .. } => ("発行者の記録と内容が違う", "differs from the issuer’s record"),
        Finding::Gone { .. } => ("発行者のサーバーに記録がない", "the issuer’s server has no such badge"),
        Finding::HostedUnavailable { .. } => {
            ("発行者の記録を取得できない", "the issuer’s record could not be had")
        }
        Finding::NeedsNoHost => ("サーバーの記録は不要", "needs no record on a server"),
        Finding::RecipientMatches => ("授与先のメールアドレスと同じ", "awarded to the address given"),
        Finding::RecipientDiffers => ("別のメールアドレスに授与された", "awarded to another address"),
        Finding::NoRecipient => ("授与先がメールアドレスで示されていない", "it names nobody by mail address"),
        Finding::NotAsked => ("照合していない", "not compared"),
        Finding::Unread => ("調べていない", "not looked at"),
    };
    both(ja, en)
}
