//! Asking the office. The inquiry is owed as a letter to the programme's contact, and what is known about a badge is read when the
//! letter is sent. Nobody learns from it what is known about an address or a badge: the office alone reads the letter.

use super::{
    Asked, Change, Client, Found, Ports, change, find, letter,
    limits::{Admitted, admit_inquiry},
};
use crate::{
    address::MailAddress,
    badge::{AnyBadge, BadgeId},
    inquiry::{AboutBadge, FormStamp, InquiryText, Proof, Topic},
    letter::Subject,
    ports::Write,
    programme::Bilingual,
    store::{self, Failure},
    token::Token,
    wallet::{Holding, Wallet},
};

/// By what a sender names a badge.
#[derive(Debug, Default)]
pub struct Named {
    /// A badge that should be in the wallet that is signed in.
    pub badge: Option<BadgeId>,
    /// A link that was mailed to claim one.
    pub link: Option<Token>,
}

/// What somebody asks.
#[derive(Debug)]
pub struct Inquiry {
    /// About what.
    pub topic: Topic,
    /// In these words.
    pub message: InquiryText,
    /// Where the answer goes.
    pub reply_to: MailAddress,
    /// The badge that it is about.
    pub named: Named,
    /// The showing of the form that was sent.
    pub form: FormStamp,
}

/// The badge that somebody names, and what it certifies; none, unless they are signed in to the wallet that holds or held it, or have
/// a link to it.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn about(
    ports: Ports<'_>,
    wallet: Option<&Wallet>,
    named: &Named,
) -> Result<Option<(AboutBadge, Bilingual)>, Failure> {
    if let (Some(wallet), Some(badge)) = (wallet, &named.badge)
        && store::load::<Holding>(ports.table, &Holding::key_of(&wallet.id, badge)).await?.is_some()
        && let Some(stored) = store::load::<AnyBadge>(ports.table, &AnyBadge::key_of(badge)).await?
    {
        let name = match stored.record {
            AnyBadge::Unclaimed(badge) => badge.wording.name,
            AnyBadge::Claimed(badge) => badge.wording.name,
            AnyBadge::Deleted(badge) => badge.name,
        };
        return Ok(Some((AboutBadge { badge: badge.clone(), by: Proof::Wallet }, name)));
    }
    let Some(link) = &named.link else { return Ok(None) };
    let (badge, name) = match find(ports, link).await? {
        Found::Unclaimed { badge, .. } | Found::Expired(badge) => (badge.id, badge.wording.name),
        Found::Claimed(badge) => (badge.id, badge.wording.name),
        Found::Unknown => return Ok(None),
    };
    Ok(Some((AboutBadge { badge, by: Proof::Link }, name)))
}

/// Has an inquiry mailed to the office, once for each showing of the form, and says so to the sender if the address is one that
/// they have proved to read. No other address is written to: the form must not be a way to send mail to strangers.
///
/// # Errors
/// As [`about`].
pub async fn send(
    ports: Ports<'_>,
    office: &MailAddress,
    wallet: Option<&Wallet>,
    inquiry: &Inquiry,
    client: &Client,
) -> Result<Asked, Failure> {
    change(ports, move || async move {
        let mut writes = match admit_inquiry(ports, &inquiry.form, &inquiry.reply_to, client).await? {
            Admitted::Yes(writes) => writes,
            Admitted::Before => return Ok(Change::Nothing(Asked::Noted)),
            Admitted::TooMany => return Ok(Change::Nothing(Asked::TooMany)),
        };
        writes.extend(letters(ports, office, wallet, inquiry).await?);
        Ok(Change::Commit(writes, Asked::Noted))
    })
    .await
}

async fn letters(
    ports: Ports<'_>,
    office: &MailAddress,
    wallet: Option<&Wallet>,
    inquiry: &Inquiry,
) -> Result<Vec<Write>, Failure> {
    let Inquiry { topic, message, reply_to, named, form } = inquiry;
    // As its owner proved it, however it was typed now.
    let proven = wallet.and_then(|wallet| {
        let place = wallet.place_of(reply_to)?;
        wallet.addresses.get(place).map(|proven| &proven.address)
    });
    let asked = Subject::Inquiry {
        reference: form.reference(),
        topic: *topic,
        message: message.clone(),
        reply_to: proven.unwrap_or(reply_to).clone(),
        proven: proven.is_some(),
        badge: about(ports, wallet, named).await?.map(|(about, _)| about),
    };
    let mut letters = vec![letter(ports, office, asked)?];
    if let Some(proven) = proven {
        let received = Subject::InquiryReceived { reference: form.reference(), topic: *topic };
        letters.push(letter(ports, proven, received)?);
    }
    Ok(letters)
}
