//! The data folder: what is made at first use and never changes after.

use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use shomei_aws::machine::SystemEntropy;
use shomei_core::{
    ports::Entropy,
    programme::{Bilingual, IssuerKey, Programme},
};

use crate::{
    Failed,
    key::{self, KeyFile},
};

/// The base URL if none was ever given.
const DEFAULT_BASE_URL: &str = "http://localhost:8080";

/// What one installation is called and where it lives. A person may edit the names in `settings.json`; the base URL
/// is part of every signed document.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Settings {
    base_url: String,
    issuer_name: Bilingual,
    issuer_url: String,
    contact: String,
    sender: String,
}

/// An opened data folder.
pub(crate) struct Installation {
    pub(crate) folder: PathBuf,
    pub(crate) programme: Programme,
    pub(crate) key: KeyFile,
    pub(crate) staff_token: String,
}

impl Installation {
    /// Opens a folder, or makes it.
    pub(crate) fn open(folder: &Path, base_url: Option<&str>) -> Result<Self, Failed> {
        fs::create_dir_all(folder)
            .map_err(|error| format!("the data folder {} cannot be made: {error}", folder.display()))?;
        let settings = settings(&folder.join("settings.json"), base_url)?;
        let key = KeyFile::open(&folder.join("issuer-key"))?;
        let programme = Programme::new(
            &settings.base_url,
            settings.issuer_name,
            &settings.issuer_url,
            &settings.contact,
            &settings.sender,
            vec![IssuerKey { fragment: key::FRAGMENT.to_owned(), public: key.public() }],
        )?;
        let staff_token = secret(&folder.join("staff-token"), || {
            let mut bytes = [0; 32];
            SystemEntropy.fill(&mut bytes);
            URL_SAFE_NO_PAD.encode(bytes)
        })?;
        Ok(Self { folder: folder.to_owned(), programme, key, staff_token })
    }

    /// Where mail goes without an SMTP server.
    pub(crate) fn outbox(&self) -> PathBuf {
        self.folder.join("outbox")
    }
}

fn settings(file: &Path, base_url: Option<&str>) -> Result<Settings, Failed> {
    let wanted = base_url.map(|url| url.trim_end_matches('/').to_owned());
    match fs::read_to_string(file) {
        Ok(text) => {
            let settings: Settings = serde_json::from_str(&text)
                .map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
            match wanted {
                Some(wanted) if wanted != settings.base_url => Err(format!(
                    "this data folder belongs to {}: its badges are signed with that address, so it cannot become \
                     {wanted}. Use another folder (--data).",
                    settings.base_url
                )
                .into()),
                _ => Ok(settings),
            }
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let settings = Settings {
                base_url: wanted.unwrap_or_else(|| DEFAULT_BASE_URL.to_owned()),
                issuer_name: Bilingual {
                    ja: "日本プロジェクトマネジメント資格協会".to_owned(),
                    en: "Japan Project Management Certification Association".to_owned(),
                },
                issuer_url: "https://www.example.jp/".to_owned(),
                contact: "badge@example.jp".to_owned(),
                sender: "no-reply@example.jp".to_owned(),
            };
            write_new(file, &serde_json::to_string_pretty(&settings)?, 0o644)?;
            Ok(settings)
        }
        Err(error) => Err(format!("{} cannot be read: {error}", file.display()).into()),
    }
}

/// A secret in a file that only its owner can read; made at first use.
pub(crate) fn secret(file: &Path, make: impl FnOnce() -> String) -> Result<String, Failed> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(text.trim().to_owned()),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let text = make();
            write_new(file, &text, 0o600)?;
            Ok(text)
        }
        Err(error) => Err(format!("{} cannot be read: {error}", file.display()).into()),
    }
}

/// Writes a file that is whole or absent, whenever the machine stops.
fn write_new(file: &Path, text: &str, mode: u32) -> Result<(), Failed> {
    let draft = file.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    let write = || -> std::io::Result<()> {
        let mut written: File = options.open(&draft)?;
        writeln!(written, "{text}")?;
        written.sync_all()?;
        fs::rename(&draft, file)
    };
    write().map_err(|error| format!("{} cannot be written: {error}", file.display()).into())
}
