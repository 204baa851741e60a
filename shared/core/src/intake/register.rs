//! Registering the rows of one list, in batches, so that memory stays bounded however long the list is.

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasher, RandomState},
};

use jiff::civil::Date;
use serde::Serialize;

use super::{
    Note, RefusalCode, RowAnswer, RowRefusal, Summary, Verdict, WarningCode,
    list::{ListError, RawRow, RowError},
    row::{ParsedRow, parse_row},
};
use crate::{
    achievement::Achievement,
    calendar::{self, Month},
    candidate::{
        AchievementId, AnyCandidate, Candidate, CandidateDetails, CandidateRef, Due, Occasions, OpenedMonth,
    },
    ports::{Clock, Entropy, TRANSACTION_WRITES, Table, Write, WriteError},
    store::{self, Failure, Stored},
};

/// Rows that are read and committed together: each takes three writes.
pub const BATCH_ROWS: usize = TRANSACTION_WRITES / 3;

/// How often one row is tried when other writers are at the same candidate.
const ROUNDS: u32 = 5;

/// Two occasions of one person, achievement and kind within so many months are one occasion with a wrong date.
const SAME_OCCASION_MONTHS: i32 = 6;

/// The registration of one list. It remembers achievements, months and (as hashes) addresses between batches.
pub struct Registration<'a> {
    table: &'a dyn Table,
    entropy: &'a dyn Entropy,
    /// The day in Japan on which the list is registered.
    clock: &'a dyn Clock,
    today: Date,
    achievements: HashMap<AchievementId, Option<Achievement>>,
    opened: HashSet<Month>,
    addresses: Addresses,
}

impl std::fmt::Debug for Registration<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Registration({})", self.today)
    }
}

/// A row that may be registered, as far as can be said without the store.
struct Entry {
    /// Its place among the answers.
    place: usize,
    details: CandidateDetails,
    warnings: Vec<WarningCode>,
}

/// What one row needs.
enum Step {
    Write { writes: Vec<Write>, amends: bool },
    Nothing,
    Refuse(RefusalCode),
}

impl<'a> Registration<'a> {
    /// Begins a list.
    pub fn new(table: &'a dyn Table, clock: &'a dyn Clock, entropy: &'a dyn Entropy) -> Self {
        Self {
            table,
            entropy,
            clock,
            today: calendar::japan_date(clock.now()),
            achievements: HashMap::new(),
            opened: HashSet::new(),
            addresses: Addresses::default(),
        }
    }

    /// Registers up to [`BATCH_ROWS`] rows and answers for each, in order. More rows are taken as well, in several
    /// commits.
    ///
    /// # Errors
    /// [`Failure`] if the store could not be read. Rows of earlier batches stay registered; sending all again is safe.
    pub async fn rows(
        &mut self,
        rows: Vec<Result<ParsedRow, RowRefusal>>,
    ) -> Result<Vec<RowAnswer>, Failure> {
        let mut answers = Vec::with_capacity(rows.len());
        let mut group: Vec<Entry> = Vec::new();
        let mut together: HashSet<CandidateRef> = HashSet::new();
        let mut people = HashSet::new();
        for (place, row) in rows.into_iter().enumerate() {
            let (line, row) = match row {
                Err(refusal) => {
                    answers
                        .push(RowAnswer { line: refusal.line, verdict: Verdict::refused(refusal.refusals) });
                    continue;
                }
                Ok(row) => (row.line, row),
            };
            answers.push(RowAnswer { line, verdict: Verdict::Unchanged });
            let entry = match self.examine(place, row).await? {
                Ok(entry) => entry,
                Err(refusal) => {
                    settle(&mut answers, place, Verdict::refused(vec![refusal]));
                    continue;
                }
            };
            let fresh = together.insert(CandidateRef::of(&entry.details));
            let fresh = people.insert(Occasions::key_of(&entry.details)) && fresh;
            if !fresh || group.len() == BATCH_ROWS {
                // The same person again: the second row must see what the first one did.
                self.commit(std::mem::take(&mut group), &mut answers).await?;
                together = HashSet::from([CandidateRef::of(&entry.details)]);
                people = HashSet::from([Occasions::key_of(&entry.details)]);
            }
            group.push(entry);
        }
        self.commit(group, &mut answers).await?;
        Ok(answers)
    }

    /// The rules that need the achievement and the day, but not what is registered.
    async fn examine(&mut self, place: usize, row: ParsedRow) -> Result<Result<Entry, RefusalCode>, Failure> {
        let ParsedRow { details, mut warnings, .. } = row;
        let Some(achievement) = self.achievement(&details.achievement).await? else {
            return Ok(Err(RefusalCode::AchievementUnknown));
        };
        let first_eligible = achievement.first_eligible;
        if details.date < first_eligible {
            return Ok(Err(RefusalCode::BeforeProgramme { first_eligible }));
        }
        if details.date > self.today {
            return Ok(Err(RefusalCode::DateInFuture));
        }
        let due_by = calendar::due_by(details.month());
        if due_by < self.today {
            warnings.push(WarningCode::Late { due_by });
        }
        if self.addresses.is_shared(&details) {
            warnings.push(WarningCode::AddressShared);
        }
        self.open(details.month()).await?;
        Ok(Ok(Entry { place, details, warnings }))
    }

    async fn achievement(&mut self, id: &AchievementId) -> Result<Option<&Achievement>, Failure> {
        if !self.achievements.contains_key(id) {
            let found = store::load::<Achievement>(self.table, &Achievement::key_of(id)).await?;
            self.achievements.insert(id.clone(), found.map(|stored| stored.record));
        }
        Ok(self.achievements.get(id).and_then(Option::as_ref))
    }

    /// A month is known to the runs before its first candidate is.
    async fn open(&mut self, month: Month) -> Result<(), Failure> {
        if self.opened.contains(&month) {
            return Ok(());
        }
        let opened = OpenedMonth { month };
        store::ensure(self.table, self.entropy, &opened).await?;
        self.opened.insert(month);
        Ok(())
    }

    /// Commits a group of different candidates at once; if that fails, one by one.
    async fn commit(&self, group: Vec<Entry>, answers: &mut [RowAnswer]) -> Result<(), Failure> {
        if group.is_empty() {
            return Ok(());
        }
        let steps = self.steps(&group).await?;
        let writes: Vec<Write> = steps
            .iter()
            .filter_map(|step| match step {
                Step::Write { writes, .. } => Some(writes.clone()),
                Step::Nothing | Step::Refuse(_) => None,
            })
            .flatten()
            .collect();
        let committed =
            if writes.is_empty() { Ok(()) } else { store::commit(self.table, self.entropy, writes).await };
        match committed {
            Ok(()) => {
                for (entry, step) in group.into_iter().zip(steps) {
                    settle(answers, entry.place, verdict(entry.warnings, step));
                }
            }
            Err(_) => {
                for entry in group {
                    let place = entry.place;
                    let verdict = self.commit_one(entry).await?;
                    settle(answers, place, verdict);
                }
            }
        }
        Ok(())
    }

    async fn commit_one(&self, entry: Entry) -> Result<Verdict, Failure> {
        let group = [entry];
        for _ in 0..ROUNDS {
            let Some(step) = self.steps(&group).await?.pop() else { break };
            let committed = match &step {
                Step::Write { writes, .. } => store::commit(self.table, self.entropy, writes.clone()).await,
                Step::Nothing | Step::Refuse(_) => Ok(()),
            };
            match committed {
                Ok(()) => {
                    let [entry] = group;
                    return Ok(verdict(entry.warnings, step));
                }
                Err(WriteError::Conflict { .. }) => {}
                Err(_) => break,
            }
        }
        Ok(Verdict::refused(vec![RefusalCode::NotSavedTryAgain]))
    }

    async fn steps(&self, group: &[Entry]) -> Result<Vec<Step>, Failure> {
        let details = || group.iter().map(|entry| &entry.details);
        let candidate_keys: Vec<_> = details().map(|details| CandidateRef::of(details).key()).collect();
        let occasion_keys: Vec<_> = details().map(Occasions::key_of).collect();
        let candidates = store::load_many::<AnyCandidate>(self.table, &candidate_keys).await?;
        let occasions = store::load_many::<Occasions>(self.table, &occasion_keys).await?;
        details()
            .zip(candidates.into_iter().zip(occasions))
            .map(|(details, (candidate, occasions))| self.step(details, candidate, occasions))
            .collect()
    }

    /// The rules that need what is registered.
    fn step(
        &self,
        details: &CandidateDetails,
        candidate: Option<Stored<AnyCandidate>>,
        occasions: Option<Stored<Occasions>>,
    ) -> Result<Step, Failure> {
        let Some(Stored { record, version }) = candidate else {
            return self.create(details, occasions);
        };
        if !record.details().name.same_person_as(&details.name) {
            return Ok(Step::Refuse(RefusalCode::NumberBelongsToAnother));
        }
        Ok(match record {
            AnyCandidate::Registered(candidate) if candidate.details == *details => Step::Nothing,
            AnyCandidate::Registered(candidate) => {
                let amended = AnyCandidate::Registered(candidate.amend(details.clone()));
                Step::Write { writes: vec![store::replace(version, &amended)?], amends: true }
            }
            AnyCandidate::Refused(candidate) => {
                let due = Due { candidate: CandidateRef::of(details) };
                let reopened = AnyCandidate::Registered(candidate.reopen(details.clone()));
                let writes = vec![store::replace(version, &reopened)?, store::create(&due)?];
                Step::Write { writes, amends: true }
            }
            AnyCandidate::Prepared(Candidate { details: registered, .. })
            | AnyCandidate::Issued(Candidate { details: registered, .. })
                if registered == *details =>
            {
                Step::Nothing
            }
            AnyCandidate::Prepared(_) | AnyCandidate::Issued(_) => Step::Refuse(RefusalCode::AlreadyIssued),
        })
    }

    fn create(
        &self,
        details: &CandidateDetails,
        occasions: Option<Stored<Occasions>>,
    ) -> Result<Step, Failure> {
        let month = details.month();
        let mut months = occasions.as_ref().map(|stored| stored.record.months.clone()).unwrap_or_default();
        if let Some(&other) = months.iter().find(|other| near(**other, month)) {
            return Ok(Step::Refuse(RefusalCode::RegisteredInAnotherMonth { month: other }));
        }
        months.push(month);
        let known = Occasions {
            number: details.number.clone(),
            achievement: details.achievement.clone(),
            kind: details.kind,
            months,
        };
        let candidate = AnyCandidate::Registered(Candidate::register(details.clone(), self.clock.now()));
        let due = Due { candidate: CandidateRef::of(details) };
        let known = match occasions {
            Some(stored) => store::replace(stored.version, &known)?,
            None => store::create(&known)?,
        };
        Ok(Step::Write {
            writes: vec![store::create(&candidate)?, store::create(&due)?, known],
            amends: false,
        })
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
/// As [`Registration::rows`].
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
        for answer in registration.rows(batch).await? {
            registered.summary.add(&answer);
            answered(answer);
        }
    }
    Ok(registered)
}

fn near(one: Month, other: Month) -> bool {
    let count = |month: Month| i32::from(month.year()) * 12 + i32::from(month.number());
    one != other && (count(one) - count(other)).abs() < SAME_OCCASION_MONTHS
}

fn verdict(warnings: Vec<WarningCode>, step: Step) -> Verdict {
    let warnings = || warnings.into_iter().map(|code| Note { sentence: code.sentence(), code }).collect();
    match step {
        Step::Write { amends: false, .. } => Verdict::Accepted { warnings: warnings() },
        Step::Write { amends: true, .. } => Verdict::Amended { warnings: warnings() },
        Step::Nothing => Verdict::Unchanged,
        Step::Refuse(refusal) => Verdict::refused(vec![refusal]),
    }
}

fn settle(answers: &mut [RowAnswer], place: usize, verdict: Verdict) {
    if let Some(answer) = answers.get_mut(place) {
        answer.verdict = verdict;
    }
}

/// The addresses of one list, as hashes: 16 bytes a row. A collision costs a needless warning.
#[derive(Default)]
struct Addresses {
    hasher: RandomState,
    numbers: HashMap<u64, u64>,
}

impl Addresses {
    /// Whether another person of this list has the same address.
    fn is_shared(&mut self, details: &CandidateDetails) -> bool {
        let address = self.hasher.hash_one(details.address.comparison_key());
        let number = self.hasher.hash_one(&details.number);
        *self.numbers.entry(address).or_insert(number) != number
    }
}
