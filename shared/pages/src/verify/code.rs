//! The names that programs read. They stay as they are: `schemas/verdict.json` lists them.

use verifier::report::{Check, Finding, Form, Outcome, Unavailable};
use verifier::web::WebError;

pub(super) fn check(check: Check) -> &'static str {
    match check {
        Check::Form => "form",
        Check::Signature => "signature",
        Check::Issuer => "issuer",
        Check::Dates => "dates",
        Check::Revocation => "revocation",
        Check::HostedCopy => "hosted-copy",
        Check::Recipient => "recipient",
    }
}

pub(super) fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Failed => "failed",
        Outcome::CouldNotCheck => "could-not-check",
        Outcome::NotApplicable => "not-applicable",
    }
}

pub(super) fn form(form: Form) -> &'static str {
    match form {
        Form::EmbeddedProof => "embedded-proof",
        Form::Jwt => "jwt",
        Form::Hosted => "hosted",
    }
}

pub(super) fn unavailable(why: &Unavailable) -> &'static str {
    match why {
        Unavailable::Web(WebError::Off) => "off",
        Unavailable::Web(WebError::Forbidden) => "forbidden",
        Unavailable::Web(WebError::NoAnswer) => "no-answer",
        Unavailable::Web(WebError::TooLong) => "too-long",
        Unavailable::Web(WebError::TooMany) => "too-many",
        Unavailable::Status(_) => "status",
        Unavailable::NotTheDocument(_) => "not-the-document",
    }
}

pub(super) fn finding(finding: &Finding) -> &'static str {
    match finding {
        Finding::Badge(_) => "badge",
        Finding::NotReadable => "not-readable",
        Finding::TooLong => "too-long",
        Finding::NoBadgeInPicture => "no-badge-in-picture",
        Finding::NotABadge(_) => "not-a-badge",
        Finding::Unsigned(_) => "unsigned",
        Finding::UnknownForm(_) => "unknown-form",
        Finding::TooComplex => "too-complex",
        Finding::SignatureFits { .. } => "signature-fits",
        Finding::SignatureDoesNotFit { .. } => "signature-does-not-fit",
        Finding::NotSigned => "not-signed",
        Finding::BadProof(_) => "bad-proof",
        Finding::UnknownSuite(_) => "unknown-suite",
        Finding::NoKey => "no-key",
        Finding::HostedNotSigned => "hosted-not-signed",
        Finding::KeyListed { .. } => "key-listed",
        Finding::HostedByIssuer { .. } => "hosted-by-issuer",
        Finding::KeyNotListed { .. } => "key-not-listed",
        Finding::ForeignKey { .. } => "foreign-key",
        Finding::KeyRevoked { .. } => "key-revoked",
        Finding::NotHostedByIssuer(_) => "not-hosted-by-issuer",
        Finding::UnknownIssuer(_) => "unknown-issuer",
        Finding::IssuerUnavailable { .. } => "issuer-unavailable",
        Finding::InForce { .. } => "in-force",
        Finding::NotYetValid(_) => "not-yet-valid",
        Finding::Expired(_) => "expired",
        Finding::NotRevoked { .. } => "not-revoked",
        Finding::Revoked { .. } => "revoked",
        Finding::Suspended { .. } => "suspended",
        Finding::NoRevocation => "no-revocation",
        Finding::UnknownStatus(_) => "unknown-status",
        Finding::StatusUnavailable { .. } => "status-unavailable",
        Finding::StatusUnreliable { .. } => "status-unreliable",
        Finding::SameAsHosted { .. } => "same-as-hosted",
        Finding::DiffersFromHosted { .. } => "differs-from-hosted",
        Finding::Gone { .. } => "gone",
        Finding::HostedUnavailable { .. } => "hosted-unavailable",
        Finding::NeedsNoHost => "needs-no-host",
        Finding::RecipientMatches => "recipient-matches",
        Finding::RecipientDiffers => "recipient-differs",
        Finding::NoRecipient => "no-recipient",
        Finding::NotAsked => "not-asked",
        Finding::Unread => "unread",
    }
}
