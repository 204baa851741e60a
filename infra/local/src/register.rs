//! `register FILE`: achievements or candidates from a file, through the same code as the API.

use std::{
    fs::File,
    io::{BufReader, Read},
    path::Path,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use indicatif::{ProgressBar, ProgressStyle};
use lambda_http::Body;
use serde::Deserialize;
use serde_json::Value;
use shomei_core::intake::{
    Registration, RowAnswer, Verdict,
    list::{RawRow, RowError, read_csv, read_json},
    register_list,
};

use crate::{Failed, functions::Functions};

/// The longest file of achievements: a hundred of them with their pictures.
const ACHIEVEMENT_FILE_BYTES: u64 = 64 << 20;

/// Who registers by this command, as the API's own token names them here.
const CONSOLE: &str = "local";

/// A file of achievements. A picture is named by a path beside the file, or given in base64.
#[derive(Deserialize)]
struct AchievementFile {
    achievements: Vec<serde_json::Map<String, Value>>,
}

/// Registers what the file holds.
pub(crate) async fn register(functions: &Functions, file: &Path) -> Result<(), Failed> {
    let name = file.display();
    let opened = File::open(file).map_err(|error| format!("{name} cannot be opened: {error}"))?;
    let about = opened.metadata().map_err(|error| format!("{name} cannot be read: {error}"))?;
    if about.is_dir() {
        return Err(format!("{name} is a folder; register takes one file").into());
    }
    let size = about.len();
    if file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json")) {
        if holds_achievements(file)? {
            let mut text = String::new();
            opened
                .take(ACHIEVEMENT_FILE_BYTES)
                .read_to_string(&mut text)
                .map_err(|error| format!("{name} cannot be read: {error}"))?;
            let folder = file.parent().unwrap_or(Path::new("."));
            return achievements(functions, &text, |path| Ok(std::fs::read(folder.join(path))?)).await;
        }
        let (progress, reader) = watched(opened, size);
        return candidates(functions, read_json(reader), &progress).await;
    }
    let (progress, reader) = watched(opened, size);
    let rows = read_csv(reader).map_err(|error| {
        let sentence = error.sentence();
        format!("{name}: {error}\n  {}\n  {}", sentence.ja, sentence.en)
    })?;
    for column in rows.unknown_columns() {
        eprintln!("note: the column {column:?} is not used");
    }
    candidates(functions, rows, &progress).await
}

/// Whether the first member of the JSON object is `achievements`.
fn holds_achievements(file: &Path) -> Result<bool, Failed> {
    let mut start = [0; 256];
    let read = File::open(file)?.read(&mut start)?;
    let start = String::from_utf8_lossy(start.get(..read).unwrap_or_default()).into_owned();
    let start = start.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n', '{']);
    Ok(start.starts_with("\"achievements\""))
}

/// Registers achievements; `read` finds the pictures.
pub(crate) async fn achievements(
    functions: &Functions,
    text: &str,
    read: impl Fn(&str) -> Result<Vec<u8>, Failed>,
) -> Result<(), Failed> {
    let file: AchievementFile =
        serde_json::from_str(text).map_err(|error| format!("the achievements cannot be read: {error}"))?;
    for mut achievement in file.achievements {
        let id = achievement.get("id").and_then(Value::as_str).unwrap_or("(no id)").to_owned();
        if let Some(Value::String(path)) = achievement.remove("artworkFile") {
            let picture = read(&path).map_err(|error| format!("{id}: the picture {path}: {error}"))?;
            achievement.insert("artwork".to_owned(), Value::String(STANDARD.encode(picture)));
        }
        let response = functions.register_achievement(Value::Object(achievement)).await?;
        let answer = match response.body() {
            Body::Text(text) => serde_json::from_str(text).unwrap_or(Value::Null),
            _ => Value::Null,
        };
        if !response.status().is_success() {
            let detail = answer.get("detail").and_then(Value::as_str).unwrap_or("no reason was given");
            return Err(format!("achievement {id} was refused: {detail}").into());
        }
        let outcome = answer.get("outcome").and_then(Value::as_str).unwrap_or("registered");
        println!("achievement {id}: {outcome}");
    }
    Ok(())
}

/// Registers candidates, and says what was refused and why.
pub(crate) async fn candidates(
    functions: &Functions,
    rows: impl Iterator<Item = Result<RawRow, RowError>> + Send,
    progress: &ProgressBar,
) -> Result<(), Failed> {
    let mut registration = Registration::new(&*functions.table, &*functions.clock, &*functions.entropy)
        .by(CONSOLE)
        .keeping(functions.programme.retention);
    let registered =
        register_list(&mut registration, rows, |answer| progress.suspend(|| print(&answer))).await?;
    progress.finish_and_clear();
    let summary = registered.summary;
    println!(
        "{} rows: {} accepted, {} accepted with a warning, {} amended, {} registered before, {} refused",
        summary.rows,
        summary.accepted,
        summary.accepted_with_warning,
        summary.amended,
        summary.unchanged,
        summary.refused
    );
    match registered.stopped {
        None => Ok(()),
        Some(note) => Err(format!(
            "the list could not be read to its end ({})\n  {}\n  {}",
            note.code, note.sentence.ja, note.sentence.en
        )
        .into()),
    }
}

/// The clerk sees refusals and warnings; rows that are in order need no line.
fn print(answer: &RowAnswer) {
    let (kind, notes): (_, Vec<_>) = match &answer.verdict {
        Verdict::Unchanged => return,
        Verdict::Accepted { warnings } | Verdict::Amended { warnings } => (
            "warning",
            warnings
                .iter()
                .map(|note| (note.code.to_string(), suggestion(&note.code), &note.sentence))
                .collect(),
        ),
        Verdict::Refused { refusals } => (
            "refused",
            refusals.iter().map(|note| (note.code.to_string(), String::new(), &note.sentence)).collect(),
        ),
    };
    for (code, suggestion, sentence) in notes {
        println!(
            "  row {:>3} {kind} {code}{suggestion}\n      {}\n      {}",
            answer.line, sentence.ja, sentence.en
        );
    }
}

fn suggestion(code: &shomei_core::intake::WarningCode) -> String {
    match code {
        shomei_core::intake::WarningCode::AddressSuspicious { suggestion } => {
            format!(" → {}", suggestion.as_str())
        }
        _ => String::new(),
    }
}

fn watched(file: File, size: u64) -> (ProgressBar, impl Read + Send) {
    let progress = ProgressBar::new(size).with_style(
        ProgressStyle::with_template("registering {wide_bar} {percent}% {eta}")
            .unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    let reader = progress.wrap_read(BufReader::new(file));
    (progress, reader)
}
