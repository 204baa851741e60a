//! Signing in by a mailed link, and out again.

use lambda_http::http::StatusCode;
use serde::Deserialize;
use shomei_core::{
    address::MailAddress,
    claim::session,
    token::Token,
    wallet::{LINK_MINUTES, SESSION_DAYS, SESSION_VALIDITY},
};
use shomei_http::{Problem, Request, Response, holder::keep};
use shomei_pages::wallet::{Notice, SignIn, SignInConfirm, SignInDead, SignInSent};

use crate::{
    Claim, not_our_form, noted, page,
    reader::{Owner, Reader, done},
};

/// What to do when a link was mailed.
pub(crate) const SIGN_IN_MAILED: &str = "/wallet/sign-in-mailed";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Address {
    address: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignOut {
    r#where: Where,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Where {
    Here,
    Everywhere,
}

impl Claim {
    pub(crate) fn sign_in_form(&self, reader: &Reader) -> Result<Response, Problem> {
        let view = SignIn { issuer: self.issuer(), contact: self.contact() };
        page(StatusCode::OK, reader.language, view.render(reader.language))
    }

    pub(crate) async fn ask_sign_in(&self, request: &Request, reader: &Reader) -> Result<Response, Problem> {
        let address = address(request)?;
        noted(session::ask(self.ports(), &address, &reader.client).await?)?;
        Ok(shomei_http::redirect(SIGN_IN_MAILED))
    }

    /// The same whether anything was mailed.
    pub(crate) fn sign_in_mailed(&self, reader: &Reader) -> Result<Response, Problem> {
        let view = SignInSent {
            minutes: LINK_MINUTES,
            sender: self.programme.sender.clone(),
            issuer: self.issuer(),
            contact: self.contact(),
        };
        page(StatusCode::OK, reader.language, view.render(reader.language))
    }

    pub(crate) async fn look_sign_in(&self, token: &str, reader: &Reader) -> Result<Response, Problem> {
        let Some(token) = Token::parse(token) else { return self.sign_in_dead(reader) };
        let Some(main) = session::look(self.ports(), &token).await? else {
            return self.sign_in_dead(reader);
        };
        let view = SignInConfirm {
            main_address: main.as_str().to_owned(),
            action: format!("/wallet/sign-in/{}", token.text()),
            days: SESSION_DAYS,
            issuer: self.issuer(),
            contact: self.contact(),
        };
        page(StatusCode::OK, reader.language, view.render(reader.language))
    }

    pub(crate) async fn sign_in(&self, token: &str, reader: &Reader) -> Result<Response, Problem> {
        let Some(token) = Token::parse(token) else { return self.sign_in_dead(reader) };
        let Some(browser) = session::sign_in(self.ports(), &token).await? else {
            return self.sign_in_dead(reader);
        };
        keep(done("/wallet", Notice::SignedIn), browser.text(), SESSION_VALIDITY.as_secs())
    }

    pub(crate) async fn sign_out(&self, request: &Request, owner: &Owner<'_>) -> Result<Response, Problem> {
        let form: SignOut = shomei_http::form(request).ok_or_else(not_our_form)?;
        match form.r#where {
            Where::Here => session::sign_out(self.ports(), &owner.signed_in.session.token).await?,
            Where::Everywhere => session::sign_out_everywhere(self.ports(), &owner.wallet().id).await?,
        }
        keep(shomei_http::redirect("/wallet/sign-in"), "", 0)
    }

    /// Whoever is signed in has used the link, perhaps by a double tap, and needs none.
    fn sign_in_dead(&self, reader: &Reader) -> Result<Response, Problem> {
        if reader.signed_in.is_some() {
            return Ok(shomei_http::redirect("/wallet"));
        }
        let view = SignInDead { issuer: self.issuer(), contact: self.contact() };
        page(StatusCode::GONE, reader.language, view.render(reader.language))
    }
}

/// The address that was typed, mended as everywhere.
pub(crate) fn address(request: &Request) -> Result<MailAddress, Problem> {
    let form: Address = shomei_http::form(request).ok_or_else(not_our_form)?;
    MailAddress::mend(&form.address).map(|mended| mended.address).map_err(|_| {
        Problem::malformed(
            "メールアドレスの形になっていません。前のページに戻り、入力内容をご確認ください。",
            "This is not a mail address. Please go back and check what you typed.",
        )
    })
}
