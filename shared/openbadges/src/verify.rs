//! Verifying a badge: four checks, each with what it found, and a verdict that never says more than they do.

use jiff::Timestamp;

use crate::{
    DateTime, Iri,
    credential::{AchievementCredential, BitstringStatusListEntry},
    did::DidDocument,
    proof::SignedDocument,
    status::{StatusList, StatusListCredential},
};

/// The longest document that is read.
pub const MAX_BYTES: usize = 256 * 1024;

/// What is known of the status list that the badge names.
#[derive(Debug, Clone, Copy)]
pub enum StatusKnowledge<'a> {
    /// The list as it was published. Its own signature is checked.
    List(&'a [u8]),
    /// It could not be had. That is never "not revoked".
    Unavailable,
}

/// What one check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is as it must be.
    Passed,
    /// It is not.
    Failed(Reason),
    /// Nobody can say.
    CouldNotCheck(Reason),
    /// The badge has nothing to check here.
    NotApplicable,
}

/// Why a check did not pass.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The document is not a signed badge of the closed shape.
    #[error("not a signed Open Badges 3.0 credential: {0}")]
    Malformed(String),
    /// The document could not be read, so there was nothing to check.
    #[error("there was nothing to check")]
    Unread,
    /// The issuer lists no such key.
    #[error("the issuer does not list the key {0}")]
    UnknownKey(Iri),
    /// The key is someone else's.
    #[error("the key belongs to {controller}, not to the issuer {issuer}")]
    ForeignKey {
        /// Whose key it is.
        controller: Iri,
        /// Who the document says issued it.
        issuer: Iri,
    },
    /// The key's signatures are refused from then on, and the document was signed later.
    #[error("the key {key} is not trusted since {since}")]
    KeyRevoked {
        /// The key's address.
        key: Iri,
        /// From when on.
        since: Timestamp,
    },
    /// The content was changed, or signed with another key.
    #[error("the signature does not fit the content")]
    Signature,
    /// Its time has not come.
    #[error("valid only from {0}")]
    NotYetValid(Timestamp),
    /// Its time is over.
    #[error("expired at {0}")]
    Expired(Timestamp),
    /// The issuer revoked it.
    #[error("revoked by the issuer")]
    Revoked,
    /// The status list could not be had.
    #[error("the status list could not be had")]
    StatusUnavailable,
    /// The status list is not one that can be relied on.
    #[error("the status list cannot be relied on: {0}")]
    StatusUnreliable(String),
}

/// What is checked, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Check {
    /// Is it a signed badge, with nothing unsigned in it?
    Form,
    /// Did the issuer sign exactly this?
    Signature,
    /// Is it within its time?
    Dates,
    /// Did the issuer take it back?
    Revocation,
}

/// The three things that can be said of a badge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Every check that applies passed.
    Valid,
    /// A check failed.
    NotValid,
    /// No check failed, but one could not be made.
    CouldNotCheck,
}

impl Verdict {
    /// Its name, in kebab-case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::NotValid => "not-valid",
            Self::CouldNotCheck => "could-not-check",
        }
    }
}

/// Every check with what it found.
#[derive(Debug, Clone)]
pub struct Report {
    /// In the order of [`Check`].
    pub checks: [(Check, Outcome); 4],
    /// The badge, if its form passed.
    pub badge: Option<Box<SignedDocument<AchievementCredential>>>,
}

impl Report {
    /// What follows from the checks. One failed check is enough for "not valid"; anything unchecked keeps it from "valid".
    pub fn verdict(&self) -> Verdict {
        let any = |wanted: fn(&Outcome) -> bool| self.checks.iter().any(|(_, outcome)| wanted(outcome));
        if any(|outcome| matches!(outcome, Outcome::Failed(_))) {
            Verdict::NotValid
        } else if any(|outcome| matches!(outcome, Outcome::CouldNotCheck(_))) {
            Verdict::CouldNotCheck
        } else {
            Verdict::Valid
        }
    }

    /// What a check found.
    pub fn outcome(&self, check: Check) -> &Outcome {
        let [(_, form), (_, signature), (_, dates), (_, revocation)] = &self.checks;
        match check {
            Check::Form => form,
            Check::Signature => signature,
            Check::Dates => dates,
            Check::Revocation => revocation,
        }
    }
}

/// Checks a signed badge against the issuer's keys, a moment and its status list.
pub fn verify_credential(
    text: &[u8],
    issuer: &DidDocument,
    at: Timestamp,
    status: StatusKnowledge<'_>,
) -> Report {
    let unread = || Outcome::CouldNotCheck(Reason::Unread);
    let badge = match read::<AchievementCredential>(text) {
        Ok(badge) => badge,
        Err(reason) => {
            return Report {
                checks: [
                    (Check::Form, Outcome::Failed(reason)),
                    (Check::Signature, unread()),
                    (Check::Dates, unread()),
                    (Check::Revocation, unread()),
                ],
                badge: None,
            };
        }
    };
    let document = &badge.document;
    let checks = [
        (Check::Form, Outcome::Passed),
        (Check::Signature, outcome(check_signature(&badge, issuer))),
        (
            Check::Dates,
            outcome(check_dates(
                document.valid_from.timestamp(),
                document.valid_until.as_ref().map(DateTime::timestamp),
                at,
            )),
        ),
        (
            Check::Revocation,
            match &document.credential_status {
                None => Outcome::NotApplicable,
                Some(entry) => check_revocation(entry, document, issuer, at, status),
            },
        ),
    ];
    Report { checks, badge: Some(Box::new(badge)) }
}

fn outcome(found: Result<(), Reason>) -> Outcome {
    match found {
        Ok(()) => Outcome::Passed,
        Err(reason) => Outcome::Failed(reason),
    }
}

fn read<D: crate::Document>(text: &[u8]) -> Result<SignedDocument<D>, Reason> {
    if text.len() > MAX_BYTES {
        return Err(Reason::Malformed(format!("longer than {MAX_BYTES} bytes")));
    }
    // serde_json's message names members and places, and quotes at most a value of the document itself.
    SignedDocument::parse(text).map_err(|error| Reason::Malformed(error.to_string()))
}

fn check_signature<D: crate::Document>(
    signed: &SignedDocument<D>,
    issuer: &DidDocument,
) -> Result<(), Reason> {
    let address = &signed.proof.verification_method;
    let key = issuer.assertion_key(address).ok_or_else(|| Reason::UnknownKey(address.clone()))?;
    // Anyone may write any controller into a document of their own: the document must be the issuer's, too.
    for owner in [&key.controller, &issuer.id] {
        if owner != signed.document.issuer() {
            return Err(Reason::ForeignKey {
                controller: owner.clone(),
                issuer: signed.document.issuer().clone(),
            });
        }
    }
    signed.verify(&key.public_key_multibase.0).map_err(|_| Reason::Signature)?;
    // The time is the signer's own word: the issuer's mark must lie before anyone else had the key.
    match key.revoked.as_ref().map(DateTime::timestamp) {
        Some(since) if signed.proof.created.timestamp() >= since => {
            Err(Reason::KeyRevoked { key: address.clone(), since })
        }
        _ => Ok(()),
    }
}

fn check_dates(from: Timestamp, until: Option<Timestamp>, at: Timestamp) -> Result<(), Reason> {
    if at < from {
        return Err(Reason::NotYetValid(from));
    }
    // The last second named is still within: `validUntil` is written in whole seconds.
    match until {
        Some(until) if at.as_second() > until.as_second() => Err(Reason::Expired(until)),
        _ => Ok(()),
    }
}

fn check_revocation(
    entry: &BitstringStatusListEntry,
    badge: &AchievementCredential,
    issuer: &DidDocument,
    at: Timestamp,
    status: StatusKnowledge<'_>,
) -> Outcome {
    let StatusKnowledge::List(text) = status else {
        return Outcome::CouldNotCheck(Reason::StatusUnavailable);
    };
    match read_list(entry, badge, issuer, at, text) {
        Err(why) => Outcome::CouldNotCheck(Reason::StatusUnreliable(why)),
        Ok(list) if list.contains(entry.status_list_index) => Outcome::Failed(Reason::Revoked),
        Ok(_) => Outcome::Passed,
    }
}

/// The bits, if the list is the one that the badge names, by the same issuer, well signed and in its time.
fn read_list(
    entry: &BitstringStatusListEntry,
    badge: &AchievementCredential,
    issuer: &DidDocument,
    at: Timestamp,
    text: &[u8],
) -> Result<StatusList, String> {
    let signed = read::<StatusListCredential>(text).map_err(|reason| reason.to_string())?;
    let list = &signed.document;
    if list.id != entry.status_list_credential {
        return Err(format!("it is the list {}", list.id));
    }
    if list.issuer != badge.issuer.id {
        return Err(format!("it was issued by {}", list.issuer));
    }
    check_signature(&signed, issuer).map_err(|reason| reason.to_string())?;
    let until = list.valid_until.as_ref().map(DateTime::timestamp);
    check_dates(list.valid_from.timestamp(), until, at).map_err(|reason| reason.to_string())?;
    StatusList::decode(list.credential_subject.encoded_list.as_str()).map_err(|error| error.to_string())
}
