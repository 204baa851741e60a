//! Who in the office did what: a month's lines, as a page and as a file.

use serde::Deserialize;
use shomei_core::{
    calendar::{self, Month},
    office::audit::{self, Cursor},
};
use shomei_http::{Cache, Problem, Request, Response};
use shomei_pages::office::{AuditPage, Place, audit_csv};

use super::Colleague;
use crate::Intake;

/// Lines of a page.
const LINES: u32 = 100;

/// Lines of a file: with the longest reasons they still fit into a reply.
const FILE_LINES: u32 = 5_000;

#[derive(Deserialize)]
struct Wanted {
    month: Option<Month>,
    after: Option<String>,
}

impl Intake {
    pub(super) async fn audit(&self, request: &Request, colleague: &Colleague) -> Result<Response, Problem> {
        let (month, after) = self.wanted(request)?;
        let (lines, next) = audit::lines(&*self.table, month, after.as_ref(), LINES).await?;
        let page = AuditPage {
            issuer: self.issuer(),
            desk: colleague.desk(Place::Audit),
            month,
            this_month: self.this_month(),
            continued: after.is_some(),
            lines,
            next,
        };
        colleague.page(page.render(colleague.language))
    }

    pub(super) async fn audit_file(
        &self,
        request: &Request,
        colleague: &Colleague,
    ) -> Result<Response, Problem> {
        let (month, after) = self.wanted(request)?;
        let (lines, next) = audit::lines(&*self.table, month, after.as_ref(), FILE_LINES).await?;
        let more = next.map(|next| format!("{}/office/audit/csv?after={next}", self.programme.base_url()));
        let table = audit_csv(&lines, more.as_deref(), colleague.language);
        Ok(shomei_http::csv(&format!("audit-{month}.csv"), table, Cache::Private))
    }

    /// The month, and where in it to begin.
    fn wanted(&self, request: &Request) -> Result<(Month, Option<Cursor>), Problem> {
        let wanted: Wanted = shomei_http::query(request).ok_or_else(Problem::not_found)?;
        match wanted.after {
            Some(after) => {
                let after = Cursor::parse(&after).ok_or_else(Problem::not_found)?;
                Ok((after.month(), Some(after)))
            }
            None => Ok((wanted.month.unwrap_or_else(|| self.this_month()), None)),
        }
    }

    fn this_month(&self) -> Month {
        Month::of(calendar::japan_date(self.clock.now()))
    }
}
