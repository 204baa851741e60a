//! The address doctor: what can be asked about addresses beyond their spelling. It warns and never refuses, and nothing that it
//! cannot find out keeps a row from being registered.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures::StreamExt;

use super::WarningCode;
use crate::{
    address::is_common_domain,
    badge::AnyBadge,
    candidate::{AchievementId, BodyNumber, CandidateDetails, CandidateRef, Kind},
    delivery::Standings,
    ports::{MailDomains, ReadError, Table, TakesMail},
    store,
    wallet::{AddressHash, AddressOwner, Holding, WalletId},
};

/// The most domains that one step asks for. What is beyond stays unknown.
const ASKED_AT_ONCE: usize = 64;

/// So many wallets are looked into side by side …
const IN_FLIGHT: usize = 8;

/// … and so many badges of each.
const BADGES: usize = 20;

/// What one call found out. Common domains are not asked for.
pub(super) struct Doctor<'a> {
    table: &'a dyn Table,
    domains: &'a dyn MailDomains,
    known: BTreeMap<String, TakesMail>,
    /// Whether wallets are looked into. It takes a query and a read for each address that has one.
    wallets: bool,
}

impl<'a> Doctor<'a> {
    pub(super) fn new(table: &'a dyn Table, domains: &'a dyn MailDomains, wallets: bool) -> Self {
        Self { table, domains, known: BTreeMap::new(), wallets }
    }

    /// What is worth a second look in the address of each of these.
    pub(super) async fn examine(
        &mut self,
        people: &[&CandidateDetails],
    ) -> Result<Vec<Vec<WarningCode>>, ReadError> {
        let table = self.table;
        let looked_into = if self.wallets { people } else { &[] };
        let ((), stopped, others) =
            futures::join!(self.ask(people), stopped(table, people), others(table, looked_into));
        let (stopped, others) = (stopped?, others?.into_iter().chain(std::iter::repeat(false)));
        let warnings = |((person, stopped), others): ((&&CandidateDetails, bool), bool)| {
            let without = self.known.get(person.address.domain()) == Some(&TakesMail::No);
            let warnings = [
                without.then_some(WarningCode::AddressDomainWithoutMail),
                stopped.then_some(WarningCode::AddressStopped),
                others.then_some(WarningCode::AddressShared),
            ];
            warnings.into_iter().flatten().collect()
        };
        Ok(people.iter().zip(stopped).zip(others).map(warnings).collect())
    }

    async fn ask(&mut self, people: &[&CandidateDetails]) {
        let fresh: BTreeSet<&str> = people
            .iter()
            .map(|person| person.address.domain())
            .filter(|domain| !is_common_domain(domain) && !self.known.contains_key(*domain))
            .collect();
        let fresh: Vec<String> = fresh.into_iter().take(ASKED_AT_ONCE).map(str::to_owned).collect();
        if fresh.is_empty() {
            return;
        }
        let answers = self.domains.ask(&fresh).await;
        self.known.extend(fresh.into_iter().zip(answers));
    }
}

/// Whether no mail goes to each of their addresses until a person decides.
async fn stopped(table: &dyn Table, people: &[&CandidateDetails]) -> Result<Vec<bool>, ReadError> {
    let standings = Standings::of(table, people.iter().map(|person| &person.address)).await?;
    Ok(people.iter().map(|person| standings.reason(&person.address).is_some()).collect())
}

/// Whether the wallet that knows each of their addresses holds badges of others, and none of theirs.
async fn others(table: &dyn Table, people: &[&CandidateDetails]) -> Result<Vec<bool>, ReadError> {
    let hashes: BTreeSet<_> = people.iter().map(|person| AddressHash::of(&person.address)).collect();
    let keys: Vec<_> = hashes.iter().map(AddressOwner::key_of).collect();
    let owners = store::load_many::<AddressOwner>(table, &keys).await?;
    let wallets: HashMap<_, _> = hashes
        .into_iter()
        .zip(owners)
        .filter_map(|(address, owner)| Some((address, owner?.record.wallet)))
        .collect();
    let mut asked = Vec::with_capacity(people.len());
    for person in people {
        asked.push((wallets.get(&AddressHash::of(&person.address)).cloned(), person.number.clone()));
    }
    let found: Vec<Result<bool, ReadError>> = futures::stream::iter(asked)
        .map(|(wallet, number)| holds_of_others(table, wallet, number))
        .buffered(IN_FLIGHT)
        .collect()
        .await;
    found.into_iter().collect()
}

async fn holds_of_others(
    table: &dyn Table,
    wallet: Option<WalletId>,
    number: BodyNumber,
) -> Result<bool, ReadError> {
    let Some(wallet) = wallet else { return Ok(false) };
    let (places, _) = store::load_page::<Holding>(table, &Holding::partition(&wallet), None).await?;
    let keys: Vec<_> =
        places.iter().take(BADGES).map(|place| AnyBadge::key_of(&place.record.badge)).collect();
    let badges = store::load_many::<AnyBadge>(table, &keys).await?;
    let of_person: Vec<bool> =
        badges.iter().flatten().filter_map(|badge| is_of(&badge.record, &number)).collect();
    Ok(!of_person.is_empty() && !of_person.contains(&true))
}

/// Whether a badge is this person's. None: the register has forgotten whose it is.
fn is_of(badge: &AnyBadge, number: &BodyNumber) -> Option<bool> {
    let (achievement, kind, candidate): (&AchievementId, Kind, &CandidateRef) = match badge {
        AnyBadge::Unclaimed(badge) => (&badge.achievement, badge.kind, &badge.candidate),
        AnyBadge::Claimed(badge) => (&badge.achievement, badge.kind, &badge.candidate),
        AnyBadge::Deleted(badge) => (&badge.achievement, badge.kind, &badge.candidate),
    };
    let named = CandidateRef::named(achievement, kind, candidate.month, number);
    (!candidate.is_nobody()).then(|| named == *candidate)
}
