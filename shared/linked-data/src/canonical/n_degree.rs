//! Telling blank nodes apart by the nodes around them (RDFC-1.0, sections 4.7 and 4.8).

use std::{collections::BTreeMap, fmt::Write as _};

use super::{Form, cost, permutation};
use crate::{LinkedDataError, budget};

/// How many nodes deep. Each level takes stack.
const DEPTH: usize = 192;

/// Names given for the time of one comparison, in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Issued(Vec<u32>);

impl Issued {
    pub(super) fn starting_with(node: u32) -> Self {
        Self(vec![node])
    }

    pub(super) fn in_order(&self) -> impl Iterator<Item = u32> {
        self.0.iter().copied()
    }

    fn name(&self, node: u32) -> Option<usize> {
        self.0.iter().position(|issued| *issued == node)
    }

    /// The node's name, and whether it is new.
    fn issue(&mut self, node: u32) -> (usize, bool) {
        if let Some(name) = self.name(node) {
            return (name, false);
        }
        self.0.push(node);
        (self.0.len() - 1, true)
    }
}

impl Form<'_> {
    /// Section 4.8.3: the hash of a node and all that hangs on it, and the names given on the way.
    pub(super) fn n_degree_hash(
        &mut self,
        node: u32,
        issued: &Issued,
        depth: usize,
    ) -> Result<(String, Issued), LinkedDataError> {
        if depth >= DEPTH {
            return Err(LinkedDataError::TooComplex);
        }
        let mut issued = issued.clone();
        let mut data = String::new();
        for (hash, mut related) in self.related(node, &issued)? {
            related.sort_unstable();
            data.push_str(&hash);
            let mut chosen: Option<(String, Issued)> = None;
            loop {
                let copying = (related.len() + issued.0.len()) / 16;
                budget::spend(&mut self.left, 1 + copying)?;
                let best = chosen.as_ref().map(|(path, _)| path.as_str());
                if let Some(better) = self.path(&related, &issued, best, depth)? {
                    chosen = Some(better);
                }
                if !permutation::next(&mut related) {
                    break;
                }
            }
            if let Some((path, names)) = chosen {
                data.push_str(&path);
                issued = names;
            }
        }
        budget::spend(&mut self.left, cost(data.len()))?;
        Ok((self.hash.of([data.as_str()]), issued))
    }

    /// The path that takes the related nodes in this order, unless it is behind the best one.
    fn path(
        &mut self,
        related: &[u32],
        issued: &Issued,
        best: Option<&str>,
        depth: usize,
    ) -> Result<Option<(String, Issued)>, LinkedDataError> {
        let behind = |path: &str| best.is_some_and(|best| path.len() >= best.len() && path > best);
        let mut issued = issued.clone();
        let mut path = String::new();
        let mut to_visit = Vec::new();
        for node in related {
            if let Some(name) = self.canonical_name(*node) {
                _ = write!(path, "_:c14n{name}");
            } else {
                let (name, is_new) = issued.issue(*node);
                if is_new {
                    to_visit.push(*node);
                }
                _ = write!(path, "_:b{name}");
            }
            if behind(&path) {
                return Ok(None);
            }
        }
        for node in to_visit {
            let (hash, names) = self.n_degree_hash(node, &issued, depth + 1)?;
            let (name, _) = issued.issue(node);
            _ = write!(path, "_:b{name}<{hash}>");
            issued = names;
            if behind(&path) {
                return Ok(None);
            }
        }
        Ok(best.is_none_or(|best| path.as_str() < best).then_some((path, issued)))
    }

    /// The blank nodes that share a statement with a node, by the hash of how (section 4.7.3).
    fn related(&mut self, node: u32, issued: &Issued) -> Result<BTreeMap<String, Vec<u32>>, LinkedDataError> {
        let mut related: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        let mut left = self.left;
        for quad in self.mentions(node).iter().filter_map(|place| self.quads.get(*place as usize)) {
            let [subject, predicate, object, graph] = quad;
            let predicate = self.dataset.text(*predicate);
            for (term, position) in [(subject, "s"), (object, "o"), (graph, "g")] {
                let Some(other) = term.blank().filter(|other| *other != node) else { continue };
                budget::spend(&mut left, cost(predicate.len()) + issued.0.len() / 64)?;
                let hash = self.related_hash(other, issued, position, predicate);
                related.entry(hash).or_default().push(other);
            }
        }
        self.left = left;
        Ok(related)
    }

    fn related_hash(&self, node: u32, issued: &Issued, position: &str, predicate: &str) -> String {
        let predicate = if position == "g" { "" } else { predicate };
        let name = match (self.canonical_name(node), issued.name(node)) {
            (Some(name), _) => format!("_:c14n{name}"),
            (None, Some(name)) => format!("_:b{name}"),
            (None, None) => self.first_degree.get(node as usize).cloned().unwrap_or_default(),
        };
        self.hash.of([position, predicate, &name])
    }
}
