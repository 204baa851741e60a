//! That the issuer revoked a badge, and what anyone outside learns of why: never more than one of a few general grounds.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{BadgeId, PublicBadge};
use crate::{ports::Key, programme::Bilingual, store::Record};

/// Why the issuer revokes a badge, in general words. What exactly happened is in the staff's own words, and stays inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// It was earned or used wrongly. The same occasion gets no other badge.
    Misconduct,
    /// The issuer was wrong: about the person, the qualification, the day. The same occasion may be issued anew, free of charge.
    IssuedInError,
    /// The person has the qualification no more. The same occasion gets no other badge.
    QualificationWithdrawn,
}

impl Ground {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::IssuedInError, Self::QualificationWithdrawn, Self::Misconduct];

    /// Its name, as it is stored, and as forms and programs write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Misconduct => "misconduct",
            Self::IssuedInError => "issued-in-error",
            Self::QualificationWithdrawn => "qualification-withdrawn",
        }
    }

    /// The ground of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ground| ground.name() == name)
    }

    /// What strangers and the holder are told, as a clause without a full stop. It blames nobody.
    pub fn words(self) -> Bilingual {
        let (ja, en) = match self {
            Self::Misconduct => {
                ("発行者の規程に反する行為が確認されたため", "a breach of the issuer’s rules was established")
            }
            Self::IssuedInError => ("発行者の手違いにより発行されていたため", "it had been issued in error"),
            Self::QualificationWithdrawn => {
                ("資格の認定が取り消されたため", "the qualification itself was withdrawn")
            }
        };
        Bilingual { ja: ja.to_owned(), en: en.to_owned() }
    }

    /// Whether the staff may have the same occasion issued anew.
    pub fn may_be_issued_anew(self) -> bool {
        self == Self::IssuedInError
    }
}

/// That the issuer revoked a badge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revoked {
    /// Why, in general words.
    pub ground: Ground,
    /// Since when.
    pub at: Timestamp,
}

/// Why and when the issuer revoked a badge, for whoever has its file and finds it revoked in the status list: also of a badge that
/// was never public. It names nobody, and no address leads to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevokedBadge {
    /// Its name, which stands in the file.
    pub id: BadgeId,
    /// Why and when.
    #[serde(flatten)]
    pub revoked: Revoked,
}

impl RevokedBadge {
    /// Beside the public badge's place.
    pub fn key_of(id: &BadgeId) -> Key {
        Key::new(PublicBadge::key_of(id).partition, "REVOKED")
    }
}

impl Record for RevokedBadge {
    fn key(&self) -> Key {
        Self::key_of(&self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ground_has_one_name() {
        for ground in Ground::ALL {
            assert_eq!(Ground::parse(ground.name()), Some(ground));
            assert_eq!(serde_json::to_value(ground).unwrap(), ground.name());
        }
        for wrong in ["", "Misconduct", "fraud", "issued_in_error"] {
            assert_eq!(Ground::parse(wrong), None, "{wrong}");
        }
    }
}
