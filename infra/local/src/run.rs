//! `run YYYY-MM`: the steps of the monthly run, driven as a scheduler drives them.

use futures::StreamExt;
use indicatif::{ProgressBar, ProgressStyle};
use shomei_core::{
    calendar::{self, Month},
    issuance::{Announced, Issued, Plan, Work},
};
use shomei_issuance::{Outcome, Step};

use crate::{Failed, functions::Functions};

/// How many shards are driven side by side.
const SHARDS_AT_ONCE: usize = 4;

/// Runs everything that is due for the month.
pub(crate) async fn run(functions: &Functions, month: Month) -> Result<(), Failed> {
    let scheduled = calendar::scheduled_run(month);
    if scheduled > functions.clock.now() {
        return Err(format!(
            "{month} is not over: its badges are issued from {} (Japan time) on",
            calendar::japan_date(scheduled)
        )
        .into());
    }
    let plan = plan(functions, scheduled).await?;
    let due: usize = plan.work.iter().map(|work| work.due).sum();
    let owed: usize = plan.work.iter().map(|work| work.owed).sum();
    println!(
        "plan: {due} badges to issue and {owed} mails to send, from before, in {} shards",
        plan.work.len()
    );
    let issued = each_shard("issuing", &plan, |work| async move {
        match functions.issuance.handle(Step::Issue { work }, None).await? {
            Outcome::Issued(issued) => Ok(issued),
            other => Err(format!("the step answered something else: {other:?}").into()),
        }
    })
    .await?;
    let total = |count: fn(&Issued) -> usize| issued.iter().map(count).sum::<usize>();
    println!("issue: {} issued, {} refused", total(|done| done.issued), total(|done| done.refused));
    let announced = each_shard("sending", &plan, |work| async move {
        match functions.issuance.handle(Step::Announce { work }, None).await? {
            Outcome::Announced(announced) => Ok(announced),
            other => Err(format!("the step answered something else: {other:?}").into()),
        }
    })
    .await?;
    let total = |count: fn(&Announced) -> usize| announced.iter().map(count).sum::<usize>();
    println!(
        "announce: {} sent, {} refused by the mail service, {} postponed",
        total(|done| done.sent),
        total(|done| done.refused),
        total(|done| done.postponed)
    );
    match functions.issuance.handle(Step::Reconcile { scheduled }, None).await? {
        Outcome::Reconciled { text, .. } => println!("reconcile: {}", text.replace('\n', "\nreconcile: ")),
        other => return Err(format!("the step answered something else: {other:?}").into()),
    }
    Ok(())
}

async fn plan(functions: &Functions, scheduled: jiff::Timestamp) -> Result<Plan, Failed> {
    match functions.issuance.handle(Step::Plan { scheduled }, None).await? {
        Outcome::Planned(plan) => Ok(plan),
        other => Err(format!("the step answered something else: {other:?}").into()),
    }
}

/// One shard's failure does not keep the others from being done; the first failure is told at the end.
async fn each_shard<T, F>(what: &str, plan: &Plan, step: impl Fn(Work) -> F) -> Result<Vec<T>, Failed>
where
    F: Future<Output = Result<T, Failed>>,
{
    let length = u64::try_from(plan.work.len())?;
    let progress = ProgressBar::new(length).with_style(
        ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} shards")
            .unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    progress.set_message(what.to_owned());
    let results: Vec<Result<T, Failed>> = futures::stream::iter(plan.work.iter().copied())
        .map(&step)
        .buffer_unordered(SHARDS_AT_ONCE)
        .inspect(|_| progress.inc(1))
        .collect()
        .await;
    progress.finish_and_clear();
    results.into_iter().collect()
}
