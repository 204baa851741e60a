//! A judgement beside its floor: one Ed25519 verification, and SHA-256 of the badge's bytes. The run ends with a table.
//!
//! ```text
//! cargo bench -p verifier --bench judge
//! ```
#![expect(clippy::unwrap_used, reason = "a benchmark whose input does not fit has to stop")]

#[expect(clippy::wildcard_imports, reason = "clippy allows them in tests, whose file it is")]
#[path = "../../openbadges/tests/sample/mod.rs"]
mod sample;
#[path = "../../openbadges/benches/floors/table.rs"]
mod table;
#[path = "../tests/world/mod.rs"]
mod world;

use std::{collections::HashMap, hint::black_box, time::Duration};

use async_trait::async_trait;
use aws_lc_rs::digest::{SHA256, digest};
use criterion::Criterion;
use openbadges::{
    Document,
    proof::{ProofOptions, Unsigned},
    status::StatusListCredential,
};
use serde_json::Value;
use verifier::{
    Question, judge,
    report::Verdict,
    web::{Fetched, Web, WebError},
};

use crate::{
    table::Table,
    world::{
        at,
        documents::{LIST, badge, badge_with_status, list, payload},
        keys::Pair,
        ready,
    },
};

/// Answers that are ready, and kept no account of.
#[derive(Default)]
struct Shelf(HashMap<String, Fetched>);

#[async_trait]
impl Web for Shelf {
    async fn get(&self, url: &str) -> Result<Fetched, WebError> {
        self.0.get(url).cloned().ok_or(WebError::NoAnswer)
    }
}

impl Shelf {
    fn put(&mut self, url: &str, body: &str) {
        let (url, body) = (url.to_owned(), body.as_bytes().to_vec());
        self.0.insert(url.clone(), Fetched { url, status: 200, media_type: String::new(), body });
    }
}

fn main() {
    let criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    let mut table = Table::new(criterion);
    let pair = Pair::ed25519(7);
    let (did, key) = (pair.did_key(), format!("{}#{}", pair.did_key(), pair.multibase()));

    let mut shelf = Shelf::default();
    shelf.put("https://badges.example/.well-known/did.json", &serde_json::to_string(&sample::did()).unwrap());
    shelf.put(sample::LIST, sample::sign(sample::list(&[7])).text());
    row(
        &mut table,
        &shelf,
        ["web", "our badge, did:web, with its list"],
        sample::sign(sample::credential()).text(),
    );

    let mut ours = sample::credential();
    ours.issuer.id = sample::iri(&did);
    let mut list_of_ours = sample::list(&[7]);
    list_of_ours.issuer = sample::iri(&did);
    shelf.put(sample::LIST, &sign_closed::<StatusListCredential>(list_of_ours, &key));
    let text = sign_closed(ours.clone(), &key);
    row(&mut table, &shelf, ["own", "our badge, did:key, with its list"], &text);
    ours.credential_status = None;
    row(&mut table, &shelf, ["alone", "our badge, did:key, no list"], &sign_closed(ours, &key));

    let suite = "eddsa-rdfc-2022";
    shelf.put(LIST, &pair.prove(&list(&did, "revocation", &[7]), suite, &key).to_string());
    let signed = |badge: &Value, suite| pair.prove(badge, suite, &key).to_string();
    let listed = badge_with_status(&did, 100, "revocation");
    let text = signed(&listed, suite);
    table.keep("stranger.json", &text);
    row(&mut table, &shelf, ["other", "a stranger's badge, with its list"], &text);
    row(&mut table, &shelf, ["bare", "a stranger's badge, no list"], &signed(&badge(&did), suite));
    row(
        &mut table,
        &shelf,
        ["jcs", "a stranger's eddsa-jcs-2022, no list"],
        &signed(&badge(&did), "eddsa-jcs-2022"),
    );
    let token = pair.token(&serde_json::json!({"kid": key}), &payload(&badge(&did)));
    row(&mut table, &shelf, ["jwt", "a stranger's token, no list"], &token);
    table.print();
}

fn sign_closed<D: Document>(document: D, address: &str) -> String {
    let key = sample::key();
    let options = ProofOptions { verification_method: sample::iri(address), ..sample::options() };
    let unsigned = Unsigned::new(document, options).unwrap();
    let signature = key.sign(unsigned.hash_data());
    unsigned.attach_verified(signature, &key.public()).unwrap().text().to_owned()
}

fn row(table: &mut Table, shelf: &Shelf, [name, what]: [&'static str; 2], text: &str) {
    let question = || Question { file: black_box(text.as_bytes()), recipient: None, at: at(world::DAY) };
    let report = ready(judge(question(), shelf));
    assert_eq!(report.verdict(), Verdict::Valid, "{what}: {report:#?}");
    let (key, hash) = (sample::key(), [7; 64]);
    let (public, signature) = (key.public(), key.sign(&hash));
    table.beside(
        [name, what, "SHA-256 of the bytes, Ed25519 verify"],
        |bencher| bencher.iter(|| ready(judge(question(), shelf))),
        |bencher| {
            bencher.iter(|| {
                public.verify(black_box(&hash), &signature).unwrap();
                digest(&SHA256, black_box(text.as_bytes()))
            });
        },
    );
}
