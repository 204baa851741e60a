//! Signing in to the office: at the body's own sign-in service, or, on one machine, by a printed link.

use shomei_core::office::Role;

use super::role_name;
use crate::layout::{Frame, document, page_template, silent_debug};
use crate::{Bilingual, Language, RenderError};

silent_debug!(OfficeEnter);

/// Leads to the sign-in service.
#[derive(Clone, Debug)]
pub struct OfficeSignIn {
    /// Whose office it is.
    pub issuer: Bilingual,
    /// Whether there is a sign-in service. On one machine there is none: its console prints a link.
    pub service: bool,
    /// The last sign-in failed, for this reason.
    pub failed: Option<SignInFailed>,
}

/// Why nobody was signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SignInFailed {
    /// The service did not answer.
    Unavailable,
    /// What came back proves nothing.
    Refused,
    /// The person is known there, and has no role here.
    NoRole,
}

impl SignInFailed {
    fn words(self, language: Language) -> &'static str {
        match self {
            Self::Unavailable => language.say(
                "ログインサービスから応答がありません。しばらくしてから、もう一度お試しください。",
                "The sign-in service does not answer. Please try again in a while.",
            ),
            Self::Refused => language.say(
                "ログインを確認できませんでした。もう一度、はじめからログインしてください。",
                "The sign-in could not be confirmed. Please sign in again from the start.",
            ),
            Self::NoRole => language.say(
                "このアカウントには、事務局の権限がありません。管理者に、権限の付与をご依頼ください。",
                "This account has no role in the office. Please ask your administrator for one.",
            ),
        }
    }
}

/// Behind a printed link: as whom it lets in, before it does.
///
/// The form posts nothing to `action`.
#[derive(Clone)]
pub struct OfficeEnter {
    /// Whose office it is.
    pub issuer: Bilingual,
    /// For whom the link was printed.
    pub subject: String,
    /// What this person may do.
    pub role: Role,
    /// Where the form is posted.
    pub action: String,
}

/// The printed link is used up or too old.
#[derive(Clone, Debug)]
pub struct OfficeEnterDead {
    /// Whose office it is.
    pub issuer: Bilingual,
}

page_template!(SignInTemplate, OfficeSignIn, "office/sign_in.html");
page_template!(EnterTemplate, OfficeEnter, "office/enter.html");
page_template!(DeadTemplate, "office/enter_dead.html");

impl OfficeSignIn {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("事務局ログイン", "Office sign-in");
        let frame = Frame::unlisted(language, title).of(&self.issuer);
        document(&SignInTemplate { language, frame, page: self })
    }
}

impl OfficeEnter {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("事務局に入りますか", "Enter the office?");
        let frame = Frame::unlisted(language, title).of(&self.issuer);
        document(&EnterTemplate { language, frame, page: self })
    }

    fn role_name(&self, language: Language) -> &'static str {
        role_name(self.role, language)
    }
}

impl OfficeEnterDead {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("このリンクは使えません", "This link does not work");
        document(&DeadTemplate { language, frame: Frame::unlisted(language, title).of(&self.issuer) })
    }
}
