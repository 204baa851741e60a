//! Proposing to revoke badges: first which, then why.

use shomei_core::{badge::Ground, office::revocation::MOST_BADGES, order::Reason};

use super::{Desk, RevocationBadge};
use crate::layout::{Frame, document, page_template, silent_debug};
use crate::{Bilingual, Language, RenderError};

silent_debug!(RevocationAskPage, RevocationDraftPage);

/// Asks which badges. Its form posts `badges`, one a line, to `/office/revocations/find`.
#[derive(Clone)]
pub struct RevocationAskPage {
    /// Whose office it is.
    pub issuer: Bilingual,
    /// Who reads it.
    pub desk: Desk,
    /// What was typed, if something was wrong with it.
    pub typed: String,
    /// What was wrong.
    pub wrong: Option<AskFault>,
}

/// Why badges could not be looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskFault {
    /// Nothing was typed.
    Nothing,
    /// More badges than one proposal holds.
    TooMany,
}

/// Shows the badges that were found, and asks which of them and why.
///
/// Its form posts `proposal`, each `listed` badge, each chosen `badge`, `ground` and `reason` to `/office/revocations`.
#[derive(Clone)]
pub struct RevocationDraftPage {
    /// Whose office it is.
    pub issuer: Bilingual,
    /// Who reads it.
    pub desk: Desk,
    /// The name that the proposal will have.
    pub proposal: String,
    /// What was typed and leads to no badge.
    pub unknown: Vec<String>,
    /// The badges that were found, and whether each is chosen.
    pub badges: Vec<(RevocationBadge, bool)>,
    /// The ground that is chosen.
    pub ground: Option<Ground>,
    /// The reason as it was typed.
    pub reason: String,
    /// What was wrong.
    pub wrong: Option<DraftFault>,
}

/// Why nothing was proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftFault {
    /// No badge is chosen.
    NoBadge,
    /// More than one proposal holds.
    TooMany,
    /// No ground is chosen.
    NoGround,
    /// There is no reason, or it is too long.
    NoReason,
    /// A badge that is chosen cannot be revoked.
    Unfit,
}

page_template!(RevocationAskTemplate, RevocationAskPage, "office/revocation_ask.html");
page_template!(RevocationDraftTemplate, RevocationDraftPage, "office/revocation_draft.html");

impl RevocationAskPage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("取消しを提案する", "Propose to revoke badges");
        let frame = Frame::office(language, title, &self.issuer, self.desk);
        document(&RevocationAskTemplate { language, frame, page: self })
    }
}

impl AskFault {
    pub(crate) fn words(self, language: Language) -> String {
        match self {
            Self::Nothing => language.say("番号を入力してください。", "Please enter a number.").to_owned(),
            Self::TooMany => too_many(language),
        }
    }
}

impl RevocationDraftPage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("取消しを提案する", "Propose to revoke badges");
        let frame = Frame::office(language, title, &self.issuer, self.desk);
        document(&RevocationDraftTemplate { language, frame, page: self })
    }

    /// Whether any badge can be chosen.
    fn has_choice(&self) -> bool {
        self.badges.iter().any(|(badge, _)| badge.unfit.is_none())
    }

    fn is_ground(&self, ground: &Ground) -> bool {
        self.ground == Some(*ground)
    }

    fn is_wrong(&self, faults: &[DraftFault]) -> bool {
        self.wrong.is_some_and(|wrong| faults.contains(&wrong))
    }

    fn longest_reason() -> usize {
        Reason::LONGEST
    }
}

impl DraftFault {
    pub(crate) fn words(self, language: Language) -> String {
        match self {
            Self::NoBadge => {
                language.say("取り消すバッジを選んでください。", "Please choose a badge.").to_owned()
            }
            Self::TooMany => too_many(language),
            Self::NoGround => {
                language.say("理由の種類を選んでください。", "Please choose a ground.").to_owned()
            }
            Self::NoReason => {
                let most = Reason::LONGEST;
                language.pick(
                    format!("くわしい理由を、1行、{most}文字以内で入力してください。"),
                    format!("Please give a reason in one line of at most {most} characters."),
                )
            }
            Self::Unfit => language
                .say(
                    "いまは取り消せないバッジが含まれていました。下の一覧をご確認ください。",
                    "A badge among them cannot be revoked now. See the list below.",
                )
                .to_owned(),
        }
    }
}

fn too_many(language: Language) -> String {
    language.pick(
        format!("一度に提案できるのは{MOST_BADGES}個までです。分けて提案してください。"),
        format!("At most {MOST_BADGES} badges go into one proposal. Please make several."),
    )
}
