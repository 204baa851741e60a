//! The Lambda binary of reissue.

use std::sync::Arc;

use lambda_http::{Error, service_fn};
use shomei_aws::{
    Sdk,
    dynamodb::DynamoTable,
    kms::{KmsSigner, KmsTokenSigner},
    machine::{SystemClock, SystemEntropy},
    settings::{self, Staff},
};
use shomei_core::ports::TokenSigner;
use shomei_http::staff::StaffGate;
use shomei_reissue::Reissue;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let clock = Arc::new(SystemClock);
    shomei_http::log(settings::log_level(), "reissue", clock.clone());
    let sdk = Sdk::new();
    let programme =
        settings::programme()?.with_reissue(settings::reissue()?).with_office(settings::office()?);
    let key = settings::signing(&programme)?;
    let token_signer = settings::token_signing(&programme)?.map(|(key, algorithm)| -> Arc<dyn TokenSigner> {
        Arc::new(KmsTokenSigner::of(&sdk, key.kms_key_id, key.fragment, algorithm))
    });
    let Staff { issuer, audience, roles } = settings::staff()?;
    let reissue = &Reissue::new(
        Arc::new(DynamoTable::of(&sdk, settings::table()?)),
        Arc::new(KmsSigner::of(&sdk, key.kms_key_id, key.fragment)),
        clock,
        Arc::new(SystemEntropy),
        Arc::new(programme),
        StaffGate::Claims { issuer, audience, roles },
    )
    .with_tokens(token_signer)
    .with_payment_events(settings::webhook_secrets()?);
    lambda_http::run(service_fn(|request| async move { Ok::<_, Error>(reissue.handle(request).await) })).await
}
