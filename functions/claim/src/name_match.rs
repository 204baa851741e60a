//! Whether verifiers may compare a name with the holder's: chosen on the badge's page in the wallet.

use serde::Deserialize;
use shomei_core::{badge::BadgeId, claim::name_match};
use shomei_http::{Problem, Request, Response};
use shomei_pages::wallet::Notice;

use crate::{
    Claim,
    badge::path,
    not_our_form,
    reader::{Owner, done},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    allowed: Allowed,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Allowed {
    Yes,
    No,
}

impl Claim {
    pub(crate) async fn choose_name_match(
        &self,
        request: &Request,
        id: &str,
        owner: &Owner<'_>,
    ) -> Result<Response, Problem> {
        let id = BadgeId::parse(id).ok_or_else(Problem::not_found)?;
        let form: Choice = shomei_http::form(request).ok_or_else(not_our_form)?;
        let wallet = &owner.wallet().id;
        let (chosen, notice) = match form.allowed {
            Allowed::Yes => {
                let key = self.name_match.as_deref().ok_or_else(Problem::not_found)?;
                (name_match::allow(self.ports(), key, wallet, &id).await?, Notice::NameMatchAllowed)
            }
            Allowed::No => (name_match::stop(self.ports(), wallet, &id).await?, Notice::NameMatchStopped),
        };
        if chosen { Ok(done(&path(&id), notice)) } else { Err(Problem::not_found()) }
    }
}
