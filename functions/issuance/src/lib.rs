//! Issuance: the steps of the monthly run, as a scheduler calls them, and what happens between the runs.
//!
//! A step is one call; its input says all it needs, so that any engine can drive the run, repeat a step, or run two
//! at once. See [`shomei_core::issuance`] for what each step does.
#![warn(missing_docs)]

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shomei_core::{
    address::MailAddress,
    calendar,
    issuance::{
        self, Announced, Announcement, Call, Cursor, Issued, Plan, Ports, Reconciliation, Swept, Work,
    },
    ports::{Clock, Entropy, Mail, MailKind, Mailer, Signer, Table},
    programme::Programme,
    store::Failure,
};
use shomei_http::metrics::{self, Metric};
use shomei_pages::mail::BadgeIssued;

/// How many shards' mails the cloud's scheduler sends at once. They share the rate that the mail service allows.
pub const ANNOUNCE_AT_ONCE: u32 = 4;

/// For so long a mail counts as in the hands of the call that made its link: no call of the function lasts longer.
pub const HOLD: SignedDuration = SignedDuration::from_mins(15);

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
    /// Send what is still owed, publish what is marked, count who is late.
    Sweep {
        /// The time that the sweep was scheduled for.
        scheduled: Timestamp,
    },
    /// Publish the marked status lists.
    Publish,
}

impl Step {
    /// The step that an event asks for. Items of the table's stream ask for [`Step::Publish`]: what they are about is read
    /// from the table.
    ///
    /// # Errors
    /// [`Failure::NeedsPerson`] for anything else: whoever sent it must be told.
    pub fn of(event: Value) -> Result<Self, Failure> {
        if event.get("Records").is_some_and(Value::is_array) {
            return Ok(Self::Publish);
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
    /// What a sweep did.
    Swept(Swept),
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
    /// The function on these ports, where no other run can be at work.
    pub fn new(
        table: Arc<dyn Table>,
        signer: Arc<dyn Signer>,
        mailer: Arc<dyn Mailer>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        programme: Arc<Programme>,
    ) -> Self {
        Self { table, signer, mailer, clock, entropy, programme, hold: SignedDuration::ZERO }
    }

    /// The same where runs and sweeps are at work side by side: what one has in hand, the others leave alone for so long.
    #[must_use]
    pub fn holding(self, hold: SignedDuration) -> Self {
        Self { hold, ..self }
    }

    /// Does what an event asks for. See [`Step::of`] and [`Issuance::handle`].
    ///
    /// # Errors
    /// As both.
    pub async fn receive(&self, event: Value, deadline: Option<Timestamp>) -> Result<Outcome, Failure> {
        self.handle(Step::of(event)?, deadline).await
    }

    /// Does one step. `deadline` is when it must hand on what is left.
    ///
    /// # Errors
    /// [`Failure`]: the scheduler tries the step again. A sum that does not agree is one as well, so that it cannot
    /// be overlooked.
    pub async fn handle(&self, step: Step, deadline: Option<Timestamp>) -> Result<Outcome, Failure> {
        let call = |after| Call { after, deadline, hold: self.hold, skip_refused: false };
        let compose = |to, announcement: &Announcement<'_>| compose(&self.programme, to, announcement);
        let outcome = match step {
            Step::Plan { scheduled } => Outcome::Planned(issuance::plan(&*self.table, scheduled).await?),
            Step::Issue { work, after } => {
                Outcome::Issued(issuance::issue(self.ports(), work, &call(after)).await?)
            }
            Step::Announce { work, after } => {
                Outcome::Announced(issuance::announce(self.ports(), work, &compose, &call(after)).await?)
            }
            Step::Reconcile { scheduled, started } => {
                let sums = issuance::reconcile(&*self.table, scheduled, started).await?;
                if !sums.agrees() {
                    return Err(Failure::NeedsPerson(sums.to_string()));
                }
                Outcome::Reconciled { agrees: true, text: sums.to_string(), sums }
            }
            Step::Sweep { scheduled } => {
                let call = Call { skip_refused: true, ..call(None) };
                let (swept, result) = issuance::sweep(self.ports(), scheduled, &compose, &call).await;
                metrics::count(Metric::Swept, 1);
                let outcome = Outcome::Swept(swept);
                if result.is_err() {
                    outcome.count();
                }
                result.map(|()| outcome)?
            }
            Step::Publish => Outcome::Published { lists: issuance::publish_marked(self.ports()).await? },
        };
        outcome.count();
        Ok(outcome)
    }

    fn ports(&self) -> Ports<'_> {
        Ports {
            table: &*self.table,
            signer: &*self.signer,
            mailer: &*self.mailer,
            clock: &*self.clock,
            entropy: &*self.entropy,
            programme: &self.programme,
        }
    }
}

impl Outcome {
    /// Into the operator's metrics. What a step could not do is its error, or is told by the log.
    fn count(&self) {
        let mails = |sent, refused, postponed| {
            metrics::count(Metric::Mailed, sent);
            metrics::count(Metric::MailsRefused, refused);
            metrics::count(Metric::MailsPostponed, postponed);
        };
        match self {
            Self::Planned(_) | Self::Reconciled { .. } => {}
            Self::Issued(Issued { issued, stuck, .. }) => {
                metrics::count(Metric::Issued, *issued);
                tell(stuck.as_deref());
            }
            Self::Announced(Announced { sent, refused, postponed, stuck, .. }) => {
                mails(*sent, *refused, *postponed);
                tell(stuck.as_deref());
            }
            Self::Swept(Swept { lists, sent, refused, postponed, late, .. }) => {
                mails(*sent, *refused, *postponed);
                metrics::count(Metric::ListsPublished, *lists);
                metrics::count(Metric::LateCandidates, *late);
            }
            Self::Published { lists } => metrics::count(Metric::ListsPublished, *lists),
        }
    }
}

fn tell(stuck: Option<&str>) {
    if let Some(cause) = stuck {
        tracing::error!(cause, "one or more could not be done before the time was over");
    }
}

/// The words of the mail.
fn compose(programme: &Programme, to: MailAddress, announcement: &Announcement<'_>) -> Result<Mail, Failure> {
    let content = BadgeIssued {
        holder_name: announcement.holder_name.as_str().to_owned(),
        achievement: announcement.achievement.clone().into(),
        issuer: programme.issuer_name.clone().into(),
        occasion: announcement.kind.into(),
        date: announcement.date,
        claim_url: announcement.claim_url.to_owned(),
        expires: calendar::japan_date(announcement.expires),
        contact: programme.contact.clone(),
        sender: programme.sender.clone(),
    }
    .render()
    .map_err(|error| Failure::NeedsPerson(format!("a mail could not be written: {error}")))?;
    Ok(Mail {
        kind: MailKind::BadgeIssued,
        badge: announcement.badge.clone(),
        to,
        subject: content.subject,
        text: content.text,
        html: content.html,
    })
}
