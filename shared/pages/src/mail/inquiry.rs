//! What somebody asks, for the office.

use jiff::Timestamp;
use shomei_core::{
    badge::{Revoked, Visibility},
    calendar,
    inquiry::{InquiryText, Proof, Topic},
    issuance::{BadgeStory, MailStory, Standing},
};

use crate::inquiry::topic_words;
use crate::layout::silent_debug;
use crate::mail::{both, mail_templates, single_line};
use crate::office::ground_label;
use crate::wrap::quoted;
use crate::{Bilingual, Language, Occasion};

silent_debug!(InquiryMail);

/// What somebody asks, for the office, which answers to whoever asked.
///
/// In the plain text every line that the sender wrote begins with `> `, so that nothing of it can be taken for what the system says.
#[derive(Clone)]
pub struct InquiryMail {
    /// Whose office it is.
    pub issuer: Bilingual,
    /// What both call the inquiry.
    pub reference: String,
    /// About what.
    pub topic: Topic,
    /// In these words.
    pub message: InquiryText,
    /// Where an answer goes.
    pub reply_to: String,
    /// Whether the sender was signed in to a wallet that knows that address.
    pub proven: bool,
    /// When it was sent.
    pub at: Timestamp,
    /// The badge that the sender proved to hold.
    pub badge: Option<BadgeStory>,
}

mail_templates!(InquiryMail, "mail/inquiry.txt", "mail/inquiry.html");

impl InquiryMail {
    fn subject(&self) -> String {
        let (issuer, reference) = (&self.issuer.ja, &self.reference);
        let topic = topic_words(self.topic, Language::Japanese);
        format!("【{issuer}】お問い合わせ {reference}：{topic} / Inquiry {reference}")
    }

    fn on_single_lines(&self) -> Self {
        Self {
            issuer: both(&self.issuer),
            reference: single_line(&self.reference),
            reply_to: single_line(&self.reply_to),
            message: self.message.clone(),
            badge: self.badge.clone(),
            ..*self
        }
    }

    fn quotation(&self) -> String {
        quoted(self.message.as_str())
    }

    /// Label and value of each fact about the badge.
    fn story(&self, language: Language) -> Option<Vec<(&'static str, String)>> {
        self.badge.as_ref().map(|story| story_facts(story, language))
    }

    /// Label and value of each fact about the inquiry.
    fn facts(&self, language: Language) -> Vec<(&'static str, String)> {
        let address = &self.reply_to;
        let reply_to = match (language, self.proven) {
            (Language::Japanese, true) => format!("{address}（ウォレットで確認済みのアドレス）"),
            (Language::Japanese, false) => format!("{address}（本人のものか、確認していません）"),
            (Language::English, true) => format!("{address} (proven in the wallet)"),
            (Language::English, false) => format!("{address} (nobody has proven whose it is)"),
        };
        vec![
            (language.say("種類", "About"), topic_words(self.topic, language).to_owned()),
            (language.say("番号", "Reference"), self.reference.clone()),
            (language.say("受付", "Received"), language.moment(&self.at)),
            (language.say("返信先", "Reply to"), reply_to),
        ]
    }
}

fn story_facts(story: &BadgeStory, language: Language) -> Vec<(&'static str, String)> {
    let day = |at: &Timestamp| language.date(calendar::japan_date(*at));
    let name = language.say(&story.achievement.ja, &story.achievement.en);
    let end = story.valid_until.as_ref().map_or(language.say("なし", "none").to_owned(), day);
    let mut facts = vec![
        (language.say("確認", "Proven by"), proof_words(story.by, language).to_owned()),
        (language.say("資格", "Achievement"), single_line(name)),
        (language.say("バッジの番号", "Badge number"), story.id.to_string()),
        (Occasion::from(story.kind).label(language), language.date(story.date)),
        (language.say("発行", "Issued"), language.moment(&story.issued_at)),
        (language.say("有効期限", "Valid until"), end),
        (language.say("状態", "State"), standing_words(&story.standing, language)),
    ];
    facts.extend(mail_facts(&story.mails, language));
    facts
}

fn proof_words(proof: Proof, language: Language) -> &'static str {
    match proof {
        Proof::Wallet => {
            language.say("ウォレットにログインして送信", "signed in to the wallet that holds it")
        }
        Proof::Link => {
            language.say("受け取り用リンクから送信", "came by the link that was mailed to claim it")
        }
    }
}

fn standing_words(standing: &Standing, language: Language) -> String {
    match standing {
        Standing::Waits => language.say("まだ受け取られていません", "not accepted yet").to_owned(),
        Standing::Claimed { at, visibility } => {
            let (ja, en) = match visibility {
                Visibility::Private => ("非公開", "private"),
                Visibility::Public => ("公開（氏名あり）", "public, with the name"),
                Visibility::PublicWithoutName => ("公開（氏名なし）", "public, without the name"),
            };
            let at = language.moment(at);
            match language {
                Language::Japanese => format!("{at}に受け取り済み、{ja}"),
                Language::English => format!("accepted on {at}; {en}"),
            }
        }
        Standing::Revoked(Revoked { ground, at }) => {
            let (at, ground) = (language.moment(at), ground_label(*ground, language));
            match language {
                Language::Japanese => format!("{at}に発行者が取り消し（{ground}）"),
                Language::English => format!("revoked by the issuer on {at}: {ground}"),
            }
        }
        Standing::Deleted { at } => {
            let at = language.moment(at);
            match language {
                Language::Japanese => format!("{at}に削除済み"),
                Language::English => format!("deleted on {at}"),
            }
        }
    }
}

fn mail_facts(mails: &MailStory, language: Language) -> Vec<(&'static str, String)> {
    let mail = language.say("ご案内メール", "Announcement");
    let mut facts = vec![match &mails.announced_at {
        Some(at) => {
            let at = language.moment(at);
            (
                mail,
                match language {
                    Language::Japanese => format!(
                        "{at}に送信。届いたかどうかは、職員用ページの「これまでの経緯」をご覧ください"
                    ),
                    Language::English => format!("sent on {at}; whether it arrived, the staff's pages tell"),
                },
            )
        }
        None if mails.owed => (mail, language.say("まだ送信していません", "not sent yet").to_owned()),
        None => (mail, language.say("記録なし", "none on record").to_owned()),
    }];
    if mails.reminders > 0 {
        let (count, last) = (mails.reminders, mails.reminded_at.map(|at| language.moment(&at)));
        let value = match (language, last) {
            (Language::Japanese, Some(last)) => format!("{count}回、最後は{last}"),
            (Language::Japanese, None) => format!("{count}回"),
            (Language::English, Some(last)) => format!("{count}, the last one {last}"),
            (Language::English, None) => count.to_string(),
        };
        facts.push((language.say("再度のご案内", "Reminders"), value));
    }
    let owed = if mails.stopped {
        let (ja, en) =
            ("アドレスへの送信を止めているため、送っていません", "not sent: mail to the address is stopped");
        Some(language.say(ja, en))
    } else if mails.refused {
        Some(language.say("メールサービスに拒否されました", "refused by the mail service"))
    } else {
        None
    };
    if let Some(value) = owed {
        facts.push((language.say("送信待ちのメール", "Mail that is owed"), value.to_owned()));
    }
    facts
}
