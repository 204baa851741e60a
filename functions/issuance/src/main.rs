//! The Lambda binary of issuance.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use lambda_http::{
    Error,
    lambda_runtime::{self, LambdaEvent},
    service_fn,
};
use shomei_aws::{
    dynamodb::DynamoTable,
    kms::KmsSigner,
    machine::{SystemClock, SystemEntropy},
    sdk,
    ses::SesMailer,
    settings::{self, setting, variables},
};
use shomei_core::store::Failure;
use shomei_issuance::{Issuance, Step};

/// What is left for handing on before the platform ends the call.
const MARGIN: Duration = Duration::from_secs(20);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    shomei_http::log();
    let sdk = sdk().await;
    let programme = settings::programme()?;
    let key = programme.keys().last().ok_or_else(|| Failure::NeedsPerson("no issuer key".to_owned()))?;
    let signer =
        KmsSigner::new(aws_sdk_kms::Client::new(&sdk), setting(variables::KMS_KEY_ID)?, &key.fragment);
    let issuance = &Issuance::new(
        Arc::new(DynamoTable::new(aws_sdk_dynamodb::Client::new(&sdk), setting(variables::TABLE)?)),
        Arc::new(signer),
        Arc::new(SesMailer::new(aws_sdk_sesv2::Client::new(&sdk), &programme.sender)),
        Arc::new(SystemClock),
        Arc::new(SystemEntropy),
        Arc::new(programme),
    );
    lambda_runtime::run(service_fn(|event: LambdaEvent<Step>| async move {
        let ends = i64::try_from(event.context.deadline)?;
        let deadline = Timestamp::from_millisecond(ends)?.checked_sub(MARGIN)?;
        Ok::<_, Error>(issuance.handle(event.payload, Some(deadline)).await?)
    }))
    .await
}
