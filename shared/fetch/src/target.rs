//! Which addresses are fetched from, as far as the text tells.

use tokio_rustls::rustls::pki_types::DnsName;
use url::{Host, Position, Url};
use verifier::web::WebError;

/// The longest address, in bytes.
const LONGEST: usize = 4096;

/// Names that only a network inside knows.
const INSIDE: [&str; 11] = [
    "localhost",
    "localdomain",
    "local",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "home.arpa",
    "onion",
];

/// An address that may be fetched, if its host is public.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Target {
    url: Url,
    name: DnsName<'static>,
}

impl Target {
    pub(crate) fn parse(address: &str) -> Result<Self, WebError> {
        Self::check(address, Url::parse)
    }

    /// Where a redirect from here leads.
    pub(crate) fn redirected(&self, location: &str) -> Result<Self, WebError> {
        Self::check(location, |location| self.url.join(location))
    }

    fn check(address: &str, parse: impl Fn(&str) -> Result<Url, url::ParseError>) -> Result<Self, WebError> {
        // What browsers forgive, others may read as another address.
        let forgiven =
            |character: char| character.is_ascii_control() || character.is_whitespace() || character == '\\';
        if address.len() > LONGEST || address.contains(forgiven) {
            return Err(WebError::Forbidden);
        }
        let mut url = parse(address).map_err(|_| WebError::Forbidden)?;
        url.set_fragment(None);
        let plain = url.scheme() == "https"
            && url.port().is_none()
            && url.username().is_empty()
            && url.password().is_none()
            && url.as_str().len() <= LONGEST;
        let name = match url.host() {
            Some(Host::Domain(name)) if plain => public_name(name).ok_or(WebError::Forbidden)?,
            // An address instead of a name, however it is spelt.
            _ => return Err(WebError::Forbidden),
        };
        Ok(Self { url, name })
    }

    /// The address, without fragment.
    pub(crate) fn as_str(&self) -> &str {
        self.url.as_str()
    }

    /// The host's name, without the dot at its end.
    pub(crate) fn name(&self) -> &DnsName<'static> {
        &self.name
    }

    /// The host as the address has it.
    pub(crate) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    pub(crate) fn path_and_query(&self) -> &str {
        &self.url[Position::BeforePath..Position::AfterQuery]
    }
}

/// A name of at least two labels that the public DNS could know.
fn public_name(host: &str) -> Option<DnsName<'static>> {
    let name = host.strip_suffix('.').unwrap_or(host);
    let is_under =
        |end: &str| name.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    if !name.contains('.') || name.ends_with('.') || INSIDE.into_iter().any(is_under) {
        return None;
    }
    DnsName::try_from(name.to_owned()).ok()
}
