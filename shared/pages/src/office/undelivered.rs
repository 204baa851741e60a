//! Mails that did not arrive: whose, why, and what to do.

use jiff::Timestamp;
use shomei_core::delivery::{Bounce, BounceClass, BounceKind, Delay, DelayKind, Outcome};

use super::Desk;
use crate::layout::{Frame, document, page_template, silent_debug};
use crate::{Bilingual, Language, RenderError};

silent_debug!(StoppedMail, UndeliveredBadge, UndeliveredPage, UnsentMail);

/// The badges whose newest mail did not arrive.
///
/// Its forms post `candidate` and `reason` to `/office/undelivered/release`.
#[derive(Clone)]
pub struct UndeliveredPage {
    /// Whose office it is.
    pub issuer: Bilingual,
    /// Who reads it.
    pub desk: Desk,
    /// Mails that the mail service does not take: of the month that was asked for, or of the newest ones.
    pub refused: Vec<UnsentMail>,
    /// Mails of the same months that are not sent, because their addresses are stopped.
    pub stopped: Vec<StoppedMail>,
    /// The badges, in the order of their months.
    pub badges: Vec<UndeliveredBadge>,
    /// The page with further ones.
    pub next: Option<String>,
}

/// A mail that was not sent.
#[derive(Clone)]
pub struct UnsentMail {
    /// The page that tells the badge's story, where its address is corrected.
    pub story_url: String,
    /// Whose it is.
    pub name: String,
    /// Where it was to go.
    pub address: String,
    /// What the badge is for.
    pub achievement: Bilingual,
}

/// A mail to an address that is stopped.
#[derive(Clone)]
pub struct StoppedMail {
    /// The candidate, as the page that tells the story is addressed.
    pub candidate: String,
    /// What became of the earlier mail by which the address is stopped.
    pub outcome: Outcome,
    /// The mail.
    pub mail: UnsentMail,
}

/// A badge of which its recipient cannot know.
#[derive(Clone)]
pub struct UndeliveredBadge {
    /// Its candidate, as the page that tells its story is addressed.
    pub candidate: String,
    /// The page that tells its story, where its address is corrected.
    pub story_url: String,
    /// Whose it is.
    pub name: String,
    /// Where its mail went.
    pub address: String,
    /// What it is for.
    pub achievement: Bilingual,
    /// When the mail was sent.
    pub mailed_at: Timestamp,
    /// What became of it.
    pub outcome: Outcome,
    /// Whether no mail goes to the address any more, until somebody decides.
    pub stopped: bool,
}

page_template!(UndeliveredTemplate, UndeliveredPage, "office/undelivered.html");

impl UndeliveredPage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("届かないメール", "Undelivered mails");
        let frame = Frame::office(language, title, &self.issuer, self.desk);
        document(&UndeliveredTemplate { language, frame, page: self })
    }

    fn is_empty(&self) -> bool {
        self.refused.is_empty() && self.stopped.is_empty() && self.badges.is_empty()
    }
}

impl StoppedMail {
    fn why(&self, language: Language) -> &'static str {
        outcome_words(self.outcome, language).0
    }

    fn todo(&self, language: Language) -> &'static str {
        outcome_words(self.outcome, language).1
    }
}

impl UndeliveredBadge {
    fn why(&self, language: Language) -> &'static str {
        outcome_words(self.outcome, language).0
    }

    fn todo(&self, language: Language) -> &'static str {
        outcome_words(self.outcome, language).1
    }
}

/// What became of a mail, and what to do about it, in plain words.
pub(crate) fn outcome_words(outcome: Outcome, language: Language) -> (&'static str, &'static str) {
    match outcome {
        Outcome::Sent => (
            language
                .say("送信しました。まだ結果は届いていません。", "It was sent; nothing more is known yet."),
            language.say("しばらくお待ちください。", "Wait a while."),
        ),
        Outcome::Delivered { .. } => (
            language.say("相手のメールサーバーに届きました。", "The recipient's mail system took it."),
            language.say(
                "迷惑メールフォルダーを見るよう、ご本人にお伝えください。",
                "Ask the person to look in the junk folder.",
            ),
        ),
        Outcome::Delayed(Delay { kind, .. }) => delayed(kind, language),
        Outcome::Bounced(bounce) => bounced(bounce, language),
        Outcome::Rejected => (
            language.say(
                "メールサービスが、メールの内容を理由に送信しませんでした。",
                "The mail service did not send it because of its content.",
            ),
            language.say(
                "システムの担当者にご連絡ください。アドレスの問題ではありません。",
                "Tell whoever runs the system. The address is not to blame.",
            ),
        ),
        Outcome::NotRendered => (
            language.say("メールを組み立てられませんでした。", "The mail could not be put together."),
            language.say("システムの担当者にご連絡ください。", "Tell whoever runs the system."),
        ),
        Outcome::Complained(_) => (
            language
                .say("受け取った方が「迷惑メール」と報告しました。", "The recipient reported it as junk."),
            language.say(
                "メール以外の方法でご本人に連絡し、受け取りたいと確かめてから、送信を再開してください。",
                "Reach the person by other means. Release the address only if mail is wanted there.",
            ),
        ),
    }
}

fn bounced(bounce: Bounce, language: Language) -> (&'static str, &'static str) {
    let mend = language.say(
        "ご本人に正しいアドレスを確かめて、直して送り直してください。",
        "Ask the person for the right address, correct it and send again.",
    );
    let later = language.say(
        "ご本人に連絡して、準備ができたら送り直してください。",
        "Tell the person, and send again when they are ready.",
    );
    match (bounce.kind, bounce.class) {
        (BounceKind::NoEmail, _) => {
            (language.say("このアドレスは存在しません。", "There is no such address."), mend)
        }
        (BounceKind::Suppressed | BounceKind::OnAccountSuppressionList, _) => (
            language.say(
                "以前に届かなかったアドレスのため、送信されませんでした。",
                "Mail to this address came back before, so it was not tried again.",
            ),
            mend,
        ),
        (BounceKind::UnsubscribedRecipient, _) => (
            language.say(
                "受け取る方が、この種類のメールの受信を断っています。",
                "The recipient does not accept such mails.",
            ),
            later,
        ),
        (BounceKind::MailboxFull, _) => {
            (language.say("メールボックスがいっぱいです。", "The mailbox is full."), later)
        }
        (BounceKind::MessageTooLarge | BounceKind::ContentRejected | BounceKind::AttachmentRejected, _) => (
            language.say(
                "相手のメールサーバーが、メールの内容を理由に受け取りませんでした。",
                "The recipient's mail system refused what the mail holds.",
            ),
            language.say(
                "受信設定（指定受信・会社のフィルター）に当方の送信元アドレスを加えていただき、送り直してください。",
                "Ask the person to allow our sender address, then send again.",
            ),
        ),
        (BounceKind::General | BounceKind::Undetermined | BounceKind::Other, BounceClass::Permanent) => (
            language.say(
                "相手のメールサーバーが受け取りを断りました。アドレスの誤りか、受信拒否の設定です。",
                "The recipient's mail system refused it: the address is wrong, or our sender is blocked.",
            ),
            mend,
        ),
        (BounceKind::General | BounceKind::Undetermined | BounceKind::Other, _) => (
            language.say(
                "いまは届きませんでした。しばらくすると届くことがあります。",
                "It could not be delivered now. Another mail may arrive.",
            ),
            later,
        ),
    }
}

fn delayed(kind: DelayKind, language: Language) -> (&'static str, &'static str) {
    let why = match kind {
        DelayKind::MailboxFull => {
            language.say("メールボックスがいっぱいで、届いていません。", "The mailbox is full.")
        }
        _ => language.say(
            "相手のメールサーバーが応答せず、長く待っています。",
            "The recipient's mail system does not answer, and the mail has been waiting for long.",
        ),
    };
    let todo = language.say(
        "ドメインの誤りがないか確かめてください。正しければ、しばらくお待ちください。",
        "Check the domain of the address. If it is right, wait a while.",
    );
    (why, todo)
}
