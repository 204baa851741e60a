//! Closing a wallet, for good.

use crate::layout::{Frame, Place, document, page_template};
use crate::wallet::is_one_of;
use crate::{Bilingual, Language, RenderError};

/// The words that confirm closing, in Japanese and in English.
pub const CLOSE_WORDS: [&str; 2] = ["閉じる", "close"];

/// Does what was typed confirm closing?
pub fn confirms_closing(typed: &str) -> bool {
    is_one_of(typed, CLOSE_WORDS)
}

/// Says what closing the wallet deletes, and asks for it in writing.
///
/// The form posts `confirm` to `/wallet/close`; see [`confirms_closing`].
#[derive(Clone, Debug)]
pub struct ClosePage {
    /// Whose wallets these are.
    pub issuer: Bilingual,
    /// Where to ask.
    pub contact: String,
    /// How many accepted badges will be deleted.
    pub badges: usize,
    /// What a reissue costs, in yen, tax included.
    pub fee_yen: u32,
    /// Was something else typed just now?
    pub wrong: bool,
}

/// The wallet has been closed.
#[derive(Clone, Debug)]
pub struct Closed {
    /// Whose wallets these are.
    pub issuer: Bilingual,
    /// Where to ask.
    pub contact: String,
    /// How many badges were deleted with it.
    pub badges: usize,
}

page_template!(CloseTemplate, ClosePage, "wallet/close.html");
page_template!(ClosedTemplate, Closed, "wallet/closed.html");

impl ClosePage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("ウォレットを閉じる", "Close the wallet");
        let frame = Frame::unlisted(language, title).of(&self.issuer).ask(&self.contact).at(Place::Below);
        document(&CloseTemplate { language, frame, page: self })
    }

    fn accepted_badges(&self) -> String {
        match self.badges {
            1 => "The badge you have accepted is deleted".to_owned(),
            badges => format!("All {badges} badges you have accepted are deleted"),
        }
    }

    fn word(language: Language) -> &'static str {
        let [ja, en] = CLOSE_WORDS;
        language.say(ja, en)
    }
}

impl Closed {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("ウォレットを閉じました", "Wallet closed");
        let frame = Frame::unlisted(language, title).of(&self.issuer).ask(&self.contact);
        document(&ClosedTemplate { language, frame, page: self })
    }

    fn deleted_badges(&self) -> String {
        match self.badges {
            1 => "The badge in it has been deleted.".to_owned(),
            badges => format!("The {badges} badges in it have been deleted."),
        }
    }
}
