//! What every page shares: the frame, the stylesheet, links and the rendering error.

use askama::Template;

use crate::{Bilingual, Language};

/// The one stylesheet of all pages (`text/css; charset=utf-8`).
pub const STYLESHEET: &str = include_str!("../assets/style.css");

/// Where [`STYLESHEET`] is served. The name holds a hash of the content, so the file may be
/// cached for ever.
pub const STYLESHEET_PATH: &str = match str::from_utf8(&STYLESHEET_PATH_BYTES) {
    Ok(path) => path,
    Err(_) => "/assets/style.css",
};

const STYLESHEET_PATH_BYTES: [u8; 26] = stylesheet_path(fnv1a(STYLESHEET.as_bytes()));

/// FNV-1a, 32 bits: enough to tell two versions of one file apart.
const fn fnv1a(mut bytes: &[u8]) -> u32 {
    let mut hash: u32 = 0x811c_9dc5;
    while let Some((byte, rest)) = bytes.split_first() {
        hash = (hash ^ *byte as u32).wrapping_mul(0x0100_0193);
        bytes = rest;
    }
    hash
}

const fn stylesheet_path(hash: u32) -> [u8; 26] {
    let mut path = *b"/assets/style-00000000.css";
    let (_, tail) = path.split_at_mut(14);
    let (mut digits, _) = tail.split_at_mut(8);
    let mut bits = hash;
    while let Some((digit, rest)) = digits.split_first_mut() {
        bits = bits.rotate_left(4);
        let [nibble, ..] = (bits & 0xf).to_le_bytes();
        *digit = if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 };
        digits = rest;
    }
    path
}

/// A template failed to write. It cannot be the reader's fault; answer with a plain 500.
#[derive(Debug, thiserror::Error)]
#[error("a page could not be rendered")]
pub struct RenderError(#[from] askama::Error);

/// What earned the badge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Occasion {
    /// The examination was passed.
    Pass,
    /// The qualification was renewed; the date is the day the fee was paid.
    Renewal,
}

impl Occasion {
    /// The label of the date.
    pub(crate) fn label(self, language: Language) -> &'static str {
        match self {
            Self::Pass => language.say("合格日", "Passed on"),
            Self::Renewal => language.say("更新日", "Renewed on"),
        }
    }
}

/// The frame around a page.
#[derive(Debug)]
pub(crate) struct Frame<'a> {
    pub(crate) language: Language,
    pub(crate) title: String,
    /// Whose site it is. Pages that must not say leave it out.
    pub(crate) issuer: Option<&'a Bilingual>,
    pub(crate) contact: Option<Contact<'a>>,
    /// May a search engine list the page?
    pub(crate) listed: bool,
    pub(crate) width: &'static str,
}

impl<'a> Frame<'a> {
    /// A page for one reader, kept out of search engines.
    pub(crate) fn unlisted(language: Language, title: impl Into<String>) -> Self {
        Self { language, title: title.into(), issuer: None, contact: None, listed: false, width: "narrow" }
    }

    /// A page of an issuer that search engines may list.
    pub(crate) fn listed(language: Language, title: impl Into<String>, issuer: &'a Bilingual) -> Self {
        Self { issuer: Some(issuer), listed: true, ..Self::unlisted(language, title) }
    }

    pub(crate) fn of(mut self, issuer: &'a Bilingual) -> Self {
        self.issuer = Some(issuer);
        self
    }

    pub(crate) fn ask(mut self, contact: &'a str) -> Self {
        self.contact = Some(Contact(contact));
        self
    }

    pub(crate) fn wide(mut self) -> Self {
        self.width = "wide";
        self
    }

    pub(crate) fn site(&self) -> &str {
        self.issuer.map_or_else(
            || self.language.say("オープンバッジ", "Open Badges"),
            |issuer| issuer.in_language(self.language),
        )
    }
}

/// Where to ask: a mail address, a web address, or words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Contact<'a>(pub(crate) &'a str);

impl Contact<'_> {
    /// The link target, when there is one.
    pub(crate) fn href(&self) -> Option<String> {
        let text = self.0.trim();
        if is_web(text) {
            Some(text.to_owned())
        } else if text.contains('@') && !text.contains(|c: char| c.is_whitespace() || "?&:/".contains(c)) {
            Some(format!("mailto:{text}"))
        } else {
            None
        }
    }
}

fn is_web(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

/// A link target that can only lead to a web page: any other scheme, such as `javascript:`,
/// becomes `#`.
pub(crate) fn web(address: &str) -> &str {
    let own = address.starts_with('/') && !address.starts_with("//");
    if own || is_web(address) { address } else { "#" }
}

/// Renders one template.
pub(crate) fn document(template: &impl Template) -> Result<String, RenderError> {
    Ok(template.render()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stylesheet_path_holds_the_hash_of_the_content() {
        let hash = STYLESHEET
            .bytes()
            .fold(2_166_136_261_u64, |hash, byte| ((hash ^ u64::from(byte)) * 16_777_619) % (1 << 32));
        assert_eq!(STYLESHEET_PATH, format!("/assets/style-{hash:08x}.css"));
    }

    #[test]
    fn the_hash_is_fnv_1a() {
        assert_eq!(fnv1a(b""), 0x811c_9dc5);
        assert_eq!(fnv1a(b"foobar"), 0xbf9c_f968);
    }

    #[test]
    fn links_lead_to_web_pages_only() {
        assert_eq!(web("https://example.jp/a"), "https://example.jp/a");
        assert_eq!(web("/claim/a"), "/claim/a");
        for address in ["javascript:alert(1)", "//evil.example", "data:text/html,x", ""] {
            assert_eq!(web(address), "#", "{address}");
        }
    }

    #[test]
    fn a_contact_is_a_link_when_it_can_be() {
        let href = |text| Contact(text).href();
        assert_eq!(href("help@example.jp").as_deref(), Some("mailto:help@example.jp"));
        assert_eq!(href("https://example.jp/q").as_deref(), Some("https://example.jp/q"));
        assert_eq!(href("03-1234-5678"), None);
        assert_eq!(href("a@b.example?bcc=c@d.example"), None);
        assert_eq!(href("javascript:alert('@')"), None);
    }
}
