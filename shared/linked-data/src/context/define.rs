//! Term definitions (JSON-LD 1.1 API, section 4.2).

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

use serde_json::{Map, Value};

use super::{Coercion, Container, Context, Expanded, Local, Meaning, Term, TermLanguage, compact};
use crate::{
    LinkedDataError,
    budget::Budget,
    iri::{is_absolute, is_language_tag},
    keyword::{Keyword, looks_like_keyword},
};

/// So many terms may lean on each other before an IRI is reached.
const CHAIN: usize = 32;

/// The members of a definition that is only an IRI.
static NOTHING: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);

/// A context in the making.
pub(super) struct Definitions<'l> {
    pub(super) context: Context,
    local: &'l Map<String, Value>,
    /// Absent: not yet; false: being defined; true: defined.
    defined: HashMap<&'l str, bool>,
    how: How,
    chain: usize,
    pub(super) changed: bool,
}

/// What holds for all its definitions.
#[derive(Clone, Copy)]
pub(super) struct How {
    /// They may not be redefined.
    pub(super) protected: bool,
    /// They may redefine what is protected.
    pub(super) overrides_protected: bool,
    /// The context is one of those inside.
    pub(super) inside: bool,
}

impl<'l> Definitions<'l> {
    pub(super) fn new(context: Context, local: &'l Map<String, Value>, how: How) -> Self {
        let defined = HashMap::with_capacity(local.len());
        Self { context, local, defined, how, chain: 0, changed: false }
    }

    pub(super) fn define(&mut self, name: &'l str, budget: &mut Budget) -> Result<(), LinkedDataError> {
        match self.defined.get(name) {
            Some(true) => return Ok(()),
            Some(false) => return Err(LinkedDataError::malformed("cyclic IRI mapping")),
            None => {}
        }
        let Some(value) = self.local.get(name) else { return Ok(()) };
        self.chain += 1;
        if self.chain > CHAIN {
            return Err(LinkedDataError::TooComplex);
        }
        self.defined.insert(name, false);
        check_name(name, value)?;
        let previous = self.context.terms.remove(name);
        let mut term = self.term(name, value, budget)?;
        let kept = previous.as_ref().filter(|previous| previous.protected && !self.how.overrides_protected);
        if let Some(kept) = kept {
            term.protected = true;
            if term != **kept {
                return Err(LinkedDataError::malformed("protected term redefinition"));
            }
        }
        self.context.has_protected |= term.protected;
        let term = match previous {
            Some(previous) if *previous == term => previous,
            _ => {
                self.changed = true;
                Arc::new(term)
            }
        };
        self.context.terms.insert(name.into(), term);
        self.defined.insert(name, true);
        self.chain -= 1;
        Ok(())
    }

    fn term(
        &mut self,
        name: &'l str,
        value: &'l Value,
        budget: &mut Budget,
    ) -> Result<Term, LinkedDataError> {
        let (definition, simple) = match value {
            Value::Object(definition) => (definition, false),
            Value::Null | Value::String(_) => (&*NOTHING, true),
            _ => return Err(LinkedDataError::malformed("invalid term definition")),
        };
        check_members(definition)?;
        let id = if simple { Some(value) } else { definition.get("@id") };
        let reverse = definition.get("@reverse");
        let (meaning, mut prefix) = match (reverse, id) {
            (Some(_), Some(_)) => return Err(LinkedDataError::malformed("invalid reverse property")),
            (Some(_), None) if definition.contains_key("@nest") => {
                return Err(LinkedDataError::malformed("invalid reverse property"));
            }
            (Some(property), None) => (self.reverse(property, budget)?, false),
            (None, Some(Value::Null)) => (Meaning::Null, false),
            (None, Some(Value::String(id))) if id != name => self.id(name, id, simple, budget)?,
            (None, Some(Value::String(_)) | None) => (self.own_iri(name, budget)?, false),
            (None, Some(_)) => return Err(invalid_iri_mapping()),
        };
        let mut coercion = match definition.get("@type") {
            None => Coercion::Absent,
            Some(value) => self.coercion(value, budget)?,
        };
        let container = match definition.get("@container") {
            None => Container::default(),
            Some(value) => Container::read(value, reverse.is_some())?,
        };
        if container.has(Keyword::Type) {
            match coercion {
                Coercion::Absent => coercion = Coercion::Id,
                Coercion::Id | Coercion::Vocab => {}
                _ => return Err(LinkedDataError::malformed("invalid type mapping")),
            }
        }
        let language = match definition.get("@language") {
            Some(_) if definition.contains_key("@type") => TermLanguage::OfContext,
            None => TermLanguage::OfContext,
            Some(Value::Null) => TermLanguage::None,
            Some(Value::String(language)) if is_language_tag(language) => {
                TermLanguage::Own(language.to_ascii_lowercase().into())
            }
            Some(_) => return Err(LinkedDataError::malformed("invalid language mapping")),
        };
        if let Some(stated) = flag(definition, "@prefix", "invalid @prefix value")? {
            if name.contains([':', '/']) || matches!(meaning, Meaning::Keyword(_)) {
                return Err(LinkedDataError::malformed("invalid term definition"));
            }
            prefix = stated;
        }
        Ok(Term {
            prefix,
            reverse: reverse.is_some(),
            protected: flag(definition, "@protected", "invalid @protected value")?
                .unwrap_or(self.how.protected),
            coercion,
            container,
            language,
            direction: direction(definition)?,
            index: index(definition, container)?,
            scoped: definition.get("@context").map(|context| Local::scoped(context, self.how.inside)),
            meaning,
        })
    }

    /// A name in the context itself: what it leans on is defined first.
    fn expand(&mut self, text: &'l str, budget: &mut Budget) -> Result<Expanded<'l>, LinkedDataError> {
        if !text.starts_with('@') {
            self.define(text, budget)?;
        }
        if !self.context.terms.contains_key(text)
            && let Some((prefix, _)) = compact(text)
        {
            self.define(prefix, budget)?;
        }
        let expanded = self.context.expand(text);
        if let Expanded::Iri(iri) = &expanded {
            budget.spend_bytes(iri.len())?;
        }
        Ok(expanded)
    }

    fn reverse(&mut self, property: &'l Value, budget: &mut Budget) -> Result<Meaning, LinkedDataError> {
        let property = property.as_str().ok_or_else(invalid_iri_mapping)?;
        match self.expand(property, budget)? {
            Expanded::Iri(iri) if is_absolute(&iri) => Ok(Meaning::Iri((*iri).into())),
            Expanded::Null if looks_like_keyword(property) => {
                Err(LinkedDataError::Undefined(property.to_owned()))
            }
            _ => Err(invalid_iri_mapping()),
        }
    }

    fn id(
        &mut self,
        name: &'l str,
        id: &'l str,
        simple: bool,
        budget: &mut Budget,
    ) -> Result<(Meaning, bool), LinkedDataError> {
        let iri = match self.expand(id, budget)? {
            Expanded::Keyword(Keyword::Context) => {
                return Err(LinkedDataError::malformed("invalid keyword alias"));
            }
            Expanded::Keyword(keyword) => return Ok((Meaning::Keyword(keyword), false)),
            Expanded::Iri(iri) if is_absolute(&iri) => iri,
            Expanded::Null if looks_like_keyword(id) => {
                return Err(LinkedDataError::Undefined(id.to_owned()));
            }
            _ => return Err(invalid_iri_mapping()),
        };
        let colon = name.find(':');
        let like_iri = name.contains('/')
            || colon.is_some_and(|colon| {
                name.get(colon + 1..).is_some_and(|rest| !rest.is_empty() && !rest.starts_with(':'))
            });
        if like_iri && self.own_expansion(name, budget)? != Expanded::Iri(iri.clone()) {
            return Err(invalid_iri_mapping());
        }
        let prefix = simple
            && colon.is_none_or(|colon| colon == 0)
            && iri.ends_with([':', '/', '?', '#', '[', ']', '@']);
        Ok((Meaning::Iri((*iri).into()), prefix))
    }

    /// What a name in the form of an IRI says by itself.
    fn own_expansion(&mut self, name: &'l str, budget: &mut Budget) -> Result<Expanded<'l>, LinkedDataError> {
        if let Some((prefix, _)) = compact(name) {
            self.define(prefix, budget)?;
        }
        let expanded = self.context.expand(name);
        if let Expanded::Iri(iri) = &expanded {
            budget.spend_bytes(iri.len())?;
        }
        Ok(expanded)
    }

    /// A term without `@id`.
    fn own_iri(&mut self, name: &'l str, budget: &mut Budget) -> Result<Meaning, LinkedDataError> {
        if name == "@type" {
            return Ok(Meaning::Keyword(Keyword::Type));
        }
        if let Some(colon) = name.find(':').filter(|colon| *colon > 0) {
            let (prefix, suffix) = (name.get(..colon).unwrap_or(name), name.get(colon + 1..).unwrap_or(""));
            self.define(prefix, budget)?;
            return match self.context.terms.get(prefix).map(|term| &term.meaning) {
                Some(Meaning::Iri(iri)) => {
                    budget.spend_bytes(iri.len() + suffix.len())?;
                    Ok(Meaning::Iri([iri, suffix].concat().into()))
                }
                Some(_) => Err(invalid_iri_mapping()),
                None => Ok(Meaning::Iri(name.into())),
            };
        }
        match &self.context.vocabulary {
            Some(vocabulary) => {
                budget.spend_bytes(vocabulary.len() + name.len())?;
                Ok(Meaning::Iri([vocabulary, name].concat().into()))
            }
            None => Err(invalid_iri_mapping()),
        }
    }

    fn coercion(&mut self, value: &'l Value, budget: &mut Budget) -> Result<Coercion, LinkedDataError> {
        let invalid = || LinkedDataError::malformed("invalid type mapping");
        let name = value.as_str().ok_or_else(invalid)?;
        match self.expand(name, budget)? {
            Expanded::Keyword(Keyword::Id) => Ok(Coercion::Id),
            Expanded::Keyword(Keyword::Vocab) => Ok(Coercion::Vocab),
            Expanded::Keyword(Keyword::None) => Ok(Coercion::None),
            Expanded::Keyword(Keyword::Json) => Ok(Coercion::Json),
            Expanded::Iri(iri) if is_absolute(&iri) && !iri.starts_with("_:") => {
                Ok(Coercion::Datatype((*iri).into()))
            }
            _ => Err(invalid()),
        }
    }
}

fn check_name(name: &str, value: &Value) -> Result<(), LinkedDataError> {
    if name.is_empty() {
        return Err(LinkedDataError::malformed("invalid term definition"));
    }
    if name == "@type" {
        let allowed = value.as_object().is_some_and(|definition| {
            !definition.is_empty()
                && definition.iter().all(|(key, value)| match key.as_str() {
                    "@container" => value == "@set",
                    "@protected" => true,
                    _ => false,
                })
        });
        return if allowed { Ok(()) } else { Err(LinkedDataError::malformed("keyword redefinition")) };
    }
    if Keyword::of(name).is_some() {
        return Err(LinkedDataError::malformed("keyword redefinition"));
    }
    if looks_like_keyword(name) {
        return Err(LinkedDataError::Undefined(name.to_owned()));
    }
    Ok(())
}

fn check_members(definition: &Map<String, Value>) -> Result<(), LinkedDataError> {
    let known = |key: &str| {
        matches!(
            key,
            "@id"
                | "@reverse"
                | "@container"
                | "@context"
                | "@direction"
                | "@index"
                | "@language"
                | "@nest"
                | "@prefix"
                | "@protected"
                | "@type"
        )
    };
    if !definition.keys().all(|key| known(key)) {
        return Err(LinkedDataError::malformed("invalid term definition"));
    }
    match definition.get("@nest").map(Value::as_str) {
        None => Ok(()),
        Some(Some(nest)) if nest == "@nest" || !nest.starts_with('@') => Ok(()),
        Some(_) => Err(LinkedDataError::malformed("invalid @nest value")),
    }
}

fn direction(definition: &Map<String, Value>) -> Result<Option<bool>, LinkedDataError> {
    match definition.get("@direction") {
        None => Ok(None),
        Some(Value::Null) => Ok(Some(false)),
        Some(Value::String(direction)) if matches!(direction.as_str(), "ltr" | "rtl") => Ok(Some(true)),
        Some(_) => Err(LinkedDataError::malformed("invalid base direction")),
    }
}

fn index(definition: &Map<String, Value>, container: Container) -> Result<Option<Arc<str>>, LinkedDataError> {
    match definition.get("@index") {
        None => Ok(None),
        Some(Value::String(index)) if container.has(Keyword::Index) && !index.starts_with('@') => {
            Ok(Some(index.as_str().into()))
        }
        Some(_) => Err(LinkedDataError::malformed("invalid term definition")),
    }
}

pub(super) fn flag(
    members: &Map<String, Value>,
    name: &str,
    code: &str,
) -> Result<Option<bool>, LinkedDataError> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(*flag)),
        Some(_) => Err(LinkedDataError::malformed(code)),
    }
}

fn invalid_iri_mapping() -> LinkedDataError {
    LinkedDataError::malformed("invalid IRI mapping")
}
