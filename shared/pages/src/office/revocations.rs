//! Badges that the issuer revokes: the proposals, and one of them.

use jiff::{Timestamp, civil::Date};
use shomei_core::{
    badge::Ground,
    calendar::japan_date,
    office::{
        Member,
        revocation::{AnyProposal, Described, Outcome, Standing, Unfit},
    },
    order::Actor,
};

use super::Desk;
use crate::layout::{Frame, document, page_template, silent_debug};
use crate::{Bilingual, Language, Occasion, RenderError};

silent_debug!(RevocationBadge, RevocationPage, RevocationRow, RevocationsPage);

/// All proposals to revoke badges.
#[derive(Clone)]
pub struct RevocationsPage {
    /// Whose office it is.
    pub issuer: Bilingual,
    /// Who reads it.
    pub desk: Desk,
    /// The proposals, the newest first.
    pub proposals: Vec<RevocationRow>,
}

/// One proposal in the list.
#[derive(Clone)]
pub struct RevocationRow {
    /// Its page.
    pub url: String,
    /// How it stands.
    pub state: RevocationState,
    /// Why, in general words.
    pub ground: Ground,
    /// So many badges.
    pub badges: usize,
    /// Who proposed it.
    pub proposed_by: String,
    /// When.
    pub proposed_at: Timestamp,
}

/// How a proposal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevocationState {
    /// It waits for a second person.
    Proposed,
    /// It is being done.
    Agreed,
    /// It is done.
    Done,
    /// It is not followed.
    Declined,
}

/// One proposal. Its forms post `decision` (`agree` or `decline`) to its own address.
#[derive(Clone)]
pub struct RevocationPage {
    /// Whose office it is.
    pub issuer: Bilingual,
    /// Who reads it.
    pub desk: Desk,
    /// What has just been done.
    pub notice: Option<RevocationNotice>,
    /// Its address.
    pub url: String,
    /// How it stands.
    pub state: RevocationState,
    /// Why, in general words.
    pub ground: Ground,
    /// Why, in the words of the staff.
    pub reason: String,
    /// Who proposed it, and when.
    pub proposed: (String, Timestamp),
    /// Who decided, and when.
    pub decided: Option<(String, Timestamp)>,
    /// The badges.
    pub badges: Vec<RevocationBadge>,
    /// Whether the reader proposed it.
    pub own: bool,
}

/// One badge, with what the staff must know of it.
#[derive(Clone)]
pub struct RevocationBadge {
    /// Its id.
    pub badge: String,
    /// Whose it is, with the body's own number. None: the register has nothing of it any more.
    pub person: Option<(String, String)>,
    /// The name of the achievement.
    pub achievement: Bilingual,
    /// What earned it.
    pub kind: Occasion,
    /// The day of passing or renewing.
    pub date: Date,
    /// How it stands now.
    pub standing: Standing,
    /// Why it cannot be revoked now, if it cannot.
    pub unfit: Option<Unfit>,
    /// What became of it, once that is settled.
    pub outcome: Option<Outcome>,
}

/// Said once, on top of the page that follows an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevocationNotice {
    /// It was proposed.
    Proposed,
    /// It was agreed to.
    Agreed,
    /// It was declined, or taken back.
    Declined,
    /// Somebody had decided before.
    TooLate,
    /// The form had been sent before, and said something else.
    Otherwise,
}

impl RevocationNotice {
    const ALL: [Self; 5] = [Self::Proposed, Self::Agreed, Self::Declined, Self::TooLate, Self::Otherwise];

    /// Its name in an address, as in `?done=agreed`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Agreed => "agreed",
            Self::Declined => "declined",
            Self::TooLate => "too-late",
            Self::Otherwise => "otherwise",
        }
    }

    /// The notice of that name. Any other name says nothing.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.name() == name)
    }

    /// Whether what was asked for is done.
    pub(crate) fn is_done(self) -> bool {
        !matches!(self, Self::TooLate | Self::Otherwise)
    }

    pub(crate) fn words(self, language: Language) -> &'static str {
        match self {
            Self::Proposed => language.say(
                "提案しました。別の承認者が同意すると、取り消します。",
                "It is proposed. The badges are revoked when another approver agrees.",
            ),
            Self::Agreed => language.say(
                "同意しました。通常は1分以内に取り消し、保有者にメールでお知らせします。",
                "You agreed. The badges are usually revoked within a minute, and their holders are told by mail.",
            ),
            Self::Declined => language
                .say("見送りました。バッジはそのままです。", "It is declined. The badges stay as they are."),
            Self::TooLate => language.say(
                "ほかの方が、すでに決定しています。いまの状況は下のとおりです。",
                "Somebody has decided before. This is how it stands.",
            ),
            Self::Otherwise => language.say(
                "変更後の内容は提案されていません。同じ入力画面から、先に下の内容で提案されています。内容を変えたいときは、決定前であれば下の提案を取り下げ、一覧から新しく提案してください。",
                "Your changes are not proposed: the form had been sent before, with what you see below. To change it, take this proposal back unless it is decided, and begin a new one from the list.",
            ),
        }
    }
}

page_template!(RevocationsTemplate, RevocationsPage, "office/revocations.html");
page_template!(RevocationTemplate, RevocationPage, "office/revocation.html");

impl RevocationsPage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("バッジの取消し", "Revocations");
        let frame = Frame::office(language, title, &self.issuer, self.desk);
        document(&RevocationsTemplate { language, frame, page: self })
    }
}

impl RevocationRow {
    /// The row of a proposal.
    pub fn of(proposal: &AnyProposal) -> Self {
        let terms = proposal.terms();
        Self {
            url: address(proposal),
            state: RevocationState::of(proposal),
            ground: terms.ground,
            badges: terms.badges.len(),
            proposed_by: name_of(&terms.proposed_by),
            proposed_at: terms.proposed_at,
        }
    }
}

impl RevocationState {
    fn of(proposal: &AnyProposal) -> Self {
        match proposal {
            AnyProposal::Proposed(_) => Self::Proposed,
            AnyProposal::Agreed(_) => Self::Agreed,
            AnyProposal::Done(_) => Self::Done,
            AnyProposal::Declined(_) => Self::Declined,
        }
    }

    pub(crate) fn label(self, language: Language) -> &'static str {
        match self {
            Self::Proposed => language.say("決定待ち", "Waits for a decision"),
            Self::Agreed => language.say("実行中", "Being done"),
            Self::Done => language.say("完了", "Done"),
            Self::Declined => language.say("見送り", "Declined"),
        }
    }

    /// The class that colours the label.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Proposed => "past",
            Self::Agreed => "open",
            Self::Done => "good",
            Self::Declined => "none",
        }
    }
}

impl RevocationPage {
    /// The page of a proposal, for this reader. `badges` describes those of it that are there.
    pub fn of(
        issuer: Bilingual,
        desk: Desk,
        reader: &Member,
        proposal: &AnyProposal,
        badges: Vec<Described>,
    ) -> Self {
        let terms = proposal.terms();
        let decided = match proposal {
            AnyProposal::Proposed(_) => None,
            AnyProposal::Agreed(it) => Some((name_of(&it.state.agreed_by), it.state.agreed_at)),
            AnyProposal::Done(it) => Some((name_of(&it.state.agreed_by), it.state.agreed_at)),
            AnyProposal::Declined(it) => Some((name_of(&it.state.declined_by), it.state.declined_at)),
        };
        let outcome = |badge: &Described| {
            let settled = proposal.settled().iter().find(|settled| settled.badge == badge.badge);
            settled.map(|settled| settled.outcome.clone())
        };
        let badges = badges.into_iter().map(|badge| {
            let outcome = outcome(&badge);
            RevocationBadge { outcome, ..badge.into() }
        });
        Self {
            issuer,
            desk,
            notice: None,
            url: address(proposal),
            state: RevocationState::of(proposal),
            ground: terms.ground,
            reason: terms.reason.as_str().to_owned(),
            proposed: (name_of(&terms.proposed_by), terms.proposed_at),
            decided,
            badges: badges.collect(),
            own: terms.proposed_by == reader.actor(),
        }
    }

    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("取消しの提案", "A proposal to revoke badges");
        let frame = Frame::office(language, title, &self.issuer, self.desk);
        document(&RevocationTemplate { language, frame, page: self })
    }

    fn waits(&self) -> bool {
        self.state == RevocationState::Proposed
    }

    /// Whether it waits for an order, and goes on when that is settled.
    fn waits_for_order(&self) -> bool {
        let waits = |badge: &RevocationBadge| {
            badge.outcome.is_none() && matches!(badge.unfit, Some(Unfit::OnItsWay(_)))
        };
        self.state == RevocationState::Agreed && self.badges.iter().any(waits)
    }

    fn may_agree(&self) -> bool {
        self.waits() && self.desk.may_decide() && !self.own
    }

    fn may_decline(&self) -> bool {
        self.waits() && (self.desk.may_decide() || self.own)
    }

    fn decided_label(&self, language: Language) -> &'static str {
        if self.state == RevocationState::Declined {
            language.say("見送った人", "Declined by")
        } else {
            language.say("同意した人", "Agreed by")
        }
    }
}

impl From<Described> for RevocationBadge {
    fn from(described: Described) -> Self {
        let person = described.person;
        Self {
            badge: described.badge.to_string(),
            person: person.map(|(name, number)| (name.as_str().to_owned(), number.as_str().to_owned())),
            achievement: described.achievement.into(),
            kind: described.kind.into(),
            date: described.date,
            standing: described.standing,
            unfit: described.unfit,
            outcome: None,
        }
    }
}

impl RevocationBadge {
    pub(crate) fn standing(&self, language: Language) -> String {
        match self.standing {
            Standing::Unclaimed => language.say("まだ受け取られていません", "Not accepted yet").to_owned(),
            Standing::Private => language.say("非公開", "Private").to_owned(),
            Standing::Public => language.say("公開中", "Public").to_owned(),
            Standing::Deleted => language.say("削除済み", "Deleted").to_owned(),
            Standing::Revoked(revoked) => {
                let day = language.date(japan_date(revoked.at));
                let ground = ground_label(revoked.ground, language);
                language
                    .pick(format!("{day}に取り消し済み（{ground}）"), format!("Revoked on {day} ({ground})"))
            }
        }
    }

    /// What became of it; else why nothing can be done with it now.
    pub(crate) fn told(&self, language: Language) -> Option<String> {
        let of_outcome = self.outcome.as_ref().map(|outcome| outcome_words(outcome, language));
        of_outcome.or_else(|| self.unfit.as_ref().map(|unfit| unfit_words(unfit, language)))
    }
}

fn outcome_words(outcome: &Outcome, language: Language) -> String {
    match outcome {
        Outcome::Revoked => language.say("取り消しました。", "Revoked.").to_owned(),
        Outcome::Already => language
            .say("同じ理由で、すでに取り消されていました。", "It had been revoked on the same ground before.")
            .to_owned(),
        Outcome::Replaced { by } => replaced_words(&by.to_string(), language),
        Outcome::Unknown => unfit_words(&Unfit::Unknown, language),
    }
}

fn unfit_words(unfit: &Unfit, language: Language) -> String {
    match unfit {
        Unfit::Unknown => language.say("該当するバッジがありません。", "There is no such badge.").to_owned(),
        Unfit::Already(_) => language
            .say("同じ理由で、すでに取り消されています。", "It is revoked already, on the same ground.")
            .to_owned(),
        Unfit::Replaced(by) => replaced_words(&by.to_string(), language),
        Unfit::OnItsWay(order) => language.pick(
            format!(
                "再発行の手続き中です（申込み {order}）。返金または取下げが済むまで、このバッジは取り消せません。済みしだい、自動で続けます。"
            ),
            format!(
                "Order {order} of it is on its way. Give its money back, or take it back, first: then the rest follows by itself."
            ),
        ),
    }
}

fn replaced_words(by: &str, language: Language) -> String {
    language.pick(
        format!("すでに新しいバッジが発行されています。取り消すときは、新しいバッジ（{by}）をあらためて提案してください。"),
        format!("Another badge was issued in its place. To revoke that one, propose {by}."),
    )
}

/// What a ground is called among the staff.
pub(crate) fn ground_label(ground: Ground, language: Language) -> &'static str {
    match ground {
        Ground::Misconduct => language.say("不正・規程違反", "misconduct"),
        Ground::IssuedInError => language.say("誤発行", "issued in error"),
        Ground::QualificationWithdrawn => language.say("資格の取消し", "qualification withdrawn"),
    }
}

/// What holders and verifiers are told of it.
pub(crate) fn ground_words(ground: Ground, language: Language) -> String {
    let words = ground.words();
    language.pick(words.ja, words.en)
}

fn address(proposal: &AnyProposal) -> String {
    format!("/office/revocations/{}", proposal.terms().id)
}

/// How a member of the staff is shown: as the sign-in service names them.
fn name_of(actor: &Actor) -> String {
    match actor {
        Actor::Staff { subject } => subject.clone(),
        Actor::Holder | Actor::PaymentService | Actor::Sweep => String::new(),
    }
}
