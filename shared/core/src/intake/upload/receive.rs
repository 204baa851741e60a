//! A list arrives: in parts, cut anywhere, one after the other; or as a whole.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{DRAFT_VALIDITY, MAX_PARTS, PART_BYTES, Ports, Stage, Tally, Upload, UploadId, own};
use crate::{
    claim::{Change, change},
    intake::Summary,
    office::Member,
    ports::Key,
    store::{self, Failure, Record},
};

/// One part of a list, as it arrived. Written once, and removed as soon as it is read.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadPart {
    /// Of which draft.
    pub upload: UploadId,
    /// Counts from 0.
    pub number: u32,
    /// When the store may remove it.
    pub expires: Timestamp,
    /// Its bytes.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

/// Prints nothing of the list.
impl fmt::Debug for UploadPart {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "UploadPart({}, …)", self.number)
    }
}

impl UploadPart {
    /// The version of every part.
    pub(super) const VERSION: u64 = 1;

    /// Where a part stands.
    pub fn key_of(upload: &UploadId, number: u32) -> Key {
        Key::new(format!("UPLOADPART#{upload}"), format!("{number:06}"))
    }
}

impl Record for UploadPart {
    fn key(&self) -> Key {
        Self::key_of(&self.upload, self.number)
    }

    fn expires(&self) -> Option<Timestamp> {
        Some(self.expires)
    }
}

/// What became of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    /// It is here.
    Taken(Box<Upload>),
    /// It is not.
    Not(NotReceived),
}

/// Why a part is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotReceived {
    /// There is no such draft, not any more, or it is another member's.
    Unknown,
    /// The list is complete already.
    Complete,
    /// Another part comes next.
    OutOfOrder {
        /// Which.
        expected: u32,
    },
    /// The part is empty or too large.
    Size,
    /// There are too many parts.
    TooLong,
}

/// Begins a draft. `file` is what the clerk's file is called, fit to be shown.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn begin(ports: Ports<'_>, member: &Member, file: &str) -> Result<Upload, Failure> {
    let begun_at = ports.clock().now();
    let upload = Upload {
        id: UploadId::random(ports.entropy()),
        begun_by: member.subject.clone(),
        begun_at,
        expires: store::after(begun_at, DRAFT_VALIDITY)?,
        file: file.to_owned(),
        parts: Vec::new(),
        read_parts: 0,
        blocks: 0,
        changes: 0,
        tally: Tally::default(),
        unknown_columns: Vec::new(),
        saved: Summary::default(),
        stage: Stage::Receiving,
    };
    store::commit(ports.table(), ports.entropy(), vec![store::create(&upload)?]).await?;
    Ok(upload)
}

/// Takes the next part. Taking one that was taken before changes nothing.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn receive(
    ports: Ports<'_>,
    member: &Member,
    id: &UploadId,
    number: u32,
    bytes: &[u8],
) -> Result<Received, Failure> {
    let refused = |why| Ok(Change::Nothing(Received::Not(why)));
    change(ports.office.of_claim(), move || async move {
        let Some(found) = own(ports, member, id).await? else { return refused(NotReceived::Unknown) };
        let mut upload = found.record;
        let size = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let expected = u32::try_from(upload.parts.len()).unwrap_or(u32::MAX);
        let before = usize::try_from(number).ok().and_then(|number| upload.parts.get(number));
        if before == Some(&size) {
            return Ok(Change::Nothing(Received::Taken(Box::new(upload))));
        }
        if upload.stage != Stage::Receiving {
            return refused(NotReceived::Complete);
        }
        if number != expected {
            return refused(NotReceived::OutOfOrder { expected });
        }
        if bytes.is_empty() || bytes.len() > PART_BYTES {
            return refused(NotReceived::Size);
        }
        if upload.parts.len() == MAX_PARTS {
            return refused(NotReceived::TooLong);
        }
        let expires = upload.swept()?;
        let part = UploadPart { upload: id.clone(), number, expires, bytes: bytes.to_vec() };
        upload.parts.push(size);
        let writes = vec![store::create(&part)?, store::replace(found.version, &upload)?];
        Ok(Change::Commit(writes, Received::Taken(Box::new(upload))))
    })
    .await
}

/// All parts are sent: so many. From now on the list is checked.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn finish(
    ports: Ports<'_>,
    member: &Member,
    id: &UploadId,
    parts: u32,
) -> Result<Received, Failure> {
    let refused = |why| Ok(Change::Nothing(Received::Not(why)));
    change(ports.office.of_claim(), move || async move {
        let Some(found) = own(ports, member, id).await? else { return refused(NotReceived::Unknown) };
        let mut upload = found.record;
        let expected = u32::try_from(upload.parts.len()).unwrap_or(u32::MAX);
        if parts != expected {
            return refused(NotReceived::OutOfOrder { expected });
        }
        if upload.stage != Stage::Receiving {
            return Ok(Change::Nothing(Received::Taken(Box::new(upload))));
        }
        upload.stage = Stage::Checking { bookmark: None };
        let write = store::replace(found.version, &upload)?;
        Ok(Change::Commit(vec![write], Received::Taken(Box::new(upload))))
    })
    .await
}

/// Takes a whole list at once, as a form without a script sends it.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer. What was received until then is gone after a day.
pub async fn receive_whole(
    ports: Ports<'_>,
    member: &Member,
    file: &str,
    bytes: &[u8],
) -> Result<Received, Failure> {
    let id = begin(ports, member, file).await?.id;
    let mut parts = 0;
    for part in bytes.chunks(PART_BYTES) {
        if let Received::Not(why) = receive(ports, member, &id, parts, part).await? {
            return Ok(Received::Not(why));
        }
        parts += 1;
    }
    finish(ports, member, &id, parts).await
}
