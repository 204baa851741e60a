//! The Open Badges 3.0 credential, as a closed type (Open Badges Specification 3.0, appendix "Data models").
//!
//! What the official JSON schema or JSON-LD safe mode refuses cannot be expressed: type names and contexts are
//! markers, arrays are arrays, dates have zones. Every node has an identifier except the one identity object.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::{
    DateTime, Iri, Text,
    canon::{self, Document, Node, Quads, sealed},
    identity::IdentityObject,
    marker::markers,
    shape::{object, objects, one_object, present, present_name, present_object, some},
    status::StatusIndex,
};

/// Where the official JSON schema of a credential lives.
pub const SCHEMA_URL: &str =
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json";

markers! {
    /// The contexts, in the order that validators demand. The third one is there for the credential schema.
    CredentialContext = [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
    ];
    /// The type of an Open Badges 3.0 credential.
    CredentialType = ["VerifiableCredential", "OpenBadgeCredential"];
    /// The type of an issuer.
    ProfileType = ["Profile"];
    /// The type of a credential's subject.
    AchievementSubjectType = ["AchievementSubject"];
    /// The type of an achievement.
    AchievementKind = ["Achievement"];
    /// The type of an image.
    ImageType = "Image";
    /// The type of evidence.
    EvidenceType = ["Evidence"];
    /// The type of a status entry.
    StatusEntryType = "BitstringStatusListEntry";
    /// What the status list says.
    Revocation = "revocation";
    /// The identifier of the schema.
    SchemaId = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json";
    /// The type of the schema.
    SchemaType = "1EdTechJsonSchemaValidator2019";
}

/// A badge: the claim that a holder earned an achievement, before it is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct AchievementCredential {
    /// Fixed.
    #[serde(rename = "@context")]
    pub context: CredentialContext,
    /// The badge's own address.
    pub id: Iri,
    /// Fixed.
    pub r#type: CredentialType,
    /// What lists and wallets show.
    pub name: Text,
    /// A sentence about it.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub description: Option<Text>,
    /// Who vouches for it.
    #[serde(deserialize_with = "object")]
    pub issuer: Profile,
    /// From when on it is valid.
    pub valid_from: DateTime,
    /// Until when it is valid, if it ends.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub valid_until: Option<DateTime>,
    /// When it was earned.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub awarded_date: Option<DateTime>,
    /// Who earned what.
    #[serde(deserialize_with = "object")]
    pub credential_subject: AchievementSubject,
    /// Where to ask whether it was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present_object")]
    pub credential_status: Option<BitstringStatusListEntry>,
    /// The schema that it conforms to.
    #[serde(deserialize_with = "one_object")]
    pub credential_schema: [CredentialSchema; 1],
    /// What supports the claim.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "objects")]
    pub evidence: Vec<Evidence>,
}

/// An issuer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Its DID or address. The signing key's controller must be the same.
    pub id: Iri,
    /// Fixed.
    pub r#type: ProfileType,
    /// Its name.
    pub name: Text,
    /// Its web site.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub url: Option<Iri>,
    /// Where to ask.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub email: Option<Text>,
    /// A sentence about it.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub description: Option<Text>,
    /// Its logo.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present_object")]
    pub image: Option<Image>,
}

/// Who earned what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AchievementSubject {
    /// A name for the holder in this credential alone, such as a random `urn:uuid:`.
    pub id: Iri,
    /// Fixed.
    pub r#type: AchievementSubjectType,
    /// The holder's address, hashed with a salt. The only node without an identifier.
    #[serde(deserialize_with = "one_object")]
    pub identifier: [IdentityObject; 1],
    /// What was earned.
    #[serde(deserialize_with = "object")]
    pub achievement: Achievement,
}

/// What can be earned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Achievement {
    /// Its address.
    pub id: Iri,
    /// Fixed.
    pub r#type: AchievementKind,
    /// What sort of achievement it is.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present_name")]
    pub achievement_type: Option<AchievementType>,
    /// Its name.
    pub name: Text,
    /// What it attests.
    pub description: Text,
    /// What one has to do to earn it.
    #[serde(deserialize_with = "object")]
    pub criteria: Criteria,
    /// Its picture.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present_object")]
    pub image: Option<Image>,
    /// The language of its texts, as BCP 47 names it.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub in_language: Option<Text>,
    /// Key words.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "some")]
    pub tag: Vec<Text>,
}

/// The sorts of achievement that the specification lists (section "`AchievementType` Enumeration").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the specification's own terms")]
pub enum AchievementType {
    Achievement,
    ApprenticeshipCertificate,
    Assessment,
    Assignment,
    AssociateDegree,
    Award,
    Badge,
    BachelorDegree,
    Certificate,
    CertificateOfCompletion,
    Certification,
    CommunityService,
    Competency,
    Course,
    CoCurricular,
    Degree,
    Diploma,
    DoctoralDegree,
    Fieldwork,
    GeneralEducationDevelopment,
    JourneymanCertificate,
    LearningProgram,
    License,
    Membership,
    ProfessionalDoctorate,
    QualityAssuranceCredential,
    MasterCertificate,
    MasterDegree,
    MicroCredential,
    ResearchDoctorate,
    SecondarySchoolDiploma,
}

/// What one has to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criteria {
    /// Where they can be read.
    pub id: Iri,
    /// The criteria themselves (Markdown).
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub narrative: Option<Text>,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Image {
    /// Its address.
    pub id: Iri,
    /// Fixed.
    pub r#type: ImageType,
}

/// Something that supports the claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Its address.
    pub id: Iri,
    /// Fixed.
    pub r#type: EvidenceType,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub name: Option<Text>,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub description: Option<Text>,
    /// How it came about (Markdown).
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub narrative: Option<Text>,
    /// Its genre.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub genre: Option<Text>,
}

/// Where to ask whether the badge was revoked (Bitstring Status List 1.0, section 2.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct BitstringStatusListEntry {
    /// Names the entry. Not the list's address.
    pub id: Iri,
    /// Fixed.
    pub r#type: StatusEntryType,
    /// Fixed.
    pub status_purpose: Revocation,
    /// The place in the list.
    pub status_list_index: StatusIndex,
    /// The list.
    pub status_list_credential: Iri,
}

/// The schema that the credential conforms to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CredentialSchema {
    /// Fixed.
    pub id: SchemaId,
    /// Fixed.
    pub r#type: SchemaType,
}

const OB: &str = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#";

impl sealed::Sealed for AchievementCredential {}

impl Document for AchievementCredential {
    fn issuer(&self) -> &Iri {
        &self.issuer.id
    }

    /// The badge, its issuer, the achievement and each evidence have names and descriptions; criteria and evidence have
    /// narratives. No other two parts share a property.
    fn shared_identifier(&self) -> Option<&Iri> {
        let achievement = &self.credential_subject.achievement;
        let evidence = || self.evidence.iter().map(|evidence| &evidence.id);
        let mut named = HashSet::with_capacity(3 + self.evidence.len());
        [&self.id, &self.issuer.id, &achievement.id]
            .into_iter()
            .chain(evidence())
            .find(|id| !named.insert(*id))
            .or_else(|| evidence().find(|id| **id == achievement.criteria.id))
    }

    fn write_quads(&self, quads: &mut Quads) {
        let node = Node::Iri(&self.id);
        quads.typed(node, canon::VC, "VerifiableCredential");
        quads.typed(node, OB, "OpenBadgeCredential");
        quads.text(node, canon::SCHEMA_ORG, "name", &self.name);
        quads.optional_text(node, canon::SCHEMA_ORG, "description", self.description.as_ref());
        quads.link(node, canon::VC, "issuer", &self.issuer.id);
        quads.literal(node, canon::VC, "validFrom", self.valid_from.as_str(), canon::XSD_DATE_TIME);
        if let Some(valid_until) = &self.valid_until {
            quads.literal(node, canon::VC, "validUntil", valid_until.as_str(), canon::XSD_DATE_TIME);
        }
        if let Some(awarded_date) = &self.awarded_date {
            // The official context names a prefix that it does not define, so the datatype is this very text.
            quads.literal(node, OB, "awardedDate", awarded_date.as_str(), "xsd:dateTime");
        }
        quads.link(node, canon::VC, "credentialSubject", &self.credential_subject.id);
        if let Some(status) = &self.credential_status {
            quads.link(node, canon::VC, "credentialStatus", &status.id);
            status.write_quads(quads);
        }
        quads.link_to(node, canon::VC, "credentialSchema", SCHEMA_URL);
        quads.typed(
            Node::Known(SCHEMA_URL),
            "https://purl.imsglobal.org/spec/vccs/v1p0/context.json#",
            "1EdTechJsonSchemaValidator2019",
        );
        self.issuer.write_quads(quads);
        self.credential_subject.write_quads(quads);
        for evidence in &self.evidence {
            quads.link(node, canon::VC, "evidence", &evidence.id);
            evidence.write_quads(quads);
        }
    }
}

impl Profile {
    fn write_quads(&self, quads: &mut Quads) {
        let node = Node::Iri(&self.id);
        quads.typed(node, OB, "Profile");
        quads.text(node, canon::SCHEMA_ORG, "name", &self.name);
        if let Some(url) = &self.url {
            quads.literal(node, canon::SCHEMA_ORG, "url", url.as_str(), canon::HTTPS_XSD_ANY_URI);
        }
        quads.optional_text(node, canon::SCHEMA_ORG, "email", self.email.as_ref());
        quads.optional_text(node, canon::SCHEMA_ORG, "description", self.description.as_ref());
        if let Some(image) = &self.image {
            image.write_quads(node, quads);
        }
    }
}

impl AchievementSubject {
    fn write_quads(&self, quads: &mut Quads) {
        let node = Node::Iri(&self.id);
        quads.typed(node, OB, "AchievementSubject");
        quads.link(node, OB, "achievement", &self.achievement.id);
        quads.link_to_blank(node, OB, "identifier");
        let [identity] = &self.identifier;
        quads.typed(Node::Blank, OB, "IdentityObject");
        quads.literal(Node::Blank, OB, "hashed", "true", canon::HTTPS_XSD_BOOLEAN);
        quads.text(Node::Blank, OB, "identityHash", identity.identity_hash.as_text());
        quads.plain(Node::Blank, OB, "identityType", "emailAddress");
        quads.text(Node::Blank, OB, "salt", identity.salt.as_text());
        self.achievement.write_quads(quads);
    }
}

impl Achievement {
    fn write_quads(&self, quads: &mut Quads) {
        let node = Node::Iri(&self.id);
        quads.typed(node, OB, "Achievement");
        if let Some(achievement_type) = self.achievement_type {
            quads.plain(node, OB, "achievementType", &format!("{achievement_type:?}"));
        }
        quads.text(node, canon::SCHEMA_ORG, "name", &self.name);
        quads.text(node, canon::SCHEMA_ORG, "description", &self.description);
        quads.link(node, OB, "Criteria", &self.criteria.id);
        quads.optional_text(Node::Iri(&self.criteria.id), OB, "narrative", self.criteria.narrative.as_ref());
        if let Some(image) = &self.image {
            image.write_quads(node, quads);
        }
        quads.optional_text(node, canon::SCHEMA_ORG, "inLanguage", self.in_language.as_ref());
        for tag in &self.tag {
            quads.text(node, canon::SCHEMA_ORG, "keywords", tag);
        }
    }
}

impl Image {
    fn write_quads(&self, owner: Node<'_>, quads: &mut Quads) {
        quads.link(owner, OB, "image", &self.id);
        quads.typed(Node::Iri(&self.id), OB, "Image");
    }
}

impl Evidence {
    fn write_quads(&self, quads: &mut Quads) {
        let node = Node::Iri(&self.id);
        quads.typed(node, OB, "Evidence");
        quads.optional_text(node, canon::SCHEMA_ORG, "name", self.name.as_ref());
        quads.optional_text(node, canon::SCHEMA_ORG, "description", self.description.as_ref());
        quads.optional_text(node, OB, "narrative", self.narrative.as_ref());
        quads.optional_text(node, canon::SCHEMA_ORG, "genre", self.genre.as_ref());
    }
}

impl BitstringStatusListEntry {
    fn write_quads(&self, quads: &mut Quads) {
        let node = Node::Iri(&self.id);
        quads.typed(node, canon::STATUS, "BitstringStatusListEntry");
        quads.plain(node, canon::STATUS, "statusPurpose", "revocation");
        quads.plain(node, canon::STATUS, "statusListIndex", &self.status_list_index.to_string());
        quads.link(node, canon::STATUS, "statusListCredential", &self.status_list_credential);
    }
}
