//! Who reads a page of the wallet: the language, the network, and the wallet that is signed in, if one is.

use lambda_http::http::{HeaderValue, StatusCode, header};
use shomei_core::{
    claim::{
        Client, Ports,
        session::{self, SignedIn},
    },
    programme::Locale,
    token::Token,
    wallet::Wallet,
};
use shomei_pages::{Language, RenderError};

use crate::{Problem, Request, Response, reader, reply};

/// The cookie of a session. The prefix binds it to this very host (RFC 6265bis, section 4.1.3.2).
pub const COOKIE: &str = "__Host-wallet";

/// Whoever sent a request.
#[derive(Debug)]
pub struct Reader {
    /// The language to answer in.
    pub language: Language,
    /// Where on the network the request comes from.
    pub client: Client,
    /// The wallet, if its owner is signed in.
    pub signed_in: Option<SignedIn>,
}

/// A reader who is signed in.
#[derive(Debug, Clone, Copy)]
pub struct Owner<'a> {
    /// The language to answer in.
    pub language: Language,
    /// Where on the network the request comes from.
    pub client: &'a Client,
    /// The wallet and the session.
    pub signed_in: &'a SignedIn,
}

impl Reader {
    /// The reader of a request. The wallet's language goes before the browser's.
    ///
    /// # Errors
    /// The problem to answer with if the store does not.
    pub async fn of(ports: Ports<'_>, request: &Request) -> Result<Self, Problem> {
        let signed_in = match reader::cookie(request, COOKIE).and_then(Token::parse) {
            Some(token) => session::signed_in(ports, &token).await?,
            None => None,
        };
        let chosen = signed_in.as_ref().and_then(|signed_in| signed_in.wallet.locale);
        Ok(Self {
            language: chosen.map_or_else(|| reply::language(request), language),
            client: Client::of(&reader::network(request)),
            signed_in,
        })
    }

    /// The same, if signed in.
    pub fn owner(&self) -> Option<Owner<'_>> {
        let signed_in = self.signed_in.as_ref()?;
        Some(Owner { language: self.language, client: &self.client, signed_in })
    }
}

impl Owner<'_> {
    /// The wallet.
    pub fn wallet(&self) -> &Wallet {
        &self.signed_in.wallet
    }
}

/// The language that a person chose.
pub fn language(locale: Locale) -> Language {
    match locale {
        Locale::Ja => Language::Japanese,
        Locale::En => Language::English,
    }
}

/// A page of the wallet, or of an order: nobody else may keep a copy.
///
/// # Errors
/// As [`reply::page`].
pub fn page(
    status: StatusCode,
    language: Language,
    page: Result<String, RenderError>,
) -> Result<Response, Problem> {
    reply::page(status, language, page, reply::Cache::Private)
}

/// The form is not the one that our page shows.
pub fn not_our_form() -> Problem {
    Problem::malformed(
        "ページを開き直して、もう一度お試しください。",
        "Please open the page again and try once more.",
    )
}

/// Gives the browser its token to keep for so many seconds; zero makes it forget.
///
/// # Errors
/// [`Problem::internal`] if the token is none.
pub fn keep(mut response: Response, token: &str, seconds: i64) -> Result<Response, Problem> {
    let cookie = format!("{COOKIE}={token}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Lax");
    let cookie = HeaderValue::from_str(&cookie).map_err(|_| Problem::internal())?;
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}
