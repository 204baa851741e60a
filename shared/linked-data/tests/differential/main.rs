//! Beside a processor that we did not write (`oxjsonld` and `oxrdf`): the same statements from real documents, and from
//! hundreds made at random out of what issuers write.
//!
//! That one drops what it cannot read, so it is asked only about documents of which nothing is dropped. These documents
//! also avoid what it does in its own way: it keeps the case of language tags, it has no limit of work, and it numbers
//! the nodes of like proofs or lists in different graphs in another order. `agreed.rs` has those, with the bytes of the
//! JavaScript processor.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a document without form is a failure of the test"
)]

#[path = "../documents/mod.rs"]
mod documents;
#[path = "../../../openbadges/tests/processor/mod.rs"]
mod processor;

use linked_data::{Limits, canonicalise};
use proptest::{prelude::*, sample::subsequence};
use serde_json::{Map, Value, json};

const FURTHER: [(&str, &str); 8] = [
    ("https://www.w3.org/2018/credentials/v1", include_str!("../../contexts/credentials-v1.json")),
    ("https://w3id.org/security/suites/ed25519-2020/v1", include_str!("../../contexts/ed25519-2020-v1.json")),
    ("https://w3id.org/security/multikey/v1", include_str!("../../contexts/multikey-v1.json")),
    ("https://w3id.org/security/data-integrity/v2", include_str!("../../contexts/di-v2.json")),
    ("https://w3id.org/security/v2", include_str!("../../contexts/security-v2.json")),
    ("https://w3id.org/openbadges/v2", include_str!("../../contexts/ob-v2.json")),
    ("https://www.w3.org/ns/did/v1", include_str!("../../contexts/did-v1.json")),
    (
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json",
        include_str!("../../contexts/ob-3.0.2.json"),
    ),
];

fn ours(document: &Value) -> String {
    canonicalise(document, &Limits::default()).unwrap()
}

fn theirs(document: &Value) -> String {
    processor::canonical_with(&document.to_string(), &FURTHER).unwrap()
}

/// The lines that only one of them has.
fn difference(ours: &str, theirs: &str) -> Vec<String> {
    let only = |mark, some: &str, other: &str| {
        let lines: Vec<&str> = other.lines().collect();
        let missing = some.lines().filter(|line| !lines.contains(line));
        missing.map(|line| format!("{mark} {line}")).collect::<Vec<_>>()
    };
    [only("ours", ours, theirs), only("theirs", theirs, ours)].concat()
}

#[test]
fn real_documents() {
    let golden = include_str!("../../../openbadges/tests/golden/badge.json");
    let golden: Value = serde_json::from_str(golden).unwrap();
    let configuration = {
        let mut proof = documents::proof();
        proof["@context"] = documents::badge()["@context"].clone();
        proof
    };
    for document in [
        golden,
        documents::badge(),
        documents::assertion(),
        documents::version_1(),
        documents::keys(),
        configuration,
    ] {
        let ours = ours(&document);
        assert!(ours.lines().count() > 4);
        assert_eq!(difference(&ours, &theirs(&document)), [""; 0]);
    }
}

#[test]
fn the_golden_badge_as_its_own_crate_writes_it() {
    let golden = include_str!("../../../openbadges/tests/golden/badge.json");
    let mut golden: Value = serde_json::from_str(golden).unwrap();
    golden.as_object_mut().unwrap().remove("proof").unwrap();
    assert_eq!(ours(&golden), include_str!("../../../openbadges/tests/golden/badge.nq"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn documents_as_issuers_write_them(document in badge()) {
        prop_assert_eq!(difference(&ours(&document), &theirs(&document)), [""; 0]);
    }

    #[test]
    fn documents_with_their_own_terms(document in own_terms()) {
        prop_assert_eq!(difference(&ours(&document), &theirs(&document)), [""; 0]);
    }

    /// The order of a set says nothing.
    #[test]
    fn order_does_not_matter((document, shuffled) in badge().prop_flat_map(shuffle)) {
        prop_assert_eq!(ours(&document), ours(&shuffled));
    }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~]{0,12}", "[ぁ-ん一-龠\u{1f600}-\u{1f64f}é\n\t\"\\\\]{1,6}", Just(String::new())]
}

fn address() -> impl Strategy<Value = String> {
    "https://[a-z]{1,8}\\.example/[a-zA-Z0-9_~%./?=&-]{0,12}".prop_map(|address| address.replace('%', "%25"))
}

/// An object with some of these members, whatever else it has.
fn some_of(always: &Value, members: Vec<(&'static str, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let count = members.len();
    let always = always.as_object().cloned().unwrap_or_default();
    (subsequence(members, 0..=count))
        .prop_flat_map(|members| {
            let (names, values): (Vec<_>, Vec<_>) = members.into_iter().unzip();
            values.prop_map(move |values| {
                names.iter().copied().map(str::to_owned).zip(values).collect::<Map<_, _>>()
            })
        })
        .prop_map(move |members| Value::Object(always.clone().into_iter().chain(members).collect()))
        .boxed()
}

fn string() -> BoxedStrategy<Value> {
    text().prop_map(Value::from).boxed()
}

fn link() -> BoxedStrategy<Value> {
    address().prop_map(Value::from).boxed()
}

fn up_to(count: usize, values: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    prop::collection::vec(values, 0..=count).prop_map(Value::from).boxed()
}

fn number() -> BoxedStrategy<Value> {
    prop_oneof![
        (-1_000_000_i64..1_000_000).prop_map(Value::from),
        (-4_000_i32..4_000).prop_map(|eighths| Value::from(f64::from(eighths) / 8.0)),
    ]
    .boxed()
}

/// No two alike.
fn proof() -> BoxedStrategy<Value> {
    let signed = |value: String| {
        let mut proof = documents::proof();
        proof["proofValue"] = value.into();
        proof
    };
    "z[a-zA-Z0-9]{16}".prop_map(signed).boxed()
}

fn badge() -> impl Strategy<Value = Value> {
    let evidence = some_of(
        &json!({"type": ["Evidence"]}),
        vec![("id", link()), ("name", string()), ("narrative", string()), ("audience", string())],
    );
    let alignment = some_of(
        &json!({"type": ["Alignment"], "targetName": "a"}),
        vec![("targetUrl", link()), ("targetCode", string()), ("targetDescription", string())],
    );
    let result = some_of(
        &json!({"type": ["Result"]}),
        vec![("value", string()), ("alignment", up_to(2, alignment.clone())), ("status", string())],
    );
    let endorsement = some_of(
        &json!({
            "@context": [documents::CREDENTIALS, documents::OPEN_BADGES],
            "type": ["VerifiableCredential", "EndorsementCredential"],
            "issuer": {"id": "https://peer.example/", "type": ["Profile"]},
            "credentialSubject": {"id": "https://college.example/welding", "type": ["EndorsementSubject"]},
        }),
        vec![("id", link()), ("name", string()), ("proof", proof())],
    );
    let description = some_of(
        &json!({"type": ["ResultDescription"], "resultType": "Percent"}),
        vec![
            ("name", string()),
            ("allowedValue", up_to(4, string())),
            ("alignment", up_to(1, alignment.clone())),
        ],
    );
    let achievement = some_of(
        &documents::badge()["credentialSubject"]["achievement"],
        vec![
            ("name", string()),
            ("alignment", up_to(3, alignment)),
            ("tag", up_to(4, string())),
            ("creditsAvailable", number()),
            ("endorsement", up_to(2, endorsement)),
            ("resultDescription", up_to(2, description)),
            ("criteria", some_of(&json!({}), vec![("id", link()), ("narrative", string())])),
        ],
    );
    let subject = some_of(
        &documents::badge()["credentialSubject"],
        vec![("achievement", achievement), ("result", up_to(3, result)), ("licenseNumber", string())],
    );
    some_of(
        &documents::badge(),
        vec![
            ("credentialSubject", subject),
            ("evidence", up_to(3, evidence)),
            ("name", string()),
            ("description", Just(json!({"@value": "x", "@language": "ja"})).boxed()),
            ("proof", up_to(2, proof())),
        ],
    )
}

/// A document whose context is its own, with each kind of term.
fn own_terms() -> impl Strategy<Value = Value> {
    let context = json!({
        "@version": 1.1, "@vocab": "https://v.example/", "ex": "https://e.example/#",
        "list": {"@id": "ex:list", "@container": "@list"},
        "links": {"@id": "ex:links", "@type": "@id", "@container": "@set"},
        "words": {"@id": "ex:words", "@container": "@language"},
        "by": {"@id": "ex:by", "@container": "@id"},
        "kinds": {"@id": "ex:kinds", "@container": "@type"},
        "graph": {"@id": "ex:graph", "@container": "@graph"},
        "graphs": {"@id": "ex:graphs", "@container": ["@graph", "@id"]},
        "data": {"@id": "ex:data", "@type": "@json"},
        "of": {"@reverse": "ex:has"},
        "typed": {"@id": "ex:typed", "@type": "ex:kind"},
        "japanese": {"@id": "ex:japanese", "@language": "ja"},
        "scoped": {"@id": "ex:scoped", "@context": {"plain": "ex:other"}},
        "Kind": {"@id": "ex:Kind", "@context": {"plain": "ex:kind-plain"}},
        "group": "@nest",
    });
    let scalar = prop_oneof![string(), number(), any::<bool>().prop_map(Value::from).boxed()].boxed();
    let leaf = some_of(
        &json!({}),
        vec![("@id", link()), ("plain", scalar.clone()), ("@type", Just(json!("Kind")).boxed())],
    );
    let node = some_of(
        &json!({"plain": 1}),
        vec![
            ("list", up_to(3, prop_oneof![scalar.clone(), up_to(2, scalar.clone())].boxed())),
            ("links", up_to(3, link())),
            ("words", Just(json!({"ja": ["い", "ろ"], "en": "a"})).boxed()),
            (
                "by",
                Just(json!({"https://n.example/1": {"plain": 1}, "https://n.example/2": {"x": "y"}})).boxed(),
            ),
            ("kinds", Just(json!({"Kind": {"plain": 2}, "Other": {"https://p.example/": 1}})).boxed()),
            ("of", leaf.clone()),
            ("typed", scalar.clone()),
            ("japanese", string()),
            ("scoped", leaf.clone()),
            ("ex:compact", scalar),
            ("group", Just(json!({"inside": true})).boxed()),
            ("Unheard", up_to(2, leaf)),
            ("data", Just(json!({"b": [1, null, "\u{1}"], "a": {"é": false}})).boxed()),
        ],
    );
    some_of(
        &json!({"@context": context, "@id": "https://n.example/0", "plain": 0}),
        vec![
            ("nested", node.clone()),
            ("graph", node.clone()),
            ("graphs", node.clone().prop_map(|node| json!({"https://g.example/": node})).boxed()),
            ("@included", node.clone()),
            ("scoped", node.clone()),
            ("list", up_to(2, node)),
        ],
    )
    .prop_map(in_one_graph)
    .boxed()
}

/// The other processor numbers the nodes of like lists in two graphs in another order. `agreed.rs` has such a document.
fn in_one_graph(mut document: Value) -> Value {
    if let Some(members) = document.as_object_mut().filter(|members| members.contains_key("graph")) {
        members.remove("graphs");
    }
    document
}

fn shuffle(document: Value) -> impl Strategy<Value = (Value, Value)> {
    let shuffled = document.clone();
    prop::collection::vec(any::<prop::sample::Index>(), 16).prop_map(move |picks| {
        let mut shuffled = shuffled.clone();
        for path in [
            "/evidence",
            "/proof",
            "/credentialSubject/result",
            "/credentialSubject/achievement/tag",
            "/credentialSubject/achievement/alignment",
            "/credentialSubject/achievement/endorsement",
            "/type",
        ] {
            if let Some(Value::Array(items)) = shuffled.pointer_mut(path) {
                for (position, pick) in (1..items.len()).zip(&picks) {
                    items.swap(position, pick.index(position + 1));
                }
            }
        }
        (document.clone(), shuffled)
    })
}
