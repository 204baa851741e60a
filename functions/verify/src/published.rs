//! Documents for programs about the issuer and what can be earned, in both versions of the standard.

use lambda_http::http::StatusCode;
use openbadges::jwt::Jwk;
use serde::Serialize;
use serde_json::json;
use shomei_core::{
    achievement::{Achievement, PastWording},
    candidate::AchievementId,
    programme::Programme,
    verify::hosted,
};
use shomei_http::{Cache, Problem, Response};

use crate::SHORT;

/// The issuer's keys for badges.
pub(crate) fn did_document(programme: &Programme) -> Result<Response, Problem> {
    document("application/did+ld+json", &programme.did_document()?, SHORT)
}

/// The issuer's keys for tokens, as a set (RFC 7517, section 5).
pub(crate) fn token_keys(programme: &Programme) -> Result<Response, Problem> {
    let keys = programme
        .token_keys()
        .iter()
        .map(|key| Ok(key.public.jwk(&programme.token_key_url(&key.fragment)?)))
        .collect::<Result<Vec<Jwk>, Problem>>()?;
    document("application/jwk-set+json", &json!({ "keys": keys }), SHORT)
}

/// One of them, at the address that the header of a token names.
pub(crate) fn token_key(programme: &Programme, fragment: &str) -> Result<Response, Problem> {
    let key = programme.token_key(fragment).ok_or_else(Problem::not_found)?;
    document("application/jwk+json", &key.jwk(&programme.token_key_url(fragment)?), SHORT)
}

/// The issuer as a 3.0 profile.
pub(crate) fn issuer(programme: &Programme) -> Result<Response, Problem> {
    document(
        "application/json",
        &json!({
            "id": programme.did(),
            "type": ["Profile"],
            "name": programme.issuer_name.ja,
            "url": programme.issuer_url,
            "email": programme.contact,
        }),
        SHORT,
    )
}

/// The issuer as a 2.0 profile.
pub(crate) fn hosted_issuer(programme: &Programme) -> Result<Response, Problem> {
    document("application/ld+json", &hosted::issuer(programme)?, SHORT)
}

/// An achievement as 3.0 says it.
pub(crate) fn achievement(programme: &Programme, achievement: &Achievement) -> Result<Response, Problem> {
    let url = programme.achievement_url(&achievement.id);
    document(
        "application/json",
        &json!({
            "id": url,
            "type": ["Achievement"],
            "achievementType": "Certification",
            "name": achievement.name.ja,
            "description": achievement.description.ja,
            "criteria": { "id": format!("{url}#criteria"), "narrative": achievement.criteria.ja },
            "image": { "id": programme.artwork_url(&achievement.artwork), "type": "Image" },
            "inLanguage": "ja",
            "version": achievement.version.to_string(),
        }),
        SHORT,
    )
}

/// An achievement as a 2.0 badge class.
pub(crate) fn badge_class(programme: &Programme, achievement: &Achievement) -> Result<Response, Problem> {
    document("application/ld+json", &hosted::badge_class(programme, achievement)?, SHORT)
}

/// The achievement and the version in the address of a 2.0 badge class of one version: `pm-foundation.3.v2.json`.
pub(crate) fn version(document: &str) -> Option<(AchievementId, u32)> {
    let (id, version) = document.strip_suffix(".v2.json")?.split_once('.')?;
    let version = version.parse().ok().filter(|number: &u32| number.to_string() == version)?;
    Some((AchievementId::parse(id)?, version))
}

/// One version of an achievement as a 2.0 badge class.
pub(crate) fn badge_class_of_version(programme: &Programme, said: &PastWording) -> Result<Response, Problem> {
    document("application/ld+json", &hosted::badge_class_of_version(programme, said)?, SHORT)
}

/// A document, written.
pub(crate) fn document(
    media_type: &str,
    document: &impl Serialize,
    cache: Cache,
) -> Result<Response, Problem> {
    let text = serde_json::to_string(document).map_err(|_| Problem::internal())?;
    Ok(shomei_http::json(StatusCode::OK, media_type, text, cache))
}
