//! Issuers with fixed keys, a web in memory on which their documents stand, and the badges that they did sign.

use std::{
    collections::HashMap,
    future::Future,
    pin::pin,
    sync::{LazyLock, Mutex},
    task::{Context, Poll, Waker},
};

use async_trait::async_trait;
use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use linked_data::{Limits, LinkedDataError, canonicalise};
use openbadges::keys::SecretKey;
use serde_json::{Value, json};
use verifier::{
    Question,
    report::{Check, Claims, Outcome, Report, Verdict},
    web::{FETCHES_A_DOCUMENT, Fetched, Web, WebError},
};

/// A signed badge of the closed shape, its issuer and its status list: the golden files of `openbadges`.
pub const GOLDEN: &str = include_str!("../../../shared/openbadges/tests/golden/badge.json");
const GOLDEN_DID: &str = include_str!("../../../shared/openbadges/tests/golden/did.json");
/// The list that [`GOLDEN`] names.
pub const GOLDEN_LIST: &str = include_str!("../../../shared/openbadges/tests/golden/status-list.json");

pub const STRANGER: &str = "did:web:stranger.example";
pub const STRANGER_URL: &str = "https://stranger.example/.well-known/did.json";
pub const LIST: &str = "https://stranger.example/lists/1";
pub const ASSERTION: &str = "https://old.example/assertions/1";
const CLASS: &str = "https://old.example/badges/1";
const PROFILE: &str = "https://old.example/issuer";

/// The key of [`GOLDEN`].
pub fn golden_key() -> SecretKey {
    SecretKey::from_seed(&[7; 32]).expect("any 32 bytes are a seed")
}

fn stranger_key() -> SecretKey {
    SecretKey::from_seed(&[41; 32]).expect("any 32 bytes are a seed")
}

/// The moment of every judgement.
pub fn now() -> Timestamp {
    "2026-11-03T00:00:00Z".parse().expect("a moment")
}

/// A badge that is not of the closed shape, not signed yet.
pub fn badge() -> Value {
    json!({
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
        ],
        "id": "https://stranger.example/badges/1",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": STRANGER, "type": ["Profile"], "name": "Stranger University"},
        "validFrom": "2026-10-01T00:00:00Z",
        "validUntil": "2027-10-01T00:00:00Z",
        "name": "Teamwork",
        "credentialSubject": {
            "id": "urn:uuid:8b1c2f0e-2f3f-4b53-8f55-9a4f1f1f2a6a",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "https://stranger.example/achievements/teamwork",
                "type": ["Achievement"],
                "name": "Teamwork",
                "description": "Works well with others.",
                "criteria": {"narrative": "Nominated by peers."}
            }
        }
    })
}

/// [`badge`] with a place in [`LIST`].
pub fn badge_with_status(index: usize) -> Value {
    let mut badge = badge();
    badge["credentialStatus"] = json!({
        "id": format!("{LIST}#{index}"),
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": index.to_string(),
        "statusListCredential": LIST
    });
    badge
}

/// The stranger's list with these bits, not signed yet.
pub fn list(encoded: &str) -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": LIST,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": STRANGER,
        "validFrom": "2026-11-01T00:00:00Z",
        "validUntil": "2026-11-08T00:00:00Z",
        "credentialSubject": {
            "id": format!("{LIST}#list"),
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded
        }
    })
}

/// The document with the stranger's `eddsa-rdfc-2022` proof.
///
/// # Errors
/// If it has no canonical form.
pub fn proven(document: &Value) -> Result<Value, LinkedDataError> {
    let half = |value: &Value| {
        let text = canonicalise(value, &Limits::default())?;
        Ok(digest(&SHA256, text.as_bytes()))
    };
    let mut document = document.clone();
    if let Some(members) = document.as_object_mut() {
        members.remove("proof");
    }
    let mut proof = json!({
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-11-01T00:00:00Z",
        "verificationMethod": format!("{STRANGER}#key-1"),
        "proofPurpose": "assertionMethod",
        "@context": document.get("@context").cloned().unwrap_or_default()
    });
    let message = [half(&proof)?.as_ref(), half(&document)?.as_ref()].concat();
    let members = proof.as_object_mut().expect("an object");
    members.remove("@context");
    let value = bs58::encode(stranger_key().sign(&message)).into_string();
    members.insert("proofValue".to_owned(), json!(format!("z{value}")));
    document["proof"] = json!([proof]);
    Ok(document)
}

/// A token that the stranger signed, with whatever stands in it.
pub fn token(payload: &[u8]) -> String {
    let header = json!({"alg": "EdDSA", "kid": format!("{STRANGER}#key-1"), "typ": "JWT"});
    let input = format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(payload));
    let signature = stranger_key().sign(input.as_bytes());
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// The claims of a token in the way of Open Badges 3.0.
pub fn payload(badge: &Value) -> Value {
    let mut payload = badge.clone();
    payload["iss"] = badge["issuer"]["id"].clone();
    payload["jti"] = badge["id"].clone();
    payload["sub"] = badge["credentialSubject"]["id"].clone();
    payload["nbf"] = json!(1_790_812_800);
    payload["exp"] = json!(1_822_348_800);
    payload
}

/// An assertion of Open Badges 2.0, and its badge class and issuer.
pub fn hosted() -> [Value; 3] {
    let context = "https://w3id.org/openbadges/v2";
    [
        json!({
            "@context": context, "id": ASSERTION, "type": "Assertion",
            "recipient": {"type": "email", "hashed": false, "identity": "taro@example.jp"},
            "badge": CLASS, "verification": {"type": "HostedBadge"},
            "issuedOn": "2026-10-01T00:00:00Z", "expires": "2027-10-01T00:00:00Z"
        }),
        json!({
            "@context": context, "id": CLASS, "type": "BadgeClass", "name": "Old badge",
            "description": "An old one.", "image": "https://old.example/badge.png",
            "criteria": {"narrative": "Do it."}, "issuer": PROFILE
        }),
        json!({
            "@context": context, "id": PROFILE, "type": "Profile", "name": "Old school",
            "url": "https://old.example", "email": "office@old.example"
        }),
    ]
}

/// What stands where.
#[derive(Debug, Default)]
pub struct World {
    answers: HashMap<String, Vec<u8>>,
    asked: Mutex<usize>,
}

#[async_trait]
impl Web for World {
    async fn get(&self, url: &str) -> Result<Fetched, WebError> {
        *self.asked.lock().expect("one thread") += 1;
        let body = self.answers.get(url).ok_or(WebError::NoAnswer)?.clone();
        Ok(Fetched { url: url.to_owned(), status: 200, media_type: "application/json".to_owned(), body })
    }
}

impl World {
    /// The stranger's keys alone.
    pub fn stranger() -> Self {
        let key = json!({
            "id": format!("{STRANGER}#key-1"), "type": "Multikey", "controller": STRANGER,
            "publicKeyMultibase": stranger_key().public().multibase()
        });
        let did = json!({
            "@context": ["https://www.w3.org/ns/did/v1"], "id": STRANGER,
            "verificationMethod": [key], "assertionMethod": [format!("{STRANGER}#key-1")]
        });
        let mut world = Self::default();
        world.put(STRANGER_URL, did.to_string());
        world
    }

    /// Everyone's documents at their addresses.
    pub fn honest() -> Self {
        let mut world = Self::stranger();
        world.put("https://badges.example/.well-known/did.json", GOLDEN_DID);
        world.put("https://badges.example/status/1", GOLDEN_LIST);
        for document in hosted() {
            world.put(document["id"].as_str().expect("an address"), document.to_string());
        }
        let bits = openbadges::status::StatusList::new().encode();
        world.put(LIST, proven(&list(&bits)).expect("a list").to_string());
        world
    }

    /// The same bytes wherever something is looked for.
    pub fn of(bytes: &[u8]) -> Self {
        let mut world = Self::default();
        for url in [STRANGER_URL, LIST, ASSERTION, CLASS, PROFILE, "https://badges.example/status/1"] {
            world.put(url, bytes);
        }
        world
    }

    pub fn put(&mut self, url: &str, body: impl Into<Vec<u8>>) {
        self.answers.insert(url.to_owned(), body.into());
    }

    /// Judges, and checks what holds for every report.
    pub fn judge(&self, file: &[u8]) -> Report {
        *self.asked.lock().expect("one thread") = 0;
        let question = Question { file, recipient: Some("taro@example.jp"), at: now() };
        let report = ready(verifier::judge(question, self));
        let asked = *self.asked.lock().expect("one thread");
        assert!(asked <= FETCHES_A_DOCUMENT, "{asked} fetches");
        assert_eq!(report.sha256, digest(&SHA256, file).as_ref());
        let outcome = |check| report.finding(check).outcome();
        if report.verdict() == Verdict::Valid {
            assert!(report.claims.is_some());
            for check in [Check::Form, Check::Issuer, Check::Dates] {
                assert_eq!(outcome(check), Outcome::Passed, "{report:?}");
            }
            let vouched = [Check::Signature, Check::HostedCopy].map(outcome);
            assert!(vouched.contains(&Outcome::Passed), "{report:?}");
        }
        report
    }
}

static HONEST: LazyLock<World> = LazyLock::new(World::honest);

/// Everyone's documents at their addresses, made once.
pub fn honest() -> &'static World {
    &HONEST
}

/// Files that are valid on the honest web, whoever looks.
pub fn valid_files() -> Vec<Vec<u8>> {
    vec![
        GOLDEN.into(),
        proven(&badge()).expect("a badge").to_string().into(),
        proven(&badge_with_status(7)).expect("a badge").to_string().into(),
        token(payload(&badge()).to_string().as_bytes()).into(),
        token(payload(&badge_with_status(9)).to_string().as_bytes()).into(),
        hosted()[0].to_string().into(),
    ]
}

/// Nobody is asked about: the golden badge was awarded to another address than [`World::judge`] asks for.
fn judge_for_nobody(file: &[u8]) -> Report {
    ready(verifier::judge(Question { file, recipient: None, at: now() }, &*HONEST))
}

static SIGNED: LazyLock<Vec<Claims>> = LazyLock::new(|| {
    let claims = |file: Vec<u8>| {
        let report = judge_for_nobody(&file);
        assert_eq!(report.verdict(), Verdict::Valid, "{report:#?}");
        report.claims.expect("what a valid badge says")
    };
    valid_files().into_iter().map(claims).collect()
});

/// Whatever is valid on the honest web says what one of the issuers signed.
pub fn nothing_is_forged(file: &[u8]) {
    let report = judge_for_nobody(file);
    assert_eq!(report, judge_for_nobody(file), "two judgements of one file");
    if report.verdict() == Verdict::Valid {
        let claims = report.claims.expect("what a valid badge says");
        assert!(SIGNED.contains(&claims), "nobody signed this: {claims:#?}");
    }
    HONEST.judge(file);
}

/// Nothing here ever waits.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the web in memory never waits"),
    }
}
