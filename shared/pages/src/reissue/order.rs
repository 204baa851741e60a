//! Ordering a reissue, and why that may not be possible.

use jiff::civil::Date;
use shomei_core::badge::Revoked;

use super::{AddresseeFault, Price};
use crate::layout::{Frame, Place, document, page_template, silent_debug};
use crate::{Bilingual, Language, Occasion, RenderError};

silent_debug!(OrderPage);

/// Says what a reissue is, what it costs and on which terms, and takes the order.
///
/// The form posts `addressee` and `consent` ([`ORDER_WORDING`](super::ORDER_WORDING)) to `action`.
///
/// It is the last page before an order, so it holds what must stand there (Act on Specified Commercial Transactions,
/// article 12-6): what is delivered, price, time and way of payment, time of delivery, and withdrawal.
#[derive(Clone)]
pub struct OrderPage {
    /// Whose wallets these are.
    pub issuer: Bilingual,
    /// Where to ask.
    pub contact: String,
    /// The name of the achievement.
    pub achievement: Bilingual,
    /// The badge picture, on this site, if there is one to show.
    pub picture_url: Option<String>,
    /// What earned it.
    pub kind: Occasion,
    /// The day of passing or renewing.
    pub date: Date,
    /// The last day of validity, if it ends. A reissue does not change it.
    pub valid_until: Option<Date>,
    /// What it costs.
    pub price: Price,
    /// What stands in the field for the receipt's addressee.
    pub addressee: String,
    /// What was wrong with the addressee that was sent.
    pub wrong: Option<AddresseeFault>,
    /// May it be paid by bank transfer?
    pub bank: bool,
    /// May it be paid at the payment service?
    pub card: bool,
    /// After how many days an order that is not paid ends.
    pub pay_within_days: u32,
    /// Where the form is posted.
    pub action: String,
    /// The page of the deleted badge.
    pub back: String,
}

page_template!(OrderTemplate, OrderPage, "reissue/order.html");

impl OrderPage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("再発行のお申し込み", "Order a reissue");
        let frame = Frame::unlisted(language, title).of(&self.issuer).ask(&self.contact).at(Place::Below);
        document(&OrderTemplate { language, frame, page: self })
    }

    fn wrong(&self) -> Option<AddresseeFault> {
        self.wrong
    }

    fn ways(&self, language: Language) -> &'static str {
        match (self.bank, self.card) {
            (true, true) => language.say(
                "銀行振込、またはクレジットカードなど（決済サービスの画面でお支払い）",
                "Bank transfer, or a card or another way that the payment service offers",
            ),
            (true, false) => language.say("銀行振込", "Bank transfer"),
            (false, true) => language.say(
                "クレジットカードなど（決済サービスの画面でお支払い）",
                "A card or another way that the payment service offers",
            ),
            (false, false) => {
                language.say("お問い合わせ先でご案内します", "Please write to the contact below")
            }
        }
    }
}

/// The badge cannot be ordered.
#[derive(Clone)]
pub struct NotOfferedPage {
    /// Whose wallets these are.
    pub issuer: Bilingual,
    /// Where to ask.
    pub contact: String,
    /// The name of the achievement.
    pub achievement: Bilingual,
    /// Why.
    pub reason: NotOffered,
    /// The badge's page in the wallet.
    pub back: String,
}

/// Why a badge cannot be ordered.
#[derive(Clone)]
pub enum NotOffered {
    /// Its validity is over, and a reissue would not change that.
    Expired {
        /// The last day of validity.
        on: Date,
    },
    /// Its holder still has it.
    NotDeleted,
    /// It has been issued again already.
    IssuedAgain {
        /// The page in the wallet of the badge that took its place.
        url: String,
    },
    /// It is ordered, or was issued again, in another wallet of the same person.
    Elsewhere,
    /// Nothing can be paid on this site.
    NoWayToPay,
    /// The issuer revoked it.
    Revoked(Revoked),
    /// The time for which the issuer keeps the register is over.
    OffRecord,
}

silent_debug!(NotOfferedPage, NotOffered);
page_template!(NotOfferedTemplate, NotOfferedPage, "reissue/not_offered.html");

impl NotOfferedPage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("再発行を申し込めません", "This badge cannot be ordered");
        let frame = Frame::unlisted(language, title).of(&self.issuer).ask(&self.contact).at(Place::Below);
        document(&NotOfferedTemplate { language, frame, page: self })
    }
}
