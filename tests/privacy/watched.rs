//! The ports of a world, watched: every operation is written down, and from one of them on all may fail.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;
use shomei_core::ports::{
    Cause, Clock, Entropy, Item, Key, Mail, MailError, Mailer, Page, ReadError, SignError, Signer, Table,
    Transaction, Wanted, WriteError,
};
use shomei_tests::world::World;

use crate::functions::{Functions, Ports};

/// One operation of a port.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Operation {
    Get(Key),
    GetMany(Vec<Key>),
    Query(String),
    Transact,
    Sign,
    Send,
}

impl Operation {
    /// The partitions that it reads.
    pub(crate) fn reads(&self) -> Vec<&str> {
        match self {
            Self::Get(key) => vec![&key.partition],
            Self::GetMany(keys) => keys.iter().map(|key| key.partition.as_str()).collect(),
            Self::Query(partition) => vec![partition],
            Self::Transact | Self::Sign | Self::Send => Vec::new(),
        }
    }

    /// Whether it changes anything, inside or outside.
    pub(crate) fn acts(&self) -> bool {
        matches!(self, Self::Transact | Self::Sign | Self::Send)
    }
}

/// How an operation fails, before it does anything.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    /// Later it may work.
    Passing,
    /// A person has to look.
    Lasting,
}

/// From when on all operations fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Since {
    /// From the so-manieth one on.
    Place(usize),
    /// From the first one like this on, whatever goes on beside it.
    First(Operation),
}

pub(crate) struct Watched {
    pub(crate) world: World,
    journal: Mutex<Vec<Operation>>,
    fault: Mutex<Option<(Since, Fault)>>,
}

impl Watched {
    pub(crate) fn new(world: World) -> Arc<Self> {
        Arc::new(Self { world, journal: Mutex::default(), fault: Mutex::default() })
    }

    /// The functions on these ports.
    pub(crate) fn functions(self: &Arc<Self>) -> Functions {
        self.functions_on(self.clone())
    }

    /// The functions on these ports, but on another store.
    pub(crate) fn functions_on(self: &Arc<Self>, table: Arc<dyn Table>) -> Functions {
        Functions::on(Ports {
            table,
            signer: self.clone(),
            mailer: self.clone(),
            clock: self.clone(),
            entropy: self.clone(),
            programme: self.world.programme.clone(),
        })
    }

    /// Begins a new journal, with a fault or without.
    pub(crate) fn begin(&self, fault: Option<(Since, Fault)>) {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = fault;
        self.journal.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The operations since then.
    pub(crate) fn operations(&self) -> Vec<Operation> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn fault(&self, operation: Operation) -> Option<Fault> {
        let mut journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        journal.push(operation);
        let fault = self.fault.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let begun = |from: &Since| match from {
            Since::Place(at) => journal.len() > *at,
            Since::First(operation) => journal.contains(operation),
        };
        fault.filter(|(from, _)| begun(from)).map(|(_, fault)| fault)
    }

    fn read(&self, operation: Operation) -> Result<&dyn Table, ReadError> {
        match self.fault(operation) {
            None => Ok(&self.world.store.table),
            Some(Fault::Passing) => Err(ReadError::Unavailable(planned())),
            Some(Fault::Lasting) => Err(ReadError::Corrupt(planned())),
        }
    }
}

fn planned() -> Cause {
    Cause::new("a planned fault")
}

#[async_trait]
impl Table for Watched {
    async fn get(&self, key: &Key) -> Result<Option<Item>, ReadError> {
        self.read(Operation::Get(key.clone()))?.get(key).await
    }

    async fn get_many(&self, keys: &[Key], wanted: Wanted) -> Result<Vec<Option<Item>>, ReadError> {
        self.read(Operation::GetMany(keys.to_vec()))?.get_many(keys, wanted).await
    }

    async fn query(&self, partition: &str, after: Option<&str>, limit: u32) -> Result<Page, ReadError> {
        self.read(Operation::Query(partition.to_owned()))?.query(partition, after, limit).await
    }

    async fn transact(&self, transaction: &Transaction) -> Result<(), WriteError> {
        match self.fault(Operation::Transact) {
            None => self.world.store.table.transact(transaction).await,
            Some(Fault::Passing) => Err(WriteError::Unknown(planned())),
            Some(Fault::Lasting) => Err(WriteError::NotApplied(planned())),
        }
    }
}

#[async_trait]
impl Signer for Watched {
    fn fragment(&self) -> &str {
        self.world.key.fragment()
    }

    async fn sign(&self, hash_data: &[u8; 64]) -> Result<[u8; 64], SignError> {
        match self.fault(Operation::Sign) {
            None => self.world.key.sign(hash_data).await,
            Some(Fault::Passing) => Err(SignError::Unavailable(planned())),
            Some(Fault::Lasting) => Err(SignError::Refused(planned())),
        }
    }
}

#[async_trait]
impl Mailer for Watched {
    async fn ready(&self) -> Result<usize, MailError> {
        self.world.outbox.ready().await
    }

    async fn send(&self, mails: &[Mail]) -> Vec<Result<(), MailError>> {
        let fail = |error: fn(Cause) -> MailError| mails.iter().map(|_| Err(error(planned()))).collect();
        match self.fault(Operation::Send) {
            None => self.world.outbox.send(mails).await,
            Some(Fault::Passing) => fail(MailError::Unavailable),
            Some(Fault::Lasting) => fail(MailError::Refused),
        }
    }
}

impl Clock for Watched {
    fn now(&self) -> Timestamp {
        self.world.clock.now()
    }
}

impl Entropy for Watched {
    fn fill(&self, buffer: &mut [u8]) {
        self.world.entropy.fill(buffer);
    }
}
