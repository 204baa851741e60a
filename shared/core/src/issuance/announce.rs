//! Step 3: every issued badge owes its recipient one mail with a fresh claim link.
//!
//! The token's hash is committed before the mail is sent, and the "owed" note goes only after the mail was accepted.
//! A death in between sends the mail again with another link; the earlier link stays good. Mail is at least once. Who
//! makes a link ready holds the mail for a while ([`Call::hold`]), so that runs side by side do not both send it.

use std::collections::BTreeMap;

use futures::StreamExt;
use serde::{Deserialize, Serialize};

use super::{
    Call, ComposeMail, Cursor, IN_FLIGHT, Ports, Work, hold,
    message::{Announcement, Message},
};
use crate::{
    badge::{AnyBadge, Badge, BadgeId, OwedMail, Unclaimed},
    candidate::Shard,
    ports::{Key, Mail, MailError, MailKind, TRANSACTION_WRITES, Write, WriteError},
    store::{self, Failure, Stopped, Stored},
    token::{CLAIM_VALIDITY, ClaimGrant, GrantOfBadge, Token},
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
    /// Why mails were not taken, and how many each. A cause names no person.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub causes: BTreeMap<String, usize>,
    /// Why the mail service takes none at all for now, if so: what is left is for a later call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<String>,
}

impl Mails {
    /// Adds what became of others.
    pub(super) fn add(&mut self, Self { sent, refused, postponed, held, causes, waiting }: Self) {
        self.sent += sent;
        self.refused += refused;
        self.postponed += postponed;
        self.held += held;
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
    fn skips(&self, note: &Stored<OwedMail>) -> bool {
        self.skip_refused && note.record.refused
    }
}

/// Sends and records what can be made ready, and gives the reason why the first of the others cannot.
async fn send_batch(
    ports: Ports<'_>,
    compose: ComposeMail<'_>,
    batch: Vec<Stored<OwedMail>>,
    done: &mut Mails,
) -> Result<Option<Failure>, Failure> {
    let steps: Vec<Result<Step<Option<Mail>>, Failure>> = futures::stream::iter(batch)
        .map(|owed| make_ready(ports, compose, owed))
        .buffered(IN_FLIGHT)
        .collect()
        .await;
    let mut unready: Option<Failure> = None;
    let mut ready = Vec::with_capacity(steps.len());
    for step in steps {
        match step {
            Ok(step) => ready.push(step),
            Err(error) => unready = unready.or(Some(error)),
        }
    }
    let Committed { steps: ready, in_other_hands, failure } = commit_each(ports, ready).await;
    done.postponed += in_other_hands;
    unready = unready.or(failure);
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

/// Mints the token and writes the mail. No mail is needed where the badge is claimed already: an earlier one arrived,
/// although its acceptance was never recorded.
async fn make_ready(
    ports: Ports<'_>,
    compose: ComposeMail<'_>,
    note: Stored<OwedMail>,
) -> Result<Step<Option<Mail>>, Failure> {
    let badge = &note.record.badge;
    let stored = match store::load::<AnyBadge>(ports.table, &AnyBadge::key_of(badge)).await? {
        Some(Stored { record: AnyBadge::Unclaimed(stored), .. }) => stored,
        Some(Stored { record: AnyBadge::Claimed(_) | AnyBadge::Deleted(_), .. }) => {
            let Step { note, writes, .. } = sent(ports, note)?;
            return Ok(Step { note, writes, carries: None });
        }
        None => return Err(Failure::NeedsPerson(format!("badge {badge} owes a mail and is not there"))),
    };
    let kind = match note.record.reminders {
        _ if note.record.resend => MailKind::LinkResent,
        0 => MailKind::BadgeIssued,
        1 => MailKind::FirstReminder,
        _ => MailKind::LastReminder,
    };
    let (mail, grants) = invite(ports, compose, &stored, kind)?;
    let attempt = OwedMail {
        attempts: note.record.attempts.saturating_add(1),
        attempted_at: Some(ports.clock.now()),
        refused: false,
        ..note.record
    };
    let mut writes = Vec::from(grants);
    writes.push(store::replace(note.version, &attempt)?);
    Ok(Step { note: Stored { record: attempt, version: note.version }, writes, carries: Some(mail) })
}

/// Mints a link to a badge that waits, and writes the mail that carries it. The writes make the link work.
pub(super) fn invite(
    ports: Ports<'_>,
    compose: ComposeMail<'_>,
    badge: &Badge<Unclaimed>,
    kind: MailKind,
) -> Result<(Mail, [Write; 2]), Failure> {
    let token = Token::mint(ports.entropy);
    let now = ports.clock.now();
    let expires = store::after(now, CLAIM_VALIDITY)?;
    let claim_url = ports.programme.claim_url(&token);
    let message = Message::Announcement(Announcement {
        mail: kind,
        badge: &badge.id,
        holder_name: &badge.holder_name,
        achievement: &badge.wording.name,
        kind: badge.kind,
        date: badge.date,
        claim_url: &claim_url,
        expires,
    });
    let mail = compose(badge.address.clone(), &message)?;
    let id = badge.id.clone();
    let grants = [
        store::create(&ClaimGrant { token: token.hash(), badge: id.clone(), expires })?,
        store::create(&GrantOfBadge { badge: id, token: token.hash(), expires })?,
    ];
    Ok((mail, grants))
}

fn sent(ports: Ports<'_>, note: Stored<OwedMail>) -> Result<Step<Recorded>, Failure> {
    let sent = note.record.clone().sent(ports.clock.now());
    let writes = vec![store::delete(&note), store::create(&sent)?];
    Ok(Step { note, writes, carries: Recorded::Sent })
}

fn refused(note: Stored<OwedMail>) -> Result<Step<Recorded>, Failure> {
    let refused = OwedMail { refused: true, ..note.record.clone() };
    let writes = vec![store::replace(note.version, &refused)?];
    Ok(Step { note, writes, carries: Recorded::Refused })
}
