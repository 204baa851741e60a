//! A badge with everything in it, its issuer, and its status list, all with fixed keys and dates.
#![allow(dead_code, reason = "each test uses its part")]

use openbadges::{
    DateTime, Document, Iri, Text,
    credential::*,
    did::{DidDocument, ListedKey, did_document},
    identity::{IdentityObject, Salt},
    keys::{PublicKey, SecretKey},
    proof::{ProofOptions, Signed, Unsigned},
    status::{StatusIndex, StatusList, StatusListCredential},
};

pub(crate) const ISSUER: &str = "did:web:badges.example";
pub(crate) const LIST: &str = "https://badges.example/status/1";
pub(crate) const INDEX: u32 = 94_567;

pub(crate) fn iri(text: impl Into<String>) -> Iri {
    Iri::parse(text).unwrap()
}

pub(crate) fn text(text: impl Into<String>) -> Text {
    Text::parse(text).unwrap()
}

pub(crate) fn date(text: &str) -> DateTime {
    DateTime::parse(text).unwrap()
}

pub(crate) fn key() -> SecretKey {
    SecretKey::from_seed(&[7; 32]).unwrap()
}

pub(crate) fn listed<'a>(fragment: &'a str, public: &'a PublicKey) -> ListedKey<'a> {
    ListedKey { fragment, public, revoked: None }
}

pub(crate) fn did() -> DidDocument {
    did_document("https://badges.example", &[listed("key-1", &key().public())]).unwrap()
}

pub(crate) fn options() -> ProofOptions {
    ProofOptions {
        verification_method: iri(format!("{ISSUER}#key-1")),
        created: date("2026-11-01T00:00:00Z"),
    }
}

pub(crate) fn sign(document: impl Document) -> Signed {
    let key = key();
    let unsigned = Unsigned::new(document, options()).unwrap();
    let signature = key.sign(unsigned.hash_data());
    unsigned.attach_verified(signature, &key.public()).unwrap()
}

pub(crate) fn credential() -> AchievementCredential {
    AchievementCredential {
        context: CredentialContext,
        id: iri("https://badges.example/badges/5Q2A9F"),
        r#type: CredentialType,
        name: text("情報処理検定 一級"),
        description: Some(text("実技と筆記の両方に合格した人に授与されます。")),
        issuer: Profile {
            id: iri(ISSUER),
            r#type: ProfileType,
            name: text("日本情報処理検定機構"),
            url: Some(iri("https://badges.example/about")),
            email: Some(text("office@badges.example")),
            description: Some(text("情報処理の検定を行う団体")),
            image: Some(image("https://badges.example/logo.png")),
        },
        valid_from: date("2026-11-01T00:00:00Z"),
        valid_until: Some(date("2029-10-31T23:59:59+09:00")),
        awarded_date: Some(date("2026-10-05T00:00:00+09:00")),
        credential_subject: AchievementSubject {
            id: iri("urn:uuid:0c5b4a52-6e35-4c9c-8f0e-6d7c0d0f3b11"),
            r#type: AchievementSubjectType,
            identifier: [IdentityObject::address("hanako@example.jp", Salt::from_bytes([0xab; 16]))],
            achievement: Achievement {
                id: iri("https://badges.example/achievements/first-grade"),
                r#type: AchievementKind,
                achievement_type: Some(AchievementType::Certification),
                name: text("情報処理検定 一級 👩‍💻"),
                description: text("業務の情報を\"安全に\"扱える人であることの証明"),
                criteria: Criteria {
                    id: iri("https://badges.example/achievements/first-grade#criteria"),
                    narrative: Some(text("- 実技 70 点以上\n- 筆記 70 点以上")),
                },
                image: Some(image("https://badges.example/artwork/first-grade.png")),
                in_language: Some(text("ja")),
                tag: vec![text("情報処理"), text("検定"), text("C:\\windows")],
            },
        },
        credential_status: Some(BitstringStatusListEntry {
            id: iri(format!("{LIST}#{INDEX}")),
            r#type: StatusEntryType,
            status_purpose: Revocation,
            status_list_index: StatusIndex::new(INDEX).unwrap(),
            status_list_credential: iri(LIST),
        }),
        credential_schema: [CredentialSchema::default()],
        evidence: vec![
            Evidence {
                id: iri("https://badges.example/evidence/1"),
                r#type: EvidenceType,
                name: Some(text("実技試験")),
                description: Some(text("三時間の課題")),
                narrative: Some(text("表計算の課題を解いた")),
                genre: Some(text("試験")),
            },
            Evidence {
                id: iri("https://badges.example/evidence/2"),
                r#type: EvidenceType,
                name: Some(text("筆記試験")),
                description: None,
                narrative: None,
                genre: None,
            },
        ],
    }
}

pub(crate) fn image(address: &str) -> Image {
    Image { id: iri(address), r#type: ImageType }
}

pub(crate) fn list(revoked: &[u32]) -> StatusListCredential {
    let mut list = StatusList::new();
    for index in revoked {
        list.set(StatusIndex::new(*index).unwrap());
    }
    let mut credential =
        StatusListCredential::new(iri(LIST), iri(ISSUER), date("2026-11-01T00:00:00Z"), &list, Some(300_000))
            .unwrap();
    credential.valid_until = Some(date("2026-11-08T00:00:00Z"));
    credential
}
