//! Receipts and credit notes, for the owner of the wallet, to be read and printed.

use lambda_http::http::StatusCode;
use shomei_core::{
    order::{IssuedPaper, OrderId, Way},
    reissue::papers::{self, Papers},
};
use shomei_http::{Problem, Response, holder::Owner};
use shomei_pages::reissue::{CreditNotePage, Paid, ReceiptPage};

use crate::{Reissue, order::path, page};

impl Reissue {
    pub(crate) async fn receipt(&self, order: &str, owner: &Owner<'_>) -> Result<Response, Problem> {
        let (id, Papers { receipt, credit_note }) = self.papers(order, owner).await?;
        let paper = receipt.ok_or_else(Problem::not_found)?;
        let view = ReceiptPage {
            issuer: paper.issuer.name.into(),
            contact: self.contact(),
            issuer_address: paper.issuer.address,
            registration_number: paper.issuer.registration,
            number: paper.number.to_string(),
            issued_on: paper.issued_on,
            paid_on: paper.paid_on,
            addressee: paper.addressee.as_str().to_owned(),
            achievement: paper.achievement.into(),
            price: paper.fee.into(),
            way: match paper.way {
                Way::BankTransfer => Paid::BankTransfer,
                Way::PaymentService => Paid::Card,
            },
            refunded: credit_note.map(|note| (note.number.to_string(), note.issued_on)),
            back: path(&id),
        };
        page(StatusCode::OK, owner.language, view.render(owner.language))
    }

    pub(crate) async fn credit_note(&self, order: &str, owner: &Owner<'_>) -> Result<Response, Problem> {
        let (id, papers) = self.papers(order, owner).await?;
        let paper = papers.credit_note.ok_or_else(Problem::not_found)?;
        let IssuedPaper { number, issued_on, issuer, addressee, achievement, fee, paid_on, receipt, .. } =
            paper;
        let view = CreditNotePage {
            issuer: issuer.name.into(),
            contact: self.contact(),
            issuer_address: issuer.address,
            registration_number: issuer.registration,
            number: number.to_string(),
            issued_on,
            refunded_on: issued_on,
            receipt_number: receipt.map(|receipt| receipt.to_string()).unwrap_or_default(),
            paid_on,
            addressee: addressee.as_str().to_owned(),
            achievement: achievement.into(),
            price: fee.into(),
            back: path(&id),
        };
        page(StatusCode::OK, owner.language, view.render(owner.language))
    }

    async fn papers(&self, order: &str, owner: &Owner<'_>) -> Result<(OrderId, Papers), Problem> {
        let id = OrderId::parse(order).ok_or_else(Problem::not_found)?;
        let papers = papers::of_wallet(self.ports(), &owner.wallet().id, &id).await?;
        Ok((id, papers.ok_or_else(Problem::not_found)?))
    }
}
