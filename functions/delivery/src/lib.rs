//! Delivery: what became of the mails, as SES tells it through an SNS topic.
//!
//! Who may call: the function's own policy names the SNS service and this one topic, and the topic lets SES publish for this one
//! configuration set. So the platform has authenticated every call before it comes here. The topic that a record names is compared all
//! the same, so that a test event, or another topic that somebody subscribes by mistake, does not count.
//!
//! The signature that SNS puts into each record is not checked. It would prove the same once more: whoever can call the function past SNS
//! needs `lambda:InvokeFunction` in this account, and with it may as well change the function. The price would be fetching a certificate
//! from the web in a function that needs nothing else of it, and failing whenever that fails.
#![warn(missing_docs)]

mod event;

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;
use shomei_core::{
    delivery::{self, Applied, MailEvent, Ports},
    ports::{Clock, Entropy, Table},
    store::Failure,
};
use shomei_http::metrics::{self, Metric};

pub use self::event::{Refusal, Told, read};

/// What a call came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Heard {
    /// Events that are on record now.
    pub applied: usize,
    /// Events that were on record before, or are older than what is kept.
    pub known: usize,
    /// Events of which nothing is kept: how a mail fared that is about no badge, unless nobody can be reached at its address.
    pub not_kept: usize,
    /// Events about badges that are not known here.
    pub unknown_badge: usize,
    /// What is not about the delivery of a mail.
    pub ignored: usize,
}

/// The function with its ports.
pub struct Delivery {
    table: Arc<dyn Table>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    topic: String,
}

impl std::fmt::Debug for Delivery {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Delivery")
    }
}

impl Delivery {
    /// The function on these ports. It hears what comes from this topic, by its ARN.
    pub fn new(
        table: Arc<dyn Table>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        topic: impl Into<String>,
    ) -> Self {
        Self { table, clock, entropy, topic: topic.into() }
    }

    /// Puts on record what the records of a call say. One that cannot be read does not keep the others from being put there.
    ///
    /// # Errors
    /// [`Failure`], after all that can be done is done. The platform calls again with the same records, which is harmless, and at last
    /// leaves them to a queue: [`Failure::TryAgain`] if the store did not answer, [`Failure::NeedsPerson`] if records were refused.
    /// Their content is told to nobody.
    pub async fn handle(&self, call: Value) -> Result<Heard, Failure> {
        let outcome = self.hear(call).await;
        outcome.inspect_err(|failure| {
            tracing::error!(cause = %failure, kind = failure.kind(), "events could not be put on record");
        })
    }

    async fn hear(&self, call: Value) -> Result<Heard, Failure> {
        let records = event::records(call).map_err(|refusal| {
            metrics::count(Metric::EventsRefused, 1);
            Failure::NeedsPerson(format!("the call is none of SNS: {}", refusal.code()))
        })?;
        let (mut heard, mut failure, mut refused) = (Heard::default(), None::<Failure>, Vec::new());
        for record in records {
            match read(record, &self.topic) {
                Ok(Told::Event(event)) => match self.apply(&event).await {
                    Ok(Applied::Now) => heard.applied += 1,
                    Ok(Applied::Before) => heard.known += 1,
                    Ok(Applied::NotKept) => heard.not_kept += 1,
                    Ok(Applied::UnknownBadge) => heard.unknown_badge += 1,
                    Err(error) => {
                        failure = Some(match failure {
                            Some(first) => first.or_rather(error),
                            None => error,
                        });
                    }
                },
                Ok(Told::Nothing) => heard.ignored += 1,
                Err(refusal) => refused.push(refusal.code()),
            }
        }
        tell(heard, refused.len());
        let refusal = refused.first().map(|first| {
            Failure::NeedsPerson(format!("refused events: {}, the first one as {first}", refused.len()))
        });
        match (failure, refusal) {
            (Some(failure), Some(refusal)) => Err(failure.or_rather(refusal)),
            (Some(failure), None) | (None, Some(failure)) => Err(failure),
            (None, None) => Ok(heard),
        }
    }

    async fn apply(&self, event: &MailEvent) -> Result<Applied, Failure> {
        let ports = Ports { table: &*self.table, clock: &*self.clock, entropy: &*self.entropy };
        let applied = delivery::apply(ports, event).await?;
        // Told twice it is counted once, as far as that can be known.
        if applied != Applied::Before {
            metrics::count_as(Metric::MailEvents, event.happened.name(), 1);
        }
        Ok(applied)
    }
}

/// What is not the rule. Events come by the thousand: a line of noughts for each would say nothing, and cost something.
fn tell(heard: Heard, refused: usize) {
    if refused > 0 {
        metrics::count(Metric::EventsRefused, refused);
    }
    if heard.unknown_badge > 0 {
        metrics::count(Metric::EventsOfUnknownBadges, heard.unknown_badge);
        tracing::warn!(events = heard.unknown_badge, "events are about badges that are not known here");
    }
}
