//! What was found.

use jiff::Timestamp;
pub use openbadges::verify::Verdict;

use crate::web::WebError;

/// In which form a badge was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// Open Badges 3.0 with a proof inside.
    EmbeddedProof,
    /// Open Badges 3.0 as a signed token (VC-JWT).
    Jwt,
    /// Open Badges 2.0, hosted by its issuer.
    Hosted,
}

/// What is checked, in the order of [`Report::lines`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Check {
    /// Is it a badge, with nothing unsigned in it?
    Form,
    /// Does the signature fit the content?
    Signature,
    /// Is the key one of the issuer's?
    Issuer,
    /// Is it within its time?
    Dates,
    /// Did the issuer take it back?
    Revocation,
    /// Does the issuer's server still say the same? (Open Badges 2.0)
    HostedCopy,
    /// Was it awarded to the address that was asked about?
    Recipient,
}

/// What one check came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It is as it must be.
    Passed,
    /// It is not.
    Failed,
    /// Nobody can say.
    CouldNotCheck,
    /// There is nothing to check.
    NotApplicable,
}

/// What one check found, with what was compared. Its [`Outcome`] follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    // Form
    /// Passed: a badge of this form; nothing in it is unsigned.
    Badge(Form),
    /// Failed: neither PNG, SVG, JSON nor token; or JSON that is none, doubled members, or too deep.
    NotReadable,
    /// Failed: longer than is read.
    TooLong,
    /// Failed: a picture without a badge in it. Phones and chat programs strip it.
    NoBadgeInPicture,
    /// Failed: JSON, but no badge: what is missing or wrong, such as `credentialSubject.achievement`.
    NotABadge(String),
    /// Failed: a member that no context defines, so that nobody signed it.
    Unsigned(String),
    /// Could not: a context, a feature or a version that is not known here.
    UnknownForm(String),
    /// Could not: checking it would take too much work.
    TooComplex,
    // Signature
    /// Passed.
    SignatureFits {
        /// Such as `eddsa-rdfc-2022` or `ES256`.
        suite: String,
        /// The key's address.
        key: String,
    },
    /// Failed: the content was changed, or signed with another key.
    SignatureDoesNotFit {
        /// As above.
        suite: String,
        /// As above.
        key: String,
    },
    /// Failed: nobody signed it.
    NotSigned,
    /// Failed: the proof breaks a rule of its suite, such as another purpose than `assertionMethod`.
    BadProof(String),
    /// Could not: a suite or an algorithm that is not known here.
    UnknownSuite(String),
    /// Could not: the key could not be had. The issuer's line says why.
    NoKey,
    /// Not applicable: a hosted badge is vouched for by where it is found.
    HostedNotSigned,
    // Issuer
    /// Passed: the issuer lists the key.
    KeyListed {
        /// The issuer's identifier.
        issuer: String,
        /// Where its keys were read: an address, or `did:key` itself.
        source: String,
    },
    /// Passed: assertion, badge class and profile stand where the issuer's profile allows.
    HostedByIssuer {
        /// The profile's address.
        issuer: String,
        /// The host that vouches.
        host: String,
    },
    /// Failed: the issuer does not list the key.
    KeyNotListed {
        /// As above.
        issuer: String,
        /// The key's address.
        key: String,
    },
    /// Failed: the key is someone else's.
    ForeignKey {
        /// As above.
        issuer: String,
        /// Whose key it is.
        controller: String,
    },
    /// Failed: the key's signatures are refused from then on.
    KeyRevoked {
        /// The key's address.
        key: String,
        /// Since when.
        since: Timestamp,
    },
    /// Failed: the documents of a hosted badge contradict each other, or stand elsewhere.
    NotHostedByIssuer(String),
    /// Could not: a kind of identifier or key that is not known here.
    UnknownIssuer(String),
    /// Could not: the issuer's document could not be had.
    IssuerUnavailable {
        /// Its address.
        url: String,
        /// Why.
        why: Unavailable,
    },
    // Dates
    /// Passed.
    InForce {
        /// From when on.
        from: Timestamp,
        /// Until when, if it ends.
        until: Option<Timestamp>,
    },
    /// Failed.
    NotYetValid(Timestamp),
    /// Failed.
    Expired(Timestamp),
    // Revocation
    /// Passed.
    NotRevoked {
        /// Where it was looked up.
        source: String,
        /// The place in the list, if it is one of places.
        index: Option<String>,
    },
    /// Failed.
    Revoked {
        /// Where it was looked up.
        source: String,
        /// The issuer's reason, if it gives one.
        reason: Option<Reason>,
    },
    /// Failed: suspended for a time.
    Suspended {
        /// Where it was looked up.
        source: String,
    },
    /// Not applicable: the badge names no way to revoke it.
    NoRevocation,
    /// Could not: a kind of status that is not known here.
    UnknownStatus(String),
    /// Could not.
    StatusUnavailable {
        /// The list's address.
        url: String,
        /// Why.
        why: Unavailable,
    },
    /// Could not: the list is not signed by the issuer, is out of date, or not a list.
    StatusUnreliable {
        /// The list's address.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    // HostedCopy
    /// Passed: the issuer's server says the same.
    SameAsHosted {
        /// Its address.
        url: String,
    },
    /// Failed: the issuer's server says something else.
    DiffersFromHosted {
        /// Its address.
        url: String,
    },
    /// Failed: the issuer's server says that it is gone (410, or 404 for a hosted badge).
    Gone {
        /// Its address.
        url: String,
    },
    /// Could not.
    HostedUnavailable {
        /// Its address.
        url: String,
        /// Why.
        why: Unavailable,
    },
    /// Not applicable: a signed badge needs no server.
    NeedsNoHost,
    // Recipient
    /// Passed.
    RecipientMatches,
    /// Failed: awarded to another address.
    RecipientDiffers,
    /// Could not: the badge names nobody by mail address.
    NoRecipient,
    /// Not applicable: nobody asked.
    NotAsked,
    // Any
    /// Could not: what comes before failed, so there was nothing to look at.
    Unread,
}

/// Why an issuer took a badge back, as it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// In its own words.
    pub text: String,
    /// The same in English, if it says so in two languages.
    pub english: Option<String>,
    /// The issuer's name for such reasons, for programs, if it has one.
    pub ground: Option<&'static str>,
    /// Since when, if it says so.
    pub since: Option<Timestamp>,
}

impl Reason {
    /// A reason of which nothing is known but its words.
    pub fn of(text: &str) -> Self {
        Self { text: text.to_owned(), english: None, ground: None, since: None }
    }
}

/// Why a document could not be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unavailable {
    /// No answer.
    Web(WebError),
    /// An answer with this status.
    Status(u16),
    /// An answer that is not the document.
    NotTheDocument(String),
}

impl Finding {
    /// What it comes to.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Badge(_)
            | Self::SignatureFits { .. }
            | Self::KeyListed { .. }
            | Self::HostedByIssuer { .. }
            | Self::InForce { .. }
            | Self::NotRevoked { .. }
            | Self::SameAsHosted { .. }
            | Self::RecipientMatches => Outcome::Passed,
            Self::NotReadable
            | Self::TooLong
            | Self::NoBadgeInPicture
            | Self::NotABadge(_)
            | Self::Unsigned(_)
            | Self::SignatureDoesNotFit { .. }
            | Self::NotSigned
            | Self::BadProof(_)
            | Self::KeyNotListed { .. }
            | Self::ForeignKey { .. }
            | Self::KeyRevoked { .. }
            | Self::NotHostedByIssuer(_)
            | Self::NotYetValid(_)
            | Self::Expired(_)
            | Self::Revoked { .. }
            | Self::Suspended { .. }
            | Self::DiffersFromHosted { .. }
            | Self::Gone { .. }
            | Self::RecipientDiffers => Outcome::Failed,
            Self::UnknownForm(_)
            | Self::TooComplex
            | Self::UnknownSuite(_)
            | Self::NoKey
            | Self::UnknownIssuer(_)
            | Self::IssuerUnavailable { .. }
            | Self::UnknownStatus(_)
            | Self::StatusUnavailable { .. }
            | Self::StatusUnreliable { .. }
            | Self::HostedUnavailable { .. }
            | Self::NoRecipient
            | Self::Unread => Outcome::CouldNotCheck,
            Self::HostedNotSigned | Self::NoRevocation | Self::NeedsNoHost | Self::NotAsked => {
                Outcome::NotApplicable
            }
        }
    }
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What was checked.
    pub check: Check,
    /// What was found.
    pub finding: Finding,
}

/// What the badge says. Unproven unless the verdict is valid.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// Its identifier.
    pub id: Option<String>,
    /// What it is called.
    pub name: String,
    /// What it attests.
    pub description: Option<String>,
    /// What has to be done to earn it.
    pub criteria: Option<String>,
    /// Where that can be read.
    pub criteria_url: Option<String>,
    /// The issuer's identifier.
    pub issuer_id: String,
    /// The issuer's name: what the badge says, which anyone may write.
    pub issuer_name: Option<String>,
    /// The name of the holder, if the badge says it in clear.
    pub recipient_name: Option<String>,
    /// When it was earned.
    pub awarded: Option<Timestamp>,
    /// From when on it is valid.
    pub from: Option<Timestamp>,
    /// Until when it is valid.
    pub until: Option<Timestamp>,
}

/// Every check with what it found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// All seven, in the order of [`Check`].
    pub lines: [Line; 7],
    /// What it says, if it could be read.
    pub claims: Option<Claims>,
    /// SHA-256 of the file as it was given.
    pub sha256: [u8; 32],
    /// When the checks were made.
    pub at: Timestamp,
}

impl Report {
    /// What follows from the checks: one that failed is enough for "not valid", and anything unchecked keeps it from "valid".
    pub fn verdict(&self) -> Verdict {
        let any = |wanted| self.lines.iter().any(|line| line.finding.outcome() == wanted);
        if any(Outcome::Failed) {
            Verdict::NotValid
        } else if any(Outcome::CouldNotCheck) {
            Verdict::CouldNotCheck
        } else {
            Verdict::Valid
        }
    }

    /// What a check found.
    pub fn finding(&self, check: Check) -> &Finding {
        let [form, signature, issuer, dates, revocation, hosted, recipient] = &self.lines;
        let line = match check {
            Check::Form => form,
            Check::Signature => signature,
            Check::Issuer => issuer,
            Check::Dates => dates,
            Check::Revocation => revocation,
            Check::HostedCopy => hosted,
            Check::Recipient => recipient,
        };
        &line.finding
    }
}
