//! Expansion (JSON-LD 1.1 API, section 5.1): a document without its contexts, every name an IRI.
//!
//! Whatever the algorithm drops is an error here, except members whose value is null or empty.

mod maps;
mod members;
mod value;

use std::sync::Arc;

use serde_json::{Map, Value};

pub(crate) use self::value::{Literal, STRING, Tag};
use crate::{
    LinkedDataError,
    context::{Context, Contexts, Expanded, Iri, Scope, Term},
    keyword::Keyword,
};

/// What a property has: a node, a literal, or a list of them.
#[derive(Debug, PartialEq)]
pub(crate) enum Item<'d> {
    Node(Box<Node<'d>>),
    Literal(Literal<'d>),
    List(Vec<Item<'d>>),
}

/// A node.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Node<'d> {
    pub(crate) id: Option<Iri<'d>>,
    pub(crate) types: Vec<Iri<'d>>,
    pub(crate) properties: Vec<(Iri<'d>, Vec<Item<'d>>)>,
    /// From the values to this node.
    pub(crate) reverse: Vec<(Iri<'d>, Vec<Item<'d>>)>,
    pub(crate) graph: Option<Vec<Item<'d>>>,
    pub(crate) included: Vec<Item<'d>>,
    pub(crate) index: Option<&'d str>,
    /// How many members it has, those without statement included.
    members: usize,
}

impl Node<'_> {
    /// Names a node, or nothing, and says nothing of it.
    fn says_nothing(&self) -> bool {
        self.members == 0 || self.members == 1 && self.id.is_some()
    }

    fn is_graph(&self) -> bool {
        let besides = usize::from(self.id.is_some()) + usize::from(self.index.is_some());
        self.graph.is_some() && self.members == 1 + besides
    }
}

/// What a value became: nothing, one item, or any number of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Null,
    One,
    Many,
}

/// The property whose value is read, as the context there understands it.
#[derive(Debug, Clone)]
struct Property<'d> {
    name: &'d str,
    expanded: Expanded<'d>,
    term: Option<Arc<Term>>,
}

impl<'d> Property<'d> {
    fn of(context: &Context, name: &'d str) -> Self {
        let term = context.term(name);
        Self { name, expanded: context.expand_as(name, term.map(Arc::as_ref)), term: term.cloned() }
    }

    fn has(&self, container: Keyword) -> bool {
        self.term.as_ref().is_some_and(|term| term.container.has(container))
    }

    fn is(&self, keyword: Keyword) -> bool {
        self.expanded == Expanded::Keyword(keyword)
    }
}

/// Where a value stands.
#[derive(Debug, Clone, Copy)]
struct Place<'p, 'd> {
    property: Option<&'p Property<'d>>,
    in_list: bool,
    /// A value of an index, id or type map: contexts of a type reach into it.
    from_map: bool,
}

/// The nodes of a document.
pub(crate) fn document(document: &Value) -> Result<Vec<Item<'_>>, LinkedDataError> {
    let mut expansion = Expansion { contexts: Contexts::new(), path: Vec::new() };
    let mut items = Vec::new();
    let place = Place { property: None, in_list: false, from_map: false };
    if !document.is_object() && !document.is_array() {
        return Err(LinkedDataError::malformed("a document is an object or an array"));
    }
    expansion.value(&Context::initial(), place, document, &mut items)?;
    // A document that is only a graph says what the graph says.
    match items.as_mut_slice() {
        [Item::Node(node)] if document.is_object() && node.members == 1 => match node.graph.take() {
            Some(graph) => Ok(graph),
            None => Ok(items),
        },
        _ => Ok(items),
    }
}

struct Expansion<'d> {
    contexts: Contexts,
    /// The members that lead to the value being read, for messages.
    path: Vec<&'d str>,
}

impl<'d> Expansion<'d> {
    fn value(
        &mut self,
        active: &Arc<Context>,
        place: Place<'_, 'd>,
        value: &'d Value,
        items: &mut Vec<Item<'d>>,
    ) -> Result<Outcome, LinkedDataError> {
        match value {
            Value::Null => Ok(Outcome::Null),
            Value::Array(values) => self.array(active, place, values, items),
            Value::Object(members) => self.object(active, place, members, items),
            scalar => match place.property {
                Some(property) if !property.is(Keyword::Graph) => {
                    items.push(self.scalar(active, property, scalar)?);
                    Ok(Outcome::One)
                }
                _ => Err(self.undefined("a value outside of any node")),
            },
        }
    }

    fn array(
        &mut self,
        active: &Arc<Context>,
        place: Place<'_, 'd>,
        values: &'d [Value],
        items: &mut Vec<Item<'d>>,
    ) -> Result<Outcome, LinkedDataError> {
        let list_container = place.property.is_some_and(|property| property.has(Keyword::List));
        let in_list = place.in_list || list_container;
        for value in values {
            // Processors disagree on deeper ones.
            if in_list
                && !list_container
                && value.as_array().is_some_and(|values| values.iter().any(Value::is_array))
            {
                return Err(LinkedDataError::unsupported("a list of lists of lists"));
            }
            let before = items.len();
            let outcome = self.value(active, Place { in_list: false, ..place }, value, items)?;
            if in_list && outcome == Outcome::Many {
                let list = items.split_off(before);
                items.push(Item::List(list));
            }
        }
        Ok(Outcome::Many)
    }

    fn object(
        &mut self,
        active: &Arc<Context>,
        place: Place<'_, 'd>,
        members: &'d Map<String, Value>,
        items: &mut Vec<Item<'d>>,
    ) -> Result<Outcome, LinkedDataError> {
        let mut active = Self::reverted(active, place, members)?;
        if let Some(local) = place.property.and_then(|property| property.term.as_ref()?.scoped.as_ref()) {
            active = self.contexts.scoped(&active, local, Scope::Property)?;
        }
        if let Some(local) = members.get("@context") {
            active = self.contexts.node(&active, local)?;
        }
        let untyped = Arc::clone(&active);
        let is_json = self.type_contexts(&mut active, members)?;
        self.described(&members::Here { active, untyped, is_json }, place, members, items)
    }

    /// Contexts of a type end where the next node begins.
    fn reverted(
        active: &Arc<Context>,
        place: Place<'_, 'd>,
        members: &'d Map<String, Value>,
    ) -> Result<Arc<Context>, LinkedDataError> {
        let Some(previous) = active.previous.as_ref().filter(|_| !place.from_map) else {
            return Ok(Arc::clone(active));
        };
        let has = |keyword| members.keys().any(|key| active.expand(key) == Expanded::Keyword(keyword));
        if has(Keyword::Value) {
            if members.contains_key("@context") {
                return Err(LinkedDataError::unsupported("a context in a value object of a typed node"));
            }
            return Ok(Arc::clone(active));
        }
        let is_reference = members.len() == 1 && has(Keyword::Id);
        Ok(Arc::clone(if is_reference { active } else { previous }))
    }

    /// Adds the contexts of the node's types, and says whether its value is JSON.
    fn type_contexts(
        &mut self,
        active: &mut Arc<Context>,
        members: &'d Map<String, Value>,
    ) -> Result<bool, LinkedDataError> {
        let untyped = Arc::clone(active);
        let mut keys: Vec<_> = members
            .iter()
            .filter(|(key, _)| untyped.expand(key) == Expanded::Keyword(Keyword::Type))
            .collect();
        keys.sort_unstable_by_key(|(key, _)| *key);
        let mut first = None;
        for (_, value) in keys {
            let mut types: Vec<&'d str> = match value {
                Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
                value => value.as_str().into_iter().collect(),
            };
            first = first.or(types.first().copied());
            types.sort_unstable();
            for name in types {
                if let Some(local) = untyped.term(name).and_then(|term| term.scoped.as_ref()) {
                    *active = self.contexts.scoped(active, local, Scope::Type)?;
                }
            }
        }
        Ok(first.is_some_and(|name| active.expand(name) == Expanded::Keyword(Keyword::Json)))
    }

    /// An IRI put together here counts against the document's budget.
    fn counted(&mut self, iri: Iri<'d>) -> Result<Iri<'d>, LinkedDataError> {
        self.contexts.budget.spend_bytes(iri.len())?;
        Ok(iri)
    }

    /// The error for what would be dropped here.
    fn undefined(&self, what: &str) -> LinkedDataError {
        let path = self.path.join(".");
        LinkedDataError::Undefined(match (path.is_empty(), what.is_empty()) {
            (_, true) => path,
            (true, false) => what.to_owned(),
            (false, false) => format!("{path}: {what}"),
        })
    }
}
