//! Every setting of the functions, read once at start. What is missing or wrong is named, and the program ends.

use openbadges::keys::PublicKey;
use shomei_core::{
    programme::{Bilingual, IssuerKey, Programme},
    store::Failure,
};

/// The environment variables that the functions read. The template sets exactly these.
pub mod variables {
    /// Origin of everything public, such as `https://badges.example.jp`. Never changes.
    pub const BASE_URL: &str = "SHOMEI_BASE_URL";
    /// The issuer's name in Japanese.
    pub const ISSUER_NAME_JA: &str = "SHOMEI_ISSUER_NAME_JA";
    /// The issuer's name in English.
    pub const ISSUER_NAME_EN: &str = "SHOMEI_ISSUER_NAME_EN";
    /// The issuer's web site.
    pub const ISSUER_URL: &str = "SHOMEI_ISSUER_URL";
    /// Where recipients and verifiers ask.
    pub const CONTACT: &str = "SHOMEI_CONTACT";
    /// The address that mails come from.
    pub const SENDER: &str = "SHOMEI_SENDER";
    /// All issuer keys as `key-1=z6Mk…`, separated by commas; the last one signs.
    pub const ISSUER_KEYS: &str = "SHOMEI_ISSUER_KEYS";
    /// The table's name.
    pub const TABLE: &str = "SHOMEI_TABLE";
    /// The KMS key that signs. Only `issuance` has it.
    pub const KMS_KEY_ID: &str = "SHOMEI_KMS_KEY_ID";
    /// The role that a staff member's token must carry. Only `intake` has it.
    pub const STAFF_ROLE: &str = "SHOMEI_STAFF_ROLE";
}

/// Reads one setting.
///
/// # Errors
/// [`Failure::NeedsPerson`] naming the variable.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
pub fn setting(name: &str) -> Result<String, Failure> {
    match std::env::var(name) {
        Ok(value) if !value.trim().is_empty() => Ok(value.trim().to_owned()),
        _ => Err(Failure::NeedsPerson(format!("the environment variable {name} is not set"))),
    }
}

/// The programme's facts from the environment.
///
/// # Errors
/// [`Failure::NeedsPerson`] naming the variable that is missing or wrong.
pub fn programme() -> Result<Programme, Failure> {
    Programme::new(
        &setting(variables::BASE_URL)?,
        Bilingual { ja: setting(variables::ISSUER_NAME_JA)?, en: setting(variables::ISSUER_NAME_EN)? },
        &setting(variables::ISSUER_URL)?,
        &setting(variables::CONTACT)?,
        &setting(variables::SENDER)?,
        issuer_keys(&setting(variables::ISSUER_KEYS)?)?,
    )
}

/// Reads `key-1=z6Mk…,key-2=z6Mk…`.
///
/// # Errors
/// [`Failure::NeedsPerson`] with the part that is wrong.
pub fn issuer_keys(text: &str) -> Result<Vec<IssuerKey>, Failure> {
    text.split(',')
        .map(|part| {
            let wrong = || Failure::NeedsPerson(format!("{}: {part:?} is no key", variables::ISSUER_KEYS));
            let (fragment, multibase) = part.trim().split_once('=').ok_or_else(wrong)?;
            let public = PublicKey::from_multibase(multibase).map_err(|_| wrong())?;
            Ok(IssuerKey { fragment: fragment.to_owned(), public })
        })
        .collect()
}
