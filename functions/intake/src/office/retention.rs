//! How long what is kept of people, and how far the sweep has come.

use shomei_core::office::retention::{self, policy::policy};
use shomei_http::{Problem, Response};
use shomei_pages::office::{Place, RetentionPage};

use super::Colleague;
use crate::Intake;

impl Intake {
    pub(super) async fn retention(&self, colleague: &Colleague) -> Result<Response, Problem> {
        let standing = retention::standing(self.office_ports()).await?;
        let page = RetentionPage {
            issuer: self.issuer(),
            desk: colleague.desk(Place::Retention),
            rules: policy(&self.programme.retention),
            last: standing.last,
            erasing: standing.erasing,
            next: standing.next,
        };
        colleague.page(page.render(colleague.language))
    }
}
