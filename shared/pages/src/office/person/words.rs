//! The story in words.

use shomei_core::{
    delivery::Released,
    office::{
        correct::Corrected,
        resend::Resent,
        story::{NextStep, Reach},
    },
};

use crate::Language;
use crate::office::refusal_words;

/// What has just been done, or why it was not: said on top of the page that follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PersonNotice {
    /// The register was corrected.
    Amended,
    /// The same, and the candidate waits again.
    Reopened,
    /// The badge is issued anew, and mailed.
    Reissued,
    /// It stood so already.
    Unchanged,
    /// A run is at it.
    BeingIssued,
    /// Somebody has accepted the badge.
    Claimed,
    /// Only an approver may do that.
    NeedsApprover,
    /// It is in a wallet that is not found.
    OutOfReach,
    /// The holder deleted it.
    Deleted,
    /// An order of it is on its way.
    Running,
    /// Its validity is over.
    Expired,
    /// A fresh link is on its way.
    LinkSent,
    /// The first mail is still to be sent.
    LinkWaiting,
    /// The mail service refuses the address.
    LinkRefused,
    /// Often enough for this hour.
    TooMany,
    /// There is no badge yet.
    NotIssued,
    /// The candidate was cancelled.
    Cancelled,
    /// The issuer revoked the badge.
    Revoked,
    /// Mail goes to the address again.
    Released,
    /// Mail went there anyway.
    NotStopped,
    /// No reason was typed, or too long a one.
    ReasonMissing,
    /// The name on an issued badge was approved of by a second person.
    NameStays,
}

impl PersonNotice {
    const ALL: [Self; 22] = [
        Self::Amended,
        Self::Reopened,
        Self::Reissued,
        Self::Unchanged,
        Self::BeingIssued,
        Self::Claimed,
        Self::NeedsApprover,
        Self::OutOfReach,
        Self::Deleted,
        Self::Running,
        Self::Expired,
        Self::LinkSent,
        Self::LinkWaiting,
        Self::LinkRefused,
        Self::TooMany,
        Self::NotIssued,
        Self::Cancelled,
        Self::Revoked,
        Self::Released,
        Self::NotStopped,
        Self::ReasonMissing,
        Self::NameStays,
    ];

    /// Its name in an address, as in `?done=reissued`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Amended => "amended",
            Self::Reopened => "reopened",
            Self::Reissued => "reissued",
            Self::Unchanged => "unchanged",
            Self::BeingIssued => "being-issued",
            Self::Claimed => "claimed",
            Self::NeedsApprover => "needs-approver",
            Self::OutOfReach => "out-of-reach",
            Self::Deleted => "deleted",
            Self::Running => "running",
            Self::Expired => "expired",
            Self::LinkSent => "link-sent",
            Self::LinkWaiting => "link-waiting",
            Self::LinkRefused => "link-refused",
            Self::TooMany => "too-many",
            Self::NotIssued => "not-issued",
            Self::Cancelled => "cancelled",
            Self::Revoked => "revoked",
            Self::Released => "released",
            Self::NotStopped => "not-stopped",
            Self::ReasonMissing => "reason-missing",
            Self::NameStays => "name-stays",
        }
    }

    /// The notice of that name. Any other name says nothing.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.name() == name)
    }

    /// What a correction came to. None: there is no such person.
    pub fn of_correction(corrected: &Corrected) -> Option<Self> {
        Some(match corrected {
            Corrected::Amended => Self::Amended,
            Corrected::Reopened => Self::Reopened,
            Corrected::Reissued(_) => Self::Reissued,
            Corrected::Unchanged => Self::Unchanged,
            Corrected::BeingIssued => Self::BeingIssued,
            Corrected::Claimed => Self::Claimed,
            Corrected::NeedsApprover => Self::NeedsApprover,
            Corrected::OutOfReach(_) => Self::OutOfReach,
            Corrected::Deleted => Self::Deleted,
            Corrected::Running(_) => Self::Running,
            Corrected::Expired => Self::Expired,
            Corrected::Cancelled => Self::Cancelled,
            Corrected::Revoked(_) => Self::Revoked,
            Corrected::NameStays => Self::NameStays,
            Corrected::Unknown => return None,
        })
    }

    /// What asking for a fresh link came to.
    pub fn of_resending(resent: Resent) -> Self {
        match resent {
            Resent::Owed => Self::LinkSent,
            Resent::Waiting => Self::LinkWaiting,
            Resent::Refused => Self::LinkRefused,
            Resent::Claimed => Self::Claimed,
            Resent::Deleted => Self::Deleted,
            Resent::Revoked => Self::Revoked,
            Resent::Expired => Self::Expired,
            Resent::NotIssued => Self::NotIssued,
            Resent::TooMany => Self::TooMany,
        }
    }

    /// What releasing the address came to.
    pub fn of_release(released: Released) -> Self {
        match released {
            Released::Now => Self::Released,
            Released::NotStopped => Self::NotStopped,
        }
    }

    /// Whether it was done.
    pub(super) fn is_done(self) -> bool {
        matches!(self, Self::Amended | Self::Reopened | Self::Reissued | Self::LinkSent | Self::Released)
    }

    pub(super) fn words(self, language: Language) -> &'static str {
        match self {
            Self::Amended => language.say(
                "登録内容を訂正しました。バッジは、訂正した内容で発行されます。",
                "The register is corrected. The badge will be issued as it now stands.",
            ),
            Self::Reopened => language.say(
                "登録内容を訂正し、発行待ちに戻しました。次回の発行で、あらためて確認されます。",
                "The register is corrected, and the person waits for the next run again.",
            ),
            Self::Reissued => language.say(
                "訂正しました。以前のリンクは使えなくなり、新しいバッジのお知らせがまもなく送られます。",
                "Corrected. The old links no longer work, and the mail about the new badge goes out in a moment.",
            ),
            Self::Unchanged => language.say(
                "登録内容は、すでにこのとおりです。何も変更していません。",
                "The register says so already. Nothing was changed.",
            ),
            Self::BeingIssued => language.say(
                "いま発行の処理中です。数分たってから、もう一度お試しください。何も変更していません。",
                "A run is at it. Try again in a few minutes. Nothing was changed.",
            ),
            Self::Claimed => language.say(
                "バッジはすでに受け取られています。何も変更していません。",
                "The badge has been accepted. Nothing was changed.",
            ),
            Self::NeedsApprover => language.say(
                "受け取り済みのバッジを無効にできるのは、承認者だけです。何も変更していません。",
                "Only an approver may revoke a badge that was accepted. Nothing was changed.",
            ),
            Self::OutOfReach => language.say(
                "このバッジが入っているウォレットから、登録のアドレスが外されています。ご本人に、ウォレットで削除していただく必要があります。",
                "The address on record was removed from the wallet that holds the badge. Its holder has to delete it there first.",
            ),
            Self::Deleted => language.say(
                "バッジは本人によって削除されています。再発行の申し込みをご案内ください。",
                "The holder deleted the badge. Please point the person to the reissue.",
            ),
            Self::Running => language.say(
                "このバッジは、いま再発行の手続き中です。終わってから、もう一度お試しください。",
                "The badge is being issued again. Try again when that is done.",
            ),
            Self::Expired => language.say(
                "有効期間が終わっています。更新の手続きをご案内ください。",
                "Its validity is over. Please point the person to the renewal.",
            ),
            Self::Released => language.say(
                "このアドレスへの送信を再開しました。続けて、「次にすること」をご覧ください。",
                "Mail goes to this address again. What to do next stands below.",
            ),
            Self::NotStopped => language
                .say("このアドレスへの送信は、止まっていません。", "Mail to this address is not stopped."),
            Self::ReasonMissing => language.say(
                "理由を入力してください（200文字まで）。何も変更していません。",
                "Please type a reason of at most 200 characters. Nothing was changed.",
            ),
            Self::LinkSent => language.say(
                "新しい受け取りリンクを送ります。数秒から数分で届きます。以前のリンクも使えます。",
                "A fresh link is on its way, and arrives within seconds or minutes. Earlier links still work.",
            ),
            Self::LinkWaiting => language.say(
                "最初のお知らせがまだ送られていません。まもなく送られますので、お待ちください。",
                "The first mail is still to be sent. It goes out in a moment.",
            ),
            Self::LinkRefused => language.say(
                "このアドレスには送れません。正しいアドレスに訂正してください。",
                "The mail service refuses this address. Please correct it.",
            ),
            Self::TooMany => language.say(
                "この1時間に3回送りました。届かない原因を確かめてから、1時間後にお試しください。",
                "Three links were sent within the hour. Find out why they do not arrive, and try again in an hour.",
            ),
            Self::NotIssued => {
                language.say("バッジはまだ発行されていません。", "The badge is not issued yet.")
            }
            Self::Cancelled => language.say(
                "この登録は取り消されています。必要なときは、名簿からもう一度登録してください。",
                "The candidate was cancelled. Register the person again if that is needed.",
            ),
            Self::Revoked => language.say(
                "このバッジは取り消されています。何も変更していません。",
                "The badge was revoked. Nothing was changed.",
            ),
            Self::NameStays => language.say(
                "別の承認者の承認を受けて発行したバッジは、アドレスだけを訂正できます。何も変更していません。",
                "Another person approved of this badge, so only its address can be corrected. Nothing was changed.",
            ),
        }
    }
}

/// What to do now: in a few words, and in a sentence or two.
#[expect(clippy::too_many_lines, reason = "one arm for each step, and nothing else")]
pub(super) fn advice(next: &NextStep, language: Language) -> (String, String) {
    let say = |what: (&str, &str), todo: (&str, &str)| {
        (language.say(what.0, what.1).to_owned(), language.say(todo.0, todo.1).to_owned())
    };
    match next {
        NextStep::WaitForRun { on } => {
            let (ja, en) = (Language::Japanese.date(*on), Language::English.date(*on));
            say(
                (&format!("{ja}に発行されます"), &format!("It is issued on {en}")),
                (
                    "何もする必要はありません。氏名やアドレスの誤りは、それまでに訂正できます。",
                    "There is nothing to do. A wrong name or address can be corrected until then.",
                ),
            )
        }
        NextStep::Approve { on } => {
            let (ja, en) = (Language::Japanese.date(*on), Language::English.date(*on));
            say(
                ("ほかの方の承認を待っています", "Another person has to approve"),
                (
                    &format!("登録・訂正した人とは別の承認者が、この月を承認すると、{ja}に発行されます。"),
                    &format!(
                        "Once an approver who did not make the change approves of the month, it is issued on {en}."
                    ),
                ),
            )
        }
        NextStep::Cancelled => say(
            ("登録が取り消されています", "The candidate was cancelled"),
            (
                "取り消しの理由は、下の経緯にあります。必要なときは、名簿からもう一度登録してください。",
                "The reason is below. If it was wrong, register the person again.",
            ),
        ),
        NextStep::BeingIssued => say(
            ("発行の処理中です", "It is being issued"),
            (
                "1日たっても発行されないときは、システムの担当者にご連絡ください。",
                "If it is not issued within a day, ask whoever runs the system.",
            ),
        ),
        NextStep::Overdue { since } => {
            let (ja, en) = (Language::Japanese.date(*since), Language::English.date(*since));
            say(
                (&format!("{ja}に発行されるはずでした"), &format!("It should have been issued on {en}")),
                (
                    "発行が止まっています。システムの担当者に、この画面を添えてご連絡ください。",
                    "Issuing has stopped. Please show this page to whoever runs the system.",
                ),
            )
        }
        NextStep::Mend(reason) => {
            let (ja, en) =
                (refusal_words(*reason, Language::Japanese), refusal_words(*reason, Language::English));
            say(
                (&format!("発行できません：{ja}"), &format!("It cannot be issued: {en}")),
                (
                    "原因を直してから、下の「登録内容を訂正する」か名簿の登録をもう一度行うと、次回の発行に入ります。",
                    "Mend the cause, then correct the register below or send the list again: the next run takes it up.",
                ),
            )
        }
        NextStep::Renew => say(
            ("有効期間が終わっています", "Its validity is over"),
            ("更新の手続きをご案内ください。", "Please point the person to the renewal."),
        ),
        NextStep::WaitForMail => say(
            ("まもなくメールが送られます", "The mail goes out in a moment"),
            ("数分から15分ほどお待ちください。", "Wait some minutes, a quarter of an hour at the most."),
        ),
        NextStep::CorrectAddress => say(
            ("メールが届いていません", "Mails do not arrive"),
            (
                "正しいアドレスをご本人に確かめ、下の「登録内容を訂正する」で直してください。新しいバッジが、すぐに正しいアドレスへ送られます。",
                "Ask the person for the right address, and correct it below. A new badge goes there at once.",
            ),
        ),
        NextStep::DecideOnAddress => say(
            ("このアドレスへの送信を止めています", "Mail to this address is stopped"),
            (
                "アドレスが違うときは、下の「登録内容を訂正する」で直してください。正しいときは、送信を再開してください。",
                "If the address is wrong, correct it below. If it is right, let mail go there again.",
            ),
        ),
        NextStep::LookInJunk { .. } => say(
            ("迷惑メールフォルダーを確認していただきます", "The person looks in the junk folder"),
            (
                "メールは送信済みです。下の文面で、迷惑メールフォルダーと受信設定の確認をご案内ください。",
                "The mail was sent. Use the reply below: junk folder and mail settings.",
            ),
        ),
        NextStep::Resend { works: true } => say(
            ("リンクを送り直してください", "Send a fresh link"),
            (
                "メールは送信済みですが、受け取られていません。アドレスを確かめ、新しいリンクを送ってください。",
                "It was mailed and not accepted. Check the address, and send a fresh link.",
            ),
        ),
        NextStep::Resend { works: false } => say(
            ("リンクの期限が切れています。送り直してください", "The link ran out: send a fresh one"),
            (
                "リンクは180日で使えなくなります。新しいリンクを送ってください。",
                "A link works for 180 days. Send a fresh one.",
            ),
        ),
        NextStep::OpenWallet { reach: Reach::ThisAddress | Reach::Unknown, stopped: true, .. } => say(
            (
                "受け取り済みですが、ログインのメールが届きません",
                "It has been accepted, and mails to sign in do not go out",
            ),
            (
                "アドレスが正しいことをご本人に確かめ、送信を再開してから、ウォレットへのログインをご案内ください。",
                "Ask the person whether the address is right, let mail go there again, and then point to the sign-in.",
            ),
        ),
        NextStep::OpenWallet { reach, visibility, .. } => {
            let shown =
                if visibility.is_public() { ("公開中", "public") } else { ("非公開", "private") };
            say(
                (&format!("受け取り済みです（{}）", shown.0), &format!("It has been accepted ({})", shown.1)),
                match reach {
                    Reach::ThisAddress | Reach::Unknown => (
                        "登録のアドレスでウォレットにログインするよう、ご案内ください。",
                        "The person signs in to the wallet with the address on record.",
                    ),
                    Reach::AnotherAddress => (
                        "受け取ったあと、ウォレットのアドレスが変更されています。ご自身で登録したアドレスでログインするよう、ご案内ください。",
                        "The wallet's address was changed since. The person signs in with the address that was added.",
                    ),
                },
            )
        }
        NextStep::OrderAgain => say(
            ("本人が削除しました", "Its holder deleted it"),
            (
                "元には戻せません。再発行の申し込みをご案内ください。",
                "It cannot be brought back. Please point the person to the reissue.",
            ),
        ),
        NextStep::AwaitPayment { .. } => say(
            ("再発行の入金を待っています", "The reissue waits for its payment"),
            ("入金を確認でき次第、発行されます。", "It is issued as soon as the payment has arrived."),
        ),
        NextStep::WaitForReissue { .. } => say(
            ("まもなく再発行されます", "It is issued again in a moment"),
            (
                "数分たっても変わらないときは、システムの担当者にご連絡ください。",
                "If nothing changes within minutes, ask whoever runs the system.",
            ),
        ),
        NextStep::Revoked { anew: true } => say(
            ("発行者の手違いとして取り消されています", "It was revoked: it had been issued in error"),
            (
                "下の「登録内容を訂正する」で正しい内容に直すと、無料であらためて発行されます。",
                "Correct the register below, and it is issued anew free of charge.",
            ),
        ),
        NextStep::Revoked { anew: false } => say(
            ("このバッジは取り消されています", "The badge was revoked"),
            (
                "同じ合格・更新について、もう一度発行されることはありません。",
                "The same occasion gets no other badge.",
            ),
        ),
    }
}
