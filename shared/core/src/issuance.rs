//! The monthly run. Four steps that any scheduler can drive, repeat and run twice at once:
//!
//! 1. [`plan`]: which shards of which closed months have unissued candidates;
//! 2. [`issue`], shard by shard: prepare → sign → verify → commit badge, candidate and owed mail together;
//! 3. [`announce`], shard by shard: mint a token, commit its hash, send, turn "owed" into "sent";
//! 4. [`reconcile`]: registered = issued + refused, and issued = mailed + owed.
//!
//! Once a day, [`remind`] makes the mails of badges that nobody claims owed again. Between the runs, [`sweep`] sends what is
//! still owed and publishes the status lists that a revocation marked; [`deliver`] sends the letters that recipients wait
//! for, and [`issue_again`] issues and mails the badges that are paid or that the office corrected.
//!
//! A step reads what is left to do, does it, and commits one badge at a time. There is no other recovery: a run that
//! died is continued by the next one doing the same. A step whose time runs out hands on where it stopped.

mod announce;
pub(crate) mod build;
mod hold;
mod inquiry;
mod issue;
mod letters;
mod message;
mod owed;
mod plan;
mod publish;
mod reconcile;
mod remind;
pub(crate) mod signing;
mod sweep;
mod tokens;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub(crate) use self::sweep::is_late;
pub use self::{
    announce::{Announced, Mails, announce},
    inquiry::{Asked, BadgeStory, MailStory, Standing},
    issue::{Issued, issue},
    letters::deliver,
    message::{AboutOrder, Announcement, ComposeMail, Message},
    owed::{IssuedAgain, issue_again},
    plan::{Plan, Work, plan},
    publish::{publish_list, publish_marked},
    reconcile::{MonthSums, Reconciliation, month_sums, reconcile},
    remind::{Reminded, remind},
    signing::Signing,
    sweep::{Swept, sweep},
    tokens::{Tokens, tokens},
};
use crate::{
    office,
    ports::{Clock, Entropy, Mailer, Signer, Table, TokenSigner},
    programme::Programme,
};

/// How many badges of a shard are in flight at once.
const IN_FLIGHT: usize = 8;

/// What the run may use.
#[derive(Clone, Copy)]
pub struct Ports<'a> {
    /// State.
    pub table: &'a dyn Table,
    /// The issuer's key.
    pub signer: &'a dyn Signer,
    /// The issuer's key for signed tokens, if the programme gives them out.
    pub token_signer: Option<&'a dyn TokenSigner>,
    /// Mail.
    pub mailer: &'a dyn Mailer,
    /// Time.
    pub clock: &'a dyn Clock,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
    /// The programme's facts.
    pub programme: &'a Programme,
}

impl<'a> Ports<'a> {
    /// What making a badge takes of them.
    pub fn signing(&self) -> Signing<'a> {
        let Self { table, signer, token_signer, clock, entropy, programme, mailer: _ } = *self;
        Signing { table, signer, token_signer, clock, entropy, programme }
    }

    /// What the office's use cases take of them.
    pub(crate) fn office(&self) -> office::Ports<'a> {
        let Self { table, clock, entropy, programme, .. } = *self;
        office::Ports { table, clock, entropy, programme }
    }
}

impl std::fmt::Debug for Ports<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("issuance::Ports")
    }
}

/// Where a step stopped because its time ran out. Names nobody: it is a badge's random name, or the beginning of a
/// candidate's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(String);

impl Cursor {
    /// Before every name: they are hexadecimal, and longer.
    fn beginning() -> Self {
        Self("0".to_owned())
    }
}

/// One call of a step: where it begins, when it must end, what it leaves alone.
#[derive(Debug, Clone, Default)]
pub struct Call {
    /// Where the call before stopped; none: from the beginning.
    pub after: Option<Cursor>,
    /// When the call hands on; none: not before all is done.
    pub deadline: Option<Timestamp>,
    /// For so long after a link was made ready, its mail is in the hands of the run that made it. Zero where no other
    /// run can be at work.
    pub hold: SignedDuration,
    /// Leaves mails alone that the mail service refused: once a day is often enough for them.
    pub skip_refused: bool,
}

impl Call {
    fn is_over(&self, clock: &dyn Clock) -> bool {
        self.deadline.is_some_and(|deadline| clock.now() >= deadline)
    }
}
