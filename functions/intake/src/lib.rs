//! Intake: staff register achievements and candidates, and ask whether the sums agree: their programs by routes of their own, people
//! in the [office]'s pages.
#![warn(missing_docs)]

mod body;
pub mod office;

use std::{collections::BTreeMap, sync::Arc};

use lambda_http::http::{Method, StatusCode};
use serde_json::json;
use shomei_core::{
    intake::{Registered, Registration, RowAnswer, Verdict, register_list},
    issuance,
    office::Member,
    ports::{AskNobody, Clock, Entropy, MailDomains, Table},
    programme::Programme,
};
use shomei_http::{
    Audience, Cache, Found, Problem, Request, Response, Route, Router,
    metrics::{self, Metric},
    staff::StaffGate,
};

use self::office::{AtTheDesk, AtTheDoor, CandidateDeed, ListDeed, Qualifications, SignIn, desk, door};

/// What staff can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Register or change one achievement.
    RegisterAchievement,
    /// Register the candidates of a list, as JSON or CSV.
    RegisterCandidates,
    /// See whether the sums of every closed month agree.
    Reconcile,
    /// What comes before a session of the office.
    Door(AtTheDoor),
    /// What staff who are signed in to the office can do.
    Desk(AtTheDesk),
}

/// The routes of this function.
pub static ROUTES: &[Route<Operation>] = &{
    const GET: Method = Method::GET;
    const POST: Method = Method::POST;
    [
        Route::new(POST, "/achievements", Audience::Staff, Operation::RegisterAchievement),
        Route::new(POST, "/candidates", Audience::Staff, Operation::RegisterCandidates),
        Route::new(GET, "/reconciliation", Audience::Staff, Operation::Reconcile),
        door(GET, "/office/sign-in", AtTheDoor::SignInForm),
        door(GET, "/office/sign-in/start", AtTheDoor::StartSignIn),
        door(GET, "/office/sign-in/finish", AtTheDoor::FinishSignIn),
        door(GET, "/office/enter/{token}", AtTheDoor::LookLink),
        door(POST, "/office/enter/{token}", AtTheDoor::Enter),
        desk(POST, "/office/sign-out", AtTheDesk::SignOut),
        desk(GET, "/office", AtTheDesk::Month),
        desk(GET, "/office/undelivered", AtTheDesk::Undelivered),
        desk(POST, "/office/undelivered/release", AtTheDesk::Release),
        desk(GET, "/office/revocations", AtTheDesk::Revocations),
        desk(POST, "/office/revocations", AtTheDesk::ProposeRevocation),
        desk(GET, "/office/revocations/propose", AtTheDesk::AskRevocation),
        desk(POST, "/office/revocations/find", AtTheDesk::FindForRevocation),
        desk(GET, "/office/revocations/{proposal}", AtTheDesk::Revocation),
        desk(POST, "/office/revocations/{proposal}", AtTheDesk::DecideRevocation),
        desk(GET, "/office/uploads", AtTheDesk::Lists(ListDeed::Lists)),
        desk(POST, "/office/uploads", AtTheDesk::Lists(ListDeed::Send)),
        desk(POST, "/office/uploads/begin", AtTheDesk::Lists(ListDeed::Begin)),
        desk(GET, "/office/uploads/{upload}", AtTheDesk::Lists(ListDeed::Look)),
        desk(POST, "/office/uploads/{upload}/part", AtTheDesk::Lists(ListDeed::Part)),
        desk(POST, "/office/uploads/{upload}/finish", AtTheDesk::Lists(ListDeed::Finish)),
        desk(POST, "/office/uploads/{upload}/continue", AtTheDesk::Lists(ListDeed::Continue)),
        desk(POST, "/office/uploads/{upload}/recheck", AtTheDesk::Lists(ListDeed::Recheck)),
        desk(GET, "/office/uploads/{upload}/row", AtTheDesk::Lists(ListDeed::Row)),
        desk(POST, "/office/uploads/{upload}/row", AtTheDesk::Lists(ListDeed::Mend)),
        desk(POST, "/office/uploads/{upload}/save", AtTheDesk::Lists(ListDeed::Save)),
        desk(POST, "/office/uploads/{upload}/throw-away", AtTheDesk::Lists(ListDeed::ThrowAway)),
        desk(GET, "/office/uploads/{upload}/refused.csv", AtTheDesk::Lists(ListDeed::Refused)),
        desk(GET, "/office/months/{month}", AtTheDesk::Candidates(CandidateDeed::Look)),
        desk(POST, "/office/months/{month}/find", AtTheDesk::Candidates(CandidateDeed::Find)),
        desk(POST, "/office/months/{month}/cancel", AtTheDesk::Candidates(CandidateDeed::Cancel)),
        desk(POST, "/office/months/{month}/approve", AtTheDesk::Candidates(CandidateDeed::Approve)),
        Qualifications::List.at(GET, "/office/achievements"),
        Qualifications::Keep.at(POST, "/office/achievements"),
        Qualifications::New.at(GET, "/office/achievements/new"),
        Qualifications::One.at(GET, "/office/achievements/{achievement}"),
        Qualifications::Edit.at(GET, "/office/achievements/{achievement}/edit"),
        Qualifications::Preview.at(GET, "/office/achievement-drafts/{draft}"),
        Qualifications::Save.at(POST, "/office/achievement-drafts/{draft}"),
        Qualifications::EditDraft.at(GET, "/office/achievement-drafts/{draft}/edit"),
        Qualifications::Picture.at(GET, "/office/achievement-drafts/{draft}/picture"),
        desk(GET, "/office/audit", AtTheDesk::Audit),
        desk(GET, "/office/audit/csv", AtTheDesk::AuditFile),
        desk(GET, "/office/retention", AtTheDesk::Retention),
        desk(GET, "/office/rights", AtTheDesk::RightsForm),
        desk(POST, "/office/rights", AtTheDesk::Person),
        desk(POST, "/office/rights/export", AtTheDesk::ExportPerson),
        desk(POST, "/office/rights/erasure", AtTheDesk::PreviewErasure),
        desk(POST, "/office/rights/erase", AtTheDesk::ErasePerson),
        desk(GET, "/office/search", AtTheDesk::SearchForm),
        desk(POST, "/office/search", AtTheDesk::Search),
        desk(GET, "/office/people/{candidate}", AtTheDesk::Story),
        desk(POST, "/office/people/{candidate}/correct", AtTheDesk::Correct),
        desk(POST, "/office/people/{candidate}/resend", AtTheDesk::Resend),
        desk(POST, "/office/resend", AtTheDesk::ResendMonth),
    ]
};

/// The routes of the API that lead to the pages of the office below its first: one for each method, however many pages there are.
pub const OFFICE_PAGES: &str = "/office/{page+}";

/// The routes of this function that the API has beside [`OFFICE_PAGES`] although these would lead there as well: by them the
/// sign-in service is asked, and the API lets fewer through.
pub const ASKING_SERVICE: [&str; 2] = ["GET /office/sign-in/start", "GET /office/sign-in/finish"];

/// The most rows of one request. A longer list is sent in parts.
pub const MAX_ROWS: usize = 10_000;

/// The function with its ports.
pub struct Intake {
    table: Arc<dyn Table>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    programme: Arc<Programme>,
    domains: Arc<dyn MailDomains>,
    gate: StaffGate,
    sign_in: Option<SignIn>,
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
        programme: Arc<Programme>,
        gate: StaffGate,
    ) -> Self {
        let domains = Arc::new(AskNobody);
        Self { table, clock, entropy, programme, domains, gate, sign_in: None, router: Router::new(ROUTES) }
    }

    /// The same, where somebody can be asked whether mail arrives at a domain.
    #[must_use]
    pub fn with_domains(self, domains: Arc<dyn MailDomains>) -> Self {
        Self { domains, ..self }
    }

    /// The same, where staff sign in to the office at a service of their own.
    #[must_use]
    pub fn with_sign_in(self, sign_in: Option<SignIn>) -> Self {
        Self { sign_in, ..self }
    }

    /// Answers one request.
    pub async fn handle(&self, request: Request) -> Response {
        let (route, parameter) = match self.router.find(request.method(), request.uri().path()) {
            Found::Route(route, parameter) => (route, parameter),
            Found::WrongMethod(allowed) => return Problem::wrong_method(allowed).reply(&request),
            Found::Nothing => return Problem::not_found().reply(&request),
        };
        let answer = match route.operation {
            Operation::Door(operation) => self.at_the_door(operation, &request, &parameter).await,
            Operation::Desk(operation) => self.at_the_desk(route, operation, &request, &parameter).await,
            operation => self.by_program(operation, &request).await,
        };
        answer.unwrap_or_else(|problem| problem.reply(&request))
    }

    async fn by_program(&self, operation: Operation, request: &Request) -> Result<Response, Problem> {
        let member = self.gate.admit(request)?;
        match operation {
            Operation::RegisterAchievement => self.register_achievement(request, &member).await,
            Operation::RegisterCandidates => self.register_candidates(request, &member).await,
            Operation::Reconcile => self.reconcile().await,
            Operation::Door(_) | Operation::Desk(_) => Err(Problem::not_found()),
        }
    }

    async fn register_achievement(&self, request: &Request, member: &Member) -> Result<Response, Problem> {
        let new = body::achievement(request)?;
        let id = new.id.clone();
        let saved = shomei_core::intake::register_achievement(self.claim_ports(), member, new)
            .await?
            .map_err(|refusal| body::achievement_problem(&refusal))?;
        let (status, outcome) = match saved {
            shomei_core::intake::Saved::Created => (StatusCode::CREATED, "created"),
            shomei_core::intake::Saved::Changed => (StatusCode::OK, "changed"),
            shomei_core::intake::Saved::Unchanged => (StatusCode::OK, "unchanged"),
        };
        Ok(reply(status, &json!({ "id": id, "outcome": outcome })))
    }

    async fn register_candidates(&self, request: &Request, member: &Member) -> Result<Response, Problem> {
        let mut registration = Registration::new(&*self.table, &*self.clock, &*self.entropy)
            .by(&member.subject)
            .keeping(self.programme.retention);
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
        let sums = issuance::reconcile(&*self.table, &self.programme.office, self.clock.now(), None).await?;
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
