//! How a badge stands, in the words of whoever was shown it.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use shomei_core::calendar::japan_date;
use verifier::report::{Check, Finding, Line, Outcome, Reason, Report, Verdict};

use super::claims::{LONG_ADDRESS, LONG_NAME, plain};
use super::words::{both, brief, label};
use crate::{Bilingual, Language};

/// The verdict, and for a badge that is not valid what it is instead. Expired, revoked and the like are said as what
/// they are as long as nothing worse is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Valid,
    Revoked,
    Suspended,
    OtherRecipient,
    Expired,
    NotYetValid,
    /// A picture that carries nothing. This says nothing against its sender.
    EmptyPicture,
    Unreadable,
    NotValid,
    CouldNotCheck,
}

impl Standing {
    pub(super) fn of(report: &Report) -> Self {
        match report.verdict() {
            Verdict::Valid => Self::Valid,
            Verdict::CouldNotCheck => Self::CouldNotCheck,
            Verdict::NotValid => Self::of_not_valid(report),
        }
    }

    fn of_not_valid(report: &Report) -> Self {
        match report.finding(Check::Form) {
            Finding::NoBadgeInPicture => return Self::EmptyPicture,
            Finding::NotReadable | Finding::TooLong | Finding::NotABadge(_) => return Self::Unreadable,
            _ => {}
        }
        let failed = |check: &Check| report.finding(*check).outcome() == Outcome::Failed;
        let revoked = matches!(report.finding(Check::Revocation), Finding::Revoked { .. });
        // An issuer that took a hosted badge back no longer has it on its server.
        let copy_failed = match report.finding(Check::HostedCopy) {
            Finding::Gone { .. } => !revoked,
            _ => failed(&Check::HostedCopy),
        };
        if copy_failed || [Check::Form, Check::Signature, Check::Issuer].iter().any(failed) {
            return Self::NotValid;
        }
        if revoked {
            return Self::Revoked;
        }
        match (
            report.finding(Check::Recipient),
            report.finding(Check::Revocation),
            report.finding(Check::Dates),
        ) {
            (Finding::RecipientDiffers, ..) => Self::OtherRecipient,
            (_, Finding::Suspended { .. }, _) => Self::Suspended,
            (.., Finding::Expired(_)) => Self::Expired,
            (.., Finding::NotYetValid(_)) => Self::NotYetValid,
            _ => Self::NotValid,
        }
    }

    /// The check that the verdict is named after.
    fn main_check(self, report: &Report) -> Option<Check> {
        let first = |wanted| {
            let named = |line: &&Line| line.finding.outcome() == wanted && line.finding != Finding::Unread;
            report.lines.iter().find(named).map(|line| line.check)
        };
        match self {
            Self::Valid => None,
            Self::Revoked | Self::Suspended => Some(Check::Revocation),
            Self::OtherRecipient => Some(Check::Recipient),
            Self::Expired | Self::NotYetValid => Some(Check::Dates),
            Self::EmptyPicture | Self::Unreadable => Some(Check::Form),
            Self::NotValid => first(Outcome::Failed),
            Self::CouldNotCheck => first(Outcome::CouldNotCheck),
        }
    }

    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Valid => "good",
            Self::Suspended
            | Self::OtherRecipient
            | Self::Expired
            | Self::NotYetValid
            | Self::EmptyPicture => "past",
            Self::Revoked | Self::Unreadable | Self::NotValid => "bad",
            Self::CouldNotCheck => "open",
        }
    }

    /// The sign that goes with the colour, so that colour alone never carries the meaning.
    pub(super) fn mark(self) -> &'static str {
        match self.class() {
            "good" => "✓",
            "past" => "!",
            "bad" => "×",
            _ => "?",
        }
    }

    pub(super) fn headline(self, language: Language) -> &'static str {
        match self {
            Self::Valid => language.say("有効なバッジです", "This badge is valid"),
            Self::Revoked => language.say("取り消されたバッジです", "This badge has been revoked"),
            Self::Suspended => {
                language.say("一時的に効力を止められているバッジです", "This badge is suspended for now")
            }
            Self::OtherRecipient => language
                .say("別のメールアドレスに授与されたバッジです", "This badge was awarded to another address"),
            Self::Expired => language.say("有効期限が過ぎたバッジです", "This badge has expired"),
            Self::NotYetValid => {
                language.say("有効期間がまだ始まっていないバッジです", "This badge is not in force yet")
            }
            Self::EmptyPicture => language
                .say("この画像にはバッジのデータがありません", "There is no badge inside this picture"),
            Self::Unreadable => language.say("バッジとして読み取れません", "This cannot be read as a badge"),
            Self::NotValid => language.say("正しいバッジと認められません", "This badge is not authentic"),
            Self::CouldNotCheck => {
                language.say("最後まで確認できませんでした", "We could not finish checking this badge")
            }
        }
    }

    /// The standing in a word, for a table.
    pub(super) fn word(self, language: Language) -> &'static str {
        match self {
            Self::Valid => language.say("有効", "Valid"),
            Self::Revoked => language.say("取り消し済み", "Revoked"),
            Self::Suspended => language.say("一時停止中", "Suspended"),
            Self::OtherRecipient => language.say("別のアドレス", "Another address"),
            Self::Expired => language.say("期限切れ", "Expired"),
            Self::NotYetValid => language.say("期間前", "Not in force yet"),
            Self::EmptyPicture => language.say("データなし", "No badge inside"),
            Self::Unreadable => language.say("読み取れず", "Unreadable"),
            Self::NotValid => language.say("認められず", "Not authentic"),
            Self::CouldNotCheck => language.say("確認できず", "Could not check"),
        }
    }

    /// Why it stands as it does, and what to do.
    pub(super) fn reason(self, report: &Report) -> Bilingual {
        let genuine = is_genuine(report);
        match self {
            Self::Valid => valid_reason(report),
            Self::Revoked => revoked_reason(report, genuine),
            Self::Suspended => said_of(
                genuine,
                "いまは一時的に効力が止められています。",
                "has suspended it for now.",
                both("一時的に効力を止めた記録があります。", "It is on record as suspended."),
            ),
            Self::OtherRecipient => {
                let check = "応募者が別のアドレスで受け取ったこともあります。どのアドレスで受け取ったかをお尋ねください。";
                let ask = "The applicant may have received it at another address: ask which one.";
                let words = said_of(
                    genuine,
                    "入力されたメールアドレスに授与されたものではありません。",
                    "awarded it to another mail address than the one given.",
                    both(
                        "入力されたメールアドレスに授与されたものではありません。",
                        "It was not awarded to the mail address given.",
                    ),
                );
                both(format!("{}{check}", words.ja), format!("{} {ask}", words.en))
            }
            Self::Expired => said_of(
                genuine,
                "有効期限を過ぎています。更新後の新しいバッジがないか、本人にお尋ねください。",
                "its validity has ended. Ask the holder whether there is a renewed badge.",
                both("有効期限を過ぎています。", "Its validity has ended."),
            ),
            Self::NotYetValid => said_of(
                genuine,
                "有効期間がまだ始まっていません。",
                "its validity has not begun.",
                both("有効期間がまだ始まっていません。", "Its validity has not begun."),
            ),
            Self::EmptyPicture => both(
                "このファイルからは何も確かめられません。写真アプリやチャットを通った画像では、データが失われることがあります。発行元から保存したままのファイルか、バッジのリンクを、本人にもらってください。",
                "Nothing can be checked from this file. Photo albums and chat programs may strip the badge from a picture. Ask the holder for the file as the issuer gave it, or for the link.",
            ),
            Self::Unreadable | Self::NotValid => {
                let why = self.main_reason(report);
                both(
                    format!("理由：{}。くわしくは下の表をご覧ください。", why.ja),
                    format!("Reason: {}. See the table below.", why.en),
                )
            }
            Self::CouldNotCheck => {
                let why = self.main_reason(report);
                both(
                    format!(
                        "理由：{}。正しいとも、正しくないとも言えません。時間をおいてもう一度確認するか、発行者に直接お問い合わせください。",
                        why.ja
                    ),
                    format!(
                        "Reason: {}. This says neither that it is right nor that it is wrong. Try again later, or ask the issuer.",
                        why.en
                    ),
                )
            }
        }
    }

    fn main_reason(self, report: &Report) -> Bilingual {
        match self.main_check(report) {
            Some(check) => brief(report.finding(check)),
            None => both("", ""),
        }
    }

    /// Every further line that failed or could not be checked, named with its reason.
    pub(super) fn further(self, report: &Report, wanted: Outcome, language: Language) -> Option<String> {
        let main = self.main_check(report);
        let named = |line: &&Line| {
            line.finding.outcome() == wanted && line.finding != Finding::Unread && Some(line.check) != main
        };
        let each = |line: &Line| {
            let (label, brief) = (label(line.check), brief(&line.finding));
            match language {
                Language::Japanese => format!("{}（{}）", label.ja, brief.ja),
                Language::English => format!("{} ({})", label.en, brief.en),
            }
        };
        let all: Vec<String> = report.lines.iter().filter(named).map(each).collect();
        (!all.is_empty()).then(|| all.join(language.say("、", ", ")))
    }

    /// All reasons in a few words, the main one first. Empty for a valid badge.
    pub(super) fn reasons(self, report: &Report) -> Bilingual {
        let main = self.main_check(report);
        let counts = |line: &&Line| {
            let outcome = line.finding.outcome();
            (outcome == Outcome::Failed || outcome == Outcome::CouldNotCheck)
                && line.finding != Finding::Unread
        };
        let first = report.lines.iter().filter(|line| Some(line.check) == main);
        let rest = report.lines.iter().filter(|line| Some(line.check) != main);
        let all: Vec<Bilingual> = first.chain(rest).filter(counts).map(|line| brief(&line.finding)).collect();
        let join = |pick: fn(&Bilingual) -> &str, mark| all.iter().map(pick).collect::<Vec<_>>().join(mark);
        both(join(|words| &words.ja, "、"), join(|words| &words.en, "; "))
    }
}

/// Why it was taken back is said here only of badges of this site: those are words that stand on a list of ours.
fn revoked_reason(report: &Report, genuine: bool) -> Bilingual {
    let mut words = said_of(
        genuine,
        "その後に取り消されました。現在は効力がありません。",
        "has since revoked it. It is no longer in force.",
        both(
            "取り消しの記録があります。現在は効力がありません。",
            "It is on record as revoked and no longer in force.",
        ),
    );
    if let Finding::Revoked { reason: Some(reason), .. } = report.finding(Check::Revocation)
        && let Reason { text, english: Some(english), ground: Some(_), since } = reason
    {
        let day = since.map(japan_date);
        let on = |language: Language| day.map(|day| language.date(day)).unwrap_or_default();
        words.ja = format!("{}理由：{text}（{}取り消し）。", words.ja, on(Language::Japanese));
        words.en = format!("{} Revoked {}: {english}.", words.en, on(Language::English));
    }
    words
}

fn valid_reason(report: &Report) -> Bilingual {
    let (mut ja, mut en) = if *report.finding(Check::Revocation) == Finding::NoRevocation {
        (
            "発行者が発行した内容のままで、有効期間内です。取り消しを知らせる仕組みはありません。".to_owned(),
            "It is as its issuer made it and within its validity. It names no way to revoke it.".to_owned(),
        )
    } else {
        (
            "発行者が発行した内容のままで、有効期間内にあり、取り消されていません。".to_owned(),
            "It is as its issuer made it, within its validity, and not revoked.".to_owned(),
        )
    };
    if *report.finding(Check::Recipient) == Finding::RecipientMatches {
        ja.push_str("入力されたメールアドレスに授与されたものです。");
        en.push_str(" It was awarded to the mail address given.");
    }
    both(ja, en)
}

/// Only what was found to be its issuer's is called genuine.
fn said_of(genuine: bool, ja: &str, en: &str, otherwise: Bilingual) -> Bilingual {
    if !genuine {
        return otherwise;
    }
    let joined = if en.starts_with("its ") { ", but " } else { " and " };
    both(
        format!("発行者が発行した本物のバッジですが、{ja}"),
        format!("Its issuer did issue this badge{joined}{en}"),
    )
}

/// Did form, signature, issuer and the issuer's copy all show that it is what its issuer made?
pub(super) fn is_genuine(report: &Report) -> bool {
    let outcome = |check| report.finding(check).outcome();
    outcome(Check::Form) == Outcome::Passed
        && outcome(Check::Issuer) == Outcome::Passed
        && [Check::Signature, Check::HostedCopy]
            .iter()
            .all(|check| matches!(outcome(*check), Outcome::Passed | Outcome::NotApplicable))
}

/// Who stands behind the badge, apart from what it says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Voucher {
    /// Whoever runs this host, or this part of it.
    Host(String),
    /// A key, and nothing says whose.
    Key,
    /// Nobody that was found.
    Nobody,
}

impl Voucher {
    pub(super) fn of(report: &Report) -> Self {
        if !is_genuine(report) {
            return Self::Nobody;
        }
        match report.finding(Check::Issuer) {
            Finding::KeyListed { issuer, .. }
                if ["did:key:", "did:jwk:"].iter().any(|method| issuer.starts_with(method)) =>
            {
                Self::Key
            }
            Finding::KeyListed { issuer, source } => {
                site(issuer).or_else(|| site(source)).map_or(Self::Nobody, Self::Host)
            }
            // Its whole host counts: the badge may stand beside the issuer.
            Finding::HostedByIssuer { host, .. } => Self::Host(plain(host, LONG_NAME)),
            _ => Self::Nobody,
        }
    }

    pub(super) fn told(&self, language: Language) -> String {
        match (self, language) {
            (Self::Host(host), Language::Japanese) => format!("{host} のサイトを管理する団体"),
            (Self::Host(host), Language::English) => format!("Whoever runs the site {host}"),
            (Self::Key, _) => language
                .say("なし（鍵の持ち主がだれかは示されていません）", "Nobody: nothing says who holds the key")
                .to_owned(),
            (Self::Nobody, _) => {
                language.say("なし（確かめられていません）", "Nobody: this was not established").to_owned()
            }
        }
    }
}

/// What part of an address is not shown as it is.
const NOT_PLAIN: &AsciiSet = &CONTROLS.add(b' ');

/// Where an issuer with a `did:web` identifier or an `https` address is found: its host, if that is written plainly, and
/// what tells it from others on the same host.
fn site(identifier: &str) -> Option<String> {
    let (rest, ends, dividers): (_, &[char], _) = match identifier.strip_prefix("did:web:") {
        Some(rest) => (rest, &[':', '/', '?'], ':'),
        None => (identifier.strip_prefix("https://")?, &['/', '?', '\\'], '\\'),
    };
    let rest = rest.split('#').next()?;
    let (host, part) = rest.split_at_checked(rest.find(ends).unwrap_or(rest.len()))?;
    let host = host.replace("%3A", ":").replace("%3a", ":").to_ascii_lowercase();
    let plain_letter = |letter: char| letter.is_ascii_alphanumeric() || "-._:".contains(letter);
    let part = part.replace(dividers, "/");
    let part = utf8_percent_encode(part.trim_end_matches('/'), NOT_PLAIN);
    (!host.is_empty() && host.len() <= 260 && host.chars().all(plain_letter))
        .then(|| plain(&format!("{host}{part}"), LONG_ADDRESS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_read_from_where_it_stands_and_nowhere_else() {
        let cases = [
            ("did:web:badges.example.jp", Some("badges.example.jp")),
            ("did:web:localhost%3A8911:issuers:1", Some("localhost:8911/issuers/1")),
            ("did:web:example.com#key-1", Some("example.com")),
            ("https://Example.com/Issuer?x", Some("example.com/Issuer?x")),
            ("https://example.com:8443", Some("example.com:8443")),
            ("https://example.com:8443/#key-1", Some("example.com:8443")),
            ("https://user.example.org/a", Some("user.example.org/a")),
            ("https://user.example.org/b/", Some("user.example.org/b")),
            ("https://user.example.org/例 \u{202e}", Some("user.example.org/%E4%BE%8B%20%E2%80%AE")),
            ("https://good.example@evil.example/", None),
            ("https://evil.example\\@good.example/", Some("evil.example/@good.example")),
            ("https://例え.jp/", None),
            ("http://example.com/", None),
            ("did:key:z6Mk", None),
            ("did:web:", None),
            ("", None),
        ];
        for (identifier, expected) in cases {
            assert_eq!(site(identifier).as_deref(), expected, "{identifier}");
        }
    }
}
