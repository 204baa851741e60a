//! How fast mails may be handed over: the account's own rate and daily quota, asked for once a minute.

use std::time::Duration;

use aws_sdk_sesv2::{Client, config::retry::RetryConfig};
use shomei_core::ports::{Cause, MailError};
use tokio::{
    sync::Mutex,
    time::{Instant, sleep_until},
};

use super::{SERVICE, mail_error};

/// How long the account's figures are believed. `GetAccount` may be called once a second, by all mailers together.
const FRESH: Duration = Duration::from_mins(1);

/// A batch is no more than fits into this time, so that no caller waits longer for the next one.
const BATCH_SECONDS: f64 = 5.0;

/// For so long nothing more is made ready, after the service took none of a batch.
const REST: Duration = Duration::from_secs(30);

/// How SES says that mails come too fast.
const THROTTLES: [&str; 2] = ["ACCOUNT_THROTTLED", "TooManyRequestsException"];

/// No caller waits longer than this for the next batch.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// The pace of one mailer among several.
#[derive(Debug)]
pub(super) struct Pace {
    sharing: f64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    allowance: Option<Allowance>,
    /// When the mails sent so far are paid for.
    free: Option<Instant>,
    /// Until when nothing is sent, and why.
    rests: Option<(Instant, Cause)>,
    /// How many times slower than allowed mails are sent, because others send as well: 1, doubled by each batch that was
    /// throttled, halved by each that was not.
    slower: f64,
}

/// As slow as it gets.
const SLOWEST: f64 = 16.0;

/// What the account is allowed.
#[derive(Debug, Clone)]
struct Allowance {
    read: Instant,
    /// Mails a second, for all mailers.
    rate: f64,
    /// What is left of the day's quota, if it has one.
    left: Option<f64>,
}

impl Pace {
    pub(super) fn shared_by(mailers: u32) -> Self {
        let state = State { allowance: None, free: None, rests: None, slower: 1.0 };
        Self { sharing: f64::from(mailers.max(1)), state: Mutex::new(state) }
    }

    /// Waits until mails may be sent, and gives how many at once, at most `limit`.
    pub(super) async fn ready(&self, client: &Client, limit: usize) -> Result<usize, MailError> {
        let mut state = self.state.lock().await;
        if let Some((until, cause)) = &state.rests {
            if Instant::now() < *until {
                return Err(MailError::Unavailable(cause.clone()));
            }
            state.rests = None;
        }
        let allowance = match &state.allowance {
            Some(known) if known.read.elapsed() < FRESH => known.clone(),
            // The figures of a minute ago are better than none.
            known => self.read(client).await.or_else(|error| known.clone().ok_or(error))?,
        };
        // One call may carry no more than the account may send in a second.
        let mails = (allowance.rate / self.sharing * BATCH_SECONDS)
            .min(allowance.rate)
            .min(allowance.left.unwrap_or(f64::INFINITY));
        let used_up = allowance.left.is_some_and(|left| left < 1.0);
        state.allowance = Some(allowance);
        if used_up {
            return Err(unavailable("the account's daily quota is used up"));
        }
        if let Some(free) = state.free {
            sleep_until(free).await;
        }
        let fits = |count: &usize| u32::try_from(*count).is_ok_and(|count| f64::from(count) <= mails);
        Ok((1..=limit).rev().find(fits).unwrap_or(1))
    }

    /// What became of a batch.
    pub(super) async fn sent(&self, results: &[Result<(), MailError>]) {
        let mut state = self.state.lock().await;
        let now = Instant::now();
        #[expect(clippy::cast_precision_loss, reason = "a batch is small")]
        let count = results.len() as f64;
        let throttled = results.iter().any(|result| {
            matches!(result, Err(MailError::Unavailable(cause)) if THROTTLES.iter().any(|name| cause.to_string().ends_with(name)))
        });
        state.slower =
            if throttled { (state.slower * 2.0).min(SLOWEST) } else { (state.slower / 2.0).max(1.0) };
        let slower = state.slower;
        if let Some(allowance) = &mut state.allowance {
            allowance.left = allowance.left.map(|left| left - count);
            let cost = count * slower * self.sharing / allowance.rate;
            let cost = Duration::try_from_secs_f64(cost).unwrap_or(Duration::ZERO).min(LONGEST_WAIT);
            let from = state.free.map_or(now, |free| free.max(now));
            state.free = Some(from + cost);
        }
        let mut causes = results.iter().map(|result| match result {
            Err(MailError::Unavailable(cause) | MailError::Unknown(cause)) => Some(cause),
            _ => None,
        });
        if let Some(Some(first)) = causes.next()
            && causes.all(|cause| cause.is_some())
        {
            state.rests = Some((now + REST, first.clone()));
            // What the account is allowed may be what has changed.
            state.allowance = None;
        }
    }

    async fn read(&self, client: &Client) -> Result<Allowance, MailError> {
        let account =
            client.get_account().customize().config_override(patient()).send().await.map_err(|error| {
                match mail_error(&error) {
                    MailError::Refused(cause) | MailError::Unavailable(cause) | MailError::Unknown(cause) => {
                        MailError::Unavailable(cause)
                    }
                }
            })?;
        if !account.sending_enabled {
            return Err(unavailable("sending is paused for the account"));
        }
        let quota = account.send_quota.ok_or_else(|| unavailable("the account has no quota"))?;
        if quota.max_send_rate <= 0.0 {
            return Err(unavailable("the account may send no mail"));
        }
        // A quota of -1 is none. (Amazon SES API v2, SendQuota.)
        let limited = quota.max24_hour_send >= 0.0;
        Ok(Allowance {
            read: Instant::now(),
            rate: quota.max_send_rate,
            left: limited.then_some(quota.max24_hour_send - quota.sent_last24_hours),
        })
    }
}

/// Reading is harmless, and several mailers may read at the same moment.
fn patient() -> aws_sdk_sesv2::config::Builder {
    aws_sdk_sesv2::Config::builder().retry_config(RetryConfig::standard().with_max_attempts(READS))
}

/// How often the account is asked for, while the service throttles.
const READS: u32 = 6;

fn unavailable(what: &str) -> MailError {
    MailError::Unavailable(Cause::new(format!("{SERVICE}: {what}")))
}
