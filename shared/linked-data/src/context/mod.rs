//! Active contexts: what the terms of a document mean at one place in it.

mod container;
mod define;
mod process;

use std::{
    collections::HashMap,
    ops::Deref,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

use serde_json::Value;

pub(crate) use self::{
    container::Container,
    process::{Contexts, Scope},
};
use crate::{
    iri::is_absolute,
    keyword::{Keyword, looks_like_keyword},
};

/// An active context. It never changes: a new one is made from it, and kept for the next document that takes the same way.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    pub(crate) id: u64,
    /// Made only from contexts that are inside, so that every document may use it.
    shared: bool,
    terms: HashMap<Arc<str>, Arc<Term>>,
    vocabulary: Option<Arc<str>>,
    pub(crate) language: Option<Arc<str>>,
    pub(crate) direction: bool,
    /// What holds again in the next node: contexts of a type reach no further than its node.
    pub(crate) previous: Option<Arc<Context>>,
    has_protected: bool,
}

/// A term's definition.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Term {
    pub(crate) meaning: Meaning,
    pub(crate) prefix: bool,
    pub(crate) reverse: bool,
    protected: bool,
    pub(crate) coercion: Coercion,
    pub(crate) container: Container,
    pub(crate) language: TermLanguage,
    pub(crate) direction: Option<bool>,
    /// The property that the keys of an index stand for.
    pub(crate) index: Option<Arc<str>>,
    pub(crate) scoped: Option<Local>,
}

/// What a term stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Nothing, on purpose.
    Null,
    Keyword(Keyword),
    Iri(Arc<str>),
}

/// In which language a term's strings are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TermLanguage {
    OfContext,
    None,
    Own(Arc<str>),
}

/// A term's `@type`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Coercion {
    Absent,
    Id,
    Vocab,
    None,
    Json,
    Datatype(Arc<str>),
}

/// A context as it is written.
#[derive(Debug, Clone)]
pub(crate) struct Local {
    id: u64,
    shared: bool,
    value: Arc<Value>,
}

impl PartialEq for Local {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id || self.value == other.value
    }
}

impl Local {
    /// One of those inside.
    pub(crate) fn shared(value: Arc<Value>) -> Self {
        Self { id: next_id(), shared: true, value }
    }

    fn scoped(value: &Value, shared: bool) -> Self {
        Self { id: next_id(), shared, value: Arc::new(value.clone()) }
    }
}

/// What a text of a document stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expanded<'d> {
    Null,
    Keyword(Keyword),
    /// Perhaps relative.
    Iri(Iri<'d>),
}

/// An IRI from the document, from a context, or from both.
#[derive(Debug, Clone)]
pub(crate) enum Iri<'d> {
    Document(&'d str),
    Context(Arc<str>),
}

impl Deref for Iri<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Document(text) => text,
            Self::Context(text) => text,
        }
    }
}

impl PartialEq for Iri<'_> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Iri<'_> {}

static INITIAL: LazyLock<Arc<Context>> = LazyLock::new(|| {
    Arc::new(Context {
        id: next_id(),
        shared: true,
        terms: HashMap::new(),
        vocabulary: None,
        language: None,
        direction: false,
        previous: None,
        has_protected: false,
    })
});

fn next_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl Context {
    /// The context before any `@context`.
    pub(crate) fn initial() -> Arc<Self> {
        Arc::clone(&INITIAL)
    }

    pub(crate) fn term(&self, name: &str) -> Option<&Arc<Term>> {
        // Contexts may say something of `@type`, but nothing that changes it.
        self.terms.get(name).filter(|_| name != "@type")
    }

    /// A property, a type, or another name that terms may abbreviate.
    pub(crate) fn expand<'d>(&self, name: &'d str) -> Expanded<'d> {
        self.expand_as(name, self.term(name).map(Arc::as_ref))
    }

    /// [`Context::expand`], where the term is known.
    pub(crate) fn expand_as<'d>(&self, name: &'d str, term: Option<&Term>) -> Expanded<'d> {
        match term.map(|term| &term.meaning) {
            None => self.expand_unless_term(name, true),
            Some(Meaning::Null) => Expanded::Null,
            Some(Meaning::Keyword(keyword)) => Expanded::Keyword(*keyword),
            Some(Meaning::Iri(iri)) => Expanded::Iri(Iri::Context(Arc::clone(iri))),
        }
    }

    /// An identifier: relative ones stay as they are, because there is no base.
    pub(crate) fn expand_id<'d>(&self, id: &'d str) -> Expanded<'d> {
        self.expand_unless_term(id, false)
    }

    fn expand_unless_term<'d>(&self, name: &'d str, vocabulary: bool) -> Expanded<'d> {
        if name.starts_with('@') {
            if let Some(keyword) = Keyword::of(name) {
                return Expanded::Keyword(keyword);
            }
            if looks_like_keyword(name) {
                return Expanded::Null;
            }
        }
        if let Some((prefix, suffix)) = compact(name) {
            if let Some(Meaning::Iri(iri)) =
                self.terms.get(prefix).filter(|term| term.prefix).map(|term| &term.meaning)
            {
                return Expanded::Iri(Iri::Context([iri, suffix].concat().into()));
            }
            if is_absolute(name) {
                return Expanded::Iri(Iri::Document(name));
            }
        } else if name.find(':').is_some_and(|colon| colon > 0) {
            return Expanded::Iri(Iri::Document(name));
        }
        match &self.vocabulary {
            Some(iri) if vocabulary => Expanded::Iri(Iri::Context([iri, name].concat().into())),
            _ => Expanded::Iri(Iri::Document(name)),
        }
    }
}

/// The parts of what may be a compact IRI.
fn compact(name: &str) -> Option<(&str, &str)> {
    name.split_once(':')
        .filter(|(prefix, suffix)| !prefix.is_empty() && *prefix != "_" && !suffix.starts_with("//"))
}
