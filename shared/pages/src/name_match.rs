//! Whether a name is that of a badge's holder: the answer to the form on the badge's page.

use jiff::Timestamp;
use shomei_core::candidate::TEXT_CHARACTERS;

use crate::layout::{Frame, document, page_template, silent_debug};
use crate::{Bilingual, Language, RenderError};

silent_debug!(NameMatchPage);

/// How a typed name compares with those that the issuer registered for the holder of a badge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NameMatch {
    /// It is one of them.
    Matches,
    /// It is none of them. This proves nothing: people are known by several names.
    Differs,
    /// Nothing to compare was typed, or too much.
    Unreadable,
    /// Too many names were compared within the hour. This one was not.
    TooMany,
}

/// What comparing a typed name came to. The page knows no registered name, so it cannot show one.
///
/// The form posts `name` to `action`, as the one on the badge's page does.
#[derive(Clone)]
pub struct NameMatchPage {
    /// The name of the achievement.
    pub achievement: Bilingual,
    /// Who issued the badge.
    pub issuer: Bilingual,
    /// The badge's page, absolute.
    pub badge_url: String,
    /// Where the form is posted.
    pub action: String,
    /// What was typed, as it came. However long it is, the page repeats no more than can be compared.
    pub typed: String,
    /// What came of it.
    pub outcome: NameMatch,
    /// When the names were compared.
    pub checked_at: Timestamp,
}

page_template!(NameMatchTemplate, NameMatchPage, "name_match.html");

impl NameMatchPage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("氏名の照合の結果", "Result of the name check");
        let frame = Frame::unlisted(language, title).of(&self.issuer);
        document(&NameMatchTemplate { language, frame, page: self })
    }

    /// As much of what was typed as can be compared.
    fn kept(&self) -> &str {
        let end = self.typed.char_indices().nth(TEXT_CHARACTERS).map_or(self.typed.len(), |(end, _)| end);
        self.typed.get(..end).unwrap_or_default()
    }

    fn is_cut(&self) -> bool {
        self.kept().len() < self.typed.len()
    }

    fn is_blank(&self) -> bool {
        self.typed.trim().is_empty()
    }

    fn was_compared(&self) -> bool {
        matches!(self.outcome, NameMatch::Matches | NameMatch::Differs)
    }
}

impl NameMatch {
    /// The class that colours the answer.
    fn class(self) -> &'static str {
        match self {
            Self::Matches => "good",
            Self::Differs => "bad",
            Self::Unreadable | Self::TooMany => "open",
        }
    }

    /// The sign that goes with the colour, so that colour alone never carries the meaning.
    fn mark(self) -> &'static str {
        match self {
            Self::Matches => "✓",
            Self::Differs => "×",
            Self::Unreadable | Self::TooMany => "!",
        }
    }

    fn headline(self, language: Language) -> &'static str {
        match self {
            Self::Matches => language.say(
                "入力された氏名は、発行者に登録された氏名と一致します",
                "The name matches the one registered with the issuer",
            ),
            Self::Differs => language.say(
                "入力された氏名は、発行者に登録された氏名と一致しません",
                "The name does not match the one registered with the issuer",
            ),
            Self::Unreadable => language.say("氏名を読み取れません", "The name cannot be read"),
            Self::TooMany => language.say("照合の回数が上限に達しました", "Too many names have been checked"),
        }
    }

    fn words(self, language: Language) -> &'static str {
        match self {
            Self::Matches => language.say(
                "字体や綴りなど、表記の違いを除いて、このバッジの保有者の登録と一致しました。同姓同名の別人でないことまでは、わかりません。",
                "Apart from spelling, such as forms of kanji or long vowels in Latin letters, the holder of this badge is registered under this name. Another person may have the same name.",
            ),
            Self::Differs => language.say(
                "表記の違い、旧姓、ミドルネームなどでも一致しなくなります。一致しないことは、何の証明にもなりません。応募者ご本人に、登録した氏名をお尋ねください。",
                "Another spelling, a maiden name or a middle name leads to this as well, so it proves nothing. Please ask the applicant under which name the badge is registered.",
            ),
            Self::Unreadable => language.say(
                "照合できる文字が入力されていないか、200文字を超えています。氏名を入力し直してください。",
                "Either there is nothing to compare in it, or it is longer than 200 characters. Please enter the name again.",
            ),
            Self::TooMany => language.say(
                "このバッジまたはお使いのネットワークからの照合が短い時間に続いたため、この氏名は照合していません。1時間ほどたってから、もう一度お試しください。",
                "Many names were checked within a short time, for this badge or from your network. This one was not checked. Please try again in an hour.",
            ),
        }
    }
}
