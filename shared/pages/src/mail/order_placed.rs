//! A reissue has been ordered: how to pay for it.

use jiff::civil::Date;

use crate::Bilingual;
use crate::layout::silent_debug;
use crate::mail::{MailHost, both, mail_templates, single_line};
use crate::reissue::{BankAccount, Price};

silent_debug!(OrderPlaced);

/// A reissue has been ordered, and waits to be paid.
#[derive(Clone)]
pub struct OrderPlaced {
    /// Who issues the badge.
    pub issuer: Bilingual,
    /// The name of the achievement.
    pub achievement: Bilingual,
    /// The number of the order: eight digits, which tell a transfer from others.
    pub reference: String,
    /// What it costs.
    pub price: Price,
    /// The last day to pay.
    pub pay_by: Date,
    /// The account for a transfer, if one can be made.
    pub bank: Option<BankAccount>,
    /// Can it be paid at the payment service? The link there stands on the order's page only.
    pub card: bool,
    /// The order's page. It asks to sign in, and the address holds no secret.
    pub url: String,
    /// Where to ask.
    pub contact: String,
    /// The address the mail comes from, for the reader to allow.
    pub sender: String,
    /// Who keeps the recipient's mails.
    pub host: MailHost,
}

mail_templates!(OrderPlaced, "mail/order_placed.txt", "mail/order_placed.html");

impl OrderPlaced {
    fn subject(&self) -> String {
        format!("【{}】再発行のお申し込みを承りました / Your order of a reissue", self.issuer.ja)
    }

    fn on_single_lines(&self) -> Self {
        Self {
            issuer: both(&self.issuer),
            achievement: both(&self.achievement),
            reference: single_line(&self.reference),
            bank: self.bank.as_ref().map(account_on_single_lines),
            url: single_line(&self.url),
            contact: single_line(&self.contact),
            sender: single_line(&self.sender),
            ..*self
        }
    }
}

fn account_on_single_lines(account: &BankAccount) -> BankAccount {
    BankAccount {
        bank: single_line(&account.bank),
        branch: single_line(&account.branch),
        kind: single_line(&account.kind),
        number: single_line(&account.number),
        holder: single_line(&account.holder),
    }
}
