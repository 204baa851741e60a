//! The addresses of a wallet have changed.

use jiff::Timestamp;

use crate::layout::silent_debug;
use crate::mail::{MailHost, both, mail_templates, single_line};
use crate::{Bilingual, Language};

silent_debug!(AddressesChanged);

/// To every address of a wallet, one that has just left it included: its addresses have changed.
#[derive(Clone)]
pub struct AddressesChanged {
    /// Whose wallets these are.
    pub issuer: Bilingual,
    /// What has changed.
    pub change: AddressChange,
    /// The address concerned.
    pub address: String,
    /// When it changed.
    pub at: Timestamp,
    /// Where to ask.
    pub contact: String,
    /// The address the mail comes from, for the reader to allow.
    pub sender: String,
    /// Who keeps the recipient's mails.
    pub host: MailHost,
}

/// What has changed about the addresses of a wallet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AddressChange {
    /// An address has been added.
    Added,
    /// An address has been removed.
    Removed,
    /// Another address has become the main one.
    Main,
}

mail_templates!(AddressesChanged, "mail/addresses_changed.txt", "mail/addresses_changed.html");

impl AddressesChanged {
    fn subject(&self) -> String {
        let words = match self.change {
            AddressChange::Added => "メールアドレスを追加しました / E-mail address added",
            AddressChange::Removed => "メールアドレスを削除しました / E-mail address removed",
            AddressChange::Main => "メインのメールアドレスを変更しました / Main e-mail address changed",
        };
        format!("【{}】{words}", self.issuer.ja)
    }

    /// What has happened, as a sentence that the address and the time follow.
    fn words(&self, language: Language) -> &'static str {
        match self.change {
            AddressChange::Added => language.say(
                "お使いのウォレットに、次のメールアドレスが追加されました。",
                "This e-mail address has been added to your wallet.",
            ),
            AddressChange::Removed => language.say(
                "お使いのウォレットから、次のメールアドレスが削除されました。",
                "This e-mail address has been removed from your wallet.",
            ),
            AddressChange::Main => language.say(
                "お使いのウォレットのメインのメールアドレスが、次のものに変わりました。",
                "This e-mail address is now the main one of your wallet.",
            ),
        }
    }

    fn on_single_lines(&self) -> Self {
        Self {
            issuer: both(&self.issuer),
            address: single_line(&self.address),
            contact: single_line(&self.contact),
            sender: single_line(&self.sender),
            ..*self
        }
    }
}
