//! Every finding there is.

use jiff::Timestamp;
use shomei_core::badge::Ground;
use verifier::report::{Finding, Form, Reason, Unavailable};
use verifier::web::WebError;

use crate::samples::verify::ground;

/// How many kinds of finding the verifier knows.
pub(crate) const KINDS: usize = 43;

/// Every finding, in every form that is worded in its own way. `text` is the detail of those that carry one.
pub(crate) fn all(text: &str) -> Vec<Finding> {
    let text = || text.to_owned();
    let time: Timestamp = "2026-03-31T14:59:59Z".parse().unwrap();
    let mut all = vec![
        Finding::Badge(Form::EmbeddedProof),
        Finding::Badge(Form::Jwt),
        Finding::Badge(Form::Hosted),
        Finding::NotReadable,
        Finding::TooLong,
        Finding::NoBadgeInPicture,
        Finding::NotABadge(text()),
        Finding::Unsigned(text()),
        Finding::UnknownForm(text()),
        Finding::TooComplex,
        Finding::SignatureFits { suite: text(), key: text() },
        Finding::SignatureDoesNotFit { suite: text(), key: text() },
        Finding::NotSigned,
        Finding::BadProof(text()),
        Finding::UnknownSuite(text()),
        Finding::NoKey,
        Finding::HostedNotSigned,
        Finding::KeyListed { issuer: text(), source: text() },
        Finding::KeyListed { issuer: format!("did:key:{}", text()), source: text() },
        Finding::HostedByIssuer { issuer: text(), host: text() },
        Finding::KeyNotListed { issuer: text(), key: text() },
        Finding::ForeignKey { issuer: text(), controller: text() },
        Finding::KeyRevoked { key: text(), since: time },
        Finding::NotHostedByIssuer(text()),
        Finding::UnknownIssuer(text()),
        Finding::InForce { from: time, until: None },
        Finding::InForce { from: time, until: Some(time) },
        Finding::NotYetValid(time),
        Finding::Expired(time),
        Finding::NotRevoked { source: text(), index: None },
        Finding::NotRevoked { source: text(), index: Some(text()) },
        Finding::Revoked { source: text(), reason: None },
        Finding::Revoked { source: text(), reason: Some(Reason::of(&text())) },
        Finding::Revoked { source: text(), reason: Some(ground(Ground::Misconduct)) },
        Finding::Suspended { source: text() },
        Finding::NoRevocation,
        Finding::UnknownStatus(text()),
        Finding::StatusUnreliable { url: text(), why: text() },
        Finding::SameAsHosted { url: text() },
        Finding::DiffersFromHosted { url: text() },
        Finding::Gone { url: text() },
        Finding::NeedsNoHost,
        Finding::RecipientMatches,
        Finding::RecipientDiffers,
        Finding::NoRecipient,
        Finding::NotAsked,
        Finding::Unread,
    ];
    for why in unavailable(&text()) {
        all.push(Finding::IssuerUnavailable { url: text(), why: why.clone() });
        all.push(Finding::StatusUnavailable { url: text(), why: why.clone() });
        all.push(Finding::HostedUnavailable { url: text(), why });
    }
    all
}

pub(crate) fn unavailable(detail: &str) -> Vec<Unavailable> {
    let web = [WebError::Off, WebError::Forbidden, WebError::NoAnswer, WebError::TooLong, WebError::TooMany];
    let mut all: Vec<Unavailable> = web.into_iter().map(Unavailable::Web).collect();
    all.push(Unavailable::Status(503));
    all.push(Unavailable::NotTheDocument(detail.to_owned()));
    all
}
