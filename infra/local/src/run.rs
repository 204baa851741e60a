//! `run YYYY-MM`: the steps of the monthly run, driven as a scheduler drives them.

use futures::StreamExt;
use indicatif::{ProgressBar, ProgressStyle};
use shomei_core::{
    calendar::{self, Month},
    issuance::{Announced, Issued, Plan, Work},
};
use shomei_issuance::{Outcome, Step};

use crate::{Failed, functions::Functions, mail};

/// How many shards are driven side by side.
const SHARDS_AT_ONCE: usize = 4;

/// Runs everything that is due for the month.
pub(crate) async fn run(functions: &Functions, month: Month) -> Result<(), Failed> {
    issue_and_announce(functions, month).await.map(|_| ())
}

/// Signs the tokens that badges of before do not have.
pub(crate) async fn tokens(functions: &Functions) -> Result<(), Failed> {
    match functions.issuance.handle(Step::Tokens { scheduled: functions.clock.now() }, None).await? {
        Outcome::Tokens(tokens) => {
            println!("tokens: {} signed", tokens.signed);
            Ok(())
        }
        other => Err(format!("the step answered something else: {other:?}").into()),
    }
}

/// Does the steps in their order, and gives how many mails were sent.
///
/// A failure does not keep the later steps from being done: one candidate who is stuck must not keep the mails of
/// the others from going out. The first failure is told at the end.
pub(crate) async fn issue_and_announce(functions: &Functions, month: Month) -> Result<usize, Failed> {
    let scheduled = calendar::scheduled_run(month);
    if scheduled > functions.clock.now() {
        return Err(format!(
            "{month} is not over: its badges are issued from {} (Japan time) on",
            calendar::japan_date(scheduled)
        )
        .into());
    }
    // Elsewhere this is done once a day. Here the person at this machine is the scheduler.
    functions.issuance.handle(Step::Remind { scheduled: functions.clock.now() }, None).await?;
    let plan = plan(functions, scheduled).await?;
    let due: usize = plan.work.iter().map(|work| work.due).sum();
    let owed: usize = plan.work.iter().map(|work| work.owed).sum();
    println!(
        "plan: {due} badges to issue and {owed} mails to send, from before, in {} shards",
        plan.work.len()
    );
    let (issued, stuck) = each_shard("issuing", &plan, |work| async move {
        match functions.issuance.handle(Step::Issue { work, after: None }, None).await? {
            Outcome::Issued(issued) => Ok(issued),
            other => Err(format!("the step answered something else: {other:?}").into()),
        }
    })
    .await;
    let total = |count: fn(&Issued) -> usize| issued.iter().map(count).sum::<usize>();
    println!(
        "issue: {} issued, {} refused{}",
        total(|done| done.issued),
        total(|done| done.refused),
        stopped(&stuck)
    );
    let (announced, unsent) = each_shard("sending", &plan, |work| async move {
        match functions.issuance.handle(Step::Announce { work, after: None }, None).await? {
            Outcome::Announced(announced) => Ok(announced),
            other => Err(format!("the step answered something else: {other:?}").into()),
        }
    })
    .await;
    let total = |count: fn(&Announced) -> usize| announced.iter().map(count).sum::<usize>();
    let sent = total(|done| done.mails.sent);
    let postponed = total(|done| done.mails.postponed);
    println!(
        "announce: {sent} sent, {} refused by the mail service, {} to addresses that mail does not reach, {postponed} \
         postponed{}",
        total(|done| done.mails.refused),
        total(|done| done.mails.stopped),
        stopped(&unsent)
    );
    mail::tell_causes();
    let untold = functions.tell().await.err();
    let postponed = (postponed > 0).then(|| {
        format!("{postponed} mails are postponed; they stay owed: run {month} again when mail can be sent")
            .into()
    });
    let first = stuck.into_iter().chain(unsent).next().or(postponed).or(untold);
    match functions.issuance.handle(Step::Reconcile { scheduled, started: None }, None).await {
        Ok(Outcome::Reconciled { text, .. }) => println!("reconcile: {}", indented(&text)),
        Ok(other) => return Err(format!("the step answered something else: {other:?}").into()),
        Err(error) => {
            println!("reconcile: {}", indented(&error.to_string()));
            return Err(first.unwrap_or_else(|| "the sums could not be reconciled".into()));
        }
    }
    first.map_or(Ok(sent), Err)
}

fn indented(text: &str) -> String {
    text.replace('\n', "\nreconcile: ")
}

/// What the sums of a step leave out.
fn stopped(failures: &[Failed]) -> String {
    match failures.len() {
        0 => String::new(),
        shards => format!(" (shards that stopped, not counted: {shards})"),
    }
}

async fn plan(functions: &Functions, scheduled: jiff::Timestamp) -> Result<Plan, Failed> {
    match functions.issuance.handle(Step::Plan { scheduled }, None).await? {
        Outcome::Planned(plan) => Ok(plan),
        other => Err(format!("the step answered something else: {other:?}").into()),
    }
}

/// One shard's failure does not keep the others from being done. Gives the results and the failures.
async fn each_shard<T, F>(what: &str, plan: &Plan, step: impl Fn(Work) -> F) -> (Vec<T>, Vec<Failed>)
where
    F: Future<Output = Result<T, Failed>>,
{
    let progress = ProgressBar::new(plan.work.len() as u64).with_style(
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
    let (mut done, mut failures) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(result) => done.push(result),
            Err(error) => failures.push(error),
        }
    }
    (done, failures)
}
