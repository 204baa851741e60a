//! Deleting one badge, for good.

use crate::layout::{Frame, Place, document, page_template, silent_debug};
use crate::wallet::is_one_of;
use crate::{Bilingual, Language, RenderError};

silent_debug!(DeletePage);

/// The words that confirm a deletion, in Japanese and in English.
pub const DELETE_WORDS: [&str; 2] = ["削除", "delete"];

/// Does what was typed confirm a deletion?
pub fn confirms(typed: &str) -> bool {
    is_one_of(typed, DELETE_WORDS)
}

/// Says what a deletion breaks, and asks for it in writing.
///
/// The form posts `confirm` to `action`; see [`confirms`].
#[derive(Clone)]
pub struct DeletePage {
    /// Whose wallets these are.
    pub issuer: Bilingual,
    /// Where to ask.
    pub contact: String,
    /// The name of the achievement.
    pub achievement: Bilingual,
    /// The badge picture, on this site.
    pub picture_url: String,
    /// Is the badge public?
    pub public: bool,
    /// What a reissue costs, in yen, tax included.
    pub fee_yen: u32,
    /// Where the form is posted.
    pub action: String,
    /// The badge's page in the wallet.
    pub back: String,
    /// Was something else typed just now?
    pub wrong: bool,
}

/// The badge has been deleted: just now, or at some time before, when its page is opened again.
#[derive(Clone, Debug)]
pub struct Deleted {
    /// Whose wallets these are.
    pub issuer: Bilingual,
    /// Where to ask.
    pub contact: String,
    /// The name of the achievement.
    pub achievement: Bilingual,
    /// What a reissue costs, in yen, tax included.
    pub fee_yen: u32,
}

page_template!(DeleteTemplate, DeletePage, "wallet/delete.html");
page_template!(DeletedTemplate, Deleted, "wallet/deleted.html");

impl DeletePage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("バッジの削除", "Delete a badge");
        let frame = Frame::unlisted(language, title).of(&self.issuer).ask(&self.contact).at(Place::Below);
        document(&DeleteTemplate { language, frame, page: self })
    }

    fn word(language: Language) -> &'static str {
        let [ja, en] = DELETE_WORDS;
        language.say(ja, en)
    }
}

impl Deleted {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("削除済みのバッジ", "Badge deleted");
        let frame = Frame::unlisted(language, title).of(&self.issuer).ask(&self.contact).at(Place::Below);
        document(&DeletedTemplate { language, frame, page: self })
    }
}
