//! Mail on one machine: real MIME, into a folder or through an SMTP server.

use std::{
    fs,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    address::Envelope,
    message::{Mailbox, MultiPart},
};
use shomei_aws::machine::{SystemClock, SystemEntropy};
use shomei_core::{
    ports::{Cause, Clock, Mail, MailError, Mailer},
    store::random_uuid,
};

use crate::Failed;

/// How many mails are handed over together.
const BATCH: usize = 50;

/// Where mails go.
pub(crate) enum Transport {
    /// One `.eml` file each.
    Folder(PathBuf),
    /// A server.
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
}

/// Mail from one sender.
pub(crate) struct LocalMailer {
    sender: Mailbox,
    transport: Transport,
}

impl LocalMailer {
    /// Mail to the folder, or through the server if one is named.
    pub(crate) fn new(name: &str, address: &str, outbox: &Path, smtp: Option<&str>) -> Result<Self, Failed> {
        let address: Address =
            address.parse().map_err(|error| format!("the sender {address} is no address: {error}"))?;
        let transport = if let Some(url) = smtp {
            let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url);
            Transport::Smtp(server.map_err(|error| format!("--smtp: {error}"))?.build())
        } else {
            fs::create_dir_all(outbox)?;
            Transport::Folder(outbox.to_owned())
        };
        Ok(Self { sender: Mailbox::new(Some(name.to_owned()), address), transport })
    }

    async fn send_one(&self, mail: &Mail) -> Result<(), MailError> {
        let message = self.message(mail)?;
        match &self.transport {
            Transport::Folder(folder) => write(folder, &message),
            Transport::Smtp(server) => server.send(message).await.map(|_| ()).map_err(|error| {
                // The server's words may quote the address; only its code is kept.
                let cause = Cause::new(
                    error.status().map_or_else(|| "SMTP".to_owned(), |code| format!("SMTP {code}")),
                );
                match (error.is_permanent(), error.is_transient() || error.status().is_some()) {
                    (true, _) => MailError::Refused(cause),
                    (false, true) => MailError::Unavailable(cause),
                    (false, false) => MailError::Unknown(cause),
                }
            }),
        }
    }

    fn message(&self, mail: &Mail) -> Result<Message, MailError> {
        let refused = |what: &str| MailError::Refused(Cause::new(what));
        let to = mail.to.for_sending();
        let (local, domain) = to.rsplit_once('@').ok_or_else(|| refused("the address has no @"))?;
        // Core has checked the address. The library's own check knows no quoted part before the `@`, which some
        // old carrier addresses need.
        let to = Address::new_dangerous(local, domain);
        // Named here, because otherwise it is read back from the header, by that same check.
        let envelope = Envelope::new(Some(self.sender.email.clone()), vec![to.clone()])
            .map_err(|_| refused("the mail has no recipient"))?;
        Message::builder()
            .envelope(envelope)
            .from(self.sender.clone())
            .to(Mailbox::new(None, to))
            .message_id(Some(format!("<{}@{}>", random_uuid(&SystemEntropy), self.sender.email.domain())))
            .subject(&mail.subject)
            .multipart(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone()))
            .map_err(|_| refused("the mail cannot be written as MIME"))
    }
}

/// The file is whole or absent, whenever the machine stops.
fn write(folder: &Path, message: &Message) -> Result<(), MailError> {
    let name = format!(
        "{}-{}",
        SystemClock.now().strftime("%Y%m%dT%H%M%S%.6fZ"),
        random_uuid(&SystemEntropy).simple()
    );
    let draft = folder.join(format!("{name}.part"));
    fs::write(&draft, message.formatted())
        .and_then(|()| fs::rename(&draft, folder.join(format!("{name}.eml"))))
        .map_err(|error| MailError::Unavailable(Cause::new(format!("the outbox: {}", error.kind()))))
}

#[async_trait]
impl Mailer for LocalMailer {
    fn batch(&self) -> usize {
        BATCH
    }

    async fn send(&self, mails: &[Mail]) -> Vec<Result<(), MailError>> {
        let mut results = Vec::with_capacity(mails.len());
        for mail in mails {
            results.push(self.send_one(mail).await);
        }
        results
    }
}
