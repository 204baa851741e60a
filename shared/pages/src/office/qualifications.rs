//! Qualifications: what there is, one with its history, the form, how it will look, and what to do when two people changed one.

mod facets;
mod form;
mod one;
mod preview;

use shomei_core::achievement::Achievement;

pub use self::{
    form::QualificationForm,
    one::{QualificationNotice, QualificationPage},
    preview::{QualificationConflict, QualificationPreview},
};
use super::Desk;
use crate::achievement::validity;
use crate::layout::{Frame, document, page_template};
use crate::{Bilingual, Language, RenderError};

/// What a qualification says, with where its picture stands.
#[derive(Clone, Debug)]
pub struct SaidOf {
    /// All that it says.
    pub content: Achievement,
    /// Its picture, on this site.
    pub picture_url: String,
}

impl SaidOf {
    fn name(&self, language: Language) -> &str {
        language.say(&self.content.name.ja, &self.content.name.en)
    }

    fn validity(&self, language: Language) -> String {
        validity(self.content.validity_months, language)
    }
}

/// All qualifications.
#[derive(Clone, Debug)]
pub struct QualificationsPage {
    /// Whose office it is.
    pub issuer: Bilingual,
    /// Who reads it.
    pub desk: Desk,
    /// In order of their codes.
    pub qualifications: Vec<SaidOf>,
}

page_template!(QualificationsTemplate, QualificationsPage, "office/qualifications.html");

impl QualificationsPage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("資格", "Qualifications");
        let frame = Frame::office(language, title, &self.issuer, self.desk);
        document(&QualificationsTemplate { language, frame, page: self })
    }
}
