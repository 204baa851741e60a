//! One row of a draft list is typed anew.

use shomei_core::intake::{Column, upload::Filter};

use super::{
    Desk,
    upload::{RowLine, filter_name},
};
use crate::layout::{Frame, document, page_template, silent_debug};
use crate::{Bilingual, Language, RenderError};

silent_debug!(UploadRowPage);

/// A row and its cells. Its form posts the cells by their columns' names, with `row`, `deed` (`cells`), `show` and `page`, to `…/row`.
#[derive(Clone)]
pub struct UploadRowPage {
    /// Whose office it is.
    pub issuer: Bilingual,
    /// Who reads it.
    pub desk: Desk,
    /// The draft's page.
    pub url: String,
    /// The row.
    pub line: RowLine,
    /// Where the reader came from.
    pub filter: Filter,
    /// The same.
    pub page: usize,
    /// A cell was too long.
    pub too_long: bool,
}

page_template!(RowTemplate, UploadRowPage, "office/upload_row.html");

impl UploadRowPage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("行の訂正", "Correct a row");
        let frame = Frame::office(language, title, &self.issuer, self.desk);
        document(&RowTemplate { language, frame, page: self })
    }

    fn show(&self) -> &'static str {
        filter_name(self.filter)
    }

    /// The columns, what they are called, and what is typed into them.
    fn fields(&self, language: Language) -> [(Column, &'static str, &str); Column::ALL.len()] {
        Column::ALL.map(|column| (column, column_name(column, language), self.line.content.cell(column)))
    }
}

fn column_name(column: Column, language: Language) -> &'static str {
    let english = match column {
        Column::Achievement => "Qualification code",
        Column::Kind => "Passed or renewed (pass, renewal)",
        Column::Date => "Date",
        Column::Name => "Name",
        Column::Kana => "Reading (may be left out)",
        Column::Roman => "Name in Latin letters (may be left out)",
        Column::Address => "E-mail address",
        Column::Number => "Member number",
    };
    let japanese = match column {
        Column::Kind => "区分（合格・更新）",
        Column::Kana => "フリガナ（任意）",
        Column::Roman => "ローマ字（任意）",
        column => column.ja(),
    };
    language.say(japanese, english)
}
