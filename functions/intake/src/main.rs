//! The Lambda binary of intake.

use std::sync::Arc;

use lambda_http::{Error, service_fn};
use shomei_aws::{
    Sdk,
    dynamodb::DynamoTable,
    machine::{SystemClock, SystemEntropy},
    settings::{self, Staff},
};
use shomei_http::staff::StaffGate;
use shomei_intake::Intake;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let clock = Arc::new(SystemClock);
    shomei_http::log(settings::log_level(), "intake", clock.clone());
    let table = DynamoTable::of(&Sdk::new(), settings::table()?);
    let Staff { issuer, audience, role_claim, role } = settings::staff()?;
    let gate = StaffGate::Claims { issuer, audience, role_claim, role };
    let intake = &Intake::new(Arc::new(table), clock, Arc::new(SystemEntropy), gate);
    lambda_http::run(service_fn(|request| async move { Ok::<_, Error>(intake.handle(request).await) })).await
}
