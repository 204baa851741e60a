//! For those who have no wallet any more: a link, mailed to the address on record, opens one with the proofs of their deleted badges.

use lambda_http::http::StatusCode;
use serde::Deserialize;
use shomei_core::{
    address::MailAddress,
    candidate::BodyNumber,
    claim::Asked,
    reissue::restore,
    token::Token,
    wallet::{LINK_MINUTES, SESSION_DAYS, SESSION_VALIDITY},
};
use shomei_http::{
    Problem, Request, Response,
    holder::{self, Reader},
};
use shomei_pages::reissue::{AskFault, AskPage, AskedPage, RestoreGonePage, RestorePage};

use crate::{Reissue, not_our_form, page};

const ASK: &str = "/reissue/ask";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AskForm {
    number: String,
    address: String,
}

impl Reissue {
    pub(crate) fn ask_form(&self, wrong: Option<AskFault>, reader: &Reader) -> Result<Response, Problem> {
        let view = AskPage { issuer: self.issuer(), contact: self.contact(), action: ASK.to_owned(), wrong };
        let status = if wrong.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
        page(status, reader.language, view.render(reader.language))
    }

    pub(crate) async fn ask(&self, request: &Request, reader: &Reader) -> Result<Response, Problem> {
        let form: AskForm = shomei_http::form(request).ok_or_else(not_our_form)?;
        let Ok(number) = BodyNumber::mend(&form.number) else {
            return self.ask_form(Some(AskFault::NumberMissing), reader);
        };
        let Ok(mended) = MailAddress::mend(&form.address) else {
            return self.ask_form(Some(AskFault::AddressWrong), reader);
        };
        match restore::ask(self.ports(), &number, &mended.address, &reader.client).await? {
            Asked::Noted => Ok(shomei_http::redirect("/reissue/asked")),
            Asked::TooMany => Err(Problem::too_many_mails()),
        }
    }

    /// The same whether anything was mailed.
    pub(crate) fn asked(&self, reader: &Reader) -> Result<Response, Problem> {
        let view = AskedPage {
            issuer: self.issuer(),
            contact: self.contact(),
            minutes: LINK_MINUTES,
            sender: self.programme.sender.clone(),
            ask_url: ASK.to_owned(),
        };
        page(StatusCode::OK, reader.language, view.render(reader.language))
    }

    pub(crate) async fn look_restore(&self, token: &str, reader: &Reader) -> Result<Response, Problem> {
        let Some(token) = Token::parse(token) else { return self.restore_gone(reader) };
        let Some(address) = restore::look(self.ports(), &token).await? else {
            return self.restore_gone(reader);
        };
        let view = RestorePage {
            issuer: self.issuer(),
            contact: self.contact(),
            address: address.as_str().to_owned(),
            days: SESSION_DAYS,
            action: format!("/reissue/restore/{}", token.text()),
        };
        page(StatusCode::OK, reader.language, view.render(reader.language))
    }

    pub(crate) async fn restore(&self, token: &str, reader: &Reader) -> Result<Response, Problem> {
        let Some(token) = Token::parse(token) else { return self.restore_gone(reader) };
        let Some(browser) = restore::restore(self.ports(), &token).await? else {
            return self.restore_gone(reader);
        };
        holder::keep(shomei_http::redirect("/wallet"), browser.text(), SESSION_VALIDITY.as_secs())
    }

    /// Whoever is signed in has used the link, perhaps by a double tap, and needs none.
    fn restore_gone(&self, reader: &Reader) -> Result<Response, Problem> {
        if reader.signed_in.is_some() {
            return Ok(shomei_http::redirect("/wallet"));
        }
        let view =
            RestoreGonePage { issuer: self.issuer(), contact: self.contact(), ask_url: ASK.to_owned() };
        page(StatusCode::GONE, reader.language, view.render(reader.language))
    }
}
