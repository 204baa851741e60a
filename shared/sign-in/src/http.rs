//! How the service is reached: by HTTPS or not at all, for so long, for so many bytes, and never where it redirects to.

use std::{error::Error, fmt, future::Future, pin::Pin, sync::Arc, time::Duration};

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse, http::StatusCode};
use shomei_core::ports::{Cause, SignInError};
use tokio::sync::OnceCell;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};
use url::{Host, Url};

/// How long one answer of the service may take, its last byte included.
pub(crate) const ANSWER_TIME: Duration = Duration::from_secs(6);

/// A longer answer is none. The longest are the keys of large services, some 20 KB.
const LONGEST_ANSWER: usize = 256 * 1024;

/// Why there is no answer. Names no address: the service's own words are not repeated.
#[derive(Debug)]
pub(crate) enum NoAnswer {
    /// The service's configuration leads where nothing may be sent.
    NotHttps,
    /// The connection failed.
    Lost,
    /// It took too long.
    Late,
    /// It was too long.
    Endless,
    /// The service says that something is wrong with itself.
    Failing(StatusCode),
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotHttps => formatter.write_str("an address without HTTPS"),
            Self::Lost => formatter.write_str("no connection, or it broke"),
            Self::Late => formatter.write_str("too late"),
            Self::Endless => formatter.write_str("too long"),
            Self::Failing(status) => write!(formatter, "status {}", status.as_u16()),
        }
    }
}

impl Error for NoAnswer {}

/// Which addresses the service may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Only by HTTPS, on any host: a service may give tokens elsewhere than it asks.
    Https,
    /// It is on this very machine: also in plain HTTP, but then only here.
    ThisMachine,
}

impl Reach {
    /// What an issuer of this address may use. None: it is reached by neither.
    pub(crate) fn of(issuer: &Url) -> Option<Self> {
        match issuer.scheme() {
            "https" => Some(Self::Https),
            "http" if is_here(issuer) => Some(Self::ThisMachine),
            _ => None,
        }
    }

    /// Whether something may be sent there, by us or by a browser.
    pub(crate) fn allows(self, address: &Url) -> bool {
        match address.scheme() {
            "https" => true,
            "http" => self == Self::ThisMachine && is_here(address),
            _ => false,
        }
    }
}

/// Whether no byte to this address leaves the machine.
fn is_here(address: &Url) -> bool {
    match address.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The client. It is made when it is first needed: most requests of the office sign nobody in, and roots take time to read.
pub(crate) struct Http {
    reach: Reach,
    client: OnceCell<reqwest::Client>,
}

impl Http {
    pub(crate) fn new(reach: Reach) -> Self {
        Self { reach, client: OnceCell::new() }
    }

    pub(crate) fn reach(&self) -> Reach {
        self.reach
    }

    /// Ready to ask.
    pub(crate) async fn ready(&self) -> Result<Asking, SignInError> {
        let client = self.client.get_or_try_init(|| async { self.make() }).await?;
        Ok(Asking { client: client.clone(), reach: self.reach })
    }

    fn make(&self) -> Result<reqwest::Client, SignInError> {
        let fault = |error: &dyn fmt::Display| {
            SignInError::Unavailable(Cause::new(format!("TLS cannot be set up: {error}")))
        };
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let tls = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| fault(&error))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        reqwest::Client::builder()
            .use_preconfigured_tls(tls)
            .https_only(self.reach == Reach::Https)
            // The service's configuration names its addresses; whoever could redirect could name others.
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(ANSWER_TIME)
            .build()
            .map_err(|error| fault(&error))
    }
}

/// Asks the service for the library.
pub(crate) struct Asking {
    client: reqwest::Client,
    reach: Reach,
}

impl Asking {
    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, NoAnswer> {
        let request: reqwest::Request = request.try_into().map_err(|_| NoAnswer::NotHttps)?;
        if !self.reach.allows(request.url()) {
            return Err(NoAnswer::NotHttps);
        }
        let mut answer = self.client.execute(request).await.map_err(|error| lost(&error))?;
        let status = answer.status();
        if status.is_server_error() {
            return Err(NoAnswer::Failing(status));
        }
        let headers = std::mem::take(answer.headers_mut());
        let mut body = Vec::new();
        while let Some(bytes) = answer.chunk().await.map_err(|error| lost(&error))? {
            if body.len() + bytes.len() > LONGEST_ANSWER {
                return Err(NoAnswer::Endless);
            }
            body.extend_from_slice(&bytes);
        }
        let mut answer = HttpResponse::new(body);
        *answer.status_mut() = status;
        *answer.headers_mut() = headers;
        Ok(answer)
    }
}

impl<'c> AsyncHttpClient<'c> for Asking {
    type Error = NoAnswer;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, NoAnswer>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}

fn lost(error: &reqwest::Error) -> NoAnswer {
    if error.is_timeout() { NoAnswer::Late } else { NoAnswer::Lost }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_reached_without_https() {
        let reach = |issuer: &str| Reach::of(&issuer.parse().unwrap());
        assert_eq!(reach("https://login.example.jp"), Some(Reach::Https));
        assert_eq!(reach("https://localhost/"), Some(Reach::Https));
        for here in ["http://localhost:9000", "http://127.0.0.1:9000/realm", "http://[::1]:9000/"] {
            assert_eq!(reach(here), Some(Reach::ThisMachine), "{here}");
        }
        for elsewhere in [
            "http://login.example.jp",
            "http://localhost.example.jp",
            "http://127.0.0.1.example.jp",
            "http://10.0.0.1",
            "ftp://localhost",
            "data:text/plain,x",
        ] {
            assert_eq!(reach(elsewhere), None, "{elsewhere}");
        }
    }

    #[test]
    fn no_configuration_leads_out_of_https_or_off_this_machine() {
        let allows = |reach: Reach, address: &str| reach.allows(&address.parse().unwrap());
        for reach in [Reach::Https, Reach::ThisMachine] {
            assert!(allows(reach, "https://tokens.example.com/token"));
            for never in ["http://tokens.example.com/token", "javascript:alert(1)", "file:///etc/passwd"] {
                assert!(!allows(reach, never), "{reach:?} {never}");
            }
        }
        assert!(!allows(Reach::Https, "http://localhost/token"));
        assert!(allows(Reach::ThisMachine, "http://localhost:9000/token"));
    }
}
