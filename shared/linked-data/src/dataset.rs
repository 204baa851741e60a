//! An RDF dataset. Every term is kept as it is written in canonical N-Quads, one after the other in one text.

use std::{fmt::Write as _, ops::Range};

use crate::{Limits, LinkedDataError, budget, iri};

/// A set of statements, each perhaps in a named graph.
#[derive(Debug, Default)]
pub struct Dataset {
    text: String,
    pub(crate) quads: Vec<Quad>,
    /// The names that the blank nodes came with, where they came with one.
    pub(crate) labels: Vec<Option<String>>,
    limits: Option<Limits>,
}

/// Subject, predicate, object and graph.
pub(crate) type Quad = [Term; 4];

/// A term of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Term {
    DefaultGraph,
    Blank(u32),
    /// Where its text stands.
    Named {
        start: u32,
        end: u32,
    },
}

impl Term {
    pub(crate) fn blank(self) -> Option<u32> {
        match self {
            Self::Blank(node) => Some(node),
            _ => None,
        }
    }

    fn named(range: Range<usize>) -> Self {
        // The text is never as long as four gigabytes.
        let place = |position| u32::try_from(position).unwrap_or(u32::MAX);
        Self::Named { start: place(range.start), end: place(range.end) }
    }
}

impl Dataset {
    pub(crate) fn bounded(limits: &Limits) -> Self {
        Self { limits: Some(*limits), ..Self::default() }
    }

    /// How many statements, those that are there twice counted twice.
    pub fn len(&self) -> usize {
        self.quads.len()
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.quads.is_empty()
    }

    /// A term as it is written; nothing for a blank node.
    pub(crate) fn text(&self, term: Term) -> &str {
        match term {
            Term::Named { start, end } => self.text.get(start as usize..end as usize).unwrap_or_default(),
            _ => "",
        }
    }

    pub(crate) fn blank(&mut self, label: Option<&str>) -> Result<Term, LinkedDataError> {
        if self.limits.is_some_and(|limits| self.labels.len() >= limits.blank_nodes) {
            return Err(LinkedDataError::TooComplex);
        }
        let node = u32::try_from(self.labels.len()).map_err(|_| LinkedDataError::TooComplex)?;
        self.labels.push(label.map(str::to_owned));
        Ok(Term::Blank(node))
    }

    pub(crate) fn iri(&mut self, iri: &str) -> Result<Term, LinkedDataError> {
        iri::check_characters(iri)?;
        let start = self.text.len();
        self.text.push('<');
        self.text.push_str(iri);
        self.text.push('>');
        self.term(start)
    }

    /// A literal, with a language or a datatype other than `xsd:string` if it has one.
    pub(crate) fn literal(
        &mut self,
        lexical: &str,
        language: Option<&str>,
        datatype: Option<&str>,
    ) -> Result<Term, LinkedDataError> {
        if let Some(datatype) = datatype {
            iri::check_characters(datatype)?;
        }
        let start = self.text.len();
        self.text.push('"');
        escape(lexical, &mut self.text);
        self.text.push('"');
        match (language, datatype) {
            (Some(language), _) => _ = write!(self.text, "@{language}"),
            (None, Some(datatype)) => _ = write!(self.text, "^^<{datatype}>"),
            (None, None) => {}
        }
        self.term(start)
    }

    fn term(&self, start: usize) -> Result<Term, LinkedDataError> {
        if self.text.len() > budget::BYTES {
            return Err(LinkedDataError::TooComplex);
        }
        Ok(Term::named(start..self.text.len()))
    }

    pub(crate) fn push(&mut self, quad: Quad) -> Result<(), LinkedDataError> {
        if self.limits.is_some_and(|limits| self.quads.len() >= limits.quads) {
            return Err(LinkedDataError::TooComplex);
        }
        self.quads.push(quad);
        Ok(())
    }
}

/// The escapes of canonical N-Quads.
fn escape(lexical: &str, text: &mut String) {
    let special = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\' || byte == 0x7f;
    if !lexical.bytes().any(special) {
        text.push_str(lexical);
        return;
    }
    for character in lexical.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\u{8}' => text.push_str("\\b"),
            '\t' => text.push_str("\\t"),
            '\n' => text.push_str("\\n"),
            '\u{c}' => text.push_str("\\f"),
            '\r' => text.push_str("\\r"),
            '\0'..='\u{1f}' | '\u{7f}' => _ = write!(text, "\\u{:04X}", u32::from(character)),
            _ => text.push(character),
        }
    }
}
