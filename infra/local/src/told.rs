//! What SES would tell of a mail, through SNS. On one machine nobody does, so the outbox and `bounce` say it, in the same words.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use shomei_core::ports::MailKind;

/// The topic that recorded events come from.
pub(crate) const TOPIC: &str = "arn:aws:sns:ap-northeast-1:123456789012:shomei-mail-events";

/// So late a delay is told of that a person has to look.
const LATE: SignedDuration = SignedDuration::from_hours(8);

/// The mail that is told of.
#[derive(Clone)]
pub(crate) struct Mailed {
    pub(crate) message: String,
    pub(crate) at: Timestamp,
    pub(crate) to: String,
    pub(crate) kind: MailKind,
    pub(crate) badge: Option<String>,
}

/// What became of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Sent,
    Delivered,
    Delayed,
    Bounced,
    Returned,
    Complained,
    Rejected,
}

impl Mailed {
    /// An event of SES. (Amazon SES, "Examples of event data that Amazon SES publishes to Amazon SNS".)
    pub(crate) fn event(&self, fate: Fate, now: Timestamp) -> Value {
        let mut tags = json!({ "ses:configuration-set": ["shomei"], "mail": [self.kind.name()] });
        if let (Some(badge), Some(tags)) = (&self.badge, tags.as_object_mut()) {
            tags.insert("badge".to_owned(), json!([badge]));
        }
        let mail = json!({
            "timestamp": self.at,
            "messageId": self.message,
            "destination": [self.to],
            "headersTruncated": false,
            "tags": tags,
        });
        let bounce = |class: &str, kind: &str, code: &str| {
            let recipients = json!([{ "emailAddress": self.to, "action": "failed", "status": code }]);
            json!({
                "bounceType": class, "bounceSubType": kind, "bouncedRecipients": recipients, "timestamp": now,
            })
        };
        let recipient = json!([{ "emailAddress": self.to }]);
        let late = self.at.checked_add(LATE).unwrap_or(now).max(now);
        let (name, part, content) = match fate {
            Fate::Sent => ("Send", "send", json!({})),
            Fate::Delivered => ("Delivery", "delivery", json!({ "timestamp": now, "recipients": [self.to] })),
            Fate::Delayed => {
                let delayed = json!([{ "emailAddress": self.to, "status": "4.4.1" }]);
                let kind = "TransientCommunicationFailure";
                let delay = json!({ "timestamp": late, "delayType": kind, "delayedRecipients": delayed });
                ("DeliveryDelay", "deliveryDelay", delay)
            }
            Fate::Bounced => ("Bounce", "bounce", bounce("Permanent", "NoEmail", "5.1.1")),
            Fate::Returned => ("Bounce", "bounce", bounce("Transient", "MailboxFull", "4.2.2")),
            Fate::Complained => {
                let kind = "abuse";
                let complaint = json!({
                    "timestamp": now, "complainedRecipients": recipient, "complaintFeedbackType": kind,
                });
                ("Complaint", "complaint", complaint)
            }
            Fate::Rejected => ("Reject", "reject", json!({ "reason": "Bad content" })),
        };
        json!({ "eventType": name, "mail": mail, part: content })
    }
}

/// The events as SNS hands them to the function.
pub(crate) fn call(events: &[Value]) -> Value {
    let record = |event: &Value| {
        json!({
            "EventSource": "aws:sns",
            "EventVersion": "1.0",
            "Sns": { "Type": "Notification", "TopicArn": TOPIC, "Message": event.to_string() },
        })
    };
    json!({ "Records": events.iter().map(record).collect::<Vec<_>>() })
}

/// What was not told of yet. It goes with the process: who waits for it has a mail to look at.
#[derive(Default)]
pub(crate) struct Untold(Mutex<Vec<Value>>);

impl Untold {
    pub(crate) fn add(&self, events: impl IntoIterator<Item = Value>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(events);
    }

    pub(crate) fn take(&self) -> Vec<Value> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
