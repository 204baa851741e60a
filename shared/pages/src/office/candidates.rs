//! The candidates of a month, and the second person's approval of it.

use jiff::{Timestamp, civil::Date};
use shomei_core::calendar::Month;

use super::{Desk, month_name};
use crate::layout::{Frame, document, page_template, silent_debug};
use crate::{Bilingual, Language, Occasion, RenderError};

silent_debug!(CandidatesPage, CandidateLine);

/// As many candidates as a page shows, so that it stays small enough for any network.
pub const CANDIDATES: usize = 25;

/// The register of a month.
///
/// Its forms post `number` to `…/find`, `candidate` and `reason` to `…/cancel`, and `seen` to `…/approve`.
#[derive(Clone)]
pub struct CandidatesPage {
    /// Whose office it is.
    pub issuer: Bilingual,
    /// Who reads it.
    pub desk: Desk,
    /// The month.
    pub month: Month,
    /// What has just been done.
    pub notice: Option<CandidatesNotice>,
    /// What stands to be approved, where the programme asks for a second person.
    pub approval: Option<Approval>,
    /// Whether one person was searched for.
    pub found: bool,
    /// The candidates of this page.
    pub candidates: Vec<CandidateLine>,
    /// The next page.
    pub next: Option<String>,
}

/// What has just been done in a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CandidatesNotice {
    /// A candidate was taken off the register.
    Cancelled,
    /// The badge is issued, or about to be.
    TooLate,
    /// No reason was given, or one that is too long.
    ReasonMissing,
    /// The month was approved.
    Approved,
    /// There was nothing to approve.
    NothingToApprove,
}

impl CandidatesNotice {
    fn words(self, language: Language) -> &'static str {
        match self {
            Self::Cancelled => language.say("登録を取り消しました。", "The registration was cancelled."),
            Self::TooLate => language.say(
                "バッジが発行済みか発行中のため、取り消せません。発行後の取消しは「取消し」から行います。",
                "The badge is issued, or about to be. It can be revoked instead, under \"Revocations\".",
            ),
            Self::ReasonMissing => language.say(
                "理由を200文字以内の1行で入力してください。",
                "Please give a reason, in one line of at most 200 characters.",
            ),
            Self::Approved => language.say("承認しました。", "Approved."),
            Self::NothingToApprove => {
                language.say("承認できる人がいませんでした。", "There was nobody whom you could approve.")
            }
        }
    }
}

/// What stands to be approved in a month.
#[derive(Clone, Copy, Debug)]
pub struct Approval {
    /// The moment of looking, which the form hands back.
    pub seen: Timestamp,
    /// Candidates without a badge that may be issued.
    pub approved: usize,
    /// Those that the reader can approve.
    pub open: usize,
    /// Those that somebody else must.
    pub own: usize,
    /// Those that came within the last minute.
    pub fresh: usize,
    /// The day of the month's run, and of the run that issues what is approved now.
    pub next_run: Date,
    /// Whether the month's own run is over.
    pub run_is_over: bool,
}

/// A candidate in the list.
#[derive(Clone)]
pub struct CandidateLine {
    /// Its name in forms.
    pub candidate: String,
    /// Who.
    pub name: String,
    /// The body's number for the person.
    pub number: String,
    /// Where mails go.
    pub address: String,
    /// The qualification's code.
    pub achievement: String,
    /// Passed or renewed.
    pub kind: Occasion,
    /// When.
    pub date: Date,
    /// How it stands.
    pub standing: CandidateStanding,
}

/// How a candidate stands.
#[derive(Clone, Debug)]
pub enum CandidateStanding {
    /// Waits for the run.
    Registered,
    /// Waits for the run, and for a second person's approval.
    Unapproved,
    /// The badge is being made.
    Prepared,
    /// The badge was issued.
    Issued(Date),
    /// Gets no badge.
    Refused,
    /// Was taken off the register, for this reason.
    Cancelled {
        /// When.
        on: Date,
        /// By whom.
        by: String,
        /// Why.
        reason: String,
    },
}

page_template!(CandidatesTemplate, CandidatesPage, "office/candidates.html");

impl CandidatesPage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let month = month_name(self.month, language);
        let title = match language {
            Language::Japanese => format!("{month}の対象者"),
            Language::English => format!("Candidates of {month}"),
        };
        let frame = Frame::office(language, title, &self.issuer, self.desk);
        document(&CandidatesTemplate { language, frame, page: self })
    }

    /// What stands in the place of candidates.
    fn nobody(&self, language: Language) -> &'static str {
        if self.found {
            language.say(
                "この月に、この会員番号の登録はありません。",
                "Nobody of this member number is registered for the month.",
            )
        } else {
            language
                .say("この月には、まだだれも登録されていません。", "Nobody is registered for the month yet.")
        }
    }

    fn url(&self) -> String {
        format!("/office/months/{}", self.month)
    }

    /// The whole story of a candidate.
    fn story_url(&self, candidate: &CandidateLine) -> String {
        format!("/office/people/{}-{}", self.month, candidate.candidate)
    }
}

impl CandidateLine {
    fn may_be_cancelled(&self) -> bool {
        matches!(
            self.standing,
            CandidateStanding::Registered | CandidateStanding::Unapproved | CandidateStanding::Refused
        )
    }
}

impl CandidateStanding {
    fn label(&self, language: Language) -> &'static str {
        match self {
            Self::Registered => language.say("発行待ち", "Waits to be issued"),
            Self::Unapproved => language.say("承認待ち", "Waits for approval"),
            Self::Prepared => language.say("発行中", "Being issued"),
            Self::Issued(_) => language.say("発行済み", "Issued"),
            Self::Refused => language.say("発行対象外", "Gets no badge"),
            Self::Cancelled { .. } => language.say("取消し済み", "Cancelled"),
        }
    }

    fn class(&self) -> &'static str {
        match self {
            Self::Registered | Self::Prepared => "open",
            Self::Unapproved => "past",
            Self::Issued(_) => "good",
            Self::Refused | Self::Cancelled { .. } => "none",
        }
    }
}
