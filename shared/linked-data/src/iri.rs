//! What counts as an IRI and as a language tag.

use crate::LinkedDataError;

/// Whether a text starts with a scheme and has no space in it. A blank node identifier counts, as in JSON-LD.
pub(crate) fn is_absolute(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let mut bytes = scheme.bytes();
    let has_scheme = scheme == "_"
        || bytes.next().is_some_and(|first| first.is_ascii_alphabetic())
            && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    let is_space = |character: char| character.is_whitespace() || character == '\u{feff}';
    has_scheme && (rest.bytes().all(|byte| byte.is_ascii_graphic()) || !rest.contains(is_space))
}

/// The label of a blank node identifier.
pub(crate) fn blank_label(text: &str) -> Option<&str> {
    text.strip_prefix("_:")
}

/// What N-Quads does not admit between `<` and `>`. Some processors escape it and some write it as it is.
pub(crate) fn check_characters(iri: &str) -> Result<(), LinkedDataError> {
    if iri.bytes().any(|byte| byte <= b' ' || br#"<>"{}|^`\"#.contains(&byte)) {
        return Err(LinkedDataError::Malformed(format!("invalid IRI {}", iri.escape_default())));
    }
    Ok(())
}

/// The form of a BCP 47 tag, not whether its parts are registered.
pub(crate) fn is_language_tag(text: &str) -> bool {
    text.split('-').enumerate().all(|(position, part)| {
        (1..=8).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_alphabetic() || position > 0 && byte.is_ascii_digit())
    })
}
