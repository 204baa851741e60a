//! Baking: a credential in the picture of its badge (Open Badges 3.0, section 5.3 "Baked badges").
//!
//! A PNG carries the credential's JSON in one uncompressed `iTXt` chunk right after its header. Pixels and all other
//! chunks stay as they are, to the byte: a picture is checked once, when it is registered, and only spliced after that.

use std::{fmt, io::Read};

use flate2::read::ZlibDecoder;

use crate::png_chunks::{self, Chunk, ChunkError, SIGNATURE};

/// The keyword of an Open Badges 3.0 credential.
pub const KEYWORD: &str = "openbadgecredential";

/// What follows the keyword: its end, "not compressed", method 0, an empty language tag, an empty translated keyword.
const AFTER_KEYWORD: [u8; 5] = [0; 5];

/// The largest side of a picture, in pixels.
pub const MAX_SIDE: u32 = 2048;

/// The most memory that decoding a picture may take.
const DECODE_BYTES: usize = 16 << 20;

/// The longest credential that is read from a picture.
const CREDENTIAL_BYTES: usize = 1 << 20;

/// The signature, and the `IHDR` chunk of 13 bytes.
const HEAD: usize = 8 + 12 + 13;

/// A picture is none that a badge can be baked into.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArtworkError {
    /// Not a PNG file, or a damaged one.
    #[error(transparent)]
    Chunks(#[from] ChunkError),
    /// Its pixels cannot be decoded.
    #[error("the picture cannot be decoded: {0}")]
    Pixels(String),
    /// It is too large.
    #[error("the picture is {width}×{height} pixels; at most {MAX_SIDE}×{MAX_SIDE} are allowed")]
    TooLarge {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
    },
}

/// A picture that badges can be baked into.
#[derive(Clone, PartialEq, Eq)]
pub struct Artwork {
    /// Without any baked credential.
    png: Vec<u8>,
}

impl Artwork {
    /// Checks a file thoroughly: every chunk, and every pixel by decoding it. A credential baked into it is left out.
    ///
    /// # Errors
    /// [`ArtworkError`] saying what is wrong with the picture.
    pub fn parse(file: &[u8]) -> Result<Self, ArtworkError> {
        let chunks = png_chunks::chunks(file)?;
        decode(file)?;
        let mut png = Vec::with_capacity(file.len());
        png.extend(SIGNATURE);
        for chunk in chunks.iter().filter(|chunk| baked_text(chunk).is_none()) {
            png.extend_from_slice(chunk.whole);
        }
        Ok(Self { png })
    }

    /// Takes bytes that [`Artwork::parse`] gave before. Only their beginning is looked at.
    ///
    /// # Errors
    /// [`ArtworkError::Chunks`] if they cannot be a PNG file.
    pub fn from_checked(png: Vec<u8>) -> Result<Self, ArtworkError> {
        if !png.starts_with(&SIGNATURE) {
            return Err(ChunkError::Signature.into());
        }
        if png.len() <= HEAD {
            return Err(ChunkError::Length.into());
        }
        Ok(Self { png })
    }

    /// The picture without a credential.
    pub fn png(&self) -> &[u8] {
        &self.png
    }

    /// The picture with this credential.
    pub fn bake(&self, credential: &str) -> Vec<u8> {
        let Some((head, tail)) = self.png.split_at_checked(HEAD) else { return self.png.clone() };
        let text = [KEYWORD.as_bytes(), &AFTER_KEYWORD, credential.as_bytes()];
        let mut baked = Vec::with_capacity(self.png.len() + credential.len() + 64);
        baked.extend_from_slice(head);
        png_chunks::append(&mut baked, *b"iTXt", &text);
        baked.extend_from_slice(tail);
        baked
    }
}

impl fmt::Debug for Artwork {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Artwork({} bytes)", self.png.len())
    }
}

fn decode(file: &[u8]) -> Result<(), ArtworkError> {
    let pixels = |error: png::DecodingError| ArtworkError::Pixels(error.to_string());
    let limits = png::Limits { bytes: DECODE_BYTES };
    let decoder = png::Decoder::new_with_limits(std::io::Cursor::new(file), limits);
    let mut reader = decoder.read_info().map_err(pixels)?;
    let (width, height) = reader.info().size();
    if width > MAX_SIDE || height > MAX_SIDE {
        return Err(ArtworkError::TooLarge { width, height });
    }
    // The decoder's limits do not cover a caller's buffer: read row by row.
    while reader.next_row().map_err(pixels)?.is_some() {}
    reader.finish().map_err(pixels)
}

/// A baked credential cannot be had from a picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnbakeError {
    /// Not a PNG file, or a damaged one.
    #[error(transparent)]
    Chunks(#[from] ChunkError),
    /// More than one credential: which one would be meant?
    #[error("the picture holds more than one credential")]
    Doubled,
    /// The chunk is malformed, too long, or not UTF-8.
    #[error("the credential in the picture cannot be read")]
    Unreadable,
}

/// The credential of a baked picture, if it has one. Reads compressed text too, and inflates it to 1 MiB at most.
///
/// # Errors
/// [`UnbakeError`] if the file is no whole PNG, or holds a credential that cannot be read, or two.
pub fn unbake(file: &[u8]) -> Result<Option<String>, UnbakeError> {
    let chunks = png_chunks::chunks(file)?;
    let mut texts = chunks.iter().filter_map(baked_text);
    let Some(text) = texts.next() else { return Ok(None) };
    if texts.next().is_some() {
        return Err(UnbakeError::Doubled);
    }
    credential(text).map(Some).ok_or(UnbakeError::Unreadable)
}

/// What follows the keyword in a chunk that carries a credential.
fn baked_text<'a>(chunk: &Chunk<'a>) -> Option<&'a [u8]> {
    let after = (&chunk.kind == b"iTXt").then(|| chunk.data.strip_prefix(KEYWORD.as_bytes())).flatten()?;
    after.strip_prefix(&[0])
}

/// `flag method language 0 translated 0 text` (PNG, section 11.3.3.4).
fn credential(after_keyword: &[u8]) -> Option<String> {
    let (&[flag, method], rest) = after_keyword.split_first_chunk()?;
    let mut parts = rest.splitn(3, |byte| *byte == 0);
    let (_language, _translated, text) = (parts.next()?, parts.next()?, parts.next()?);
    let bytes = match (flag, method) {
        (0, _) if text.len() <= CREDENTIAL_BYTES => text.to_vec(),
        (1, 0) => inflate(text)?,
        _ => return None,
    };
    String::from_utf8(bytes).ok()
}

fn inflate(compressed: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(CREDENTIAL_BYTES + 1).ok()?;
    ZlibDecoder::new(compressed).take(limit).read_to_end(&mut bytes).ok()?;
    (bytes.len() <= CREDENTIAL_BYTES).then_some(bytes)
}
