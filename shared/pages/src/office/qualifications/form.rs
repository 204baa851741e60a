//! The form of a qualification.

use shomei_core::{
    intake::{AchievementRefusal, MAX_MONTHS, Part},
    office::achievements::{
        LEAST_SIDE, MOST_SIDE, Typed,
        draft::{Base, DraftId},
    },
    programme,
};

use crate::layout::{Frame, document, page_template};
use crate::office::Desk;
use crate::{Bilingual, Language, RenderError};

/// Takes a new qualification, or a change of one.
///
/// The form posts, as `multipart/form-data`, to `/office/achievements`: `achievement` and `version` (what is changed) or `id` (a new
/// one), `draft` (whose picture stays), `name_ja`, `description_ja`, `criteria_ja`, the same with `_en`, `picture`, `validity`
/// (`limited` or `endless`), `months`, `first_eligible` and, unless it is new, `closed`.
#[derive(Clone, Debug)]
pub struct QualificationForm {
    /// Whose office it is.
    pub issuer: Bilingual,
    /// Who reads it.
    pub desk: Desk,
    /// What is changed; none: it is to be a new one.
    pub base: Option<Base>,
    /// What stands in the fields.
    pub typed: Typed,
    /// The draft that is shown.
    pub draft: Option<DraftId>,
    /// What is wrong with it.
    pub wrong: Vec<AchievementRefusal>,
    /// What was wrong with the file that was chosen.
    pub picture_fault: Option<programme::Bilingual>,
    /// The picture that stays if no other one is chosen.
    pub picture_url: Option<String>,
    /// What stands in the fields was joined with what somebody else saved in between.
    pub merged: bool,
}

page_template!(FormTemplate, QualificationForm, "office/qualification_form.html");

/// A field for a text.
struct Field<'a> {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    value: &'a str,
    /// Lines to begin with; none: one line is all.
    lines: Option<u8>,
    wrong: Option<&'a AchievementRefusal>,
}

impl Field<'_> {
    fn wrong(&self, language: Language) -> Option<String> {
        self.wrong.map(|wrong| words(wrong, language))
    }
}

fn words(wrong: &AchievementRefusal, language: Language) -> String {
    let both = wrong.words();
    language.say(&both.ja, &both.en).to_owned()
}

impl QualificationForm {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let frame = Frame::office(language, self.title(language), &self.issuer, self.desk);
        document(&FormTemplate { language, frame, page: self })
    }

    fn title(&self, language: Language) -> &'static str {
        match self.base {
            Some(_) => language.say("資格を編集する", "Edit the qualification"),
            None => language.say("資格を登録する", "Register a qualification"),
        }
    }

    fn back(&self) -> String {
        match &self.base {
            Some(base) => format!("/office/achievements/{}", base.achievement),
            None => "/office/achievements".to_owned(),
        }
    }

    /// What is wrong with a part of it.
    fn wrong(&self, part: Part) -> Option<&AchievementRefusal> {
        self.wrong.iter().find(|wrong| wrong.part() == part)
    }

    fn wrong_id(&self, language: Language) -> Option<String> {
        self.wrong(Part::Id).map(|wrong| words(wrong, language))
    }

    fn wrong_picture(&self, language: Language) -> Option<String> {
        let fault = self.picture_fault.as_ref().map(|both| language.say(&both.ja, &both.en).to_owned());
        fault.or_else(|| self.wrong(Part::Artwork).map(|wrong| words(wrong, language)))
    }

    fn wrong_validity(&self, language: Language) -> Option<String> {
        self.wrong(Part::Validity).map(|wrong| words(wrong, language))
    }

    fn wrong_day(&self, language: Language) -> Option<String> {
        self.wrong(Part::FirstEligible).map(|wrong| words(wrong, language))
    }

    /// How many fields are wrong.
    fn faults(&self) -> usize {
        let picture = self.picture_fault.is_some() && self.wrong(Part::Artwork).is_none();
        self.wrong.len() + usize::from(picture)
    }

    fn max_months(&self) -> u16 {
        MAX_MONTHS
    }

    fn sides(&self) -> (u32, u32) {
        (LEAST_SIDE, MOST_SIDE)
    }

    /// The texts in one language.
    fn fields(&self, of: Language, language: Language) -> [Field<'_>; 3] {
        let Typed { name, description, criteria, .. } = &self.typed;
        let wrong = |ja, en| self.wrong(if of == Language::Japanese { ja } else { en });
        [
            Field {
                name: of.say("name_ja", "name_en"),
                label: language.say("名称", "Name"),
                hint: language.say(
                    "バッジの画面・メール・LinkedInなどに表示されます。",
                    "It stands on the badge's page, in mails and on networks.",
                ),
                value: of.say(&name.ja, &name.en),
                lines: None,
                wrong: wrong(Part::NameJa, Part::NameEn),
            },
            Field {
                name: of.say("description_ja", "description_en"),
                label: language.say("説明", "Description"),
                hint: language.say(
                    "どんな力を証明する資格かを、1～3文で書きます。",
                    "In one to three sentences: what it attests.",
                ),
                value: of.say(&description.ja, &description.en),
                lines: Some(4),
                wrong: wrong(Part::DescriptionJa, Part::DescriptionEn),
            },
            Field {
                name: of.say("criteria_ja", "criteria_en"),
                label: language.say("取得の条件", "How it is earned"),
                hint: language.say(
                    "試験・実務経験など、取得に必要なことを書きます。改行できます。",
                    "The examination, practice and whatever else it takes. Line breaks stay.",
                ),
                value: of.say(&criteria.ja, &criteria.en),
                lines: Some(6),
                wrong: wrong(Part::CriteriaJa, Part::CriteriaEn),
            },
        ]
    }
}
