//! How the office works.

/// The rules of one installation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OfficeTerms {
    /// Whether a badge is issued only after another person than the one who registered it has approved of it. See
    /// [`crate::office::approval`].
    pub second_approval: bool,
}
