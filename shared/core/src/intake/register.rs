//! Registering the rows of one list, in batches, so that memory stays bounded however long the list is.

use serde::Serialize;

use super::{
    Note, RefusalCode, RowAnswer, RowRefusal, Summary, WarningCode,
    answer::Judged,
    judge::{Entry, Judge, Sketch},
    list::{ListError, RawRow, RowError},
    row::{ParsedRow, parse_row},
};
use crate::{
    office::audit::{self, Deed},
    order::Actor,
    ports::{Clock, Entropy, TRANSACTION_WRITES, Table, WriteError},
    programme::Retention,
    store::{self, Failure},
};

/// Rows that are read and committed together: each takes three writes, and one is left for the line of the audit.
pub const BATCH_ROWS: usize = TRANSACTION_WRITES / 3;

/// How often one row is tried when other writers are at the same candidate.
const ROUNDS: u32 = 5;

/// The registration of one list.
pub struct Registration<'a> {
    judge: Judge<'a>,
    /// The line of the audit that is to be written with the first change.
    line: Option<Actor>,
}

impl std::fmt::Debug for Registration<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Registration({})", self.judge.today)
    }
}

/// Rows that are committed together, and their places among the answers.
#[derive(Default)]
struct Group {
    places: Vec<usize>,
    entries: Vec<Entry>,
}

impl<'a> Registration<'a> {
    /// Begins a list.
    pub fn new(table: &'a dyn Table, clock: &'a dyn Clock, entropy: &'a dyn Entropy) -> Self {
        Self { judge: Judge::new(table, clock, entropy), line: None }
    }

    /// The same, registered by a member of the staff, named as the sign-in service does. The first change writes a line of the audit.
    #[must_use]
    pub fn by(mut self, subject: &str) -> Self {
        self.judge.by = Some(subject.to_owned());
        self.line = Some(Actor::staff(subject));
        self
    }

    /// The same, where things are kept for other times.
    #[must_use]
    pub fn keeping(mut self, retention: Retention) -> Self {
        self.judge.retention = retention;
        self
    }

    /// Registers up to [`BATCH_ROWS`] rows and says what became of each line, in order. More rows are taken as well, in
    /// several commits.
    async fn rows(
        &mut self,
        rows: Vec<Result<ParsedRow, RowRefusal>>,
    ) -> Result<Vec<(u64, Judged)>, Failure> {
        let mut answers = Vec::with_capacity(rows.len());
        let mut group = Group::default();
        for (place, row) in rows.into_iter().enumerate() {
            let (line, judged) = match row {
                Err(refusal) => (refusal.line, Judged::Refused { refusals: refusal.refusals }),
                Ok(row) => (row.line, self.admit(row, place, &mut group).await?),
            };
            answers.push((line, judged));
            if group.entries.len() == BATCH_ROWS {
                self.commit(std::mem::take(&mut group), &mut answers).await?;
            }
        }
        self.commit(group, &mut answers).await?;
        Ok(answers)
    }

    /// Judges a row by itself. If it passes, it joins the group, and what is answered here will be replaced.
    async fn admit(&mut self, row: ParsedRow, place: usize, group: &mut Group) -> Result<Judged, Failure> {
        let mut entry = match self.judge.admit(row).await? {
            Ok(entry) => entry,
            Err(refusal) => return Ok(Judged::refused(refusal)),
        };
        if self.judge.addresses.is_shared(&entry.details) {
            entry.warnings.push(WarningCode::AddressShared);
        }
        group.places.push(place);
        group.entries.push(entry);
        Ok(Judged::Unchanged)
    }

    /// Commits a group at once; if that fails, one by one.
    async fn commit(&mut self, group: Group, answers: &mut [(u64, Judged)]) -> Result<(), Failure> {
        let Group { places, entries } = group;
        let judged = if let Ok(judged) = self.try_commit(&entries).await? {
            judged
        } else {
            let mut judged = Vec::with_capacity(entries.len());
            for entry in entries {
                judged.push(self.commit_one(entry).await?);
            }
            judged
        };
        for (place, judged) in places.into_iter().zip(judged) {
            if let Some((_, answer)) = answers.get_mut(place) {
                *answer = judged;
            }
        }
        Ok(())
    }

    async fn commit_one(&mut self, entry: Entry) -> Result<Judged, Failure> {
        let entries = [entry];
        for _ in 0..ROUNDS {
            match self.try_commit(&entries).await? {
                Ok(judged) => return Ok(judged.into_iter().next().unwrap_or(Judged::Unchanged)),
                Err(WriteError::Conflict { .. }) => {}
                Err(_) => break,
            }
        }
        Ok(Judged::refused(RefusalCode::NotSavedTryAgain))
    }

    async fn try_commit(&mut self, entries: &[Entry]) -> Result<Result<Vec<Judged>, WriteError>, Failure> {
        if entries.is_empty() {
            return Ok(Ok(Vec::new()));
        }
        self.judge.open(entries).await?;
        let mut sketch = Sketch::default();
        let judged = self.judge.settle(&mut sketch, entries).await?;
        let mut writes = sketch.writes()?;
        if writes.is_empty() {
            return Ok(Ok(judged));
        }
        let Judge { table, clock, entropy, .. } = &self.judge;
        if let Some(actor) = &self.line {
            writes.push(audit::line(*entropy, clock.now(), actor.clone(), Deed::RegisteredByProgram)?);
        }
        if let Err(error) = store::commit(*table, *entropy, writes).await {
            return Ok(Err(error));
        }
        self.line = None;
        Ok(Ok(judged))
    }
}

/// What became of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Registered {
    /// How many rows came to what.
    pub summary: Summary,
    /// Why the list could not be read to its end, if so. The rows before are registered; sending all again is safe.
    pub stopped: Option<Note<ListError>>,
}

/// Registers a whole list, batch by batch, and hands on the answer of every row.
///
/// # Errors
/// [`Failure`] if the store could not be read. Rows of earlier batches stay registered; sending all again is safe.
pub async fn register_list(
    registration: &mut Registration<'_>,
    mut rows: impl Iterator<Item = Result<RawRow, RowError>> + Send,
    mut answered: impl FnMut(RowAnswer) + Send,
) -> Result<Registered, Failure> {
    let mut registered = Registered { summary: Summary::default(), stopped: None };
    let mut ended = false;
    while !ended {
        let mut batch = Vec::with_capacity(BATCH_ROWS);
        while batch.len() < BATCH_ROWS && !ended {
            match rows.next() {
                Some(Ok(row)) => batch.push(parse_row(&row)),
                Some(Err(RowError::Refused(refusal))) => batch.push(Err(refusal)),
                Some(Err(RowError::Stopped(error))) => {
                    registered.stopped = Some(Note { sentence: error.sentence(), code: error });
                    ended = true;
                }
                None => ended = true,
            }
        }
        for (line, judged) in registration.rows(batch).await? {
            registered.summary.add(&judged);
            answered(RowAnswer { line, verdict: judged.verdict() });
        }
    }
    Ok(registered)
}
