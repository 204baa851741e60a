//! Which check comes to which finding.

use verifier::report::{Check, Finding};

/// The checks that can come to a finding. A finding that is new to the verifier does not compile here until it is
/// named; then the laws ask for its words and its code.
pub(crate) fn checks_of(finding: &Finding) -> Vec<Check> {
    let check = match finding {
        Finding::Badge(_)
        | Finding::NotReadable
        | Finding::TooLong
        | Finding::NoBadgeInPicture
        | Finding::NotABadge(_)
        | Finding::Unsigned(_)
        | Finding::UnknownForm(_)
        | Finding::TooComplex => Check::Form,
        Finding::SignatureFits { .. }
        | Finding::SignatureDoesNotFit { .. }
        | Finding::NotSigned
        | Finding::BadProof(_)
        | Finding::UnknownSuite(_)
        | Finding::NoKey
        | Finding::HostedNotSigned => Check::Signature,
        Finding::KeyListed { .. }
        | Finding::HostedByIssuer { .. }
        | Finding::KeyNotListed { .. }
        | Finding::ForeignKey { .. }
        | Finding::KeyRevoked { .. }
        | Finding::NotHostedByIssuer(_)
        | Finding::UnknownIssuer(_)
        | Finding::IssuerUnavailable { .. } => Check::Issuer,
        Finding::InForce { .. } | Finding::NotYetValid(_) | Finding::Expired(_) => Check::Dates,
        Finding::NotRevoked { .. }
        | Finding::Revoked { .. }
        | Finding::Suspended { .. }
        | Finding::NoRevocation
        | Finding::UnknownStatus(_)
        | Finding::StatusUnavailable { .. }
        | Finding::StatusUnreliable { .. } => Check::Revocation,
        Finding::SameAsHosted { .. }
        | Finding::DiffersFromHosted { .. }
        | Finding::Gone { .. }
        | Finding::HostedUnavailable { .. }
        | Finding::NeedsNoHost => Check::HostedCopy,
        Finding::RecipientMatches | Finding::RecipientDiffers | Finding::NoRecipient | Finding::NotAsked => {
            Check::Recipient
        }
        Finding::Unread => {
            return vec![
                Check::Signature,
                Check::Issuer,
                Check::Dates,
                Check::Revocation,
                Check::HostedCopy,
                Check::Recipient,
            ];
        }
    };
    vec![check]
}
