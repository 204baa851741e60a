//! Pages that name a credential as their other form.

use url::Url;

use crate::{session::origin, web::Fetched};

/// The media type of a credential with a proof inside.
const CREDENTIAL: &str = "application/vc+ld+json";

/// More elements than are looked at.
const MAX_LINKS: usize = 1000;

/// Whether an answer is HTML.
pub(crate) fn is_page(answer: &Fetched) -> bool {
    let start = answer.body.trim_ascii_start();
    let begins = |with: &[u8]| start.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
    begins(b"<!doctype html") || begins(b"<html") || (answer.media_type == "text/html" && begins(b"<"))
}

/// The address in `<link rel="alternate" type="application/vc+ld+json" href="…">`.
pub(crate) fn alternate(answer: &Fetched) -> Option<String> {
    let page = String::from_utf8_lossy(&answer.body);
    let base = Url::parse(&answer.url).ok()?;
    let elements = page.split('<').skip(1).filter_map(|after| {
        let (name, rest) = after.split_at_checked(4)?;
        let is_link =
            name.eq_ignore_ascii_case("link") && rest.starts_with(|next: char| next.is_ascii_whitespace());
        is_link.then_some(rest)
    });
    let href = elements.take(MAX_LINKS).find_map(|element| {
        let attributes = attributes(element);
        let value = |wanted: &str| {
            attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
        };
        let is_alternate =
            value("rel")?.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("alternate"));
        let is_credential = value("type")?.trim().eq_ignore_ascii_case(CREDENTIAL);
        (is_alternate && is_credential).then(|| value("href").map(str::to_owned)).flatten()
    })?;
    let url = base.join(href.trim()).ok()?.to_string();
    origin(&url).is_some().then_some(url)
}

/// The attributes of a start tag, names in small letters, as far as they are plainly written.
fn attributes(element: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = element.trim_start();
    while !rest.is_empty() && !rest.starts_with('>') && found.len() < 32 {
        let end = rest
            .find(|next: char| next.is_ascii_whitespace() || matches!(next, '=' | '>'))
            .unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let after = after.trim_start();
        let Some(after) = after.strip_prefix('=') else {
            // No value; or a lone slash. Something must be left behind each time.
            rest = if end == 0 { after.get(1..).unwrap_or_default() } else { after };
            continue;
        };
        let after = after.trim_start();
        let quote = after.chars().next().filter(|first| matches!(first, '"' | '\''));
        let (value, after) = if let Some(quote) = quote {
            let Some(parts) = after.get(1..).unwrap_or_default().split_once(quote) else { break };
            parts
        } else {
            let end =
                after.find(|next: char| next.is_ascii_whitespace() || next == '>').unwrap_or(after.len());
            after.split_at(end)
        };
        found.push((name.to_ascii_lowercase(), value.replace("&amp;", "&")));
        rest = after.trim_start();
    }
    found
}
