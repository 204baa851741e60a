//! What a qualification consists of, one by one, so that two versions can be laid side by side.

use shomei_core::achievement::Achievement;

use super::SaidOf;
use crate::{Language, achievement::validity};

/// One thing that a qualification says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Facet {
    Name(Language),
    Description(Language),
    Criteria(Language),
    Picture,
    Validity,
    FirstEligible,
    Registration,
}

/// All of them, in the order of the form.
pub(super) const FACETS: [Facet; 10] = [
    Facet::Name(Language::Japanese),
    Facet::Description(Language::Japanese),
    Facet::Criteria(Language::Japanese),
    Facet::Name(Language::English),
    Facet::Description(Language::English),
    Facet::Criteria(Language::English),
    Facet::Picture,
    Facet::Validity,
    Facet::FirstEligible,
    Facet::Registration,
];

/// How a facet is shown.
pub(super) enum Shown {
    Text(String),
    Picture(String),
}

impl Facet {
    /// What it is called.
    pub(super) fn label(self, language: Language) -> &'static str {
        match self {
            Self::Name(Language::Japanese) => language.say("名称（日本語）", "Name (Japanese)"),
            Self::Name(Language::English) => language.say("名称（英語）", "Name (English)"),
            Self::Description(Language::Japanese) => language.say("説明（日本語）", "Description (Japanese)"),
            Self::Description(Language::English) => language.say("説明（英語）", "Description (English)"),
            Self::Criteria(Language::Japanese) => {
                language.say("取得の条件（日本語）", "How it is earned (Japanese)")
            }
            Self::Criteria(Language::English) => {
                language.say("取得の条件（英語）", "How it is earned (English)")
            }
            Self::Picture => language.say("画像", "Picture"),
            Self::Validity => language.say("有効期間", "Validity"),
            Self::FirstEligible => language.say("対象となる最初の日", "First eligible day"),
            Self::Registration => language.say("新しい登録", "New registrations"),
        }
    }

    /// The language that its text is in, if it is not the reader's.
    pub(super) fn foreign(self, language: Language) -> Option<&'static str> {
        match self {
            Self::Name(of) | Self::Description(of) | Self::Criteria(of) => (of != language).then(|| of.tag()),
            Self::Picture | Self::Validity | Self::FirstEligible | Self::Registration => None,
        }
    }

    /// What a qualification says of it.
    pub(super) fn of(self, said: &SaidOf, language: Language) -> Shown {
        let content = &said.content;
        Shown::Text(match self {
            Self::Name(of) => of.say(&content.name.ja, &content.name.en).to_owned(),
            Self::Description(of) => of.say(&content.description.ja, &content.description.en).to_owned(),
            Self::Criteria(of) => of.say(&content.criteria.ja, &content.criteria.en).to_owned(),
            Self::Picture => return Shown::Picture(said.picture_url.clone()),
            Self::Validity => validity(content.validity_months, language),
            Self::FirstEligible => language.date(content.first_eligible),
            Self::Registration => registration(content.closed, language).to_owned(),
        })
    }

    /// Whether two say the same of it.
    pub(super) fn is_same(self, one: &Achievement, other: &Achievement) -> bool {
        match self {
            Self::Name(of) => of.say(&one.name.ja, &one.name.en) == of.say(&other.name.ja, &other.name.en),
            Self::Description(of) => {
                let text = |content: &Achievement| {
                    of.say(&content.description.ja, &content.description.en).to_owned()
                };
                text(one) == text(other)
            }
            Self::Criteria(of) => {
                let text =
                    |content: &Achievement| of.say(&content.criteria.ja, &content.criteria.en).to_owned();
                text(one) == text(other)
            }
            Self::Picture => one.artwork == other.artwork,
            Self::Validity => one.validity_months == other.validity_months,
            Self::FirstEligible => one.first_eligible == other.first_eligible,
            Self::Registration => one.closed == other.closed,
        }
    }
}

/// Whether anybody new is registered.
pub(super) fn registration(closed: bool, language: Language) -> &'static str {
    if closed {
        language.say("受け付けない", "Not taken any more")
    } else {
        language.say("受け付ける", "Taken")
    }
}

/// What two say differently.
pub(super) fn differences(one: &Achievement, other: &Achievement) -> impl Iterator<Item = Facet> {
    FACETS.into_iter().filter(|facet| !facet.is_same(one, other))
}
