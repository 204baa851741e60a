//! What happened, in the words of the story.

use jiff::Timestamp;
use shomei_core::{
    badge::{Ground, Visibility},
    office::{
        audit::Deed,
        story::{Event, Report, What},
    },
    order::{Actor, Happened},
    ports::MailKind,
};

use crate::Language;
use crate::office::refusal_words;

/// Who did it.
pub(super) fn who(event: &Event, language: Language) -> String {
    match &event.by {
        Some(Actor::Holder) => language.say("本人", "the holder").to_owned(),
        Some(Actor::Staff { subject }) => subject.clone(),
        Some(Actor::PaymentService) => language.say("決済サービス", "payment service").to_owned(),
        None | Some(Actor::Sweep) => language.say("自動", "by itself").to_owned(),
    }
}

/// What happened, in one line.
pub(super) fn what(event: &Event, language: Language) -> String {
    let until = |text: (&str, &str), until: &Timestamp| {
        let day = language.date(shomei_core::calendar::japan_date(*until));
        match language {
            Language::Japanese => format!("{}（リンクは{day}まで）", text.0),
            Language::English => format!("{} (the link works until {day})", text.1),
        }
    };
    match &event.what {
        What::Mailed { mail, until: Some(end), .. } => until(mailed(*mail), end),
        What::LinkMade { until: end, .. } => until(("受け取りリンクを作成", "A link was made"), end),
        What::Order { happened, .. } => ordered(happened, language).to_owned(),
        What::Office(deed) => done(deed, language),
        What::Refused(reason) => match language {
            Language::Japanese => format!("発行できず：{}", refusal_words(*reason, language)),
            Language::English => format!("Not issued: {}", refusal_words(*reason, language)),
        },
        What::Mailed { mail, until: None, .. } => both(mailed(*mail), language),
        other => both(plain(other), language),
    }
}

fn both(text: (&str, &str), language: Language) -> String {
    language.say(text.0, text.1).to_owned()
}

fn plain(what: &What) -> (&'static str, &'static str) {
    match what {
        What::Registered => ("名簿に登録", "Registered"),
        What::Amended => ("名簿で登録内容を変更", "Changed by a list"),
        What::Issued { again: false, .. } => ("バッジを発行", "The badge was issued"),
        What::Issued { again: true, .. } => ("バッジをあらためて発行", "The badge was issued again"),
        What::MailRefused { .. } => ("メールを送れず", "The mail service refused the mail"),
        What::LinksExpired { .. } => ("受け取りリンクの期限切れ", "The link ran out"),
        What::Claimed { .. } => ("バッジを受け取り", "Accepted"),
        What::Shown { visibility: Visibility::PublicWithoutName, .. } => {
            ("氏名を出さずに公開", "Made public without the name")
        }
        What::Shown { .. } => ("公開", "Made public"),
        What::Deleted { .. } => ("バッジを削除", "Deleted"),
        What::Withdrawn { .. } => {
            ("バッジを取り下げ（以前のリンクは無効）", "Withdrawn: the links before are void")
        }
        What::Reported(Report::Delivered) => ("メールが届いた", "The mail was delivered"),
        What::Reported(Report::Delayed) => ("メールの配達が遅れている", "The mail is delayed"),
        What::Reported(Report::Bounced { for_good: true }) => {
            ("メールが戻った（アドレスが使われていない）", "The mail came back: no such address")
        }
        What::Reported(Report::Bounced { for_good: false }) => {
            ("メールが戻った（一時的な理由）", "The mail came back, for now")
        }
        What::Reported(Report::Complained) => ("迷惑メールとして報告された", "Reported as junk"),
        What::Reported(Report::Rejected) => ("メールを送れず", "The mail was not sent"),
        What::AddressStopped => ("このアドレスへの送信を停止", "Mail to the address was stopped"),
        What::Revoked { ground: Ground::IssuedInError, .. } => {
            ("発行者の手違いとして取り消し", "Revoked: it had been issued in error")
        }
        What::Revoked { ground: Ground::Misconduct, .. } => {
            ("規程違反により取り消し", "Revoked: a breach of the rules")
        }
        What::Revoked { ground: Ground::QualificationWithdrawn, .. } => {
            ("資格の取り消しにより取り消し", "Revoked: the qualification was withdrawn")
        }
        // What has more to say is said by `what`.
        What::Refused(_)
        | What::Mailed { .. }
        | What::LinkMade { .. }
        | What::Order { .. }
        | What::Office(_) => ("", ""),
    }
}

fn mailed(mail: MailKind) -> (&'static str, &'static str) {
    match mail {
        MailKind::FirstReminder => ("1回目の再案内を送信", "The first reminder was sent"),
        MailKind::LastReminder => ("最後の再案内を送信", "The last reminder was sent"),
        MailKind::LinkResent => ("新しい受け取りリンクを送信", "A fresh link was sent"),
        _ => ("お知らせを送信", "The mail about it was sent"),
    }
}

fn ordered(happened: &Happened, language: Language) -> &'static str {
    match happened {
        Happened::Placed => language.say("再発行を申し込み", "A reissue was ordered"),
        Happened::AddresseeChanged => {
            language.say("領収書の宛名を変更", "The receipt's addressee was changed")
        }
        Happened::Paid { .. } => language.say("再発行の入金", "The reissue was paid"),
        Happened::LineFound { .. } => {
            language.say("入金を明細で確認", "The payment was found in the statement")
        }
        Happened::PaymentParked { .. } => language.say("合わない入金を保留", "A payment was parked"),
        Happened::PaymentReturned { .. } => {
            language.say("保留の入金を返金", "The parked payment was given back")
        }
        Happened::Favoured { .. } => {
            language.say("無料の再発行を手配", "A reissue free of charge was ordered")
        }
        Happened::Reissued => language.say("再発行", "Issued again"),
        Happened::Expired => language.say("再発行の支払期限切れ", "The order was not paid in time"),
        Happened::Ended { .. } => language.say("再発行の申し込みを終了", "The order was ended"),
        Happened::Refunded { .. } => language.say("再発行の料金を返金", "The money was given back"),
        Happened::PartlyRefunded => language.say("料金の一部を返金", "Part of the money was given back"),
        Happened::Disputed => language.say("支払いに異議の申し立て", "The payment is disputed"),
        Happened::DisputeWon => language.say("異議は認められず", "The dispute was won"),
    }
}

fn done(deed: &Deed, language: Language) -> String {
    let with = |text: (&str, &str), reason: &str| match language {
        Language::Japanese => format!("{}（理由：{reason}）", text.0),
        Language::English => format!("{} ({reason})", text.1),
    };
    match deed {
        Deed::AddressCorrected { reason, .. } => {
            with(("登録内容を訂正", "The register was corrected"), reason.as_str())
        }
        Deed::CandidateCancelled { reason, .. } => {
            with(("登録を取り消し", "The candidate was cancelled"), reason.as_str())
        }
        Deed::AddressReleased { reason, .. } => {
            with(("このアドレスへの送信を再開", "Mail to the address was released"), reason.as_str())
        }
        Deed::MonthApproved { .. } => both(("この月の発行を承認", "The month was approved"), language),
        Deed::LinkResent { .. } => {
            both(("受け取りリンクの送り直しを指示", "A fresh link was asked for"), language)
        }
        Deed::LinksResent { .. } => both(
            ("未受取の方全員への送り直しを指示", "Fresh links to all who have not accepted were asked for"),
            language,
        ),
        Deed::PersonExported { .. } => {
            both(("保有データを本人に開示", "The person's data were handed out"), language)
        }
        _ => both(("事務局の操作", "The office did something"), language),
    }
}
