//! The worst that somebody could send.

use std::fmt::Write as _;

use serde_json::{Value, json};

type Make = fn() -> String;

pub(crate) const ALL: [(&str, Make); 6] = [
    ("clique of 10", || clique(10)),
    ("clique of 100", || clique(100)),
    ("ring of 2000", || ring(2_000)),
    ("two stars of 12", || stars(12)),
    ("two stars of 990", || stars(990)),
    ("long predicate", long_predicate),
];

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

fn ring(nodes: usize) -> String {
    let mut text = String::new();
    for from in 0..nodes {
        _ = writeln!(
            text,
            "_:n{from} <urn:p> _:n{} .\n_:n{from} <urn:p> _:n{} .",
            (from + 1) % nodes,
            (from + 2) % nodes
        );
    }
    text
}

fn stars(leaves: usize) -> String {
    let mut text = String::new();
    for leaf in 0..leaves {
        _ = writeln!(text, "_:a{leaf} <urn:p> _:a .\n_:b{leaf} <urn:p> _:b .");
    }
    text
}

fn long_predicate() -> String {
    let predicate = format!("urn:{}", "p".repeat(100_000));
    let mut text = String::new();
    for from in 0..12 {
        for to in (0..12).filter(|to| *to != from) {
            _ = writeln!(text, "_:n{from} <{predicate}> _:n{to} .");
        }
    }
    text
}

/// As documents of 256 kB.
pub(crate) fn documents() -> [(&'static str, Value); 4] {
    let statements: Vec<Value> =
        (0..1_900).map(|number| json!({"urn:p": number, "urn:q": [1, 2, 3, 4, 5, 6, 7, 8]})).collect();
    let contexts = ["security/v1", "security/v2", "data-integrity/v2", "multikey/v1"];
    let mut shared = Vec::new();
    for first in contexts {
        for second in contexts {
            for third in contexts {
                let addresses = [first, second, third, first].map(|name| match name {
                    "security/v1" | "security/v2" => format!("https://w3id.org/{name}"),
                    name => format!("https://w3id.org/security/{name}"),
                });
                shared.push(json!({"@context": addresses, "urn:p": 1}));
            }
        }
    }
    let inline: Vec<Value> =
        (0..4_000).map(|number| json!({"@context": {format!("n{number}"): "urn:n"}, "urn:p": 1})).collect();
    let terms: serde_json::Map<String, Value> = (0..5_000)
        .map(|number| (format!("t{number}"), json!({"@id": "urn:t", "@context": {"u": "urn:u"}})))
        .collect();
    [
        ("17,000 statements", json!({"urn:all": statements})),
        ("strange contexts", json!({"urn:all": shared})),
        ("inline contexts", json!({"@context": "https://www.w3.org/ns/did/v1", "urn:all": inline})),
        ("scoped contexts", json!({"@context": terms, "urn:p": 1})),
    ]
}
