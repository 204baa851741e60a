//! The Lambda binary of intake.

use std::sync::Arc;

use lambda_http::{Error, service_fn};
use shomei_aws::{
    dynamodb::DynamoTable,
    machine::{SystemClock, SystemEntropy},
    sdk,
    settings::{setting, variables},
};
use shomei_http::staff::StaffGate;
use shomei_intake::Intake;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    shomei_http::log();
    let sdk = sdk().await;
    let table = DynamoTable::new(aws_sdk_dynamodb::Client::new(&sdk), setting(variables::TABLE)?);
    let gate = StaffGate::Role { role: setting(variables::STAFF_ROLE)? };
    let intake = &Intake::new(Arc::new(table), Arc::new(SystemClock), Arc::new(SystemEntropy), gate);
    lambda_http::run(service_fn(|request| async move { Ok::<_, Error>(intake.handle(request).await) })).await
}
