//! From an active context and a context as written to the next active context.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, PoisonError, RwLock},
};

use serde_json::{Map, Value};

use super::{
    Context, Expanded, Local,
    define::{Definitions, How, flag},
    next_id,
};
use crate::{
    LinkedDataError,
    budget::Budget,
    iri::{is_absolute, is_language_tag},
    library,
};

/// Where a context stands in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Scope {
    /// In a node.
    Node,
    /// With a property: it may redefine what is protected.
    Property,
    /// With a type: it reaches no further than the node.
    Type,
}

/// One step: from which context, by which, in which scope.
type Step = (u64, u64, Scope);

/// The steps that every document may share. They are few, because contexts inside nest a few levels. Where a document
/// of strange shape fills the map it starts anew.
static SHARED: LazyLock<RwLock<HashMap<Step, Arc<Context>>>> = LazyLock::new(RwLock::default);
const SHARED_STEPS: usize = 1024;

/// The contexts of one document.
#[derive(Debug)]
pub(crate) struct Contexts {
    own: HashMap<Step, Arc<Context>>,
    pub(crate) budget: Budget,
}

impl Contexts {
    pub(crate) fn new() -> Self {
        Self { own: HashMap::new(), budget: Budget::new() }
    }

    /// A context that a term brings.
    pub(crate) fn scoped(
        &mut self,
        active: &Arc<Context>,
        local: &Local,
        scope: Scope,
    ) -> Result<Arc<Context>, LinkedDataError> {
        let step = (active.id, local.id, scope);
        let shared = active.shared && local.shared;
        if shared {
            let steps = SHARED.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(context) = steps.get(&step) {
                return Ok(Arc::clone(context));
            }
        } else if let Some(context) = self.own.get(&step) {
            return Ok(Arc::clone(context));
        }
        let context = self.process(active, &local.value, scope, local.shared)?;
        if shared {
            let mut steps = SHARED.write().unwrap_or_else(PoisonError::into_inner);
            if steps.len() >= SHARED_STEPS {
                steps.clear();
            }
            steps.insert(step, Arc::clone(&context));
        } else {
            self.own.insert(step, Arc::clone(&context));
        }
        Ok(context)
    }

    /// The `@context` of a node.
    pub(crate) fn node(
        &mut self,
        active: &Arc<Context>,
        local: &Value,
    ) -> Result<Arc<Context>, LinkedDataError> {
        self.process(active, local, Scope::Node, false)
    }

    fn process(
        &mut self,
        active: &Arc<Context>,
        local: &Value,
        scope: Scope,
        inside: bool,
    ) -> Result<Arc<Context>, LinkedDataError> {
        let entries = match local {
            Value::Array(entries) => entries.as_slice(),
            entry => std::slice::from_ref(entry),
        };
        let mut propagate = scope != Scope::Type;
        if let Some(value) = entries.iter().find_map(|entry| entry.get("@propagate")) {
            if !local.is_object() {
                return Err(LinkedDataError::unsupported("@propagate in a list of contexts"));
            }
            propagate =
                value.as_bool().ok_or_else(|| LinkedDataError::malformed("invalid @propagate value"))?;
        }
        let mut context = Arc::clone(active);
        for entry in entries {
            context = match entry {
                Value::String(address) => {
                    let known = library::context(address);
                    let known = known.ok_or_else(|| LinkedDataError::UnknownContext(address.clone()))?;
                    let scope = if scope == Scope::Property { scope } else { Scope::Node };
                    self.scoped(&context, known, scope)?
                }
                Value::Object(entry) => self.define(&context, entry, scope, inside)?,
                Value::Null if !propagate => {
                    return Err(LinkedDataError::unsupported("a context of a type that is null"));
                }
                Value::Null if context.has_protected && scope != Scope::Property => {
                    return Err(LinkedDataError::malformed("invalid context nullification"));
                }
                Value::Null => Context::initial(),
                _ => return Err(LinkedDataError::malformed("invalid local context")),
            };
        }
        if !propagate && context.previous.is_none() && !entries.is_empty() {
            self.budget.spend_definitions(context.terms.len())?;
            let mut bounded = Context::clone(&context);
            bounded.id = next_id();
            bounded.previous = Some(Arc::clone(active));
            context = Arc::new(bounded);
        }
        Ok(context)
    }

    fn define(
        &mut self,
        active: &Arc<Context>,
        local: &Map<String, Value>,
        scope: Scope,
        inside: bool,
    ) -> Result<Arc<Context>, LinkedDataError> {
        self.budget.spend_definitions(active.terms.len() + local.len())?;
        let mut context = Context::clone(active);
        context.id = next_id();
        context.shared = active.shared && inside;
        self.settings(&mut context, local)?;
        let protected = flag(local, "@protected", "invalid @protected value")?.unwrap_or(false);
        let how = How { protected, overrides_protected: scope == Scope::Property, inside };
        let mut definitions = Definitions::new(context, local, how);
        for name in local.keys().filter(|name| !is_setting(name)) {
            definitions.define(name, &mut self.budget)?;
        }
        let context = if definitions.changed || !same_settings(active, &definitions.context) {
            Arc::new(definitions.context)
        } else {
            Arc::clone(active)
        };
        // A context that nothing uses has to be a context all the same. Those inside are.
        if !inside {
            for scoped in local.values().filter_map(|definition| definition.get("@context")) {
                self.process(&context, scoped, Scope::Property, false)?;
            }
        }
        Ok(context)
    }

    fn settings(&mut self, context: &mut Context, local: &Map<String, Value>) -> Result<(), LinkedDataError> {
        if let Some(version) = local.get("@version")
            && version.as_f64() != Some(1.1)
        {
            return Err(LinkedDataError::malformed("invalid @version value"));
        }
        if local.contains_key("@import") {
            return Err(LinkedDataError::unsupported("@import"));
        }
        if local.contains_key("@context") {
            return Err(LinkedDataError::unsupported("@context in a context"));
        }
        match local.get("@base") {
            None | Some(Value::Null) => {}
            Some(_) => return Err(LinkedDataError::unsupported("@base")),
        }
        match local.get("@vocab") {
            None => {}
            Some(Value::Null) => context.vocabulary = None,
            Some(Value::String(vocabulary)) => {
                context.vocabulary = Some(self.vocabulary(context, vocabulary)?);
            }
            Some(_) => return Err(LinkedDataError::malformed("invalid vocab mapping")),
        }
        match local.get("@language") {
            None => {}
            Some(Value::Null) => context.language = None,
            Some(Value::String(language)) if is_language_tag(language) => {
                context.language = Some(language.to_ascii_lowercase().into());
            }
            Some(_) => return Err(LinkedDataError::malformed("invalid default language")),
        }
        match local.get("@direction").map(Value::as_str) {
            None => {}
            Some(Some("ltr" | "rtl")) => context.direction = true,
            Some(None) if local.get("@direction") == Some(&Value::Null) => context.direction = false,
            Some(_) => return Err(LinkedDataError::malformed("invalid base direction")),
        }
        Ok(())
    }

    fn vocabulary(&mut self, context: &Context, text: &str) -> Result<Arc<str>, LinkedDataError> {
        match context.expand(text) {
            Expanded::Iri(iri) if is_absolute(&iri) => {
                self.budget.spend_bytes(iri.len())?;
                Ok((*iri).into())
            }
            _ => Err(LinkedDataError::Undefined(format!("@vocab {text}"))),
        }
    }
}

fn same_settings(left: &Context, right: &Context) -> bool {
    (&left.vocabulary, &left.language, left.direction)
        == (&right.vocabulary, &right.language, right.direction)
}

fn is_setting(name: &str) -> bool {
    matches!(
        name,
        "@version"
            | "@base"
            | "@vocab"
            | "@language"
            | "@direction"
            | "@propagate"
            | "@protected"
            | "@import"
    )
}
