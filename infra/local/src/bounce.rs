//! `bounce BADGE`: pretends that the mail service tells what became of the last mail about a badge.

use clap::Args;
use jiff::Timestamp;
use shomei_core::{
    badge::{AnyBadge, BadgeId},
    delivery::{self, BadgeDelivery, MailReport},
    ports::{MailKind, Table},
    store,
    token::{ClaimGrant, Token},
};

use crate::{
    Failed,
    functions::Functions,
    told::{self, Fate, Mailed},
};

/// What became of it. None of these: it came back for good.
#[derive(Args)]
#[group(multiple = false)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
pub(crate) struct Instead {
    /// It came back, and another mail may arrive (the mailbox is full)
    #[arg(long)]
    soft: bool,
    /// Its reader called it junk
    #[arg(long)]
    complaint: bool,
    /// The other system has not taken it for hours
    #[arg(long)]
    delay: bool,
    /// The mail service found a virus in it
    #[arg(long)]
    reject: bool,
    /// It was delivered
    #[arg(long)]
    delivered: bool,
}

impl Instead {
    fn fate(&self) -> Fate {
        match self {
            Self { soft: true, .. } => Fate::Returned,
            Self { complaint: true, .. } => Fate::Complained,
            Self { delay: true, .. } => Fate::Delayed,
            Self { reject: true, .. } => Fate::Rejected,
            Self { delivered: true, .. } => Fate::Delivered,
            _ => Fate::Bounced,
        }
    }
}

/// Tells it, and prints what is on record then.
pub(crate) async fn bounce(functions: &Functions, badge: &str, instead: &Instead) -> Result<(), Failed> {
    let table = &*functions.table;
    let id = named(table, badge).await?;
    let stored = store::load::<AnyBadge>(table, &AnyBadge::key_of(&id)).await?;
    let stored = stored.ok_or_else(|| format!("no badge is called {id}"))?.record;
    let (to, issued_at) = match &stored {
        AnyBadge::Unclaimed(badge) => (&badge.address, badge.issued_at),
        AnyBadge::Claimed(badge) => (&badge.address, badge.issued_at),
        AnyBadge::Deleted(_) => return Err(format!("badge {id} is deleted: no mail is about it").into()),
    };
    let shard = stored.candidate().shard();
    let known = delivery::of_badge(table, shard, &id).await?;
    let (message, at, kind) = last_mail(known.as_ref(), &id, issued_at);
    let mailed = Mailed { message, at, to: to.for_sending(), kind, badge: Some(id.to_string()) };
    let event = mailed.event(instead.fate(), functions.clock.now());
    functions.delivery.handle(told::call(&[event])).await?;
    let told = delivery::of_badge(table, shard, &id).await?;
    let told = told.as_ref().and_then(BadgeDelivery::newest).ok_or("nothing was put on record")?;
    let stopped = delivery::Standings::of(table, [to]).await?.reason(to).is_some();
    println!("badge {id}: {:?}", told.outcome());
    println!("needs a person: {}; its address is stopped: {}", yes(told.needs_person()), yes(stopped));
    Ok(())
}

/// The badge of this name, of this address, or of this link in a mail.
async fn named(table: &dyn Table, badge: &str) -> Result<BadgeId, Failed> {
    let last = badge.rsplit('/').next().unwrap_or_default();
    if let Some(id) = BadgeId::parse(last) {
        return Ok(id);
    }
    let token = Token::parse(last).ok_or_else(|| {
        format!("{badge} names no badge: it is a UUID, the address of a badge, or a claim link")
    })?;
    let grant = store::load::<ClaimGrant>(table, &ClaimGrant::key_of(&token.hash())).await?;
    Ok(grant.ok_or("no such link was mailed")?.record.badge)
}

/// The last mail that was told of, else the one that announced the badge.
fn last_mail(
    known: Option<&BadgeDelivery>,
    badge: &BadgeId,
    issued_at: Timestamp,
) -> (String, Timestamp, MailKind) {
    match known.and_then(BadgeDelivery::newest) {
        Some(MailReport { message, mailed_at, kind, .. }) => (message.to_string(), *mailed_at, *kind),
        None => (format!("{badge}-000000"), issued_at, MailKind::BadgeIssued),
    }
}

fn yes(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}
