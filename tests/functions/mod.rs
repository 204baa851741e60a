//! The functions of the bundle on ports of the test's choice, reached as the platform reaches them: by events.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};
use shomei_claim::Claim;
use shomei_core::{
    ports::{Clock, Entropy, Mailer, Signer, Table},
    programme::Programme,
};
use shomei_http::{Request, Response, staff::StaffGate};
use shomei_intake::Intake;
use shomei_issuance::{Issuance, Outcome, Step};
use shomei_verify::Verify;

/// The role of the staff in all events.
const ROLE: &str = "clerk";

/// Who issues the tokens of staff in all events, and for whom.
const ISSUER: &str = "https://login.example.jp/";
const AUDIENCE: &str = "https://badges.example.jp";

/// Every function.
pub(crate) struct Functions {
    pub(crate) intake: Intake,
    pub(crate) issuance: Issuance,
    pub(crate) claim: Claim,
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
        let gate = StaffGate::Claims {
            issuer: ISSUER.to_owned(),
            audience: AUDIENCE.to_owned(),
            role_claim: "roles".to_owned(),
            role: ROLE.to_owned(),
        };
        Self {
            intake: Intake::new(table.clone(), clock.clone(), entropy.clone(), gate),
            claim: Claim::new(table.clone(), clock.clone(), entropy.clone(), programme.clone()),
            verify: Verify::new(table.clone(), clock.clone(), programme.clone()),
            issuance: Issuance::new(table, signer, mailer, clock, entropy, programme),
        }
    }

    /// The answer of the function with this name, if it answers requests.
    pub(crate) async fn answer(&self, function: &str, request: Request) -> Option<Response> {
        match function {
            "intake" => Some(self.intake.handle(request).await),
            "claim" => Some(self.claim.handle(request).await),
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

/// A request as the gateway hands it on, from signed-in staff where the route asks for that.
pub(crate) fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Request {
    let headers: Map<String, Value> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
    let event = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": headers,
        "requestContext": {
            "authorizer": { "jwt": {
                "claims": { "iss": ISSUER, "aud": AUDIENCE, "roles": format!("[{ROLE}]") },
                "scopes": null,
            } },
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.24",
                "userAgent": "test",
            },
            "stage": "$default",
            "time": "02/Nov/2026:00:00:00 +0000",
            "timeEpoch": 1_793_577_600_000_i64,
        },
        "body": STANDARD.encode(body),
        "isBase64Encoded": true,
    });
    lambda_http::request::from_str(&event.to_string()).unwrap()
}
