//! What must hold of the lists that clerks send, until they are registered or thrown away.

use shomei_core::intake::upload::{
    DraftMarks, DraftRow, DraftRows, Stage, Standing, Tally, Upload, UploadId,
};

use super::{Census, Findings};

/// A mark begins with the line of its row and the number of its standing, and has so many bytes.
const MARK_BYTES: usize = 21;

/// A draft's parts, rows and marks are those that it tells of, and nothing is left of a draft that is not there.
pub(super) fn check(census: &Census, findings: &mut Findings) {
    for upload in &census.uploads {
        parts(census, upload, findings);
        rows(census, upload, findings);
    }
    let unknown = |id: &UploadId| census.uploads.iter().all(|upload| upload.id != *id);
    let parts = census.upload_parts.iter().map(|part| &part.upload);
    let rows = census.draft_rows.iter().map(|chunk| &chunk.upload);
    let marks = census.draft_marks.iter().map(|marks| &marks.upload);
    let left = parts.chain(rows).chain(marks).filter(|id| unknown(id)).count();
    findings.unless(left == 0, || format!("{left} items are left of lists that are not there"));
}

/// Every part that was received and is not read.
fn parts(census: &Census, upload: &Upload, findings: &mut Findings) {
    let of_it = census.upload_parts.iter().filter(|part| part.upload == upload.id);
    let mut sizes: Vec<_> = of_it.map(|part| (part.number as usize, part.bytes.len())).collect();
    sizes.sort_unstable();
    let told = upload.parts.iter().map(|size| *size as usize).enumerate();
    let told: Vec<_> = told.skip(upload.read_parts as usize).collect();
    findings.unless(sizes == told, || format!("list {}: its parts are {sizes:?}, not {told:?}", upload.id));
}

/// Every row that is neither registered nor left out, with its mark.
fn rows(census: &Census, upload: &Upload, findings: &mut Findings) {
    let id = &upload.id;
    let mut chunks: Vec<&DraftRows> = census.draft_rows.iter().filter(|rows| rows.upload == *id).collect();
    chunks.sort_unstable_by_key(|rows| rows.chunk);
    let mut blocks: Vec<&DraftMarks> =
        census.draft_marks.iter().filter(|marks| marks.upload == *id).collect();
    blocks.sort_unstable_by_key(|marks| marks.block);
    // A row that was too much for one transaction has its mark after all are judged again.
    let judged = !matches!(upload.stage, Stage::Rechecking { .. });
    let of_row = |row: &DraftRow| (row.line, judged.then(|| row.standing() as u8));
    let standing: Vec<_> =
        chunks.iter().map(|rows| (rows.chunk, rows.rows.iter().map(of_row).collect::<Vec<_>>())).collect();
    let of_mark = |mark: &[u8]| {
        let (line, rest) = mark.split_first_chunk().unwrap();
        (u64::from(u32::from_be_bytes(*line)), judged.then_some(*rest.first().unwrap()))
    };
    let marks = blocks.iter().flat_map(|marks| &marks.chunks);
    let marked: Vec<_> = marks
        .map(|(chunk, bytes)| (*chunk, bytes.chunks(MARK_BYTES).map(of_mark).collect::<Vec<_>>()))
        .collect();
    findings.unless(standing == marked, || format!("list {id}: its marks are not those of its rows"));
    let tally = tally(chunks.iter().flat_map(|rows| &rows.rows));
    let fits = match upload.stage {
        // What is being removed is not counted any more.
        Stage::Discarded { block } => blocks.iter().all(|marks| marks.block >= block),
        Stage::Saved => tally.rows() == 0 && upload.tally.rows() == 0,
        _ => tally == upload.tally,
    };
    findings.unless(fits, || format!("list {id}: it has {tally:?}, and tells of {:?}", upload.tally));
}

fn tally<'a>(rows: impl Iterator<Item = &'a DraftRow>) -> Tally {
    let mut tally = Tally::default();
    for row in rows {
        *match row.standing() {
            Standing::Refused => &mut tally.refused,
            Standing::Warned => &mut tally.warned,
            Standing::Accepted => &mut tally.accepted,
            Standing::Amended => &mut tally.amended,
            Standing::Unchanged => &mut tally.unchanged,
            Standing::Dropped => &mut tally.dropped,
        } += 1;
    }
    tally
}
