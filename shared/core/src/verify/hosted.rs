//! The Open Badges 2.0 form of what is public, for tools that do not know 3.0. It exists exactly while the badge is public.

use openbadges::{
    Iri, Text,
    credential::{AchievementCredential, Criteria},
    proof::SignedDocument,
    v2::{self, Addresses, Assertion, BadgeClass, Issuer, RevokedAssertion},
};

use crate::{
    achievement::{Achievement, PastWording},
    badge::{GoneBadge, PublicBadge},
    programme::Programme,
    store::Failure,
};

/// The hosted assertion of a public badge: what its signed credential says, no more.
///
/// # Errors
/// [`Failure::NeedsPerson`] if the stored credential is not one of ours.
pub fn assertion(programme: &Programme, badge: &PublicBadge) -> Result<Assertion, Failure> {
    let signed = SignedDocument::<AchievementCredential>::parse(badge.signed.as_bytes())
        .map_err(|error| Failure::NeedsPerson(format!("badge {}: {error}", badge.id)))?;
    Ok(Assertion::of(
        &signed.document,
        Addresses {
            assertion: iri(programme.assertion_url(&badge.id))?,
            badge_class: iri(programme.badge_class_version_url(&badge.achievement, badge.wording.version))?,
            image: iri(programme.baked_url(&badge.id))?,
            credential: iri(programme.credential_url(&badge.id))?,
        },
    ))
}

/// What stands in place of the assertion of a badge that was public and is gone. With the ground, if the issuer revoked it.
///
/// # Errors
/// [`Failure::NeedsPerson`] if the programme's address is none.
pub fn revoked(programme: &Programme, gone: &GoneBadge) -> Result<RevokedAssertion, Failure> {
    let reason = gone.revoked.map(|revoked| text(&revoked.ground.words().ja)).transpose()?;
    Ok(RevokedAssertion::of(iri(programme.assertion_url(&gone.id))?, reason))
}

/// The badge class of an achievement, as it says of itself today: what a new badge would be of.
///
/// # Errors
/// [`Failure::NeedsPerson`] if a text cannot stand in a badge.
pub fn badge_class(programme: &Programme, achievement: &Achievement) -> Result<BadgeClass, Failure> {
    class(programme, programme.badge_class_url(&achievement.id), &PastWording::of(achievement))
}

/// The badge class of one version of an achievement: what a badge of that version is of, and stays.
///
/// # Errors
/// As [`badge_class`].
pub fn badge_class_of_version(programme: &Programme, said: &PastWording) -> Result<BadgeClass, Failure> {
    class(programme, programme.badge_class_version_url(&said.achievement, said.wording.version), said)
}

fn class(programme: &Programme, id: String, said: &PastWording) -> Result<BadgeClass, Failure> {
    let url = programme.achievement_url(&said.achievement);
    Ok(BadgeClass {
        context: v2::Context,
        r#type: v2::BadgeClassType,
        id: iri(id)?,
        name: text(&said.wording.name.ja)?,
        description: text(&said.wording.description.ja)?,
        image: iri(programme.artwork_url(&said.artwork))?,
        criteria: Criteria {
            id: iri(format!("{url}#criteria"))?,
            narrative: Some(text(&said.wording.criteria.ja)?),
        },
        issuer: iri(programme.hosted_issuer_url())?,
    })
}

/// The issuer.
///
/// # Errors
/// [`Failure::NeedsPerson`] if a text cannot stand in a badge.
pub fn issuer(programme: &Programme) -> Result<Issuer, Failure> {
    Ok(Issuer {
        context: v2::Context,
        r#type: v2::IssuerType,
        id: iri(programme.hosted_issuer_url())?,
        name: text(&programme.issuer_name.ja)?,
        url: iri(programme.issuer_url.clone())?,
        email: text(&programme.contact)?,
    })
}

fn iri(text: String) -> Result<Iri, Failure> {
    Iri::parse(text).map_err(|error| Failure::NeedsPerson(format!("an address does not fit: {error}")))
}

fn text(text: &str) -> Result<Text, Failure> {
    Text::parse(text).map_err(|error| Failure::NeedsPerson(format!("a text does not fit: {error}")))
}
