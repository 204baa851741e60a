//! What a badge costs: every call that is billed, from the list to the page that a stranger sees, counted and held.
//!
//! The cost table of `infra/DEPLOYING.md` is made of these numbers. Requests are counted as they leave the SDK. Units are
//! what the embedded store says that DynamoDB would bill: in a transaction two for each started kB of an item, in a
//! consistent read one for each started 4 kB.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test stops at the first surprise, and says what it counted"
)]

#[path = "calls/meter.rs"]
mod meter;
#[path = "calls/reissue.rs"]
mod reissue;
#[path = "calls/wallets.rs"]
mod wallets;

use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use shomei_aws::dynamodb::DynamoTable;
use shomei_core::{
    achievement::ArtworkId,
    calendar::{self, Month},
    candidate::CandidateRef,
    claim,
    delivery::{self, Happened},
    intake::{
        NewAchievement, Registration, list::read_csv, register_achievement, register_list, row::parse_row,
    },
    issuance::{self, Announced, Call, Issued, Ports, Swept},
    order::{Actor, Reason},
    ports::{Clock, Entropy, Mail, MailError, Mailer, SignError, Signer},
    programme::Bilingual,
    verify,
};
use shomei_local::embedded;
use shomei_tests::{
    audit::{Census, incompleteness, inconsistencies},
    mails, month,
    world::{TestEntropy, World},
};

use meter::{Bill, Meter, MeteredTable, transactions};

/// The month's people stand in so many of its 16 shards, so that a shard's mails fill more than one bulk call.
const SHARDS: u64 = 3;
/// So many in each.
const EACH: u64 = 110;
const PEOPLE: u64 = SHARDS * EACH;

/// Mails in one bulk call, as SES takes them.
const BULK: usize = 50;

/// Random, but for the places in a status list: those are all different. Two badges in 330 would want the same place in
/// every third run of this test, and the second would cost two calls more.
#[derive(Default)]
struct Apart(TestEntropy, AtomicU64);

impl Entropy for Apart {
    fn fill(&self, buffer: &mut [u8]) {
        match <&mut [u8; 8]>::try_from(&mut *buffer) {
            Ok(place) => *place = self.1.fetch_add(1, Ordering::SeqCst).to_le_bytes(),
            Err(_) => self.0.fill(buffer),
        }
    }
}

/// A world, and what is billed in it.
struct Metered {
    world: World,
    table: MeteredTable,
    meter: Meter,
    entropy: Apart,
}

impl Metered {
    async fn new() -> Self {
        let (world, meter) = (World::new().await, Meter::default());
        let config = world.store.client().config().to_builder().interceptor(meter.clone()).build();
        let table = MeteredTable(DynamoTable::new(Client::from_conf(config), embedded::TABLE), meter.clone());
        Self { world, table, meter, entropy: Apart::default() }
    }

    fn ports(&self) -> Ports<'_> {
        Ports {
            table: &self.table,
            signer: self,
            token_signer: None,
            mailer: self,
            clock: &self.world.clock,
            entropy: &self.entropy,
            programme: &self.world.programme,
        }
    }

    fn recipients(&self) -> claim::Ports<'_> {
        claim::Ports { table: &self.table, clock: &self.world.clock, entropy: &self.entropy }
    }

    async fn register(&self, achievement: NewAchievement, list: &str) {
        let Self { world, table, entropy, .. } = self;
        register_achievement(self.recipients(), &month::clerk(), achievement).await.unwrap().unwrap();
        self.meter.step("register the achievement", 1);
        let mut registration = Registration::new(table, &world.clock, entropy);
        let rows = read_csv(list.as_bytes()).unwrap();
        let registered = register_list(&mut registration, rows, |_| ()).await.unwrap();
        assert_eq!(registered.summary.accepted as u64, PEOPLE);
    }
}

#[async_trait]
impl Signer for Metered {
    fn fragment(&self) -> &str {
        self.world.key.fragment()
    }

    async fn sign(&self, hash_data: &[u8; 64]) -> Result<[u8; 64], SignError> {
        self.meter.add(|bill| bill.signs += 1);
        self.world.key.sign(hash_data).await
    }
}

#[async_trait]
impl Mailer for Metered {
    async fn ready(&self) -> Result<usize, MailError> {
        self.meter.add(|bill| bill.asked += 1);
        Ok(BULK)
    }

    async fn send(&self, mails: &[Mail]) -> Vec<Result<(), MailError>> {
        self.meter.add(|bill| {
            bill.bulk_calls += 1;
            bill.mails += mails.len() as u64;
        });
        self.world.outbox.send(mails).await
    }
}

/// The first of the achievements that come with the programme: texts and picture as long as real ones.
fn sample() -> NewAchievement {
    let file: serde_json::Value = serde_json::from_str(include_str!("../events/achievements.json")).unwrap();
    let first = &file["achievements"][0];
    let both = |name: &str| {
        let text = |language: &str| first[name][language].as_str().unwrap().to_owned();
        Bilingual { ja: text("ja"), en: text("en") }
    };
    assert_eq!(first["id"], month::ACHIEVEMENT);
    NewAchievement {
        name: both("name"),
        description: both("description"),
        criteria: both("criteria"),
        artwork: include_bytes!("../events/artwork/pm-foundation.png").to_vec(),
        ..month::qualification()
    }
}

/// As many people in each of the first shards. All their rows are of one length, so that all cost the same.
fn list() -> String {
    let mut list = month::HEADING.to_owned();
    let mut found = vec![0; usize::try_from(SHARDS).unwrap()];
    for person in 0..100_000 {
        let row = format!(
            "{},合格,2026/10/1,見本 太郎,person{person:06}@example.jp,N-{person:06}\n",
            month::ACHIEVEMENT
        );
        let text = format!("{}{row}", month::HEADING);
        let raw = read_csv(text.as_bytes()).unwrap().next().unwrap().unwrap();
        let shard = CandidateRef::of(&parse_row(&raw).unwrap().details).shard().number;
        if let Some(count) = found.get_mut(usize::from(shard)).filter(|count| **count < EACH) {
            *count += 1;
            list.push_str(&row);
        }
        if found.iter().all(|count| *count == EACH) {
            return list;
        }
    }
    panic!("the shards did not fill");
}

#[tokio::test]
async fn a_month_costs_what_the_table_says() {
    let metered = Metered::new().await;
    let Metered { world, table, meter, .. } = &metered;
    let (ports, scheduled) = (metered.ports(), month::scheduled());
    let call = Call::default();

    // By 33 people: three items each. Besides, the month is marked.
    metered.register(sample(), &list()).await;
    let registering = Bill {
        gets: 2,
        batches: 2 * PEOPLE / 33,
        read: 2 + 2 * PEOPLE,
        transactions: transactions([(1, [1, 0, 2]), (PEOPLE / 33, [99, 0, 198])]),
        ..Bill::default()
    };
    assert_eq!(meter.step("register", PEOPLE), registering);

    // Which months there are, and what each of 16 shards has due and owes.
    let plan = issuance::plan(table, scheduled).await.unwrap();
    let due_notes = 4;
    let planning =
        Bill { queries: 1 + 2 * 16, read: 1 + 2 * 16 + SHARDS * (due_notes - 1), ..Bill::default() };
    assert_eq!(meter.step("plan", PEOPLE), planning);

    // A candidate is read, prepared, read again, signed and issued. Besides, a shard reads what is due, the achievement
    // and the status list; the first one signs that list.
    for work in &plan.work {
        let Issued { issued, .. } = issuance::issue(ports, *work, &call).await.unwrap();
        assert_eq!(issued as u64, EACH);
    }
    let issuing = Bill {
        gets: 2 * PEOPLE + 2 * SHARDS,
        queries: SHARDS + 1,
        read: 2 * PEOPLE + SHARDS * (due_notes + 2) + 1,
        transactions: transactions([(PEOPLE, [2, 0, 10]), (PEOPLE, [3, 1, 22]), (1, [1, 0, 2])]),
        signs: PEOPLE + 1,
        ..Bill::default()
    };
    assert_eq!(meter.step("issue", PEOPLE), issuing);

    // Mails go out by 50, the last ten of a shard by themselves. Before, their badges and how their addresses stand are read at
    // once, and their links are committed by 33 and 17; after, that they were sent.
    for work in &plan.work {
        let Announced { mails, .. } = issuance::announce(ports, *work, &month::compose, &call).await.unwrap();
        assert_eq!(mails.sent as u64, EACH);
    }
    let announcing = Bill {
        batches: 2 * 3 * SHARDS,
        queries: SHARDS,
        read: 2 * PEOPLE + PEOPLE + SHARDS * 6,
        transactions: transactions([
            (2 * SHARDS, [99, 0, 198]),
            (2 * SHARDS, [33, 33, 132]),
            (2 * SHARDS, [51, 0, 102]),
            (2 * SHARDS, [17, 17, 68]),
            (SHARDS, [30, 0, 60]),
            (SHARDS, [10, 10, 40]),
        ]),
        asked: 3 * SHARDS,
        bulk_calls: 3 * SHARDS,
        mails: PEOPLE,
        ..Bill::default()
    };
    assert_eq!(meter.step("announce", PEOPLE), announcing);

    // Every candidate and every sent mail of every closed month is read.
    assert!(issuance::reconcile(table, &world.programme.office, scheduled, None).await.unwrap().agrees());
    let (candidates, sent_mails) = (10, 7);
    let reconciling = Bill {
        queries: 1 + 3 * 16,
        read: 1 + 3 * 16 + SHARDS * (candidates - 1 + sent_mails - 1),
        ..Bill::default()
    };
    assert_eq!(meter.step("reconcile", PEOPLE), reconciling);

    assert_eq!(incompleteness(world, usize::try_from(PEOPLE).unwrap()).await, Vec::<String>::new());
    assert_eq!(inconsistencies(world).await, Vec::<String>::new());
    hear(&metered).await;
    wallets::accept(&metered).await;
    view(&metered).await;
    wallets::live(&metered).await;
    wallets::remind(&metered).await;
    reissue::live(&metered).await;
    assert_eq!(inconsistencies(world).await, Vec::<String>::new());
}

/// The mail service tells of one mail that it sent and delivered, and of another one that came back for good.
async fn hear(metered: &Metered) {
    let Metered { world, meter, .. } = metered;
    let (now, mails) = (world.clock.now(), world.outbox.mails());
    let delivered = Happened::Delivered { at: now };
    // The badge, then what is known of its mails and whether it is marked.
    let hearing = |read, written| Bill {
        gets: 1,
        batches: 1,
        read,
        transactions: transactions([(1, written)]),
        ..Bill::default()
    };
    for (what, mail, happened, bill) in [
        ("hear that a mail was sent", &mails[1], Happened::Sent, hearing(4, [1, 0, 2])),
        ("hear that it was delivered", &mails[1], delivered, hearing(4, [1, 0, 2])),
        ("hear that one came back", &mails[2], mails::hard(now), hearing(5, [3, 0, 6])),
    ] {
        let event =
            mails::event(mail, "0106019a3c5f8e21-4b7d2f90-6c1e-4a38-9b52-d7e0c3f1a864-000000", now, happened);
        let applied = delivery::apply(metered.recipients(), &event).await.unwrap();
        assert_eq!(applied, delivery::Applied::Now);
        assert_eq!(meter.step(what, 1), bill);
    }
    // And a person finds that the address is right.
    let (clerk, reason) = (Actor::staff("clerk"), Reason::parse("the mailbox works again").unwrap());
    delivery::release(metered.recipients(), &mails[2].to, &clerk, &reason).await.unwrap();
    meter.step("release its address", 1);
}

/// A stranger looks at the badge for the first time.
async fn view(metered: &Metered) {
    let Metered { world, table, meter, .. } = metered;
    let reading = |gets, read| Bill { gets, read, ..Bill::default() };
    let census = Census::take(&world.store).await;
    let badge = census.public.keys().next().unwrap();
    verify::examine(table, &world.programme, badge, world.clock.now()).await.unwrap().unwrap();
    assert_eq!(meter.step("look at the badge", 1), reading(2, 3));
    // 135 kB: by far the most that a first look costs. Browsers keep the picture for good.
    verify::artwork(table, &ArtworkId::of(&sample().artwork)).await.unwrap().unwrap();
    assert_eq!(meter.step("load the picture", 1), reading(1, 34));
}

#[tokio::test]
async fn a_sweep_with_nothing_to_do_only_looks() {
    let metered = Metered::new().await;
    let Metered { table, meter, .. } = &metered;
    let sweep = async |at: Month, months: u64| {
        let call = Call { skip_refused: true, ..Call::default() };
        let scheduled = calendar::scheduled_run(at);
        let (swept, done) = issuance::sweep(metered.ports(), scheduled, &month::compose, &call).await;
        done.unwrap();
        assert_eq!(swept, Swept { finished: true, late: Some(0), ..Swept::default() });
        // Are there owed badges, open orders, agreed revocations, requests to be erased, marks, letters and lists that were left lying, and
        // which months are there? Then every shard of every closed month is asked twice.
        let queries = 8 + 2 * 16 * months;
        let looking = Bill { queries, read: queries, ..Bill::default() };
        assert_eq!(meter.step(&format!("sweep over {months} months"), 1), looking);
    };
    let month = |number| Month::new(2026, number).unwrap();
    sweep(month(10), 0).await;
    metered.register(sample(), &list()).await;
    meter.step("register", 1);
    sweep(month(9), 0).await;

    let plan = issuance::plan(table, month::scheduled()).await.unwrap();
    for work in plan.work {
        issuance::issue(metered.ports(), work, &Call::default()).await.unwrap();
        issuance::announce(metered.ports(), work, &month::compose, &Call::default()).await.unwrap();
    }
    meter.step("the run", 1);
    sweep(month(10), 1).await;
}
