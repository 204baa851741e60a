//! [`Mailer`] on SES v2: one mail by `SendEmail`, several by `SendBulkEmail`, at the rate that the account is allowed.
//!
//! Mails are rendered here, to the byte. `SendBulkEmail` knows only templates, so it gets one of bare variables; SES
//! puts values in without escaping them. Nothing is sent again behind the caller's back: a mail whose answer is lost may have been
//! sent, and only core knows what that means.

mod pace;

use std::{fmt, time::Duration};

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_sesv2::{
    Client,
    config::{http::HttpResponse, retry::RetryConfig, timeout::TimeoutConfig},
    error::{ProvideErrorMetadata, SdkError},
    types::{
        Body, BulkEmailContent, BulkEmailEntry, BulkEmailEntryResult, BulkEmailStatus, Content, Destination,
        EmailContent, EmailTemplateContent, Message, MessageTag, ReplacementEmailContent,
        ReplacementTemplate, Template,
    },
};
use email_encoding::headers::{quoted_string, writer::EmailWriter};
use shomei_core::{
    address::MailAddress,
    ports::{Cause, Mail, MailError, Mailer},
};

use self::pace::Pace;
use crate::{Lazy, Sdk, cause};

/// As it stands in causes.
const SERVICE: &str = "SES";

/// `SendBulkEmail` takes no more mails.
const BATCH: usize = 50;

/// The most bytes of mails in one call. SES takes 1 MB of input with an inline template; the rest is for the JSON around them.
const CALL_BYTES: usize = 800_000;

/// How long SES may take over one call. A call that is given up may have been accepted, and its mails would go out again.
const ACCEPTANCE: Duration = Duration::from_mins(1);

/// So many mails of one batch, all refused for the same reason: that speaks of the sender, not of the mails.
const SENDERS_FAULT: usize = 5;

/// How SES says that an address is not on its list.
const NOT_LISTED: &str = "NotFoundException";

/// The names of the template's variables.
const SUBJECT: &str = "subject";
const TEXT: &str = "text";
const HTML: &str = "html";

/// Mail through SES, from one sender.
#[derive(Debug)]
pub struct SesMailer {
    lazy: Lazy<Client>,
    sender: String,
    configuration_set: String,
    pace: Pace,
}

impl SesMailer {
    /// Mails come from `address`, a verified identity, in this name, under the rules of the configuration set. So many
    /// mailers share the account's rate. The client is made at the first mail.
    pub fn of(
        sdk: &Sdk,
        name: &str,
        address: &str,
        configuration_set: impl Into<String>,
        sharing: u32,
    ) -> Self {
        Self {
            lazy: Lazy::of(sdk),
            sender: mailbox(name, address),
            configuration_set: configuration_set.into(),
            pace: Pace::shared_by(sharing),
        }
    }

    async fn client(&self) -> &Client {
        let client = |sdk: &SdkConfig| {
            let builder = aws_sdk_sesv2::config::Builder::from(sdk);
            let patience = TimeoutConfig::builder().operation_attempt_timeout(ACCEPTANCE).build();
            let builder = builder.retry_config(RetryConfig::disabled()).timeout_config(patience);
            Client::from_conf(builder.build())
        };
        self.lazy.client(client).await
    }

    async fn send_one(&self, mail: &Mail) -> Result<(), MailError> {
        let body = Body::builder().text(content(&mail.text)?).html(content(&mail.html)?).build();
        let message = Message::builder().subject(content(&mail.subject)?).body(body).build();
        self.client()
            .await
            .send_email()
            .from_email_address(&self.sender)
            .configuration_set_name(&self.configuration_set)
            .destination(destination(mail))
            .set_reply_to_addresses(mail.reply_to.as_ref().map(|address| vec![address.for_sending()]))
            .set_email_tags(Some(tags(mail)?))
            .content(EmailContent::builder().simple(message).build())
            .send()
            .await
            .map(|_| ())
            .map_err(|error| mail_error(&error))
    }

    async fn send_bulk(&self, mails: &[Mail]) -> Vec<Result<(), MailError>> {
        let all = |error: &MailError| mails.iter().map(|_| Err(error.clone())).collect();
        let entries = match mails.iter().map(entry).collect::<Result<Vec<_>, _>>() {
            Ok(entries) => entries,
            Err(error) => return all(&error),
        };
        let variable = |name: &str| format!("{{{{{name}}}}}");
        let template = EmailTemplateContent::builder()
            .subject(variable(SUBJECT))
            .text(variable(TEXT))
            .html(variable(HTML))
            .build();
        let template = Template::builder().template_content(template).template_data("{}").build();
        let answer = self
            .client()
            .await
            .send_bulk_email()
            .from_email_address(&self.sender)
            .configuration_set_name(&self.configuration_set)
            .default_content(BulkEmailContent::builder().template(template).build())
            .set_bulk_email_entries(Some(entries))
            .send()
            .await;
        match answer {
            Ok(answer) if answer.bulk_email_entry_results.len() == mails.len() => {
                answer.bulk_email_entry_results.iter().map(entry_result).collect()
            }
            Ok(_) => all(&MailError::Unknown(Cause::new("SES did not answer for every mail"))),
            // What is wrong with the call need not be wrong with every mail of it: each is asked for by itself.
            Err(error) => match mail_error(&error) {
                MailError::Refused(_) => self.send_each(mails).await,
                other => all(&other),
            },
        }
    }

    async fn send_each(&self, mails: &[Mail]) -> Vec<Result<(), MailError>> {
        let mut results = Vec::with_capacity(mails.len());
        for mail in mails {
            let result = self.send_one(mail).await;
            let stop = matches!(result, Err(MailError::Unavailable(_) | MailError::Unknown(_)));
            results.push(result);
            if stop {
                // The others need not wait for the same.
                let rest = MailError::Unavailable(Cause::new(format!("{SERVICE}: not tried")));
                results.resize(mails.len(), Err(rest));
            }
            if results.len() == mails.len() {
                break;
            }
        }
        results
    }
}

/// What is wrong with the sender must not mark every mail as refused: they are sent once that is mended.
fn blame_the_sender(results: &mut [Result<(), MailError>]) {
    let Some(Err(MailError::Refused(first))) = results.first().cloned() else { return };
    let same =
        |result: &Result<(), MailError>| matches!(result, Err(MailError::Refused(cause)) if *cause == first);
    if results.len() >= SENDERS_FAULT && results.iter().all(same) {
        results.fill(Err(MailError::Unavailable(first.clone())));
    }
}

#[async_trait]
impl Mailer for SesMailer {
    async fn ready(&self) -> Result<usize, MailError> {
        self.pace.ready(self.client().await, BATCH).await
    }

    async fn send(&self, mails: &[Mail]) -> Vec<Result<(), MailError>> {
        let mut results = Vec::with_capacity(mails.len());
        for call in calls(mails) {
            match call {
                [mail] => results.push(self.send_one(mail).await),
                mails => results.extend(self.send_bulk(mails).await),
            }
        }
        blame_the_sender(&mut results);
        self.pace.sent(&results).await;
        results
    }

    /// SES keeps addresses that bounced or complained on the account's suppression list, takes mails to them, and sends none.
    async fn lift(&self, address: &MailAddress) -> Result<(), MailError> {
        let call = self.client().await.delete_suppressed_destination();
        match call.email_address(address.for_sending()).send().await {
            Ok(_) => Ok(()),
            Err(error) if error.code() == Some(NOT_LISTED) => Ok(()),
            // Whether it was struck off or not: the mail waits until that is sure.
            Err(error) => Err(MailError::Unavailable(cause(SERVICE, &error))),
        }
    }
}

/// The mails in groups that SES takes in one call. Those of one call have one address for answers: a mail with its own goes alone.
fn calls(mails: &[Mail]) -> Vec<&[Mail]> {
    let mut calls = Vec::new();
    let mut rest = mails;
    while !rest.is_empty() {
        let mut bytes = 0;
        let fitting = rest
            .iter()
            .take(BATCH)
            .take_while(|mail| mail.reply_to.is_none())
            .take_while(|mail| {
                bytes += mail.subject.len() + mail.text.len() + mail.html.len();
                bytes <= CALL_BYTES
            })
            .count();
        // Also a mail that is too large for any call goes alone, and is refused for it.
        let (call, later) = rest.split_at(fitting.max(1));
        calls.push(call);
        rest = later;
    }
    calls
}

/// `From`, with the name as a header needs it. (RFC 5322, section 3.4; RFC 2047.)
fn mailbox(name: &str, address: &str) -> String {
    let mut header = String::new();
    let encoded = quoted_string::encode(name, &mut EmailWriter::new(&mut header, 0, 0, false));
    if encoded.is_err() {
        return address.to_owned();
    }
    // Folding is for the message as it travels: SES does it.
    format!("{} <{address}>", header.replace("\r\n", ""))
}

fn refused(error: impl fmt::Display) -> MailError {
    MailError::Refused(Cause::new(format!("{SERVICE}: {error}")))
}

fn content(text: &str) -> Result<Content, MailError> {
    Content::builder().data(text).charset("UTF-8").build().map_err(refused)
}

fn destination(mail: &Mail) -> Destination {
    Destination::builder().to_addresses(mail.to.for_sending()).build()
}

/// What reports of delivery carry: what the mail was for, and about which badge, if any. Neither says who the recipient is.
fn tags(mail: &Mail) -> Result<Vec<MessageTag>, MailError> {
    let badge = mail.badge.as_ref().map(|badge| ("badge", badge.to_string()));
    [("mail", mail.kind.name().to_owned())]
        .into_iter()
        .chain(badge)
        .map(|(name, value)| MessageTag::builder().name(name).value(value).build().map_err(refused))
        .collect()
}

fn entry(mail: &Mail) -> Result<BulkEmailEntry, MailError> {
    let data = serde_json::json!({ SUBJECT: mail.subject, TEXT: mail.text, HTML: mail.html });
    let template = ReplacementTemplate::builder().replacement_template_data(data.to_string()).build();
    Ok(BulkEmailEntry::builder()
        .destination(destination(mail))
        .set_replacement_tags(Some(tags(mail)?))
        .replacement_email_content(ReplacementEmailContent::builder().replacement_template(template).build())
        .build())
}

/// SES quotes the address in its messages: only its codes are kept.
fn entry_result(result: &BulkEmailEntryResult) -> Result<(), MailError> {
    let Some(status) = &result.status else {
        return Err(MailError::Unknown(Cause::new("SES said nothing of one mail")));
    };
    let cause = Cause::new(format!("{SERVICE} {}", status.as_str()));
    match status {
        BulkEmailStatus::Success => Ok(()),
        BulkEmailStatus::MessageRejected | BulkEmailStatus::InvalidParameter => {
            Err(MailError::Refused(cause))
        }
        BulkEmailStatus::AccountDailyQuotaExceeded
        | BulkEmailStatus::AccountSendingPaused
        | BulkEmailStatus::AccountSuspended
        | BulkEmailStatus::AccountThrottled
        | BulkEmailStatus::ConfigurationSetNotFound
        | BulkEmailStatus::ConfigurationSetSendingPaused
        | BulkEmailStatus::InvalidSendingPoolName
        | BulkEmailStatus::MailFromDomainNotVerified
        | BulkEmailStatus::TemplateNotFound
        | BulkEmailStatus::TransientFailure => Err(MailError::Unavailable(cause)),
        // "An error that is none of these": it may have happened after the mail was taken.
        _ => Err(MailError::Unknown(cause)),
    }
}

/// What speaks of this mail, as opposed to the account or the moment.
const REFUSALS: [&str; 3] = ["MessageRejected", "BadRequestException", "ValidationException"];

fn mail_error<E>(error: &SdkError<E, HttpResponse>) -> MailError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let cause = cause(SERVICE, error);
    match error {
        SdkError::ServiceError(service) if service.raw().status().is_server_error() => {
            MailError::Unknown(cause)
        }
        SdkError::ServiceError(service) => match service.err().code() {
            Some(code) if REFUSALS.contains(&code) => MailError::Refused(cause),
            _ => MailError::Unavailable(cause),
        },
        SdkError::ConstructionFailure(_) => MailError::Refused(cause),
        _ => MailError::Unknown(cause),
    }
}
