//! All badges of a wallet.

use jiff::civil::Date;
use shomei_core::badge::Revoked;

use crate::layout::{Frame, Place, document, page_template, silent_debug};
use crate::wallet::Notice;
use crate::{Bilingual, Language, Occasion, RenderError};

silent_debug!(WalletPage, WalletBadge);

/// The wallet: its badges, and what can be done with it as a whole.
///
/// Its forms post `language` (`ja` or `en`) to `/wallet/language` and `where` (`here` or
/// `everywhere`) to `/wallet/sign-out`.
#[derive(Clone)]
pub struct WalletPage {
    /// Whose wallets these are.
    pub issuer: Bilingual,
    /// Where to ask.
    pub contact: String,
    /// What has just been done.
    pub notice: Option<Notice>,
    /// The address that notices about the wallet go to.
    pub main_address: String,
    /// How many addresses the wallet knows, the main one included.
    pub address_count: usize,
    /// The badges, newest first.
    pub badges: Vec<WalletBadge>,
    /// In how many parts the records can be downloaded. Even an empty wallet has one.
    pub export_pages: u32,
    /// The page with further badges.
    pub next: Option<String>,
}

/// One badge in the list.
#[derive(Clone)]
pub struct WalletBadge {
    /// Its page in the wallet.
    pub url: String,
    /// The name of the achievement.
    pub achievement: Bilingual,
    /// The badge picture, on this site.
    pub picture_url: String,
    /// What earned it.
    pub kind: Occasion,
    /// The day of passing or renewing.
    pub date: Date,
    /// The last day of validity, if it ends.
    pub valid_until: Option<Date>,
    /// Who may see it, or that it is deleted.
    pub state: WalletBadgeState,
    /// Is its validity over?
    pub expired: bool,
    /// Does a newer badge of the same qualification stand in this wallet?
    pub renewed: bool,
}

/// Who may see a badge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WalletBadgeState {
    /// Nobody but its holder.
    Private,
    /// Everyone with the link, the holder's name shown.
    Public,
    /// Everyone with the link, the holder's name left out.
    PublicWithoutName,
    /// Nobody: it was deleted, for good.
    Deleted {
        /// The day of deletion.
        on: Date,
        /// Whether it has been issued again.
        again: bool,
    },
    /// Nobody: the issuer revoked it.
    Revoked {
        /// When, and why in general words.
        revoked: Revoked,
        /// Whether it has been issued anew.
        again: bool,
    },
}

page_template!(WalletTemplate, WalletPage, "wallet/overview.html");

impl WalletPage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("ウォレット", "Wallet");
        let frame = Frame::unlisted(language, title).of(&self.issuer).ask(&self.contact).at(Place::Badges);
        document(&WalletTemplate { language, frame, page: self })
    }

    /// How many further addresses there are.
    fn others(&self, language: Language) -> String {
        match (language, self.address_count.saturating_sub(1)) {
            (Language::Japanese, others) => format!("ほか{others}件"),
            (Language::English, 1) => "and 1 other".to_owned(),
            (Language::English, others) => format!("and {others} others"),
        }
    }
}

impl WalletBadge {
    /// Whether nothing but its place is left.
    fn is_over(&self) -> bool {
        matches!(self.state, WalletBadgeState::Deleted { .. } | WalletBadgeState::Revoked { .. })
    }
}

impl WalletBadgeState {
    pub(super) fn is_public(self) -> bool {
        matches!(self, Self::Public | Self::PublicWithoutName)
    }

    pub(super) fn label(self, language: Language) -> &'static str {
        match self {
            Self::Private => language.say("非公開", "Private"),
            Self::Public => language.say("公開", "Public"),
            Self::PublicWithoutName => language.say("公開（氏名なし）", "Public, without name"),
            Self::Deleted { .. } => language.say("削除済み", "Deleted"),
            Self::Revoked { .. } => language.say("取り消し済み", "Revoked"),
        }
    }

    /// The class that colours the label.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Private => "open",
            Self::Public | Self::PublicWithoutName => "good",
            Self::Deleted { .. } => "none",
            Self::Revoked { .. } => "bad",
        }
    }
}
