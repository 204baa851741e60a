//! Entity tags (RFC 9110, section 8.8.3): whether a copy is still the same.

use aws_lc_rs::digest::{Context, SHA256};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use lambda_http::http::{HeaderMap, HeaderValue, header};

use crate::coding::Coding;

/// As many bytes of the hash as 32 letters hold.
const HASH: usize = 24;

/// The opaque part of a strong tag.
pub(crate) struct EntityTag(String);

impl EntityTag {
    /// The tag of an uncoded body. Two types, or two languages, of the same bytes are two representations.
    pub(crate) fn of(headers: &HeaderMap, body: &[u8]) -> Self {
        let mut hash = Context::new(&SHA256);
        for name in [header::CONTENT_TYPE, header::CONTENT_LANGUAGE] {
            hash.update(headers.get(name).map_or(&[], HeaderValue::as_bytes));
            // No header's value holds this byte.
            hash.update(&[0]);
        }
        hash.update(body);
        let digest = hash.finish();
        Self(BASE64_URL_SAFE_NO_PAD.encode(digest.as_ref().get(..HASH).unwrap_or_default()))
    }

    /// The tag of the same body in this coding: other bytes, so another tag.
    #[must_use]
    pub(crate) fn coded(&self, coding: Coding) -> Self {
        match coding {
            Coding::Identity => Self(self.0.clone()),
            Coding::Gzip => Self(format!("{}-gzip", self.0)),
        }
    }

    /// As the header says it. It fits by its alphabet.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        HeaderValue::try_from(format!("\"{}\"", self.0)).ok()
    }
}

/// The first of these tags that `If-None-Match` names; `*` names the first. Weak tags count as strong ones, as the
/// standard wants for this header.
pub(crate) fn named<const N: usize>(request: &HeaderMap, tags: [EntityTag; N]) -> Option<EntityTag> {
    let lines = || request.get_all(header::IF_NONE_MATCH).iter().map(HeaderValue::as_bytes);
    let all = lines().any(|line| line.trim_ascii() == b"*");
    tags.into_iter().find(|tag| all || lines().flat_map(opaque_tags).any(|named| named == tag.0.as_bytes()))
}

/// The opaque tags of a list. A tag may hold commas. What is no list of tags ends it.
fn opaque_tags(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let start = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b','))?;
        let part = rest.get(start..)?;
        let quoted = part.strip_prefix(b"W/").unwrap_or(part).strip_prefix(b"\"")?;
        let end = quoted.iter().position(|byte| *byte == b'"')?;
        rest = quoted.get(end + 1..)?;
        quoted.get(..end)
    })
}
