//! The mails to recipients: Japanese first, the whole in English below.

use askama::Template;
use jiff::civil::Date;

pub use crate::Occasion;
use crate::layout::{document, silent_debug};
use crate::wrap::wrap;
use crate::{Bilingual, Language, RenderError};

silent_debug!(MailContent, BadgeIssued);

/// One mail, ready to be sent as UTF-8 with `text` first and `html` beside it.
#[derive(Clone, PartialEq, Eq)]
pub struct MailContent {
    /// The subject, one line.
    pub subject: String,
    /// The plain text, folded.
    pub text: String,
    /// The same in HTML, with no picture and nothing loaded from elsewhere.
    pub html: String,
}

/// A badge has been issued and waits to be claimed.
#[derive(Clone)]
pub struct BadgeIssued {
    /// The recipient's name.
    pub holder_name: String,
    /// The name of the achievement.
    pub achievement: Bilingual,
    /// Who issued the badge.
    pub issuer: Bilingual,
    /// What earned it.
    pub occasion: Occasion,
    /// The day of passing or renewing.
    pub date: Date,
    /// The claim link.
    pub claim_url: String,
    /// The last day on which the link works.
    pub expires: Date,
    /// Where to ask.
    pub contact: String,
    /// The address the mail comes from, for the reader to allow.
    pub sender: String,
}

#[derive(Debug, Template)]
#[template(path = "mail_badge_issued.txt")]
struct TextTemplate<'a> {
    mail: &'a BadgeIssued,
    ja: Language,
    en: Language,
}

#[derive(Debug, Template)]
#[template(path = "mail_badge_issued.html")]
struct HtmlTemplate<'a> {
    mail: &'a BadgeIssued,
    ja: Language,
    en: Language,
}

impl BadgeIssued {
    /// The whole mail. Line breaks and other control characters in the fields become spaces, so
    /// that no field can add a header or a line of its own.
    ///
    /// # Errors
    /// [`RenderError`] when a template fails to write.
    pub fn render(&self) -> Result<MailContent, RenderError> {
        let mail = &self.on_single_lines();
        let (ja, en) = (Language::Japanese, Language::English);
        Ok(MailContent {
            subject: format!("【{}】オープンバッジを発行しました / Your Open Badge", mail.issuer.ja),
            text: wrap(&document(&TextTemplate { mail, ja, en })?),
            html: document(&HtmlTemplate { mail, ja, en })?,
        })
    }

    fn on_single_lines(&self) -> Self {
        Self {
            holder_name: single_line(&self.holder_name),
            achievement: both(&self.achievement),
            issuer: both(&self.issuer),
            claim_url: single_line(&self.claim_url),
            contact: single_line(&self.contact),
            sender: single_line(&self.sender),
            ..*self
        }
    }
}

fn both(text: &Bilingual) -> Bilingual {
    Bilingual { ja: single_line(&text.ja), en: single_line(&text.en) }
}

fn single_line(text: &str) -> String {
    let breaks = |character: char| character.is_control() || "\u{2028}\u{2029}".contains(character);
    text.trim().chars().map(|character| if breaks(character) { ' ' } else { character }).collect()
}
