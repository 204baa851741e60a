//! Making mails ready: what is known of a batch is read at once, then each gets its link and its words.

use super::{Ready, Step, sent};
use crate::{
    badge::{AnyBadge, Badge, OwedMail, Unclaimed},
    delivery::Standings,
    issuance::{
        ComposeMail, Ports,
        message::{Announcement, Message},
    },
    ports::{Mail, MailError, MailKind, ReadError, Wanted, Write},
    store::{self, Failure, Stored},
    token::{CLAIM_VALIDITY, ClaimGrant, GrantOfBadge, Token},
};

/// What came of making a batch ready.
#[derive(Default)]
pub(super) struct Batch {
    /// What is to be committed.
    pub(super) steps: Vec<Step<Ready>>,
    /// How many are marked as stopped already, and rightly so.
    pub(super) still_stopped: usize,
    /// Why the mail service could not be told that mail goes to an address again; one each.
    pub(super) unlifted: Vec<MailError>,
    /// Why the first of the others could not be made ready.
    pub(super) failure: Option<Failure>,
}

impl Batch {
    fn fails(&mut self, failure: Failure) {
        self.failure = self.failure.take().or(Some(failure));
    }
}

/// An owed mail, and the badge that it is about.
type Owed = (Stored<OwedMail>, Box<Badge<Unclaimed>>);

/// Makes the mails of a batch ready. What is wrong with one does not keep the others.
pub(super) async fn make_ready(
    ports: Ports<'_>,
    compose: ComposeMail<'_>,
    notes: Vec<Stored<OwedMail>>,
) -> Batch {
    let mut batch = Batch::default();
    let waiting = match waiting(ports, notes, &mut batch).await {
        Ok(waiting) => waiting,
        Err(error) => {
            batch.fails(error.into());
            return batch;
        }
    };
    let standings = match Standings::of(ports.table, waiting.iter().map(|(_, badge)| &badge.address)).await {
        Ok(standings) => standings,
        Err(error) => {
            batch.fails(error.into());
            return batch;
        }
    };
    for (note, badge) in waiting {
        if standings.reason(&badge.address).is_some() {
            stop(note, &mut batch);
            continue;
        }
        if standings.was_released(&badge.address)
            && let Err(error) = ports.mailer.lift(&badge.address).await
        {
            batch.unlifted.push(error);
            continue;
        }
        match ready(ports, compose, note, &badge) {
            Ok(step) => batch.steps.push(step),
            Err(failure) => batch.fails(failure),
        }
    }
    batch
}

/// The badges that wait. No mail is needed where the badge is claimed already: an earlier one arrived, although its acceptance was
/// never recorded.
async fn waiting(
    ports: Ports<'_>,
    notes: Vec<Stored<OwedMail>>,
    batch: &mut Batch,
) -> Result<Vec<Owed>, ReadError> {
    let keys: Vec<_> = notes.iter().map(|note| AnyBadge::key_of(&note.record.badge)).collect();
    let badges = ports.table.get_many(&keys, Wanted::All).await?;
    let mut waiting = Vec::with_capacity(notes.len());
    for (note, badge) in notes.into_iter().zip(badges) {
        match badge.map(store::decode::<AnyBadge>).transpose() {
            Ok(Some(Stored { record: AnyBadge::Unclaimed(badge), .. })) => {
                waiting.push((note, Box::new(badge)));
            }
            Ok(Some(Stored { record: AnyBadge::Claimed(_) | AnyBadge::Deleted(_), .. })) => {
                match sent(ports, note) {
                    Ok(Step { note, writes, .. }) => {
                        batch.steps.push(Step { note, writes, carries: Ready::Claimed });
                    }
                    Err(failure) => batch.fails(failure),
                }
            }
            Ok(None) => {
                let badge = &note.record.badge;
                batch.fails(Failure::NeedsPerson(format!("badge {badge} owes a mail and is not there")));
            }
            Err(error) => batch.fails(error.into()),
        }
    }
    Ok(waiting)
}

/// Marks a mail that may not be sent. One that is marked already stays as it is.
fn stop(note: Stored<OwedMail>, batch: &mut Batch) {
    if note.record.stopped {
        batch.still_stopped += 1;
        return;
    }
    let marked = OwedMail { refused: true, stopped: true, ..note.record.clone() };
    match store::replace(note.version, &marked) {
        Ok(write) => batch.steps.push(Step { note, writes: vec![write], carries: Ready::Stopped }),
        Err(error) => batch.fails(error.into()),
    }
}

/// Mints the token and writes the mail.
fn ready(
    ports: Ports<'_>,
    compose: ComposeMail<'_>,
    note: Stored<OwedMail>,
    badge: &Badge<Unclaimed>,
) -> Result<Step<Ready>, Failure> {
    let kind = match note.record.reminders {
        _ if note.record.resend => MailKind::LinkResent,
        0 => MailKind::BadgeIssued,
        1 => MailKind::FirstReminder,
        _ => MailKind::LastReminder,
    };
    let (mail, grants) = invite(ports, compose, badge, kind)?;
    let attempt = OwedMail {
        attempts: note.record.attempts.saturating_add(1),
        attempted_at: Some(ports.clock.now()),
        refused: false,
        stopped: false,
        ..note.record
    };
    let mut writes = Vec::from(grants);
    writes.push(store::replace(note.version, &attempt)?);
    let note = Stored { record: attempt, version: note.version };
    Ok(Step { note, writes, carries: Ready::Mail(mail) })
}

/// Mints a link to a badge that waits, and writes the mail that carries it. The writes make the link work.
pub(in crate::issuance) fn invite(
    ports: Ports<'_>,
    compose: ComposeMail<'_>,
    badge: &Badge<Unclaimed>,
    kind: MailKind,
) -> Result<(Mail, [Write; 2]), Failure> {
    let token = Token::mint(ports.entropy);
    let now = ports.clock.now();
    let expires = store::after(now, CLAIM_VALIDITY)?;
    let claim_url = ports.programme.claim_url(&token);
    let message = Message::Announcement(Announcement {
        mail: kind,
        badge: &badge.id,
        holder_name: &badge.holder_name,
        achievement: &badge.wording.name,
        kind: badge.kind,
        date: badge.date,
        claim_url: &claim_url,
        expires,
    });
    let mail = compose(badge.address.clone(), &message)?;
    let id = badge.id.clone();
    let grants = [
        store::create(&ClaimGrant { token: token.hash(), badge: id.clone(), expires })?,
        store::create(&GrantOfBadge { badge: id, token: token.hash(), expires })?,
    ];
    Ok((mail, grants))
}
