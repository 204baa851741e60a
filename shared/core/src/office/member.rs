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

/// Which values of a claim of the sign-in service stand for which role. A service that knows no roles can be told of persons instead: the
/// claim is `email`, and the values are addresses.
#[derive(Clone, PartialEq, Eq)]
pub struct RoleNames {
    /// The claim that lists a person's roles, such as `roles` or `cognito:groups`.
    pub claim: String,
    /// Who has one of these is a viewer …
    pub viewer: Vec<String>,
    /// … a clerk …
    pub clerk: Vec<String>,
    /// … an approver.
    pub approver: Vec<String>,
}

/// Prints no value: one may be an address.
impl fmt::Debug for RoleNames {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "RoleNames({})", self.claim)
    }
}

impl RoleNames {
    /// The values in a text that separates them by commas.
    pub fn listed(text: &str) -> Vec<String> {
        text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
    }

    /// Where only clerks are told apart from strangers.
    pub fn of_clerks(claim: &str, clerk: &str) -> Self {
        let (viewer, approver) = (Vec::new(), Vec::new());
        Self { claim: claim.to_owned(), viewer, clerk: vec![clerk.to_owned()], approver }
    }

    /// The highest role among what is listed of a person; none: this person is not of the office.
    pub fn role_of<'a>(&self, listed: impl IntoIterator<Item = &'a str>) -> Option<Role> {
        let role = |name: &str| {
            let means = |names: &[String]| names.iter().any(|known| known == name);
            if means(&self.approver) {
                Some(Role::Approver)
            } else if means(&self.clerk) {
                Some(Role::Clerk)
            } else {
                means(&self.viewer).then_some(Role::Viewer)
            }
        };
        listed.into_iter().filter_map(role).max()
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
