//! The paid reissue of a deleted badge: ordering it, paying for it, and its receipt.
//!
//! A holder without a wallet begins at [`AskPage`], whoever has one at the page of the deleted badge. Like the wallet's,
//! these pages are for one reader each, and need no script. Where an account to pay into is shown, the page loads
//! [`SCRIPT`](crate::SCRIPT) for its copy buttons.

mod order;
mod receipt;
mod restore;
mod status;

pub use order::{NotOffered, NotOfferedPage, OrderPage};
pub use receipt::{CreditNotePage, Paid, ReceiptPage};
pub use restore::{AskFault, AskPage, AskedPage, RestoreGonePage, RestorePage};
pub use status::{OrderNotice, OrderStanding, OrderStatusPage};

use shomei_core::order::Addressee;

use crate::Language;
use crate::layout::silent_debug;

silent_debug!(BankAccount);

/// The version of the terms on [`OrderPage`]. The form sends it back in `consent`, so that the record says which terms
/// the holder agreed to. Change it whenever those terms change.
pub const ORDER_WORDING: &str = "reissue-order-1";

/// The longest addressee of a receipt, in characters.
pub const ADDRESSEE_CHARACTERS: usize = Addressee::LONGEST;

/// What a reissue costs, in whole yen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// All that is to be paid, consumption tax included.
    pub total_yen: u32,
    /// The rate of the consumption tax.
    pub tax_percent: u32,
    /// The tax in the total, rounded once for the whole receipt (Consumption Tax Act, order of enforcement, article 70-10).
    pub tax_yen: u32,
}

impl Price {
    /// `5,500円（税込）`.
    pub(crate) fn total(self, language: Language) -> String {
        if self.is_free() {
            language.say("無料", "Free of charge").to_owned()
        } else {
            language.yen(self.total_yen)
        }
    }

    /// `うち消費税額（10%） 500円`.
    pub(crate) fn tax_within(self, language: Language) -> String {
        let (percent, tax) = (self.tax_percent, language.amount(self.tax_yen));
        match language {
            Language::Japanese => format!("うち消費税額（{percent}%） {tax}"),
            Language::English => format!("of which consumption tax ({percent}%): {tax}"),
        }
    }

    pub(crate) fn is_free(self) -> bool {
        self.total_yen == 0
    }
}

/// The account that a transfer is made to, as a bank's form asks for it.
#[derive(Clone, PartialEq, Eq)]
pub struct BankAccount {
    /// The bank.
    pub bank: String,
    /// The branch, with its number if it has one.
    pub branch: String,
    /// What kind of account it is, as `普通`.
    pub kind: String,
    /// The account number.
    pub number: String,
    /// Who holds the account, in katakana.
    pub holder: String,
}

/// Why an addressee cannot stand on a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AddresseeFault {
    /// Nothing was typed.
    Missing,
    /// It is longer than [`ADDRESSEE_CHARACTERS`].
    TooLong,
    /// It holds a line break or another character that cannot be printed.
    ControlCharacter,
}

impl AddresseeFault {
    fn words(self, language: Language) -> String {
        match self {
            Self::Missing => language
                .say("宛名が入力されていません。入力してください。", "There is no addressee. Please enter one.")
                .to_owned(),
            Self::TooLong => match language {
                Language::Japanese => {
                    format!("宛名が長すぎます。{ADDRESSEE_CHARACTERS}文字以内で入力してください。")
                }
                Language::English => {
                    format!("The addressee is too long. Please use at most {ADDRESSEE_CHARACTERS} characters.")
                }
            },
            Self::ControlCharacter => language
                .say(
                    "宛名に、印字できない文字（改行など）が含まれています。入力し直してください。",
                    "The addressee holds characters that cannot be printed, such as a line break. Please enter it again.",
                )
                .to_owned(),
        }
    }
}

impl From<shomei_core::money::Fee> for Price {
    fn from(fee: shomei_core::money::Fee) -> Self {
        Self { total_yen: fee.total.0, tax_percent: fee.tax_percent.into(), tax_yen: fee.tax().0 }
    }
}

impl From<shomei_core::programme::BankAccount> for BankAccount {
    fn from(account: shomei_core::programme::BankAccount) -> Self {
        let shomei_core::programme::BankAccount { bank, branch, kind, number, holder } = account;
        Self { bank, branch, kind, number, holder }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_says_its_tax() {
        let price = Price { total_yen: 5_500, tax_percent: 10, tax_yen: 500 };
        assert_eq!(price.total(Language::Japanese), "5,500円（税込）");
        assert_eq!(price.tax_within(Language::Japanese), "うち消費税額（10%） 500円");
        assert_eq!(price.tax_within(Language::English), "of which consumption tax (10%): 500 yen");
        let free = Price { total_yen: 0, tax_percent: 10, tax_yen: 0 };
        assert_eq!(free.total(Language::Japanese), "無料");
    }
}
