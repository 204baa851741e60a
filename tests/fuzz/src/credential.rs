//! Credentials with a proof inside, of the closed shape and of any other.

use std::sync::LazyLock;

use linked_data::{Limits, canonicalise};
use openbadges::{
    Document,
    credential::AchievementCredential,
    keys::{PublicKey, SecretKey},
    proof::{ProofOptions, SignedDocument, Unsigned},
    status::StatusListCredential,
};
use serde_json::{Value, json};
use verifier::report::{Check, Finding};

use crate::world::{GOLDEN, GOLDEN_LIST, STRANGER, World, golden_key, honest, nothing_is_forged, proven};

static KEY: LazyLock<SecretKey> = LazyLock::new(golden_key);
static PUBLIC: LazyLock<PublicKey> = LazyLock::new(|| KEY.public());
static BADGE: LazyLock<SignedDocument<AchievementCredential>> =
    LazyLock::new(|| SignedDocument::parse(GOLDEN.as_bytes()).expect("the golden badge"));
static LIST: LazyLock<SignedDocument<StatusListCredential>> =
    LazyLock::new(|| SignedDocument::parse(GOLDEN_LIST.as_bytes()).expect("the golden list"));

/// The closed shape means what linked data means by it, and nothing is valid that nobody signed.
pub fn examine(bytes: &[u8]) {
    if let Ok(badge) = SignedDocument::<AchievementCredential>::parse(bytes) {
        says_what_linked_data_says(&badge, bytes);
        if badge.verify(&PUBLIC).is_ok() {
            assert_eq!(badge.proof, BADGE.proof);
            assert_eq!(plain(&badge.document), plain(&BADGE.document), "nobody signed this");
        }
        signs_again(badge);
    }
    if let Ok(list) = SignedDocument::<StatusListCredential>::parse(bytes) {
        says_what_linked_data_says(&list, bytes);
        if list.verify(&PUBLIC).is_ok() {
            assert_eq!(list, *LIST, "nobody signed this");
        }
        signs_again(list);
    }
    nothing_is_forged(bytes);
    World::of(bytes).judge(GOLDEN.as_bytes());
    World::of(bytes).judge(bytes);
    if let Ok(document @ Value::Object(_)) = serde_json::from_slice::<Value>(bytes) {
        is_vouched_for(&document);
    }
}

/// The order of key words and evidence is not what a signature covers.
fn plain(badge: &AchievementCredential) -> AchievementCredential {
    let mut badge = badge.clone();
    let tags = &mut badge.credential_subject.achievement.tag;
    tags.sort_by(|one, other| one.as_str().cmp(other.as_str()));
    tags.dedup();
    badge.evidence.sort_by(|one, other| one.id.as_str().cmp(other.id.as_str()));
    badge
}

/// Its own canonical form, and its proof's, are those of a processor of linked data.
fn says_what_linked_data_says<D: Document>(signed: &SignedDocument<D>, bytes: &[u8]) {
    let mut document: Value = serde_json::from_slice(bytes).expect("what was read is JSON");
    let context = document["@context"].clone();
    document.as_object_mut().expect("an object").remove("proof");
    let form = canonicalise(&document, &Limits::default()).expect("linked data");
    assert_eq!(signed.document.canonical_n_quads(), form);
    let proof = &signed.proof;
    let configuration = json!({
        "@context": context,
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": proof.created.as_str(),
        "verificationMethod": proof.verification_method.as_str(),
        "proofPurpose": "assertionMethod"
    });
    let form = canonicalise(&configuration, &Limits::default()).expect("linked data");
    assert_eq!(options(signed).canonical_n_quads(), form);
}

fn options<D>(signed: &SignedDocument<D>) -> ProofOptions {
    let (key, created) = (&signed.proof.verification_method, &signed.proof.created);
    ProofOptions { verification_method: key.clone(), created: created.clone() }
}

/// What is signed here is read back as it was, and verifies with this key alone.
fn signs_again<D: Document + Clone + PartialEq + std::fmt::Debug>(signed: SignedDocument<D>) {
    let Ok(unsigned) = Unsigned::new(signed.document.clone(), options(&signed)) else { return };
    let signature = KEY.sign(unsigned.hash_data());
    let text = unsigned.attach_verified(signature, &PUBLIC).expect("our own signature");
    let again = SignedDocument::<D>::parse(text.text().as_bytes()).expect("what was written here");
    assert_eq!(again.document, signed.document);
    again.verify(&PUBLIC).expect("what was signed here");
    let other = PublicKey::from_bytes([9; 32]);
    assert!(again.verify(&other).is_err(), "another key's signature");
}

/// What an issuer signs in the standard's way has a signature that fits.
fn is_vouched_for(document: &Value) {
    let Ok(signed) = proven(document) else { return };
    let report = honest().judge(signed.to_string().as_bytes());
    let names_signer = report.claims.as_ref().is_some_and(|claims| claims.issuer_id == STRANGER);
    let signature = report.finding(Check::Signature);
    assert!(
        !names_signer || !matches!(signature, Finding::SignatureDoesNotFit { .. }),
        "{report:#?}\n{signed}"
    );
}
