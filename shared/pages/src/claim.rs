//! The pages behind a claim link.

use askama::Template;
use jiff::civil::Date;

pub use crate::Occasion;
use crate::layout::{Contact, Frame, document, silent_debug};
use crate::{Bilingual, Language, RenderError};

silent_debug!(Offer);

/// The version of the wording about publication. The form sends it back in `consent`, so that
/// the record says which wording the holder agreed to. Change it whenever that wording changes.
pub const CONSENT_VERSION: &str = "publication-1";

/// A badge waits to be claimed. Showing this page changes nothing.
///
/// The form posts `visibility` (`private` or `public`) and `consent` ([`CONSENT_VERSION`]) to
/// `action`.
#[derive(Clone)]
pub struct Offer {
    /// The name of the achievement.
    pub achievement: Bilingual,
    /// What the achievement stands for.
    pub description: Bilingual,
    /// The badge picture, on this site.
    pub picture_url: String,
    /// Who issued the badge.
    pub issuer: Bilingual,
    /// What earned it.
    pub kind: Occasion,
    /// The day of passing or renewing.
    pub date: Date,
    /// The last day of validity, if it ends.
    pub valid_until: Option<Date>,
    /// The holder's name as it stands in the badge.
    pub holder_name: String,
    /// Where the form is posted.
    pub action: String,
    /// The last day on which the link works.
    pub link_expires: Date,
    /// Where to ask: a mail address, a web address or words.
    pub contact: String,
}

#[derive(Debug, Template)]
#[template(path = "claim_offer.html")]
struct OfferTemplate<'a> {
    language: Language,
    frame: Frame<'a>,
    page: &'a Offer,
    consent: &'static str,
}

impl Offer {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("バッジの受け取り", "Accept your badge");
        let frame = Frame::unlisted(language, title).of(&self.issuer).ask(&self.contact);
        document(&OfferTemplate { language, frame, page: self, consent: CONSENT_VERSION })
    }
}

/// The badge has been claimed, now or earlier. Names neither the holder nor an address.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// Was it this very request that claimed it?
    pub just_now: bool,
    /// The name of the achievement.
    pub achievement: Bilingual,
    /// The badge picture, on this site.
    pub picture_url: String,
    /// Who issued the badge.
    pub issuer: Bilingual,
    /// The day of claiming.
    pub claimed_on: Date,
    /// The badge's public page, when the badge is public.
    pub badge_url: Option<String>,
    /// Where to ask.
    pub contact: String,
}

#[derive(Debug, Template)]
#[template(path = "claim_claimed.html")]
struct ClaimedTemplate<'a> {
    language: Language,
    frame: Frame<'a>,
    page: &'a Claimed,
}

impl Claimed {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = if self.just_now {
            language.say("バッジを受け取りました", "Badge accepted")
        } else {
            language.say("受け取り済みのバッジ", "Already accepted")
        };
        let frame = Frame::unlisted(language, title).of(&self.issuer).ask(&self.contact);
        document(&ClaimedTemplate { language, frame, page: self })
    }
}

/// The claim link is too old.
#[derive(Clone, Debug)]
pub struct Expired {
    /// Where to ask for a new link.
    pub contact: String,
}

/// The claim link leads nowhere, most often because it was clipped when copied.
#[derive(Clone, Debug)]
pub struct Unknown {
    /// Where to ask.
    pub contact: String,
}

#[derive(Debug, Template)]
#[template(path = "claim_dead_link.html")]
struct DeadLinkTemplate<'a> {
    language: Language,
    frame: Frame<'a>,
    expired: bool,
    contact: Contact<'a>,
}

impl Expired {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("受け取り期限が過ぎています", "This link has expired");
        let frame = Frame::unlisted(language, title).ask(&self.contact);
        let contact = Contact(&self.contact);
        document(&DeadLinkTemplate { language, frame, expired: true, contact })
    }
}

impl Unknown {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("リンクを確認できません", "We do not know this link");
        let frame = Frame::unlisted(language, title).ask(&self.contact);
        let contact = Contact(&self.contact);
        document(&DeadLinkTemplate { language, frame, expired: false, contact })
    }
}
