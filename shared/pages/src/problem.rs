//! The page that says what went wrong.

use askama::Template;

use crate::layout::{Frame, document};
use crate::{Bilingual, Language, RenderError};

/// A problem, as a page.
#[derive(Clone, Debug)]
pub struct ProblemPage {
    /// The HTTP status it is sent with.
    pub status: u16,
    /// What went wrong, in a few words.
    pub title: Bilingual,
    /// What it means and what the reader can do.
    pub detail: Bilingual,
    /// The code to name when asking. Shown when the fault is ours; programs always get it.
    pub code: String,
    /// The first way on: an address of this site, and what to call it.
    pub link: Option<(String, Bilingual)>,
}

#[derive(Debug, Template)]
#[template(path = "problem.html")]
struct ProblemTemplate<'a> {
    language: Language,
    frame: Frame<'a>,
    page: &'a ProblemPage,
}

impl ProblemPage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let frame = Frame::unlisted(language, self.title.in_language(language));
        document(&ProblemTemplate { language, frame, page: self })
    }

    /// Whether the fault lies with the site, so that there is something to tell its people.
    fn is_ours(&self) -> bool {
        self.status >= 500
    }
}
