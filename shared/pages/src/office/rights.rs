//! What a person may ask of the body: a copy of what is stored, and to be erased.

use askama::Template;
use jiff::Timestamp;
use jiff::civil::Date;
use shomei_core::order::KEPT_YEARS;

use super::Desk;
use crate::layout::{Frame, document, page_template, silent_debug};
use crate::wallet::is_one_of;
use crate::{Bilingual, Language, Occasion, RenderError};

silent_debug!(RightsPerson, RightsErasure, RightsOccasion, RightsAsk, RunningErasure);

/// The words that confirm that a person is erased, in Japanese and in English.
pub const ERASE_WORDS: [&str; 2] = ["消去", "erase"];

/// Does what was typed confirm that a person is erased?
pub fn confirms_erasing(typed: &str) -> bool {
    is_one_of(typed, ERASE_WORDS)
}

/// Said once, on top of the page that follows an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RightsNotice {
    /// Nothing is left to be done.
    Erased,
    /// Something is left: the sweep goes on.
    Begun,
}

impl RightsNotice {
    const ALL: [Self; 2] = [Self::Erased, Self::Begun];

    /// Its name in an address, as in `?done=erased`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Erased => "erased",
            Self::Begun => "begun",
        }
    }

    /// The notice of that name. Any other name says nothing.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.name() == name)
    }

    fn words(self, language: Language) -> &'static str {
        match self {
            Self::Erased => language.say(
                "消去しました。操作の記録に残しました。",
                "The person has been erased. The audit says so.",
            ),
            Self::Begun => language.say(
                "消去を始めました。残りは自動で消去します。再発行の代金をいただいているときは、発行または返金の後になります。",
                "The erasing has begun; the rest goes by itself. What was paid for has to be issued, or the money given back, first.",
            ),
        }
    }
}

/// A person who is being erased.
#[derive(Clone)]
pub struct RunningErasure {
    /// The body's own number for the person.
    pub number: String,
    /// Since when.
    pub since: Timestamp,
    /// So many occasions are left.
    pub left: usize,
}

/// Asks whose request it is. The form posts `number`.
#[derive(Clone)]
pub struct RightsAsk {
    /// Whose office it is.
    pub issuer: Bilingual,
    /// Who reads it.
    pub desk: Desk,
    /// What was done just now.
    pub notice: Option<RightsNotice>,
    /// Nobody was found by what was sent.
    pub missing: bool,
    /// Who is being erased.
    pub running: Vec<RunningErasure>,
}

/// How an occasion stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RightsState {
    /// Waits for its month to be over.
    Registered,
    /// Its badge is about to be issued.
    Prepared,
    /// Gets no badge.
    Refused,
    /// The staff took it off the register.
    Cancelled,
    /// Its badge waits to be accepted.
    Unclaimed,
    /// Its badge is its holder's.
    Claimed {
        /// Strangers see it.
        public: bool,
    },
    /// Its badge was deleted.
    Deleted,
}

impl RightsState {
    fn words(self, language: Language) -> &'static str {
        match self {
            Self::Registered => language.say("発行前", "to be issued"),
            Self::Prepared => language.say("発行の準備中", "about to be issued"),
            Self::Refused => language.say("発行対象外", "gets no badge"),
            Self::Cancelled => language.say("取りやめ", "cancelled"),
            Self::Unclaimed => language.say("発行済み・未受取", "issued, not accepted"),
            Self::Claimed { public: false } => language.say("受取済み・非公開", "accepted, private"),
            Self::Claimed { public: true } => language.say("受取済み・公開中", "accepted, public"),
            Self::Deleted => language.say("削除済み", "deleted"),
        }
    }

    /// What erasing does to it.
    fn fate(self, language: Language) -> &'static str {
        match self {
            Self::Registered | Self::Prepared => language.say(
                "名簿から外して消去します。バッジは発行されません。",
                "Taken off the register and erased. No badge is issued.",
            ),
            Self::Refused | Self::Cancelled => {
                language.say("名簿から消去します。", "Erased from the register.")
            }
            Self::Unclaimed => language.say(
                "バッジを取り下げ、メールのリンクを無効にして、名簿から消去します。",
                "The badge is withdrawn, its links are void, and the register forgets it.",
            ),
            Self::Claimed { public: false } => language.say(
                "ご本人が削除したときと同じように、バッジをウォレットから削除し、名簿から消去します。渡された画像やデータは「取り消し済み」になります。",
                "The badge is deleted from the wallet as its holder would delete it, and the register forgets it. Copies that were given away show as revoked.",
            ),
            Self::Claimed { public: true } => language.say(
                "ご本人が削除したときと同じように、バッジをウォレットから削除し、名簿から消去します。公開ページは見られなくなり、渡された画像やデータは「取り消し済み」になります。",
                "The badge is deleted from the wallet as its holder would delete it, and the register forgets it. Its public page is gone, and copies that were given away show as revoked.",
            ),
            Self::Deleted => language.say(
                "再発行のための記録を消去します。再発行はできなくなります。",
                "The record that a reissue needs is erased. It cannot be issued again.",
            ),
        }
    }
}

/// One occasion of a person.
#[derive(Clone)]
pub struct RightsOccasion {
    /// The short name of the achievement.
    pub achievement: String,
    /// What earned the badge.
    pub kind: Occasion,
    /// The day of it.
    pub date: Date,
    /// The name as registered.
    pub name: String,
    /// The address on record.
    pub address: String,
    /// How it stands.
    pub state: RightsState,
}

/// A person, and what can be done.
///
/// The forms post `number` and `candidate` to `/office/rights/export` and `/office/rights/erasure`.
#[derive(Clone)]
pub struct RightsPerson {
    /// Whose office it is.
    pub issuer: Bilingual,
    /// Who reads it.
    pub desk: Desk,
    /// The body's own number for the person.
    pub number: String,
    /// The occasion by which the person was found, or nothing.
    pub candidate: String,
    /// What the person is registered for.
    pub occasions: Vec<RightsOccasion>,
}

/// An order that is kept.
#[derive(Clone, Debug)]
pub struct RightsOrder {
    /// Its name.
    pub id: String,
    /// The first day on which it is kept no more.
    pub until: Date,
    /// It is paid and not issued: it is to be issued, or its money given back, first.
    pub waits: bool,
}

/// What becomes of a wallet.
#[derive(Clone, Copy, Debug)]
pub struct RightsWallet {
    /// So many badges are deleted from it.
    pub badges: usize,
    /// It is closed. Otherwise it stays its owner's.
    pub closes: bool,
}

/// Says what erasing a person does and what stays, and asks for it in writing.
///
/// The form posts `number`, `candidate`, `reason` and `confirm` to `/office/rights/erase`; see [`confirms_erasing`].
#[derive(Clone)]
pub struct RightsErasure {
    /// The person.
    pub person: RightsPerson,
    /// What becomes of the wallets.
    pub wallets: Vec<RightsWallet>,
    /// What is kept of orders.
    pub orders: Vec<RightsOrder>,
    /// For how many years the audit is kept.
    pub audit_years: u16,
    /// What was typed as the reason.
    pub reason: String,
    /// What was wrong with what was sent.
    pub wrong: Option<ErasureFault>,
}

/// Why nothing was erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErasureFault {
    /// The confirming word was not typed.
    Word,
    /// No reason was given, or it is too long.
    Reason,
}

page_template!(AskTemplate, RightsAsk, "office/rights_ask.html");
page_template!(PersonTemplate, RightsPerson, "office/rights_person.html");
page_template!(ErasureTemplate, RightsErasure, "office/rights_erasure.html");

impl RightsAsk {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("本人からの開示・消去の請求", "A person’s request");
        let frame = Frame::office(language, title, &self.issuer, self.desk);
        document(&AskTemplate { language, frame, page: self })
    }
}

impl RightsPerson {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("保存している個人情報", "What is stored of a person");
        let frame = Frame::office(language, title, &self.issuer, self.desk);
        document(&PersonTemplate { language, frame, page: self })
    }
}

impl RightsErasure {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("個人情報の消去", "Erase a person");
        let frame = Frame::office(language, title, &self.person.issuer, self.person.desk);
        document(&ErasureTemplate { language, frame, page: self })
    }

    fn word(language: Language) -> &'static str {
        let [ja, en] = ERASE_WORDS;
        language.say(ja, en)
    }

    fn waits(&self) -> bool {
        self.orders.iter().any(|order| order.waits)
    }

    fn is_wrong(&self, fault: ErasureFault) -> bool {
        self.wrong == Some(fault)
    }
}

#[derive(Template)]
#[template(path = "office/rights_readme.txt")]
struct Readme<'a> {
    issuer: &'a Bilingual,
    contact: &'a str,
    at: String,
    at_en: String,
    wallet_url: &'a str,
}

/// The text that lies beside the records of a person, for the person: what is what.
///
/// # Errors
/// [`RenderError`] when the template fails to write.
pub fn export_readme(
    issuer: &Bilingual,
    contact: &str,
    wallet_url: &str,
    at: Timestamp,
) -> Result<String, RenderError> {
    let (at, at_en) = (Language::Japanese.moment(&at), Language::English.moment(&at));
    document(&Readme { issuer, contact, at, at_en, wallet_url })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn erasing_takes_its_own_words_only() {
        for typed in ["消去", "「消去」", " 消去　", "erase", "ERASE", "Ｅｒａｓｅ"] {
            assert!(confirms_erasing(typed), "{typed}");
        }
        for typed in ["", "削除", "delete", "消去する", "はい"] {
            assert!(!confirms_erasing(typed), "{typed}");
        }
    }

    #[test]
    fn a_notice_is_found_by_its_name_only() {
        for notice in RightsNotice::ALL {
            assert_eq!(RightsNotice::parse(notice.name()), Some(notice));
        }
        assert_eq!(RightsNotice::parse("Erased"), None);
    }
}
