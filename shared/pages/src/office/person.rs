//! Why a person has no badge: the story of one occasion, what to do next, an answer to copy, and the forms that correct and resend.

mod happened;
mod words;

use jiff::civil::Date;
use shomei_core::office::story::{Event, NextStep};

pub use self::words::PersonNotice;
use super::{Desk, reply::Reply};
use crate::layout::{Frame, document, page_template, silent_debug};
use crate::{Bilingual, Language, Occasion, RenderError};

silent_debug!(PersonPage, CorrectForm);

/// One occasion of a person.
///
/// Its forms post nothing to `…/resend`; `address`, `name`, `kana`, `roman`, `reason`, `meant` and `holder` to `…/correct`; `candidate` and
/// `reason` to `/office/undelivered/release`; and `candidate` to `/office/rights`.
#[derive(Clone)]
pub struct PersonPage {
    /// Whose office it is.
    pub issuer: Bilingual,
    /// Who reads it.
    pub desk: Desk,
    /// The candidate, as this page is addressed.
    pub candidate: String,
    /// The body's own number.
    pub number: String,
    /// The name on the badge.
    pub name: String,
    /// Its reading.
    pub kana: Option<String>,
    /// In Latin letters.
    pub roman: Option<String>,
    /// The address on record.
    pub address: String,
    /// The qualification.
    pub achievement: Bilingual,
    /// What earned the badge.
    pub occasion: Occasion,
    /// When.
    pub date: Date,
    /// What happened, the oldest first.
    pub events: Vec<Event>,
    /// What to do now.
    pub next: NextStep,
    /// Whether no mail goes to the address until somebody releases it.
    pub stopped: bool,
    /// Whether the badge was issued with a name that another person approved of: only its address can be corrected.
    pub names_stay: bool,
    /// What has just been done, or why it was not.
    pub notice: Option<PersonNotice>,
    /// An answer to copy.
    pub reply: Reply,
    /// What stands in the form, and what is wrong with it.
    pub form: CorrectForm,
}

/// The form that corrects.
#[derive(Clone, Default)]
pub struct CorrectForm {
    /// Where mails go.
    pub address: String,
    /// The name.
    pub name: String,
    /// Its reading.
    pub kana: String,
    /// In Latin letters.
    pub roman: String,
    /// Why it is corrected.
    pub reason: String,
    /// What is wrong with what was sent.
    pub wrong: Option<CorrectFault>,
}

/// What is wrong with a correction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CorrectFault {
    /// This is no address.
    Address,
    /// Its domain looks like a slip: this may be meant.
    AddressDoubtful(String),
    /// This is no name.
    Name,
    /// This is no reading.
    Kana,
    /// These are no Latin letters.
    Roman,
    /// No reason, or too long a one.
    Reason,
}

/// What the form may change.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Correctable {
    /// Everything: the badge, if there is one, is issued anew.
    All,
    /// Somebody has accepted it: who asks decides what becomes of it.
    Held,
    /// Nothing, for now or for good.
    Nothing,
}

page_template!(PersonTemplate, PersonPage, "office/person.html");

impl PersonPage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("この方のバッジについて", "About this person's badge");
        let frame = Frame::office(language, title, &self.issuer, self.desk);
        document(&PersonTemplate { language, frame, page: self })
    }

    fn action(&self, what: &str) -> String {
        format!("/office/people/{}/{what}", self.candidate)
    }

    fn may_resend(&self) -> bool {
        self.desk.may_act() && matches!(self.next, NextStep::LookInJunk { .. } | NextStep::Resend { .. })
    }

    fn correctable(&self) -> Correctable {
        if !self.desk.may_act() {
            return Correctable::Nothing;
        }
        match self.next {
            NextStep::WaitForRun { .. }
            | NextStep::Approve { .. }
            | NextStep::Overdue { .. }
            | NextStep::Mend(_)
            | NextStep::WaitForMail
            | NextStep::CorrectAddress
            | NextStep::DecideOnAddress
            | NextStep::LookInJunk { .. }
            | NextStep::Resend { .. }
            | NextStep::Revoked { anew: true } => Correctable::All,
            // Addresses are the wallet's business, and what a stranger accepted is an approver's.
            NextStep::OpenWallet { .. } if self.names_stay && !self.desk.may_decide() => Correctable::Nothing,
            NextStep::OpenWallet { .. } => Correctable::Held,
            NextStep::BeingIssued
            | NextStep::Cancelled
            | NextStep::Renew
            | NextStep::OrderAgain
            | NextStep::AwaitPayment { .. }
            | NextStep::WaitForReissue { .. }
            | NextStep::Revoked { anew: false } => Correctable::Nothing,
        }
    }

    /// Where names stay.
    fn how_a_name_is_mended(&self, language: Language) -> &'static str {
        if matches!(self.next, NextStep::Revoked { .. }) {
            language.say(
                "このバッジは、別の承認者の承認を受けて発行したものです。氏名・フリガナ・ローマ字が誤っていたときは、枝番を付けた番号などで登録し直してください。登録には、別の承認者の承認が必要です。",
                "The badge was issued with another person's approval. If the name, its reading or its Latin letters were wrong, register the person anew, for instance with a suffix to the number. Another person has to approve of that.",
            )
        } else {
            language.say(
                "このバッジは、別の承認者の承認を受けて発行したため、氏名・フリガナ・ローマ字は訂正できません。誤っているときは、「発行者の手違い」として取り消しを提案し、枝番を付けた番号などで登録し直してください。取り消しにも登録にも、別の承認者の承認が必要です。",
                "The badge was issued with another person's approval, so that its name, the reading and the Latin letters cannot be corrected. If one is wrong, propose to revoke the badge as issued in error, and register the person anew, for instance with a suffix to the number. Another person has to approve of both.",
            )
        }
    }

    fn may_correct(&self) -> bool {
        self.correctable() != Correctable::Nothing
    }

    fn is_held(&self) -> bool {
        self.correctable() == Correctable::Held
    }

    /// Open when the address is what is wrong, or what was sent is.
    fn is_open(&self) -> bool {
        self.form.wrong.is_some() || matches!(self.next, NextStep::CorrectAddress | NextStep::DecideOnAddress)
    }

    /// Whether the wrong thing stands in this field.
    fn is_wrong(&self, field: &str) -> bool {
        let of = match &self.form.wrong {
            None => return false,
            Some(CorrectFault::Address | CorrectFault::AddressDoubtful(_)) => "address",
            Some(CorrectFault::Name) => "name",
            Some(CorrectFault::Kana) => "kana",
            Some(CorrectFault::Roman) => "roman",
            Some(CorrectFault::Reason) => "reason",
        };
        of == field
    }

    fn suggestion(&self) -> Option<&str> {
        match &self.form.wrong {
            Some(CorrectFault::AddressDoubtful(suggestion)) => Some(suggestion),
            _ => None,
        }
    }
}

impl CorrectFault {
    fn words(&self, language: Language) -> String {
        match self {
            Self::Address => language
                .say("メールアドレスの形になっていません。", "This is not an e-mail address.")
                .to_owned(),
            Self::AddressDoubtful(suggestion) => match language {
                Language::Japanese => {
                    format!("ドメインの打ち間違いではありませんか。もしかして：{suggestion}")
                }
                Language::English => format!("Is the domain a slip? Perhaps {suggestion} is meant."),
            },
            Self::Name => language.say("氏名を読み取れません。", "This name cannot be taken.").to_owned(),
            Self::Kana => {
                language.say("フリガナを読み取れません。", "This reading cannot be taken.").to_owned()
            }
            Self::Roman => {
                language.say("ローマ字を読み取れません。", "These Latin letters cannot be taken.").to_owned()
            }
            Self::Reason => language
                .say(
                    "理由を1行、200文字以内で入力してください。",
                    "Give a reason: one line of at most 200 characters.",
                )
                .to_owned(),
        }
    }
}
