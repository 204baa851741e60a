//! One box: a number, a name, an address, or several of them. Whoever has a number is found at once; names and addresses are looked for
//! in the register, month by month, the newest first. A look goes only so far, says how far, and can be gone on with.
//!
//! Law: nothing that was typed stands in an address or a log. Looking changes nothing.

mod query;

use std::fmt;

use futures::StreamExt;

use self::query::Verdict;
pub use self::query::{Nearness, Query, Unreadable};
use super::{Ports, glance};
use crate::{
    badge::AnyBadge,
    calendar::Month,
    candidate::{AchievementId, AnyCandidate, BodyNumber, CandidateRef, Kind, Occasions, Shard},
    claim,
    ports::Table,
    store::{self, Failure},
    wallet::{AddressHash, Holding},
};

/// So many candidates are given in one answer.
pub const HITS: usize = 50;

/// So many near misses are.
pub const NEAR: usize = 10;

/// So many candidates are looked at for one answer, and a few more to end at a whole part of a month: some seconds' work.
pub const LOOKS: usize = 60_000;

/// So many parts of a month are read side by side.
const IN_FLIGHT: usize = 8;

/// So many occasions of one person are given.
const OCCASIONS: usize = 100;

/// A candidate who was found.
#[derive(Debug, Clone)]
pub struct Hit {
    /// Which.
    pub candidate: CandidateRef,
    /// As the register has it.
    pub record: AnyCandidate,
}

/// A candidate who is not what was looked for, and may be meant.
#[derive(Debug, Clone)]
pub struct Near {
    /// Which.
    pub hit: Hit,
    /// What is another.
    pub why: Nearness,
}

/// What looking came to.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Who was found.
    pub hits: Vec<Hit>,
    /// Who may be meant, if nobody was found.
    pub near: Vec<Near>,
    /// So many candidates were looked at.
    pub looked_at: usize,
    /// The newest and the oldest month that were gone through, to the end or in part; none: whoever has the number was found at once, or
    /// nobody is registered at all.
    pub months: Option<(Month, Month)>,
    /// Where to go on; none: the whole register was gone through, or need not be.
    pub next: Option<Cursor>,
}

impl Found {
    fn note(&mut self, query: &Query, hit: Hit) {
        match query.judge(hit.record.details()) {
            Verdict::Hit => self.hits.push(hit),
            Verdict::Near(why) if self.near.len() < NEAR => self.near.push(Near { hit, why }),
            Verdict::Near(_) | Verdict::Other => {}
        }
    }
}

/// Where looking stopped. It stands in a form, never in an address: a candidate's id is personal.
#[derive(Clone, PartialEq, Eq)]
pub struct Cursor {
    shard: Shard,
    after: Option<String>,
}

/// Prints no candidate.
impl fmt::Debug for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Cursor({}, {})", self.shard.month, self.shard.number)
    }
}

/// As `2026-10.5.…`.
impl fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let after = self.after.as_deref().unwrap_or_default();
        write!(formatter, "{}.{}.{after}", self.shard.month, self.shard.number)
    }
}

impl Cursor {
    /// From a form: only the form in which it is written.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let month = parts.next()?.parse().ok()?;
        let number: u8 = parts.next()?.parse().ok()?;
        let after = parts.next()?;
        let shard = Shard::all(month).find(|shard| shard.number == number)?;
        let after = match after {
            "" => None,
            id => Some(CandidateRef::parse(&format!("{month}-{id}"))?.id),
        };
        Some(Self { shard, after })
    }
}

/// Looks for whoever a query means: from the beginning, or from where the look before stopped.
///
/// # Errors
/// [`Failure::TryAgain`] if the store does not answer.
pub async fn search(ports: Ports<'_>, query: &Query, from: Option<&Cursor>) -> Result<Found, Failure> {
    let mut found = Found::default();
    if from.is_none() {
        at_once(ports, query, &mut found).await?;
        if query.is_answered_by_number() && !found.hits.is_empty() {
            return Ok(found);
        }
    }
    through_register(ports, query, from, &mut found).await?;
    if !found.hits.is_empty() {
        found.near.clear();
    }
    Ok(found)
}

/// Whoever has the number, and whoever has the address in the wallet, although the register knows another one.
async fn at_once(ports: Ports<'_>, query: &Query, found: &mut Found) -> Result<(), Failure> {
    let mut references = Vec::new();
    for number in query.numbers() {
        references.extend(occasions_of(ports.table, number).await?);
    }
    let of_number = references.len();
    references.extend(in_wallet(ports, query).await?);
    let keys: Vec<_> = references.iter().map(CandidateRef::key).collect();
    let records = store::load_many::<AnyCandidate>(ports.table, &keys).await?;
    for (place, (candidate, record)) in references.into_iter().zip(records).enumerate() {
        let Some(record) = record else { continue };
        let hit = Hit { candidate, record: record.record };
        let by_wallet = place >= of_number;
        if by_wallet && query.means_by_address(hit.record.details()) {
            // Looking through the register finds it as well.
            continue;
        }
        if by_wallet && query.is_only_an_address() {
            found.hits.push(hit);
        } else {
            found.note(query, hit);
        }
    }
    Ok(())
}

/// The occasions of a person, the newest first.
pub(super) async fn occasions_of(
    table: &dyn Table,
    number: &BodyNumber,
) -> Result<Vec<CandidateRef>, Failure> {
    let mut occasions: Vec<(Month, AchievementId, Kind)> = Vec::new();
    store::for_each::<Occasions>(table, &Occasions::partition(number), |stored| {
        let Occasions { achievement, kind, months, .. } = stored.record;
        occasions.extend(months.into_iter().map(|month| (month, achievement.clone(), kind)));
    })
    .await?;
    occasions.sort();
    let newest = occasions.into_iter().rev().take(OCCASIONS);
    Ok(newest
        .map(|(month, achievement, kind)| CandidateRef::named(&achievement, kind, month, number))
        .collect())
}

/// The occasions whose badges stand in the wallet that knows the address.
async fn in_wallet(ports: Ports<'_>, query: &Query) -> Result<Vec<CandidateRef>, Failure> {
    let Some(address) = query.whole_address() else { return Ok(Vec::new()) };
    let Some(owner) = claim::owner(ports.of_claim(), &AddressHash::of(address)).await? else {
        return Ok(Vec::new());
    };
    let mut keys = Vec::new();
    store::for_each::<Holding>(ports.table, &Holding::partition(&owner.record.wallet), |place| {
        if place.record.again.is_none() && keys.len() < OCCASIONS {
            keys.push(AnyBadge::key_of(&place.record.badge));
        }
    })
    .await?;
    let badges = store::load_many::<AnyBadge>(ports.table, &keys).await?;
    let candidates = badges.iter().flatten().map(|badge| badge.record.candidate());
    let mut references: Vec<CandidateRef> = Vec::new();
    for candidate in candidates {
        if !references.contains(candidate) {
            references.push(candidate.clone());
        }
    }
    Ok(references)
}

async fn through_register(
    ports: Ports<'_>,
    query: &Query,
    from: Option<&Cursor>,
    found: &mut Found,
) -> Result<(), Failure> {
    let shards = shards_from(ports.table, from).await?;
    let first = from.and_then(|cursor| cursor.after.clone());
    let starts = std::iter::once(first).chain(std::iter::repeat(None));
    let mut parts = futures::stream::iter(shards.iter().copied().zip(starts))
        .map(|(shard, after)| part(ports.table, query, shard, after))
        .buffered(IN_FLIGHT);
    let mut place = 0;
    while let Some(part) = parts.next().await {
        let Part { shard, looked_at, found: of_part } = part?;
        place += 1;
        found.looked_at += looked_at;
        let newest = found.months.map_or(shard.month, |(newest, _)| newest);
        found.months = Some((newest, shard.month));
        for near in of_part.near {
            let known = found.near.iter().any(|known| known.hit.candidate == near.hit.candidate);
            if !known && found.near.len() < NEAR {
                found.near.push(near);
            }
        }
        for hit in of_part.hits {
            if found.hits.len() >= HITS {
                let after = found.hits.last().map(|hit| hit.candidate.clone());
                // The last one may be of the part before.
                let after = after.filter(|last| last.shard() == shard).map(|last| last.id);
                found.next = Some(Cursor { shard, after });
                return Ok(());
            }
            found.hits.push(hit);
        }
        if found.hits.len() >= HITS || found.looked_at >= LOOKS {
            found.next = shards.get(place).map(|shard| Cursor { shard: *shard, after: None });
            return Ok(());
        }
    }
    Ok(())
}

/// The parts that are still to be gone through, the newest month first.
async fn shards_from(table: &dyn Table, from: Option<&Cursor>) -> Result<Vec<Shard>, Failure> {
    let shards = glance::months(table).await?.into_iter().flat_map(Shard::all);
    Ok(shards
        .skip_while(|shard| {
            from.is_some_and(|from| {
                shard.month > from.shard.month
                    || (shard.month == from.shard.month && shard.number < from.shard.number)
            })
        })
        .collect())
}

/// What one part of a month holds of what is looked for.
struct Part {
    shard: Shard,
    looked_at: usize,
    found: Found,
}

async fn part(
    table: &dyn Table,
    query: &Query,
    shard: Shard,
    mut after: Option<String>,
) -> Result<Part, Failure> {
    let mut part = Part { shard, looked_at: 0, found: Found::default() };
    loop {
        let (candidates, next) =
            store::load_page::<AnyCandidate>(table, &AnyCandidate::partition(shard), after.as_deref())
                .await?;
        part.looked_at += candidates.len();
        for stored in candidates {
            let candidate = CandidateRef::of(stored.record.details());
            part.found.note(query, Hit { candidate, record: stored.record });
        }
        match next {
            // One more than can be given says that there are more.
            Some(next) if part.found.hits.len() <= HITS => after = Some(next),
            _ => return Ok(part),
        }
    }
}
