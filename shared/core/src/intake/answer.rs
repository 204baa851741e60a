//! What the clerk is told: one answer a row, and the sums.

use serde::Serialize;

use super::{RefusalCode, WarningCode};
use crate::programme::Bilingual;

/// What became of one row.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RowAnswer {
    /// The row's line in the list.
    pub line: u64,
    /// What became of it.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// What became of one row.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "verdict", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Verdict {
    /// Registered by this row.
    Accepted {
        /// What deserves a second look.
        warnings: Vec<Note<WarningCode>>,
    },
    /// Registered before; corrected by this row.
    Amended {
        /// What deserves a second look.
        warnings: Vec<Note<WarningCode>>,
    },
    /// Registered before, exactly so. Nothing was changed.
    Unchanged,
    /// Not registered.
    Refused {
        /// Everything that is wrong with it.
        refusals: Vec<Note<RefusalCode>>,
    },
}

/// A code with its sentence for the clerk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note<C> {
    /// The code and its data.
    #[serde(flatten)]
    pub code: C,
    /// What to do, in both languages.
    pub sentence: Bilingual,
}

impl Verdict {
    /// A refusal.
    pub fn refused(refusals: Vec<RefusalCode>) -> Self {
        let refusals = refusals.into_iter().map(|code| Note { sentence: code.sentence(), code }).collect();
        Self::Refused { refusals }
    }
}

/// How many rows came to what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Rows that carry anything.
    pub rows: usize,
    /// Registered, without a warning.
    pub accepted: usize,
    /// Registered, with a warning.
    pub accepted_with_warning: usize,
    /// Corrected.
    pub amended: usize,
    /// Registered before.
    pub unchanged: usize,
    /// Not registered.
    pub refused: usize,
}

impl Summary {
    /// Counts one answer.
    pub fn add(&mut self, answer: &RowAnswer) {
        self.rows += 1;
        match &answer.verdict {
            Verdict::Accepted { warnings } if warnings.is_empty() => self.accepted += 1,
            Verdict::Accepted { .. } => self.accepted_with_warning += 1,
            Verdict::Amended { .. } => self.amended += 1,
            Verdict::Unchanged => self.unchanged += 1,
            Verdict::Refused { .. } => self.refused += 1,
        }
    }
}
