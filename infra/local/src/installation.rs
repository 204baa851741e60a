//! The data folder: what is made at first use and never changes after.
//!
//! Several processes may make one folder at once, and each may die anywhere. So a file appears whole and only once,
//! and whoever comes second takes what stands there. The order is: key, settings that name it, store. A store
//! without the other two has lost them.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use payments::stripe::WebhookSecrets;
use serde::{Deserialize, Serialize};
use shomei_aws::machine::SystemEntropy;
use shomei_core::{
    money::{Fee, Yen},
    ports::Entropy,
    programme::{Bilingual, IssuerKey, OfficeTerms, Programme, ReissueTerms, Written},
    store::{Failure, random_uuid},
};

use crate::{
    Failed,
    key::{self, KeyFile, NameMatchKeyFile, TokenKeyFile},
};

/// The base URL if none was ever given.
const DEFAULT_BASE_URL: &str = "http://localhost:8080";

/// What one installation is called and where it lives. A person may edit the names in `settings.json`; the base URL
/// and the key are part of every signed document.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Settings {
    base_url: String,
    issuer_name: Bilingual,
    issuer_url: String,
    contact: String,
    sender: String,
    /// On what terms a deleted badge is issued again.
    #[serde(default)]
    reissue: ReissueSettings,
    /// How the office works.
    #[serde(default)]
    office: OfficeSettings,
    /// The public half of the key that signs, as Multikey. Written by the program, once there is a key.
    issuer_key: Option<String>,
}

/// How the office works. What is missing is off.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct OfficeSettings {
    /// Another person must approve of what was registered before it is issued.
    second_approval: bool,
}

/// On what terms a deleted badge is issued again. What is missing is as in the samples; an empty text offers nothing.
#[derive(Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct ReissueSettings {
    fee_yen: u32,
    tax_percent: u8,
    invoice_registration: String,
    issuer_address: String,
    bank_account: String,
    payment_link: String,
}

impl Default for ReissueSettings {
    fn default() -> Self {
        Self {
            fee_yen: Fee::REISSUE.total.0,
            tax_percent: Fee::REISSUE.tax_percent,
            invoice_registration: String::new(),
            issuer_address: String::new(),
            bank_account: "見本銀行|本店営業部|普通|0000000|ミホンシカクキヨウカイ".to_owned(),
            payment_link: String::new(),
        }
    }
}

impl ReissueSettings {
    fn terms(&self) -> Result<ReissueTerms, Failure> {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        ReissueTerms::parse(
            Fee::new(Yen(self.fee_yen), self.tax_percent)?,
            Written {
                registration: given(&self.invoice_registration),
                issuer_address: given(&self.issuer_address),
                bank_account: given(&self.bank_account),
                payment_link: given(&self.payment_link),
            },
        )
    }
}

/// An opened data folder.
pub(crate) struct Installation {
    pub(crate) folder: PathBuf,
    pub(crate) programme: Programme,
    pub(crate) key: KeyFile,
    pub(crate) token_key: TokenKeyFile,
    pub(crate) name_match_key: NameMatchKeyFile,
    pub(crate) staff_token: String,
    pub(crate) webhook_secrets: WebhookSecrets,
}

impl Installation {
    /// Opens a folder, or makes it.
    pub(crate) fn open(folder: &Path, base_url: Option<&str>) -> Result<Self, Failed> {
        let files = Files { settings: folder.join("settings.json"), key: folder.join("issuer-key") };
        let base_url = base_url.map(|url| url.trim_end_matches('/'));
        first_use(folder, &files, base_url)?;

        let settings = Settings::read(&files.settings)?.ok_or_else(|| lost(&files.settings))?;
        settings.stays_at(base_url)?;
        let key = settings.named_key(&files.key)?;
        let programme = settings.programme(&key).map_err(|error| in_file(&files.settings, &error))?;
        let token_key = token_key(&folder.join("token-key"))?;
        let programme = programme.with_token_keys(vec![token_key.listed()])?;
        let staff_token = staff_token(&folder.join("staff-token"))?;
        let name_match_key = name_match_key(&folder.join("name-match-key"))?;
        let webhook_secrets = webhook_secrets(&folder.join("webhook-secret"))?;
        let installation = Self {
            folder: folder.to_owned(),
            programme,
            key,
            token_key,
            name_match_key,
            staff_token,
            webhook_secrets,
        };
        make_folder(&installation.outbox())?;
        Ok(installation)
    }

    /// Where mail goes without an SMTP server.
    pub(crate) fn outbox(&self) -> PathBuf {
        self.folder.join("outbox")
    }
}

struct Files {
    settings: PathBuf,
    key: PathBuf,
}

/// Makes what a folder needs, until its settings name a key. Nothing is written before everything given is checked.
fn first_use(folder: &Path, files: &Files, base_url: Option<&str>) -> Result<(), Failed> {
    // Asked first, because another process may be making the folder at this moment.
    let used = folder.join("store.sqlite").exists();
    let written = Settings::read(&files.settings)?;
    let by_hand = written.is_some();
    let mut settings = match written {
        Some(settings) if settings.issuer_key.is_some() => return Ok(()),
        Some(settings) => settings,
        None if used => return Err(lost(&files.settings)),
        None => Settings::first(base_url.unwrap_or(DEFAULT_BASE_URL)),
    };
    settings.stays_at(base_url)?;
    let seed = match read(&files.key)? {
        Some(seed) => seed,
        None if used => return Err(lost(&files.key)),
        None => key::new_seed(),
    };
    settings
        .programme(&KeyFile::parse(&files.key, &seed)?)
        .map_err(|error| if by_hand { in_file(&files.settings, &error) } else { error })?;

    make_folder(folder)?;
    let seed = create(&files.key, &seed, 0o600)?;
    settings.issuer_key = Some(KeyFile::parse(&files.key, &seed)?.public().multibase());
    let text = serde_json::to_string_pretty(&settings)?;
    if by_hand {
        place(&files.settings, &text, 0o644, |draft, file| fs::rename(draft, file))
    } else {
        create(&files.settings, &text, 0o644).map(|_| ())
    }
}

impl Settings {
    fn first(base_url: &str) -> Self {
        Self {
            base_url: base_url.to_owned(),
            issuer_name: Bilingual {
                ja: "日本プロジェクトマネジメント資格協会".to_owned(),
                en: "Japan Project Management Certification Association".to_owned(),
            },
            issuer_url: "https://www.example.jp/".to_owned(),
            contact: "badge@example.jp".to_owned(),
            sender: "no-reply@example.jp".to_owned(),
            reissue: ReissueSettings::default(),
            office: OfficeSettings::default(),
            issuer_key: None,
        }
    }

    fn read(file: &Path) -> Result<Option<Self>, Failed> {
        let Some(text) = read(file)? else { return Ok(None) };
        serde_json::from_str(&text).map(Some).map_err(|error| in_file(file, &error.into()))
    }

    fn stays_at(&self, wanted: Option<&str>) -> Result<(), Failed> {
        let named = self.base_url.trim_end_matches('/');
        match wanted {
            Some(wanted) if wanted != named => Err(format!(
                "the settings of this data folder name {named}, and --base-url names {wanted}. Every badge is signed \
                 with that address, so it cannot change: leave --base-url out, or use another folder (--data)."
            )
            .into()),
            _ => Ok(()),
        }
    }

    /// The key that the settings name, and no other: a new one would make every badge of before unverifiable.
    fn named_key(&self, file: &Path) -> Result<KeyFile, Failed> {
        let named = self.issuer_key.as_deref().unwrap_or_default();
        let stays =
            format!("this folder's badges are signed with {named}; put the key file back from a backup");
        let seed = read(file)?.ok_or_else(|| format!("{} is missing: {stays}", file.display()))?;
        let key = KeyFile::parse(file, &seed).map_err(|error| format!("{error}: {stays}"))?;
        if key.public().multibase() != named {
            return Err(format!("{} holds another key: {stays}", file.display()).into());
        }
        Ok(key)
    }

    fn programme(&self, key: &KeyFile) -> Result<Programme, Failed> {
        let programme = Programme::new(
            &self.base_url,
            self.issuer_name.clone(),
            &self.issuer_url,
            &self.contact,
            &self.sender,
            vec![IssuerKey { fragment: key::FRAGMENT.to_owned(), public: key.public(), revoked: None }],
        )
        .map_err(|failure| match failure {
            Failure::NeedsPerson(what) | Failure::TryAgain(what) => what,
        })?;
        let office = OfficeTerms { second_approval: self.office.second_approval };
        let programme = programme.with_office(office).with_reissue(self.reissue.terms()?);
        let url = programme.base_url();
        // A form of such a page would be taken for a stranger's.
        for (scheme, port) in [("https://", ":443"), ("http://", ":80")] {
            if url.starts_with(scheme) && url.ends_with(port) {
                return Err(format!(
                    "the base URL {url} does not fit: leave {port} out, because a browser leaves it out of its Origin"
                )
                .into());
            }
        }
        Ok(programme)
    }
}

fn token_key(file: &Path) -> Result<TokenKeyFile, Failed> {
    TokenKeyFile::parse(file, &secret(file, key::new_token_key)?)
}

fn name_match_key(file: &Path) -> Result<NameMatchKeyFile, Failed> {
    NameMatchKeyFile::parse(file, &secret(file, || Ok(key::new_seed()))?)
}

/// What a payment service signs its events with, when it is pointed at this machine.
fn webhook_secrets(file: &Path) -> Result<WebhookSecrets, Failed> {
    let text = secret(file, || Ok(format!("whsec_{}", random_text::<24>())))?;
    WebhookSecrets::parse(text.trim()).map_err(|error| in_file(file, &error.into()))
}

fn staff_token(file: &Path) -> Result<String, Failed> {
    let token = secret(file, || Ok(random_text::<32>()))?;
    if token.is_empty() {
        return Err(format!("{} is empty: delete it, and a new token is made", file.display()).into());
    }
    Ok(token)
}

/// A secret of the folder, made at first use.
fn secret(file: &Path, make: impl FnOnce() -> Result<String, Failed>) -> Result<String, Failed> {
    match read(file)? {
        Some(text) => Ok(text),
        None => create(file, &make()?, 0o600),
    }
}

fn random_text<const BYTES: usize>() -> String {
    let mut bytes = [0; BYTES];
    SystemEntropy.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

fn lost(file: &Path) -> Failed {
    let folder = file.parent().unwrap_or(file).display();
    format!("{} is missing, but {folder} was used before: put the file back from a backup", file.display())
        .into()
}

fn in_file(file: &Path, error: &Failed) -> Failed {
    format!("{}: {error}", file.display()).into()
}

/// A folder that only its owner can enter. One that is there keeps its mode.
fn make_folder(folder: &Path) -> Result<(), Failed> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .map_err(|error| format!("the folder {} cannot be made: {error}", folder.display()).into())
}

/// The text of a file, without the blanks around it, or nothing if there is no file.
fn read(file: &Path) -> Result<Option<String>, Failed> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Some(text.trim().to_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{} cannot be read: {error}", file.display()).into()),
    }
}

/// Makes a file, unless another process was first. The text that stands there.
fn create(file: &Path, text: &str, mode: u32) -> Result<String, Failed> {
    // A link, unlike a renaming, never takes the place of a file.
    place(file, text, mode, |draft, file| match fs::hard_link(draft, file) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => fs::remove_file(draft),
        linked => linked.and_then(|()| fs::remove_file(draft)),
    })?;
    read(file)?.ok_or_else(|| format!("{} is gone again", file.display()).into())
}

/// Gives a file a text that is whole or absent, whenever the machine stops.
fn place(
    file: &Path,
    text: &str,
    mode: u32,
    put: impl FnOnce(&Path, &Path) -> io::Result<()>,
) -> Result<(), Failed> {
    let draft = file.with_extension(format!("{}.new", random_uuid(&SystemEntropy).simple()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    let write = || -> io::Result<()> {
        let mut written = options.open(&draft)?;
        writeln!(written, "{text}")?;
        written.sync_all()?;
        put(&draft, file)?;
        // The name too must outlive a power cut, before anything relies on it.
        #[cfg(unix)]
        file.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())?;
        Ok(())
    };
    write().map_err(|error| format!("{} cannot be written: {error}", file.display()).into())
}
