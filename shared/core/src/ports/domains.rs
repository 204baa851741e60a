//! Where mail can arrive.

use async_trait::async_trait;

/// What is known of mail at a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TakesMail {
    /// A server is named that takes it.
    Yes,
    /// The domain does not exist, names no server, or says that it takes no mail.
    No,
    /// Nobody answered in time, or nobody was asked.
    Unknown,
}

/// Says whether mail can arrive at domains. Laws: one answer a domain, in order; all of them within a few seconds, whatever the
/// network does; never `No` where mail could arrive (RFC 5321, section 5.1: a domain without MX records takes mail at its own
/// address; RFC 7505: a null MX takes none).
#[async_trait]
pub trait MailDomains: Send + Sync {
    /// What is known of domains, in lower case and ASCII.
    async fn ask(&self, domains: &[String]) -> Vec<TakesMail>;
}

/// Asks nobody: where the network must not be asked.
#[derive(Debug, Clone, Copy, Default)]
pub struct AskNobody;

#[async_trait]
impl MailDomains for AskNobody {
    async fn ask(&self, domains: &[String]) -> Vec<TakesMail> {
        vec![TakesMail::Unknown; domains.len()]
    }
}
