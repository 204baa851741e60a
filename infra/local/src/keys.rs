//! `keys`: reads the public half of a key from KMS, and writes the list of keys that the functions are told.
//!
//! A badge verifies as long as its key is listed. So nothing is ever taken out of the list, and no name in it is given
//! to another key. A key that somebody else may have is marked with the time from which its signatures are refused.

use openbadges::DateTime;
use shomei_aws::{
    Sdk,
    kms::{self, AnyPublicKey},
    settings,
};
use shomei_core::programme::{IssuerKey, IssuerTokenKey};

use crate::Failed;

/// A name and its key, whatever it signs.
trait Listed: Clone + PartialEq {
    /// What the names of such keys begin with; a number follows.
    const NAME: &'static str;
    fn fragment(&self) -> &str;
    fn is_same_key(&self, other: &Self) -> bool;
    fn read(list: &str) -> Result<Vec<Self>, Failed>;
    fn write(list: &[Self]) -> String;
}

impl Listed for IssuerKey {
    const NAME: &'static str = "key-";

    fn fragment(&self) -> &str {
        &self.fragment
    }

    fn is_same_key(&self, other: &Self) -> bool {
        self.public == other.public
    }

    fn read(list: &str) -> Result<Vec<Self>, Failed> {
        Ok(settings::issuer_keys(list)?)
    }

    fn write(list: &[Self]) -> String {
        settings::issuer_keys_text(list)
    }
}

impl Listed for IssuerTokenKey {
    const NAME: &'static str = "token-";

    fn fragment(&self) -> &str {
        &self.fragment
    }

    fn is_same_key(&self, other: &Self) -> bool {
        self.public == other.public
    }

    fn read(list: &str) -> Result<Vec<Self>, Failed> {
        Ok(settings::token_keys(list)?)
    }

    fn write(list: &[Self]) -> String {
        settings::token_keys_text(list)
    }
}

/// Prints the list with the key in it. Of which list it is, the key's kind says.
pub(crate) async fn list(kms_key: &str, name: Option<&str>, listed: Option<&str>) -> Result<(), Failed> {
    match kms::public_key(&Sdk::new(), kms_key).await? {
        AnyPublicKey::OfBadges(public) => {
            print_with(kms_key, name, listed, |fragment| IssuerKey { fragment, public, revoked: None })
        }
        AnyPublicKey::OfTokens(public) => {
            print_with(kms_key, name, listed, |fragment| IssuerTokenKey { fragment, public })
        }
    }
}

/// Prints the list with a key marked: its signatures are refused from that time on. A mark that stands may move to an earlier time,
/// never to a later one: what was refused stays so.
pub(crate) fn distrust(listed: &str, name: &str, since: &str) -> Result<(), Failed> {
    let since = DateTime::parse(since)?;
    let mut keys = IssuerKey::read(listed)?;
    let key = keys
        .iter_mut()
        .find(|key| key.fragment == name)
        .ok_or_else(|| format!("{name} is not in the list"))?;
    match &key.revoked {
        Some(earlier) if earlier.timestamp() <= since.timestamp() => {}
        _ => key.revoked = Some(since),
    }
    println!("{}", IssuerKey::write(&keys));
    Ok(())
}

fn print_with<K: Listed>(
    kms_key: &str,
    name: Option<&str>,
    listed: Option<&str>,
    key: impl FnOnce(String) -> K,
) -> Result<(), Failed> {
    let mut keys = listed.map_or(Ok(Vec::new()), K::read)?;
    let name = match name {
        Some(name) => name.to_owned(),
        None => name_in::<K>(kms_key).unwrap_or_else(|| next_name(&keys)),
    };
    add(&mut keys, key(name))?;
    println!("{}", K::write(&keys));
    Ok(())
}

/// `key-2` of `alias/shomei-key-2`.
fn name_in<K: Listed>(kms_key: &str) -> Option<String> {
    let (_, number) = kms_key.rsplit_once(K::NAME)?;
    number.parse::<u32>().ok().map(|number| format!("{}{number}", K::NAME))
}

/// The number after the highest one: numbers are never used again.
fn next_name<K: Listed>(keys: &[K]) -> String {
    let numbers = keys.iter().filter_map(|key| key.fragment().strip_prefix(K::NAME)?.parse::<u32>().ok());
    format!("{}{}", K::NAME, numbers.max().unwrap_or(0).saturating_add(1))
}

fn add<K: Listed>(keys: &mut Vec<K>, key: K) -> Result<(), Failed> {
    if let Some(known) = keys.iter().find(|known| known.fragment() == key.fragment()) {
        if known.is_same_key(&key) {
            return Ok(());
        }
        return Err(format!(
            "{} is listed as another key; badges signed with that one would stop verifying. Choose another name with --name",
            key.fragment()
        )
        .into());
    }
    if let Some(known) = keys.iter().find(|known| known.is_same_key(&key)) {
        return Err(format!("this key is listed already, as {}", known.fragment()).into());
    }
    keys.push(key);
    Ok(())
}
