//! Fetches public documents from hosts that nobody here knows, and from nowhere else.
//!
//! Whoever gives a badge chooses what is fetched, so nothing that an address, a name server or a web server says is
//! believed: only `https` on port 443, only names, only if every address of the name is public, and the connection goes
//! to the very address that was checked. A redirect is a new address and is checked anew. Time, bytes and the number of
//! fetches are bounded.
#![warn(missing_docs)]

mod address;
mod exchange;
#[cfg(any(test, feature = "loopback"))]
mod loopback;
mod network;
mod request;
mod target;
#[cfg(test)]
mod tests;
mod trust;

#[cfg(any(test, feature = "loopback"))]
pub use self::loopback::Loopback;
#[cfg(any(test, feature = "loopback"))]
pub use tokio_rustls::rustls::pki_types::CertificateDer;

pub use self::{
    network::{Network, Stream},
    request::{FETCH_TIME, FETCHES_A_REQUEST, REDIRECTS, REQUEST_TIME, Request},
};

use self::{network::Internet, trust::Trust};

/// Whether anything is fetched at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// As the laws of this crate allow.
    On,
    /// Every fetch is refused, before a name is looked up.
    Off,
}

/// Lives as long as the process. It costs nothing until the first fetch: only then the trusted roots are read, from
/// `SSL_CERT_FILE` if that is set, else from where the platform keeps them.
#[derive(Debug)]
pub struct Fetcher {
    switch: Switch,
    network: Box<dyn Network>,
    trust: Trust,
}

impl Fetcher {
    /// Fetches from the internet, or not at all.
    pub fn new(switch: Switch) -> Self {
        Self { switch, network: Box::new(Internet::default()), trust: Trust::of_platform() }
    }

    /// Refuses everything.
    pub fn off() -> Self {
        Self::new(Switch::Off)
    }

    /// Fetches from a net of one's own, whose servers are certified by these roots alone. Every law stays in force: the
    /// net says which public addresses a name has, and where on this machine they are.
    ///
    /// For tests and for one machine. What goes to the cloud is built without the feature `loopback`.
    #[cfg(any(test, feature = "loopback"))]
    pub fn over(network: impl Network + 'static, roots: Vec<CertificateDer<'static>>) -> Self {
        Self { switch: Switch::On, network: Box::new(network), trust: Trust::of(roots) }
    }

    /// What one incoming request may fetch.
    pub fn request(&self) -> Request<'_> {
        Request::new(self)
    }
}

impl verifier::web::Outside for Fetcher {
    fn request(&self) -> Box<dyn verifier::web::Web + '_> {
        Box::new(Self::request(self))
    }
}
