//! The chunks of a PNG file (PNG Specification, third edition, section 5).

/// Every PNG begins so.
pub(crate) const SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n'];

/// Length, type and CRC.
const OVERHEAD: usize = 12;

/// More chunks than any honest badge has.
const MAX_CHUNKS: usize = 100_000;

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
pub(crate) struct Chunk<'a> {
    /// Four letters.
    pub(crate) kind: [u8; 4],
    /// Its content.
    pub(crate) data: &'a [u8],
    /// The whole chunk as it stands in the file.
    pub(crate) whole: &'a [u8],
}

/// Splits a file into its chunks, checking every checksum. The first is `IHDR`, the last is `IEND`.
pub(crate) fn chunks(file: &[u8]) -> Result<Vec<Chunk<'_>>, ChunkError> {
    let mut rest = file.strip_prefix(&SIGNATURE).ok_or(ChunkError::Signature)?;
    let mut chunks: Vec<Chunk<'_>> = Vec::new();
    while !rest.is_empty() {
        let (chunk, after) = first(rest).ok_or(ChunkError::Length)?;
        let ended = chunks.last().is_some_and(|last| &last.kind == b"IEND");
        if ended || chunks.len() == MAX_CHUNKS || (chunks.is_empty() && &chunk.kind != b"IHDR") {
            return Err(ChunkError::Length);
        }
        let stored = chunk.whole.last_chunk().copied().map(u32::from_be_bytes);
        if stored != Some(checksum(chunk.kind, chunk.data)) {
            return Err(ChunkError::Checksum);
        }
        chunks.push(chunk);
        rest = after;
    }
    match chunks.last() {
        Some(last) if &last.kind == b"IEND" => Ok(chunks),
        _ => Err(ChunkError::Length),
    }
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
