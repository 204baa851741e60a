//! The official vectors, which stand in a folder beside the repository. They prove the processor that the other tests
//! trust (JSON-LD and RDFC-1.0), and our keys, proof configurations and signatures.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod processor;

use std::{collections::BTreeMap, fs, path::PathBuf};

use aws_lc_rs::digest::{SHA256, digest};
use openbadges::{
    keys::{PublicKey, SecretKey},
    proof::{Proof, ProofOptions, ProofValue},
};
use oxrdf::{
    Dataset, Quad,
    dataset::{CanonicalizationAlgorithm, CanonicalizationHashAlgorithm},
};
use oxttl::NQuadsParser;
use serde_json::{Value, json};

use crate::processor::{CONTEXTS, canonical_dataset, canonical_with};

/// The vectors name this context. It maps every term to an identifier of the vocabulary for examples.
const EXAMPLES: &[(&str, &str)] = &[(
    "https://www.w3.org/ns/credentials/examples/v2",
    r#"{"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}}"#,
)];

const EDDSA: &str = "vectors/vc-di-eddsa";

fn read(path: &str) -> String {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(path);
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{} cannot be read: {error}", file.display()))
}

fn read_json(path: &str) -> Value {
    serde_json::from_str(&read(path)).unwrap()
}

fn bytes<const N: usize>(path: &str) -> [u8; N] {
    hex::decode(read(path).trim()).unwrap().try_into().unwrap()
}

fn sha256(text: &str) -> Vec<u8> {
    digest(&SHA256, text.as_bytes()).as_ref().to_vec()
}

fn quads(path: &str) -> Vec<Quad> {
    NQuadsParser::new().for_slice(&read(path)).collect::<Result<_, _>>().unwrap()
}

#[test]
#[ignore = "needs ../shared; run by tests/shared/run"]
fn contexts_are_kept_to_the_byte() {
    let files = read_json("contexts/index.json");
    for (address, kept) in CONTEXTS {
        let official = read(&format!("contexts/{}", files[address].as_str().unwrap()));
        assert_eq!(kept, official, "{address}");
    }
}

/// Every test of the suite but one: the negative test demands that work is limited, and this processor, which only
/// tests use, has no limit. Our own documents cannot hold such a graph: they have one blank node.
#[test]
#[ignore = "needs ../shared; run by tests/shared/run"]
fn processor_canonicalises_as_the_test_suite_of_rdfc_1_0_says() {
    let manifest = read_json("vectors/rdf-canon/manifest.jsonld");
    let mut passed = BTreeMap::new();
    for test in manifest["entries"].as_array().unwrap() {
        let path = |member: &str| format!("vectors/rdf-canon/{}", test[member].as_str().unwrap());
        let hash_algorithm = match test["hashAlgorithm"].as_str() {
            None => CanonicalizationHashAlgorithm::Sha256,
            Some("SHA384") => CanonicalizationHashAlgorithm::Sha384,
            Some(other) => panic!("{other}"),
        };
        let id = test["id"].as_str().unwrap();
        let kind = test["type"].as_str().unwrap();
        match kind {
            "rdfc:RDFC10EvalTest" => {
                let canonical = canonical_dataset(quads(&path("action")), hash_algorithm);
                assert_eq!(canonical, read(&path("result")), "{id}");
            }
            "rdfc:RDFC10MapTest" => {
                let dataset = Dataset::from_iter(quads(&path("action")));
                let issued: BTreeMap<String, String> = dataset
                    .canonicalize_blank_nodes(CanonicalizationAlgorithm::Rdfc10 { hash_algorithm })
                    .into_iter()
                    .map(|(input, canonical)| (input.as_str().to_owned(), canonical.as_str().to_owned()))
                    .collect();
                assert_eq!(json!(issued), read_json(&path("result")), "{id}");
            }
            "rdfc:RDFC10NegativeEvalTest" => {}
            other => panic!("{id} is of the unknown kind {other}"),
        }
        *passed.entry(kind).or_insert(0) += 1;
    }
    let all = [("rdfc:RDFC10EvalTest", 64), ("rdfc:RDFC10MapTest", 21), ("rdfc:RDFC10NegativeEvalTest", 1)];
    assert_eq!(passed, BTreeMap::from(all));
}

/// The secret key of a vector: multicodec `ed25519-priv` and the seed.
fn secret_key(multibase: &str) -> SecretKey {
    let decoded = bs58::decode(multibase.strip_prefix('z').unwrap()).into_vec().unwrap();
    let seed = decoded.strip_prefix(&[0x80, 0x26]).unwrap();
    SecretKey::from_seed(seed.try_into().unwrap()).unwrap()
}

fn key_pair(pair: &Value) -> (SecretKey, PublicKey) {
    let multibase = pair["publicKeyMultibase"].as_str().unwrap();
    let public = PublicKey::from_multibase(multibase).unwrap();
    assert_eq!(public.multibase(), multibase);
    let secret = secret_key(pair["privateKeyMultibase"].as_str().unwrap());
    assert_eq!(secret.public(), public);
    (secret, public)
}

#[test]
#[ignore = "needs ../shared; run by tests/shared/run"]
fn every_step_of_eddsa_rdfc_2022_gives_the_bytes_of_the_vectors() {
    for (folder, document) in [("eddsa-rdfc-2022", Some("unsigned.json")), ("eddsa-rdfc-2022/employ", None)] {
        let path = |file: &str| format!("{EDDSA}/{folder}/{file}DataInt.txt");

        let configuration = read_json(&format!("{EDDSA}/{folder}/proofConfigDataInt.json"));
        let options: ProofOptions = serde_json::from_value(json!({
            "verificationMethod": configuration["verificationMethod"],
            "created": configuration["created"],
        }))
        .unwrap();
        assert_eq!(options.canonical_n_quads(), read(&path("proofCanon")));
        assert_eq!(sha256(&options.canonical_n_quads()), bytes::<32>(&path("proofHash")));

        // The second document names a context that is not among the official ones kept here.
        let canonical = match document {
            Some(file) => canonical_with(&read(&format!("{EDDSA}/{file}")), EXAMPLES).unwrap(),
            None => canonical_dataset(quads(&path("canonDoc")), CanonicalizationHashAlgorithm::Sha256),
        };
        assert_eq!(canonical, read(&path("canonDoc")));
        assert_eq!(sha256(&canonical), bytes::<32>(&path("docHash")));

        let hash_data: [u8; 64] = bytes(&path("combinedHash"));
        assert_eq!([sha256(&options.canonical_n_quads()), sha256(&canonical)].concat(), hash_data);

        let (secret, public) = key_pair(&read_json(&format!("{EDDSA}/keyPair.json")));
        let signature: [u8; 64] = bytes(&path("sigHex"));
        assert_eq!(secret.sign(&hash_data), signature);
        assert_eq!(public.verify(&hash_data, &signature), Ok(()));

        let signed = read_json(&format!("{EDDSA}/{folder}/signedDataInt.json"));
        let proof: Proof = serde_json::from_value(signed["proof"].clone()).unwrap();
        assert_eq!(proof.proof_value, ProofValue(signature));
        assert_eq!(serde_json::to_value(&proof).unwrap(), signed["proof"]);
        assert_eq!(String::from(ProofValue(signature)), read(&path("sigBTC58")).trim());
    }
}

#[test]
#[ignore = "needs ../shared; run by tests/shared/run"]
fn a_signature_of_a_vector_fits_no_other_bytes() {
    let (_, public) = key_pair(&read_json(&format!("{EDDSA}/keyPair.json")));
    let vectors = [
        "eddsa-rdfc-2022/@DataInt.txt",
        "eddsa-rdfc-2022/employ/@DataInt.txt",
        "eddsa-jcs-2022/@JCS.txt",
        "Ed25519Signature2020/@EdSig.txt",
    ];
    for vector in vectors {
        let path = |part: &str| format!("{EDDSA}/{}", vector.replace('@', part));
        let message: [u8; 64] = bytes(&path("combinedHash"));
        let signature: [u8; 64] = bytes(&path("sigHex"));
        assert_eq!(public.verify(&message, &signature), Ok(()), "{vector}");
        for bit in 0..512 {
            let flip = |bytes: &[u8; 64]| {
                let mut flipped = *bytes;
                flipped[bit / 8] ^= 1 << (bit % 8);
                flipped
            };
            assert!(
                public.verify(&flip(&message), &signature).is_err(),
                "{vector}: bit {bit} of the message"
            );
            assert!(
                public.verify(&message, &flip(&signature)).is_err(),
                "{vector}: bit {bit} of the signature"
            );
        }
    }
}

/// Proof sets and chains: our documents have neither, but their signatures are over what the processor makes of
/// nested graphs, and by keys that stand in no other vector.
#[test]
#[ignore = "needs ../shared; run by tests/shared/run"]
fn signatures_of_proof_sets_and_chains_fit_what_the_processor_makes_of_them() {
    let pairs = read_json(&format!("{EDDSA}/proof-set-chain/multiKeyPairs.json"));
    let vectors = [
        ("unsigned", "proofSetConfig1", "proofSetConfigSigned1", "keyPair1"),
        ("unsigned", "proofSetConfig2", "proofSetConfigSigned2", "keyPair2"),
        ("proofChainTempDoc1", "proofChainConfig1", "proofChainConfigSigned1", "keyPair3"),
        ("proofChainTempDoc2", "proofChainConfig2", "proofChainConfigSigned2", "keyPair4"),
    ];
    for (document, configuration, signed, pair) in vectors {
        let file = |name: &str| read_json(&format!("{EDDSA}/proof-set-chain/{name}.json"));
        let document = file(document);
        let mut configuration = file(configuration);
        configuration["@context"] = document["@context"].clone();
        let hash = |value: Value| sha256(&canonical_with(&value.to_string(), EXAMPLES).unwrap());
        let hash_data = [hash(configuration), hash(document)].concat();

        let (secret, public) = key_pair(&pairs[pair]);
        let ProofValue(signature) = serde_json::from_value(file(signed)["proofValue"].clone()).unwrap();
        assert_eq!(secret.sign(&hash_data), signature, "{signed}");
        assert_eq!(public.verify(&hash_data, &signature), Ok(()), "{signed}");
    }
}
