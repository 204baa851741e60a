//! No document takes more than its share: the work is counted, and whatever comes in, nothing panics.

#![expect(clippy::unwrap_used, reason = "a text that is no dataset is a failure of the test")]

use std::fmt::Write as _;

use linked_data::{Hash, Limits, LinkedDataError, canonical_form, canonicalise, dataset, n_quads};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Every node points to every other.
fn clique(nodes: usize) -> String {
    let mut text = String::new();
    for from in 0..nodes {
        for to in (0..nodes).filter(|to| *to != from) {
            _ = writeln!(text, "_:n{from} <urn:p> _:n{to} .");
        }
    }
    text
}

/// Nodes in a ring, each linked to those two steps on: alike from every place.
fn ring(nodes: usize) -> String {
    let mut text = String::new();
    for from in 0..nodes {
        for step in [1, 2] {
            _ = writeln!(text, "_:n{from} <urn:p> _:n{} .", (from + step) % nodes);
        }
    }
    text
}

/// Two like nodes, on each of which hang others that say the same.
fn stars(leaves: usize) -> String {
    let mut text = String::new();
    for leaf in 0..leaves {
        _ = writeln!(text, "_:a{leaf} <urn:p> _:a .\n_:b{leaf} <urn:p> _:b .");
    }
    text
}

fn form(text: &str, hashes: usize) -> Result<String, LinkedDataError> {
    let limits = Limits { hashes, ..Limits::default() };
    canonical_form(&n_quads::parse(text).unwrap(), &limits, Hash::Sha256).map(|form| form.n_quads)
}

#[test]
fn the_hashes_are_counted() {
    // Two nodes: a hash of each, and then of each by way of the other, once from either side.
    let least = (1..100).find(|hashes| form(&clique(2), *hashes).is_ok()).unwrap();
    assert!((6..=30).contains(&least), "{least}");
    assert_eq!(form(&clique(2), least - 1), Err(LinkedDataError::TooComplex));
    for harmless in [clique(4), ring(8), stars(4)] {
        assert!(form(&harmless, Limits::default().hashes).is_ok());
    }
    for poison in [clique(10), clique(60), ring(300), ring(2_000), stars(12), stars(900)] {
        assert_eq!(form(&poison, Limits::default().hashes), Err(LinkedDataError::TooComplex));
    }
}

#[test]
fn each_limit_holds() {
    let document = json!({"@context": {"@vocab": "https://v.example/"}, "a": [{"b": 1}, {"b": 2}]});
    let exact = Limits { depth: 3, quads: 4, blank_nodes: 3, hashes: 3 };
    assert!(canonicalise(&document, &exact).is_ok());
    for less in [
        Limits { depth: 2, ..exact },
        Limits { quads: 3, ..exact },
        Limits { blank_nodes: 2, ..exact },
        Limits { hashes: 2, ..exact },
    ] {
        assert_eq!(canonicalise(&document, &less), Err(LinkedDataError::TooComplex), "{less:?}");
    }
}

/// A short text that asks for a long one.
#[test]
fn small_documents_do_not_grow() {
    let long = "x".repeat(100_000);
    let names = || (0..2_000).map(|number| (format!("p:{number}"), Value::from(1)));
    let prefixed: Value = std::iter::once(("@context".to_owned(), json!({"p": format!("https://{long}/")})))
        .chain(names())
        .collect();
    let contexts = (0..3_000).map(|number| json!({"@vocab": format!("v{number}")}));
    let contexts: Vec<Value> =
        std::iter::once(json!({"@vocab": "https://v.example/"})).chain(contexts).collect();
    let appended = json!({"@context": contexts, "a": 1});
    let subject =
        json!({"@id": format!("https://{long}/"), "https://v.example/p": (0..2_000).collect::<Vec<_>>()});
    let inline: Vec<Value> =
        (0..6_000).map(|number| json!({"@context": [{format!("n{number}"): "urn:n"}, "https://w3id.org/security/v2"], "urn:p": 1})).collect();
    let inline = json!({"@context": "https://www.w3.org/ns/did/v1", "urn:q": inline});
    let chain: serde_json::Map<String, Value> =
        (0..5_000).map(|number| (format!("c{number}"), json!(format!("c{}:x", number + 1)))).collect();
    let chain = json!({"@context": chain, "urn:p": 1});
    for (name, document) in [
        ("prefix", prefixed),
        ("vocabulary", appended),
        ("subject", subject),
        ("inline", inline),
        ("chain", chain),
    ] {
        assert_eq!(canonicalise(&document, &Limits::default()), Err(LinkedDataError::TooComplex), "{name}");
    }
}

/// Deeper than any stack, if it were followed.
#[test]
fn depth_is_bounded_before_anything_else() {
    let mut deep = json!({"urn:p": 1});
    for _ in 0..500 {
        deep = json!({"urn:p": [deep]});
    }
    assert_eq!(canonicalise(&deep, &Limits::default()), Err(LinkedDataError::TooComplex));
    // A long list of like things is deep only as a graph.
    let like =
        json!({"@context": {"@vocab": "https://v.example/"}, "a": {"@list": vec![json!({"b": 1}); 600]}});
    assert_eq!(canonicalise(&like, &Limits::default()), Err(LinkedDataError::TooComplex));
}

fn anything() -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        prop::sample::select(vec![
            "@context",
            "@id",
            "@type",
            "@value",
            "@language",
            "@list",
            "@set",
            "@graph",
            "@index",
            "@reverse",
            "@nest",
            "@included",
            "@direction",
            "@vocab",
            "@base",
            "@container",
            "@json",
            "@propagate",
            "@protected",
            "@version",
            "@import",
            "@prefix",
            "@none",
            "a",
            "b",
            "a:b",
            "id",
            "type",
            "issuer",
            "proof",
            "credentialSubject",
            "https://v.example/p",
            "_:b",
            ":",
            "",
            "@x",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,6}",
    ];
    let text = prop_oneof![
        name.clone(),
        Just("https://www.w3.org/ns/credentials/v2".to_owned()),
        Just("https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json".to_owned()),
        Just("Achievement".to_owned()),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(name.clone(), inner, 0..6)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whatever is read has a form, and that form is its own.
    #[test]
    fn nothing_panics(document in anything()) {
        let limits = Limits::default();
        if let Ok(text) = canonicalise(&document, &limits) {
            let again = canonical_form(&n_quads::parse(&text).unwrap(), &limits, Hash::Sha256).unwrap();
            prop_assert_eq!(again.n_quads, text);
        }
        _ = dataset(&document, &Limits { depth: 5, quads: 3, blank_nodes: 2, hashes: 1 });
    }

    #[test]
    fn no_text_panics(text in "[<>_:a\"@^.\\\\u0-9 \n-]{0,40}") {
        _ = n_quads::parse(&text);
    }
}
