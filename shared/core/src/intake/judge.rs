//! The rules by which rows are judged: one definition, for whoever only wants to know and for whoever registers.
//!
//! A row is judged by what the list says ([`Judge::admit`]) and then by what is registered ([`Sketch::settle`]). A [`Sketch`]
//! holds what is registered together with what the rows judged so far would make of it, so that every row sees those before
//! it. Committing its [writes](Sketch::writes) is registering; throwing it away is a rehearsal.

use std::collections::{BTreeMap, HashMap, HashSet};

use aws_lc_rs::digest;
use jiff::civil::Date;

use super::{RefusalCode, WarningCode, answer::Judged, row::ParsedRow};
use crate::{
    achievement::Achievement,
    calendar::{self, Month},
    candidate::{
        AchievementId, AnyCandidate, Candidate, CandidateDetails, CandidateRef, Change, Due, Occasions,
        OpenedMonth, Registered,
    },
    ports::{Clock, Entropy, Key, Table, Write, WriteError},
    programme::Retention,
    store::{self, Failure, Record, Stored, random_uuid},
    token::CLAIM_VALIDITY,
};

/// Two occasions of one person, achievement and kind within so many months are one occasion with a wrong date.
const SAME_OCCASION_MONTHS: i32 = 6;

/// What one list's rows are judged by, as far as it stays the same from row to row. It remembers achievements, months and (as
/// hashes) addresses.
pub(super) struct Judge<'a> {
    pub(super) table: &'a dyn Table,
    pub(super) clock: &'a dyn Clock,
    pub(super) entropy: &'a dyn Entropy,
    /// The day in Japan on which the list is registered.
    pub(super) today: Date,
    /// Who registers it.
    pub(super) by: Option<String>,
    /// For how long the register is kept.
    pub(super) retention: Retention,
    achievements: HashMap<AchievementId, Option<Achievement>>,
    /// The months that were looked at, and whether runs know them.
    months: HashMap<Month, Standing>,
    pub(super) addresses: Addresses,
}

/// How a month stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// Nobody is registered in it.
    New,
    /// Runs know it.
    Opened,
    /// It is being erased.
    Retired,
}

/// A row that may be registered, as far as can be said without what is registered.
pub(super) struct Entry {
    pub(super) details: CandidateDetails,
    pub(super) warnings: Vec<WarningCode>,
    /// Nobody new is registered for its achievement.
    closed: bool,
}

impl<'a> Judge<'a> {
    pub(super) fn new(table: &'a dyn Table, clock: &'a dyn Clock, entropy: &'a dyn Entropy) -> Self {
        Self {
            table,
            clock,
            entropy,
            today: calendar::japan_date(clock.now()),
            by: None,
            retention: Retention::default(),
            achievements: HashMap::new(),
            months: HashMap::new(),
            addresses: Addresses::new(random_uuid(entropy).simple().to_string()),
        }
    }

    /// The rules that need the achievement and the day. Addresses are looked at apart, because that must be done once a row.
    pub(super) async fn admit(&mut self, row: ParsedRow) -> Result<Result<Entry, RefusalCode>, Failure> {
        let ParsedRow { details, mut warnings, .. } = row;
        let Some(achievement) = self.achievement(&details.achievement).await? else {
            return Ok(Err(RefusalCode::AchievementUnknown));
        };
        let (first_eligible, closed) = (achievement.first_eligible, achievement.closed);
        if details.date < first_eligible {
            return Ok(Err(RefusalCode::BeforeProgramme { first_eligible }));
        }
        if details.date > self.today {
            return Ok(Err(RefusalCode::DateInFuture));
        }
        let closes = self.retention.register_until(details.month());
        // Whoever gets a badge has the time to accept it, before the register is erased and takes it along.
        let accepted = calendar::start_of(self.today).checked_add(CLAIM_VALIDITY);
        let in_time = accepted.is_ok_and(|accepted| calendar::japan_date(accepted) < closes);
        if !in_time || self.standing(details.month()).await? == Standing::Retired {
            return Ok(Err(RefusalCode::RegisterCloses { on: closes }));
        }
        let due_by = calendar::due_by(details.month());
        if due_by < self.today {
            warnings.push(WarningCode::Late { due_by });
        }
        Ok(Ok(Entry { details, warnings, closed }))
    }

    async fn achievement(&mut self, id: &AchievementId) -> Result<Option<&Achievement>, Failure> {
        if !self.achievements.contains_key(id) {
            let found = store::load::<Achievement>(self.table, &Achievement::key_of(id)).await?;
            self.achievements.insert(id.clone(), found.map(|stored| stored.record));
        }
        Ok(self.achievements.get(id).and_then(Option::as_ref))
    }

    async fn standing(&mut self, month: Month) -> Result<Standing, Failure> {
        if let Some(standing) = self.months.get(&month) {
            return Ok(*standing);
        }
        let opened = store::load::<OpenedMonth>(self.table, &OpenedMonth::key_of(month)).await?;
        let standing = match opened {
            None => Standing::New,
            Some(opened) if opened.record.retired_at.is_some() => Standing::Retired,
            Some(_) => Standing::Opened,
        };
        self.months.insert(month, standing);
        Ok(standing)
    }

    /// A month is known to the runs before its first candidate is.
    pub(super) async fn open(&mut self, entries: &[Entry]) -> Result<(), Failure> {
        for entry in entries {
            let month = entry.details.month();
            if self.months.get(&month) == Some(&Standing::Opened) {
                continue;
            }
            let opened = OpenedMonth::new(month);
            match store::commit(self.table, self.entropy, vec![store::create(&opened)?]).await {
                Ok(()) => {}
                // Somebody else opened it, or failed to.
                Err(WriteError::Conflict { .. }) => store::ensure(self.table, self.entropy, &opened).await?,
                Err(error) => return Err(error.into()),
            }
            self.months.insert(month, Standing::Opened);
        }
        Ok(())
    }

    /// Judges rows, in order, by what is registered and what the sketch has made of it so far.
    pub(super) async fn settle(
        &self,
        sketch: &mut Sketch,
        entries: &[Entry],
    ) -> Result<Vec<Judged>, Failure> {
        sketch.load(self.table, entries).await?;
        let change = Change { at: self.clock.now(), by: self.by.clone() };
        Ok(entries.iter().map(|entry| sketch.settle(entry, &change)).collect())
    }
}

/// What is registered about the people of some rows, and what the rows would make of it.
#[derive(Default)]
pub(super) struct Sketch {
    candidates: BTreeMap<Key, Place<AnyCandidate>>,
    occasions: BTreeMap<Key, Place<Occasions>>,
}

/// One record: as it is stored, and as it is to be.
struct Place<T> {
    version: Option<u64>,
    /// Whether it stands among those that wait for a run.
    due: bool,
    record: Option<T>,
    changed: bool,
}

impl<T> Default for Place<T> {
    /// Nothing is stored.
    fn default() -> Self {
        Self { version: None, due: false, record: None, changed: false }
    }
}

impl<T> Place<T> {
    fn of(stored: Option<Stored<T>>, due: impl Fn(&T) -> bool) -> Self {
        let (record, version) = stored.map_or((None, None), |it| (Some(it.record), Some(it.version)));
        Self { version, due: record.as_ref().is_some_and(due), record, changed: false }
    }

    fn put(&mut self, record: T) {
        self.record = Some(record);
        self.changed = true;
    }
}

impl Sketch {
    /// Reads what is registered about the rows' people and was not read yet.
    async fn load(&mut self, table: &dyn Table, entries: &[Entry]) -> Result<(), Failure> {
        let fresh = |keys: Vec<Key>, known: &dyn Fn(&Key) -> bool| {
            let mut seen = HashSet::new();
            let fresh = keys.into_iter().filter(|key| !known(key) && seen.insert(key.clone()));
            fresh.collect::<Vec<_>>()
        };
        let details = || entries.iter().map(|entry| &entry.details);
        let keys = details().map(|details| CandidateRef::of(details).key()).collect();
        let keys = fresh(keys, &|key| self.candidates.contains_key(key));
        let found = store::load_many::<AnyCandidate>(table, &keys).await?;
        let waits = |it: &AnyCandidate| matches!(it, AnyCandidate::Registered(_) | AnyCandidate::Prepared(_));
        self.candidates.extend(keys.into_iter().zip(found.into_iter().map(|it| Place::of(it, waits))));
        let keys = fresh(details().map(Occasions::key_of).collect(), &|key| self.occasions.contains_key(key));
        let found = store::load_many::<Occasions>(table, &keys).await?;
        self.occasions.extend(keys.into_iter().zip(found.into_iter().map(|it| Place::of(it, |_| false))));
        Ok(())
    }

    /// The rules that need what is registered.
    fn settle(&mut self, entry: &Entry, change: &Change) -> Judged {
        let Entry { details, warnings, closed } = entry;
        let candidate = self.candidates.entry(CandidateRef::of(details).key()).or_default();
        match Next::of(candidate.record.clone(), details, change.clone()) {
            Next::Nothing => Judged::Unchanged,
            Next::Refuse(refusal) => Judged::refused(refusal),
            Next::Amend(amended) => {
                candidate.put(AnyCandidate::Registered(amended));
                Judged::Amended { warnings: warnings.clone() }
            }
            Next::Register(_) if *closed => Judged::refused(RefusalCode::AchievementClosed),
            Next::Register(registered) => {
                let occasions = self.occasions.entry(Occasions::key_of(details)).or_default();
                let month = details.month();
                let mut known = occasions.record.clone().unwrap_or_else(|| Occasions::of(details));
                if let Some(&other) = known.months.iter().find(|other| near(**other, month)) {
                    return Judged::refused(RefusalCode::RegisteredInAnotherMonth { month: other });
                }
                known.register(month);
                occasions.put(known);
                candidate.put(AnyCandidate::Registered(registered));
                Judged::Accepted { warnings: warnings.clone() }
            }
        }
    }

    /// What makes the sketch true: at most three writes a row.
    pub(super) fn writes(&self) -> Result<Vec<Write>, WriteError> {
        let mut writes = Vec::new();
        for place in self.candidates.values().filter(|place| place.changed) {
            let Some(record) = &place.record else { continue };
            writes.push(written(place.version, record)?);
            if !place.due {
                writes.push(store::create(&Due { candidate: CandidateRef::of(record.details()) })?);
            }
        }
        for place in self.occasions.values().filter(|place| place.changed) {
            if let Some(record) = &place.record {
                writes.push(written(place.version, record)?);
            }
        }
        Ok(writes)
    }
}

/// What a row asks of a candidate.
enum Next {
    Nothing,
    Refuse(RefusalCode),
    Amend(Candidate<Registered>),
    /// If the occasion is the one that the row says.
    Register(Candidate<Registered>),
}

impl Next {
    fn of(known: Option<AnyCandidate>, details: &CandidateDetails, change: Change) -> Self {
        match known {
            None => Self::Register(Candidate::register(details.clone(), change)),
            Some(AnyCandidate::Cancelled(known)) => Self::Register(known.reopen(details.clone(), change)),
            Some(known) if !known.details().name.same_person_as(&details.name) => {
                Self::Refuse(RefusalCode::NumberBelongsToAnother)
            }
            Some(AnyCandidate::Refused(known)) => Self::Amend(known.reopen(details.clone(), change)),
            Some(known) if known.details() == details => Self::Nothing,
            Some(AnyCandidate::Registered(known)) => Self::Amend(known.amend(details.clone(), change)),
            Some(AnyCandidate::Prepared(_) | AnyCandidate::Issued(_)) => {
                Self::Refuse(RefusalCode::AlreadyIssued)
            }
        }
    }
}

fn written<T: Record>(version: Option<u64>, record: &T) -> Result<Write, WriteError> {
    match version {
        Some(version) => store::replace(version, record),
        None => store::create(record),
    }
}

fn near(one: Month, other: Month) -> bool {
    let count = |month: Month| i32::from(month.year()) * 12 + i32::from(month.number());
    one != other && (count(one) - count(other)).abs() < SAME_OCCASION_MONTHS
}

/// Whose addresses one list has, as hashes: 16 bytes a row. A collision costs a needless warning.
pub(super) struct Addresses {
    salt: String,
    numbers: HashMap<u64, u64>,
}

impl Addresses {
    /// Hashes are good for one list: whoever has those of another one cannot compare them.
    pub(super) fn new(salt: String) -> Self {
        Self { salt, numbers: HashMap::new() }
    }

    /// Whether another person of this list has the same address.
    pub(super) fn is_shared(&mut self, details: &CandidateDetails) -> bool {
        let (address, number) = (self.of_address(details), self.of_number(details));
        self.remember(address, number) != number
    }

    /// Takes note of a row. Gives the person who had the address first.
    pub(super) fn remember(&mut self, address: u64, number: u64) -> u64 {
        *self.numbers.entry(address).or_insert(number)
    }

    pub(super) fn of_address(&self, details: &CandidateDetails) -> u64 {
        self.hash("address", &details.address.comparison_key())
    }

    pub(super) fn of_number(&self, details: &CandidateDetails) -> u64 {
        self.hash("number", details.number.as_str())
    }

    fn hash(&self, kind: &str, text: &str) -> u64 {
        let mut context = digest::Context::new(&digest::SHA256);
        for part in [&self.salt, "\n", kind, "\n", text] {
            context.update(part.as_bytes());
        }
        let hash = context.finish();
        hash.as_ref().iter().take(8).fold(0, |number, byte| (number << 8) | u64::from(*byte))
    }
}
