//! What the programme needs from the world, as eight small ports with their laws.
//!
//! `Table` is the narrow waist: four operations carry all state. An adapter keeps the laws below; the contract suite
//! in `tests/` runs against the real one. Errors say what the caller can do next, never what the wire said.

mod domains;
mod mail;
mod sign_in;

use std::fmt;

use async_trait::async_trait;
use jiff::Timestamp;
use serde_dynamo::Item as Attributes;

pub use self::{
    domains::{AskNobody, MailDomains, TakesMail},
    mail::{Mail, MailError, MailKind, Mailer},
    sign_in::{Identity, IdentityProvider, Returned, SignInError, SignInSecrets},
};
use crate::badge::BadgeId;

/// The most writes that one [`Transaction`] may carry (DynamoDB `TransactWriteItems`).
pub const TRANSACTION_WRITES: usize = 100;

/// Where an item stands: its partition, and its place among the partition's items. [`Debug`](fmt::Debug) shows only the
/// kind, because keys hold numbers of persons and hashes of tokens.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// All items of one partition can be queried together, in order of `sort`.
    pub partition: String,
    /// Orders items by their UTF-8 bytes within the partition.
    pub sort: String,
}

impl Key {
    /// A key from its two parts.
    pub fn new(partition: impl Into<String>, sort: impl Into<String>) -> Self {
        Self { partition: partition.into(), sort: sort.into() }
    }

    /// The first part of the partition: what kind of item stands there.
    pub fn kind(&self) -> &str {
        self.partition.split('#').next().unwrap_or_default()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Key({}#…)", self.kind())
    }
}

/// An item as it was read. [`Debug`](fmt::Debug) shows no attribute.
#[derive(Clone, PartialEq)]
pub struct Item {
    /// Where it stands.
    pub key: Key,
    /// 1 when created, one more with every replacement. A guard names it.
    pub version: u64,
    /// When the store may sweep it. Sweeping is late by up to days: whoever cares checks the time in code.
    pub expires: Option<Timestamp>,
    /// Everything else, as native attributes.
    pub attributes: Attributes,
}

impl fmt::Debug for Item {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Item({:?}, version {})", self.key, self.version)
    }
}

/// What must still hold for a write to be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// No item stands at the key.
    Absent,
    /// The item at the key has exactly this version.
    Version(u64),
}

/// One part of a [`Transaction`]. [`Debug`](fmt::Debug) shows no attribute.
#[derive(Clone, PartialEq)]
pub enum Write {
    /// Writes the whole item. Its version becomes 1 under [`Guard::Absent`], `n + 1` under [`Guard::Version`]`(n)`.
    Put {
        /// Where.
        key: Key,
        /// See [`Item::expires`].
        expires: Option<Timestamp>,
        /// See [`Item::attributes`].
        attributes: Attributes,
        /// What must still hold.
        guard: Guard,
    },
    /// Removes the item if it still has this version.
    Delete {
        /// Where.
        key: Key,
        /// The version that was read.
        version: u64,
    },
    /// Changes nothing, but fails the transaction if the guard does not hold.
    Check {
        /// Where.
        key: Key,
        /// What must hold.
        guard: Guard,
    },
}

impl Write {
    /// The key this part is about. Within one transaction every key stands at most once.
    pub fn key(&self) -> &Key {
        match self {
            Self::Put { key, .. } | Self::Delete { key, .. } | Self::Check { key, .. } => key,
        }
    }
}

impl fmt::Debug for Write {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Put { key, guard, .. } => write!(formatter, "Put({key:?}, {guard:?})"),
            Self::Delete { key, version } => write!(formatter, "Delete({key:?}, version {version})"),
            Self::Check { key, guard } => write!(formatter, "Check({key:?}, {guard:?})"),
        }
    }
}

/// Up to [`TRANSACTION_WRITES`] writes that apply all or not at all.
///
/// The token makes a repetition harmless: the same transaction sent again within ten minutes is applied once
/// (DynamoDB `ClientRequestToken`). It is part of the value, so a caller that repeats after
/// [`WriteError::Unknown`] cannot forget it.
#[derive(Debug, Clone, PartialEq)]
pub struct Transaction {
    /// 1 to 36 characters, fresh for every new transaction.
    pub token: String,
    /// The parts.
    pub writes: Vec<Write>,
}

/// Which attributes of an item are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// All.
    All,
    /// Those of these names that it has: perhaps none. Names are distinct.
    Only(&'static [&'static str]),
}

/// One page of a partition.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// In order of their sort keys.
    pub items: Vec<Item>,
    /// Where the next page starts (exclusive), if there may be one. A page may be empty and still have a next one.
    pub next: Option<String>,
}

/// A read failed. Reading again is always harmless.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The store did not answer, or asked to come back later.
    #[error("the store did not answer: {0}")]
    Unavailable(Cause),
    /// The store is not there for us: no such table, or no permission. A person has to look.
    #[error("the store refused the read: {0}")]
    Refused(Cause),
    /// The store answered with something that no writer of ours wrote. A person has to look.
    #[error("the store holds an unreadable item: {0}")]
    Corrupt(Cause),
}

/// A transaction failed.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Nothing was applied: a guard did not hold, or another transaction was at the same item. Read again.
    #[error("another writer was faster")]
    Conflict {
        /// The places in `writes` whose guard failed; empty if the store does not say.
        at: Vec<usize>,
    },
    /// Nothing was applied, for a reason that repeating does not mend (too large, not allowed, malformed).
    #[error("the store refused the write: {0}")]
    NotApplied(Cause),
    /// It may have been applied. Send the same transaction again, or read.
    #[error("the store's answer was lost: {0}")]
    Unknown(Cause),
}

/// State. Laws:
/// * a read that starts after a transaction succeeded sees it (strongly consistent);
/// * of any number of transactions racing for one guard, exactly one succeeds, the others get `Conflict`;
/// * nothing of a failed transaction is ever visible; a read of several items may see one before and another after a
///   transaction;
/// * text comes back to the byte, in any script; an absent optional stays absent; `expires` keeps whole seconds;
/// * a transaction that names a key twice, holds an item of more than 400 KB or more than 4 MB in all is `NotApplied`.
#[async_trait]
pub trait Table: Send + Sync {
    /// The item at `key`.
    async fn get(&self, key: &Key) -> Result<Option<Item>, ReadError>;
    /// The items at `keys`, in their order, any number. Keys are distinct. Of an item's attributes only these are read.
    async fn get_many(&self, keys: &[Key], attributes: Wanted) -> Result<Vec<Option<Item>>, ReadError>;
    /// The items of one partition after the sort key `after`, at most `limit` a page (and at most 1 MB).
    async fn query(&self, partition: &str, after: Option<&str>, limit: u32) -> Result<Page, ReadError>;
    /// Applies all writes or none.
    async fn transact(&self, transaction: &Transaction) -> Result<(), WriteError>;
}

/// A signature could not be had.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// Later: throttled, or no answer. Signing again gives the same signature.
    #[error("the signer did not answer: {0}")]
    Unavailable(Cause),
    /// The key is disabled, missing or of another kind. A person has to look.
    #[error("the signer refused: {0}")]
    Refused(Cause),
}

/// The issuer's private key, wherever it lives. Laws: Ed25519 over exactly the given bytes (no pre-hash), so the same
/// bytes give the same signature; the key named by [`Signer::fragment`] is listed in the programme's keys.
#[async_trait]
pub trait Signer: Send + Sync {
    /// The name of the current key in `did.json`, such as `key-1`.
    fn fragment(&self) -> &str;
    /// Signs the 64 bytes of hash data of a Data Integrity proof.
    async fn sign(&self, hash_data: &[u8; 64]) -> Result<[u8; 64], SignError>;
}

/// The issuer's private key for signed tokens, wherever it lives. Laws: the signature is in the form of JWS (RFC 7518), over exactly
/// the given bytes, by the key that the programme lists under [`TokenSigner::fragment`]. Two signatures may differ.
#[async_trait]
pub trait TokenSigner: Send + Sync {
    /// The name of the current key, such as `token-1`.
    fn fragment(&self) -> &str;
    /// Signs the signing input of a token.
    async fn sign(&self, signing_input: &[u8]) -> Result<Vec<u8>, SignError>;
}

/// A secret by which names are compared without being known, wherever it lives. Laws: the same badge gives the same 32 bytes, and
/// whoever has them of one badge learns nothing of another's.
#[async_trait]
pub trait NameMatchKey: Send + Sync {
    /// The key under which the names of one badge are hashed.
    async fn of_badge(&self, badge: &BadgeId) -> Result<[u8; 32], SignError>;
}

/// The time. Law: does not run backwards by more than clocks do; nothing that is due depends on it (see
/// [`crate::calendar`]).
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// Randomness from the operating system. Law: nobody can guess it; failing to have it is not survivable, so an
/// adapter ends the process rather than return.
pub trait Entropy: Send + Sync {
    /// Fills the buffer.
    fn fill(&self, buffer: &mut [u8]);
}

/// Why an adapter failed, for the operator's log: a service's error code and message, never an item's content,
/// an address or a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause(String);

impl Cause {
    /// From a short text without personal data.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
