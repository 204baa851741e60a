//! A web in memory, and strangers who issue badges on it.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests; each uses its part"
)]

pub(crate) mod documents;
pub(crate) mod keys;

use std::{
    collections::HashMap,
    future::Future,
    pin::pin,
    sync::Mutex,
    task::{Context, Poll, Waker},
};

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;
use verifier::{
    Question,
    report::{Check, Finding, Report, Unavailable, Verdict},
    web::{Fetched, Web, WebError},
};

/// A day on which every sample is in force.
pub(crate) const DAY: &str = "2026-11-03T00:00:00Z";

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// What stands where.
#[derive(Debug, Default)]
pub(crate) struct World {
    answers: HashMap<String, Result<Fetched, WebError>>,
    /// Every address that was asked, in order.
    pub(crate) asked: Mutex<Vec<String>>,
}

#[async_trait]
impl Web for World {
    async fn get(&self, url: &str) -> Result<Fetched, WebError> {
        self.asked.lock().unwrap().push(url.to_owned());
        self.answers.get(url).cloned().unwrap_or(Err(WebError::NoAnswer))
    }
}

impl World {
    pub(crate) fn answer(&mut self, url: &str, status: u16, media_type: &str, body: impl Into<Vec<u8>>) {
        let answer =
            Fetched { url: url.to_owned(), status, media_type: media_type.to_owned(), body: body.into() };
        self.answers.insert(url.to_owned(), Ok(answer));
    }

    pub(crate) fn json(&mut self, url: &str, document: &Value) {
        self.answer(url, 200, "application/json", document.to_string());
    }

    /// Puts a document where its own `id` says that it is.
    pub(crate) fn host(&mut self, document: &Value) {
        self.json(document["id"].as_str().unwrap(), document);
    }

    pub(crate) fn fail(&mut self, url: &str, error: WebError) {
        self.answers.insert(url.to_owned(), Err(error));
    }

    pub(crate) fn remove(&mut self, url: &str) {
        assert!(self.answers.remove(url).is_some(), "{url} stands nowhere");
    }

    /// The same answer, but from somewhere else.
    pub(crate) fn redirect(&mut self, url: &str, to: &str) {
        let answer = self.answers.get_mut(url).unwrap().as_mut().unwrap();
        to.clone_into(&mut answer.url);
    }

    pub(crate) fn judge(&self, file: impl AsRef<[u8]>) -> Report {
        self.judge_on(file, DAY)
    }

    pub(crate) fn judge_on(&self, file: impl AsRef<[u8]>, day: &str) -> Report {
        self.judge_for(file, day, None)
    }

    pub(crate) fn judge_for(&self, file: impl AsRef<[u8]>, day: &str, recipient: Option<&str>) -> Report {
        ready(verifier::judge(Question { file: file.as_ref(), recipient, at: at(day) }, self))
    }

    pub(crate) fn judge_address(&self, url: &str) -> Result<Report, Unavailable> {
        ready(verifier::judge_address(url, None, at(DAY), self)).map(|(report, _)| report)
    }
}

/// Nothing here ever waits.
pub(crate) fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the fake web never waits"),
    }
}

/// That a report is valid, or the whole of it.
pub(crate) fn assert_valid(report: &Report, what: &str) {
    assert_eq!(report.verdict(), Verdict::Valid, "{what}: {report:#?}");
}

/// That one line is as expected, and that it alone would keep the report from being valid.
pub(crate) fn assert_finding(report: &Report, check: Check, expected: &Finding, what: &str) {
    assert_eq!(report.finding(check), expected, "{what}: {report:#?}");
    assert_ne!(report.verdict(), Verdict::Valid, "{what}");
}
