//! What the floors are made of: calls of the libraries, with everything that can be made beforehand made beforehand.

use std::{
    hint::black_box,
    io::{Read, Write},
};

use aws_lc_rs::{
    digest::{SHA256, digest},
    signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use openbadges::{Document, status::LIST_BITS};

use crate::sample;

/// The bytes that are hashed for a signature.
pub(crate) struct Canonical {
    configuration: String,
    document: String,
}

impl Canonical {
    pub(crate) fn of(document: &impl Document) -> Self {
        Self { configuration: sample::options().canonical_n_quads(), document: document.canonical_n_quads() }
    }

    /// The 64 bytes that are signed.
    pub(crate) fn hash(&self) -> [u8; 64] {
        let mut hashes = [0; 64];
        let (configuration, document) = hashes.split_at_mut(32);
        configuration.copy_from_slice(digest(&SHA256, black_box(self.configuration.as_bytes())).as_ref());
        document.copy_from_slice(digest(&SHA256, black_box(self.document.as_bytes())).as_ref());
        hashes
    }
}

/// The sample's key.
pub(crate) struct Key(Ed25519KeyPair);

impl Key {
    pub(crate) fn new() -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap())
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(black_box(message)).as_ref().try_into().unwrap()
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8; 64]) {
        let key = UnparsedPublicKey::new(&ED25519, self.0.public_key());
        key.verify(black_box(message), black_box(signature)).unwrap();
    }
}

/// The gzip file in the text of a status list.
pub(crate) fn compressed(encoded: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(encoded.strip_prefix('u').unwrap()).unwrap()
}

pub(crate) fn inflate(compressed: &[u8]) -> Vec<u8> {
    let mut bits = Vec::with_capacity(LIST_BITS / 8 + 1);
    GzDecoder::new(black_box(compressed)).read_to_end(&mut bits).unwrap();
    bits
}

pub(crate) fn deflate(bits: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(black_box(bits)).unwrap();
    encoder.finish().unwrap()
}
