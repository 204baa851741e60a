//! How a badge stands, for whoever counts the badges of a month: the signed text and the rest of it are not read.

use jiff::Timestamp;
use serde::Deserialize;

use super::Visibility;
use crate::store::View;

/// How a badge stands. Of an [`AnyBadge`](super::AnyBadge).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum BadgeStanding {
    /// Nobody has accepted it.
    Unclaimed,
    /// Accepted by its holder.
    Claimed {
        /// When.
        claimed_at: Timestamp,
        /// Who may see it.
        visibility: Visibility,
    },
    /// Deleted by its holder, withdrawn or revoked.
    Deleted,
}

impl View for BadgeStanding {
    const ATTRIBUTES: &'static [&'static str] = &["state", "claimed_at", "visibility"];
}
