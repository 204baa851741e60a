//! An export as one file.

use std::io::{Cursor, Write};

use shomei_core::claim::export::Export;
use shomei_http::Problem;
use zip::{CompressionMethod, ZipWriter, result::ZipError, write::SimpleFileOptions};

/// The archive: `records.json`, and for each badge its credential and its picture, to the byte.
pub(crate) fn pack(export: &Export) -> Result<Vec<u8>, Problem> {
    packed(export).map_err(|error| {
        tracing::error!(%error, "an export could not be packed");
        Problem::internal()
    })
}

fn packed(export: &Export) -> Result<Vec<u8>, ZipError> {
    // Pictures are compressed already, and the rest is small.
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: String, content: &[u8]| -> Result<(), ZipError> {
        archive.start_file(name, options)?;
        Ok(archive.write_all(content)?)
    };
    add("records.json".to_owned(), export.records.as_bytes())?;
    for badge in &export.badges {
        add(format!("badges/{}.json", badge.id), badge.signed.as_bytes())?;
        add(format!("badges/{}.png", badge.id), &badge.picture)?;
    }
    Ok(archive.finish()?.into_inner())
}
