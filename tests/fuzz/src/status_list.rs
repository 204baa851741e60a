//! Lists of bits that say what is revoked.

use std::{
    collections::BTreeSet,
    io::{Read, Write},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use flate2::{Compression, read::DeflateDecoder, write::GzEncoder};
use openbadges::status::{LIST_BITS, StatusIndex, StatusList};
use verifier::report::{Check, Finding};

use crate::world::{World, badge_with_status, list, payload, proven, token};

/// What an encoded list may take: the bits, a little for what does not get shorter, and a third for base64.
const ENCODED_BYTES: usize = LIST_BITS / 8 * 3 / 2;

/// A list is read back as it was written, both readers say the same of it, and nothing inflates beyond it.
pub fn examine(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        is_read_the_same(text);
    }
    is_read_the_same(&format!("u{}", URL_SAFE_NO_PAD.encode(bytes)));
    is_read_the_same(&gzip_around(bytes));

    let mut written = StatusList::new();
    let indexes: Vec<_> = bytes
        .chunks(4)
        .map(|part| StatusIndex::wrapping(part.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte))))
        .collect();
    for index in &indexes {
        written.set(*index);
        assert!(written.contains(*index));
    }
    let read = StatusList::decode(&written.encode()).expect("what was written here");
    assert_eq!(read, written);
    let gathered: BTreeSet<_> = indexes.iter().map(|index| index.value()).collect();
    for index in &gathered {
        let neighbours = [index.wrapping_sub(1), *index, index + 1, index ^ 7, index ^ 8];
        for near in neighbours.into_iter().filter_map(StatusIndex::new) {
            assert_eq!(read.contains(near), gathered.contains(&near.value()), "place {near}");
        }
    }

    // The bits themselves, as far as they go.
    let mut whole = bytes.to_vec();
    whole.resize(LIST_BITS / 8, 0);
    let list = StatusList::decode(&gzip(&whole)).expect("a whole list");
    is_written_again(&list);
    let first = whole.iter().position(|byte| *byte != 0).unwrap_or(0);
    let bits = u32::try_from(first * 8).expect("in the list");
    for bit in 0..8 {
        let place = StatusIndex::new(bits + bit).expect("in the list");
        assert_eq!(list.contains(place), whole[first] & (0x80 >> bit) != 0, "bit {bit} of byte {first}");
    }
}

fn is_written_again(list: &StatusList) {
    let encoded = list.encode();
    assert!(encoded.len() <= ENCODED_BYTES, "{} bytes", encoded.len());
    assert_eq!(StatusList::decode(&encoded).as_ref(), Ok(list));
}

/// Ours and the verifier's, which reads longer lists as well.
fn is_read_the_same(text: &str) {
    let ours = StatusList::decode(text);
    if let Ok(list) = &ours {
        is_written_again(list);
    }
    // Where nothing of a list stands, signing it only takes time.
    if !text.starts_with("uH4") {
        return;
    }
    let index = text.len() * 7919 % LIST_BITS;
    let place = u32::try_from(index).ok().and_then(StatusIndex::new).expect("a place");
    let mut world = World::stranger();
    let Ok(signed) = proven(&list(text)) else { return };
    world.put(crate::world::LIST, signed.to_string());
    let badge = token(payload(&badge_with_status(index)).to_string().as_bytes());
    let report = world.judge(badge.as_bytes());
    let finding = report.finding(Check::Revocation);
    if let Ok(list) = ours {
        let said = match finding {
            Finding::Revoked { .. } => Some(true),
            Finding::NotRevoked { .. } => Some(false),
            _ => None,
        };
        assert_eq!(said, Some(list.contains(place)), "{finding:?}");
    }
}

fn gzip(bytes: &[u8]) -> String {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory");
    format!("u{}", URL_SAFE_NO_PAD.encode(encoder.finish().expect("memory")))
}

/// The bytes as what is compressed in gzip, with a checksum that fits, so that more than the frame is tried.
fn gzip_around(deflated: &[u8]) -> String {
    let mut inflated = Vec::new();
    let mut decoder = DeflateDecoder::new(deflated).take(1 << 20);
    let _ = decoder.read_to_end(&mut inflated);
    let consumed = usize::try_from(decoder.into_inner().total_in()).unwrap_or(usize::MAX).min(deflated.len());
    let length = u32::try_from(inflated.len()).expect("at most 1 MiB");
    let mut file = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    file.extend(&deflated[..consumed]);
    file.extend(crc32fast::hash(&inflated).to_le_bytes());
    file.extend(length.to_le_bytes());
    format!("u{}", URL_SAFE_NO_PAD.encode(file))
}
