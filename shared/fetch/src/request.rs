//! What one incoming request may fetch.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use tokio::{
    sync::OnceCell,
    time::{Instant, timeout_at},
};
use verifier::web::{Fetched, Web, WebError};

use crate::{
    Fetcher, Switch,
    exchange::{Answer, exchange},
    target::Target,
};

/// How many hosts one request may make us ask. A redirect counts as well.
pub const FETCHES_A_REQUEST: usize = 32;
/// How long all fetches of one request may take, from the first on.
pub const REQUEST_TIME: Duration = Duration::from_secs(20);
/// How long one fetch may take, redirects included.
pub const FETCH_TIME: Duration = Duration::from_secs(3);
/// How many redirects one fetch follows.
pub const REDIRECTS: usize = 3;

/// What came of one address.
type Outcome = Result<Fetched, WebError>;

/// The web as one incoming request sees it. An address is fetched once, and what came of it holds for the whole request,
/// so that all checks look at the same document.
#[derive(Debug)]
pub struct Request<'a> {
    fetcher: &'a Fetcher,
    first: OnceLock<Instant>,
    asked: AtomicUsize,
    known: Mutex<HashMap<Target, Arc<OnceCell<Outcome>>>>,
}

#[async_trait]
impl Web for Request<'_> {
    async fn get(&self, url: &str) -> Outcome {
        if self.fetcher.switch == Switch::Off {
            return Err(WebError::Off);
        }
        let target = Target::parse(url)?;
        let known = Arc::clone(
            self.known.lock().unwrap_or_else(PoisonError::into_inner).entry(target.clone()).or_default(),
        );
        known.get_or_init(|| self.fetch(target)).await.clone()
    }
}

impl<'a> Request<'a> {
    pub(crate) fn new(fetcher: &'a Fetcher) -> Self {
        Self { fetcher, first: OnceLock::new(), asked: AtomicUsize::new(0), known: Mutex::default() }
    }

    async fn fetch(&self, target: Target) -> Outcome {
        let now = Instant::now();
        let end = *self.first.get_or_init(|| now) + REQUEST_TIME;
        if end <= now {
            return Err(WebError::TooMany);
        }
        let patience = now + FETCH_TIME;
        let late = if end < patience { WebError::TooMany } else { WebError::NoAnswer };
        timeout_at(patience.min(end), self.follow(target)).await.unwrap_or(Err(late))
    }

    async fn follow(&self, mut target: Target) -> Outcome {
        let tls = self.fetcher.trust.config().await.ok_or(WebError::NoAnswer)?;
        for _ in 0..=REDIRECTS {
            if self.asked.fetch_add(1, Ordering::Relaxed) >= FETCHES_A_REQUEST {
                return Err(WebError::TooMany);
            }
            match exchange(self.fetcher.network.as_ref(), Arc::clone(&tls), &target).await? {
                Answer::Here(fetched) => return Ok(fetched),
                Answer::Elsewhere(next) => target = next,
            }
        }
        Err(WebError::NoAnswer)
    }
}
