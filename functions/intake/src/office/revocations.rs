//! Revoking badges: who proposes looks for them, says why, and another person decides. Issuance does it.

use lambda_http::http::StatusCode;
use serde::Deserialize;
use shomei_core::{
    badge::{BadgeId, Ground},
    office::revocation::{
        self, AnyProposal, Decided, Decision, Described, Draft, MOST_BADGES, ProposalId, Raised, decide,
        describe, find, propose,
    },
    order::Reason,
};
use shomei_http::{Cache, Problem, Request, Response};
use shomei_pages::office::{
    AskFault, DraftFault, Place, RevocationAskPage, RevocationDraftPage, RevocationNotice, RevocationPage,
    RevocationRow, RevocationsPage,
};

use super::Colleague;
use crate::Intake;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    badges: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decides {
    decision: String,
}

#[derive(Deserialize)]
struct Happened {
    done: String,
}

/// What the draft's form sends: one badge a field.
struct Form {
    proposal: ProposalId,
    listed: Vec<BadgeId>,
    chosen: Vec<BadgeId>,
    ground: Option<Ground>,
    reason: String,
}

impl Form {
    fn of(request: &Request) -> Option<Self> {
        let fields: Vec<(String, String)> = shomei_http::form(request)?;
        let all = |name: &'static str| {
            fields.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
        };
        let badges = |name: &'static str| all(name).map(BadgeId::parse).collect::<Option<Vec<_>>>();
        let known = ["proposal", "listed", "badge", "ground", "reason"];
        if !fields.iter().all(|(name, _)| known.contains(&name.as_str())) {
            return None;
        }
        Some(Self {
            proposal: ProposalId::parse(all("proposal").next()?)?,
            listed: badges("listed")?,
            chosen: badges("badge")?,
            ground: all("ground").next().and_then(Ground::parse),
            reason: all("reason").next()?.to_owned(),
        })
    }
}

impl Intake {
    pub(super) async fn revocations(&self, colleague: &Colleague) -> Result<Response, Problem> {
        let proposals = revocation::list(self.office_ports()).await?;
        let page = RevocationsPage {
            issuer: self.issuer(),
            desk: colleague.desk(Place::Revocations),
            proposals: proposals.iter().map(RevocationRow::of).collect(),
        };
        colleague.page(page.render(colleague.language))
    }

    pub(super) async fn revocation(
        &self,
        request: &Request,
        id: &str,
        colleague: &Colleague,
    ) -> Result<Response, Problem> {
        let id = ProposalId::parse(id).ok_or_else(Problem::not_found)?;
        let proposal = revocation::one(self.office_ports(), &id).await?.ok_or_else(Problem::not_found)?;
        let terms = proposal.terms();
        let badges = describe(self.office_ports(), &terms.badges, Some(terms.ground)).await?;
        let desk = colleague.desk(Place::Revocations);
        let page = RevocationPage::of(self.issuer(), desk, &colleague.member, &proposal, badges);
        let done = shomei_http::query::<Happened>(request).map(|happened| happened.done);
        let page = RevocationPage { notice: said(done.as_deref(), &proposal), ..page };
        colleague.page(page.render(colleague.language))
    }

    pub(super) fn ask_revocation(&self, colleague: &Colleague) -> Result<Response, Problem> {
        self.asked_again(colleague, String::new(), None)
    }

    /// Shows what the typed lines lead to. They name people, so they stand in a body, and nothing is kept.
    pub(super) async fn find_for_revocation(
        &self,
        request: &Request,
        colleague: &Colleague,
    ) -> Result<Response, Problem> {
        let Asked { badges: typed } = shomei_http::form(request).ok_or_else(not_our_form)?;
        match typed.lines().filter(|line| !line.trim().is_empty()).count() {
            0 => return self.asked_again(colleague, typed, Some(AskFault::Nothing)),
            1..=MOST_BADGES => {}
            _ => return self.asked_again(colleague, typed, Some(AskFault::TooMany)),
        }
        let lines = find(self.office_ports(), &typed).await?;
        let mut listed: Vec<BadgeId> = Vec::new();
        for badge in lines.iter().flat_map(|line| &line.badges) {
            if !listed.contains(badge) {
                listed.push(badge.clone());
            }
        }
        if listed.len() > MOST_BADGES {
            return self.asked_again(colleague, typed, Some(AskFault::TooMany));
        }
        let found = describe(self.office_ports(), &listed, None).await?;
        // Whoever names one badge means it; of a person who has several, the clerk chooses.
        let meant = |badge: &BadgeId| lines.iter().any(|line| line.badges == std::slice::from_ref(badge));
        let unknown = lines.iter().filter(|line| line.badges.is_empty()).map(|line| line.typed.clone());
        let page = RevocationDraftPage {
            issuer: self.issuer(),
            desk: colleague.desk(Place::Revocations),
            proposal: ProposalId::random(&*self.entropy).to_string(),
            unknown: unknown.collect(),
            badges: choices(found, meant),
            ground: None,
            reason: String::new(),
            wrong: None,
        };
        colleague.page(page.render(colleague.language))
    }

    pub(super) async fn propose_revocation(
        &self,
        request: &Request,
        colleague: &Colleague,
    ) -> Result<Response, Problem> {
        let form = Form::of(request).ok_or_else(not_our_form)?;
        let (ground, reason) = match (form.ground, Reason::parse(&form.reason)) {
            (Some(ground), Some(reason)) => (ground, reason),
            (None, _) => return self.draft_again(colleague, form, DraftFault::NoGround).await,
            (_, None) => return self.draft_again(colleague, form, DraftFault::NoReason).await,
        };
        let draft = Draft { id: form.proposal.clone(), badges: form.chosen.clone(), ground, reason };
        match propose(self.office_ports(), &colleague.member, &draft).await? {
            Raised::Proposal(id) => Ok(done(&id, RevocationNotice::Proposed)),
            Raised::Otherwise(id) => Ok(done(&id, RevocationNotice::Otherwise)),
            Raised::NotAllowed => Err(Problem::role_missing()),
            Raised::WrongNumber(0) => self.draft_again(colleague, form, DraftFault::NoBadge).await,
            Raised::WrongNumber(_) => self.draft_again(colleague, form, DraftFault::TooMany).await,
            Raised::Unfit(_) => self.draft_again(colleague, form, DraftFault::Unfit).await,
        }
    }

    pub(super) async fn decide_revocation(
        &self,
        request: &Request,
        id: &str,
        colleague: &Colleague,
    ) -> Result<Response, Problem> {
        let id = ProposalId::parse(id).ok_or_else(Problem::not_found)?;
        let form: Decides = shomei_http::form(request).ok_or_else(not_our_form)?;
        let decision = match form.decision.as_str() {
            "agree" => Decision::Agree,
            "decline" => Decision::Decline,
            _ => return Err(not_our_form()),
        };
        match decide(self.office_ports(), &colleague.member, &id, decision).await? {
            Decided::Agreed => Ok(done(&id, RevocationNotice::Agreed)),
            Decided::Declined => Ok(done(&id, RevocationNotice::Declined)),
            Decided::TooLate => Ok(done(&id, RevocationNotice::TooLate)),
            Decided::NotAllowed => Err(Problem::role_missing()),
            Decided::SamePerson => Err(Problem::new(
                StatusCode::FORBIDDEN,
                "second-person",
                ("別の承認者の同意が必要です", "It takes a second person"),
                (
                    "ご自身の提案には同意できません。別の承認者にご依頼ください。",
                    "You cannot agree to your own proposal. Please ask another approver.",
                ),
            )),
            Decided::Unknown => Err(Problem::not_found()),
        }
    }

    fn asked_again(
        &self,
        colleague: &Colleague,
        typed: String,
        wrong: Option<AskFault>,
    ) -> Result<Response, Problem> {
        let desk = colleague.desk(Place::Revocations);
        let page = RevocationAskPage { issuer: self.issuer(), desk, typed, wrong };
        again(colleague, page.render(colleague.language), wrong.is_some())
    }

    /// The draft as it was sent, with what was wrong.
    async fn draft_again(
        &self,
        colleague: &Colleague,
        form: Form,
        wrong: DraftFault,
    ) -> Result<Response, Problem> {
        let listed = form.listed.get(..MOST_BADGES).unwrap_or(&form.listed);
        let found = describe(self.office_ports(), listed, form.ground).await?;
        let page = RevocationDraftPage {
            issuer: self.issuer(),
            desk: colleague.desk(Place::Revocations),
            proposal: form.proposal.to_string(),
            unknown: Vec::new(),
            badges: choices(found, |badge| form.chosen.contains(badge)),
            ground: form.ground,
            reason: form.reason,
            wrong: Some(wrong),
        };
        again(colleague, page.render(colleague.language), true)
    }
}

fn choices(
    found: Vec<Described>,
    chosen: impl Fn(&BadgeId) -> bool,
) -> Vec<(shomei_pages::office::RevocationBadge, bool)> {
    found
        .into_iter()
        .map(|badge| {
            let chosen = chosen(&badge.badge);
            (badge.into(), chosen)
        })
        .collect()
}

/// A form that is shown again says by its status that it was not taken.
fn again(
    colleague: &Colleague,
    page: Result<String, shomei_pages::RenderError>,
    wrong: bool,
) -> Result<Response, Problem> {
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    shomei_http::page(status, colleague.language, page, Cache::Private)
}

/// What the address says has just been done, as long as it is so: an address can be kept, and sent on.
fn said(done: Option<&str>, proposal: &AnyProposal) -> Option<RevocationNotice> {
    let notice = RevocationNotice::parse(done?)?;
    let fits = match notice {
        RevocationNotice::Proposed => matches!(proposal, AnyProposal::Proposed(_)),
        RevocationNotice::Agreed => matches!(proposal, AnyProposal::Agreed(_) | AnyProposal::Done(_)),
        RevocationNotice::Declined => matches!(proposal, AnyProposal::Declined(_)),
        RevocationNotice::TooLate => !matches!(proposal, AnyProposal::Proposed(_)),
        RevocationNotice::Otherwise => true,
    };
    fits.then_some(notice)
}

fn done(id: &ProposalId, notice: RevocationNotice) -> Response {
    shomei_http::redirect(&format!("/office/revocations/{id}?done={}", notice.name()))
}

fn not_our_form() -> Problem {
    Problem::malformed("フォームの内容を読み取れません。", "This is not what our form sends.")
}
