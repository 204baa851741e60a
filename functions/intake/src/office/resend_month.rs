//! Fresh links to all of a month who have not accepted their badge.

use serde::Deserialize;
use shomei_core::{calendar::Month, office::resend};
use shomei_http::{Problem, Request, Response, holder::not_our_form, redirect};

use super::Colleague;
use crate::Intake;

#[derive(Deserialize)]
struct Asked {
    month: Month,
}

impl Intake {
    /// Goes as far as one call may. The month's page says how far that is, and goes on.
    pub(super) async fn resend_month(
        &self,
        request: &Request,
        colleague: &Colleague,
    ) -> Result<Response, Problem> {
        let Asked { month } = shomei_http::form(request).ok_or_else(not_our_form)?;
        resend::resend_month(self.office_ports(), &colleague.member, month).await?;
        Ok(redirect(&format!("/office?month={month}")))
    }
}
