//! Reissue: a deleted badge is ordered, paid, and issued again. Holders order it and get their receipt; the payment service and the
//! bank's statement tell of money; the staff see to what does not fit. See [`shomei_core::reissue`].
#![warn(missing_docs)]

mod holder;
mod order;
mod paper;
mod restore;
mod staff;
mod statement;
mod webhook;

use std::sync::Arc;

use lambda_http::http::Method;
use payments::stripe::WebhookSecrets;
use shomei_core::{
    issuance::Signing,
    order::{Actor, OrderId},
    ports::{Clock, Entropy, Signer, Table, TokenSigner},
    programme::Programme,
    reissue::{Ports, issue},
};
use shomei_http::{
    Audience, Found, Problem, Request, Response, Route, Router,
    holder::{Reader, not_our_form, page},
    metrics::{self, Metric},
    staff::StaffGate,
};
use shomei_pages::Bilingual;

/// What can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// What needs no session.
    Anyone(ByAnyone),
    /// What the owner of a wallet does, signed in.
    Owner(ByOwner),
    /// What the staff do.
    Staff(ByStaff),
    /// An event of the payment service.
    PaymentEvent,
}

/// What needs no session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByAnyone {
    /// The form for those who have no wallet any more.
    AskForm,
    /// Have a link mailed to the address on record.
    Ask,
    /// What to do when a link was mailed.
    Asked,
    /// See whose wallet a mailed link opens.
    LookRestore,
    /// Open it.
    Restore,
}

/// What the owner of a wallet does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByOwner {
    /// What ordering a deleted badge means, and costs.
    OrderForm,
    /// Order it.
    PlaceOrder,
    /// One order.
    Order,
    /// Have the receipt made out to somebody else.
    AddressReceipt,
    /// The receipt.
    Receipt,
    /// The credit note.
    CreditNote,
}

/// What the staff do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByStaff {
    /// The orders of some months.
    ListOrders,
    /// Find orders, also by a person's number.
    SearchOrders,
    /// One order with its trail.
    ShowOrder,
    /// Have a badge issued again free of charge.
    Favour,
    /// Enter money that they saw in the bank account.
    ConfirmPayment,
    /// Enter that an order's money was given back.
    Refund,
    /// Enter a statement of the bank.
    EnterStatement,
    /// The money that waits for them.
    ListParked,
    /// Enter that parked money was given back.
    ReturnParked,
}

/// The routes of this function.
pub static ROUTES: &[Route<Operation>] = &{
    use Audience::{Bearer, Public, Session, Signed, Staff};
    use Operation::{Anyone, Owner};
    const GET: Method = Method::GET;
    const POST: Method = Method::POST;
    [
        Route::new(GET, "/reissue/badges/{badge}", Session, Owner(ByOwner::OrderForm)),
        Route::new(POST, "/reissue/badges/{badge}", Session, Owner(ByOwner::PlaceOrder)),
        Route::new(GET, "/reissue/orders/{order}", Session, Owner(ByOwner::Order)),
        Route::new(POST, "/reissue/orders/{order}/addressee", Session, Owner(ByOwner::AddressReceipt)),
        Route::new(GET, "/reissue/orders/{order}/receipt", Session, Owner(ByOwner::Receipt)),
        Route::new(GET, "/reissue/orders/{order}/credit-note", Session, Owner(ByOwner::CreditNote)),
        Route::new(GET, "/reissue/ask", Public, Anyone(ByAnyone::AskForm)),
        Route::new(POST, "/reissue/ask", Public, Anyone(ByAnyone::Ask)),
        Route::new(GET, "/reissue/asked", Public, Anyone(ByAnyone::Asked)),
        Route::new(GET, "/reissue/restore/{token}", Bearer, Anyone(ByAnyone::LookRestore)),
        Route::new(POST, "/reissue/restore/{token}", Bearer, Anyone(ByAnyone::Restore)),
        Route::new(POST, "/reissue/payment-events", Signed, Operation::PaymentEvent),
        Route::new(GET, "/orders", Staff, Operation::Staff(ByStaff::ListOrders)),
        Route::new(POST, "/orders", Staff, Operation::Staff(ByStaff::Favour)),
        Route::new(POST, "/orders/search", Staff, Operation::Staff(ByStaff::SearchOrders)),
        Route::new(GET, "/orders/{order}", Staff, Operation::Staff(ByStaff::ShowOrder)),
        Route::new(POST, "/orders/{order}/payment", Staff, Operation::Staff(ByStaff::ConfirmPayment)),
        Route::new(POST, "/orders/{order}/refund", Staff, Operation::Staff(ByStaff::Refund)),
        Route::new(POST, "/bank-statements", Staff, Operation::Staff(ByStaff::EnterStatement)),
        Route::new(GET, "/payments/parked", Staff, Operation::Staff(ByStaff::ListParked)),
        Route::new(POST, "/payments/{payment}/return", Staff, Operation::Staff(ByStaff::ReturnParked)),
    ]
};

/// The function with its ports.
pub struct Reissue {
    table: Arc<dyn Table>,
    signer: Arc<dyn Signer>,
    token_signer: Option<Arc<dyn TokenSigner>>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    programme: Arc<Programme>,
    gate: StaffGate,
    secrets: Option<WebhookSecrets>,
    router: Router<Operation>,
}

impl std::fmt::Debug for Reissue {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Reissue")
    }
}

impl Reissue {
    /// The function on these ports.
    pub fn new(
        table: Arc<dyn Table>,
        signer: Arc<dyn Signer>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        programme: Arc<Programme>,
        gate: StaffGate,
    ) -> Self {
        let router = Router::new(ROUTES);
        Self { table, signer, token_signer: None, clock, entropy, programme, gate, secrets: None, router }
    }

    /// The same, where badges are given out as signed tokens too.
    #[must_use]
    pub fn with_tokens(self, token_signer: Option<Arc<dyn TokenSigner>>) -> Self {
        Self { token_signer, ..self }
    }

    /// The same, where a payment service tells of payments, signed with one of these secrets.
    #[must_use]
    pub fn with_payment_events(self, secrets: Option<WebhookSecrets>) -> Self {
        Self { secrets, ..self }
    }

    /// Answers one request.
    pub async fn handle(&self, request: Request) -> Response {
        let (route, parameter) = match self.router.find(request.method(), request.uri().path()) {
            Found::Route(route, parameter) => (route, parameter),
            Found::WrongMethod(allowed) => return Problem::wrong_method(allowed).reply(&request),
            Found::Nothing => return Problem::not_found().reply(&request),
        };
        let answer = match route.operation {
            Operation::Staff(operation) => self.staff(operation, &request, &parameter).await,
            Operation::PaymentEvent => self.payment_event(&request).await,
            Operation::Anyone(_) | Operation::Owner(_) => self.holder(route, &request, &parameter).await,
        };
        answer.unwrap_or_else(|problem| problem.reply(&request))
    }

    /// A form is only taken from our own page, and what is an owner's is not reached without a session.
    async fn holder(
        &self,
        route: &Route<Operation>,
        request: &Request,
        parameter: &str,
    ) -> Result<Response, Problem> {
        let posted = route.method == Method::POST;
        if posted && !shomei_http::is_from(request, self.programme.base_url()) {
            return Err(Problem::foreign_origin());
        }
        let reader = Reader::of(self.ports().of_claim(), request).await?;
        let answer = match (route.operation, reader.owner()) {
            (Operation::Anyone(operation), _) => self.by_anyone(operation, request, parameter, &reader).await,
            (Operation::Owner(operation), Some(owner)) => {
                self.by_owner(operation, request, parameter, &owner).await
            }
            _ if posted => Err(Problem::signed_out()),
            _ => Ok(shomei_http::redirect("/wallet/sign-in")),
        };
        answer.map_err(|problem| problem.in_language(reader.language))
    }

    async fn by_anyone(
        &self,
        operation: ByAnyone,
        request: &Request,
        token: &str,
        reader: &Reader,
    ) -> Result<Response, Problem> {
        match operation {
            ByAnyone::AskForm => self.ask_form(None, reader),
            ByAnyone::Ask => self.ask(request, reader).await,
            ByAnyone::Asked => self.asked(reader),
            ByAnyone::LookRestore => self.look_restore(token, reader).await,
            ByAnyone::Restore => self.restore(token, reader).await,
        }
    }

    /// Issues the badge of an order that is paid, at once. What keeps it from that is seen to by the sweep: the money is entered, and
    /// whoever told of it need not tell again.
    async fn issue(&self, order: &OrderId, actor: &Actor) {
        match issue::issue(self.signing(), order, actor).await {
            Ok(issue::Outcome::Issued) => metrics::count(Metric::Reissued, 1),
            Ok(issue::Outcome::NothingOwed) => {}
            Err(failure) => {
                let kind = failure.kind();
                tracing::error!(cause = %failure, kind, %order, "a paid badge could not be issued yet");
            }
        }
    }

    fn ports(&self) -> Ports<'_> {
        let (table, clock, entropy) = (&*self.table, &*self.clock, &*self.entropy);
        Ports { table, clock, entropy, programme: &self.programme }
    }

    fn signing(&self) -> Signing<'_> {
        Signing {
            table: &*self.table,
            signer: &*self.signer,
            token_signer: self.token_signer.as_deref(),
            clock: &*self.clock,
            entropy: &*self.entropy,
            programme: &self.programme,
        }
    }

    fn issuer(&self) -> Bilingual {
        self.programme.issuer_name.clone().into()
    }

    fn contact(&self) -> String {
        self.programme.contact.clone()
    }
}
