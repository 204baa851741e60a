//! The addresses a wallet knows.

use jiff::civil::Date;

use crate::layout::{Frame, Place, document, page_template, silent_debug};
use crate::wallet::Notice;
use crate::{Bilingual, Language, RenderError};

silent_debug!(AddressesPage, WalletAddress);

/// The addresses of a wallet: add one, choose the main one, remove one.
///
/// Its forms post `address` to `/wallet/addresses`, `/wallet/addresses/main` and
/// `/wallet/addresses/remove`.
#[derive(Clone)]
pub struct AddressesPage {
    /// Whose wallets these are.
    pub issuer: Bilingual,
    /// Where to ask.
    pub contact: String,
    /// What has just been done.
    pub notice: Option<Notice>,
    /// The addresses, the main one among them.
    pub addresses: Vec<WalletAddress>,
    /// Is there room for another?
    pub may_add: bool,
    /// How many addresses a wallet may know.
    pub most: usize,
}

/// One address of a wallet.
#[derive(Clone)]
pub struct WalletAddress {
    /// The address.
    pub address: String,
    /// Do notices about the wallet go to it? A new badge is announced to the address it was issued
    /// to, whichever address is the main one.
    pub main: bool,
    /// When its owner proved to read it.
    pub proven_on: Date,
}

page_template!(AddressesTemplate, AddressesPage, "wallet/addresses.html");

impl AddressesPage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("メールアドレス", "E-mail addresses");
        let frame = Frame::unlisted(language, title).of(&self.issuer).ask(&self.contact).at(Place::Addresses);
        document(&AddressesTemplate { language, frame, page: self })
    }

    fn is_only_one(&self) -> bool {
        self.addresses.len() == 1
    }
}
