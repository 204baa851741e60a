//! Letters: mails that are owed at once. The table's stream asks for them as they come in, and the sweep takes what it
//! dropped.
//!
//! What secret a letter carries is minted here: its hash is committed before the letter is sent, the letter goes only
//! after it was accepted. A letter is sent at least once; each sending has a link of its own, and every one of them works.
//!
//! To an address that is stopped (see [`delivery`](crate::delivery)) none goes: it waits until a person has released the address, or
//! until it is of no use any more. A letter to the office itself goes all the same, and the mail service is told so each time.

use jiff::Timestamp;

use super::{AboutOrder, Call, ComposeMail, Mails, Message, Ports, announce, hold, inquiry};
use crate::{
    badge::{AnyBadge, BadgeId},
    delivery::Standings,
    letter::{LETTER_VALIDITY, Letter, Subject},
    order::{AnyOrder, OrderId, RestoreGrant},
    ports::{Guard, Mail, MailError, MailKind, Write, WriteError},
    store::{self, Failure, Stopped, Stored},
    token::Token,
    wallet::{AddressHash, AddressProof, LINK_VALIDITY, SignInGrant, Wallet, WalletId},
};

/// Sends every owed letter, until done, until the call's time is over, or until the mail service takes no more.
///
/// # Errors
/// [`Stopped`] if the store did not answer or a letter could not be written; the others are sent all the same.
pub async fn deliver(
    ports: Ports<'_>,
    compose: ComposeMail<'_>,
    call: &Call,
) -> Result<Mails, Stopped<Mails>> {
    let mut done = Mails::default();
    match deliver_all(ports, compose, call, &mut done).await {
        Ok(None) => Ok(done),
        Ok(Some(failure)) | Err(failure) => Err(Stopped { done, failure }),
    }
}

async fn deliver_all(
    ports: Ports<'_>,
    compose: ComposeMail<'_>,
    call: &Call,
    done: &mut Mails,
) -> Result<Option<Failure>, Failure> {
    let mut after: Option<String> = None;
    let mut failure = None;
    loop {
        let (page, next) =
            store::load_page::<Letter>(ports.table, Letter::PARTITION, after.as_deref()).await?;
        let mut rest = page;
        while !rest.is_empty() {
            let takes = match ports.mailer.ready().await {
                Ok(takes) => takes.max(1),
                Err(cause) => {
                    done.postponed += rest.len();
                    done.waiting = Some(cause.to_string());
                    return Ok(failure);
                }
            };
            if call.is_over(ports.clock) {
                done.postponed += rest.len();
                done.waiting = Some("the time of the call is over".to_owned());
                return Ok(failure);
            }
            let batch: Vec<_> = rest.drain(..rest.len().min(takes)).collect();
            let unready = send(ports, compose, call, batch, done).await?;
            failure = failure.or(unready);
        }
        match next {
            Some(next) => after = Some(next),
            None => return Ok(failure),
        }
    }
}

/// Makes ready, sends and removes. Gives the reason why the first that could not be made ready was not.
async fn send(
    ports: Ports<'_>,
    compose: ComposeMail<'_>,
    call: &Call,
    batch: Vec<Stored<Letter>>,
    done: &mut Mails,
) -> Result<Option<Failure>, Failure> {
    let (mut letters, mut mails, mut failure) = (Vec::new(), Vec::new(), None);
    let (held, batch): (Vec<_>, Vec<_>) =
        batch.into_iter().partition(|letter| call.holds(ports.clock, hold::Attempt::of(&letter.record)));
    done.held += held.len();
    let standings = match Standings::of(ports.table, batch.iter().map(|letter| &letter.record.to)).await {
        Ok(standings) => standings,
        Err(error) => return Ok(Some(error.into())),
    };
    for letter in batch {
        let is_late = is_late(&letter.record, ports.clock.now());
        let for_office = letter.record.subject.is_for_the_office();
        if standings.reason(&letter.record.to).is_some() && !for_office && !is_late {
            done.stopped += 1;
            continue;
        }
        if (for_office || standings.was_released(&letter.record.to))
            && !is_late
            && let Err(error) = ports.mailer.lift(&letter.record.to).await
        {
            *done.causes.entry(error.to_string()).or_default() += 1;
            done.postponed += 1;
            continue;
        }
        match make_ready(ports, compose, letter).await {
            Ok(Some((letter, mail))) => {
                letters.push(letter);
                mails.push(mail);
            }
            Ok(None) => {}
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    if mails.is_empty() {
        return Ok(failure);
    }
    let results = ports.mailer.send(&mails).await;
    if results.len() != letters.len() {
        return Err(Failure::NeedsPerson("the mailer did not answer for every mail".to_owned()));
    }
    for (letter, result) in letters.into_iter().zip(results) {
        if let Err(error) = &result {
            *done.causes.entry(error.to_string()).or_default() += 1;
        }
        match result {
            Ok(()) => done.sent += 1,
            // Nobody would ask again: it waits until the office's mailbox is put right.
            Err(MailError::Refused(_)) if letter.record.subject.is_for_the_office() => {
                done.refused += 1;
                continue;
            }
            // Its reader asked for it just now, and may ask again: it waits for nobody.
            Err(MailError::Refused(_)) => done.refused += 1,
            // Nothing was sent: whoever looks next may try at once.
            Err(MailError::Unavailable(_)) => {
                done.postponed += 1;
                failure = failure.or(put_back(ports, letter).await.err());
                continue;
            }
            // It may have arrived: it is held for a while.
            Err(MailError::Unknown(_)) => {
                done.postponed += 1;
                continue;
            }
        }
        failure = failure.or(remove(ports, &letter).await.err());
    }
    Ok(failure)
}

/// Mints the secret and writes the mail. None: there is nothing to say any more, or another call has it in hand.
async fn make_ready(
    ports: Ports<'_>,
    compose: ComposeMail<'_>,
    letter: Stored<Letter>,
) -> Result<Option<(Stored<Letter>, Mail)>, Failure> {
    let now = ports.clock.now();
    let Some((mail, mut writes)) = written(ports, compose, &letter.record, now).await? else {
        remove(ports, &letter).await?;
        return Ok(None);
    };
    let attempted = Letter {
        attempts: letter.record.attempts.saturating_add(1),
        attempted_at: Some(now),
        ..letter.record
    };
    writes.push(store::replace(letter.version, &attempted)?);
    match store::commit(ports.table, ports.entropy, writes).await {
        Ok(()) => Ok(Some((Stored { record: attempted, version: letter.version + 1 }, mail))),
        Err(WriteError::Conflict { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn put_back(ports: Ports<'_>, letter: Stored<Letter>) -> Result<(), Failure> {
    let free = Letter { attempted_at: None, ..letter.record };
    match store::commit(ports.table, ports.entropy, vec![store::replace(letter.version, &free)?]).await {
        Ok(()) | Err(WriteError::Conflict { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

async fn remove(ports: Ports<'_>, letter: &Stored<Letter>) -> Result<(), Failure> {
    match store::commit(ports.table, ports.entropy, vec![store::delete(letter)]).await {
        // Whoever was faster has it in hand.
        Ok(()) | Err(WriteError::Conflict { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The mail, and the writes that make its link work. None: it is of no use any more.
async fn written(
    ports: Ports<'_>,
    compose: ComposeMail<'_>,
    letter: &Letter,
    now: Timestamp,
) -> Result<Option<(Mail, Vec<Write>)>, Failure> {
    if is_late(letter, now) {
        return Ok(None);
    }
    let expires = store::after(now, LINK_VALIDITY)?;
    let mail = |message: &Message<'_>| compose(letter.to.clone(), message);
    Ok(Some(match &letter.subject {
        Subject::ClaimLink { badge } => {
            return claim_link(ports, compose, letter, badge, MailKind::ClaimLink).await;
        }
        Subject::LinkResent { badge } => {
            return claim_link(ports, compose, letter, badge, MailKind::LinkResent).await;
        }
        Subject::SignIn { wallet } => return sign_in(ports, compose, letter, wallet, expires).await,
        Subject::AddressProof { wallet, badge } => {
            let token = Token::mint(ports.entropy);
            let proof = proof(letter, &token, wallet, badge.as_ref(), expires);
            let achievement = match badge {
                Some(badge) => store::load::<AnyBadge>(ports.table, &AnyBadge::key_of(badge)).await?,
                None => None,
            };
            let achievement = achievement.and_then(|stored| match stored.record {
                AnyBadge::Unclaimed(badge) => Some(badge.wording.name),
                _ => None,
            });
            let url = ports.programme.proof_url(&token);
            let message = Message::AddressProof { url: &url, achievement: achievement.as_ref() };
            (mail(&message)?, vec![store::create(&proof)?])
        }
        Subject::AddressesChanged { change, address } => {
            let message = Message::AddressesChanged { change: *change, address, at: letter.asked_at };
            (mail(&message)?, Vec::new())
        }
        Subject::BadgeDeleted { badge, holder_name, achievement } => {
            let message = Message::BadgeDeleted { badge, holder_name, achievement, at: letter.asked_at };
            (mail(&message)?, Vec::new())
        }
        Subject::BadgeRevoked { badge, holder_name, achievement, revoked, order_ended } => {
            let (revoked, order_ended) = (*revoked, *order_ended);
            let message = Message::BadgeRevoked { badge, holder_name, achievement, revoked, order_ended };
            (mail(&message)?, Vec::new())
        }
        Subject::OrderPlaced { order }
        | Subject::OrderExpired { order }
        | Subject::BadgeReissued { order }
        | Subject::OrderRefunded { order } => return about_order(ports, compose, letter, order).await,
        Subject::RestoreWallet { candidates } => {
            let token = Token::mint(ports.entropy);
            let grant = RestoreGrant {
                token: token.hash(),
                address: letter.to.clone(),
                candidates: candidates.clone(),
                expires,
            };
            let url = ports.programme.restore_url(&token);
            (mail(&Message::RestoreWallet { url: &url })?, vec![store::create(&grant)?])
        }
        Subject::WalletClosed { badges } => {
            (mail(&Message::WalletClosed { badges: *badges, at: letter.asked_at })?, Vec::new())
        }
        Subject::Inquiry { reference, topic, message, reply_to, proven, badge } => {
            let story = match badge {
                Some(about) => inquiry::story(ports, about).await?,
                None => None,
            };
            let (topic, proven, badge, at) = (*topic, *proven, story.as_ref(), letter.asked_at);
            let asked = inquiry::Asked { reference, topic, message, reply_to, proven, at, badge };
            (mail(&Message::Inquiry(asked))?, Vec::new())
        }
        Subject::InquiryReceived { reference, topic } => {
            let message = Message::InquiryReceived { reference, topic: *topic, at: letter.asked_at };
            (mail(&message)?, Vec::new())
        }
    }))
}

/// Whether a letter is of no use to its reader any more.
fn is_late(letter: &Letter, now: Timestamp) -> bool {
    let age = now.duration_since(letter.asked_at);
    age > LETTER_VALIDITY || (letter.subject.is_asked_for() && age > LINK_VALIDITY)
}

/// Says how an order stands now; nothing, if it has gone on since.
async fn about_order(
    ports: Ports<'_>,
    compose: ComposeMail<'_>,
    letter: &Letter,
    order: &OrderId,
) -> Result<Option<(Mail, Vec<Write>)>, Failure> {
    let stored = store::load::<AnyOrder>(ports.table, &AnyOrder::key_of(order)).await?;
    let Some(Stored { record: order, .. }) = stored else { return Ok(None) };
    let about = match (&letter.subject, &order) {
        (Subject::OrderPlaced { .. }, AnyOrder::Awaiting(order)) => AboutOrder::Placed(order),
        (Subject::OrderExpired { .. }, AnyOrder::Expired(order)) => AboutOrder::Expired(&order.terms),
        (Subject::BadgeReissued { .. }, AnyOrder::Reissued(order)) => AboutOrder::Reissued(order),
        (Subject::OrderRefunded { .. }, AnyOrder::Refunded(order)) => AboutOrder::Refunded(order),
        _ => return Ok(None),
    };
    Ok(Some((compose(letter.to.clone(), &Message::Order(about))?, Vec::new())))
}

/// Goes to the address as the wallet's owner proved it, however it was typed now, and to none that was removed meanwhile.
async fn sign_in(
    ports: Ports<'_>,
    compose: ComposeMail<'_>,
    letter: &Letter,
    wallet: &WalletId,
    expires: Timestamp,
) -> Result<Option<(Mail, Vec<Write>)>, Failure> {
    let Some(wallet) = store::load::<Wallet>(ports.table, &Wallet::key_of(wallet)).await? else {
        return Ok(None);
    };
    let wallet = wallet.record;
    let place = wallet.place_of(&letter.to).and_then(|place| wallet.addresses.get(place));
    let Some(proven) = place else { return Ok(None) };
    let token = Token::mint(ports.entropy);
    let grant = SignInGrant {
        token: token.hash(),
        wallet: wallet.id.clone(),
        address: AddressHash::of(&proven.address),
        round: wallet.round,
        expires,
    };
    let url = ports.programme.sign_in_url(&token);
    let mail = compose(proven.address.clone(), &Message::SignIn { url: &url })?;
    Ok(Some((mail, vec![store::create(&grant)?])))
}

async fn claim_link(
    ports: Ports<'_>,
    compose: ComposeMail<'_>,
    letter: &Letter,
    badge: &BadgeId,
    kind: MailKind,
) -> Result<Option<(Mail, Vec<Write>)>, Failure> {
    match store::load::<AnyBadge>(ports.table, &AnyBadge::key_of(badge)).await? {
        Some(Stored { record: AnyBadge::Unclaimed(badge), version }) if badge.address == letter.to => {
            let (mail, grants) = announce::invite(ports, compose, &badge, kind)?;
            let mut writes = Vec::from(grants);
            // No link is left behind of a badge that is claimed and deleted meanwhile.
            writes.push(Write::Check { key: AnyBadge::key_of(&badge.id), guard: Guard::Version(version) });
            Ok(Some((mail, writes)))
        }
        _ => Ok(None),
    }
}

fn proof(
    letter: &Letter,
    token: &Token,
    wallet: &WalletId,
    badge: Option<&BadgeId>,
    expires: Timestamp,
) -> AddressProof {
    AddressProof {
        token: token.hash(),
        wallet: wallet.clone(),
        address: letter.to.clone(),
        badge: badge.cloned(),
        expires,
    }
}
