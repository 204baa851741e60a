//! One badge of the wallet: its state, who may see it, how to share it, and deleting it.

use lambda_http::http::StatusCode;
use serde::Deserialize;
use shomei_core::{
    badge::{AnyBadge, BadgeId, ConsentVersion, Visibility},
    calendar,
    claim::{
        deletion,
        holdings::{self, Held},
        visibility,
    },
    order::AnyOrder,
    verify,
};
use shomei_http::{Problem, Request, Response};
use shomei_pages::{
    badge::{BadgePage, Publish},
    wallet::{DeletePage, Deleted, HolderBadge, Notice, ReissueOffer, RevokedPage, SharePage, confirms},
};

use crate::{
    Claim, inquiry, link, not_our_form, page,
    reader::{Owner, done, notice},
    wallet::{Confirmation, state},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    visibility: Visibility,
    consent: ConsentVersion,
}

#[derive(Deserialize)]
struct Shown {
    visibility: Visibility,
}

impl Claim {
    pub(crate) async fn badge(
        &self,
        request: &Request,
        id: &str,
        owner: &Owner<'_>,
    ) -> Result<Response, Problem> {
        let (badge, newer) = match self.held(id, owner).await? {
            Held { badge: AnyBadge::Claimed(badge), newer, .. } => (badge, newer),
            held => return self.gone(held, owner).await,
        };
        let now = self.clock.now();
        let view = HolderBadge {
            issuer: self.issuer(),
            contact: self.contact(),
            notice: notice(request),
            id: badge.id.to_string(),
            achievement: badge.wording.name.into(),
            description: badge.wording.description.into(),
            picture_url: self.programme.artwork_url(&badge.artwork),
            kind: badge.kind.into(),
            date: badge.date,
            issued: calendar::japan_date(badge.issued_at),
            claimed_on: calendar::japan_date(badge.state.claimed_at),
            valid_until: badge.valid_until.map(calendar::japan_date),
            expired: badge.valid_until.is_some_and(|until| until < now),
            holder_name: badge.holder_name.as_str().to_owned(),
            state: state(badge.state.visibility),
            // What was allowed can be ended, whatever is configured since.
            name_match: (self.name_match.is_some() || badge.state.name_marks.is_some())
                .then_some(badge.state.name_marks.is_some()),
            public_url: self.programme.badge_url(&badge.id),
            inquiry_url: inquiry::about(&badge.id),
            newer: newer.map(|newer| path(&newer)),
        };
        page(StatusCode::OK, owner.language, view.render(owner.language))
    }

    /// The very page that strangers would get, checks included.
    pub(crate) async fn preview(
        &self,
        request: &Request,
        id: &str,
        owner: &Owner<'_>,
    ) -> Result<Response, Problem> {
        let id = BadgeId::parse(id).ok_or_else(Problem::not_found)?;
        let shown: Shown = shomei_http::query(request).ok_or_else(not_our_form)?;
        let preview = visibility::preview(self.ports(), &owner.wallet().id, &id, shown.visibility).await?;
        let visibility::Preview { seen, now_public } = preview.ok_or_else(Problem::not_found)?;
        let examined =
            verify::examine_as_shown(&*self.table, &self.programme, seen, self.clock.now()).await?;
        let publish = Publish {
            action: format!("{}/visibility", path(&id)),
            visibility: shown.visibility.name().to_owned(),
            back: path(&id),
            now_public,
        };
        let mut view = BadgePage { preview: Some(publish), ..BadgePage::of(&self.programme, examined) };
        view.name_match_url = view.name_match_url.filter(|_| self.name_match.is_some());
        page(StatusCode::OK, owner.language, view.render(owner.language))
    }

    pub(crate) async fn choose_visibility(
        &self,
        request: &Request,
        id: &str,
        owner: &Owner<'_>,
    ) -> Result<Response, Problem> {
        let id = BadgeId::parse(id).ok_or_else(Problem::not_found)?;
        let form: Choice = shomei_http::form(request).ok_or_else(not_our_form)?;
        if form.visibility.is_public() {
            link::agreed(&form.consent)?;
        }
        let wallet = &owner.wallet().id;
        let chosen = visibility::choose(self.ports(), wallet, &id, form.visibility, &form.consent).await?;
        if !chosen {
            return Err(Problem::not_found());
        }
        let notice = if form.visibility.is_public() { Notice::Published } else { Notice::Hidden };
        Ok(done(&path(&id), notice))
    }

    pub(crate) async fn share(&self, id: &str, owner: &Owner<'_>) -> Result<Response, Problem> {
        let Held { badge: AnyBadge::Claimed(badge), .. } = self.held(id, owner).await? else {
            return Err(Problem::not_found());
        };
        if !badge.state.visibility.is_public() {
            return Ok(shomei_http::redirect(&path(&badge.id)));
        }
        let url = self.programme.badge_url(&badge.id);
        let view = SharePage {
            issuer: self.issuer(),
            contact: self.contact(),
            back: path(&badge.id),
            achievement: badge.wording.name.into(),
            badge_id: badge.id.to_string(),
            png_url: format!("{url}.png"),
            json_url: format!("{url}.json"),
            qr_url: self.programme.qr_url(&badge.id),
            issued: calendar::japan_date(badge.issued_at),
            valid_until: badge.valid_until.map(calendar::japan_date),
            url,
        };
        page(StatusCode::OK, owner.language, view.render(owner.language))
    }

    pub(crate) async fn delete_form(
        &self,
        id: &str,
        owner: &Owner<'_>,
        wrong: bool,
    ) -> Result<Response, Problem> {
        let badge = match self.held(id, owner).await? {
            Held { badge: AnyBadge::Claimed(badge), .. } => badge,
            held => return self.gone(held, owner).await,
        };
        let view = DeletePage {
            issuer: self.issuer(),
            contact: self.contact(),
            achievement: badge.wording.name.into(),
            picture_url: self.programme.artwork_url(&badge.artwork),
            public: badge.state.visibility.is_public(),
            fee_yen: (!badge.candidate.is_nobody()).then_some(self.programme.reissue.fee.total.0),
            action: format!("{}/delete", path(&badge.id)),
            back: path(&badge.id),
            wrong,
        };
        let status = if wrong { StatusCode::BAD_REQUEST } else { StatusCode::OK };
        page(status, owner.language, view.render(owner.language))
    }

    pub(crate) async fn delete(
        &self,
        request: &Request,
        id: &str,
        owner: &Owner<'_>,
    ) -> Result<Response, Problem> {
        let form: Confirmation = shomei_http::form(request).ok_or_else(not_our_form)?;
        if !confirms(&form.confirm) {
            return self.delete_form(id, owner, true).await;
        }
        let badge = BadgeId::parse(id).ok_or_else(Problem::not_found)?;
        deletion::delete(self.ports(), &owner.wallet().id, &badge).await?;
        // Also whoever sends the form twice sees that it is deleted.
        Ok(shomei_http::redirect(&path(&badge)))
    }

    /// What is left of a deleted or revoked badge.
    async fn gone(&self, held: Held, owner: &Owner<'_>) -> Result<Response, Problem> {
        let Held { badge: AnyBadge::Deleted(badge), order, again, .. } = held else {
            return Err(Problem::not_found());
        };
        let order = match order {
            Some(order) => holdings::order(self.ports(), &order).await?,
            None => None,
        };
        let order_url = order.as_ref().map(|order| format!("/reissue/orders/{}", order.terms().id));
        if let Some(revoked) = badge.revoked {
            let view = RevokedPage {
                issuer: self.issuer(),
                contact: self.contact(),
                achievement: badge.name.into(),
                revoked,
                again: again.map(|new| path(&new)),
                order_url,
            };
            return page(StatusCode::OK, owner.language, view.render(owner.language));
        }
        let runs = matches!(order, Some(AnyOrder::Awaiting(_) | AnyOrder::Paid(_)));
        let expired = badge.valid_until.is_some_and(|end| end < self.clock.now());
        let (reissue, order_url) = match (again, order_url) {
            (Some(new), order_url) => (ReissueOffer::IssuedAgain { url: path(&new) }, order_url),
            (None, Some(url)) if runs => (ReissueOffer::Running { url }, None),
            (None, order_url) if expired => (ReissueOffer::Expired, order_url),
            (None, order_url) if badge.candidate.is_nobody() => (ReissueOffer::OffRecord, order_url),
            (None, order_url) if self.programme.reissue.can_be_paid() => {
                (ReissueOffer::Order { url: format!("/reissue/badges/{}", badge.id) }, order_url)
            }
            (None, order_url) => (ReissueOffer::NotOffered, order_url),
        };
        let view = Deleted {
            issuer: self.issuer(),
            contact: self.contact(),
            achievement: badge.name.into(),
            valid_until: badge.valid_until.map(calendar::japan_date),
            price: self.programme.reissue.fee.into(),
            reissue,
            order_url,
        };
        page(StatusCode::OK, owner.language, view.render(owner.language))
    }

    /// A badge of this wallet, claimed or deleted.
    async fn held(&self, id: &str, owner: &Owner<'_>) -> Result<Held, Problem> {
        let id = BadgeId::parse(id).ok_or_else(Problem::not_found)?;
        holdings::one(self.ports(), &owner.wallet().id, &id).await?.ok_or_else(Problem::not_found)
    }
}

pub(crate) fn path(badge: &BadgeId) -> String {
    format!("/wallet/badges/{badge}")
}
