//! What is left of a badge.

use jiff::{Timestamp, civil::Date};
use openbadges::status::StatusIndex;
use serde::{Deserialize, Serialize};

use super::{BadgeId, Ground, Revoked};
use crate::{
    candidate::{AchievementId, CandidateRef, Kind},
    programme::Bilingual,
    status::StatusListId,
};

/// What is left of a badge that its holder deleted, or the issuer revoked: nothing that was signed, no name, no address. The
/// candidate's reference leads to the register, from which the same occasion can be issued again for a fee, unless the issuer
/// revoked it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletedBadge {
    /// Its name.
    pub id: BadgeId,
    /// Whose occasion it attested.
    pub candidate: CandidateRef,
    /// The achievement …
    pub achievement: AchievementId,
    /// … and what it was called.
    pub name: Bilingual,
    /// Pass or renewal.
    pub kind: Kind,
    /// The day of the occasion.
    pub date: Date,
    /// The list in which it is revoked …
    pub list: StatusListId,
    /// … and its place there.
    pub index: StatusIndex,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// The last moment of its validity, if it had one.
    pub valid_until: Option<Timestamp>,
    /// When it was deleted, or revoked.
    pub deleted_at: Timestamp,
    /// That the issuer revoked it, if it did: also after its holder had deleted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Revoked>,
}

impl DeletedBadge {
    /// The issuer revokes it: from then on it cannot be ordered again. Revoked before, it is so since then, on another ground.
    #[must_use]
    pub fn bar(mut self, ground: Ground, at: Timestamp) -> Self {
        let at = self.revoked.map_or(at, |before| before.at);
        self.revoked = Some(Revoked { ground, at });
        self
    }

    /// Why the staff may not have its occasion issued anew, if they may not.
    pub fn barred(&self) -> Option<Revoked> {
        self.revoked.filter(|revoked| !revoked.ground.may_be_issued_anew())
    }

    /// The register does not know its occasion any more: it cannot be issued again.
    #[must_use]
    pub fn leave_register(self) -> Self {
        Self { candidate: CandidateRef::nobody(self.candidate.month), ..self }
    }
}
