//! What a file carries: a picture of either kind, JSON, or a token.

use std::io::Read;

use flate2::read::ZlibDecoder;
use openbadges::{
    bake::{KEYWORD, KEYWORD_2},
    png_chunks::{self, Chunk},
};
use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use crate::{report::Finding, web::MAX_BYTES};

/// The longest picture that is read.
const PICTURE_BYTES: usize = 8 << 20;

/// The most events that are read of an SVG in search of its badge.
const SVG_EVENTS: usize = 500_000;

/// What stands in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Carried {
    /// JSON, not yet read.
    Json(Vec<u8>),
    /// Three parts with dots between them.
    Token(String),
    /// The address of a hosted badge, which older pictures carry alone.
    Address(String),
}

/// Takes what a file carries out of it.
pub(crate) fn read(file: &[u8]) -> Result<Carried, Finding> {
    if file.starts_with(&png_chunks::SIGNATURE) {
        return bounded(file, PICTURE_BYTES).and_then(png);
    }
    let text = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file).trim_ascii();
    if text.starts_with(b"<") {
        return bounded(text, PICTURE_BYTES).and_then(svg);
    }
    content(text, false)
}

fn bounded(bytes: &[u8], limit: usize) -> Result<&[u8], Finding> {
    if bytes.len() > limit { Err(Finding::TooLong) } else { Ok(bytes) }
}

/// JSON or a token; in a picture it may be an address, too.
fn content(text: &[u8], in_picture: bool) -> Result<Carried, Finding> {
    let text = bounded(text.trim_ascii(), MAX_BYTES)?;
    if text.starts_with(b"{") {
        return Ok(Carried::Json(text.to_vec()));
    }
    let text = std::str::from_utf8(text).map_err(|_| Finding::NotReadable)?;
    if is_token(text) {
        Ok(Carried::Token(text.to_owned()))
    } else if in_picture && text.starts_with("https://") {
        Ok(Carried::Address(text.to_owned()))
    } else {
        Err(Finding::NotReadable)
    }
}

fn is_token(text: &str) -> bool {
    let is_part = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    text.split('.').count() == 3 && text.starts_with("ey") && text.split('.').all(is_part)
}

/// Open Badges 3.0 stands in `iTXt` under its own keyword. Older bakers wrote `openbadges`, in any kind of text.
fn png(file: &[u8]) -> Result<Carried, Finding> {
    let chunks = png_chunks::chunks(file).map_err(|_| Finding::NotReadable)?;
    for keyword in [KEYWORD, KEYWORD_2] {
        let mut texts = chunks.iter().filter_map(|chunk| Some((chunk.kind, after_keyword(chunk, keyword)?)));
        if let Some((kind, rest)) = texts.next() {
            // Which one would be meant?
            if texts.next().is_some() {
                return Err(Finding::NotReadable);
            }
            return content(&png_text(kind, rest)?, true);
        }
    }
    Err(Finding::NoBadgeInPicture)
}

fn after_keyword<'a>(chunk: &Chunk<'a>, keyword: &str) -> Option<&'a [u8]> {
    let kinds: &[[u8; 4]] = if keyword == KEYWORD { &[*b"iTXt"] } else { &[*b"iTXt", *b"tEXt", *b"zTXt"] };
    kinds
        .contains(&chunk.kind)
        .then(|| chunk.data.strip_prefix(keyword.as_bytes())?.strip_prefix(&[0]))
        .flatten()
}

/// The text of a chunk after its keyword (PNG, section 11.3.3).
fn png_text(kind: [u8; 4], rest: &[u8]) -> Result<Vec<u8>, Finding> {
    let (compressed, text) = match (&kind, rest) {
        (b"tEXt", text) => (false, text),
        (b"zTXt", [0, text @ ..]) => (true, text),
        (b"iTXt", [flag @ (0 | 1), 0, rest @ ..]) => {
            // Language tag and translated keyword end with a zero each.
            let text = rest.splitn(3, |byte| *byte == 0).nth(2).ok_or(Finding::NotReadable)?;
            (*flag == 1, text)
        }
        _ => return Err(Finding::NotReadable),
    };
    if !compressed {
        return Ok(text.to_vec());
    }
    let mut inflated = Vec::new();
    let limit = u64::try_from(MAX_BYTES + 1).unwrap_or(u64::MAX);
    ZlibDecoder::new(text).take(limit).read_to_end(&mut inflated).map_err(|_| Finding::NotReadable)?;
    bounded(&inflated, MAX_BYTES)?;
    Ok(inflated)
}

/// `<openbadges:credential>` or, in 2.0, `<openbadges:assertion>`: JSON inside, or a token or address as `verify`.
fn svg(file: &[u8]) -> Result<Carried, Finding> {
    let text = std::str::from_utf8(file).map_err(|_| Finding::NotReadable)?;
    let mut reader = Reader::from_str(text);
    let mut is_svg = false;
    let mut found: Option<String> = None;
    let mut inside = false;
    for _ in 0..SVG_EVENTS {
        match reader.read_event().map_err(|_| Finding::NotReadable)? {
            Event::Start(element) if is_badge(element.name().as_ref()) => {
                let verify = begin(&element, found.as_ref())?;
                inside = verify.is_empty();
                found = Some(verify);
            }
            Event::Empty(element) if is_badge(element.name().as_ref()) => {
                found = Some(begin(&element, found.as_ref())?);
            }
            Event::Start(element) | Event::Empty(element) => {
                // Nothing but text belongs inside.
                if inside {
                    return Err(Finding::NotReadable);
                }
                is_svg |= element.local_name().as_ref() == "svg";
            }
            Event::End(element) if is_badge(element.name().as_ref()) => inside = false,
            // Entities of the file's own are never expanded; a document type may only name the public one.
            Event::DocType(kind) if kind.contains('[') => return Err(Finding::NotReadable),
            Event::GeneralRef(_) if inside => return Err(Finding::NotReadable),
            Event::Text(part) if inside => found.get_or_insert_default().push_str(&part),
            Event::CData(part) if inside => found.get_or_insert_default().push_str(&part),
            Event::Eof if !is_svg => return Err(Finding::NotReadable),
            Event::Eof => {
                return content(found.ok_or(Finding::NoBadgeInPicture)?.as_bytes(), true);
            }
            _ => {}
        }
    }
    Err(Finding::TooLong)
}

fn is_badge(name: &str) -> bool {
    matches!(name, "openbadges:credential" | "openbadges:assertion")
}

/// The value of `verify`, if there is one. A second badge is refused: which one would be meant?
fn begin(element: &BytesStart<'_>, found: Option<&String>) -> Result<String, Finding> {
    if found.is_some() {
        return Err(Finding::NotReadable);
    }
    let attribute = element.try_get_attribute("verify").map_err(|_| Finding::NotReadable)?;
    let Some(attribute) = attribute else { return Ok(String::new()) };
    Ok(attribute.value.replace("&amp;", "&"))
}
