//! Every function of the bundle on this machine's adapters.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use lambda_http::{Body, http};
use serde_json::Value;
use shomei_aws::machine::{SystemClock, SystemEntropy};
use shomei_claim::Claim;
use shomei_core::{
    intake::upload,
    letter::Letter,
    office::{self, RoleNames, revocation::OwedRevocation},
    order::OwedBadge,
    ports::{Clock, Entropy, NameMatchKey, Table},
    programme::Programme,
    status::StaleList,
};
use shomei_delivery::Delivery;
use shomei_fetch::{Fetcher, Switch};
use shomei_http::{Request, Response, staff::StaffGate};
use shomei_intake::Intake;
use shomei_issuance::{Issuance, Step};
use shomei_reissue::Reissue;
use shomei_verify::Verify;

use crate::{
    Failed,
    embedded::Store,
    installation::Installation,
    mail::LocalMailer,
    sign_in::Service,
    told::{self, Untold},
};

/// What the tokens behind recorded staff events say.
fn replayed_staff() -> StaffGate {
    StaffGate::Claims {
        issuer: "https://login.example.jp/".to_owned(),
        audience: "https://badges.example.jp".to_owned(),
        roles: RoleNames::of_clerks("roles", "clerk"),
    }
}

/// For so long lists are gone on with before what the stream brings is looked at again.
const LISTS_AT_ONCE: SignedDuration = SignedDuration::from_secs(2);

/// So many events are handed over together.
const TOLD_AT_ONCE: usize = 100;

/// The functions, and the ports that commands use directly.
pub(crate) struct Functions {
    pub(crate) intake: Intake,
    pub(crate) issuance: Issuance,
    pub(crate) claim: Claim,
    pub(crate) delivery: Delivery,
    pub(crate) reissue: Reissue,
    pub(crate) verify: Verify,
    pub(crate) table: Arc<dyn Table>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) programme: Arc<Programme>,
    staff_token: String,
    untold: Arc<Untold>,
    paths: matchit::Router<(Which, &'static str)>,
}

#[derive(Clone, Copy)]
enum Which {
    Intake,
    Claim,
    Reissue,
    Verify,
}

/// The system's clock, set to another moment.
struct SetClock {
    ahead: SignedDuration,
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        let now = SystemClock.now();
        now.checked_add(self.ahead).unwrap_or(now)
    }
}

impl Functions {
    pub(crate) fn new(
        installation: &Installation,
        store: &Store,
        smtp: Option<&str>,
        starts: Option<Timestamp>,
        service: Option<&Service>,
    ) -> Result<Self, Failed> {
        let table: Arc<dyn Table> = Arc::new(store.table.clone());
        let clock: Arc<dyn Clock> = match starts {
            None => Arc::new(SystemClock),
            Some(starts) => Arc::new(SetClock { ahead: starts.duration_since(SystemClock.now()) }),
        };
        let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
        let programme = Arc::new(installation.programme.clone());
        let untold = Arc::new(Untold::default());
        let mailer = LocalMailer::new(
            (&programme.issuer_name.ja, &programme.sender),
            &installation.outbox(),
            smtp,
            (clock.clone(), untold.clone()),
        )?;
        let name_match: Arc<dyn NameMatchKey> = Arc::new(installation.name_match_key.clone());
        let gate = || StaffGate::token(&installation.staff_token);
        let sign_in = match service {
            Some(service) => service.of(&programme, clock.clone())?,
            None => None,
        };
        Ok(Self {
            intake: Intake::new(table.clone(), clock.clone(), entropy.clone(), programme.clone(), gate())
                .with_sign_in(sign_in),
            issuance: Issuance::new(
                table.clone(),
                Arc::new(installation.key.clone()),
                Arc::new(mailer),
                clock.clone(),
                entropy.clone(),
                programme.clone(),
            )
            .with_tokens(Some(Arc::new(installation.token_key.clone())))
            .alone(),
            claim: Claim::new(table.clone(), clock.clone(), entropy.clone(), programme.clone())
                .with_name_match(Some(name_match.clone())),
            delivery: Delivery::new(table.clone(), clock.clone(), entropy.clone(), told::TOPIC),
            reissue: reissue(installation, store, clock.clone(), gate()),
            verify: Verify::new(
                table.clone(),
                clock.clone(),
                programme.clone(),
                Arc::new(Fetcher::new(Switch::On)),
            )
            .with_name_match(Some(name_match), entropy.clone()),
            table,
            clock,
            entropy,
            programme,
            staff_token: installation.staff_token.clone(),
            untold,
            paths: paths()?,
        })
    }

    /// Registers one achievement through the API's own handler, as the staff of this machine.
    pub(crate) async fn register_achievement(&self, achievement: Value) -> Result<Response, Failed> {
        let request = http::Request::builder()
            .method(http::Method::POST)
            .uri("/achievements")
            .header(http::header::CONTENT_TYPE, "application/json")
            .header(http::header::AUTHORIZATION, format!("Bearer {}", self.staff_token))
            .body(Body::Text(achievement.to_string()))?;
        Ok(self.intake.handle(request).await)
    }

    /// Intake as in the cloud, where the gateway has checked the token of a recorded event.
    pub(crate) fn intake_behind_gateway(&self) -> Intake {
        let (table, clock, entropy) = (self.table.clone(), self.clock.clone(), self.entropy.clone());
        Intake::new(table, clock, entropy, self.programme.clone(), replayed_staff())
    }

    /// Reissue as in the cloud, as [`Functions::intake_behind_gateway`].
    pub(crate) fn reissue_behind_gateway(&self, installation: &Installation, store: &Store) -> Reissue {
        reissue(installation, store, self.clock.clone(), replayed_staff())
    }

    /// Does what the cloud's stream asks issuance for: revokes what is agreed, issues the badges that are owed, sends the letters that
    /// wait, publishes the lists that are marked. And what SES would tell of mails that were sent. One does not wait for the other.
    ///
    /// # Errors
    /// That of the first step that failed.
    pub(crate) async fn follow(&self) -> Result<(), Failed> {
        let mut first = Ok(());
        for (partition, step) in [
            (OwedRevocation::PARTITION, Step::IssueAgain),
            (OwedBadge::PARTITION, Step::IssueAgain),
            (Letter::PARTITION, Step::Deliver),
            (StaleList::PARTITION, Step::Publish),
        ] {
            let outcome = match self.table.query(partition, None, 1).await {
                Ok(page) if page.items.is_empty() => continue,
                Ok(_) => self.issuance.handle(step, None).await.map(|_| ()).map_err(Failed::from),
                Err(error) => Err(error.into()),
            };
            first = first.and(outcome);
        }
        first.and(self.tell().await)
    }

    /// Goes on, for a while, with lists whose clerk has gone, as the cloud's sweep does. Whether that is all.
    ///
    /// # Errors
    /// The first of what could not be done. The rest is done.
    pub(crate) async fn go_on_with_lists(&self) -> Result<bool, Failed> {
        let (table, clock, entropy) = (&*self.table, &*self.clock, &*self.entropy);
        let office = office::Ports { table, clock, entropy, programme: &self.programme };
        let until = clock.now().checked_add(LISTS_AT_ONCE)?;
        let (resumed, result) = upload::resume(office, Some(until)).await;
        result?;
        Ok(resumed.left == 0)
    }

    /// Tells what became of the mails that were sent.
    ///
    /// # Errors
    /// That of the store. What could not be put on record is told of no more.
    pub(crate) async fn tell(&self) -> Result<(), Failed> {
        for some in self.untold.take().chunks(TOLD_AT_ONCE) {
            self.delivery.handle(told::call(some)).await?;
        }
        Ok(())
    }

    /// The path that a request's log line names: the route's, which holds no token.
    pub(crate) fn route(&self, path: &str) -> &'static str {
        self.paths.at(path).map_or("(no route)", |found| found.value.1)
    }

    /// Answers as the gateway and the function behind it would.
    pub(crate) async fn answer(&self, request: Request) -> Response {
        match self.paths.at(request.uri().path()).map(|found| found.value.0) {
            Ok(Which::Intake) => self.intake.handle(request).await,
            Ok(Which::Claim) => self.claim.handle(request).await,
            Ok(Which::Reissue) => self.reissue.handle(request).await,
            // Verify has the page that says "nothing here".
            Ok(Which::Verify) | Err(_) => self.verify.handle(request).await,
        }
    }
}

fn reissue(installation: &Installation, store: &Store, clock: Arc<dyn Clock>, gate: StaffGate) -> Reissue {
    Reissue::new(
        Arc::new(store.table.clone()),
        Arc::new(installation.key.clone()),
        clock,
        Arc::new(SystemEntropy),
        Arc::new(installation.programme.clone()),
        gate,
    )
    .with_tokens(Some(Arc::new(installation.token_key.clone())))
    .with_payment_events(Some(installation.webhook_secrets.clone()))
}

fn paths() -> Result<matchit::Router<(Which, &'static str)>, Failed> {
    let tables = [
        (Which::Intake, shomei_intake::ROUTES.iter().map(|route| route.path).collect::<Vec<_>>()),
        (Which::Claim, shomei_claim::ROUTES.iter().map(|route| route.path).collect()),
        (Which::Reissue, shomei_reissue::ROUTES.iter().map(|route| route.path).collect()),
        (Which::Verify, shomei_verify::ROUTES.iter().map(|route| route.path).collect()),
    ];
    let mut router = matchit::Router::new();
    for (which, mut paths) in tables {
        paths.sort_unstable();
        paths.dedup();
        for path in paths {
            router.insert(path, (which, path))?;
        }
    }
    Ok(router)
}
