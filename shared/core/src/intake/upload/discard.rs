//! Throws a draft away: nobody goes on with it from that moment on, and everything of it is removed, step by step.

use super::{
    Budget, Ports, Stage, Upload, UploadId, UploadPart,
    index::{DraftMarks, load_chunks},
    own,
    save::ROUNDS,
};
use crate::{
    claim::{Change, change},
    office::Member,
    ports::{Item, TRANSACTION_WRITES, Wanted, Write, WriteError},
    store::{self, Failure, Stored},
};

/// Marks a draft as thrown away, and gives it as it stands then. None: there is no such draft of this member's. One whose rows are being
/// registered is not thrown away half.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn throw_away(ports: Ports<'_>, member: &Member, id: &UploadId) -> Result<Option<Upload>, Failure> {
    change(ports.office.of_claim(), move || async move { discarded(own(ports, member, id).await?) }).await
}

/// The same of a draft whose time is over, whoever began it.
///
/// # Errors
/// As [`throw_away`].
pub(super) async fn throw_away_old(ports: Ports<'_>, id: &UploadId) -> Result<Option<Upload>, Failure> {
    change(ports.office.of_claim(), move || async move {
        let found = store::load::<Upload>(ports.table(), &Upload::key_of(id)).await?;
        discarded(found.filter(|found| found.record.is_over(ports.clock().now())))
    })
    .await
}

fn discarded(found: Option<Stored<Upload>>) -> Result<Change<Option<Upload>>, Failure> {
    let Some(Stored { record: mut upload, version }) = found else { return Ok(Change::Nothing(None)) };
    if let Stage::Discarded { .. } | Stage::Saving { .. } = upload.stage {
        return Ok(Change::Nothing(Some(upload)));
    }
    upload.stage = Stage::Discarded { block: 0 };
    Ok(Change::Commit(vec![store::replace(version, &upload)?], Some(upload)))
}

/// Removes what is left of a draft that was thrown away, as far as the budget goes. Gives the draft if anything is left.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer; what was done stands.
pub async fn clear(ports: Ports<'_>, id: &UploadId, mut budget: Budget) -> Result<Option<Upload>, Failure> {
    let mut rounds = 0;
    loop {
        let found = store::load::<Upload>(ports.table(), &Upload::key_of(id)).await?;
        let Some(Stored { record: upload, version }) = found else { return Ok(None) };
        let Stage::Discarded { block } = upload.stage else { return Ok(Some(upload)) };
        if !budget.spend(ports.clock()) {
            return Ok(Some(upload));
        }
        let writes = next(ports, Stored { record: upload, version }, block).await?;
        match store::commit(ports.table(), ports.entropy(), writes).await {
            Ok(()) => rounds = 0,
            Err(WriteError::Conflict { .. }) if rounds < ROUNDS => rounds += 1,
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
        let some = (left.read_parts..parts).take(TRANSACTION_WRITES - 1);
        let keys: Vec<_> = some.map(|number| UploadPart::key_of(&left.id, number)).collect();
        let found = ports.table().get_many(&keys, Wanted::Only(&[])).await?;
        writes.extend(
            found.into_iter().flatten().map(|Item { key, version, .. }| Write::Delete { key, version }),
        );
        left.read_parts += u32::try_from(keys.len()).unwrap_or(u32::MAX);
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
