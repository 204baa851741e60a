//! The public page of a badge, and the page when there is none.

use askama::Template;
use jiff::{Timestamp, civil::Date};
use shomei_core::{badge::Revoked, candidate::TEXT_CHARACTERS};

pub use crate::Occasion;
use crate::layout::{Frame, document, page_template, silent_debug};
use crate::{Bilingual, Language, RenderError, revocation};

silent_debug!(BadgePage, Publish);

/// What checking the badge found, as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Genuine, in force, not revoked.
    Valid,
    /// Its period of validity is over. This says nothing against its being genuine.
    Expired,
    /// The issuer revoked it.
    Revoked,
    /// Its form or its signature is wrong: it is not what the issuer signed.
    NotValid,
    /// Something needed for checking could not be read.
    CouldNotCheck,
}

/// One thing that is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Check {
    /// The document has the form Open Badges 3.0 asks for.
    Form,
    /// The issuer's signature covers exactly this document.
    Signature,
    /// Today lies in the period of validity.
    Dates,
    /// The issuer has not revoked the badge.
    Revocation,
}

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// In order.
    Passed,
    /// Not in order.
    Failed,
    /// What the check needs could not be read.
    CouldNotCheck,
    /// The check has nothing to look at, such as the end of a badge that has none.
    NotApplicable,
}

/// One line in the table of checks.
#[derive(Clone, Debug)]
pub struct CheckLine {
    /// What was checked.
    pub check: Check,
    /// How it came out.
    pub outcome: Outcome,
    /// What was compared with what, in words.
    pub compared: Bilingual,
}

/// The public page of one badge, with the result of checking it at this moment.
#[derive(Clone)]
pub struct BadgePage {
    /// This page, absolute.
    pub url: String,
    /// The name of the achievement.
    pub achievement: Bilingual,
    /// The achievement's page.
    pub achievement_url: String,
    /// What the achievement stands for.
    pub description: Bilingual,
    /// What has to be done to earn it.
    pub criteria: Bilingual,
    /// The badge picture, absolute.
    pub picture_url: String,
    /// The holder's name as it stands in the register, unless the holder leaves it out.
    pub holder_name: Option<String>,
    /// Who issued the badge.
    pub issuer: Bilingual,
    /// The issuer's page on this site.
    pub issuer_url: String,
    /// What earned the badge.
    pub occasion: Occasion,
    /// The day of passing or renewing.
    pub awarded: Date,
    /// The day of issue.
    pub issued: Date,
    /// The last day of validity, if it ends.
    pub valid_until: Option<Date>,
    /// The result as a whole.
    pub state: State,
    /// The single checks, in the order shown.
    pub checks: Vec<CheckLine>,
    /// When the checks ran.
    pub checked_at: Timestamp,
    /// The signed badge as JSON.
    pub json_url: String,
    /// The picture with the signed badge inside.
    pub png_url: String,
    /// The badge as a hosted Open Badges 2.0 assertion.
    pub assertion_url: String,
    /// The badge as a signed token, if there is one.
    pub token_url: Option<String>,
    /// The newer public badge of the same qualification, absolute.
    pub newer: Option<String>,
    /// The picture that stands beside a shared link, absolute, 1200 × 630.
    pub share_picture_url: String,
    /// The QR code of this page, for the printed certificate.
    pub qr_url: String,
    /// Where the form posts `name`, to have a name compared with the holder's. None: the holder allows no such thing.
    pub name_match_url: Option<String>,
    /// Set when the holder looks at the page before publishing the badge, or before showing other
    /// things of it.
    pub preview: Option<Publish>,
}

/// What a holder decides who looks at the page of a badge before publishing it.
///
/// The form posts `visibility` and `consent` ([`CONSENT_VERSION`](crate::claim::CONSENT_VERSION)) to `action`.
#[derive(Clone)]
pub struct Publish {
    /// Where the form is posted.
    pub action: String,
    /// `public` or `public-without-name`.
    pub visibility: String,
    /// The badge's page in the wallet.
    pub back: String,
    /// Is the badge public already? Then the form changes only what of it is shown.
    pub now_public: bool,
}

page_template!(BadgePageTemplate, BadgePage, "badge_page.html");

impl BadgePage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let frame = match &self.preview {
            Some(publish) => Frame::unlisted(language, publish.title(language)).of(&self.issuer),
            None => Frame::listed(language, self.title(language), &self.issuer),
        };
        let frame = frame.wide();
        document(&BadgePageTemplate { language, frame, page: self })
    }

    fn title(&self, language: Language) -> String {
        let achievement = self.achievement.in_language(language);
        match &self.holder_name {
            Some(name) => format!("{achievement} – {name}"),
            None => achievement.to_owned(),
        }
    }

    /// May the page be printed as a certificate? Not when that would mislead.
    fn is_certificate(&self) -> bool {
        self.preview.is_none() && matches!(self.state, State::Valid | State::Expired)
    }

    /// The line under a shared link.
    fn summary(&self, language: Language) -> String {
        let issuer = self.issuer.in_language(language);
        let day = language.date(self.awarded);
        match language {
            Language::Japanese => {
                format!("{issuer}が発行したオープンバッジです。{}：{day}", self.occasion.label(language))
            }
            Language::English => {
                format!("An Open Badge issued by {issuer}. {} {day}.", self.occasion.label(language))
            }
        }
    }

    fn picture_alt(&self, language: Language) -> String {
        let achievement = self.achievement.in_language(language);
        match language {
            Language::Japanese => format!("{achievement}のバッジ画像"),
            Language::English => format!("Badge picture: {achievement}"),
        }
    }

    /// Why the verdict is what it is. Only a badge whose signature holds is called genuine.
    fn reason(&self, language: Language) -> String {
        match (self.state, self.valid_until, self.signature_passed()) {
            (State::Valid, ..) => language.say(
                "発行者が署名した内容から変わっておらず、取り消されていません。",
                "Its content is as the issuer signed it, and it has not been revoked.",
            ),
            (State::Expired, Some(day), true) => {
                let day = language.date(day);
                return match language {
                    Language::Japanese => {
                        format!("発行者が署名した本物のバッジですが、有効期限（{day}）を過ぎています。")
                    }
                    Language::English => {
                        format!("The issuer did sign this badge, but its validity ended on {day}.")
                    }
                };
            }
            (State::Expired, ..) => {
                language.say("有効期限を過ぎています。", "Its period of validity is over.")
            }
            (State::Revoked, _, true) => language.say(
                "発行者が署名したバッジですが、その後、取り消されました。現在は効力がありません。",
                "The issuer did sign this badge but has since revoked it. It is no longer in force.",
            ),
            (State::Revoked, ..) => language.say(
                "発行者がこのバッジを取り消しました。現在は効力がありません。",
                "The issuer has revoked it. It is no longer in force.",
            ),
            (State::NotValid, ..) => language.say(
                "発行者が署名した内容と一致しません。下の表で詳細をご覧ください。",
                "It is not what the issuer signed. See the table below.",
            ),
            (State::CouldNotCheck, ..) => language.say(
                "確認に必要な情報を取得できませんでした。しばらくしてから、もう一度お試しください。",
                "Something needed for checking could not be read. Please try again later.",
            ),
        }
        .to_owned()
    }

    fn signature_passed(&self) -> bool {
        self.checks.iter().any(|line| line.check == Check::Signature && line.outcome == Outcome::Passed)
    }
}

impl Publish {
    fn title(&self, language: Language) -> &'static str {
        if self.now_public {
            language.say("変更前の確認", "Before you change it")
        } else {
            language.say("公開前の確認", "Before you publish")
        }
    }

    fn not_yet(&self, language: Language) -> &'static str {
        if self.now_public {
            language.say("まだ変更されていません。", "Not changed yet.")
        } else {
            language.say("まだ公開されていません。", "Not public yet.")
        }
    }

    fn words(&self, language: Language) -> &'static str {
        match (self.now_public, self.shows_name()) {
            (false, true) => language.say(
                "公開すると、ほかの人にはこの下のとおりに見えます。氏名も表示します。",
                "This is what others will see, your name included.",
            ),
            (false, false) => language.say(
                "公開すると、ほかの人にはこの下のとおりに見えます。氏名は表示しません。",
                "This is what others will see. Your name is left out.",
            ),
            (true, true) => language.say(
                "変更すると、ほかの人にはこの下のとおりに見えます。氏名も表示します。",
                "After the change, this is what others see, your name included.",
            ),
            (true, false) => language.say(
                "変更すると、ほかの人にはこの下のとおりに見えます。氏名は表示しません。",
                "After the change, this is what others see. Your name is left out.",
            ),
        }
    }

    fn shows_name(&self) -> bool {
        self.visibility != "public-without-name"
    }

    fn button(&self, language: Language) -> &'static str {
        if self.now_public {
            language.say("この内容に変更する", "Change it to this")
        } else {
            language.say("この内容で公開する", "Publish this")
        }
    }

    fn back_words(&self, language: Language) -> &'static str {
        if self.now_public {
            language.say("変更せずに戻る", "Go back")
        } else {
            language.say("公開せずに戻る", "Go back")
        }
    }

    fn consequence(&self, language: Language) -> &'static str {
        if self.now_public {
            language.say(
                "リンクを知っている人はだれでも見られ、検索サイトに載ることもあります。ウォレットでいつでも非公開に戻せます。保存のボタンは、公開ページで使えます。",
                "Anyone with the link can see it, and search engines may list it. You can make it private again in your wallet at any time. The buttons to save it work on the public page.",
            )
        } else {
            language.say(
                "リンクを知っている人はだれでも見られるようになり、検索サイトに載ることもあります。ウォレットでいつでも非公開に戻せます。保存のボタンは、公開後に使えます。",
                "Anyone with the link will see it, and search engines may list it. You can make it private again in your wallet at any time. The buttons to save it work once it is public.",
            )
        }
    }
}

impl State {
    /// The class that colours the verdict.
    fn class(self) -> &'static str {
        match self {
            Self::Valid => "good",
            Self::Expired => "past",
            Self::Revoked | Self::NotValid => "bad",
            Self::CouldNotCheck => "open",
        }
    }

    /// The sign that goes with the colour, so that colour alone never carries the meaning.
    fn mark(self) -> &'static str {
        match self {
            Self::Valid => "✓",
            Self::Expired => "!",
            Self::Revoked | Self::NotValid => "×",
            Self::CouldNotCheck => "?",
        }
    }

    fn verdict(self, language: Language) -> &'static str {
        match self {
            Self::Valid => language.say("有効なバッジです", "This badge is valid"),
            Self::Expired => language.say("有効期限が過ぎたバッジです", "This badge has expired"),
            Self::Revoked => {
                language.say("発行者が取り消したバッジです", "The issuer has revoked this badge")
            }
            Self::NotValid => language.say("正しいバッジと認められません", "This badge is not authentic"),
            Self::CouldNotCheck => {
                language.say("いまは確認できません", "We cannot check this badge right now")
            }
        }
    }
}

impl Check {
    fn label(self, language: Language) -> &'static str {
        match self {
            Self::Form => language.say("形式", "Format"),
            Self::Signature => language.say("電子署名", "Digital signature"),
            Self::Dates => language.say("有効期間", "Validity period"),
            Self::Revocation => language.say("取り消しの有無", "Revocation"),
        }
    }
}

impl CheckLine {
    fn result(&self, language: Language) -> &'static str {
        match (self.outcome, self.check) {
            (Outcome::Passed, _) => language.say("問題なし", "Passed"),
            (Outcome::Failed, Check::Dates) => language.say("期間外", "Outside the period"),
            (Outcome::Failed, Check::Revocation) => language.say("取り消し済み", "Revoked"),
            (Outcome::Failed, _) => language.say("問題あり", "Failed"),
            (Outcome::CouldNotCheck, _) => language.say("確認できず", "Could not check"),
            (Outcome::NotApplicable, _) => language.say("対象外", "Not applicable"),
        }
    }

    fn class(&self) -> &'static str {
        match (self.outcome, self.check) {
            (Outcome::Passed, _) => "good",
            (Outcome::Failed, Check::Dates) => "past",
            (Outcome::Failed, _) => "bad",
            (Outcome::CouldNotCheck, _) => "open",
            (Outcome::NotApplicable, _) => "none",
        }
    }
}

/// No public badge is here. The one page for private, unclaimed and unknown badges, so that they
/// look the same.
#[derive(Clone, Copy, Debug)]
pub struct NotPublic;

#[derive(Debug, Template)]
#[template(path = "badge_not_public.html")]
struct NotPublicTemplate<'a> {
    language: Language,
    frame: Frame<'a>,
}

impl NotPublic {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("公開されているバッジはありません", "No public badge here");
        document(&NotPublicTemplate { language, frame: Frame::unlisted(language, title) })
    }
}

/// A badge was public here and is no longer in force: its holder deleted it, or the issuer revoked it.
#[derive(Clone, Copy, Debug)]
pub struct BadgeGone {
    /// That the issuer revoked it, and why in general words. None: its holder deleted it, or it was replaced.
    pub revoked: Option<Revoked>,
}

#[derive(Debug, Template)]
#[template(path = "badge_gone.html")]
struct BadgeGoneTemplate<'a> {
    language: Language,
    frame: Frame<'a>,
    revoked: Option<String>,
}

impl BadgeGone {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("このバッジは効力がありません", "This badge is no longer in force");
        let revoked =
            self.revoked.as_ref().map(|revoked| revocation(revoked).in_language(language).to_owned());
        document(&BadgeGoneTemplate { language, frame: Frame::unlisted(language, title), revoked })
    }
}
