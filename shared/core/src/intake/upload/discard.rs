//! Throws a draft away: nobody goes on with it from that moment on, and everything of it is removed, step by step.

use super::{
    Budget, Ports, Stage, Upload, UploadId, UploadPart,
    index::{DraftMarks, load_chunks},
    own, stored,
};
use crate::{
    claim::{Change, change},
    office::Member,
    ports::{TRANSACTION_WRITES, Write, WriteError},
    store::{self, Failure, Stored},
};

/// Marks a draft as thrown away, and gives it as it stands then. None: there is no such draft of this member's. One whose rows are being
/// registered is not thrown away half.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn throw_away(ports: Ports<'_>, member: &Member, id: &UploadId) -> Result<Option<Upload>, Failure> {
    change(ports.office.of_claim(), move || async move {
        let Some(Stored { record: mut upload, version }) = own(ports, member, id).await? else {
            return Ok(Change::Nothing(None));
        };
        if let Stage::Discarded { .. } | Stage::Saving { .. } = upload.stage {
            return Ok(Change::Nothing(Some(upload)));
        }
        upload.stage = Stage::Discarded { block: 0 };
        Ok(Change::Commit(vec![store::replace(version, &upload)?], Some(upload)))
    })
    .await
}

/// Removes what is left of a draft that was thrown away, as far as the budget goes. Gives the draft if anything is left.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer; what was done stands.
pub async fn clear(ports: Ports<'_>, id: &UploadId, mut budget: Budget) -> Result<Option<Upload>, Failure> {
    loop {
        let Some(Stored { record: upload, version }) = stored(ports, id).await? else { return Ok(None) };
        let Stage::Discarded { block } = upload.stage else { return Ok(Some(upload)) };
        if !budget.spend(ports.clock()) {
            return Ok(Some(upload));
        }
        let writes = next(ports, Stored { record: upload, version }, block).await?;
        match store::commit(ports.table(), ports.entropy(), writes).await {
            Ok(()) | Err(WriteError::Conflict { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// What is removed next: parts, then one block after the other, and the draft itself at last.
async fn next(ports: Ports<'_>, upload: Stored<Upload>, block: u32) -> Result<Vec<Write>, Failure> {
    let Stored { record: mut left, version } = upload;
    let parts = u32::try_from(left.parts.len()).unwrap_or(u32::MAX);
    let mut writes = Vec::new();
    if left.read_parts < parts {
        for number in (left.read_parts..parts).take(TRANSACTION_WRITES - 1) {
            let key = UploadPart::key_of(&left.id, number);
            writes.push(Write::Delete { key, version: UploadPart::VERSION });
            left.read_parts += 1;
        }
    } else if block < left.blocks {
        let marks = store::load::<DraftMarks>(ports.table(), &DraftMarks::key_of(&left.id, block)).await?;
        if let Some(marks) = marks {
            let chunks = marks.record.chunks.iter().map(|(chunk, _)| *chunk);
            writes.extend(load_chunks(ports, &left.id, chunks).await?.iter().map(store::delete));
            writes.push(store::delete(&marks));
        }
        left.stage = Stage::Discarded { block: block + 1 };
    } else {
        return Ok(vec![store::delete(&Stored { record: left, version })]);
    }
    writes.push(store::replace(version, &left)?);
    Ok(writes)
}
