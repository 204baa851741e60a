//! Who in the office did what: a month's lines, and the same for a spreadsheet.

mod words;

use jiff::tz::Offset;
use shomei_core::{
    calendar::Month,
    office::audit::{AuditLine, Cursor},
};

pub(super) use self::words::actor;
use self::words::{Told, told};
use super::{Desk, month_name};
use crate::layout::{Frame, document, page_template, silent_debug};
use crate::spreadsheet::spreadsheet;
use crate::{Bilingual, Language, RenderError};

silent_debug!(AuditPage);

/// Months that can be chosen at once.
const MONTHS: usize = 36;

/// A month of the audit, the newest line first.
#[derive(Clone)]
pub struct AuditPage {
    /// Whose office it is.
    pub issuer: Bilingual,
    /// Who reads it.
    pub desk: Desk,
    /// The month in Japan.
    pub month: Month,
    /// The month that it is now.
    pub this_month: Month,
    /// Not the newest lines of the month, but later ones of the list.
    pub continued: bool,
    /// The lines.
    pub lines: Vec<AuditLine>,
    /// Where the next ones begin.
    pub next: Option<Cursor>,
}

page_template!(AuditTemplate, AuditPage, "office/audit.html");

impl AuditPage {
    /// The whole page.
    ///
    /// # Errors
    /// [`RenderError`] when the template fails to write.
    pub fn render(&self, language: Language) -> Result<String, RenderError> {
        let title = language.say("操作の記録", "Audit");
        let frame = Frame::office(language, title, &self.issuer, self.desk);
        document(&AuditTemplate { language, frame, page: self })
    }

    fn told(&self, language: Language) -> Vec<(&AuditLine, Told<'_>)> {
        self.lines.iter().map(|line| (line, told(&line.deed, language))).collect()
    }

    fn actor<'a>(&self, line: &'a AuditLine, language: Language) -> &'a str {
        actor(&line.actor, language)
    }

    fn month_name(&self, language: Language) -> String {
        month_name(self.month, language)
    }

    fn name_of(&self, month: &Month, language: Language) -> String {
        month_name(*month, language)
    }

    /// The newest months, and the one that is shown.
    fn months(&self) -> Vec<Month> {
        let newest = std::iter::successors(Some(self.this_month), |month| Some(month.previous()));
        let mut months: Vec<Month> = newest.take(MONTHS).collect();
        if !months.contains(&self.month) {
            months.push(self.month);
        }
        months
    }
}

/// Lines of the audit for a spreadsheet. If there are more than these, the last row says where.
pub fn audit_csv(lines: &[AuditLine], more: Option<&str>, language: Language) -> String {
    let head = [
        language.say("日時（日本時間）", "When (Japan time)"),
        language.say("操作した人", "Who"),
        language.say("操作", "What"),
        language.say("内容", "In words"),
        language.say("理由", "Why"),
    ];
    let rows = lines.iter().map(|line| {
        let Told { what, sentence, reason } = told(&line.deed, language);
        let at = Offset::constant(9).to_datetime(line.at).strftime("%Y-%m-%d %H:%M:%S").to_string();
        let reason = reason.map(|reason| reason.as_str().to_owned()).unwrap_or_default();
        [at, actor(&line.actor, language).to_owned(), what.to_owned(), sentence, reason]
    });
    let more = more.map(|address| {
        let words = language.say("この表には続きがあります：", "There is more of this table: ");
        [String::new(), String::new(), String::new(), format!("{words}{address}"), String::new()]
    });
    spreadsheet(head, rows.chain(more))
}
