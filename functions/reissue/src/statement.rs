//! A bank's statement, as the staff download it.

use lambda_http::http::StatusCode;
use payments::bank;
use serde_json::json;
use shomei_core::{
    calendar,
    order::Actor,
    reissue::statement::{self, Line, Verdict},
};
use shomei_http::{
    Problem, Request, Response,
    metrics::{self, Metric},
};

use crate::{Reissue, staff::reply};

impl Reissue {
    /// Every deposit that names an order, and what became of it. Nothing is entered twice, so a statement that was cut off halfway is
    /// sent again.
    pub(crate) async fn enter_statement(
        &self,
        request: &Request,
        actor: &Actor,
    ) -> Result<Response, Problem> {
        let read = bank::read(shomei_http::bytes(request), calendar::japan_date(self.clock.now())).map_err(
            |error| {
                let (ja, en) = error.sentence();
                Problem::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "statement-unreadable",
                    ("入出金明細を読み取れません", "The statement cannot be read"),
                    (&ja, &en),
                )
            },
        )?;
        let mut lines: Vec<Line> = Vec::new();
        for deposit in &read.deposits {
            let line = statement::enter(self.ports(), deposit, actor).await?;
            match &line.verdict {
                Verdict::Settled { order } => self.issue(order, actor).await,
                Verdict::Parked { before: false, .. } => metrics::count(Metric::PaymentsParked, 1),
                Verdict::Parked { before: true, .. }
                | Verdict::Matched { .. }
                | Verdict::Returned
                | Verdict::NoReference
                | Verdict::SeveralReferences => {}
            }
            lines.push(line);
        }
        let settled = lines.iter().filter(|line| matches!(line.verdict, Verdict::Settled { .. })).count();
        let unreadable: Vec<_> = read
            .unreadable
            .iter()
            .map(|unreadable| {
                let (ja, en) = unreadable.sentence();
                json!({ "line": unreadable.line, "reason": en, "reasonJa": ja })
            })
            .collect();
        let cancelled: Vec<_> = read.cancelled.iter().map(|cancelled| cancelled.line).collect();
        Ok(reply(
            StatusCode::OK,
            &json!({
                "deposits": lines.len(),
                "settled": settled,
                "lines": lines,
                "cancelled": cancelled,
                "unreadable": unreadable,
                "ignored": read.ignored,
            }),
        ))
    }
}
