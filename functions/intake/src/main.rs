//! The Lambda binary of intake.

use std::sync::Arc;

use lambda_http::{Error, service_fn};
use shomei_aws::{
    Sdk,
    dynamodb::DynamoTable,
    machine::{SystemClock, SystemEntropy},
    settings::{self, Staff},
};
use shomei_dns::NameServers;
use shomei_http::staff::StaffGate;
use shomei_intake::{Intake, office::SignIn};
use shomei_sign_in::SignInService;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let clock = Arc::new(SystemClock);
    shomei_http::log(settings::log_level(), "intake", clock.clone());
    let table = DynamoTable::of(&Sdk::new(), settings::table()?);
    let programme = settings::programme()?.with_office(settings::office()?);
    let programme = Arc::new(programme.with_retention(settings::retention()?));
    let Staff { issuer, audience, roles } = settings::staff()?;
    let sign_in = match settings::sign_in() {
        Some(client) => Some(SignIn {
            provider: Arc::new(SignInService::new(
                &issuer,
                &client.client_id,
                client.client_secret.as_deref(),
                &programme.office_return_url(),
                &roles.claim,
                clock.clone(),
            )?),
            roles: roles.clone(),
        }),
        None => None,
    };
    let gate = StaffGate::Claims { issuer, audience, roles };
    let mut intake =
        Intake::new(Arc::new(table), clock, Arc::new(SystemEntropy), programme, gate).with_sign_in(sign_in);
    if settings::mail_domains()? {
        intake = intake.with_domains(Arc::new(NameServers::of_machine()));
    }
    let intake = &intake;
    lambda_http::run(service_fn(|request| async move { Ok::<_, Error>(intake.handle(request).await) })).await
}
