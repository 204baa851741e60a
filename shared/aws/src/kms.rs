//! [`Signer`] on KMS: an `ECC_NIST_EDWARDS25519` key that never leaves the service.
//!
//! `Sign` with `ED25519_SHA_512` and `MessageType` `RAW` is pure Ed25519 (RFC 8032), as `eddsa-rdfc-2022` wants it.

use async_trait::async_trait;
use aws_sdk_kms::{
    Client,
    error::{DisplayErrorContext, ProvideErrorMetadata},
    operation::sign::SignError as KmsError,
    primitives::Blob,
    types::{MessageType, SigningAlgorithmSpec},
};
use shomei_core::ports::{Cause, SignError, Signer};

/// A key in KMS.
#[derive(Debug, Clone)]
pub struct KmsSigner {
    client: Client,
    key_id: String,
    fragment: String,
}

impl KmsSigner {
    /// The key `key_id`, listed in `did.json` under `fragment`.
    pub fn new(client: Client, key_id: impl Into<String>, fragment: impl Into<String>) -> Self {
        Self { client, key_id: key_id.into(), fragment: fragment.into() }
    }
}

#[async_trait]
impl Signer for KmsSigner {
    fn fragment(&self) -> &str {
        &self.fragment
    }

    async fn sign(&self, hash_data: &[u8; 64]) -> Result<[u8; 64], SignError> {
        let answer = self
            .client
            .sign()
            .key_id(&self.key_id)
            .message(Blob::new(*hash_data))
            .message_type(MessageType::Raw)
            .signing_algorithm(SigningAlgorithmSpec::Ed25519Sha512)
            .send()
            .await
            .map_err(|error| {
                let cause = Cause::new(match error.code() {
                    Some(code) => format!("KMS {code}"),
                    None => format!("KMS: {}", DisplayErrorContext(&error)),
                });
                match error.as_service_error() {
                    Some(
                        KmsError::DisabledException(_)
                        | KmsError::NotFoundException(_)
                        | KmsError::InvalidKeyUsageException(_)
                        | KmsError::KmsInvalidStateException(_),
                    ) => SignError::Refused(cause),
                    Some(other) if other.code() == Some("AccessDeniedException") => SignError::Refused(cause),
                    _ => SignError::Unavailable(cause),
                }
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
