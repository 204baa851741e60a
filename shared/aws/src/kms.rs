//! [`Signer`], [`TokenSigner`] and [`NameMatchKey`] on KMS. None of the keys ever leaves the service.
//!
//! The issuer's key for badges is of the kind `ECC_NIST_EDWARDS25519`.
//!
//! `Sign` with `ED25519_SHA_512` and `MessageType` `RAW` is pure Ed25519 (RFC 8032), as `eddsa-rdfc-2022` wants it.
//!
//! The public half is not asked for here: it is pinned by configuration, and issuance stores nothing whose signature
//! does not verify with it. `public_key` reads it for the person who writes that configuration.

use std::{error::Error, sync::Arc};

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_lc_rs::digest::{SHA256, digest};
use aws_sdk_kms::{
    Client,
    config::retry::RetryConfig,
    error::{ProvideErrorMetadata, SdkError},
    primitives::Blob,
    types::{KeySpec, MacAlgorithmSpec, MessageType, SigningAlgorithmSpec},
};
use openbadges::{
    jwt::{self, Algorithm, TokenKey},
    keys::PublicKey,
};
use shomei_core::{
    badge::BadgeId,
    name_match,
    ports::{Cause, NameMatchKey, SignError, Signer, TokenSigner},
};
use tokio::sync::Semaphore;

use crate::{Lazy, Sdk, cause};

/// As it stands in causes.
const SERVICE: &str = "KMS";

/// How many signatures are asked for at once. An account signs some hundred times a second, shared by all shards of a
/// run: more calls in flight would only be turned away.
const IN_FLIGHT: usize = 8;

/// How often one signature is asked for. The SDK's adaptive mode slows all of them down when the service throttles.
const ATTEMPTS: u32 = 8;

/// How often it is asked while somebody waits: three answers that do not come take 15 s, and the gateway waits for 30.
const IMPATIENT_ATTEMPTS: u32 = 3;

/// A key in KMS.
#[derive(Debug, Clone)]
pub struct KmsSigner {
    lazy: Lazy<Client>,
    key_id: String,
    fragment: String,
    in_flight: Arc<Semaphore>,
}

impl KmsSigner {
    /// The key `key_id`, listed in `did.json` under `fragment`. The client is made at the first signature.
    pub fn of(sdk: &Sdk, key_id: impl Into<String>, fragment: impl Into<String>) -> Self {
        Self {
            lazy: Lazy::of(sdk),
            key_id: key_id.into(),
            fragment: fragment.into(),
            in_flight: Arc::new(Semaphore::new(IN_FLIGHT)),
        }
    }

    async fn client(&self) -> &Client {
        self.lazy.client(client).await
    }
}

fn client(sdk: &SdkConfig) -> Client {
    client_with(sdk, RetryConfig::adaptive().with_max_attempts(ATTEMPTS))
}

/// For whoever waits in front of a page.
fn impatient_client(sdk: &SdkConfig) -> Client {
    client_with(sdk, RetryConfig::standard().with_max_attempts(IMPATIENT_ATTEMPTS))
}

fn client_with(sdk: &SdkConfig, retry: RetryConfig) -> Client {
    Client::from_conf(aws_sdk_kms::config::Builder::from(sdk).retry_config(retry).build())
}

/// The public half of a signing key, for the settings and for `did.json`.
///
/// # Errors
/// [`SignError::Refused`] if there is no such key or it is of another kind, [`SignError::Unavailable`] without an answer.
pub async fn public_key(sdk: &Sdk, key_id: &str) -> Result<AnyPublicKey, SignError> {
    let answer =
        client(sdk.config().await).get_public_key().key_id(key_id).send().await.map_err(|error| {
            let cause = cause(SERVICE, &error);
            match error.as_service_error() {
                Some(_) => SignError::Refused(cause),
                None => SignError::Unavailable(cause),
            }
        })?;
    let refused = |what: String| SignError::Refused(Cause::new(what));
    let kind = answer.key_spec().cloned();
    let document = answer.public_key.map(Blob::into_inner).unwrap_or_default();
    match kind {
        Some(KeySpec::EccNistEdwards25519) => PublicKey::from_spki(&document)
            .map(AnyPublicKey::OfBadges)
            .map_err(|error| refused(error.to_string())),
        Some(KeySpec::EccNistP256 | KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096) => {
            TokenKey::from_spki(&document)
                .map(AnyPublicKey::OfTokens)
                .map_err(|error| refused(error.to_string()))
        }
        other => Err(refused(format!(
            "the key's kind is {other:?}, neither ECC_NIST_EDWARDS25519 for badges nor ECC_NIST_P256 or RSA for tokens"
        ))),
    }
}

/// What [`public_key`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnyPublicKey {
    /// It signs badges.
    OfBadges(PublicKey),
    /// It signs tokens.
    OfTokens(TokenKey),
}

#[async_trait]
impl Signer for KmsSigner {
    fn fragment(&self) -> &str {
        &self.fragment
    }

    async fn sign(&self, hash_data: &[u8; 64]) -> Result<[u8; 64], SignError> {
        let signature = self.ask(hash_data, MessageType::Raw, SigningAlgorithmSpec::Ed25519Sha512).await?;
        <[u8; 64]>::try_from(signature).map_err(|bytes| {
            SignError::Refused(Cause::new(format!(
                "KMS answered {} bytes, not a 64 byte Ed25519 signature",
                bytes.len()
            )))
        })
    }
}

/// A key in KMS for signed tokens: `ECC_NIST_P256`, or RSA. It gets the digest, because a token is longer than the 4,096 bytes that
/// KMS takes.
#[derive(Debug, Clone)]
pub struct KmsTokenSigner {
    key: KmsSigner,
    algorithm: Algorithm,
}

impl KmsTokenSigner {
    /// The key `key_id`, listed under `fragment`.
    pub fn of(
        sdk: &Sdk,
        key_id: impl Into<String>,
        fragment: impl Into<String>,
        algorithm: Algorithm,
    ) -> Self {
        Self { key: KmsSigner::of(sdk, key_id, fragment), algorithm }
    }
}

#[async_trait]
impl TokenSigner for KmsTokenSigner {
    fn fragment(&self) -> &str {
        &self.key.fragment
    }

    async fn sign(&self, signing_input: &[u8]) -> Result<Vec<u8>, SignError> {
        let hash = digest(&SHA256, signing_input);
        let algorithm = match self.algorithm {
            Algorithm::Es256 => SigningAlgorithmSpec::EcdsaSha256,
            Algorithm::Rs256 => SigningAlgorithmSpec::RsassaPkcs1V15Sha256,
        };
        let signature = self.key.ask(hash.as_ref(), MessageType::Digest, algorithm).await?;
        match self.algorithm {
            Algorithm::Rs256 => Ok(signature),
            Algorithm::Es256 => jwt::es256_from_der(&signature).map(Vec::from).map_err(|_| {
                SignError::Refused(Cause::new("KMS answered no ECDSA signature in DER".to_owned()))
            }),
        }
    }
}

impl KmsSigner {
    async fn ask(
        &self,
        message: &[u8],
        kind: MessageType,
        algorithm: SigningAlgorithmSpec,
    ) -> Result<Vec<u8>, SignError> {
        let _turn = self.in_flight.acquire().await;
        let answer = self
            .client()
            .await
            .sign()
            .key_id(&self.key_id)
            .message(Blob::new(message))
            .message_type(kind)
            .signing_algorithm(algorithm)
            .send()
            .await
            .map_err(|error| sign_error(&error))?;
        Ok(answer.signature.map(Blob::into_inner).unwrap_or_default())
    }
}

/// An `HMAC_256` key in KMS by which names are compared. Each badge has a key of its own, made from it.
#[derive(Debug, Clone)]
pub struct KmsNameMatchKey {
    lazy: Lazy<Client>,
    key_id: String,
}

impl KmsNameMatchKey {
    /// The key `key_id`. The client is made when it is first asked.
    pub fn of(sdk: &Sdk, key_id: impl Into<String>) -> Self {
        Self { lazy: Lazy::of(sdk), key_id: key_id.into() }
    }
}

#[async_trait]
impl NameMatchKey for KmsNameMatchKey {
    async fn of_badge(&self, badge: &BadgeId) -> Result<[u8; 32], SignError> {
        let client = self.lazy.client(impatient_client).await;
        let answer = client
            .generate_mac()
            .key_id(&self.key_id)
            .mac_algorithm(MacAlgorithmSpec::HmacSha256)
            .message(Blob::new(name_match::derivation(badge)))
            .send()
            .await
            .map_err(|error| sign_error(&error))?;
        let mac = answer.mac.map(Blob::into_inner).unwrap_or_default();
        <[u8; 32]>::try_from(mac)
            .map_err(|_| SignError::Refused(Cause::new("KMS answered no HMAC of SHA-256".to_owned())))
    }
}

fn sign_error<E>(error: &SdkError<E>) -> SignError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let cause = cause(SERVICE, error);
    match error.as_service_error().and_then(ProvideErrorMetadata::code) {
        Some(code) if REFUSALS.contains(&code) => SignError::Refused(cause),
        _ => SignError::Unavailable(cause),
    }
}

/// What no repetition mends: the key itself is not to be had, or not for this.
const REFUSALS: [&str; 7] = [
    "DisabledException",
    "NotFoundException",
    "InvalidKeyUsageException",
    "KMSInvalidStateException",
    "AccessDeniedException",
    "ValidationException",
    "UnrecognizedClientException",
];
