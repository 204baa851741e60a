//! The wallet as a whole: its badges, its language, what is held about its owner, and its end.

use lambda_http::http::StatusCode;
use serde::Deserialize;
use shomei_core::{
    badge::{AnyBadge, Visibility},
    calendar,
    claim::{
        addresses, closing, export,
        holdings::{self, Held},
        session::SignedIn,
    },
    programme::Locale,
};
use shomei_http::{Problem, Request, Response, holder::keep};
use shomei_pages::wallet::{
    ClosePage, Closed, Notice, WalletBadge, WalletBadgeState, WalletPage, confirms_closing,
};

use crate::{
    Claim, archive, not_our_form, page,
    reader::{Owner, done, notice},
};

/// So many badges stand on one page.
const BADGES_A_PAGE: usize = 30;

#[derive(Deserialize)]
struct Page {
    page: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chosen {
    language: Locale,
}

/// A typed confirmation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Confirmation {
    pub(crate) confirm: String,
}

impl Claim {
    pub(crate) async fn overview(&self, request: &Request, owner: &Owner<'_>) -> Result<Response, Problem> {
        let number = page_of(request);
        let skip = number.saturating_sub(1).saturating_mul(BADGES_A_PAGE);
        let wallet = owner.wallet();
        let (held, all) = holdings::list(self.ports(), &wallet.id, skip, BADGES_A_PAGE).await?;
        if held.is_empty() && all > 0 {
            return Ok(shomei_http::redirect("/wallet"));
        }
        let more = skip.saturating_add(BADGES_A_PAGE) < all;
        let view = WalletPage {
            issuer: self.issuer(),
            contact: self.contact(),
            notice: notice(request),
            main_address: wallet.main_address().map(|main| main.as_str().to_owned()).unwrap_or_default(),
            address_count: wallet.addresses.len(),
            badges: held.iter().filter_map(|held| self.listed(held)).collect(),
            export_pages: u32::try_from(export::pages(all)).unwrap_or(u32::MAX),
            next: more.then(|| format!("/wallet?page={}", number.saturating_add(1))),
        };
        page(StatusCode::OK, owner.language, view.render(owner.language))
    }

    /// A badge as it stands in the list.
    fn listed(&self, held: &Held) -> Option<WalletBadge> {
        let now = self.clock.now();
        let (id, name, kind, date, valid_until, picture_url, state) = match &held.badge {
            AnyBadge::Unclaimed(_) => return None,
            AnyBadge::Claimed(badge) => (
                &badge.id,
                &badge.wording.name,
                badge.kind,
                badge.date,
                badge.valid_until,
                self.programme.artwork_url(&badge.artwork),
                state(badge.state.visibility),
            ),
            AnyBadge::Deleted(badge) => {
                let (on, again) = (calendar::japan_date(badge.deleted_at), held.again.is_some());
                let state = match badge.revoked {
                    Some(revoked) => WalletBadgeState::Revoked { revoked, again },
                    None => WalletBadgeState::Deleted { on, again },
                };
                (&badge.id, &badge.name, badge.kind, badge.date, badge.valid_until, String::new(), state)
            }
        };
        Some(WalletBadge {
            url: format!("/wallet/badges/{id}"),
            achievement: name.clone().into(),
            picture_url,
            kind: kind.into(),
            date,
            valid_until: valid_until.map(calendar::japan_date),
            state,
            expired: valid_until.is_some_and(|until| until < now),
            renewed: held.newer.is_some(),
        })
    }

    pub(crate) async fn choose_language(
        &self,
        request: &Request,
        owner: &Owner<'_>,
    ) -> Result<Response, Problem> {
        let form: Chosen = shomei_http::form(request).ok_or_else(not_our_form)?;
        addresses::choose_locale(self.ports(), &owner.wallet().id, form.language).await?;
        Ok(done("/wallet", Notice::LanguageChanged))
    }

    pub(crate) async fn export(&self, request: &Request, owner: &Owner<'_>) -> Result<Response, Problem> {
        let SignedIn { wallet, session } = owner.signed_in;
        let export = export::export(self.ports(), wallet, session, page_of(request)).await?;
        let export = export.ok_or_else(Problem::not_found)?;
        archive::pack(&export).map(|archive| shomei_http::zip(archive, "open-badges.zip"))
    }

    pub(crate) async fn close_form(&self, owner: &Owner<'_>, wrong: bool) -> Result<Response, Problem> {
        let view = ClosePage {
            issuer: self.issuer(),
            contact: self.contact(),
            badges: closing::live_badges(self.ports(), &owner.wallet().id).await?,
            fee_yen: self.programme.reissue.fee.total.0,
            wrong,
        };
        let status = if wrong { StatusCode::BAD_REQUEST } else { StatusCode::OK };
        page(status, owner.language, view.render(owner.language))
    }

    pub(crate) async fn close(&self, request: &Request, owner: &Owner<'_>) -> Result<Response, Problem> {
        let form: Confirmation = shomei_http::form(request).ok_or_else(not_our_form)?;
        if !confirms_closing(&form.confirm) {
            return self.close_form(owner, true).await;
        }
        let badges = closing::close(self.ports(), &owner.wallet().id).await?;
        let view = Closed { issuer: self.issuer(), contact: self.contact(), badges };
        keep(page(StatusCode::OK, owner.language, view.render(owner.language))?, "", 0)
    }
}

/// How a claimed badge is shown.
pub(crate) fn state(visibility: Visibility) -> WalletBadgeState {
    match visibility {
        Visibility::Private => WalletBadgeState::Private,
        Visibility::Public => WalletBadgeState::Public,
        Visibility::PublicWithoutName => WalletBadgeState::PublicWithoutName,
    }
}

fn page_of(request: &Request) -> usize {
    shomei_http::query::<Page>(request).map_or(1, |query| query.page)
}
