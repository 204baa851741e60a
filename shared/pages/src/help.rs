//! Help for recipients, and for those who are shown a badge: one page a topic, and all of them as one document to print.
//!
//! What the pages say of prices, addresses and times, they take from the programme, so that they never say otherwise than it does.

use shomei_core::{
    order::PAY_WITHIN_DAYS,
    token::CLAIM_VALIDITY,
    wallet::{LINK_MINUTES, MOST_ADDRESSES, SESSION_DAYS},
};

use crate::layout::{Frame, document, page_template, web};
use crate::mail::MailHost;
use crate::reissue::Price;
use crate::{Bilingual, Language, RenderError};

/// What a page of help is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HelpTopic {
    /// What an Open Badge is.
    Badge,
    /// Receiving the mail.
    Mail,
    /// Accepting a badge, and the wallet.
    Claim,
    /// Who may see a badge.
    Publish,
    /// Sharing it, network by network.
    Share,
    /// Deleting it, and having it issued again.
    Reissue,
    /// Why it can be trusted.
    Trust,
    /// For those who are shown a badge.
    Verify,
}

impl HelpTopic {
    /// Every topic, in the order of the book.
    pub const ALL: [Self; 8] = [
        Self::Badge,
        Self::Mail,
        Self::Claim,
        Self::Publish,
        Self::Share,
        Self::Reissue,
        Self::Trust,
        Self::Verify,
    ];

    /// Its name in an address, as in `/help/share`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Badge => "badge",
            Self::Mail => "mail",
            Self::Claim => "claim",
            Self::Publish => "publish",
            Self::Share => "share",
            Self::Reissue => "reissue",
            Self::Trust => "trust",
            Self::Verify => "verify",
        }
    }

    fn title(self, language: Language) -> &'static str {
        match self {
            Self::Badge => language.say("オープンバッジとは", "What an Open Badge is"),
            Self::Mail => language.say("ご案内メールを受け取る", "Receiving our mail"),
            Self::Claim => language.say("バッジを受け取る", "Accepting your badge"),
            Self::Publish => language.say("バッジを公開する", "Publishing your badge"),
            Self::Share => language.say("バッジを共有する", "Sharing your badge"),
            Self::Reissue => language.say("削除と再発行", "Deletion and reissue"),
            Self::Trust => language.say("信頼できる理由", "Why it can be trusted"),
            Self::Verify => language.say("人事・採用ご担当の方へ", "For employers: checking a badge"),
        }
    }

    fn summary(self, language: Language) -> &'static str {
        match self {
            Self::Badge => language.say(
                "資格を証明する、署名入りのデジタルバッジです。中身と、発行される時期。",
                "A signed digital badge that certifies your qualification: what it holds, and when you get it.",
            ),
            Self::Mail => language.say(
                "メールが届かないときの探し方と、受信できるようにする設定。",
                "Where to look if it does not arrive, and how to let our mail through.",
            ),
            Self::Claim => language.say(
                "はじめての方、ウォレットをお持ちの方、別のアドレスにまとめたい方の手順。ログインの方法。",
                "Step by step: for the first time, with a wallet, and with a wallet under another address. How to sign in.",
            ),
            Self::Publish => language.say(
                "公開すると何が見えるか。氏名を出さない公開、非公開への戻し方。",
                "What becomes public, how to leave your name out, and how to hide the badge again.",
            ),
            Self::Share => language.say(
                "LinkedIn、X、Facebook、LINE、メールの署名、Webサイト、画像、QRコード。",
                "LinkedIn, X, Facebook, LINE, mail signature, web site, picture and QR code.",
            ),
            Self::Reissue => language.say(
                "削除すると起こること、再発行の料金と手順。",
                "What a deletion does, and what a reissue costs and how it goes.",
            ),
            Self::Trust => language.say(
                "電子署名、取り出せない鍵、取り消しリスト。ブロックチェーンとのちがい。",
                "Signature, a key that nobody can take out, revocation list. How it compares with a blockchain.",
            ),
            Self::Verify => language.say(
                "受け取ったバッジが本物か、いま有効か、応募者本人のものかを確かめる方法。",
                "How to find out whether a badge is genuine, in force, and the applicant’s own.",
            ),
        }
    }
}

/// Which page of help it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HelpView {
    /// The list of topics.
    Index,
    /// One topic.
    Topic(HelpTopic),
    /// All of it, to be printed.
    All,
}

impl HelpView {
    /// The view of that name in an address, as in `/help/share` or `/help/all`.
    pub fn parse(name: &str) -> Option<Self> {
        if name == "all" {
            return Some(Self::All);
        }
        HelpTopic::ALL.into_iter().find(|topic| topic.name() == name).map(Self::Topic)
    }

    fn path(self) -> String {
        match self {
            Self::Index => "/help".to_owned(),
            Self::Topic(topic) => format!("/help/{}", topic.name()),
            Self::All => "/help/all".to_owned(),
        }
    }

    fn title(self, language: Language) -> &'static str {
        match self {
            Self::Index => language.say("ヘルプ", "Help"),
            Self::Topic(topic) => topic.title(language),
            Self::All => language.say("オープンバッジ利用の手引き", "Your Open Badge: a guide"),
        }
    }

    fn summary(self, language: Language) -> &'static str {
        match self {
            Self::Topic(topic) => topic.summary(language),
            Self::Index | Self::All => language.say(
                "オープンバッジの受け取り、公開、共有、再発行の手順と、確かめ方をご案内します。",
                "How to accept, publish and share an Open Badge, how to have it issued again, and how to check one.",
            ),
        }
    }
}

/// A page of help.
#[derive(Clone, Debug)]
pub struct HelpPage {
    /// Which one.
    pub view: HelpView,
    /// Whose badges these are.
    pub issuer: Bilingual,
    /// Where to ask.
    pub contact: String,
    /// The address that mails come from.
    pub sender: String,
    /// The origin of this site, without a slash at the end.
    pub site: String,
    /// What a reissue costs.
    pub price: Price,
    /// Whether it can be paid by bank transfer.
    pub bank: bool,
    /// Whether it can be paid by card.
    pub card: bool,
    /// Whether holders may let a name be compared with theirs.
    pub name_match: bool,
}

page_template!(IndexTemplate, HelpPage, "help/index.html");
page_template!(TopicTemplate, HelpPage, "help/topic.html");
page_template!(AllTemplate, HelpPage, "help/all.html");

impl HelpPage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = self.view.title(language);
        let frame = Frame::listed(language, title, &self.issuer).ask(&self.contact);
        match self.view {
            HelpView::Index => document(&IndexTemplate { language, frame, page: self }),
            HelpView::Topic(_) => document(&TopicTemplate { language, frame, page: self }),
            HelpView::All => document(&AllTemplate { language, frame, page: self }),
        }
    }

    /// A page of this site by its whole address, which paper shows.
    fn at(&self, path: &str) -> String {
        web(&format!("{}{path}", self.site)).to_owned()
    }

    fn canonical(&self) -> String {
        self.at(&self.view.path())
    }

    /// Where a topic stands, as seen from this page.
    fn way_to(&self, topic: HelpTopic) -> String {
        match self.view {
            HelpView::All => format!("#{}", topic.name()),
            HelpView::Index | HelpView::Topic(_) => format!("/help/{}", topic.name()),
        }
    }

    /// For how many days a link that is mailed to claim a badge works.
    #[expect(clippy::unused_self, reason = "templates call methods only")]
    fn claim_days(&self) -> i64 {
        CLAIM_VALIDITY.as_hours() / 24
    }

    fn is_payable(&self) -> bool {
        self.bank || self.card
    }

    /// The host of this site, as it stands at the beginning of a badge's address.
    fn host(&self) -> &str {
        self.site.split_once("://").map_or(self.site.as_str(), |(_, host)| host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_is_found_by_its_name() {
        for topic in HelpTopic::ALL {
            assert_eq!(HelpView::parse(topic.name()), Some(HelpView::Topic(topic)));
            assert_eq!(HelpView::Topic(topic).path(), format!("/help/{}", topic.name()));
        }
        assert_eq!(HelpView::parse("all"), Some(HelpView::All));
        for unknown in ["", "Badge", "index", "share/", "../verify"] {
            assert_eq!(HelpView::parse(unknown), None, "{unknown}");
        }
    }
}
