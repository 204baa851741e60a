//! One order, for the owner of the wallet.

use lambda_http::http::StatusCode;
use serde::Deserialize;
use shomei_core::{
    calendar,
    order::{Addressee, AnyOrder, OrderId},
    reissue::{
        order::{self, Addressed},
        papers,
    },
};
use shomei_http::{Problem, Request, Response, holder::Owner};
use shomei_pages::reissue::{AddresseeFault, OrderNotice, OrderStanding, OrderStatusPage};

use crate::{Reissue, holder::addressee_fault, not_our_form, page};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AddresseeForm {
    addressee: String,
}

#[derive(Deserialize)]
struct Done {
    done: String,
}

impl Reissue {
    pub(crate) async fn order(
        &self,
        request: &Request,
        order: &str,
        owner: &Owner<'_>,
    ) -> Result<Response, Problem> {
        let order = self.order_of(order, owner).await?;
        let notice = shomei_http::query::<Done>(request).and_then(|query| OrderNotice::parse(&query.done));
        self.standing(&order, notice, None, owner).await
    }

    pub(crate) async fn address_receipt(
        &self,
        request: &Request,
        order: &str,
        owner: &Owner<'_>,
    ) -> Result<Response, Problem> {
        let id = OrderId::parse(order).ok_or_else(Problem::not_found)?;
        let form: AddresseeForm = shomei_http::form(request).ok_or_else(not_our_form)?;
        let addressee = match Addressee::parse(&form.addressee) {
            Ok(addressee) => addressee,
            Err(fault) => {
                let order = self.order_of(order, owner).await?;
                let wrong = (form.addressee, addressee_fault(fault));
                return self.standing(&order, None, Some(wrong), owner).await;
            }
        };
        let changed = order::address_receipt(self.ports(), &owner.wallet().id, &id, &addressee).await?;
        match changed.ok_or_else(Problem::not_found)? {
            Addressed::Changed => Ok(done(&id, OrderNotice::AddresseeChanged)),
            Addressed::TooLate => Err(Problem::new(
                StatusCode::CONFLICT,
                "receipt-issued",
                ("宛名は変更できません", "The addressee cannot be changed any more"),
                (
                    "領収書はすでに発行されたか、このお申し込みは終了しています。お申し込みのページを開き直してご確認ください。",
                    "The receipt is issued already, or the order has ended. Please open the page of the order again.",
                ),
            )),
        }
    }

    /// An order of this wallet.
    pub(crate) async fn order_of(&self, order: &str, owner: &Owner<'_>) -> Result<AnyOrder, Problem> {
        let id = OrderId::parse(order).ok_or_else(Problem::not_found)?;
        order::one(self.ports(), &owner.wallet().id, &id).await?.ok_or_else(Problem::not_found)
    }

    async fn standing(
        &self,
        order: &AnyOrder,
        notice: Option<OrderNotice>,
        wrong: Option<(String, AddresseeFault)>,
        owner: &Owner<'_>,
    ) -> Result<Response, Problem> {
        let terms = order.terms();
        let typed = terms.addressee.as_ref().map(|addressee| addressee.as_str().to_owned());
        let (addressee, wrong) = match wrong {
            Some((typed, fault)) => (typed, Some(fault)),
            None => (typed.unwrap_or_default(), None),
        };
        let status = if wrong.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
        let view = OrderStatusPage {
            issuer: self.issuer(),
            contact: self.contact(),
            achievement: terms.name.clone().into(),
            kind: terms.kind.into(),
            date: terms.date,
            reference: terms.reference.to_string(),
            price: terms.fee.into(),
            addressee,
            asked_on: calendar::japan_date(terms.asked_at),
            notice,
            back: format!("/wallet/badges/{}", terms.replaces),
            state: self.state(order, wrong).await?,
        };
        page(status, owner.language, view.render(owner.language))
    }

    async fn state(&self, order: &AnyOrder, wrong: Option<AddresseeFault>) -> Result<OrderStanding, Problem> {
        let path = path(&order.terms().id);
        let receipt_url = order.paid().map(|_| format!("{path}/receipt"));
        Ok(match order {
            AnyOrder::Awaiting(order) => OrderStanding::Awaiting {
                pay_by: calendar::japan_date(order.state.pay_by),
                bank: self.programme.reissue.bank.clone().map(Into::into),
                card_url: self
                    .programme
                    .reissue
                    .payment_link
                    .as_ref()
                    .map(|link| link.of_order(&order.terms.id)),
                addressee_action: format!("{path}/addressee"),
                wrong,
            },
            AnyOrder::Paid(paid) => {
                let on = papers::paid_on(self.ports(), order).await?;
                let on = on.unwrap_or_else(|| calendar::japan_date(paid.state.settled_at));
                OrderStanding::Paid { on, receipt_url }
            }
            AnyOrder::Reissued(order) => OrderStanding::Reissued {
                on: calendar::japan_date(order.state.reissued_at),
                badge_url: format!("/wallet/badges/{}", order.state.badge),
                receipt_url,
            },
            AnyOrder::Expired(order) => OrderStanding::Expired {
                on: calendar::japan_date(order.state.expired_at),
                order_again: format!("/reissue/badges/{}", order.terms.replaces),
            },
            AnyOrder::Refunded(order) => OrderStanding::Refunded {
                on: calendar::japan_date(order.state.refunded_at),
                receipt_url,
                credit_note_url: Some(format!("{path}/credit-note")),
                badge_url: order.state.badge.as_ref().map(|badge| format!("/wallet/badges/{badge}")),
            },
        })
    }
}

/// The page of an order.
pub(crate) fn path(order: &OrderId) -> String {
    format!("/reissue/orders/{order}")
}

/// Shows an order, and what was done.
pub(crate) fn done(order: &OrderId, notice: OrderNotice) -> Response {
    shomei_http::redirect(&format!("{}?done={}", path(order), notice.name()))
}
