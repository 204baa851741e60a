//! The mailed link: the offer, accepting it, and what else may be asked for in front of it.

use lambda_http::http::StatusCode;
use serde::Deserialize;
use shomei_core::{
    address::MailAddress,
    badge::{Badge, Claimed, ConsentVersion, Visibility},
    calendar,
    claim::{self, Accepted, Offer, Opened, addresses, holdings, session},
    token::Token,
};
use shomei_http::{
    Problem, Request, Response,
    metrics::{self, Metric},
};
use shomei_pages::{claim as pages, wallet::Notice};

use crate::{
    Claim, inquiry, noted, page,
    reader::{Owner, Reader, done},
    session::SIGN_IN_MAILED,
};

/// The form of the offer's page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Acceptance {
    visibility: Visibility,
    consent: ConsentVersion,
}

impl Claim {
    pub(crate) async fn open(&self, token: &str, reader: &Reader) -> Result<Response, Problem> {
        let Some(token) = Token::parse(token) else { return self.unknown(reader) };
        match claim::open(self.ports(), &token).await? {
            Opened::Offer(offer) => {
                let view = self.offer(&token, &offer, reader);
                page(StatusCode::OK, reader.language, view.render(reader.language))
            }
            Opened::Claimed(badge) => self.claimed(&token, &badge, false, reader).await,
            Opened::Expired => self.expired(&token, reader),
            Opened::Unknown => self.unknown(reader),
        }
    }

    pub(crate) async fn accept(
        &self,
        request: &Request,
        token: &str,
        reader: &Reader,
    ) -> Result<Response, Problem> {
        let form = acceptance(request)?;
        let Some(token) = Token::parse(token) else { return self.unknown(reader) };
        match claim::accept(self.ports(), &token, form.visibility, &form.consent).await? {
            Accepted::Now(badge) => {
                metrics::count(Metric::Claimed, 1);
                self.claimed(&token, &badge, true, reader).await
            }
            Accepted::Before(badge) => self.claimed(&token, &badge, false, reader).await,
            Accepted::Expired => self.expired(&token, reader),
            Accepted::Unknown => self.unknown(reader),
        }
    }

    pub(crate) async fn mail_link(&self, token: &str, reader: &Reader) -> Result<Response, Problem> {
        let Some(token) = Token::parse(token) else { return self.unknown(reader) };
        noted(claim::ask_link(self.ports(), &token, &reader.client).await?)?;
        Ok(shomei_http::redirect("/wallet/link-mailed"))
    }

    pub(crate) fn link_mailed(&self, reader: &Reader) -> Result<Response, Problem> {
        let view = pages::LinkSent { contact: self.contact(), sender: self.programme.sender.clone() };
        page(StatusCode::OK, reader.language, view.render(reader.language))
    }

    pub(crate) async fn mail_sign_in(&self, token: &str, reader: &Reader) -> Result<Response, Problem> {
        let Some(token) = Token::parse(token) else { return self.unknown(reader) };
        noted(session::ask_by_link(self.ports(), &token, &reader.client).await?)?;
        Ok(shomei_http::redirect(SIGN_IN_MAILED))
    }

    pub(crate) async fn join(&self, token: &str, owner: &Owner<'_>) -> Result<Response, Problem> {
        let token = Token::parse(token).ok_or_else(Problem::not_found)?;
        let wallet = &owner.wallet().id;
        match addresses::ask_by_link(self.ports(), wallet, &token, owner.client).await? {
            Some(asked) => noted(asked).map(|()| done("/wallet", Notice::ProofSent)),
            // Claimed or expired meanwhile: the link's own page says so.
            None => Ok(shomei_http::redirect(&format!("/claim/{}", token.text()))),
        }
    }

    fn offer(&self, token: &Token, offer: &Offer, reader: &Reader) -> pages::Offer {
        pages::Offer {
            achievement: offer.badge.wording.name.clone().into(),
            description: offer.badge.wording.description.clone().into(),
            picture_url: self.programme.artwork_url(&offer.badge.artwork),
            issuer: self.issuer(),
            kind: offer.badge.kind.into(),
            date: offer.badge.date,
            valid_until: offer.badge.valid_until.map(calendar::japan_date),
            holder_name: offer.badge.holder_name.as_str().to_owned(),
            action: format!("/claim/{}", token.text()),
            link_expires: calendar::japan_date(offer.expires),
            contact: self.contact(),
            signed_in: signed_in(token, &offer.badge.address, reader),
            inquiry_url: inquiry::by_link(token),
        }
    }

    async fn claimed(
        &self,
        token: &Token,
        badge: &Badge<Claimed>,
        just_now: bool,
        reader: &Reader,
    ) -> Result<Response, Problem> {
        let mine = match &reader.signed_in {
            Some(signed_in) => holdings::one(self.ports(), &signed_in.wallet.id, &badge.id).await?.is_some(),
            None => false,
        };
        let public = badge.state.visibility.is_public();
        let view = pages::Claimed {
            just_now,
            achievement: badge.wording.name.clone().into(),
            picture_url: self.programme.artwork_url(&badge.artwork),
            issuer: self.issuer(),
            claimed_on: calendar::japan_date(badge.state.claimed_at),
            badge_url: public.then(|| self.programme.badge_url(&badge.id)),
            contact: self.contact(),
            wallet_url: mine.then(|| format!("/wallet/badges/{}", badge.id)),
            sign_in_action: format!("/claim/{}/sign-in", token.text()),
            inquiry_url: inquiry::by_link(token),
        };
        page(StatusCode::OK, reader.language, view.render(reader.language))
    }

    fn expired(&self, token: &Token, reader: &Reader) -> Result<Response, Problem> {
        let view = pages::Expired {
            action: format!("/claim/{}/mail", token.text()),
            contact: self.contact(),
            inquiry_url: inquiry::by_link(token),
        };
        page(StatusCode::GONE, reader.language, view.render(reader.language))
    }

    fn unknown(&self, reader: &Reader) -> Result<Response, Problem> {
        let view = pages::Unknown { contact: self.contact() };
        page(StatusCode::NOT_FOUND, reader.language, view.render(reader.language))
    }
}

/// Whether the badge can come into the reader's wallet. Nobody but the wallet's owner sees the wallet's address.
fn signed_in(token: &Token, address: &MailAddress, reader: &Reader) -> pages::SignedIn {
    let Some(wallet) = reader.signed_in.as_ref().map(|signed_in| &signed_in.wallet) else {
        return pages::SignedIn::No;
    };
    let main_address = wallet.main_address().map(|main| main.as_str().to_owned()).unwrap_or_default();
    if wallet.knows(address) {
        pages::SignedIn::SameWallet { main_address }
    } else {
        pages::SignedIn::OtherWallet { main_address, action: format!("/claim/{}/join", token.text()) }
    }
}

fn acceptance(request: &Request) -> Result<Acceptance, Problem> {
    let form: Acceptance = shomei_http::form(request).ok_or_else(|| {
        Problem::malformed(
            "メールのリンクからページを開き直し、公開・非公開を選んでください。",
            "Please open the page again from the link in your mail and choose private or public.",
        )
    })?;
    agreed(&form.consent)?;
    Ok(form)
}

/// Only a wording that was really shown can have been agreed to.
pub(crate) fn agreed(consent: &ConsentVersion) -> Result<(), Problem> {
    if consent.0 == pages::CONSENT_VERSION {
        return Ok(());
    }
    Err(Problem::malformed(
        "ページの内容が新しくなりました。開き直してください。",
        "The page has changed. Please open it again.",
    ))
}
