//! Deleting one badge, for good.

use jiff::civil::Date;
use shomei_core::badge::Revoked;

use crate::layout::{Frame, Place, document, page_template, silent_debug};
use crate::reissue::Price;
use crate::wallet::is_one_of;
use crate::{Bilingual, Language, RenderError};

silent_debug!(DeletePage, Deleted, ReissueOffer, RevokedPage);

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
    /// What a reissue costs, in yen, tax included. None: the register does not know the occasion any more, so there is none.
    pub fee_yen: Option<u32>,
    /// Where the form is posted.
    pub action: String,
    /// The badge's page in the wallet.
    pub back: String,
    /// Was something else typed just now?
    pub wrong: bool,
}

/// The issuer has revoked the badge. Its place in the wallet stays.
#[derive(Clone)]
pub struct RevokedPage {
    /// Whose wallets these are.
    pub issuer: Bilingual,
    /// Where to ask.
    pub contact: String,
    /// The name of the achievement.
    pub achievement: Bilingual,
    /// When it was revoked, and why in general words.
    pub revoked: Revoked,
    /// The page in the wallet of the badge that was issued in its place.
    pub again: Option<String>,
    /// The page of its last order, with the receipt, if it was ordered.
    pub order_url: Option<String>,
}

/// The badge has been deleted: just now, or at some time before, when its page is opened again.
#[derive(Clone)]
pub struct Deleted {
    /// Whose wallets these are.
    pub issuer: Bilingual,
    /// Where to ask.
    pub contact: String,
    /// The name of the achievement.
    pub achievement: Bilingual,
    /// The last day of validity, if it ends. A reissue does not change it.
    pub valid_until: Option<Date>,
    /// What a reissue costs.
    pub price: Price,
    /// How it can be had again.
    pub reissue: ReissueOffer,
    /// The page of its last order, with the receipt, if it was ordered and the offer does not lead there.
    pub order_url: Option<String>,
}

/// How a deleted badge can be had again.
#[derive(Clone)]
pub enum ReissueOffer {
    /// It can be ordered.
    Order {
        /// The page to order it.
        url: String,
    },
    /// It has been ordered.
    Running {
        /// The order's page.
        url: String,
    },
    /// It has been issued again.
    IssuedAgain {
        /// The page in the wallet of the badge that took its place.
        url: String,
    },
    /// Its validity is over, so it cannot be had again.
    Expired,
    /// The time for which the issuer keeps the register is over, so it cannot be had again.
    OffRecord,
    /// Nothing can be ordered on this site: the contact helps.
    NotOffered,
}

page_template!(DeleteTemplate, DeletePage, "wallet/delete.html");
page_template!(DeletedTemplate, Deleted, "wallet/deleted.html");
page_template!(RevokedTemplate, RevokedPage, "wallet/revoked.html");

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

impl RevokedPage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("取り消されたバッジ", "Badge revoked");
        let frame = Frame::unlisted(language, title).of(&self.issuer).ask(&self.contact).at(Place::Below);
        document(&RevokedTemplate { language, frame, page: self })
    }

    /// What the ground means for the holder.
    fn further(&self, language: Language) -> &'static str {
        if self.revoked.ground.may_be_issued_anew() {
            language.say(
                "お客様に落ち度があったという意味ではありません。正しい内容のバッジを発行するときは、費用をいただかず、メールでご案内します。",
                "This says nothing against you. If a correct badge is issued to you, it costs nothing, and we tell you by mail.",
            )
        } else {
            language.say("このバッジの再発行はお申し込みいただけません。", "It cannot be ordered again.")
        }
    }
}
