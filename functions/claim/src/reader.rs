//! Who reads: the language, the network, and the wallet that is signed in, if one is.

use shomei_core::{
    claim::{
        Client, Ports,
        session::{self, SignedIn},
    },
    programme::Locale,
    token::Token,
    wallet::Wallet,
};
use shomei_http::{Problem, Request};
use shomei_pages::{Language, wallet::Notice};

use crate::session::COOKIE;

/// Whoever sent a request.
pub(crate) struct Reader {
    pub(crate) language: Language,
    pub(crate) client: Client,
    pub(crate) signed_in: Option<SignedIn>,
}

/// A reader who is signed in.
#[derive(Clone, Copy)]
pub(crate) struct Owner<'a> {
    pub(crate) language: Language,
    pub(crate) client: &'a Client,
    pub(crate) signed_in: &'a SignedIn,
}

impl Reader {
    /// The reader of a request. The wallet's language goes before the browser's.
    pub(crate) async fn of(ports: Ports<'_>, request: &Request) -> Result<Self, Problem> {
        let signed_in = match shomei_http::cookie(request, COOKIE).and_then(Token::parse) {
            Some(token) => session::signed_in(ports, &token).await?,
            None => None,
        };
        let chosen = signed_in.as_ref().and_then(|signed_in| signed_in.wallet.locale);
        Ok(Self {
            language: chosen.map_or_else(|| shomei_http::language(request), language),
            client: Client::of(&shomei_http::network(request)),
            signed_in,
        })
    }

    pub(crate) fn owner(&self) -> Option<Owner<'_>> {
        let signed_in = self.signed_in.as_ref()?;
        Some(Owner { language: self.language, client: &self.client, signed_in })
    }
}

impl Owner<'_> {
    pub(crate) fn wallet(&self) -> &Wallet {
        &self.signed_in.wallet
    }
}

pub(crate) fn language(locale: Locale) -> Language {
    match locale {
        Locale::Ja => Language::Japanese,
        Locale::En => Language::English,
    }
}

/// What was done just now, as the address of the page says.
pub(crate) fn notice(request: &Request) -> Option<Notice> {
    #[derive(serde::Deserialize)]
    struct Done {
        done: String,
    }
    shomei_http::query::<Done>(request).and_then(|query| Notice::parse(&query.done))
}

/// Shows a page of the wallet, and on it what was done.
pub(crate) fn done(path: &str, notice: Notice) -> shomei_http::Response {
    shomei_http::redirect(&format!("{path}?done={}", notice.name()))
}
