//! The month at a glance.

use serde::Deserialize;
use shomei_core::{
    calendar::{Month, latest_closed},
    office::{
        glance::{glance, months, tasks},
        resend,
    },
};
use shomei_http::{Problem, Request, Response};
use shomei_pages::office::{MonthPage, Place};

use super::Colleague;
use crate::Intake;

/// Which month is asked for.
#[derive(Deserialize)]
struct Asked {
    month: Option<String>,
}

impl Intake {
    /// The month that is asked for; else the one whose badges were issued last; else the newest.
    pub(super) async fn month(&self, request: &Request, colleague: &Colleague) -> Result<Response, Problem> {
        let (ports, now) = (self.office_ports(), self.clock.now());
        let months = months(ports.table).await?;
        let asked = shomei_http::query::<Asked>(request).and_then(|asked| asked.month);
        let asked = asked.and_then(|text| text.parse::<Month>().ok()).filter(|month| months.contains(month));
        let month = asked
            .or_else(|| Some(latest_closed(now)).filter(|month| months.contains(month)))
            .or_else(|| months.first().copied());
        let (glance, tasks) = match month {
            Some(month) => {
                let glance = glance(ports, month).await?;
                let tasks = tasks(ports, &glance, &months).await?;
                (Some(glance), tasks)
            }
            None => (None, Vec::new()),
        };
        let desk = colleague.desk(Place::Month);
        let resend = match month {
            Some(month) => resend::of_month(ports, month).await?,
            None => None,
        };
        let page = MonthPage { issuer: self.issuer(), desk, now, glance, tasks, months, resend };
        colleague.page(page.render(colleague.language))
    }
}
