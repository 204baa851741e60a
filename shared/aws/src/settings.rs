//! Every setting of the functions, read once at start. What is missing or wrong is named, and the program ends.

use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use openbadges::{
    DateTime,
    jwt::{Algorithm, TokenKey},
    keys::PublicKey,
};
use payments::stripe::WebhookSecrets;
use shomei_core::{
    money::{Fee, Yen},
    office::RoleNames,
    programme::{
        Bilingual, IssuerKey, IssuerTokenKey, OfficeTerms, Programme, ReissueTerms, Retention, Written,
    },
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
    /// All issuer keys as `key-1=z6Mk…`, separated by commas, retired ones too. One that somebody else may have is marked with the
    /// time from which its signatures are refused: `key-1=z6Mk…@2026-11-20T00:00:00Z`.
    pub const ISSUER_KEYS: &str = "SHOMEI_ISSUER_KEYS";
    /// The one of them that signs, such as `key-1`.
    pub const SIGNING_KEY: &str = "SHOMEI_SIGNING_KEY";
    /// Its private half in KMS.
    pub const KMS_KEY_ID: &str = "SHOMEI_KMS_KEY_ID";
    /// All keys of signed tokens as `token-1=…`, each a public key (`SubjectPublicKeyInfo`) in base64url, separated by commas.
    /// Empty: badges are not given out as tokens.
    pub const TOKEN_KEYS: &str = "SHOMEI_TOKEN_KEYS";
    /// The one of them that signs, such as `token-1`. Empty: none does.
    pub const TOKEN_SIGNING_KEY: &str = "SHOMEI_TOKEN_SIGNING_KEY";
    /// Its private half in KMS.
    pub const TOKEN_KMS_KEY_ID: &str = "SHOMEI_TOKEN_KMS_KEY_ID";
    /// The rules of SES under which mails are sent.
    pub const CONFIGURATION_SET: &str = "SHOMEI_CONFIGURATION_SET";
    /// The topic to which SES tells what became of mails.
    pub const MAIL_EVENTS_TOPIC: &str = "SHOMEI_MAIL_EVENTS_TOPIC";
    /// Whether badges of strangers may make us fetch from the web: `on` or `off`.
    pub const FETCHING: &str = "SHOMEI_FETCHING";
    /// The key in KMS by which names are compared without being known. Empty: names are not compared.
    pub const NAME_MATCH_KMS_KEY_ID: &str = "SHOMEI_NAME_MATCH_KMS_KEY_ID";
    /// What issuing a deleted badge again costs, in yen, tax included.
    pub const REISSUE_FEE: &str = "SHOMEI_REISSUE_FEE_YEN";
    /// The consumption tax that is in it, in percent.
    pub const TAX_PERCENT: &str = "SHOMEI_TAX_PERCENT";
    /// The issuer's number as a registered issuer of qualified invoices, `T` and 13 digits. Empty: it is none.
    pub const INVOICE_REGISTRATION: &str = "SHOMEI_INVOICE_REGISTRATION";
    /// The issuer's postal address, for receipts. Empty: they show none.
    pub const ISSUER_ADDRESS: &str = "SHOMEI_ISSUER_ADDRESS";
    /// Where transfers go, as `bank|branch|kind|number|holder`. Empty: nobody can pay by transfer.
    pub const BANK_ACCOUNT: &str = "SHOMEI_BANK_ACCOUNT";
    /// The payment service's page for the fee. Empty: nobody can pay there.
    pub const PAYMENT_LINK: &str = "SHOMEI_PAYMENT_LINK";
    /// The secrets by which the payment service signs its events, separated by commas. Empty: no event is taken.
    pub const WEBHOOK_SECRETS: &str = "SHOMEI_WEBHOOK_SECRETS";
    /// For how many years after its month the register of an occasion is kept. Empty: 10.
    pub const RETENTION_REGISTER: &str = "SHOMEI_RETENTION_REGISTER_YEARS";
    /// For how many years the readings of names are, if for fewer. Empty: as long as the register.
    pub const RETENTION_READINGS: &str = "SHOMEI_RETENTION_READINGS_YEARS";
    /// For how many calendar years after that of their last step orders and money are, at least 10. Empty: 10.
    pub const RETENTION_ORDERS: &str = "SHOMEI_RETENTION_ORDERS_YEARS";
    /// For how many years after its month what the staff did is. Empty: 10.
    pub const RETENTION_AUDIT: &str = "SHOMEI_RETENTION_AUDIT_YEARS";
    /// Whether another person must approve of what was registered before it is issued: `on` or `off`.
    pub const SECOND_APPROVAL: &str = "SHOMEI_SECOND_APPROVAL";
    /// Whether name servers are asked if the domains of a list take mail: `on` or `off`.
    pub const MAIL_DOMAINS: &str = "SHOMEI_MAIL_DOMAINS";
    /// Who issues the tokens of staff.
    pub const STAFF_ISSUER: &str = "SHOMEI_STAFF_ISSUER";
    /// For whom they must be issued.
    pub const STAFF_AUDIENCE: &str = "SHOMEI_STAFF_AUDIENCE";
    /// The claim that lists a person's roles, such as `roles` or `cognito:groups`.
    pub const STAFF_ROLE_CLAIM: &str = "SHOMEI_STAFF_ROLE_CLAIM";
    /// What it lists for a clerk. Several are separated by commas, here and in the next two.
    pub const STAFF_ROLE: &str = "SHOMEI_STAFF_ROLE";
    /// What it lists for who may only look. Empty: nobody.
    pub const STAFF_VIEWER_ROLE: &str = "SHOMEI_STAFF_VIEWER_ROLE";
    /// What it lists for who decides on what others registered. Empty: nobody.
    pub const STAFF_APPROVER_ROLE: &str = "SHOMEI_STAFF_APPROVER_ROLE";
    /// As whom the office's pages ask the sign-in service. Empty: nobody can sign in to them.
    pub const STAFF_CLIENT_ID: &str = "SHOMEI_STAFF_CLIENT_ID";
    /// The secret of that client. Empty: it has none.
    pub const STAFF_CLIENT_SECRET: &str = "SHOMEI_STAFF_CLIENT_SECRET";

    /// What each reader of this module reads. Which readers a function calls says which variables it needs.
    pub const READERS: [(&str, &[&str]); 15] = [
        ("table", &[TABLE]),
        (
            "programme",
            &[BASE_URL, ISSUER_NAME_JA, ISSUER_NAME_EN, ISSUER_URL, CONTACT, SENDER, ISSUER_KEYS, TOKEN_KEYS],
        ),
        ("signing", &[SIGNING_KEY, KMS_KEY_ID]),
        ("token_signing", &[TOKEN_SIGNING_KEY, TOKEN_KMS_KEY_ID]),
        ("configuration_set", &[CONFIGURATION_SET]),
        ("mail_events_topic", &[MAIL_EVENTS_TOPIC]),
        ("fetching", &[FETCHING]),
        ("name_match", &[NAME_MATCH_KMS_KEY_ID]),
        (
            "reissue",
            &[REISSUE_FEE, TAX_PERCENT, INVOICE_REGISTRATION, ISSUER_ADDRESS, BANK_ACCOUNT, PAYMENT_LINK],
        ),
        ("webhook_secrets", &[WEBHOOK_SECRETS]),
        ("office", &[SECOND_APPROVAL]),
        ("mail_domains", &[MAIL_DOMAINS]),
        ("retention", &[RETENTION_REGISTER, RETENTION_READINGS, RETENTION_ORDERS, RETENTION_AUDIT]),
        (
            "staff",
            &[
                STAFF_ISSUER,
                STAFF_AUDIENCE,
                STAFF_ROLE_CLAIM,
                STAFF_ROLE,
                STAFF_VIEWER_ROLE,
                STAFF_APPROVER_ROLE,
            ],
        ),
        ("sign_in", &[STAFF_CLIENT_ID, STAFF_CLIENT_SECRET]),
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
    )?
    .with_token_keys(optional(variables::TOKEN_KEYS).map_or(Ok(Vec::new()), |text| token_keys(&text))?)
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
    let key = programme.keys().iter().find(|key| key.fragment == fragment);
    if let Some(since) = key.and_then(|key| key.revoked.as_ref()) {
        let since = since.as_str();
        return Err(Failure::NeedsPerson(format!(
            "{}: signatures of {fragment} are refused since {since}; let another key sign",
            variables::SIGNING_KEY
        )));
    }
    Ok(Signing { fragment, kms_key_id: setting(variables::KMS_KEY_ID)? })
}

/// The key that signs tokens: one of the programme's, with its kind. None: no new badge is given out as a token.
///
/// # Errors
/// [`Failure::NeedsPerson`] naming the variable that is missing, or the key that is not among the programme's.
pub fn token_signing(programme: &Programme) -> Result<Option<(Signing, Algorithm)>, Failure> {
    let Some(fragment) = optional(variables::TOKEN_SIGNING_KEY) else { return Ok(None) };
    let key = programme.token_key(&fragment).ok_or_else(|| {
        Failure::NeedsPerson(format!(
            "{}: {fragment} is not in {}",
            variables::TOKEN_SIGNING_KEY,
            variables::TOKEN_KEYS
        ))
    })?;
    let algorithm = key.algorithm();
    Ok(Some((Signing { fragment, kms_key_id: setting(variables::TOKEN_KMS_KEY_ID)? }, algorithm)))
}

/// The rules of SES under which mails are sent.
///
/// # Errors
/// [`Failure::NeedsPerson`] naming the variable that is missing.
pub fn configuration_set() -> Result<String, Failure> {
    setting(variables::CONFIGURATION_SET)
}

/// The topic to which SES tells what became of mails.
///
/// # Errors
/// [`Failure::NeedsPerson`] naming the variable that is missing.
pub fn mail_events_topic() -> Result<String, Failure> {
    setting(variables::MAIL_EVENTS_TOPIC)
}

/// Whether badges of strangers may make us fetch from the web.
///
/// # Errors
/// [`Failure::NeedsPerson`] naming the variable that is missing or says neither.
pub fn fetching() -> Result<bool, Failure> {
    switch(variables::FETCHING)
}

/// How the office works.
///
/// # Errors
/// As [`fetching`].
pub fn office() -> Result<OfficeTerms, Failure> {
    Ok(OfficeTerms { second_approval: switch(variables::SECOND_APPROVAL)? })
}

/// Whether name servers are asked if the domains of a list take mail.
///
/// # Errors
/// As [`fetching`].
pub fn mail_domains() -> Result<bool, Failure> {
    switch(variables::MAIL_DOMAINS)
}

fn switch(name: &str) -> Result<bool, Failure> {
    match setting(name)?.as_str() {
        "on" => Ok(true),
        "off" => Ok(false),
        other => Err(Failure::NeedsPerson(format!("{name} must be on or off, not {other:?}"))),
    }
}

/// The key in KMS by which names are compared. None: names are not compared.
pub fn name_match() -> Option<String> {
    optional(variables::NAME_MATCH_KMS_KEY_ID)
}

/// On what terms a deleted badge is issued again.
///
/// # Errors
/// [`Failure::NeedsPerson`] naming the variable that is missing or wrong.
pub fn reissue() -> Result<ReissueTerms, Failure> {
    let number = |name: &str| {
        let text = setting(name)?;
        text.parse::<u32>().map_err(|_| Failure::NeedsPerson(format!("{name} is no whole number")))
    };
    let percent = number(variables::TAX_PERCENT)?;
    let percent = u8::try_from(percent)
        .map_err(|_| Failure::NeedsPerson(format!("{} is no rate", variables::TAX_PERCENT)))?;
    let fee = Fee::new(Yen(number(variables::REISSUE_FEE)?), percent)?;
    ReissueTerms::parse(
        fee,
        Written {
            registration: optional(variables::INVOICE_REGISTRATION),
            issuer_address: optional(variables::ISSUER_ADDRESS),
            bank_account: optional(variables::BANK_ACCOUNT),
            payment_link: optional(variables::PAYMENT_LINK),
        },
    )
}

/// The secrets by which the payment service signs its events. None: no event is taken.
///
/// # Errors
/// [`Failure::NeedsPerson`] if they are none. The secrets are not told.
pub fn webhook_secrets() -> Result<Option<WebhookSecrets>, Failure> {
    let secrets = optional(variables::WEBHOOK_SECRETS).map(|text| WebhookSecrets::parse(&text)).transpose();
    secrets.map_err(|error| Failure::NeedsPerson(format!("{}: {error}", variables::WEBHOOK_SECRETS)))
}

/// For how long what is kept.
///
/// # Errors
/// [`Failure::NeedsPerson`] naming the variable that is no number of years, or the times that do not fit.
pub fn retention() -> Result<Retention, Failure> {
    let years = |name: &str| {
        let wrong = |_| Failure::NeedsPerson(format!("{name} is no number of years"));
        optional(name).map(|text| text.parse::<u16>().map_err(wrong)).transpose()
    };
    Retention::parse(
        years(variables::RETENTION_REGISTER)?,
        years(variables::RETENTION_READINGS)?,
        years(variables::RETENTION_ORDERS)?,
        years(variables::RETENTION_AUDIT)?,
    )
}

/// Whose tokens open the routes of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// Who issues them.
    pub issuer: String,
    /// For whom.
    pub audience: String,
    /// What must be listed of a person.
    pub roles: RoleNames,
}

/// Whose tokens open the routes of staff.
///
/// # Errors
/// [`Failure::NeedsPerson`] naming the variable that is missing.
pub fn staff() -> Result<Staff, Failure> {
    let others = |name: &str| optional(name).map(|names| RoleNames::listed(&names)).unwrap_or_default();
    Ok(Staff {
        issuer: setting(variables::STAFF_ISSUER)?,
        audience: setting(variables::STAFF_AUDIENCE)?,
        roles: RoleNames {
            claim: setting(variables::STAFF_ROLE_CLAIM)?,
            viewer: others(variables::STAFF_VIEWER_ROLE),
            clerk: RoleNames::listed(&setting(variables::STAFF_ROLE)?),
            approver: others(variables::STAFF_APPROVER_ROLE),
        },
    })
}

/// As whom the office's pages ask the sign-in service.
#[derive(Clone, PartialEq, Eq)]
pub struct SignIn {
    /// The client's name there.
    pub client_id: String,
    /// Its secret, if it has one.
    pub client_secret: Option<String>,
}

/// Prints nothing: it may hold a secret.
impl fmt::Debug for SignIn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SignIn(…)")
    }
}

/// As whom the office's pages ask the sign-in service. None: nobody can sign in to them.
pub fn sign_in() -> Option<SignIn> {
    let client_id = optional(variables::STAFF_CLIENT_ID)?;
    Some(SignIn { client_id, client_secret: optional(variables::STAFF_CLIENT_SECRET) })
}

/// Reads `key-1=z6Mk…,key-2=z6Mk…@2026-11-20T00:00:00Z`.
///
/// # Errors
/// [`Failure::NeedsPerson`] with the part that is wrong.
pub fn issuer_keys(text: &str) -> Result<Vec<IssuerKey>, Failure> {
    text.split(',')
        .map(|part| {
            let wrong = || Failure::NeedsPerson(format!("{}: {part:?} is no key", variables::ISSUER_KEYS));
            let (fragment, key) = part.trim().split_once('=').ok_or_else(wrong)?;
            let (multibase, revoked) = match key.split_once('@') {
                Some((multibase, since)) => {
                    (multibase, Some(DateTime::parse(since.trim()).map_err(|_| wrong())?))
                }
                None => (key, None),
            };
            let public = PublicKey::from_multibase(multibase.trim()).map_err(|_| wrong())?;
            Ok(IssuerKey { fragment: fragment.trim().to_owned(), public, revoked })
        })
        .collect()
}

/// Reads `token-1=…,token-2=…`.
///
/// # Errors
/// [`Failure::NeedsPerson`] with the part that is wrong.
pub fn token_keys(text: &str) -> Result<Vec<IssuerTokenKey>, Failure> {
    text.split(',')
        .map(|part| {
            let wrong = || Failure::NeedsPerson(format!("{}: {part:?} is no key", variables::TOKEN_KEYS));
            let (fragment, key) = part.trim().split_once('=').ok_or_else(wrong)?;
            let spki = BASE64_URL_SAFE_NO_PAD.decode(key.trim()).map_err(|_| wrong())?;
            let public = TokenKey::from_spki(&spki).map_err(|_| wrong())?;
            Ok(IssuerTokenKey { fragment: fragment.trim().to_owned(), public })
        })
        .collect()
}

/// Writes what [`token_keys`] reads.
pub fn token_keys_text(keys: &[IssuerTokenKey]) -> String {
    let part = |key: &IssuerTokenKey| {
        format!("{}={}", key.fragment, BASE64_URL_SAFE_NO_PAD.encode(key.public.spki()))
    };
    keys.iter().map(part).collect::<Vec<_>>().join(",")
}

/// Writes what [`issuer_keys`] reads.
pub fn issuer_keys_text(keys: &[IssuerKey]) -> String {
    let part = |key: &IssuerKey| {
        let revoked = key.revoked.as_ref().map(|since| format!("@{}", since.as_str())).unwrap_or_default();
        format!("{}={}{revoked}", key.fragment, key.public.multibase())
    };
    keys.iter().map(part).collect::<Vec<_>>().join(",")
}
