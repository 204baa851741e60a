//! Verdicts for programs. `schemas/verdict.json` describes them and is kept.

use jiff::Timestamp;
use openbadges::DateTime;
use serde::Serialize;
use verifier::report::{Finding, Line, Report, Unavailable, Verdict};

use super::claims::{LONG_ADDRESS, Said, plain};
use super::{Source, code, words};
use crate::Bilingual;

/// The answer about one badge as JSON: serialise it as it is.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VerdictDocument {
    verdict: &'static str,
    checked_at: String,
    #[serde(flatten)]
    found: Found,
}

#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
enum Found {
    Badge {
        sha256: String,
        checks: Vec<CheckDocument>,
        #[serde(skip_serializing_if = "Option::is_none")]
        claims: Option<Box<Said>>,
    },
    Nothing {
        message: Message,
        unavailable: Why,
    },
}

/// The verdict of a report, with every check and what the badge says.
pub fn verdict_json(report: &Report) -> VerdictDocument {
    VerdictDocument {
        verdict: report.verdict().name(),
        checked_at: DateTime::utc(report.at).as_str().to_owned(),
        found: Found::Badge {
            sha256: hex::encode(report.sha256),
            checks: report.lines.iter().map(CheckDocument::of).collect(),
            claims: report.claims.as_ref().map(|claims| Box::new(Said::of(claims))),
        },
    }
}

/// The verdict on a link that led to nothing that could be judged.
pub fn unavailable_json(why: &Unavailable, at: Timestamp) -> VerdictDocument {
    VerdictDocument {
        verdict: Verdict::CouldNotCheck.name(),
        checked_at: DateTime::utc(at).as_str().to_owned(),
        found: Found::Nothing { message: words::unavailable(why).into(), unavailable: Why::of(why) },
    }
}

/// The answer about a list or about several badges as JSON: serialise it as it is.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VerdictsDocument {
    checked_at: String,
    results: Vec<ResultDocument>,
}

/// One of several: what was given, and what the answer would be if it were alone.
#[derive(Debug, Clone, Serialize)]
struct ResultDocument {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    verdict: VerdictDocument,
}

/// Verdicts, each on what was given, in the order given.
pub fn verdicts_json(
    verdicts: impl IntoIterator<Item = (Source, VerdictDocument)>,
    at: Timestamp,
) -> VerdictsDocument {
    let result = |(source, verdict)| {
        let (file, link) = match source {
            Source::File(name) => (Some(name), None),
            Source::Link(url) => (None, Some(url)),
        };
        ResultDocument { file, link, verdict }
    };
    VerdictsDocument {
        checked_at: DateTime::utc(at).as_str().to_owned(),
        results: verdicts.into_iter().map(result).collect(),
    }
}

#[derive(Debug, Clone, Serialize)]
struct CheckDocument {
    check: &'static str,
    outcome: &'static str,
    code: &'static str,
    message: Message,
    #[serde(flatten)]
    data: Data,
}

#[derive(Debug, Clone, Serialize)]
struct Message {
    ja: String,
    en: String,
}

impl From<Bilingual> for Message {
    fn from(Bilingual { ja, en }: Bilingual) -> Self {
        Self { ja, en }
    }
}

/// What was compared. Each code has its own members.
#[derive(Debug, Clone, Default, Serialize)]
struct Data {
    #[serde(skip_serializing_if = "Option::is_none")]
    form: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suite: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    controller: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ground: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<Why>,
}

#[derive(Debug, Clone, Serialize)]
struct Why {
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

impl CheckDocument {
    fn of(line: &Line) -> Self {
        Self {
            check: code::check(line.check),
            outcome: code::outcome(line.finding.outcome()),
            code: code::finding(&line.finding),
            message: words::told(line).into(),
            data: Data::of(&line.finding),
        }
    }
}

impl Data {
    fn of(finding: &Finding) -> Self {
        let none = Self::default();
        match finding {
            Finding::Badge(form) => Self { form: Some(code::form(*form)), ..none },
            Finding::NotABadge(detail)
            | Finding::Unsigned(detail)
            | Finding::UnknownForm(detail)
            | Finding::BadProof(detail)
            | Finding::NotHostedByIssuer(detail)
            | Finding::UnknownIssuer(detail)
            | Finding::UnknownStatus(detail) => Self { detail: Some(cut(detail)), ..none },
            Finding::SignatureFits { suite, key } | Finding::SignatureDoesNotFit { suite, key } => {
                Self { suite: Some(cut(suite)), key: Some(cut(key)), ..none }
            }
            Finding::UnknownSuite(suite) => Self { suite: Some(cut(suite)), ..none },
            Finding::KeyListed { issuer, source } => {
                Self { issuer: Some(cut(issuer)), source: Some(cut(source)), ..none }
            }
            Finding::HostedByIssuer { issuer, host } => {
                Self { issuer: Some(cut(issuer)), host: Some(cut(host)), ..none }
            }
            Finding::KeyNotListed { issuer, key } => {
                Self { issuer: Some(cut(issuer)), key: Some(cut(key)), ..none }
            }
            Finding::ForeignKey { issuer, controller } => {
                Self { issuer: Some(cut(issuer)), controller: Some(cut(controller)), ..none }
            }
            Finding::KeyRevoked { key, since } => Self { key: Some(cut(key)), since: Some(*since), ..none },
            Finding::InForce { from, until } => Self { from: Some(*from), until: *until, ..none },
            Finding::NotYetValid(from) => Self { from: Some(*from), ..none },
            Finding::Expired(until) => Self { until: Some(*until), ..none },
            Finding::NotRevoked { source, index } => {
                Self { source: Some(cut(source)), index: index.as_deref().map(cut), ..none }
            }
            Finding::Revoked { source, reason } => Self {
                source: Some(cut(source)),
                reason: reason.as_ref().map(|reason| cut(&reason.text)),
                ground: reason.as_ref().and_then(|reason| reason.ground),
                since: reason.as_ref().and_then(|reason| reason.since),
                ..none
            },
            Finding::Suspended { source } => Self { source: Some(cut(source)), ..none },
            Finding::IssuerUnavailable { url, why }
            | Finding::StatusUnavailable { url, why }
            | Finding::HostedUnavailable { url, why } => {
                Self { url: Some(cut(url)), why: Some(Why::of(why)), ..none }
            }
            Finding::StatusUnreliable { url, why } => {
                Self { url: Some(cut(url)), detail: Some(cut(why)), ..none }
            }
            Finding::SameAsHosted { url } | Finding::DiffersFromHosted { url } | Finding::Gone { url } => {
                Self { url: Some(cut(url)), ..none }
            }
            Finding::NotReadable
            | Finding::TooLong
            | Finding::NoBadgeInPicture
            | Finding::TooComplex
            | Finding::NotSigned
            | Finding::NoKey
            | Finding::HostedNotSigned
            | Finding::NoRevocation
            | Finding::NeedsNoHost
            | Finding::RecipientMatches
            | Finding::RecipientDiffers
            | Finding::NoRecipient
            | Finding::NotAsked
            | Finding::Unread => none,
        }
    }
}

impl Why {
    fn of(why: &Unavailable) -> Self {
        let (status, detail) = match why {
            Unavailable::Web(_) => (None, None),
            Unavailable::Status(status) => (Some(*status), None),
            Unavailable::NotTheDocument(detail) => (None, Some(cut(detail))),
        };
        Self { code: code::unavailable(why), status, detail }
    }
}

fn cut(text: &str) -> String {
    plain(text, LONG_ADDRESS)
}
