//! Which encoding a list is in, and its bytes in a form that can be cut at separators.

use std::{
    borrow::Cow,
    io::{self, Read},
};

use encoding_rs::{Decoder, SHIFT_JIS, UTF_16BE, UTF_16LE};
use serde::{Deserialize, Serialize};

use super::ListError;

/// How much of a list is looked at before its encoding is decided.
const HEAD_BYTES: usize = 64 * 1024;

const CHUNK_BYTES: usize = 16 * 1024;

/// The encoding of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Encoding {
    /// Only ASCII so far: the first other row decides.
    Open,
    Utf8,
    /// Microsoft's form of Shift JIS with the NEC and IBM extensions, which is what `SHIFT_JIS` decodes.
    Cp932,
    /// Turned into UTF-8 while reading, with U+FFFD for what is none.
    Utf16Little,
    /// The same, with the other octet first.
    Utf16Big,
}

impl Encoding {
    fn decoder(self) -> Option<Decoder> {
        match self {
            Self::Open | Self::Utf8 | Self::Cp932 => None,
            Self::Utf16Little => Some(UTF_16LE.new_decoder_without_bom_handling()),
            Self::Utf16Big => Some(UTF_16BE.new_decoder_without_bom_handling()),
        }
    }
}

/// A list as bytes that can be cut at `"`, separators and line ends. In UTF-8 and CP932 these octets never are a part
/// of another character (the second octets of CP932 begin at 0x40), and UTF-16 is turned into UTF-8 here.
pub(super) struct Source<R> {
    reader: R,
    encoding: Encoding,
    mark: u64,
    utf16: Option<Decoder>,
    head: Vec<u8>,
    ended: bool,
}

impl<R: Read> Source<R> {
    /// Reads the head and decides.
    pub(super) fn open(mut reader: R) -> Result<Self, ListError> {
        let mut head = Vec::new();
        reader.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head)?;
        if head.starts_with(b"PK\x03\x04") || head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
            return Err(ListError::ListIsWorkbook);
        }
        let (encoding, mark) = if head.starts_with(&[0xEF, 0xBB, 0xBF]) {
            (Encoding::Utf8, 3)
        } else if head.starts_with(&[0xFF, 0xFE]) {
            (Encoding::Utf16Little, 2)
        } else if head.starts_with(&[0xFE, 0xFF]) {
            (Encoding::Utf16Big, 2)
        } else if head.contains(&0) {
            return Err(ListError::ListNotText);
        } else {
            (vote(&head), 0)
        };
        head.drain(..mark);
        Ok(Self { reader, encoding, mark: mark as u64, utf16: encoding.decoder(), head, ended: false })
    }

    /// Goes on with a list whose encoding is known.
    pub(super) fn resume(reader: R, encoding: Encoding) -> Self {
        Self { reader, encoding, mark: 0, utf16: encoding.decoder(), head: Vec::new(), ended: false }
    }

    /// The encoding, as far as it is known by now.
    pub(super) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// How many octets of the list stand before its text.
    pub(super) fn mark(&self) -> u64 {
        self.mark
    }

    /// How many octets of the list became these.
    pub(super) fn octets(&self, filled: &[u8]) -> u64 {
        match &self.utf16 {
            None => filled.len() as u64,
            Some(_) => 2 * String::from_utf8_lossy(filled).encode_utf16().count() as u64,
        }
    }

    /// Appends the next bytes, in UTF-8 or CP932. False at the end of the list.
    pub(super) fn fill(&mut self, buffer: &mut Vec<u8>) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        let mut chunk = std::mem::take(&mut self.head);
        if chunk.is_empty() {
            self.reader.by_ref().take(CHUNK_BYTES as u64).read_to_end(&mut chunk)?;
        }
        self.ended = chunk.is_empty();
        match &mut self.utf16 {
            None => buffer.append(&mut chunk),
            Some(decoder) => {
                let mut text = String::with_capacity(
                    decoder.max_utf8_buffer_length(chunk.len()).unwrap_or(chunk.len().saturating_mul(3)),
                );
                // The capacity is the decoder's own worst case, so one call takes all.
                let _ = decoder.decode_to_string(&chunk, &mut text, self.ended);
                buffer.append(&mut text.into_bytes());
            }
        }
        Ok(!self.ended)
    }

    /// The text of a cell; none if it is not in the list's encoding.
    pub(super) fn decode(&mut self, cell: &[u8]) -> Option<String> {
        if cell.is_ascii() {
            return String::from_utf8(cell.to_vec()).ok();
        }
        if self.encoding == Encoding::Open {
            self.encoding = if std::str::from_utf8(cell).is_ok() { Encoding::Utf8 } else { Encoding::Cp932 };
        }
        match self.encoding {
            Encoding::Cp932 => {
                SHIFT_JIS.decode_without_bom_handling_and_without_replacement(cell).map(Cow::into_owned)
            }
            Encoding::Open | Encoding::Utf8 => String::from_utf8(cell.to_vec()).ok(),
            Encoding::Utf16Little | Encoding::Utf16Big => {
                String::from_utf8(cell.to_vec()).ok().filter(|text| !text.contains('\u{FFFD}'))
            }
        }
    }
}

/// The header decides, if it has more than ASCII: Japanese column names in CP932 are never UTF-8. Otherwise the lines
/// vote, so that one damaged line does not turn a whole list.
fn vote(head: &[u8]) -> Encoding {
    let mut lines: Vec<&[u8]> = head.split(|byte| matches!(byte, b'\n' | b'\r')).collect();
    // The last line may be cut inside of a character.
    if head.len() == HEAD_BYTES && lines.len() > 1 {
        lines.pop();
    }
    let header = lines.iter().find(|line| !line.is_empty());
    match header.map_or(Vote::Abstains, |line| Vote::of(line)) {
        Vote::Utf8 => return Encoding::Utf8,
        Vote::Other => return Encoding::Cp932,
        Vote::Abstains => {}
    }
    let votes = lines.into_iter().map(Vote::of);
    let (utf8, other) = votes.fold((0_usize, 0_usize), |(utf8, other), vote| match vote {
        Vote::Utf8 => (utf8 + 1, other),
        Vote::Other => (utf8, other + 1),
        Vote::Abstains => (utf8, other),
    });
    match (utf8, other) {
        (0, 0) => Encoding::Open,
        _ if utf8 >= other => Encoding::Utf8,
        _ => Encoding::Cp932,
    }
}

/// What one line says about the encoding.
enum Vote {
    Utf8,
    Other,
    /// ASCII alone, or also pairs of octets that half-width kana in CP932 make as well.
    Abstains,
}

impl Vote {
    fn of(line: &[u8]) -> Self {
        match std::str::from_utf8(line) {
            Ok(text) if text.chars().any(|character| character >= '\u{0800}') => Self::Utf8,
            Ok(_) => Self::Abstains,
            // One line that goes on beyond the head.
            Err(error) if error.error_len().is_none() && line.len() == HEAD_BYTES => Self::Utf8,
            Err(_) => Self::Other,
        }
    }
}
