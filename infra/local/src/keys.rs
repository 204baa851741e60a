//! `keys`: reads the public half of a signing key from KMS, and writes the list of keys that the functions are told.
//!
//! A badge verifies as long as its key is listed. So nothing is ever taken out of the list, and no name in it is given
//! to another key.

use openbadges::keys::PublicKey;
use shomei_aws::{Sdk, kms, settings};
use shomei_core::programme::IssuerKey;

use crate::Failed;

/// What names of keys begin with; a number follows.
const NAME: &str = "key-";

/// Prints the list with the key in it.
pub(crate) async fn list(kms_key: &str, name: Option<String>, listed: Option<&str>) -> Result<(), Failed> {
    let mut keys = listed.map_or(Ok(Vec::new()), settings::issuer_keys)?;
    let public = kms::public_key(&Sdk::new(), kms_key).await?;
    let name = match name {
        Some(name) => name,
        None => name_in(kms_key).unwrap_or_else(|| next_name(&keys)),
    };
    add(&mut keys, name, public)?;
    println!("{}", settings::issuer_keys_text(&keys));
    Ok(())
}

/// `key-2` of `alias/shomei-key-2`.
fn name_in(kms_key: &str) -> Option<String> {
    let (_, number) = kms_key.rsplit_once(NAME)?;
    number.parse::<u32>().ok().map(|number| format!("{NAME}{number}"))
}

/// The number after the highest one: numbers are never used again.
fn next_name(keys: &[IssuerKey]) -> String {
    let numbers = keys.iter().filter_map(|key| key.fragment.strip_prefix(NAME)?.parse::<u32>().ok());
    format!("{NAME}{}", numbers.max().unwrap_or(0).saturating_add(1))
}

fn add(keys: &mut Vec<IssuerKey>, fragment: String, public: PublicKey) -> Result<(), Failed> {
    if let Some(known) = keys.iter().find(|key| key.fragment == fragment) {
        if known.public == public {
            return Ok(());
        }
        return Err(format!(
            "{fragment} is listed as another key; badges signed with that one would stop verifying. Choose another name \
             with --name"
        )
        .into());
    }
    if let Some(known) = keys.iter().find(|key| key.public == public) {
        return Err(format!("this key is listed already, as {}", known.fragment).into());
    }
    keys.push(IssuerKey { fragment, public });
    Ok(())
}
