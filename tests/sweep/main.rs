//! Between the runs, and side by side with them: owed mails, marked status lists, late candidates; and what is handed on
//! when time runs out.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use openbadges::status::StatusIndex;
use shomei_aws::machine::SystemEntropy;
use shomei_core::{
    issuance::{self, Announced, Call, Issued, Ports, Swept, Work},
    ports::{
        Cause, Clock, Item, Key, Mail, MailError, Mailer, Page, ReadError, SignError, Signer, Table,
        Transaction, Wanted, Write, WriteError,
    },
    status::StatusListId,
};
use shomei_issuance::{Issuance, MARGIN, Outcome};
use shomei_tests::{
    audit::{Census, incompleteness, inconsistencies},
    faults::{Fault, Faulty, Plan},
    month,
    world::{TestClock, World},
};
use tokio::sync::Barrier;

mod function;
mod lists;
mod mails;

const HOLD: SignedDuration = SignedDuration::from_mins(15);

fn sweeping() -> Call {
    Call { hold: HOLD, skip_refused: true, ..Call::default() }
}

/// October's four people with their badges, and all mails owed.
async fn issued() -> World {
    let world = World::new().await;
    let ports = Faulty::new(&world, None);
    month::achievement(&ports, &world, None).await.unwrap().unwrap();
    month::register(&ports, &world, month::OCTOBER).await.unwrap();
    let plan = issuance::plan(world.table(), month::scheduled()).await.unwrap();
    month::issue(&ports, &plan).await.unwrap();
    world
}

async fn sweep(ports: Ports<'_>) -> Swept {
    let (swept, result) = issuance::sweep(ports, month::scheduled(), &month::compose, &sweeping()).await;
    result.unwrap();
    swept
}

fn mails_by_address(world: &World) -> BTreeMap<String, usize> {
    world.outbox.tokens().into_iter().map(|(address, tokens)| (address, tokens.len())).collect()
}

#[tokio::test]
async fn what_was_left_owed_is_sent_once_nobody_has_it_in_hand() {
    let world = issued().await;
    // The first mail is made ready, and then the process dies before it is sent.
    let plan = issuance::plan(world.table(), month::scheduled()).await.unwrap();
    let steps = Faulty::new(&world, None);
    let work = plan.work[0];
    let call = Call { hold: HOLD, ..Call::default() };
    issuance::announce(Ports { mailer: &Dead, ..steps.issuance() }, work, &month::compose, &call)
        .await
        .unwrap();
    let in_hand = work.owed;

    let ports = Faulty::new(&world, None);
    let swept = sweep(ports.issuance()).await;
    assert_eq!(
        (swept.mails.sent, swept.mails.held),
        (4 - in_hand, in_hand),
        "its maker may still be sending it"
    );
    world.clock.jump(HOLD.as_secs() - 1);
    assert_eq!(sweep(ports.issuance()).await.mails.sent, 0);
    world.clock.jump(1);
    let swept = sweep(ports.issuance()).await;
    assert_eq!((swept.mails.sent, swept.mails.held, swept.finished), (in_hand, 0, true));
    assert_eq!(incompleteness(&world, 4).await, Vec::<String>::new());
    assert!(mails_by_address(&world).values().all(|mails| *mails == 1));
}

/// Takes mails, and is never heard of again.
struct Dead;

#[async_trait]
impl Mailer for Dead {
    async fn ready(&self) -> Result<usize, MailError> {
        Ok(50)
    }

    async fn send(&self, mails: &[Mail]) -> Vec<Result<(), MailError>> {
        let lost = Cause::new("lost");
        mails.iter().map(|_| Err(MailError::Unknown(lost.clone()))).collect()
    }
}

/// Lets no mail through before so many senders want to send one: they are all at the same mails at once.
struct Together<'a>(&'a World, Barrier);

#[async_trait]
impl Mailer for Together<'_> {
    async fn ready(&self) -> Result<usize, MailError> {
        self.1.wait().await;
        Ok(50)
    }

    async fn send(&self, mails: &[Mail]) -> Vec<Result<(), MailError>> {
        self.0.outbox.send(mails).await
    }
}

#[tokio::test]
async fn senders_side_by_side_send_each_mail_once() {
    let world = issued().await;
    let plan = issuance::plan(world.table(), month::scheduled()).await.unwrap();
    for &work in &plan.work {
        let together = Together(&world, Barrier::new(3));
        let faultless = Faulty::new(&world, None);
        let ports = Ports { mailer: &together, ..faultless.issuance() };
        let call = sweeping();
        let sender = || issuance::announce(ports, work, &month::compose, &call);
        let (one, two, three) = tokio::join!(sender(), sender(), sender());
        let sent: usize = [one, two, three].into_iter().map(|done| done.unwrap().mails.sent).sum();
        assert_eq!(sent, work.owed);
    }
    assert_eq!(incompleteness(&world, 4).await, Vec::<String>::new());
    assert!(mails_by_address(&world).values().all(|mails| *mails == 1), "{:?}", mails_by_address(&world));
}

/// Refuses everything, and says how often it was asked.
struct Refusing(AtomicI64);

#[async_trait]
impl Mailer for Refusing {
    async fn ready(&self) -> Result<usize, MailError> {
        Ok(50)
    }

    async fn send(&self, mails: &[Mail]) -> Vec<Result<(), MailError>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        let refused = Cause::new("no such mailbox");
        mails.iter().map(|_| Err(MailError::Refused(refused.clone()))).collect()
    }
}

#[tokio::test]
async fn refused_mails_are_left_to_the_daily_run() {
    let world = issued().await;
    let refusing = Refusing(AtomicI64::new(0));
    let faultless = Faulty::new(&world, None);
    let ports = Ports { mailer: &refusing, ..faultless.issuance() };
    assert_eq!(sweep(ports).await.mails.refused, 4);
    let asked = refusing.0.load(Ordering::SeqCst);
    world.clock.jump(3_600);
    assert_eq!(sweep(ports).await, Swept { finished: true, late: Some(0), ..Swept::default() });
    assert_eq!(refusing.0.load(Ordering::SeqCst), asked, "no sweep tries them again");
    let sums =
        issuance::reconcile(world.table(), &world.programme.office, month::scheduled(), None).await.unwrap();
    assert_eq!((sums.months[0].owed, sums.months[0].undeliverable, sums.agrees()), (4, 4, true));
    // The service takes them again: the next day's run sends them.
    let plan = issuance::plan(world.table(), month::scheduled()).await.unwrap();
    month::announce(&faultless, &plan).await.unwrap();
    assert_eq!(incompleteness(&world, 4).await, Vec::<String>::new());
}

#[tokio::test]
async fn one_stuck_thing_does_not_keep_the_rest_from_being_swept() {
    let world = issued().await;
    let list = StatusListId::parse("2026-10-0").unwrap();
    month::revoke(&world, &list, month::free_places(&world, 1).await[0]).await;
    // Signing fails: the list stays as it is, and its mark stays.
    let sign = {
        let copy = world.copy().await;
        let ports = Faulty::new(&copy, None);
        month::sweep(&ports, month::scheduled()).await.1.unwrap();
        ports.operations().iter().position(|operation| *operation == "sign").unwrap()
    };
    let plan = Plan { at: sign, fault: Fault::Before, dies: false };
    let (swept, result) = month::sweep(&Faulty::new(&world, Some(plan)), month::scheduled()).await;
    assert!(result.is_err());
    assert_eq!((swept.lists, swept.mails.sent), (0, 4));
    assert_eq!(inconsistencies(&world).await, Vec::<String>::new());
    assert_eq!(Census::take(&world.store).await.stale.len(), 1);

    let (swept, result) = month::sweep(&Faulty::new(&world, None), month::scheduled()).await;
    result.unwrap();
    assert_eq!((swept.lists, swept.mails.sent), (1, 0));
    assert!(Census::take(&world.store).await.stale.is_empty());
    assert_eq!(inconsistencies(&world).await, Vec::<String>::new());
}

#[tokio::test]
async fn badges_revoked_at_once_share_one_publication() {
    let world = issued().await;
    let list = StatusListId::parse("2026-10-0").unwrap();
    let free = month::free_places(&world, 250).await;
    futures::future::join_all(free.iter().map(|&index| month::revoke(&world, &list, index))).await;
    let faultless = Faulty::new(&world, None);
    assert_eq!(issuance::publish_marked(faultless.issuance()).await.unwrap(), 1);
    let signed = faultless.operations().iter().filter(|operation| **operation == "sign").count();
    assert_eq!(signed, 1);
    assert!(Census::take(&world.store).await.stale.is_empty());
    assert_eq!(inconsistencies(&world).await, Vec::<String>::new());
}

#[tokio::test]
async fn who_is_nearly_late_is_counted() {
    let world = World::new().await;
    let ports = Faulty::new(&world, None);
    month::achievement(&ports, &world, None).await.unwrap().unwrap();
    month::register(&ports, &world, month::OCTOBER).await.unwrap();
    // October's badges are promised until the end of November, Japan time.
    for (moment, late) in [
        ("2026-11-01T00:00:00Z", 0),
        ("2026-11-23T14:59:59Z", 0),
        ("2026-11-23T15:00:00Z", 4),
        ("2026-12-24T00:00:00Z", 4),
    ] {
        let (swept, result) = month::sweep(&ports, moment.parse().unwrap()).await;
        result.unwrap();
        assert_eq!(swept.late, Some(late), "{moment}");
    }
}

#[tokio::test]
async fn who_is_registered_while_a_run_is_at_work_waits_for_the_next_one() {
    let world = issued().await;
    let started = world.clock.now();
    let ports = Faulty::new(&world, None);
    let late = format!("{}pm-foundation,合格,2026/10/9,見本 五郎,goro@example.jp,A-5\n", month::HEADING);
    month::register(&ports, &world, &late).await.unwrap();
    let alone =
        issuance::reconcile(world.table(), &world.programme.office, month::scheduled(), None).await.unwrap();
    assert!(!alone.agrees(), "{alone}");
    let of_run =
        issuance::reconcile(world.table(), &world.programme.office, month::scheduled(), Some(started))
            .await
            .unwrap();
    assert!(of_run.agrees(), "{of_run}");
    assert!(of_run.to_string().contains("registered 5 = issued 4 + refused 0 + waiting 1"), "{of_run}");
    // A request that registers may take a moment; longer ago, it was there when the run began.
    let later = started + SignedDuration::from_secs(61);
    assert!(
        !issuance::reconcile(world.table(), &world.programme.office, month::scheduled(), Some(later))
            .await
            .unwrap()
            .agrees()
    );
}

/// A clock that goes on by a second whenever it is asked.
struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.fetch_add(1, Ordering::SeqCst)).unwrap()
    }
}

#[tokio::test]
async fn wherever_time_runs_out_the_next_call_goes_on_from_there() {
    for patience in 0..12 {
        let world = World::new().await;
        let faultless = Faulty::new(&world, None);
        month::achievement(&faultless, &world, None).await.unwrap().unwrap();
        // Many people of one shard, so that a step has something to hand on.
        let row = |person| format!("pm-foundation,合格,2026/10/1,見本,p{person}@example.jp,T-{person}\n");
        let list: Vec<String> = (0..120).map(row).collect();
        month::register(&faultless, &world, &format!("{}{}", month::HEADING, list.concat())).await.unwrap();
        let ticking = Ticking(AtomicI64::new(world.clock.now().as_second()));
        let ports = Ports { clock: &ticking, ..faultless.issuance() };
        let plan = issuance::plan(world.table(), month::scheduled()).await.unwrap();
        let largest = *plan.work.iter().max_by_key(|work| work.due).unwrap();
        let call = |after| {
            let now = ticking.0.load(Ordering::SeqCst);
            let deadline = Some(Timestamp::from_second(now + patience).unwrap());
            Call { after, deadline, hold: SignedDuration::ZERO, skip_refused: false }
        };
        let (mut issued, mut calls, mut after) = (0, 0, None);
        loop {
            let Issued { issued: some, next, .. } =
                issuance::issue(ports, largest, &call(after)).await.unwrap();
            (issued, calls, after) = (issued + some, calls + 1, next);
            if after.is_none() || calls > 50 {
                break;
            }
        }
        let given_up = patience == 0;
        assert_eq!(
            (issued == largest.due, calls > 50),
            (!given_up, given_up),
            "issuing: {patience}, {calls}"
        );
        if given_up {
            continue;
        }
        let (mut sent, mut calls, mut after) = (0, 0, None);
        loop {
            let Announced { mails, next, .. } =
                issuance::announce(ports, largest, &month::compose, &call(after)).await.unwrap();
            (sent, calls, after) = (sent + mails.sent, calls + 1, next);
            if after.is_none() || calls > 200 {
                break;
            }
        }
        assert_eq!(sent, largest.due, "sending: {patience}, {calls} calls");
        assert!(mails_by_address(&world).values().all(|mails| *mails == 1));
    }
}

/// A table whose writes go through a test's hands.
#[async_trait]
trait Writes: Send + Sync {
    /// The real one.
    fn table(&self) -> &dyn Table;
    /// In its place.
    async fn transact(&self, transaction: &Transaction) -> Result<(), WriteError>;
}

struct Through<W>(W);

#[async_trait]
impl<W: Writes> Table for Through<W> {
    async fn get(&self, key: &Key) -> Result<Option<Item>, ReadError> {
        self.0.table().get(key).await
    }

    async fn get_many(&self, keys: &[Key], wanted: Wanted) -> Result<Vec<Option<Item>>, ReadError> {
        self.0.table().get_many(keys, wanted).await
    }

    async fn query(&self, partition: &str, after: Option<&str>, limit: u32) -> Result<Page, ReadError> {
        self.0.table().query(partition, after, limit).await
    }

    async fn transact(&self, transaction: &Transaction) -> Result<(), WriteError> {
        self.0.transact(transaction).await
    }
}
