//! The month at a glance.

use shomei_core::issuance::MonthSums;

use super::Desk;
use crate::layout::{Frame, document, page_template};
use crate::{Bilingual, Language, RenderError};

/// What became of every month.
#[derive(Clone, Debug)]
pub struct MonthPage {
    /// Whose office it is.
    pub issuer: Bilingual,
    /// Who reads it.
    pub desk: Desk,
    /// The sums of every closed month, in order.
    pub months: Vec<MonthSums>,
}

page_template!(MonthTemplate, MonthPage, "office/month.html");

impl MonthPage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("今月の状況", "The month at a glance");
        let frame = Frame::office(language, title, &self.issuer, self.desk);
        document(&MonthTemplate { language, frame, page: self })
    }
}
