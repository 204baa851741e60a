//! What a person may ask: a copy of what is stored, and to be erased.

mod archive;

use lambda_http::http::StatusCode;
use serde::Deserialize;
use shomei_core::{
    badge::AnyBadge,
    candidate::{AnyCandidate, BodyNumber, CandidateRef},
    office::rights::{
        Person, PersonOccasion,
        erasure::{self, Begun, Preview},
        export, person,
    },
    order::Reason,
};
use shomei_http::{Cache, Problem, Request, Response};
use shomei_pages::office::{
    ErasureFault, Place, RightsAsk, RightsErasure, RightsNotice, RightsOccasion, RightsOrder, RightsPerson,
    RightsState, RightsWallet, RunningErasure, confirms_erasing,
};

use super::Colleague;
use crate::Intake;

/// Whose request it is: a number or, where a page of ours led here, one of the person's occasions.
#[derive(Deserialize)]
struct Sought {
    #[serde(default)]
    number: String,
    #[serde(default)]
    candidate: String,
}

#[derive(Deserialize)]
struct Decided {
    #[serde(flatten)]
    sought: Sought,
    reason: String,
    confirm: String,
}

#[derive(Deserialize)]
struct Done {
    done: String,
}

impl Intake {
    pub(super) async fn rights_form(
        &self,
        request: &Request,
        colleague: &Colleague,
    ) -> Result<Response, Problem> {
        let notice = shomei_http::query::<Done>(request).and_then(|query| RightsNotice::parse(&query.done));
        self.rights_ask(colleague, StatusCode::OK, notice).await
    }

    async fn rights_ask(
        &self,
        colleague: &Colleague,
        status: StatusCode,
        notice: Option<RightsNotice>,
    ) -> Result<Response, Problem> {
        let running = erasure::list(self.office_ports()).await?;
        let running = running.into_iter().map(|erasure| RunningErasure {
            number: erasure.number.to_string(),
            since: erasure.at,
            left: erasure.pending.len(),
        });
        let page = RightsAsk {
            issuer: self.issuer(),
            desk: colleague.desk(Place::Retention),
            notice,
            missing: status == StatusCode::NOT_FOUND,
            running: running.collect(),
        };
        let language = colleague.language;
        shomei_http::page(status, language, page.render(language), Cache::Private)
    }

    pub(super) async fn person(&self, request: &Request, colleague: &Colleague) -> Result<Response, Problem> {
        let sought = sought(request)?;
        match self.sought_person(&sought).await? {
            Some(person) => {
                colleague.page(self.person_page(colleague, &person, &sought).render(colleague.language))
            }
            None => self.rights_ask(colleague, StatusCode::NOT_FOUND, None).await,
        }
    }

    pub(super) async fn export_person(
        &self,
        request: &Request,
        colleague: &Colleague,
    ) -> Result<Response, Problem> {
        let Some(person) = self.sought_person(&sought(request)?).await? else {
            return self.rights_ask(colleague, StatusCode::NOT_FOUND, None).await;
        };
        let exported = export::export(self.office_ports(), &colleague.member, &person).await?;
        let archive = archive::pack(&self.programme, &exported)?;
        Ok(shomei_http::zip(archive, "personal-data.zip"))
    }

    pub(super) async fn preview_erasure(
        &self,
        request: &Request,
        colleague: &Colleague,
    ) -> Result<Response, Problem> {
        self.erasure_page(colleague, &sought(request)?, String::new(), None).await
    }

    pub(super) async fn erase_person(
        &self,
        request: &Request,
        colleague: &Colleague,
    ) -> Result<Response, Problem> {
        let Decided { sought, reason: typed, confirm } =
            shomei_http::form(request).ok_or_else(not_our_form)?;
        if !confirms_erasing(&confirm) {
            return self.erasure_page(colleague, &sought, typed, Some(ErasureFault::Word)).await;
        }
        let Some(reason) = Reason::parse(&typed) else {
            return self.erasure_page(colleague, &sought, typed, Some(ErasureFault::Reason)).await;
        };
        let ports = self.office_ports();
        let Some(person) = self.sought_person(&sought).await? else {
            return self.rights_ask(colleague, StatusCode::NOT_FOUND, None).await;
        };
        match erasure::begin(ports, &colleague.member, &person, &reason).await? {
            Begun::Begun { .. } => {}
            Begun::Unknown => return self.rights_ask(colleague, StatusCode::NOT_FOUND, None).await,
            Begun::NotApprover => return Err(Problem::role_missing()),
        }
        // What fails now, the sweep does.
        let done = match erasure::proceed(ports, &person.number, None).await {
            Ok(progress) => progress.done,
            Err(error) => {
                tracing::warn!(cause = %error, "an erasure was begun, and is left to the sweep");
                false
            }
        };
        let notice = if done { RightsNotice::Erased } else { RightsNotice::Begun };
        Ok(shomei_http::redirect(&format!("/office/rights?done={}", notice.name())))
    }

    async fn erasure_page(
        &self,
        colleague: &Colleague,
        sought: &Sought,
        reason: String,
        wrong: Option<ErasureFault>,
    ) -> Result<Response, Problem> {
        let Some(person) = self.sought_person(sought).await? else {
            return self.rights_ask(colleague, StatusCode::NOT_FOUND, None).await;
        };
        let Preview { person, wallets, orders, waits } =
            erasure::preview(self.office_ports(), person).await?;
        let wallets =
            wallets.iter().map(|wallet| RightsWallet { badges: wallet.badges, closes: wallet.closes });
        let orders = orders.iter().map(|kept| {
            let id = &kept.order.terms().id;
            RightsOrder { id: id.to_string(), until: kept.until, waits: waits.contains(id) }
        });
        let page = RightsErasure {
            person: self.person_page(colleague, &person, sought),
            wallets: wallets.collect(),
            orders: orders.collect(),
            audit_years: self.programme.retention.audit,
            reason,
            wrong,
        };
        let status = if wrong.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
        let language = colleague.language;
        shomei_http::page(status, language, page.render(language), Cache::Private)
    }

    async fn sought_person(&self, sought: &Sought) -> Result<Option<Person>, Problem> {
        let ports = self.office_ports();
        if let Some(candidate) = CandidateRef::parse(&sought.candidate) {
            return Ok(person::of_candidate(ports, &candidate).await?);
        }
        match BodyNumber::mend(&sought.number) {
            Ok(number) => Ok(person::of_number(ports, &number).await?),
            Err(_) => Ok(None),
        }
    }

    fn person_page(&self, colleague: &Colleague, person: &Person, sought: &Sought) -> RightsPerson {
        RightsPerson {
            issuer: self.issuer(),
            desk: colleague.desk(Place::Retention),
            number: person.number.to_string(),
            candidate: CandidateRef::parse(&sought.candidate).map(|it| it.to_string()).unwrap_or_default(),
            occasions: person.occasions.iter().map(occasion).collect(),
        }
    }
}

fn occasion(occasion: &PersonOccasion) -> RightsOccasion {
    let details = occasion.record.details();
    RightsOccasion {
        achievement: details.achievement.to_string(),
        kind: details.kind.into(),
        date: details.date,
        name: details.name.as_str().to_owned(),
        address: details.address.as_str().to_owned(),
        state: match (&occasion.record, &occasion.badge) {
            (AnyCandidate::Registered(_), _) => RightsState::Registered,
            (AnyCandidate::Prepared(_), _) => RightsState::Prepared,
            (AnyCandidate::Refused(_), _) => RightsState::Refused,
            (AnyCandidate::Cancelled(_), _) => RightsState::Cancelled,
            (AnyCandidate::Issued(_), Some(AnyBadge::Claimed(badge))) => {
                RightsState::Claimed { public: badge.state.visibility.is_public() }
            }
            (AnyCandidate::Issued(_), Some(AnyBadge::Unclaimed(_))) => RightsState::Unclaimed,
            (AnyCandidate::Issued(_), Some(AnyBadge::Deleted(_)) | None) => RightsState::Deleted,
        },
    }
}

fn sought(request: &Request) -> Result<Sought, Problem> {
    shomei_http::form(request).ok_or_else(not_our_form)
}

fn not_our_form() -> Problem {
    Problem::malformed(
        "ページを開き直して、もう一度お試しください。",
        "Please open the page again, and try once more.",
    )
}
