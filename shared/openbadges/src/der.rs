//! The little of DER (X.690) that keys and signatures need: one element after another, lengths in their only form.

pub(crate) const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;

/// `id-ecPublicKey` with `prime256v1` (RFC 5480, section 2.1.1).
pub(crate) const EC_P256: &[u8] = &[
    0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03,
    0x01, 0x07,
];
/// `rsaEncryption` with `NULL` (RFC 3279, section 2.3.1).
pub(crate) const RSA: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/// What is left to read.
pub(crate) struct Der<'a>(pub(crate) &'a [u8]);

impl<'a> Der<'a> {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The content of the next element, if it has this tag.
    pub(crate) fn element(&mut self, tag: u8) -> Option<&'a [u8]> {
        let (&[found, first], rest) = self.0.split_first_chunk::<2>()?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(first), rest),
            0x81 => {
                let (&[length], rest) = rest.split_first_chunk::<1>()?;
                ((length >= 0x80).then_some(usize::from(length))?, rest)
            }
            0x82 => {
                let (length, rest) = rest.split_first_chunk::<2>()?;
                let length = u16::from_be_bytes(*length);
                ((length > 0xff).then_some(usize::from(length))?, rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        (found == tag).then_some(content)
    }

    pub(crate) fn sequence(&mut self) -> Option<Self> {
        self.element(SEQUENCE).map(Self)
    }

    /// A positive number, big-endian without leading zeros.
    pub(crate) fn unsigned(&mut self) -> Option<&'a [u8]> {
        match self.element(INTEGER)? {
            [0, number @ ..] if number.first().is_some_and(|byte| *byte >= 0x80) => Some(number),
            number @ [1..=0x7f, ..] => Some(number),
            _ => None,
        }
    }

    /// A string of whole bytes.
    pub(crate) fn bits(&mut self) -> Option<&'a [u8]> {
        match self.element(BIT_STRING)? {
            [0, bytes @ ..] => Some(bytes),
            _ => None,
        }
    }
}

/// An element, written. Its content is shorter than 64 KiB.
pub(crate) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let [.., high, low] = content.len().to_be_bytes();
    let length = match (high, low) {
        (0, 0..=0x7f) => vec![low],
        (0, _) => vec![0x81, low],
        _ => vec![0x82, high, low],
    };
    [&[tag][..], &length, content].concat()
}

/// A positive number, written.
pub(crate) fn unsigned(number: &[u8]) -> Vec<u8> {
    let sign: &[u8] = if number.first().is_some_and(|byte| *byte >= 0x80) { &[0] } else { &[] };
    element(INTEGER, &[sign, number].concat())
}

/// A string of whole bytes, written.
pub(crate) fn bits(bytes: &[u8]) -> Vec<u8> {
    element(BIT_STRING, &[&[0], bytes].concat())
}
