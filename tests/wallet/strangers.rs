//! What strangers get of a badge, in each of its forms.

use lambda_http::{Body, http};
use shomei_core::badge::BadgeId;

use crate::{browser::Answer, site::Site};

/// Asks verify, as whoever has the address.
pub(crate) async fn visit(site: &Site, path: &str) -> Answer {
    let request =
        http::Request::builder().uri(path).header("accept", "text/html").header("accept-language", "en");
    Answer::of(site.verify.handle(request.body(Body::Empty).unwrap()).await)
}

/// The forms of a public badge, from its page: the page itself, credential, picture, QR code, link preview.
pub(crate) async fn forms(site: &Site, badge: &BadgeId) -> [String; 5] {
    let page = format!("/badges/{badge}");
    let text = visit(site, &page).await.page(200, "This badge is valid").text();
    let address = text.split('"').find(|part| part.contains(".preview-")).unwrap();
    let preview = address.strip_prefix(crate::browser::ORIGIN).unwrap_or(address).to_owned();
    [page.clone(), format!("{page}.json"), format!("{page}.png"), format!("{page}.qr.png"), preview]
}

/// How each form is answered, whatever the caches on the way keep.
pub(crate) async fn statuses(site: &Site, forms: &[String]) -> Vec<u16> {
    let mut statuses = Vec::new();
    for form in forms {
        let answer = visit(site, form).await;
        let kept = answer.header("cache-control").unwrap();
        assert!(kept == "no-cache" || kept == "no-store", "{form}: {kept}");
        statuses.push(answer.status);
    }
    statuses
}
