//! Reads the list and judges its rows, block by block, as registering would: by the same rules, in the same order, each row seeing
//! those before it. Nothing is registered.

use std::collections::{BTreeSet, HashSet};

use super::{
    Budget, MAX_ROWS, Ports, Stage, Upload, UploadId, UploadPart,
    index::{DraftMarks, Index, Mark, Person, load_chunks},
    judge, own,
    read::{Block, Window},
    rows::{BLOCK_CHUNKS, DraftRow, DraftRows},
    stored,
};
use crate::{
    claim::{Change, change},
    intake::{
        WarningCode,
        answer::Judged,
        doctor::Doctor,
        judge::{Entry, Judge, Sketch},
        list::Bookmark,
    },
    office::Member,
    ports::{TRANSACTION_WRITES, Write, WriteError},
    programme::Bilingual,
    store::{self, Failure, Stored},
};

/// What one call knows of the rows before the next block.
pub(super) struct Bench<'a> {
    ports: Ports<'a>,
    judge: Judge<'a>,
    doctor: Doctor<'a>,
    sketch: Sketch,
    /// The people whose earlier rows are in the sketch.
    replayed: HashSet<u64>,
    /// The rows of earlier calls.
    index: Index,
}

/// Rows, and whom they are about.
pub(super) struct Judgement {
    pub(super) rows: Vec<DraftRow>,
    pub(super) people: Vec<Option<Person>>,
}

impl<'a> Bench<'a> {
    pub(super) fn new(ports: Ports<'a>, upload: &Upload, index: Index) -> Self {
        let judge = judge(ports, &upload.id);
        let doctor = Doctor::new(ports.table(), ports.domains, upload.is_short());
        let (sketch, replayed) = (Sketch::default(), HashSet::new());
        let mut bench = Self { ports, judge, doctor, sketch, replayed, index: Index::default() };
        bench.remember(&index);
        bench.index = index;
        bench
    }

    /// Takes note of whose addresses these rows have.
    pub(super) fn remember(&mut self, index: &Index) {
        for person in index.marks.iter().filter_map(|(_, mark)| mark.person) {
            self.judge.addresses.remember(person.address, person.number);
        }
    }

    /// Of whom a row is, if it may be registered as far as can be said of it by itself.
    pub(super) async fn person(&mut self, row: &DraftRow) -> Result<Option<Person>, Failure> {
        let entry = admit(&mut self.judge, &mut row.clone()).await?;
        Ok(entry.ok().map(|entry| Person::of(&self.judge.addresses, &entry.details)))
    }

    /// Judges rows that come after all that were judged before.
    pub(super) async fn judge(
        &mut self,
        upload: &UploadId,
        rows: Vec<DraftRow>,
    ) -> Result<Judgement, Failure> {
        let mut judgement = Judgement { people: vec![None; rows.len()], rows };
        let mut entries = Vec::new();
        let mut places = Vec::new();
        for (place, row) in judgement.rows.iter_mut().enumerate() {
            match admit(&mut self.judge, row).await? {
                Ok(mut entry) => {
                    let person = Person::of(&self.judge.addresses, &entry.details);
                    if self.judge.addresses.remember(person.address, person.number) != person.number {
                        entry.warnings.push(WarningCode::AddressShared);
                    }
                    if let Some(of_row) = judgement.people.get_mut(place) {
                        *of_row = Some(person);
                    }
                    places.push(place);
                    entries.push(entry);
                }
                Err(judged) => row.judged = judged,
            }
        }
        self.replay(upload, &judgement.people).await?;
        let judged = self.judge.settle(&mut self.sketch, &entries).await?;
        let judged = self.examine(&entries, judged).await?;
        for (place, judged) in places.into_iter().zip(judged) {
            if let Some(row) = judgement.rows.get_mut(place) {
                row.judged = judged;
            }
        }
        Ok(judgement)
    }

    /// Lets the sketch see what earlier calls judged of the same people: those rows are judged again, and the verdicts dropped.
    async fn replay(&mut self, upload: &UploadId, people: &[Option<Person>]) -> Result<(), Failure> {
        let fresh: HashSet<u64> = people.iter().flatten().map(|person| person.number).collect();
        let fresh: HashSet<u64> = fresh.into_iter().filter(|number| self.replayed.insert(*number)).collect();
        let of_them = |mark: &Mark| mark.person.is_some_and(|person| fresh.contains(&person.number));
        let chunks: BTreeSet<u32> =
            self.index.marks.iter().filter(|(_, mark)| of_them(mark)).map(|(chunk, _)| *chunk).collect();
        if chunks.is_empty() {
            return Ok(());
        }
        let mut entries = Vec::new();
        for chunk in load_chunks(self.ports, upload, chunks).await? {
            for mut row in chunk.record.rows {
                let Ok(entry) = admit(&mut self.judge, &mut row).await? else { continue };
                if fresh.contains(&self.judge.addresses.of_number(&entry.details)) {
                    entries.push(entry);
                }
            }
        }
        self.judge.settle(&mut self.sketch, &entries).await?;
        Ok(())
    }

    /// Adds what the address doctor says of rows that would be registered.
    async fn examine(&mut self, entries: &[Entry], judged: Vec<Judged>) -> Result<Vec<Judged>, Failure> {
        let registers = |judged: &Judged| matches!(judged, Judged::Accepted { .. } | Judged::Amended { .. });
        let mut judged = judged;
        let asked = entries.iter().zip(&judged).filter(|(_, judged)| registers(judged));
        let people: Vec<_> = asked.map(|(entry, _)| &entry.details).collect();
        let found = self.doctor.examine(&people).await?;
        for (judged, found) in judged.iter_mut().filter(|judged| registers(judged)).zip(found) {
            if let Judged::Accepted { warnings } | Judged::Amended { warnings } = judged {
                // Two rows of a list may share an address that a third person has.
                for warning in found {
                    if !warnings.contains(&warning) {
                        warnings.push(warning);
                    }
                }
            }
        }
        Ok(judged)
    }
}

/// What can be said of a row by itself: an entry, or what it came to.
pub(super) async fn admit(
    judge: &mut Judge<'_>,
    row: &mut DraftRow,
) -> Result<Result<Entry, Judged>, Failure> {
    if row.dropped {
        return Ok(Err(Judged::Unchanged));
    }
    match row.parse() {
        Err(refusal) => Ok(Err(Judged::Refused { refusals: refusal.refusals })),
        Ok(parsed) => Ok(judge.admit(parsed).await?.map_err(Judged::refused)),
    }
}

/// Reads and judges on, as far as the budget goes. Gives the draft as it stands then; none if there is none.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer; what was done stands.
pub async fn check(ports: Ports<'_>, id: &UploadId, mut budget: Budget) -> Result<Option<Upload>, Failure> {
    let Some(Stored { record: mut upload, mut version }) = stored(ports, id).await? else {
        return Ok(None);
    };
    let mut window = Window::of(&upload);
    let mut bench: Option<Bench<'_>> = None;
    while budget.spend(ports.clock()) {
        let next = match &upload.stage {
            Stage::Checking { bookmark } => {
                let bookmark = bookmark.clone();
                if bench.is_none() {
                    bench = Some(Bench::new(ports, &upload, Index::load(ports, id).await?));
                }
                let Some(bench) = &mut bench else { break };
                read_on(ports, bench, &mut window, &upload, bookmark.as_ref()).await?
            }
            Stage::Rechecking { block } => {
                let block = *block;
                if bench.is_none() {
                    let mut index = Index::load(ports, id).await?;
                    index.before_block(block);
                    bench = Some(Bench::new(ports, &upload, index));
                }
                let Some(bench) = &mut bench else { break };
                judge_again(ports, bench, &upload, block).await?
            }
            _ => break,
        };
        let (changed, mut writes) = next;
        writes.push(store::replace(version, &changed)?);
        match store::commit(ports.table(), ports.entropy(), writes).await {
            Ok(()) => {
                upload = changed;
                version += 1;
            }
            // Somebody else goes on with the same draft.
            Err(WriteError::Conflict { .. }) => return super::upload(ports, id).await,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Some(upload))
}

type Step = (Upload, Vec<Write>);

/// The next block of the list. Parts that are read are removed with it.
async fn read_on(
    ports: Ports<'_>,
    bench: &mut Bench<'_>,
    window: &mut Window,
    upload: &Upload,
    bookmark: Option<&Bookmark>,
) -> Result<Step, Failure> {
    let mut changed = upload.clone();
    let Block { chunks, unknown_columns, next, ended } = match window.block(ports, upload, bookmark).await? {
        Ok(block) => block,
        Err(error) => {
            changed.stage = Stage::Unreadable { code: error.to_string(), sentence: error.sentence() };
            return Ok((changed, Vec::new()));
        }
    };
    if let Some(unknown) = unknown_columns {
        changed.unknown_columns = unknown;
    }
    let rows: usize = chunks.iter().map(Vec::len).sum();
    if upload.tally.rows() + rows > MAX_ROWS {
        changed.stage = too_many_rows();
        return Ok((changed, Vec::new()));
    }
    let mut writes = if rows > 0 { judged_block(bench, &mut changed, chunks).await? } else { Vec::new() };
    let parts = u32::try_from(upload.parts.len()).unwrap_or(u32::MAX);
    let read = if ended { parts } else { window.leave(next.octets) };
    let room = TRANSACTION_WRITES.saturating_sub(writes.len() + 1);
    for number in (upload.read_parts..read).take(room) {
        let key = UploadPart::key_of(&upload.id, number);
        writes.push(Write::Delete { key, version: UploadPart::VERSION });
        changed.read_parts += 1;
    }
    changed.stage = if ended && changed.read_parts == parts {
        Stage::Checked
    } else {
        Stage::Checking { bookmark: Some(next) }
    };
    Ok((changed, writes))
}

/// Judges a block that was read, and gives what makes it stand in the draft.
async fn judged_block(
    bench: &mut Bench<'_>,
    upload: &mut Upload,
    chunks: Vec<Vec<DraftRow>>,
) -> Result<Vec<Write>, Failure> {
    let (id, expires, block) = (upload.id.clone(), upload.swept()?, upload.blocks);
    let sizes: Vec<usize> = chunks.iter().map(Vec::len).collect();
    let judgement = bench.judge(&id, chunks.into_iter().flatten().collect()).await?;
    let mut marks = DraftMarks { upload: id.clone(), block, expires, chunks: Vec::new() };
    let mut writes = Vec::new();
    let mut rows = judgement.rows.into_iter().zip(judgement.people);
    for (chunk, size) in (block * BLOCK_CHUNKS..).zip(sizes) {
        let (rows, people): (Vec<_>, Vec<_>) = rows.by_ref().take(size).unzip();
        for row in &rows {
            upload.tally.add(row.standing());
        }
        marks.put(chunk, &marked(&rows, people));
        writes.push(store::create(&DraftRows { upload: id.clone(), chunk, expires, rows })?);
    }
    writes.push(store::create(&marks)?);
    upload.blocks += 1;
    Ok(writes)
}

pub(super) fn marked(rows: &[DraftRow], people: impl IntoIterator<Item = Option<Person>>) -> Vec<Mark> {
    rows.iter().zip(people).map(|(row, person)| Mark::of(row, person)).collect()
}

/// A block whose rows stand in the draft.
async fn judge_again(
    ports: Ports<'_>,
    bench: &mut Bench<'_>,
    upload: &Upload,
    block: u32,
) -> Result<Step, Failure> {
    let mut changed = upload.clone();
    let mut writes = Vec::new();
    let found = store::load::<DraftMarks>(ports.table(), &DraftMarks::key_of(&upload.id, block)).await?;
    if let Some(mut marks) = found {
        let chunks = marks.record.chunks.iter().map(|(chunk, _)| *chunk);
        let chunks = load_chunks(ports, &upload.id, chunks).await?;
        let rows = chunks.iter().flat_map(|chunk| chunk.record.rows.clone()).collect();
        let judgement = bench.judge(&upload.id, rows).await?;
        let mut judged = judgement.rows.into_iter().zip(judgement.people);
        for Stored { record: before, version } in chunks {
            let (rows, people): (Vec<_>, Vec<_>) = judged.by_ref().take(before.rows.len()).unzip();
            for (before, after) in before.rows.iter().zip(&rows) {
                changed.tally.remove(before.standing());
                changed.tally.add(after.standing());
            }
            marks.record.put(before.chunk, &marked(&rows, people));
            writes.push(store::replace(version, &DraftRows { rows, ..before })?);
        }
        writes.push(store::replace(marks.version, &marks.record)?);
    }
    changed.stage = match block + 1 {
        next if next < upload.blocks => Stage::Rechecking { block: next },
        _ => Stage::Checked,
    };
    Ok((changed, writes))
}

/// Judges all rows again, for the register or the qualifications may have changed since. None: there is no such draft of
/// this member's.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn recheck(ports: Ports<'_>, member: &Member, id: &UploadId) -> Result<Option<Upload>, Failure> {
    change(ports.office.of_claim(), move || async move {
        let Some(Stored { record: mut upload, version }) = own(ports, member, id).await? else {
            return Ok(Change::Nothing(None));
        };
        if upload.stage != Stage::Checked {
            return Ok(Change::Nothing(Some(upload)));
        }
        upload.stage = Stage::Rechecking { block: 0 };
        upload.changes += 1;
        Ok(Change::Commit(vec![store::replace(version, &upload)?], Some(upload)))
    })
    .await
}

fn too_many_rows() -> Stage {
    Stage::Unreadable {
        code: "too-many-rows".to_owned(),
        sentence: Bilingual {
            ja: "行が多すぎます。1つの名簿は100,000行までです。分けて送ってください。".to_owned(),
            en: "Too many rows. One list takes 100,000; send it in parts.".to_owned(),
        },
    }
}
