//! The office's pages: what the staff see and do. Each is for one signed-in person; no search engine may list it, and no title and no
//! link on it names a recipient. No action needs a script.

mod audit;
mod candidates;
mod chart;
mod month;
mod person;
mod qualifications;
mod reply;
mod resend_month;
mod retention;
mod revocations;
mod revoke;
mod rights;
mod search;
mod sign_in;
mod undelivered;
mod upload;
mod upload_row;
mod uploads;

use shomei_core::office::Role;

pub use audit::{AuditPage, audit_csv};
pub use candidates::{
    Approval, CANDIDATES, CandidateLine, CandidateStanding, CandidatesNotice, CandidatesPage,
};
pub use month::MonthPage;
pub(crate) use month::{month_name, refusal_words};
pub use person::{CorrectFault, CorrectForm, PersonNotice, PersonPage};
pub use qualifications::{
    QualificationConflict, QualificationForm, QualificationNotice, QualificationPage, QualificationPreview,
    QualificationsPage, SaidOf,
};
pub use reply::{Reply, Situation};
pub use retention::RetentionPage;
pub use revocations::{
    RevocationBadge, RevocationNotice, RevocationPage, RevocationRow, RevocationState, RevocationsPage,
};
pub(crate) use revocations::{ground_label, ground_words};
pub use revoke::{AskFault, DraftFault, RevocationAskPage, RevocationDraftPage};
pub use rights::{
    ERASE_WORDS, ErasureFault, RightsAsk, RightsErasure, RightsNotice, RightsOccasion, RightsOrder,
    RightsPerson, RightsState, RightsWallet, RunningErasure, confirms_erasing, export_readme,
};
pub use search::{FoundPerson, FoundState, SearchOutcome, SearchPage};
pub use sign_in::{OfficeEnter, OfficeEnterDead, OfficeSignIn, SignInFailed};
pub use undelivered::{StoppedMail, UndeliveredBadge, UndeliveredPage, UnsentMail};
pub use upload::{
    Draft, End, RowLine, RowNotice, UPLOAD_ROWS, UploadChecked, UploadEnded, UploadProgress, filter_name,
    filter_named,
};
pub use upload_row::UploadRowPage;
pub use uploads::{DraftLine, DraftStage, UploadsPage};

use crate::Language;

/// Where in the office a reader is, for the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The month at a glance.
    Month,
    /// Lists of candidates.
    Lists,
    /// Mails that did not arrive.
    Undelivered,
    /// Why a person has no badge.
    Search,
    /// Badges that the issuer revokes.
    Revocations,
    /// Qualifications.
    Achievements,
    /// Who did what.
    Audit,
    /// How long what is kept of people.
    Retention,
    /// A page below one of them.
    Below,
}

impl Place {
    /// What the navigation lists: where each leads, and what it is called.
    pub(crate) fn listed(language: Language) -> [(Self, &'static str, &'static str); 8] {
        [
            (Self::Month, "/office", language.say("今月の状況", "The month")),
            (Self::Lists, "/office/uploads", language.say("名簿の登録", "Lists")),
            (Self::Undelivered, "/office/undelivered", language.say("届かないメール", "Undelivered")),
            (Self::Search, "/office/search", language.say("受取人を探す", "Find a person")),
            (Self::Revocations, "/office/revocations", language.say("取消し", "Revocations")),
            (Self::Achievements, "/office/achievements", language.say("資格", "Qualifications")),
            (Self::Audit, "/office/audit", language.say("操作の記録", "Audit")),
            (Self::Retention, "/office/retention", language.say("個人情報", "Personal data")),
        ]
    }
}

/// What a role is called.
pub fn role_name(role: Role, language: Language) -> &'static str {
    match role {
        Role::Viewer => language.say("閲覧者", "viewer"),
        Role::Clerk => language.say("担当者", "clerk"),
        Role::Approver => language.say("承認者", "approver"),
    }
}

/// Who reads a page of the office, and where.
#[derive(Clone, Copy, Debug)]
pub struct Desk {
    /// Where.
    pub place: Place,
    /// What the reader may do. Pages show no button that this role may not press.
    pub role: Role,
}

impl Desk {
    pub(crate) fn role_name(&self, language: Language) -> &'static str {
        role_name(self.role, language)
    }

    /// Whether the reader may register, correct, resend and propose.
    pub fn may_act(&self) -> bool {
        self.role >= Role::Clerk
    }

    /// Whether the reader may decide on what others registered or proposed.
    pub fn may_decide(&self) -> bool {
        self.role >= Role::Approver
    }
}
