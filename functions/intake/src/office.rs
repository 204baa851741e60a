//! The office's pages. Whoever is not signed in is led to the sign-in; a form is only taken from our own pages; and what a role may not
//! do is refused before anything is read.

mod audit;
mod candidates;
mod list_answers;
mod list_forms;
mod lists;
mod month;
mod people;
mod qualifications;
mod resend_month;
mod retention;
mod revocations;
mod rights;
mod sign_in;
mod undelivered;

use lambda_http::http::{Method, StatusCode};
use shomei_core::{
    claim,
    office::{
        Member, Ports, Role,
        session::{self, OfficeSession},
    },
    token::Token,
};
use shomei_http::{Audience, Cache, Problem, Request, Response, Route};
use shomei_pages::{
    Bilingual, Language, RenderError,
    office::{Desk, Place},
};

pub use self::{candidates::CandidateDeed, lists::ListDeed, qualifications::Qualifications, sign_in::SignIn};
use crate::{Intake, Operation};

/// The cookie of a session. The prefix binds it to this very host (RFC 6265bis, section 4.1.3.2).
const COOKIE: &str = "__Host-office";

/// What comes before a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtTheDoor {
    /// The page that leads to the sign-in service.
    SignInForm,
    /// Go there.
    StartSignIn,
    /// Come back from there.
    FinishSignIn,
    /// See as whom a printed link lets in.
    LookLink,
    /// Enter by it.
    Enter,
}

/// What staff who are signed in can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtTheDesk {
    /// Sign out.
    SignOut,
    /// The month at a glance.
    Month,
    /// Mails that did not arrive.
    Undelivered,
    /// Let mail go to an address again.
    Release,
    /// All proposals to revoke badges.
    Revocations,
    /// One of them.
    Revocation,
    /// The form that asks which badges.
    AskRevocation,
    /// What was typed there leads to these badges.
    FindForRevocation,
    /// Propose to revoke some of them.
    ProposeRevocation,
    /// Agree to a proposal, decline it, or take the own one back.
    DecideRevocation,
    /// Lists of candidates.
    Lists(ListDeed),
    /// The candidates of a month.
    Candidates(CandidateDeed),
    /// What can be certified.
    Qualifications(Qualifications),
    /// See who did what.
    Audit,
    /// Keep it as a file.
    AuditFile,
    /// How long what is kept.
    Retention,
    /// Say whose request it is.
    RightsForm,
    /// See what is stored of a person.
    Person,
    /// Hand out a copy of it.
    ExportPerson,
    /// See what erasing a person would do.
    PreviewErasure,
    /// Erase a person.
    ErasePerson,
    /// The box to find a person.
    SearchForm,
    /// Find a person.
    Search,
    /// The story of a badge, and what to do next.
    Story,
    /// Correct what the register says.
    Correct,
    /// Send a fresh link.
    Resend,
    /// Send fresh links to all of a month who have not accepted.
    ResendMonth,
}

impl AtTheDesk {
    /// The least role that may do it.
    pub fn role(self) -> Role {
        match self {
            Self::SignOut
            | Self::SearchForm
            | Self::Search
            | Self::Story
            | Self::Month
            | Self::Audit
            | Self::AuditFile
            | Self::Undelivered
            | Self::Revocations
            | Self::Revocation
            | Self::Retention => Role::Viewer,
            // Who proposed may take it back; agreeing is an approver's, which the decision itself sees to.
            Self::AskRevocation
            | Self::FindForRevocation
            | Self::ProposeRevocation
            | Self::DecideRevocation
            | Self::Release
            | Self::RightsForm
            | Self::Person
            | Self::ExportPerson
            | Self::Correct
            | Self::Resend
            | Self::ResendMonth => Role::Clerk,
            Self::PreviewErasure | Self::ErasePerson => Role::Approver,
            Self::Lists(deed) => deed.role(),
            Self::Candidates(deed) => deed.role(),
            Self::Qualifications(operation) => operation.role(),
        }
    }
}

pub(crate) const fn door(method: Method, path: &'static str, operation: AtTheDoor) -> Route<Operation> {
    let audience = match operation {
        AtTheDoor::LookLink | AtTheDoor::Enter => Audience::Bearer,
        _ => Audience::Public,
    };
    Route::new(method, path, audience, Operation::Door(operation))
}

pub(crate) const fn desk(method: Method, path: &'static str, operation: AtTheDesk) -> Route<Operation> {
    Route::new(method, path, Audience::Office, Operation::Desk(operation))
}

/// Who reads a page of the office.
pub(crate) struct Colleague {
    pub(crate) language: Language,
    pub(crate) member: Member,
    session: OfficeSession,
}

impl Colleague {
    /// Where on the page this person is.
    pub(crate) fn desk(&self, place: Place) -> Desk {
        Desk { place, role: self.member.role }
    }

    /// A page for this person alone.
    pub(crate) fn page(&self, page: Result<String, RenderError>) -> Result<Response, Problem> {
        shomei_http::page(StatusCode::OK, self.language, page, Cache::Private)
    }
}

impl Intake {
    pub(crate) async fn at_the_door(
        &self,
        operation: AtTheDoor,
        request: &Request,
        token: &str,
    ) -> Result<Response, Problem> {
        match operation {
            AtTheDoor::SignInForm => self.sign_in_form(request),
            AtTheDoor::StartSignIn => self.start_sign_in(request).await,
            AtTheDoor::FinishSignIn => self.finish_sign_in(request).await,
            AtTheDoor::LookLink => self.look_link(request, token).await,
            AtTheDoor::Enter => {
                self.own_form(request)?;
                self.enter(request, token).await
            }
        }
    }

    pub(crate) async fn at_the_desk(
        &self,
        route: &Route<Operation>,
        operation: AtTheDesk,
        request: &Request,
        parameter: &str,
    ) -> Result<Response, Problem> {
        let posted = route.method == Method::POST;
        if posted {
            self.own_form(request)?;
        }
        let Some(colleague) = self.colleague(request).await? else {
            return if posted {
                Err(Problem::signed_out_of_office())
            } else {
                Ok(shomei_http::redirect("/office/sign-in"))
            };
        };
        if colleague.member.role < operation.role() {
            return Err(Problem::role_missing());
        }
        self.do_at_the_desk(operation, request, parameter, &colleague).await
    }

    async fn do_at_the_desk(
        &self,
        operation: AtTheDesk,
        request: &Request,
        parameter: &str,
        colleague: &Colleague,
    ) -> Result<Response, Problem> {
        match operation {
            AtTheDesk::SignOut => self.sign_out(colleague).await,
            AtTheDesk::Month => self.month(request, colleague).await,
            AtTheDesk::Undelivered => self.undelivered(request, colleague).await,
            AtTheDesk::Release => self.release(request, colleague).await,
            AtTheDesk::Revocations => self.revocations(colleague).await,
            AtTheDesk::Revocation => self.revocation(request, parameter, colleague).await,
            AtTheDesk::AskRevocation => self.ask_revocation(colleague),
            AtTheDesk::FindForRevocation => self.find_for_revocation(request, colleague).await,
            AtTheDesk::ProposeRevocation => self.propose_revocation(request, colleague).await,
            AtTheDesk::DecideRevocation => self.decide_revocation(request, parameter, colleague).await,
            AtTheDesk::Lists(deed) => self.lists(deed, request, parameter, colleague).await,
            AtTheDesk::Candidates(deed) => self.candidates(deed, request, parameter, colleague).await,
            AtTheDesk::Qualifications(operation) => {
                self.qualifications(operation, request, parameter, colleague).await
            }
            AtTheDesk::Audit => self.audit(request, colleague).await,
            AtTheDesk::AuditFile => self.audit_file(request, colleague).await,
            AtTheDesk::Retention => self.retention(colleague).await,
            AtTheDesk::RightsForm => self.rights_form(request, colleague).await,
            AtTheDesk::Person => self.person(request, colleague).await,
            AtTheDesk::ExportPerson => self.export_person(request, colleague).await,
            AtTheDesk::PreviewErasure => self.preview_erasure(request, colleague).await,
            AtTheDesk::ErasePerson => self.erase_person(request, colleague).await,
            AtTheDesk::SearchForm => self.search_form(colleague),
            AtTheDesk::Search => self.search(request, colleague).await,
            AtTheDesk::Story => self.whole_story(request, parameter, colleague).await,
            AtTheDesk::Correct => self.correct(request, parameter, colleague).await,
            AtTheDesk::Resend => self.resend(parameter, colleague).await,
            AtTheDesk::ResendMonth => self.resend_month(request, colleague).await,
        }
    }

    async fn colleague(&self, request: &Request) -> Result<Option<Colleague>, Problem> {
        let Some(token) = shomei_http::cookie(request, COOKIE).and_then(Token::parse) else {
            return Ok(None);
        };
        let session = session::signed_in(self.claim_ports(), &token).await?;
        Ok(session.map(|session| Colleague {
            language: shomei_http::language(request),
            member: session.member(),
            session,
        }))
    }

    /// Forms are taken from our own pages only.
    fn own_form(&self, request: &Request) -> Result<(), Problem> {
        if shomei_http::is_from(request, self.programme.base_url()) {
            return Ok(());
        }
        Err(Problem::foreign_origin())
    }

    pub(crate) fn office_ports(&self) -> Ports<'_> {
        let (table, clock, entropy) = (&*self.table, &*self.clock, &*self.entropy);
        Ports { table, clock, entropy, programme: &self.programme }
    }

    pub(crate) fn claim_ports(&self) -> claim::Ports<'_> {
        self.office_ports().of_claim()
    }

    pub(crate) fn issuer(&self) -> Bilingual {
        self.programme.issuer_name.clone().into()
    }
}
