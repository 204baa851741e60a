//! Registers the rows of a draft, chunk by chunk; the first that changes the register writes the line of the audit. A chunk's rows are
//! registered, and leave the draft, in one transaction; those that are refused stay, with the reason, and the clerk can mend them and
//! save again.

use super::{
    Budget, Ports, SAVED_VALIDITY, Stage, Standing, Tally, Upload, UploadId,
    check::{admit, marked},
    index::{DraftMarks, Person, block_of, load_chunks},
    judge, own,
    rows::{BLOCK_CHUNKS, DraftRow, DraftRows},
};
use crate::{
    intake::{
        Judged, Summary,
        judge::{Judge, Sketch},
    },
    office::{
        Member,
        audit::{self, Deed},
    },
    ports::{Write, WriteError},
    store::{self, Failure, Stored},
};

/// How often one step is tried when other writers are at the same items.
pub(super) const ROUNDS: u32 = 8;

/// Registers on, as far as the budget goes; begins if that was not done yet and the draft is as its clerk saw it: it was changed so
/// often ([`Upload::changes`]). Gives the draft as it stands then; none if there is none of this member's.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer, or others are at the same candidates; what was done stands.
pub async fn save(
    ports: Ports<'_>,
    member: &Member,
    id: &UploadId,
    seen: Option<u32>,
    mut budget: Budget,
) -> Result<Option<Upload>, Failure> {
    let mut saver = Saver::new(ports, member, id);
    let mut rounds = 0;
    loop {
        let Some(mut upload) = own(ports, member, id).await? else { return Ok(None) };
        let saves = match upload.record.stage {
            Stage::Checked => seen == Some(upload.record.changes),
            Stage::Saving { .. } => true,
            _ => false,
        };
        if !saves || !budget.spend(ports.clock()) {
            return Ok(Some(upload.record));
        }
        match saver.step(&mut upload, &mut budget).await? {
            // All is done. What could not be registered is left to be mended: it is not tried again here.
            Ok(()) if !matches!(upload.record.stage, Stage::Saving { .. }) => return Ok(Some(upload.record)),
            Ok(()) => rounds = 0,
            Err(WriteError::Conflict { .. }) if rounds < ROUNDS => {
                // If somebody else goes on with the same draft, one of us is enough.
                let Some(now) = own(ports, member, id).await? else { return Ok(None) };
                if now.version != upload.version {
                    return Ok(Some(now.record));
                }
                rounds += 1;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

struct Saver<'a> {
    ports: Ports<'a>,
    member: &'a Member,
    id: &'a UploadId,
    judge: Judge<'a>,
}

impl<'a> Saver<'a> {
    fn new(ports: Ports<'a>, member: &'a Member, id: &'a UploadId) -> Self {
        let mut judge = judge(ports, id);
        judge.by = Some(member.subject.clone());
        Self { ports, member, id, judge }
    }

    /// Goes on with one block, as far as the budget goes.
    async fn step(
        &mut self,
        upload: &mut Stored<Upload>,
        budget: &mut Budget,
    ) -> Result<Result<(), WriteError>, Failure> {
        let (next, changes) = match upload.record.stage {
            Stage::Saving { chunk, changes } => (chunk, changes),
            _ => (0, 0),
        };
        let block = block_of(next);
        if block >= upload.record.blocks {
            return self.end(upload).await;
        }
        let behind = (block + 1) * BLOCK_CHUNKS;
        let key = DraftMarks::key_of(self.id, block);
        let Some(mut marks) = store::load::<DraftMarks>(self.ports.table(), &key).await? else {
            let stage = Stage::Saving { chunk: behind, changes };
            return self.commit(upload, Upload { stage, ..upload.record.clone() }, Vec::new()).await;
        };
        let chunks: Vec<u32> = marks.record.chunks.iter().map(|(chunk, _)| *chunk).collect();
        let mut chunks =
            load_chunks(self.ports, self.id, chunks.into_iter().filter(|it| *it >= next)).await?.into_iter();
        let mut first = true;
        while first || budget.spend(self.ports.clock()) {
            first = false;
            let Some(chunk) = chunks.next() else { break };
            let after = chunks.as_slice().first().map_or(behind, |chunk| chunk.record.chunk);
            if let Err(error) = self.save(upload, &mut marks, chunk, after).await? {
                return Ok(Err(error));
            }
        }
        Ok(Ok(()))
    }

    /// Registers a chunk. What comes after it is the chunk of this number.
    async fn save(
        &mut self,
        upload: &mut Stored<Upload>,
        marks: &mut Stored<DraftMarks>,
        chunk: Stored<DraftRows>,
        after: u32,
    ) -> Result<Result<(), WriteError>, Failure> {
        let mut changed = upload.record.clone();
        let Registered { left, people, saved, mut writes } =
            self.register(&chunk.record, &mut changed.tally).await?;
        let before = if let Stage::Saving { changes, .. } = changed.stage { changes } else { 0 };
        if before == 0 && saved.changes() > 0 {
            let Tally { warned, accepted, amended, .. } = upload.record.tally;
            let rows = (warned + accepted + amended).max(saved.changes());
            let (entropy, now) = (self.ports.entropy(), self.ports.clock().now());
            writes.push(audit::line(entropy, now, self.member.actor(), Deed::ListRegistered { rows })?);
        }
        changed.stage = Stage::Saving { chunk: after, changes: before + saved.changes() };
        changed.saved.join(saved);
        let mut left_marks = marks.record.clone();
        left_marks.put(chunk.record.chunk, &marked(&left, people));
        writes.push(if left.is_empty() {
            store::delete(&chunk)
        } else {
            store::replace(chunk.version, &DraftRows { rows: left, ..chunk.record })?
        });
        writes.push(if left_marks.chunks.is_empty() {
            store::delete(marks)
        } else {
            store::replace(marks.version, &left_marks)?
        });
        let committed = self.commit(upload, changed, writes).await?;
        if committed.is_ok() {
            *marks = Stored { record: left_marks, version: marks.version + 1 };
        }
        Ok(committed)
    }

    /// What registering a chunk comes to, counted in the tally.
    async fn register(&mut self, chunk: &DraftRows, tally: &mut Tally) -> Result<Registered, Failure> {
        let mut rows = chunk.rows.clone();
        let mut entries = Vec::new();
        let mut places = Vec::new();
        for (place, row) in rows.iter_mut().enumerate() {
            tally.remove(row.standing());
            match admit(&mut self.judge, row).await? {
                Ok(entry) => {
                    places.push(place);
                    entries.push(entry);
                }
                Err(judged) => row.judged = judged,
            }
        }
        self.judge.open(&entries).await?;
        let mut sketch = Sketch::default();
        let judged = self.judge.settle(&mut sketch, &entries).await?;
        let mut people = vec![None; rows.len()];
        for ((place, judged), entry) in places.into_iter().zip(judged).zip(&entries) {
            if let (Some(row), Some(person)) = (rows.get_mut(place), people.get_mut(place)) {
                row.judged = with_known_warnings(judged, row);
                *person = Some(Person::of(&self.judge.addresses, &entry.details));
            }
        }
        let mut registered = Registered { writes: sketch.writes()?, ..Registered::default() };
        for (row, person) in rows.into_iter().zip(people) {
            match row.standing() {
                Standing::Dropped => {}
                Standing::Refused => {
                    tally.add(Standing::Refused);
                    registered.left.push(row);
                    registered.people.push(person);
                }
                _ => registered.saved.add(&row.judged),
            }
        }
        Ok(registered)
    }

    /// All rows are registered, or left.
    async fn end(&self, upload: &mut Stored<Upload>) -> Result<Result<(), WriteError>, Failure> {
        let mut ended = upload.record.clone();
        ended.saved.refused = ended.tally.refused;
        ended.stage = if ended.tally.rows() == 0 { Stage::Saved } else { Stage::Checked };
        self.commit(upload, ended, Vec::new()).await
    }

    async fn commit(
        &self,
        upload: &mut Stored<Upload>,
        mut changed: Upload,
        mut writes: Vec<Write>,
    ) -> Result<Result<(), WriteError>, Failure> {
        // Whoever comes back finds what is left of it.
        changed.expires = store::after(changed.begun_at, SAVED_VALIDITY)?;
        writes.push(store::replace(upload.version, &changed)?);
        let committed = store::commit(self.ports.table(), self.ports.entropy(), writes).await;
        if committed.is_ok() {
            *upload = Stored { record: changed, version: upload.version + 1 };
        }
        Ok(committed)
    }
}

/// What registering a chunk comes to.
#[derive(Default)]
struct Registered {
    /// Refused rows …
    left: Vec<DraftRow>,
    /// … and whom they are about.
    people: Vec<Option<Person>>,
    /// The others.
    saved: Summary,
    /// What registers them.
    writes: Vec<Write>,
}

/// What the clerk was told of the row stands beside what the rules say of it now.
fn with_known_warnings(judged: Judged, row: &DraftRow) -> Judged {
    let (Judged::Accepted { warnings: known } | Judged::Amended { warnings: known }) = &row.judged else {
        return judged;
    };
    match judged {
        Judged::Accepted { .. } => Judged::Accepted { warnings: known.clone() },
        Judged::Amended { .. } => Judged::Amended { warnings: known.clone() },
        judged => judged,
    }
}
