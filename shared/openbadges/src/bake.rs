//! Baking: a credential in the picture of its badge (Open Badges 3.0, section 5.3 "Baked badges").
//!
//! A PNG carries the credential's JSON in one uncompressed `iTXt` chunk right after its header. A picture is checked
//! once, when it is registered, and keeps only the chunks that say how it looks. Baking leaves those as they are, to the
//! byte. Pixels are never compressed anew.

use std::fmt;

use png::{ColorType, Info};

use crate::png_chunks::{self, Checked, Chunk, ChunkError, InflateError, SIGNATURE};

/// The keyword of an Open Badges 3.0 credential.
pub const KEYWORD: &str = "openbadgecredential";

/// The keyword of an Open Badges 2.0 assertion.
pub const KEYWORD_2: &str = "openbadges";

/// What follows the keyword: its end, "not compressed", method 0, an empty language tag, an empty translated keyword.
const AFTER_KEYWORD: [u8; 5] = [0; 5];

/// The largest side of a picture, in pixels.
pub const MAX_SIDE: u32 = 2048;

/// The most memory that decoding a picture may take.
const DECODE_BYTES: usize = 16 << 20;

/// The longest colour profile that a picture keeps, inflated.
const PROFILE_BYTES: u64 = 1 << 20;

/// The longest credential that is read from a picture.
const CREDENTIAL_BYTES: u64 = 1 << 20;

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
    /// Viewers must not show a picture with a critical chunk that they do not know.
    #[error("the picture has an unknown critical chunk {0}")]
    UnknownChunk(String),
    /// A chunk occurs twice, at a wrong place, or says what cannot be.
    #[error("the chunk {0} of the picture is misplaced, doubled or malformed")]
    BadChunk(String),
    /// A palette picture without its palette.
    #[error("the picture has no palette")]
    PaletteMissing,
    /// A pixel of a colour that there is not.
    #[error("a pixel is of a colour that the palette does not have")]
    PaletteIndex,
    /// Something is hidden behind the pixels, perhaps very much.
    #[error("the picture has more image data than its pixels need")]
    Surplus,
}

/// A picture that badges can be baked into.
#[derive(Clone, PartialEq, Eq)]
pub struct Artwork {
    /// Without any baked credential, of whatever system, and without all else that is not the picture itself.
    png: Vec<u8>,
}

impl Artwork {
    /// Checks a file thoroughly: every chunk, and every pixel by decoding it.
    ///
    /// What does not say how the picture looks is left out: text (a credential too, under any keyword), dates, camera
    /// data, animation, unknown chunks, and a colour profile that cannot be read or inflates to more than 1 MiB. What
    /// stays is what the file holds, to the byte.
    ///
    /// # Errors
    /// [`ArtworkError`] saying what is wrong with the picture.
    pub fn parse(file: &[u8]) -> Result<Self, ArtworkError> {
        let kept = kept(&png_chunks::chunks(file)?)?;
        let mut png = Vec::with_capacity(file.len());
        png.extend(SIGNATURE);
        for chunk in &kept {
            png.extend_from_slice(chunk.whole);
        }
        decode(&png, &kept)?;
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

    /// The picture without a credential: what [`Artwork::parse`] kept.
    pub fn png(&self) -> &[u8] {
        &self.png
    }

    /// What the picture is like, as its header says (PNG, section 11.2.1). None only if there is no header.
    pub fn measures(&self) -> Option<Measures> {
        let header = self.png.get(16..HEAD)?;
        let (width, rest) = header.split_first_chunk()?;
        let (height, rest) = rest.split_first_chunk()?;
        let (_depth, colour) = (rest.first()?, rest.get(1)?);
        let by_colour = png_chunks::chunks(&self.png).ok()?.iter().any(|chunk| &chunk.kind == b"tRNS");
        Some(Measures {
            width: u32::from_be_bytes(*width),
            height: u32::from_be_bytes(*height),
            transparent: matches!(colour, 4 | 6) || by_colour,
        })
    }

    /// The picture with this credential.
    pub fn bake(&self, credential: &str) -> Vec<u8> {
        self.with_texts(&[(KEYWORD, credential)])
    }

    /// The picture with this credential, and beside it the same badge as a hosted Open Badges 2.0 assertion.
    pub fn bake_both(&self, credential: &str, assertion: &str) -> Vec<u8> {
        self.with_texts(&[(KEYWORD, credential), (KEYWORD_2, assertion)])
    }

    fn with_texts(&self, texts: &[(&str, &str)]) -> Vec<u8> {
        let Some((head, tail)) = self.png.split_at_checked(HEAD) else { return self.png.clone() };
        let room: usize = texts.iter().map(|(_, text)| text.len() + 64).sum();
        let mut baked = Vec::with_capacity(self.png.len() + room);
        baked.extend_from_slice(head);
        for (keyword, text) in texts {
            let parts = [keyword.as_bytes(), &AFTER_KEYWORD, text.as_bytes()];
            png_chunks::append(&mut baked, *b"iTXt", &parts);
        }
        baked.extend_from_slice(tail);
        baked
    }
}

/// What a picture is like, for whoever has to choose one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measures {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Whether pixels of it can let the ground show through.
    pub transparent: bool,
}

impl fmt::Debug for Artwork {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Artwork({} bytes)", self.png.len())
    }
}

/// The chunks that say how a picture looks, if they stand in the order of PNG, section 5.6.
fn kept<'a>(chunks: &[Chunk<'a>]) -> Result<Vec<Chunk<'a>>, ArtworkError> {
    let has = |kind: &[u8; 4]| chunks.iter().any(|chunk| &chunk.kind == kind);
    let mut profiles = chunks.iter().filter(|chunk| &chunk.kind == b"iCCP");
    let has_profile = profiles.next().is_some_and(is_readable_profile);
    // Inflating many that are too long would take its time.
    if let Some(second) = profiles.next() {
        return Err(ArtworkError::BadChunk(name(second)));
    }
    let mut kept: Vec<Chunk<'a>> = Vec::new();
    let mut reached = 0;
    for chunk in chunks {
        let rank = match &chunk.kind {
            b"IHDR" => 0,
            b"iCCP" if has_profile => 1,
            // Both say the same thing differently; the profile counts (PNG, section 4.3).
            b"sRGB" if !has_profile => 1,
            b"PLTE" => 2,
            b"tRNS" | b"bKGD" if has(b"PLTE") => 3,
            b"gAMA" | b"cHRM" | b"sBIT" | b"tRNS" | b"bKGD" => 1,
            b"pHYs" if reached <= 3 => reached,
            b"pHYs" => 3,
            b"IDAT" => 4,
            b"IEND" => 5,
            [first, ..] if first.is_ascii_lowercase() => {
                // Whatever follows image data ends it.
                if reached == 4 {
                    reached = 5;
                }
                continue;
            }
            _ => return Err(ArtworkError::UnknownChunk(name(chunk))),
        };
        let doubled = rank != 4 && kept.iter().any(|earlier| earlier.kind == chunk.kind);
        if rank < reached || doubled {
            return Err(ArtworkError::BadChunk(name(chunk)));
        }
        reached = rank;
        kept.push(*chunk);
    }
    Ok(kept)
}

fn name(chunk: &Chunk<'_>) -> String {
    chunk.kind.escape_ascii().to_string()
}

/// `name 0 method profile` (PNG, section 11.3.2.3).
fn is_readable_profile(chunk: &Chunk<'_>) -> bool {
    let mut parts = chunk.data.splitn(2, |byte| *byte == 0);
    let (Some(name), Some([0, profile @ ..])) = (parts.next(), parts.next()) else { return false };
    (1..80).contains(&name.len()) && png_chunks::inflate([profile], PROFILE_BYTES, |_| ()).is_ok()
}

/// Decodes every pixel of a file that has these chunks.
fn decode(png: &[u8], chunks: &[Chunk<'_>]) -> Result<(), ArtworkError> {
    let pixels = |error: png::DecodingError| ArtworkError::Pixels(error.to_string());
    let limits = png::Limits { bytes: DECODE_BYTES };
    let decoder = png::Decoder::new_with_limits(std::io::Cursor::new(png), limits);
    let mut reader = decoder.read_info().map_err(pixels)?;
    let info = reader.info();
    let (width, height) = info.size();
    if width > MAX_SIDE || height > MAX_SIDE {
        return Err(ArtworkError::TooLarge { width, height });
    }
    let indexed = info.color_type == ColorType::Indexed;
    let palette = chunks.iter().find(|chunk| &chunk.kind == b"PLTE");
    let colours = palette.map_or(0, |palette| palette.data.len() / 3);
    if indexed && palette.is_none() {
        return Err(ArtworkError::PaletteMissing);
    }
    if let Some(malformed) = chunks.iter().find(|chunk| !is_well_formed(chunk, info, colours)) {
        return Err(ArtworkError::BadChunk(name(malformed)));
    }
    check_length(info, chunks)?;
    if indexed {
        let depth = info.bit_depth as usize;
        let mut frame = vec![0; reader.output_buffer_size().unwrap_or(0)];
        let line = reader.next_frame(&mut frame).map_err(pixels)?.line_size;
        let width = usize::try_from(width).unwrap_or(usize::MAX);
        if frame.chunks(line).any(|row| !has_colours(row, width, depth, colours)) {
            return Err(ArtworkError::PaletteIndex);
        }
    } else {
        // The decoder's limits do not cover a caller's buffer: read row by row.
        while reader.next_row().map_err(pixels)?.is_some() {}
    }
    reader.finish().map_err(pixels)
}

/// Whether a chunk has the size it must have, and palette entries are such (PNG, section 11).
fn is_well_formed(chunk: &Chunk<'_>, info: &Info<'_>, colours: usize) -> bool {
    let length = chunk.data.len();
    let (indexed, samples) = (info.color_type == ColorType::Indexed, info.color_type.samples());
    let grey = matches!(info.color_type, ColorType::Grayscale | ColorType::GrayscaleAlpha);
    let most = if indexed { 1 << (info.bit_depth as usize) } else { 256 };
    match &chunk.kind {
        b"PLTE" => !grey && length.is_multiple_of(3) && (1..=most).contains(&colours),
        b"tRNS" if indexed => (1..=colours).contains(&length),
        b"tRNS" => matches!(samples, 1 | 3) && length == 2 * samples,
        b"bKGD" if indexed => matches!(chunk.data, [index] if usize::from(*index) < colours),
        b"bKGD" => length == if grey { 2 } else { 6 },
        b"sBIT" => {
            let depth = if indexed { 8 } else { info.bit_depth as u8 };
            let significant = chunk.data.iter().all(|bits| (1..=depth).contains(bits));
            length == if indexed { 3 } else { samples } && significant
        }
        b"sRGB" => matches!(chunk.data, [0..=3]),
        b"gAMA" => length == 4 && chunk.data != [0; 4],
        b"cHRM" => length == 32,
        b"pHYs" => matches!(chunk.data, [.., 0 | 1]) && length == 9,
        b"IEND" => length == 0,
        _ => true,
    }
}

/// Where each pass of Adam7 begins, and its steps: across, down (PNG, section 8.2).
const PASSES: [(u32, u32, u32, u32); 7] =
    [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

/// A decoder stops at the last pixel: what lies behind it must be looked for.
fn check_length(info: &Info<'_>, chunks: &[Chunk<'_>]) -> Result<(), ArtworkError> {
    let passes = if info.interlaced { &PASSES[..] } else { &[(0, 0, 1, 1)] };
    let mut needed = 0;
    for (left, top, across, down) in passes {
        let width = info.width.saturating_sub(*left).div_ceil(*across);
        let height = info.height.saturating_sub(*top).div_ceil(*down);
        if width > 0 {
            let row = u64::try_from(info.raw_row_length_from_width(width)).unwrap_or(u64::MAX);
            needed += row * u64::from(height);
        }
    }
    let parts = chunks.iter().filter(|chunk| &chunk.kind == b"IDAT").map(|chunk| chunk.data);
    match png_chunks::inflate(parts, needed, |_| ()) {
        Ok(length) if length == needed => Ok(()),
        Ok(_) | Err(InflateError::Damaged) => {
            Err(ArtworkError::Pixels("its image data is cut off or damaged".to_owned()))
        }
        Err(InflateError::Surplus) => Err(ArtworkError::Surplus),
    }
}

/// Whether every index of a row is of a colour that there is. What fills up the last byte is no index.
fn has_colours(row: &[u8], width: usize, depth: usize, colours: usize) -> bool {
    let mask = (1 << depth) - 1;
    let indexes = row.iter().flat_map(|byte| {
        (0..8 / depth).rev().map(move |place| (usize::from(*byte) >> (place * depth)) & mask)
    });
    indexes.take(width).all(|index| index < colours)
}

/// A baked credential cannot be had from a picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnbakeError {
    /// Not a PNG file, or damaged elsewhere than in its pixels.
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
/// The file is read to its end, and every chunk must be undamaged but those with the pixels: how a picture looks says
/// nothing about its credential, which has a signature of its own, and pixels are nearly all of the file.
///
/// # Errors
/// [`UnbakeError`] if the file is no whole PNG, or holds a credential that cannot be read, or two.
pub fn unbake(file: &[u8]) -> Result<Option<String>, UnbakeError> {
    let (mut found, mut doubled) = (None, false);
    png_chunks::walk(file, Checked::AllButPixels, |chunk| {
        if let Some(text) = baked_text(&chunk) {
            doubled |= found.replace(text).is_some();
        }
    })?;
    match found {
        _ if doubled => Err(UnbakeError::Doubled),
        Some(text) => credential(text).map(Some).ok_or(UnbakeError::Unreadable),
        None => Ok(None),
    }
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
        (0, _) if u64::try_from(text.len()).is_ok_and(|length| length <= CREDENTIAL_BYTES) => text.to_vec(),
        (1, 0) => inflate(text)?,
        _ => return None,
    };
    String::from_utf8(bytes).ok()
}

fn inflate(compressed: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    png_chunks::inflate([compressed], CREDENTIAL_BYTES, |piece| bytes.extend_from_slice(piece)).ok()?;
    Some(bytes)
}
