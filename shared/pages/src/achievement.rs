//! The page of an achievement: what its badge stands for.

use askama::Template;
use jiff::civil::Date;

use crate::layout::{Frame, document};
use crate::{Bilingual, Language, RenderError};

/// The public page of one achievement.
#[derive(Clone, Debug)]
pub struct AchievementPage {
    /// Its name.
    pub name: Bilingual,
    /// What it stands for.
    pub description: Bilingual,
    /// What has to be done to earn it.
    pub criteria: Bilingual,
    /// The badge picture, absolute.
    pub picture_url: String,
    /// How long a badge stays valid, if it ends.
    pub validity_months: Option<u16>,
    /// Nobody new is certified.
    pub closed: bool,
    /// The day since which the page says what it says; none: it was never changed.
    pub changed_on: Option<Date>,
    /// Who issues its badges.
    pub issuer: Bilingual,
    /// The issuer's page on this site.
    pub issuer_url: String,
    /// This page, absolute.
    pub url: String,
}

#[derive(Debug, Template)]
#[template(path = "achievement.html")]
struct AchievementTemplate<'a> {
    language: Language,
    frame: Frame<'a>,
    page: &'a AchievementPage,
}

impl AchievementPage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let frame = Frame::listed(language, self.name.in_language(language), &self.issuer).wide();
        document(&AchievementTemplate { language, frame, page: self })
    }

    fn validity(&self, language: Language) -> String {
        validity(self.validity_months, language)
    }
}

/// How long a badge stays valid: `3年間` rather than `36か月` where the months make whole years.
pub(crate) fn validity(months: Option<u16>, language: Language) -> String {
    let Some(months) = months else {
        return language.say("有効期限はありません", "Does not expire").to_owned();
    };
    let (count, years) = if months > 0 && months % 12 == 0 { (months / 12, true) } else { (months, false) };
    match (language, years) {
        (Language::Japanese, true) => format!("{count}年間"),
        (Language::Japanese, false) => format!("{count}か月間"),
        (Language::English, _) => {
            let unit = if years { "year" } else { "month" };
            format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
        }
    }
}
