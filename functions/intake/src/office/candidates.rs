//! The candidates of a month: looked through, cancelled, approved.

use jiff::Timestamp;
use serde::Deserialize;
use shomei_core::{
    calendar::{self, Month},
    candidate::{AnyCandidate, BodyNumber, Candidate, CandidateRef, Kind, Registered},
    office::{
        Role,
        approval::{self, Approvals, Approved},
        cancellation::{Cancelling, cancel},
        register::{self, RegisterPlace},
    },
    order::Reason,
};
use shomei_http::{Problem, Request, Response, redirect};
use shomei_pages::{
    Occasion,
    office::{
        Approval, CANDIDATES, CandidateLine, CandidateStanding, CandidatesNotice, CandidatesPage, Place,
    },
};

use super::Colleague;
use crate::Intake;

/// What can be done with the candidates of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CandidateDeed {
    /// Look through them.
    Look,
    /// Find one person among them.
    Find,
    /// Take one off the register.
    Cancel,
    /// Approve of those that others registered.
    Approve,
}

impl CandidateDeed {
    /// The least role that may do it.
    pub(super) fn role(self) -> Role {
        match self {
            Self::Look | Self::Find => Role::Viewer,
            Self::Cancel => Role::Clerk,
            Self::Approve => Role::Approver,
        }
    }
}

#[derive(Deserialize, Default)]
struct View {
    from: Option<String>,
    done: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FindForm {
    number: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CancelForm {
    candidate: String,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ApproveForm {
    seen: Timestamp,
}

impl Intake {
    pub(super) async fn candidates(
        &self,
        deed: CandidateDeed,
        request: &Request,
        month: &str,
        colleague: &Colleague,
    ) -> Result<Response, Problem> {
        let month: Month = month.parse().map_err(|_| Problem::not_found())?;
        match deed {
            CandidateDeed::Look => {
                let view: View = shomei_http::query(request).unwrap_or_default();
                let from = view.from.as_deref().and_then(RegisterPlace::parse);
                let found =
                    register::candidates(self.office_ports(), month, from.as_ref(), CANDIDATES).await?;
                let notice = view.done.as_deref().and_then(notice);
                self.candidates_page(month, found, notice, false, colleague).await
            }
            CandidateDeed::Find => {
                let form: FindForm = shomei_http::form(request).ok_or_else(not_our_form)?;
                let found = match BodyNumber::mend(&form.number) {
                    Ok(number) => register::of_person(self.office_ports(), month, &number).await?,
                    Err(_) => Vec::new(),
                };
                self.candidates_page(month, (found, None), None, true, colleague).await
            }
            CandidateDeed::Cancel => {
                let form: CancelForm = shomei_http::form(request).ok_or_else(not_our_form)?;
                let hexadecimal = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
                if form.candidate.len() != 32 || !form.candidate.bytes().all(hexadecimal) {
                    return Err(not_our_form());
                }
                let candidate = CandidateRef { month, id: form.candidate };
                let Some(reason) = Reason::parse(&form.reason) else { return Ok(back(month, "reason")) };
                let done = cancel(self.office_ports(), &colleague.member, &candidate, &reason).await?;
                match done {
                    Cancelling::Done | Cancelling::Before => Ok(back(month, "cancelled")),
                    Cancelling::TooLate => Ok(back(month, "too-late")),
                    Cancelling::Unknown => Err(Problem::not_found()),
                }
            }
            CandidateDeed::Approve => {
                let form: ApproveForm = shomei_http::form(request).ok_or_else(not_our_form)?;
                let ports = self.office_ports();
                match approval::approve_month(ports, &colleague.member, month, form.seen).await? {
                    Approved::Now { .. } => Ok(back(month, "approved")),
                    Approved::Nothing | Approved::NotAsked => Ok(back(month, "nothing")),
                    Approved::NotApprover => Err(Problem::role_missing()),
                }
            }
        }
    }

    async fn candidates_page(
        &self,
        month: Month,
        (found, next): (Vec<AnyCandidate>, Option<RegisterPlace>),
        notice: Option<CandidatesNotice>,
        searched: bool,
        colleague: &Colleague,
    ) -> Result<Response, Problem> {
        let ports = self.office_ports();
        let (approvals, approval) = if self.programme.office.second_approval {
            let approvals =
                Approvals::of(&*self.table, month).await.map_err(shomei_core::store::Failure::from)?;
            let looked = approval::to_approve(ports, &colleague.member, month).await?;
            (Some(approvals), Some(self.approval(month, looked)))
        } else {
            (None, None)
        };
        let waits = |candidate: &Candidate<Registered>| {
            approvals.as_ref().is_some_and(|approvals| !approvals.cover(candidate))
        };
        let page = CandidatesPage {
            issuer: self.issuer(),
            desk: colleague.desk(Place::Month),
            month,
            notice,
            approval,
            found: searched,
            candidates: found.iter().map(|candidate| line(candidate, waits)).collect(),
            next: next.map(|place| format!("/office/months/{month}?from={}", place.as_str())),
        };
        colleague.page(page.render(colleague.language))
    }

    /// What stands to be approved, and which run issues what is approved now.
    fn approval(&self, month: Month, looked: approval::ToApprove) -> Approval {
        let approval::ToApprove { seen, approved, open, own, fresh } = looked;
        let mut run = calendar::scheduled_run(month);
        let run_is_over = run <= seen;
        if run_is_over {
            let this = Month::of(calendar::japan_date(seen));
            let candidates = [calendar::scheduled_run(this.previous()), calendar::scheduled_run(this)];
            run = candidates.into_iter().find(|run| *run > seen).unwrap_or(run);
        }
        let next_run = calendar::japan_date(run);
        Approval { seen, approved, open, own, fresh, next_run, run_is_over }
    }
}

fn notice(done: &str) -> Option<CandidatesNotice> {
    Some(match done {
        "cancelled" => CandidatesNotice::Cancelled,
        "too-late" => CandidatesNotice::TooLate,
        "reason" => CandidatesNotice::ReasonMissing,
        "approved" => CandidatesNotice::Approved,
        "nothing" => CandidatesNotice::NothingToApprove,
        _ => return None,
    })
}

fn back(month: Month, done: &str) -> Response {
    redirect(&format!("/office/months/{month}?done={done}"))
}

fn line(candidate: &AnyCandidate, unapproved: impl Fn(&Candidate<Registered>) -> bool) -> CandidateLine {
    let details = candidate.details();
    let standing = match candidate {
        AnyCandidate::Registered(candidate) if unapproved(candidate) => CandidateStanding::Unapproved,
        AnyCandidate::Registered(_) => CandidateStanding::Registered,
        AnyCandidate::Prepared(_) => CandidateStanding::Prepared,
        AnyCandidate::Issued(candidate) => {
            CandidateStanding::Issued(calendar::japan_date(candidate.state.issued_at))
        }
        AnyCandidate::Refused(_) => CandidateStanding::Refused,
        AnyCandidate::Cancelled(candidate) => CandidateStanding::Cancelled {
            on: calendar::japan_date(candidate.state.cancelled_at),
            by: candidate.state.cancelled_by.clone(),
            reason: candidate.state.why.as_str().to_owned(),
        },
    };
    CandidateLine {
        candidate: CandidateRef::of(details).id,
        name: details.name.as_str().to_owned(),
        number: details.number.as_str().to_owned(),
        address: details.address.as_str().to_owned(),
        achievement: details.achievement.as_str().to_owned(),
        kind: match details.kind {
            Kind::Pass => Occasion::Pass,
            Kind::Renewal => Occasion::Renewal,
        },
        date: details.date,
        standing,
    }
}

fn not_our_form() -> Problem {
    Problem::malformed(
        "ページを開き直して、もう一度お試しください。",
        "Please open the page again and try once more.",
    )
}
