//! Data Integrity proofs inside a document.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use jiff::Timestamp;
use linked_data::{Hash, Limits, LinkedDataError, canonicalise_with};
use openbadges::{Document, proof::ProofOptions, proof::SignedDocument};
use serde_json::{Map, Value};

use crate::{
    dates::moment,
    json::{DEPTH, items, text},
    keys::{Key, base58},
    report::Finding,
    signature::{KeyName, Message, Signature},
};

/// More proofs than any honest document has.
const MAX_PROOFS: usize = 8;

/// Far more than the largest honest badge needs.
const LIMITS: Limits = Limits { depth: DEPTH, quads: 4096, blank_nodes: 512, hashes: 4096 };

/// The members of a proof (Data Integrity 1.0, section 2.1). The same statements under other names would hide from whoever goes by
/// members, and an end that is hidden is none.
const MEMBERS: [&str; 13] = [
    "@context",
    "type",
    "id",
    "cryptosuite",
    "created",
    "expires",
    "verificationMethod",
    "proofPurpose",
    "proofValue",
    "domain",
    "challenge",
    "nonce",
    "previousProof",
];

/// How a suite makes bytes of a document.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Transformation {
    Rdfc,
    Jcs,
}

/// The suite whose canonical form depends on the key.
const ECDSA_RDFC: &str = "ecdsa-rdfc-2019";

struct Suite {
    name: &'static str,
    transformation: Transformation,
    fits: fn(&Key) -> bool,
}

/// Data Integrity EdDSA and ECDSA Cryptosuites 1.0.
fn suite(proof: &Value) -> Option<Suite> {
    let ed25519 = |key: &Key| matches!(key, Key::Ed25519(_));
    let ecdsa = |key: &Key| matches!(key, Key::P256(_) | Key::P384(_));
    let (name, transformation, fits): (_, _, fn(&Key) -> bool) =
        match (text(proof, "type")?, text(proof, "cryptosuite")) {
            ("DataIntegrityProof", Some("eddsa-rdfc-2022")) => {
                ("eddsa-rdfc-2022", Transformation::Rdfc, ed25519)
            }
            ("DataIntegrityProof", Some("eddsa-jcs-2022")) => {
                ("eddsa-jcs-2022", Transformation::Jcs, ed25519)
            }
            ("DataIntegrityProof", Some(ECDSA_RDFC)) => (ECDSA_RDFC, Transformation::Rdfc, ecdsa),
            ("DataIntegrityProof", Some("ecdsa-jcs-2019")) => ("ecdsa-jcs-2019", Transformation::Jcs, ecdsa),
            ("Ed25519Signature2020", None) => ("Ed25519Signature2020", Transformation::Rdfc, ed25519),
            _ => return None,
        };
    Some(Suite { name, transformation, fits })
}

/// A signed document of the closed shape, and its signature. Its canonical form needs no processor of linked data.
pub(crate) fn closed<D: Document>(text: &[u8]) -> Option<(D, Signature)> {
    let SignedDocument { document, proof } = SignedDocument::<D>::parse(text).ok()?;
    let options = ProofOptions { verification_method: proof.verification_method, created: proof.created };
    let half = |quads: String| digest(&SHA256, quads.as_bytes());
    let (configuration, content) = (half(options.canonical_n_quads()), half(document.canonical_n_quads()));
    let signature = Signature {
        suite: "eddsa-rdfc-2022",
        fits: |key| matches!(key, Key::Ed25519(_)),
        key: KeyName::Address(options.verification_method.as_str().to_owned()),
        given: None,
        made: Some(options.created.timestamp()),
        message: Message::Bytes([configuration.as_ref(), content.as_ref()].concat()),
        value: proof.proof_value.0.to_vec(),
    };
    Some((document, signature))
}

/// A document of any shape with its signatures.
#[derive(Debug)]
pub(crate) struct Proven {
    /// Without `proof`.
    pub(crate) document: Value,
    /// Those that can be checked.
    pub(crate) signatures: Vec<Signature>,
    /// The canonical N-Quads, if a signature is over them.
    pub(crate) canonical: Option<Arc<str>>,
    /// Why the document cannot be relied on whatever its signatures are.
    pub(crate) form: Option<Finding>,
    /// Why its signatures cannot be relied on.
    pub(crate) refused: Option<Finding>,
}

/// Takes the proofs out of a document and makes them ready to be checked.
pub(crate) fn read(mut document: Value, at: Timestamp) -> Proven {
    let proofs = document.as_object_mut().and_then(|members| members.remove("proof"));
    let mut proven = Proven { document, signatures: Vec::new(), canonical: None, form: None, refused: None };
    let proofs = items(proofs.as_ref());
    if proofs.len() > MAX_PROOFS {
        proven.form = Some(Finding::TooComplex);
        return proven;
    }
    let mut unknown = None;
    for proof in proofs {
        let Some(suite) = suite(proof) else {
            let name = text(proof, "cryptosuite").or(text(proof, "type")).unwrap_or_default();
            unknown.get_or_insert(Finding::UnknownSuite(name.to_owned()));
            continue;
        };
        match proven.signature(proof, &suite, at) {
            Ok(signature) => proven.signatures.push(signature),
            Err(Trouble::Proof(finding)) => {
                proven.refused.get_or_insert(finding);
            }
            Err(Trouble::Form(finding)) => {
                proven.form.get_or_insert(finding);
                proven.refused.get_or_insert(Finding::Unread);
                // The document is not what it must be, whatever other proofs say.
                break;
            }
        }
    }
    if proven.signatures.is_empty() && proven.refused.is_none() {
        proven.refused = Some(unknown.unwrap_or(Finding::NotSigned));
    }
    proven
}

enum Trouble {
    Proof(Finding),
    Form(Finding),
}

fn bad(why: impl Into<String>) -> Trouble {
    Trouble::Proof(Finding::BadProof(why.into()))
}

impl Proven {
    fn signature(&mut self, proof: &Value, suite: &Suite, at: Timestamp) -> Result<Signature, Trouble> {
        let Some(members) = proof.as_object() else { return Err(bad("proof")) };
        if text(proof, "proofPurpose") != Some("assertionMethod") {
            return Err(bad("proofPurpose"));
        }
        if proof.get("previousProof").is_some() {
            return Err(Trouble::Proof(Finding::UnknownSuite(format!("{}, in a chain", suite.name))));
        }
        let moment_of = |name: &str| match proof.get(name) {
            None => Ok(None),
            Some(value) => value.as_str().and_then(moment).map(Some).ok_or_else(|| bad(name)),
        };
        let made = moment_of("created")?;
        if moment_of("expires")?.is_some_and(|end| at.as_second() > end.as_second()) {
            return Err(bad("expires"));
        }
        let address = text(proof, "verificationMethod").ok_or_else(|| bad("verificationMethod"))?;
        let value = text(proof, "proofValue")
            .and_then(|value| base58(value.strip_prefix('z')?))
            .ok_or_else(|| bad("proofValue"))?;
        let mut configuration = members.clone();
        configuration.remove("proofValue");
        let message = self.message(configuration, suite)?;
        // What no context defines was refused above; what is left is signed under a name that readers do not know.
        if let Some(other) = members.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
            return Err(Trouble::Form(Finding::UnknownForm(format!("proof.{other}"))));
        }
        let key = KeyName::Address(address.to_owned());
        Ok(Signature { suite: suite.name, fits: suite.fits, key, given: None, made, message, value })
    }

    fn message(&mut self, mut configuration: Map<String, Value>, suite: &Suite) -> Result<Message, Trouble> {
        let context = self.document.get("@context").cloned().unwrap_or(Value::Null);
        if let Some(own) = configuration.get("@context") {
            // The context that was signed may be the beginning of the document's (section 3.3.2 of both
            // specifications). What stands behind it would not be signed.
            if items(Some(own)) != items(Some(&context)) {
                return Err(Trouble::Form(Finding::Unsigned("@context".to_owned())));
            }
        }
        match suite.transformation {
            Transformation::Jcs => Ok(Message::Halves {
                configuration: linked_data::jcs::canonical(&Value::Object(configuration)),
                document: linked_data::jcs::canonical(&self.document).into(),
                document_384: None,
            }),
            Transformation::Rdfc => {
                configuration.insert("@context".to_owned(), context);
                let document = self.canonical_document()?;
                let configuration = n_quads(&Value::Object(configuration), Hash::Sha256, "proof.")?;
                // With one unnamed part or none, every hash labels alike (Data Integrity ECDSA Cryptosuites 1.0,
                // section 3.2).
                let labelled = suite.name == ECDSA_RDFC && document.contains("_:c14n1 ");
                let document_384 =
                    if labelled { Some(n_quads(&self.document, Hash::Sha384, "")?.into()) } else { None };
                Ok(Message::Halves { configuration, document, document_384 })
            }
        }
    }

    fn canonical_document(&mut self) -> Result<Arc<str>, Trouble> {
        if let Some(canonical) = &self.canonical {
            return Ok(Arc::clone(canonical));
        }
        let canonical: Arc<str> = n_quads(&self.document, Hash::Sha256, "")?.into();
        self.canonical = Some(Arc::clone(&canonical));
        Ok(canonical)
    }
}

fn n_quads(document: &Value, hash: Hash, place: &str) -> Result<String, Trouble> {
    canonicalise_with(document, &LIMITS, hash).map_err(|error| {
        Trouble::Form(match error {
            LinkedDataError::Undefined(name) => Finding::Unsigned(format!("{place}{name}")),
            LinkedDataError::TooComplex => Finding::TooComplex,
            LinkedDataError::UnknownContext(context) => Finding::UnknownForm(context),
            LinkedDataError::Unsupported(feature) => Finding::UnknownForm(feature),
            LinkedDataError::Malformed(code) => Finding::NotABadge(format!("{place}{code}")),
        })
    })
}
