//! Who in the office did what, when and why. A line is written with the change that it tells of, of a deed in several transactions with
//! the first, and never changed.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    badge::BadgeId,
    calendar::{self, Month},
    candidate::{AchievementId, CandidateRef},
    order::{Actor, Reason},
    ports::{Entropy, Key, Table, Write, WriteError},
    store::{self, Failure, Record, random_uuid},
    wallet::AddressHash,
};

/// What was done. It names badges and candidates, and no person but in the reason that the staff typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "deed", rename_all = "kebab-case")]
pub enum Deed {
    /// A list is registered.
    ListRegistered {
        /// Rows that were to be registered or corrected when that began.
        rows: usize,
    },
    /// A program registers candidates, or corrects some. Each of them says who did.
    RegisteredByProgram,
    /// A candidate was taken off the register before the badge was issued.
    CandidateCancelled {
        /// Which.
        candidate: CandidateRef,
        /// Why.
        reason: Reason,
    },
    /// What others registered for a month may be issued.
    MonthApproved {
        /// The month.
        month: Month,
        /// So many candidates.
        candidates: usize,
    },
    /// What the register said of a person was wrong, the address or the name: a badge that was issued is issued anew.
    AddressCorrected {
        /// Whose.
        candidate: CandidateRef,
        /// Whether the address was. Older lines do not tell.
        #[serde(default)]
        address: bool,
        /// Whether the name was, or how it is written otherwise.
        #[serde(default)]
        name: bool,
        /// Why.
        reason: Reason,
    },
    /// A fresh link to a badge was mailed.
    LinkResent {
        /// The badge.
        badge: BadgeId,
    },
    /// Fresh links are mailed to all who have not claimed.
    LinksResent {
        /// The month.
        month: Month,
    },
    /// Mail goes to an address again that was stopped.
    AddressReleased {
        /// Which.
        address: AddressHash,
        /// Why.
        reason: Reason,
    },
    /// Badges are to be revoked, if another person agrees.
    RevocationProposed {
        /// The proposal.
        proposal: String,
        /// So many badges.
        badges: usize,
        /// Why.
        reason: Reason,
    },
    /// What another person proposed is to be done.
    RevocationAgreed {
        /// The proposal.
        proposal: String,
        /// So many badges.
        badges: usize,
    },
    /// A proposal was not followed.
    RevocationDeclined {
        /// The proposal.
        proposal: String,
    },
    /// A badge was revoked.
    BadgeRevoked {
        /// The proposal.
        proposal: String,
        /// The badge.
        badge: BadgeId,
    },
    /// A qualification was registered or changed.
    AchievementSaved {
        /// Which.
        achievement: AchievementId,
        /// The version that it has since.
        version: u32,
    },
    /// What is stored of a person was handed out on request.
    PersonExported {
        /// One of the person's occasions.
        candidate: CandidateRef,
    },
    /// What is stored of a person was erased on request.
    PersonErased {
        /// So many occasions.
        candidates: usize,
        /// Why.
        reason: Reason,
    },
}

/// One line of the audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLine {
    /// Random: lines of one moment stand side by side.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What.
    #[serde(flatten)]
    pub deed: Deed,
}

impl AuditLine {
    /// The partition of a month's lines. The month is Japan's.
    pub fn partition(month: Month) -> String {
        format!("AUDIT#{month}")
    }
}

impl Record for AuditLine {
    /// The newest stands first: a partition is read from its beginning.
    fn key(&self) -> Key {
        let month = Month::of(calendar::japan_date(self.at));
        let until_the_end = Timestamp::MAX.as_millisecond().saturating_sub(self.at.as_millisecond());
        Key::new(Self::partition(month), format!("{until_the_end:015}#{}", self.id))
    }
}

/// Where the next lines of a month begin. Its text may stand in an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    month: Month,
    after: String,
}

impl Cursor {
    /// From its text; none: nobody wrote that.
    pub fn parse(text: &str) -> Option<Self> {
        let (month, after) = text.split_once('.')?;
        let (moment, id) = after.split_once('.')?;
        let of_digits = !moment.is_empty() && moment.bytes().all(|byte| byte.is_ascii_digit());
        let id = uuid::Uuid::try_parse(id).ok().filter(|_| of_digits)?;
        Some(Self { month: month.parse().ok()?, after: format!("{moment}#{}", id.hyphenated()) })
    }

    /// The month that the lines are of.
    pub fn month(&self) -> Month {
        self.month
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.month, self.after.replace('#', "."))
    }
}

/// So many lines of a month, the newest first, and where the next ones begin, if there are any.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn lines(
    table: &dyn Table,
    month: Month,
    after: Option<&Cursor>,
    most: u32,
) -> Result<(Vec<AuditLine>, Option<Cursor>), Failure> {
    let mut lines = Vec::new();
    let mut after = after.map(|cursor| cursor.after.clone());
    loop {
        let wanted = most.saturating_sub(u32::try_from(lines.len()).unwrap_or(u32::MAX));
        if wanted == 0 {
            return Ok((lines, after.map(|after| Cursor { month, after })));
        }
        let page = table.query(&AuditLine::partition(month), after.as_deref(), wanted).await?;
        for item in page.items {
            lines.push(store::decode::<AuditLine>(item)?.record);
        }
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok((lines, None)),
        }
    }
}

/// The write of one line: part of the transaction that does what it says.
///
/// # Errors
/// [`WriteError::NotApplied`] if it cannot be written as an item.
pub fn line(entropy: &dyn Entropy, at: Timestamp, actor: Actor, deed: Deed) -> Result<Write, WriteError> {
    store::create(&AuditLine { id: random_uuid(entropy).hyphenated().to_string(), at, actor, deed })
}
