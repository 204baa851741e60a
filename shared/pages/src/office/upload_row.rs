//! One row of a draft list is typed anew.

use shomei_core::intake::{
    Column,
    upload::{Filter, Standing},
};

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

    /// What is said of the row, and of no cell of it alone.
    fn reasons(&self, language: Language) -> Vec<String> {
        let of_no_cell = |(column, sentence): (Option<Column>, String)| column.is_none().then_some(sentence);
        self.line.said(language).into_iter().filter_map(of_no_cell).collect()
    }

    fn fields(&self, language: Language) -> Vec<Field<'_>> {
        let said = self.line.said(language);
        let of = |column| {
            let sentences = said.iter().filter(|(of, _)| *of == Some(column));
            Field {
                column,
                label: column_name(column, language),
                text: self.line.cell(column),
                said: sentences.map(|(_, sentence)| sentence.as_str()).collect::<Vec<_>>().join(" "),
            }
        };
        Column::ALL.map(of).into()
    }

    fn is_refused(&self) -> bool {
        self.line.content.standing() == Standing::Refused
    }

    /// The cells that keep the row from being registered.
    fn wrong(&self, language: Language) -> Vec<Field<'_>> {
        let mut fields = self.fields(language);
        fields.retain(|field| self.is_refused() && !field.said.is_empty());
        fields
    }

    /// Is there nothing to be mended, because the row could not be read?
    fn is_unread(&self) -> bool {
        !self.line.content.broken.is_empty()
    }
}

/// A cell, as it is typed anew.
struct Field<'a> {
    column: Column,
    label: &'static str,
    text: &'a str,
    /// What is said of it.
    said: String,
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
