//! The page of an issuer: who it is, and the keys its badges are signed with.

use askama::Template;

use crate::layout::{Contact, Frame, document};
use crate::{Bilingual, Language, RenderError};

/// The public page of an issuer.
#[derive(Clone, Debug)]
pub struct IssuerPage {
    /// Its name.
    pub name: Bilingual,
    /// Its own web site.
    pub url: String,
    /// Where to ask.
    pub contact: String,
    /// Its decentralized identifier, such as `did:web:badges.example.jp`.
    pub did: String,
    /// Where its DID document is served.
    pub did_url: String,
    /// Its signing keys: the id (a DID URL with a fragment) and the key in multibase.
    pub keys: Vec<(String, String)>,
}

#[derive(Debug, Template)]
#[template(path = "issuer.html")]
struct IssuerTemplate<'a> {
    language: Language,
    frame: Frame<'a>,
    page: &'a IssuerPage,
    contact: Contact<'a>,
}

impl IssuerPage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let frame = Frame::listed(language, self.name.in_language(language), &self.name);
        document(&IssuerTemplate { language, frame, page: self, contact: Contact(&self.contact) })
    }
}
