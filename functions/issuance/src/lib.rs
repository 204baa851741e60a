//! Issuance: the steps of the monthly run, as a scheduler calls them.
//!
//! A step is one call; its input says all it needs, so that any engine can drive the run, repeat a step, or run two
//! at once. See [`shomei_core::issuance`] for what each step does.
#![warn(missing_docs)]

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shomei_core::{
    address::MailAddress,
    calendar,
    issuance::{self, Announced, Announcement, Issued, Plan, Ports, Reconciliation, Work},
    ports::{Clock, Entropy, Mail, Mailer, Signer, Table},
    programme::Programme,
    store::Failure,
};
use shomei_pages::mail::BadgeIssued;

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
    },
    /// Send one shard's mails.
    Announce {
        /// From the plan.
        work: Work,
    },
    /// Do the sums agree?
    Reconcile {
        /// The time that the run was scheduled for.
        scheduled: Timestamp,
    },
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
}

impl std::fmt::Debug for Issuance {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Issuance")
    }
}

impl Issuance {
    /// The function on these ports.
    pub fn new(
        table: Arc<dyn Table>,
        signer: Arc<dyn Signer>,
        mailer: Arc<dyn Mailer>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        programme: Arc<Programme>,
    ) -> Self {
        Self { table, signer, mailer, clock, entropy, programme }
    }

    /// Does one step. `deadline` is when it must hand on what is left.
    ///
    /// # Errors
    /// [`Failure`]: the scheduler tries the step again. A sum that does not agree is one as well, so that it cannot
    /// be overlooked.
    pub async fn handle(&self, step: Step, deadline: Option<Timestamp>) -> Result<Outcome, Failure> {
        Ok(match step {
            Step::Plan { scheduled } => Outcome::Planned(issuance::plan(&*self.table, scheduled).await?),
            Step::Issue { work } => Outcome::Issued(issuance::issue(self.ports(), work, deadline).await?),
            Step::Announce { work } => {
                let compose =
                    |to, announcement: &Announcement<'_>| compose(&self.programme, to, announcement);
                Outcome::Announced(issuance::announce(self.ports(), work, &compose, deadline).await?)
            }
            Step::Reconcile { scheduled } => {
                let sums = issuance::reconcile(&*self.table, scheduled).await?;
                if !sums.agrees() {
                    return Err(Failure::NeedsPerson(sums.to_string()));
                }
                Outcome::Reconciled { agrees: true, text: sums.to_string(), sums }
            }
        })
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
    Ok(Mail { to, subject: content.subject, text: content.text, html: content.html })
}
