//! The chunks of a PNG file (PNG Specification, third edition, section 5), and the streams in them.

use flate2::{Decompress, FlushDecompress, Status};

/// Every PNG begins so.
pub const SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n'];

/// Length, type and CRC.
const OVERHEAD: usize = 12;

/// More chunks than any honest badge has.
const MAX_CHUNKS: usize = 100_000;

/// What is inflated at once.
const PIECE: usize = 32 << 10;

/// A file is not a sequence of PNG chunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChunkError {
    /// It does not begin as a PNG.
    #[error("not a PNG file")]
    Signature,
    /// It ends in the middle of a chunk, or goes on after the last one.
    #[error("the PNG file is cut off or has something appended")]
    Length,
    /// A chunk's checksum does not fit.
    #[error("a part of the PNG file is damaged")]
    Checksum,
}

/// One chunk.
#[derive(Debug, Clone, Copy)]
pub struct Chunk<'a> {
    /// Four letters.
    pub kind: [u8; 4],
    /// Its content.
    pub data: &'a [u8],
    /// The whole chunk as it stands in the file.
    pub whole: &'a [u8],
}

impl Chunk<'_> {
    fn stored_checksum(&self) -> Option<u32> {
        self.whole.last_chunk().copied().map(u32::from_be_bytes)
    }
}

/// Which chunks a reader must know to be undamaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Checked {
    /// Every one.
    All,
    /// Every one but `IDAT`.
    AllButPixels,
}

/// Splits a file into its chunks, checking every checksum. The first is `IHDR`, the last is `IEND`.
///
/// # Errors
/// [`ChunkError`] if the file is no such sequence.
pub fn chunks(file: &[u8]) -> Result<Vec<Chunk<'_>>, ChunkError> {
    let mut chunks = Vec::new();
    walk(file, Checked::All, |chunk| chunks.push(chunk))?;
    Ok(chunks)
}

/// The same, one chunk after the other. Nothing that was seen counts if the walk fails in the end.
pub(crate) fn walk<'a>(
    file: &'a [u8],
    checked: Checked,
    mut see: impl FnMut(Chunk<'a>),
) -> Result<(), ChunkError> {
    let mut rest = file.strip_prefix(&SIGNATURE).ok_or(ChunkError::Signature)?;
    for place in 0..MAX_CHUNKS {
        let (chunk, after) = first(rest).ok_or(ChunkError::Length)?;
        if place == 0 && &chunk.kind != b"IHDR" {
            return Err(ChunkError::Length);
        }
        let passed_over = checked == Checked::AllButPixels && &chunk.kind == b"IDAT";
        if !passed_over && chunk.stored_checksum() != Some(checksum(chunk.kind, chunk.data)) {
            return Err(ChunkError::Checksum);
        }
        see(chunk);
        match (&chunk.kind == b"IEND", after.is_empty()) {
            (true, true) => return Ok(()),
            (false, false) => rest = after,
            _ => return Err(ChunkError::Length),
        }
    }
    Err(ChunkError::Length)
}

fn first(bytes: &[u8]) -> Option<(Chunk<'_>, &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (kind, _) = rest.split_first_chunk()?;
    let (whole, after) = bytes.split_at_checked(length.checked_add(OVERHEAD)?)?;
    let data = whole.get(8..length.checked_add(8)?)?;
    Some((Chunk { kind: *kind, data, whole }, after))
}

/// Appends a chunk to a file.
pub(crate) fn append(file: &mut Vec<u8>, kind: [u8; 4], parts: &[&[u8]]) {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    file.extend(u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
    file.extend(kind);
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&kind);
    for part in parts {
        file.extend_from_slice(part);
        hasher.update(part);
    }
    file.extend(hasher.finalize().to_be_bytes());
}

fn checksum(kind: [u8; 4], data: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&kind);
    hasher.update(data);
    hasher.finalize()
}

/// A zlib stream is not what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InflateError {
    /// Cut off, or with an error in it.
    Damaged,
    /// It inflates to more than allowed, or something follows it.
    Surplus,
}

/// Inflates the one stream that the parts make together, in pieces, and gives its length. No more than `limit` bytes
/// and one piece are ever inflated.
pub(crate) fn inflate<'a>(
    parts: impl IntoIterator<Item = &'a [u8]>,
    limit: u64,
    mut piece: impl FnMut(&[u8]),
) -> Result<u64, InflateError> {
    let mut stream = Decompress::new(true);
    let mut buffer = vec![0; PIECE];
    let mut ended = false;
    for mut rest in parts {
        while !ended {
            let (read, written) = (stream.total_in(), stream.total_out());
            let status = stream
                .decompress(rest, &mut buffer, FlushDecompress::None)
                .map_err(|_| InflateError::Damaged)?;
            let (read, written) = (stream.total_in() - read, stream.total_out() - written);
            if stream.total_out() > limit {
                return Err(InflateError::Surplus);
            }
            piece(leading(&buffer, written)?);
            rest = rest.get(leading(rest, read)?.len()..).ok_or(InflateError::Damaged)?;
            ended = status == Status::StreamEnd;
            if read == 0 && written == 0 {
                break;
            }
        }
        match (rest.is_empty(), ended) {
            (true, _) => {}
            (false, true) => return Err(InflateError::Surplus),
            (false, false) => return Err(InflateError::Damaged),
        }
    }
    ended.then(|| stream.total_out()).ok_or(InflateError::Damaged)
}

fn leading(bytes: &[u8], count: u64) -> Result<&[u8], InflateError> {
    usize::try_from(count).ok().and_then(|count| bytes.get(..count)).ok_or(InflateError::Damaged)
}
