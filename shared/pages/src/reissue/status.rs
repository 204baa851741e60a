//! An order: how to pay for it, and what has come of it.

use jiff::civil::Date;

use super::{AddresseeFault, BankAccount, Price};
use crate::layout::{Frame, Place, document, page_template, silent_debug};
use crate::{Bilingual, Language, Occasion, RenderError};

silent_debug!(OrderStatusPage, OrderStanding);

/// One order of a reissue.
///
/// While it waits to be paid, its form posts `addressee` to the address given there.
#[derive(Clone)]
pub struct OrderStatusPage {
    /// Whose wallets these are.
    pub issuer: Bilingual,
    /// Where to ask.
    pub contact: String,
    /// The name of the achievement.
    pub achievement: Bilingual,
    /// What earned it.
    pub kind: Occasion,
    /// The day of passing or renewing.
    pub date: Date,
    /// The number of the order: eight digits, which tell a transfer from others.
    pub reference: String,
    /// What it costs.
    pub price: Price,
    /// The receipt's addressee; what was typed, if that was wrong.
    pub addressee: String,
    /// The day of the order.
    pub asked_on: Date,
    /// What has just been done.
    pub notice: Option<OrderNotice>,
    /// The page of the deleted badge.
    pub back: String,
    /// What has come of it.
    pub state: OrderStanding,
}

/// What has come of an order.
#[derive(Clone)]
pub enum OrderStanding {
    /// It waits to be paid.
    Awaiting {
        /// The last day to pay.
        pay_by: Date,
        /// The account for a transfer, if one can be made.
        bank: Option<BankAccount>,
        /// The page of the payment service, if it can be paid there.
        card_url: Option<String>,
        /// Where the form is posted that changes the addressee.
        addressee_action: String,
        /// What was wrong with the addressee that was sent.
        wrong: Option<AddresseeFault>,
    },
    /// It is paid, and the badge is being issued.
    Paid {
        /// The day of the payment.
        on: Date,
        /// The receipt's page.
        receipt_url: Option<String>,
    },
    /// The badge has been issued again.
    Reissued {
        /// The day of issue.
        on: Date,
        /// The new badge's page in the wallet.
        badge_url: String,
        /// The receipt's page. None: it was free of charge.
        receipt_url: Option<String>,
    },
    /// It was not paid in time.
    Expired {
        /// The day on which it ended.
        on: Date,
        /// The page to order again.
        order_again: String,
    },
    /// What was paid has been given back.
    Refunded {
        /// The day of the refund.
        on: Date,
        /// The receipt's page, if one was made.
        receipt_url: Option<String>,
        /// The credit note's page, if one was made.
        credit_note_url: Option<String>,
        /// The new badge's page, if it had been issued.
        badge_url: Option<String>,
    },
}

/// Said once, on top of the page that follows an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OrderNotice {
    /// The order has been placed.
    Placed,
    /// The receipt has another addressee now.
    AddresseeChanged,
}

impl OrderNotice {
    const ALL: [Self; 2] = [Self::Placed, Self::AddresseeChanged];

    /// Its name in an address, as in `?done=placed`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Placed => "placed",
            Self::AddresseeChanged => "addressee-changed",
        }
    }

    /// The notice of that name. Any other name says nothing.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.name() == name)
    }

    fn words(self, language: Language) -> &'static str {
        match self {
            Self::Placed => language.say(
                "再発行のお申し込みを承りました。同じ内容をメールでもお送りします。",
                "We have received your order. The same details are on their way by mail.",
            ),
            Self::AddresseeChanged => {
                language.say("領収書の宛名を変更しました。", "The addressee of the receipt has been changed.")
            }
        }
    }
}

page_template!(StatusTemplate, OrderStatusPage, "reissue/status.html");

impl OrderStatusPage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("再発行のお申し込みの状況", "Your order of a reissue");
        let frame = Frame::unlisted(language, title).of(&self.issuer).ask(&self.contact).at(Place::Below);
        document(&StatusTemplate { language, frame, page: self })
    }

    fn wrong(&self) -> Option<AddresseeFault> {
        match self.state {
            OrderStanding::Awaiting { wrong, .. } => wrong,
            _ => None,
        }
    }

    /// The account for a transfer, while one can be made. Its copy buttons are all that needs the script.
    fn bank(&self) -> Option<&BankAccount> {
        match &self.state {
            OrderStanding::Awaiting { bank, .. } => bank.as_ref(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_found_by_its_name_only() {
        for notice in OrderNotice::ALL {
            assert_eq!(OrderNotice::parse(notice.name()), Some(notice));
        }
        for unknown in ["", "Placed", "paid", "placed "] {
            assert_eq!(OrderNotice::parse(unknown), None, "{unknown}");
        }
    }
}
