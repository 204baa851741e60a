//! Documents with each feature of JSON-LD, beside what the common JavaScript processor makes of them.
//!
//! `agreed.jsonl` holds one document a line with the canonical form that npm `jsonld` 9 gave it in safe mode with base
//! null, or null where it refused the document. What only we refuse is below, with the reason.

use linked_data::{Limits, LinkedDataError, canonicalise};
use serde_json::{Value, json};

#[test]
fn same_bytes_and_same_refusals() {
    let (mut agreed, mut refused) = (0, 0);
    for line in include_str!("agreed.jsonl").lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let ours = canonicalise(&case["document"], &Limits::default());
        if let Some(theirs) = case["canonical"].as_str() {
            assert_eq!(ours.as_deref(), Ok(theirs), "{}", case["name"]);
            agreed += 1;
        } else {
            assert!(ours.is_err(), "{}: {ours:?}", case["name"]);
            refused += 1;
        }
    }
    assert!(agreed >= 80 && refused >= 40, "{agreed} and {refused}");
}

/// Processors give these different statements, or drop something of them without a word.
#[test]
fn what_only_we_refuse() {
    let xsd_double = "http://www.w3.org/2001/XMLSchema#double";
    let in_vocabulary = |member: Value| {
        let mut document = json!({"@context": {"@vocab": "https://v.example/"}});
        document.as_object_mut().unwrap().extend(member.as_object().unwrap().clone());
        canonicalise(&document, &Limits::default())
    };
    for unequal in [
        // "0" for a processor that looks for the point.
        json!({"a": 1e-7}),
        // Rounded, so that another number has the same statement.
        json!({"a": 9_007_199_254_740_993_u64}),
        json!({"a": {"@value": 12_345_678_901_234_567_u64, "@type": "@json"}}),
        // Rewritten by some.
        json!({"a": {"@value": "1.50", "@type": xsd_double}}),
        // Dropped with its empty object, or kept.
        json!({"a": {"@set": null}}),
        json!({"a": {"@list": [[["x"]]]}}),
        // Written without its datatype by some.
        json!({"a": {"@value": "x", "@type": "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"}}),
    ] {
        let answer = in_vocabulary(unequal.clone());
        assert!(matches!(answer, Err(LinkedDataError::Unsupported(_))), "{unequal}: {answer:?}");
    }
    // Dropped in silence.
    for keyword in ["@default", "@preserve", "@protected", "@none", "@container"] {
        let answer = in_vocabulary(json!({keyword: "x", "a": 1}));
        assert_eq!(answer, Err(LinkedDataError::Undefined(keyword.to_owned())));
    }
    // Two statements in one, for a reader of N-Quads.
    for id in ["https://x.example/>", "https://x.example/\"", "urn:a\\u0020b", "urn:{a}"] {
        let answer = in_vocabulary(json!({"@id": id, "a": 1}));
        assert!(matches!(answer, Err(LinkedDataError::Malformed(_))), "{id}: {answer:?}");
    }
    // A base or a further context, from outside of the document.
    for context in
        [json!({"@base": "https://b.example/"}), json!({"@import": "https://w3id.org/security/v2"})]
    {
        let answer =
            canonicalise(&json!({"@context": context, "https://v.example/a": 1}), &Limits::default());
        assert!(matches!(answer, Err(LinkedDataError::Unsupported(_))), "{answer:?}");
    }
}
