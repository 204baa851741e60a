//! Making the signed forms of a prepared badge. Whoever issues does it here: the monthly run, and the reissue of one badge.

use openbadges::proof::{Signed, Unsigned};

use super::{publish::ensure_list, tokens};
use crate::{
    badge::Preparation,
    claim,
    ports::{Clock, Entropy, Signer, Table, TokenSigner},
    programme::Programme,
    store::Failure,
};

/// What making a badge takes. Only issuance and reissue hold a signer.
#[derive(Clone, Copy)]
pub struct Signing<'a> {
    /// State.
    pub table: &'a dyn Table,
    /// The issuer's key.
    pub signer: &'a dyn Signer,
    /// The issuer's key for signed tokens, if the programme gives them out.
    pub token_signer: Option<&'a dyn TokenSigner>,
    /// Time.
    pub clock: &'a dyn Clock,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
    /// The programme's facts.
    pub programme: &'a Programme,
}

impl<'a> Signing<'a> {
    /// What recipients' use cases take of them.
    pub(crate) fn of_claim(&self) -> claim::Ports<'a> {
        claim::Ports { table: self.table, clock: self.clock, entropy: self.entropy }
    }
}

impl std::fmt::Debug for Signing<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("issuance::Signing")
    }
}

/// The signed forms of one badge.
pub(crate) struct Made {
    /// The credential with its proof.
    pub(crate) signed: Signed,
    /// The same as a token, if the programme gives them out.
    pub(crate) token: Option<String>,
}

/// Signs what was prepared. Its status list is there before: a badge never names a list that verifiers cannot fetch.
pub(crate) async fn make(ports: Signing<'_>, preparation: &Preparation) -> Result<Made, Failure> {
    ensure_list(ports, &preparation.list).await?;
    sign(ports, preparation).await
}

/// Signs the frozen document and verifies the result in memory: nothing is stored as issued that does not verify.
pub(super) async fn sign(ports: Signing<'_>, preparation: &Preparation) -> Result<Made, Failure> {
    let wrong =
        |error: &dyn std::fmt::Display| Failure::NeedsPerson(format!("badge {}: {error}", preparation.badge));
    let unsigned = Unsigned::new(preparation.credential.clone(), preparation.proof.clone())
        .map_err(|error| wrong(&error))?;
    let signature = ports.signer.sign(unsigned.hash_data()).await?;
    let signed = unsigned
        .attach_verified(signature, ports.programme.public_key(&preparation.key)?)
        .map_err(|error| wrong(&error))?;
    let token = tokens::sign(ports, &preparation.credential).await?;
    Ok(Made { signed, token })
}
