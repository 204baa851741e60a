//! Intake on a world, and a browser of the staff in front of it.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::Timestamp;
use lambda_http::{
    Body,
    http::{self, Method},
};
use shomei_core::{
    claim::Ports,
    office::{Member, Role, RoleNames, session},
    ports::{Cause, Clock, Entropy, Identity, IdentityProvider, Returned, SignInError, SignInSecrets},
    token::Token,
};
use shomei_http::staff::StaffGate;
use shomei_intake::{Intake, office::SignIn};
use shomei_tests::{
    audit::{Contents, contents},
    world::World,
};

/// Where our pages are.
pub(crate) const ORIGIN: &str = "https://badges.example.jp";

/// The cookies of a session, and of a sign-in that is not finished.
pub(crate) const SESSION: &str = "__Host-office";
pub(crate) const DOOR: &str = "__Host-office-door";

pub(crate) const MINUTE: i64 = 60;
pub(crate) const HOUR: i64 = 60 * MINUTE;

/// The sign-in service of the tests says what it is told to.
#[derive(Default)]
pub(crate) struct Service {
    answer: Mutex<Option<Result<Identity, SignInError>>>,
    asked: Mutex<Vec<String>>,
}

impl Service {
    /// The next person who signs in is this one.
    pub(crate) fn names(&self, subject: &str, roles: &[&str]) {
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        *self.answer.lock().unwrap() = Some(Ok(Identity { subject: subject.to_owned(), roles }));
    }

    /// The next sign-in fails.
    pub(crate) fn fails(&self, error: SignInError) {
        *self.answer.lock().unwrap() = Some(Err(error));
    }

    /// The codes that it was shown.
    pub(crate) fn codes(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

#[async_trait]
impl IdentityProvider for Service {
    async fn begin(&self, secrets: &SignInSecrets) -> Result<String, SignInError> {
        let SignInSecrets { state, nonce, verifier } = secrets;
        assert!(state != nonce && nonce != verifier && verifier != state);
        assert!([state, nonce, verifier].iter().all(|secret| secret.len() == 43));
        Ok(format!("https://login.example.jp/authorize?state={state}"))
    }

    async fn finish(&self, returned: &Returned<'_>, _: &SignInSecrets) -> Result<Identity, SignInError> {
        self.asked.lock().unwrap().push(returned.code.to_owned());
        let unexpected = || Err(SignInError::Refused(Cause::new("nobody was expected")));
        self.answer.lock().unwrap().take().unwrap_or_else(unexpected)
    }
}

struct Shared(Arc<World>);

impl Clock for Shared {
    fn now(&self) -> Timestamp {
        self.0.clock.now()
    }
}

impl Entropy for Shared {
    fn fill(&self, buffer: &mut [u8]) {
        self.0.entropy.fill(buffer);
    }
}

/// Intake, with a sign-in service.
pub(crate) struct Site {
    pub(crate) world: Arc<World>,
    pub(crate) intake: Intake,
    pub(crate) service: Arc<Service>,
}

impl Site {
    pub(crate) async fn new() -> Self {
        let world = Arc::new(World::new().await);
        let service = Arc::new(Service::default());
        let names = |role: Role| vec![role.name().to_owned()];
        let roles = RoleNames {
            claim: "roles".to_owned(),
            viewer: names(Role::Viewer),
            clerk: names(Role::Clerk),
            approver: names(Role::Approver),
        };
        let intake = Intake::new(
            Arc::new(world.store.table.clone()),
            Arc::new(Shared(world.clone())),
            Arc::new(Shared(world.clone())),
            Arc::new(world.programme.clone()),
            StaffGate::token("the staff's own"),
        );
        let sign_in = SignIn { provider: service.clone(), roles };
        Self { intake: intake.with_sign_in(Some(sign_in)), world, service }
    }

    pub(crate) fn ports(&self) -> Ports<'_> {
        let World { store, clock, entropy, .. } = &*self.world;
        Ports { table: &store.table, clock, entropy }
    }

    /// A session of a person with this role.
    pub(crate) async fn session(&self, role: Role) -> Token {
        let member = Member { subject: "staff-1".to_owned(), role };
        session::begin(self.ports(), &member).await.unwrap()
    }

    /// The path of a printed link for a person with this role.
    pub(crate) async fn link(&self, subject: &str, role: Role) -> String {
        let member = Member { subject: subject.to_owned(), role };
        format!("/office/enter/{}", session::grant(self.ports(), &member).await.unwrap().text())
    }

    pub(crate) async fn contents(&self) -> Contents {
        contents(&self.world.store.client()).await
    }

    pub(crate) async fn send(&self, method: &Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = http::Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::of(self.intake.handle(request.body(Body::Empty).unwrap()).await)
    }
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    fn of(response: shomei_http::Response) -> Self {
        let (head, body) = response.into_parts();
        let header = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            (name.to_string(), value.to_str().unwrap().to_owned())
        };
        let Body::Text(body) = body else {
            return Self {
                status: head.status.as_u16(),
                headers: head.headers.iter().map(header).collect(),
                body: String::new(),
            };
        };
        Self { status: head.status.as_u16(), headers: head.headers.iter().map(header).collect(), body }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Every cookie that it sets: name, value and what else it says, sorted.
    pub(crate) fn cookies(&self) -> Vec<(String, String, Vec<String>)> {
        let set = self.headers.iter().filter(|(name, _)| name == "set-cookie");
        set.map(|(_, cookie)| {
            let mut parts = cookie.split(';').map(|part| part.trim().to_owned());
            let first = parts.next().unwrap();
            let (name, value) = first.split_once('=').unwrap();
            let mut rest: Vec<_> = parts.collect();
            rest.sort_unstable();
            (name.to_owned(), value.to_owned(), rest)
        })
        .collect()
    }

    /// The value that a cookie is given; empty: it is to be forgotten. None: it stays as it is.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies().into_iter().find(|(found, ..)| found == name).map(|(_, value, _)| value)
    }

    /// The code of a problem.
    pub(crate) fn code(&self) -> String {
        let problem: serde_json::Value = serde_json::from_str(&self.body).unwrap_or_default();
        problem.get("code").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
    }
}

/// The cookie of a session, as a browser sends it.
pub(crate) fn cookie(session: &Token) -> String {
    format!("theme=dark; {SESSION}={}", session.text())
}
