//! The form of a qualification, as it is typed and as it is read.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    achievement::{Achievement, ArtworkId, FIRST_VERSION},
    candidate::{AchievementId, mended},
    intake::{
        AchievementRefusal,
        achievement::{Texts, checked_id, checked_validity, text_refusals},
        row::parse_date,
    },
    programme::Bilingual,
};

/// The most bytes of all texts of a form together: with the largest picture they still fit into an item.
const TYPED_BYTES: usize = 96 * 1024;

/// What stands in the form, of which nothing is checked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typed {
    /// The short name. Of an achievement that is changed it cannot be another one.
    pub id: String,
    /// Its name.
    pub name: Bilingual,
    /// What it attests.
    pub description: Bilingual,
    /// What one has to do to earn it.
    pub criteria: Bilingual,
    /// A badge does not expire.
    pub endless: bool,
    /// Months of validity, if it does.
    pub months: String,
    /// The first day that earns a badge.
    pub first_eligible: String,
    /// Nobody new is registered.
    pub closed: bool,
}

impl Typed {
    /// What the form shows of an achievement that is to be changed.
    pub fn of(achievement: &Achievement) -> Self {
        Self {
            id: achievement.id.to_string(),
            name: achievement.name.clone(),
            description: achievement.description.clone(),
            criteria: achievement.criteria.clone(),
            endless: achievement.validity_months.is_none(),
            months: achievement.validity_months.map(|months| months.to_string()).unwrap_or_default(),
            first_eligible: achievement.first_eligible.to_string(),
            closed: achievement.closed,
        }
    }

    /// What was typed, where it differs from what stood before; elsewhere what stands now.
    pub(super) fn on_top_of(self, now: &Self, before: &Self) -> Self {
        fn pick<T: PartialEq + Clone>(typed: T, now: &T, before: &T) -> T {
            if typed == *before { now.clone() } else { typed }
        }
        let text = |typed: Bilingual, now: &Bilingual, before: &Bilingual| Bilingual {
            ja: pick(typed.ja, &now.ja, &before.ja),
            en: pick(typed.en, &now.en, &before.en),
        };
        let validity = |of: &Self| (of.endless, of.months.clone());
        let (endless, months) = pick(validity(&self), &validity(now), &validity(before));
        Self {
            id: self.id,
            name: text(self.name, &now.name, &before.name),
            description: text(self.description, &now.description, &before.description),
            criteria: text(self.criteria, &now.criteria, &before.criteria),
            endless,
            months,
            first_eligible: pick(self.first_eligible, &now.first_eligible, &before.first_eligible),
            closed: pick(self.closed, &now.closed, &before.closed),
        }
    }

    /// Whether it can be kept as a draft.
    pub fn fits(&self) -> bool {
        let Self { id, name, description, criteria, months, first_eligible, endless: _, closed: _ } = self;
        let texts = [name, description, criteria];
        let of_texts: usize = texts.iter().map(|text| text.ja.len() + text.en.len()).sum();
        of_texts + id.len() + months.len() + first_eligible.len() <= TYPED_BYTES
    }

    /// What it says with this picture, of this achievement or of the one whose id was typed; or everything that is wrong with it.
    /// What is read has no place in history yet.
    pub(super) fn read(
        &self,
        id: Option<&AchievementId>,
        artwork: Option<ArtworkId>,
    ) -> Result<Achievement, Vec<AchievementRefusal>> {
        let id = id.map_or_else(|| checked_id(&self.id), |id| Ok(id.clone()));
        let (name, description, criteria) = (tidy(&self.name), tidy(&self.description), tidy(&self.criteria));
        let artwork = artwork.ok_or(AchievementRefusal::ArtworkMissing);
        let months = if self.endless { Ok(None) } else { months(&self.months).map(Some) };
        let validity_months = months.and_then(checked_validity);
        let first_eligible = parse_date(&self.first_eligible).map_err(|_| AchievementRefusal::DateUnreadable);
        let texts = Texts { name: &name, description: &description, criteria: &criteria };
        let mut wrong: Vec<AchievementRefusal> = text_refusals(texts).collect();
        match (id, artwork, validity_months, first_eligible) {
            (Ok(id), Ok(artwork), Ok(validity_months), Ok(first_eligible)) if wrong.is_empty() => {
                Ok(Achievement {
                    id,
                    name,
                    description,
                    criteria,
                    artwork,
                    validity_months,
                    first_eligible,
                    closed: self.closed,
                    version: FIRST_VERSION,
                    changed_at: Timestamp::UNIX_EPOCH,
                })
            }
            (id, artwork, validity_months, first_eligible) => {
                wrong.extend(id.err());
                wrong.extend(artwork.err());
                wrong.extend(validity_months.err());
                wrong.extend(first_eligible.err());
                Err(wrong)
            }
        }
    }
}

fn months(typed: &str) -> Result<u16, AchievementRefusal> {
    mended(typed).parse().map_err(|_| AchievementRefusal::ValidityOutOfRange)
}

/// As browsers send it, lines end in CR LF (HTML, "Constructing the entry list").
fn tidy(text: &Bilingual) -> Bilingual {
    let tidy = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
    Bilingual { ja: tidy(&text.ja), en: tidy(&text.en) }
}
