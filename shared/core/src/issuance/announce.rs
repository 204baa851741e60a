//! Step 3: every issued badge owes its recipient one mail with a fresh claim link.
//!
//! The token's hash is committed before the mail is sent, and the "owed" note goes only after the mail was accepted.
//! A death in between sends the mail again with another link; the earlier link stays good. Mail is at least once. Who
//! makes a link ready holds the mail for a while ([`Call::hold`]), so that runs side by side do not both send it.
//!
//! No mail goes to an address that is stopped (see [`delivery`](crate::delivery)): it is marked, and stays owed. Each call looks whether
//! a person has released the address meanwhile.

mod ready;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub(super) use self::ready::invite;
use super::{Call, ComposeMail, Cursor, Ports, Work, hold};
use crate::{
    badge::{BadgeId, OwedMail},
    candidate::Shard,
    ports::{Key, Mail, MailError, TRANSACTION_WRITES, Write, WriteError},
    store::{self, Failure, Stopped, Stored},
};

/// The most writes that one owed note takes at a time.
const STEP_WRITES: usize = 3;

/// What became of mails.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mails {
    /// Accepted for delivery, and so recorded.
    pub sent: usize,
    /// Refused by the service. They stay owed.
    pub refused: usize,
    /// Could not be handed over now. They stay owed.
    pub postponed: usize,
    /// Another run has, or had a moment ago, them in hand. They are its business, or stay owed.
    pub held: usize,
    /// Not sent, because no mail goes to their addresses until a person releases them. They stay owed.
    #[serde(default)]
    pub stopped: usize,
    /// Why mails were not taken, and how many each. A cause names no person.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub causes: BTreeMap<String, usize>,
    /// Why the mail service takes none at all for now, if so: what is left is for a later call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<String>,
}

impl Mails {
    /// Adds what became of others.
    pub(super) fn add(&mut self, Self { sent, refused, postponed, held, stopped, causes, waiting }: Self) {
        self.sent += sent;
        self.refused += refused;
        self.postponed += postponed;
        self.held += held;
        self.stopped += stopped;
        for (cause, mails) in causes {
            *self.causes.entry(cause).or_default() += mails;
        }
        self.waiting = waiting;
    }
}

/// What the step did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announced {
    /// With the shard's mails.
    #[serde(flatten)]
    pub mails: Mails,
    /// Where to go on, if time ran out before the shard was done.
    pub next: Option<Cursor>,
    /// What kept the first of the others from being sent, if time ran out as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stuck: Option<String>,
}

/// Sends every owed mail of one shard, until done, until the call's time is over, or until the mail service takes no more.
///
/// # Errors
/// [`Stopped`] if the store did not answer or a mail could not be written. What was sent is recorded as far as it could be;
/// call again.
pub async fn announce(
    ports: Ports<'_>,
    work: Work,
    compose: ComposeMail<'_>,
    call: &Call,
) -> Result<Announced, Stopped<Announced>> {
    let mut done = Announced::default();
    match announce_all(ports, work, compose, call, &mut done).await {
        Ok(None) => Ok(done),
        Ok(Some(failure)) if done.next.is_some() => {
            done.stuck = Some(failure.to_string());
            Ok(done)
        }
        Ok(Some(failure)) | Err(failure) => Err(Stopped { done, failure }),
    }
}

/// One mail that cannot be written does not keep the others from being sent; it is told at the end.
async fn announce_all(
    ports: Ports<'_>,
    work: Work,
    compose: ComposeMail<'_>,
    call: &Call,
    done: &mut Announced,
) -> Result<Option<Failure>, Failure> {
    let partition = OwedMail::partition(work.shard);
    let mut after = call.after.as_ref().map(|cursor| cursor.0.clone());
    let mut failure: Option<Failure> = None;
    loop {
        let (page, next) = store::load_page::<OwedMail>(ports.table, &partition, after.as_deref()).await?;
        let (mut rest, held): (Vec<_>, Vec<_>) = page
            .into_iter()
            .filter(|note| !call.skips(note))
            .partition(|note| !call.holds(ports.clock, hold::Attempt::to_announce(&note.record)));
        done.mails.held += held.len();
        while !rest.is_empty() {
            let takes = match ports.mailer.ready().await {
                Ok(takes) => takes.max(1),
                Err(cause) => {
                    done.mails.postponed += rest.len();
                    done.mails.waiting = Some(cause.to_string());
                    return Ok(failure);
                }
            };
            if call.is_over(ports.clock) {
                done.next = Some(after.map_or_else(Cursor::beginning, Cursor));
                return Ok(failure);
            }
            let batch: Vec<_> = rest.drain(..rest.len().min(takes)).collect();
            let last = batch.last().map(|note| note.record.badge.to_string());
            let unready = send_batch(ports, compose, batch, &mut done.mails).await?;
            failure = failure.or(unready);
            after = last.or(after);
        }
        match next {
            Some(next) => after = Some(next),
            None => return Ok(failure),
        }
    }
}

/// Sends the mails that these badges owe, whoever's month they are of, and leaves the others alone.
pub(super) async fn announce_these(
    ports: Ports<'_>,
    badges: &[(Shard, BadgeId)],
    compose: ComposeMail<'_>,
    call: &Call,
    done: &mut Mails,
) -> Result<Option<Failure>, Failure> {
    let keys: Vec<_> = badges
        .iter()
        .map(|(shard, badge)| Key::new(OwedMail::partition(*shard), badge.to_string()))
        .collect();
    let owed = store::load_many::<OwedMail>(ports.table, &keys).await?;
    let (mut rest, held): (Vec<_>, Vec<_>) = owed
        .into_iter()
        .flatten()
        .partition(|note| !call.holds(ports.clock, hold::Attempt::to_announce(&note.record)));
    done.held += held.len();
    let mut failure: Option<Failure> = None;
    while !rest.is_empty() {
        let takes = match ports.mailer.ready().await {
            Ok(takes) => takes.max(1),
            Err(cause) => {
                done.postponed += rest.len();
                done.waiting = Some(cause.to_string());
                return Ok(failure);
            }
        };
        let batch: Vec<_> = rest.drain(..rest.len().min(takes)).collect();
        let unready = send_batch(ports, compose, batch, done).await?;
        failure = failure.or(unready);
    }
    Ok(failure)
}

impl Call {
    /// What the office stopped is looked at each time: a person may have released it, and somebody waits for the mail.
    fn skips(&self, note: &Stored<OwedMail>) -> bool {
        self.skip_refused && note.record.refused && !note.record.stopped
    }
}

/// Sends and records what can be made ready, and gives the reason why the first of the others cannot.
async fn send_batch(
    ports: Ports<'_>,
    compose: ComposeMail<'_>,
    batch: Vec<Stored<OwedMail>>,
    done: &mut Mails,
) -> Result<Option<Failure>, Failure> {
    let ready::Batch { steps, still_stopped, unlifted, failure: unready } =
        ready::make_ready(ports, compose, batch).await;
    done.stopped += still_stopped;
    for cause in unlifted {
        *done.causes.entry(cause.to_string()).or_default() += 1;
        done.postponed += 1;
    }
    let Committed { steps: ready, in_other_hands, failure } = commit_each(ports, steps).await;
    done.postponed += in_other_hands;
    let unready = unready.or(failure);
    let (mut owed, mut mails) = (Vec::new(), Vec::new());
    for Step { note, carries, .. } in ready {
        match carries {
            Ready::Mail(mail) => {
                owed.push(Stored { version: note.version + 1, ..note });
                mails.push(mail);
            }
            Ready::Claimed => done.sent += 1,
            Ready::Stopped => done.stopped += 1,
        }
    }
    if mails.is_empty() {
        return Ok(unready);
    }
    let results = ports.mailer.send(&mails).await;
    if results.len() != owed.len() {
        return Err(Failure::NeedsPerson("the mailer did not answer for every mail".to_owned()));
    }
    let mut steps = Vec::with_capacity(owed.len());
    for (note, result) in owed.into_iter().zip(results) {
        match result {
            Ok(()) => steps.push(sent(ports, note)?),
            Err(error) => {
                *done.causes.entry(error.to_string()).or_default() += 1;
                match error {
                    MailError::Refused(_) => steps.push(refused(note)?),
                    MailError::Unavailable(_) | MailError::Unknown(_) => done.postponed += 1,
                }
            }
        }
    }
    let Committed { steps: recorded, in_other_hands, failure } = commit_each(ports, steps).await;
    done.postponed += in_other_hands;
    let sent = recorded.iter().filter(|step| step.carries == Recorded::Sent).count();
    done.sent += sent;
    done.refused += recorded.len() - sent;
    Ok(unready.or(failure))
}

/// What is to become of one owed note.
struct Step<T> {
    note: Stored<OwedMail>,
    writes: Vec<Write>,
    carries: T,
}

/// What came of making a mail ready.
enum Ready {
    /// It can be sent.
    Mail(Mail),
    /// None is needed.
    Claimed,
    /// None may be sent.
    Stopped,
}

#[derive(PartialEq, Eq)]
enum Recorded {
    Sent,
    Refused,
}

/// What came of many commits.
struct Committed<T> {
    /// Those that came through.
    steps: Vec<Step<T>>,
    /// How many are in another run's hands.
    in_other_hands: usize,
    /// Why the first of the others was not committed.
    failure: Option<Failure>,
}

/// Commits many steps in as few transactions as can be: each is a round trip. Whatever happens to one group, the others are
/// committed all the same: what was sent must not be sent again.
async fn commit_each<T>(ports: Ports<'_>, steps: Vec<Step<T>>) -> Committed<T> {
    let mut committed =
        Committed { steps: Vec::with_capacity(steps.len()), in_other_hands: 0, failure: None };
    let mut rest = steps;
    while !rest.is_empty() {
        let group: Vec<_> = rest.drain(..rest.len().min(TRANSACTION_WRITES / STEP_WRITES)).collect();
        let writes = group.iter().flat_map(|step| step.writes.iter().cloned()).collect();
        match store::commit(ports.table, ports.entropy, writes).await {
            Ok(()) => committed.steps.extend(group),
            // Another run is at some of them, or the store refuses one. Which, only each by itself can tell.
            Err(WriteError::Conflict { .. } | WriteError::NotApplied(_)) => {
                for step in group {
                    match store::commit(ports.table, ports.entropy, step.writes.clone()).await {
                        Ok(()) => committed.steps.push(step),
                        Err(WriteError::Conflict { .. }) => committed.in_other_hands += 1,
                        Err(error) => committed.failure = committed.failure.or(Some(error.into())),
                    }
                }
            }
            Err(error) => committed.failure = committed.failure.or(Some(error.into())),
        }
    }
    committed
}

fn sent(ports: Ports<'_>, note: Stored<OwedMail>) -> Result<Step<Recorded>, Failure> {
    let sent = note.record.clone().sent(ports.clock.now());
    let writes = vec![store::delete(&note), store::create(&sent)?];
    Ok(Step { note, writes, carries: Recorded::Sent })
}

fn refused(note: Stored<OwedMail>) -> Result<Step<Recorded>, Failure> {
    let refused = OwedMail { refused: true, stopped: false, ..note.record.clone() };
    let writes = vec![store::replace(note.version, &refused)?];
    Ok(Step { note, writes, carries: Recorded::Refused })
}
