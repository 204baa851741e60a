//! The bill: counts every request as it leaves the SDK, and asks the store what DynamoDB would bill for it.

use std::{
    cell::Cell,
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use aws_sdk_dynamodb::{
    config::{
        ConfigBag, Intercept, RuntimeComponents,
        interceptors::{AfterDeserializationInterceptorContextRef, BeforeSerializationInterceptorContextMut},
    },
    error::BoxError,
    operation::{
        batch_get_item::{BatchGetItemInput, BatchGetItemOutput},
        get_item::{GetItemInput, GetItemOutput},
        query::{QueryInput, QueryOutput},
        transact_write_items::{TransactWriteItemsInput, TransactWriteItemsOutput},
    },
    types::{ConsumedCapacity, ReturnConsumedCapacity::Total},
};
use shomei_aws::dynamodb::DynamoTable;
use shomei_core::ports::{Item, Key, Page, ReadError, Table, Transaction, Wanted, Write, WriteError};

/// What is billed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Bill {
    pub(crate) gets: u64,
    pub(crate) batches: u64,
    pub(crate) queries: u64,
    /// Read request units.
    pub(crate) read: u64,
    /// How many of each kind.
    pub(crate) transactions: BTreeMap<Written, u64>,
    pub(crate) signs: u64,
    /// Calls of `ready`, which cost nothing: the rate is known for a while.
    pub(crate) asked: u64,
    pub(crate) bulk_calls: u64,
    pub(crate) mails: u64,
}

impl Bill {
    fn each_of(&self, badges: u64) -> String {
        let sum =
            |of: fn(&Written) -> u64| self.transactions.iter().map(|(kind, count)| of(kind) * count).sum();
        let counts: [(&str, u64); 11] = [
            ("gets", self.gets),
            ("batches", self.batches),
            ("queries", self.queries),
            ("read units", self.read),
            ("transactions", sum(|_| 1)),
            ("puts", sum(|kind| kind.puts)),
            ("deletes", sum(|kind| kind.deletes)),
            ("write units", sum(|kind| kind.units)),
            ("signs", self.signs),
            ("bulk calls", self.bulk_calls),
            ("mails", self.mails),
        ];
        let each = |(name, count): &(&str, u64)| {
            let thousandths = count * 1000 / badges;
            format!("{name} {}.{:03}", thousandths / 1000, thousandths % 1000)
        };
        let counted: Vec<_> = counts.iter().filter(|(_, count)| *count > 0).map(each).collect();
        counted.join(", ")
    }
}

/// One transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Written {
    pub(crate) puts: u64,
    pub(crate) deletes: u64,
    /// Write request units.
    pub(crate) units: u64,
}

/// So many transactions with so many puts and deletes, which cost so many units each.
pub(crate) fn transactions<const N: usize>(kinds: [(u64, [u64; 3]); N]) -> BTreeMap<Written, u64> {
    let kinds = kinds.into_iter();
    kinds.map(|(count, [puts, deletes, units])| (Written { puts, deletes, units }, count)).collect()
}

/// The bill so far, shared by all that add to it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Meter(Arc<Mutex<Bill>>);

impl Meter {
    pub(crate) fn add(&self, what: impl FnOnce(&mut Bill)) {
        what(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// What one step cost: the bill since the last time that somebody asked. Prints it for each of so many badges.
    pub(crate) fn step(&self, name: &str, badges: u64) -> Bill {
        let bill = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        println!("{name}, each of {badges}: {}", bill.each_of(badges));
        bill
    }

    fn read(&self, capacity: Option<&ConsumedCapacity>) {
        let units = units(capacity);
        self.add(|bill| bill.read += units);
    }
}

fn units(capacity: Option<&ConsumedCapacity>) -> u64 {
    let units = capacity.unwrap().capacity_units().unwrap();
    // Halves are for reads that need not be consistent, and there are none.
    let whole = format!("{units}").parse();
    whole.unwrap_or_else(|_| panic!("{units} units are no whole number"))
}

/// Asks the store what each request would be billed.
impl Intercept for Meter {
    fn name(&self) -> &'static str {
        "Meter"
    }

    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let input = context.input_mut();
        if let Some(input) = input.downcast_mut::<GetItemInput>() {
            input.return_consumed_capacity = Some(Total);
            self.add(|bill| bill.gets += 1);
        } else if let Some(input) = input.downcast_mut::<BatchGetItemInput>() {
            input.return_consumed_capacity = Some(Total);
            self.add(|bill| bill.batches += 1);
        } else if let Some(input) = input.downcast_mut::<QueryInput>() {
            input.return_consumed_capacity = Some(Total);
            self.add(|bill| bill.queries += 1);
        } else if let Some(input) = input.downcast_mut::<TransactWriteItemsInput>() {
            input.return_consumed_capacity = Some(Total);
        } else {
            panic!("an operation that nobody counts: {input:?}");
        }
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Ok(output) = context.output_or_error() else { panic!("no call fails here") };
        if let Some(output) = output.downcast_ref::<GetItemOutput>() {
            self.read(output.consumed_capacity());
        } else if let Some(output) = output.downcast_ref::<BatchGetItemOutput>() {
            self.read(output.consumed_capacity().first());
        } else if let Some(output) = output.downcast_ref::<QueryOutput>() {
            self.read(output.consumed_capacity());
        } else if let Some(output) = output.downcast_ref::<TransactWriteItemsOutput>() {
            let units = units(output.consumed_capacity().first());
            TRANSACTION.with(|bill| bill.set(units));
        }
        Ok(())
    }
}

tokio::task_local! {
    /// What the transaction under way was billed.
    static TRANSACTION: Cell<u64>;
}

/// The table, with the kind of each transaction noted beside what it was billed.
pub(crate) struct MeteredTable(pub(crate) DynamoTable, pub(crate) Meter);

#[async_trait]
impl Table for MeteredTable {
    async fn get(&self, key: &Key) -> Result<Option<Item>, ReadError> {
        self.0.get(key).await
    }

    async fn get_many(&self, keys: &[Key], wanted: Wanted) -> Result<Vec<Option<Item>>, ReadError> {
        self.0.get_many(keys, wanted).await
    }

    async fn query(&self, partition: &str, after: Option<&str>, limit: u32) -> Result<Page, ReadError> {
        self.0.query(partition, after, limit).await
    }

    async fn transact(&self, transaction: &Transaction) -> Result<(), WriteError> {
        let (mut puts, mut deletes) = (0, 0);
        for write in &transaction.writes {
            match write {
                Write::Put { .. } => puts += 1,
                Write::Delete { .. } => deletes += 1,
                // Writes nothing, and is in the units.
                Write::Check { .. } => {}
            }
        }
        let applied = async { self.0.transact(transaction).await.map(|()| TRANSACTION.with(Cell::get)) };
        let units = TRANSACTION.scope(Cell::new(0), applied).await?;
        self.1.add(|bill| *bill.transactions.entry(Written { puts, deletes, units }).or_default() += 1);
        Ok(())
    }
}
