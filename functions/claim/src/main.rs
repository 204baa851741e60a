//! The Lambda binary of claim.

use std::sync::Arc;

use lambda_http::{Error, service_fn};
use shomei_aws::{
    dynamodb::DynamoTable,
    machine::{SystemClock, SystemEntropy},
    sdk,
    settings::{self, setting, variables},
};
use shomei_claim::Claim;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    shomei_http::log();
    let sdk = sdk().await;
    let table = DynamoTable::new(aws_sdk_dynamodb::Client::new(&sdk), setting(variables::TABLE)?);
    let programme = Arc::new(settings::programme()?);
    let claim = &Claim::new(Arc::new(table), Arc::new(SystemClock), Arc::new(SystemEntropy), programme);
    lambda_http::run(service_fn(|request| async move { Ok::<_, Error>(claim.handle(request).await) })).await
}
