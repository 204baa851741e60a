//! The way back to deleted badges for a holder without a wallet: by the body's own number and the address on record.

use shomei_core::candidate::IDENTIFIER_CHARACTERS;

use crate::layout::{Frame, document, page_template, silent_debug};
use crate::{Bilingual, Language, RenderError};

silent_debug!(AskPage, RestorePage);

/// Asks for the body's own number and the address on record, to mail a link to that address.
///
/// The form posts `number` and `address` to `action`. Nothing typed is ever shown again: neither should stay on a
/// screen that others share.
#[derive(Clone)]
pub struct AskPage {
    /// Whose badges these are.
    pub issuer: Bilingual,
    /// Where to ask.
    pub contact: String,
    /// Where the form is posted.
    pub action: String,
    /// What was wrong with what was sent.
    pub wrong: Option<AskFault>,
}

/// What was wrong with what was sent. Whether number and address belong together is never said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AskFault {
    /// No number can be read in it.
    NumberMissing,
    /// It is no mail address.
    AddressWrong,
}

/// A link was mailed, if the two belong together. The page is the same when they do not.
#[derive(Clone, Debug)]
pub struct AskedPage {
    /// Whose badges these are.
    pub issuer: Bilingual,
    /// Where to ask.
    pub contact: String,
    /// How long the link works.
    pub minutes: u32,
    /// The address the mail comes from.
    pub sender: String,
    /// The page that asks.
    pub ask_url: String,
}

/// Behind the mailed link: whose wallet is opened, with the proofs of deleted badges in it, before it is opened.
///
/// The form posts nothing to `action`.
#[derive(Clone)]
pub struct RestorePage {
    /// Whose badges these are.
    pub issuer: Bilingual,
    /// Where to ask.
    pub contact: String,
    /// The address of the wallet.
    pub address: String,
    /// For how many days the reader then stays signed in.
    pub days: u32,
    /// Where the form is posted.
    pub action: String,
}

/// The mailed link is used up, too old or cut short.
#[derive(Clone, Debug)]
pub struct RestoreGonePage {
    /// Whose badges these are.
    pub issuer: Bilingual,
    /// Where to ask.
    pub contact: String,
    /// The page that asks.
    pub ask_url: String,
}

page_template!(AskTemplate, AskPage, "reissue/ask.html");
page_template!(AskedTemplate, AskedPage, "reissue/asked.html");
page_template!(RestoreTemplate, RestorePage, "reissue/restore.html");
page_template!(GoneTemplate, RestoreGonePage, "reissue/restore_gone.html");

impl AskPage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("削除したバッジの再発行", "Reissue of a deleted badge");
        let frame = Frame::unlisted(language, title).of(&self.issuer).ask(&self.contact);
        document(&AskTemplate { language, frame, page: self })
    }

    fn lacks_number(&self) -> bool {
        self.wrong == Some(AskFault::NumberMissing)
    }

    fn lacks_address(&self) -> bool {
        self.wrong == Some(AskFault::AddressWrong)
    }
}

impl AskedPage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("メールをご確認ください", "Check your mail");
        let frame = Frame::unlisted(language, title).of(&self.issuer).ask(&self.contact);
        document(&AskedTemplate { language, frame, page: self })
    }
}

impl RestorePage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("ウォレットを開く", "Open your wallet");
        let frame = Frame::unlisted(language, title).of(&self.issuer).ask(&self.contact);
        document(&RestoreTemplate { language, frame, page: self })
    }
}

impl RestoreGonePage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("手続き用リンクが使えません", "This link does not work");
        let frame = Frame::unlisted(language, title).of(&self.issuer).ask(&self.contact);
        document(&GoneTemplate { language, frame, page: self })
    }
}
