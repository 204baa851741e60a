//! The scheduler: runs with calls of at most four shards at once, which are repeated when they fail, go on where they
//! handed on, and begin again where they died. What a run leaves, the next day's run does.

use std::{collections::VecDeque, path::Path};

use futures::future::join_all;
use jiff::SignedDuration;
use serde::Serialize;
use shomei_aws::machine::SystemClock;
use shomei_core::{
    issuance::{self, Call, Cursor, Plan, Reconciliation, Work},
    ports::Clock,
    programme::OfficeTerms,
    store::Failure,
};
use shomei_local::embedded::Store;
use shomei_tests::month;

use crate::{
    faults::{Faulty, Machine, Power, Tally},
    peak_memory, seconds_since,
    store::StoreProcess,
};

/// Calls at once, as in the state machine.
const AT_ONCE: usize = 4;
/// So often a call is tried in one run.
const TRIES: u32 = 8;
/// As the function in the cloud.
const HOLD: SignedDuration = SignedDuration::from_mins(15);
/// So many milliseconds are between two runs.
const DAY: i64 = 24 * 60 * 60 * 1000;
/// So many transactions a store lives at the most. See [`crate::store`].
const TRANSACTIONS: i64 = 10_000;
/// More runs than this are no recovery.
const RUNS: u32 = 20;

/// What it took.
#[derive(Serialize)]
pub(crate) struct Driven {
    seconds: f64,
    peak: u64,
    runs: u32,
    calls: u32,
    handed_on: u32,
    died: u32,
    power_cuts: u32,
    /// Get, get many, query, transact, sign, ready, send.
    operations: [Tally; 7],
}

#[derive(Clone, Copy)]
enum Step {
    Issue,
    Announce,
}

struct Job {
    work: Work,
    after: Option<Cursor>,
    tries: u32,
}

enum Ended {
    Done,
    HandedOn(Cursor),
    Failed,
    Died,
}

struct Scheduler<'a> {
    folder: &'a Path,
    people: usize,
    machine: Machine,
    /// The process, a client of it, and for how long it has power.
    store: (StoreProcess, Store, Power),
    runs: u32,
    calls: u32,
    handed_on: u32,
    died: u32,
    power_cuts: u32,
}

/// Drives a month until nothing is left to do.
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn drive(folder: &Path, people: usize) -> Driven {
    let start = SystemClock.now();
    let mut scheduler = Scheduler {
        folder,
        machine: Machine::new(folder, "drive"),
        store: powered(folder, people).await,
        people,
        runs: 0,
        calls: 0,
        handed_on: 0,
        died: 0,
        power_cuts: 0,
    };
    loop {
        let plan = scheduler.plan().await;
        if plan.work.is_empty() {
            break;
        }
        assert!(scheduler.runs < RUNS, "after {RUNS} runs there is still work: {:?}", plan.work);
        scheduler.runs += 1;
        scheduler.step(Step::Issue, &plan).await;
        scheduler.step(Step::Announce, &plan).await;
        scheduler.machine.clock.jump(DAY);
    }
    let sums = scheduler.reconcile().await;
    let [month] = *sums.months else { panic!("{sums}") };
    assert!(sums.agrees(), "{sums}");
    assert_eq!((month.registered, month.issued, month.mailed), (people, people, people), "{sums}");

    let Scheduler { machine, runs, calls, handed_on, died, power_cuts, .. } = scheduler;
    for (place, tally) in machine.tallies.iter().enumerate() {
        assert!(tally.failed() > 0 || tally.done() < 200, "operation {place} never failed: {tally:?}");
    }
    let counts = [handed_on, died, power_cuts];
    assert!(counts.iter().all(|count| *count > 0), "handed on, died, lost power: {counts:?}");
    let (seconds, peak) = (seconds_since(start), peak_memory());
    Driven { seconds, peak, runs, calls, handed_on, died, power_cuts, operations: machine.tallies }
}

/// A store with power for a part of the month.
async fn powered(folder: &Path, people: usize) -> (StoreProcess, Store, Power) {
    let process = StoreProcess::start(folder);
    let opened = process.open(folder).await;
    let transactions = TRANSACTIONS.min(people.try_into().unwrap());
    (process, opened, Power::for_transactions(transactions))
}

impl Scheduler<'_> {
    fn faulty(&self) -> Faulty<'_> {
        Faulty::new(&self.machine, &self.store.1.table, &self.store.2)
    }

    /// Both plan and reconciliation read all of a month and remember nothing of a try that failed. Among the hundreds of
    /// pages of a large month one in twenty would always fail: it is the SDK that reads each again.
    async fn plan(&self) -> Plan {
        for _ in 0..RUNS {
            let faulty = self.faulty().repeating();
            if let Some(plan) = kept(issuance::plan(&faulty, month::scheduled()).await) {
                return plan;
            }
        }
        panic!("the plan was never made")
    }

    async fn reconcile(&self) -> Reconciliation {
        for _ in 0..RUNS {
            let faulty = self.faulty().repeating();
            if let Some(sums) =
                kept(issuance::reconcile(&faulty, &OfficeTerms::default(), month::scheduled(), None).await)
            {
                return sums;
            }
        }
        panic!("the sums were never made")
    }

    /// One step of a run, for all shards.
    async fn step(&mut self, step: Step, plan: &Plan) {
        let job = |work: &Work| Job { work: *work, after: None, tries: 0 };
        let mut jobs: VecDeque<Job> = plan.work.iter().map(job).collect();
        while !jobs.is_empty() {
            let wave: Vec<Job> = jobs.drain(..jobs.len().min(AT_ONCE)).collect();
            let calls = join_all(wave.iter().map(|job| self.call(step, job)));
            let ended = tokio::select! {
                ended = calls => Some(ended),
                () = self.store.2.out.notified() => None,
            };
            let Some(ended) = ended else {
                // Everything stops where it is: the calls, and the store with their requests.
                self.power_cuts += 1;
                jobs.extend(wave);
                self.store.0.kill();
                self.store = powered(self.folder, self.people).await;
                continue;
            };
            for (job, ended) in wave.into_iter().zip(ended) {
                self.calls += 1;
                match ended {
                    Ended::Done => {}
                    Ended::HandedOn(cursor) => {
                        self.handed_on += 1;
                        jobs.push_back(Job { after: Some(cursor), tries: 0, ..job });
                    }
                    Ended::Failed | Ended::Died => {
                        self.died += u32::from(matches!(ended, Ended::Died));
                        if job.tries < TRIES {
                            jobs.push_back(Job { tries: job.tries + 1, ..job });
                        }
                    }
                }
            }
        }
    }

    /// One call of the function. One in two dies, if it lives that long.
    async fn call(&self, step: Step, job: &Job) -> Ended {
        let chance = self.machine.chance.next();
        // Both may be enough for the shard, or not nearly. A large one is handed on several times.
        let size = job.work.due.max(job.work.owed).min(1_000) as u64;
        let patience = i64::try_from(20 + (chance >> 48) % (16 * size)).unwrap();
        let life = i64::try_from(1 + (chance >> 32) % (6 * size)).unwrap();
        let faulty = self.faulty();
        let faulty = if chance.is_multiple_of(2) { faulty.living_for(life) } else { faulty };
        let deadline = self.machine.clock.now() + SignedDuration::from_millis(patience);
        let call =
            Call { after: job.after.clone(), deadline: Some(deadline), hold: HOLD, skip_refused: false };
        let done = async {
            match step {
                Step::Issue => issuance::issue(faulty.ports(), job.work, &call)
                    .await
                    .map(|issued| issued.next)
                    .map_err(Failure::from),
                Step::Announce => {
                    let announced = issuance::announce(faulty.ports(), job.work, &month::compose, &call);
                    announced.await.map(|announced| announced.next).map_err(Failure::from)
                }
            }
        };
        let ended = tokio::select! {
            done = done => done,
            () = faulty.died.notified() => return Ended::Died,
        };
        match kept(ended) {
            None => Ended::Failed,
            Some(None) => Ended::Done,
            Some(Some(cursor)) => Ended::HandedOn(cursor),
        }
    }
}

/// Faults are no reason to call a person.
fn kept<T>(result: Result<T, Failure>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(Failure::TryAgain(_)) => None,
        Err(failure @ Failure::NeedsPerson(_)) => panic!("{failure}"),
    }
}
