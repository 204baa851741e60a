//! Reads the rows of a list out of its parts, as many at a time as are judged together.

use std::{
    collections::VecDeque,
    io::{self, Read},
};

use super::{
    Ports, Upload, UploadPart,
    rows::{BLOCK_CHUNKS, CHUNK_BYTES, CHUNK_ROWS, DraftRow, row_of},
};
use crate::{
    intake::list::{Bookmark, CsvRows, ListError, read_csv, resume_csv},
    ports::{Cause, ReadError},
    store::{self, Failure},
};

/// Parts that are read from the store at once.
const PARTS_AT_ONCE: u32 = 4;

/// Some parts of a list, one behind the other.
pub(super) struct Window {
    parts: VecDeque<Vec<u8>>,
    /// So many octets of the list stand before the first one.
    begins: u64,
    /// The part that comes next, and whether there is any.
    next: u32,
    complete: bool,
}

/// Rows that are judged together, in chunks.
pub(super) struct Block {
    pub(super) chunks: Vec<Vec<DraftRow>>,
    pub(super) unknown_columns: Option<Vec<String>>,
    /// Where the next block begins.
    pub(super) next: Bookmark,
    /// Whether the list is at its end.
    pub(super) ended: bool,
}

impl Window {
    /// Begins at the first part that was not read.
    pub(super) fn of(upload: &Upload) -> Self {
        let read = usize::try_from(upload.read_parts).unwrap_or(usize::MAX);
        let begins = upload.parts.iter().take(read).map(|size| u64::from(*size)).sum();
        Self { parts: VecDeque::new(), begins, next: upload.read_parts, complete: false }
    }

    /// The next block behind a bookmark, or from the beginning.
    pub(super) async fn block(
        &mut self,
        ports: Ports<'_>,
        upload: &Upload,
        bookmark: Option<&Bookmark>,
    ) -> Result<Result<Block, ListError>, Failure> {
        loop {
            match self.read(bookmark) {
                Err(ListError::ListNotReceived { kind: io::ErrorKind::WouldBlock }) => {
                    self.extend(ports, upload).await?;
                }
                read => return Ok(read),
            }
        }
    }

    async fn extend(&mut self, ports: Ports<'_>, upload: &Upload) -> Result<(), Failure> {
        let parts = u32::try_from(upload.parts.len()).unwrap_or(u32::MAX);
        let end = self.next.saturating_add(PARTS_AT_ONCE).min(parts);
        let keys: Vec<_> = (self.next..end).map(|number| UploadPart::key_of(&upload.id, number)).collect();
        for part in store::load_many::<UploadPart>(ports.table(), &keys).await? {
            let lost = || ReadError::Corrupt(Cause::new("a part of a draft list is lost"));
            self.parts.push_back(part.ok_or_else(lost)?.record.bytes);
        }
        self.next = end;
        self.complete = end == parts;
        Ok(())
    }

    /// Lets go of the parts that lie before a place. Gives how many parts of the list do.
    pub(super) fn leave(&mut self, octets: u64) -> u32 {
        while let Some(first) = self.parts.front() {
            let end = self.begins + first.len() as u64;
            if end > octets {
                break;
            }
            self.begins = end;
            self.parts.pop_front();
        }
        self.next.saturating_sub(u32::try_from(self.parts.len()).unwrap_or(u32::MAX))
    }

    fn read(&self, bookmark: Option<&Bookmark>) -> Result<Block, ListError> {
        let from = bookmark.map_or(0, |bookmark| bookmark.octets);
        let reader = self.reader(from);
        if let Some(bookmark) = bookmark {
            block(resume_csv(reader, bookmark), None)
        } else {
            let rows = read_csv(reader)?;
            let unknown = rows.unknown_columns().to_vec();
            block(rows, Some(unknown))
        }
    }

    fn reader(&self, octets: u64) -> WindowReader<'_> {
        let mut skip = octets.saturating_sub(self.begins);
        let mut parts: VecDeque<&[u8]> = self.parts.iter().map(Vec::as_slice).collect();
        while let Some(first) = parts.front_mut() {
            let passed = usize::try_from(skip).unwrap_or(usize::MAX).min(first.len());
            *first = first.get(passed..).unwrap_or_default();
            skip -= passed as u64;
            if !first.is_empty() {
                break;
            }
            parts.pop_front();
        }
        WindowReader { parts, complete: self.complete }
    }
}

/// Reads what is at hand. Where more is to come, it says so instead of that the list ends.
struct WindowReader<'a> {
    parts: VecDeque<&'a [u8]>,
    complete: bool,
}

impl Read for WindowReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(first) = self.parts.front_mut() else {
            return if self.complete { Ok(0) } else { Err(io::ErrorKind::WouldBlock.into()) };
        };
        let read = first.read(buffer)?;
        if first.is_empty() {
            self.parts.pop_front();
        }
        Ok(read)
    }
}

fn block(
    mut rows: CsvRows<WindowReader<'_>>,
    unknown_columns: Option<Vec<String>>,
) -> Result<Block, ListError> {
    let mut chunks: Vec<Vec<DraftRow>> = Vec::new();
    let mut bytes = 0;
    loop {
        let bookmark = rows.bookmark();
        let Some(row) = rows.next() else {
            return Ok(Block { chunks, unknown_columns, next: bookmark, ended: true });
        };
        let row = row_of(row)?;
        bytes += row.bytes();
        let full = u32::try_from(chunks.len()).is_ok_and(|count| count == BLOCK_CHUNKS);
        match chunks.last_mut() {
            Some(chunk) if chunk.len() < CHUNK_ROWS && bytes <= CHUNK_BYTES => chunk.push(row),
            _ if full => return Ok(Block { chunks, unknown_columns, next: bookmark, ended: false }),
            _ => {
                bytes = row.bytes();
                chunks.push(vec![row]);
            }
        }
    }
}
