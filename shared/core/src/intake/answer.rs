//! What the clerk is told: one answer a row, and the sums.

use serde::{Deserialize, Serialize};

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

/// What becomes of one row, in codes alone: as the rules say it, and as drafts keep it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Judged {
    /// See [`Verdict::Accepted`].
    Accepted {
        /// What deserves a second look.
        warnings: Vec<WarningCode>,
    },
    /// See [`Verdict::Amended`].
    Amended {
        /// What deserves a second look.
        warnings: Vec<WarningCode>,
    },
    /// See [`Verdict::Unchanged`].
    Unchanged,
    /// See [`Verdict::Refused`].
    Refused {
        /// Everything that is wrong with it.
        refusals: Vec<RefusalCode>,
    },
}

impl Judged {
    /// A refusal for one reason.
    pub(super) fn refused(refusal: RefusalCode) -> Self {
        Self::Refused { refusals: vec![refusal] }
    }

    /// The same with sentences.
    pub fn verdict(self) -> Verdict {
        let warned = |warnings: Vec<WarningCode>| {
            warnings.into_iter().map(|code| Note { sentence: code.sentence(), code }).collect()
        };
        match self {
            Self::Accepted { warnings } => Verdict::Accepted { warnings: warned(warnings) },
            Self::Amended { warnings } => Verdict::Amended { warnings: warned(warnings) },
            Self::Unchanged => Verdict::Unchanged,
            Self::Refused { refusals } => Verdict::refused(refusals),
        }
    }
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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Counts one row.
    pub fn add(&mut self, judged: &Judged) {
        self.rows += 1;
        match judged {
            Judged::Accepted { warnings } if warnings.is_empty() => self.accepted += 1,
            Judged::Accepted { .. } => self.accepted_with_warning += 1,
            Judged::Amended { .. } => self.amended += 1,
            Judged::Unchanged => self.unchanged += 1,
            Judged::Refused { .. } => self.refused += 1,
        }
    }

    /// Adds the rows of another part.
    pub(super) fn join(&mut self, part: Self) {
        let Self { rows, accepted, accepted_with_warning, amended, unchanged, refused } = part;
        self.rows += rows;
        self.accepted += accepted;
        self.accepted_with_warning += accepted_with_warning;
        self.amended += amended;
        self.unchanged += unchanged;
        self.refused += refused;
    }

    /// Rows that change the register.
    pub fn changes(&self) -> usize {
        self.accepted + self.accepted_with_warning + self.amended
    }
}
