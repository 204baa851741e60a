//! The members of an object: keywords and properties.

use std::{borrow::Cow, sync::Arc};

use serde_json::{Map, Value};

use super::{Expansion, Item, Literal, Node, Outcome, Place, Property, Tag};
use crate::{
    LinkedDataError,
    context::{Coercion, Context, Expanded, Iri},
    iri::{is_absolute, is_language_tag},
    keyword::Keyword,
};

/// The contexts that hold in an object.
#[derive(Debug)]
pub(super) struct Here {
    pub(super) active: Arc<Context>,
    /// Before those of its types: the types themselves are read there.
    pub(super) untyped: Arc<Context>,
    pub(super) is_json: bool,
}

/// What the members say, before it is known what kind of object they make.
#[derive(Default)]
struct Draft<'d> {
    node: Node<'d>,
    value: Option<&'d Value>,
    language: Option<&'d str>,
    list: Option<Vec<Item<'d>>>,
    set: Option<Vec<Item<'d>>>,
    keywords: u32,
}

impl<'d> Expansion<'d> {
    /// What an object is.
    pub(super) fn described(
        &mut self,
        here: &Here,
        place: Place<'_, 'd>,
        members: &'d Map<String, Value>,
        items: &mut Vec<Item<'d>>,
    ) -> Result<Outcome, LinkedDataError> {
        let mut draft = Draft::default();
        self.members(here, place, members, &mut draft)?;
        let Draft { node, value, language, list, set, .. } = draft;
        // `@index` may stand beside a value, a list or a set, and nothing but `@type` and `@language` beside a value.
        let besides = node.members - usize::from(node.index.is_some());
        let in_graph =
            place.property.is_none_or(|property| property.is(Keyword::Graph) || property.has(Keyword::Graph));
        let loose = in_graph && !place.in_list;
        if let Some(value) = value {
            let typed = usize::from(!node.types.is_empty());
            if besides != 1 + typed + usize::from(language.is_some()) || typed == 1 && language.is_some() {
                return Err(LinkedDataError::malformed("invalid value object"));
            }
            if loose {
                return Err(self.undefined("a value outside of any node"));
            }
            items.push(Item::Literal(self.value_object(value, &node.types, language, here.is_json)?));
            return Ok(Outcome::One);
        }
        if list.is_some() || set.is_some() {
            if besides != 1 {
                return Err(LinkedDataError::malformed("invalid set or list object"));
            }
            if let Some(set) = set {
                items.extend(set);
                return Ok(Outcome::Many);
            }
            if loose {
                return Err(self.undefined("a list outside of any node"));
            }
            items.extend(list.map(Item::List));
            return Ok(Outcome::One);
        }
        if language.is_some() {
            return Err(self.undefined("@language without @value"));
        }
        if loose && node.says_nothing() {
            return Err(self.undefined("an object that says nothing"));
        }
        items.push(Item::Node(Box::new(node)));
        Ok(Outcome::One)
    }

    fn value_object(
        &self,
        value: &'d Value,
        types: &[Iri<'d>],
        language: Option<&'d str>,
        is_json: bool,
    ) -> Result<Literal<'d>, LinkedDataError> {
        let tag = match (types, language) {
            ([], None) => Tag::Plain,
            ([], Some(language)) if value.is_string() => {
                Tag::Language(if language.bytes().any(|byte| byte.is_ascii_uppercase()) {
                    Cow::Owned(language.to_ascii_lowercase())
                } else {
                    Cow::Borrowed(language)
                })
            }
            ([], Some(_)) => return Err(LinkedDataError::malformed("invalid language-tagged value")),
            ([iri], _) if is_json && **iri == *"@json" => return Literal::json(value),
            ([iri], _) if is_absolute(iri) && !iri.starts_with("_:") => Tag::Datatype(iri.clone()),
            _ => return Err(LinkedDataError::malformed("invalid typed value")),
        };
        match value {
            Value::Null => Err(self.undefined("a value that is null")),
            Value::String(text) => Literal::text(text, tag),
            value => Literal::native(value, tag),
        }
    }

    fn members(
        &mut self,
        here: &Here,
        place: Place<'_, 'd>,
        members: &'d Map<String, Value>,
        draft: &mut Draft<'d>,
    ) -> Result<(), LinkedDataError> {
        let mut nests = Vec::new();
        for (name, value) in members.iter().filter(|(name, _)| *name != "@context") {
            self.path.push(name);
            let property = Property::of(&here.active, name);
            match &property.expanded {
                Expanded::Iri(iri) if is_absolute(iri) && !iri.starts_with("_:") => {
                    let iri = self.counted(iri.clone())?;
                    self.property(here, &property, iri, value, &mut draft.node)?;
                }
                Expanded::Keyword(_)
                    if place.property.is_some_and(|property| property.is(Keyword::Reverse)) =>
                {
                    return Err(LinkedDataError::malformed("invalid reverse property map"));
                }
                Expanded::Keyword(Keyword::Nest) => nests.push((name, property, value)),
                Expanded::Keyword(keyword) => {
                    if !matches!(keyword, Keyword::Included | Keyword::Type)
                        && draft.keywords & keyword.bit() != 0
                    {
                        return Err(LinkedDataError::malformed("colliding keywords"));
                    }
                    draft.keywords |= keyword.bit();
                    self.keyword(here, place, &property, *keyword, value, draft)?;
                }
                Expanded::Iri(_) | Expanded::Null => return Err(self.undefined("")),
            }
            self.path.pop();
        }
        for (name, property, value) in nests {
            if property.term.is_some_and(|term| term.scoped.is_some()) {
                return Err(LinkedDataError::unsupported("@nest with a context"));
            }
            self.path.push(name);
            for nested in listed(value) {
                let is_value = |key: &String| here.active.expand(key) == Expanded::Keyword(Keyword::Value);
                match nested.as_object() {
                    Some(nested) if nested.contains_key("@context") => {
                        return Err(LinkedDataError::unsupported("@nest with a context"));
                    }
                    Some(nested) if !nested.keys().any(is_value) => {
                        self.members(here, place, nested, draft)?;
                    }
                    _ => return Err(LinkedDataError::malformed("invalid @nest value")),
                }
            }
            self.path.pop();
        }
        Ok(())
    }

    fn keyword(
        &mut self,
        here: &Here,
        place: Place<'_, 'd>,
        property: &Property<'d>,
        keyword: Keyword,
        value: &'d Value,
        draft: &mut Draft<'d>,
    ) -> Result<(), LinkedDataError> {
        let active = &here.active;
        match (keyword, value) {
            (Keyword::Id, Value::String(id)) => match active.expand_id(id) {
                Expanded::Iri(iri) if is_absolute(&iri) => draft.node.id = Some(self.counted(iri)?),
                _ => return Err(self.undefined(id)),
            },
            (Keyword::Id, _) => return Err(LinkedDataError::malformed("invalid @id value")),
            (Keyword::Type, types) => return self.types(here, types, draft),
            (Keyword::Value, value) => {
                if !here.is_json && (value.is_object() || value.is_array()) {
                    return Err(LinkedDataError::malformed("invalid value object value"));
                }
                draft.value = Some(value);
            }
            (Keyword::Language, Value::Null) => return Ok(()),
            (Keyword::Language, Value::String(language)) if is_language_tag(language) => {
                draft.language = Some(language);
            }
            (Keyword::Language, Value::String(language)) => return Err(self.undefined(language)),
            (Keyword::Language, _) => {
                return Err(LinkedDataError::malformed("invalid language-tagged string"));
            }
            (Keyword::Index, Value::String(index)) => draft.node.index = Some(index),
            (Keyword::Index, _) => return Err(LinkedDataError::malformed("invalid @index value")),
            (Keyword::Direction, _) => return Err(LinkedDataError::unsupported("@direction")),
            (Keyword::Included, value) => {
                let before = draft.node.included.len();
                let place = Place { in_list: false, from_map: false, ..place };
                self.value(active, place, value, &mut draft.node.included)?;
                let is_node = |item: &Item<'_>| matches!(item, Item::Node(node) if !(node.says_nothing() && node.id.is_some()));
                if value.is_null() || !draft.node.included.iter().skip(before).all(is_node) {
                    return Err(LinkedDataError::malformed("invalid @included value"));
                }
            }
            (Keyword::Graph, Value::Object(_) | Value::Array(_)) => {
                let mut graph = Vec::new();
                let place = Place { property: Some(property), in_list: false, from_map: false };
                self.value(active, place, value, &mut graph)?;
                draft.node.graph = Some(graph);
            }
            (Keyword::Graph, _) => return Err(LinkedDataError::malformed("invalid @graph value")),
            (Keyword::Reverse, Value::Object(map)) => {
                return self.reverse_map(here, property, map, draft);
            }
            (Keyword::Reverse, _) => return Err(LinkedDataError::malformed("invalid @reverse value")),
            (Keyword::List | Keyword::Set, Value::Null) => {
                return Err(LinkedDataError::unsupported("a list or set that is null"));
            }
            (Keyword::List | Keyword::Set, value) => {
                let Some(outer) = place.property else {
                    return Err(self.undefined("a list or set outside of any node"));
                };
                let outer = Property::of(active, outer.name);
                let mut values = Vec::new();
                let inner =
                    Place { property: Some(&outer), in_list: keyword == Keyword::List, from_map: false };
                self.value(active, inner, value, &mut values)?;
                *(if keyword == Keyword::List { &mut draft.list } else { &mut draft.set }) = Some(values);
            }
            _ => return Err(self.undefined("")),
        }
        draft.node.members += 1;
        Ok(())
    }

    fn types(&mut self, here: &Here, types: &'d Value, draft: &mut Draft<'d>) -> Result<(), LinkedDataError> {
        let before = draft.node.types.len();
        for name in listed(types) {
            let name = name.as_str().ok_or_else(|| LinkedDataError::malformed("invalid type value"))?;
            let iri = match here.untyped.expand(name) {
                Expanded::Iri(iri) if is_absolute(&iri) => self.counted(iri)?,
                Expanded::Keyword(Keyword::Json) if here.is_json => Iri::Document("@json"),
                _ => return Err(self.undefined(name)),
            };
            draft.node.types.push(iri);
        }
        draft.node.members += usize::from(before == 0 && !draft.node.types.is_empty());
        Ok(())
    }

    fn reverse_map(
        &mut self,
        here: &Here,
        property: &Property<'d>,
        map: &'d Map<String, Value>,
        draft: &mut Draft<'d>,
    ) -> Result<(), LinkedDataError> {
        if map.contains_key("@context") {
            return Err(LinkedDataError::unsupported("@reverse with a context"));
        }
        let place = Place { property: Some(property), in_list: false, from_map: false };
        let mut inner = Draft::default();
        self.members(here, place, map, &mut inner)?;
        for (iri, items) in inner.node.properties {
            check_reverse(&items)?;
            draft.node.reverse.push((iri, items));
        }
        draft.node.properties.append(&mut inner.node.reverse);
        draft.node.members += usize::from(inner.node.members > 0);
        Ok(())
    }

    fn property(
        &mut self,
        here: &Here,
        property: &Property<'d>,
        iri: Iri<'d>,
        value: &'d Value,
        node: &mut Node<'d>,
    ) -> Result<(), LinkedDataError> {
        let active = &here.active;
        let mut items = Vec::new();
        let kind = [Keyword::Language, Keyword::Index, Keyword::Id, Keyword::Type];
        let kind = kind.into_iter().find(|kind| property.has(*kind));
        let outcome = match (kind, value) {
            (Some(Keyword::Language), Value::Object(map)) => {
                self.language_map(active, property, map, &mut items)?;
                Outcome::Many
            }
            (Some(kind), Value::Object(map)) => {
                self.keyed_map(active, property, kind, map, &mut items)?;
                Outcome::Many
            }
            _ if property.term.as_ref().is_some_and(|term| term.coercion == Coercion::Json) => {
                items.push(Item::Literal(Literal::json(value)?));
                Outcome::One
            }
            _ => {
                let place = Place { property: Some(property), in_list: false, from_map: false };
                self.value(active, place, value, &mut items)?
            }
        };
        if outcome == Outcome::Null {
            return Ok(());
        }
        let is_list = outcome == Outcome::One && matches!(items.as_slice(), [Item::List(_)]);
        if property.has(Keyword::List) && !is_list {
            items = vec![Item::List(items)];
        }
        if property.has(Keyword::Graph) && !(property.has(Keyword::Id) || property.has(Keyword::Index)) {
            for item in &mut items {
                let Item::Node(inner) = item else { return Err(self.undefined("a value in a graph")) };
                if inner.says_nothing() {
                    return Err(self.undefined("a graph that says nothing"));
                }
                let graph = Some(vec![Item::Node(std::mem::take(inner))]);
                **inner = Node { graph, members: 1, ..Node::default() };
            }
            if items.is_empty() {
                return Ok(());
            }
        }
        if property.term.as_ref().is_some_and(|term| term.reverse) {
            check_reverse(&items)?;
            node.reverse.push((iri, items));
        } else {
            node.properties.push((iri, items));
        }
        node.members += 1;
        Ok(())
    }
}

fn check_reverse(items: &[Item<'_>]) -> Result<(), LinkedDataError> {
    if items.iter().all(|item| matches!(item, Item::Node(_))) {
        Ok(())
    } else {
        Err(LinkedDataError::malformed("invalid reverse property value"))
    }
}

fn listed(value: &Value) -> &[Value] {
    match value {
        Value::Array(values) => values,
        value => std::slice::from_ref(value),
    }
}
