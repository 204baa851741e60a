//! The two kinds of text in a signed document.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Deserializer, Serialize, de};

/// An absolute IRI in ASCII. Whatever it holds can stand between `<` and `>` in canonical N-Quads as it is
/// (RDF 1.2 N-Quads, section "Canonical form").
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Iri(String);

/// The schemes that identifiers in a badge may have. A closed list also keeps a JSON-LD processor from taking the
/// scheme for a prefix of its context.
const SCHEMES: [&str; 5] = ["https://", "http://", "did:", "urn:", "mailto:"];

/// A text is no identifier that a badge may hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IriError {
    /// The scheme is missing or none of https, http, did, urn, mailto.
    #[error("an identifier must begin with https:, http:, did:, urn: or mailto:")]
    Scheme,
    /// A character that must be percent-encoded.
    #[error("an identifier may not hold the character {0:?}; percent-encode it")]
    Character(char),
    /// A percent sign without two hexadecimal digits, a second `#`, a missing host, or a port that is no number.
    /// A strict JSON-LD processor drops such a node without a word.
    #[error("an identifier must be a whole address: host, port, percent signs and fragment in order")]
    Form,
}

impl Iri {
    /// Checks and wraps.
    ///
    /// # Errors
    /// [`IriError`] saying what is wrong with it.
    pub fn parse(text: impl Into<String>) -> Result<Self, IriError> {
        let text = text.into();
        let (scheme, rest) = SCHEMES
            .iter()
            .find_map(|scheme| text.strip_prefix(scheme).map(|rest| (*scheme, rest)))
            .filter(|(_, rest)| !rest.is_empty())
            .ok_or(IriError::Scheme)?;
        if let Some(character) = text.chars().find(|character| !is_iri_character(*character)) {
            return Err(IriError::Character(character));
        }
        let begins_well = if scheme.ends_with('/') { has_host(rest) } else { !rest.starts_with('/') };
        if begins_well && percent_signs_encode(rest) && rest.bytes().filter(|byte| *byte == b'#').count() <= 1
        {
            Ok(Self(text))
        } else {
            Err(IriError::Form)
        }
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// RFC 3986: unreserved, reserved and the percent sign, without the square brackets that only an IPv6 host needs.
fn is_iri_character(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || matches!(
            character,
            '-' | '.'
                | '_'
                | '~'
                | ':'
                | '/'
                | '?'
                | '#'
                | '@'
                | '!'
                | '$'
                | '&'
                | '\''
                | '('
                | ')'
                | '*'
                | '+'
                | ','
                | ';'
                | '='
                | '%'
        )
}

/// A host, and a port if there is a colon. No user name: an address of a badge needs none, and it misleads readers.
fn has_host(rest: &str) -> bool {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
    !host.is_empty() && !host.contains('@') && port.bytes().all(|byte| byte.is_ascii_digit())
}

/// Two hexadecimal digits follow each percent sign (RFC 3986, section 2.1).
fn percent_signs_encode(text: &str) -> bool {
    text.split('%').skip(1).all(|after| {
        let mut bytes = after.bytes();
        bytes.next().is_some_and(|byte| byte.is_ascii_hexdigit())
            && bytes.next().is_some_and(|byte| byte.is_ascii_hexdigit())
    })
}

impl fmt::Display for Iri {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for Iri {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "<{}>", self.0)
    }
}

impl<'de> Deserialize<'de> for Iri {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// Text for people, in any script. Control characters other than TAB, LF and CR are refused, and so are U+FFFE and
/// U+FFFF: implementations disagree about their canonical form, so a signature over them would not verify everywhere.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Text(String);

/// A text holds a control character, or one that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a text may not hold the character {0:?}")]
pub struct TextError(pub char);

impl Text {
    /// Checks and wraps.
    ///
    /// # Errors
    /// [`TextError`] with the first character that is not allowed.
    pub fn parse(text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        match text.chars().find(|&character| is_refused(character)) {
            Some(character) => Err(TextError(character)),
            None => Ok(Self(text)),
        }
    }

    /// For text that this crate made itself, without any control character.
    pub(crate) fn plain(text: String) -> Self {
        Self(text)
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_refused(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' => false,
        '\u{fffe}' | '\u{ffff}' => true,
        other => other.is_control(),
    }
}

impl fmt::Display for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text: Cow<'de, str> = Cow::deserialize(deserializer)?;
        Self::parse(text).map_err(de::Error::custom)
    }
}
