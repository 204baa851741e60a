//! The ports, each failing at random: before it does anything, after it did its work, or because another writer was faster.
//! A call may die at any operation: that one never ends, and the call is dropped with all that it has in flight.

use std::{
    fs::File,
    io::Write as _,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use jiff::Timestamp;
use openbadges::keys::SecretKey;
use serde::Serialize;
use shomei_aws::dynamodb::DynamoTable;
use shomei_core::{
    issuance::Ports,
    ports::{
        Cause, Clock, Entropy, Item, Key, Mail, MailError, Mailer, Page, ReadError, SignError, Signer, Table,
        Transaction, Wanted, WriteError,
    },
    programme::{IssuerKey, Programme},
    token::ClaimGrant,
};
use shomei_tests::world::{self, KEY};
use tokio::sync::Notify;

/// One in so many operations fails.
const ONE_IN: u64 = 20;

/// Numbers that look random, and are the same for the same seed in every run (`SplitMix64`).
pub(crate) struct Seeded(AtomicU64);

impl Seeded {
    fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    pub(crate) fn next(&self) -> u64 {
        let step = 0x9E37_79B9_7F4A_7C15_u64;
        let mut z = self.0.fetch_add(step, Ordering::SeqCst).wrapping_add(step);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

impl Entropy for Seeded {
    fn fill(&self, buffer: &mut [u8]) {
        for part in buffer.chunks_mut(8) {
            part.iter_mut().zip(self.next().to_le_bytes()).for_each(|(place, byte)| *place = byte);
        }
    }
}

/// A clock that goes on by a millisecond whenever it is read.
pub(crate) struct Ticking(AtomicI64);

impl Ticking {
    /// Jumps forward.
    pub(crate) fn jump(&self, milliseconds: i64) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }
}

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.fetch_add(1, Ordering::SeqCst)).unwrap()
    }
}

/// The operations of all ports.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Operation {
    Get,
    GetMany,
    Query,
    Transact,
    Sign,
    Ready,
    Send,
}

/// How often something was done, and how often it was made to fail.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Tally {
    done: AtomicU64,
    failed: AtomicU64,
}

impl Tally {
    pub(crate) fn failed(&self) -> u64 {
        self.failed.load(Ordering::SeqCst)
    }

    pub(crate) fn done(&self) -> u64 {
        self.done.load(Ordering::SeqCst)
    }
}

fn key() -> SecretKey {
    SecretKey::from_seed(&[7; 32]).unwrap()
}

/// The programme of all stages.
pub(crate) fn programme() -> Programme {
    world::programme(vec![IssuerKey { fragment: KEY.to_owned(), public: key().public(), revoked: None }])
}

/// What outlives every call: the key, the clock, chance, and the mails that were accepted.
pub(crate) struct Machine {
    key: SecretKey,
    pub(crate) clock: Ticking,
    pub(crate) entropy: Seeded,
    pub(crate) chance: Seeded,
    pub(crate) programme: Programme,
    /// One line a mail: its address, and where the grant of its link stands. Not in memory, which is measured.
    outbox: Mutex<File>,
    pub(crate) tallies: [Tally; 7],
}

impl Machine {
    /// On 2 November 2026, in one of the stages.
    pub(crate) fn new(folder: &Path, stage: &str) -> Self {
        let start: Timestamp = "2026-11-02T00:00:00Z".parse().unwrap();
        let outbox = File::options().create(true).append(true).open(outbox(folder)).unwrap();
        let seed = stage.bytes().fold(0, |seed: u64, byte| seed.wrapping_mul(31) + u64::from(byte));
        Self {
            programme: programme(),
            key: key(),
            clock: Ticking(AtomicI64::new(start.as_millisecond())),
            entropy: Seeded::new(seed),
            chance: Seeded::new(!seed),
            outbox: Mutex::new(outbox),
            tallies: Default::default(),
        }
    }

    fn accept(&self, mail: &Mail) {
        let grant = ClaimGrant::key_of(&world::token_in(&mail.text).hash());
        writeln!(self.outbox.lock().unwrap(), "{} {}", mail.to.as_str(), grant.partition).unwrap();
    }
}

/// Where accepted mails are noted.
pub(crate) fn outbox(folder: &Path) -> std::path::PathBuf {
    folder.join("outbox.txt")
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Before,
    After,
    Conflict,
}

/// The current. It goes after so many transactions.
pub(crate) struct Power {
    left: AtomicI64,
    /// Told once, when it goes.
    pub(crate) out: Notify,
}

impl Power {
    pub(crate) fn for_transactions(count: i64) -> Self {
        Self { left: AtomicI64::new(count), out: Notify::new() }
    }
}

/// The ports of one call.
pub(crate) struct Faulty<'a> {
    machine: &'a Machine,
    table: &'a DynamoTable,
    power: &'a Power,
    /// An operation fails when this many in a row do.
    attempts: u32,
    /// So many operations from now the call is dead.
    life: AtomicI64,
    /// Told once, when that is so.
    pub(crate) died: Notify,
}

impl<'a> Faulty<'a> {
    pub(crate) fn new(machine: &'a Machine, table: &'a DynamoTable, power: &'a Power) -> Self {
        Self { machine, table, power, attempts: 1, life: AtomicI64::new(i64::MAX), died: Notify::new() }
    }

    /// The call dies after so many operations.
    pub(crate) fn living_for(self, operations: i64) -> Self {
        Self { life: AtomicI64::new(operations), ..self }
    }

    /// An operation is tried three times, as the SDK does where nothing else does it.
    pub(crate) fn repeating(self) -> Self {
        Self { attempts: 3, ..self }
    }

    pub(crate) fn ports(&self) -> Ports<'_> {
        Ports {
            table: self,
            signer: self,
            token_signer: None,
            mailer: self,
            clock: &self.machine.clock,
            entropy: &self.machine.entropy,
            programme: &self.machine.programme,
        }
    }

    /// Whether an operation is made to fail, and how. In a dead call it never comes to that.
    async fn strike(&self, operation: Operation) -> Option<Fault> {
        if self.life.fetch_sub(1, Ordering::SeqCst) <= 0 {
            self.died.notify_one();
            std::future::pending::<()>().await;
        }
        let tally = &self.machine.tallies[operation as usize];
        let mut fault = None;
        for _ in 0..self.attempts {
            tally.done.fetch_add(1, Ordering::SeqCst);
            let chance = self.machine.chance.next();
            if !chance.is_multiple_of(ONE_IN) {
                return None;
            }
            tally.failed.fetch_add(1, Ordering::SeqCst);
            fault = Some(match (chance >> 32) % 3 {
                0 => Fault::Before,
                1 => Fault::After,
                _ => Fault::Conflict,
            });
        }
        fault
    }

    async fn read<T>(
        &self,
        operation: Operation,
        work: impl Future<Output = Result<T, ReadError>> + Send,
    ) -> Result<T, ReadError> {
        let fault = self.strike(operation).await;
        if fault.is_none() {
            return work.await;
        }
        if fault == Some(Fault::After) {
            work.await?;
        }
        Err(ReadError::Unavailable(planned()))
    }
}

fn planned() -> Cause {
    Cause::new("a planned fault")
}

#[async_trait]
impl Table for Faulty<'_> {
    async fn get(&self, key: &Key) -> Result<Option<Item>, ReadError> {
        self.read(Operation::Get, self.table.get(key)).await
    }

    async fn get_many(&self, keys: &[Key], wanted: Wanted) -> Result<Vec<Option<Item>>, ReadError> {
        self.read(Operation::GetMany, self.table.get_many(keys, wanted)).await
    }

    async fn query(&self, partition: &str, after: Option<&str>, limit: u32) -> Result<Page, ReadError> {
        self.read(Operation::Query, self.table.query(partition, after, limit)).await
    }

    async fn transact(&self, transaction: &Transaction) -> Result<(), WriteError> {
        let fault = self.strike(Operation::Transact).await;
        if self.power.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.power.out.notify_one();
        }
        match fault {
            None => self.table.transact(transaction).await,
            Some(Fault::Before) => Err(WriteError::Unknown(planned())),
            Some(Fault::Conflict) => Err(WriteError::Conflict { at: Vec::new() }),
            Some(Fault::After) => {
                self.table.transact(transaction).await?;
                Err(WriteError::Unknown(planned()))
            }
        }
    }
}

#[async_trait]
impl Signer for Faulty<'_> {
    fn fragment(&self) -> &str {
        KEY
    }

    async fn sign(&self, hash_data: &[u8; 64]) -> Result<[u8; 64], SignError> {
        match self.strike(Operation::Sign).await {
            None => Ok(self.machine.key.sign(hash_data)),
            Some(_) => Err(SignError::Unavailable(planned())),
        }
    }
}

#[async_trait]
impl Mailer for Faulty<'_> {
    async fn ready(&self) -> Result<usize, MailError> {
        match self.strike(Operation::Ready).await {
            None => Ok(50),
            Some(_) => Err(MailError::Unavailable(planned())),
        }
    }

    /// A call that fails does so mail by mail: some are taken, some are taken and nobody is told, some are not.
    async fn send(&self, mails: &[Mail]) -> Vec<Result<(), MailError>> {
        let struck = self.strike(Operation::Send).await.is_some();
        let send = |mail: &Mail| match self.machine.chance.next() % 3 {
            0 if struck => Err(MailError::Unavailable(planned())),
            1 if struck => {
                self.machine.accept(mail);
                Err(MailError::Unknown(planned()))
            }
            _ => {
                self.machine.accept(mail);
                Ok(())
            }
        };
        mails.iter().map(send).collect()
    }
}
