//! Keys of strangers, and what they sign.

use aws_lc_rs::{
    digest::{SHA256, SHA384, digest},
    encoding::AsBigEndian,
    encoding::EcPublicKeyCompressedBin,
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
        RSA_PKCS1_SHA256, RsaKeyPair,
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use linked_data::{Hash, Limits, canonicalise_with};
use openbadges::keys::SecretKey;
use serde_json::{Map, Value, json};

/// Enough for every sample.
const LIMITS: Limits = Limits { depth: 64, quads: 4096, blank_nodes: 512, hashes: 4096 };

pub(crate) enum Pair {
    Ed25519(SecretKey),
    P256(EcdsaKeyPair),
    P384(EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

impl Pair {
    pub(crate) fn ed25519(seed: u8) -> Self {
        Self::Ed25519(SecretKey::from_seed(&[seed; 32]).unwrap())
    }

    pub(crate) fn p256() -> Self {
        Self::P256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
    }

    pub(crate) fn p384() -> Self {
        Self::P384(EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap())
    }

    pub(crate) fn rsa() -> Self {
        Self::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).unwrap())
    }

    pub(crate) fn multibase(&self) -> String {
        let (prefix, point) = match self {
            Self::Ed25519(key) => return key.public().multibase(),
            Self::P256(pair) => ([0x80, 0x24], pair.public_key()),
            Self::P384(pair) => ([0x81, 0x24], pair.public_key()),
            Self::Rsa(_) => panic!("RSA keys are written as JWK"),
        };
        let point: EcPublicKeyCompressedBin<'_> = point.as_be_bytes().unwrap();
        format!("z{}", bs58::encode([&prefix, point.as_ref()].concat()).into_string())
    }

    pub(crate) fn did_key(&self) -> String {
        format!("did:key:{}", self.multibase())
    }

    pub(crate) fn jwk(&self) -> Value {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let point = |curve: &str, pair: &EcdsaKeyPair| {
            let (x, y) = pair.public_key().as_ref()[1..].split_at(pair.public_key().as_ref().len() / 2);
            json!({"kty": "EC", "crv": curve, "x": text(x), "y": text(y)})
        };
        match self {
            Self::Ed25519(key) => {
                json!({"kty": "OKP", "crv": "Ed25519", "x": text(key.public().as_bytes())})
            }
            Self::P256(pair) => point("P-256", pair),
            Self::P384(pair) => point("P-384", pair),
            Self::Rsa(pair) => json!({
                "kty": "RSA",
                "n": text(pair.public_key().modulus().big_endian_without_leading_zero()),
                "e": text(pair.public_key().exponent().big_endian_without_leading_zero()),
            }),
        }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Ed25519(key) => key.sign(message).to_vec(),
            Self::P256(pair) | Self::P384(pair) => pair.sign(&random, message).unwrap().as_ref().to_vec(),
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).unwrap();
                signature
            }
        }
    }

    fn alg(&self) -> &'static str {
        match self {
            Self::Ed25519(_) => "EdDSA",
            Self::P256(_) => "ES256",
            Self::P384(_) => "ES384",
            Self::Rsa(_) => "RS256",
        }
    }

    /// A verification method of this key.
    pub(crate) fn method(&self, id: &str, controller: &str) -> Value {
        match self {
            Self::Rsa(_) => json!({
                "id": id, "type": "JsonWebKey", "controller": controller, "publicKeyJwk": self.jwk(),
            }),
            _ => json!({
                "id": id, "type": "Multikey", "controller": controller, "publicKeyMultibase": self.multibase(),
            }),
        }
    }

    /// Signs a document with one of the suites, and gives it back with an array of one proof.
    pub(crate) fn prove(&self, document: &Value, suite: &str, method: &str) -> Value {
        let proof = match suite {
            "Ed25519Signature2020" => json!({"type": suite}),
            _ => json!({"type": "DataIntegrityProof", "cryptosuite": suite}),
        };
        let mut proof = proof.as_object().unwrap().clone();
        proof.insert("created".to_owned(), json!("2026-11-01T00:00:00Z"));
        proof.insert("verificationMethod".to_owned(), json!(method));
        proof.insert("proofPurpose".to_owned(), json!("assertionMethod"));
        self.prove_with(document, suite, proof)
    }

    /// Signs with these proof options, whatever they say.
    pub(crate) fn prove_with(&self, document: &Value, suite: &str, options: Map<String, Value>) -> Value {
        let mut document = document.clone();
        let earlier = document.as_object_mut().unwrap().remove("proof");
        let (algorithm, hash) = match self {
            Self::P384(_) => (&SHA384, Hash::Sha384),
            _ => (&SHA256, Hash::Sha256),
        };
        let mut configuration = options.clone();
        let half = |value: &Value| {
            let text = if suite.contains("-jcs-") {
                sorted(value)
            } else {
                canonicalise_with(value, &LIMITS, hash).unwrap()
            };
            digest(algorithm, text.as_bytes()).as_ref().to_vec()
        };
        if !suite.contains("-jcs-") {
            configuration.insert("@context".to_owned(), document["@context"].clone());
        }
        let message = [half(&Value::Object(configuration)), half(&document)].concat();
        let mut proof = options;
        let value = format!("z{}", bs58::encode(self.sign(&message)).into_string());
        proof.insert("proofValue".to_owned(), json!(value));
        let mut proofs = earlier.as_ref().and_then(Value::as_array).cloned().unwrap_or_default();
        proofs.push(Value::Object(proof));
        document["proof"] = json!(proofs);
        document
    }

    /// A compact token. The header's `alg` is the key's own unless it stands there.
    pub(crate) fn token(&self, header: &Value, payload: &Value) -> String {
        let mut header = header.clone();
        if header.get("alg").is_none() {
            header["alg"] = json!(self.alg());
        }
        let signed = format!("{}.{}", part(&header), part(payload));
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(self.sign(signed.as_bytes())))
    }
}

pub(crate) fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// The canonical text of the samples: ASCII names, and no number with a fraction.
fn sorted(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(sorted).collect();
            format!("[{}]", items.join(","))
        }
        Value::Object(members) => {
            let mut members: Vec<_> =
                members.iter().map(|(name, value)| format!("{}:{}", json!(name), sorted(value))).collect();
            members.sort();
            format!("{{{}}}", members.join(","))
        }
        other => other.to_string(),
    }
}
