//! Every test of the W3C's suite for RDFC-1.0: forms, names, and the dataset that takes too much work.

#![expect(clippy::panic, reason = "a vector that cannot be read is a failure that names it")]

use std::{collections::BTreeMap, fs, path::PathBuf};

use linked_data::{Hash, Limits, LinkedDataError, canonical_form, n_quads};
use serde_json::Value;

#[test]
fn every_test_of_the_suite() {
    let manifest: Value = serde_json::from_str(&read("manifest.jsonld")).unwrap();
    let mut passed = BTreeMap::new();
    for entry in manifest["entries"].as_array().unwrap() {
        let (id, kind) = (&entry["id"], entry["type"].as_str().unwrap());
        let dataset = n_quads::parse(&read(entry["action"].as_str().unwrap())).unwrap();
        let hash = match entry["hashAlgorithm"].as_str() {
            None => Hash::Sha256,
            Some("SHA384") => Hash::Sha384,
            Some(other) => panic!("{id} wants {other}"),
        };
        let form = canonical_form(&dataset, &Limits::default(), hash);
        let expected = || read(entry["result"].as_str().unwrap());
        match kind {
            "rdfc:RDFC10EvalTest" => assert_eq!(form.unwrap().n_quads, expected(), "{id}"),
            "rdfc:RDFC10MapTest" => {
                let expected: BTreeMap<String, String> = serde_json::from_str(&expected()).unwrap();
                assert_eq!(form.unwrap().names, expected, "{id}");
            }
            "rdfc:RDFC10NegativeEvalTest" => assert_eq!(form, Err(LinkedDataError::TooComplex), "{id}"),
            other => panic!("{id} is a {other}"),
        }
        *passed.entry(kind).or_insert(0) += 1;
    }
    let suite = [("rdfc:RDFC10EvalTest", 64), ("rdfc:RDFC10MapTest", 21), ("rdfc:RDFC10NegativeEvalTest", 1)];
    assert_eq!(passed, BTreeMap::from(suite));
}

#[test]
fn a_canonical_form_is_its_own() {
    let text = read("rdfc10/test060-rdfc10.nq");
    let form = canonical_form(&n_quads::parse(&text).unwrap(), &Limits::default(), Hash::Sha256);
    assert_eq!(form.unwrap().n_quads, text);
}

#[test]
fn what_is_no_statement_is_refused() {
    for line in [
        "<a:b> <a:b>",
        "<a:b> _:b <a:b> .",
        "<a:b> <a:b> \"",
        "\"a\" <a:b> <a:b> .",
        "<a:b> <a:b> \"\\x\" .",
        "<a:b> <a:b> <a:b> <a:b> <a:b> .",
        "<a b> <a:b> <a:b> .",
        "<a:b> <a:b> \"a\"@1 .",
    ] {
        assert!(matches!(n_quads::parse(line), Err(LinkedDataError::Malformed(_))), "{line}");
    }
}

fn read(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/rdf-canon").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
