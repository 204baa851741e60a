//! A store in a folder of its own, and short forms for what the clauses write.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::atomic::{AtomicU64, Ordering},
};

use serde_dynamo::{AttributeValue, Item as Attributes};
use shomei_aws::dynamodb::DynamoTable;
use shomei_core::ports::{Guard, Item, Key, Table, Transaction, Write, WriteError};
use shomei_local::embedded::{Store, TABLE};
use tempfile::TempDir;

/// An empty store. The folder goes with it.
pub(crate) struct Place {
    pub(crate) store: Store,
    _folder: TempDir,
}

impl Place {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { store: Store::open(folder.path()).await.unwrap(), _folder: folder }
    }

    pub(crate) fn table(&self) -> &DynamoTable {
        &self.store.table
    }

    /// The port at this address, with a client of its own that is configured as the program's is.
    pub(crate) fn table_at(&self, address: SocketAddr) -> DynamoTable {
        DynamoTable::new(self.store.client_at(address), TABLE)
    }

    /// The port with a client of its own.
    pub(crate) fn own_table(&self) -> DynamoTable {
        self.table_at(self.store.address)
    }

    /// Applies these writes as one new transaction.
    pub(crate) async fn apply(&self, writes: Vec<Write>) -> Result<(), WriteError> {
        self.table().transact(&transaction(writes)).await
    }

    pub(crate) async fn get(&self, key: &Key) -> Option<Item> {
        self.table().get(key).await.unwrap()
    }

    /// The version and the text at a key.
    pub(crate) async fn state(&self, sort: &str) -> Option<(u64, String)> {
        self.get(&key(sort)).await.map(|item| (item.version, text_of(&item)))
    }
}

/// A place in the partition that most clauses use.
pub(crate) fn key(sort: &str) -> Key {
    Key::new("CONTRACT", sort)
}

/// Attributes that hold one text.
pub(crate) fn text(text: impl Into<String>) -> Attributes {
    Attributes::from(HashMap::from([("text".to_owned(), AttributeValue::S(text.into()))]))
}

/// The text that [`text`] wrote.
pub(crate) fn text_of(item: &Item) -> String {
    match item.attributes.get("text") {
        Some(AttributeValue::S(text)) => text.clone(),
        other => panic!("no text but {other:?}"),
    }
}

pub(crate) fn create(key: Key, attributes: Attributes) -> Write {
    Write::Put { key, expires: None, attributes, guard: Guard::Absent }
}

pub(crate) fn replace(key: Key, version: u64, attributes: Attributes) -> Write {
    Write::Put { key, expires: None, attributes, guard: Guard::Version(version) }
}

pub(crate) fn delete(key: Key, version: u64) -> Write {
    Write::Delete { key, version }
}

pub(crate) fn check(key: Key, guard: Guard) -> Write {
    Write::Check { key, guard }
}

/// These writes under a token that nothing else uses.
pub(crate) fn transaction(writes: Vec<Write>) -> Transaction {
    static TOKENS: AtomicU64 = AtomicU64::new(0);
    Transaction { token: format!("token-{}", TOKENS.fetch_add(1, Ordering::SeqCst)), writes }
}

/// The places that a conflict names.
#[track_caller]
pub(crate) fn conflict_at(outcome: Result<(), WriteError>) -> Vec<usize> {
    match outcome {
        Err(WriteError::Conflict { at }) => at,
        other => panic!("no conflict but {other:?}"),
    }
}

#[track_caller]
pub(crate) fn assert_not_applied(outcome: &Result<(), WriteError>) {
    assert!(matches!(outcome, Err(WriteError::NotApplied(_))), "{outcome:?}");
}

#[track_caller]
pub(crate) fn assert_unknown(outcome: &Result<(), WriteError>) {
    assert!(matches!(outcome, Err(WriteError::Unknown(_))), "{outcome:?}");
}
