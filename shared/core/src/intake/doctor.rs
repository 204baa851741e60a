//! The address doctor: what can be asked about addresses beyond their spelling. It warns and never refuses, and nothing that it
//! cannot find out keeps a row from being registered.

use std::collections::{BTreeMap, BTreeSet};

use super::WarningCode;
use crate::{
    address::{MailAddress, is_common_domain},
    delivery::Standings,
    ports::{MailDomains, ReadError, Table, TakesMail},
};

/// The most domains that one step asks for. What is beyond stays unknown.
const ASKED_AT_ONCE: usize = 64;

/// What one call found out. Common domains are not asked for.
pub(super) struct Doctor<'a> {
    table: &'a dyn Table,
    domains: &'a dyn MailDomains,
    known: BTreeMap<String, TakesMail>,
}

impl<'a> Doctor<'a> {
    pub(super) fn new(table: &'a dyn Table, domains: &'a dyn MailDomains) -> Self {
        Self { table, domains, known: BTreeMap::new() }
    }

    /// What is worth a second look in each of these addresses.
    pub(super) async fn examine(
        &mut self,
        addresses: &[&MailAddress],
    ) -> Result<Vec<Vec<WarningCode>>, ReadError> {
        self.ask(addresses).await;
        let stopped = stopped(self.table, addresses).await?;
        let warnings = |(address, stopped): (&&MailAddress, bool)| {
            let without = self.known.get(address.domain()) == Some(&TakesMail::No);
            let warnings = [
                without.then_some(WarningCode::AddressDomainWithoutMail),
                stopped.then_some(WarningCode::AddressStopped),
            ];
            warnings.into_iter().flatten().collect()
        };
        Ok(addresses.iter().zip(stopped).map(warnings).collect())
    }

    async fn ask(&mut self, addresses: &[&MailAddress]) {
        let fresh: BTreeSet<&str> = addresses
            .iter()
            .map(|address| address.domain())
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

/// Whether no mail goes to each of these addresses until a person decides.
async fn stopped(table: &dyn Table, addresses: &[&MailAddress]) -> Result<Vec<bool>, ReadError> {
    let standings = Standings::of(table, addresses.iter().copied()).await?;
    Ok(addresses.iter().map(|address| standings.reason(address).is_some()).collect())
}
