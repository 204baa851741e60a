//! What the programme needs from the world, as eight small ports with their laws.
//!
//! `Table` is the narrow waist: four operations carry all state. An adapter keeps the laws below; the contract suite
//! in `tests/` runs against the real one. Errors say what the caller can do next, never what the wire said.

mod domains;

use std::fmt;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_dynamo::Item as Attributes;

pub use self::domains::{AskNobody, MailDomains, TakesMail};
use crate::{address::MailAddress, badge::BadgeId};

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
    /// The items at `keys`, in their order, any number. Keys are distinct.
    async fn get_many(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, ReadError>;
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

/// What the browser of a person who signs in keeps while the sign-in service has the person. Three values that nobody can guess.
pub struct SignInSecrets {
    /// Comes back in the address (RFC 6749, section 10.12).
    pub state: String,
    /// Comes back in the signed token (`OpenID` Connect Core, section 3.1.2.1).
    pub nonce: String,
    /// Proves that whoever brings the code is whoever asked for it (RFC 7636).
    pub verifier: String,
}

/// Prints nothing: they are secrets.
impl fmt::Debug for SignInSecrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SignInSecrets(…)")
    }
}

/// Whom the sign-in service has named.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// Its name for the person: `sub`.
    pub subject: String,
    /// What the token lists under the claim of roles.
    pub roles: Vec<String>,
}

/// Prints nothing: roles may be told by mail addresses.
impl fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Identity(…)")
    }
}

/// What a browser brings back from the sign-in service.
pub struct Returned<'a> {
    /// The authorization code (RFC 6749, section 4.1.2).
    pub code: &'a str,
    /// Who is said to have given it (RFC 9207). Not every service says so.
    pub issuer: Option<&'a str>,
}

/// Prints nothing: the code is a secret.
impl fmt::Debug for Returned<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Returned(…)")
    }
}

/// Nobody could be signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The service did not answer. Signing in again may do.
    #[error("the sign-in service did not answer: {0}")]
    Unavailable(Cause),
    /// What it said, or what the browser brought, proves nothing: a foreign or expired token, a code that is none.
    #[error("the sign-in proves nothing: {0}")]
    Refused(Cause),
}

/// The body's own sign-in service, by the authorization code flow of `OpenID` Connect with PKCE. Laws: an [`Identity`] is only given
/// for a token that the service signed, for us, just now, and for these secrets.
#[async_trait]
pub trait IdentityProvider: Send + Sync {
    /// Where the browser goes to sign in.
    async fn begin(&self, secrets: &SignInSecrets) -> Result<String, SignInError>;
    /// Who came back with this.
    async fn finish(&self, returned: &Returned<'_>, secrets: &SignInSecrets)
    -> Result<Identity, SignInError>;
}

/// What a mail is for. Delivery reports carry it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailKind {
    /// Says that a badge was issued, with the link to claim it.
    BadgeIssued,
    /// Says so again after a week.
    FirstReminder,
    /// Says so again after a month, for the last time.
    LastReminder,
    /// A fresh link to a badge, which its recipient asked for.
    ClaimLink,
    /// A fresh link to a badge, which the office had sent.
    LinkResent,
    /// A link that opens the wallet.
    SignIn,
    /// A link that adds the address to a wallet.
    AddressProof,
    /// Says that the addresses of the wallet were changed.
    AddressesChanged,
    /// Says that a badge was deleted.
    BadgeDeleted,
    /// Says that the issuer revoked a badge.
    BadgeRevoked,
    /// Says how to pay for a badge that was ordered again.
    OrderPlaced,
    /// Says that an order was not paid in time.
    OrderExpired,
    /// Says that a badge was issued again.
    BadgeReissued,
    /// Says that money was given back.
    OrderRefunded,
    /// A link that opens the wallet of an address on record.
    RestoreWallet,
    /// Says that the wallet was closed.
    WalletClosed,
    /// Asks the office something.
    Inquiry,
    /// Says that the office was asked.
    InquiryReceived,
}

impl MailKind {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::BadgeIssued,
        Self::FirstReminder,
        Self::LastReminder,
        Self::ClaimLink,
        Self::LinkResent,
        Self::SignIn,
        Self::AddressProof,
        Self::AddressesChanged,
        Self::BadgeDeleted,
        Self::BadgeRevoked,
        Self::OrderPlaced,
        Self::OrderExpired,
        Self::BadgeReissued,
        Self::OrderRefunded,
        Self::RestoreWallet,
        Self::WalletClosed,
        Self::Inquiry,
        Self::InquiryReceived,
    ];

    /// The kind of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether it asks its reader to claim a badge.
    pub fn is_invitation(self) -> bool {
        match self {
            Self::BadgeIssued
            | Self::FirstReminder
            | Self::LastReminder
            | Self::ClaimLink
            | Self::LinkResent => true,
            Self::SignIn
            | Self::AddressProof
            | Self::AddressesChanged
            | Self::BadgeDeleted
            | Self::BadgeRevoked
            | Self::OrderPlaced
            | Self::OrderExpired
            | Self::BadgeReissued
            | Self::OrderRefunded
            | Self::RestoreWallet
            | Self::WalletClosed
            | Self::Inquiry
            | Self::InquiryReceived => false,
        }
    }

    /// Its name, in kebab-case.
    pub fn name(self) -> &'static str {
        match self {
            Self::BadgeIssued => "badge-issued",
            Self::FirstReminder => "first-reminder",
            Self::LastReminder => "last-reminder",
            Self::ClaimLink => "claim-link",
            Self::LinkResent => "link-resent",
            Self::SignIn => "sign-in",
            Self::AddressProof => "address-proof",
            Self::AddressesChanged => "addresses-changed",
            Self::BadgeDeleted => "badge-deleted",
            Self::BadgeRevoked => "badge-revoked",
            Self::OrderPlaced => "order-placed",
            Self::OrderExpired => "order-expired",
            Self::BadgeReissued => "badge-reissued",
            Self::OrderRefunded => "order-refunded",
            Self::RestoreWallet => "restore-wallet",
            Self::WalletClosed => "wallet-closed",
            Self::Inquiry => "inquiry",
            Self::InquiryReceived => "inquiry-received",
        }
    }
}

/// One mail, rendered.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// What it is for.
    pub kind: MailKind,
    /// The badge that it is about, if it is about one: a random name. Adapters hand both on, so that a report of delivery finds
    /// its mail.
    pub badge: Option<BadgeId>,
    /// The recipient. Adapters write it as [`MailAddress::for_sending`] gives it.
    pub to: MailAddress,
    /// Where an answer goes, if not to the sender. Written as `to`.
    pub reply_to: Option<MailAddress>,
    /// One line.
    pub subject: String,
    /// Plain text, the whole message.
    pub text: String,
    /// The same for programs that show HTML.
    pub html: String,
}

/// Prints no content: a mail is personal, and holds a token.
impl fmt::Debug for Mail {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Mail(…)")
    }
}

/// One mail was not accepted.
#[derive(Debug, Clone, thiserror::Error)]
pub enum MailError {
    /// This mail will never be accepted (the address, or the content).
    #[error("the mail was refused: {0}")]
    Refused(Cause),
    /// Nothing was sent; later it may be.
    #[error("the mail service did not take the mail: {0}")]
    Unavailable(Cause),
    /// It may have been sent. Mail is at least once: send again.
    #[error("the mail service's answer was lost: {0}")]
    Unknown(Cause),
}

/// Sends mail. Laws: one result a mail, in order; `Ok` means accepted for delivery, not delivered.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// How many mails the next call of [`Mailer::send`] may carry, at least 1. Waits, a few seconds at the most, until the
    /// service takes mails again at the rate that it allows.
    ///
    /// An error says that none would be taken: nothing should be made ready.
    async fn ready(&self) -> Result<usize, MailError>;
    /// Sends as many mails as [`Mailer::ready`] gave, or fewer.
    async fn send(&self, mails: &[Mail]) -> Vec<Result<(), MailError>>;
    /// Mail may go to this address again. A mail service that keeps from sending to addresses of itself strikes it off its list; one
    /// that stands on none is as good. Doing it twice is harmless.
    async fn lift(&self, _address: &MailAddress) -> Result<(), MailError> {
        Ok(())
    }
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
