//! The issuer's key in a file: for one machine. In the cloud it never leaves KMS.

use std::path::Path;

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD};
use openbadges::keys::{PublicKey, SecretKey};
use shomei_aws::machine::SystemEntropy;
use shomei_core::ports::{Entropy, SignError, Signer};

use crate::Failed;

/// The name of the one key.
pub(crate) const FRAGMENT: &str = "key-1";

/// The seed of a new key, in base64.
pub(crate) fn new_seed() -> String {
    let mut seed = [0; 32];
    SystemEntropy.fill(&mut seed);
    STANDARD.encode(seed)
}

/// A key that was read from its file. Clones share it.
#[derive(Clone)]
pub(crate) struct KeyFile {
    key: std::sync::Arc<SecretKey>,
}

impl KeyFile {
    /// From the seed in base64; the file is named if it is none.
    pub(crate) fn parse(file: &Path, seed: &str) -> Result<Self, Failed> {
        let wrong = || format!("{} holds no issuer key", file.display());
        let seed: [u8; 32] =
            STANDARD.decode(seed).ok().and_then(|bytes| bytes.try_into().ok()).ok_or_else(wrong)?;
        let key = SecretKey::from_seed(&seed).map_err(|_| wrong())?;
        Ok(Self { key: std::sync::Arc::new(key) })
    }

    pub(crate) fn public(&self) -> PublicKey {
        self.key.public()
    }
}

#[async_trait]
impl Signer for KeyFile {
    fn fragment(&self) -> &str {
        FRAGMENT
    }

    async fn sign(&self, hash_data: &[u8; 64]) -> Result<[u8; 64], SignError> {
        Ok(self.key.sign(hash_data))
    }
}
