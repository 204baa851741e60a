//! Values: literals, and strings that name a node.

use std::{borrow::Cow, sync::Arc};

use serde_json::Value;

use super::{Expansion, Item, Node, Property};
use crate::{
    LinkedDataError,
    context::{Coercion, Context, Expanded, Iri, Scope, TermLanguage},
    iri::is_absolute,
    jcs, number,
};

/// A literal of RDF.
#[derive(Debug, PartialEq)]
pub(crate) struct Literal<'d> {
    pub(crate) lexical: Cow<'d, str>,
    pub(crate) tag: Tag<'d>,
}

/// What a literal is besides its text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Tag<'d> {
    Plain,
    Language(Cow<'d, str>),
    Datatype(Iri<'d>),
    /// Of a number or boolean of JSON, and of JSON itself.
    Native(&'static str),
}

pub(crate) const STRING: &str = "http://www.w3.org/2001/XMLSchema#string";
const BOOLEAN: &str = "http://www.w3.org/2001/XMLSchema#boolean";
const INTEGER: &str = "http://www.w3.org/2001/XMLSchema#integer";
const DOUBLE: &str = "http://www.w3.org/2001/XMLSchema#double";
const LANGUAGE_STRING: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString";
const JSON: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON";

impl<'d> Literal<'d> {
    /// A string with its tag.
    pub(super) fn text(text: &'d str, tag: Tag<'d>) -> Result<Self, LinkedDataError> {
        match &tag {
            Tag::Datatype(iri) if **iri == *LANGUAGE_STRING => {
                return Err(LinkedDataError::unsupported("rdf:langString without a language"));
            }
            // Some processors write a double anew even where it is a string.
            Tag::Datatype(iri)
                if **iri == *DOUBLE
                    && text
                        .parse()
                        .map_or(true, |value: f64| !value.is_finite() || number::double(value) != text) =>
            {
                return Err(LinkedDataError::Unsupported(format!("the xsd:double {text:?} as a string")));
            }
            _ => {}
        }
        Ok(Self { lexical: Cow::Borrowed(text), tag })
    }

    /// A number or boolean with its tag, if it has one.
    pub(super) fn native(value: &Value, tag: Tag<'d>) -> Result<Self, LinkedDataError> {
        let as_double = matches!(&tag, Tag::Datatype(iri) if **iri == *DOUBLE);
        if matches!(&tag, Tag::Datatype(iri) if **iri == *LANGUAGE_STRING) {
            return Err(LinkedDataError::unsupported("rdf:langString without a language"));
        }
        let (lexical, native) = match value {
            Value::Bool(value) => (Cow::Borrowed(if *value { "true" } else { "false" }), BOOLEAN),
            Value::Number(value) => {
                let (lexical, is_double) = number::lexical(value, as_double)?;
                (Cow::Owned(lexical), if is_double { DOUBLE } else { INTEGER })
            }
            _ => return Err(LinkedDataError::malformed("invalid value object value")),
        };
        match tag {
            Tag::Plain => Ok(Self { lexical, tag: Tag::Native(native) }),
            Tag::Language(_) => Err(LinkedDataError::malformed("invalid language-tagged value")),
            tag => Ok(Self { lexical, tag }),
        }
    }

    /// JSON as it is.
    pub(super) fn json(value: &Value) -> Result<Self, LinkedDataError> {
        number::all_equal(value)?;
        Ok(Self { lexical: Cow::Owned(jcs::canonical(value)), tag: Tag::Native(JSON) })
    }
}

impl<'d> Expansion<'d> {
    /// A string, number or boolean as its property's definition understands it.
    pub(super) fn scalar(
        &mut self,
        active: &Arc<Context>,
        property: &Property<'d>,
        value: &'d Value,
    ) -> Result<Item<'d>, LinkedDataError> {
        match property.term.as_ref().and_then(|term| term.scoped.as_ref()) {
            None => self.scalar_in(active, property, value),
            Some(local) => {
                let active = self.contexts.scoped(active, local, Scope::Property)?;
                let property = Property::of(&active, property.name);
                self.scalar_in(&active, &property, value)
            }
        }
    }

    fn scalar_in(
        &mut self,
        active: &Context,
        property: &Property<'d>,
        value: &'d Value,
    ) -> Result<Item<'d>, LinkedDataError> {
        if let Value::String(text) = value {
            return self.text(active, property, text);
        }
        let literal = match property.term.as_ref().map(|term| &term.coercion) {
            Some(Coercion::Json) => Literal::json(value)?,
            Some(Coercion::Datatype(iri)) => {
                Literal::native(value, Tag::Datatype(Iri::Context(Arc::clone(iri))))?
            }
            _ => Literal::native(value, Tag::Plain)?,
        };
        Ok(Item::Literal(literal))
    }

    pub(super) fn text(
        &mut self,
        active: &Context,
        property: &Property<'d>,
        text: &'d str,
    ) -> Result<Item<'d>, LinkedDataError> {
        let term = property.term.as_deref();
        let tag = match term.map_or(&Coercion::Absent, |term| &term.coercion) {
            Coercion::Id => return self.reference(active.expand_id(text), text),
            Coercion::Vocab => return self.reference(active.expand(text), text),
            Coercion::Json => return Ok(Item::Literal(Literal::json(&Value::String(text.to_owned()))?)),
            Coercion::Datatype(iri) => Tag::Datatype(Iri::Context(Arc::clone(iri))),
            Coercion::Absent | Coercion::None => {
                if term.and_then(|term| term.direction).unwrap_or(active.direction) {
                    return Err(LinkedDataError::unsupported("@direction"));
                }
                let language = match term.map_or(&TermLanguage::OfContext, |term| &term.language) {
                    TermLanguage::OfContext => active.language.as_deref(),
                    TermLanguage::None => None,
                    TermLanguage::Own(language) => Some(&**language),
                };
                language.map_or(Tag::Plain, |language| Tag::Language(Cow::Owned(language.to_owned())))
            }
        };
        Ok(Item::Literal(Literal::text(text, tag)?))
    }

    fn reference(&mut self, expanded: Expanded<'d>, text: &str) -> Result<Item<'d>, LinkedDataError> {
        match expanded {
            Expanded::Iri(iri) if is_absolute(&iri) => {
                let id = Some(self.counted(iri)?);
                Ok(Item::Node(Box::new(Node { id, members: 1, ..Node::default() })))
            }
            _ => Err(self.undefined(text)),
        }
    }
}
