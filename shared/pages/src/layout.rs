//! What every page shares: the frame, links and the rendering error.

use askama::Template;

use crate::{Bilingual, Language, office::Desk};

/// [`Debug`](std::fmt::Debug) that prints only the type's name, for what holds a name, an address or a link.
macro_rules! silent_debug {
    ($($name:ident),+) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )+};
}
pub(crate) use silent_debug;

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
    pub fn label(self, language: Language) -> &'static str {
        match self {
            Self::Pass => language.say("合格日", "Passed on"),
            Self::Renewal => language.say("更新日", "Renewed on"),
        }
    }
}

/// A page's template: it knows the language, the frame and, unless all its words are fixed, the page.
macro_rules! page_template {
    ($template:ident, $path:tt) => {
        #[derive(Debug, askama::Template)]
        #[template(path = $path)]
        struct $template<'a> {
            language: $crate::Language,
            frame: $crate::layout::Frame<'a>,
        }
    };
    ($template:ident, $page:ty, $path:tt) => {
        #[derive(Debug, askama::Template)]
        #[template(path = $path)]
        struct $template<'a> {
            language: $crate::Language,
            frame: $crate::layout::Frame<'a>,
            page: &'a $page,
        }
    };
}
pub(crate) use page_template;

/// Where in the wallet a signed-in reader is, for the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The list of badges.
    Badges,
    /// The list of addresses.
    Addresses,
    /// A page below one of them.
    Below,
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
    /// Set on the pages of a signed-in reader's wallet, which share a navigation.
    pub(crate) place: Option<Place>,
    /// Set on the pages of the office, which share another one.
    pub(crate) desk: Option<Desk>,
    /// The inquiry form, where it is about the badge of this page.
    pub(crate) inquiry: Option<&'a str>,
}

impl<'a> Frame<'a> {
    /// A page for one reader, kept out of search engines.
    pub(crate) fn unlisted(language: Language, title: impl Into<String>) -> Self {
        Self {
            language,
            title: title.into(),
            issuer: None,
            contact: None,
            listed: false,
            width: "narrow",
            place: None,
            desk: None,
            inquiry: None,
        }
    }

    /// A page of the office.
    pub(crate) fn office(
        language: Language,
        title: impl Into<String>,
        issuer: &'a Bilingual,
        desk: Desk,
    ) -> Self {
        Self { issuer: Some(issuer), desk: Some(desk), width: "wide", ..Self::unlisted(language, title) }
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

    /// The inquiry form is at this address, which names the badge.
    pub(crate) fn inquire_at(mut self, url: &'a str) -> Self {
        self.inquiry = Some(url);
        self
    }

    pub(crate) fn inquiry_url(&self) -> &str {
        web(self.inquiry.unwrap_or("/inquiry"))
    }

    pub(crate) fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
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
