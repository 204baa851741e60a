//! The recipient's wallet: what its owner sees and does there.
//!
//! Every page here is for one reader: no search engine may list it, and neither its title nor any
//! link on it names a person or an address. No action needs a script.

mod addresses;
mod close;
mod delete;
mod holder_badge;
mod overview;
mod prove;
mod share;
mod sign_in;

pub use addresses::{AddressesPage, WalletAddress};
pub use close::{CLOSE_WORDS, ClosePage, Closed, confirms_closing};
pub use delete::{DELETE_WORDS, DeletePage, Deleted, ReissueOffer, RevokedPage, confirms};
pub use holder_badge::HolderBadge;
pub use overview::{WalletBadge, WalletBadgeState, WalletPage};
pub use prove::{ProveConfirm, ProveDead};
pub use share::SharePage;
pub use sign_in::{SignIn, SignInConfirm, SignInDead, SignInSent};

use unicode_normalization::UnicodeNormalization;

use crate::Language;

/// Said once, on top of the page that follows an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Notice {
    /// The reader has signed in.
    SignedIn,
    /// The badge is public now.
    Published,
    /// The badge is private now.
    Hidden,
    /// The address belongs to the wallet now.
    AddressAdded,
    /// The address no longer belongs to the wallet.
    AddressRemoved,
    /// Another address is the main one now: notices about the wallet go there.
    MainAddressChanged,
    /// The pages are in another language now.
    LanguageChanged,
    /// A mail asks to prove a new address.
    ProofSent,
    /// Verifiers may have names compared with the holder's now.
    NameMatchAllowed,
    /// Verifiers may no longer have names compared with the holder's.
    NameMatchStopped,
}

impl Notice {
    const ALL: [Self; 10] = [
        Self::SignedIn,
        Self::Published,
        Self::Hidden,
        Self::AddressAdded,
        Self::AddressRemoved,
        Self::MainAddressChanged,
        Self::LanguageChanged,
        Self::ProofSent,
        Self::NameMatchAllowed,
        Self::NameMatchStopped,
    ];

    /// Its name in an address, as in `?done=published`.
    pub fn name(self) -> &'static str {
        match self {
            Self::SignedIn => "signed-in",
            Self::Published => "published",
            Self::Hidden => "hidden",
            Self::AddressAdded => "address-added",
            Self::AddressRemoved => "address-removed",
            Self::MainAddressChanged => "main-address-changed",
            Self::LanguageChanged => "language-changed",
            Self::ProofSent => "proof-sent",
            Self::NameMatchAllowed => "name-match-allowed",
            Self::NameMatchStopped => "name-match-stopped",
        }
    }

    /// The notice of that name. Any other name says nothing.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.name() == name)
    }

    fn words(self, language: Language) -> &'static str {
        match self {
            Self::SignedIn => language.say("ログインしました。", "You are signed in."),
            Self::Published => language.say(
                "バッジを公開しました。リンクを知っている人は、だれでも見られます。",
                "The badge is public now. Anyone with the link can see it.",
            ),
            Self::Hidden => language.say(
                "バッジを非公開にしました。ほかの人からは、もう見えません。",
                "The badge is private now. Nobody else can see it any more.",
            ),
            Self::AddressAdded => {
                language.say("メールアドレスを追加しました。", "The e-mail address has been added.")
            }
            Self::AddressRemoved => {
                language.say("メールアドレスを削除しました。", "The e-mail address has been removed.")
            }
            Self::MainAddressChanged => language
                .say("メインのメールアドレスを変更しました。", "The main e-mail address has been changed."),
            Self::LanguageChanged => {
                language.say("表示言語を変更しました。", "The language has been changed.")
            }
            Self::ProofSent => language.say(
                "確認メールをお送りしました。メールのリンクを開くと、手続きが完了します。届かないときは、迷惑メールフォルダーをご確認ください。",
                "We have sent a mail to confirm the address. Open the link in it to finish. If it does not arrive, look in the junk folder.",
            ),
            Self::NameMatchAllowed => language.say(
                "氏名の照合を許可しました。バッジを公開しているあいだ、照合できます。",
                "The name check is allowed now. It works while the badge is public.",
            ),
            Self::NameMatchStopped => language.say(
                "氏名の照合を停止しました。ほかの人は、もう照合できません。",
                "The name check is stopped. Nobody else can use it any more.",
            ),
        }
    }
}

/// Was one of these words typed? Its case, its width and the spaces or quotes around it do not
/// matter: the page itself shows the word in quotes, and a Japanese keyboard types full width.
pub(crate) fn is_one_of(typed: &str, words: [&str; 2]) -> bool {
    let typed: String = typed.nfkc().collect::<String>().to_lowercase();
    let around = |character: char| character.is_whitespace() || "「」『』“”\"".contains(character);
    words.contains(&typed.trim_matches(around))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_found_by_its_name_only() {
        for notice in Notice::ALL {
            assert_eq!(Notice::parse(notice.name()), Some(notice));
        }
        for unknown in ["", "Published", "hacked", "published "] {
            assert_eq!(Notice::parse(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn a_final_action_takes_its_own_words_only() {
        for typed in [
            "削除",
            " 削除　",
            "「削除」",
            "delete",
            "DELETE",
            " Delete\n",
            "ＤＥＬＥＴＥ",
            "“delete”",
            "\"delete\" ",
        ] {
            assert!(confirms(typed), "{typed}");
            assert!(!confirms_closing(typed), "{typed}");
        }
        for typed in
            ["閉じる", "　閉じる ", "「閉じる」", "close", "Close ", "Ｃｌｏｓｅ", "“close”", "\"CLOSE\""]
        {
            assert!(confirms_closing(typed), "{typed}");
            assert!(!confirms(typed), "{typed}");
        }
        for typed in
            ["", "「」", "はい", "yes", "delete it", "削除する", "「削除」する", "de\"lete", "closed"]
        {
            assert!(!confirms(typed) && !confirms_closing(typed), "{typed}");
        }
    }
}
