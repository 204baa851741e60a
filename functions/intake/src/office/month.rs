//! The month at a glance.

use shomei_core::issuance;
use shomei_http::{Problem, Response};
use shomei_pages::office::{MonthPage, Place};

use super::Colleague;
use crate::Intake;

impl Intake {
    pub(super) async fn month(&self, colleague: &Colleague) -> Result<Response, Problem> {
        let sums = issuance::reconcile(&*self.table, self.clock.now(), None).await?;
        let page =
            MonthPage { issuer: self.issuer(), desk: colleague.desk(Place::Month), months: sums.months };
        colleague.page(page.render(colleague.language))
    }
}
