//! Wallets: the badges of one person, under the mail addresses that the person has proven.
//!
//! A wallet has no password. Whoever reads the mail of one of its addresses may open it, by a link that is mailed at
//! that moment ([`SignInGrant`]), and stays signed in for a while ([`Session`]). Law: whatever changes in a wallet puts a new
//! [`Wallet`] in the place of the old one, so the changes of one wallet happen one after the other, and a badge that comes
//! in while the wallet is being closed is never left behind.

use std::fmt;

use aws_lc_rs::digest;
use jiff::{SignedDuration, Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    address::MailAddress,
    badge::{Badge, BadgeId, Claimed, DeletedBadge},
    candidate::AchievementId,
    order::OrderId,
    ports::{Entropy, Key},
    programme::Locale,
    store::{Record, random_uuid},
    token::TokenHash,
};

/// How many addresses a wallet may know. Each change is mailed to all of them.
pub const MOST_ADDRESSES: usize = 10;

/// How long a mailed link opens a wallet or proves an address, in minutes, as its mail says it …
pub const LINK_MINUTES: u32 = 30;

/// … and as it is reckoned with.
pub const LINK_VALIDITY: SignedDuration = SignedDuration::from_mins(LINK_MINUTES as i64);

/// How long a browser stays signed in, in days, as the page says it …
pub const SESSION_DAYS: u32 = 30;

/// … and as it is reckoned with.
pub const SESSION_VALIDITY: SignedDuration = SignedDuration::from_hours(24 * SESSION_DAYS as i64);

/// Names a wallet: a random UUID. It stands in no address and no page.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WalletId(Uuid);

impl WalletId {
    /// A fresh name.
    pub fn random(entropy: &dyn Entropy) -> Self {
        Self(random_uuid(entropy))
    }
}

impl fmt::Display for WalletId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(formatter)
    }
}

/// An address whose mail the wallet's owner has shown to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProvenAddress {
    /// The address.
    pub address: MailAddress,
    /// Since when.
    pub proven_at: Timestamp,
}

/// One person's wallet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wallet {
    /// Its name.
    pub id: WalletId,
    /// The proven addresses, 1 to [`MOST_ADDRESSES`]. The first one is the main address.
    pub addresses: Vec<ProvenAddress>,
    /// The language of its pages, if the owner chose one.
    pub locale: Option<Locale>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Sessions of another round are over: signing out everywhere begins a new one.
    pub round: u32,
}

impl Wallet {
    /// A new wallet for an address whose mail was read just now.
    pub fn open(entropy: &dyn Entropy, address: MailAddress, at: Timestamp) -> Self {
        Self {
            id: WalletId::random(entropy),
            addresses: vec![ProvenAddress { address, proven_at: at }],
            locale: None,
            opened_at: at,
            round: 0,
        }
    }

    /// Where a wallet stands.
    pub fn key_of(id: &WalletId) -> Key {
        Key::new(format!("WALLET#{id}"), "WALLET")
    }

    /// The address that a sign-in shows, and where notices about single badges go.
    pub fn main_address(&self) -> Option<&MailAddress> {
        self.addresses.first().map(|proven| &proven.address)
    }

    /// Whether mail of this address is read by the owner.
    pub fn knows(&self, address: &MailAddress) -> bool {
        self.place_of(address).is_some()
    }

    /// Whether what came by this address in this round, a link or a session, still opens the wallet: not once everyone was
    /// signed out, nor once the address was removed.
    pub fn admits(&self, address: &AddressHash, round: u32) -> bool {
        let known = |proven: &ProvenAddress| AddressHash::of(&proven.address) == *address;
        self.round == round && self.addresses.iter().any(known)
    }

    /// Where an address stands among the wallet's.
    pub fn place_of(&self, address: &MailAddress) -> Option<usize> {
        let wanted = address.comparison_key();
        self.addresses.iter().position(|proven| proven.address.comparison_key() == wanted)
    }
}

impl Record for Wallet {
    fn key(&self) -> Key {
        Self::key_of(&self.id)
    }
}

/// The SHA-256 of an address as it is compared, in hexadecimal: finds its wallet without naming it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AddressHash(String);

/// Prints nothing: whoever guesses the address could test the guess.
impl fmt::Debug for AddressHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("AddressHash(…)")
    }
}

impl AddressHash {
    /// The hash of an address.
    pub fn of(address: &MailAddress) -> Self {
        Self(hex::encode(digest::digest(&digest::SHA256, address.comparison_key().as_bytes())))
    }
}

impl fmt::Display for AddressHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Says which wallet knows an address. There is at most one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressOwner {
    /// The address.
    pub address: AddressHash,
    /// The wallet.
    pub wallet: WalletId,
}

impl AddressOwner {
    /// Where an address's owner stands.
    pub fn key_of(address: &AddressHash) -> Key {
        Key::new(format!("ADDRESS#{address}"), "WALLET")
    }
}

impl Record for AddressOwner {
    fn key(&self) -> Key {
        Self::key_of(&self.address)
    }
}

/// Says that a badge is in a wallet. A claimed badge is in exactly one; a deleted one keeps its place, as the proof by which it
/// may be ordered again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    /// The wallet.
    pub wallet: WalletId,
    /// The badge.
    pub badge: BadgeId,
    /// Its achievement: renewals of one achievement belong together.
    pub achievement: AchievementId,
    /// The day of the occasion.
    pub date: Date,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// Whether the badge is deleted: it renews nothing any more.
    pub deleted: bool,
    /// The order by which the deleted badge is, or was, to be issued again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    /// The badge that took the place of the deleted one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<BadgeId>,
}

impl Holding {
    /// The place of a badge that was claimed just now.
    pub fn of(wallet: &WalletId, badge: &Badge<Claimed>) -> Self {
        Self {
            wallet: wallet.clone(),
            badge: badge.id.clone(),
            achievement: badge.achievement.clone(),
            date: badge.date,
            issued_at: badge.issued_at,
            deleted: false,
            order: None,
            again: None,
        }
    }

    /// The place of a badge that was deleted before the wallet had it.
    pub fn of_deleted(wallet: &WalletId, badge: &DeletedBadge) -> Self {
        Self {
            wallet: wallet.clone(),
            badge: badge.id.clone(),
            achievement: badge.achievement.clone(),
            date: badge.date,
            issued_at: badge.issued_at,
            deleted: true,
            order: None,
            again: None,
        }
    }

    /// Orders badges by their occasions. No two tie.
    pub fn age(&self) -> (Date, Timestamp, BadgeId) {
        (self.date, self.issued_at, self.badge.clone())
    }

    /// The partition of a wallet's badges.
    pub fn partition(wallet: &WalletId) -> String {
        format!("HOLDING#{wallet}")
    }

    /// Where a badge's place in a wallet stands.
    pub fn key_of(wallet: &WalletId, badge: &BadgeId) -> Key {
        Key::new(Self::partition(wallet), badge.to_string())
    }
}

impl Record for Holding {
    fn key(&self) -> Key {
        Self::key_of(&self.wallet, &self.badge)
    }
}

/// What a mailed sign-in link opens, once. Committed before the mail is sent, removed when the link is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInGrant {
    /// The hash by which it is found.
    pub token: TokenHash,
    /// The wallet.
    pub wallet: WalletId,
    /// The address that it was mailed to. It opens nothing once the wallet does not know that address any more.
    pub address: AddressHash,
    /// As in [`Wallet::round`].
    pub round: u32,
    /// From this moment on it opens nothing. Checked in code.
    pub expires: Timestamp,
}

impl SignInGrant {
    /// Where the grant of a token stands.
    pub fn key_of(token: &TokenHash) -> Key {
        Key::new(format!("SIGNIN#{token}"), "SIGNIN")
    }
}

impl Record for SignInGrant {
    fn key(&self) -> Key {
        Self::key_of(&self.token)
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(self.expires)
    }
}

/// A link that was mailed to an address. Used by whoever is signed in to the wallet, it adds the address to the wallet, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressProof {
    /// The hash by which it is found.
    pub token: TokenHash,
    /// The wallet.
    pub wallet: WalletId,
    /// The address.
    pub address: MailAddress,
    /// The badge that waits for this address and is to be claimed with it.
    pub badge: Option<BadgeId>,
    /// From this moment on it proves nothing. Checked in code.
    pub expires: Timestamp,
}

impl AddressProof {
    /// Where the proof of a token stands.
    pub fn key_of(token: &TokenHash) -> Key {
        Key::new(format!("PROOF#{token}"), "PROOF")
    }
}

impl Record for AddressProof {
    fn key(&self) -> Key {
        Self::key_of(&self.token)
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(self.expires)
    }
}

/// A browser that is signed in. It holds the token in a cookie; only the hash is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The hash by which it is found.
    pub token: TokenHash,
    /// The wallet.
    pub wallet: WalletId,
    /// The address by whose mail it was opened. It is over once the wallet does not know that address any more.
    pub address: AddressHash,
    /// As in [`Wallet::round`].
    pub round: u32,
    /// Since when.
    pub since: Timestamp,
    /// From this moment on it is over. Checked in code.
    pub expires: Timestamp,
}

impl Session {
    /// Where a session stands.
    pub fn key_of(token: &TokenHash) -> Key {
        Key::new(format!("SESSION#{token}"), "SESSION")
    }
}

impl Record for Session {
    fn key(&self) -> Key {
        Self::key_of(&self.token)
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(self.expires)
    }
}
