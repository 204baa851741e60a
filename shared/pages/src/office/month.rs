//! The month at a glance.

use jiff::{Timestamp, civil::Date};
use shomei_core::{
    calendar::{self, Month},
    candidate::IssueRefusal,
    office::{
        glance::{Glance, Task},
        resend::BulkResend,
    },
};

use super::{
    Desk,
    chart::{ClaimsOverTime, Steps},
    resend_month::ResendOffer,
};
use crate::{
    Bilingual, Language, RenderError,
    language::english_month,
    layout::{Frame, document, page_template},
};

/// What became of a month, and what needs a person today.
///
/// Its form asks for another month by the query `month`; the other one posts `month` to `/office/resend`.
#[derive(Clone, Debug)]
pub struct MonthPage {
    /// Whose office it is.
    pub issuer: Bilingual,
    /// Who reads it.
    pub desk: Desk,
    /// Now.
    pub now: Timestamp,
    /// The month; none: nobody was ever registered.
    pub glance: Option<Glance>,
    /// What needs a person, the most urgent first.
    pub tasks: Vec<Task>,
    /// Every month that has candidates, the newest first.
    pub months: Vec<Month>,
    /// When links were last sent to all of the month who have not accepted, or how far that is.
    pub resend: Option<BulkResend>,
}

page_template!(MonthTemplate, MonthPage, "office/month.html");

/// What is to be done, and where.
struct TaskWords {
    what: String,
    todo: String,
    link: Option<(String, &'static str)>,
}

impl MonthPage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("今月の状況", "The month at a glance");
        let frame = Frame::office(language, title, &self.issuer, self.desk);
        document(&MonthTemplate { language, frame, page: self })
    }

    fn todo(&self, language: Language) -> Vec<TaskWords> {
        self.tasks.iter().map(|task| words(*task, |month| self.is_shown(&month), language)).collect()
    }

    fn resend_offer(&self, glance: &Glance, language: Language) -> Option<ResendOffer> {
        ResendOffer::of(glance, self.resend.as_ref(), (self.desk, self.now), language)
    }

    fn is_shown(&self, month: &Month) -> bool {
        self.glance.as_ref().is_some_and(|glance| glance.sums.month == *month)
    }

    /// From registered to public, each with its number.
    fn steps(&self, glance: &Glance, language: Language) -> Option<Steps> {
        let badges = &glance.badges;
        Steps::of(
            language,
            &[
                (language.say("登録", "Registered"), glance.sums.registered),
                (language.say("発行", "Issued"), glance.sums.issued),
                (language.say("メール送信", "Mailed"), glance.sums.mailed),
                (language.say("配信を確認", "Delivered"), glance.mails.delivered),
                (language.say("受取", "Accepted"), badges.claimed()),
                (language.say("公開", "Public"), badges.public),
            ],
        )
    }

    fn claims(&self, glance: &Glance, language: Language) -> Option<ClaimsOverTime> {
        let from = calendar::japan_date(glance.run_at);
        let days = (from, calendar::japan_date(self.now));
        ClaimsOverTime::of(language, days, glance.sums.issued, &glance.badges.claims)
    }

    fn run_day(&self, glance: &Glance) -> Date {
        calendar::japan_date(glance.run_at)
    }
}

#[expect(clippy::too_many_lines, reason = "one arm for each task, and nothing else")]
fn words(task: Task, is_shown: impl Fn(Month) -> bool, language: Language) -> TaskWords {
    let elsewhere = |month| {
        let link = (format!("/office?month={month}"), language.say("その月を見る", "See that month"));
        Some(link).filter(|_| !is_shown(month))
    };
    let count = |ja: String, en: String| language.pick(ja, en);
    match task {
        Task::SumsDisagree { month } => TaskWords {
            what: count(
                format!("{}の合計が一致しません", month_name(month, Language::Japanese)),
                format!("The sums of {} do not agree", month_name(month, Language::English)),
            ),
            todo: language.say(
                "バッジかメールの記録に食い違いがあります。システムの担当者に、その月の画面を添えてご連絡ください。",
                "Badges and mails do not match. Please show the page of that month to whoever runs the system.",
            ).to_owned(),
            link: elsewhere(month),
        },
        Task::Late { month, candidates, due_by } => TaskWords {
            what: count(
                format!(
                    "{}の{candidates}件が、まだ発行されていません（期限は{}）",
                    month_name(month, Language::Japanese),
                    Language::Japanese.date(due_by)
                ),
                format!(
                    "{candidates} of {} are not issued yet (promised by {})",
                    month_name(month, Language::English),
                    Language::English.date(due_by)
                ),
            ),
            todo: language.say(
                "期限までに発行できるよう、システムの担当者に発行の実行をご依頼ください。",
                "Ask whoever runs the system to start a run before that day.",
            ).to_owned(),
            link: None,
        },
        Task::MailsRefused { month, mails } => TaskWords {
            what: count(
                format!("{}のメール{mails}通を送れませんでした", month_name(month, Language::Japanese)),
                format!("{mails} mails of {} could not be sent", month_name(month, Language::English)),
            ),
            todo: language.say(
                "アドレスを確かめて、直して送り直してください。",
                "Check the addresses, and send the mails again.",
            ).to_owned(),
            link: Some((
                format!("/office/undelivered?month={month}"),
                language.say("届かないメールを見る", "See undelivered mails"),
            )),
        },
        Task::MailsStopped { month, mails } => TaskWords {
            what: count(
                format!(
                    "{}のメール{mails}通は、送信を止めているアドレス宛てです",
                    month_name(month, Language::Japanese)
                ),
                format!(
                    "{mails} mails of {} are to addresses that mail is stopped to",
                    month_name(month, Language::English)
                ),
            ),
            todo: language.say(
                "以前のメールが届かなかったか、迷惑メールと報告されたアドレスです。ご本人に確かめて、直すか、送信を再開してください。",
                "Earlier mail there came back, or was reported as junk. Ask the person; then correct the address, or release it.",
            ).to_owned(),
            link: Some((
                format!("/office/undelivered?month={month}"),
                language.say("届かないメールを見る", "See undelivered mails"),
            )),
        },
        Task::MailsUndelivered { mails } => TaskWords {
            what: count(
                format!("メール{mails}通が届いていません"),
                format!("{mails} mails did not arrive"),
            ),
            todo: language
                .say(
                    "ご本人は、バッジが発行されたことをご存じないかもしれません。理由を見て、直して送り直してください。",
                    "These people may not know of their badge. See why, correct and send again.",
                )
                .to_owned(),
            link: Some((
                "/office/undelivered".to_owned(),
                language.say("届かないメールを見る", "See undelivered mails"),
            )),
        },
        Task::RevocationsUnfinished { stuck, waiting } => TaskWords {
            what: count(
                format!("取消しが決まったバッジ{}件が、まだ取り消されていません", stuck + waiting),
                format!("{} badges are to be revoked, as agreed, and are not yet", stuck + waiting),
            ),
            todo: unfinished_words(stuck, waiting, language),
            link: Some((
                "/office/revocations".to_owned(),
                language.say("取消しの状況を見る", "See how they stand"),
            )),
        },
        Task::RevocationsProposed { proposals } => TaskWords {
            what: count(
                format!("バッジの取消し{proposals}件が、承認を待っています"),
                format!("{proposals} proposals to revoke badges wait for a decision"),
            ),
            todo: language
                .say(
                    "提案した方とは別の承認者が、内容を確かめて決めてください。",
                    "Another person than who proposed it has to look and decide.",
                )
                .to_owned(),
            link: Some((
                "/office/revocations".to_owned(),
                language.say("取消しの提案を見る", "See the proposals"),
            )),
        },
        Task::MoneyParked { payments } => TaskWords {
            what: count(
                format!("入金{payments}件が、どの再発行の申込みとも合いません"),
                format!("{payments} payments match no order"),
            ),
            todo: language.say(
                "金額と振込人を確かめて、返金の手続きをしてください。",
                "Look at amount and payer, and give the money back.",
            ).to_owned(),
            link: None,
        },
        Task::ApprovalMissing { month, candidates, run_at } => TaskWords {
            what: count(
                format!(
                    "{}の{candidates}件が、承認を待っています",
                    month_name(month, Language::Japanese)
                ),
                format!("{candidates} of {} wait for approval", month_name(month, Language::English)),
            ),
            todo: language.pick(
                format!(
                    "登録した方とは別の承認者が、{}までに承認してください。過ぎると、その次の回の発行になります。",
                    Language::Japanese.moment(&run_at)
                ),
                format!(
                    "Another person than who registered them must approve by {}; later ones wait for the run after it.",
                    Language::English.moment(&run_at)
                ),
            ),
            link: Some((
                format!("/office/months/{month}"),
                language.say("登録内容を確かめて承認する", "Look at them and approve"),
            )),
        },
        Task::CandidatesRefused { month, candidates } => TaskWords {
            what: count(
                format!(
                    "{}の{candidates}件は、このままではバッジを発行できません",
                    month_name(month, Language::Japanese)
                ),
                format!(
                    "{candidates} of {} get no badge as they are registered",
                    month_name(month, Language::English)
                ),
            ),
            todo: language.say(
                "理由をその月の表で確かめて、登録し直してください。",
                "See the reasons in the table of that month, and register them again.",
            ).to_owned(),
            link: elsewhere(month),
        },
    }
}

/// Why agreed revocations are not done: what staff can do about it, and what they cannot.
fn unfinished_words(stuck: usize, waiting: usize, language: Language) -> String {
    let paid = language.pick(
        format!("{waiting}件は再発行の手続き中です。代金を返金するか申込みを取り下げると、自動で取り消します。"),
        format!("{waiting} wait for an order: give its money back, or take it back, and the rest follows by itself."),
    );
    let failed = language.pick(
        format!("{stuck}件は、30分たっても処理が終わっていません。システムの担当者にご連絡ください。"),
        format!("{stuck} should have been done within minutes: please tell whoever runs the system."),
    );
    match (stuck, waiting) {
        (_, 0) => failed,
        (0, _) => paid,
        _ => format!("{failed}{}{paid}", language.say("", " ")),
    }
}

/// A month's name.
pub(crate) fn month_name(month: Month, language: Language) -> String {
    match language {
        Language::Japanese => format!("{}年{}月", month.year(), month.number()),
        Language::English => format!("{} {}", english_month(month.number()), month.year()),
    }
}

/// Why a candidate gets no badge.
pub(crate) fn refusal_words(reason: IssueRefusal, language: Language) -> &'static str {
    match reason {
        IssueRefusal::AchievementUnknown => {
            language.say("資格が登録されていません", "The qualification is not registered")
        }
        IssueRefusal::BeforeProgramme => language.say(
            "バッジ制度が始まる前の合格・更新です",
            "Passed or renewed before the badge programme began",
        ),
        IssueRefusal::NotExpressible => language.say(
            "登録内容に、バッジに書けない文字または日付があります",
            "A text or date cannot be written in a badge",
        ),
        IssueRefusal::AlreadyExpired => language
            .say("発行の前に有効期限が切れています", "Its validity was over before it could be issued"),
    }
}
