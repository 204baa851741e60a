//! Where which row stands, and what it came to, without the rows: 21 bytes each, so that all of a long list are at hand.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Ports, RowRef, Standing, UploadId,
    rows::{BLOCK_CHUNKS, DraftRow, DraftRows},
};
use crate::{
    candidate::CandidateDetails,
    intake::judge::Addresses,
    ports::Key,
    store::{self, Failure, Record, Stored},
};

/// Bytes of one mark.
const MARK_BYTES: usize = 21;

/// The marks of one block of chunks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftMarks {
    /// Of which draft.
    pub upload: UploadId,
    /// Which block.
    pub block: u32,
    /// When the store may remove it.
    pub expires: Timestamp,
    /// The chunks, and the marks of their rows, one behind the other.
    pub chunks: Vec<(u32, serde_bytes::ByteBuf)>,
}

impl DraftMarks {
    /// The partition of a draft's marks.
    pub fn partition(upload: &UploadId) -> String {
        format!("UPLOADMARKS#{upload}")
    }

    /// Where the marks of a block stand.
    pub fn key_of(upload: &UploadId, block: u32) -> Key {
        Key::new(Self::partition(upload), format!("{block:06}"))
    }

    /// Puts the marks of a chunk in the place of those it had; without rows, it is left out.
    pub(super) fn put(&mut self, chunk: u32, marks: &[Mark]) {
        self.chunks.retain(|(other, _)| *other != chunk);
        if !marks.is_empty() {
            let bytes: Vec<u8> = marks.iter().flat_map(|mark| mark.bytes()).collect();
            let place = self.chunks.partition_point(|(other, _)| *other < chunk);
            self.chunks.insert(place, (chunk, serde_bytes::ByteBuf::from(bytes)));
        }
    }

    /// The marks of every chunk.
    pub(super) fn marks(&self) -> impl Iterator<Item = (u32, Mark)> {
        self.chunks.iter().flat_map(|(chunk, bytes)| {
            bytes.chunks_exact(MARK_BYTES).filter_map(Mark::read).map(|mark| (*chunk, mark))
        })
    }
}

impl Record for DraftMarks {
    fn key(&self) -> Key {
        Self::key_of(&self.upload, self.block)
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(self.expires)
    }
}

/// What must be known of a row without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) line: u32,
    pub(super) standing: Standing,
    /// None: it is not judged by what is registered, and others are not judged by it.
    pub(super) person: Option<Person>,
}

/// Of whom a row is, as hashes that are good for one draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) number: u64,
    pub(super) address: u64,
}

impl Person {
    pub(super) fn of(addresses: &Addresses, details: &CandidateDetails) -> Self {
        Self { number: addresses.of_number(details), address: addresses.of_address(details) }
    }
}

impl Mark {
    pub(super) fn of(row: &DraftRow, person: Option<Person>) -> Self {
        let person = person.filter(|_| !row.dropped);
        Self { line: u32::try_from(row.line).unwrap_or(u32::MAX), standing: row.standing(), person }
    }

    fn bytes(self) -> [u8; MARK_BYTES] {
        let mut bytes = [0; MARK_BYTES];
        let (line, rest) = bytes.split_at_mut(4);
        line.copy_from_slice(&self.line.to_be_bytes());
        if let [standing, hashes @ ..] = rest {
            *standing = self.standing.number();
            let Person { number, address } = self.person.unwrap_or(Person { number: 0, address: 0 });
            let (first, second) = hashes.split_at_mut(8);
            first.copy_from_slice(&number.to_be_bytes());
            second.copy_from_slice(&address.to_be_bytes());
        }
        bytes
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (line, rest) = bytes.split_first_chunk::<4>()?;
        let (standing, rest) = rest.split_first()?;
        let (number, rest) = rest.split_first_chunk::<8>()?;
        let address = rest.first_chunk::<8>()?;
        let person = Person { number: u64::from_be_bytes(*number), address: u64::from_be_bytes(*address) };
        Some(Self {
            line: u32::from_be_bytes(*line),
            standing: Standing::of_number(*standing),
            person: (person != Person { number: 0, address: 0 }).then_some(person),
        })
    }
}

/// The marks of all rows of a draft, in the order of the list.
#[derive(Default)]
pub(super) struct Index {
    pub(super) marks: Vec<(u32, Mark)>,
}

impl Index {
    pub(super) async fn load(ports: Ports<'_>, upload: &UploadId) -> Result<Self, Failure> {
        let mut marks = Vec::new();
        let partition = DraftMarks::partition(upload);
        store::for_each::<DraftMarks>(ports.table(), &partition, |stored| {
            marks.extend(stored.record.marks());
        })
        .await?;
        Ok(Self { marks })
    }

    /// Of whom a row is, as it stands.
    pub(super) fn person(&self, row: RowRef) -> Option<Person> {
        let is_it = |(chunk, mark): &&(u32, Mark)| (*chunk, u64::from(mark.line)) == (row.chunk, row.line);
        self.marks.iter().find(is_it).and_then(|(_, mark)| mark.person)
    }

    /// Puts another mark in the place of a row's.
    pub(super) fn set(&mut self, row: RowRef, other: Mark) {
        for (chunk, mark) in &mut self.marks {
            if (*chunk, u64::from(mark.line)) == (row.chunk, row.line) {
                *mark = other;
            }
        }
    }

    /// Only the rows of earlier blocks.
    pub(super) fn before_block(&mut self, block: u32) {
        self.marks.retain(|(chunk, _)| block_of(*chunk) < block);
    }
}

/// The block that a chunk belongs to.
pub(super) fn block_of(chunk: u32) -> u32 {
    chunk / BLOCK_CHUNKS
}

/// Reads chunks, in their order; those that are not there are left out.
pub(super) async fn load_chunks(
    ports: Ports<'_>,
    upload: &UploadId,
    chunks: impl IntoIterator<Item = u32>,
) -> Result<Vec<Stored<DraftRows>>, Failure> {
    let keys: Vec<_> = chunks.into_iter().map(|chunk| DraftRows::key_of(upload, chunk)).collect();
    let found = store::load_many::<DraftRows>(ports.table(), &keys).await?;
    Ok(found.into_iter().flatten().collect())
}
