//! What was done just now, told on the page that follows.

use shomei_http::Request;
pub(crate) use shomei_http::holder::{Owner, Reader};
use shomei_pages::wallet::Notice;

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
