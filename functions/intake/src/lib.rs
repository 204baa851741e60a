//! Intake: staff register achievements and candidates, and ask whether the sums agree.
#![warn(missing_docs)]

mod body;

use std::{collections::BTreeMap, sync::Arc};

use lambda_http::http::{Method, StatusCode};
use serde_json::json;
use shomei_core::{
    intake::{Registered, Registration, RowAnswer, Verdict, register_list},
    issuance,
    ports::{Clock, Entropy, Table},
};
use shomei_http::{
    Audience, Cache, Found, Problem, Request, Response, Route, Router,
    metrics::{self, Metric},
    staff::StaffGate,
};

/// What staff can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Register or change one achievement.
    RegisterAchievement,
    /// Register the candidates of a list, as JSON or CSV.
    RegisterCandidates,
    /// See whether the sums of every closed month agree.
    Reconcile,
}

/// The routes of this function.
pub static ROUTES: &[Route<Operation>] = &[
    Route::new(Method::POST, "/achievements", Audience::Staff, Operation::RegisterAchievement),
    Route::new(Method::POST, "/candidates", Audience::Staff, Operation::RegisterCandidates),
    Route::new(Method::GET, "/reconciliation", Audience::Staff, Operation::Reconcile),
];

/// The most rows of one request. A longer list is sent in parts.
pub const MAX_ROWS: usize = 10_000;

/// The function with its ports.
pub struct Intake {
    table: Arc<dyn Table>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    gate: StaffGate,
    router: Router<Operation>,
}

impl std::fmt::Debug for Intake {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Intake")
    }
}

impl Intake {
    /// The function on these ports.
    pub fn new(
        table: Arc<dyn Table>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        gate: StaffGate,
    ) -> Self {
        Self { table, clock, entropy, gate, router: Router::new(ROUTES) }
    }

    /// Answers one request.
    pub async fn handle(&self, request: Request) -> Response {
        let operation = match self.router.find(request.method(), request.uri().path()) {
            Found::Route(route, _) => route.operation,
            Found::WrongMethod(allowed) => return Problem::wrong_method(allowed).reply(&request),
            Found::Nothing => return Problem::not_found().reply(&request),
        };
        if let Err(problem) = self.gate.admit(&request) {
            return problem.reply(&request);
        }
        let answer = match operation {
            Operation::RegisterAchievement => self.register_achievement(&request).await,
            Operation::RegisterCandidates => self.register_candidates(&request).await,
            Operation::Reconcile => self.reconcile().await,
        };
        answer.unwrap_or_else(|problem| problem.reply(&request))
    }

    async fn register_achievement(&self, request: &Request) -> Result<Response, Problem> {
        let new = body::achievement(request)?;
        let id = new.id.clone();
        let saved =
            shomei_core::intake::register_achievement(&*self.table, &*self.clock, &*self.entropy, new)
                .await?
                .map_err(|refusal| body::achievement_problem(&refusal))?;
        let (status, outcome) = match saved {
            shomei_core::intake::Saved::Created => (StatusCode::CREATED, "created"),
            shomei_core::intake::Saved::Changed => (StatusCode::OK, "changed"),
            shomei_core::intake::Saved::Unchanged => (StatusCode::OK, "unchanged"),
        };
        Ok(reply(status, &json!({ "id": id, "outcome": outcome })))
    }

    async fn register_candidates(&self, request: &Request) -> Result<Response, Problem> {
        let mut registration = Registration::new(&*self.table, &*self.clock, &*self.entropy);
        let mut answers: Vec<RowAnswer> = Vec::new();
        let rows = body::candidates(request)?.take(MAX_ROWS + 1);
        let registered = register_list(&mut registration, rows, |answer| answers.push(answer)).await?;
        if answers.len() > MAX_ROWS {
            return Err(body::too_many_rows());
        }
        count_refusals(&answers);
        let status =
            if registered.stopped.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        let Registered { summary, stopped } = registered;
        Ok(reply(status, &json!({ "summary": summary, "rows": answers, "stopped": stopped })))
    }

    async fn reconcile(&self) -> Result<Response, Problem> {
        let sums = issuance::reconcile(&*self.table, self.clock.now(), None).await?;
        Ok(reply(
            StatusCode::OK,
            &json!({ "agrees": sums.agrees(), "months": sums.months, "text": sums.to_string() }),
        ))
    }
}

/// By code, into the operator's metrics.
fn count_refusals(answers: &[RowAnswer]) {
    let mut codes: BTreeMap<String, usize> = BTreeMap::new();
    for answer in answers {
        if let Verdict::Refused { refusals } = &answer.verdict {
            for refusal in refusals {
                *codes.entry(refusal.code.to_string()).or_default() += 1;
            }
        }
    }
    for (code, rows) in codes {
        metrics::count_as(Metric::Refused, &code, rows);
    }
}

fn reply(status: StatusCode, document: &serde_json::Value) -> Response {
    shomei_http::json(status, "application/json", document.to_string(), Cache::Private)
}
