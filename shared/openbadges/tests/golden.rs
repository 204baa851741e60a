//! What verifiers get, to the byte. A badge that was signed once must verify for ever, so these files change only where
//! the standard does. `cargo test -p openbadges --test golden -- --ignored` writes them anew.
#![allow(clippy::unwrap_used, reason = "tests")]

mod sample;

use openbadges::{
    Document,
    bake::{Artwork, unbake},
    verify::{StatusKnowledge, Verdict, verify_credential},
};

use crate::sample::{credential, did, list, options, sign};

const BADGE: &str = include_str!("golden/badge.json");
const BADGE_STATEMENTS: &str = include_str!("golden/badge.nq");
const OPTIONS_STATEMENTS: &str = include_str!("golden/proof-options.nq");
const LIST: &str = include_str!("golden/status-list.json");
const DID: &str = include_str!("golden/did.json");

/// The revoked places of the list.
const REVOKED: [u32; 3] = [0, 1, 131_071];

fn files() -> [(&'static str, String); 5] {
    [
        ("badge.json", sign(credential()).text().to_owned()),
        ("badge.nq", credential().canonical_n_quads()),
        ("proof-options.nq", options().canonical_n_quads()),
        ("status-list.json", sign(list(&REVOKED)).text().to_owned()),
        ("did.json", serde_json::to_string(&did()).unwrap()),
    ]
}

#[test]
fn documents_are_written_as_agreed() {
    let agreed = [BADGE, BADGE_STATEMENTS, OPTIONS_STATEMENTS, LIST, DID];
    for ((name, written), agreed) in files().into_iter().zip(agreed) {
        assert_eq!(written, agreed, "{name}");
    }
}

#[test]
fn what_was_signed_once_still_verifies() {
    let did = serde_json::from_str(DID).unwrap();
    let status = StatusKnowledge::List(LIST.as_bytes());
    let report = verify_credential(BADGE.as_bytes(), &did, "2026-11-03T00:00:00Z".parse().unwrap(), status);
    assert_eq!(report.verdict(), Verdict::Valid, "{:?}", report.checks);
}

#[test]
fn the_picture_gives_back_what_was_baked_into_it() {
    let artwork = Artwork::parse(include_bytes!("../../../events/artwork/pm-foundation.png")).unwrap();
    let baked = artwork.bake(BADGE);
    assert_eq!(unbake(&baked).unwrap().as_deref(), Some(BADGE));
    let without = Artwork::parse(&baked).unwrap();
    assert_eq!(without, artwork, "every other chunk is as it was");
}

#[test]
#[ignore = "writes the golden files"]
fn write() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    for (name, text) in files() {
        std::fs::write(folder.join(name), text).unwrap();
    }
}
