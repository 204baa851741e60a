//! The page at the root of the site.

use askama::Template;

use crate::layout::{Contact, Frame, document};
use crate::{Bilingual, Language, RenderError};

/// The front page: what this site is, and where to ask.
#[derive(Clone, Debug)]
pub struct HomePage {
    /// Whose badges live here.
    pub issuer: Bilingual,
    /// Where to ask.
    pub contact: String,
}

#[derive(Debug, Template)]
#[template(path = "home.html")]
struct HomeTemplate<'a> {
    language: Language,
    frame: Frame<'a>,
    issuer: &'a str,
    contact: Contact<'a>,
}

impl HomePage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("オープンバッジ", "Open Badges");
        let frame = Frame::listed(language, title, &self.issuer);
        let issuer = self.issuer.in_language(language);
        document(&HomeTemplate { language, frame, issuer, contact: Contact(&self.contact) })
    }
}
