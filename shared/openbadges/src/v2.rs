//! Open Badges 2.0, hosted: the same badge for tools that do not know 3.0 yet (Open Badges 2.0, sections "Assertion",
//! "`BadgeClass`", "Profile", "`HostedBadge` verification").
//!
//! Nothing here is signed. What vouches for these documents is where they are found: each stands at its own `id`, on the issuer's
//! origin, exactly while the badge is public.

use serde::{Deserialize, Serialize};

use crate::{
    DateTime, Iri, Text,
    credential::{AchievementCredential, Criteria},
    identity::{IdentityHash, Salt},
    marker::markers,
    shape::{object, present},
};

markers! {
    /// The context of Open Badges 2.0.
    Context = "https://w3id.org/openbadges/v2";
    /// The type of an assertion.
    AssertionType = "Assertion";
    /// The type of an achievement.
    BadgeClassType = "BadgeClass";
    /// The type of an issuer.
    IssuerType = "Issuer";
    /// The type of a reference to a 3.0 credential.
    CredentialTypes = ["Assertion", "https://www.w3.org/2018/credentials#VerifiableCredential"];
    /// How the recipient is named.
    Email = "email";
    /// The address is hashed.
    Hashed = true;
    /// It is verified by where it is found.
    HostedBadge = "HostedBadge";
    /// It was taken back.
    Revoked = true;
}

/// That a recipient earned a badge class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Assertion {
    /// Fixed.
    #[serde(rename = "@context")]
    pub context: Context,
    /// Fixed.
    pub r#type: AssertionType,
    /// Where it is found.
    pub id: Iri,
    /// Whose it is, for whoever already knows the address.
    #[serde(deserialize_with = "object")]
    pub recipient: Recipient,
    /// The badge class.
    pub badge: Iri,
    /// Fixed.
    #[serde(deserialize_with = "object")]
    pub verification: Verification,
    /// When it was earned.
    pub issued_on: DateTime,
    /// Until when it is valid, if it ends.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub expires: Option<DateTime>,
    /// The picture with this assertion baked in.
    pub image: Iri,
    /// The same badge as a signed 3.0 credential.
    #[serde(deserialize_with = "object")]
    pub related: Related,
}

/// Whose a badge is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipient {
    /// Fixed.
    pub r#type: Email,
    /// Fixed.
    pub hashed: Hashed,
    /// As in the 3.0 credential: the two versions hash alike.
    pub identity: IdentityHash,
    /// As in the 3.0 credential.
    pub salt: Salt,
}

/// How it is verified.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verification {
    /// Fixed.
    pub r#type: HostedBadge,
}

/// A reference to the 3.0 credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Related {
    /// Fixed.
    pub r#type: CredentialTypes,
    /// Its address.
    pub id: Iri,
}

/// Where the parts of a hosted badge stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    /// The assertion itself.
    pub assertion: Iri,
    /// The badge class.
    pub badge_class: Iri,
    /// The baked picture.
    pub image: Iri,
    /// The 3.0 credential as JSON, whatever the request prefers.
    pub credential: Iri,
}

impl Assertion {
    /// The hosted form of a 3.0 credential.
    pub fn of(credential: &AchievementCredential, at: Addresses) -> Self {
        let [identity] = &credential.credential_subject.identifier;
        Self {
            context: Context,
            r#type: AssertionType,
            id: at.assertion,
            recipient: Recipient {
                r#type: Email,
                hashed: Hashed,
                identity: identity.identity_hash.clone(),
                salt: identity.salt.clone(),
            },
            badge: at.badge_class,
            verification: Verification::default(),
            issued_on: credential.awarded_date.clone().unwrap_or_else(|| credential.valid_from.clone()),
            expires: credential.valid_until.clone(),
            image: at.image,
            related: Related { r#type: CredentialTypes, id: at.credential },
        }
    }
}

/// What can be earned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BadgeClass {
    /// Fixed.
    #[serde(rename = "@context")]
    pub context: Context,
    /// Fixed.
    pub r#type: BadgeClassType,
    /// Where it is found.
    pub id: Iri,
    /// Its name.
    pub name: Text,
    /// What it attests.
    pub description: Text,
    /// Its picture.
    pub image: Iri,
    /// What one has to do.
    #[serde(deserialize_with = "object")]
    pub criteria: Criteria,
    /// Who issues it.
    pub issuer: Iri,
}

/// Who issues badges.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// Fixed.
    #[serde(rename = "@context")]
    pub context: Context,
    /// Fixed.
    pub r#type: IssuerType,
    /// Where it is found. What it hosts stands on the same origin.
    pub id: Iri,
    /// Its name.
    pub name: Text,
    /// Its web site.
    pub url: Iri,
    /// Where to ask.
    pub email: Text,
}

/// All that is said of a badge that was taken back: a full body would read as valid in the official validator (Open Badges 2.0,
/// "`HostedBadge` verification": 410 with these members).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct RevokedAssertion {
    /// Fixed.
    #[serde(rename = "@context")]
    pub context: Context,
    /// Fixed.
    pub r#type: AssertionType,
    /// Where it was found.
    pub id: Iri,
    /// Fixed.
    pub revoked: Revoked,
    /// Why, if that is published (Open Badges 2.0, "Assertion": `revocationReason`).
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub revocation_reason: Option<Text>,
}

impl RevokedAssertion {
    /// The body for the address of an assertion.
    pub fn of(id: Iri, reason: Option<Text>) -> Self {
        Self { context: Context, r#type: AssertionType, id, revoked: Revoked, revocation_reason: reason }
    }
}
