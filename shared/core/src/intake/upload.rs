//! Draft lists: a clerk's list arrives in parts, every row is judged before anything is registered, rows are mended in place, and
//! then all are registered.
//!
//! ```text
//! Receiving ──finish──▶ Checking ──▶ Checked ──save──▶ Saving ──▶ Saved
//!                          └▶ Unreadable ▲                └▶ Checked, with the refused rows that are left
//! ```
//! Laws:
//! * the [`Upload`] changes with everything that is done, in one transaction, so whoever dies or comes second loses nothing and does
//!   nothing twice: a step reads how far things are and goes on from there;
//! * a row is registered and leaves the draft in one transaction; what it comes to is decided then, by the rules of
//!   [registering](super::register_list), never by what the draft says;
//! * only who began a draft sends, changes, saves it or throws it away: what it registers is theirs, and whoever approves of that is
//!   another person;
//! * what is saved is what its clerk saw: a draft that was changed since, in another window, is looked at first;
//! * what its clerk said is registered, whether the clerk stays to see it or not: the sweep goes on with it;
//! * a draft is gone a day after it was begun, two if something of it was registered, and at once when it is thrown away. One that is
//!   being registered is not, however long that takes. The sweep removes what is gone.

mod check;
mod discard;
mod index;
mod mend;
mod read;
mod receive;
mod resume;
mod rows;
mod save;
mod view;

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub use self::{
    check::{check, recheck},
    discard::{clear, throw_away},
    mend::{Mended, Mending, mend},
    receive::{NotReceived, Received, begin, finish, receive, receive_whole},
    resume::{Resumed, resume},
    rows::{DraftRow, RowRef, Standing},
    save::save,
    view::{Filter, Shown, find_row, refused_as_csv, rows, uploads},
};
pub use self::{index::DraftMarks, receive::UploadPart, rows::DraftRows};
use super::{
    Summary,
    judge::{Addresses, Judge},
    list::Bookmark,
};
use crate::{
    office::{self, Member},
    ports::{Clock, Entropy, Key, MailDomains, Table},
    programme::Bilingual,
    store::{self, Failure, Record, Stored, random_uuid},
};

/// How long a draft is kept, from its beginning.
pub const DRAFT_VALIDITY: SignedDuration = SignedDuration::from_hours(24);

/// How long one is of which something was registered: whoever comes back finds what could not be.
const SAVED_VALIDITY: SignedDuration = SignedDuration::from_hours(48);

/// From this time on the store may remove it all by itself, in any order. By then the sweep has seen to it.
const STORE_VALIDITY: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The most rows of one list.
pub const MAX_ROWS: usize = 100_000;

/// The largest part of a list, in bytes: an item takes 400 KB.
pub const PART_BYTES: usize = 300 * 1024;

/// The most parts of a list: 60 MB in all.
pub const MAX_PARTS: usize = 200;

/// What drafts may use: the office's ports, and whoever knows about mail domains.
#[derive(Clone, Copy)]
pub struct Ports<'a> {
    /// What every use case of the office may use.
    pub office: office::Ports<'a>,
    /// Says whether mail can arrive at domains.
    pub domains: &'a dyn MailDomains,
}

impl fmt::Debug for Ports<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("upload::Ports")
    }
}

impl<'a> Ports<'a> {
    fn table(&self) -> &'a dyn Table {
        self.office.table
    }

    fn clock(&self) -> &'a dyn Clock {
        self.office.clock
    }

    fn entropy(&self) -> &'a dyn Entropy {
        self.office.entropy
    }
}

/// How much one step does before it hands on. Whoever called calls again, until the draft is where it should be.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    /// No further transaction is begun from this moment on.
    pub until: Option<Timestamp>,
    /// The most transactions.
    pub transactions: usize,
}

impl Budget {
    /// As much as it takes.
    pub const ALL: Self = Self { until: None, transactions: usize::MAX };

    /// So many seconds from now.
    pub fn seconds(clock: &dyn Clock, seconds: i64) -> Self {
        let until = clock.now().checked_add(SignedDuration::from_secs(seconds)).ok();
        Self { until, ..Self::ALL }
    }

    /// Whether there is room for one more transaction, which is then counted.
    fn spend(&mut self, clock: &dyn Clock) -> bool {
        let over = self.until.is_some_and(|until| clock.now() >= until);
        let left = self.transactions.checked_sub(1).filter(|_| !over);
        self.transactions = left.unwrap_or(0);
        left.is_some()
    }
}

/// Names a draft. Random.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UploadId(String);

impl UploadId {
    fn random(entropy: &dyn Entropy) -> Self {
        Self(random_uuid(entropy).simple().to_string())
    }

    /// From a URL: 32 hexadecimal digits, or none.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        fits.then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for UploadId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A draft list, without its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// Its name.
    pub id: UploadId,
    /// Who began it, as the sign-in service names them.
    pub begun_by: String,
    /// When.
    pub begun_at: Timestamp,
    /// From this moment on it is gone, unless it is being registered. Checked in code.
    pub expires: Timestamp,
    /// What the clerk's file is called, fit to be shown.
    pub file: String,
    /// The size of every part that was received, in bytes.
    pub parts: Vec<u32>,
    /// So many parts were read and are removed.
    pub read_parts: u32,
    /// Rows stand in so many blocks.
    pub blocks: u32,
    /// How often its rows were changed, or judged again, since they were judged first.
    #[serde(default)]
    pub changes: u32,
    /// How many rows there are, by what was said of them.
    pub tally: Tally,
    /// The names of columns that nobody knows.
    pub unknown_columns: Vec<String>,
    /// What became of the rows that are saved. Of the refused ones, how many are left.
    pub saved: Summary,
    /// How far things are.
    pub stage: Stage,
}

/// How far a draft is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "kebab-case")]
pub enum Stage {
    /// Parts arrive.
    Receiving,
    /// The list is read and its rows are judged.
    Checking {
        /// Where reading goes on; none: at the beginning.
        bookmark: Option<Bookmark>,
    },
    /// Rows that were read before are judged again.
    Rechecking {
        /// The next block.
        block: u32,
    },
    /// All is judged, and waits for the clerk.
    Checked,
    /// Rows are registered.
    Saving {
        /// The next chunk.
        chunk: u32,
        /// So many rows changed the register since the clerk said so.
        changes: usize,
    },
    /// All is registered, and nothing is left.
    Saved,
    /// The list cannot be read.
    Unreadable {
        /// The code of the reason.
        code: String,
        /// What to do.
        sentence: Bilingual,
    },
    /// Thrown away; its rows are being removed.
    Discarded {
        /// The next block.
        block: u32,
    },
}

/// How many rows there are of each [`Standing`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Not to be registered, because something is wrong.
    pub refused: usize,
    /// To be registered, with something worth a second look.
    pub warned: usize,
    /// To be registered.
    pub accepted: usize,
    /// Registered already, to be corrected.
    pub amended: usize,
    /// Registered already, exactly so.
    pub unchanged: usize,
    /// Left out by the clerk.
    pub dropped: usize,
}

impl Tally {
    fn of(&mut self, standing: Standing) -> &mut usize {
        match standing {
            Standing::Refused => &mut self.refused,
            Standing::Warned => &mut self.warned,
            Standing::Accepted => &mut self.accepted,
            Standing::Amended => &mut self.amended,
            Standing::Unchanged => &mut self.unchanged,
            Standing::Dropped => &mut self.dropped,
        }
    }

    fn add(&mut self, standing: Standing) {
        *self.of(standing) += 1;
    }

    fn remove(&mut self, standing: Standing) {
        let count = self.of(standing);
        *count = count.saturating_sub(1);
    }

    /// All rows.
    pub fn rows(&self) -> usize {
        let Self { refused, warned, accepted, amended, unchanged, dropped } = self;
        refused + warned + accepted + amended + unchanged + dropped
    }

    /// Rows that saving would register, or find registered.
    pub fn good(&self) -> usize {
        self.rows() - self.refused - self.dropped
    }
}

impl Upload {
    /// The partition of all drafts.
    pub const PARTITION: &'static str = "UPLOADS";

    /// Where a draft stands.
    pub fn key_of(id: &UploadId) -> Key {
        Key::new(Self::PARTITION, id.to_string())
    }

    /// Whether this member began it.
    pub fn is_of(&self, member: &Member) -> bool {
        self.begun_by == member.subject
    }

    /// When the store may remove everything of it.
    fn swept(&self) -> Result<Timestamp, Failure> {
        store::after(self.begun_at, STORE_VALIDITY)
    }

    /// Whether nobody may go on with it any more.
    fn is_over(&self, now: Timestamp) -> bool {
        self.expires <= now && !matches!(self.stage, Stage::Saving { .. })
    }

    /// Its size, in bytes.
    pub fn bytes(&self) -> u64 {
        self.parts.iter().map(|size| u64::from(*size)).sum()
    }

    /// Whether it is so short, some 3,500 rows, that the wallet of every address in it can be looked into.
    pub fn is_short(&self) -> bool {
        self.bytes() <= PART_BYTES as u64
    }
}

impl Record for Upload {
    fn key(&self) -> Key {
        Self::key_of(&self.id)
    }

    fn expires(&self) -> Option<Timestamp> {
        self.swept().ok()
    }
}

/// A draft. None: there is none of this name, or not any more.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn upload(ports: Ports<'_>, id: &UploadId) -> Result<Option<Upload>, Failure> {
    Ok(stored(ports, id).await?.map(|stored| stored.record))
}

async fn stored(ports: Ports<'_>, id: &UploadId) -> Result<Option<Stored<Upload>>, Failure> {
    let found = store::load::<Upload>(ports.table(), &Upload::key_of(id)).await?;
    Ok(found.filter(|found| !found.record.is_over(ports.clock().now())))
}

/// A draft, for the member who began it.
async fn own(ports: Ports<'_>, member: &Member, id: &UploadId) -> Result<Option<Stored<Upload>>, Failure> {
    Ok(stored(ports, id).await?.filter(|found| found.record.is_of(member)))
}

/// The rules of this installation, for the rows of a draft.
fn judge<'a>(ports: Ports<'a>, id: &UploadId) -> Judge<'a> {
    let mut judge = Judge::new(ports.table(), ports.clock(), ports.entropy());
    judge.retention = ports.office.programme.retention;
    judge.addresses = Addresses::new(id.to_string());
    judge
}
