//! One draft list: on its way, to be looked through, and done.

use shomei_core::{
    address::MailAddress,
    intake::{
        Column, Judged, Summary,
        upload::{DraftRow, Filter, RowRef, Standing, Tally},
    },
};

use super::{Desk, uploads::DraftStage};
use crate::layout::{Frame, document, page_template, silent_debug};
use crate::{Bilingual, Language, RenderError};

silent_debug!(UploadProgress, UploadChecked, UploadEnded, RowLine);

/// As many rows as a page shows, so that it stays small enough for any network.
pub const UPLOAD_ROWS: usize = 25;

/// What is the same on every page of a draft.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Whose office it is.
    pub issuer: Bilingual,
    /// Who reads it.
    pub desk: Desk,
    /// Its page.
    pub url: String,
    /// What the file is called.
    pub file: String,
    /// Who began it, if that is not the reader.
    pub another: Option<String>,
}

impl Draft {
    /// May the reader change or register it? Others only look.
    fn may_act(&self) -> bool {
        self.desk.may_act() && self.another.is_none()
    }
}

/// A draft on which work goes on. Its form posts nothing to `…/continue`, again and again until the work is done; the script does it
/// by itself.
#[derive(Clone)]
pub struct UploadProgress {
    /// The draft.
    pub draft: Draft,
    /// What is being done.
    pub stage: DraftStage,
    /// So much of it is done …
    pub done: u64,
    /// … of so much.
    pub whole: u64,
}

/// A draft whose rows wait for the clerk.
///
/// Its forms post `changes` to `…/save`, nothing to `…/recheck` and `…/throw-away`, and `row`, `deed`, `show` and `page` to `…/row`.
#[derive(Clone)]
pub struct UploadChecked {
    /// The draft.
    pub draft: Draft,
    /// What has just been done.
    pub notice: Option<RowNotice>,
    /// How many rows came to what.
    pub tally: Tally,
    /// Whether the wallets of its addresses were looked into. A long list is not.
    pub wallets: bool,
    /// How often it was changed: whoever registers it hands this back.
    pub changes: u32,
    /// What was registered before; the refused rows are left.
    pub saved: Option<Summary>,
    /// Columns whose cells are ignored.
    pub unknown_columns: Vec<String>,
    /// Which rows are shown.
    pub filter: Filter,
    /// The rows of this page.
    pub rows: Vec<RowLine>,
    /// The number of this page, from 1 …
    pub page: usize,
    /// … of so many.
    pub pages: usize,
    /// So many files take the refused rows.
    pub refused_files: usize,
}

/// What has just been done with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RowNotice {
    /// It was changed and judged again.
    Mended,
    /// It was left out.
    Dropped,
    /// It was put back.
    PutBack,
    /// The list was not at a stage at which rows are changed.
    NotNow,
    /// It was changed since the reader saw it, and is not registered.
    Changed,
}

impl RowNotice {
    fn words(self, language: Language) -> &'static str {
        match self {
            Self::Mended => {
                language.say("行を直し、もう一度確認しました。", "The row was changed and checked again.")
            }
            Self::Dropped => language.say(
                "行を除外しました。「除外」から元に戻せます。",
                "The row was left out. Among those left out you can put it back.",
            ),
            Self::PutBack => language.say("行を元に戻しました。", "The row was put back."),
            Self::NotNow => language.say(
                "この名簿は、今は直せません。しばらくしてから、もう一度お試しください。",
                "The list cannot be changed just now. Please try again in a moment.",
            ),
            Self::Changed => language.say(
                "別の画面で名簿が変更されたため、まだ登録していません。内容を確かめてから、もう一度登録してください。",
                "The list was changed in another window, so nothing was registered. Look through it, and register it then.",
            ),
        }
    }
}

/// A row, as it is listed.
#[derive(Clone)]
pub struct RowLine {
    /// Its name in forms.
    pub row: RowRef,
    /// What it says, and what was said of it.
    pub content: DraftRow,
}

/// A draft that is done: registered, or of no use.
#[derive(Clone)]
pub struct UploadEnded {
    /// The draft.
    pub draft: Draft,
    /// How it ended.
    pub end: End,
    /// Does the programme ask another person to approve of what was registered?
    pub approval: bool,
}

/// How a draft ended.
#[derive(Clone, Debug)]
pub enum End {
    /// All rows are registered.
    Saved(Summary),
    /// The list cannot be read: what to do.
    Unreadable(Bilingual),
}

page_template!(ProgressTemplate, UploadProgress, "office/upload_progress.html");
page_template!(CheckedTemplate, UploadChecked, "office/upload_checked.html");
page_template!(EndedTemplate, UploadEnded, "office/upload_ended.html");

impl UploadProgress {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let frame = Frame::office(language, self.title(language), &self.draft.issuer, self.draft.desk);
        document(&ProgressTemplate { language, frame, page: self })
    }

    fn percent(&self) -> u64 {
        100 * self.done.min(self.whole) / self.whole.max(1)
    }

    fn title(&self, language: Language) -> &'static str {
        match self.stage {
            DraftStage::Receiving => language.say("名簿を受信しています", "The list is arriving"),
            DraftStage::Saving => language.say("登録しています", "Registering"),
            DraftStage::Discarded => language.say("破棄しています", "Throwing away"),
            _ => language.say("名簿を確認しています", "Checking the list"),
        }
    }
}

impl UploadChecked {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("名簿の確認", "Look through the list");
        let frame = Frame::office(language, title, &self.draft.issuer, self.draft.desk);
        document(&CheckedTemplate { language, frame, page: self })
    }

    /// Which rows can be shown, what they are called, and how many there are.
    fn filters(&self, language: Language) -> Vec<(Filter, &'static str, usize)> {
        let Tally { refused, warned, accepted, amended, unchanged, dropped } = self.tally;
        let counts = [
            (Standing::Refused, refused),
            (Standing::Warned, warned),
            (Standing::Accepted, accepted),
            (Standing::Amended, amended),
            (Standing::Unchanged, unchanged),
            (Standing::Dropped, dropped),
        ];
        let attention = language.say("要確認", "Needs a look");
        let only = counts.into_iter().filter(|(_, count)| *count > 0);
        let only = only.map(|(standing, count)| (Filter::Only(standing), label(standing, language), count));
        [(Filter::Attention, attention, refused + warned)]
            .into_iter()
            .chain(only)
            .chain([(Filter::All, language.say("すべて", "All"), self.tally.rows())])
            .collect()
    }

    fn show(&self) -> &'static str {
        filter_name(self.filter)
    }

    fn before(&self, language: Language) -> String {
        language.pick(format!("前の{UPLOAD_ROWS}行"), format!("Previous {UPLOAD_ROWS}"))
    }

    fn after(&self, language: Language) -> String {
        language.pick(format!("次の{UPLOAD_ROWS}行"), format!("Next {UPLOAD_ROWS}"))
    }

    /// What stands in the place of rows.
    fn nothing(&self, language: Language) -> &'static str {
        if self.filter == Filter::Attention {
            language.say("確認が必要な行はありません。", "No row needs a look.")
        } else {
            language.say("該当する行はありません。", "There are no such rows.")
        }
    }

    fn files(&self) -> std::ops::RangeInclusive<usize> {
        1..=self.refused_files
    }
}

impl UploadEnded {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = match &self.end {
            End::Saved(_) => language.say("登録しました", "Registered"),
            End::Unreadable(_) => language.say("名簿を読み取れません", "The list cannot be read"),
        };
        let frame = Frame::office(language, title, &self.draft.issuer, self.draft.desk);
        document(&EndedTemplate { language, frame, page: self })
    }
}

impl RowLine {
    pub(super) fn label(&self, language: Language) -> &'static str {
        label(self.content.standing(), language)
    }

    pub(super) fn class(&self) -> &'static str {
        match self.content.standing() {
            Standing::Refused => "bad",
            Standing::Warned => "past",
            Standing::Accepted | Standing::Amended => "good",
            Standing::Unchanged => "open",
            Standing::Dropped => "none",
        }
    }

    /// What the clerk should know of it.
    fn reasons(&self, language: Language) -> Vec<String> {
        self.said(language).into_iter().map(|(_, sentence)| sentence).collect()
    }

    /// The same, with the cell that each is about.
    pub(super) fn said(&self, language: Language) -> Vec<(Option<Column>, String)> {
        let sentences: Vec<(Option<Column>, Bilingual)> = match &self.content.judged {
            Judged::Refused { refusals } => {
                refusals.iter().map(|code| (code.column(), code.sentence().into())).collect()
            }
            Judged::Accepted { warnings } | Judged::Amended { warnings } => {
                warnings.iter().map(|code| (Some(code.column()), code.sentence().into())).collect()
            }
            Judged::Unchanged => Vec::new(),
        };
        let say = |(column, sentence): (_, Bilingual)| (column, sentence.in_language(language).to_owned());
        sentences.into_iter().map(say).collect()
    }

    pub(super) fn cell(&self, column: Column) -> &str {
        self.content.cell(column)
    }

    /// Where it stands in the list.
    pub(super) fn place(&self, language: Language) -> String {
        let line = self.content.line;
        language.pick(format!("{line}行目"), format!("Row {line}"))
    }

    /// What it says besides name and address, as far as it says anything.
    fn facts(&self) -> Vec<&str> {
        let columns = [Column::Number, Column::Achievement, Column::Kind, Column::Date];
        columns.map(|column| self.cell(column)).into_iter().filter(|text| !text.is_empty()).collect()
    }

    /// What its address was probably meant to be.
    pub(super) fn meant(&self) -> Option<&str> {
        self.content.suggestion().map(MailAddress::as_str)
    }
}

/// What rows of a kind are called.
fn label(standing: Standing, language: Language) -> &'static str {
    match standing {
        Standing::Refused => language.say("登録できない", "Cannot be registered"),
        Standing::Warned => language.say("注意", "Second look"),
        Standing::Accepted => language.say("新規", "New"),
        Standing::Amended => language.say("訂正", "Correction"),
        Standing::Unchanged => language.say("登録済み", "Known"),
        Standing::Dropped => language.say("除外", "Left out"),
    }
}

/// What a filter is called in addresses.
pub fn filter_name(filter: Filter) -> &'static str {
    match filter {
        Filter::Attention => "attention",
        Filter::Only(Standing::Refused) => "refused",
        Filter::Only(Standing::Warned) => "warned",
        Filter::Only(Standing::Accepted) => "accepted",
        Filter::Only(Standing::Amended) => "amended",
        Filter::Only(Standing::Unchanged) => "unchanged",
        Filter::Only(Standing::Dropped) => "dropped",
        Filter::All => "all",
    }
}

/// The filter of this name.
pub fn filter_named(name: &str) -> Option<Filter> {
    let only = Standing::ALL.map(Filter::Only);
    [Filter::Attention, Filter::All].into_iter().chain(only).find(|filter| filter_name(*filter) == name)
}
