//! Our canonical form is that of a full JSON-LD 1.1 and RDFC-1.0 processor, byte for byte. Every term of the tables in
//! `canon.rs`, `credential.rs`, `status.rs` and `proof.rs` is compared with the official contexts by this.
#![allow(clippy::unwrap_used, reason = "tests")]

mod processor;
mod sample;

use openbadges::{
    DateTime, Document, Iri, Text,
    credential::*,
    identity::{IdentityObject, Salt},
    proof::ProofOptions,
    status::{StatusIndex, StatusList, StatusListCredential},
};
use proptest::{collection::vec, option, prelude::*, sample::select};
use serde_json::json;

use crate::{
    processor::canonical,
    sample::{credential, iri, list, options, text},
};

const TYPES: [AchievementType; 31] = [
    AchievementType::Achievement,
    AchievementType::ApprenticeshipCertificate,
    AchievementType::Assessment,
    AchievementType::Assignment,
    AchievementType::AssociateDegree,
    AchievementType::Award,
    AchievementType::Badge,
    AchievementType::BachelorDegree,
    AchievementType::Certificate,
    AchievementType::CertificateOfCompletion,
    AchievementType::Certification,
    AchievementType::CommunityService,
    AchievementType::Competency,
    AchievementType::Course,
    AchievementType::CoCurricular,
    AchievementType::Degree,
    AchievementType::Diploma,
    AchievementType::DoctoralDegree,
    AchievementType::Fieldwork,
    AchievementType::GeneralEducationDevelopment,
    AchievementType::JourneymanCertificate,
    AchievementType::LearningProgram,
    AchievementType::License,
    AchievementType::Membership,
    AchievementType::ProfessionalDoctorate,
    AchievementType::QualityAssuranceCredential,
    AchievementType::MasterCertificate,
    AchievementType::MasterDegree,
    AchievementType::MicroCredential,
    AchievementType::ResearchDoctorate,
    AchievementType::SecondarySchoolDiploma,
];

/// Text of every kind that a badge may hold.
fn any_text() -> impl Strategy<Value = Text> {
    let piece = prop_oneof![
        "[ -~]{0,20}",
        "[ぁ-んァ-ヶ一-龠]{0,20}",
        select(vec![
            "",
            "が",
            "か\u{3099}",
            "é",
            "e\u{301}",
            "👩‍💻",
            "🇯🇵",
            "𠮷野家",
            "\"",
            "\\",
            "\\n",
            "\n",
            "\r\n",
            "\t",
            "\u{2028}",
            "\u{2029}",
            "\u{feff}",
            "\u{fffd}",
            "\u{10ffff}",
            "</script>",
            "_:c14n0",
            "https://badges.example/logo.png",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,10}",
        "[a証]{0,2000}",
    ];
    vec(piece, 0..4)
        .prop_map(|pieces| pieces.concat())
        .prop_filter_map("a text that a badge may hold", |joined| Text::parse(joined).ok())
}

/// Identifiers, many of them the same.
fn any_iri() -> impl Strategy<Value = Iri> {
    prop_oneof![
        select(vec![
            "https://badges.example/a",
            "https://badges.example/b",
            "did:web:badges.example",
            "urn:uuid:0c5b4a52-6e35-4c9c-8f0e-6d7c0d0f3b11",
            SCHEMA_URL,
        ])
        .prop_map(iri),
        "https://[a-z]{1,6}\\.example(:[0-9]{1,4})?(/[A-Za-z0-9._~!$&'()*+,;=:@-]{0,8}){0,3}(\\?[a-z=&/?]{0,9})?(#[a-z0-9]{0,6})?"
            .prop_map(iri),
        "(did:web:[a-z]{1,8}(%3A[0-9]{2})?|urn:[a-z]{2,5}:[a-z0-9]{1,9}|mailto:[a-z+]{1,9}@[a-z]{1,5}\\.jp|http://localhost/%E8%A8%BC)"
            .prop_map(iri),
    ]
}

fn any_date() -> impl Strategy<Value = DateTime> {
    let seconds = 0..4_000_000_000_i64;
    (seconds, -14 * 60..=14 * 60_i32, any::<bool>()).prop_map(|(seconds, minutes, utc)| {
        let timestamp = jiff::Timestamp::from_second(seconds).unwrap();
        if utc {
            DateTime::utc(timestamp)
        } else {
            DateTime::with_offset(timestamp, jiff::tz::Offset::from_seconds(minutes * 60).unwrap())
        }
    })
}

fn any_image() -> impl Strategy<Value = Option<Image>> {
    option::of(any_iri().prop_map(|id| Image { id, r#type: ImageType }))
}

fn any_profile() -> impl Strategy<Value = Profile> {
    let optional = || option::of(any_text());
    (any_iri(), any_text(), option::of(any_iri()), optional(), optional(), any_image()).prop_map(
        |(id, name, url, email, description, image)| Profile {
            id,
            r#type: ProfileType,
            name,
            url,
            email,
            description,
            image,
        },
    )
}

fn any_achievement() -> impl Strategy<Value = Achievement> {
    (
        (any_iri(), option::of(select(TYPES.to_vec())), any_text(), any_text()),
        (any_iri(), option::of(any_text()), any_image(), option::of(any_text())),
        prop_oneof![vec(any_text(), 0..4), any_text().prop_map(|tag| vec![tag.clone(), text("検定"), tag]),],
    )
        .prop_map(
            |((id, achievement_type, name, description), (criteria, narrative, image, in_language), tag)| {
                Achievement {
                    id,
                    r#type: AchievementKind,
                    achievement_type,
                    name,
                    description,
                    criteria: Criteria { id: criteria, narrative },
                    image,
                    in_language,
                    tag,
                }
            },
        )
}

fn any_evidence() -> impl Strategy<Value = Vec<Evidence>> {
    let optional = || option::of(any_text());
    let one = (any_iri(), optional(), optional(), optional(), optional()).prop_map(
        |(id, name, description, narrative, genre)| Evidence {
            id,
            r#type: EvidenceType,
            name,
            description,
            narrative,
            genre,
        },
    );
    vec(one, 0..=3)
}

fn any_status() -> impl Strategy<Value = Option<BitstringStatusListEntry>> {
    option::of((any_iri(), any::<u64>(), any_iri()).prop_map(|(id, index, list)| BitstringStatusListEntry {
        id,
        r#type: StatusEntryType,
        status_purpose: Revocation,
        status_list_index: StatusIndex::wrapping(index),
        status_list_credential: list,
    }))
}

fn any_credential() -> impl Strategy<Value = AchievementCredential> {
    (
        (any_iri(), any_text(), option::of(any_text()), any_profile()),
        (any_date(), option::of(any_date()), option::of(any_date())),
        (any_iri(), any_text(), any_text(), any_achievement()),
        (any_status(), any_evidence()),
    )
        .prop_map(|((id, name, description, issuer), dates, subject, (credential_status, evidence))| {
            let (valid_from, valid_until, awarded_date) = dates;
            let (subject, address, salt, achievement) = subject;
            AchievementCredential {
                context: CredentialContext,
                id,
                r#type: CredentialType,
                name,
                description,
                issuer,
                valid_from,
                valid_until,
                awarded_date,
                credential_subject: AchievementSubject {
                    id: subject,
                    r#type: AchievementSubjectType,
                    identifier: [IdentityObject::address(address.as_str(), Salt::from_text(salt))],
                    achievement,
                },
                credential_status,
                credential_schema: [CredentialSchema::default()],
                evidence,
            }
        })
}

/// What a processor makes of the document as it is published.
fn processed(document: &impl Document) -> String {
    canonical(&serde_json::to_string(document).unwrap()).unwrap()
}

/// What a processor makes of the proof configuration (Data Integrity EdDSA Cryptosuites 1.0, section 3.2.5).
fn processed_options(options: &ProofOptions, context: &serde_json::Value) -> String {
    let configuration = json!({
        "@context": context,
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": options.created,
        "verificationMethod": options.verification_method,
        "proofPurpose": "assertionMethod",
    });
    canonical(&configuration.to_string()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_badge_has_the_canonical_form_of_the_processor(badge in any_credential()) {
        prop_assert_eq!(badge.canonical_n_quads(), processed(&badge));
    }

    #[test]
    fn any_badge_is_read_as_it_was_written(badge in any_credential()) {
        let written = serde_json::to_vec(&badge).unwrap();
        prop_assert_eq!(serde_json::from_slice::<AchievementCredential>(&written).unwrap(), badge);
    }

    #[test]
    fn any_list_has_the_canonical_form_of_the_processor(
        (id, issuer, from, until) in (any_iri(), any_iri(), any_date(), option::of(any_date())),
        revoked in vec(any::<u64>(), 0..40),
        ttl in option::of(0..(1_u64 << 53)),
    ) {
        let mut bits = StatusList::new();
        for index in revoked {
            bits.set(StatusIndex::wrapping(index));
        }
        let address = iri(id.as_str().split('#').next().unwrap());
        let mut list = StatusListCredential::new(address, issuer, from, &bits, ttl).unwrap();
        list.valid_until = until;
        prop_assert_eq!(list.canonical_n_quads(), processed(&list));
        prop_assert_eq!(StatusList::decode(list.credential_subject.encoded_list.as_str()).unwrap(), bits);
    }

    #[test]
    fn any_proof_configuration_has_the_canonical_form_of_the_processor(
        verification_method in any_iri(),
        created in any_date(),
    ) {
        let options = ProofOptions { verification_method, created };
        for context in [json!(CredentialContext), json!(["https://www.w3.org/ns/credentials/v2"])] {
            prop_assert_eq!(options.canonical_n_quads(), processed_options(&options, &context));
        }
    }

    /// What is accepted as an identifier is one for a strict reader too (RFC 3987).
    #[test]
    fn whatever_is_accepted_as_an_identifier_is_an_iri(
        text in "(https://|http://|did:|urn:|mailto:)[a-z0-9%:/?#@!$&'()*+,;=._~\\[\\] -]{0,12}",
    ) {
        if Iri::parse(text.as_str()).is_ok() {
            let strict = oxrdf::NamedNode::new(text.as_str());
            prop_assert!(strict.is_ok(), "{}: {:?}", text, strict);
        }
    }

    /// What is accepted as a text is written into canonical N-Quads as everyone writes it.
    #[test]
    fn whatever_is_accepted_as_a_text_has_one_canonical_form(characters in any::<String>()) {
        if let Ok(name) = Text::parse(characters) {
            let mut badge = credential();
            badge.name = name;
            prop_assert_eq!(badge.canonical_n_quads(), processed(&badge));
        }
    }

    #[test]
    fn a_date_is_read_as_it_was_written(date in any_date()) {
        prop_assert_eq!(DateTime::parse(date.as_str()).unwrap(), date);
    }
}

#[test]
fn the_whole_sample_has_the_canonical_form_of_the_processor() {
    assert_eq!(credential().canonical_n_quads(), processed(&credential()));
    assert_eq!(list(&[1, 2, 3]).canonical_n_quads(), processed(&list(&[1, 2, 3])));
    let configuration = options();
    assert_eq!(
        configuration.canonical_n_quads(),
        processed_options(&configuration, &json!(CredentialContext))
    );
}

#[test]
fn every_achievement_type_is_signed_as_it_is_written() {
    for achievement_type in TYPES {
        let mut badge = credential();
        badge.credential_subject.achievement.achievement_type = Some(achievement_type);
        let name = serde_json::to_value(achievement_type).unwrap();
        let name = name.as_str().unwrap();
        let line = format!("vocab.html#achievementType> \"{name}\" .\n");
        assert!(badge.canonical_n_quads().contains(&line), "{line}");
        assert_eq!(badge.canonical_n_quads(), processed(&badge));
    }
}

/// Characters on which implementations are known to disagree are refused; those on either side are not.
#[test]
fn borders_of_the_accepted_text() {
    for refused in
        ['\0', '\u{8}', '\u{b}', '\u{c}', '\u{1f}', '\u{7f}', '\u{80}', '\u{9f}', '\u{fffe}', '\u{ffff}']
    {
        assert!(Text::parse(refused.to_string()).is_err(), "{refused:?}");
    }
    for accepted in ['\t', '\n', '\r', ' ', '~', '\u{a0}', '\u{2028}', '\u{fffd}', '\u{10000}', '\u{10ffff}']
    {
        let mut badge = credential();
        badge.name = text(accepted);
        assert_eq!(badge.canonical_n_quads(), processed(&badge), "{accepted:?}");
    }
}
