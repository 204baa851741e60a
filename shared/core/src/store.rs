//! Typed records on the [`Table`] port: one place that knows how a record becomes an item and how a commit is
//! repeated.

use jiff::{SignedDuration, Timestamp};
use serde::{Serialize, de::DeserializeOwned};

use crate::ports::{
    Cause, Entropy, Guard, Item, Key, ReadError, SignError, Table, Transaction, Wanted, Write, WriteError,
};

/// How often one transaction is sent when its answer is lost. The token makes each repetition harmless.
const SENDINGS: u32 = 3;

/// How many items one page of a query asks for. Items are small; the store cuts at 1 MB anyhow.
const PAGE: u32 = 500;

/// A thing that stands as one item.
pub trait Record: Serialize + DeserializeOwned {
    /// Where it stands: a function of the record alone.
    fn key(&self) -> Key;
    /// When the store may sweep it.
    fn expires(&self) -> Option<Timestamp> {
        None
    }
}

/// A part of a record, for whoever reads very many and needs no more of them.
pub trait View: DeserializeOwned {
    /// The names of the attributes that it is read from.
    const ATTRIBUTES: &'static [&'static str];
}

/// A record as it was read, with the version that a replacement must name.
#[derive(Debug, Clone)]
pub struct Stored<T> {
    /// The record.
    pub record: T,
    /// Its version.
    pub version: u64,
}

/// A use case could not finish. What was committed stands; repeating the whole use case is always right.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A port did not answer, or another writer kept winning. Repeat.
    #[error("not finished, try again: {0}")]
    TryAgain(String),
    /// The stored state, the configuration or the key is not as it must be. A person has to look.
    #[error("needs a person: {0}")]
    NeedsPerson(String),
}

/// A use case that does many things could not finish: what it did all the same, and why it is not all.
#[derive(Debug)]
pub struct Stopped<T> {
    /// What was done. It stands.
    pub done: T,
    /// Why it is not all.
    pub failure: Failure,
}

impl<T> From<Stopped<T>> for Failure {
    fn from(stopped: Stopped<T>) -> Self {
        stopped.failure
    }
}

impl Failure {
    /// The one to tell of two: as long as one of them can be mended by repeating, repeating is worth it.
    #[must_use]
    pub fn or_rather(self, other: Self) -> Self {
        if matches!(self, Self::NeedsPerson(_)) && matches!(other, Self::TryAgain(_)) { other } else { self }
    }

    /// Its name, for whoever decides by it whether to repeat.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::TryAgain(_) => "TryAgain",
            Self::NeedsPerson(_) => "NeedsPerson",
        }
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Unavailable(_) => Self::TryAgain(error.to_string()),
            ReadError::Refused(_) | ReadError::Corrupt(_) => Self::NeedsPerson(error.to_string()),
        }
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Conflict { .. } | WriteError::Unknown(_) => Self::TryAgain(error.to_string()),
            WriteError::NotApplied(_) => Self::NeedsPerson(error.to_string()),
        }
    }
}

impl From<SignError> for Failure {
    fn from(error: SignError) -> Self {
        match error {
            SignError::Unavailable(_) => Self::TryAgain(error.to_string()),
            SignError::Refused(_) => Self::NeedsPerson(error.to_string()),
        }
    }
}

/// Reads the record at `key`.
///
/// # Errors
/// As [`Table::get`]; an item of another shape is [`ReadError::Corrupt`].
pub async fn load<T: Record>(table: &dyn Table, key: &Key) -> Result<Option<Stored<T>>, ReadError> {
    table.get(key).await?.map(decode).transpose()
}

/// Reads the records at `keys`, in their order. No keys are no call.
///
/// # Errors
/// As [`load`].
pub async fn load_many<T: Record>(
    table: &dyn Table,
    keys: &[Key],
) -> Result<Vec<Option<Stored<T>>>, ReadError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    table.get_many(keys, Wanted::All).await?.into_iter().map(|item| item.map(decode).transpose()).collect()
}

/// Reads the views of records at `keys`, in their order. No keys are no call.
///
/// # Errors
/// As [`load`].
pub async fn load_views<V: View>(table: &dyn Table, keys: &[Key]) -> Result<Vec<Option<V>>, ReadError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let items = table.get_many(keys, Wanted::Only(V::ATTRIBUTES)).await?;
    items.into_iter().map(|item| item.map(read).transpose()).collect()
}

/// One page of a partition, decoded. `after` and the answer's second half chain the pages.
///
/// # Errors
/// As [`Table::query`]; an item of another shape is [`ReadError::Corrupt`].
pub async fn load_page<T: Record>(
    table: &dyn Table,
    partition: &str,
    after: Option<&str>,
) -> Result<(Vec<Stored<T>>, Option<String>), ReadError> {
    let page = table.query(partition, after, PAGE).await?;
    let records = page.items.into_iter().map(decode).collect::<Result<Vec<_>, _>>()?;
    Ok((records, page.next))
}

/// Calls `each` for every record of a partition, page by page, so that memory stays bounded.
///
/// # Errors
/// As [`load_page`].
pub async fn for_each<T: Record>(
    table: &dyn Table,
    partition: &str,
    mut each: impl FnMut(Stored<T>),
) -> Result<(), ReadError> {
    let mut after = None;
    loop {
        let (records, next) = load_page::<T>(table, partition, after.as_deref()).await?;
        records.into_iter().for_each(&mut each);
        match next {
            Some(next) => after = Some(next),
            None => return Ok(()),
        }
    }
}

/// The record that an item holds.
///
/// # Errors
/// [`ReadError::Corrupt`] if it is of another shape.
pub fn decode<T: Record>(item: Item) -> Result<Stored<T>, ReadError> {
    let version = item.version;
    Ok(Stored { record: read(item)?, version })
}

fn read<T: DeserializeOwned>(item: Item) -> Result<T, ReadError> {
    let Item { key, attributes, .. } = item;
    serde_dynamo::from_item(attributes).map_err(|_| {
        ReadError::Corrupt(Cause::new(format!("an item of kind {} has another shape", key.kind())))
    })
}

fn put<T: Record>(record: &T, guard: Guard) -> Result<Write, WriteError> {
    let attributes = serde_dynamo::to_item(record)
        .map_err(|error| WriteError::NotApplied(Cause::new(format!("a record has no item form: {error}"))))?;
    Ok(Write::Put { key: record.key(), expires: record.expires(), attributes, guard })
}

/// A write that creates the record.
///
/// # Errors
/// [`WriteError::NotApplied`] if the record has no item form.
pub fn create<T: Record>(record: &T) -> Result<Write, WriteError> {
    put(record, Guard::Absent)
}

/// A write that puts `new` in the place of what was read at `version`. Both have the same key.
///
/// # Errors
/// As [`create`].
pub fn replace<T: Record>(version: u64, new: &T) -> Result<Write, WriteError> {
    put(new, Guard::Version(version))
}

/// A write that removes what was read.
pub fn delete<T: Record>(old: &Stored<T>) -> Write {
    Write::Delete { key: old.record.key(), version: old.version }
}

/// Applies the writes, all or none. A lost answer is followed by the same transaction again.
///
/// # Errors
/// As [`Table::transact`]; `Unknown` only after several sendings.
pub async fn commit(table: &dyn Table, entropy: &dyn Entropy, writes: Vec<Write>) -> Result<(), WriteError> {
    let transaction = Transaction { token: random_uuid(entropy).to_string(), writes };
    let mut sendings = 1;
    loop {
        match table.transact(&transaction).await {
            Err(WriteError::Unknown(_)) if sendings < SENDINGS => sendings += 1,
            outcome => return outcome,
        }
    }
}

/// Makes sure that a record stands at its key, whoever put it there.
///
/// # Errors
/// As [`load`] and [`commit`]. A conflict is no proof that someone else put it there: the other one may have failed as
/// well. Only a read is.
pub async fn ensure<T: Record>(table: &dyn Table, entropy: &dyn Entropy, record: &T) -> Result<(), Failure> {
    for _ in 0..SENDINGS {
        if load::<T>(table, &record.key()).await?.is_some() {
            return Ok(());
        }
        match commit(table, entropy, vec![create(record)?]).await {
            Err(WriteError::Conflict { .. }) => {}
            outcome => return Ok(outcome?),
        }
    }
    Err(Failure::TryAgain("another writer is at the same item".to_owned()))
}

/// The moment so long after another.
///
/// # Errors
/// [`Failure::NeedsPerson`] if the clock stands at the end of time.
pub fn after(at: Timestamp, validity: SignedDuration) -> Result<Timestamp, Failure> {
    at.checked_add(validity).map_err(|error| Failure::NeedsPerson(format!("the clock: {error}")))
}

/// A random (version 4) UUID.
pub fn random_uuid(entropy: &dyn Entropy) -> uuid::Uuid {
    let mut bytes = [0; 16];
    entropy.fill(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}
