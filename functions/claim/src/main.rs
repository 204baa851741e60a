//! The Lambda binary of claim.

use std::sync::Arc;

use lambda_http::{Error, service_fn};
use shomei_aws::{
    Sdk,
    dynamodb::DynamoTable,
    kms::KmsNameMatchKey,
    machine::{SystemClock, SystemEntropy},
    settings,
};
use shomei_claim::Claim;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let clock = Arc::new(SystemClock);
    shomei_http::log(settings::log_level(), "claim", clock.clone());
    let sdk = Sdk::new();
    let table = DynamoTable::of(&sdk, settings::table()?);
    let key = settings::name_match().map(|id| Arc::new(KmsNameMatchKey::of(&sdk, id)) as _);
    let programme = settings::programme()?.with_reissue(settings::reissue()?);
    let claim = &Claim::new(Arc::new(table), clock, Arc::new(SystemEntropy), Arc::new(programme))
        .with_name_match(key);
    lambda_http::run(service_fn(|request| async move { Ok::<_, Error>(claim.handle(request).await) })).await
}
