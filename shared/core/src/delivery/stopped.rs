//! Addresses that no mail goes to until a person decides: those whose mail came back for good, and those whose reader called it junk.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Bounce, Complaint, Ports};
use crate::{
    address::MailAddress,
    calendar,
    claim::{Change, change},
    office::audit::{self, Deed},
    order::{Actor, KEPT_YEARS, Reason, kept_until},
    ports::{Key, ReadError, Table},
    store::{self, Failure, Record},
    wallet::AddressHash,
};

/// What is known of an address to which a mail did not get. A semilattice, as [`MailReport`](super::MailReport): of each part the newest is
/// kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoppedAddress {
    /// The address.
    pub address: AddressHash,
    /// The newest mail that came back for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bounced: Option<StoppedBy<Bounce>>,
    /// The newest mail that its reader called junk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complained: Option<StoppedBy<Complaint>>,
    /// The last time that a person released it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released: Option<Release>,
}

/// The mail by which an address is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoppedBy<T> {
    /// When the mail service took it: what was sent before a release does not stop the address after it.
    pub mailed_at: Timestamp,
    /// What became of it.
    pub what: T,
}

/// A person decided that mail may go to an address again. Why stands in the audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Actor,
}

/// Why an address is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// A mail came back for good.
    Bounced(StoppedBy<Bounce>),
    /// Its reader called a mail junk.
    Complained(StoppedBy<Complaint>),
}

impl StopReason {
    fn mailed_at(&self) -> Timestamp {
        match self {
            Self::Bounced(by) => by.mailed_at,
            Self::Complained(by) => by.mailed_at,
        }
    }
}

impl StoppedAddress {
    /// Stopped for this reason.
    pub(super) fn new(address: AddressHash, reason: StopReason) -> Self {
        let (bounced, complained) = match reason {
            StopReason::Bounced(by) => (Some(by), None),
            StopReason::Complained(by) => (None, Some(by)),
        };
        Self { address, bounced, complained, released: None }
    }

    /// Where an address stands, if it was ever stopped.
    pub fn key_of(address: &AddressHash) -> Key {
        Key::new(format!("STOPPED#{address}"), "STOPPED")
    }

    /// Adds what else is known of the same address.
    pub fn join(&mut self, other: &Self) {
        let bounced = self.bounced.into_iter().chain(other.bounced);
        self.bounced = bounced.max_by_key(|by| (by.mailed_at, by.what.rank()));
        let complained = self.complained.into_iter().chain(other.complained);
        self.complained = complained.max_by_key(|by| (by.mailed_at, by.what));
        let released = self.released.take().into_iter().chain(other.released.clone());
        self.released = released.max_by_key(|release| release.at);
    }

    /// Why no mail may go there. None: mail may.
    pub fn reason(&self) -> Option<StopReason> {
        let reasons = self
            .bounced
            .map(StopReason::Bounced)
            .into_iter()
            .chain(self.complained.map(StopReason::Complained));
        let newest = reasons.max_by_key(StopReason::mailed_at)?;
        let since = self.released.as_ref().map(|release| release.at);
        since.is_none_or(|since| newest.mailed_at() > since).then_some(newest)
    }
}

impl Record for StoppedAddress {
    fn key(&self) -> Key {
        Self::key_of(&self.address)
    }

    /// What was so long ago says nothing any more: a mail there arrives, or stops it anew.
    fn expires(&self) -> Option<Timestamp> {
        let mailed =
            self.bounced.iter().map(|by| by.mailed_at).chain(self.complained.iter().map(|by| by.mailed_at));
        let last = mailed.chain(self.released.iter().map(|release| release.at)).max()?;
        kept_until(calendar::japan_date(last).year(), KEPT_YEARS)
    }
}

/// How some addresses stand, read at once.
#[derive(Debug, Default)]
pub struct Standings(HashMap<AddressHash, StoppedAddress>);

impl Standings {
    /// How these addresses stand: one call for every hundred of them, and none for none.
    ///
    /// # Errors
    /// As [`Table::get_many`].
    pub async fn of(
        table: &dyn Table,
        addresses: impl IntoIterator<Item = &MailAddress>,
    ) -> Result<Self, ReadError> {
        let hashes: HashSet<AddressHash> = addresses.into_iter().map(AddressHash::of).collect();
        let keys: Vec<_> = hashes.iter().map(StoppedAddress::key_of).collect();
        let found = store::load_many::<StoppedAddress>(table, &keys).await?;
        let known = found.into_iter().flatten().map(|found| (found.record.address.clone(), found.record));
        Ok(Self(known.collect()))
    }

    /// What is known of an address. None: it was never stopped.
    pub fn known(&self, address: &MailAddress) -> Option<&StoppedAddress> {
        self.0.get(&AddressHash::of(address))
    }

    /// Why no mail may go to an address. None: mail may.
    pub fn reason(&self, address: &MailAddress) -> Option<StopReason> {
        self.known(address).and_then(StoppedAddress::reason)
    }

    /// Whether mail may go to an address because a person said so. The mail service does not know that yet.
    pub(crate) fn was_released(&self, address: &MailAddress) -> bool {
        self.known(address).is_some_and(|known| known.reason().is_none())
    }
}

/// What releasing came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Released {
    /// Mail goes there again. What is owed to it goes out with the next sweep.
    Now,
    /// It is not stopped: it was never, or somebody released it before.
    NotStopped,
}

/// A member of the staff decides that mail may go to an address again. The audit says why.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer; releasing it again tells.
pub async fn release(
    ports: Ports<'_>,
    address: &MailAddress,
    actor: &Actor,
    reason: &Reason,
) -> Result<Released, Failure> {
    let hash = &AddressHash::of(address);
    change(ports, move || async move {
        let stored = store::load::<StoppedAddress>(ports.table, &StoppedAddress::key_of(hash)).await?;
        let Some(stored) = stored else { return Ok(Change::Nothing(Released::NotStopped)) };
        let Some(stop) = stored.record.reason() else { return Ok(Change::Nothing(Released::NotStopped)) };
        let now = ports.clock.now();
        // The mail service's clock may be ahead of ours: what this person knew of is released all the same.
        let at = now.max(stop.mailed_at());
        let released = StoppedAddress { released: Some(Release { at, by: actor.clone() }), ..stored.record };
        let deed = Deed::AddressReleased { address: hash.clone(), reason: reason.clone() };
        let writes = vec![
            store::replace(stored.version, &released)?,
            audit::line(ports.entropy, now, actor.clone(), deed)?,
        ];
        Ok(Change::Commit(writes, Released::Now))
    })
    .await
}
