//! [`Mailer`] on SES v2: one `SendEmail` a mail.

use async_trait::async_trait;
use aws_sdk_sesv2::{
    Client,
    error::{DisplayErrorContext, ProvideErrorMetadata, SdkError},
    operation::send_email::SendEmailError,
    types::{Body, Content, Destination, EmailContent, Message},
};
use futures::future;
use shomei_core::ports::{Cause, Mail, MailError, Mailer};

/// How many mails are handed over side by side.
const SIDE_BY_SIDE: usize = 8;

/// Mail through SES, from one sender.
#[derive(Debug, Clone)]
pub struct SesMailer {
    client: Client,
    sender: String,
}

impl SesMailer {
    /// Mails come from `sender`, a verified identity.
    pub fn new(client: Client, sender: impl Into<String>) -> Self {
        Self { client, sender: sender.into() }
    }

    async fn send_one(&self, mail: &Mail) -> Result<(), MailError> {
        let refused =
            |error: aws_sdk_sesv2::error::BuildError| MailError::Refused(Cause::new(error.to_string()));
        let content = |text: &str| Content::builder().data(text).charset("UTF-8").build();
        let body = Body::builder()
            .text(content(&mail.text).map_err(refused)?)
            .html(content(&mail.html).map_err(refused)?)
            .build();
        let message = Message::builder().subject(content(&mail.subject).map_err(refused)?).body(body).build();
        self.client
            .send_email()
            .from_email_address(&self.sender)
            .destination(Destination::builder().to_addresses(mail.to.for_sending()).build())
            .content(EmailContent::builder().simple(message).build())
            .send()
            .await
            .map(|_| ())
            .map_err(|error| mail_error(&error))
    }
}

#[async_trait]
impl Mailer for SesMailer {
    fn batch(&self) -> usize {
        SIDE_BY_SIDE
    }

    async fn send(&self, mails: &[Mail]) -> Vec<Result<(), MailError>> {
        future::join_all(mails.iter().map(|mail| self.send_one(mail))).await
    }
}

/// SES quotes the address in its messages: only its codes are kept.
fn mail_error(error: &SdkError<SendEmailError>) -> MailError {
    let cause = || {
        Cause::new(error.code().map_or_else(|| "SES did not answer".to_owned(), |code| format!("SES {code}")))
    };
    match error {
        SdkError::ServiceError(service) => match service.err() {
            SendEmailError::MessageRejected(_) | SendEmailError::BadRequestException(_) => {
                MailError::Refused(cause())
            }
            _ => MailError::Unavailable(cause()),
        },
        SdkError::ConstructionFailure(_) => {
            MailError::Refused(Cause::new(format!("SES: {}", DisplayErrorContext(error))))
        }
        _ => MailError::Unknown(cause()),
    }
}
