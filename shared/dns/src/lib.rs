//! Whether mail can arrive at a domain, asked of the name servers of the machine. The port's laws are kept whatever the network does:
//! an answer comes within [`PATIENCE`], and only a name server that says so makes it a "no".
#![warn(missing_docs)]

use std::{collections::HashMap, time::Duration};

use async_trait::async_trait;
use futures::{StreamExt as _, stream};
use hickory_resolver::{
    TokioResolver,
    config::ResolverConfig,
    net::{DnsError, NetError, NoRecords, runtime::TokioRuntimeProvider},
    proto::{
        op::ResponseCode,
        rr::{Name, RData, RecordType},
    },
};
use shomei_core::ports::{MailDomains, TakesMail};
use tokio::{sync::OnceCell, time::timeout};

/// How long all of one call may take.
pub const PATIENCE: Duration = Duration::from_secs(2);

/// How long one question may take, once asked and once repeated.
const QUESTION: Duration = Duration::from_millis(900);

/// So many domains are asked for side by side.
const AT_ONCE: usize = 16;

/// So many answers are remembered, for as long as they say.
const REMEMBERED: u64 = 1024;

/// The name servers of the machine, or those of a test. They are looked for when they are first asked.
pub struct NameServers {
    config: Option<ResolverConfig>,
    resolver: OnceCell<Option<TokioResolver>>,
}

impl std::fmt::Debug for NameServers {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("NameServers")
    }
}

impl NameServers {
    /// Those that the machine is configured with.
    pub fn of_machine() -> Self {
        Self { config: None, resolver: OnceCell::new() }
    }

    /// These.
    pub fn of(config: ResolverConfig) -> Self {
        Self { config: Some(config), resolver: OnceCell::new() }
    }

    /// None: the machine has none.
    async fn resolver(&self) -> Option<&TokioResolver> {
        let made = async || {
            let mut builder = match self.config.clone() {
                Some(config) => TokioResolver::builder_with_config(config, TokioRuntimeProvider::default()),
                None => TokioResolver::builder_tokio().ok()?,
            };
            let options = builder.options_mut();
            options.timeout = QUESTION;
            options.attempts = 1;
            options.cache_size = REMEMBERED;
            builder.build().ok()
        };
        self.resolver.get_or_init(made).await.as_ref()
    }
}

#[async_trait]
impl MailDomains for NameServers {
    async fn ask(&self, domains: &[String]) -> Vec<TakesMail> {
        let mut known: HashMap<String, TakesMail> = HashMap::new();
        if let Some(resolver) = self.resolver().await {
            let asked = stream::iter(domains.to_vec()).map(|domain| async move {
                let answer = one(resolver, &domain).await;
                (domain, answer)
            });
            let mut asked = std::pin::pin!(asked.buffer_unordered(AT_ONCE));
            // Whatever is known by then is told; the rest is not.
            let _ = timeout(PATIENCE, async {
                while let Some((domain, answer)) = asked.next().await {
                    known.insert(domain, answer);
                }
            })
            .await;
        }
        let answer = |domain: &String| known.get(domain.as_str()).copied().unwrap_or(TakesMail::Unknown);
        domains.iter().map(answer).collect()
    }
}

/// What is there of one kind.
enum Records {
    /// These.
    Some(Vec<RData>),
    /// The domain is there, and has none.
    None,
    /// There is no such domain.
    NoDomain,
    /// Nobody said.
    Unknown,
}

/// RFC 5321, section 5.1; RFC 7505.
async fn one(resolver: &TokioResolver, domain: &str) -> TakesMail {
    // With the root behind it: no search list of the machine is to be tried.
    let Ok(name) = Name::from_ascii(format!("{domain}.")) else { return TakesMail::Unknown };
    match records(resolver, &name, RecordType::MX).await {
        Records::Some(records) => {
            let takes = |record: &RData| matches!(record, RData::MX(mx) if !mx.exchange.is_root());
            if records.iter().any(takes) { TakesMail::Yes } else { TakesMail::No }
        }
        Records::NoDomain => TakesMail::No,
        Records::Unknown => TakesMail::Unknown,
        Records::None => {
            for kind in [RecordType::A, RecordType::AAAA] {
                match records(resolver, &name, kind).await {
                    Records::Some(_) => return TakesMail::Yes,
                    Records::Unknown => return TakesMail::Unknown,
                    Records::None | Records::NoDomain => {}
                }
            }
            TakesMail::No
        }
    }
}

async fn records(resolver: &TokioResolver, name: &Name, kind: RecordType) -> Records {
    match resolver.lookup(name.clone(), kind).await {
        Ok(found) => {
            let records = found.answers().iter().filter(|record| record.record_type() == kind);
            let records: Vec<RData> = records.map(|record| record.data.clone()).collect();
            if records.is_empty() { Records::None } else { Records::Some(records) }
        }
        Err(NetError::Dns(DnsError::NoRecordsFound(NoRecords { response_code, .. }))) => {
            match response_code {
                ResponseCode::NXDomain => Records::NoDomain,
                ResponseCode::NoError => Records::None,
                _ => Records::Unknown,
            }
        }
        Err(_) => Records::Unknown,
    }
}
