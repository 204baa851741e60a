//! Who works in the office, and what each may do.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::order::Actor;

/// What a member of the staff may do. Each role may do what those before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Looks, and changes nothing.
    Viewer,
    /// Registers, corrects, resends, and proposes what needs a second person.
    Clerk,
    /// Decides on what another person registered or proposed.
    Approver,
}

impl Role {
    /// All roles, the one that may do least first.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Clerk, Self::Approver];

    /// Its name, as settings and commands write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Clerk => "clerk",
            Self::Approver => "approver",
        }
    }

    /// The role of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A member of the staff who was let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The name that the sign-in service has for this person: `sub` of the token (`OpenID` Connect Core, section 2).
    pub subject: String,
    /// What this person may do.
    pub role: Role,
}

impl Member {
    /// The same, as trails and the audit name it.
    pub fn actor(&self) -> Actor {
        Actor::staff(&self.subject)
    }
}
