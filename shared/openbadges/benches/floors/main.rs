//! Each operation beside its floor: the hashing, signing, copying and inflating that no implementation of it can do
//! without, measured in the same run. The run ends with a table of both and their ratio.
//!
//! ```text
//! cargo bench -p openbadges           # all; about a minute
//! cargo bench -p openbadges -- sign   # one
//! ```
#![expect(clippy::unwrap_used, reason = "a benchmark whose input does not fit has to stop")]

mod raw;
#[expect(clippy::wildcard_imports, reason = "clippy allows them in tests, whose file it is")]
#[path = "../../tests/sample/mod.rs"]
mod sample;
mod table;

use std::{hint::black_box, time::Duration};

use aws_lc_rs::digest::{SHA256, digest};
use criterion::{BatchSize, Criterion};
use jiff::Timestamp;
use openbadges::{
    bake::{Artwork, unbake},
    credential::AchievementCredential,
    proof::{SignedDocument, Unsigned},
    status::{StatusIndex, StatusList},
    verify::{StatusKnowledge, Verdict, verify_credential},
};

use crate::{raw::Canonical, table::Table};

const ARTWORK: &[u8] = include_bytes!("../../../../events/artwork/pm-foundation.png");

/// So many of the 131,072 badges of the status list are revoked.
const REVOKED: u64 = 1000;

fn main() {
    let criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    let mut table = Table::new(criterion);
    signing(&mut table);
    verifying(&mut table);
    baking(&mut table);
    listing(&mut table);
    table.print();
}

fn signing(table: &mut Table) {
    let (key, public, raw) = (sample::key(), sample::key().public(), raw::Key::new());
    let unsigned = || Unsigned::new(black_box(sample::credential()), sample::options()).unwrap();
    let signature = key.sign(unsigned().hash_data());
    let canonical = Canonical::of(&sample::credential());
    let hash = canonical.hash();
    assert_eq!((&hash, raw.sign(&hash)), (unsigned().hash_data(), signature), "ours and floor do the same");

    table.beside(
        ["sign", "build, canonicalise, hash, sign", "SHA-256, Ed25519 sign"],
        |bencher| bencher.iter(|| key.sign(unsigned().hash_data())),
        |bencher| bencher.iter(|| raw.sign(&canonical.hash())),
    );
    table.beside(
        ["attach", "verify in memory, write the text", "Ed25519 verify"],
        |bencher| {
            let attach = |unsigned: Unsigned<_>| unsigned.attach_verified(signature, &public).unwrap();
            bencher.iter_batched(unsigned, attach, BatchSize::SmallInput);
        },
        |bencher| bencher.iter(|| raw.verify(&hash, &signature)),
    );
    table.beside(
        ["issue", "sign, then attach", "SHA-256, Ed25519 sign and verify"],
        |bencher| {
            bencher.iter(|| {
                let unsigned = unsigned();
                let signature = key.sign(unsigned.hash_data());
                unsigned.attach_verified(signature, &public).unwrap()
            });
        },
        |bencher| {
            bencher.iter(|| {
                let hash = canonical.hash();
                raw.verify(&hash, &raw.sign(&hash));
            });
        },
    );
}

fn verifying(table: &mut Table) {
    let (did, public, raw) = (sample::did(), sample::key().public(), raw::Key::new());
    let list = sample::list(&revoked().map(StatusIndex::value).collect::<Vec<_>>());
    let canonical = [Canonical::of(&sample::credential()), Canonical::of(&list)];
    let signatures = canonical.each_ref().map(|canonical| raw.sign(&canonical.hash()));
    let compressed = raw::compressed(list.credential_subject.encoded_list.as_str());
    let (badge, list) = (sample::sign(sample::credential()), sample::sign(list));
    let at: Timestamp = "2026-11-05T00:00:00Z".parse().unwrap();
    let check = || {
        let status = StatusKnowledge::List(black_box(list.text().as_bytes()));
        verify_credential(black_box(badge.text().as_bytes()), &did, at, status)
    };
    assert_eq!(check().verdict(), Verdict::Valid);
    table.keep("credential.json", badge.text());

    table.beside(
        ["verify", "read, canonicalise, hash, verify", "SHA-256, Ed25519 verify"],
        |bencher| {
            bencher.iter(|| {
                let text = black_box(badge.text().as_bytes());
                SignedDocument::<AchievementCredential>::parse(text).unwrap().verify(&public).unwrap();
            });
        },
        |bencher| bencher.iter(|| raw.verify(&canonical[0].hash(), &signatures[0])),
    );
    table.beside(
        ["check", "all checks of a badge, with its list", "the same twice, inflate the list"],
        |bencher| bencher.iter(check),
        |bencher| {
            bencher.iter(|| {
                for (canonical, signature) in canonical.iter().zip(&signatures) {
                    raw.verify(&canonical.hash(), signature);
                }
                raw::inflate(&compressed)
            });
        },
    );
}

fn baking(table: &mut Table) {
    let artwork = Artwork::parse(ARTWORK).unwrap();
    let badge = sample::sign(sample::credential());
    let baked = artwork.bake(badge.text());
    assert_eq!(unbake(&baked).unwrap().as_deref(), Some(badge.text()));

    table.beside(
        ["bake", "the credential into its picture", "copy the picture, CRC of the text"],
        |bencher| bencher.iter(|| artwork.bake(black_box(badge.text()))),
        |bencher| {
            bencher
                .iter(|| (black_box(ARTWORK).to_vec(), crc32fast::hash(black_box(badge.text().as_bytes()))));
        },
    );
    // Of the file, nothing but the text has to be looked at as a whole.
    table.beside(
        ["unbake", "the credential out of its picture", "CRC of the text, copy it"],
        |bencher| bencher.iter(|| unbake(black_box(&baked)).unwrap()),
        |bencher| {
            bencher.iter(|| {
                let text = black_box(badge.text());
                (crc32fast::hash(text.as_bytes()), text.to_owned())
            });
        },
    );
}

fn listing(table: &mut Table) {
    let mut list = StatusList::new();
    revoked().for_each(|index| list.set(index));
    let encoded = list.encode();
    let compressed = raw::compressed(&encoded);
    let bits = raw::inflate(&compressed);
    assert_eq!(raw::deflate(&bits), compressed, "ours and floor do the same");

    table.beside(
        ["encode", "a status list into its text", "deflate the list"],
        |bencher| bencher.iter(|| black_box(&list).encode()),
        |bencher| bencher.iter(|| raw::deflate(&bits)),
    );
    table.beside(
        ["decode", "a status list from its text", "inflate the list"],
        |bencher| bencher.iter(|| StatusList::decode(black_box(&encoded)).unwrap()),
        |bencher| bencher.iter(|| raw::inflate(&compressed)),
    );
}

/// Places that are spread as random ones are: regular ones would compress too well.
fn revoked() -> impl Iterator<Item = StatusIndex> {
    (0..REVOKED).filter_map(|number| {
        let hash = digest(&SHA256, &number.to_be_bytes());
        hash.as_ref().first_chunk().map(|bytes| StatusIndex::wrapping(u64::from_be_bytes(*bytes)))
    })
}
