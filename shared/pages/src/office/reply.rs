//! A polite answer to whoever asks why the badge is not there, for the staff to copy: fitted to how things stand, and to where the
//! person's mails are kept. A pure function of its facts.

use jiff::civil::Date;
use shomei_core::{
    calendar,
    candidate::IssueRefusal,
    office::story::{NextStep, Reach},
};

use crate::layout::silent_debug;
use crate::mail::MailHost;
use crate::{Bilingual, Language, RenderError};

silent_debug!(Reply);

/// How things stand, as far as the person is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Situation {
    /// The badge is issued on that day.
    WaitForRun(Date),
    /// It is being issued.
    BeingIssued,
    /// It should have been issued, and was not.
    Overdue,
    /// Something on our side has to be put right first.
    Mend,
    /// The occasion was before the programme began.
    BeforeProgramme,
    /// The staff took it off the register.
    Cancelled,
    /// Its validity is over.
    Renew,
    /// The mail goes out within minutes.
    WaitForMail,
    /// Mails come back.
    CorrectAddress,
    /// Mails were stopped, because they came back or were called junk.
    Stopped,
    /// It was mailed; its link works until that day, if that is known.
    Mailed(Option<Date>),
    /// A fresh link is mailed.
    Resent,
    /// It is in the wallet, which the address on record opens, or another one.
    InWallet {
        /// By the address on record.
        this_address: bool,
    },
    /// Its holder deleted it.
    Deleted,
    /// It is ordered, and waits for the payment until that day.
    AwaitPayment(Date),
    /// It is issued again within minutes.
    OnItsWay,
    /// The issuer revoked it.
    Revoked,
    /// Nobody of this name, number or address is registered.
    NotRegistered,
}

impl Situation {
    /// What the next step of a story means to the person.
    pub fn of(next: &NextStep) -> Self {
        match next {
            NextStep::WaitForRun { on } | NextStep::Approve { on } => Self::WaitForRun(*on),
            NextStep::BeingIssued => Self::BeingIssued,
            NextStep::Overdue { .. } => Self::Overdue,
            NextStep::Mend(IssueRefusal::BeforeProgramme) => Self::BeforeProgramme,
            NextStep::Mend(_) => Self::Mend,
            NextStep::Cancelled => Self::Cancelled,
            NextStep::Renew => Self::Renew,
            NextStep::WaitForMail => Self::WaitForMail,
            NextStep::CorrectAddress => Self::CorrectAddress,
            NextStep::DecideOnAddress => Self::Stopped,
            NextStep::LookInJunk { until } => Self::Mailed(until.map(calendar::japan_date)),
            NextStep::Resend { .. } => Self::Resent,
            NextStep::OpenWallet { reach, .. } => {
                Self::InWallet { this_address: *reach == Reach::ThisAddress }
            }
            NextStep::OrderAgain => Self::Deleted,
            NextStep::AwaitPayment { pay_by, .. } => Self::AwaitPayment(calendar::japan_date(*pay_by)),
            NextStep::WaitForReissue { .. } => Self::OnItsWay,
            NextStep::Revoked { .. } => Self::Revoked,
        }
    }

    /// Whether the person waits for a mail of ours, and is told how to let it through.
    pub fn waits_for_mail(self) -> bool {
        match self {
            Self::WaitForRun(_)
            | Self::BeingIssued
            | Self::Overdue
            | Self::WaitForMail
            | Self::CorrectAddress
            | Self::Stopped
            | Self::Mailed(_)
            | Self::Resent
            | Self::InWallet { .. }
            | Self::OnItsWay => true,
            Self::Mend
            | Self::BeforeProgramme
            | Self::Cancelled
            | Self::Renew
            | Self::Deleted
            | Self::AwaitPayment(_)
            | Self::Revoked
            | Self::NotRegistered => false,
        }
    }
}

/// An answer, and the facts that it is made of.
#[derive(Clone)]
pub struct Reply {
    /// Whom it greets. None: whoever asks is not known, and the staff fill it in.
    pub holder_name: Option<String>,
    /// Which badge it is about. None as above.
    pub achievement: Option<Bilingual>,
    /// Who answers.
    pub issuer: Bilingual,
    /// The address that our mails come from.
    pub sender: String,
    /// Where to ask.
    pub contact: String,
    /// Where a wallet is opened.
    pub sign_in_url: String,
    /// Where a deleted badge is ordered by whoever has no wallet any more.
    pub reissue_url: String,
    /// What that costs, in yen.
    pub fee_yen: u32,
    /// Who keeps the person's mails.
    pub host: MailHost,
    /// How things stand.
    pub situation: Situation,
}

#[derive(Debug, askama::Template)]
#[template(path = "office/reply_ja.txt")]
struct Japanese<'a> {
    reply: &'a Reply,
    language: Language,
}

#[derive(Debug, askama::Template)]
#[template(path = "office/reply_en.txt")]
struct English<'a> {
    reply: &'a Reply,
    language: Language,
}

impl Reply {
    /// The whole text, without a subject.
    ///
    /// # Errors
    /// [`RenderError`] when a template fails to write.
    pub fn text(&self, language: Language) -> Result<String, RenderError> {
        let text = match language {
            Language::Japanese => crate::layout::document(&Japanese { reply: self, language }),
            Language::English => crate::layout::document(&English { reply: self, language }),
        };
        Ok(format!("{}\n", text?.trim_end()))
    }

    /// The part of our address that a company's mail system allows.
    fn sender_domain(&self) -> &str {
        self.sender.rsplit('@').next().unwrap_or(&self.sender)
    }

    /// How to let our mails through, one item each.
    fn steps(&self, language: Language) -> Vec<&'static str> {
        let more = more_steps(self.host).map(|(ja, en)| language.say(ja, en));
        self.host.steps(language).iter().copied().chain(more).collect()
    }
}

/// What the mails themselves have no room for.
fn more_steps(host: MailHost) -> Option<(&'static str, &'static str)> {
    match host {
        // SoftBank applies "URLリンク付きメール" before the list of allowed senders (order of its filters, as its support pages and
        // those who quote them give it): a mail with a link is refused although its sender is allowed.
        MailHost::SoftBank => Some((
            "「URLリンク付きメール」を受け取らない設定にされていると、受信許可リストに登録されていても届きません。「受け取る」に変更してください。",
            "If mails with links (URLリンク付きメール) are set to be refused, ours do not arrive even from an allowed sender: please set them to be received.",
        )),
        // KDDI's guard against forged senders (なりすまし規制) is passed by who stands on the receive list as "always receive".
        MailHost::Au => Some((
            "povoなどで「auメール持ち運び」をお使いの方も、同じ設定です。",
            "The same holds where an au address is kept with another plan, as with povo.",
        )),
        // Microsoft 365 and others hold back what looks dangerous (検疫) where the reader does not see it, and tell by a notice; releasing
        // it, or allowing the sender's domain, is for the administrator.
        MailHost::Company => Some((
            "会社や学校では、メールが受信トレイに入る前に隔離（検疫）されることがあります。隔離の通知が届いていないかご確認いただき、システム管理者に、上記のドメインからのメールを許可し、隔離されたメールを解放するようご依頼ください。プロバイダーのアドレスの方は、迷惑メール設定の許可リストに差出人のアドレスを登録してください。",
            "At work or at school, mails may be held back (quarantine) before they reach the inbox: look for a notice of it, and ask your administrator to allow the domain above and to release what is held. If a provider keeps your mail, put our sender address on the list of allowed senders in its spam settings.",
        )),
        MailHost::Docomo | MailHost::Gmail | MailHost::Yahoo | MailHost::Outlook | MailHost::ICloud => None,
    }
}
