//! One row is mended in place, and judged again together with the rows that it has to do with: those of the same person, before and
//! after, and those with the same address.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{
    Ports, Stage, Upload, UploadId,
    check::{Bench, marked},
    index::{DraftMarks, Index, Mark, Person, block_of, load_chunks},
    own,
    rows::{CHUNK_BYTES, DraftRow, DraftRows, RowRef},
};
use crate::{
    claim::{Change, change},
    intake::{Column, row::defused},
    office::Member,
    ports::{TRANSACTION_WRITES, Write},
    store::{self, Failure, Stored},
};

/// The longest cell that is typed, in bytes. What is longer is no cell of any list.
const CELL_BYTES: usize = 2048;

/// What is done with a row.
#[derive(Clone, PartialEq, Eq)]
pub enum Mending {
    /// These cells take the place of the ones that it had.
    Cells(Box<[String; Column::ALL.len()]>),
    /// Its address becomes the suggested one.
    TakeSuggestion,
    /// It is left out.
    Drop,
    /// It is not left out after all.
    PutBack,
}

/// Prints no cell.
impl std::fmt::Debug for Mending {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Cells(_) => "Mending::Cells(…)",
            Self::TakeSuggestion => "Mending::TakeSuggestion",
            Self::Drop => "Mending::Drop",
            Self::PutBack => "Mending::PutBack",
        })
    }
}

/// What became of mending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mended {
    /// The draft as it stands now. It may have to be [checked](super::check) further.
    Done(Box<Upload>),
    /// The draft is not at a stage at which rows are mended.
    NotNow,
    /// There is no such draft of this member's, no such row, or no suggestion.
    Unknown,
    /// A cell is too long to be one.
    TooLong,
}

/// Mends a row of a draft that this member began.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn mend(
    ports: Ports<'_>,
    member: &Member,
    id: &UploadId,
    row: RowRef,
    mending: &Mending,
) -> Result<Mended, Failure> {
    change(ports.office.of_claim(), move || async move {
        let Some(upload) = own(ports, member, id).await? else { return Ok(Change::Nothing(Mended::Unknown)) };
        if upload.record.stage != Stage::Checked {
            return Ok(Change::Nothing(Mended::NotNow));
        }
        let Some(chunk) = load_chunks(ports, id, [row.chunk]).await?.pop() else {
            return Ok(Change::Nothing(Mended::Unknown));
        };
        let found = chunk.record.rows.iter().find(|found| found.line == row.line);
        let Some(mended) = found.and_then(|found| applied(found, mending)) else {
            return Ok(Change::Nothing(Mended::Unknown));
        };
        let others = chunk.record.rows.iter().filter(|other| other.line != row.line);
        let bytes = others.map(DraftRow::bytes).sum::<usize>() + mended.bytes();
        if mended.cells.iter().flatten().any(|cell| cell.len() > CELL_BYTES) || bytes > CHUNK_BYTES * 3 / 2 {
            return Ok(Change::Nothing(Mended::TooLong));
        }
        let (changed, writes) = judged_again(ports, &upload.record, chunk, row, mended).await?;
        let mut writes = writes;
        writes.push(store::replace(upload.version, &changed)?);
        Ok(Change::Commit(writes, Mended::Done(Box::new(changed))))
    })
    .await
}

/// The row as it is to be; none: there is nothing to do.
fn applied(row: &DraftRow, mending: &Mending) -> Option<DraftRow> {
    let mut mended = DraftRow { mended: true, ..row.clone() };
    match mending {
        Mending::Cells(cells) => {
            mended.cells = cells.iter().cloned().map(Some).collect();
            mended.broken.clear();
            mended.dropped = false;
        }
        Mending::TakeSuggestion => {
            // An address may begin like a formula, and is read as a cell.
            let suggestion = defused(row.suggestion()?.as_str());
            *mended.cells.get_mut(Column::Address as usize)? = Some(suggestion);
        }
        Mending::Drop => mended.dropped = true,
        Mending::PutBack => mended.dropped = false,
    }
    Some(mended)
}

/// The draft with the mended row and all that has to do with it judged again, and what makes it so. If that is too much for one
/// transaction, the whole list is to be judged again.
async fn judged_again(
    ports: Ports<'_>,
    upload: &Upload,
    chunk: Stored<DraftRows>,
    row: RowRef,
    mended: DraftRow,
) -> Result<(Upload, Vec<Write>), Failure> {
    let mut index = Index::load(ports, &upload.id).await?;
    let before = index.person(row);
    let mut bench = Bench::new(ports, upload, Index::default());
    let after = bench.person(&mended).await?;
    let people = |person: Option<Person>| person.into_iter();
    let addresses: HashSet<u64> = people(before).chain(people(after)).map(|person| person.address).collect();
    let mut numbers: HashSet<u64> = people(before).chain(people(after)).map(|person| person.number).collect();
    let sharing = index.marks.iter().filter_map(|(_, mark)| mark.person);
    numbers.extend(sharing.filter(|it| addresses.contains(&it.address)).map(|person| person.number));
    index.set(row, Mark::of(&mended, after));
    let of_them = |(chunk, mark): &&(u32, Mark)| {
        mark.person.is_some_and(|person| numbers.contains(&person.number))
            || (*chunk, u64::from(mark.line)) == (row.chunk, row.line)
    };
    let again: BTreeSet<RowRef> = index
        .marks
        .iter()
        .filter(of_them)
        .map(|(chunk, mark)| RowRef { chunk: *chunk, line: u64::from(mark.line) })
        .collect();
    let chunks: BTreeSet<u32> = again.iter().map(|row| row.chunk).collect();
    let blocks: BTreeSet<u32> = chunks.iter().map(|chunk| block_of(*chunk)).collect();
    let mut changed = Upload { changes: upload.changes + 1, ..upload.clone() };
    if chunks.len() + blocks.len() + 1 > TRANSACTION_WRITES {
        changed.stage = Stage::Rechecking { block: 0 };
        if let Some(row) = chunk.record.rows.iter().find(|other| other.line == row.line) {
            changed.tally.remove(row.standing());
            changed.tally.add(mended.standing());
        }
        let rows = with(&chunk.record.rows, &mended);
        return Ok((changed, vec![store::replace(chunk.version, &DraftRows { rows, ..chunk.record })?]));
    }
    bench.remember(&index);
    let chunks = load_chunks(ports, &upload.id, chunks).await?;
    let writes = rewritten(ports, &mut bench, &mut changed, chunks, &again, &mended).await?;
    Ok((changed, writes))
}

/// Judges rows of some chunks in the order of the list, and gives what puts them in their places.
async fn rewritten(
    ports: Ports<'_>,
    bench: &mut Bench<'_>,
    upload: &mut Upload,
    chunks: Vec<Stored<DraftRows>>,
    again: &BTreeSet<RowRef>,
    mended: &DraftRow,
) -> Result<Vec<Write>, Failure> {
    let mut chunks = chunks;
    let mut rows = Vec::new();
    for chunk in &mut chunks {
        for row in &chunk.record.rows {
            if again.contains(&RowRef { chunk: chunk.record.chunk, line: row.line }) {
                upload.tally.remove(row.standing());
            }
        }
        if chunk.record.rows.iter().any(|row| row.line == mended.line) {
            chunk.record.rows = with(&chunk.record.rows, mended);
        }
        let of_chunk = chunk.record.rows.iter();
        rows.extend(
            of_chunk
                .filter(|row| again.contains(&RowRef { chunk: chunk.record.chunk, line: row.line }))
                .cloned(),
        );
    }
    let judgement = bench.judge(&upload.id, rows).await?;
    let mut judged: BTreeMap<u64, (DraftRow, Option<Person>)> = BTreeMap::new();
    for (row, person) in judgement.rows.into_iter().zip(judgement.people) {
        upload.tally.add(row.standing());
        judged.insert(row.line, (row, person));
    }
    let blocks: BTreeSet<u32> = chunks.iter().map(|chunk| block_of(chunk.record.chunk)).collect();
    let keys: Vec<_> = blocks.into_iter().map(|block| DraftMarks::key_of(&upload.id, block)).collect();
    let marks = store::load_many::<DraftMarks>(ports.table(), &keys).await?;
    let mut marks: Vec<Stored<DraftMarks>> = marks.into_iter().flatten().collect();
    let mut writes = Vec::new();
    for Stored { record: mut chunk, version } in chunks {
        let block = marks.iter_mut().find(|marks| marks.record.block == block_of(chunk.chunk));
        let Some(block) = block else { continue };
        let known: Vec<(u32, Mark)> = block.record.marks().filter(|(of, _)| *of == chunk.chunk).collect();
        let mut people = Vec::with_capacity(chunk.rows.len());
        for (row, (_, mark)) in chunk.rows.iter_mut().zip(known) {
            let (after, person) = judged.remove(&row.line).unwrap_or_else(|| (row.clone(), mark.person));
            *row = after;
            people.push(person);
        }
        block.record.put(chunk.chunk, &marked(&chunk.rows, people));
        writes.push(store::replace(version, &chunk)?);
    }
    for Stored { record, version } in marks {
        writes.push(store::replace(version, &record)?);
    }
    Ok(writes)
}

/// The rows of a chunk with one in the place of another.
fn with(rows: &[DraftRow], mended: &DraftRow) -> Vec<DraftRow> {
    rows.iter().map(|row| if row.line == mended.line { mended.clone() } else { row.clone() }).collect()
}
