//! The Lambda binary of issuance.

use std::sync::Arc;

use jiff::Timestamp;
use lambda_http::{
    Error,
    lambda_runtime::{self, Diagnostic, LambdaEvent},
    service_fn,
};
use serde_json::Value;
use shomei_aws::{
    Sdk,
    dynamodb::DynamoTable,
    kms::{KmsSigner, KmsTokenSigner},
    machine::{SystemClock, SystemEntropy},
    ses::SesMailer,
    settings,
};
use shomei_core::{ports::TokenSigner, store::Failure};
use shomei_issuance::{ANNOUNCE_AT_ONCE, Issuance};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let clock = Arc::new(SystemClock);
    shomei_http::log(settings::log_level(), "issuance", clock.clone());
    let sdk = Sdk::new();
    let programme = settings::programme()?.with_reissue(settings::reissue()?);
    let key = settings::signing(&programme)?;
    let token_signer = settings::token_signing(&programme)?.map(|(key, algorithm)| -> Arc<dyn TokenSigner> {
        Arc::new(KmsTokenSigner::of(&sdk, key.kms_key_id, key.fragment, algorithm))
    });
    let mailer = SesMailer::of(
        &sdk,
        &programme.issuer_name.ja,
        &programme.sender,
        &settings::configuration_set()?,
        // A sweep and a delivery of letters may be at work beside a run.
        ANNOUNCE_AT_ONCE + 2,
    );
    let issuance = &Issuance::new(
        Arc::new(DynamoTable::of(&sdk, settings::table()?)),
        Arc::new(KmsSigner::of(&sdk, key.kms_key_id, key.fragment)),
        Arc::new(mailer),
        clock,
        Arc::new(SystemEntropy),
        Arc::new(programme.with_office(settings::office()?).with_retention(settings::retention()?)),
    )
    .with_tokens(token_signer);
    lambda_runtime::run(service_fn(|event: LambdaEvent<Value>| async move {
        let ends = event.context.deadline.try_into().ok().and_then(|at| Timestamp::from_millisecond(at).ok());
        issuance.receive(event.payload, ends).await.map_err(|failure| told(&failure))
    }))
    .await
}

/// The state machine tells by the type what it may try again.
fn told(failure: &Failure) -> Diagnostic {
    Diagnostic { error_type: failure.kind().to_owned(), error_message: failure.to_string() }
}
