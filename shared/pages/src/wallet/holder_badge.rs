//! One badge, as its holder sees it.

use jiff::civil::Date;

use crate::layout::{Frame, Place, document, page_template, silent_debug};
use crate::wallet::{Notice, WalletBadgeState};
use crate::{Bilingual, Language, Occasion, RenderError};

silent_debug!(HolderBadge);

/// One badge in its holder's wallet.
///
/// Its form posts `visibility` (`private`) and `consent` ([`CONSENT_VERSION`](crate::claim::CONSENT_VERSION)) to
/// `/wallet/badges/{id}/visibility`. A badge is published from its preview only. Another form posts `allowed`
/// (`yes` or `no`) to `/wallet/badges/{id}/name-match`.
#[derive(Clone)]
pub struct HolderBadge {
    /// Whose wallets these are.
    pub issuer: Bilingual,
    /// Where to ask.
    pub contact: String,
    /// What has just been done.
    pub notice: Option<Notice>,
    /// The badge's id.
    pub id: String,
    /// The name of the achievement.
    pub achievement: Bilingual,
    /// What the achievement stands for.
    pub description: Bilingual,
    /// The badge picture, on this site.
    pub picture_url: String,
    /// What earned it.
    pub kind: Occasion,
    /// The day of passing or renewing.
    pub date: Date,
    /// The day of issue.
    pub issued: Date,
    /// The day of claiming.
    pub claimed_on: Date,
    /// The last day of validity, if it ends.
    pub valid_until: Option<Date>,
    /// Is its validity over?
    pub expired: bool,
    /// The holder's name as it stands in the register.
    pub holder_name: String,
    /// Who may see it. A deleted badge has no such page.
    pub state: WalletBadgeState,
    /// The public page, which works only while the badge is public.
    pub public_url: String,
    /// May verifiers have a name compared with the holder's? None: this installation compares no names.
    pub name_match: Option<bool>,
    /// The inquiry form, about this badge.
    pub inquiry_url: String,
    /// The page in this wallet of the newer badge of the same qualification.
    pub newer: Option<String>,
}

page_template!(HolderBadgeTemplate, HolderBadge, "wallet/holder_badge.html");

impl HolderBadge {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = self.achievement.in_language(language);
        let frame = Frame::unlisted(language, title).of(&self.issuer).ask(&self.contact).at(Place::Below);
        let frame = frame.inquire_at(&self.inquiry_url);
        document(&HolderBadgeTemplate { language, frame, page: self })
    }

    fn public_words(&self, language: Language) -> &'static str {
        if self.state == WalletBadgeState::PublicWithoutName {
            language.say(
                "いまは、氏名を出さずに公開しています。リンクを知っている人は、だれでも見られます。",
                "It is public without your name: anyone with the link can see it.",
            )
        } else {
            language.say(
                "いまは、氏名を含めて公開しています。リンクを知っている人は、だれでも見られます。",
                "It is public with your name: anyone with the link can see it.",
            )
        }
    }

    fn name_match_words(&self, allowed: bool, language: Language) -> &'static str {
        match (allowed, self.state.is_public()) {
            (true, true) => language.say(
                "いまは、許可しています。バッジのページで、だれでも氏名を照合できます。",
                "It is allowed: anyone can check a name on the page of the badge.",
            ),
            (true, false) => language.say(
                "許可していますが、バッジが非公開なので、いまはだれも照合できません。",
                "It is allowed, but nobody can use it now, because the badge is private.",
            ),
            (false, _) => language.say("いまは、許可していません。", "It is not allowed."),
        }
    }

    fn other_visibility(&self) -> &'static str {
        if self.state == WalletBadgeState::Public { "public-without-name" } else { "public" }
    }

    fn other_visibility_words(&self, language: Language) -> &'static str {
        if self.state == WalletBadgeState::Public {
            language.say("氏名なしの公開に変える", "Leave my name out")
        } else {
            language.say("氏名を含む公開に変える", "Show my name")
        }
    }
}
