//! A reader of N-Quads (<https://www.w3.org/TR/n-quads/>), for datasets that come as statements.

use std::{collections::HashMap, str::Chars};

use crate::{
    LinkedDataError,
    dataset::{Dataset, Term},
    expand::STRING,
};

/// The dataset that a text of N-Quads states.
///
/// # Errors
/// [`LinkedDataError::Malformed`] with the number of the first line that is not a statement.
pub fn parse(text: &str) -> Result<Dataset, LinkedDataError> {
    let mut reader = Reader { dataset: Dataset::default(), labels: HashMap::new() };
    for (number, line) in text.split(['\n', '\r']).enumerate() {
        let line = line.trim_matches([' ', '\t']);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let malformed = || LinkedDataError::Malformed(format!("N-Quads, line {}", number + 1));
        let quad = reader.statement(line)?.ok_or_else(malformed)?;
        reader.dataset.push(quad)?;
    }
    Ok(reader.dataset)
}

struct Reader<'t> {
    dataset: Dataset,
    labels: HashMap<&'t str, Term>,
}

/// Something read, and the rest of the line.
type Read<'t, T> = Option<(T, &'t str)>;

impl<'t> Reader<'t> {
    fn statement(&mut self, line: &'t str) -> Result<Option<[Term; 4]>, LinkedDataError> {
        let mut rest = line;
        let mut quad = [Term::DefaultGraph; 4];
        for (position, place) in quad.iter_mut().enumerate() {
            if position == 3 && rest.starts_with('.') {
                break;
            }
            let Some((term, after)) = self.term(rest, position)? else { return Ok(None) };
            (*place, rest) = (term, after.trim_start_matches([' ', '\t']));
        }
        let end = rest.strip_prefix('.').map(|rest| rest.trim_start_matches([' ', '\t']));
        Ok(end.is_some_and(|end| end.is_empty() || end.starts_with('#')).then_some(quad))
    }

    fn term(&mut self, text: &'t str, position: usize) -> Result<Read<'t, Term>, LinkedDataError> {
        if text.starts_with('<') {
            let Some((iri, rest)) = iri(text) else { return Ok(None) };
            return Ok(Some((self.dataset.iri(&iri)?, rest)));
        }
        if let Some(label) = text.strip_prefix("_:") {
            let end = label.find([' ', '\t', '<', '"']).unwrap_or(label.len());
            let (label, rest) = label.split_at(end);
            if position == 1 || label.is_empty() {
                return Ok(None);
            }
            if let Some(term) = self.labels.get(label) {
                return Ok(Some((*term, rest)));
            }
            let term = self.dataset.blank(Some(label))?;
            self.labels.insert(label, term);
            return Ok(Some((term, rest)));
        }
        if position == 2
            && let Some((lexical, rest)) = lexical(text)
        {
            return self.tagged(&lexical, rest);
        }
        Ok(None)
    }

    fn tagged(&mut self, lexical: &str, rest: &'t str) -> Result<Read<'t, Term>, LinkedDataError> {
        if let Some(tag) = rest.strip_prefix('@') {
            let end = tag.find(|character: char| !character.is_ascii_alphanumeric() && character != '-');
            let (tag, rest) = tag.split_at(end.unwrap_or(tag.len()));
            let valid = crate::iri::is_language_tag(tag);
            return Ok(valid.then_some((self.dataset.literal(lexical, Some(tag), None)?, rest)));
        }
        let Some(datatype) = rest.strip_prefix("^^") else {
            return Ok(Some((self.dataset.literal(lexical, None, None)?, rest)));
        };
        let Some((datatype, rest)) = iri(datatype) else { return Ok(None) };
        let datatype = Some(datatype.as_str()).filter(|datatype| *datatype != STRING);
        Ok(Some((self.dataset.literal(lexical, None, datatype)?, rest)))
    }
}

fn iri(text: &str) -> Read<'_, String> {
    let (iri, rest) = text.strip_prefix('<')?.split_once('>')?;
    let mut value = String::new();
    let mut characters = iri.chars();
    while let Some(character) = characters.next() {
        value.push(match character {
            '\\' => match characters.next()? {
                'u' => code_point(&mut characters, 4)?,
                'U' => code_point(&mut characters, 8)?,
                _ => return None,
            },
            plain => plain,
        });
    }
    Some((value, rest))
}

fn lexical(text: &str) -> Read<'_, String> {
    let mut value = String::new();
    let mut characters = text.strip_prefix('"')?.chars();
    loop {
        value.push(match characters.next()? {
            '"' => return Some((value, characters.as_str())),
            '\\' => match characters.next()? {
                't' => '\t',
                'b' => '\u{8}',
                'n' => '\n',
                'r' => '\r',
                'f' => '\u{c}',
                escaped @ ('"' | '\'' | '\\') => escaped,
                'u' => code_point(&mut characters, 4)?,
                'U' => code_point(&mut characters, 8)?,
                _ => return None,
            },
            plain => plain,
        });
    }
}

fn code_point(characters: &mut Chars<'_>, digits: usize) -> Option<char> {
    let mut value = 0;
    for _ in 0..digits {
        value = value * 16 + characters.next()?.to_digit(16)?;
    }
    char::from_u32(value)
}
