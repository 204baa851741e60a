//! The issuer's key in a file: for one machine. In the cloud it never leaves KMS.

use std::path::Path;

use async_trait::async_trait;
use aws_lc_rs::{
    digest::{SHA256, digest},
    hmac,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use openbadges::{
    jwt::SecretTokenKey,
    keys::{PublicKey, SecretKey},
};
use shomei_aws::machine::SystemEntropy;
use shomei_core::{
    badge::BadgeId,
    name_match,
    ports::{Cause, Entropy, NameMatchKey, SignError, Signer, TokenSigner},
    programme::IssuerTokenKey,
};

use crate::Failed;

/// The name of the one key.
pub(crate) const FRAGMENT: &str = "key-1";

/// The seed of a new key, in base64.
pub(crate) fn new_seed() -> String {
    let mut seed = [0; 32];
    SystemEntropy.fill(&mut seed);
    STANDARD.encode(seed)
}

/// What [`new_seed`] wrote.
fn secret(text: &str) -> Option<[u8; 32]> {
    STANDARD.decode(text).ok()?.try_into().ok()
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
        let key = SecretKey::from_seed(&secret(seed).ok_or_else(wrong)?).map_err(|_| wrong())?;
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

/// A new key for signed tokens, as PKCS #8 in base64.
pub(crate) fn new_token_key() -> Result<String, Failed> {
    Ok(STANDARD.encode(SecretTokenKey::generate()?))
}

/// The key for signed tokens that was read from its file. Clones share it.
#[derive(Clone)]
pub(crate) struct TokenKeyFile {
    key: std::sync::Arc<SecretTokenKey>,
    listed: IssuerTokenKey,
}

impl TokenKeyFile {
    /// From PKCS #8 in base64; the file is named if it is none. The key's name follows from the key: if the file is lost, another
    /// key gets another name.
    pub(crate) fn parse(file: &Path, text: &str) -> Result<Self, Failed> {
        let wrong = || format!("{} holds no key for tokens", file.display());
        let document = STANDARD.decode(text).map_err(|_| wrong())?;
        let key = SecretTokenKey::from_pkcs8(&document).map_err(|_| wrong())?;
        let public = key.public().map_err(|_| wrong())?;
        let hash = digest(&SHA256, &public.spki());
        let name = hash.as_ref().iter().take(4).fold(0_u32, |name, byte| name << 8 | u32::from(*byte));
        let listed = IssuerTokenKey { fragment: format!("token-{name:08x}"), public };
        Ok(Self { key: std::sync::Arc::new(key), listed })
    }

    pub(crate) fn listed(&self) -> IssuerTokenKey {
        self.listed.clone()
    }
}

#[async_trait]
impl TokenSigner for TokenKeyFile {
    fn fragment(&self) -> &str {
        &self.listed.fragment
    }

    async fn sign(&self, signing_input: &[u8]) -> Result<Vec<u8>, SignError> {
        self.key.sign(signing_input).map_err(|error| SignError::Unavailable(Cause::new(error.to_string())))
    }
}

/// The key by which names are compared, read from its file. Clones share it.
#[derive(Clone)]
pub(crate) struct NameMatchKeyFile {
    key: std::sync::Arc<hmac::Key>,
}

impl NameMatchKeyFile {
    /// From 32 bytes in base64; the file is named if it holds none.
    pub(crate) fn parse(file: &Path, text: &str) -> Result<Self, Failed> {
        let bytes =
            secret(text).ok_or_else(|| format!("{} holds no key for comparing names", file.display()))?;
        Ok(Self { key: std::sync::Arc::new(hmac::Key::new(hmac::HMAC_SHA256, &bytes)) })
    }
}

#[async_trait]
impl NameMatchKey for NameMatchKeyFile {
    async fn of_badge(&self, badge: &BadgeId) -> Result<[u8; 32], SignError> {
        let tag = hmac::sign(&self.key, name_match::derivation(badge).as_bytes());
        <[u8; 32]>::try_from(tag.as_ref())
            .map_err(|_| SignError::Refused(Cause::new("HMAC of another length".to_owned())))
    }
}
