//! Issuance: the steps of the monthly run, as a scheduler calls them, and what happens between the runs.
//!
//! A step is one call; its input says all it needs, so that any engine can drive the run, repeat a step, or run two
//! at once. See [`shomei_core::issuance`] for what each step does.
#![warn(missing_docs)]

mod words;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shomei_core::{
    intake::upload,
    issuance::{
        self, Announced, Call, Cursor, Issued, IssuedAgain, Mails, Message, Plan, Ports, Reconciliation,
        Reminded, Swept, Tokens, Work,
    },
    letter::Letter,
    office::{revocation::OwedRevocation, rights::erasure},
    order::OwedBadge,
    ports::{Clock, Entropy, Mailer, Signer, Table, TokenSigner},
    programme::Programme,
    store::{Failure, Stopped},
};
use shomei_http::metrics::{self, Metric};

/// How many shards' mails the cloud's scheduler sends at once. They share the rate that the mail service allows.
pub const ANNOUNCE_AT_ONCE: u32 = 4;

/// For so long a mail counts as in the hands of the call that made its link: no call of the function lasts longer.
pub const HOLD: SignedDuration = SignedDuration::from_mins(15);

/// What is left for handing on before the platform ends the call: a batch of mails that the service is slow to take, or a
/// signature that is throttled, and then their commits.
pub const MARGIN: SignedDuration = SignedDuration::from_mins(2);

/// One step, as the scheduler sends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Step {
    /// What is there to do?
    Plan {
        /// The time that the run was scheduled for.
        scheduled: Timestamp,
    },
    /// Issue one shard.
    Issue {
        /// From the plan.
        work: Work,
        /// Where the call before stopped.
        after: Option<Cursor>,
    },
    /// Send one shard's mails.
    Announce {
        /// From the plan.
        work: Work,
        /// Where the call before stopped.
        after: Option<Cursor>,
    },
    /// Do the sums agree?
    Reconcile {
        /// The time that the run was scheduled for.
        scheduled: Timestamp,
        /// When it began. Who was registered since then is the next run's business.
        started: Option<Timestamp>,
    },
    /// Make the mails of badges that nobody claims owed again.
    Remind {
        /// The time that the reminding was scheduled for.
        scheduled: Timestamp,
    },
    /// Send what is still owed, publish what is marked, count who is late.
    Sweep {
        /// The time that the sweep was scheduled for.
        scheduled: Timestamp,
    },
    /// Sign the tokens that badges of before do not have. Called by a person, until it answers that it is finished.
    Tokens {
        /// Badges of the months that are closed then.
        scheduled: Timestamp,
    },
    /// Publish the marked status lists.
    Publish,
    /// Send the letters that recipients wait for.
    Deliver,
    /// Revoke what two of the staff agreed on, issue the badges that are owed: paid, or corrected by the office. Mail them, and send
    /// the letters as well.
    IssueAgain,
}

impl Step {
    /// The step that an event asks for. New items of the table's stream ask for [`Step::IssueAgain`] if a badge or a revocation is owed
    /// among them, for [`Step::Deliver`] if they are letters, and for [`Step::Publish`] if they mark a list: what they are about is read from the table.
    ///
    /// # Errors
    /// [`Failure::NeedsPerson`] for anything else: whoever sent it must be told.
    pub fn of(event: Value) -> Result<Self, Failure> {
        if let Some(records) = event.get("Records").and_then(Value::as_array) {
            let any_of = |partition: &str| {
                records.iter().any(|record| record.pointer("/dynamodb/Keys/pk/S") == Some(&partition.into()))
            };
            return Ok(if any_of(OwedBadge::PARTITION) || any_of(OwedRevocation::PARTITION) {
                Self::IssueAgain
            } else if any_of(Letter::PARTITION) {
                Self::Deliver
            } else {
                Self::Publish
            });
        }
        serde_json::from_value(event)
            .map_err(|error| Failure::NeedsPerson(format!("the event is no step of the run: {error}")))
    }
}

/// What a step answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Outcome {
    /// The plan.
    Planned(Plan),
    /// What was issued.
    Issued(Issued),
    /// What was sent.
    Announced(Announced),
    /// Who is reminded.
    Reminded(Reminded),
    /// What was signed.
    Tokens(Tokens),
    /// What a sweep did.
    Swept(Swept),
    /// What was issued again, and what became of letters.
    IssuedAgain(IssuedAgain),
    /// What became of letters.
    Delivered(Mails),
    /// How many status lists were published.
    Published {
        /// So many.
        lists: usize,
    },
    /// The sums, and one readable line a month.
    Reconciled {
        /// Whether all agree.
        agrees: bool,
        /// For people.
        text: String,
        /// The sums.
        #[serde(flatten)]
        sums: Reconciliation,
    },
}

/// The function with its ports.
pub struct Issuance {
    table: Arc<dyn Table>,
    signer: Arc<dyn Signer>,
    token_signer: Option<Arc<dyn TokenSigner>>,
    mailer: Arc<dyn Mailer>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    programme: Arc<Programme>,
    hold: SignedDuration,
}

impl std::fmt::Debug for Issuance {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Issuance")
    }
}

impl Issuance {
    /// The function on these ports. Runs and sweeps are at work side by side: what one has in hand, the others leave alone
    /// for [`HOLD`].
    pub fn new(
        table: Arc<dyn Table>,
        signer: Arc<dyn Signer>,
        mailer: Arc<dyn Mailer>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        programme: Arc<Programme>,
    ) -> Self {
        Self { table, signer, token_signer: None, mailer, clock, entropy, programme, hold: HOLD }
    }

    /// The same, where badges are given out as signed tokens too.
    #[must_use]
    pub fn with_tokens(self, token_signer: Option<Arc<dyn TokenSigner>>) -> Self {
        Self { token_signer, ..self }
    }

    /// The same where no other run can be at work, so that what a dead one left is done at once.
    #[must_use]
    pub fn alone(self) -> Self {
        Self { hold: SignedDuration::ZERO, ..self }
    }

    /// Does what an event asks for, and hands on what is left well before the platform `ends` the call. See [`Step::of`] and
    /// [`Issuance::handle`].
    ///
    /// # Errors
    /// As both. The cause goes to the operator's log as well.
    pub async fn receive(&self, event: Value, ends: Option<Timestamp>) -> Result<Outcome, Failure> {
        let deadline = ends.map(|ends| ends.checked_sub(MARGIN).unwrap_or(Timestamp::MIN));
        let outcome = match Step::of(event) {
            Ok(step) => self.handle(step, deadline).await,
            Err(failure) => Err(failure),
        };
        outcome.inspect_err(|failure| {
            tracing::error!(cause = %failure, kind = failure.kind(), "a step could not be done");
        })
    }

    /// Does one step. `deadline` is when it must hand on what is left.
    ///
    /// # Errors
    /// [`Failure`]: the scheduler tries the step again. A sum that does not agree is one as well, so that it cannot
    /// be overlooked.
    pub async fn handle(&self, step: Step, deadline: Option<Timestamp>) -> Result<Outcome, Failure> {
        let call = |after| Call { after, deadline, hold: self.hold, skip_refused: false };
        let compose = |to, message: &Message<'_>| words::compose(&self.programme, to, message);
        let (outcome, result) = match step {
            Step::Plan { scheduled } => {
                (Outcome::Planned(issuance::plan(&*self.table, scheduled).await?), Ok(()))
            }
            Step::Issue { work, after } => {
                let (issued, result) = done(issuance::issue(self.ports(), work, &call(after)).await);
                (Outcome::Issued(issued), result)
            }
            Step::Announce { work, after } => {
                let announced = issuance::announce(self.ports(), work, &compose, &call(after)).await;
                let (announced, result) = done(announced);
                (Outcome::Announced(announced), result)
            }
            Step::Reconcile { scheduled, started } => {
                let sums =
                    issuance::reconcile(&*self.table, &self.programme.office, scheduled, started).await?;
                let (agrees, text) = (sums.agrees(), sums.to_string());
                let result = if agrees { Ok(()) } else { Err(Failure::NeedsPerson(text.clone())) };
                (Outcome::Reconciled { agrees, text, sums }, result)
            }
            Step::Sweep { scheduled } => {
                metrics::count(Metric::Swept, 1);
                let call = Call { skip_refused: true, ..call(None) };
                let (swept, result) = issuance::sweep(self.ports(), scheduled, &compose, &call).await;
                (Outcome::Swept(swept), result)
            }
            Step::Publish => {
                let lists = issuance::publish_marked(self.ports()).await?;
                (Outcome::Published { lists }, Ok(()))
            }
            Step::Remind { scheduled } => {
                let reminded = issuance::remind(self.ports(), scheduled, &call(None)).await?;
                (Outcome::Reminded(reminded), Ok(()))
            }
            Step::Tokens { scheduled } => {
                let tokens = issuance::tokens(self.ports(), scheduled, &call(None)).await?;
                (Outcome::Tokens(tokens), Ok(()))
            }
            Step::Deliver => {
                let (mails, result) = done(issuance::deliver(self.ports(), &compose, &call(None)).await);
                let result = result.and_then(|()| all_sent(&mails));
                (Outcome::Delivered(mails), result)
            }
            Step::IssueAgain => {
                let issued = issuance::issue_again(self.ports(), &compose, &call(None)).await;
                let (issued, result) = done(issued);
                let result = result.and_then(|()| all_sent(&issued.mails));
                (Outcome::IssuedAgain(issued), result)
            }
        };
        // Also of a step that failed: what it did, it did.
        outcome.tell();
        result.map(|()| outcome)
    }

    fn ports(&self) -> Ports<'_> {
        Ports {
            table: &*self.table,
            signer: &*self.signer,
            token_signer: self.token_signer.as_deref(),
            mailer: &*self.mailer,
            clock: &*self.clock,
            entropy: &*self.entropy,
            programme: &self.programme,
        }
    }
}

/// Somebody waits for these mails: if some are left, whoever called is to call again soon.
fn all_sent(mails: &Mails) -> Result<(), Failure> {
    if mails.postponed > 0 || mails.waiting.is_some() {
        return Err(Failure::TryAgain("letters wait for the mail service".to_owned()));
    }
    Ok(())
}

/// What a step did, and whether that is all.
fn done<T>(result: Result<T, Stopped<T>>) -> (T, Result<(), Failure>) {
    match result {
        Ok(done) => (done, Ok(())),
        Err(Stopped { done, failure }) => (done, Err(failure)),
    }
}

impl Outcome {
    /// Into the operator's metrics and log.
    fn tell(&self) {
        match self {
            Self::Planned(_) | Self::Reconciled { .. } => {}
            Self::Reminded(Reminded { owed, finished }) => {
                tracing::info!(owed, finished, "mails are owed again as reminders");
            }
            Self::Tokens(Tokens { signed, finished }) => {
                tracing::info!(signed, finished, "tokens were signed");
            }
            Self::Issued(Issued { issued, unapproved, stuck, .. }) => {
                metrics::count(Metric::Issued, *issued);
                metrics::count(Metric::Unapproved, *unapproved);
                tell_stuck(stuck.as_deref());
            }
            Self::Announced(Announced { mails, stuck, .. }) => {
                tell_mails(mails);
                tell_stuck(stuck.as_deref());
            }
            Self::Swept(Swept { revoked, lists, mails, late, orders, drafts, rights, erased, .. }) => {
                tell_mails(mails);
                tell_revoked(*revoked);
                if !erased.is_nothing() {
                    tracing::info!(?erased, "what was kept for its time is erased");
                }
                if *drafts != upload::Resumed::default() {
                    let upload::Resumed { registered, removed, left } = drafts;
                    tracing::info!(registered, removed, left, "lists that were left lying are seen to");
                }
                if *rights != erasure::Resumed::default() {
                    let erasure::Resumed { erased, waiting } = rights;
                    tracing::info!(erased, waiting, "people who asked for it are erased");
                }
                metrics::count(Metric::ListsPublished, *lists);
                metrics::count(Metric::Reissued, orders.reissued);
                metrics::count(Metric::OverdueReissues, orders.overdue);
                if let Some(late) = late {
                    metrics::count(Metric::LateCandidates, *late);
                }
            }
            Self::IssuedAgain(IssuedAgain { revoked, reissued, overdue, mails }) => {
                tell_mails(mails);
                tell_revoked(*revoked);
                metrics::count(Metric::Reissued, *reissued);
                metrics::count(Metric::OverdueReissues, *overdue);
            }
            Self::Delivered(mails) => tell_mails(mails),
            Self::Published { lists } => metrics::count(Metric::ListsPublished, *lists),
        }
    }
}

fn tell_mails(Mails { sent, refused, postponed, stopped, causes, waiting, .. }: &Mails) {
    metrics::count(Metric::Mailed, *sent);
    metrics::count(Metric::MailsRefused, *refused);
    metrics::count(Metric::MailsStopped, *stopped);
    metrics::count(Metric::MailsPostponed, *postponed);
    for (cause, mails) in causes {
        tracing::warn!(cause, mails, "mails were not taken");
    }
    if let Some(cause) = waiting {
        tracing::warn!(cause, "mails wait: the mail service takes none for now");
    }
}

fn tell_revoked(badges: usize) {
    if badges > 0 {
        tracing::info!(badges, "badges were revoked, as two of the staff had agreed");
    }
}

fn tell_stuck(stuck: Option<&str>) {
    if let Some(cause) = stuck {
        tracing::error!(cause, "one or more could not be done before the time was over");
    }
}
