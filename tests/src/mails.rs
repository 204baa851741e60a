//! What SES tells of mails, as SES and SNS write it. (Amazon SES, "Examples of event data that Amazon SES publishes to Amazon SNS".)

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use shomei_core::{
    badge::BadgeId,
    delivery::{
        Bounce, BounceClass, BounceKind, Complaint, Delay, DelayKind, Happened, MailEvent, MessageId,
        StatusCode,
    },
    ports::{Mail, MailKind},
};

/// The topic that the tests' events come from, and the recorded ones.
pub const TOPIC: &str = "arn:aws:sns:ap-northeast-1:123456789012:shomei-mail-events";

/// What SES calls an event, and how a configuration set is told to publish it.
pub const EVENT_TYPES: [(&str, &str); 7] = [
    ("Send", "SEND"),
    ("Delivery", "DELIVERY"),
    ("DeliveryDelay", "DELIVERY_DELAY"),
    ("Bounce", "BOUNCE"),
    ("Complaint", "COMPLAINT"),
    ("Reject", "REJECT"),
    ("Rendering Failure", "RENDERING_FAILURE"),
];

/// The bounces, and what SES calls them.
pub const BOUNCES: [(BounceClass, BounceKind, &str, &str); 11] = [
    (BounceClass::Permanent, BounceKind::General, "Permanent", "General"),
    (BounceClass::Permanent, BounceKind::NoEmail, "Permanent", "NoEmail"),
    (BounceClass::Permanent, BounceKind::Suppressed, "Permanent", "Suppressed"),
    (BounceClass::Permanent, BounceKind::OnAccountSuppressionList, "Permanent", "OnAccountSuppressionList"),
    (BounceClass::Permanent, BounceKind::UnsubscribedRecipient, "Permanent", "UnsubscribedRecipient"),
    (BounceClass::Transient, BounceKind::General, "Transient", "General"),
    (BounceClass::Transient, BounceKind::MailboxFull, "Transient", "MailboxFull"),
    (BounceClass::Transient, BounceKind::MessageTooLarge, "Transient", "MessageTooLarge"),
    (BounceClass::Transient, BounceKind::ContentRejected, "Transient", "ContentRejected"),
    (BounceClass::Transient, BounceKind::AttachmentRejected, "Transient", "AttachmentRejected"),
    (BounceClass::Undetermined, BounceKind::Undetermined, "Undetermined", "Undetermined"),
];

/// The kinds of delays, and what SES calls them.
pub const DELAYS: [(DelayKind, &str); 10] = [
    (DelayKind::InternalFailure, "InternalFailure"),
    (DelayKind::General, "General"),
    (DelayKind::MailboxFull, "MailboxFull"),
    (DelayKind::SpamDetected, "SpamDetected"),
    (DelayKind::RecipientServerError, "RecipientServerError"),
    (DelayKind::IpFailure, "IPFailure"),
    (DelayKind::TransientCommunicationFailure, "TransientCommunicationFailure"),
    (DelayKind::ByoipHostNameLookupUnavailable, "BYOIPHostNameLookupUnavailable"),
    (DelayKind::Undetermined, "Undetermined"),
    (DelayKind::SendingDeferral, "SendingDeferral"),
];

/// A mail came back for good at this moment.
pub fn hard(at: Timestamp) -> Happened {
    let code = StatusCode::parse("5.1.1");
    Happened::Bounced(Bounce { at, class: BounceClass::Permanent, kind: BounceKind::NoEmail, code })
}

/// A mail came back at this moment, because the mailbox is full.
pub fn soft(at: Timestamp) -> Happened {
    let code = StatusCode::parse("4.2.2");
    Happened::Bounced(Bounce { at, class: BounceClass::Transient, kind: BounceKind::MailboxFull, code })
}

/// The reader of a mail called it junk at this moment.
pub fn junk(at: Timestamp) -> Happened {
    Happened::Complained(Complaint { at, of_earlier_mail: false })
}

/// What happened to a mail that was accepted at this moment, under this name.
pub fn event(mail: &Mail, message: &str, mailed_at: Timestamp, happened: Happened) -> MailEvent {
    MailEvent {
        message: MessageId::parse(message).unwrap(),
        kind: Some(mail.kind),
        badge: mail.badge.clone(),
        mailed_at,
        recipients: vec![mail.to.clone()],
        happened,
    }
}

/// A mail's tags, beside those that SES adds.
fn tags(kind: Option<MailKind>, badge: Option<&BadgeId>) -> Value {
    let mut tags = Map::new();
    for (name, value) in [
        ("ses:source-tls-version", "TLSv1.3"),
        ("ses:operation", "SendBulkEmail"),
        ("ses:configuration-set", "shomei"),
        ("ses:source-ip", "192.0.2.7"),
        ("ses:from-domain", "example.jp"),
        ("ses:caller-identity", "shomei-issuance"),
    ] {
        tags.insert(name.to_owned(), json!([value]));
    }
    let ours = [("mail", kind.map(|kind| kind.name().to_owned())), ("badge", badge.map(ToString::to_string))];
    for (name, value) in ours {
        if let Some(value) = value {
            tags.insert(name.to_owned(), json!([value]));
        }
    }
    tags.into()
}

/// The event as SES writes it.
pub fn written(event: &MailEvent) -> Value {
    let to: Vec<String> =
        event.recipients.iter().map(shomei_core::address::MailAddress::for_sending).collect();
    let subject = "オープンバッジ発行のお知らせ";
    let header = |name: &str, value: &str| json!({ "name": name, "value": value });
    let first = to.first().cloned().unwrap_or_default();
    let mail = json!({
        "timestamp": event.mailed_at,
        "source": "no-reply@example.jp",
        "sourceArn": "arn:aws:ses:ap-northeast-1:123456789012:identity/example.jp",
        "sendingAccountId": "123456789012",
        "messageId": event.message.to_string(),
        "destination": to,
        "headersTruncated": false,
        "headers": [
            header("From", "=?UTF-8?B?6KaL5pys6LOH5qC85Y2U5Lya?= <no-reply@example.jp>"),
            header("To", &first),
            header("Subject", subject),
            header("MIME-Version", "1.0"),
        ],
        "commonHeaders": {
            "from": ["見本資格協会 <no-reply@example.jp>"],
            "to": to,
            "messageId": event.message.to_string(),
            "subject": subject,
        },
        "tags": tags(event.kind, event.badge.as_ref()),
    });
    let (name, part, content) = content(event.happened, &first);
    json!({ "eventType": name, "mail": mail, part: content })
}

fn content(happened: Happened, to: &str) -> (&'static str, &'static str, Value) {
    let text = |code: Option<StatusCode>| code.map(|code| code.to_string());
    match happened {
        Happened::Sent => ("Send", "send", json!({})),
        Happened::Delivered { at } => {
            let delivery = json!({
                "timestamp": at, "processingTimeMillis": 1_204, "recipients": [to],
                "smtpResponse": format!("250 2.0.0 OK <{to}>"), "reportingMTA": "b224-1.smtp-out.ap-northeast-1.amazonses.com",
                "remoteMtaIp": "192.0.2.25",
            });
            ("Delivery", "delivery", delivery)
        }
        Happened::Delayed(Delay { at, kind, code }) => {
            let (_, name) = DELAYS.iter().find(|(known, _)| *known == kind).unwrap();
            let words = format!("smtp; 421 4.4.1 try {to} later");
            let recipients = json!([{ "emailAddress": to, "status": text(code), "diagnosticCode": words }]);
            let delay = json!({
                "timestamp": at, "delayType": name, "expirationTime": at, "delayedRecipients": recipients,
            });
            ("DeliveryDelay", "deliveryDelay", delay)
        }
        Happened::Bounced(Bounce { at, class, kind, code }) => {
            let known = BOUNCES.iter().find(|(of, known, ..)| (*of, *known) == (class, kind)).unwrap();
            let (_, _, class, kind) = known;
            let words = format!("smtp; 550 5.1.1 <{to}>: user unknown");
            let recipients = json!([{
                "emailAddress": to, "action": "failed", "status": text(code), "diagnosticCode": words,
            }]);
            let bounce = json!({
                "feedbackId": "0106019f-feedback-000000", "bounceType": class, "bounceSubType": kind,
                "bouncedRecipients": recipients, "timestamp": at, "reportingMTA": "dns; mx.example.jp",
            });
            ("Bounce", "bounce", bounce)
        }
        Happened::Complained(Complaint { at, of_earlier_mail }) => {
            let complaint = json!({
                "feedbackId": "0106019f-feedback-000000", "timestamp": at, "arrivalDate": at,
                "complaintSubType": of_earlier_mail.then_some("OnAccountSuppressionList"),
                "complainedRecipients": [{ "emailAddress": to }], "complaintFeedbackType": "abuse",
                "userAgent": "Mailer-Feedback/1.0",
            });
            ("Complaint", "complaint", complaint)
        }
        Happened::Rejected => ("Reject", "reject", json!({ "reason": "Bad content" })),
        Happened::NotRendered => {
            let words = format!("Attribute 'text' is not present in the rendering data for {to}.");
            ("Rendering Failure", "failure", json!({ "templateName": "Inline", "errorMessage": words }))
        }
    }
}

/// One record of SNS with this message.
pub fn record(topic: &str, message: &str) -> Value {
    json!({
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": format!("{topic}:0d2b6b4e-6f2a-4b8e-9d7c-1c1f5b9f2a10"),
        "Sns": {
            "Type": "Notification",
            "MessageId": "95df01b4-ee98-5cb9-9903-4c221d41eb5e",
            "TopicArn": topic,
            "Subject": "Amazon SES Email Event Notification",
            "Message": message,
            "Timestamp": "2026-11-01T00:10:09.871Z",
            "SignatureVersion": "1",
            "Signature": "EXAMPLEw6JRN",
            "SigningCertUrl": "https://sns.ap-northeast-1.amazonaws.com/SimpleNotificationService-0000.pem",
            "UnsubscribeUrl": "https://sns.ap-northeast-1.amazonaws.com/?Action=Unsubscribe",
            "MessageAttributes": {},
        },
    })
}

/// A call with these events, as Lambda gets it from SNS. (AWS Lambda, "Invoking Lambda functions with Amazon SNS notifications".)
pub fn call(events: &[Value]) -> Value {
    let records = events.iter().map(|event| record(TOPIC, &event.to_string()));
    json!({ "Records": records.collect::<Vec<_>>() })
}
