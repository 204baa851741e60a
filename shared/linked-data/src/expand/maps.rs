//! Values in maps by language, index, identifier or type.

use std::{borrow::Cow, sync::Arc};

use serde_json::{Map, Value};

use super::{Expansion, Item, Literal, Node, Place, Property, Tag};
use crate::{
    LinkedDataError,
    context::{Context, Expanded, Scope},
    iri::{is_absolute, is_language_tag},
    keyword::Keyword,
};

impl<'d> Expansion<'d> {
    /// The strings of a language map.
    pub(super) fn language_map(
        &mut self,
        active: &Context,
        property: &Property<'d>,
        map: &'d Map<String, Value>,
        items: &mut Vec<Item<'d>>,
    ) -> Result<(), LinkedDataError> {
        let term = property.term.as_deref();
        if term.and_then(|term| term.direction).unwrap_or(active.direction) {
            return Err(LinkedDataError::unsupported("@direction"));
        }
        if term.is_some_and(|term| term.scoped.is_some()) {
            return Err(LinkedDataError::unsupported("a map whose property has a context"));
        }
        for (language, values) in map {
            let tag = if active.expand(language) == Expanded::Keyword(Keyword::None) {
                Tag::Plain
            } else if !is_language_tag(language) {
                return Err(self.undefined(language));
            } else if language.bytes().any(|byte| byte.is_ascii_uppercase()) {
                Tag::Language(Cow::Owned(language.to_ascii_lowercase()))
            } else {
                Tag::Language(Cow::Borrowed(language))
            };
            for value in listed(values) {
                match value {
                    Value::Null => {}
                    Value::String(text) => {
                        items.push(Item::Literal(Literal { lexical: Cow::Borrowed(text), tag: tag.clone() }));
                    }
                    _ => return Err(LinkedDataError::malformed("invalid language map value")),
                }
            }
        }
        Ok(())
    }

    /// The values of a map by `kind`: index, identifier or type.
    pub(super) fn keyed_map(
        &mut self,
        active: &Arc<Context>,
        property: &Property<'d>,
        kind: Keyword,
        map: &'d Map<String, Value>,
        items: &mut Vec<Item<'d>>,
    ) -> Result<(), LinkedDataError> {
        if property.term.as_ref().is_some_and(|term| term.scoped.is_some()) {
            return Err(LinkedDataError::unsupported("a map whose property has a context"));
        }
        let outside = if kind == Keyword::Type { active.previous.as_ref().unwrap_or(active) } else { active };
        let mut type_contexts = 0;
        for (key, value) in map {
            let mut context = Arc::clone(outside);
            if kind == Keyword::Type
                && let Some(local) = outside.term(key).and_then(|term| term.scoped.as_ref())
            {
                type_contexts += 1;
                context = self.contexts.scoped(outside, local, Scope::Type)?;
            }
            // Some processors let the context of one key reach the next.
            if type_contexts > 1 {
                return Err(LinkedDataError::unsupported("a type map with several contexts"));
            }
            let before = items.len();
            let place = Place { property: Some(property), in_list: false, from_map: true };
            self.value(&context, place, value, items)?;
            let key = Key { text: key, expanded: context.expand(key), context: &context };
            for item in items.iter_mut().skip(before) {
                self.apply_key(&key, kind, property, item)?;
            }
        }
        Ok(())
    }

    fn apply_key(
        &mut self,
        key: &Key<'_, 'd>,
        kind: Keyword,
        property: &Property<'d>,
        item: &mut Item<'d>,
    ) -> Result<(), LinkedDataError> {
        let as_graph = property.has(Keyword::Graph);
        let no_key = key.expanded == Expanded::Keyword(Keyword::None);
        let by_property = property.term.as_ref().and_then(|term| term.index.clone());
        let node = match item {
            Item::List(_) => return Err(LinkedDataError::unsupported("a list in a map")),
            Item::Literal(_) if as_graph => return Err(self.undefined("a value in a graph")),
            // An index is for reading only.
            Item::Literal(_) if kind == Keyword::Index && by_property.is_none() => return Ok(()),
            Item::Literal(_) => return Err(LinkedDataError::malformed("invalid value object")),
            Item::Node(node) => node,
        };
        if as_graph && node.says_nothing() {
            return Err(self.undefined("a graph that says nothing"));
        }
        if as_graph && !node.is_graph() {
            let inner = std::mem::take(node);
            node.graph = Some(vec![Item::Node(inner)]);
            node.members = 1;
        }
        match (kind, by_property) {
            (_, Some(_)) if no_key && key.text != "@none" => {
                return Err(LinkedDataError::unsupported("an alias of @none in an index by a property"));
            }
            _ if no_key => {}
            (Keyword::Type, _) => {
                let Expanded::Iri(iri) = &key.expanded else { return Err(self.undefined(key.text)) };
                if !is_absolute(iri) {
                    return Err(self.undefined(key.text));
                }
                node.types.insert(0, iri.clone());
                node.members += 1;
            }
            (Keyword::Id, _) if node.id.is_none() => match key.context.expand_id(key.text) {
                Expanded::Iri(iri) if is_absolute(&iri) => {
                    node.id = Some(self.counted(iri)?);
                    node.members += 1;
                }
                _ => return Err(self.undefined(key.text)),
            },
            (Keyword::Index, Some(index)) => self.index_property(key, &index, node)?,
            (Keyword::Index, None) if node.index.is_none() => {
                node.index = Some(key.text);
                node.members += 1;
            }
            _ => {}
        }
        Ok(())
    }

    /// A key that is the value of a property.
    fn index_property(
        &mut self,
        key: &Key<'_, 'd>,
        index: &str,
        node: &mut Node<'d>,
    ) -> Result<(), LinkedDataError> {
        let Expanded::Iri(iri) = key.context.expand(index) else { return Err(self.undefined(index)) };
        if !is_absolute(&iri) || iri.starts_with("_:") {
            return Err(self.undefined(index));
        }
        let term = key.context.term(index).cloned();
        if term.as_ref().is_some_and(|term| term.scoped.is_some() || term.reverse) {
            return Err(LinkedDataError::unsupported("an index by a property with a context"));
        }
        let iri = crate::context::Iri::Context((*iri).into());
        let property = Property { name: "", expanded: Expanded::Null, term };
        let value = self.text(key.context, &property, key.text)?;
        node.properties.push((iri, vec![value]));
        node.members += 1;
        Ok(())
    }
}

struct Key<'c, 'd> {
    text: &'d str,
    expanded: Expanded<'d>,
    context: &'c Arc<Context>,
}

fn listed(value: &Value) -> &[Value] {
    match value {
        Value::Array(values) => values,
        value => std::slice::from_ref(value),
    }
}
