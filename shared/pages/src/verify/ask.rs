//! The form where a badge is given.

use super::{Format, MOST_AT_ONCE};
use crate::layout::{Frame, document, page_template, silent_debug};
use crate::{Bilingual, Language, RenderError};

silent_debug!(AskPage);

/// The page that asks for badges to judge: files, links, or both.
///
/// The form posts `file`, `link`, `recipient` and `format` to `/verify`, as `multipart/form-data`.
#[derive(Clone)]
pub struct AskPage {
    /// Whose site it is.
    pub issuer: Bilingual,
    /// The links typed so far, one a line.
    pub links: String,
    /// The mail address typed so far.
    pub recipient: String,
    /// How the answer is wanted.
    pub format: Format,
    /// How much may be sent at once, in megabytes.
    pub megabytes: u32,
    /// What was wrong with what was sent.
    pub problem: Option<Bilingual>,
}

page_template!(AskTemplate, AskPage, "verify/ask.html");

impl AskPage {
    /// The form with nothing filled in.
    pub fn blank(issuer: Bilingual, megabytes: u32) -> Self {
        Self {
            issuer,
            links: String::new(),
            recipient: String::new(),
            format: Format::Page,
            megabytes,
            problem: None,
        }
    }

    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("バッジを確認する", "Check a badge");
        let frame = if self.is_blank() {
            Frame::listed(language, title, &self.issuer)
        } else {
            Frame::unlisted(language, title).of(&self.issuer)
        };
        document(&AskTemplate { language, frame, page: self })
    }

    fn is_blank(&self) -> bool {
        self.links.is_empty() && self.recipient.is_empty() && self.problem.is_none()
    }
}
