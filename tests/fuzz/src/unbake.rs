//! Badges in pictures.

use std::io::{Read, Write};

use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};
use openbadges::{
    bake::{Artwork, MAX_SIDE, unbake},
    png_chunks::{ChunkError, SIGNATURE, chunks},
};

use crate::world::{GOLDEN, World, nothing_is_forged};

/// The longest credential that is read from a picture.
const CREDENTIAL_BYTES: usize = 1 << 20;

/// Chunks make up the file, what is kept is a picture that stays as it is, and what is baked is unbaked.
pub fn examine(bytes: &[u8]) {
    let mut variants = vec![bytes.to_vec()];
    if let Some(mended) = mended(bytes, false) {
        variants.extend([Some(mended), self::mended(bytes, true)].into_iter().flatten());
    }
    variants.dedup();
    for file in variants {
        holds(&file);
    }
}

fn holds(file: &[u8]) {
    nothing_is_forged(file);
    World::of(file).judge(file);
    let split = chunks(file);
    if let Ok(chunks) = &split {
        let mut joined = SIGNATURE.to_vec();
        joined.extend(chunks.iter().flat_map(|chunk| chunk.whole));
        assert_eq!(joined, file, "the chunks are not the file");
    }
    if let Ok(Some(text)) = unbake(file) {
        // Of damage, only that of pixels is passed over.
        assert!(matches!(split, Ok(_) | Err(ChunkError::Checksum)) && text.len() <= CREDENTIAL_BYTES);
    }
    let Ok(artwork) = Artwork::parse(file) else { return };
    let png = artwork.png();
    assert!(png.len() <= file.len(), "a picture grew");
    assert_eq!(Artwork::parse(png).as_ref(), Ok(&artwork), "what is kept is kept");
    assert_eq!(unbake(png), Ok(None), "a credential stayed in the picture");
    assert_eq!(Artwork::from_checked(png.to_vec()).as_ref(), Ok(&artwork));
    shows(png);
    for baked in [artwork.bake(GOLDEN), artwork.bake_both(GOLDEN, "{}")] {
        assert_eq!(unbake(&baked).as_ref().map(Option::as_deref), Ok(Some(GOLDEN)), "baked and unbaked");
        assert_eq!(Artwork::parse(&baked).as_ref(), Ok(&artwork), "baking touched the picture");
        assert!(baked.len() <= png.len() + GOLDEN.len() + 128);
    }
}

/// A decoder that knows nothing of badges shows the picture.
fn shows(file: &[u8]) {
    let decoder = png::Decoder::new(std::io::Cursor::new(file));
    let mut reader = decoder.read_info().expect("a picture");
    let (width, height) = reader.info().size();
    assert!(width <= MAX_SIDE && height <= MAX_SIDE);
    while reader.next_row().expect("a row of pixels").is_some() {}
}

/// The same chunks with lengths that end in the file and checksums that fit, so that more than the frame is tried; the
/// image data compressed anew if wanted.
fn mended(bytes: &[u8], compress: bool) -> Option<Vec<u8>> {
    let mut rest = bytes.strip_prefix(&SIGNATURE)?;
    let mut file = SIGNATURE.to_vec();
    let mut ended = false;
    while let Some((head, after)) = rest.split_at_checked(8) {
        let length = u32::from_be_bytes(head[..4].try_into().ok()?);
        let (data, after) = after.split_at(after.len().min(usize::try_from(length).ok()?));
        let kind = head[4..].try_into().ok()?;
        if compress && &kind == b"IDAT" {
            append(&mut file, kind, &compressed(data)?);
        } else {
            append(&mut file, kind, data);
        }
        ended = &kind == b"IEND";
        rest = after.get(4..).unwrap_or_default();
    }
    if !ended {
        append(&mut file, *b"IEND", &[]);
    }
    Some(file)
}

fn append(file: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    file.extend(u32::try_from(data.len()).expect("a part of a file").to_be_bytes());
    let whole = [&kind, data].concat();
    file.extend(&whole);
    file.extend(crc32fast::hash(&whole).to_be_bytes());
}

/// As a whole stream: what the data inflates to, or else the data itself.
fn compressed(data: &[u8]) -> Option<Vec<u8>> {
    let mut inflated = Vec::new();
    let _ = ZlibDecoder::new(data).take(1 << 20).read_to_end(&mut inflated);
    let pixels = if inflated.is_empty() { data } else { &inflated };
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(pixels).ok()?;
    encoder.finish().ok()
}
