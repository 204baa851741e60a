//! The Lambda binary of delivery.

use std::sync::Arc;

use lambda_http::{
    Error,
    lambda_runtime::{self, Diagnostic, LambdaEvent},
    service_fn,
};
use serde_json::Value;
use shomei_aws::{
    Sdk,
    dynamodb::DynamoTable,
    machine::{SystemClock, SystemEntropy},
    settings,
};
use shomei_core::store::Failure;
use shomei_delivery::Delivery;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let clock = Arc::new(SystemClock);
    shomei_http::log(settings::log_level(), "delivery", clock.clone());
    let table = DynamoTable::of(&Sdk::new(), settings::table()?);
    let topic = settings::mail_events_topic()?;
    let delivery = &Delivery::new(Arc::new(table), clock, Arc::new(SystemEntropy), topic);
    lambda_runtime::run(service_fn(|call: LambdaEvent<Value>| async move {
        delivery.handle(call.payload).await.map_err(|failure| told(&failure))
    }))
    .await
}

/// The platform tries either again. The type tells people whether that may help.
fn told(failure: &Failure) -> Diagnostic {
    Diagnostic { error_type: failure.kind().to_owned(), error_message: failure.to_string() }
}
