//! Signing in to the office at a real service, as in the cloud. Without one, the office opens by printed links only.

use std::{fs, path::PathBuf, sync::Arc};

use clap::Args;
use shomei_core::{office::RoleNames, ports::Clock, programme::Programme};
use shomei_intake::office::SignIn;
use shomei_sign_in::SignInService;

use crate::Failed;

/// Where staff sign in, and what must be listed of them there.
#[derive(Args)]
#[command(next_help_heading = "Signing staff in")]
#[expect(clippy::struct_field_names, reason = "so the options are called")]
pub(crate) struct Service {
    /// Let staff sign in to the office at this issuer of `OpenID` Connect; it sends browsers back to /office/sign-in/finish
    #[arg(long, value_name = "URL", requires = "sign_in_client")]
    sign_in_issuer: Option<String>,
    /// As whom the issuer knows this program
    #[arg(long, value_name = "ID", requires = "sign_in_issuer")]
    sign_in_client: Option<String>,
    /// File that holds this client's secret, if it has one
    #[arg(long, value_name = "FILE", requires = "sign_in_issuer")]
    sign_in_secret_file: Option<PathBuf>,
    /// Claim of the ID token that lists a person's roles; with `email`, persons are named by their verified addresses
    #[arg(long, value_name = "NAME", default_value = "roles")]
    sign_in_role_claim: String,
    /// What it lists for those who only look; several are separated by commas, here and in the next two
    #[arg(long, value_name = "VALUES", default_value = "viewer")]
    sign_in_viewer: String,
    /// What it lists for clerks
    #[arg(long, value_name = "VALUES", default_value = "clerk")]
    sign_in_clerk: String,
    /// What it lists for approvers
    #[arg(long, value_name = "VALUES", default_value = "approver")]
    sign_in_approver: String,
}

impl Service {
    /// The way to the service, if one was named.
    ///
    /// # Errors
    /// In words for the terminal.
    pub(crate) fn of(&self, programme: &Programme, clock: Arc<dyn Clock>) -> Result<Option<SignIn>, Failed> {
        let (Some(issuer), Some(client)) = (&self.sign_in_issuer, &self.sign_in_client) else {
            return Ok(None);
        };
        let secret = match &self.sign_in_secret_file {
            Some(file) => Some(
                fs::read_to_string(file)
                    .map_err(|error| format!("{} cannot be read: {error}", file.display()))?,
            ),
            None => None,
        };
        let claim = &self.sign_in_role_claim;
        let provider = SignInService::new(
            issuer,
            client,
            secret.as_deref().map(str::trim),
            &programme.office_return_url(),
            claim,
            clock,
        )?;
        let roles = RoleNames {
            claim: claim.clone(),
            viewer: RoleNames::listed(&self.sign_in_viewer),
            clerk: RoleNames::listed(&self.sign_in_clerk),
            approver: RoleNames::listed(&self.sign_in_approver),
        };
        Ok(Some(SignIn { provider: Arc::new(provider), roles }))
    }
}
