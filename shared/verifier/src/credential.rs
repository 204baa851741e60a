//! What an Open Badges 3.0 credential says, whichever way it is signed.

use openbadges::credential::AchievementCredential;
use serde_json::Value;

use crate::{
    dates::{Term, moment},
    json::{identifier, items, member, names, one, text},
    recipient::Identity,
    report::{Claims, Finding},
    status::{self, Entry},
};

/// The contexts of VC Data Model 1.1 and 2.0. One of them must come first.
const CREDENTIAL_CONTEXTS: [&str; 2] =
    ["https://www.w3.org/2018/credentials/v1", "https://www.w3.org/ns/credentials/v2"];

/// The contexts of Open Badges 3.0.
const BADGE_CONTEXTS: [&str; 4] = [
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context.json",
];

/// Further contexts that a badge may name. None of them gives a term of the others another meaning, or a second name:
/// a member could hide under that, and the signature would still fit.
const FURTHER_CONTEXTS: [&str; 5] = [
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
    "https://w3id.org/security/data-integrity/v1",
    "https://w3id.org/security/data-integrity/v2",
    "https://w3id.org/security/suites/ed25519-2020/v1",
    "https://w3id.org/security/multikey/v1",
];

pub(crate) fn is_known_context(context: &str) -> bool {
    CREDENTIAL_CONTEXTS.contains(&context)
        || BADGE_CONTEXTS.contains(&context)
        || FURTHER_CONTEXTS.contains(&context)
}

/// Whether it is meant as a verifiable credential.
pub(crate) fn is_credential(document: &Value) -> bool {
    names(document, "type", "VerifiableCredential")
        || items(document.get("@context"))
            .iter()
            .filter_map(Value::as_str)
            .any(|context| CREDENTIAL_CONTEXTS.contains(&context))
}

/// What a credential says.
#[derive(Debug)]
pub(crate) struct Credential {
    pub(crate) claims: Claims,
    /// Empty if it names none.
    pub(crate) issuer: String,
    /// `None` if it has no readable beginning or end.
    pub(crate) term: Option<Term>,
    pub(crate) identities: Vec<Identity>,
    pub(crate) statuses: Vec<Entry>,
    /// What keeps it from being a badge.
    pub(crate) problem: Option<Finding>,
}

impl Credential {
    /// From the closed shape.
    pub(crate) fn of_closed(badge: &AchievementCredential) -> Self {
        let achievement = &badge.credential_subject.achievement;
        let [identity] = &badge.credential_subject.identifier;
        let term = Term {
            from: badge.valid_from.timestamp(),
            until: badge.valid_until.as_ref().map(openbadges::DateTime::timestamp),
        };
        let claims = Claims {
            id: Some(badge.id.as_str().to_owned()),
            name: achievement.name.as_str().to_owned(),
            description: Some(achievement.description.as_str().to_owned()),
            criteria: achievement.criteria.narrative.as_ref().map(|text| text.as_str().to_owned()),
            criteria_url: Some(achievement.criteria.id.as_str().to_owned()),
            issuer_id: badge.issuer.id.as_str().to_owned(),
            issuer_name: Some(badge.issuer.name.as_str().to_owned()),
            recipient_name: None,
            awarded: badge.awarded_date.as_ref().map(openbadges::DateTime::timestamp),
            from: Some(term.from),
            until: term.until,
        };
        Self {
            issuer: claims.issuer_id.clone(),
            claims,
            term: Some(term),
            identities: vec![Identity::Closed(Box::new(identity.clone()))],
            statuses: badge.credential_status.iter().map(Entry::of_closed).collect(),
            problem: None,
        }
    }

    /// From any shape.
    pub(crate) fn of(document: &Value) -> Self {
        let nothing = Value::Null;
        let issuer = member(document, "issuer");
        let issuer_id = issuer.and_then(identifier).unwrap_or_default().to_owned();
        let subject = one(document, "credentialSubject").unwrap_or(&nothing);
        let achievement = one(subject, "achievement").unwrap_or(&nothing);
        let criteria = one(achievement, "criteria").unwrap_or(&nothing);
        let term = term(document);
        let claims = Claims {
            id: text(document, "id").map(str::to_owned),
            name: words(achievement, "name").unwrap_or_default(),
            description: words(achievement, "description"),
            criteria: words(criteria, "narrative"),
            criteria_url: identifier(criteria).map(str::to_owned),
            issuer_id: issuer_id.clone(),
            issuer_name: issuer.and_then(|issuer| words(issuer, "name")),
            recipient_name: recipient_name(subject),
            awarded: text(document, "awardedDate").and_then(moment),
            from: term.as_ref().ok().map(|term| term.from),
            until: term.as_ref().ok().and_then(|term| term.until),
        };
        Self {
            problem: problem(document).or_else(|| term.as_ref().err().map(|name| not_a_badge(name))),
            claims,
            issuer: issuer_id,
            term: term.ok(),
            identities: Identity::of_subject(subject),
            statuses: status::entries(document),
        }
    }
}

fn not_a_badge(path: &str) -> Finding {
    Finding::NotABadge(path.to_owned())
}

/// A text, or one with its language (VC Data Model 2.0, section 11.1).
fn words(value: &Value, name: &str) -> Option<String> {
    let member = member(value, name)?;
    member.as_str().or_else(|| text(member, "@value")).map(str::to_owned)
}

fn recipient_name(subject: &Value) -> Option<String> {
    let in_clear = |object: &&Value| {
        text(object, "identityType") == Some("name") && object.get("hashed") != Some(&Value::Bool(true))
    };
    items(subject.get("identifier"))
        .iter()
        .find(in_clear)
        .and_then(|object| text(object, "identityHash"))
        .map(str::to_owned)
}

/// The time of a credential, by the members of both versions. What both say must hold.
pub(crate) fn term(document: &Value) -> Result<Term, &'static str> {
    let date = |name: &'static str| match member(document, name) {
        None => Ok(None),
        Some(value) => value.as_str().and_then(moment).map(Some).ok_or(name),
    };
    let begins = [date("validFrom")?, date("issuanceDate")?];
    let ends = [date("validUntil")?, date("expirationDate")?];
    let from = begins.into_iter().flatten().max().ok_or("validFrom")?;
    Ok(Term { from, until: ends.into_iter().flatten().min() })
}

/// The first thing that an Open Badges 3.0 credential must have and this one has not (Open Badges 3.0, appendix "Data
/// models").
fn problem(document: &Value) -> Option<Finding> {
    let contexts = items(document.get("@context"));
    let is = |context: Option<&Value>, known: &[&str]| {
        context.and_then(Value::as_str).is_some_and(|context| known.contains(&context))
    };
    if !is(contexts.first(), &CREDENTIAL_CONTEXTS) {
        return Some(not_a_badge("@context"));
    }
    if names(document, "type", "VerifiablePresentation") {
        return Some(Finding::UnknownForm("VerifiablePresentation".to_owned()));
    }
    if !names(document, "type", "VerifiableCredential")
        || !(names(document, "type", "OpenBadgeCredential")
            || names(document, "type", "AchievementCredential"))
    {
        return Some(not_a_badge("type"));
    }
    if !contexts.iter().any(|context| is(Some(context), &BADGE_CONTEXTS)) {
        let other = contexts.iter().skip(1).filter_map(Value::as_str).find(|other| !is_known_context(other));
        return Some(
            other.map_or_else(|| not_a_badge("@context"), |other| Finding::UnknownForm(other.to_owned())),
        );
    }
    let subjects = items(document.get("credentialSubject"));
    if subjects.len() > 1 {
        return Some(Finding::UnknownForm("credentialSubject[1]".to_owned()));
    }
    missing(document, subjects.first().unwrap_or(&Value::Null)).map(|path| not_a_badge(&path))
}

fn missing(document: &Value, subject: &Value) -> Option<String> {
    let has_id = |value: &Value| text(value, "id").is_some_and(|id| !id.is_empty());
    if !has_id(document) {
        return Some("id".to_owned());
    }
    match member(document, "issuer") {
        Some(Value::String(id)) if !id.is_empty() => {}
        Some(issuer) if issuer.is_object() && has_id(issuer) => {
            if !names(issuer, "type", "Profile") {
                return Some("issuer.type".to_owned());
            }
        }
        _ => return Some("issuer.id".to_owned()),
    }
    if !names(subject, "type", "AchievementSubject") {
        return Some("credentialSubject.type".to_owned());
    }
    // Nobody would be meant.
    if !has_id(subject) && items(subject.get("identifier")).is_empty() {
        return Some("credentialSubject.id".to_owned());
    }
    let place = |name: &str| Some(format!("credentialSubject.achievement{name}"));
    let Some(achievement) = one(subject, "achievement").filter(|value| value.is_object()) else {
        return place("");
    };
    if !has_id(achievement) {
        return place(".id");
    }
    if !names(achievement, "type", "Achievement") {
        return place(".type");
    }
    for name in ["name", "description"] {
        if words(achievement, name).is_none_or(|words| words.trim().is_empty()) {
            return place(&format!(".{name}"));
        }
    }
    let criteria = one(achievement, "criteria")
        .filter(|criteria| identifier(criteria).is_some() || words(criteria, "narrative").is_some());
    if criteria.is_none() {
        return place(".criteria");
    }
    None
}
