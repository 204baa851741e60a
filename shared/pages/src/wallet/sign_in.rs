//! Signing in by a mailed link: no password, and nothing happens by opening a link alone.

use crate::layout::{Frame, document, page_template, silent_debug};
use crate::{Bilingual, Language, RenderError};

silent_debug!(SignInConfirm);

/// Asks for an address to mail a sign-in link to.
///
/// The form posts `address` to `/wallet/sign-in`.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// Whose wallets these are.
    pub issuer: Bilingual,
    /// Where to ask.
    pub contact: String,
}

/// A link was mailed, if a wallet knows the address. The page is the same when none does, so that
/// nobody learns from it who has a wallet.
#[derive(Clone, Debug)]
pub struct SignInSent {
    /// How long the link works.
    pub minutes: u32,
    /// The address the mail comes from.
    pub sender: String,
    /// Whose wallets these are.
    pub issuer: Bilingual,
    /// Where to ask.
    pub contact: String,
}

/// Behind the mailed link: whose wallet it opens, before it is opened. So nobody is signed in
/// silently by a link that someone else sent.
///
/// The form posts nothing to `action`.
#[derive(Clone)]
pub struct SignInConfirm {
    /// The main address of the wallet.
    pub main_address: String,
    /// Where the form is posted.
    pub action: String,
    /// For how many days the reader then stays signed in.
    pub days: u32,
    /// Whose wallets these are.
    pub issuer: Bilingual,
    /// Where to ask.
    pub contact: String,
}

/// The mailed link is used up, too old or cut short.
#[derive(Clone, Debug)]
pub struct SignInDead {
    /// Whose wallets these are.
    pub issuer: Bilingual,
    /// Where to ask.
    pub contact: String,
}

page_template!(SignInTemplate, "wallet/sign_in.html");
page_template!(SentTemplate, SignInSent, "wallet/sign_in_sent.html");
page_template!(ConfirmTemplate, SignInConfirm, "wallet/sign_in_confirm.html");
page_template!(DeadTemplate, "wallet/sign_in_dead.html");

impl SignIn {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("ウォレットにログイン", "Sign in to your wallet");
        let frame = Frame::unlisted(language, title).of(&self.issuer).ask(&self.contact);
        document(&SignInTemplate { language, frame })
    }
}

impl SignInSent {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("メールをご確認ください", "Check your mail");
        let frame = Frame::unlisted(language, title).of(&self.issuer).ask(&self.contact);
        document(&SentTemplate { language, frame, page: self })
    }
}

impl SignInConfirm {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("ウォレットを開く", "Open your wallet");
        let frame = Frame::unlisted(language, title).of(&self.issuer).ask(&self.contact);
        document(&ConfirmTemplate { language, frame, page: self })
    }
}

impl SignInDead {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("ログイン用リンクが使えません", "This sign-in link does not work");
        let frame = Frame::unlisted(language, title).of(&self.issuer).ask(&self.contact);
        document(&DeadTemplate { language, frame })
    }
}
