//! Building the credential: which fact of the programme stands where in an Open Badge 3.0.

use jiff::Timestamp;
use openbadges::{
    DateTime, Iri, Text,
    credential::{
        Achievement as SignedAchievement, AchievementCredential, AchievementKind, AchievementSubject,
        AchievementSubjectType, AchievementType, BitstringStatusListEntry, CredentialContext,
        CredentialSchema, CredentialType, Criteria, Image, ImageType, Profile, ProfileType, Revocation,
        StatusEntryType,
    },
    identity::{IdentityObject, Salt},
    proof::ProofOptions,
    status::StatusIndex,
};

use super::Signing;
use crate::{
    achievement::Achievement,
    badge::{BadgeId, Preparation},
    calendar,
    candidate::{CandidateDetails, IssueRefusal},
    status::StatusListId,
    store::{self, Failure},
};

/// Why a preparation could not be made.
pub(crate) enum NotPrepared {
    /// This candidate gets no badge.
    Refused(IssueRefusal),
    /// Repeat, or a person has to look.
    Failed(Failure),
}

/// Freezes everything a candidate's badge will be signed with.
pub(crate) fn prepare(
    ports: Signing<'_>,
    details: &CandidateDetails,
    achievement: Option<&Achievement>,
    list: StatusListId,
    index: StatusIndex,
    now: Timestamp,
) -> Result<Preparation, NotPrepared> {
    let achievement = achievement.ok_or(NotPrepared::Refused(IssueRefusal::AchievementUnknown))?;
    if details.date < achievement.first_eligible {
        return Err(NotPrepared::Refused(IssueRefusal::BeforeProgramme));
    }
    let valid_until = achievement
        .validity_months
        .map(|months| calendar::validity_end(details.date, months))
        .transpose()
        .map_err(|_| NotPrepared::Refused(IssueRefusal::NotExpressible))?;
    if valid_until.is_some_and(|end| end < now) {
        return Err(NotPrepared::Refused(IssueRefusal::AlreadyExpired));
    }
    freeze(ports, &Parts { details, achievement, list, index, valid_until, now })
}

/// Freezes everything that a badge for an occasion is signed with whose badge is gone: with the validity that it had.
pub(crate) fn prepare_again(
    ports: Signing<'_>,
    details: &CandidateDetails,
    achievement: Option<&Achievement>,
    (list, index): (StatusListId, StatusIndex),
    valid_until: Option<Timestamp>,
    now: Timestamp,
) -> Result<Preparation, NotPrepared> {
    let achievement = achievement.ok_or(NotPrepared::Refused(IssueRefusal::AchievementUnknown))?;
    if valid_until.is_some_and(|end| end < now) {
        return Err(NotPrepared::Refused(IssueRefusal::AlreadyExpired));
    }
    freeze(ports, &Parts { details, achievement, list, index, valid_until, now })
}

fn freeze(ports: Signing<'_>, of: &Parts<'_>) -> Result<Preparation, NotPrepared> {
    let Parts { achievement, list, index, now, .. } = of;
    let badge = BadgeId::random(ports.entropy);
    let credential = credential(ports, of, &badge)?;
    let proof = proof(ports, *now).map_err(NotPrepared::Failed)?;
    let key = ports.signer.fragment().to_owned();
    Ok(Preparation {
        badge,
        list: list.clone(),
        index: *index,
        artwork: achievement.artwork.clone(),
        wording: achievement.wording(),
        credential,
        proof,
        key,
    })
}

/// The key that signs now, and the time.
pub(crate) fn proof(ports: Signing<'_>, now: Timestamp) -> Result<ProofOptions, Failure> {
    let verification_method = Iri::parse(ports.programme.key_url(ports.signer.fragment()))
        .map_err(|error| Failure::NeedsPerson(format!("the key's name: {error}")))?;
    Ok(ProofOptions { verification_method, created: utc(now) })
}

struct Parts<'a> {
    details: &'a CandidateDetails,
    achievement: &'a Achievement,
    list: StatusListId,
    index: StatusIndex,
    valid_until: Option<Timestamp>,
    now: Timestamp,
}

fn credential(
    ports: Signing<'_>,
    of: &Parts<'_>,
    badge: &BadgeId,
) -> Result<AchievementCredential, NotPrepared> {
    let programme = ports.programme;
    let list_url = programme.status_url(&of.list);
    let mut salt = [0; 16];
    ports.entropy.fill(&mut salt);
    Ok(AchievementCredential {
        context: CredentialContext,
        id: iri(programme.badge_url(badge))?,
        r#type: CredentialType,
        name: text(&of.achievement.name.ja)?,
        description: None,
        issuer: Profile {
            id: programme.did().clone(),
            r#type: ProfileType,
            name: own_text(&programme.issuer_name.ja)?,
            url: Some(iri(programme.issuer_url.clone())?),
            email: Some(own_text(&programme.contact)?),
            description: None,
            image: None,
        },
        valid_from: utc(of.now),
        valid_until: of.valid_until.map(japan_time),
        awarded_date: Some(japan_time(calendar::start_of(of.details.date))),
        credential_subject: AchievementSubject {
            id: iri(store::random_uuid(ports.entropy).urn().to_string())?,
            r#type: AchievementSubjectType,
            identifier: [IdentityObject::address(
                &of.details.address.comparison_key(),
                Salt::from_bytes(salt),
            )],
            achievement: achievement(ports, of.achievement)?,
        },
        credential_status: Some(BitstringStatusListEntry {
            id: iri(format!("{list_url}#{}", of.index))?,
            r#type: StatusEntryType,
            status_purpose: Revocation,
            status_list_index: of.index,
            status_list_credential: iri(list_url)?,
        }),
        credential_schema: [CredentialSchema::default()],
        evidence: Vec::new(),
    })
}

fn achievement(ports: Signing<'_>, achievement: &Achievement) -> Result<SignedAchievement, NotPrepared> {
    let url = ports.programme.achievement_url(&achievement.id);
    Ok(SignedAchievement {
        criteria: Criteria {
            id: iri(format!("{url}#criteria"))?,
            narrative: Some(text(&achievement.criteria.ja)?),
        },
        id: iri(url)?,
        r#type: AchievementKind,
        name: text(&achievement.name.ja)?,
        description: text(&achievement.description.ja)?,
        image: Some(Image { id: iri(ports.programme.artwork_url(&achievement.artwork))?, r#type: ImageType }),
        achievement_type: Some(AchievementType::Certification),
        in_language: Some(own_text("ja")?),
        tag: Vec::new(),
    })
}

/// Addresses are the programme's own: one that does not fit is no fault of a candidate.
fn iri(value: String) -> Result<Iri, NotPrepared> {
    Iri::parse(value).map_err(|error| own_fault(&error))
}

/// As [`iri`].
fn own_text(value: &str) -> Result<Text, NotPrepared> {
    Text::parse(value).map_err(|error| own_fault(&error))
}

fn own_fault(error: &dyn std::fmt::Display) -> NotPrepared {
    NotPrepared::Failed(Failure::NeedsPerson(format!("the programme's settings cannot be signed: {error}")))
}

/// What staff wrote of the achievement.
fn text(value: &str) -> Result<Text, NotPrepared> {
    Text::parse(value).map_err(|_| NotPrepared::Refused(IssueRefusal::NotExpressible))
}

/// Machine times are signed in UTC.
fn utc(at: Timestamp) -> DateTime {
    DateTime::utc(at)
}

/// Calendar dates are signed in Japan time, so that the day reads as the body meant it.
fn japan_time(at: Timestamp) -> DateTime {
    DateTime::with_offset(at, calendar::JAPAN)
}
