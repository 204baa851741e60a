//! Lists of candidates: choosing a file, and the drafts that are not gone.

use jiff::Timestamp;

use super::Desk;
use crate::layout::{Frame, document, page_template, silent_debug};
use crate::{Bilingual, Language, RenderError};

silent_debug!(UploadsPage, DraftLine);

/// A file is chosen here. Its form posts one `file` to `/office/uploads`; the script sends large files in parts.
#[derive(Clone)]
pub struct UploadsPage {
    /// Whose office it is.
    pub issuer: Bilingual,
    /// Who reads it.
    pub desk: Desk,
    /// Why the last file was not taken.
    pub wrong: Option<Bilingual>,
    /// A draft was thrown away just now.
    pub thrown_away: bool,
    /// The drafts, the newest first.
    pub drafts: Vec<DraftLine>,
}

/// A draft in the list.
#[derive(Clone)]
pub struct DraftLine {
    /// Its page.
    pub url: String,
    /// What the file is called.
    pub file: String,
    /// Who sent it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// How many rows it has by now.
    pub rows: usize,
    /// How far it is.
    pub stage: DraftStage,
}

/// How far a draft is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DraftStage {
    /// Its parts arrive.
    Receiving,
    /// Its rows are judged.
    Checking,
    /// It waits for the clerk.
    Checked,
    /// Its rows are registered.
    Saving,
    /// All is registered.
    Saved,
    /// It cannot be read.
    Unreadable,
    /// It is being removed.
    Discarded,
}

impl DraftStage {
    fn label(self, language: Language) -> &'static str {
        match self {
            Self::Receiving => language.say("受信中", "Arriving"),
            Self::Checking => language.say("確認中", "Being checked"),
            Self::Checked => language.say("登録待ち", "Waits to be registered"),
            Self::Saving => language.say("登録中", "Being registered"),
            Self::Saved => language.say("登録済み", "Registered"),
            Self::Unreadable => language.say("読み取れません", "Unreadable"),
            Self::Discarded => language.say("破棄中", "Being thrown away"),
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Receiving | Self::Checking | Self::Saving => "open",
            Self::Checked | Self::Unreadable => "past",
            Self::Saved => "good",
            Self::Discarded => "none",
        }
    }
}

page_template!(UploadsTemplate, UploadsPage, "office/uploads.html");

impl UploadsPage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("名簿の登録", "Lists of candidates");
        let frame = Frame::office(language, title, &self.issuer, self.desk);
        document(&UploadsTemplate { language, frame, page: self })
    }
}
