//! Step 2: one candidate becomes one badge, however often and however concurrently it is tried.
//!
//! Two commits a badge. *Prepare* freezes what will be signed and reserves the status index. *Issue* puts the badge,
//! the issued candidate and the owed mail in place of the due note. Whoever loses a race reads again and goes on
//! from what stands there: signing the same frozen bytes again gives the same signature.

use std::collections::HashMap;

use futures::StreamExt;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::{
    Call, Cursor, IN_FLIGHT, Ports, Work,
    build::{self, NotPrepared},
    publish::ensure_list,
    signing::{self, Made},
};
use crate::{
    achievement::Achievement,
    badge::{Badge, OwedMail},
    calendar::Month,
    candidate::{
        AchievementId, AnyCandidate, Candidate, CandidateRef, Due, IssueRefusal, Prepared, Registered,
    },
    office::approval::Approvals,
    ports::WriteError,
    status::{self, StatusListId, StatusSlot},
    store::{self, Failure, Stopped, Stored},
};

/// How often one candidate is read again after losing a race, before the run leaves it to the next one.
const ROUNDS: u32 = 64;

/// How much of a candidate's name a [`Cursor`] says: enough to go on near there, too little to tell people apart.
const CURSOR_DIGITS: usize = 4;

/// What the step did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// Badges committed by this call.
    pub issued: usize,
    /// Candidates that turned out to get no badge.
    pub refused: usize,
    /// Candidates found already done, by another run.
    pub already: usize,
    /// Candidates that stay due, because a second person has yet to approve of them.
    #[serde(default)]
    pub unapproved: usize,
    /// Where to go on, if time ran out before the shard was done.
    pub next: Option<Cursor>,
    /// What kept the first of those from being issued that stay due, if time ran out as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stuck: Option<String>,
}

/// Issues every due candidate of one shard, until done or until the call's time is over.
///
/// One candidate's failure does not stop the others; the first one is returned when all have been tried.
///
/// # Errors
/// [`Stopped`] if some candidate could not be finished. What was committed stands; call again.
pub async fn issue(ports: Ports<'_>, work: Work, call: &Call) -> Result<Issued, Stopped<Issued>> {
    let shared = Shared::default();
    let mut done = Issued::default();
    let mut failure: Option<Failure> = None;
    let mut after = call.after.as_ref().map(|cursor| cursor.0.clone());
    loop {
        let partition = Due::partition(work.shard);
        let (page, next) = match store::load_page::<Due>(ports.table, &partition, after.as_deref()).await {
            Ok(page) => page,
            Err(error) => return Err(Stopped { done, failure: error.into() }),
        };
        let mut outcomes = futures::stream::iter(page)
            .map(|due| {
                let shared = &shared;
                async move {
                    if call.is_over(ports.clock) {
                        return Ok(Outcome::OutOfTime(cursor(&due.record)));
                    }
                    issue_one(ports, work, shared, due).await
                }
            })
            // In order, so that everybody before the first one left was tried.
            .buffered(IN_FLIGHT);
        while let Some(outcome) = outcomes.next().await {
            match outcome {
                Ok(Outcome::Issued) => done.issued += 1,
                Ok(Outcome::Refused) => done.refused += 1,
                Ok(Outcome::Already) => done.already += 1,
                Ok(Outcome::Unapproved) => done.unapproved += 1,
                Ok(Outcome::OutOfTime(cursor)) => {
                    done.next = Some(cursor);
                    break;
                }
                Err(error) => {
                    failure = Some(match failure {
                        Some(first) => first.or_rather(error),
                        None => error,
                    });
                }
            }
        }
        drop(outcomes);
        match next {
            Some(next) if done.next.is_none() => after = Some(next),
            _ => break,
        }
    }
    match failure {
        Some(failure) if done.next.is_none() => Err(Stopped { done, failure }),
        failure => Ok(Issued { stuck: failure.map(|error| error.to_string()), ..done }),
    }
}

/// Begins before this candidate.
fn cursor(due: &Due) -> Cursor {
    Cursor(due.candidate.id.chars().take(CURSOR_DIGITS).collect())
}

enum Outcome {
    Issued,
    Refused,
    Already,
    Unapproved,
    OutOfTime(Cursor),
}

/// What the candidates of one shard have in common: read once.
#[derive(Default)]
struct Shared {
    achievements: Mutex<HashMap<AchievementId, Option<Achievement>>>,
    lists: Mutex<Vec<StatusListId>>,
    approvals: Mutex<Option<Approvals>>,
}

impl Shared {
    async fn achievement(
        &self,
        ports: Ports<'_>,
        id: &AchievementId,
    ) -> Result<Option<Achievement>, Failure> {
        let mut known = self.achievements.lock().await;
        if let Some(achievement) = known.get(id) {
            return Ok(achievement.clone());
        }
        let found = store::load::<Achievement>(ports.table, &Achievement::key_of(id)).await?;
        let achievement = found.map(|stored| stored.record);
        known.insert(id.clone(), achievement.clone());
        Ok(achievement)
    }

    /// Whether as many people have looked at a candidate as the programme asks for.
    async fn may_prepare(
        &self,
        ports: Ports<'_>,
        month: Month,
        candidate: &Candidate<Registered>,
    ) -> Result<bool, Failure> {
        if !ports.programme.office.second_approval {
            return Ok(true);
        }
        let mut known = self.approvals.lock().await;
        if let Some(approvals) = &*known {
            return Ok(approvals.cover(candidate));
        }
        let approvals = known.insert(Approvals::of(ports.table, month).await?);
        Ok(approvals.cover(candidate))
    }

    /// A badge never names a list that verifiers cannot fetch.
    async fn ensure_list(&self, ports: Ports<'_>, list: &StatusListId) -> Result<(), Failure> {
        let mut known = self.lists.lock().await;
        if !known.contains(list) {
            ensure_list(ports.signing(), list).await?;
            known.push(list.clone());
        }
        Ok(())
    }
}

async fn issue_one(
    ports: Ports<'_>,
    work: Work,
    shared: &Shared,
    due: Stored<Due>,
) -> Result<Outcome, Failure> {
    let reference = &due.record.candidate;
    for round in 0..ROUNDS {
        let Some(found) = store::load::<AnyCandidate>(ports.table, &reference.key()).await? else {
            // Cancelled since the page was read, together with its due note.
            return Ok(Outcome::Already);
        };
        let version = found.version;
        let step = match found.record {
            AnyCandidate::Registered(candidate)
                if !shared.may_prepare(ports, work.shard.month, &candidate).await? =>
            {
                Step::Done(Outcome::Unapproved)
            }
            AnyCandidate::Registered(candidate) => {
                prepare(ports, work, shared, &due, candidate, version, round).await?
            }
            AnyCandidate::Prepared(candidate) => commit(ports, shared, &due, candidate, version).await?,
            AnyCandidate::Issued(_) | AnyCandidate::Refused(_) | AnyCandidate::Cancelled(_) => {
                Step::Done(Outcome::Already)
            }
        };
        if let Step::Done(outcome) = step {
            return Ok(outcome);
        }
    }
    Err(Failure::TryAgain("a candidate is contended".to_owned()))
}

enum Step {
    Done(Outcome),
    /// The candidate moved, by our hand or another's: read it again.
    ReadAgain,
}

impl Step {
    /// A lost race is not a failure.
    fn after(commit: Result<(), WriteError>, done: Self) -> Result<Self, Failure> {
        match commit {
            Ok(()) => Ok(done),
            Err(WriteError::Conflict { .. }) => Ok(Self::ReadAgain),
            Err(error) => Err(error.into()),
        }
    }
}

async fn prepare(
    ports: Ports<'_>,
    work: Work,
    shared: &Shared,
    due: &Stored<Due>,
    candidate: Candidate<Registered>,
    version: u64,
    round: u32,
) -> Result<Step, Failure> {
    let achievement = shared.achievement(ports, &candidate.details.achievement).await?;
    let (list, index) = status::random_slot(ports.entropy, work.shard.month, work.lists, round);
    let now = ports.clock.now();
    match build::prepare(ports.signing(), &candidate.details, achievement.as_ref(), list, index, now) {
        Ok(preparation) => {
            let slot = StatusSlot {
                list: preparation.list.clone(),
                index: preparation.index,
                badge: preparation.badge.clone(),
            };
            let prepared = AnyCandidate::Prepared(candidate.prepare(preparation));
            let writes = vec![store::replace(version, &prepared)?, store::create(&slot)?];
            let committed = store::commit(ports.table, ports.entropy, writes).await;
            Step::after(committed, Step::ReadAgain)
        }
        Err(NotPrepared::Refused(reason)) => refuse(ports, due, candidate, version, reason, now).await,
        Err(NotPrepared::Failed(failure)) => Err(failure),
    }
}

async fn refuse(
    ports: Ports<'_>,
    due: &Stored<Due>,
    candidate: Candidate<Registered>,
    version: u64,
    reason: IssueRefusal,
    now: Timestamp,
) -> Result<Step, Failure> {
    let refused = AnyCandidate::Refused(candidate.refuse(reason, now));
    let writes = vec![store::replace(version, &refused)?, store::delete(due)];
    Step::after(store::commit(ports.table, ports.entropy, writes).await, Step::Done(Outcome::Refused))
}

async fn commit(
    ports: Ports<'_>,
    shared: &Shared,
    due: &Stored<Due>,
    candidate: Candidate<Prepared>,
    version: u64,
) -> Result<Step, Failure> {
    if candidate.state.preparation.key != ports.signer.fragment() {
        // The key was rotated between preparing and signing. Nothing was given out, so the proof may change; whoever
        // still signs with the old key loses the race for this version.
        let proof = build::proof(ports.signing(), ports.clock.now())?;
        let again = candidate.prepare_again(proof, ports.signer.fragment().to_owned());
        let writes = vec![store::replace(version, &AnyCandidate::Prepared(again))?];
        return Step::after(store::commit(ports.table, ports.entropy, writes).await, Step::ReadAgain);
    }
    let preparation = candidate.state.preparation.clone();
    shared.ensure_list(ports, &preparation.list).await?;
    let Made { signed, token } = signing::sign(ports.signing(), &preparation).await?;
    let now = ports.clock.now();
    let badge = Badge::issue(&preparation, &candidate.details, &signed, token, now);
    let reference = CandidateRef::of(&candidate.details);
    let owed = OwedMail::new(badge.id.clone(), reference.shard());
    let issued = AnyCandidate::Issued(candidate.issue(now));
    let writes = vec![
        store::create(&crate::badge::AnyBadge::Unclaimed(badge))?,
        store::replace(version, &issued)?,
        store::delete(due),
        store::create(&owed)?,
    ];
    Step::after(store::commit(ports.table, ports.entropy, writes).await, Step::Done(Outcome::Issued))
}
