//! The copy of a person as one file.

use std::io::{Cursor, Write};

use shomei_core::{office::rights::export::PersonExport, programme::Programme};
use shomei_http::Problem;
use shomei_pages::office::export_readme;
use zip::{CompressionMethod, ZipWriter, result::ZipError, write::SimpleFileOptions};

/// The archive: what is stored, and what is what. Windows' Notepad reads the texts as UTF-8 by their first character.
pub(super) fn pack(programme: &Programme, exported: &PersonExport) -> Result<Vec<u8>, Problem> {
    let issuer = programme.issuer_name.clone().into();
    let readme = export_readme(&issuer, &programme.contact, &programme.wallet_url(), exported.at);
    let readme = readme.map_err(|error| {
        tracing::error!(%error, "an export's explanation could not be written");
        Problem::internal()
    })?;
    packed(&readme, &exported.records).map_err(|error| {
        tracing::error!(%error, "an export could not be packed");
        Problem::internal()
    })
}

fn packed(readme: &str, records: &str) -> Result<Vec<u8>, ZipError> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let readme = format!("\u{feff}{}", readme.replace('\n', "\r\n"));
    for (name, content) in [("README.txt", readme.as_bytes()), ("records.json", records.as_bytes())] {
        archive.start_file(name, options)?;
        archive.write_all(content)?;
    }
    Ok(archive.finish()?.into_inner())
}
