//! Behind the link that was mailed to a new address of a wallet.

use crate::layout::{Frame, Place, document, page_template, silent_debug};
use crate::{Bilingual, Language, RenderError};

silent_debug!(ProveConfirm);

/// Says which address is added to whose wallet, before it is added.
///
/// The form posts nothing to `action`. It is there only for a reader who is signed in to that
/// wallet: so both addresses are proven by the same person in the same browser.
#[derive(Clone)]
pub struct ProveConfirm {
    /// Whose wallets these are.
    pub issuer: Bilingual,
    /// Where to ask.
    pub contact: String,
    /// The new address.
    pub address: String,
    /// The main address of the wallet that it is added to.
    pub main_address: String,
    /// The badge that is accepted with it, private.
    pub badge: Option<Bilingual>,
    /// How many badges come along from the wallet that knows the address until now.
    pub merges: usize,
    /// Is the reader signed in to the wallet, in this browser?
    pub signed_in: bool,
    /// Where the form is posted.
    pub action: String,
}

/// The mailed link is used up, too old or cut short.
#[derive(Clone, Debug)]
pub struct ProveDead {
    /// Whose wallets these are.
    pub issuer: Bilingual,
    /// Where to ask.
    pub contact: String,
}

page_template!(ConfirmTemplate, ProveConfirm, "wallet/prove_confirm.html");
page_template!(DeadTemplate, "wallet/prove_dead.html");

impl ProveConfirm {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("メールアドレスの追加", "Add an e-mail address");
        let frame = Frame::unlisted(language, title).of(&self.issuer).ask(&self.contact);
        let frame = if self.signed_in { frame.at(Place::Below) } else { frame };
        document(&ConfirmTemplate { language, frame, page: self })
    }
}

impl ProveDead {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("確認用リンクが使えません", "This link does not work");
        let frame = Frame::unlisted(language, title).of(&self.issuer).ask(&self.contact);
        document(&DeadTemplate { language, frame })
    }
}
