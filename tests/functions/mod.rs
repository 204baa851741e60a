//! The functions of the bundle on ports of the test's choice, reached as the platform reaches them: by events.

pub(crate) mod request;

use std::sync::Arc;

use shomei_claim::Claim;
use shomei_core::{
    ports::{Clock, Entropy, Mailer, Signer, Table},
    programme::Programme,
};
use shomei_delivery::Delivery;
use shomei_fetch::Fetcher;
use shomei_http::{Request, Response};
use shomei_intake::Intake;
use shomei_issuance::{Issuance, Outcome, Step};
use shomei_reissue::Reissue;
use shomei_tests::{
    mails::TOPIC,
    world::{NAME_MATCH_KEY, webhook_secrets},
};
use shomei_verify::Verify;

/// Every function.
pub(crate) struct Functions {
    pub(crate) intake: Intake,
    pub(crate) issuance: Issuance,
    pub(crate) claim: Claim,
    pub(crate) delivery: Delivery,
    pub(crate) reissue: Reissue,
    pub(crate) verify: Verify,
}

/// The ports that the functions share.
pub(crate) struct Ports {
    pub(crate) table: Arc<dyn Table>,
    pub(crate) signer: Arc<dyn Signer>,
    pub(crate) mailer: Arc<dyn Mailer>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) programme: Programme,
}

impl Functions {
    pub(crate) fn on(ports: Ports) -> Self {
        let Ports { table, signer, mailer, clock, entropy, programme } = ports;
        let programme = Arc::new(programme);
        Self {
            intake: Intake::new(
                table.clone(),
                clock.clone(),
                entropy.clone(),
                programme.clone(),
                request::gate(),
            ),
            claim: Claim::new(table.clone(), clock.clone(), entropy.clone(), programme.clone())
                .with_name_match(Some(Arc::new(NAME_MATCH_KEY))),
            verify: Verify::new(table.clone(), clock.clone(), programme.clone(), Arc::new(Fetcher::off()))
                .with_name_match(Some(Arc::new(NAME_MATCH_KEY)), entropy.clone()),
            delivery: Delivery::new(table.clone(), clock.clone(), entropy.clone(), TOPIC),
            reissue: Reissue::new(
                table.clone(),
                signer.clone(),
                clock.clone(),
                entropy.clone(),
                programme.clone(),
                request::gate(),
            )
            .with_payment_events(Some(webhook_secrets())),
            issuance: Issuance::new(table, signer, mailer, clock, entropy, programme).alone(),
        }
    }

    /// The answer of the function with this name, if it answers requests.
    pub(crate) async fn answer(&self, function: &str, request: Request) -> Option<Response> {
        match function {
            "intake" => Some(self.intake.handle(request).await),
            "claim" => Some(self.claim.handle(request).await),
            "reissue" => Some(self.reissue.handle(request).await),
            "verify" => Some(self.verify.handle(request).await),
            _ => None,
        }
    }

    /// One run after the other's steps, as a scheduler drives them. Gives every step's outcome, or the first failure.
    pub(crate) async fn run(&self, scheduled: &str) -> Result<Vec<Outcome>, shomei_core::store::Failure> {
        let scheduled = scheduled.parse().unwrap();
        let mut outcomes = vec![self.issuance.handle(Step::Plan { scheduled }, None).await?];
        let Some(Outcome::Planned(plan)) = outcomes.first().cloned() else { panic!("no plan") };
        for &work in &plan.work {
            outcomes.push(self.issuance.handle(Step::Issue { work, after: None }, None).await?);
        }
        for &work in &plan.work {
            outcomes.push(self.issuance.handle(Step::Announce { work, after: None }, None).await?);
        }
        outcomes.push(self.issuance.handle(Step::Reconcile { scheduled, started: None }, None).await?);
        Ok(outcomes)
    }
}
