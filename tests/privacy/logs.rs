//! What the operator's log says: what went wrong, and nothing about anyone.

use std::{
    collections::BTreeSet,
    io,
    net::TcpListener,
    sync::{Arc, Mutex, PoisonError},
};

use lambda_http::tracing::{
    self,
    subscriber::{fmt, fmt::MakeWriter, util::SubscriberInitExt},
};
use shomei_aws::dynamodb::DynamoTable;
use shomei_core::{candidate::AnyCandidate, order::AnyOrder, ports::Clock as _, store::Failure};
use shomei_issuance::{Outcome, Step};
use shomei_local::embedded;
use shomei_tests::{audit::Census, world::World};

use crate::{
    browser::choice,
    functions::{Functions, request::request},
    mails, orders,
    people::{self, PEOPLE, personal_in},
    watched::{Fault, Operation, Since, Watched},
};

/// A log in memory.
#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// What can be done with the functions, in the order of a month.
#[derive(Debug, Clone, Copy)]
enum UseCase {
    RegisterAchievement,
    RegisterList,
    Run,
    CorrectTooLate,
    OpenLinks,
    Claim,
    AskForMails,
    UseWallet,
    Delete,
    HearOfMails,
    Show,
    Remind,
    Order,
    Pay,
    Favour,
    Reconcile,
}

const MONTH: [UseCase; 16] = [
    UseCase::RegisterAchievement,
    UseCase::RegisterList,
    UseCase::Run,
    UseCase::CorrectTooLate,
    UseCase::OpenLinks,
    UseCase::Claim,
    UseCase::HearOfMails,
    UseCase::AskForMails,
    UseCase::UseWallet,
    UseCase::Delete,
    UseCase::Order,
    UseCase::Pay,
    UseCase::Favour,
    UseCase::Show,
    UseCase::Remind,
    UseCase::Reconcile,
];

impl UseCase {
    /// Whether it signs or sends, as often as it is done.
    fn sends(self) -> bool {
        matches!(self, Self::Run | Self::AskForMails | Self::Favour)
    }

    async fn act(self, functions: &Functions, world: &World) {
        match self {
            Self::RegisterAchievement => {
                people::register_achievement(functions).await;
            }
            Self::RegisterList => {
                people::register(functions, &people::october()).await;
            }
            Self::Run => run(functions).await,
            Self::CorrectTooLate => {
                let row = people::october().replace("himitsu.example.jp", "kimitsu.example.jp");
                people::register(functions, &row).await;
            }
            Self::OpenLinks => {
                // Struck runs have mailed many links to everyone.
                for token in world.outbox.tokens().values().filter_map(|tokens| tokens.last()) {
                    let path = format!("/claim/{}", token.text());
                    functions.claim.handle(request("GET", &path, &[], b"")).await;
                }
            }
            Self::Claim => {
                for (person, visibility) in PEOPLE.iter().zip(["public", "private", "public"]) {
                    people::claim(functions, &people::token(world, person), visibility).await;
                }
            }
            Self::AskForMails => {
                // Else no more than a few would be admitted.
                world.clock.jump(3_600);
                let mut browser = people::sign_in(functions, world, &PEOPLE[1]).await;
                for (person, end) in [(&PEOPLE[3], "mail"), (&PEOPLE[0], "sign-in"), (&PEOPLE[3], "join")] {
                    let token = people::token(world, person);
                    browser.post(&format!("/claim/{}/{end}", token.text()), "").await;
                }
                people::deliver(functions).await;
                for (person, path) in [(&PEOPLE[0], "/wallet/sign-in/"), (&PEOPLE[3], "/wallet/prove/")] {
                    if let Some(link) = people::last_link(world, person.address, path) {
                        browser.open(&link).await;
                    }
                }
                browser.post("/wallet/sign-out", "where=here").await;
            }
            Self::UseWallet => {
                let Some((mut browser, badge)) = people::signed_in(functions, world, &PEOPLE[0]).await else {
                    return;
                };
                for page in ["", "/addresses", "/export", "/close"] {
                    browser.open(&format!("/wallet{page}")).await;
                }
                for page in ["", "/preview?visibility=public", "/share", "/delete"] {
                    browser.open(&format!("{badge}{page}")).await;
                }
                for visibility in ["private", "public"] {
                    browser.post(&format!("{badge}/visibility"), &choice(visibility)).await;
                }
                browser.post(&format!("{badge}/name-match"), "allowed=yes").await;
                let path = format!("{}/name-match", badge.trim_start_matches("/wallet"));
                let form = [("content-type", "application/x-www-form-urlencoded")];
                let name = format!("name={}", PEOPLE[0].name);
                functions.verify.handle(request("POST", &path, &form, name.as_bytes())).await;
                let other = format!("address={}", PEOPLE[1].address);
                for end in ["main", "remove"] {
                    browser.post(&format!("/wallet/addresses/{end}"), &other).await;
                }
            }
            Self::Delete => {
                let Some((mut browser, badge)) = people::signed_in(functions, world, &PEOPLE[2]).await else {
                    return;
                };
                browser.post(&format!("{badge}/delete"), "confirm=delete").await;
                people::deliver(functions).await;
            }
            Self::HearOfMails => {
                mails::heard(functions, world).await;
                mails::refused(functions, world).await;
                // Else nobody would be written to any more.
                mails::released(world).await;
            }
            Self::Order | Self::Pay | Self::Favour => self.about_orders(functions, world).await,
            Self::Remind => {
                // Only who has not claimed since is reminded, and that only once.
                world.clock.jump(8 * 24 * 3_600);
                let scheduled = world.clock.now();
                if let Err(failure) = functions.issuance.handle(Step::Remind { scheduled }, None).await {
                    log(&failure);
                }
            }
            Self::Show => {
                let badges = Census::take(&world.store).await.badges;
                for path in
                    badges.keys().flat_map(|id| ["", ".json", ".png"].map(|end| format!("/badges/{id}{end}")))
                {
                    functions.verify.handle(request("GET", &path, &[], b"")).await;
                }
            }
            Self::Reconcile => {
                functions.intake.handle(request("GET", "/reconciliation", &[], b"")).await;
            }
        }
    }

    async fn about_orders(self, functions: &Functions, world: &World) {
        match self {
            Self::Order => {
                world.clock.jump(3_600);
                orders::ordered(functions, world).await;
                orders::asked(functions, PEOPLE[2].number, PEOPLE[2].address).await;
                people::deliver(functions).await;
            }
            Self::Pay => {
                let order = orders::order_of(world).await;
                let now = world.clock.now().as_second().unsigned_abs();
                let number = u32::try_from(now % 1_000_000).unwrap();
                for amount in [5_400, 5_500] {
                    let checkout = orders::checkout(number + amount, &order, amount);
                    let id = format!("evt_{number}_{amount}");
                    orders::told(functions, world, &id, "checkout.session.completed", &checkout).await;
                }
                if let Some((mut browser, _)) = people::signed_in(functions, world, &PEOPLE[2]).await {
                    browser = browser.ordering(&functions.reissue);
                    for end in ["", "/receipt", "/credit-note"] {
                        browser.open(&format!("/reissue/orders/{order}{end}")).await;
                    }
                }
            }
            Self::Favour => {
                orders::favoured(functions).await;
                if let Some((mut browser, _)) = people::signed_in(functions, world, &PEOPLE[2]).await {
                    browser.post("/wallet/close", "confirm=close").await;
                }
            }
            _ => {}
        }
    }
}

/// Every step of October's run, each as often as there is something left; a failure is logged as the runtime does it.
async fn run(functions: &Functions) {
    let scheduled = "2026-11-01T00:00:00Z".parse().unwrap();
    let plan = match functions.issuance.handle(Step::Plan { scheduled }, None).await {
        Ok(Outcome::Planned(plan)) => plan,
        Ok(other) => panic!("{other:?}"),
        Err(failure) => return log(&failure),
    };
    let issue = plan.work.iter().map(|&work| Step::Issue { work, after: None });
    let announce = plan.work.iter().map(|&work| Step::Announce { work, after: None });
    for step in issue.chain(announce).chain([Step::Reconcile { scheduled, started: None }]) {
        if let Err(failure) = functions.issuance.handle(step, None).await {
            log(&failure);
        }
    }
}

fn log(failure: &Failure) {
    tracing::error!(%failure, ?failure, "a step failed");
}

/// The use case again and again, with every operation failing once as the first one, and all after it.
async fn strike(ports: &Arc<Watched>, use_case: UseCase) -> BTreeSet<Operation> {
    let functions = ports.functions();
    let mut struck = BTreeSet::new();
    // What happens once in a while, for certain; the places of other operations depend on what is faster.
    for operation in [Operation::Sign, Operation::Send].into_iter().filter(|_| use_case.sends()) {
        ports.begin(Some((Since::First(operation.clone()), Fault::Passing)));
        use_case.act(&functions, &ports.world).await;
        if ports.operations().contains(&operation) {
            struck.insert((0, operation));
        }
    }
    // Deaths first: they leave work for the next ones, where a passing fault lets the rest be done.
    for fault in [Fault::Lasting, Fault::Passing] {
        for at in 0.. {
            ports.begin(Some((Since::Place(at), fault)));
            use_case.act(&functions, &ports.world).await;
            let Some(operation) = ports.operations().into_iter().nth(at) else { break };
            struck.insert((at, operation));
        }
    }
    ports.begin(None);
    use_case.act(&functions, &ports.world).await;
    struck.into_iter().map(|(_, operation)| operation).collect()
}

#[tokio::test]
async fn logs_hold_nothing_personal() {
    let log = Log::default();
    // One level further down the SDK of the cloud writes whole items: no installation may ask for that.
    let subscriber =
        fmt().with_max_level(tracing::Level::DEBUG).with_ansi(false).with_writer(log.clone()).finish();
    let _guard = subscriber.set_default();
    let ports = Watched::new(World::new().await);
    let mut struck = BTreeSet::new();
    for use_case in MONTH {
        struck.extend(strike(&ports, use_case).await);
    }
    let census = Census::take(&ports.world.store).await;
    let issued =
        census.candidates.values().filter(|candidate| matches!(candidate, AnyCandidate::Issued(_))).count();
    let again = census.orders.values().filter(|order| matches!(order, AnyOrder::Reissued(_))).count();
    assert_eq!((issued, census.public.len()), (people::BADGES, 1), "the month is not done");
    assert!(again > 1, "nothing was issued again");
    assert_eq!((census.stopped.len(), census.undelivered.len()), (2, 1), "nothing was heard of mails");

    // Stores that fail by themselves: no such table, and nobody there. For the latter the SDK waits before it tries again.
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let stores: [(_, _, &[UseCase]); 2] = [
        (ports.world.store.address, "no-such-table", &MONTH),
        (nobody, embedded::TABLE, &[UseCase::RegisterList, UseCase::Run, UseCase::Claim]),
    ];
    for (address, table, use_cases) in stores {
        let functions =
            ports.functions_on(Arc::new(DynamoTable::new(ports.world.store.client_at(address), table)));
        for use_case in use_cases {
            use_case.act(&functions, &ports.world).await;
        }
    }

    let text = log.text();
    for line in [
        "a request could not be finished",
        "a request needs a person",
        "a step failed",
        "events could not be put on record",
    ] {
        assert!(text.contains(line), "the log says nowhere: {line}");
    }
    let kinds: BTreeSet<&str> = struck.iter().map(kind).collect();
    assert_eq!(kinds, ["get", "get_many", "query", "send", "sign", "transact"].into());
    let personal = personal_in(&text, &ports.world.outbox);
    assert!(personal.is_empty(), "the log holds {personal:?}");
}

fn kind(operation: &Operation) -> &'static str {
    match operation {
        Operation::Get(_) => "get",
        Operation::GetMany(_) => "get_many",
        Operation::Query(_) => "query",
        Operation::Transact => "transact",
        Operation::Sign => "sign",
        Operation::Send => "send",
    }
}
