//! What one document may make us fetch, and what was already fetched for it.

use std::{collections::HashMap, sync::Arc};

use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use crate::{
    json::{self, JsonError},
    report::Unavailable,
    web::{FETCHES_A_DOCUMENT, Fetched, Web, WebError},
};

/// One judgement's view of the web.
pub(crate) struct Session<'a> {
    web: &'a dyn Web,
    /// When it is judged.
    pub(crate) at: Timestamp,
    answers: HashMap<String, Result<Arc<Fetched>, WebError>>,
}

impl<'a> Session<'a> {
    pub(crate) fn new(web: &'a dyn Web, at: Timestamp) -> Self {
        Self { web, at, answers: HashMap::new() }
    }

    /// The answer of an address without its fragment; the same as before, if it was asked before.
    pub(crate) async fn get(&mut self, url: &str) -> Result<Arc<Fetched>, WebError> {
        let url = without_fragment(url);
        if origin(url).is_none() {
            return Err(WebError::Forbidden);
        }
        if let Some(answer) = self.answers.get(url) {
            return answer.clone();
        }
        if self.answers.len() >= FETCHES_A_DOCUMENT {
            return Err(WebError::TooMany);
        }
        let answer = self.web.get(url).await.map(Arc::new);
        self.answers.insert(url.to_owned(), answer.clone());
        answer
    }

    /// The JSON document that an origin vouches for: an answer that another origin gave after a redirect does not count.
    pub(crate) async fn json(&mut self, url: &str) -> Result<Value, Unavailable> {
        let answer = self.get(url).await.map_err(Unavailable::Web)?;
        own_document(url, &answer)?;
        json::read(&answer.body).map_err(|error| match error {
            JsonError::TooLong => Unavailable::Web(WebError::TooLong),
            JsonError::Malformed => Unavailable::NotTheDocument("not JSON".to_owned()),
        })
    }
}

/// Whether it is a document, from the origin that was asked.
pub(crate) fn own_document(url: &str, answer: &Fetched) -> Result<(), Unavailable> {
    if answer.status != 200 {
        return Err(Unavailable::Status(answer.status));
    }
    own_origin(url, answer)
}

/// Whether the origin that was asked has answered.
pub(crate) fn own_origin(url: &str, answer: &Fetched) -> Result<(), Unavailable> {
    let from = origin(&answer.url);
    if from.is_some() && from == origin(url) {
        Ok(())
    } else {
        Err(Unavailable::NotTheDocument(format!("redirected to {}", answer.url)))
    }
}

/// Scheme, host and port of an https address without a user name. On one machine, as for `did:web` in `openbadges`,
/// `http://localhost` counts as well: whether it is fetched is for the port to say.
pub(crate) fn origin(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let safe = match url.scheme() {
        "https" => true,
        "http" => url.host_str().is_some_and(is_this_machine),
        _ => false,
    };
    let plain = url.username().is_empty() && url.password().is_none();
    (safe && plain).then(|| url.origin().ascii_serialization())
}

/// The names under which a machine reaches itself.
pub(crate) fn is_this_machine(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1")
}

/// What stands in front of `#`.
pub(crate) fn without_fragment(address: &str) -> &str {
    address.split_once('#').map_or(address, |(document, _)| document)
}
