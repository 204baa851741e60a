//! That the office was asked, for whoever asked.

use jiff::Timestamp;
use shomei_core::inquiry::Topic;

use crate::inquiry::topic_words;
use crate::mail::{MailHost, both, mail_templates, single_line};
use crate::{Bilingual, Language};

/// That the office was asked. It repeats nothing of what was written.
#[derive(Clone, Debug)]
pub struct InquiryReceived {
    /// Whose office it is.
    pub issuer: Bilingual,
    /// What both call the inquiry.
    pub reference: String,
    /// About what it is.
    pub topic: Topic,
    /// When it was sent.
    pub at: Timestamp,
    /// Where the answer comes from.
    pub contact: String,
    /// The address the mail comes from, for the reader to allow.
    pub sender: String,
    /// Who keeps the recipient's mails.
    pub host: MailHost,
}

mail_templates!(InquiryReceived, "mail/inquiry_received.txt", "mail/inquiry_received.html");

impl InquiryReceived {
    fn subject(&self) -> String {
        let (issuer, reference) = (&self.issuer.ja, &self.reference);
        format!("【{issuer}】お問い合わせを受け付けました（{reference}） / We have your inquiry")
    }

    fn on_single_lines(&self) -> Self {
        Self {
            issuer: both(&self.issuer),
            reference: single_line(&self.reference),
            contact: single_line(&self.contact),
            sender: single_line(&self.sender),
            ..*self
        }
    }

    fn topic(&self, language: Language) -> &'static str {
        topic_words(self.topic, language)
    }
}
