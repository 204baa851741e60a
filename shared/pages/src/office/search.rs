//! One box to find a person, and who was found.

use jiff::civil::Date;
use shomei_core::{calendar::Month, office::search::Nearness};

use super::{Desk, month_name, reply::Reply};
use crate::layout::{Frame, document, page_template, silent_debug};
use crate::{Bilingual, Language, Occasion, RenderError};

silent_debug!(SearchPage, SearchOutcome, FoundPerson);

/// The box, and what it found.
///
/// Its form posts `q`, and, to go on, `after` as well: neither may stand in an address.
#[derive(Clone)]
pub struct SearchPage {
    /// Whose office it is.
    pub issuer: Bilingual,
    /// Who reads it.
    pub desk: Desk,
    /// What was typed.
    pub typed: String,
    /// What came of it. None: nothing was looked for yet.
    pub outcome: Option<SearchOutcome>,
}

/// What looking came to.
#[derive(Clone)]
pub enum SearchOutcome {
    /// Nothing was typed that could be looked for.
    Nothing,
    /// Too much was typed.
    TooLong,
    /// The register was gone through, or part of it.
    Looked {
        /// Who was found.
        found: Vec<FoundPerson>,
        /// Who may be meant, if nobody was found, and what is another.
        near: Vec<(FoundPerson, Nearness)>,
        /// So many were looked at.
        looked_at: usize,
        /// The newest and the oldest month that were gone through.
        months: Option<(Month, Month)>,
        /// Where to go on.
        next: Option<String>,
        /// An answer to copy, if nobody is there.
        reply: Option<Box<Reply>>,
    },
}

/// One occasion of a person.
#[derive(Clone)]
pub struct FoundPerson {
    /// The candidate, as the page about it is addressed.
    pub candidate: String,
    /// The name.
    pub name: String,
    /// The body's own number.
    pub number: String,
    /// The address on record.
    pub address: String,
    /// The qualification.
    pub achievement: String,
    /// What earned the badge.
    pub occasion: Occasion,
    /// When.
    pub date: Date,
    /// How far it is.
    pub state: FoundState,
}

/// How far an occasion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FoundState {
    /// Registered, and not issued yet.
    Waiting,
    /// No badge can be issued.
    Refused,
    /// Issued.
    Issued,
    /// Taken off the register.
    Cancelled,
}

impl FoundState {
    fn words(self, language: Language) -> &'static str {
        match self {
            Self::Waiting => language.say("発行待ち", "to be issued"),
            Self::Refused => language.say("発行できない", "refused"),
            Self::Issued => language.say("発行済み", "issued"),
            Self::Cancelled => language.say("登録取消", "cancelled"),
        }
    }

    fn colour(self) -> &'static str {
        match self {
            Self::Waiting => "open",
            Self::Refused | Self::Cancelled => "past",
            Self::Issued => "good",
        }
    }
}

page_template!(SearchTemplate, SearchPage, "office/search.html");

impl SearchPage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("受取人を探す", "Find a person");
        let frame = Frame::office(language, title, &self.issuer, self.desk);
        document(&SearchTemplate { language, frame, page: self })
    }

    fn wrong(&self, language: Language) -> Option<&'static str> {
        match self.outcome {
            Some(SearchOutcome::Nothing) => Some(language.say(
                "番号・氏名・メールアドレスのいずれかを入力してください。",
                "Enter a number, a name or an e-mail address.",
            )),
            Some(SearchOutcome::TooLong) => Some(language.say(
                "入力が長すぎます。200文字以内にしてください。",
                "This is too long: at most 200 characters.",
            )),
            _ => None,
        }
    }

    fn replies(&self) -> Option<&Reply> {
        match &self.outcome {
            Some(SearchOutcome::Looked { reply, .. }) => reply.as_deref(),
            _ => None,
        }
    }
}

fn why(nearness: Nearness, language: Language) -> &'static str {
    match nearness {
        Nearness::OtherName => language.say("氏名が違います", "Another name"),
        Nearness::OtherNumber => language.say("番号が違います", "Another number"),
        Nearness::OtherAddress => language.say("メールアドレスが違います", "Another address"),
        Nearness::SimilarName => language.say("氏名が1文字違います", "The name differs by one character"),
        Nearness::SimilarNumber => language.say(
            "番号の書き方か、1文字が違います",
            "The number differs by a character or by how it is written",
        ),
        Nearness::SimilarAddress => {
            language.say("メールアドレスが1文字違います", "The address differs by one character")
        }
    }
}

/// How far was looked, in one sentence.
fn looked(looked_at: usize, months: Option<(Month, Month)>, language: Language) -> String {
    let Some((newest, oldest)) = months else { return String::new() };
    let (newest, oldest) = (month_name(newest, language), month_name(oldest, language));
    match language {
        Language::Japanese if newest == oldest => {
            format!("{newest}に合格・更新した{looked_at}件を調べました。")
        }
        Language::Japanese => format!("{oldest}から{newest}までに合格・更新した{looked_at}件を調べました。"),
        Language::English if newest == oldest => format!("{looked_at} of {newest} were looked at."),
        Language::English => format!("{looked_at} from {oldest} to {newest} were looked at."),
    }
}
