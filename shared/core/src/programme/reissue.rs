//! On what terms a deleted badge is issued again.

use url::Url;

use crate::{money::Fee, order::OrderId, store::Failure};

/// The terms of one installation. What is not configured is not offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReissueTerms {
    /// What it costs.
    pub fee: Fee,
    /// The issuer's number as a registered issuer of qualified invoices, `T` and 13 digits. None: receipts are no qualified invoices.
    pub registration: Option<String>,
    /// The issuer's postal address, for receipts.
    pub issuer_address: Option<String>,
    /// Where transfers go. None: nobody can pay by transfer.
    pub bank: Option<BankAccount>,
    /// The payment service's page for this fee. None: nobody can pay there.
    pub payment_link: Option<PaymentLink>,
}

/// The terms as settings have them.
#[derive(Debug, Default)]
pub struct Written {
    /// As [`ReissueTerms::registration`].
    pub registration: Option<String>,
    /// As [`ReissueTerms::issuer_address`].
    pub issuer_address: Option<String>,
    /// See [`BankAccount::parse`].
    pub bank_account: Option<String>,
    /// See [`PaymentLink::parse`].
    pub payment_link: Option<String>,
}

impl Default for ReissueTerms {
    fn default() -> Self {
        Self { fee: Fee::REISSUE, registration: None, issuer_address: None, bank: None, payment_link: None }
    }
}

impl ReissueTerms {
    /// From settings as they are written down. What is none is not offered.
    ///
    /// # Errors
    /// [`Failure::NeedsPerson`] for what is written otherwise.
    pub fn parse(fee: Fee, written: Written) -> Result<Self, Failure> {
        let Written { registration, issuer_address, bank_account, payment_link } = written;
        let terms = Self {
            fee,
            registration: None,
            issuer_address,
            bank: bank_account.map(|text| BankAccount::parse(&text)).transpose()?,
            payment_link: payment_link.map(|text| PaymentLink::parse(&text)).transpose()?,
        };
        match registration {
            Some(number) => terms.with_registration(&number),
            None => Ok(terms),
        }
    }

    /// Whether anyone can pay.
    pub fn can_be_paid(&self) -> bool {
        self.bank.is_some() || self.payment_link.is_some()
    }

    /// The same, as a registered issuer of qualified invoices (消費税法57条の2).
    ///
    /// # Errors
    /// [`Failure::NeedsPerson`] if the number is not `T` and 13 digits.
    pub fn with_registration(self, number: &str) -> Result<Self, Failure> {
        let digits = number.strip_prefix('T').unwrap_or_default();
        if digits.len() != 13 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Failure::NeedsPerson(
                "the invoice registration number is not T and 13 digits".to_owned(),
            ));
        }
        Ok(Self { registration: Some(number.to_owned()), ..self })
    }
}

/// A bank account as payers write it down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankAccount {
    /// The bank's name.
    pub bank: String,
    /// The branch's name.
    pub branch: String,
    /// 普通 or 当座.
    pub kind: String,
    /// The account's number: seven digits.
    pub number: String,
    /// The holder's name in katakana.
    pub holder: String,
}

impl BankAccount {
    /// From a setting: `bank|branch|kind|number|holder`.
    ///
    /// # Errors
    /// [`Failure::NeedsPerson`] if a part is missing, or the number is none.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let parts: Vec<&str> = text.split('|').map(str::trim).collect();
        match parts.as_slice() {
            [bank, branch, kind, number, holder]
                if parts.iter().all(|part| !part.is_empty())
                    && number.len() <= 8
                    && number.bytes().all(|byte| byte.is_ascii_digit()) =>
            {
                let owned = |part: &str| part.to_owned();
                Ok(Self {
                    bank: owned(bank),
                    branch: owned(branch),
                    kind: owned(kind),
                    number: owned(number),
                    holder: owned(holder),
                })
            }
            _ => Err(Failure::NeedsPerson(
                "the bank account is not written as bank|branch|kind|number|holder".to_owned(),
            )),
        }
    }
}

/// The payment service's page for the fee: a Payment Link of Stripe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentLink(Url);

impl PaymentLink {
    /// From a setting.
    ///
    /// # Errors
    /// [`Failure::NeedsPerson`] if it is no https address.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let url = Url::parse(text).ok().filter(|url| url.scheme() == "https" && url.has_host());
        url.map(Self).ok_or_else(|| Failure::NeedsPerson("the payment link is no https address".to_owned()))
    }

    /// The page for one order. The order's name comes back with the payment; nothing else of the order, and nothing of the person,
    /// goes there (Stripe, "Payment Links", URL parameters: `client_reference_id`).
    pub fn of_order(&self, order: &OrderId) -> String {
        let mut url = self.0.clone();
        url.query_pairs_mut().append_pair("client_reference_id", &order.to_string());
        url.into()
    }

    /// The origin of the page, to which a form or link may lead.
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_do_not_fit_are_told() {
        let account = BankAccount::parse("見本銀行|本店|普通|0123456|ミホンシカクキョウカイ").unwrap();
        assert_eq!((account.branch.as_str(), account.number.as_str()), ("本店", "0123456"));
        for wrong in [
            "",
            "見本銀行|本店|普通|0123456",
            "見本銀行||普通|0123456|ミホン",
            "見本銀行|本店|普通|012-345|ミホン",
        ] {
            assert!(BankAccount::parse(wrong).is_err(), "{wrong}");
        }
        assert!(ReissueTerms::default().with_registration("T1234567890123").is_ok());
        for wrong in ["1234567890123", "T123", "T12345678901２3"] {
            assert!(ReissueTerms::default().with_registration(wrong).is_err(), "{wrong}");
        }
        assert!(PaymentLink::parse("http://buy.example.com/x").is_err());
    }

    #[test]
    fn a_payment_link_carries_the_order_and_nothing_else() {
        let order = OrderId::parse("2026-11-0d8d2f0e-51c5-4c8c-9a53-1d1f0a2a6f11").unwrap();
        let link = PaymentLink::parse("https://buy.example.com/test_1?locale=ja").unwrap();
        assert_eq!(
            link.of_order(&order),
            "https://buy.example.com/test_1?locale=ja&client_reference_id=2026-11-0d8d2f0e-51c5-4c8c-9a53-1d1f0a2a6f11"
        );
        assert_eq!(link.origin(), "https://buy.example.com");
    }
}
