//! Step 3: every issued badge owes its recipient one mail with a fresh claim link.
//!
//! The token's hash is committed before the mail is sent, and the "owed" note goes only after the mail was accepted.
//! A death in between sends the mail again with another link; the earlier link stays good. Mail is at least once.

use futures::StreamExt;
use jiff::{Timestamp, civil::Date};

use super::{IN_FLIGHT, Ports, Work};
use crate::{
    address::MailAddress,
    badge::{AnyBadge, OwedMail, SentMail},
    candidate::{Kind, PersonName},
    ports::{Mail, MailError, TRANSACTION_WRITES, Write, WriteError},
    programme::Bilingual,
    store::{self, Failure, Stored},
    token::{CLAIM_VALIDITY, ClaimGrant, GrantOfBadge, Token},
};

/// The most writes that one owed note takes at a time.
const STEP_WRITES: usize = 3;

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
    // One mail that cannot be written does not keep the others from being sent; it is told at the end.
    let mut failure = None;
    loop {
        let (page, next) = store::load_page::<OwedMail>(ports.table, &partition, after.as_deref()).await?;
        let mut rest = page;
        while !rest.is_empty() {
            if deadline.is_some_and(|deadline| ports.clock.now() >= deadline) {
                return failure.map_or(Ok(Announced { more: true, ..done }), Err);
            }
            let batch = rest.drain(..rest.len().min(ports.mailer.batch().max(1))).collect();
            let unready = send_batch(ports, compose, batch, &mut done).await?;
            failure = failure.or(unready);
        }
        match next {
            Some(next) => after = Some(next),
            None => return failure.map_or(Ok(done), Err),
        }
    }
}

/// Sends and records what can be made ready, and gives the reason why the first of the others cannot.
async fn send_batch(
    ports: Ports<'_>,
    compose: ComposeMail<'_>,
    batch: Vec<Stored<OwedMail>>,
    done: &mut Announced,
) -> Result<Option<Failure>, Failure> {
    let steps: Vec<Result<Step<Option<Mail>>, Failure>> = futures::stream::iter(batch)
        .map(|owed| make_ready(ports, compose, owed))
        .buffered(IN_FLIGHT)
        .collect()
        .await;
    let mut unready = None;
    let mut ready = Vec::with_capacity(steps.len());
    for step in steps {
        match step {
            Ok(step) => ready.push(step),
            Err(error) => unready = unready.or(Some(error)),
        }
    }
    let (ready, in_other_hands) = commit_each(ports, ready).await?;
    done.postponed += in_other_hands;
    let (mut owed, mut mails) = (Vec::new(), Vec::new());
    for Step { note, carries, .. } in ready {
        match carries {
            Some(mail) => {
                owed.push(Stored { version: note.version + 1, ..note });
                mails.push(mail);
            }
            None => done.sent += 1,
        }
    }
    if !mails.is_empty() {
        let results = ports.mailer.send(&mails).await;
        if results.len() != owed.len() {
            return Err(Failure::NeedsPerson("the mailer did not answer for every mail".to_owned()));
        }
        let mut steps = Vec::with_capacity(owed.len());
        for (note, result) in owed.into_iter().zip(results) {
            match result {
                Ok(()) => steps.push(sent(ports, note)?),
                Err(MailError::Refused(_)) => steps.push(refused(note)?),
                Err(MailError::Unavailable(_) | MailError::Unknown(_)) => done.postponed += 1,
            }
        }
        let (recorded, in_other_hands) = commit_each(ports, steps).await?;
        done.postponed += in_other_hands;
        let sent = recorded.iter().filter(|step| step.carries == Recorded::Sent).count();
        done.sent += sent;
        done.refused += recorded.len() - sent;
    }
    Ok(unready)
}

/// What is to become of one owed note.
struct Step<T> {
    note: Stored<OwedMail>,
    writes: Vec<Write>,
    carries: T,
}

#[derive(PartialEq, Eq)]
enum Recorded {
    Sent,
    Refused,
}

/// Commits many steps in as few transactions as can be: each is a round trip. Gives those that came through, and how
/// many are in another run's hands.
async fn commit_each<T>(ports: Ports<'_>, steps: Vec<Step<T>>) -> Result<(Vec<Step<T>>, usize), Failure> {
    let mut committed = Vec::with_capacity(steps.len());
    let mut in_other_hands = 0;
    let mut failure = None;
    let mut rest = steps;
    while !rest.is_empty() {
        let group: Vec<_> = rest.drain(..rest.len().min(TRANSACTION_WRITES / STEP_WRITES)).collect();
        let writes = group.iter().flat_map(|step| step.writes.iter().cloned()).collect();
        match store::commit(ports.table, ports.entropy, writes).await {
            Ok(()) => committed.extend(group),
            // Another run is at some of them, or the store refuses one. Which, only each by itself can tell.
            Err(WriteError::Conflict { .. } | WriteError::NotApplied(_)) => {
                for step in group {
                    match store::commit(ports.table, ports.entropy, step.writes.clone()).await {
                        Ok(()) => committed.push(step),
                        Err(WriteError::Conflict { .. }) => in_other_hands += 1,
                        // The others are committed all the same: what was sent must not be sent again.
                        Err(error) => failure = failure.or(Some(error)),
                    }
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
    failure.map_or(Ok((committed, in_other_hands)), |error| Err(error.into()))
}

/// Mints the token and writes the mail. No mail is needed where the badge is claimed already: an earlier one arrived,
/// although its acceptance was never recorded.
async fn make_ready(
    ports: Ports<'_>,
    compose: ComposeMail<'_>,
    note: Stored<OwedMail>,
) -> Result<Step<Option<Mail>>, Failure> {
    let badge = note.record.badge.clone();
    let stored = match store::load::<AnyBadge>(ports.table, &AnyBadge::key_of(&badge)).await? {
        Some(Stored { record: AnyBadge::Unclaimed(stored), .. }) => stored,
        Some(Stored { record: AnyBadge::Claimed(_), .. }) => {
            let Step { note, writes, .. } = sent(ports, note)?;
            return Ok(Step { note, writes, carries: None });
        }
        None => return Err(Failure::NeedsPerson(format!("badge {badge} owes a mail and is not there"))),
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
            achievement: &stored.wording.name,
            kind: stored.kind,
            date: stored.date,
            claim_url: &claim_url,
            expires,
        },
    )?;
    let attempt = OwedMail { attempts: note.record.attempts.saturating_add(1), ..note.record };
    let writes = vec![
        store::create(&ClaimGrant { token: token.hash(), badge: badge.clone(), expires })?,
        store::create(&GrantOfBadge { badge, token: token.hash(), expires })?,
        store::replace(note.version, &attempt)?,
    ];
    Ok(Step { note: Stored { record: attempt, version: note.version }, writes, carries: Some(mail) })
}

fn sent(ports: Ports<'_>, note: Stored<OwedMail>) -> Result<Step<Recorded>, Failure> {
    let OwedMail { badge, shard, .. } = note.record.clone();
    let sent = SentMail { badge, shard, sent_at: ports.clock.now() };
    let writes = vec![store::delete(&note), store::create(&sent)?];
    Ok(Step { note, writes, carries: Recorded::Sent })
}

fn refused(note: Stored<OwedMail>) -> Result<Step<Recorded>, Failure> {
    let refused = OwedMail { refused: true, ..note.record.clone() };
    let writes = vec![store::replace(note.version, &refused)?];
    Ok(Step { note, writes, carries: Recorded::Refused })
}
