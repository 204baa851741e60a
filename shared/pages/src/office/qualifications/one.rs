//! One qualification: what it says, and every version of it.

use shomei_core::achievement::{Achievement, AchievementVersion};

use super::{
    SaidOf,
    facets::{differences, registration},
};
use crate::layout::{Frame, document, page_template, silent_debug};
use crate::office::{Desk, audit::actor};
use crate::{Bilingual, Language, RenderError};

silent_debug!(QualificationPage);

/// What was just done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QualificationNotice {
    /// It was saved.
    Saved,
    /// It said the same before.
    Unchanged,
}

impl QualificationNotice {
    /// Its name in an address.
    pub fn name(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Unchanged => "unchanged",
        }
    }

    /// From an address.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Saved, Self::Unchanged].into_iter().find(|notice| notice.name() == name)
    }

    fn words(self, language: Language) -> &'static str {
        match self {
            Self::Saved => language.say("保存しました。", "Saved."),
            Self::Unchanged => language.say(
                "登録済みの内容と同じため、何も変更していません。",
                "It says what is registered already: nothing was changed.",
            ),
        }
    }
}

/// One qualification in one of its versions, and the others.
#[derive(Clone)]
pub struct QualificationPage {
    /// Whose office it is.
    pub issuer: Bilingual,
    /// Who reads it.
    pub desk: Desk,
    /// What was just done.
    pub notice: Option<QualificationNotice>,
    /// What it says in the version that is shown.
    pub said: SaidOf,
    /// The version that it has today.
    pub newest: u32,
    /// Versions, the newest first.
    pub history: Vec<AchievementVersion>,
    /// The page for strangers.
    pub public_url: String,
}

page_template!(QualificationTemplate, QualificationPage, "office/qualification.html");

impl QualificationPage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let frame = Frame::office(language, self.said.name(language), &self.issuer, self.desk);
        document(&QualificationTemplate { language, frame, page: self })
    }

    fn notice(&self, language: Language) -> Option<&'static str> {
        self.notice.map(|notice| notice.words(language))
    }

    fn content(&self) -> &Achievement {
        &self.said.content
    }

    fn is_newest(&self) -> bool {
        self.content().version == self.newest
    }

    fn validity(&self, language: Language) -> String {
        self.said.validity(language)
    }

    fn registration(&self, language: Language) -> &'static str {
        registration(self.content().closed, language)
    }

    fn by<'a>(&self, version: &'a AchievementVersion, language: Language) -> &'a str {
        let unknown = language.say("記録なし", "not on record");
        version.by.as_ref().map_or(unknown, |by| actor(by, language))
    }

    /// What a version says differently from the one before it; none: it is the first one, or the one before is not shown.
    fn changed(&self, version: &AchievementVersion, language: Language) -> Option<String> {
        let number = version.content.version.checked_sub(1)?;
        let before = self.history.iter().find(|before| before.content.version == number)?;
        let labels: Vec<&str> =
            differences(&before.content, &version.content).map(|facet| facet.label(language)).collect();
        Some(labels.join(language.say("、", ", ")))
    }

    /// The newest version that is not shown in the history.
    fn older(&self) -> Option<u32> {
        let oldest = self.history.last()?.content.version;
        oldest.checked_sub(1).filter(|older| *older > 0)
    }
}
