//! Every setting of the functions, read once at start. What is missing or wrong is named, and the program ends.

use openbadges::keys::PublicKey;
use shomei_core::{
    programme::{Bilingual, IssuerKey, Programme},
    store::Failure,
};
use tracing::Level;

/// The environment variables that the functions read. The template sets exactly these.
pub mod variables {
    /// The table's name.
    pub const TABLE: &str = "SHOMEI_TABLE";
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
    /// All issuer keys as `key-1=z6Mk…`, separated by commas, retired ones too.
    pub const ISSUER_KEYS: &str = "SHOMEI_ISSUER_KEYS";
    /// The one of them that signs, such as `key-1`.
    pub const SIGNING_KEY: &str = "SHOMEI_SIGNING_KEY";
    /// Its private half in KMS.
    pub const KMS_KEY_ID: &str = "SHOMEI_KMS_KEY_ID";
    /// The rules of SES under which mails are sent.
    pub const CONFIGURATION_SET: &str = "SHOMEI_CONFIGURATION_SET";
    /// Who issues the tokens of staff.
    pub const STAFF_ISSUER: &str = "SHOMEI_STAFF_ISSUER";
    /// For whom they must be issued.
    pub const STAFF_AUDIENCE: &str = "SHOMEI_STAFF_AUDIENCE";
    /// The claim that lists a person's roles, such as `roles` or `cognito:groups`.
    pub const STAFF_ROLE_CLAIM: &str = "SHOMEI_STAFF_ROLE_CLAIM";
    /// The role that staff must have.
    pub const STAFF_ROLE: &str = "SHOMEI_STAFF_ROLE";

    /// What each reader of this module reads. Which readers a function calls says which variables it needs.
    pub const READERS: [(&str, &[&str]); 5] = [
        ("table", &[TABLE]),
        ("programme", &[BASE_URL, ISSUER_NAME_JA, ISSUER_NAME_EN, ISSUER_URL, CONTACT, SENDER, ISSUER_KEYS]),
        ("signing", &[SIGNING_KEY, KMS_KEY_ID]),
        ("configuration_set", &[CONFIGURATION_SET]),
        ("staff", &[STAFF_ISSUER, STAFF_AUDIENCE, STAFF_ROLE_CLAIM, STAFF_ROLE]),
    ];
}

/// Set by the platform from the template: below what level the log leaves lines out.
const LOG_LEVEL: &str = "AWS_LAMBDA_LOG_LEVEL";

#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
fn optional(name: &str) -> Option<String> {
    let value = std::env::var(name).ok()?;
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

fn setting(name: &str) -> Result<String, Failure> {
    optional(name)
        .ok_or_else(|| Failure::NeedsPerson(format!("the environment variable {name} is not set or empty")))
}

/// How much the log says: what the platform asks for, else [`Level::INFO`].
pub fn log_level() -> Level {
    optional(LOG_LEVEL).and_then(|name| name.parse().ok()).unwrap_or(Level::INFO)
}

/// The table's name.
///
/// # Errors
/// [`Failure::NeedsPerson`] naming the variable that is missing.
pub fn table() -> Result<String, Failure> {
    setting(variables::TABLE)
}

/// The programme's facts.
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

/// The key that signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signing {
    /// Its name in `did.json`.
    pub fragment: String,
    /// Its private half in KMS.
    pub kms_key_id: String,
}

/// The key that signs: one of the programme's.
///
/// # Errors
/// [`Failure::NeedsPerson`] naming the variable that is missing, or the key that is not among the programme's.
pub fn signing(programme: &Programme) -> Result<Signing, Failure> {
    let fragment = setting(variables::SIGNING_KEY)?;
    programme.public_key(&fragment)?;
    Ok(Signing { fragment, kms_key_id: setting(variables::KMS_KEY_ID)? })
}

/// The rules of SES under which mails are sent.
///
/// # Errors
/// [`Failure::NeedsPerson`] naming the variable that is missing.
pub fn configuration_set() -> Result<String, Failure> {
    setting(variables::CONFIGURATION_SET)
}

/// Whose tokens open the routes of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// Who issues them.
    pub issuer: String,
    /// For whom.
    pub audience: String,
    /// The claim that lists roles.
    pub role_claim: String,
    /// The role that is needed.
    pub role: String,
}

/// Whose tokens open the routes of staff.
///
/// # Errors
/// [`Failure::NeedsPerson`] naming the variable that is missing.
pub fn staff() -> Result<Staff, Failure> {
    Ok(Staff {
        issuer: setting(variables::STAFF_ISSUER)?,
        audience: setting(variables::STAFF_AUDIENCE)?,
        role_claim: setting(variables::STAFF_ROLE_CLAIM)?,
        role: setting(variables::STAFF_ROLE)?,
    })
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
            let public = PublicKey::from_multibase(multibase.trim()).map_err(|_| wrong())?;
            Ok(IssuerKey { fragment: fragment.trim().to_owned(), public })
        })
        .collect()
}

/// Writes what [`issuer_keys`] reads.
pub fn issuer_keys_text(keys: &[IssuerKey]) -> String {
    let parts: Vec<_> =
        keys.iter().map(|key| format!("{}={}", key.fragment, key.public.multibase())).collect();
    parts.join(",")
}
