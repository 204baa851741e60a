//! The Lambda binary of verify.

use std::sync::Arc;

use lambda_http::{Error, service_fn};
use shomei_aws::{
    Sdk,
    dynamodb::DynamoTable,
    kms::KmsNameMatchKey,
    machine::{SystemClock, SystemEntropy},
    settings,
};
use shomei_fetch::{Fetcher, Switch};
use shomei_verify::Verify;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let clock = Arc::new(SystemClock);
    shomei_http::log(settings::log_level(), "verify", clock.clone());
    let sdk = Sdk::new();
    let table = DynamoTable::of(&sdk, settings::table()?);
    let outside = Arc::new(Fetcher::new(if settings::fetching()? { Switch::On } else { Switch::Off }));
    let key = settings::name_match().map(|id| Arc::new(KmsNameMatchKey::of(&sdk, id)) as _);
    // The help pages say what a reissue costs.
    let programme = Arc::new(settings::programme()?.with_reissue(settings::reissue()?));
    let verify = &Verify::new(Arc::new(table), clock, programme, outside)
        .with_name_match(key, Arc::new(SystemEntropy));
    lambda_http::run(service_fn(|request| async move { Ok::<_, Error>(verify.handle(request).await) })).await
}
