//! JSON-LD to canonical N-Quads: ours beside `oxjsonld` with `oxrdf`, in one run, and what it takes to refuse the worst
//! documents. A table ends the run; it shows the quickest sample of each, because whatever else the machine does only
//! adds time.
//!
//! ```text
//! cargo bench -p linked-data
//! ```
#![expect(clippy::unwrap_used, reason = "a benchmark whose input does not fit has to stop")]

#[path = "../../tests/documents/mod.rs"]
mod documents;
mod poison;
#[path = "../../../openbadges/tests/processor/mod.rs"]
mod processor;
mod table;

use std::{hint::black_box, time::Duration};

use criterion::Criterion;
use linked_data::{Hash, Limits, canonical_form, canonicalise, dataset, n_quads};
use serde_json::Value;

use crate::table::Table;

const FURTHER: [(&str, &str); 1] =
    [("https://w3id.org/openbadges/v2", include_str!("../../contexts/ob-v2.json"))];

fn main() {
    let criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    let mut table = Table::new(criterion);
    let golden = include_str!("../../../openbadges/tests/golden/badge.json");
    beside(&mut table, "our badge", &serde_json::from_str(golden).unwrap());
    beside(&mut table, "another's badge", &documents::badge());
    beside(&mut table, "hosted assertion", &documents::assertion());
    steps(&mut table, &documents::badge());
    for (name, text) in poison::ALL.map(|(name, make)| (name, make())) {
        let limits = Limits::default();
        let poison = n_quads::parse(&text).unwrap();
        table.alone(name, || canonical_form(black_box(&poison), &limits, Hash::Sha256).is_ok());
    }
    for (name, document) in poison::documents() {
        table.alone(name, || canonicalise(black_box(&document), &Limits::default()).is_ok());
    }
    table.print();
}

fn beside(table: &mut Table, name: &'static str, document: &Value) {
    let (text, limits) = (document.to_string(), Limits::default());
    let ours = canonicalise(document, &limits).unwrap();
    assert_eq!(ours, processor::canonical_with(&text, &FURTHER).unwrap(), "both do the same");
    table.beside(
        name,
        || {
            let document: Value = serde_json::from_str(black_box(&text)).unwrap();
            canonicalise(&document, &limits).unwrap()
        },
        || processor::canonical_with(black_box(&text), &FURTHER).unwrap(),
    );
}

fn steps(table: &mut Table, document: &Value) {
    let (text, limits) = (document.to_string(), Limits::default());
    let statements = dataset(document, &limits).unwrap();
    table.alone("· read JSON", || serde_json::from_str::<Value>(black_box(&text)).unwrap());
    table.alone("· to statements", || dataset(black_box(document), &limits).unwrap());
    table.alone("· canonical form", || {
        canonical_form(black_box(&statements), &limits, Hash::Sha256).unwrap()
    });
}
