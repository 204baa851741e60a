//! [`Signer`] on KMS: an `ECC_NIST_EDWARDS25519` key that never leaves the service.
//!
//! `Sign` with `ED25519_SHA_512` and `MessageType` `RAW` is pure Ed25519 (RFC 8032), as `eddsa-rdfc-2022` wants it.
//!
//! The public half is not asked for here: it is pinned by configuration, and issuance stores nothing whose signature
//! does not verify with it. `public_key` reads it for the person who writes that configuration.

use std::sync::Arc;

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_kms::{
    Client,
    config::retry::RetryConfig,
    error::ProvideErrorMetadata,
    operation::sign::SignError as KmsError,
    primitives::Blob,
    types::{KeySpec, MessageType, SigningAlgorithmSpec},
};
use openbadges::keys::PublicKey;
use shomei_core::ports::{Cause, SignError, Signer};
use tokio::sync::Semaphore;

use crate::{Lazy, Sdk, cause};

/// As it stands in causes.
const SERVICE: &str = "KMS";

/// How many signatures are asked for at once. An account signs some hundred times a second, shared by all shards of a
/// run: more calls in flight would only be turned away.
const IN_FLIGHT: usize = 8;

/// How often one signature is asked for. The SDK's adaptive mode slows all of them down when the service throttles.
const ATTEMPTS: u32 = 8;

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
    let retry = RetryConfig::adaptive().with_max_attempts(ATTEMPTS);
    Client::from_conf(aws_sdk_kms::config::Builder::from(sdk).retry_config(retry).build())
}

/// The public half of a signing key, for the settings and for `did.json`.
///
/// # Errors
/// [`SignError::Refused`] if there is no such key or it is of another kind, [`SignError::Unavailable`] without an answer.
pub async fn public_key(sdk: &Sdk, key_id: &str) -> Result<PublicKey, SignError> {
    let answer =
        client(sdk.config().await).get_public_key().key_id(key_id).send().await.map_err(|error| {
            let cause = cause(SERVICE, &error);
            match error.as_service_error() {
                Some(_) => SignError::Refused(cause),
                None => SignError::Unavailable(cause),
            }
        })?;
    let refused = |what: String| SignError::Refused(Cause::new(what));
    match answer.key_spec() {
        Some(KeySpec::EccNistEdwards25519) => {}
        other => return Err(refused(format!("the key's kind is {other:?}, not ECC_NIST_EDWARDS25519"))),
    }
    let document = answer.public_key.map(Blob::into_inner).unwrap_or_default();
    PublicKey::from_spki(&document).map_err(|error| refused(error.to_string()))
}

#[async_trait]
impl Signer for KmsSigner {
    fn fragment(&self) -> &str {
        &self.fragment
    }

    async fn sign(&self, hash_data: &[u8; 64]) -> Result<[u8; 64], SignError> {
        let _turn = self.in_flight.acquire().await;
        let answer = self
            .client()
            .await
            .sign()
            .key_id(&self.key_id)
            .message(Blob::new(*hash_data))
            .message_type(MessageType::Raw)
            .signing_algorithm(SigningAlgorithmSpec::Ed25519Sha512)
            .send()
            .await
            .map_err(|error| match error.as_service_error() {
                Some(
                    KmsError::DisabledException(_)
                    | KmsError::NotFoundException(_)
                    | KmsError::InvalidKeyUsageException(_)
                    | KmsError::KmsInvalidStateException(_),
                ) => SignError::Refused(cause(SERVICE, &error)),
                Some(other) if other.code().is_some_and(|code| REFUSALS.contains(&code)) => {
                    SignError::Refused(cause(SERVICE, &error))
                }
                _ => SignError::Unavailable(cause(SERVICE, &error)),
            })?;
        let signature = answer.signature.map(Blob::into_inner).unwrap_or_default();
        <[u8; 64]>::try_from(signature).map_err(|bytes| {
            SignError::Refused(Cause::new(format!(
                "KMS answered {} bytes, not a 64 byte Ed25519 signature",
                bytes.len()
            )))
        })
    }
}

/// What no repetition mends, besides what the SDK knows by name.
const REFUSALS: [&str; 3] = ["AccessDeniedException", "ValidationException", "UnrecognizedClientException"];
