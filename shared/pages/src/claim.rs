//! The pages behind a claim link.

use jiff::civil::Date;

pub use crate::Occasion;
use crate::layout::{Frame, document, page_template, silent_debug};
use crate::{Bilingual, Language, RenderError};

silent_debug!(Offer, SignedIn, Claimed, Expired);

/// The version of the wording about publication. The form sends it back in `consent`, so that
/// the record says which wording the holder agreed to. Change it whenever that wording changes.
pub const CONSENT_VERSION: &str = "publication-2";

/// A badge waits to be claimed. Showing this page changes nothing.
///
/// The form posts `visibility` (`private`, `public` or `public-without-name`) and `consent`
/// ([`CONSENT_VERSION`]) to `action`. A second form, if any, posts nothing to an address of its own.
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
    /// Whose wallet the reader has open.
    pub signed_in: SignedIn,
    /// The inquiry form, about this badge.
    pub inquiry_url: String,
}

/// Whose wallet the reader of an offer has open.
#[derive(Clone)]
pub enum SignedIn {
    /// Nobody's. The badge goes into the wallet of the address its mail was sent to.
    No,
    /// The wallet that knows the address the mail was sent to.
    SameWallet {
        /// The main address of that wallet.
        main_address: String,
    },
    /// A wallet that does not know the address.
    OtherWallet {
        /// The main address of that wallet.
        main_address: String,
        /// Where the form is posted that puts address and badge into that wallet. A mail to the
        /// address asks to prove it first.
        action: String,
    },
}

page_template!(OfferTemplate, Offer, "claim_offer.html");

impl Offer {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("バッジの受け取り", "Accept your badge");
        let frame = Frame::unlisted(language, title).of(&self.issuer).ask(&self.contact);
        let frame = frame.inquire_at(&self.inquiry_url);
        document(&OfferTemplate { language, frame, page: self })
    }
}

/// The badge has been claimed, now or earlier. Names neither the holder nor an address.
#[derive(Clone)]
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
    /// The badge in the reader's own wallet, for a reader who is signed in to it.
    pub wallet_url: Option<String>,
    /// For every other reader: a form posts nothing here, and a sign-in link is mailed to the
    /// address the badge's mail was sent to, if the wallet still knows it.
    pub sign_in_action: String,
    /// The inquiry form, about this badge.
    pub inquiry_url: String,
}

page_template!(ClaimedTemplate, Claimed, "claim_claimed.html");

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
        let frame = frame.inquire_at(&self.inquiry_url);
        document(&ClaimedTemplate { language, frame, page: self })
    }
}

/// The claim link is too old.
///
/// The form posts nothing to `action`: a fresh link is mailed to the address on record.
#[derive(Clone)]
pub struct Expired {
    /// Where the form is posted.
    pub action: String,
    /// Where to ask.
    pub contact: String,
    /// The inquiry form, about this badge.
    pub inquiry_url: String,
}

/// A fresh claim link was mailed to the address on record, which is not shown.
#[derive(Clone, Debug)]
pub struct LinkSent {
    /// Where to ask.
    pub contact: String,
    /// The address the mail comes from.
    pub sender: String,
}

/// The claim link leads nowhere, most often because it was clipped when copied.
#[derive(Clone, Debug)]
pub struct Unknown {
    /// Where to ask.
    pub contact: String,
}

page_template!(ExpiredTemplate, Expired, "claim_expired.html");
page_template!(LinkSentTemplate, LinkSent, "claim_link_sent.html");
page_template!(UnknownTemplate, "claim_unknown.html");

impl Expired {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("受け取り期限が過ぎています", "This link has expired");
        let frame = Frame::unlisted(language, title).ask(&self.contact).inquire_at(&self.inquiry_url);
        document(&ExpiredTemplate { language, frame, page: self })
    }
}

impl LinkSent {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("リンクをお送りしました", "A new link is on its way");
        let frame = Frame::unlisted(language, title).ask(&self.contact);
        document(&LinkSentTemplate { language, frame, page: self })
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
        document(&UnknownTemplate { language, frame })
    }
}
