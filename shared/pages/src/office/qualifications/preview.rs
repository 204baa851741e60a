//! How a qualification will look, and what saving it changes; and what to do when somebody else saved it in between.

use shomei_core::{
    office::achievements::{PictureAdvice, draft::DraftId},
    order::Actor,
};

use super::{
    SaidOf,
    facets::{FACETS, Facet, Shown, differences},
};
use crate::layout::{Frame, document, page_template, silent_debug};
use crate::office::{Desk, audit::actor};
use crate::{Bilingual, Language, RenderError};

/// The sides at which the picture is shown: on the badge's page, in lists, in a mail, in an e-mail signature.
const SIDES: [u16; 4] = [400, 200, 88, 48];

/// Shows a draft as it will look.
///
/// The form posts nothing to `/office/achievement-drafts/{draft}`.
#[derive(Clone, Debug)]
pub struct QualificationPreview {
    /// Whose office it is.
    pub issuer: Bilingual,
    /// Who reads it.
    pub desk: Desk,
    /// The draft.
    pub draft: DraftId,
    /// What it says.
    pub said: SaidOf,
    /// What stands today; none: it is to be a new one.
    pub before: Option<SaidOf>,
    /// What is worth a second look about a picture that was chosen.
    pub advice: Vec<PictureAdvice>,
}

/// One facet in several versions.
struct Row {
    facet: Facet,
    /// What each version is called, and what it says.
    versions: Vec<(String, Shown)>,
    /// Two people changed it.
    both: bool,
}

impl Row {
    fn label(&self, language: Language) -> &'static str {
        self.facet.label(language)
    }

    fn foreign(&self, language: Language) -> Option<&'static str> {
        self.facet.foreign(language)
    }
}

page_template!(PreviewTemplate, QualificationPreview, "office/qualification_preview.html");

impl QualificationPreview {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("保存する前の確認", "Before you save");
        let frame = Frame::office(language, title, &self.issuer, self.desk);
        document(&PreviewTemplate { language, frame, page: self })
    }

    fn rows(&self, language: Language) -> Vec<Row> {
        let Some(before) = &self.before else { return Vec::new() };
        let row = |facet: Facet| Row {
            facet,
            versions: vec![
                (language.say("いま", "Now").to_owned(), facet.of(before, language)),
                (language.say("保存後", "Then").to_owned(), facet.of(&self.said, language)),
            ],
            both: false,
        };
        differences(&before.content, &self.said.content).map(row).collect()
    }

    fn sides(&self) -> [u16; 4] {
        SIDES
    }

    /// The reader's language first.
    fn languages(&self, language: Language) -> [Language; 2] {
        [language, language.other()]
    }

    fn name(&self, of: Language) -> &str {
        self.said.name(of)
    }

    fn description(&self, of: Language) -> &str {
        of.say(&self.said.content.description.ja, &self.said.content.description.en)
    }

    fn criteria(&self, of: Language) -> &str {
        of.say(&self.said.content.criteria.ja, &self.said.content.criteria.en)
    }

    fn validity(&self, of: Language) -> String {
        self.said.validity(of)
    }

    fn advice(&self, language: Language) -> Vec<String> {
        self.advice.iter().map(|advice| of_picture(*advice, language)).collect()
    }

    /// What saving it changes, and what it does not.
    fn effects(&self, language: Language) -> Vec<String> {
        let say = |ja: &str, en: &str| language.say(ja, en).to_owned();
        let said = &self.said.content;
        let Some(before) = self.before.as_ref().map(|before| &before.content) else {
            return vec![
                say(
                    "名簿の「資格コード」に、このコードを書けるようになります。",
                    "Lists can name this code from now on.",
                ),
                say(
                    "資格の公開ページが、すぐに見られるようになります。",
                    "Its public page can be seen at once.",
                ),
                say(
                    "一度登録した資格は、削除できません。使わなくなったときは、新しい登録の受付を終了できます。",
                    "It cannot be removed any more. When it is no longer awarded, it can be closed for new registrations.",
                ),
            ];
        };
        let mut effects = vec![
            say(
                "発行済みのバッジは変わりません。名称・説明・条件・画像・有効期限は、発行したときのままです。",
                "Issued badges stay as they are: their name, description, criteria, picture and expiry are what was signed.",
            ),
            say(
                "登録済みで、まだ発行していない対象者のバッジは、新しい内容で発行します。",
                "Candidates who are registered and have no badge yet get one with the new content.",
            ),
            say(
                "資格の公開ページは、すぐに新しい内容になります。",
                "Its public page says the new content at once.",
            ),
        ];
        if said.validity_months != before.validity_months {
            effects.push(say(
                "新しい有効期間は、これから発行するバッジだけに適用します。",
                "The new validity is that of badges which are issued from now on.",
            ));
        }
        let (day, earlier) =
            (language.date(said.first_eligible), said.first_eligible < before.first_eligible);
        if earlier {
            effects.push(match language {
                Language::Japanese => format!(
                    "{day}からの合格・更新を登録できるようになります。以前に対象外として登録できなかった行は、もう一度登録してください。"
                ),
                Language::English => format!(
                    "Occasions from {day} on can be registered. Rows that were refused for their date can be sent again."
                ),
            });
        } else if said.first_eligible != before.first_eligible {
            effects.push(match language {
                Language::Japanese => format!(
                    "{day}より前の合格・更新は対象外になります。登録済みで未発行の人にも、バッジは発行されません。"
                ),
                Language::English => format!(
                    "Occasions before {day} earn no badge any more, not even of candidates who are registered already."
                ),
            });
        }
        match (before.closed, said.closed) {
            (false, true) => effects.push(say(
                "新しい対象者は登録できなくなります。登録済みの対象者のバッジは、予定どおり発行します。",
                "Nobody new can be registered. Who is registered already gets a badge as planned.",
            )),
            (true, false) => effects.push(say(
                "新しい対象者を、また登録できるようになります。",
                "New candidates can be registered again.",
            )),
            (true, true) | (false, false) => {}
        }
        effects
    }
}

fn of_picture(advice: PictureAdvice, language: Language) -> String {
    match (advice, language) {
        (PictureAdvice::NotSquare { width, height }, Language::Japanese) => format!(
            "画像が正方形ではありません（{width}×{height}ピクセル）。ほかのサイトでは、端が切れたり、縦横の比率が変わったりすることがあります。"
        ),
        (PictureAdvice::NotSquare { width, height }, Language::English) => {
            format!("The picture is not square ({width}×{height} pixels). Other sites may cut or squeeze it.")
        }
        (PictureAdvice::Small { side }, Language::Japanese) => {
            format!("画像が小さめです（{side}ピクセル）。大きく表示したり印刷したりすると、粗く見えます。")
        }
        (PictureAdvice::Small { side }, Language::English) => {
            format!("The picture is rather small ({side} pixels). It looks coarse when it is printed.")
        }
        (PictureAdvice::Large { side }, Language::Japanese) => {
            format!("画像が大きめです（{side}ピクセル）。表示に時間がかかり、見た目は変わりません。")
        }
        (PictureAdvice::Large { side }, Language::English) => format!(
            "The picture is rather large ({side} pixels). Pages load slower, and nothing looks better."
        ),
        (PictureAdvice::Opaque, Language::Japanese) => {
            "画像の背景が透明ではありません。暗い背景のページでは、四角い枠のように見えます。".to_owned()
        }
        (PictureAdvice::Opaque, Language::English) => {
            "The picture's ground is not transparent. On a dark page it stands in a box.".to_owned()
        }
    }
}

silent_debug!(QualificationConflict);

/// Somebody else saved another version while this one was being typed.
#[derive(Clone)]
pub struct QualificationConflict {
    /// Whose office it is.
    pub issuer: Bilingual,
    /// Who reads it.
    pub desk: Desk,
    /// The draft.
    pub draft: DraftId,
    /// What it was made from, if that is on record.
    pub before: Option<SaidOf>,
    /// What stands now …
    pub now: SaidOf,
    /// … and who saved it, if that is on record.
    pub by: Option<Actor>,
    /// What the draft says.
    pub said: SaidOf,
}

page_template!(ConflictTemplate, QualificationConflict, "office/qualification_conflict.html");

impl QualificationConflict {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("ほかの人が先に保存しました", "Somebody else saved it first");
        let frame = Frame::office(language, title, &self.issuer, self.desk);
        document(&ConflictTemplate { language, frame, page: self })
    }

    fn by(&self, language: Language) -> &str {
        let unknown = language.say("ほかの人", "somebody");
        self.by.as_ref().map_or(unknown, |by| actor(by, language))
    }

    fn rows(&self, language: Language) -> Vec<Row> {
        let (now, said) = (&self.now.content, &self.said.content);
        let before = self.before.as_ref();
        let differs = |facet: &Facet| {
            let from_before = |content| before.is_some_and(|before| !facet.is_same(&before.content, content));
            !facet.is_same(now, said) || from_before(now)
        };
        let row = |facet: Facet| {
            let before_words = language.say("編集を始めたとき", "When you began").to_owned();
            let versions = before.map(|before| (before_words, facet.of(before, language)));
            let changed = |content| before.is_some_and(|before| !facet.is_same(&before.content, content));
            Row {
                facet,
                versions: versions
                    .into_iter()
                    .chain([
                        (
                            language.say("いま登録されている内容", "Registered now").to_owned(),
                            facet.of(&self.now, language),
                        ),
                        (
                            language.say("あなたの入力", "What you typed").to_owned(),
                            facet.of(&self.said, language),
                        ),
                    ])
                    .collect(),
                both: changed(now) && changed(said) && !facet.is_same(now, said),
            }
        };
        FACETS.into_iter().filter(differs).map(row).collect()
    }
}
