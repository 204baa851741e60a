//! From nodes to statements (JSON-LD 1.1 API, section 8).

use std::collections::HashMap;

use crate::{
    Limits, LinkedDataError,
    context::Iri,
    dataset::{Dataset, Term},
    expand::{Item, Literal, Node, STRING, Tag},
    iri::blank_label,
};

const TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const FIRST: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#first";
const REST: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#rest";
const NIL: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#nil";

/// The statements of a document.
pub(crate) fn statements(items: &[Item<'_>], limits: &Limits) -> Result<Dataset, LinkedDataError> {
    let mut writer = Writer {
        dataset: Dataset::bounded(limits),
        labels: HashMap::new(),
        indexes: HashMap::new(),
        rdf_type: None,
    };
    writer.graph(items, Term::DefaultGraph, "")?;
    Ok(writer.dataset)
}

struct Writer<'d> {
    dataset: Dataset,
    labels: HashMap<&'d str, Term>,
    /// By graph and node: a node has one index.
    indexes: HashMap<(&'d str, &'d str), &'d str>,
    rdf_type: Option<Term>,
}

impl<'d> Writer<'d> {
    fn graph(&mut self, items: &'d [Item<'d>], graph: Term, name: &'d str) -> Result<(), LinkedDataError> {
        for item in items {
            let Item::Node(node) = item else {
                return Err(LinkedDataError::Undefined("a value outside of any node".to_owned()));
            };
            self.node(node, graph, name)?;
        }
        Ok(())
    }

    fn node(
        &mut self,
        node: &'d Node<'d>,
        graph: Term,
        graph_name: &'d str,
    ) -> Result<Term, LinkedDataError> {
        let subject = match &node.id {
            Some(id) => self.named(id)?,
            None => self.dataset.blank(None)?,
        };
        if let (Some(id), Some(index)) = (&node.id, node.index)
            && *self.indexes.entry((graph_name, id)).or_insert(index) != index
        {
            return Err(LinkedDataError::malformed("conflicting indexes"));
        }
        for iri in &node.types {
            let predicate = match self.rdf_type {
                Some(term) => term,
                None => *self.rdf_type.insert(self.dataset.iri(TYPE)?),
            };
            let object = self.named(iri)?;
            self.dataset.push([subject, predicate, object, graph])?;
        }
        for (iri, items) in &node.properties {
            if items.is_empty() {
                continue;
            }
            let predicate = self.dataset.iri(iri)?;
            for item in items {
                let object = self.item(item, graph, graph_name)?;
                self.dataset.push([subject, predicate, object, graph])?;
            }
        }
        for (iri, items) in &node.reverse {
            let predicate = self.dataset.iri(iri)?;
            for item in items {
                let other = self.item(item, graph, graph_name)?;
                self.dataset.push([other, predicate, subject, graph])?;
            }
        }
        if let Some(items) = &node.graph {
            self.graph(items, subject, node.id.as_deref().unwrap_or_default())?;
        }
        self.graph(&node.included, graph, graph_name)?;
        Ok(subject)
    }

    fn item(
        &mut self,
        item: &'d Item<'d>,
        graph: Term,
        graph_name: &'d str,
    ) -> Result<Term, LinkedDataError> {
        match item {
            Item::Node(node) => self.node(node, graph, graph_name),
            Item::Literal(literal) => self.literal(literal),
            Item::List(items) => self.list(items, graph, graph_name),
        }
    }

    fn literal(&mut self, literal: &Literal<'_>) -> Result<Term, LinkedDataError> {
        let (language, datatype) = match &literal.tag {
            Tag::Plain => (None, None),
            Tag::Language(language) => (Some(&**language), None),
            Tag::Datatype(iri) if **iri == *STRING => (None, None),
            Tag::Datatype(iri) => (None, Some(&**iri)),
            Tag::Native(iri) => (None, Some(*iri)),
        };
        self.dataset.literal(&literal.lexical, language, datatype)
    }

    fn list(
        &mut self,
        items: &'d [Item<'d>],
        graph: Term,
        graph_name: &'d str,
    ) -> Result<Term, LinkedDataError> {
        let mut rest = self.dataset.iri(NIL)?;
        let (first, next) = (self.dataset.iri(FIRST)?, self.dataset.iri(REST)?);
        for item in items.iter().rev() {
            let object = self.item(item, graph, graph_name)?;
            let cell = self.dataset.blank(None)?;
            self.dataset.push([cell, first, object, graph])?;
            self.dataset.push([cell, next, rest, graph])?;
            rest = cell;
        }
        Ok(rest)
    }

    fn named(&mut self, iri: &'d Iri<'d>) -> Result<Term, LinkedDataError> {
        let Some(label) = blank_label(iri) else { return self.dataset.iri(iri) };
        if let Some(term) = self.labels.get(label) {
            return Ok(*term);
        }
        let term = self.dataset.blank(Some(label))?;
        self.labels.insert(label, term);
        Ok(term)
    }
}
