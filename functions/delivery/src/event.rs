//! What SNS hands over, and what SES writes into it. (AWS Lambda, "Invoking Lambda functions with Amazon SNS notifications"; Amazon SES,
//! "Contents of event data that Amazon SES publishes to Amazon SNS".)
//!
//! Only what is needed is read. Headers, subjects and the words of other mail systems are passed over.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use shomei_core::{
    address::MailAddress,
    badge::BadgeId,
    delivery::{
        Bounce, BounceClass, BounceKind, Complaint, Delay, DelayKind, Happened, MailEvent, MessageId,
        StatusCode,
    },
    ports::MailKind,
};

/// What SES says, once, to a topic that it was told to publish to.
const GREETING: &str = "Successfully validated SNS topic for Amazon SES event publishing.";

/// The tags that we put on mails: what each is for, and its badge.
const KIND: &str = "mail";
const BADGE: &str = "badge";

/// Why a record is not put on record. Nothing of what it says is part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is no notification of SNS.
    #[error("it is no notification of SNS")]
    NotANotification,
    /// It comes from another topic.
    #[error("it comes from another topic")]
    ForeignTopic,
    /// Its message is no event of SES, or lacks what every event has.
    #[error("its message is no event of SES")]
    NotAnEvent,
    /// It names a mail, a badge or a recipient in a form that none has.
    #[error("it names something in a form that nothing has")]
    BadName,
}

impl Refusal {
    /// Its name, in kebab-case, for the log.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotANotification => "not-a-notification",
            Self::ForeignTopic => "foreign-topic",
            Self::NotAnEvent => "not-an-event",
            Self::BadName => "bad-name",
        }
    }
}

/// What a record says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// Something happened to a mail.
    Event(Box<MailEvent>),
    /// Nothing about the delivery of a mail.
    Nothing,
}

#[derive(Deserialize)]
struct Call {
    #[serde(rename = "Records")]
    records: Vec<Value>,
}

#[derive(Deserialize)]
struct Record {
    #[serde(rename = "EventSource")]
    source: String,
    #[serde(rename = "Sns")]
    sns: Notification,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Notification {
    topic_arn: String,
    message: String,
}

/// The records of a call.
///
/// # Errors
/// [`Refusal::NotANotification`] if it has none.
pub(crate) fn records(call: Value) -> Result<Vec<Value>, Refusal> {
    let call: Call = serde_json::from_value(call).map_err(|_| Refusal::NotANotification)?;
    Ok(call.records)
}

/// What one record of this topic says.
///
/// # Errors
/// [`Refusal`], before anything of a foreign record was read.
pub fn read(record: Value, topic: &str) -> Result<Told, Refusal> {
    let record: Record = serde_json::from_value(record).map_err(|_| Refusal::NotANotification)?;
    if record.source != "aws:sns" {
        return Err(Refusal::NotANotification);
    }
    if record.sns.topic_arn != topic {
        return Err(Refusal::ForeignTopic);
    }
    let message = record.sns.message;
    if message.trim() == GREETING {
        return Ok(Told::Nothing);
    }
    let event: Event = serde_json::from_str(&message).map_err(|_| Refusal::NotAnEvent)?;
    Ok(match event.happened()? {
        Some(happened) => Told::Event(Box::new(event.mail.about(happened)?)),
        None => Told::Nothing,
    })
}

/// Of its parts one is there: the one that its type names.
#[expect(clippy::struct_field_names, reason = "so the mail service names them")]
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    event_type: String,
    mail: Mail,
    delivery: Option<Delivered>,
    delivery_delay: Option<Delayed>,
    bounce: Option<Bounced>,
    complaint: Option<Complained>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mail {
    timestamp: Timestamp,
    message_id: String,
    destination: Vec<String>,
    #[serde(default)]
    tags: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
struct Delivered {
    timestamp: Timestamp,
}

#[expect(clippy::struct_field_names, reason = "so the mail service names them")]
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Delayed {
    timestamp: Timestamp,
    delay_type: String,
    #[serde(default)]
    delayed_recipients: Vec<Recipient>,
}

#[expect(clippy::struct_field_names, reason = "so the mail service names them")]
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bounced {
    timestamp: Timestamp,
    bounce_type: String,
    bounce_sub_type: String,
    #[serde(default)]
    bounced_recipients: Vec<Recipient>,
}

/// Whose address this is may be another system's word. We sent the mail to one recipient, whom the mail itself names.
#[derive(Deserialize)]
struct Recipient {
    status: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Complained {
    timestamp: Timestamp,
    complaint_sub_type: Option<String>,
    complaint_feedback_type: Option<String>,
}

impl Event {
    /// None: it is of a sort that we do not ask for, or takes a complaint back.
    fn happened(&self) -> Result<Option<Happened>, Refusal> {
        let missing = Refusal::NotAnEvent;
        Ok(Some(match self.event_type.as_str() {
            "Send" => Happened::Sent,
            "Delivery" => Happened::Delivered { at: self.delivery.as_ref().ok_or(missing)?.timestamp },
            "DeliveryDelay" => Happened::Delayed(self.delivery_delay.as_ref().ok_or(missing)?.delay()),
            "Bounce" => Happened::Bounced(self.bounce.as_ref().ok_or(missing)?.bounce()?),
            "Complaint" => match self.complaint.as_ref().ok_or(missing)?.complaint() {
                Some(complaint) => Happened::Complained(complaint),
                None => return Ok(None),
            },
            "Reject" => Happened::Rejected,
            "Rendering Failure" => Happened::NotRendered,
            _ => return Ok(None),
        }))
    }
}

impl Delayed {
    fn delay(&self) -> Delay {
        let code = code(&self.delayed_recipients);
        Delay { at: self.timestamp, kind: DelayKind::of(&self.delay_type), code }
    }
}

impl Bounced {
    fn bounce(&self) -> Result<Bounce, Refusal> {
        let class = match self.bounce_type.as_str() {
            "Permanent" => BounceClass::Permanent,
            "Transient" => BounceClass::Transient,
            "Undetermined" => BounceClass::Undetermined,
            _ => return Err(Refusal::NotAnEvent),
        };
        let (kind, code) = (BounceKind::of(&self.bounce_sub_type), code(&self.bounced_recipients));
        Ok(Bounce { at: self.timestamp, class, kind, code })
    }
}

impl Complained {
    /// None: the report says that a mail was taken for junk by mistake.
    fn complaint(&self) -> Option<Complaint> {
        let of_earlier_mail = self.complaint_sub_type.as_deref() == Some("OnAccountSuppressionList");
        let is_one = self.complaint_feedback_type.as_deref() != Some("not-spam");
        is_one.then_some(Complaint { at: self.timestamp, of_earlier_mail })
    }
}

/// The first code that has the form of one.
fn code(recipients: &[Recipient]) -> Option<StatusCode> {
    recipients.iter().find_map(|recipient| StatusCode::parse(recipient.status.as_deref()?.trim()))
}

impl Mail {
    fn about(&self, happened: Happened) -> Result<MailEvent, Refusal> {
        let tag = |name: &str| self.tags.get(name).and_then(|values| values.first()).map(String::as_str);
        let badge = tag(BADGE).map(|badge| BadgeId::parse(badge).ok_or(Refusal::BadName)).transpose()?;
        let recipient = |address: &String| MailAddress::mend(address).map(|mended| mended.address);
        let recipients = self.destination.iter().map(recipient).collect::<Result<Vec<_>, _>>();
        let recipients = recipients.ok().filter(|recipients| !recipients.is_empty());
        Ok(MailEvent {
            message: MessageId::parse(&self.message_id).ok_or(Refusal::BadName)?,
            kind: tag(KIND).and_then(MailKind::parse),
            badge,
            mailed_at: self.timestamp,
            recipients: recipients.ok_or(Refusal::BadName)?,
            happened,
        })
    }
}
