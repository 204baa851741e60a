//! The official vectors. Those for EdDSA stand in a folder beside the repository; those for ECDSA are typed in from the
//! specification (Data Integrity ECDSA Cryptosuites 1.0, appendix A "Test Vectors").
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod world;

use std::{fs, path::PathBuf};

use serde_json::{Value, json};
use verifier::report::{Check, Finding};

use crate::world::World;

/// A context for examples that is not inside. It says no more than this.
const EXAMPLES: &str = "https://www.w3.org/ns/credentials/examples/v2";

fn read(path: &str) -> Value {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors/vc-di-eddsa");
    let file = folder.join(path);
    let text = fs::read(&file).unwrap_or_else(|error| panic!("{} cannot be read: {error}", file.display()));
    serde_json::from_slice(&text).unwrap()
}

/// For linked data, the context of the examples is written out: the statements are the same.
fn readable(mut document: Value) -> Value {
    for context in document["@context"].as_array_mut().unwrap() {
        if context == EXAMPLES {
            *context = json!({"@vocab": "https://www.w3.org/ns/credentials/examples#"});
        }
    }
    document
}

fn as_array(document: &mut Value) -> &mut Vec<Value> {
    let proof = document["proof"].take();
    document["proof"] = if proof.is_array() { proof } else { json!([proof]) };
    document["proof"].as_array_mut().unwrap()
}

/// They are signed well, and changed in any place they are not; they are no badges, and their keys are nobody's.
fn assert_signed(vector: &Value, what: &str) {
    let world = World::default();
    let report = world.judge_on(vector.to_string(), "2026-11-03T00:00:00Z");
    let fits = matches!(report.finding(Check::Signature), Finding::SignatureFits { .. });
    assert!(fits, "{what}: {report:#?}");
    assert_ne!(report.finding(Check::Form).outcome(), verifier::report::Outcome::Passed, "{what}");
    let mut vector = vector.clone();
    for place in 0..as_array(&mut vector).len() {
        let mut changed = vector.clone();
        as_array(&mut changed)[place]["created"] = json!("2023-02-24T23:36:39Z");
        let report = world.judge(changed.to_string());
        let differs = matches!(report.finding(Check::Signature), Finding::SignatureDoesNotFit { .. });
        assert!(differs, "{what}: {report:#?}");
    }
    vector["validFrom"] = json!("2023-01-01T00:00:01Z");
    let report = world.judge(vector.to_string());
    let differs = matches!(report.finding(Check::Signature), Finding::SignatureDoesNotFit { .. });
    assert!(differs, "{what}: {report:#?}");
}

#[test]
#[ignore = "needs ../shared; run by tests/shared/run"]
fn the_eddsa_vectors_verify() {
    assert_signed(&read("eddsa-jcs-2022/signedJCS.json"), "eddsa-jcs-2022");
    for path in [
        "eddsa-rdfc-2022/signedDataInt.json",
        "Ed25519Signature2020/signedEdSig.json",
        "proof-set-chain/signedProofSet1.json",
        "proof-set-chain/signedProofSet2.json",
    ] {
        assert_signed(&readable(read(path)), path);
    }
    // The other document names a context that is not inside.
    let report = World::default().judge(read("eddsa-rdfc-2022/employ/signedDataInt.json").to_string());
    assert_eq!(report.finding(Check::Signature), &Finding::Unread);
    // A chain says that its proofs are in order, which is not looked at here: nobody can say.
    for path in ["proof-set-chain/signedProofChain1.json", "proof-set-chain/signedProofChain2.json"] {
        let report = World::default().judge(readable(read(path)).to_string());
        let unknown = matches!(report.finding(Check::Signature), Finding::UnknownSuite(_));
        assert!(unknown, "{path}: {report:#?}");
    }
}

#[test]
fn the_ecdsa_vectors_verify() {
    let p256 = "zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP";
    let p384 = "z82LkuBieyGShVBhvtE2zoiD6Kma4tJGFtkAhxR5pfkp5QPw4LutoYWhvQCnGjdVn14kujQ";
    for (suite, key, value) in [
        (
            "ecdsa-rdfc-2019",
            p256,
            "zaHXrr7AQdydBk3ahpCDpWbxfLokDqmCToYm2dyWvpcFVyWooC2he63w1f7UNQoAMKdhaRtcnaE2KTo5o5vTCcfw",
        ),
        (
            "ecdsa-rdfc-2019",
            p384,
            "z967Mvv5bxtmLNqTzPZ8KmJjFmFXaAKeQNzq7GWnQkMcLtaGSSmuozE5WtJ8PipMe178B1tE28K1vsJur9bGVJhz6jgSJsRHFSQeqgH8hhjcg8\
             gZDFJC1b9FsR5ggNmDBqHv",
        ),
        (
            "ecdsa-jcs-2019",
            p256,
            "z5ptCet75SaEgzG4v4zJhbJtfNi74Wv7Fq15hhKouJQQjEPQvPZKaYxcMXAMLPQS2FXrkCWokNJkFVkwxNzZfD5oT",
        ),
        (
            "ecdsa-jcs-2019",
            p384,
            "zq3EuTeLiGurmB2JR5oL8oWEsT7u2tba4HT1oZbiMYWc5qzsoW2kLYcBcF4HM5vCpJyTkceULKrVXuJQkXeN5seL4uXrFNFRMm53GWy1Yrto8rT\
             WxZi9DkNeWP7yUPs7ELAm",
        ),
    ] {
        let contexts = json!(["https://www.w3.org/ns/credentials/v2", EXAMPLES]);
        let mut vector = json!({
            "@context": contexts,
            "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
            "type": ["VerifiableCredential", "AlumniCredential"],
            "name": "Alumni Credential",
            "description": "A minimum viable example of an Alumni Credential.",
            "issuer": "https://vc.example/issuers/5678",
            "validFrom": "2023-01-01T00:00:00Z",
            "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
            "proof": {
                "type": "DataIntegrityProof",
                "cryptosuite": suite,
                "created": "2023-02-24T23:36:38Z",
                "verificationMethod": format!("did:key:{key}#{key}"),
                "proofPurpose": "assertionMethod",
                "proofValue": value
            }
        });
        if suite == "ecdsa-jcs-2019" {
            vector["proof"]["@context"] = contexts;
        } else {
            vector = readable(vector);
        }
        assert_signed(&vector, &format!("{suite} {key}"));
    }
}
