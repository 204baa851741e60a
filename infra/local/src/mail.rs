//! Mail on one machine: real MIME, into a folder or through an SMTP server.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    address::Envelope,
    message::{Mailbox, MultiPart},
    transport::smtp,
};
use shomei_aws::machine::{SystemClock, SystemEntropy};
use shomei_core::{
    address::MailAddress,
    ports::{Cause, Clock, Mail, MailError, Mailer},
    store::random_uuid,
};

use crate::{
    Failed,
    told::{Fate, Mailed, Untold},
};

/// How many mails are handed over together.
const BATCH: usize = 50;

/// How long a server may take over one mail.
const PATIENCE: Duration = Duration::from_mins(1);

/// Why mails were not taken, and how many each. A cause names no person.
static CAUSES: Mutex<BTreeMap<String, usize>> = Mutex::new(BTreeMap::new());

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
    clock: Arc<dyn Clock>,
    untold: Arc<Untold>,
}

impl LocalMailer {
    /// Mail from this name and address to the folder, which the installation has made, or through the server if one is named. What is
    /// to be told of each mail, at which time, is left there.
    pub(crate) fn new(
        (name, address): (&str, &str),
        outbox: &Path,
        smtp: Option<&str>,
        (clock, untold): (Arc<dyn Clock>, Arc<Untold>),
    ) -> Result<Self, Failed> {
        let address: Address =
            address.parse().map_err(|error| format!("the sender {address} is no address: {error}"))?;
        let transport = if let Some(url) = smtp {
            let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url);
            Transport::Smtp(server.map_err(|error| format!("--smtp: {error}"))?.build())
        } else {
            Transport::Folder(outbox.to_owned())
        };
        Ok(Self { sender: Mailbox::new(Some(name.to_owned()), address), transport, clock, untold })
    }

    async fn send_one(&self, mail: &Mail) -> Result<(), MailError> {
        let id = random_uuid(&SystemEntropy).to_string();
        let message = self.message(mail, &id)?;
        let mailed = Mailed {
            message: id,
            at: self.clock.now(),
            to: mail.to.for_sending(),
            kind: mail.kind,
            badge: mail.badge.as_ref().map(ToString::to_string),
        };
        let result = self.hand_over(message).await;
        if result.is_ok() {
            // What lies in the folder is there for its reader; what a server took may still come back.
            let delivered = matches!(self.transport, Transport::Folder(_)).then_some(Fate::Delivered);
            let fates = [Fate::Sent].into_iter().chain(delivered);
            self.untold.add(fates.map(|fate| mailed.event(fate, mailed.at)));
        }
        result
    }

    async fn hand_over(&self, message: Message) -> Result<(), MailError> {
        match &self.transport {
            Transport::Folder(folder) => write(folder, &message),
            Transport::Smtp(server) => match tokio::time::timeout(PATIENCE, server.send(message)).await {
                Ok(answer) => answer.map(|_| ()).map_err(|error| judge(&error)),
                Err(_) => Err(MailError::Unknown(Cause::new("SMTP: no answer within a minute"))),
            },
        }
    }

    fn message(&self, mail: &Mail, id: &str) -> Result<Message, MailError> {
        let to = checked(&mail.to)?;
        // Named here, because otherwise it is read back from the header, by that same check.
        let envelope = Envelope::new(Some(self.sender.email.clone()), vec![to.clone()])
            .map_err(|_| refused("the mail has no recipient"))?;
        let mut message = Message::builder();
        if let Some(address) = &mail.reply_to {
            message = message.reply_to(Mailbox::new(None, checked(address)?));
        }
        message
            .envelope(envelope)
            .from(self.sender.clone())
            .to(Mailbox::new(None, to))
            .message_id(Some(format!("<{id}@{}>", self.sender.email.domain())))
            .subject(&mail.subject)
            .multipart(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone()))
            .map_err(|_| refused("the mail cannot be written as MIME"))
    }
}

fn refused(what: &str) -> MailError {
    MailError::Refused(Cause::new(what))
}

/// Core has checked the address. The library's own check knows no quoted part before the `@`, which some old carrier addresses
/// need.
fn checked(address: &MailAddress) -> Result<Address, MailError> {
    let address = address.for_sending();
    let (local, domain) = address.rsplit_once('@').ok_or_else(|| refused("the address has no @"))?;
    Ok(Address::new_dangerous(local, domain))
}

/// Only some replies speak of this recipient or this content. Others (log in first, 530; wrong password, 535) speak of
/// the service, and the mail goes once that is put right.
fn judge(error: &smtp::Error) -> MailError {
    if let Some(code) = error.status() {
        // The server's words may quote the address; only its code is kept.
        let cause = Cause::new(format!("SMTP {code}"));
        return match u16::from(code) {
            550..=554 | 556 => MailError::Refused(cause),
            _ => MailError::Unavailable(cause),
        };
    }
    let mut sources = std::iter::successors(std::error::Error::source(error), |error| error.source());
    let system = sources.find_map(|error| error.downcast_ref::<io::Error>());
    if let Some(system) = system {
        let cause = Cause::new(format!("SMTP: {system}"));
        return match system.kind() {
            // A mail may be under way when the connection breaks.
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::UnexpectedEof => MailError::Unknown(cause),
            _ => MailError::Unavailable(cause),
        };
    }
    if error.is_client() {
        // The library's own words: no login that both sides know, no STARTTLS.
        return MailError::Unavailable(Cause::new(format!("SMTP: {error}")));
    }
    MailError::Unknown(Cause::new("SMTP: no reply that can be understood"))
}

fn count(results: &[Result<(), MailError>]) {
    let mut causes = CAUSES.lock().unwrap_or_else(PoisonError::into_inner);
    for error in results.iter().filter_map(|result| result.as_ref().err()) {
        *causes.entry(error.to_string()).or_default() += 1;
    }
}

/// Tells why mails were not taken since the last telling.
pub(crate) fn tell_causes() {
    let causes = std::mem::take(&mut *CAUSES.lock().unwrap_or_else(PoisonError::into_inner));
    for (cause, mails) in causes {
        eprintln!("mail: {cause} (mails: {mails})");
    }
}

/// Whatever command sent mails, the causes are told.
impl Drop for LocalMailer {
    fn drop(&mut self) {
        tell_causes();
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
    async fn ready(&self) -> Result<usize, MailError> {
        Ok(BATCH)
    }

    async fn send(&self, mails: &[Mail]) -> Vec<Result<(), MailError>> {
        let mut results = Vec::with_capacity(mails.len());
        for mail in mails {
            results.push(self.send_one(mail).await);
        }
        count(&results);
        results
    }
}
