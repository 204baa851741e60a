//! What the mail service tells, in our words. What its codes mean is said in "Amazon SES, Contents of event data that Amazon SES
//! publishes to Amazon SNS", and in RFC 3463.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::MailReport;
use crate::{address::MailAddress, badge::BadgeId, ports::MailKind};

/// The name that the mail service gave a mail: letters, digits and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(String);

impl MessageId {
    /// The most characters. Today's have 60.
    const LONGEST: usize = 128;

    /// The name, if it has the form of one.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=Self::LONGEST).contains(&text.len())
            && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_alphanumeric());
        fits.then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// One thing that happened to one mail.
#[derive(Clone, PartialEq, Eq)]
pub struct MailEvent {
    /// The mail.
    pub message: MessageId,
    /// What it is for. None: it was sent by another version of the programme, which knows more kinds.
    pub kind: Option<MailKind>,
    /// The badge that it is about, if it is about one.
    pub badge: Option<BadgeId>,
    /// When the mail service took it.
    pub mailed_at: Timestamp,
    /// To whom it was sent, as we sent it: never as another system says that it forwarded it.
    pub recipients: Vec<MailAddress>,
    /// What happened.
    pub happened: Happened,
}

/// Prints no content: it holds addresses.
impl fmt::Debug for MailEvent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MailEvent(…)")
    }
}

impl MailEvent {
    /// What it says of its mail. None: of what kind that is, is not known.
    pub(super) fn report(&self) -> Option<MailReport> {
        Some(MailReport::of(self.mailed_at, self.message.clone(), self.kind?, self.happened))
    }
}

/// What happened to a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    /// The mail service will try to deliver it.
    Sent,
    /// The recipient's mail system took it.
    Delivered {
        /// When.
        at: Timestamp,
    },
    /// The recipient's mail system did not take it for now.
    Delayed(Delay),
    /// It came back.
    Bounced(Bounce),
    /// Its reader called it junk.
    Complained(Complaint),
    /// The mail service found a virus in it.
    Rejected,
    /// The mail service could not put its parts together.
    NotRendered,
}

impl Happened {
    /// Its name, in kebab-case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Delivered { .. } => "delivered",
            Self::Delayed(_) => "delayed",
            Self::Bounced(Bounce { class: BounceClass::Permanent, .. }) => "bounced",
            Self::Bounced(_) => "returned",
            Self::Complained(_) => "complained",
            Self::Rejected => "rejected",
            Self::NotRendered => "not-rendered",
        }
    }
}

/// The recipient's mail system did not take a mail for now. The mail service tries again for half a day or so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Delay {
    /// When it was tried last.
    pub at: Timestamp,
    /// Why.
    pub kind: DelayKind,
    /// The other system's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<StatusCode>,
}

/// Why a mail is delayed: `delayType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DelayKind {
    /// Something at the mail service itself.
    InternalFailure,
    /// The other system said no more.
    General,
    /// The recipient's mailbox is full.
    MailboxFull,
    /// The other system takes so much from us for junk.
    SpamDetected,
    /// The other system is in trouble.
    RecipientServerError,
    /// The other system blocks or slows down the mail service's address.
    IpFailure,
    /// The connection failed.
    TransientCommunicationFailure,
    /// The mail service's own address has no name.
    ByoipHostNameLookupUnavailable,
    /// Nobody knows.
    Undetermined,
    /// The mail service waits of itself, to keep a good name.
    SendingDeferral,
    /// Something that we do not know yet.
    Other,
}

impl DelayKind {
    /// What the mail service calls so.
    pub fn of(name: &str) -> Self {
        match name {
            "InternalFailure" => Self::InternalFailure,
            "General" => Self::General,
            "MailboxFull" => Self::MailboxFull,
            "SpamDetected" => Self::SpamDetected,
            "RecipientServerError" => Self::RecipientServerError,
            "IPFailure" => Self::IpFailure,
            "TransientCommunicationFailure" => Self::TransientCommunicationFailure,
            "BYOIPHostNameLookupUnavailable" => Self::ByoipHostNameLookupUnavailable,
            "Undetermined" => Self::Undetermined,
            "SendingDeferral" => Self::SendingDeferral,
            _ => Self::Other,
        }
    }
}

/// A mail came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounce {
    /// When.
    pub at: Timestamp,
    /// Whether for good.
    pub class: BounceClass,
    /// Why.
    pub kind: BounceKind,
    /// The other system's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<StatusCode>,
}

/// Whether a mail came back for good: `bounceType`. The worst is the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BounceClass {
    /// Another mail may arrive. This one was tried for half a day or so, or was answered by a machine.
    Transient,
    /// Nobody knows.
    Undetermined,
    /// No mail to this address will arrive.
    Permanent,
}

/// Why a mail came back: `bounceSubType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BounceKind {
    /// The other system said no more. Of a mail that was delivered: somebody's machine answered, as while its owner is away.
    General,
    /// There is no such address.
    NoEmail,
    /// The address bounced so often, for anyone, that the mail service does not try it.
    Suppressed,
    /// The address bounced before, for us, so the mail service did not try it.
    OnAccountSuppressionList,
    /// The recipient does not want such mails.
    UnsubscribedRecipient,
    /// The mailbox is full.
    MailboxFull,
    /// The mail is too large for the other system.
    MessageTooLarge,
    /// The other system does not take what it says.
    ContentRejected,
    /// The other system does not take what comes with it.
    AttachmentRejected,
    /// Nobody knows.
    Undetermined,
    /// Something that we do not know yet.
    Other,
}

impl BounceKind {
    /// What the mail service calls so.
    pub fn of(name: &str) -> Self {
        match name {
            "General" => Self::General,
            "NoEmail" => Self::NoEmail,
            "Suppressed" => Self::Suppressed,
            "OnAccountSuppressionList" => Self::OnAccountSuppressionList,
            "UnsubscribedRecipient" => Self::UnsubscribedRecipient,
            "MailboxFull" => Self::MailboxFull,
            "MessageTooLarge" => Self::MessageTooLarge,
            "ContentRejected" => Self::ContentRejected,
            "AttachmentRejected" => Self::AttachmentRejected,
            "Undetermined" => Self::Undetermined,
            _ => Self::Other,
        }
    }
}

/// The reader of a mail called it junk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Complaint {
    /// When that was told.
    pub at: Timestamp,
    /// Whether that was another mail, before, for which the mail service did not try this one.
    pub of_earlier_mail: bool,
}

/// What another mail system said, in three numbers (RFC 3463, section 2): `5.1.1`. Never its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StatusCode {
    class: u8,
    subject: u16,
    detail: u16,
}

impl StatusCode {
    /// The code, if it has the form of one.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (class, subject, detail) = (parts.next()?, parts.next()?, parts.next()?);
        let number = |part: &str| {
            let plain = (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| part.parse::<u16>().ok()).flatten()
        };
        let class = match class {
            "2" => 2,
            "4" => 4,
            "5" => 5,
            _ => return None,
        };
        let code = Self { class, subject: number(subject)?, detail: number(detail)? };
        parts.next().is_none().then_some(code)
    }
}

impl fmt::Display for StatusCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

impl From<StatusCode> for String {
    fn from(code: StatusCode) -> Self {
        code.to_string()
    }
}

/// Not the code of a mail system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a status code")]
pub struct StatusCodeError;

impl TryFrom<String> for StatusCode {
    type Error = StatusCodeError;

    fn try_from(text: String) -> Result<Self, StatusCodeError> {
        Self::parse(&text).ok_or(StatusCodeError)
    }
}
