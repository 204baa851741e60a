//! What the body stores of a person, as one document that people can read. What a holder keeps in the wallet beside the badges is not in
//! it: the holder gets that there.

use std::{collections::BTreeSet, fmt};

use futures::StreamExt;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use super::person::{self, Person};
use crate::{
    badge::{AnyBadge, BadgeId, GoneBadge, Ground, OwedMail, PublicBadge, SentMail},
    candidate::{AnyCandidate, BodyNumber, CandidateRef, Due, Occasions},
    delivery::{BadgeDelivery, StoppedAddress, Undelivered},
    letter::{Letter, Subject},
    office::{
        Member, Ports,
        audit::{self, AuditLine, Deed},
        revocation::{AnyProposal, Settled},
    },
    order::{
        AnyOrder, Happened, IssuedPaper, OpenOrder, OrderId, OrderReference, OwedBadge, Payment, TrailLine,
    },
    ports::Key,
    reissue::papers,
    store::{self, Failure, Record},
    token::GrantOfBadge,
    wallet::AddressHash,
};

/// So many months are looked through side by side.
const IN_FLIGHT: usize = 8;

/// What is stored of a person.
pub struct PersonExport {
    /// All of it, as JSON.
    pub records: String,
    /// When it was put together.
    pub at: Timestamp,
}

/// Prints no content.
impl fmt::Debug for PersonExport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PersonExport(…)")
    }
}

#[derive(Serialize)]
struct Records<'a> {
    exported_at: Timestamp,
    number: &'a BodyNumber,
    /// In which months the person was registered for what.
    occasions: Vec<Occasions>,
    register: Vec<Entry>,
    orders: Vec<Ordered>,
    /// Mails that are about to be sent.
    letters: Vec<Letter>,
    /// What the staff did about the person.
    office: Vec<AuditLine>,
    /// What was proposed to revoke.
    revocations: Vec<Revocation>,
    /// Which of the addresses no mail goes to, and why.
    stopped: Vec<StoppedAddress>,
}

/// A proposal to revoke a badge of the person. It may be about badges of others too: those are left out, and with them the staff's
/// reason and who proposed it. The reason may name others, and whoever wrote it was told that it stays with the staff.
#[derive(Serialize)]
struct Revocation {
    badge: BadgeId,
    ground: Ground,
    proposed_at: Timestamp,
    outcome: Option<Settled>,
}

/// One occasion, and what came of it.
#[derive(Serialize)]
struct Entry {
    candidate: AnyCandidate,
    due: bool,
    badge: Option<AnyBadge>,
    public: Option<PublicBadge>,
    was_public: bool,
    mail_owed: Option<OwedMail>,
    mail_sent: Option<SentMail>,
    /// What became of the mails, as the mail service told it.
    delivery: Option<BadgeDelivery>,
    undelivered: bool,
    /// Until when each mailed link to the badge is known. The links themselves are nowhere stored.
    links: Vec<Timestamp>,
}

/// One order, and what came of it.
#[derive(Serialize)]
struct Ordered {
    order: AnyOrder,
    trail: Vec<TrailLine>,
    reference: Option<OrderReference>,
    open: Option<OpenOrder>,
    owed: Option<OwedBadge>,
    payments: Vec<Payment>,
    receipt: Option<IssuedPaper>,
    credit_note: Option<IssuedPaper>,
    /// What is left of the badge in whose place another one was, or is to be, issued.
    replaces: Option<AnyBadge>,
}

/// Puts together what is stored of a person, and writes into the audit that it was handed out.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn export(ports: Ports<'_>, member: &Member, person: &Person) -> Result<PersonExport, Failure> {
    let now = ports.clock.now();
    let candidates = person.candidates();
    let mut occasions = Vec::new();
    store::for_each::<Occasions>(ports.table, &Occasions::partition(&person.number), |stored| {
        occasions.push(stored.record);
    })
    .await?;
    let mut register = Vec::new();
    for occasion in &person.occasions {
        register.push(entry(ports, &occasion.candidate, occasion.record.clone()).await?);
    }
    let mut orders = Vec::new();
    for order in person::orders(ports, &candidates).await? {
        orders.push(ordered(ports, order.record).await?);
    }
    let about = About::of(person, &orders);
    let records = Records {
        exported_at: now,
        number: &person.number,
        occasions,
        letters: letters(ports, &about).await?,
        office: lines(ports, &candidates, &about).await?,
        revocations: revocations(ports, &about).await?,
        stopped: stopped(ports, &about).await?,
        register,
        orders,
    };
    let unreadable = |error| Failure::NeedsPerson(format!("a record has no JSON form: {error}"));
    let records = readable(serde_json::to_value(&records).map_err(unreadable)?);
    let records = serde_json::to_string_pretty(&records).map_err(unreadable)?;
    if let Some(candidate) = candidates.first() {
        // Before it is handed out: what was handed out is on record.
        let deed = Deed::PersonExported { candidate: candidate.clone() };
        let line = audit::line(ports.entropy, now, member.actor(), deed)?;
        store::commit(ports.table, ports.entropy, vec![line]).await?;
    }
    Ok(PersonExport { records, at: now })
}

async fn entry(ports: Ports<'_>, candidate: &CandidateRef, record: AnyCandidate) -> Result<Entry, Failure> {
    let due = one::<Due>(ports, &Due { candidate: candidate.clone() }.key()).await?.is_some();
    let mut entry = Entry {
        candidate: record,
        due,
        badge: None,
        public: None,
        was_public: false,
        mail_owed: None,
        mail_sent: None,
        delivery: None,
        undelivered: false,
        links: Vec::new(),
    };
    let Some(badge) = person::badge_of(&entry.candidate) else { return Ok(entry) };
    let at = |partition: String| Key::new(partition, badge.to_string());
    entry.badge = one(ports, &AnyBadge::key_of(badge)).await?;
    entry.public = one(ports, &PublicBadge::key_of(badge)).await?;
    entry.was_public = one::<GoneBadge>(ports, &GoneBadge::key_of(badge)).await?.is_some();
    entry.mail_owed = one(ports, &at(OwedMail::partition(candidate.shard()))).await?;
    entry.mail_sent = one(ports, &at(SentMail::partition(candidate.shard()))).await?;
    entry.delivery = one(ports, &BadgeDelivery::key_of(candidate.shard(), badge)).await?;
    let undelivered = Undelivered::key_of(candidate.shard(), badge);
    entry.undelivered = one::<Undelivered>(ports, &undelivered).await?.is_some();
    let mut after = Some(AnyBadge::SORT.to_owned());
    while after.is_some() {
        let (page, next) =
            store::load_page::<GrantOfBadge>(ports.table, &badge.partition(), after.as_deref()).await?;
        entry.links.extend(page.iter().map(|grant| grant.record.expires));
        after = next;
    }
    Ok(entry)
}

async fn ordered(ports: Ports<'_>, order: AnyOrder) -> Result<Ordered, Failure> {
    let terms = order.terms();
    let mut trail = Vec::new();
    store::for_each::<TrailLine>(ports.table, &TrailLine::partition(&terms.id), |line| {
        trail.push(line.record);
    })
    .await?;
    let mut names = BTreeSet::new();
    for line in &trail {
        if let Happened::Paid { payment }
        | Happened::PaymentParked { payment }
        | Happened::PaymentReturned { payment } = &line.happened
        {
            names.insert(payment.clone());
        }
    }
    let keys: Vec<_> = names.iter().map(Payment::key_of).collect();
    let payments = store::load_many::<Payment>(ports.table, &keys).await?;
    let papers = papers::of(ports, &order).await?;
    let open = one::<OpenOrder>(ports, &OpenOrder::key_of(&terms.replaces)).await?;
    Ok(Ordered {
        trail,
        reference: one(ports, &OrderReference::key_of(&terms.reference)).await?,
        open: open.filter(|open| open.order == terms.id),
        owed: one(ports, &OwedBadge::key_of(&terms.id)).await?,
        payments: payments.into_iter().flatten().map(|payment| payment.record).collect(),
        receipt: papers.receipt,
        credit_note: papers.credit_note,
        replaces: one(ports, &AnyBadge::key_of(&terms.replaces)).await?,
        order,
    })
}

/// By what something is about the person.
pub(super) struct About {
    candidates: Vec<CandidateRef>,
    badges: Vec<BadgeId>,
    orders: Vec<OrderId>,
    addresses: Vec<AddressHash>,
}

impl About {
    fn of(person: &Person, orders: &[Ordered]) -> Self {
        let orders = orders.iter().map(|ordered| &ordered.order);
        let current = person.occasions.iter().filter_map(|occasion| person::badge_of(&occasion.record));
        let replaced = orders.clone().map(|order| &order.terms().replaces);
        Self {
            candidates: person.candidates(),
            badges: current.chain(replaced).cloned().collect(),
            orders: orders.map(|order| order.terms().id.clone()).collect(),
            addresses: person
                .occasions
                .iter()
                .map(|occasion| AddressHash::of(&occasion.record.details().address))
                .collect(),
        }
    }

    /// Whether a mail that is about to be sent is about the person: it goes to an address on record, or tells of an occasion.
    fn is_of_letter(&self, letter: &Letter) -> bool {
        let told = match &letter.subject {
            Subject::ClaimLink { badge }
            | Subject::LinkResent { badge, .. }
            | Subject::BadgeDeleted { badge, .. }
            | Subject::BadgeRevoked { badge, .. } => self.badges.contains(badge),
            Subject::OrderPlaced { order }
            | Subject::OrderExpired { order }
            | Subject::BadgeReissued { order }
            | Subject::OrderRefunded { order } => self.orders.contains(order),
            Subject::RestoreWallet { candidates } => {
                candidates.iter().any(|candidate| self.candidates.contains(candidate))
            }
            Subject::Inquiry { reply_to, badge, .. } => {
                let asked_about = badge.as_ref().is_some_and(|about| self.badges.contains(&about.badge));
                asked_about || self.addresses.contains(&AddressHash::of(reply_to))
            }
            Subject::InquiryReceived { .. }
            | Subject::SignIn { .. }
            | Subject::AddressProof { .. }
            | Subject::AddressesChanged { .. }
            | Subject::WalletClosed { .. } => false,
        };
        told || self.addresses.contains(&AddressHash::of(&letter.to))
    }

    /// Whether a line of the audit is.
    fn is_of_deed(&self, deed: &Deed) -> bool {
        match deed {
            Deed::CandidateCancelled { candidate, .. }
            | Deed::AddressCorrected { candidate, .. }
            | Deed::PersonExported { candidate } => self.candidates.contains(candidate),
            Deed::LinkResent { badge } | Deed::BadgeRevoked { badge, .. } => self.badges.contains(badge),
            Deed::AddressReleased { address, .. } => self.addresses.contains(address),
            Deed::ListRegistered { .. }
            | Deed::RegisteredByProgram
            | Deed::MonthApproved { .. }
            | Deed::LinksResent { .. }
            | Deed::RevocationProposed { .. }
            | Deed::RevocationAgreed { .. }
            | Deed::RevocationDeclined { .. }
            | Deed::AchievementSaved { .. }
            | Deed::PersonErased { .. } => false,
        }
    }
}

async fn letters(ports: Ports<'_>, about: &About) -> Result<Vec<Letter>, Failure> {
    let mut letters = Vec::new();
    store::for_each::<Letter>(ports.table, Letter::PARTITION, |letter| {
        if about.is_of_letter(&letter.record) {
            letters.push(letter.record);
        }
    })
    .await?;
    Ok(letters)
}

async fn revocations(ports: Ports<'_>, about: &About) -> Result<Vec<Revocation>, Failure> {
    let mut revocations = Vec::new();
    store::for_each::<AnyProposal>(ports.table, AnyProposal::PARTITION, |proposal| {
        let (terms, settled) = (proposal.record.terms(), proposal.record.settled());
        let theirs = terms.badges.iter().filter(|badge| about.badges.contains(badge));
        revocations.extend(theirs.map(|badge| Revocation {
            badge: badge.clone(),
            ground: terms.ground,
            proposed_at: terms.proposed_at,
            outcome: settled.iter().find(|settled| settled.badge == *badge).cloned(),
        }));
    })
    .await?;
    Ok(revocations)
}

async fn stopped(ports: Ports<'_>, about: &About) -> Result<Vec<StoppedAddress>, Failure> {
    let keys: BTreeSet<_> = about.addresses.iter().map(StoppedAddress::key_of).collect();
    let keys: Vec<_> = keys.into_iter().collect();
    let found = store::load_many::<StoppedAddress>(ports.table, &keys).await?;
    Ok(found.into_iter().flatten().map(|stopped| stopped.record).collect())
}

async fn lines(
    ports: Ports<'_>,
    candidates: &[CandidateRef],
    about: &About,
) -> Result<Vec<AuditLine>, Failure> {
    let found: Vec<Result<Vec<AuditLine>, Failure>> =
        futures::stream::iter(person::months(ports, candidates))
            .map(|month| async move {
                let mut lines = Vec::new();
                store::for_each::<AuditLine>(ports.table, &AuditLine::partition(month), |line| {
                    if about.is_of_deed(&line.record.deed) {
                        lines.push(line.record);
                    }
                })
                .await?;
                Ok(lines)
            })
            .buffered(IN_FLIGHT)
            .collect()
            .await;
    let mut lines = Vec::new();
    for month in found {
        lines.extend(month?);
    }
    Ok(lines)
}

async fn one<T: Record>(ports: Ports<'_>, key: &Key) -> Result<Option<T>, Failure> {
    Ok(store::load::<T>(ports.table, key).await?.map(|stored| stored.record))
}

/// The same with all names written `likeThis`, and without what is not there.
fn readable(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let present = members.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(present.map(|(name, value)| (camel(&name), readable(value))).collect::<Map<_, _>>())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(readable).collect()),
        other => other,
    }
}

fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut letters = part.chars();
        text.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        text.push_str(letters.as_str());
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_written_in_one_way_and_values_stay() {
        let stored =
            json!({ "sent_at": "a_b", "list": [{ "holder_name": null, "x": { "was_public": true } }] });
        let read = json!({ "sentAt": "a_b", "list": [{ "x": { "wasPublic": true } }] });
        assert_eq!(readable(stored), read);
    }
}
