//! The receipt and the credit note, each on one sheet of A4.
//!
//! With a registration number they hold what a qualified invoice and a qualified return invoice must hold (Consumption
//! Tax Act, article 57-4, paragraphs 1 and 3). Without one they must not be taken for these, and do not say so.

use jiff::civil::Date;

use super::Price;
use crate::layout::{Frame, Place, document, page_template, silent_debug};
use crate::{Bilingual, Language, RenderError};

silent_debug!(ReceiptPage, CreditNotePage);

/// The receipt for a reissue.
#[derive(Clone)]
pub struct ReceiptPage {
    /// Who received the payment.
    pub issuer: Bilingual,
    /// Where to ask.
    pub contact: String,
    /// The issuer's postal address, in lines.
    pub issuer_address: Option<String>,
    /// The issuer's number in the register of qualified invoice issuers: `T` and 13 digits.
    pub registration_number: Option<String>,
    /// The receipt's number.
    pub number: String,
    /// The day on which the receipt was made.
    pub issued_on: Date,
    /// The day of the payment.
    pub paid_on: Date,
    /// The addressee, exactly as typed.
    pub addressee: String,
    /// The name of the achievement whose badge was issued again.
    pub achievement: Bilingual,
    /// What was paid.
    pub price: Price,
    /// How it was paid.
    pub way: Paid,
    /// The number of the credit note and the day of the refund, if the payment was given back.
    pub refunded: Option<(String, Date)>,
    /// The order's page.
    pub back: String,
}

/// How an order was paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Paid {
    /// By bank transfer.
    BankTransfer,
    /// At the payment service.
    Card,
}

impl Paid {
    fn words(self, language: Language) -> &'static str {
        match self {
            Self::BankTransfer => language.say("銀行振込", "Bank transfer"),
            Self::Card => language
                .say("クレジットカードなど（決済サービス）", "Card or another way, at the payment service"),
        }
    }
}

/// The credit note for a reissue whose payment was given back.
#[derive(Clone)]
pub struct CreditNotePage {
    /// Who gave the payment back.
    pub issuer: Bilingual,
    /// Where to ask.
    pub contact: String,
    /// The issuer's postal address, in lines.
    pub issuer_address: Option<String>,
    /// The issuer's number in the register of qualified invoice issuers: `T` and 13 digits.
    pub registration_number: Option<String>,
    /// The credit note's number.
    pub number: String,
    /// The day on which the credit note was made.
    pub issued_on: Date,
    /// The day of the refund.
    pub refunded_on: Date,
    /// The number of the receipt that it undoes.
    pub receipt_number: String,
    /// The day of the payment, as on that receipt.
    pub paid_on: Date,
    /// The addressee, as on that receipt.
    pub addressee: String,
    /// The name of the achievement.
    pub achievement: Bilingual,
    /// What was given back.
    pub price: Price,
    /// The order's page.
    pub back: String,
}

page_template!(ReceiptTemplate, ReceiptPage, "reissue/receipt.html");
page_template!(CreditNoteTemplate, CreditNotePage, "reissue/credit_note.html");

impl ReceiptPage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let frame = Frame::unlisted(language, self.title(language));
        let frame = frame.of(&self.issuer).ask(&self.contact).at(Place::Below);
        document(&ReceiptTemplate { language, frame, page: self })
    }

    fn title(&self, language: Language) -> &'static str {
        if self.registration_number.is_some() {
            language.say("領収書（適格請求書）", "Receipt (qualified invoice)")
        } else {
            language.say("領収書", "Receipt")
        }
    }
}

impl CreditNotePage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let frame = Frame::unlisted(language, self.title(language));
        let frame = frame.of(&self.issuer).ask(&self.contact).at(Place::Below);
        document(&CreditNoteTemplate { language, frame, page: self })
    }

    fn title(&self, language: Language) -> &'static str {
        if self.registration_number.is_some() {
            language.say("返金のお知らせ（適格返還請求書）", "Credit note (qualified return invoice)")
        } else {
            language.say("返金のお知らせ", "Credit note")
        }
    }
}
