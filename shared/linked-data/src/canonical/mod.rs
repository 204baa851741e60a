//! The canonical form of a dataset (RDFC-1.0, <https://www.w3.org/TR/rdf-canon/>).

mod n_degree;
mod permutation;

use std::{cmp::Ordering, collections::BTreeMap, fmt::Write as _};

use crate::{
    Hash, Limits, LinkedDataError, budget,
    canonical::n_degree::Issued,
    dataset::{Dataset, Quad, Term},
};

/// A dataset in canonical form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canonical {
    /// Its statements, sorted.
    pub n_quads: String,
    /// What each blank node that came with a name is called now.
    pub names: BTreeMap<String, String>,
}

/// The canonical form of a dataset.
///
/// # Errors
/// [`LinkedDataError::TooComplex`] where telling its blank nodes apart takes more hashes than allowed.
pub fn canonical_form(dataset: &Dataset, limits: &Limits, hash: Hash) -> Result<Canonical, LinkedDataError> {
    let mut form = Form::new(dataset, limits, hash)?;
    form.name_blank_nodes()?;
    let names = dataset.labels.iter().zip(&form.names);
    let names =
        names.filter_map(|(label, name)| Some((label.clone()?, format!("c14n{}", (*name)?)))).collect();
    Ok(Canonical { n_quads: form.n_quads(), names })
}

struct Form<'d> {
    dataset: &'d Dataset,
    hash: Hash,
    /// How many more hashes it may take.
    left: usize,
    /// The statements with blank nodes, each once.
    quads: Vec<Quad>,
    /// By blank node: which of them mention it.
    mentions: Vec<Vec<u32>>,
    /// By blank node: its hash by the statements that mention it alone.
    first_degree: Vec<String>,
    /// By blank node: its number in the canonical form.
    names: Vec<Option<u32>>,
    named: u32,
}

impl<'d> Form<'d> {
    fn new(dataset: &'d Dataset, limits: &Limits, hash: Hash) -> Result<Self, LinkedDataError> {
        let mut bytes = budget::BYTES;
        for quad in &dataset.quads {
            budget::spend(&mut bytes, quad.iter().map(|term| dataset.text(*term).len()).sum())?;
        }
        let mut quads: Vec<Quad> =
            dataset.quads.iter().filter(|quad| blanks(quad).next().is_some()).copied().collect();
        quads.sort_unstable_by(|left, right| compare(dataset, left, right));
        quads.dedup_by(|left, right| compare(dataset, left, right).is_eq());
        let count = dataset.labels.len();
        let mut mentions = vec![Vec::new(); count];
        for (quad, place) in quads.iter().zip(0_u32..) {
            for node in blanks(quad) {
                if let Some(mentions) = mentions.get_mut(node as usize)
                    && mentions.last() != Some(&place)
                {
                    mentions.push(place);
                }
            }
        }
        Ok(Self {
            dataset,
            hash,
            left: limits.hashes,
            quads,
            mentions,
            first_degree: Vec::with_capacity(count),
            names: vec![None; count],
            named: 0,
        })
    }

    /// The whole algorithm (section 4.4.3): by first degree where that tells nodes apart, and else by n degrees.
    fn name_blank_nodes(&mut self) -> Result<(), LinkedDataError> {
        let mut by_hash: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for node in (0_u32..).take(self.mentions.len()) {
            let hash = self.first_degree_hash(node)?;
            self.first_degree.push(hash.clone());
            if !self.mentions(node).is_empty() {
                by_hash.entry(hash).or_default().push(node);
            }
        }
        by_hash.retain(|_, nodes| match nodes.as_slice() {
            [node] => {
                self.name(*node);
                false
            }
            _ => true,
        });
        for nodes in by_hash.into_values() {
            let mut paths = Vec::new();
            for node in nodes {
                if self.canonical_name(node).is_none() {
                    paths.push(self.n_degree_hash(node, &Issued::starting_with(node), 0)?);
                }
            }
            paths.sort_by(|(left, _), (right, _)| left.cmp(right));
            for (_, issued) in paths {
                for node in issued.in_order() {
                    self.name(node);
                }
            }
        }
        Ok(())
    }

    /// Section 4.6.3.
    fn first_degree_hash(&mut self, node: u32) -> Result<String, LinkedDataError> {
        let mut text = String::new();
        let mut lines = Vec::new();
        for quad in self.mentions(node).iter().filter_map(|place| self.quads.get(*place as usize)) {
            let start = text.len();
            write_line(self.dataset, quad, &mut text, |other, text| {
                text.push_str(if other == node { "_:a" } else { "_:z" });
            });
            lines.push(start..text.len());
        }
        budget::spend(&mut self.left, cost(text.len()))?;
        let mut lines: Vec<&str> = lines.into_iter().filter_map(|line| text.get(line)).collect();
        lines.sort_unstable();
        Ok(self.hash.of(lines))
    }

    fn mentions(&self, node: u32) -> &[u32] {
        self.mentions.get(node as usize).map_or(&[], Vec::as_slice)
    }

    fn canonical_name(&self, node: u32) -> Option<u32> {
        self.names.get(node as usize).copied().flatten()
    }

    fn name(&mut self, node: u32) {
        if let Some(name @ None) = self.names.get_mut(node as usize) {
            *name = Some(self.named);
            self.named += 1;
        }
    }

    fn n_quads(&self) -> String {
        let mut text = String::new();
        let mut lines = Vec::with_capacity(self.dataset.quads.len());
        for quad in &self.dataset.quads {
            let start = text.len();
            write_line(self.dataset, quad, &mut text, |node, text| {
                _ = write!(text, "_:c14n{}", self.canonical_name(node).unwrap_or_default());
            });
            lines.push(start..text.len());
        }
        let mut lines: Vec<&str> = lines.into_iter().filter_map(|line| text.get(line)).collect();
        lines.sort_unstable();
        lines.dedup();
        lines.concat()
    }
}

/// What a hash counts for: more where it is of a long text.
fn cost(bytes: usize) -> usize {
    1 + bytes / 1024
}

fn blanks(quad: &Quad) -> impl Iterator<Item = u32> {
    quad.iter().filter_map(|term| term.blank())
}

fn compare(dataset: &Dataset, left: &Quad, right: &Quad) -> Ordering {
    let order = |(left, right): (&Term, &Term)| match (left.blank(), right.blank()) {
        (None, None) if left == right => Ordering::Equal,
        (None, None) => dataset.text(*left).cmp(dataset.text(*right)),
        (left, right) => left.cmp(&right),
    };
    left.iter().zip(right).map(order).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

fn write_line(dataset: &Dataset, quad: &Quad, text: &mut String, mut blank: impl FnMut(u32, &mut String)) {
    for term in quad {
        match term {
            Term::DefaultGraph => {}
            Term::Blank(node) => {
                blank(*node, text);
                text.push(' ');
            }
            Term::Named { .. } => {
                text.push_str(dataset.text(*term));
                text.push(' ');
            }
        }
    }
    text.push_str(".\n");
}
