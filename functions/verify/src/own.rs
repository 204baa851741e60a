//! The web as a judged badge sees it: what is ours is answered here, without leaving the process.

use async_trait::async_trait;
use lambda_http::{
    Body,
    http::{self, header},
};
use verifier::web::{Fetched, MAX_BYTES, Web, WebError};

use crate::Verify;

/// As a program asks that wants documents, not pages.
const ACCEPT: &str = "application/vc+ld+json, application/ld+json, application/json, image/png;q=0.9";

/// Our own documents, and behind them the web.
pub(crate) struct OwnFirst<'a> {
    pub(crate) verify: &'a Verify,
    pub(crate) outside: Box<dyn Web + 'a>,
}

#[async_trait]
impl Web for OwnFirst<'_> {
    async fn get(&self, url: &str) -> Result<Fetched, WebError> {
        match self.verify.own_path(url) {
            Some(path) => self.own(url, path).await,
            None => self.outside.get(url).await,
        }
    }
}

impl OwnFirst<'_> {
    async fn own(&self, url: &str, path: &str) -> Result<Fetched, WebError> {
        let path = path.split('#').next().unwrap_or_default();
        let request = http::Request::get(if path.is_empty() { "/" } else { path })
            .header(header::ACCEPT, ACCEPT)
            .body(Body::Empty)
            .map_err(|_| WebError::Forbidden)?;
        let response = self.verify.answer(&request).await;
        let media_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type = media_type.unwrap_or_default().split(';').next().unwrap_or_default();
        let fetched = Fetched {
            url: url.to_owned(),
            status: response.status().as_u16(),
            media_type: media_type.trim().to_ascii_lowercase(),
            body: response.body().to_vec(),
        };
        if fetched.body.len() > MAX_BYTES { Err(WebError::TooLong) } else { Ok(fetched) }
    }
}

impl Verify {
    /// The path of an address of ours. `did:web` names hosts and no scheme, so on one machine either is ours.
    pub(crate) fn own_path<'u>(&self, url: &'u str) -> Option<&'u str> {
        let authority = |url: &'u str| url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let base = self.programme.base_url();
        let host = base.split_once("://").map_or(base, |(_, host)| host);
        let rest = authority(url)?.strip_prefix(host)?;
        (rest.is_empty() || rest.starts_with(['/', '?', '#'])).then_some(rest)
    }
}
