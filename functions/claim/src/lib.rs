//! Claim: recipients accept their badges by the mailed link, and keep them in a wallet: show, hide, share and delete them, and
//! decide which addresses the wallet knows. Opening a link changes nothing; only a form on our own page does.
#![warn(missing_docs)]

mod addresses;
mod archive;
mod badge;
mod inquiry;
mod link;
mod name_match;
mod reader;
mod session;
mod wallet;

use std::sync::Arc;

use lambda_http::http::Method;
use shomei_core::{
    claim::{Asked, Ports},
    ports::{Clock, Entropy, NameMatchKey, Table},
    programme::Programme,
};
use shomei_http::{
    Audience, Found, Problem, Request, Response, Route, Router,
    holder::{not_our_form, page},
};
use shomei_pages::Bilingual;

use crate::reader::{Owner, Reader};

/// What a recipient can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// What a link or nothing at all is enough for.
    Anyone(ByLink),
    /// What only the wallet's owner can do, signed in.
    Owner(InWallet),
}

/// What a link, or nothing at all, is enough for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByLink {
    /// See what a mailed link is about.
    Open,
    /// Accept the badge.
    Accept,
    /// Have a fresh link mailed to the address of the badge.
    MailLink,
    /// Have a sign-in link mailed to the address of the badge.
    MailSignIn,
    /// What to do when a link was mailed.
    LinkMailed,
    /// The form that asks for a sign-in link.
    SignInForm,
    /// Have a sign-in link mailed.
    AskSignIn,
    /// What to do when a sign-in link was mailed.
    SignInMailed,
    /// See whose wallet a sign-in link opens.
    LookSignIn,
    /// Sign in.
    SignIn,
    /// See what a link that adds an address does.
    LookProof,
    /// The form by which the office is asked.
    InquiryForm,
    /// Ask the office.
    Inquire,
}

/// What only the owner of a wallet can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InWallet {
    /// Have a badge that waits, and its address, brought into the wallet.
    Join,
    /// Add the address that a link was mailed to.
    Prove,
    /// Sign out here or everywhere.
    SignOut,
    /// All badges.
    Overview,
    /// Choose the language.
    ChooseLanguage,
    /// All addresses.
    Addresses,
    /// Have a link mailed that adds an address.
    AddAddress,
    /// Make an address the main one.
    MakeMain,
    /// Remove an address.
    RemoveAddress,
    /// One badge.
    Badge,
    /// A badge exactly as strangers would see it.
    Preview,
    /// Show or hide a badge.
    ChooseVisibility,
    /// Let verifiers compare a name with the holder's, or stop it.
    ChooseNameMatch,
    /// Ways to share a public badge.
    Share,
    /// What deleting a badge means.
    DeleteForm,
    /// Delete a badge.
    Delete,
    /// What is held about the wallet, as an archive.
    Export,
    /// What closing the wallet means.
    CloseForm,
    /// Close the wallet.
    Close,
}

/// The routes of this function.
pub static ROUTES: &[Route<Operation>] = &{
    use Audience::{Bearer, Public};
    const GET: Method = Method::GET;
    const POST: Method = Method::POST;
    [
        anyone(GET, "/claim/{token}", Bearer, ByLink::Open),
        anyone(POST, "/claim/{token}", Bearer, ByLink::Accept),
        anyone(POST, "/claim/{token}/mail", Bearer, ByLink::MailLink),
        anyone(POST, "/claim/{token}/sign-in", Bearer, ByLink::MailSignIn),
        owner(POST, "/claim/{token}/join", InWallet::Join),
        anyone(GET, "/wallet/link-mailed", Public, ByLink::LinkMailed),
        anyone(GET, "/wallet/sign-in", Public, ByLink::SignInForm),
        anyone(POST, "/wallet/sign-in", Public, ByLink::AskSignIn),
        anyone(GET, "/wallet/sign-in-mailed", Public, ByLink::SignInMailed),
        anyone(GET, "/wallet/sign-in/{token}", Bearer, ByLink::LookSignIn),
        anyone(POST, "/wallet/sign-in/{token}", Bearer, ByLink::SignIn),
        anyone(GET, "/inquiry", Public, ByLink::InquiryForm),
        anyone(POST, "/inquiry", Public, ByLink::Inquire),
        owner(POST, "/wallet/sign-out", InWallet::SignOut),
        owner(GET, "/wallet", InWallet::Overview),
        owner(POST, "/wallet/language", InWallet::ChooseLanguage),
        owner(GET, "/wallet/addresses", InWallet::Addresses),
        owner(POST, "/wallet/addresses", InWallet::AddAddress),
        owner(POST, "/wallet/addresses/main", InWallet::MakeMain),
        owner(POST, "/wallet/addresses/remove", InWallet::RemoveAddress),
        anyone(GET, "/wallet/prove/{token}", Bearer, ByLink::LookProof),
        owner(POST, "/wallet/prove/{token}", InWallet::Prove),
        owner(GET, "/wallet/badges/{badge}", InWallet::Badge),
        owner(GET, "/wallet/badges/{badge}/preview", InWallet::Preview),
        owner(POST, "/wallet/badges/{badge}/visibility", InWallet::ChooseVisibility),
        owner(POST, "/wallet/badges/{badge}/name-match", InWallet::ChooseNameMatch),
        owner(GET, "/wallet/badges/{badge}/share", InWallet::Share),
        owner(GET, "/wallet/badges/{badge}/delete", InWallet::DeleteForm),
        owner(POST, "/wallet/badges/{badge}/delete", InWallet::Delete),
        owner(GET, "/wallet/export", InWallet::Export),
        owner(GET, "/wallet/close", InWallet::CloseForm),
        owner(POST, "/wallet/close", InWallet::Close),
    ]
};

const fn anyone(
    method: Method,
    path: &'static str,
    audience: Audience,
    operation: ByLink,
) -> Route<Operation> {
    Route::new(method, path, audience, Operation::Anyone(operation))
}

/// An owner's route is one of a session, and no other is.
const fn owner(method: Method, path: &'static str, operation: InWallet) -> Route<Operation> {
    Route::new(method, path, Audience::Session, Operation::Owner(operation))
}

/// The function with its ports.
pub struct Claim {
    table: Arc<dyn Table>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    programme: Arc<Programme>,
    name_match: Option<Arc<dyn NameMatchKey>>,
    router: Router<Operation>,
}

impl std::fmt::Debug for Claim {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Claim")
    }
}

impl Claim {
    /// The function on these ports.
    pub fn new(
        table: Arc<dyn Table>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        programme: Arc<Programme>,
    ) -> Self {
        Self { table, clock, entropy, programme, name_match: None, router: Router::new(ROUTES) }
    }

    /// The same function, where holders may let verifiers compare a name, if there is a key for it.
    #[must_use]
    pub fn with_name_match(self, key: Option<Arc<dyn NameMatchKey>>) -> Self {
        Self { name_match: key, ..self }
    }

    /// Answers one request.
    pub async fn handle(&self, request: Request) -> Response {
        let (route, parameter) = match self.router.find(request.method(), request.uri().path()) {
            Found::Route(route, parameter) => (route, parameter),
            Found::WrongMethod(allowed) => return Problem::wrong_method(allowed).reply(&request),
            Found::Nothing => return Problem::not_found().reply(&request),
        };
        self.answer(&request, route, &parameter).await.unwrap_or_else(|problem| problem.reply(&request))
    }

    /// A form is only taken from our own page, and what is an owner's is not reached without a session.
    async fn answer(
        &self,
        request: &Request,
        route: &Route<Operation>,
        parameter: &str,
    ) -> Result<Response, Problem> {
        let posted = route.method == Method::POST;
        if posted && !shomei_http::is_from(request, self.programme.base_url()) {
            return Err(Problem::foreign_origin());
        }
        let reader = Reader::of(self.ports(), request).await?;
        let answer = match (route.operation, reader.owner()) {
            (Operation::Anyone(operation), _) => self.by_link(operation, request, parameter, &reader).await,
            (Operation::Owner(operation), Some(owner)) => {
                self.in_wallet(operation, request, parameter, &owner).await
            }
            (Operation::Owner(_), None) if posted => Err(Problem::signed_out()),
            (Operation::Owner(_), None) => Ok(shomei_http::redirect("/wallet/sign-in")),
        };
        answer.map_err(|problem| problem.in_language(reader.language))
    }

    async fn by_link(
        &self,
        operation: ByLink,
        request: &Request,
        token: &str,
        reader: &Reader,
    ) -> Result<Response, Problem> {
        match operation {
            ByLink::Open => self.open(token, reader).await,
            ByLink::Accept => self.accept(request, token, reader).await,
            ByLink::MailLink => self.mail_link(token, reader).await,
            ByLink::MailSignIn => self.mail_sign_in(token, reader).await,
            ByLink::LinkMailed => self.link_mailed(reader),
            ByLink::SignInForm => self.sign_in_form(reader),
            ByLink::AskSignIn => self.ask_sign_in(request, reader).await,
            ByLink::SignInMailed => self.sign_in_mailed(reader),
            ByLink::LookSignIn => self.look_sign_in(token, reader).await,
            ByLink::SignIn => self.sign_in(token, reader).await,
            ByLink::LookProof => self.look_proof(token, reader).await,
            ByLink::InquiryForm => self.inquiry_form(request, reader).await,
            ByLink::Inquire => self.inquire(request, reader).await,
        }
    }

    async fn in_wallet(
        &self,
        operation: InWallet,
        request: &Request,
        parameter: &str,
        owner: &Owner<'_>,
    ) -> Result<Response, Problem> {
        match operation {
            InWallet::Join => self.join(parameter, owner).await,
            InWallet::Prove => self.prove(parameter, owner).await,
            InWallet::SignOut => self.sign_out(request, owner).await,
            InWallet::Overview => self.overview(request, owner).await,
            InWallet::ChooseLanguage => self.choose_language(request, owner).await,
            InWallet::Addresses => self.addresses(request, owner),
            InWallet::AddAddress => self.add_address(request, owner).await,
            InWallet::MakeMain => self.make_main(request, owner).await,
            InWallet::RemoveAddress => self.remove_address(request, owner).await,
            InWallet::Badge => self.badge(request, parameter, owner).await,
            InWallet::Preview => self.preview(request, parameter, owner).await,
            InWallet::ChooseVisibility => self.choose_visibility(request, parameter, owner).await,
            InWallet::ChooseNameMatch => self.choose_name_match(request, parameter, owner).await,
            InWallet::Share => self.share(parameter, owner).await,
            InWallet::DeleteForm => self.delete_form(parameter, owner, false).await,
            InWallet::Delete => self.delete(request, parameter, owner).await,
            InWallet::Export => self.export(request, owner).await,
            InWallet::CloseForm => self.close_form(owner, false).await,
            InWallet::Close => self.close(request, owner).await,
        }
    }

    fn ports(&self) -> Ports<'_> {
        Ports { table: &*self.table, clock: &*self.clock, entropy: &*self.entropy }
    }

    fn issuer(&self) -> Bilingual {
        self.programme.issuer_name.clone().into()
    }

    fn contact(&self) -> String {
        self.programme.contact.clone()
    }
}

/// A mail was asked for. The answer is the same whether there is anything to mail.
fn noted(asked: Asked) -> Result<(), Problem> {
    match asked {
        Asked::Noted => Ok(()),
        Asked::TooMany => Err(Problem::too_many_mails()),
    }
}
