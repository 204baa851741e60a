//! Posted forms with files, read within bounds.

use std::{convert::Infallible, fmt};

use futures::{FutureExt as _, stream};
use lambda_http::http::{HeaderMap, header};
use multer::{Multipart, bytes::Bytes};

use crate::{Problem, Request};

/// Letters of a file's name that are shown.
const SHOWN_LETTERS: usize = 100;

/// What a file without a name that can be shown is called.
const UNNAMED: &str = "file";

/// How much is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The whole body, in bytes.
    pub bytes: usize,
    /// Files.
    pub files: usize,
    /// Fields that are not files.
    pub fields: usize,
}

impl Default for Limits {
    /// The platform passes on no larger body.
    fn default() -> Self {
        Self { bytes: 6 * 1024 * 1024, files: 200, fields: 20 }
    }
}

/// What was posted.
#[derive(Default, Clone, PartialEq, Eq)]
pub struct Uploads {
    /// Names and texts, in the form's order.
    pub fields: Vec<(String, String)>,
    /// Files, in the form's order. A file input that was left empty is none.
    pub files: Vec<Upload>,
}

/// A file.
#[derive(Clone, PartialEq, Eq)]
pub struct Upload {
    /// The name of the field.
    pub field: String,
    /// The file's name, fit to be shown and for nothing else.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl Uploads {
    /// The first field of this name.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find_map(|(found, text)| (found == name).then_some(text.as_str()))
    }
}

/// Sizes only: what was posted is in no log.
impl fmt::Debug for Uploads {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Uploads")
            .field("fields", &self.fields.len())
            .field("files", &self.files)
            .finish()
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Upload").field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}

/// The fields and files of a posted form, of either kind that browsers send.
///
/// # Errors
/// A problem that says what is too much, of another type, or broken.
pub fn uploads(request: &Request, limits: Limits) -> Result<Uploads, Problem> {
    let body: &[u8] = request.body();
    if body.len() > limits.bytes {
        return Err(Problem::body_too_large(limits.bytes));
    }
    let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = media_type.unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        urlencoded(body, limits)
    } else if essence.eq_ignore_ascii_case("multipart/form-data") {
        let boundary = multer::parse_boundary(media_type).map_err(|_| broken())?;
        let whole = stream::iter([Ok::<_, Infallible>(Bytes::copy_from_slice(body))]);
        // All of the body is there, so nothing is ever waited for.
        multipart(Multipart::new(whole, boundary), limits).now_or_never().unwrap_or_else(|| Err(broken()))
    } else {
        Err(Problem::not_a_form())
    }
}

fn urlencoded(body: &[u8], limits: Limits) -> Result<Uploads, Problem> {
    // Counted before anything is kept: a body can hold millions of empty ones.
    if body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).count() > limits.fields {
        return Err(Problem::too_many_fields(limits.fields));
    }
    let fields = serde_urlencoded::from_bytes(body).map_err(|_| broken())?;
    Ok(Uploads { fields, files: Vec::new() })
}

async fn multipart(mut parts: Multipart<'_>, limits: Limits) -> Result<Uploads, Problem> {
    let mut uploads = Uploads::default();
    while let Some(part) = parts.next_field().await.map_err(|_| broken())? {
        let field = part.name().ok_or_else(broken)?.to_owned();
        let unreadable = || is_file(part.headers()).then(|| UNNAMED.to_owned());
        let named = part.file_name().map(str::to_owned).or_else(unreadable);
        let bytes = part.bytes().await.map_err(|_| broken())?;
        match named {
            // What a browser sends for a file input that was left empty.
            Some(name) if name.is_empty() && bytes.is_empty() => {}
            Some(_) if uploads.files.len() == limits.files => {
                return Err(Problem::too_many_files(limits.files));
            }
            Some(name) => {
                uploads.files.push(Upload { field, name: file_name(&name), bytes: bytes.to_vec() });
            }
            None if uploads.fields.len() == limits.fields => {
                return Err(Problem::too_many_fields(limits.fields));
            }
            None => {
                let text = String::from_utf8(bytes.to_vec()).map_err(|_| broken())?;
                uploads.fields.push((field, text));
            }
        }
    }
    Ok(uploads)
}

/// Whether a part has a file's name, even one that cannot be read: in an old encoding, or ending in a backslash.
fn is_file(part: &HeaderMap) -> bool {
    let disposition = part.get(header::CONTENT_DISPOSITION).map_or(&[][..], |value| value.as_bytes());
    let mut parameters = disposition.split(|byte| *byte == b';').skip(1).map(<[u8]>::trim_ascii_start);
    parameters.any(|parameter| parameter.to_ascii_lowercase().starts_with(b"filename"))
}

/// The last part of a file's path, fit to be shown: without what does not print or turns the direction of writing.
pub fn file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let printed = last.chars().filter(|letter| !letter.is_control() && !turns(*letter));
    let shown: String = printed.collect::<String>().trim().chars().take(SHOWN_LETTERS).collect();
    if shown.is_empty() { UNNAMED.to_owned() } else { shown }
}

/// Bidirectional controls, zero-width letters and line separators: with them one name can look like another.
fn turns(letter: char) -> bool {
    matches!(letter, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn broken() -> Problem {
    Problem::malformed(
        "フォームの内容が途中で切れているか、壊れています。もう一度お送りください。",
        "The form arrived cut off or broken. Please send it again.",
    )
}
