//! The help pages. They read nothing but the programme's facts.

use lambda_http::http::StatusCode;
use shomei_http::{Problem, Request, Response};
use shomei_pages::help::{HelpPage, HelpView};

use crate::{SHORT, Verify};

impl Verify {
    pub(crate) fn help(&self, request: &Request, view: HelpView) -> Result<Response, Problem> {
        let (language, programme) = (shomei_http::language(request), &self.programme);
        let page = HelpPage {
            view,
            issuer: programme.issuer_name.clone().into(),
            contact: programme.contact.clone(),
            sender: programme.sender.clone(),
            site: programme.base_url().to_owned(),
            price: programme.reissue.fee.into(),
            bank: programme.reissue.bank.is_some(),
            card: programme.reissue.payment_link.is_some(),
            name_match: self.name_match.is_some(),
        };
        shomei_http::page(StatusCode::OK, language, page.render(language), SHORT)
    }
}
