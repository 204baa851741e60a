//! Faults at the ports: an operation fails before it does anything, or does its work and then fails, once or from then
//! on (as when the process dies).

use std::{
    cmp::Ordering,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;
use shomei_core::{
    address::MailAddress,
    badge::BadgeId,
    issuance, name_match,
    ports::{
        Cause, Item, Key, Mail, MailError, Mailer, NameMatchKey, Page, ReadError, SignError, Signer, Table,
        TokenSigner, Transaction, Wanted, WriteError,
    },
    reissue,
};

use crate::world::{NAME_MATCH_KEY, World};

/// How an operation fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing was done, and the caller cannot know.
    Before,
    /// It was done, and the answer is lost.
    After,
    /// Another writer was at the same items, and nothing was done. For reads and mails as [`Fault::Before`].
    Conflict,
}

/// Which operation fails, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// The operation's place, from 0, counted over all ports.
    pub at: usize,
    /// How it fails.
    pub fault: Fault,
    /// Whether every later operation fails as well, before it does anything: the process is dead.
    pub dies: bool,
}

impl Plan {
    /// Every fault of these operations, one after the other, that may leave something else than the others do. A read changes nothing:
    /// whoever dies at one leaves what whoever dies at the read before it does. So does whoever fails at one, unless other
    /// things are done after a read that failed: then it `goes_on`.
    pub fn everywhere(operations: &[&'static str], goes_on: bool) -> Vec<Self> {
        let is_read = |operation: &&str| ["get", "get_many", "query"].contains(operation);
        let mut plans = Vec::new();
        let mut after_read = false;
        for (at, operation) in operations.iter().enumerate() {
            let read = is_read(operation);
            for &(fault, dies) in Self::ways(operation) {
                let leaves_the_same = if dies { after_read } else { !goes_on };
                if !(read && leaves_the_same) {
                    plans.push(Self { at, fault, dies });
                }
            }
            after_read = read;
        }
        plans
    }

    /// Every way in which an operation of this name can fail. To whoever reads or signs, a lost answer is as good as none.
    pub fn ways(operation: &str) -> &'static [(Fault, bool)] {
        let all = &[
            (Fault::Before, false),
            (Fault::Before, true),
            (Fault::After, false),
            (Fault::After, true),
            (Fault::Conflict, false),
        ];
        match operation {
            "transact" => all,
            "send" => &all[..4],
            _ => &all[..2],
        }
    }
}

/// The ports of a world, with at most one planned fault.
#[derive(Debug)]
pub struct Faulty<'a> {
    world: &'a World,
    plan: Option<Plan>,
    operations: Mutex<Vec<&'static str>>,
}

impl<'a> Faulty<'a> {
    /// The ports with this fault, or with none.
    pub fn new(world: &'a World, plan: Option<Plan>) -> Self {
        Self { world, plan, operations: Mutex::default() }
    }

    /// The name of every operation so far, in order.
    pub fn operations(&self) -> Vec<&'static str> {
        self.operations.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The operation that was made to fail first, if it was reached.
    pub fn struck(&self) -> Option<&'static str> {
        self.operations().get(self.plan?.at).copied()
    }

    /// As issuance takes them.
    pub fn issuance(&self) -> issuance::Ports<'_> {
        issuance::Ports {
            table: self,
            signer: self,
            token_signer: self.world.token_key.as_ref().map(|_| self as &dyn TokenSigner),
            mailer: self,
            clock: &self.world.clock,
            entropy: &self.world.entropy,
            programme: &self.world.programme,
        }
    }

    /// As the reissue takes them.
    pub fn reissue(&self) -> reissue::Ports<'_> {
        let World { clock, entropy, programme, .. } = self.world;
        reissue::Ports { table: self, clock, entropy, programme }
    }

    /// As comparing names takes them.
    pub fn name_match(&self) -> name_match::Ports<'_> {
        let World { clock, entropy, .. } = self.world;
        name_match::Ports { table: self, clock, entropy, key: self }
    }

    fn fault(&self, operation: &'static str) -> Option<Fault> {
        let mut operations = self.operations.lock().unwrap_or_else(PoisonError::into_inner);
        let place = operations.len();
        operations.push(operation);
        let plan = self.plan?;
        match place.cmp(&plan.at) {
            Ordering::Less => None,
            Ordering::Equal => Some(plan.fault),
            Ordering::Greater => plan.dies.then_some(Fault::Before),
        }
    }

    async fn read<T>(
        &self,
        operation: &'static str,
        work: impl Future<Output = Result<T, ReadError>> + Send,
    ) -> Result<T, ReadError> {
        match self.fault(operation) {
            None => work.await,
            Some(_) => Err(ReadError::Unavailable(planned())),
        }
    }
}

fn planned() -> Cause {
    Cause::new("a planned fault")
}

#[async_trait]
impl Table for Faulty<'_> {
    async fn get(&self, key: &Key) -> Result<Option<Item>, ReadError> {
        self.read("get", self.world.store.table.get(key)).await
    }

    async fn get_many(&self, keys: &[Key], wanted: Wanted) -> Result<Vec<Option<Item>>, ReadError> {
        self.read("get_many", self.world.store.table.get_many(keys, wanted)).await
    }

    async fn query(&self, partition: &str, after: Option<&str>, limit: u32) -> Result<Page, ReadError> {
        // Small pages, so that partitions of a few items are paged as well.
        self.read("query", self.world.store.table.query(partition, after, limit.min(2))).await
    }

    async fn transact(&self, transaction: &Transaction) -> Result<(), WriteError> {
        let table = &self.world.store.table;
        match self.fault("transact") {
            None => table.transact(transaction).await,
            Some(Fault::Before) => Err(WriteError::Unknown(planned())),
            Some(Fault::Conflict) => Err(WriteError::Conflict { at: Vec::new() }),
            Some(Fault::After) => {
                table.transact(transaction).await?;
                Err(WriteError::Unknown(planned()))
            }
        }
    }
}

#[async_trait]
impl Signer for Faulty<'_> {
    fn fragment(&self) -> &str {
        self.world.key.fragment()
    }

    async fn sign(&self, hash_data: &[u8; 64]) -> Result<[u8; 64], SignError> {
        match self.fault("sign") {
            None => self.world.key.sign(hash_data).await,
            Some(_) => Err(SignError::Unavailable(planned())),
        }
    }
}

#[async_trait]
impl TokenSigner for Faulty<'_> {
    fn fragment(&self) -> &str {
        self.world.token_key.as_ref().unwrap().fragment()
    }

    async fn sign(&self, signing_input: &[u8]) -> Result<Vec<u8>, SignError> {
        match self.fault("sign a token") {
            None => self.world.token_key.as_ref().unwrap().sign(signing_input).await,
            Some(_) => Err(SignError::Unavailable(planned())),
        }
    }
}

#[async_trait]
impl NameMatchKey for Faulty<'_> {
    async fn of_badge(&self, badge: &BadgeId) -> Result<[u8; 32], SignError> {
        match self.fault("hash") {
            None => NAME_MATCH_KEY.of_badge(badge).await,
            Some(_) => Err(SignError::Unavailable(planned())),
        }
    }
}

#[async_trait]
impl Mailer for Faulty<'_> {
    async fn ready(&self) -> Result<usize, MailError> {
        match self.fault("ready") {
            None => self.world.outbox.ready().await,
            Some(_) => Err(MailError::Unavailable(planned())),
        }
    }

    async fn send(&self, mails: &[Mail]) -> Vec<Result<(), MailError>> {
        let fail = |error: fn(Cause) -> MailError| mails.iter().map(|_| Err(error(planned()))).collect();
        match self.fault("send") {
            None => self.world.outbox.send(mails).await,
            Some(Fault::After) => {
                self.world.outbox.send(mails).await;
                fail(MailError::Unknown)
            }
            Some(Fault::Before | Fault::Conflict) => fail(MailError::Unavailable),
        }
    }

    async fn lift(&self, address: &MailAddress) -> Result<(), MailError> {
        match self.fault("lift") {
            None => self.world.outbox.lift(address).await,
            Some(_) => Err(MailError::Unavailable(planned())),
        }
    }
}
