//! Content codings (RFC 9110, section 8.4.1): whether a reply is sent compressed.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use lambda_http::http::{HeaderMap, header};

/// How a body is written on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    Identity,
    Gzip,
}

/// What is shorter travels in one packet either way.
const WORTHWHILE: usize = 1024;

/// The usual balance: the next levels take twice the time for one part in a hundred.
const LEVEL: u32 = 6;

/// Types that compress. Pictures and archives are compressed as they are.
const TEXTUAL: [&str; 7] = [
    "text/html",
    "text/css",
    "text/csv",
    "text/javascript",
    "application/javascript",
    "application/json",
    "image/svg+xml",
];

/// Whether replies of this type come in either coding.
pub(crate) fn is_textual(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    TEXTUAL.contains(&essence.as_str()) || essence.ends_with("+json")
}

/// The coding for a textual body of this length.
///
/// gzip wins a tie with no coding, but is never assumed of a reader that does not name it. Who refuses both gets the body
/// as it is, which the standard leaves to the server.
pub(crate) fn chosen(request: &HeaderMap, length: usize) -> Coding {
    let weights = Weights::of(request);
    let any = weights.any.unwrap_or(0);
    let gzip = weights.gzip.unwrap_or(any);
    let plain = weights.identity.or(weights.any);
    let needed = plain == Some(0);
    if gzip > 0 && (needed || (length >= WORTHWHILE && gzip >= plain.unwrap_or(0))) {
        Coding::Gzip
    } else {
        Coding::Identity
    }
}

/// The same bytes for the same body, always: a strong tag stands for them.
pub(crate) fn gzip(body: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 2), Compression::new(LEVEL));
    encoder.write_all(body).ok()?;
    encoder.finish().ok()
}

/// What `Accept-Encoding` says of the codings there are, in thousandths.
#[derive(Default)]
struct Weights {
    gzip: Option<u16>,
    identity: Option<u16>,
    any: Option<u16>,
}

impl Weights {
    fn of(request: &HeaderMap) -> Self {
        let mut weights = Self::default();
        let lines = request.get_all(header::ACCEPT_ENCODING).iter();
        for part in lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(',')) {
            let mut pieces = part.split(';').map(str::trim);
            let name = pieces.next().unwrap_or_default().to_ascii_lowercase();
            let named = match name.as_str() {
                "gzip" | "x-gzip" => &mut weights.gzip,
                "identity" => &mut weights.identity,
                "*" => &mut weights.any,
                _ => continue,
            };
            // A weight that cannot be read says nothing.
            let weight = pieces.next().map_or(Some(1000), thousandths);
            *named = weight.max(*named);
        }
        weights
    }
}

/// A weight such as `q=0.8` (RFC 9110, section 12.4.2).
fn thousandths(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.split_once('=')?;
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    let readable = name.eq_ignore_ascii_case("q")
        && fraction.len() <= 3
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
        && matches!(whole, "0" | "1");
    let weight = format!("{whole}{fraction:0<3}").parse().ok().filter(|weight| *weight <= 1000);
    weight.filter(|_| readable)
}
