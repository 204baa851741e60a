//! How many mails may be asked for in an hour: for one address, and by one client. The count is the same for addresses that
//! nobody knows, so that a refusal tells nothing.

use super::Ports;
use crate::{
    address::MailAddress,
    inquiry::FormStamp,
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

/// So many inquiries may come from one client in an hour. They are counted apart: whoever has asked for too many mails may still
/// say so.
pub const INQUIRIES_BY_A_CLIENT: u32 = 16;

/// So many inquiries may name one address for the answer in an hour.
pub const INQUIRIES_WITH_AN_ADDRESS: u32 = 5;

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

/// Whether an inquiry is taken.
pub(crate) enum Admitted {
    /// With these writes, which count it.
    Yes(Vec<Write>),
    /// This showing of the form was sent before.
    Before,
    /// It would be one too many.
    TooMany,
}

/// The writes that count one more inquiry.
pub(crate) async fn admit_inquiry(
    ports: Ports<'_>,
    form: &FormStamp,
    address: &MailAddress,
    client: &Client,
) -> Result<Admitted, Failure> {
    let Ports { table, clock, entropy } = ports;
    let (counter, until) = form.counter()?;
    let Some(once) = one_more(table, entropy, vec![counter], hour_of(until)?, 1).await? else {
        return Ok(Admitted::Before);
    };
    let hour = hour_of(clock.now())?;
    let by_address = vec![format!("INQUIRY#{}", AddressHash::of(address))];
    let with_address = one_more(table, entropy, by_address, hour, INQUIRIES_WITH_AN_ADDRESS).await?;
    let (by_client, most) = (client.stripes("INQUIRER"), INQUIRIES_BY_A_CLIENT / STRIPES);
    let by_client = one_more(table, entropy, by_client, hour, most).await?;
    Ok(match (with_address, by_client) {
        (Some(with_address), Some(by_client)) => Admitted::Yes(vec![once, with_address, by_client]),
        _ => Admitted::TooMany,
    })
}
