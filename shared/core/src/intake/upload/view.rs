//! What the clerk sees of a draft.

use super::{
    Ports, Standing, Upload,
    index::{Index, load_chunks},
    rows::{DraftRow, RowRef},
};
use crate::{
    intake::{Column, Judged, row::defused},
    store::{self, Failure},
};

/// Which rows are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// Those that need a person, the refused ones first.
    Attention,
    /// Those of one kind.
    Only(Standing),
    /// All, in the order of the list.
    All,
}

impl Filter {
    fn shows(self, standing: Standing) -> bool {
        match self {
            Self::Attention => matches!(standing, Standing::Refused | Standing::Warned),
            Self::Only(only) => standing == only,
            Self::All => true,
        }
    }
}

/// Some rows of a draft.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Those of one page.
    pub rows: Vec<(RowRef, DraftRow)>,
    /// How many the filter shows in all.
    pub count: usize,
}

/// The drafts that are not gone, the newest first.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn uploads(ports: Ports<'_>) -> Result<Vec<Upload>, Failure> {
    let now = ports.clock().now();
    let mut uploads = Vec::new();
    store::for_each::<Upload>(ports.table(), Upload::PARTITION, |stored| {
        if !stored.record.is_over(now) {
            uploads.push(stored.record);
        }
    })
    .await?;
    uploads.sort_by_key(|upload| std::cmp::Reverse((upload.begun_at, upload.id.clone())));
    Ok(uploads)
}

/// One page of rows: so many, from this place on.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn rows(
    ports: Ports<'_>,
    upload: &Upload,
    filter: Filter,
    from: usize,
    most: usize,
) -> Result<Shown, Failure> {
    let index = Index::load(ports, &upload.id).await?;
    let mut places: Vec<(Standing, RowRef)> = index
        .marks
        .iter()
        .filter(|(_, mark)| filter.shows(mark.standing))
        .map(|(chunk, mark)| (mark.standing, RowRef { chunk: *chunk, line: u64::from(mark.line) }))
        .collect();
    if filter == Filter::Attention {
        places.sort_unstable();
    }
    let count = places.len();
    let wanted: Vec<RowRef> = places.into_iter().skip(from).take(most).map(|(_, row)| row).collect();
    let mut chunks: Vec<u32> = wanted.iter().map(|row| row.chunk).collect();
    chunks.sort_unstable();
    chunks.dedup();
    let chunks = load_chunks(ports, &upload.id, chunks).await?;
    let find = |wanted: RowRef| {
        let chunk = chunks.iter().find(|chunk| chunk.record.chunk == wanted.chunk)?;
        let row = chunk.record.rows.iter().find(|row| row.line == wanted.line)?;
        Some((wanted, row.clone()))
    };
    Ok(Shown { rows: wanted.into_iter().filter_map(find).collect(), count })
}

/// One row. None: there is none of this name.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn find_row(ports: Ports<'_>, upload: &Upload, row: RowRef) -> Result<Option<DraftRow>, Failure> {
    let chunk = load_chunks(ports, &upload.id, [row.chunk]).await?.pop();
    let rows = chunk.map(|chunk| chunk.record.rows).unwrap_or_default();
    Ok(rows.into_iter().find(|found| found.line == row.line))
}

/// The longest cell in a file of refused rows, in characters. A longer one is refused for its length, whatever else it says.
const CELL_CHARACTERS: usize = 1_000;

/// The refused rows as a list in CSV that spreadsheets open: UTF-8 with a mark, CRLF, nothing that could be a formula. Besides the
/// columns of a list it has the line and the reason, which are passed over when the corrected file comes back. So many rows, from
/// this place on.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn refused_as_csv(
    ports: Ports<'_>,
    upload: &Upload,
    from: usize,
    most: usize,
) -> Result<String, Failure> {
    let shown = rows(ports, upload, Filter::Only(Standing::Refused), from, most).await?;
    let mut file = "\u{FEFF}".to_owned();
    let heading = Column::ALL.into_iter().map(|column| column.ja().to_owned());
    record(&mut file, heading.chain(["行".to_owned(), "理由".to_owned()]));
    for (_, row) in shown.rows {
        let cells = Column::ALL.map(|column| {
            defused(row.cell(column).chars().take(CELL_CHARACTERS).collect::<String>().as_str())
        });
        let reasons = match &row.judged {
            Judged::Refused { refusals } => refusals.iter().map(|refusal| refusal.sentence().ja).collect(),
            _ => Vec::new(),
        };
        record(&mut file, cells.into_iter().chain([row.line.to_string(), reasons.join(" ")]));
    }
    Ok(file)
}

/// One record of RFC 4180: every cell in quotation marks, so that none is taken for several.
fn record(file: &mut String, cells: impl IntoIterator<Item = String>) {
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            file.push(',');
        }
        file.push('"');
        file.push_str(&cell.replace('"', "\"\""));
        file.push('"');
    }
    file.push_str("\r\n");
}
