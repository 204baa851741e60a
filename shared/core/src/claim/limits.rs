//! How many mails may be asked for in an hour: for one address, and by one client. The count is the same for addresses that
//! nobody knows, so that a refusal tells nothing.

use super::Ports;
use crate::{
    address::MailAddress,
    limits::{Client, STRIPES, hour_of, one_more},
    ports::Write,
    store::Failure,
    wallet::AddressHash,
};

/// So many mails of one purpose may be asked for one address in an hour. Purposes are counted apart: whoever has many of one
/// sent to a stranger's address does not keep the stranger from another.
pub const MAILS_TO_AN_ADDRESS: u32 = 5;

/// So many mails may be asked for by one client in an hour. Whole companies share one.
pub const MAILS_BY_A_CLIENT: u32 = 40;

/// What a mail is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    SignIn,
    AddressProof,
    ClaimLink,
    Restore,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Self::SignIn => "SIGNIN",
            Self::AddressProof => "PROOF",
            Self::ClaimLink => "CLAIM",
            Self::Restore => "RESTORE",
        }
    }
}

/// The writes that count one more mail, or none if it would be one too many.
pub(crate) async fn admit(
    ports: Ports<'_>,
    purpose: Purpose,
    address: &MailAddress,
    client: &Client,
) -> Result<Option<Vec<Write>>, Failure> {
    let hour = hour_of(ports.clock.now())?;
    let by_address = vec![format!("{}#{}", purpose.name(), AddressHash::of(address))];
    let Some(to_address) =
        one_more(ports.table, ports.entropy, by_address, hour, MAILS_TO_AN_ADDRESS).await?
    else {
        return Ok(None);
    };
    let by_client =
        one_more(ports.table, ports.entropy, client.stripes("CLIENT"), hour, MAILS_BY_A_CLIENT / STRIPES)
            .await?;
    Ok(by_client.map(|by_client| vec![to_address, by_client]))
}
