//! The form by which anyone asks the office.

use shomei_core::inquiry::{INQUIRY_CHARACTERS, Topic};

use crate::layout::{Frame, document, page_template, silent_debug};
use crate::{Bilingual, Language, RenderError};

silent_debug!(InquiryPage, InquiryDraft, AboutBadge);

/// The form by which anyone asks the office.
///
/// It posts `topic` (a name of a [`Topic`]), `message`, `address`, `form`, and `homepage`, which nobody fills in, to `/inquiry`. Where
/// the inquiry is about a badge, it posts `badge` or `claim` as well; and once an address looks like a slip, that very address as
/// `sure`.
#[derive(Clone)]
pub struct InquiryPage {
    /// Whose office it is.
    pub issuer: Bilingual,
    /// Where else to ask.
    pub contact: String,
    /// What stands in the fields.
    pub draft: InquiryDraft,
    /// Names this showing of the form.
    pub form: String,
    /// The badge that the reader has proved to hold.
    pub about: Option<AboutBadge>,
    /// What was wrong with what was sent.
    pub wrong: Vec<InquiryFault>,
    /// The address that was probably meant.
    pub suggestion: Option<String>,
}

/// What stands in the fields of the form: what the reader typed, or what is known already.
#[derive(Clone, Default)]
pub struct InquiryDraft {
    /// The chosen topic.
    pub topic: Option<Topic>,
    /// The message.
    pub message: String,
    /// Where the answer goes.
    pub address: String,
    /// The field that nobody sees, unless something was typed into it.
    pub homepage: String,
}

/// The badge that an inquiry is about.
#[derive(Clone)]
pub struct AboutBadge {
    /// What it certifies.
    pub achievement: Bilingual,
    /// By what it is named: the field's name, and its value.
    pub named: (&'static str, String),
}

/// What is wrong with what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InquiryFault {
    /// No topic was chosen.
    TopicMissing,
    /// There is no message.
    MessageMissing,
    /// It is longer than [`INQUIRY_CHARACTERS`].
    MessageTooLong,
    /// It is no mail address.
    AddressWrong,
    /// It is one, and looks like a slip.
    AddressDoubtful,
    /// Something stands in the field that nobody fills in.
    NotEmpty,
    /// It was sent faster than anyone types.
    TooFresh,
    /// The form was shown too long ago.
    TooOld,
    /// Too many inquiries were sent.
    TooMany,
}

page_template!(InquiryTemplate, InquiryPage, "inquiry.html");

impl InquiryPage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("お問い合わせ", "Ask us");
        let frame = Frame::unlisted(language, title).of(&self.issuer).ask(&self.contact);
        document(&InquiryTemplate { language, frame, page: self })
    }

    /// Name, words, and whether it is chosen.
    fn topics(&self, language: Language) -> [(&'static str, &'static str, bool); Topic::ALL.len()] {
        Topic::ALL.map(|topic| (topic.name(), topic_words(topic, language), self.draft.topic == Some(topic)))
    }

    fn has(&self, fault: InquiryFault) -> bool {
        self.wrong.contains(&fault)
    }

    fn message_fault(&self, language: Language) -> Option<String> {
        if self.has(InquiryFault::MessageMissing) {
            let words = language.say("内容が入力されていません。", "There is no message yet.");
            return Some(words.to_owned());
        }
        self.has(InquiryFault::MessageTooLong).then(|| match language {
            Language::Japanese => format!("長すぎます。{INQUIRY_CHARACTERS}文字以内で入力してください。"),
            Language::English => {
                format!("This is too long. Please use at most {INQUIRY_CHARACTERS} characters.")
            }
        })
    }

    /// Why it was not sent, if that is no fault of a field.
    fn headline(&self, language: Language) -> Option<&'static str> {
        if self.has(InquiryFault::TooMany) {
            Some(language.say(
                "お問い合わせの回数が上限に達しました。1時間ほどたってから、もう一度送信してください。お急ぎのときは、下のお問い合わせ先へ直接ご連絡ください。",
                "Too many inquiries were sent. Please send it again in an hour. If it is urgent, write to the contact below.",
            ))
        } else if self.has(InquiryFault::TooOld) {
            Some(language.say(
                "ページを開いてから時間がたちました。内容をご確認のうえ、もう一度「送信する」を押してください。",
                "This page was opened a long time ago. Please look through it and press “Send” once more.",
            ))
        } else if self.has(InquiryFault::TooFresh) {
            Some(language.say(
                "自動送信を防ぐため、すぐには送信できません。数秒おいて、もう一度「送信する」を押してください。",
                "To keep programs out, a form cannot be sent at once. Please wait a few seconds and press “Send” once more.",
            ))
        } else if self.wrong.is_empty() {
            None
        } else {
            Some(language.say(
                "まだ送信されていません。赤い文字の項目をご確認ください。",
                "Nothing has been sent yet. Please look at the fields marked in red.",
            ))
        }
    }
}

/// What a topic is called.
pub(crate) fn topic_words(topic: Topic, language: Language) -> &'static str {
    match topic {
        Topic::Mail => language.say("メールが届かない", "A mail did not arrive"),
        Topic::Claiming => language.say("受け取り・ログインができない", "Accepting a badge, signing in"),
        Topic::Correction => language.say("氏名や内容に誤りがある", "A mistake in a badge"),
        Topic::Sharing => language.say("公開・共有について", "Publishing and sharing"),
        Topic::Reissue => language.say("削除・再発行・お支払い", "Deletion, reissue, payment"),
        Topic::Verifying => {
            language.say("バッジの確認（企業・採用ご担当の方）", "Checking a badge (for employers)")
        }
        Topic::Other => language.say("その他", "Something else"),
    }
}

/// An inquiry was sent.
#[derive(Clone, Debug)]
pub struct InquirySentPage {
    /// Whose office it is.
    pub issuer: Bilingual,
    /// Where the answer comes from.
    pub contact: String,
}

page_template!(InquirySentTemplate, InquirySentPage, "inquiry_sent.html");

impl InquirySentPage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("お問い合わせを送信しました", "Your inquiry has been sent");
        let frame = Frame::unlisted(language, title).of(&self.issuer).ask(&self.contact);
        document(&InquirySentTemplate { language, frame, page: self })
    }
}
