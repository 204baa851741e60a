//! The port to the web.

use async_trait::async_trait;

/// The most that is read of one answer, in bytes.
pub const MAX_BYTES: usize = 256 * 1024;

/// How many addresses one document may make us fetch.
pub const FETCHES_A_DOCUMENT: usize = 8;

/// An answer, whatever its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The address that answered, after redirects.
    pub url: String,
    /// Such as 200 or 410.
    pub status: u16,
    /// The `Content-Type`, without parameters, in lower case; empty if there was none.
    pub media_type: String,
    /// At most [`MAX_BYTES`].
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WebError {
    /// Fetching is switched off here.
    #[error("fetching is switched off")]
    Off,
    /// Not an address that is fetched from: not https, another port, a user name, or a host inside of a network.
    #[error("the address is not one that is fetched from")]
    Forbidden,
    /// The host is not found, does not answer in time, or not as a web server.
    #[error("there was no answer")]
    NoAnswer,
    /// The answer is longer than is read.
    #[error("the answer is too long")]
    TooLong,
    /// This document or this request has used up what it may fetch.
    #[error("too much would have to be fetched")]
    TooMany,
}

/// Fetches public documents. Laws: only `GET`, without cookies or credentials; an address that names, resolves to or
/// redirects to anything but a public host is [`WebError::Forbidden`]; never more than [`MAX_BYTES`]; an answer comes or
/// fails within seconds.
#[async_trait]
pub trait Web: Send + Sync {
    /// The answer of an absolute `https` address.
    async fn get(&self, url: &str) -> Result<Fetched, WebError>;
}

/// Gives each request its own way to the web: what one may fetch is bounded, and what it fetched holds for all of it.
pub trait Outside: Send + Sync {
    /// The web as one request sees it.
    fn request(&self) -> Box<dyn Web + '_>;
}
