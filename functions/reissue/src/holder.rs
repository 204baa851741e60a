//! What the owner of a wallet does: the order's form, and placing it.

use lambda_http::http::StatusCode;
use serde::Deserialize;
use shomei_core::{
    badge::{AnyBadge, BadgeId, ConsentVersion},
    calendar,
    claim::holdings,
    order::{Addressee, PAY_WITHIN_DAYS},
    reissue::order::{self, Offer, Orderable, Ordered},
};
use shomei_http::{Problem, Request, Response, holder::Owner};
use shomei_pages::reissue::{
    AddresseeFault, NotOffered, NotOfferedPage, ORDER_WORDING, OrderNotice, OrderPage,
};

use crate::{ByOwner, Reissue, not_our_form, page};

/// The form of the order's page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OrderForm {
    addressee: String,
    consent: ConsentVersion,
    /// What the page said that it costs.
    price: u32,
}

impl Reissue {
    pub(crate) async fn by_owner(
        &self,
        operation: ByOwner,
        request: &Request,
        parameter: &str,
        owner: &Owner<'_>,
    ) -> Result<Response, Problem> {
        match operation {
            ByOwner::OrderForm => self.order_form(parameter, owner).await,
            ByOwner::PlaceOrder => self.place_order(request, parameter, owner).await,
            ByOwner::Order => self.order(request, parameter, owner).await,
            ByOwner::AddressReceipt => self.address_receipt(request, parameter, owner).await,
            ByOwner::Receipt => self.receipt(parameter, owner).await,
            ByOwner::CreditNote => self.credit_note(parameter, owner).await,
        }
    }

    async fn order_form(&self, badge: &str, owner: &Owner<'_>) -> Result<Response, Problem> {
        let badge = BadgeId::parse(badge).ok_or_else(Problem::not_found)?;
        let found = order::look(self.ports(), &owner.wallet().id, &badge).await?;
        match found.ok_or_else(Problem::not_found)? {
            Orderable::Offer(offer) if self.programme.reissue.can_be_paid() => {
                let name = offer.addressee.as_ref().map(|name| name.as_str().to_owned());
                let addressee = name.unwrap_or_default();
                self.offer(*offer, addressee, None, owner)
            }
            Orderable::Offer(offer) => {
                self.not_offered(offer.badge.name.into(), NotOffered::NoWayToPay, &badge, owner)
            }
            Orderable::Running(order) => Ok(shomei_http::redirect(&crate::order::path(&order))),
            orderable => self.refused(orderable, &badge, owner).await,
        }
    }

    async fn place_order(
        &self,
        request: &Request,
        badge: &str,
        owner: &Owner<'_>,
    ) -> Result<Response, Problem> {
        let badge = BadgeId::parse(badge).ok_or_else(Problem::not_found)?;
        let form: OrderForm = shomei_http::form(request).ok_or_else(not_our_form)?;
        let agreed = form.consent.0 == ORDER_WORDING && form.price == self.programme.reissue.fee.total.0;
        if !agreed || !self.programme.reissue.can_be_paid() {
            return Err(not_our_form());
        }
        let wallet = &owner.wallet().id;
        let addressee = match Addressee::parse(&form.addressee) {
            Ok(addressee) => addressee,
            Err(fault) => {
                let found = order::look(self.ports(), wallet, &badge).await?;
                return match found.ok_or_else(Problem::not_found)? {
                    Orderable::Offer(offer) => {
                        self.offer(*offer, form.addressee, Some(addressee_fault(fault)), owner)
                    }
                    Orderable::Running(order) => Ok(shomei_http::redirect(&crate::order::path(&order))),
                    orderable => self.refused(orderable, &badge, owner).await,
                };
            }
        };
        let placed = order::place(self.ports(), wallet, &badge, &addressee, &form.consent).await?;
        match placed.ok_or_else(Problem::not_found)? {
            Ordered::Order(order) => Ok(crate::order::done(&order, OrderNotice::Placed)),
            Ordered::Not(orderable) => self.refused(orderable, &badge, owner).await,
        }
    }

    fn offer(
        &self,
        offer: Offer,
        addressee: String,
        wrong: Option<AddresseeFault>,
        owner: &Owner<'_>,
    ) -> Result<Response, Problem> {
        let Offer { badge, fee, .. } = offer;
        let view = OrderPage {
            issuer: self.issuer(),
            contact: self.contact(),
            achievement: badge.name.into(),
            picture_url: None,
            kind: badge.kind.into(),
            date: badge.date,
            valid_until: badge.valid_until.map(calendar::japan_date),
            price: fee.into(),
            addressee,
            wrong,
            bank: self.programme.reissue.bank.is_some(),
            card: self.programme.reissue.payment_link.is_some(),
            pay_within_days: PAY_WITHIN_DAYS,
            action: format!("/reissue/badges/{}", badge.id),
            back: format!("/wallet/badges/{}", badge.id),
        };
        let status = if wrong.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
        page(status, owner.language, view.render(owner.language))
    }

    /// Why a badge of the wallet cannot be ordered.
    async fn refused(
        &self,
        orderable: Orderable,
        badge: &BadgeId,
        owner: &Owner<'_>,
    ) -> Result<Response, Problem> {
        let reason = match orderable {
            Orderable::Expired(end) => NotOffered::Expired { on: calendar::japan_date(end) },
            Orderable::IssuedAgain(badge) => {
                let ours = holdings::one(self.ports().of_claim(), &owner.wallet().id, &badge).await?;
                match ours {
                    Some(_) => NotOffered::IssuedAgain { url: format!("/wallet/badges/{badge}") },
                    None => NotOffered::Elsewhere,
                }
            }
            Orderable::OrderedElsewhere => NotOffered::Elsewhere,
            Orderable::Revoked(revoked) => NotOffered::Revoked(revoked),
            Orderable::OffRecord => NotOffered::OffRecord,
            Orderable::NotDeleted | Orderable::Offer(_) | Orderable::Running(_) => NotOffered::NotDeleted,
        };
        let held = holdings::one(self.ports().of_claim(), &owner.wallet().id, badge).await?;
        let name = match held.ok_or_else(Problem::not_found)?.badge {
            AnyBadge::Deleted(badge) => badge.name,
            AnyBadge::Claimed(badge) => badge.wording.name,
            AnyBadge::Unclaimed(_) => return Err(Problem::not_found()),
        };
        self.not_offered(name.into(), reason, badge, owner)
    }

    fn not_offered(
        &self,
        achievement: shomei_pages::Bilingual,
        reason: NotOffered,
        badge: &BadgeId,
        owner: &Owner<'_>,
    ) -> Result<Response, Problem> {
        let view = NotOfferedPage {
            issuer: self.issuer(),
            contact: self.contact(),
            achievement,
            reason,
            back: format!("/wallet/badges/{badge}"),
        };
        page(StatusCode::CONFLICT, owner.language, view.render(owner.language))
    }
}

pub(crate) fn addressee_fault(fault: shomei_core::order::AddresseeFault) -> AddresseeFault {
    use shomei_core::order::AddresseeFault as Found;
    match fault {
        Found::Missing => AddresseeFault::Missing,
        Found::TooLong => AddresseeFault::TooLong,
        Found::ControlCharacter => AddresseeFault::ControlCharacter,
    }
}
