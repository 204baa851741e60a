//! Step 3: every issued badge owes its recipient one mail with a fresh claim link.
//!
//! The token's hash is committed before the mail is sent, and the "owed" note goes only after the mail was accepted.
//! A death in between sends the mail again with another link; the earlier link stays good. Mail is at least once.

use futures::StreamExt;
use jiff::{Timestamp, civil::Date};

use super::{IN_FLIGHT, Ports, Work};
use crate::{
    achievement::Achievement,
    address::MailAddress,
    badge::{AnyBadge, OwedMail, SentMail},
    candidate::{Kind, PersonName},
    ports::{Mail, MailError, WriteError},
    programme::Bilingual,
    store::{self, Failure, Stored},
    token::{CLAIM_VALIDITY, ClaimGrant, GrantOfBadge, Token},
};

/// What a mail says.
pub struct Announcement<'a> {
    /// Whom it greets.
    pub holder_name: &'a PersonName,
    /// The achievement's name.
    pub achievement: &'a Bilingual,
    /// Pass or renewal.
    pub kind: Kind,
    /// The day of the occasion.
    pub date: Date,
    /// The link. It holds a secret.
    pub claim_url: &'a str,
    /// Until when the link works.
    pub expires: Timestamp,
}

impl std::fmt::Debug for Announcement<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Announcement(…)")
    }
}

/// Turns an announcement into a mail to the given address. The words live in the pages, not here.
pub type ComposeMail<'a> = &'a (dyn Fn(MailAddress, &Announcement<'_>) -> Result<Mail, Failure> + Sync);

/// What the step did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Announced {
    /// Mails accepted for delivery, and so recorded.
    pub sent: usize,
    /// Mails that the service refuses. They stay owed.
    pub refused: usize,
    /// Mails that could not be handed over now, or that another run has in hand. They stay owed.
    pub postponed: usize,
    /// Whether time ran out before the shard was empty: call again.
    pub more: bool,
}

/// Sends every owed mail of one shard, until done or until `deadline`.
///
/// # Errors
/// [`Failure`] if the store did not answer or a mail could not be written. What was sent is recorded as far as it
/// could be; call again.
pub async fn announce(
    ports: Ports<'_>,
    work: Work,
    compose: ComposeMail<'_>,
    deadline: Option<Timestamp>,
) -> Result<Announced, Failure> {
    let mut done = Announced::default();
    let partition = OwedMail::partition(work.shard);
    let mut after: Option<String> = None;
    loop {
        let (page, next) = store::load_page::<OwedMail>(ports.table, &partition, after.as_deref()).await?;
        let mut rest = page;
        while !rest.is_empty() {
            if deadline.is_some_and(|deadline| ports.clock.now() >= deadline) {
                return Ok(Announced { more: true, ..done });
            }
            let batch = rest.drain(..rest.len().min(ports.mailer.batch().max(1))).collect();
            send_batch(ports, compose, batch, &mut done).await?;
        }
        match next {
            Some(next) => after = Some(next),
            None => return Ok(done),
        }
    }
}

async fn send_batch(
    ports: Ports<'_>,
    compose: ComposeMail<'_>,
    batch: Vec<Stored<OwedMail>>,
    done: &mut Announced,
) -> Result<(), Failure> {
    let ready: Vec<Result<Option<Ready>, Failure>> = futures::stream::iter(batch)
        .map(|owed| make_ready(ports, compose, owed))
        .buffered(IN_FLIGHT)
        .collect()
        .await;
    let mut notes = Vec::new();
    let mut mails = Vec::new();
    for ready in ready {
        match ready? {
            Some(Ready { owed, mail }) => {
                notes.push(owed);
                mails.push(mail);
            }
            None => done.postponed += 1,
        }
    }
    if mails.is_empty() {
        return Ok(());
    }
    let results = ports.mailer.send(&mails).await;
    if results.len() != notes.len() {
        return Err(Failure::NeedsPerson("the mailer did not answer for every mail".to_owned()));
    }
    let recorded: Vec<Result<Recorded, Failure>> = futures::stream::iter(notes.into_iter().zip(results))
        .map(|(owed, result)| record(ports, owed, result))
        .buffer_unordered(IN_FLIGHT)
        .collect()
        .await;
    for outcome in recorded {
        match outcome? {
            Recorded::Sent => done.sent += 1,
            Recorded::Refused => done.refused += 1,
            Recorded::Postponed => done.postponed += 1,
        }
    }
    Ok(())
}

struct Ready {
    owed: Stored<OwedMail>,
    mail: Mail,
}

/// Mints the token and commits its hash. `None`: another run has this mail in hand.
async fn make_ready(
    ports: Ports<'_>,
    compose: ComposeMail<'_>,
    owed: Stored<OwedMail>,
) -> Result<Option<Ready>, Failure> {
    let badge = &owed.record.badge;
    let Some(Stored { record: AnyBadge::Unclaimed(stored), .. }) =
        store::load::<AnyBadge>(ports.table, &AnyBadge::key_of(badge)).await?
    else {
        return claimed_already(ports, owed).await.map(|()| None);
    };
    let Some(achievement) =
        store::load::<Achievement>(ports.table, &Achievement::key_of(&stored.achievement)).await?
    else {
        return Err(Failure::NeedsPerson(format!("achievement {} is gone", stored.achievement)));
    };
    let token = Token::mint(ports.entropy);
    let expires = ports
        .clock
        .now()
        .checked_add(CLAIM_VALIDITY)
        .map_err(|error| Failure::NeedsPerson(format!("the clock: {error}")))?;
    let claim_url = ports.programme.claim_url(&token);
    let mail = compose(
        stored.address.clone(),
        &Announcement {
            holder_name: &stored.holder_name,
            achievement: &achievement.record.name,
            kind: stored.kind,
            date: stored.date,
            claim_url: &claim_url,
            expires,
        },
    )?;
    let attempt = OwedMail { attempts: owed.record.attempts.saturating_add(1), ..owed.record.clone() };
    let writes = vec![
        store::create(&ClaimGrant { token: token.hash(), badge: badge.clone(), expires })?,
        store::create(&GrantOfBadge { badge: badge.clone(), token: token.hash(), expires })?,
        store::replace(owed.version, &attempt)?,
    ];
    match store::commit(ports.table, ports.entropy, writes).await {
        Ok(()) => {
            let owed = Stored { record: attempt, version: owed.version + 1 };
            Ok(Some(Ready { owed, mail }))
        }
        Err(WriteError::Conflict { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The mail arrived although its acceptance was never recorded: the badge is claimed. Nothing is owed any more.
async fn claimed_already(ports: Ports<'_>, owed: Stored<OwedMail>) -> Result<(), Failure> {
    record(ports, owed, Ok(())).await.map(|_| ())
}

enum Recorded {
    Sent,
    Refused,
    Postponed,
}

async fn record(
    ports: Ports<'_>,
    owed: Stored<OwedMail>,
    result: Result<(), MailError>,
) -> Result<Recorded, Failure> {
    let (writes, recorded) = match result {
        Ok(()) => {
            let sent = SentMail {
                badge: owed.record.badge.clone(),
                shard: owed.record.shard,
                sent_at: ports.clock.now(),
            };
            (vec![store::delete(&owed), store::create(&sent)?], Recorded::Sent)
        }
        Err(MailError::Refused(_)) => {
            let refused = OwedMail { refused: true, ..owed.record };
            (vec![store::replace(owed.version, &refused)?], Recorded::Refused)
        }
        Err(MailError::Unavailable(_) | MailError::Unknown(_)) => return Ok(Recorded::Postponed),
    };
    match store::commit(ports.table, ports.entropy, writes).await {
        Ok(()) => Ok(recorded),
        // Another run took the mail over; it will record it.
        Err(WriteError::Conflict { .. }) => Ok(Recorded::Postponed),
        Err(error) => Err(error.into()),
    }
}
